/* Okta's people and group pushes: every row of the two tables is taken by a story of events, and whatever a server does to it, a client
 * that goes on comes to what the directory says. */
#include "common/base.h"
#include "tests/unit/simulator/fake_server.h"

#include "simulator/okta_state.h"
#include "tests/table.h"

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\",\"title\":\"Engineer\"},\"bob\":{\"email\":\"bob@acme.test\"},"            \
    "\"cyd\":{\"email\":\"cyd@acme.test\"}},\"groups\":{\"eng\":{\"name\":\"Team Red\",\"members\":[\"ada\",\"bob\"]},"          \
    "\"all\":{\"name\":\"Everyone\",\"members\":[\"cyd\"]}}}"

struct world {
    struct fake fake;
    struct simulator sim;
    struct rng rng;
};

static bool person_taken[PERSON_STATE_COUNT][PERSON_ASK_COUNT], push_taken[PUSH_STATE_COUNT][PUSH_ASK_COUNT];

/* "ada: provisioned -> deactivated, has the app no longer": which row that was. */
static void note_row(const char *line)
{
    const char *colon = strstr(line, ": "), *arrow = strstr(line, " -> ");
    if (colon == NULL || arrow == NULL)
        return;
    size_t n = (size_t)(arrow - colon - 2);
    for (int from = 0; from < PERSON_STATE_COUNT; from++)
        for (int ask = 0; ask < PERSON_ASK_COUNT; ask++) {
            const char *state = okta_person_trace((enum person_state)from), *words = okta_person_asked((enum person_ask)ask);
            size_t tail = strlen(line) - strlen(words);
            if (strlen(state) == n && strncmp(colon + 2, state, n) == 0 && tail < strlen(line) &&
                text_equal(line + tail, words) && line[tail - 1] == ' ' && line[tail - 2] == ',')
                person_taken[from][ask] = true;
        }
    for (int from = 0; from < PUSH_STATE_COUNT; from++)
        for (int ask = 0; ask < PUSH_ASK_COUNT; ask++) {
            const char *state = okta_push_trace((enum push_state)from), *words = okta_push_asked((enum push_ask)ask);
            size_t tail = strlen(line) - strlen(words);
            if (strlen(state) == n && strncmp(colon + 2, state, n) == 0 && tail < strlen(line) &&
                text_equal(line + tail, words) && line[tail - 1] == ' ' && line[tail - 2] == ',')
                push_taken[from][ask] = true;
        }
}

static const char *state_of(const struct world *w, const char *key)
{
    const struct directory_user *user = directory_user(w->sim.directory, key);
    const struct directory_group *group = directory_group(w->sim.directory, key);
    if (user != NULL)
        return okta_person_trace((enum person_state)user->okta);
    return okta_push_trace((enum push_state)group->okta);
}

/* What was put off comes at its time. */
static void pass(struct world *w, const char *span)
{
    struct event_outcome outcome;
    struct error err = {0};
    int64_t ms = 0, due = 0, end = 0;
    assert_true(duration_parse(span, &ms));
    end = w->fake.now_ms + ms;
    w->sim.timetable = true;
    while (simulator_next(&w->sim, &due) && due <= end) {
        w->fake.now_ms = due > w->fake.now_ms ? due : w->fake.now_ms;
        if (!simulator_act(&w->sim, &outcome, &err))
            assert_int_equal(err.code, ERROR_UNREACHABLE);
    }
    w->fake.now_ms = end;
}

/* One line: "ok: assign ada", "503: update ada {...}", "axis: on-unassign=delete-user", "there: {a user}", "gone: /Users/u1",
 * "wait: 30d" (the server answers as before), "ada is provisioned". */
