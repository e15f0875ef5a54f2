/* A first synchronization object by object sends what the provider sends for the whole directory at once. */
#include "common/base.h"

#include "common/error.h"
#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/crowd.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/first_sync.h"
#include "simulator/server_ids.h"
#include "simulator/simulator.h"
#include "simulator/transcript.h"
#include "tests/tap.h"

#include <string.h>

#define NOBODY "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":0,\"Resources\":[]}"

/* A server where nobody is, until they are made. */
struct place {
    struct arena *arena;
    struct rng rng;
    struct simulator sim;
    struct buffer sent; /* every request, raw */
    size_t made;
    const char *refuse; /* what a body holds that is refused; NULL */
    const char *lose;   /* what a target holds that is not answered; NULL */
};

static bool answer(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                   struct error *err)
{
    struct place *p = context;
    for (size_t i = 0; i < count; i++) {
        const char *text = requests[i].body.n == 0 ? "" : arena_strndup(p->arena, requests[i].body.p, requests[i].body.n);
        transcript_request(&p->sent, &requests[i]);
        if (p->lose != NULL && strstr(requests[i].target, p->lose) != NULL)
            return error_set(err, ERROR_UNREACHABLE, "", "", "no reply");
        bool asks = text_equal(requests[i].method, "GET"), lists = strchr(requests[i].target, '?') != NULL && asks;
        bool makes = text_equal(requests[i].method, "POST"), refused = p->refuse != NULL && strstr(text, p->refuse) != NULL;
        const char *body = lists  ? NOBODY
                           : asks ? "{\"displayName\":\"A group\"}"
                                  : arena_printf(p->arena, "{\"id\":\"made-%zu\",\"active\":true}", makes ? ++p->made : 0);
        replies[i] = (struct http_response){.status = refused ? 400 : makes ? 201 : 200, .body = {body, strlen(body)}};
    }
    return true;
}

/* Two groups of everybody. */
static void set_up(struct place *p, const char *dialect)
{
    struct error err = {0};
    const struct crowd crowd = {
        .users = 7, .groups = 2, .members = 7, .seed = 3, .okta_ids = dialect_find(dialect)->okta, .domain = "acme.test"};
    struct server_ids *none = server_ids_new(crowd.users);
    memset(p, 0, sizeof *p);
    p->arena = arena_new();
    p->rng = rng_new(1);
    p->sent = buffer_new(0);
    p->sim = (struct simulator){
        .arena = p->arena, .dialect = dialect_find(dialect), .rng = &p->rng, .token = "t", .send = answer, .context = p};
    assert_true(crowd_groups(p->arena, &crowd, 0, none, &p->sim.directory, &err));
    server_ids_free(none);
}

static void tear_down(struct place *p)
{
    buffer_release(&p->sent);
    arena_free(p->arena);
}

static void play_event(struct place *p, const struct event *event)
{
    struct event_outcome out;
    struct error err = {0};
    assert_true(simulator_play(&p->sim, event, &out, &err));
    assert_null(out.console);
}

static void play_whole(struct place *p)
{
    const struct directory *directory = p->sim.directory;
    if (!p->sim.dialect->okta) {
        play_event(p, &(struct event){.kind = EVENT_RESTART});
        return;
    }
    for (size_t i = 0; i < directory->user_count; i++)
        play_event(p, &(struct event){.kind = EVENT_ASSIGN, .subject = directory->users[i]->key});
    for (size_t i = 0; i < directory->group_count; i++)
        play_event(p, &(struct event){.kind = EVENT_PUSH_GROUP, .subject = directory->groups[i]->key});
}

static void play_part(struct place *p, enum first_part part, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct event_outcome out;
        struct error err = {0};
        assert_true(first_sync_play(&p->sim, part, i, &out, &err));
        assert_null(out.console);
    }
}

static void parts_send_what_the_whole_sends(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < dialect_count; i++) {
        struct place whole, parts;
        set_up(&whole, dialect_name(dialects[i]));
        set_up(&parts, dialect_name(dialects[i]));
        play_whole(&whole);
        play_part(&parts, FIRST_PROBE, 1);
        play_part(&parts, FIRST_PEOPLE, parts.sim.directory->user_count);
        play_part(&parts, FIRST_GROUPS, parts.sim.directory->group_count);
        play_part(&parts, FIRST_MEMBERS, parts.sim.directory->group_count);
        assert_int_equal(whole.made, 9);
        assert_string_equal(buffer_text(&parts.sent), buffer_text(&whole.sent));
        tear_down(&whole);
        tear_down(&parts);
    }
}

/* Entra has told the groups before it tells a member: what is left of a group is its id on the server. */
static void members_need_no_more_than_the_ids(void **state)
{
    UNUSED(state);
    struct place p;
    set_up(&p, "entra");
    struct directory *directory = p.sim.directory;
    for (size_t i = 0; i < directory->user_count; i++)
        directory->users[i]->server_id = arena_printf(p.arena, "u%zu", i);
    directory->groups[1]->server_id = "g1";
    play_part(&p, FIRST_MEMBERS, 2);
    const char *sent = buffer_text(&p.sent);
    assert_null(strstr(sent, "POST "));
    assert_null(strstr(sent, "GET "));
    for (size_t i = 0; i < directory->user_count; i++)
        assert_non_null(strstr(sent, arena_printf(p.arena, "\"u%zu\"", i)));
    assert_non_null(strstr(sent, "PATCH /Groups/g1 "));
    tear_down(&p);
}

static void one_refusal_is_one_persons(void **state)
{
    UNUSED(state);
    static const char *const names[] = {"entra", "okta-aiw"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct place p;
        struct event_outcome out;
        struct error err = {0};
        set_up(&p, names[i]);
        p.refuse = arena_printf(p.arena, "\"%s\"", directory_user_name(p.sim.directory->users[2]));
        for (size_t at = 0; at < 7; at++) {
            assert_true(first_sync_play(&p.sim, FIRST_PEOPLE, at, &out, &err));
            assert_int_equal(out.refused, at == 2);
            assert_int_equal(out.first_refusal, at == 2 ? 400 : 0);
            assert_int_equal(p.sim.directory->users[at]->server_id == NULL, at == 2);
        }
        tear_down(&p);
    }
}

static void no_reply_is_said(void **state)
{
    UNUSED(state);
    static const char *const names[] = {"entra", "okta-aiw"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct place p;
        struct event_outcome out;
        struct error err = {0};
        set_up(&p, names[i]);
        p.lose = "person0000002"; /* the lookup */
        size_t at = 0;
        while (!text_equal(p.sim.directory->users[at]->key, "person0000002"))
            at++;
        assert_false(first_sync_play(&p.sim, FIRST_PEOPLE, at, &out, &err));
        assert_int_equal(err.code, ERROR_UNREACHABLE);
        p.lose = NULL;
        assert_true(first_sync_play(&p.sim, FIRST_PEOPLE, at, &out, &err)); /* and the next try is as any other */
        tear_down(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_send_what_the_whole_sends),
        cmocka_unit_test(members_need_no_more_than_the_ids),
        cmocka_unit_test(one_refusal_is_one_persons),
        cmocka_unit_test(no_reply_is_said),
    };
    return tap_run("first_sync", tests);
}
