/* The bundled server's process. The program that child_start runs is "this very executable", so this test plays the child, too. */
#include "common/base.h"
#include "runner/child.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/tap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- what the child does --------------------------------------------------------------------------------------------------- */

static int wait_for_end_of_input(void)
{
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    return 0;
}

static int child_main(const char *role, const char *argument)
{
    if (text_equal(role, "ends-at-once"))
        return 3;
    if (text_equal(role, "half-a-line")) {
        (void)printf("listening");
        return 0;
    }
    const char *value = getenv("CHILD_TEST_TOKEN"), *kept = getenv("CHILD_TEST_KEPT");
    (void)printf("listening argument=%s token=%s kept=%s\n", argument, value == NULL ? "" : value, kept == NULL ? "" : kept);
    (void)fflush(stdout);
    if (text_equal(role, "chatters"))
        for (int i = 0; i < 20000; i++)
            (void)puts("more than a pipe holds, which nobody reads before the end");
    (void)wait_for_end_of_input();
    if (text_equal(role, "is-killed"))
        (void)raise(SIGKILL);
    return text_equal(role, "ends-badly") ? 4 : 0;
}

/* --- tests ----------------------------------------------------------------------------------------------------------------- */

static struct child *start(struct arena *arena, const char *role, const char **line, struct error *err)
{
    const char *const arguments[] = {"--child", role, "x y", NULL};
    const char *const environment[] = {"CHILD_TEST_TOKEN=new value", NULL};
    struct child *child = NULL;
    const struct child_options options = {arguments, environment};
    return child_start(arena, &options, &child, line, err) ? child : NULL;
}

static void the_first_line_comes_back_and_the_environment_is_as_told(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err = {0};
    const char *line = NULL;
    (void)setenv("CHILD_TEST_TOKEN", "old", 1);
    (void)setenv("CHILD_TEST_KEPT", "as it was", 1);
    struct child *child = start(arena, "waits", &line, &err);
    assert_non_null(child);
    assert_string_equal(line, "listening argument=x y token=new value kept=as it was");
    assert_true(child_stop(child));
}

static void one_child_does_not_keep_another_alive(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err = {0};
    const char *line = NULL;
    struct child *first = start(arena, "waits", &line, &err), *second = start(arena, "waits", &line, &err);
    assert_non_null(first);
    assert_non_null(second);
    /* Were the second to hold the first one's pipe, the first would have to be killed. */
    assert_true(child_stop(first));
    assert_true(child_stop(second));
}

static void a_child_that_chatters_ends_all_the_same(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err = {0};
    const char *line = NULL;
    struct child *child = start(arena, "chatters", &line, &err);
    assert_non_null(child);
    assert_true(child_stop(child));
}

static void a_bad_end_is_told(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    static const char *const roles[] = {"ends-badly", "is-killed"};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        struct error err = {0};
        const char *line = NULL;
        struct child *child = start(arena, roles[i], &line, &err);
        assert_non_null(child);
        assert_false(child_stop(child));
    }
}

static void no_line_no_server(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    static const char *const roles[] = {"ends-at-once", "half-a-line"};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        struct error err = {0};
        const char *line = NULL;
        assert_null(start(arena, roles[i], &line, &err));
        assert_int_equal(error_exit_status(err.code), 3);
        assert_string_not_equal(err.remedy, "");
    }
}

static void to_stop_nothing_is_fine(void **state)
{
    UNUSED(state);
    assert_true(child_stop(NULL));
}

int main(int argc, char **argv)
{
    if (argc == 4 && text_equal(argv[1], "--child"))
        return child_main(argv[2], argv[3]);
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_comes_back_and_the_environment_is_as_told),
        cmocka_unit_test(one_child_does_not_keep_another_alive),
        cmocka_unit_test(a_child_that_chatters_ends_all_the_same),
        cmocka_unit_test(a_bad_end_is_told),
        cmocka_unit_test(no_line_no_server),
        cmocka_unit_test(to_stop_nothing_is_fine),
    };
    return tap_run("child", tests);
}