static void play_line(struct world *w, const char *line)
{
    const char *colon = strstr(line, ": "), *is = strstr(line, " is ");
    struct event_outcome outcome;
    struct error err = {0};
    if (colon == NULL || (is != NULL && is < colon)) {
        const char *key = arena_strndup(w->fake.arena, line, (size_t)(is - line));
        if (!text_equal(state_of(w, key), is + 4))
            fail_msg("%s: it is %s", line, state_of(w, key));
        return;
    }
    const char *answer = arena_strndup(w->fake.arena, line, (size_t)(colon - line));
    if (text_equal(answer, "axis")) {
        const char *equals = strchr(colon, '=');
        const char *axis = arena_strndup(w->fake.arena, colon + 2, (size_t)(equals - colon - 2));
        assert_true(dialect_with(w->fake.arena, w->sim.dialect, axis, equals + 1, &w->sim.dialect, &err));
        return;
    }
    if (text_equal(answer, "there")) {
        json_push_copy(json_edit(w->fake.lists, "Users"),
                       json_parse(w->fake.arena, (struct bytes){colon + 2, strlen(colon + 2)}, "there", &err));
        return;
    }
    if (text_equal(answer, "gone")) {
        json *list = NULL;
        json *item = fake_item(&w->fake, colon + 2, &list);
        assert_non_null(item);
        json_remove_node(list, item);
        return;
    }
    if (text_equal(answer, "wait")) {
        pass(w, colon + 2);
        return;
    }
    w->fake.answer = answer;
    w->fake.throttled = false;
    struct event event = fake_event(w->fake.arena, colon + 2);
    if (!simulator_play(&w->sim, &event, &outcome, &err))
        fail_msg("%s: %s", line, err.message);
}

static void note_trace(struct world *w)
{
    for (size_t i = 0; i < w->sim.trace_count; i++)
        note_row(w->sim.trace[i].text);
}

static void is_played(void **state)
{
    const struct table_case *c = *state;
    struct world w;
    const char *const *lines = NULL;
    const char *dialect = table_field(c, "dialect");
    fake_set_up(&w.fake, &w.sim, &w.rng, dialect == NULL ? "okta-aiw" : dialect, DIRECTORY);
    size_t count = text_split(w.fake.arena, table_need(c, "story"), '\n', &lines);
    for (size_t i = 0; i < count; i++)
        play_line(&w, lines[i]);
    for (size_t i = 0; i < w.sim.directory->user_count; i++) {
        const struct directory_user *user = w.sim.directory->users[i];
        assert_int_equal(user->last_error != NULL, okta_person_failed((enum person_state)user->okta));
    }
    note_trace(&w);
    arena_free(w.fake.arena);
}

/* A row is where something is done or changes; everything else is silence. */
static size_t missing(const char *kind, const char *state, const char *asked, bool row, bool taken)
{
    if (row == taken)
        return 0;
    print_message("# %s: a %s that is \"%s\", asked \"%s\"\n", row ? "no story takes it" : "there is no such row", kind, state,
                  asked);
    return 1;
}

static void every_row_is_taken(void **state)
{
    UNUSED(state);
    size_t count = 0;
    for (int from = 0; from < PERSON_STATE_COUNT; from++)
        for (int ask = 0; ask < PERSON_ASK_COUNT; ask++) {
            struct person_step step = okta_person_step((enum person_state)from, (enum person_ask)ask);
            count += missing("person", okta_person_trace((enum person_state)from), okta_person_asked((enum person_ask)ask),
                             step.task != PERSON_TASK_NOTHING || (int)step.done != from, person_taken[from][ask]);
        }
    for (int from = 0; from < PUSH_STATE_COUNT; from++)
        for (int ask = 0; ask < PUSH_ASK_COUNT; ask++) {
            struct push_step step = okta_push_step((enum push_state)from, (enum push_ask)ask);
            count += missing("push", okta_push_trace((enum push_state)from), okta_push_asked((enum push_ask)ask),
                             step.task != PUSH_TASK_NOTHING || (int)step.done != from, push_taken[from][ask]);
        }
    assert_int_equal(count, 0);
}

/* --- storms --- */

