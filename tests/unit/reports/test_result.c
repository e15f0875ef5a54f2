#include "common/base.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/result.h"

#include "tests/tap.h"

#include <string.h>

static struct finding must = {.class = FINDING_ACCESS, .level = LEVEL_MUST, .exchange = -1};
static struct finding should = {.class = FINDING_PROTOCOL, .level = LEVEL_SHOULD, .exchange = -1};

static void outcome_follows_from_findings(void **state)
{
    UNUSED(state);
    struct finding both[] = {must, should};
    const struct {
        enum outcome before;
        struct finding *findings;
        size_t count;
        bool unobserved;
        enum outcome after;
    } rows[] = {
        {OUTCOME_PASSED, NULL, 0, false, OUTCOME_PASSED},     {OUTCOME_PASSED, NULL, 0, true, OUTCOME_NOT_OBSERVABLE},
        {OUTCOME_PASSED, &should, 1, false, OUTCOME_WARNING}, {OUTCOME_PASSED, &should, 1, true, OUTCOME_WARNING},
        {OUTCOME_PASSED, both, 2, false, OUTCOME_FAILED},     {OUTCOME_PASSED, &must, 1, true, OUTCOME_FAILED},
        {OUTCOME_SKIPPED, &must, 1, false, OUTCOME_SKIPPED},  {OUTCOME_ERROR, &must, 1, false, OUTCOME_ERROR},
        {OUTCOME_FAILED, &should, 1, false, OUTCOME_WARNING},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct case_result result = {.outcome = rows[i].before, .findings = rows[i].findings, .finding_count = rows[i].count};
        case_decide(&result, rows[i].unobserved);
        assert_int_equal(result.outcome, rows[i].after);
    }
}

static void exit_status_is_one_for_findings_and_five_for_errors(void **state)
{
    UNUSED(state);
    struct case_result cases[] = {{.outcome = OUTCOME_PASSED},
                                  {.outcome = OUTCOME_SKIPPED},
                                  {.outcome = OUTCOME_WARNING, .findings = &should, .finding_count = 1}};
    struct run_result run = {.cases = cases, .case_count = ARRAY_LEN(cases)};
    assert_int_equal(run_exit_status(&run), 0);
    cases[0] = (struct case_result){.outcome = OUTCOME_FAILED, .findings = &must, .finding_count = 1};
    assert_int_equal(run_exit_status(&run), 1);
    cases[1].outcome = OUTCOME_ERROR;
    assert_int_equal(run_exit_status(&run), 5);
    assert_int_equal(run_exit_status(&(struct run_result){0}), 0);
    struct case_result skipped[] = {{.outcome = OUTCOME_SKIPPED}, {.outcome = OUTCOME_SKIPPED}};
    assert_int_equal(run_exit_status(&(struct run_result){.cases = skipped, .case_count = 2}), 2);
    skipped[1].outcome = OUTCOME_NOT_OBSERVABLE;
    assert_int_equal(run_exit_status(&(struct run_result){.cases = skipped, .case_count = 2}), 0);
}

static void summary_counts_by_outcome_class_and_level(void **state)
{
    UNUSED(state);
    struct finding both[] = {must, should, should};
    struct case_result cases[] = {{.outcome = OUTCOME_FAILED, .findings = both, .finding_count = 3, .requests = 4},
                                  {.outcome = OUTCOME_PASSED, .requests = 3}};
    struct run_summary summary = run_summarize(&(struct run_result){.cases = cases, .case_count = 2});
    assert_int_equal(summary.outcomes[OUTCOME_FAILED], 1);
    assert_int_equal(summary.outcomes[OUTCOME_PASSED], 1);
    assert_int_equal(summary.findings[FINDING_ACCESS], 1);
    assert_int_equal(summary.findings[FINDING_PROTOCOL], 0);
    assert_int_equal(summary.warnings[FINDING_PROTOCOL], 2);
    assert_int_equal(summary.requests, 7);
}

static void names_are_those_of_the_contract(void **state)
{
    UNUSED(state);
    static const char *const outcomes[] = {"passed", "failed", "warning", "skipped", "notObservable", "error"};
    static const char *const classes[] = {"protocol", "dialect", "access"};
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        assert_string_equal(outcome_name((enum outcome)i), outcomes[i]);
    for (size_t i = 0; i < FINDING_CLASS_COUNT; i++)
        assert_string_equal(finding_class_name((enum finding_class)i), classes[i]);
    assert_string_equal(finding_level_name(LEVEL_MUST), "must");
    assert_string_equal(finding_level_name(LEVEL_SHOULD), "should");
}

/* --- curl ---------------------------------------------------------------------------------------------------------------- */

static struct http_header authorization[] = {{"Host", "x"}, {"authorization", "Bearer ***"}, {"Content-Length", "3"}};
static struct http_header basic[] = {{"Authorization", "Basic ***"}};
static struct http_header odd_scheme[] = {{"Authorization", "$(reboot) ***"}};
static struct http_header json_type[] = {{"Content-Type", "application/scim+json"}};
static struct http_header quoted[] = {{"X-Name", "it's $HOME `id`"}, {"X-Empty", ""}, {"Accept-Encoding", "gzip"}};

