/* Every event of Okta's console in every Okta dialect, by what the server answers: all requests, byte for byte, and what becomes of the
 * person and the group. tests/answers/<dialect>/<event>.txt; UPDATE=1 writes them anew, to be read before they are kept.
 *
 * What is compared is text of ours, so the expectation that is not ours stands beside it: each request must fit a row of
 * tests/answers/facts.tsv, whose patterns are written from Okta's documents and captures, and the headers must be those of the dump.
 */
#include "common/base.h"
#include "tests/unit/simulator/fake_server.h"
#include "tests/unit/simulator/transcript_file.h"

#include "simulator/okta_state.h"
#include "simulator/transcript.h"

#include <stdio.h>
#include <sys/stat.h>

#define FOLDER      "tests/answers"
#define MAX_FACTS   64
#define MAX_COLUMNS 7

struct fact {
    const char *columns[MAX_COLUMNS]; /* id, evidence, dialects, method, target, body, source */
};

static struct fact facts[MAX_FACTS];
static size_t fact_count;

/* What the administrator did before; then the event. */
static const struct {
    const char *word, *given[5], *event;
} events[] = {
    {"test-connection", {NULL}, "test-connection"},
    {"assign", {NULL}, "assign ada"},
    {"unassign", {"assign ada"}, "unassign ada"},
    {"update", {"assign ada"}, "update ada {\"title\":\"CTO\",\"department\":null}"},
    {"push-group", {"assign ada"}, "push-group eng"},
    {"add-members", {"assign ada", "assign cy", "push-group eng"}, "add-members eng cy"},
    {"remove-members", {"assign ada", "assign bob", "push-group eng"}, "remove-members eng ada bob"},
    {"change-members", {"assign ada", "assign bob", "assign cy", "push-group eng"}, "change-members eng +cy -ada -bob"},
    {"rename-group", {"assign ada", "push-group eng"}, "rename-group eng Research"},
    {"delete-group", {"assign ada", "push-group eng"}, "delete-group eng"},
    {"deactivate", {"assign ada", "push-group eng"}, "deactivate ada"},
    {"reactivate", {"assign ada", "deactivate ada"}, "reactivate ada"},
    {"delete", {"assign ada", "deactivate ada"}, "delete ada"},
    {"sync", {"assign ada", "push-group eng"}, "sync"},
    {"restart", {"503: assign ada"}, "restart"},
    {"assign-group", {NULL}, "assign-group eng"},
    {"unassign-group", {"assign-group eng"}, "unassign-group eng"},
    {"suspend", {"assign ada"}, "suspend ada"},
    {"unsuspend", {"assign ada", "suspend ada"}, "unsuspend ada"},
    {"sync-password", {"assign ada"}, "sync-password ada Correct-Horse-1"},
    {"link-group", {"assign ada"}, "link-group eng Builders"},
    {"unlink-group", {"assign ada", "push-group eng"}, "unlink-group eng delete"},
    {"push-now", {"assign ada", "push-group eng"}, "push-now eng"},
    {"deactivate-push", {"assign ada", "push-group eng"}, "deactivate-push eng"},
    {"activate-push", {"assign ada", "push-group eng", "deactivate-push eng"}, "activate-push eng"},
    {"push-rule", {"assign ada"}, "push-rule R&D"},
    {"end-push-rule", {"assign ada", "push-rule R&D"}, "end-push-rule delete"},
    {"import", {"assign ada", "settings {\"group-import\":\"on\"}"}, "import"},
    {"import-entitlements", {NULL}, "import-entitlements"},
    {"import-carried", {"assign ada", "settings {\"entitlement-management\":\"on\"}"}, "import"},
    {"import-user-schema", {NULL}, "import-user-schema"},
    {"entitle-first", {"import-entitlements", "entitle ada {\"entitlements\":[{\"value\":\"entitlement123\"}]}"}, "assign ada"},
    {"entitle-none", {"assign ada", "entitle ada {\"roles\":[{\"value\":\"role123\"}]}"}, "entitle ada {\"roles\":[]}"},
    {"entitle", {"assign ada"}, "entitle ada {\"roles\":[{\"value\":\"role123\",\"display\":\"First Role\"}]}"},
    {"force-sync", {"assign ada", "assign bob", "suspend bob"}, "force-sync"},
    {"settings-entitlements", {NULL}, "settings {\"entitlement-management\":\"on\"}"},
    {"update-offered", {"assign ada", "import-user-schema"}, "update ada {\"title\":\"CTO\",\"nickName\":\"Ada\"}"},
    {"update-kept-back", {"assign ada", "import-user-schema"}, "update ada {\"nickName\":\"Ada\",\"preferredLanguage\":\"en\"}"},
    {"assign-offered", {"import-user-schema"}, "assign ada"},
    {"settings", {"settings {\"group-import\":\"on\"}"}, "settings {\"deactivate-users\":\"off\"}"},
};

