/* Attribute mappings of an Entra app: rows of tests/tables/entra_mappings.table, played against a server that takes everything. */
#include "common/base.h"

#include "simulator/entra_mapping.h"
#include "tests/table.h"
#include "tests/unit/simulator/taker.h"

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\",\"givenName\":\"Ada\",\"familyName\":\"Byron\",\"department\":\"Sales\"}," \
    "\"bob\":{\"email\":\"bob@acme.test\"}}}"

static void row(void **state)
{
    const struct table_case *c = *state;
    struct taker t;
    struct error err = {0};
    const json *at = NULL;
    const char *wrong = table_field(c, "error"), *shows = table_field(c, "shows"), *sent = table_field(c, "sent");
    char text[1100];
    taker_set_up(&t, table_field(c, "dialect"), DIRECTORY, table_field(c, "found"));
    bool read = entra_mapping_read(t.arena, taker_json(&t, table_need(c, "mappings")), t.sim.dialect, &t.sim.dialect, &at, &err);
    if (wrong != NULL) {
        assert_false(read);
        assert_non_null(at);
        if (!text_glob(wrong, error_text(&err, text, sizeof text)))
            fail_msg("%s: %s", c->name, text);
    } else if (!read) {
        fail_msg("%s: %s", c->name, error_text(&err, text, sizeof text));
    }
    taker_play_lines(&t, table_field(c, "play"));
    if (sent != NULL && !text_glob(sent, buffer_text(&t.log)))
        assert_string_equal(buffer_text(&t.log), sent);
    if (shows != NULL)
        assert_string_equal(mapping_text(t.arena, t.sim.dialect), arena_printf(t.arena, "%s\n", shows));
    assert_true(wrong != NULL || sent != NULL || shows != NULL);
    taker_tear_down(&t);
}

int main(void)
{
    return tap_table("entra mappings", "tests/tables/entra_mappings.table", row);
}
