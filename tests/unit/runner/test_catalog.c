/* Which scenarios a command line selects, and what becomes of files that can't be played. */
#include "common/base.h"
#include "runner/catalog.h"

#include "common/error.h"
#include "common/file.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"

#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- selecting ---------------------------------------------------------------------------------------------------------- */

static const char *const must_lifecycle[] = {"must", "lifecycle"};
static const char *const may[] = {"may"};

/* Five scenarios: two areas whose names begin alike, one of raw requests, one file of the user's. */
static struct catalog five(struct arena *arena)
{
    static const struct {
        const char *id, *file, *idp;
        const char *const *tags;
        size_t tag_count;
    } rows[] = {
        {"lifecycle.leaver", "scenarios/lifecycle/leaver.json", "okta-aiw entra", must_lifecycle, 2},
        {"lifecycle.leaver-invite", "scenarios/lifecycle/leaver-invite.json", "okta-aiw entra", may, 1},
        {"lifecycles.other", "scenarios/lifecycles/other.json", "entra", may, 1},
        {"protocol.paging", "scenarios/protocol/paging.json", "rfc", must_lifecycle, 1},
        {"mine.first", "./mine/first.json", "okta-template", NULL, 0},
    };
    struct catalog catalog = {arena_array(arena, ARRAY_LEN(rows), sizeof(struct scenario *)), ARRAY_LEN(rows)};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scenario *scenario = catalog.scenarios[i] = arena_alloc(arena, sizeof *scenario);
        *scenario =
            (struct scenario){.id = rows[i].id, .file = rows[i].file, .tags = rows[i].tags, .tag_count = rows[i].tag_count};
        const char *const *names;
        size_t count = text_split(arena, rows[i].idp, ' ', &names);
        scenario->dialects = arena_array(arena, count, sizeof *scenario->dialects);
        for (size_t k = 0; k < count; k++) {
            const struct dialect *dialect = dialect_find(names[k]);
            bool raw = dialect == &dialect_rfc;
            scenario->raw = scenario->raw || raw;
            if (!raw)
                scenario->dialects[scenario->dialect_count++] = dialect;
        }
    }
    return catalog;
}

/* words, tags and dialects as texts with blanks between them, "" for none */
static struct selection selection_of(struct arena *arena, const char *words, const char *tags, const char *idp)
{
    struct selection selection = {0};
    const char *const *names = NULL;
    size_t count = *idp == '\0' ? 0 : text_split(arena, idp, ' ', &names);
    const struct dialect **dialects_wanted = arena_array(arena, count + 1, sizeof *dialects_wanted);
    for (size_t i = 0; i < count; i++)
        dialects_wanted[selection.dialect_count++] = dialect_find(names[i]);
    selection.dialects = dialects_wanted;
    selection.plain = text_equal(idp, "rfc");
    selection.raw = count == 0 || selection.plain;
    selection.word_count = *words == '\0' ? 0 : text_split(arena, words, ' ', &selection.words);
    selection.tag_count = *tags == '\0' ? 0 : text_split(arena, tags, ' ', &selection.tags);
    return selection;
}

static const char *selected(struct arena *arena, const struct selection *selection, struct error *err)
{
    const struct catalog catalog = five(arena);
    struct job *jobs;
    size_t count;
    if (!catalog_select(arena, &catalog, selection, &jobs, &count, err))
        return NULL;
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&b, "%s%s:%s", i == 0 ? "" : " ", jobs[i].scenario->id,
                      jobs[i].dialect == NULL ? "rfc" : dialect_name(jobs[i].dialect));
    return buffer_take(&b, arena);
}

static const struct selection_case {
    const char *name, *words, *tags, *idp, *want;
} selection_cases[] = {
    {"nothing said: everything, in order of the catalogue", "", "", "",
     "lifecycle.leaver:okta-aiw lifecycle.leaver:entra lifecycle.leaver-invite:okta-aiw lifecycle.leaver-invite:entra "
     "lifecycles.other:entra protocol.paging:rfc mine.first:okta-template"},
    {"an id selects itself, not what begins alike", "lifecycle.leaver", "", "",
     "lifecycle.leaver:okta-aiw lifecycle.leaver:entra"},
    {"a first word selects the area, not one that begins alike", "lifecycle", "", "entra",
     "lifecycle.leaver:entra lifecycle.leaver-invite:entra"},
    {"a pattern", "*.leaver*", "", "okta-aiw", "lifecycle.leaver:okta-aiw lifecycle.leaver-invite:okta-aiw"},
    {"a file by its name as written", "./mine/first.json", "", "", "mine.first:okta-template"},
    {"a folder of files", "./mine", "", "", "mine.first:okta-template"},
    {"a folder of files with a slash", "./mine/", "", "", "mine.first:okta-template"},
    {"several words add up, each case once, order of the catalogue", "protocol.paging lifecycle.leaver lifecycle.leaver", "", "",
     "lifecycle.leaver:okta-aiw lifecycle.leaver:entra protocol.paging:rfc"},
    {"any of several tags", "", "may lifecycle", "okta-aiw", "lifecycle.leaver:okta-aiw lifecycle.leaver-invite:okta-aiw"},
    {"a tag and a word narrow each other", "lifecycle", "may", "",
     "lifecycle.leaver-invite:okta-aiw lifecycle.leaver-invite:entra"},
    {"a provider leaves raw requests out", "", "must", "entra", "lifecycle.leaver:entra"},
    {"the plain client plays raw requests, and what names both providers", "", "must", "rfc",
     "lifecycle.leaver:rfc protocol.paging:rfc"},
    {"without a provider raw requests are in", "", "must", "",
     "lifecycle.leaver:okta-aiw lifecycle.leaver:entra protocol.paging:rfc"},
};

