/* The console tells a bug in full once: what counts as the same, and what is said where it was told before. */
#include "common/base.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/report.h"
#include "reports/told.h"

#include "tests/tap.h"

#include <string.h>

/* Two findings, each in a case of its own. */
static const struct {
    const char *why, *rule[2], *message[2], *id[2];
    enum finding_class class[2];
    bool same;
} rows[] = {
    {"word for word", {"R-1", "R-1"}, {"GET /Users: no count", "GET /Users: no count"}, {"a", "b"}, {FINDING_PROTOCOL}, true},
    {"another rule", {"R-1", "R-2"}, {"x", "x"}, {"a", "b"}, {FINDING_PROTOCOL}, false},
    {"another class", {"R-1", "R-1"}, {"x", "x"}, {"a", "b"}, {FINDING_PROTOCOL, FINDING_DIALECT}, false},
    {"another message", {"R-1", "R-1"}, {"GET /Users: x", "GET /Groups: x"}, {"a", "b"}, {FINDING_PROTOCOL}, false},
    {"other UUIDs",
     {"R-1", "R-1"},
     {"PATCH /Users/0b3d89d9-b2ad-458b-ae25-bc34402a76a5 was refused",
      "PATCH /Users/af1172a7-6615-4352-a13e-8f71b0226c79 was refused"},
     {"a", "b"},
     {FINDING_DIALECT, FINDING_DIALECT},
     true},
    {"other numbers in a path", {"R-1", "R-1"}, {"GET /Users/7: x", "GET /Users/12: x"}, {"a", "b"}, {FINDING_PROTOCOL}, true},
    {"other made-up names",
     {"R-1", "R-1"},
     {"filter=userName%20eq%20%22cte85wwww0c-ada%40x", "filter=userName%20eq%20%22c9wqzxtlrjn-ada%40x"},
     {"a", "b"},
     {FINDING_PROTOCOL},
     true},
    {"another status", {"R-1", "R-1"}, {"refused with 400", "refused with 403"}, {"a", "b"}, {FINDING_PROTOCOL}, false},
    {"other words", {"R-1", "R-1"}, {"deactivate everybody", "reactivate somebody"}, {"a", "b"}, {FINDING_PROTOCOL}, false},
    {"an expectation of another scenario",
     {"expect.response", "expect.response"},
     {"x", "x"},
     {"a", "b"},
     {FINDING_PROTOCOL},
     false},
    {"an expectation of the same scenario",
     {"expect.response", "expect.response"},
     {"x", "x"},
     {"a", "a"},
     {FINDING_PROTOCOL},
     true},
    {"nothing known", {NULL, NULL}, {NULL, NULL}, {NULL, NULL}, {FINDING_PROTOCOL}, true},
};

static void what_is_the_same(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *keys[2];
        for (size_t k = 0; k < 2; k++) {
            struct finding finding = {.class = rows[i].class[k], .rule = rows[i].rule[k], .message = rows[i].message[k]};
            struct case_result result = {.id = rows[i].id[k]};
            keys[k] = told_key(arena, &result, &finding);
            assert_non_null(keys[k]);
        }
        if (text_equal(keys[0], keys[1]) != rows[i].same)
            fail_msg("%s: %s, %s", rows[i].why, keys[0], keys[1]);
    }
    assert_null(
        told_key(arena, &(struct case_result){0}, &(struct finding){.class = FINDING_ACCESS, .rule = "x", .message = "x"}));
}

/* --- the console --------------------------------------------------------------------------------------------------------- */

static const struct http_request get_users = {.method = "GET", .target = "/Users"};
static const struct http_request probe = {.method = "GET", .target = "/Users?filter=x"};
static const struct http_request create = {.method = "POST", .target = "/Users"};
static const struct http_response fine = {.status = 200, .body = {"{\"a\":1}", 7}};
static struct exchange exchanges[] = {
    {1, SIDE_IDP, "http://h", &probe, &fine, NULL, 0},           {1, SIDE_IDP, "http://h", &get_users, &fine, NULL, 0},
    {2, SIDE_IDP, "http://h", &create, &fine, NULL, 0},          {2, SIDE_OBSERVER, "http://h", &get_users, &fine, NULL, 0},
    {2, SIDE_OBSERVER, "http://h/app", &create, &fine, NULL, 0},
};
static struct finding paging = {FINDING_PROTOCOL, "RFC-paging", "RFC", LEVEL_MUST, "wrong count", "0", "20", "count", 1, 1};
static struct finding refused = {FINDING_DIALECT, "entra.refused", "Entra", LEVEL_MUST, "refused", NULL, NULL, NULL, 2, -1};
static struct finding way_in = {FINDING_ACCESS, "access.way-in", "model", LEVEL_MUST, "ada gets in", NULL, NULL, NULL, 2, -1};

static const char *console_of(struct arena *arena, struct case_result *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cases[i].outcome = cases[i].outcome == OUTCOME_PASSED ? OUTCOME_FAILED : cases[i].outcome;
        cases[i].exchanges = exchanges;
        cases[i].exchange_count = ARRAY_LEN(exchanges);
        cases[i].dialect = "entra";
    }
    struct buffer out = buffer_new(0);
    report_find("console")->write(&(struct run_result){.cases = cases, .case_count = count}, &(struct report_options){0}, &out);
    return buffer_take(&out, arena);
}

static size_t occurrences(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)) != NULL; p++)
        n++;
    return n;
}