static const char *some_event(struct world *w)
{
    static const char *const events[] = {
        "assign ada",
        "assign bob",
        "unassign ada",
        "unassign cyd",
        "deactivate ada",
        "deactivate bob",
        "reactivate ada",
        "reactivate bob",
        "delete cyd",
        "assign cyd",
        "assign-group all",
        "unassign-group all",
        "add-members all bob",
        "remove-members all bob",
        "add-members eng cyd",
        "remove-members eng ada",
        "add-members eng ada",
        "push-group eng",
        "push-group all",
        "push-now eng",
        "deactivate-push eng",
        "activate-push eng",
        "unlink-group eng leave",
        "unlink-group all delete",
        "rename-group eng Team Blue",
        "rename-group all Team All",
        "push-rule Team",
        "end-push-rule leave",
        "suspend ada",
        "unsuspend ada",
        "sync-password ada Horse-1",
        "force-sync",
        "import",
        "sync",
        "restart",
        "update ada {\"title\":\"CTO\"}",
        "update ada {\"title\":\"CEO\",\"department\":\"Board\"}",
        "update bob {\"title\":\"VP\"}",
        "entitle bob {\"roles\":[{\"value\":\"r1\"}]}",
        "test-connection",
        "wait",
    };
    const char *event = events[rng_below(&w->fake.rng, ARRAY_LEN(events))];
    if (text_equal(event, "wait")) {
        pass(w, "2d");
        return event;
    }
    struct event_outcome outcome;
    struct error err = {0};
    struct event played = fake_event(w->fake.arena, event);
    bool fine = simulator_play(&w->sim, &played, &outcome, &err);
    if (!fine && err.code != ERROR_UNREACHABLE && err.code != ERROR_INVALID)
        fail_msg("%s: %s", event, err.message);
    return event;
}

static void every_state_is_known(const struct world *w)
{
    for (size_t i = 0; i < w->sim.directory->user_count; i++) {
        const struct directory_user *user = w->sim.directory->users[i];
        assert_true(user->okta >= 0 && user->okta < PERSON_STATE_COUNT);
        assert_int_equal(user->last_error != NULL, okta_person_failed((enum person_state)user->okta));
        if (user->okta == PERSON_PROVISIONED || user->okta == PERSON_SUSPENDED || user->okta == PERSON_ERROR_ACTIVE)
            assert_true(user->server_id != NULL && user->pushed_active);
        if (user->okta == PERSON_DEACTIVATED || user->okta == PERSON_ERROR_UNSURE)
            assert_true(user->server_id != NULL && !user->pushed_active);
        if (user->okta == PERSON_SUSPENDED)
            assert_true(user->suspended);
    }
    for (size_t i = 0; i < w->sim.directory->group_count; i++) {
        const struct directory_group *group = w->sim.directory->groups[i];
        assert_true(group->okta >= 0 && group->okta < PUSH_STATE_COUNT);
        assert_int_equal(group->last_error != NULL, okta_push_failed((enum push_state)group->okta));
        bool there = group->okta != PUSH_INACTIVE && group->okta != PUSH_ERROR_ABSENT;
        assert_int_equal(there, group->server_id != NULL);
    }
}

static const json *on_server(struct world *w, const char *path, const char *id)
{
    json *list = NULL;
    return id == NULL ? NULL : fake_item(&w->fake, arena_printf(w->fake.arena, "%s/%s", path, id), &list);
}

static bool person_converged(struct world *w, const struct directory_user *user)
{
    const json *account = on_server(w, "/Users", user->server_id);
    bool in = user->assigned && user->state == USER_ACTIVE;
    if (!in)
        return account == NULL || !json_true(json_get(account, "active"));
    bool told = json_get(user->untold, "title") == NULL; /* who was found by an import is told by the next update */
    return account != NULL && json_true(json_get(account, "active")) &&
           (!told || text_equal(json_get_text(account, "title", NULL), directory_text(user, "title")));
}

