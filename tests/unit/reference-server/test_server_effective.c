/* Invariant 10 of the access model: what SCIM reads show is what is in effect. After each of many random writes over SCIM, and grants by an admin, people
 * and groups are read as a provider reads them; what they ought to have by that, by the grants that were made and by two policies, is worked out here
 * and compared with the access document. The seed of a failing run is in its message. */
#include "tests/unit/reference-server/test_server_play.h"

#include "common/rng.h"
#include "reference-server/model/role.h"

#define RUNS       10
#define WRITES     80
#define SLOTS      5 /* of people, and of groups */
#define MAX_GRANTS 64
#define SCIM       PLAY_ROOT "/scim/v2"
#define PATCH_OP   "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[%s]}"

static const struct table_case nobody = {.name = "generated writes"};
static const char *const places[] = {"Sales", "Roadmap"};

/* The mapping of g1 and the rule about leads are about Roadmap. */
static const char policies[] =
    "{\"action\":\"set-policies\",\"policies\":{\"group_mappings\":{\"g1\":{\"taskade_role\":\"admin\",\"permissions\":"
    "[\"all\"],\"workspaces\":[\"Roadmap\"]}},\"access_rules\":{\"leads\":{\"when\":{\"title\":\"Lead\"},\"resource\":"
    "\"Roadmap\",\"role\":\"commenter\"}}}}";

struct grant_made {
    const char *group, *place;
    enum role role;
};

struct run {
    struct play play;
    struct rng rng;
    unsigned seed;
    int64_t now;
    const char *ids[2][SLOTS]; /* people, groups; NULL: not there */
    struct grant_made grants[MAX_GRANTS];
    size_t grant_count, compared;
    const json *users, *groups; /* as they were read */
};

/* --- requests --- */

static const json *ask(struct run *run, const char *method, const char *target, const char *body)
{
    struct error err;
    run->now += 1000;
    play_send(&run->play, method, target, (struct bytes){body, strlen(body)});
    return run->play.response.body.n == 0 ? NULL : json_parse(run->play.arena, run->play.response.body, "reply", &err);
}

static bool good(const struct run *run)
{
    return run->play.response.status / 100 == 2;
}

static void patch(struct run *run, size_t kind, const char *id, const char *operation)
{
    const char *target = arena_printf(run->play.arena, SCIM "/%s/%s", kind == 0 ? "Users" : "Groups", id);
    (void)ask(run, "PATCH", target, arena_printf(run->play.arena, PATCH_OP, operation));
}

static void act(struct run *run, const char *action)
{
    (void)ask(run, "POST", "/admin" PLAY_ROOT "/actions", action);
}

/* --- writes --- */

static void create(struct run *run, size_t kind, size_t slot)
{
    struct arena *arena = run->play.arena;
    const char *body =
        kind == 0
            ? arena_printf(arena,
                           "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"p%zu@acme.test\"}", slot)
            : arena_printf(arena, "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"g%d\"}",
                           (int)rng_below(&run->rng, SLOTS));
    const json *reply = ask(run, "POST", kind == 0 ? SCIM "/Users" : SCIM "/Groups", body);
    if (good(run))
        run->ids[kind][slot] = json_get_text(reply, "id", NULL);
}

static void forget_grants(struct run *run, const char *group, const char *place)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->grant_count; i++) {
        const struct grant_made *grant = &run->grants[i];
        bool goes = strcmp(grant->group, group) == 0 && (place == NULL || strcmp(grant->place, place) == 0);
        if (!goes)
            run->grants[kept++] = *grant;
    }
    run->grant_count = kept;
}

static void end(struct run *run, size_t kind, size_t slot)
{
    const char *id = run->ids[kind][slot];
    (void)ask(run, "DELETE", arena_printf(run->play.arena, SCIM "/%s/%s", kind == 0 ? "Users" : "Groups", id), "");
    assert_true(good(run));
    forget_grants(run, id, NULL);
    run->ids[kind][slot] = NULL;
}