static void what_was_told_is_one_line(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct finding both[] = {paging, refused};
    struct case_result cases[] = {{.id = "first", .findings = both, .finding_count = 1},
                                  {.id = "second", .findings = both, .finding_count = 1},
                                  {.id = "third", .findings = both, .finding_count = 1},
                                  {.id = "fourth", .findings = both, .finding_count = 2},
                                  {.id = "fifth", .findings = both, .finding_count = 2}};
    const char *text = console_of(arena, cases, ARRAY_LEN(cases));
    assert_non_null(strstr(
        text,
        "\n\nFAILED  second  entra: RFC-paging as above\nFAILED  third  entra: RFC-paging as above\n\nFAILED  fourth  entra\n"));
    assert_non_null(strstr(text, "\n  also: RFC-paging (shown above in first entra)\n"));
    assert_non_null(strstr(text, "\n\nFAILED  fifth  entra: RFC-paging, entra.refused as above\n\nFindings by rule\n"));
    assert_int_equal(occurrences(text, "! RFC-paging"), 1);
    assert_int_equal(occurrences(text, "! entra.refused"), 1);
    assert_int_equal(occurrences(text, "\n  step 1\n"), 1); /* evidence of what is new only */
    assert_int_equal(occurrences(text, "\n  step 2\n"), 1);
}

static void access_is_always_told_in_full(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct finding both[] = {paging, way_in};
    struct case_result cases[] = {{.id = "first", .findings = both, .finding_count = 2},
                                  {.id = "second", .findings = both, .finding_count = 2}};
    const char *text = console_of(arena, cases, ARRAY_LEN(cases));
    assert_int_equal(occurrences(text, "! access.way-in"), 2);
    assert_int_equal(occurrences(text, "! RFC-paging"), 1);
    assert_int_equal(occurrences(text, "\n  step 1\n"), 1);
    assert_int_equal(occurrences(text, "\n  step 2\n"), 2);
}

/* A finding whose words or evidence were left out for length was not told: the next case tells it. */
static void what_was_left_out_was_not_told(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct finding many[5], steps[5];
    static const char *const messages[] = {"message one", "message two", "message three", "message four", "message five"};
    for (size_t i = 0; i < 5; i++) {
        many[i] = steps[i] = paging;
        many[i].message = steps[i].message = messages[i];
        steps[i].rule = messages[i];
        steps[i].step = i;
    }
    struct case_result of_one_rule[] = {{.id = "a", .findings = many, .finding_count = 5},
                                        {.id = "b", .findings = many, .finding_count = 5}};
    const char *text = console_of(arena, of_one_rule, 2);
    assert_non_null(strstr(text, "… 2 more by this rule, in step 1\n"));
    assert_int_equal(occurrences(text, "\n    message three\n"), 1);
    assert_int_equal(occurrences(text, "\n    message four\n"), 1);
    struct case_result of_many_steps[] = {{.id = "a", .findings = steps, .finding_count = 5},
                                          {.id = "b", .findings = steps, .finding_count = 5}};
    text = console_of(arena, of_many_steps, 2);
    assert_int_equal(occurrences(text, "! message three"), 1);
    assert_int_equal(occurrences(text, "! message four"), 2);
    assert_int_equal(occurrences(text, "\n  step 3\n"), 1);
}

static void the_same_twice_in_a_case_is_told_once(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct finding twice[] = {paging, paging};
    twice[1].step = 2;
    struct case_result result = {.id = "a", .findings = twice, .finding_count = 2};
    const char *text = console_of(arena, &result, 1);
    assert_int_equal(occurrences(text, "\n    wrong count\n"), 1);
    assert_non_null(strstr(text, "… 1 more by this rule, in step 2\n"));
    assert_null(strstr(text, "\n  step 2\n"));
}

/* An error of the tool has a reason that no other case told. */
static void errors_are_never_one_line(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct case_result cases[] = {
        {.id = "a", .findings = &paging, .finding_count = 1},
        {.id = "b", .findings = &paging, .finding_count = 1, .outcome = OUTCOME_ERROR, .reason = "it stumbled"}};
    const char *text = console_of(arena, cases, 2);
    assert_non_null(strstr(text, "\n  it stumbled\n"));
    assert_non_null(strstr(text, "\n  also: RFC-paging (shown above in a entra)\n"));
}

static void reads_are_one_line(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct finding both[] = {paging, refused};
    struct case_result result = {.id = "a", .findings = both, .finding_count = 2};
    const char *text = console_of(arena, &result, 1);
    assert_non_null(strstr(text, "\n    > GET /Users?filter=x → 200 OK, 7 bytes\n"));
    assert_non_null(strstr(text, "\n    > GET /Users\n    < 200 OK"));  /* named */
    assert_non_null(strstr(text, "\n    > POST /Users\n    < 200 OK")); /* a write */
    assert_non_null(strstr(text, "\n    > GET /Users → 200 OK, 7 bytes (observer)\n"));
    assert_non_null(strstr(text, "\n    > POST /Users → 200 OK, 7 bytes (observer)\n")); /* a try of the judge */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_the_same),
        cmocka_unit_test(what_was_told_is_one_line),
        cmocka_unit_test(access_is_always_told_in_full),
        cmocka_unit_test(what_was_left_out_was_not_told),
        cmocka_unit_test(the_same_twice_in_a_case_is_told_once),
        cmocka_unit_test(errors_are_never_one_line),
        cmocka_unit_test(reads_are_one_line),
    };
    return tap_run("told", tests);
}
