/* What every report promises, whatever its layout: the JSON contract, well-behaved output for hostile servers, honest ends of runs that broke off. */
#include "common/base.h"
#include "common/digest.h"
#include "common/embedded.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/report.h"

#include "tests/tap.h"
#include "tests/unit/reports/sample.h"

#include <stdlib.h>

static const char *written(struct arena *arena, const char *writer, const struct run_result *run,
                           const struct report_options *options)
{
    struct buffer out = buffer_new(0);
    report_find(writer)->write(run, options, &out);
    assert_false(out.full);
    assert_true(text_is_utf8(out.p, out.n));
    return buffer_take(&out, arena);
}

static size_t occurrences(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)) != NULL; p++)
        n++;
    return n;
}

static const json *parsed(struct arena *arena, const struct run_result *run, bool exchanges)
{
    struct error err = {0};
    const char *text = written(arena, "json", run, &(struct report_options){.exchanges = exchanges});
    const json *root = json_parse(arena, (struct bytes){text, strlen(text)}, "report", &err);
    if (root == NULL)
        fail_msg("%s", err.message);
    return root;
}

static void json_has_the_members_of_the_contract(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *root = parsed(arena, sample(), false);
    assert_string_equal(json_get_text(root, "tool", ""), "scimulator");
    assert_string_equal(json_get_text(root, "version", ""), "1.2.3");
    assert_int_equal(json_get_integer(root, "seed", 0), 42);
    assert_string_equal(json_get_text(root, "target", ""), BASE);
    assert_int_equal(json_get_integer(root, "durationMs", -1), 63770);
    static const struct {
        const char *name;
        int count;
    } outcomes[] = {{"passed", 1}, {"failed", 2}, {"warning", 1}, {"skipped", 2}, {"notObservable", 1}, {"error", 1}};
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
        assert_int_equal(json_get_integer(json_get(root, "summary"), outcomes[i].name, -1), outcomes[i].count);
    assert_int_equal(json_count(json_get(root, "cases")), sample()->case_count);
    const json *leaver = json_pointer(root, "/cases/1");
    assert_string_equal(json_get_text(leaver, "id", ""), "access.leaver");
    assert_string_equal(json_get_text(leaver, "dialect", ""), "entra");
    assert_string_equal(json_get_text(leaver, "outcome", ""), "failed");
    assert_int_equal(json_get_integer(leaver, "durationMs", -1), 61235);
    assert_int_equal(json_get_integer(leaver, "requests", -1), 4);
    assert_null(json_get(leaver, "exchanges"));
    static const char *const members[] = {"class", "rule", "level", "message", "expected", "actual", "step", "hint"};
    for (const json *finding = json_first(json_get(leaver, "findings")); finding != NULL; finding = json_next(finding)) {
        for (size_t i = 0; i < ARRAY_LEN(members); i++)
            assert_non_null(json_get(finding, members[i]));
    }
    assert_string_equal(json_get_text(json_pointer(leaver, "/findings/1"), "class", ""), "access");
    assert_string_equal(json_get_text(json_pointer(leaver, "/findings/1"), "level", ""), "must");
    assert_int_equal(json_get_integer(json_pointer(leaver, "/findings/1"), "step", -1), 2);
}

static void json_holds_exchanges_when_asked(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *root = parsed(arena, sample(), true);
    assert_int_equal(json_count(json_pointer(root, "/cases/1/exchanges")), 6);
    assert_string_equal(json_text(json_pointer(root, "/cases/1/exchanges/2/request/method")), "PATCH");
    assert_string_equal(json_text(json_pointer(root, "/cases/1/exchanges/2/request/body")), patch_user.body.p);
    assert_int_equal(json_get_integer(json_pointer(root, "/cases/1/exchanges/2/response"), "status", 0), 200);
    assert_true(json_is(json_pointer(root, "/cases/1/exchanges/5/response"), JSON_NULL));
    assert_string_equal(json_text(json_pointer(root, "/cases/6/exchanges/0/request/bodyBase64")), "aXQncyAAIG5vdCB0ZXh0IP/+");
    assert_string_equal(json_text(json_pointer(root, "/cases/1/steps/2/after/users/1/access/0")), "editor, joinable");
    assert_true(json_is(json_pointer(root, "/cases/1/steps/4/after"), JSON_NULL));
}

