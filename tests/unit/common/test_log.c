#include "common/base.h"
#include "common/log.h"

#include "common/redact.h"
#include "common/text.h"

#include "tests/tap.h"

#include <string.h>
#include <unistd.h>

static const int64_t noon = 1764590400000; /* 2025-12-01T12:00:00Z */

static const char *logged(bool as_json, enum log_level level, const char *message)
{
    static char out[20000];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct redactor *redactor = redactor_new();
    redactor_add(redactor, "tok-123456");
    struct log_options options = {LOG_INFO, as_json, ends[1], redactor, clock_fixed(&noon)};
    log_setup(&options);
    log_write(level, "http", "%s", message);
    log_teardown();
    log_write(LOG_ERROR, "http", "after the end");
    close(ends[1]);
    size_t n = 0;
    for (ssize_t got; (got = read(ends[0], out + n, sizeof out - 1 - n)) > 0;)
        n += (size_t)got;
    out[n] = '\0';
    close(ends[0]);
    redactor_free(redactor);
    return out;
}

static void log_lines_are_one_line_and_redacted(void **state)
{
    UNUSED(state);
    assert_string_equal(logged(false, LOG_WARNING, "sent tok-123456\nnow"),
                        "2025-12-01T12:00:00.000Z warning http: sent *** now\n");
    assert_string_equal(
        logged(true, LOG_ERROR, "a \"b\" tok-123456"),
        "{\"time\":\"2025-12-01T12:00:00.000Z\",\"level\":\"error\",\"component\":\"http\",\"message\":\"a \\\"b\\\" ***\"}\n");
    assert_string_equal(logged(false, LOG_DEBUG, "too fine"), "");
    assert_string_equal(logged(false, LOG_OFF, "never"), "");
}

static void log_cuts_long_messages_after_hiding(void **state)
{
    UNUSED(state);
    static char message[12000];
    memset(message, 'a', sizeof message - 1);
    memcpy(message + LOG_MAX_LINE - 5, "tok-123456", 10); /* across the cut */
    const char *line = logged(false, LOG_ERROR, message);
    assert_true(strlen(line) < LOG_MAX_LINE + 100);
    assert_null(strstr(line, "tok"));
    assert_true(text_ends(line, "***aa\n"));
}

static void log_levels_have_names(void **state)
{
    UNUSED(state);
    enum log_level level = LOG_OFF;
    assert_true(log_level_parse("debug", &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_false(log_level_parse("loud", &level));
    assert_string_equal(log_level_name(LOG_WARNING), "warning");
    assert_false(log_enabled(LOG_ERROR)); /* quiet by default */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_lines_are_one_line_and_redacted),
        cmocka_unit_test(log_cuts_long_messages_after_hiding),
        cmocka_unit_test(log_levels_have_names),
    };
    return tap_run("log", tests);
}
