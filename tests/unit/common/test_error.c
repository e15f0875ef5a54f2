#include "common/base.h"
#include "common/error.h"

#include <string.h>

#include "tests/tap.h"

static void an_error_says_where_what_and_what_to_do(void **state)
{
    UNUSED(state);
    struct error err;
    char text[1100];
    assert_false(error_set(&err, ERROR_SYNTAX, "a.json:1:2", "add one", "expected %s", "a comma"));
    assert_int_equal(err.code, ERROR_SYNTAX);
    assert_string_equal(error_text(&err, text, sizeof text), "a.json:1:2: expected a comma (add one)");
    error_set(&err, ERROR_USAGE, NULL, "", "no such command");
    assert_string_equal(error_text(&err, text, sizeof text), "no such command");
    assert_false(error_set(NULL, ERROR_USAGE, "", "", "nobody listens"));
}

static void codes_have_names_and_exit_statuses(void **state)
{
    UNUSED(state);
    assert_string_equal(error_name(ERROR_UNREACHABLE), "unreachable");
    assert_int_equal(error_exit_status(ERROR_NONE), 0);
    assert_int_equal(error_exit_status(ERROR_USAGE), 2);
    assert_int_equal(error_exit_status(ERROR_LIMIT), 2);
    assert_int_equal(error_exit_status(ERROR_REPLY), 3); /* a server's fault is never told as the user's */
    assert_int_equal(error_exit_status(ERROR_CREDENTIALS), 3);
    assert_int_equal(error_exit_status(ERROR_INTERNAL), 5);
}

static void long_texts_are_cut_between_characters(void **state)
{
    UNUSED(state);
    struct error err;
    char long_text[1025];
    for (int odd = 0; odd < 2; odd++) { /* of two neighbouring offsets one cuts a character of two bytes */
        memset(long_text, 'x', sizeof long_text);
        for (int i = odd; i + 1 < 1024; i += 2)
            memcpy(long_text + i, "\xC3\xA9", 2);
        long_text[1024] = '\0';
        error_set(&err, ERROR_FILE, long_text, long_text, "%s", long_text);
        assert_true(strlen(err.message) >= sizeof err.message - 2);
        assert_int_not_equal((unsigned char)err.message[strlen(err.message) - 1], 0xC3);
        assert_int_not_equal((unsigned char)err.where[strlen(err.where) - 1], 0xC3);
        assert_int_not_equal((unsigned char)err.remedy[strlen(err.remedy) - 1], 0xC3);
    }
}

static void the_text_is_one_line(void **state)
{
    UNUSED(state);
    struct error err;
    char text[1100], small[8];
    error_set(&err, ERROR_FILE, "a\nb", "", "c\r\nd\x1b[1m");
    assert_string_equal(error_text(&err, text, sizeof text), "a b: c  d [1m");
    assert_string_equal(error_text(&err, small, sizeof small), "a b: c ");
}

static void an_error_can_quote_itself(void **state)
{
    UNUSED(state);
    struct error err;
    error_set(&err, ERROR_FILE, "x", "", "inner");
    error_set(&err, ERROR_INVALID, err.where, "", "outer: %s", err.message);
    assert_string_equal(err.message, "outer: inner");
    assert_string_equal(err.where, "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_says_where_what_and_what_to_do),
        cmocka_unit_test(codes_have_names_and_exit_statuses),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(the_text_is_one_line),
        cmocka_unit_test(an_error_can_quote_itself),
    };
    return tap_run("error", tests);
}