#define ADA                                                                                                                      \
    "\"userName\":\"ada@acme.test\",\"name\":{\"formatted\":\"Ada "                                                              \
    "Byron\"},\"emails\":[{\"value\":\"ada@home.test\",\"type\":\"home\"}],"

#define NO_ONE NULL, NULL
#define ACTIVE                                                                                                                   \
    "{\"id\":\"x1\"," ADA "\"active\":true,\"meta\":{\"resourceType\":\"User\"}}",                                               \
        "{\"id\":\"x9\",\"displayName\":\"Builders\",\"members\":[]}"
#define INACTIVE                                                                                                                 \
    "{\"id\":\"x1\"," ADA "\"active\":false,\"meta\":{\"resourceType\":\"User\"}}",                                              \
        "{\"id\":\"x9\",\"displayName\":\"R&D Team\",\"members\":[{\"value\":\"x1\"}]}"

/* What the server has before anything, and how it answers the event. */
static const struct {
    const char *name, *user, *group, *answer;
} answers[] = {
    {"no match", NO_ONE, "ok"},
    {"match", ACTIVE, "ok"},
    {"inactive match", INACTIVE, "ok"},
    {"409", NO_ONE, "409"},
    {"404", NO_ONE, "404"},
    {"429", NO_ONE, "429"},
    {"503", NO_ONE, "503"},
    {"match, 409", ACTIVE, "409"},
    {"match, 503", ACTIVE, "503"},
    {"inactive match, 409", INACTIVE, "409"},
    {"409 to reads", NO_ONE, "409 to reads"},
    {"503 to reads", NO_ONE, "503 to reads"},
    {"503 to later reads", NO_ONE, "503 to later reads"},
    {"503 to later writes", NO_ONE, "503 to later writes"},
    {"match, 503 to later reads", ACTIVE, "503 to later reads"},
    {"match, 503 to later writes", ACTIVE, "503 to later writes"},
    {"inactive match, 503 to later reads", INACTIVE, "503 to later reads"},
    {"inactive match, 503 to later writes", INACTIVE, "503 to later writes"},
    {"made by hand", NO_ONE, "made"},
    {"gone by hand", NO_ONE, "gone"},
    {"activated by hand", NO_ONE, "activated"},
};

/* --- facts --- */

static void read_facts(struct arena *arena)
{
    struct bytes text;
    struct error err = {0};
    const char *const *lines = NULL;
    assert_true(file_read(arena, FOLDER "/facts.tsv", 64 * KIB, &text, &err));
    size_t count = text_split(arena, text.p, '\n', &lines);
    for (size_t i = 0; i < count; i++) {
        const char *const *columns = NULL;
        if (lines[i][0] == '#' || lines[i][0] == '\0')
            continue;
        assert_int_equal(text_split(arena, lines[i], '\t', &columns), MAX_COLUMNS);
        assert_true(fact_count < MAX_FACTS);
        for (size_t k = 0; k < MAX_COLUMNS; k++)
            facts[fact_count].columns[k] = columns[k];
        fact_count++;
    }
}

static bool is_of_dialect(struct arena *arena, const char *list, const char *dialect)
{
    const char *const *names = NULL;
    size_t count = text_split(arena, list, ',', &names);
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], "*") || text_equal(names[i], dialect))
            return true;
    return false;
}

static const struct fact *fact_of(struct arena *arena, const char *dialect, const char *method, const char *target,
                                  const char *body)
{
    for (size_t i = 0; i < fact_count; i++) {
        const char *const *c = facts[i].columns;
        if (is_of_dialect(arena, c[2], dialect) && text_equal(c[3], method) && text_glob(c[4], target) &&
            text_glob(c[5], body[0] == '\0' ? "-" : body))
            return &facts[i];
    }
    return NULL;
}

/* --- the text of a case --- */

/* Okta's dump of 2018 and the captures of 2022 and 2026, in their order; Content-Type with a body and on DELETE. */
static const char *headers_of(struct arena *arena, bool content_type)
{
    return arena_printf(arena,
                        "Accept: application/scim+json\nAccept-Charset: utf-8\n%sUser-Agent: Okta SCIM Client 1.0.0\n"
                        "Authorization: Bearer secret-token\nConnection: Keep-Alive\nAccept-Encoding: gzip,deflate\n",
                        content_type ? "Content-Type: application/scim+json; charset=utf-8\n" : "");
}

/* What the list in the reply to a lookup holds; "" of other requests. */
static const char *found_in(struct arena *arena, const struct http_request *request, int status, struct bytes reply)
{
    if (status != 200 || !text_equal(request->method, "GET") || strstr(request->target, "filter=") == NULL)
        return "";
    const json *list = json_parse(arena, reply, "reply", NULL), *first = json_first(json_get(list, "Resources"));
    assert_non_null(list);
    return first == NULL ? " no match" : json_get_bool(first, "active", true) ? " match" : " inactive match";
}

