/* What stands around a body, turned axis by axis: media type, headers and their order, pages, requests at the same time. Each turn is one that the
 * documents or captures disagree about. */
#include "common/base.h"
#include "tests/unit/simulator/fake_server.h"

#include "simulator/wire_group.h"
#include "simulator/wire_request.h"
#include "simulator/wire_user.h"

#define PEOPLE                                                                                                                   \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"},\"bob\":{\"email\":\"bob@acme.test\"},\"cy\":{\"email\":\"cy@acme."       \
    "test\"}"                                                                                                                    \
    "},\"groups\":{\"eng\":{\"name\":\"Eng\"}}}"

static void turn(struct simulator *sim, const char *axis, const char *value)
{
    struct error err = {0};
    if (!dialect_with(sim->arena, sim->dialect, axis, value, &sim->dialect, &err))
        fail_msg("%s: %s", axis, err.message);
}

/* The heads of a write with an empty object, or of a read. */
static const char *head_of(const struct simulator *sim, const char *method)
{
    struct buffer out = buffer_new(0);
    struct http_request request = wire_request(sim, method, "/Users", text_equal(method, "GET") ? NULL : json_object(sim->arena));
    for (size_t i = 0; i < request.headers.count; i++)
        buffer_printf(&out, "%s%s: %s", i > 0 ? "\n" : "", request.headers.items[i].name, request.headers.items[i].value);
    return buffer_take(&out, sim->arena);
}

static void the_media_type_and_the_order_of_headers(void **state)
{
    UNUSED(state);
    static const struct {
        const char *dialect, *axis, *value, *method, *head;
    } cases[] = {
        {"entra", "accept", "absent", "POST",
         "Authorization: Bearer secret-token\nADSCIMVersion: 5.0\nContent-Type: application/scim+json; charset=utf-8"},
        {"entra", "media-type", "application/scim+json", "POST",
         "Authorization: Bearer secret-token\nADSCIMVersion: 5.0\nContent-Type: application/scim+json"},
        {"entra", "headers", "content-type-first", "POST",
         "Content-Type: application/scim+json; charset=utf-8\nAuthorization: Bearer secret-token\nADSCIMVersion: 5.0"},
        {"entra", "headers", "content-type-first", "GET", "Authorization: Bearer secret-token\nADSCIMVersion: 5.0"},
        {"okta-aiw", "media-type", "application/json", "POST",
         "Accept: application/scim+json\nAccept-Charset: utf-8\nContent-Type: application/json\nUser-Agent: Okta SCIM Client "
         "1.0.0\n"
         "Authorization: Bearer secret-token\nConnection: Keep-Alive\nAccept-Encoding: gzip,deflate"},
        {"okta-aiw", "headers", "authorization-first", "POST",
         "Accept: application/scim+json\nUser-Agent: Okta SCIM Client 1.0.0\nAuthorization: Bearer secret-token\n"
         "Content-Type: application/scim+json; charset=utf-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fake fake;
        struct simulator sim;
        struct rng rng;
        fake_set_up(&fake, &sim, &rng, cases[i].dialect, PEOPLE);
        turn(&sim, cases[i].axis, cases[i].value);
        assert_string_equal(head_of(&sim, cases[i].method), cases[i].head);
        arena_free(fake.arena);
    }
}

static void play(struct fake *fake, struct simulator *sim, const char *event)
{
    struct event_outcome outcome;
    struct error err = {0};
    struct event played = fake_event(fake->arena, event);
    assert_true(simulator_play(sim, &played, &outcome, &err));
}

static void pages_are_as_large_as_the_axis_says(void **state)
{
    UNUSED(state);
    static const char *const targets[] = {"/Users?filter=userName%20eq%20%22ada%40acme.test%22&startIndex=1&count=2", "/Users",
                                          "/Users?startIndex=1&count=2", "/Users?startIndex=3&count=2"};
    struct fake fake;
    struct simulator sim;
    struct rng rng;
    fake_set_up(&fake, &sim, &rng, "okta-template", PEOPLE);
    turn(&sim, "page-size", "2");
    play(&fake, &sim, "assign ada");
    for (int i = 0; i < 2; i++)
        json_set_text(json_push_object(json_edit(fake.lists, "Users")), "id", i == 0 ? "x1" : "x2");
    play(&fake, &sim, "import");
    assert_int_equal(fake.logged, ARRAY_LEN(targets));
    for (size_t i = 0; i < ARRAY_LEN(targets); i++)
        assert_string_equal(fake.log[i].target, targets[i]);
    arena_free(fake.arena);
}

/* Three members: two go out at the same time, then the third. */
static void members_go_out_side_by_side(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    const char *const members[] = {"ada", "bob", "cy"};
    scripted_set_up(&s, "entra", PEOPLE);
    turn(&s.sim, "parallel-requests", "2");
    turn(&s.sim, "opening-probe", "none");
    turn(&s.sim, "get-before-patch", "no");
    struct directory *directory = s.sim.directory;
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        directory->users[i]->assigned = directory->users[i]->pushed_active = true;
        directory->users[i]->server_id = arena_printf(s.arena, "u%zu", i);
        directory->users[i]->known = wire_user_flat(&s.sim, directory->users[i], true);
    }
    directory->groups[0]->pushed = true;
    directory->groups[0]->server_id = "g1";
    directory->groups[0]->known = wire_group_flat(&s.sim, directory->groups[0]);
    scripted_replies(&s, "204\n204\n204\n204\n204\n204");
    assert_true(scripted_play(
        &s, (struct event){.kind = EVENT_ADD_MEMBERS, .subject = "eng", .members = members, .member_count = 3}, &outcome));
    assert_int_equal(outcome.refused, 0);
    size_t patches = 0, calls = 0;
    for (size_t i = 0; i < s.calls; i++) {
        calls += s.together[i] == 2;
        patches += s.together[i];
    }
    assert_int_equal(calls, 1);
    assert_int_equal(patches, s.at);
    assert_string_equal(s.asked[s.at - 1], "PATCH /Groups/g1");
    assert_int_equal(s.together[s.calls - 1], 1);
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_media_type_and_the_order_of_headers),
        cmocka_unit_test(pages_are_as_large_as_the_axis_says),
        cmocka_unit_test(members_go_out_side_by_side),
    };
    return tap_run("wire axes", tests);
}
