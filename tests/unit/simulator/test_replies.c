/* Malformed replies: what a provider makes of them. */
#include "common/base.h"
#include "tests/unit/simulator/scripted_server.h"

#include "tests/table.h"

static void is_taken_so(void **state)
{
    const struct table_case *c = *state;
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, table_need(c, "dialect"),
                    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"}},\"groups\":{\"eng\":{\"name\":\"Engineering\","
                    "\"members\":[\"ada\"]}}}");
    scripted_replies(&s, table_need(c, "replies"));
    struct event event = {0};
    assert_true(event_find(table_need(c, "event"), &event.kind));
    event.subject = event_operands(event.kind) == 'g' ? "eng" : "ada";
    assert_true(scripted_play(&s, event, &outcome));
    assert_string_equal(outcome.complaint_rule != NULL ? outcome.complaint_rule : "none", table_need(c, "rule"));
    assert_int_equal(outcome.sent, atoi(table_need(c, "sent")));
    assert_string_equal(s.sim.directory->users[0]->server_id != NULL ? "yes" : "no", table_need(c, "known"));
    arena_free(s.arena);
}

int main(void)
{
    return tap_table("replies", "tests/tables/replies.table", is_taken_so);
}