static void tell_request(struct arena *arena, struct buffer *out, const char *dialect, const struct http_request *request,
                         int status, struct bytes reply)
{
    struct buffer raw = buffer_new(0);
    const char *body = request->body.n > 0 ? request->body.p : "";
    transcript_request(&raw, request);
    bool typed = body[0] != '\0' || text_equal(request->method, "DELETE");
    const char *expected = arena_printf(arena, "%s %s HTTP/1.1\n%s\n%s%s", request->method, request->target,
                                        headers_of(arena, typed), body, body[0] == '\0' ? "" : "\n");
    assert_string_equal(buffer_take(&raw, arena), expected);
    const struct fact *fact = fact_of(arena, dialect, request->method, request->target, body);
    if (fact == NULL)
        fail_msg("no fact stands behind %s %s %s", request->method, request->target, body);
    buffer_printf(out, "# %s, %s\n> %s %s %s\n", fact->columns[0], fact->columns[1], request->method, request->target,
                  typed ? "@write" : "@read");
    if (body[0] != '\0')
        buffer_printf(out, "> %s\n", body);
    buffer_printf(out, "< %d%s\n", status, found_in(arena, request, status, reply));
}

static void play_given(struct fake *fake, struct simulator *sim, const char *line)
{
    struct event_outcome outcome;
    struct error err = {0};
    const char *event = line;
    fake->answer = "ok";
    if (text_starts(line, "503: ")) {
        fake->answer = "503";
        event += strlen("503: ");
    }
    struct event played = fake_event(fake->arena, event);
    if (!simulator_play(sim, &played, &outcome, &err))
        fail_msg("%s: %s", line, err.message);
}

/* What an administrator of the server has done there before the event, to one or to everybody; else how the server answers. */
static void by_hand(struct fake *fake, const char *answer)
{
    static const char ada[] = "{\"id\":\"x1\"," ADA "\"active\":true}";
    bool gone = text_equal(answer, "gone"), activated = text_equal(answer, "activated"), made = text_equal(answer, "made");
    json *people = gone ? json_set_array(fake->lists, "Users") : json_edit(fake->lists, "Users");
    for (json *person = json_edit_first(people); person != NULL && activated; person = json_edit_next(person))
        json_set_bool(person, "active", true);
    if (made && json_count(people) == 0)
        json_push_copy(people, json_parse(fake->arena, (struct bytes){ada, sizeof ada - 1}, "ada", NULL));
    fake->answer = gone || activated || made ? "ok" : answer;
    fake->taken = false;
}

static const char *case_of(struct arena *keep, const char *dialect, size_t e, size_t a)
{
    struct fake fake;
    struct simulator sim;
    struct rng rng;
    struct error err = {0};
    struct bytes text;
    struct event_outcome outcome;
    struct arena *arena = arena_new();
    struct buffer lines = buffer_new(0), *out = &lines;
    assert_true(file_read(arena, "tests/transcripts/directory.json", 64 * KIB, &text, &err));
    fake_set_up(&fake, &sim, &rng, dialect, text.p);
    const char *const there[][2] = {{"Users", answers[a].user}, {"Groups", answers[a].group}};
    for (size_t i = 0; i < ARRAY_LEN(there); i++)
        if (there[i][1] != NULL)
            json_push_copy(json_edit(fake.lists, there[i][0]),
                           json_parse(arena, (struct bytes){there[i][1], strlen(there[i][1])}, "there", &err));
    for (size_t i = 0; i < ARRAY_LEN(events[e].given) && events[e].given[i] != NULL; i++)
        play_given(&fake, &sim, events[e].given[i]);
    by_hand(&fake, answers[a].answer);
    size_t before = fake.logged;
    struct event event = fake_event(arena, events[e].event);
    if (!simulator_play(&sim, &event, &outcome, &err))
        fail_msg("%s: %s", events[e].event, err.message);
    for (size_t i = before; i < fake.logged; i++)
        tell_request(arena, out, dialect, &fake.log[i], fake.statuses[i], fake.replies[i]);
    if (fake.logged == before)
        buffer_add(out, "nothing is sent\n");
    buffer_printf(out, "= ada %s, eng %s\n", okta_person_trace((enum person_state)directory_user(sim.directory, "ada")->okta),
                  okta_push_trace((enum push_state)directory_group(sim.directory, "eng")->okta));
    if (outcome.console != NULL)
        buffer_printf(out, "= %s\n", outcome.console);
    const char *told = buffer_take(out, keep);
    arena_free(fake.arena);
    arena_free(arena);
    return told;
}