static void selects(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct selection_case *c = *state;
    struct selection selection = selection_of(arena, c->words, c->tags, c->idp);
    struct error err = {0};
    const char *got = selected(arena, &selection, &err);
    assert_string_equal(got == NULL ? err.message : got, c->want);
}

static void a_word_that_selects_nothing_is_an_error_with_the_nearest_id(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct selection selection = selection_of(arena, "lifecycle.leaver protocol.pagin", "", "");
    struct error err = {0};
    assert_null(selected(arena, &selection, &err));
    assert_int_equal(err.code, ERROR_USAGE);
    assert_string_equal(err.where, "protocol.pagin");
    assert_non_null(strstr(err.remedy, "did you mean protocol.paging?"));
}

static void nothing_left_is_an_error(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err = {0};
    struct selection no_tag = selection_of(arena, "", "no-such-tag", "");
    assert_null(selected(arena, &no_tag, &err));
    assert_int_equal(error_exit_status(err.code), 2);
    err = (struct error){0};
    struct selection wrong_dialect = selection_of(arena, "lifecycles", "", "okta-aiw");
    assert_null(selected(arena, &wrong_dialect, &err));
    assert_int_equal(error_exit_status(err.code), 2);
}

/* --- loading ------------------------------------------------------------------------------------------------------------ */

#define SCENARIO(id)                                                                                                             \
    "{ \"id\": \"" id                                                                                                            \
    "\", \"title\": \"T\", \"why\": \"W.\", \"covers\": [\"K01\"], \"tags\": [\"own\"], \"idp\": [\"entra\"],\n"                 \
    "  \"directory\": { \"users\": { \"ada\": { \"givenName\": \"Ada\", \"familyName\": \"Byron\", \"email\": "                  \
    "\"ada@acme.test\" } } },\n"                                                                                                 \
    "  \"steps\": [ { \"assign\": \"ada\" } ] }\n"

struct folder {
    struct arena *arena;
    char path[64];
    struct complaints complaints;
    struct catalog catalog;
    struct error err;
};

static int make_folder(void **state)
{
    struct folder *folder = mem_alloc(sizeof *folder);
    folder->arena = arena_new();
    (void)snprintf(folder->path, sizeof folder->path, "/tmp/scimulator-catalog-XXXXXX");
    *state = folder;
    return mkdtemp(folder->path) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    const char *const *files;
    size_t count;
    struct error err;
    if (file_walk(folder->arena, folder->path, "", &files, &count, &err))
        for (size_t i = 0; i < count; i++)
            (void)unlink(files[i]);
    (void)rmdir(folder->path);
    arena_free(folder->arena);
    mem_free(folder);
    return 0;
}

static const char *put(struct folder *folder, const char *name, const char *text)
{
    const char *path = arena_printf(folder->arena, "%s/%s", folder->path, name);
    assert_true(file_write(path, (struct bytes){text, strlen(text)}, 0644, &folder->err));
    return path;
}

static bool load(struct folder *folder, const char *directory, const char *words)
{
    struct selection selection = selection_of(folder->arena, words, "", "");
    return catalog_load(folder->arena, directory, &selection, &folder->catalog, &folder->complaints, &folder->err);
}

static void the_executable_carries_scenarios_in_order(void **state)
{
    struct folder *folder = *state;
    assert_true(load(folder, NULL, ""));
    assert_true(folder->catalog.count >= 40);
    for (size_t i = 1; i < folder->catalog.count; i++)
        assert_true(strcmp(folder->catalog.scenarios[i - 1]->file, folder->catalog.scenarios[i]->file) < 0);
    assert_non_null(catalog_find(&folder->catalog, "lifecycle.leaver"));
    assert_null(catalog_find(&folder->catalog, "lifecycle"));
}

static void a_directory_replaces_them(void **state)
{
    struct folder *folder = *state;
    (void)put(folder, "b.json", SCENARIO("own.b"));
    (void)put(folder, "a.json", SCENARIO("own.a"));
    (void)put(folder, "scenario.schema.json", "{}");
    assert_true(load(folder, folder->path, ""));
    assert_int_equal(folder->catalog.count, 2);
    assert_string_equal(folder->catalog.scenarios[0]->id, "own.a");
    assert_string_equal(folder->catalog.scenarios[1]->id, "own.b");
}

