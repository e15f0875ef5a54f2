#include "common/base.h"
#include "common/json_out.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

/* --- the bytes are those of the tree --- */

static const char *any_text(struct arena *arena, struct rng *rng)
{
    static const char *const pieces[] = {"", "a", "\"", "\\", "\n", "\x01", "/", "\xC3\xA9", "plain words", "\x1F\x7F"};
    const char *text = "";
    for (uint64_t n = rng_below(rng, 4); n > 0; n--)
        text = arena_printf(arena, "%s%s", text, pieces[rng_below(rng, ARRAY_LEN(pieces))]);
    return text;
}

static const int64_t integers[] = {0, 1, -1, 9, 10, -10, 4294967296, 9007199254740991, -9007199254740991};

/* The same value for both; name NULL: an element of tree. */
static void put_any(struct arena *arena, struct rng *rng, struct json_out *out, json *tree, const char *name, int depth);

static void put_children(struct arena *arena, struct rng *rng, struct json_out *out, json *tree, bool object, int depth)
{
    for (uint64_t i = 0, n = rng_below(rng, 5); i < n; i++)
        put_any(arena, rng, out, tree, object ? arena_printf(arena, "%d %s", (int)i, any_text(arena, rng)) : NULL, depth + 1);
    json_out_end(out);
}

static void put_any(struct arena *arena, struct rng *rng, struct json_out *out, json *tree, const char *name, int depth)
{
    const char *text = any_text(arena, rng);
    int64_t integer = integers[rng_below(rng, ARRAY_LEN(integers))];
    switch (rng_below(rng, depth < 6 ? 5 : 3)) {
    case 0:
        json_out_text(out, name, text);
        name == NULL ? json_push_text(tree, text) : json_set_text(tree, name, text);
        break;
    case 1:
        json_out_integer(out, name, integer);
        name == NULL ? json_push_integer(tree, integer) : json_set_integer(tree, name, integer);
        break;
    case 2:
        json_out_bool(out, name, integer > 0);
        name == NULL ? json_push(tree, json_new_bool(NULL, integer > 0)) : json_set_bool(tree, name, integer > 0);
        break;
    case 3:
        json_out_object(out, name);
        put_children(arena, rng, out, name == NULL ? json_push_object(tree) : json_set_object(tree, name), true, depth);
        break;
    default:
        json_out_array(out, name);
        put_children(arena, rng, out, name == NULL ? json_push_array(tree) : json_set_array(tree, name), false, depth);
    }
}

static void the_bytes_are_those_of_the_tree(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct rng rng = rng_new(seed);
        struct buffer buffer = buffer_new(0);
        bool pretty = seed % 2 == 0;
        struct json_out out = pretty ? json_out_pretty(&buffer) : json_out_new(&buffer);
        struct error err;
        json *tree = json_object(arena);
        assert_false(json_out_is_whole(&out));
        json_out_object(&out, NULL);
        put_children(arena, &rng, &out, tree, true, 0);
        assert_true(json_out_is_whole(&out));
        assert_string_equal(buffer_text(&buffer), pretty ? json_print_pretty(arena, tree) : json_print(arena, tree));
        assert_non_null(json_parse(arena, (struct bytes){buffer.p, buffer.n}, "written", &err));
        buffer_release(&buffer);
    }
}

static void integers_are_written_in_full(void **state)
{
    UNUSED(state);
    struct buffer buffer = buffer_new(0);
    struct json_out out = json_out_new(&buffer);
    json_out_array(&out, NULL);
    json_out_integer(&out, NULL, INT64_MIN);
    json_out_integer(&out, NULL, INT64_MAX);
    json_out_integer(&out, NULL, 0);
    json_out_end(&out);
    assert_string_equal(buffer_text(&buffer), "[-9223372036854775808,9223372036854775807,0]");
    buffer_release(&buffer);
}

static void trees_may_stand_in_it(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *tree = json_object(arena);
    json_set_text(tree, "a", "b");
    struct buffer buffer = buffer_new(0);
    struct json_out out = json_out_new(&buffer);
    json_out_object(&out, NULL);
    json_out_json(&out, "x", tree);
    json_out_json(&out, "y", NULL);
    json_out_end(&out);
    assert_string_equal(buffer_text(&buffer), "{\"x\":{\"a\":\"b\"},\"y\":null}");
    buffer_release(&buffer);
    out = json_out_pretty(&buffer);
    json_out_object(&out, NULL);
    json_out_json(&out, "x", tree);
    json_out_members(&out, tree);
    json_out_end(&out);
    assert_string_equal(buffer_text(&buffer), "{\n  \"x\": {\n    \"a\": \"b\"\n  },\n  \"a\": \"b\"\n}");
    buffer_release(&buffer);
}

static void what_does_not_fit_is_dropped_and_said(void **state)
{
    UNUSED(state);
    struct buffer buffer = buffer_new(8);
    struct json_out out = json_out_new(&buffer);
    json_out_array(&out, NULL);
    json_out_text(&out, NULL, "123456789");
    json_out_end(&out);
    assert_true(buffer.full);
    assert_string_equal(buffer_text(&buffer), "[");
    buffer_release(&buffer);
}

/* --- what would not be JSON ends the process --- */

static void no_name(struct json_out *out)
{
    json_out_object(out, NULL);
    json_out_text(out, NULL, "x");
}

static void name_in_an_array(struct json_out *out)
{
    json_out_array(out, NULL);
    json_out_text(out, "x", "x");
}

static void name_at_the_top(struct json_out *out)
{
    json_out_text(out, "x", "x");
}

static void second_value(struct json_out *out)
{
    json_out_bool(out, NULL, true);
    json_out_bool(out, NULL, true);
}

static void one_end_too_many(struct json_out *out)
{
    json_out_array(out, NULL);
    json_out_end(out);
    json_out_end(out);
}

static void too_deep(struct json_out *out)
{
    for (int i = 0; i <= JSON_MAX_DEPTH; i++)
        json_out_array(out, NULL);
}

static void as_deep_as_may_be(struct json_out *out)
{
    for (int i = 0; i < JSON_MAX_DEPTH; i++)
        json_out_array(out, NULL);
    for (int i = 0; i < JSON_MAX_DEPTH; i++)
        json_out_end(out);
}

static bool survives(void (*use)(struct json_out *))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct buffer buffer = buffer_new(0);
        struct json_out out = json_out_new(&buffer);
        (void)signal(SIGABRT, SIG_DFL);
        (void)close(STDERR_FILENO);
        use(&out);
        _exit(json_out_is_whole(&out) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGABRT : WEXITSTATUS(status) == 0);
    return !WIFSIGNALED(status);
}

static void wrong_use_ends_the_process(void **state)
{
    UNUSED(state);
    void (*const wrong[])(struct json_out *) = {no_name,      name_in_an_array, name_at_the_top,
                                                second_value, one_end_too_many, too_deep};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_false(survives(wrong[i]));
    assert_true(survives(as_deep_as_may_be));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_those_of_the_tree), cmocka_unit_test(integers_are_written_in_full),
        cmocka_unit_test(trees_may_stand_in_it),           cmocka_unit_test(what_does_not_fit_is_dropped_and_said),
        cmocka_unit_test(wrong_use_ends_the_process),
    };
    return tap_run("json_out", tests);
}