/* A case that is played as an earlier one says so. */
static void tell_cases(struct arena *arena, struct buffer *out, const char *dialect, size_t e)
{
    const char *texts[ARRAY_LEN(answers)];
    for (size_t a = 0; a < ARRAY_LEN(answers); a++) {
        size_t same = 0;
        texts[a] = case_of(arena, dialect, e, a);
        while (!text_equal(texts[same], texts[a]))
            same++;
        buffer_printf(out, "\n== %s\n", answers[a].name);
        if (same < a)
            buffer_printf(out, "as %s\n", answers[same].name);
        else
            buffer_add(out, texts[a]);
    }
}

/* --- the test of one file --- */

struct file {
    const char *dialect;
    size_t event;
};

static void is_as_written(void **state)
{
    const struct file *file = *state;
    struct arena *arena = arena_new();
    struct error err = {0};
    struct bytes before = {"", 0};
    const char *path = arena_printf(arena, FOLDER "/%s/%s.txt", file->dialect, events[file->event].word);
    struct buffer out = buffer_new(0);
    buffer_printf(&out, "# %s\n", events[file->event].event);
    for (size_t i = 0; i < ARRAY_LEN(events[0].given) && events[file->event].given[i] != NULL; i++)
        buffer_printf(&out, "# given: %s\n", events[file->event].given[i]);
    tell_cases(arena, &out, file->dialect, file->event);
    const char *text = buffer_take(&out, arena);
    if (getenv("UPDATE") != NULL) {
        mkdir(arena_printf(arena, FOLDER "/%s", file->dialect), 0777);
        FILE *written = fopen(path, "w");
        assert_non_null(written);
        fputs(text, written);
        fclose(written);
    }
    if (!file_read(arena, path, MIB, &before, &err))
        fail_msg("%s", err.message);
    assert_string_equal(before.p, text);
    arena_free(arena);
}

/* --- the rest --- */

static void every_event_is_here(void **state)
{
    UNUSED(state);
    for (int kind = 0; kind < EVENT_COUNT; kind++) {
        bool found = !event_is_of((enum event_kind)kind, dialect_find("okta-aiw"));
        for (size_t i = 0; i < ARRAY_LEN(events); i++)
            found = found || text_equal(events[i].word, event_word((enum event_kind)kind));
        if (!found)
            fail_msg("%s is missing", event_word((enum event_kind)kind));
    }
}

/* The transcripts of single events rest on the same facts. */
static void transcripts_rest_on_facts(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const char *const *paths = NULL;
    size_t count = 0, checked = 0;
    struct error err = {0};
    assert_true(file_walk(arena, "tests/transcripts", ".txt", &paths, &count, &err));
    for (size_t i = 0; i < count; i++) {
        struct transcript *transcript = arena_alloc(arena, sizeof *transcript);
        assert_true(transcript_load(arena, paths[i], transcript, &err));
        for (size_t k = 0; k < transcript->count && text_starts(transcript->dialect, "okta"); k++) {
            const char *request = transcript->exchanges[k].request, *body = strstr(request, "\n\n");
            const char *const *words = NULL;
            assert_non_null(body);
            assert_true(text_split(arena, arena_strndup(arena, request, strcspn(request, "\n")), ' ', &words) == 3);
            const char *text = arena_strndup(arena, body + 2, strcspn(body + 2, "\n"));
            if (fact_of(arena, transcript->dialect, words[0], words[1], text) == NULL)
                fail_msg("%s: no fact stands behind request %zu, %s %s %s", paths[i], k + 1, words[0], words[1], text);
            checked++;
        }
    }
    assert_true(checked > 100);
    arena_free(arena);
}

int main(void)
{
    static const char *const names[] = {"okta-aiw", "okta-template", "okta-oiw"};
    static struct file files[ARRAY_LEN(names) * ARRAY_LEN(events)];
    static struct CMUnitTest tests[ARRAY_LEN(files) + 2];
    struct arena *arena = arena_new();
    read_facts(arena);
    size_t n = 0;
    for (size_t d = 0; d < ARRAY_LEN(names); d++)
        for (size_t e = 0; e < ARRAY_LEN(events); e++) {
            files[n] = (struct file){names[d], e};
            tests[n] = (struct CMUnitTest){.name = arena_printf(arena, "%s, %s", names[d], events[e].word),
                                           .test_func = is_as_written,
                                           .initial_state = &files[n]};
            n++;
        }
    tests[n++] = (struct CMUnitTest){.name = "every event is here", .test_func = every_event_is_here};
    tests[n++] = (struct CMUnitTest){.name = "the transcripts rest on facts", .test_func = transcripts_rest_on_facts};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = _cmocka_run_group_tests("answers", tests, n, NULL, NULL);
    arena_free(arena);
    return failed;
}