static void json_keeps_big_seeds_exact(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    assert_int_equal(json_get_integer(parsed(arena, &(struct run_result){.seed = (uint64_t)1 << 53}, false), "seed", 0),
                     (int64_t)1 << 53);
    assert_string_equal(json_get_text(parsed(arena, &(struct run_result){.seed = UINT64_MAX}, false), "seed", ""),
                        "18446744073709551615");
}

/* A buffer that can't hold the exchanges gets a whole report without them, not half of one. */
static void json_stays_whole_when_it_grows_too_big(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct buffer out = buffer_new(16 * KIB);
    struct error err = {0};
    report_find("json")->write(sample(), &(struct report_options){.exchanges = true}, &out);
    assert_false(out.full);
    const json *root = json_parse(arena, (struct bytes){out.p, out.n}, "report", &err);
    assert_non_null(root);
    assert_int_equal(json_count(json_get(root, "cases")), sample()->case_count);
    buffer_release(&out);
}

static void console_has_no_control_characters_without_colour(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *text = written(arena, "console", sample(), &(struct report_options){.verbose = true});
    for (const char *p = text; *p != '\0'; p++)
        assert_true((unsigned char)*p >= 0x20 || *p == '\n');
    assert_null(strstr(text, "\xE2\x80\xAE"));
}

static void colour_changes_nothing_but_colour(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *plain = written(arena, "console", sample(), &(struct report_options){0});
    const char *colour = written(arena, "console", sample(), &(struct report_options){.colour = true});
    assert_non_null(strchr(colour, '\033'));
    struct buffer stripped = buffer_new(0);
    for (const char *p = colour; *p != '\0'; p++) {
        if (*p == '\033')
            p = strchr(p, 'm');
        else
            buffer_add_char(&stripped, *p);
    }
    assert_string_equal(buffer_text(&stripped), plain);
    buffer_release(&stripped);
}