static void change_person(struct run *run, const char *id)
{
    static const char *const operations[] = {
        "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}", "{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"True\"}",
        "{\"op\":\"replace\",\"value\":{\"active\":true}}", "{\"op\":\"add\",\"path\":\"title\",\"value\":\"Lead\"}",
        "{\"op\":\"replace\",\"path\":\"title\",\"value\":\"Clerk\"}"};
    patch(run, 0, id, operations[rng_below(&run->rng, ARRAY_LEN(operations))]);
}

static void change_group(struct run *run, const char *id)
{
    static const char *const formats[] = {"{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"%s\"}]}",
                                          "{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"value\":\"%s\"}]}",
                                          "{\"op\":\"remove\",\"path\":\"members[value eq \\\"%s\\\"]\"}",
                                          "{\"op\":\"replace\",\"path\":\"members\",\"value\":[{\"value\":\"%s\"}]}"};
    const char *member = run->ids[rng_below(&run->rng, 4) == 0][rng_below(&run->rng, SLOTS)];
    const char *format = formats[rng_below(&run->rng, ARRAY_LEN(formats))], *hole = strstr(format, "%s");
    struct arena *arena = run->play.arena;
    if (rng_below(&run->rng, 4) == 0)
        patch(run, 1, id,
              arena_printf(arena, "{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"g%d\"}",
                           (int)rng_below(&run->rng, SLOTS)));
    else if (member != NULL)
        patch(run, 1, id, arena_printf(arena, "%.*s%s%s", (int)(hole - format), format, member, hole + 2));
}

static void grant(struct run *run, const char *group)
{
    const char *place = places[rng_below(&run->rng, ARRAY_LEN(places))];
    bool gives = rng_below(&run->rng, 3) != 0;
    enum role role = (enum role)(ROLE_VIEWER + rng_below(&run->rng, ROLE_OWNER - ROLE_VIEWER));
    const char *given = gives ? arena_printf(run->play.arena, ",\"role\":\"%s\"", role_name(role)) : "";
    act(run, arena_printf(run->play.arena, "{\"action\":\"%s\",\"group\":\"%s\",\"resource\":\"%s\"%s}",
                          gives ? "grant" : "revoke", group, place, given));
    if (!good(run))
        return;
    forget_grants(run, group, place);
    if (gives) {
        assert_true(run->grant_count < MAX_GRANTS);
        run->grants[run->grant_count++] = (struct grant_made){group, place, role};
    }
}

static void write_any(struct run *run)
{
    size_t kind = rng_below(&run->rng, 2), slot = rng_below(&run->rng, SLOTS);
    const char *id = run->ids[kind][slot];
    if (id == NULL)
        create(run, kind, slot);
    else if (rng_below(&run->rng, 12) == 0)
        end(run, kind, slot);
    else if (kind == 0)
        change_person(run, id);
    else if (rng_below(&run->rng, 3) == 0)
        grant(run, id);
    else
        change_group(run, id);
}

/* --- what ought to be, by what SCIM shows --- */

static const json *group_shown(const struct run *run, const char *id)
{
    for (const json *group = json_first(run->groups); group != NULL; group = json_next(group))
        if (strcmp(json_get_text(group, "id", ""), id) == 0)
            return group;
    return NULL;
}

static bool is_in(const struct run *run, const json *group, const char *person)
{
    bool in = false;
    for (const json *member = json_first(json_get(group, "members")); member != NULL && !in; member = json_next(member)) {
        const char *value = json_get_text(member, "value", "");
        const json *nested = group_shown(run, value);
        in = nested == NULL ? strcmp(value, person) == 0 : is_in(run, nested, person);
    }
    return in;
}

static enum role ought(const struct run *run, const json *user, const char *place)
{
    const char *id = json_get_text(user, "id", "");
    bool mapped = strcmp(place, "Roadmap") == 0;
    enum role best = mapped && strcmp(json_get_text(user, "title", ""), "Lead") == 0 ? ROLE_COMMENTER : ROLE_NONE;
    for (size_t i = 0; i < run->grant_count; i++) {
        const struct grant_made *made = &run->grants[i];
        const json *group = strcmp(made->place, place) == 0 ? group_shown(run, made->group) : NULL;
        best = group != NULL && made->role > best && is_in(run, group, id) ? made->role : best;
    }
    for (const json *group = json_first(run->groups); group != NULL; group = json_next(group))
        if (mapped && strcmp(json_get_text(group, "displayName", ""), "g1") == 0 && is_in(run, group, id))
            best = best > ROLE_MAINTAINER ? best : ROLE_MAINTAINER;
    return json_get_bool(user, "active", false) ? best : ROLE_NONE;
}

