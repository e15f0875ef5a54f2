/* Plays the rows of tests/tables/access_*.table: an organization, events, and who has which access afterwards. The invariants of the access model are
 * looked at after every event. Expectations come from the access model.
 *
 * The organization is stored all the while, and the store is asked after every event whether it holds all of it.
 *
 * A row:  state:   an organization document (default below)
 *         events:  one per line; `!code event` must be refused with this code. People are written "ada" for ada@acme.test.
 *         access:  the whole matrix without the break-glass owner: "ada Sales editor joinable group:Eng=editor manual=viewer"
 *         owner:   that of the break-glass owner ("Sales owner member manual=owner org-role=maintainer")
 *         people:  "ada active managed seat sessions=1 keys=0 invites=0", without the break-glass owner
 *         projects: "Sales/Launch ada", and behind it " archived" and " 2 comments, 1 of 3 tasks"
 *         outbox:  "welcome ada about ada": what was said to whom about whom, oldest first
 *         kept:    names of those deleted who can be restored
 *         waiting: what does not count yet or any more: "ada Sales maintainer pending manual"
 *         standing: org role and permissions of everybody: "ada manager create_projects view_reports"
 *         inside:  which projects people can open: "ada Sales/Launch"
 *         touched: people other than the event's own who may change (heirs)
 */
#include "common/base.h"

#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/organization_document.h"
#include "tests/table.h"
#include "tests/unit/reference-server/model_access_admin.h"
#include "tests/unit/reference-server/model_access_checks.h"
#include "tests/unit/reference-server/model_access_product.h"
#include "tests/unit/reference-server/model_access_seen.h"
#include "tests/unit/reference-server/stored.h"

#include <stdio.h>
#include <string.h>

static const char default_state[] =
    "{\"name\": \"Acme\", \"domains\": [\"acme.test\"], \"workspaces\": {\"Sales\": {\"folders\": {\"Plans\": {},"
    " \"Pricing\": {\"teamAccess\": \"invite-only\"}}}, \"Legal\": {}}}";

/* --- the events --- */

enum { REPEATS = 1, ONE_PERSON = 2 }; /* the same again changes nothing; nobody but words[1] changes */

static const struct {
    const char *verb;
    event *run;
    size_t min_words;
    unsigned traits;
} events[] = {
    {"create", run_create, 2, ONE_PERSON},
    {"patch", run_replace, 2, REPEATS | ONE_PERSON},
    {"rename", run_replace, 2, ONE_PERSON},
    {"put", run_replace, 2, REPEATS | ONE_PERSON},
    {"deactivate", run_deactivate, 2, REPEATS | ONE_PERSON},
    {"reactivate", run_reactivate, 2, REPEATS | ONE_PERSON},
    {"delete", run_delete, 2, ONE_PERSON},
    {"group", run_group, 2, 0},
    {"rename-group", run_rename_group, 3, 0},
    {"delete-group", run_delete_group, 2, 0},
    {"add", run_add, 3, REPEATS},
    {"remove", run_remove, 3, REPEATS},
    {"set", run_set, 2, REPEATS},
    {"grant", run_grant, 4, REPEATS | ONE_PERSON},
    {"revoke", run_grant, 3, ONE_PERSON},
    {"invite", run_invite, 4, 0},
    {"accept", run_accept, 2, ONE_PERSON},
    {"org-role", run_org_role, 3, REPEATS | ONE_PERSON},
    {"create-folder", run_folder, 3, 0},
    {"set-folder", run_folder, 3, REPEATS},
    {"manage", run_manage, 1, REPEATS},
    {"action", run_action, 2, 0},
    {"policies", run_policies, 2, REPEATS},
    {"approve", run_answer, 3, ONE_PERSON},
    {"reject", run_answer, 3, ONE_PERSON},
    {"assign-project", run_assign, 3, REPEATS | ONE_PERSON},
    {"unassign-project", run_assign, 3, REPEATS | ONE_PERSON},
    {"classify", run_classify, 3, REPEATS},
    {"sso", run_sso, 2, ONE_PERSON},
    {"password", run_password, 3, ONE_PERSON},
    {"session", run_session, 2, REPEATS | ONE_PERSON},
    {"use-key", run_session, 2, REPEATS | ONE_PERSON},
    {"key", run_key, 3, ONE_PERSON},
    {"click", run_click, 3, REPEATS | ONE_PERSON},
    {"workspace", run_workspace, 3, ONE_PERSON},
    {"project", run_project, 3, ONE_PERSON},
    {"transfer-project", run_member_project, 4, ONE_PERSON},
    {"archive-project", run_member_project, 3, REPEATS | ONE_PERSON},
    {"unarchive-project", run_member_project, 3, REPEATS | ONE_PERSON},
    {"comment", run_work, 3, ONE_PERSON},
    {"task", run_work, 3, ONE_PERSON},
    {"complete", run_work, 3, ONE_PERSON},
    {"advance", run_advance, 2, 0},
};

/* --- playing --- */

static size_t find_event(const char *verb)
{
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        if (text_equal(events[i].verb, verb)) {
            return i;
        }
    }
    fail_msg("there is no event %s", verb);
    return 0;
}