static void console_ends_with_a_verdict(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct case_result passed = {.id = "a", .dialect = "entra", .outcome = OUTCOME_PASSED, .requests = 1};
    struct case_result skipped = {.id = "a", .dialect = "entra", .outcome = OUTCOME_SKIPPED};
    struct case_result unseen = {.id = "a", .dialect = "entra", .outcome = OUTCOME_NOT_OBSERVABLE};
    const struct {
        struct run_result run;
        const char *last;
    } rows[] = {
        {{.cases = &passed, .case_count = 1, .duration_us = 5000}, "\nPassed: 1 case, none failed; 1 request in 5 ms\n"},
        {{.cases = &passed, .case_count = 1, .interrupted = true}, "\nInterrupted: 1 case, none failed; 1 request in 0 ms\n"},
        {{.cases = &passed, .case_count = 1, .problem = "target gone"},
         "\nEnded early: 1 case, none failed; 1 request in 0 ms\n"},
        {{.cases = &skipped, .case_count = 1}, "\nNothing played: 1 case, none failed, 1 skipped; 0 requests in 0 ms\n"},
        {{.cases = &unseen, .case_count = 1},
         "\nNo finding, but not all was observable: 1 case, none failed, 1 not observable; 0 requests in 0 ms\n"},
        {{0}, "\nNothing played: 0 cases; 0 requests in 0 ms\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *text = written(arena, "console", &rows[i].run, &(struct report_options){0});
        assert_true(text_ends(text, rows[i].last));
        assert_true(rows[i].run.problem == NULL || strstr(text, rows[i].run.problem) != NULL);
    }
}

static void case_line_is_one_line(void **state)
{
    UNUSED(state);
    struct buffer out = buffer_new(0);
    report_case_line(&sample()->cases[0], &(struct report_options){0}, &out);
    assert_string_equal(buffer_text(&out),
                        "  passed         access.joiner                                 okta-aiw          12 requests  34 ms\n");
    buffer_clear(&out);
    report_case_line(&sample()->cases[7], NULL, &out);
    assert_int_equal(occurrences(buffer_text(&out), "\n"), 1);
    buffer_release(&out);
}

static void junit_shows_that_a_run_broke_off(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct run_result run = {.problem = "target \"x\" unreachable", .duration_us = 1499};
    const char *text = written(arena, "junit", &run, &(struct report_options){0});
    assert_non_null(
        strstr(text, "<testsuites name=\"scimulator\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0.001\">"));
    assert_non_null(strstr(text, "message=\"target &quot;x&quot; unreachable\""));
}

static void html_lets_nothing_in(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *text = written(arena, "html", sample(), &(struct report_options){0});
    assert_int_equal(occurrences(text, "<script"), 1);
    assert_int_equal(occurrences(text, "</script"), 1);
    assert_int_equal(occurrences(text, "<img"), 0);
    assert_int_equal(occurrences(text, " style="), 0);
    assert_int_equal(occurrences(text, " src="), occurrences(text, "&lt;img src="));
    assert_int_equal(occurrences(text, "url("), 0);
    assert_null(strstr(text, "\xE2\x80\xAE"));
    const char *policy = strstr(text, "content=\"default-src 'none'; style-src 'sha256-");
    assert_non_null(policy);
    assert_true(policy < strstr(text, "<style>"));
}

static void html_lists_rules_with_their_first_case(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *text = written(arena, "html", sample(), &(struct report_options){0});
    const char *row = strstr(text, "<tr><td>1</td><th scope=\"row\"><code>RFC7643-3.1-01</code></th>");
    assert_non_null(row);
    assert_non_null(strstr(row, "<a href=\"#case-2\">access.leaver entra</a>"));
    assert_true(row < strstr(text, "<nav"));
    const char *none = written(arena, "html", &(struct run_result){0}, &(struct report_options){0});
    assert_null(strstr(none, "Findings by rule"));
}

/* The policy names the SHA-256 of exactly what stands between the tags: a browser would not run it otherwise. */
static void html_policy_names_its_own_script(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *text = written(arena, "html", sample(), &(struct report_options){0});
    static const struct {
        const char *open, *close, *name;
    } parts[] = {{"<style>", "</style>", "style-src 'sha256-"}, {"<script>", "</script>", "script-src 'sha256-"}};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const char *start = strstr(text, parts[i].open) + strlen(parts[i].open);
        char hex[65], digest[32];
        digest_sha256_hex((struct bytes){start, (size_t)(strstr(start, parts[i].close) - start)}, hex);
        for (size_t d = 0; d < sizeof digest; d++) {
            char pair[3] = {hex[2 * d], hex[2 * d + 1], '\0'};
            digest[d] = (char)strtoul(pair, NULL, 16);
        }
        const char *hash = strstr(text, parts[i].name) + strlen(parts[i].name);
        const char *expected = base64_encode(arena, (struct bytes){digest, sizeof digest});
        assert_memory_equal(hash, expected, strlen(expected));
    }
    assert_null(strstr(text, "<style></style>"));
    assert_null(strstr(text, "<script></script>"));
}

static void every_writer_copes_with_nothing(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct case_result empty = {0};
    for (size_t i = 0; i < report_writer_count; i++) {
        assert_true(strlen(written(arena, report_writers[i].name, &(struct run_result){0}, &(struct report_options){0})) > 0);
        assert_true(strlen(written(arena, report_writers[i].name, &(struct run_result){.cases = &empty, .case_count = 1},
                                   &(struct report_options){.exchanges = true, .verbose = true, .colour = true, .width = 1})) >
                    0);
    }
    assert_null(report_find("pdf"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_the_members_of_the_contract),
        cmocka_unit_test(json_holds_exchanges_when_asked),
        cmocka_unit_test(json_keeps_big_seeds_exact),
        cmocka_unit_test(json_stays_whole_when_it_grows_too_big),
        cmocka_unit_test(console_has_no_control_characters_without_colour),
        cmocka_unit_test(colour_changes_nothing_but_colour),
        cmocka_unit_test(console_ends_with_a_verdict),
        cmocka_unit_test(case_line_is_one_line),
        cmocka_unit_test(junit_shows_that_a_run_broke_off),
        cmocka_unit_test(html_lets_nothing_in),
        cmocka_unit_test(html_lists_rules_with_their_first_case),
        cmocka_unit_test(html_policy_names_its_own_script),
        cmocka_unit_test(every_writer_copes_with_nothing),
    };
    return tap_run("reports", tests);
}
