/* Invariant 10 of the access model: what SCIM reads show is what is in effect. After each of many random writes over SCIM, and grants by an admin, people
 * and groups are read as a provider reads them; what they ought to have by that, by the grants that were made and by two policies, is worked out here
 * and compared with the access document. The seed of a failing run is in its message. That the comparison can fail: it does with each of the named
 * wrong behaviours that part the two. */
#include "tests/unit/reference-server/test_server_play.h"

#include "common/rng.h"
#include "reference-server/model/role.h"

#define RUNS       30
#define WRITES     80
#define SLOTS      5 /* of people, and of groups */
#define NAMES      8 /* of groups */
#define MAX_GRANTS 64
#define SCIM       PLAY_ROOT "/scim/v2"
#define PATCH_OP   "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[%s]}"

static const char *const places[] = {"Sales", "Roadmap"};

/* The mapping of g1 and the rule about leads are about Roadmap. */
static const char policies[] =
    "{\"action\":\"set-policies\",\"policies\":{\"group_mappings\":{\"g1\":{\"taskade_role\":\"admin\",\"permissions\":"
    "[\"all\"],\"workspaces\":[\"Roadmap\"]}},\"access_rules\":{\"leads\":{\"when\":{\"title\":\"Lead\"},\"resource\":"
    "\"Roadmap\",\"role\":\"commenter\"}}}}";

struct grant_made {
    const char *to, *place; /* id of a person or group */
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
    const char *wrong;          /* the first disagreement; NULL: none */
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

static void PRINTF_LIKE(2, 3) disagree(struct run *run, const char *format, ...)
{
    char text[500];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (run->wrong == NULL)
        run->wrong = arena_printf(run->play.arena, "seed %u: %s", run->seed, text);
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
                           (int)rng_below(&run->rng, NAMES));
    const json *reply = ask(run, "POST", kind == 0 ? SCIM "/Users" : SCIM "/Groups", body);
    if (good(run))
        run->ids[kind][slot] = json_get_text(reply, "id", NULL);
}

static void forget_grants(struct run *run, const char *to, const char *place)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->grant_count; i++) {
        const struct grant_made *grant = &run->grants[i];
        bool goes = strcmp(grant->to, to) == 0 && (place == NULL || strcmp(grant->place, place) == 0);
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
                           (int)rng_below(&run->rng, NAMES)));
    else if (member != NULL)
        patch(run, 1, id, arena_printf(arena, "%.*s%s%s", (int)(hole - format), format, member, hole + 2));
}