#define LIST(headers)                                                                                                            \
    {                                                                                                                            \
        headers, ARRAY_LEN(headers), ARRAY_LEN(headers)                                                                          \
    }
#define DATA(text)                                                                                                               \
    {                                                                                                                            \
        text, sizeof(text) - 1                                                                                                   \
    }

static const struct {
    const char *base;
    struct http_request request;
    const char *curl;
} curls[] = {
    {"http://h/scim/v2",
     {"GET", "/Users", LIST(authorization), {"", 0}, NULL, NULL, NULL},
     "curl -sS -i -H \"Authorization: Bearer $SCIMULATOR_TOKEN\" 'http://h/scim/v2/Users'"},
    {"http://h/scim/v2/?a=b",
     {"DELETE", "/Users/1", LIST(basic), {"", 0}, NULL, NULL, NULL},
     "curl -sS -i -X DELETE -H \"Authorization: Basic $SCIMULATOR_TOKEN\" 'http://h/scim/v2/Users/1'"},
    {"http://h/admin/",
     {"GET", "/organizations", LIST(authorization), {"", 0}, NULL, NULL, NULL},
     "curl -sS -i -H \"Authorization: Bearer $SCIMULATOR_ADMIN_TOKEN\" 'http://h/admin/organizations'"},
    {"http://h/organizations/acme/app",
     {"GET", "/workspaces", LIST(authorization), {"", 0}, NULL, NULL, NULL},
     "curl -sS -i -H \"Authorization: Bearer $SESSION\" 'http://h/organizations/acme/app/workspaces'"},
    {"http://h/myadmin",
     {"GET", "/Users", LIST(authorization), {"", 0}, NULL, NULL, NULL},
     "curl -sS -i -H \"Authorization: Bearer $SCIMULATOR_TOKEN\" 'http://h/myadmin/Users'"},
    {"http://h",
     {"HEAD", "Users", LIST(odd_scheme), {"", 0}, NULL, NULL, NULL},
     "curl -sS -i --head -H \"Authorization: Bearer $SCIMULATOR_TOKEN\" 'http://h/Users'"},
    {"http://h",
     {"PATCH", "/Users/it's", LIST(json_type), DATA("{\"a\":\"it's\"}"), NULL, NULL, NULL},
     "curl -sS -i -X PATCH -H 'Content-Type: application/scim+json' --data-binary '{\"a\":\"it'\\''s\"}' "
     "'http://h/Users/it'\\''s'"},
    {"http://h",
     {"POST", "/a/../b?x=[1]", LIST(quoted), DATA("@/etc/passwd"), NULL, NULL, NULL},
     "curl -sS -i -X POST --compressed -H 'X-Name: it'\\''s $HOME `id`' -H 'X-Empty;' -H 'Accept-Encoding: gzip' -H "
     "'Content-Type:' "
     "--data-raw '@/etc/passwd' --globoff --path-as-is 'http://h/a/../b?x=[1]'"},
    {"http://h",
     {"GET", "/x", LIST(json_type), DATA("a\0b"), NULL, NULL, NULL},
     "printf '\\141\\000\\142' | curl -sS -i -X GET -H 'Content-Type: application/scim+json' --data-binary @- 'http://h/x'"},
    {"http://h",
     {"x;reboot", "/", LIST(json_type), {"", 0}, NULL, NULL, NULL},
     "curl -sS -i -X 'x;reboot' -H 'Content-Type: application/scim+json' 'http://h/'"},
};

static void curl_line_repeats_the_request(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(curls); i++) {
        struct exchange exchange = {.base = curls[i].base, .request = &curls[i].request};
        assert_string_equal(exchange_curl(arena, &exchange), curls[i].curl);
    }
}

static void words_no_shell_takes_apart(void **state)
{
    UNUSED(state);
    static const char *const rows[][2] = {
        {"K35-remove-values-clears", "K35-remove-values-clears"},
        {"http://h:80/scim", "http://h:80/scim"},
        {"http://h/?a=1&b=2", "'http://h/?a=1&b=2'"},
        {"it's", "'it'\\''s'"},
        {"$(reboot)", "'$(reboot)'"},
        {"", "''"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buffer b = buffer_new(0);
        shell_word(&b, rows[i][0]);
        assert_string_equal(buffer_text(&b), rows[i][1]);
        buffer_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcome_follows_from_findings),
        cmocka_unit_test(exit_status_is_one_for_findings_and_five_for_errors),
        cmocka_unit_test(summary_counts_by_outcome_class_and_level),
        cmocka_unit_test(names_are_those_of_the_contract),
        cmocka_unit_test(curl_line_repeats_the_request),
        cmocka_unit_test(words_no_shell_takes_apart),
    };
    return tap_run("result", tests);
}