static void a_named_file_is_added(void **state)
{
    struct folder *folder = *state;
    assert_true(load(folder, NULL, ""));
    size_t carried = folder->catalog.count;
    const char *path = put(folder, "mine.json", SCENARIO("own.mine"));
    assert_true(load(folder, NULL, path));
    assert_int_equal(folder->catalog.count, carried + 1);
    assert_string_equal(folder->catalog.scenarios[carried]->file, path);
}

static void a_file_named_twice_counts_once(void **state)
{
    struct folder *folder = *state;
    const char *path = put(folder, "mine.json", SCENARIO("own.mine"));
    assert_true(load(folder, folder->path, arena_printf(folder->arena, "%s %s", path, path)));
    assert_int_equal(folder->catalog.count, 1);
}

/* Somebody who edits a copy of a scenario means the copy. */
static void a_named_file_stands_in_for_a_carried_scenario_of_its_id(void **state)
{
    struct folder *folder = *state;
    assert_true(load(folder, NULL, ""));
    size_t carried = folder->catalog.count;
    const char *path = put(folder, "leaver.json", SCENARIO("lifecycle.leaver"));
    assert_true(load(folder, NULL, path));
    assert_int_equal(folder->catalog.count, carried);
    assert_string_equal(catalog_find(&folder->catalog, "lifecycle.leaver")->file, path);
    const char *other = put(folder, "other.json", SCENARIO("lifecycle.leaver"));
    assert_false(load(folder, NULL, arena_printf(folder->arena, "%s %s", path, other)));
    assert_string_equal(folder->err.where, other);
}

static void two_files_with_one_id_are_a_complaint(void **state)
{
    struct folder *folder = *state;
    const char *a = put(folder, "a.json", SCENARIO("own.same"));
    const char *b = put(folder, "b.json", SCENARIO("own.same"));
    assert_false(load(folder, folder->path, ""));
    assert_int_equal(folder->complaints.count, 1);
    assert_string_equal(folder->complaints.items[0].where, b);
    assert_non_null(strstr(folder->complaints.items[0].message, a));
    assert_int_equal(error_exit_status(folder->err.code), 2);
}

static void complaints_of_all_files_come_at_once(void **state)
{
    struct folder *folder = *state;
    (void)put(folder, "a.json", "{ \"id\": 7 }\n");
    (void)put(folder, "b.json", "{ nonsense");
    (void)put(folder, "c.json", SCENARIO("own.c"));
    assert_false(load(folder, folder->path, ""));
    bool a = false, b = false, c = false;
    for (size_t i = 0; i < folder->complaints.count; i++) {
        const char *where = folder->complaints.items[i].where;
        a = a || strstr(where, "/a.json:1:") != NULL;
        b = b || strstr(where, "/b.json:1:") != NULL;
        c = c || strstr(where, "/c.json") != NULL;
    }
    assert_true(a && b && !c);
}

static void what_is_not_there_is_an_error(void **state)
{
    struct folder *folder = *state;
    assert_false(load(folder, NULL, "./no/such/file.json"));
    assert_int_equal(folder->err.code, ERROR_FILE);
    assert_non_null(strstr(folder->err.where, "no/such/file.json"));
    assert_false(load(folder, folder->path, ""));
    assert_int_equal(folder->err.code, ERROR_USAGE);
    assert_string_equal(folder->err.where, folder->path);
}

static void what_a_file_looks_like(void **state)
{
    UNUSED(state);
    assert_true(word_is_file("mine.json"));
    assert_true(word_is_file("./mine"));
    assert_false(word_is_file("lifecycle.leaver"));
    assert_false(word_is_file("*.leaver"));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(a_word_that_selects_nothing_is_an_error_with_the_nearest_id),
        cmocka_unit_test(nothing_left_is_an_error),
        cmocka_unit_test(what_a_file_looks_like),
        IN_FOLDER(the_executable_carries_scenarios_in_order),
        IN_FOLDER(a_directory_replaces_them),
        IN_FOLDER(a_named_file_is_added),
        IN_FOLDER(a_file_named_twice_counts_once),
        IN_FOLDER(a_named_file_stands_in_for_a_carried_scenario_of_its_id),
        IN_FOLDER(two_files_with_one_id_are_a_complaint),
        IN_FOLDER(complaints_of_all_files_come_at_once),
        IN_FOLDER(what_is_not_there_is_an_error),
    };
    struct CMUnitTest tests[ARRAY_LEN(selection_cases) + ARRAY_LEN(others)];
    for (size_t i = 0; i < ARRAY_LEN(selection_cases); i++)
        tests[i] = (struct CMUnitTest){
            .name = selection_cases[i].name, .test_func = selects, .initial_state = (void *)(uintptr_t)&selection_cases[i]};
    memcpy(tests + ARRAY_LEN(selection_cases), others, sizeof others);
    return tap_run("catalog", tests);
}