/* --- what is --- */

static const json *document_of(const json *document, const char *id)
{
    for (const json *user = json_first(json_get(document, "users")); user != NULL; user = json_next(user))
        if (strcmp(json_get_text(user, "account", ""), id) == 0)
            return user;
    return NULL;
}

static enum role role_in(const json *user, const char *place)
{
    enum role role = ROLE_NONE;
    for (const json *entry = json_first(json_get(user, "access")); entry != NULL; entry = json_next(entry))
        if (strcmp(json_get_text(entry, "resource", ""), place) == 0)
            assert_true(role_read(json_get_text(entry, "role", ""), &role));
    return role;
}

/* `groups` of the user says what the members of the groups say. */
static void compare_groups(const struct run *run, const json *user)
{
    const char *id = json_get_text(user, "id", "");
    size_t in = 0, told = json_count(json_get(user, "groups"));
    for (const json *group = json_first(run->groups); group != NULL; group = json_next(group))
        in += is_in(run, group, id);
    for (const json *group = json_first(json_get(user, "groups")); group != NULL; group = json_next(group)) {
        const json *shown = group_shown(run, json_get_text(group, "value", ""));
        assert_true(shown != NULL && is_in(run, shown, id));
    }
    if (in != told)
        fail_msg("seed %u: %s is in %zu groups and shows %zu", run->seed, json_get_text(user, "userName", ""), in, told);
}

static void compare(struct run *run, const json *user, const json *document)
{
    const json *person = document_of(document, json_get_text(user, "id", ""));
    bool active = json_get_bool(user, "active", false);
    assert_non_null(person);
    assert_string_equal(json_get_text(person, "user", ""), json_get_text(user, "userName", "?"));
    assert_string_equal(json_get_text(person, "status", ""), active ? "active" : "inactive");
    assert_string_equal(json_get_text(person, "signIn", ""), active ? "allowed" : "refused");
    compare_groups(run, user);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        enum role is = role_in(person, places[i]), should = ought(run, user, places[i]);
        if (is != should)
            fail_msg("seed %u: %s on %s: %s in effect, by SCIM %s", run->seed, json_get_text(user, "userName", ""), places[i],
                     role_name(is), role_name(should));
        run->compared += is != ROLE_NONE;
    }
}

static void step(struct run *run)
{
    write_any(run);
    run->users = json_get(ask(run, "GET", SCIM "/Users?count=100", ""), "Resources");
    run->groups = json_get(ask(run, "GET", SCIM "/Groups?count=100", ""), "Resources");
    const json *document = ask(run, "GET", "/admin" PLAY_ROOT "/access", "");
    assert_int_equal(json_count(run->users), json_count(json_get(document, "users")));
    for (const json *user = json_first(run->users); user != NULL; user = json_next(user))
        if (json_get_text(user, "userName", "")[0] == 'p')
            compare(run, user, document);
}

static void what_scim_shows_is_what_is_in_effect(void **state)
{
    UNUSED(state);
    size_t compared = 0;
    for (unsigned seed = 1; seed <= RUNS; seed++) {
        struct run run = {
            .play = {.arena = arena_new(), .row = &nobody}, .rng = rng_new(seed), .seed = seed, .now = 1795369537000};
        play_start(&run.play, &run.now);
        act(&run, policies);
        assert_true(good(&run));
        for (unsigned i = 0; i < WRITES; i++)
            step(&run);
        compared += run.compared;
        server_free(run.play.server);
        arena_free(run.play.arena);
    }
    assert_true(compared > RUNS * WRITES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_scim_shows_is_what_is_in_effect)};
    return tap_run("what SCIM shows and what is in effect", tests);
}