static bool group_converged(struct world *w, const struct directory_group *group)
{
    if (group->okta != PUSH_ACTIVE)
        return !group->pushed || group->deleted || group->okta == PUSH_PAUSED;
    const json *there = on_server(w, "/Groups", group->server_id);
    size_t wanted = 0;
    for (size_t i = 0; i < group->member_count; i++) {
        const struct directory_user *user = group->members[i];
        if (!user->assigned || user->state != USER_ACTIVE)
            continue;
        bool listed = false;
        for (const json *m = json_first(json_get(there, "members")); m != NULL; m = json_next(m))
            listed = listed || text_equal(json_get_text(m, "value", NULL), user->server_id);
        if (!listed)
            return false;
        wanted++;
    }
    return json_count(json_get(there, "members")) == wanted && text_equal(json_get_text(there, "displayName", NULL), group->name);
}

/* What happened to it, for people. */
static void tell(const struct world *w, const char *key, const char *dialect, unsigned seed)
{
    for (size_t i = 0; i < w->sim.trace_count; i++)
        if (text_starts(w->sim.trace[i].text, key))
            print_message("# %s\n", w->sim.trace[i].text);
    print_message("# people %s\n# groups %s\n", json_print(w->fake.arena, json_get(w->fake.lists, "Users")),
                  json_print(w->fake.arena, json_get(w->fake.lists, "Groups")));
    fail_msg("%s, storm %u: %s has not converged", dialect, seed, key);
}

/* The server is well again: failed tasks are submitted again, every group is pushed. */
static void has_converged(struct world *w, const char *dialect, unsigned seed)
{
    static const char *const recovery[] = {"restart", "sync"};
    for (size_t i = 0; i < ARRAY_LEN(recovery); i++) {
        struct event event = fake_event(w->fake.arena, recovery[i]);
        struct event_outcome outcome;
        struct error err = {0};
        w->fake.answer = "ok";
        assert_true(simulator_play(&w->sim, &event, &outcome, &err));
        if (outcome.console != NULL)
            fail_msg("%s, storm %u: %s says %s", dialect, seed, recovery[i], outcome.console);
    }
    for (size_t i = 0; i < w->sim.directory->user_count; i++)
        if (!person_converged(w, w->sim.directory->users[i]))
            tell(w, w->sim.directory->users[i]->key, dialect, seed);
    for (size_t i = 0; i < w->sim.directory->group_count; i++)
        if (!group_converged(w, w->sim.directory->groups[i]))
            tell(w, w->sim.directory->groups[i]->key, dialect, seed);
}

/* Settings of the app that turn what comes of an assignment and of an import. */
static void turn(struct world *w, unsigned seed)
{
    static const char *const settings[][8] = {
        {NULL},
        {"on-unassign", "delete-user", "unassign-delay-days", "3", NULL},
        {"on-unassign", "remove-entitlements", "unassign-delay-days", "3", NULL},
        {"profile-source", "on", "auto-confirm", "on", "source-reactivates", "both", "import-safeguard-percent", "100"}};
    const char *const *words = settings[seed % ARRAY_LEN(settings)];
    for (size_t i = 0; i < ARRAY_LEN(settings[0]) && words[i] != NULL; i += 2) {
        struct error err = {0};
        assert_true(dialect_with(w->fake.arena, w->sim.dialect, words[i], words[i + 1], &w->sim.dialect, &err));
    }
}

static void every_storm_passes(void **state)
{
    static const char *const names[] = {"okta-aiw", "okta-template", "okta-oiw"};
    UNUSED(state);
    for (size_t d = 0; d < ARRAY_LEN(names); d++)
        for (unsigned seed = 1; seed <= 300; seed++) {
            struct world w;
            fake_set_up(&w.fake, &w.sim, &w.rng, names[d], DIRECTORY);
            w.fake.rng = rng_new(seed);
            w.fake.answer = "storm";
            turn(&w, seed);
            for (int i = 0; i < 40; i++) {
                some_event(&w);
                every_state_is_known(&w);
            }
            has_converged(&w, names[d], seed);
            every_state_is_known(&w);
            arena_free(w.fake.arena);
        }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_taken), cmocka_unit_test(every_storm_passes)};
    int failed = tap_table("okta states", "tests/tables/okta_states.table", is_played);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return failed + _cmocka_run_group_tests("okta", tests, ARRAY_LEN(tests), NULL, NULL);
}
