/* The file between two calls of `scimulator push`: what it must be, and that it says who is who. */
#include "common/base.h"

#include "common/error.h"
#include "common/file.h"
#include "common/json.h"
#include "common/memory.h"
#include "runner/push_state.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/scimulator-push-XXXXXX";
static const char *path;

static void write_state(const char *text)
{
    struct error err;
    assert_true(file_write(path, (struct bytes){text, strlen(text)}, 0600, &err));
}

static bool open_state(struct arena *arena, struct push_state *out, uint64_t *seed, struct error *err)
{
    *seed = 7;
    return push_state_open(arena, path, "entra", "the bundled server", seed, out, err);
}

static void what_is_no_state_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"push\":1}",
        "{\"push\":1,\"seed\":\"x\",\"calls\":[]}",
        "{\"push\":1,\"seed\":\"1\",\"calls\":{}}",
        "{\"push\":2,\"seed\":\"1\",\"dialect\":\"entra\",\"target\":\"the bundled server\",\"calls\":[]}",
        "{\"push\":1,\"seed\":\"1\",\"dialect\":\"okta-aiw\",\"target\":\"the bundled server\",\"calls\":[]}",
        "{\"push\":1,\"seed\":\"1\",\"dialect\":\"entra\",\"target\":\"http://other\",\"calls\":[]}",
        "{\"push\":1,\"seed\":\"1\",\"dialect\":\"entra\",\"target\":\"the bundled server\",\"calls\":[{}]}",
        "{\"push\":1,\"seed\":\"1\",\"dialect\":\"entra\",\"target\":\"the bundled server\",\"calls\":[{\"events\":[],"
        "\"replies\":[{\"request\":\"GET /\",\"status\":1000,\"body\":\"\"}]}]}",
        "{\"push\":1,\"seed\":\"1\",\"dialect\":\"entra\",\"target\":\"the bundled server\",\"calls\":[{\"events\":[],"
        "\"replies\":[{\"request\":\"GET /\",\"status\":200}]}]}",
    };
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct push_state opened;
        struct error err = {0};
        uint64_t seed;
        write_state(texts[i]);
        if (open_state(arena, &opened, &seed, &err))
            fail_msg("taken for a state: %s", texts[i]);
        assert_int_equal(error_exit_status(err.code), 2);
    }
}

static void calls_add_up(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct push_state opened;
    struct error err = {0};
    uint64_t seed;
    static const char *const calls[] = {
        "{\"events\":[{\"event\":\"assign\",\"subject\":\"ada\"}],\"users\":{\"ada\":{\"email\":\"ada@acme.test\"}},"
        "\"groups\":{\"eng\":{\"name\":\"Engineering\"}},\"replies\":[{\"request\":\"GET /Users\",\"status\":0,\"body\":\"\"}]}",
        "{\"events\":[{\"event\":\"update\",\"subject\":\"ada\",\"changes\":{\"email\":\"king@acme.test\",\"title\":null}},"
        "{\"event\":\"rename-group\",\"subject\":\"eng\",\"name\":\"EMEA\"}]}"};
    unlink(path);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        assert_true(open_state(arena, &opened, &seed, &err));
        assert_int_equal(seed, 7);
        assert_int_equal(json_count(push_state_calls(&opened)), i);
        const json *call = json_parse(arena, (struct bytes){calls[i], strlen(calls[i])}, "call", &err);
        assert_true(push_state_keep(arena, &opened, call, &err));
    }
    assert_true(open_state(arena, &opened, &seed, &err));
    const json *known = push_state_known(arena, &opened);
    assert_string_equal(json_get_text(json_pointer(known, "/users/ada"), "email", ""), "king@acme.test");
    assert_string_equal(json_get_text(json_pointer(known, "/groups/eng"), "name", ""), "EMEA");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void nothing_is_kept_without_a_file(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct push_state opened;
    struct error err = {0};
    uint64_t seed = 3;
    assert_true(push_state_open(arena, NULL, "entra", "x", &seed, &opened, &err));
    assert_true(push_state_keep(arena, &opened, json_object(arena), &err));
    assert_int_equal(json_count(push_state_calls(&opened)), 0);
}

int main(void)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    if (mkdtemp(folder) == NULL)
        return 1;
    path = arena_printf(arena, "%s/one.state", folder);
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_no_state_is_refused), cmocka_unit_test(calls_add_up),
                                       cmocka_unit_test(nothing_is_kept_without_a_file)};
    int failed = tap_run("push_state", tests);
    unlink(path);
    rmdir(folder);
    return failed;
}