static void grant(struct run *run, size_t kind, const char *to)
{
    const char *place = places[rng_below(&run->rng, ARRAY_LEN(places))];
    bool gives = rng_below(&run->rng, 3) != 0;
    enum role role = (enum role)(ROLE_VIEWER + rng_below(&run->rng, ROLE_OWNER - ROLE_VIEWER));
    const char *given = gives ? arena_printf(run->play.arena, ",\"role\":\"%s\"", role_name(role)) : "";
    act(run, arena_printf(run->play.arena, "{\"action\":\"%s\",\"%s\":\"%s\",\"resource\":\"%s\"%s}", gives ? "grant" : "revoke",
                          kind == 0 ? "user" : "group", to, place, given));
    if (!good(run))
        return;
    forget_grants(run, to, place);
    if (gives) {
        assert_true(run->grant_count < MAX_GRANTS);
        run->grants[run->grant_count++] = (struct grant_made){to, place, role};
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
    else if (rng_below(&run->rng, kind == 0 ? 8 : 3) == 0)
        grant(run, kind, id);
    else if (kind == 0)
        change_person(run, id);
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
        const json *group = group_shown(run, made->to);
        bool theirs = group == NULL ? strcmp(made->to, id) == 0 : is_in(run, group, id);
        best = theirs && strcmp(made->place, place) == 0 && made->role > best ? made->role : best;
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
static void compare_groups(struct run *run, const json *user)
{
    const char *id = json_get_text(user, "id", ""), *name = json_get_text(user, "userName", "");
    size_t in = 0, told = json_count(json_get(user, "groups"));
    for (const json *group = json_first(run->groups); group != NULL; group = json_next(group))
        in += is_in(run, group, id);
    for (const json *group = json_first(json_get(user, "groups")); group != NULL; group = json_next(group)) {
        const json *shown = group_shown(run, json_get_text(group, "value", ""));
        if (shown == NULL || !is_in(run, shown, id))
            disagree(run, "%s is not in the group %s", name, json_get_text(group, "display", ""));
    }
    if (in != told)
        disagree(run, "%s is in %zu groups and shows %zu", name, in, told);
}

static void compare(struct run *run, const json *user, const json *document)
{
    const json *person = document_of(document, json_get_text(user, "id", ""));
    const char *name = json_get_text(user, "userName", ""), *status = json_get_text(person, "status", "");
    bool active = json_get_bool(user, "active", false);
    if (person == NULL || !text_equal(json_get_text(person, "user", ""), name)) {
        disagree(run, "%s has no access document of that name", name);
        return;
    }
    if (!text_equal(status, active ? "active" : "inactive") ||
        !text_equal(json_get_text(person, "signIn", ""), active ? "allowed" : "refused"))
        disagree(run, "%s is %s, and by SCIM %s", name, status, active ? "active" : "inactive");
    compare_groups(run, user);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        enum role is = role_in(person, places[i]), should = ought(run, user, places[i]);
        if (is != should)
            disagree(run, "%s on %s: %s in effect, by SCIM %s", name, places[i], role_name(is), role_name(should));
        run->compared += is != ROLE_NONE;
    }
}

static void step(struct run *run)
{
    write_any(run);
    run->users = json_get(ask(run, "GET", SCIM "/Users?count=100", ""), "Resources");
    run->groups = json_get(ask(run, "GET", SCIM "/Groups?count=100", ""), "Resources");
    const json *document = ask(run, "GET", "/admin" PLAY_ROOT "/access", "");
    if (json_count(run->users) != json_count(json_get(document, "users")))
        disagree(run, "SCIM shows %zu people, %zu have access documents", json_count(run->users),
                 json_count(json_get(document, "users")));
    for (const json *user = json_first(run->users); user != NULL; user = json_next(user))
        if (json_get_text(user, "userName", "")[0] == 'p')
            compare(run, user, document);
}

/* How often somebody had a role. *wrong: the first disagreement, which ends the play; it lives in the arena. */
static size_t play_writes(struct arena *arena, unsigned seed, const char *defect, const char **wrong)
{
    struct table_entry field = {"defect", defect};
    const struct table_case row = {.name = "generated writes", .fields = &field, .count = defect != NULL};
    struct run run = {.play = {.arena = arena, .row = &row}, .rng = rng_new(seed), .seed = seed, .now = 1795369537000};
    play_start(&run.play, &run.now);
    act(&run, policies);
    assert_true(good(&run));
    for (unsigned i = 0; i < WRITES && run.wrong == NULL; i++)
        step(&run);
    server_free(run.play.server);
    *wrong = run.wrong;
    return run.compared;
}

static void what_scim_shows_is_what_is_in_effect(void **state)
{
    UNUSED(state);
    size_t compared = 0;
    for (unsigned seed = 1; seed <= RUNS; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        const char *wrong;
        compared += play_writes(arena, seed, NULL, &wrong);
        if (wrong != NULL)
            fail_msg("%s", wrong);
    }
    assert_true(compared > RUNS * WRITES / 2);
}

static void a_wrong_server_is_noticed(void **state)
{
    static const char *const defects[] = {
        "K15-sso-unchecked",         "K26-group-reads-empty",  "K45-update-resets-grants", "K46-rename-loses-grants",
        "K53-reactivation-empty",    "S0-first-role-stays",    "S0-grant-is-viewing",      "S0-group-lowers",
        "S0-nested-ignored",         "S0-pushed-group-opens",  "S2-all-routes-end",        "S2-grants-outlive-group",
        "S2-group-reborn",           "S2-latecomers-left-out", "S2-leaver-keeps-access",   "S2-leaver-loses-grants",
        "S2-newcomer-has-access",    "S2-removed-keep-roles",  "S2-return-promotes",       "S4-mapping-lost",
        "S4-mapping-outlives-group", "S4-mapping-sticks",      "S4-outer-mapping-lost",    "S4-pattern-is-all",
        "S4-rule-for-everybody",     "S4-rule-sticks"};
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(defects); i++) {
        const char *wrong = NULL;
        for (unsigned seed = 1; seed <= RUNS && wrong == NULL; seed++) {
            struct arena *arena CLEANUP(arena_cleanup) = arena_new();
            (void)play_writes(arena, seed, defects[i], &wrong);
            wrong = wrong == NULL ? NULL : defects[i];
        }
        if (wrong == NULL)
            fail_msg("nobody notices %s", defects[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_scim_shows_is_what_is_in_effect),
        cmocka_unit_test(a_wrong_server_is_noticed),
    };
    return tap_run("what SCIM shows and what is in effect", tests);
}