static void check_refusal(const struct world *w, const char *line, const char *code, const char *before,
                          const struct model_failure *failure)
{
    if (!text_equal(code, failure->code)) {
        fail_msg("\"%s\": refused with %s: %s", line, failure->code, failure->message);
    }
    assert_string_equal(before, snapshot(w));
}

static void play(struct world *w, const char *line)
{
    const char *code = line[0] == '!' ? arena_strndup(w->arena, line + 1, strcspn(line + 1, " ")) : NULL;
    const char *const *words;
    size_t count = text_split(w->arena, code == NULL ? line : line + strlen(code) + 2, ' ', &words);
    size_t which = find_event(words[0]);
    if (count < events[which].min_words || count > MAX_WORDS) {
        fail_msg("\"%s\" has too few or too many words", line);
    }
    bool one_person = (events[which].traits & ONE_PERSON) != 0 && !text_starts(words[1], "group:");
    struct map *others = one_person ? bystanders(w, words[1]) : NULL;
    const char *before = snapshot(w);
    struct model_failure failure = {.code = "none"};
    bool done = events[which].run(w, words, count, &failure);
    if (done != (code == NULL)) {
        fail_msg("\"%s\": %s %s", line, done ? "was not refused" : failure.code, done ? "" : failure.message);
    }
    if (!done) {
        check_refusal(w, line, code, before, &failure);
    } else if ((events[which].traits & REPEATS) != 0 && strstr(line, " for=") == NULL) { /* that is from now on */
        before = snapshot(w);
        w->now_ms += 1000;
        assert_true(events[which].run(w, words, count, &failure));
        assert_string_equal(before, snapshot(w));
    }
    if (one_person) {
        check_bystanders(w, others, bystanders(w, words[1]), line);
    }
    check_invariants(w);
    check_stored(w);
}

static void expect(const struct table_case *c, const char *key, const char *seen)
{
    const char *wanted = table_field(c, key);
    if (wanted != NULL && !text_equal(wanted, seen)) {
        fail_msg("line %u, %s: expected\n%s\nfound\n%s", c->line, key, wanted, seen);
    }
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct world w = {.arena = arena, .now_ms = 1795369537000, .sessions = map_new(), .keys = map_new(), .invites = map_new()};
    w.touched = table_field(c, "touched");
    w.random = (struct model_random){next_id, next_token, &w};
    const char *text = table_field(c, "state") == NULL ? default_state : table_need(c, "state");
    struct error err;
    const json *document = json_parse(arena, (struct bytes){text, strlen(text)}, "state", &err);
    if (document == NULL) {
        fail_msg("%s: %s", err.where, err.message);
    }
    char token[ORGANIZATION_DOCUMENT_TOKEN];
    struct model_failure failure;
    if (!organization_document_read(document, "acme", clock_fixed(&w.now_ms), w.random, &w.organization, token, &failure)) {
        fail_msg("%s: %s", failure.pointer, failure.message);
    }
    check_invariants(&w);
    const char *path = stored_path(arena, "access");
    stored_remove(arena, path);
    w.store = stored_open(path);
    check_stored(&w);
    const char *const *lines;
    size_t count = table_field(c, "events") == NULL ? 0 : text_split(arena, table_need(c, "events"), '\n', &lines);
    for (size_t i = 0; i < count; i++) {
        w.now_ms += 1000;
        play(&w, lines[i]);
    }
    expect(c, "access", see_access(&w));
    expect(c, "owner", see_owner(&w));
    expect(c, "people", see_people(&w));
    expect(c, "projects", see_projects(&w));
    expect(c, "outbox", see_outbox(&w));
    expect(c, "kept", see_kept(&w));
    expect(c, "waiting", see_waiting(&w));
    expect(c, "standing", see_standing(&w));
    expect(c, "inside", see_inside(&w));
    store_close(w.store);
    w.store = stored_open(path);
    check_stored(&w);
    store_close(w.store);
    stored_remove(arena, path);
    map_free(w.sessions);
    map_free(w.keys);
    map_free(w.invites);
    organization_free(w.organization);
}

int main(void)
{
    static const char *const paths[] = {"tests/tables/access_groups.table",    "tests/tables/access_folders.table",
                                        "tests/tables/access_lifecycle.table", "tests/tables/access_ownership.table",
                                        "tests/tables/access_ways_in.table",   "tests/tables/access_leavers.table",
                                        "tests/tables/access_rules.table",     "tests/tables/access_together.table"};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct CMUnitTest tests[1000];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct table t = {0};
        struct error err;
        char text[1024];
        if (!table_load(arena, paths[i], &t, &err)) {
            printf("1..1\nnot ok 1 - %s\n", error_text(&err, text, sizeof text));
            return 1;
        }
        for (size_t k = 0; k < t.count && count < ARRAY_LEN(tests); k++) {
            const char *name = arena_printf(arena, "%s (%s:%u)", t.cases[k].name, paths[i], t.cases[k].line);
            tests[count++] = (struct CMUnitTest){.name = name, .test_func = row, .initial_state = &t.cases[k]};
        }
    }
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return _cmocka_run_group_tests("access", tests, count, NULL, NULL);
}
