/* JUnit XML as CI systems read it: one testsuite per dialect, findings are failures, the tool's own trouble is an error. */
#include "common/base.h"
#include "reports/writers.h"

#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"
#include "reports/view.h"

#include <inttypes.h>

struct totals {
    size_t tests, failures, errors, skipped;
    uint64_t duration_us;
};

static bool in_suite(const struct case_result *result, const char *suite)
{
    return suite == NULL || text_equal(view_or(result->dialect, "none"), suite);
}

static struct totals count(const struct run_result *run, const char *suite)
{
    struct totals totals = {0};
    for (size_t i = 0; i < run->case_count; i++) {
        const struct case_result *result = &run->cases[i];
        if (!in_suite(result, suite))
            continue;
        totals.tests++;
        totals.failures += result->outcome == OUTCOME_FAILED;
        totals.errors += result->outcome == OUTCOME_ERROR;
        totals.skipped += result->outcome == OUTCOME_SKIPPED || result->outcome == OUTCOME_NOT_OBSERVABLE;
        totals.duration_us += result->duration_us;
    }
    return totals;
}

static void attribute(struct buffer *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buffer_printf(out, " %s=\"", name);
    markup_add(out, value);
    buffer_add_char(out, '"');
}

static void time_attribute(struct buffer *out, uint64_t us)
{
    uint64_t ms = us / 1000 + (us % 1000 >= 500);
    buffer_printf(out, " time=\"%" PRIu64 ".%03" PRIu64 "\"", ms / 1000, ms % 1000);
}

static void totals_attributes(struct buffer *out, const struct totals *totals, uint64_t duration_us)
{
    buffer_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", totals->tests, totals->failures,
                  totals->errors, totals->skipped);
    time_attribute(out, duration_us);
}

/* "  name: text" on a line of its own. */
static void detail(struct buffer *out, const char *name, const char *text)
{
    if (text == NULL)
        return;
    buffer_printf(out, "  %s: ", name);
    markup_add(out, text);
    buffer_add_char(out, '\n');
}

static void findings(struct buffer *out, struct arena *arena, const struct case_result *result, enum finding_level level)
{
    const struct exchange *repeated = NULL;
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        if (finding->level != level)
            continue;
        markup_add(out, view_or(finding->rule, "?"));
        buffer_printf(out, " (%s): ", finding_class_name(finding->class));
        markup_add(out, view_or(finding->message, "no message"));
        buffer_add_char(out, '\n');
        detail(out, "at", view_step(arena, result, finding->step));
        detail(out, "expected", finding->expected);
        detail(out, "actual", finding->actual);
        detail(out, "rule from", finding->source);
        detail(out, "hint", finding->hint);
        const struct exchange *exchange = view_exchange(result, finding);
        if (exchange != NULL && exchange != repeated)
            detail(out, "repeat", exchange_curl(arena, exchange));
        repeated = exchange != NULL ? exchange : repeated;
    }
}

static const struct finding *first_must(const struct case_result *result, size_t *more)
{
    const struct finding *first = NULL;
    *more = 0;
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].level != LEVEL_MUST)
            continue;
        if (first == NULL)
            first = &result->findings[i];
        else
            ++*more;
    }
    return first;
}

static void failure(struct buffer *out, struct arena *arena, const struct case_result *result)
{
    size_t more;
    const struct finding *first = first_must(result, &more);
    const char *message = first == NULL ? view_or(result->reason, "failed") : view_or(first->message, "no message");
    if (more > 0)
        message = arena_printf(arena, "%s (and %zu more)", message, more);
    buffer_add(out, "      <failure");
    attribute(out, "type", first == NULL ? "failed" : finding_class_name(first->class));
    attribute(out, "message", message);
    buffer_add_char(out, '>');
    findings(out, arena, result, LEVEL_MUST);
    buffer_add(out, "</failure>\n");
}

static bool has_warning(const struct case_result *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].level == LEVEL_SHOULD)
            return true;
    }
    return false;
}

static void empty_element(struct buffer *out, const char *name, const char *type, const char *message)
{
    buffer_printf(out, "      <%s", name);
    attribute(out, "type", type);
    attribute(out, "message", message);
    buffer_add(out, "/>\n");
}

static void write_case(struct buffer *out, const struct case_result *result)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    buffer_add(out, "    <testcase");
    attribute(out, "classname", view_or(result->dialect, "none"));
    attribute(out, "name", view_or(result->id, "?"));
    attribute(out, "file", result->file);
    time_attribute(out, result->duration_us);
    buffer_add(out, ">\n");
    if (result->outcome == OUTCOME_FAILED)
        failure(out, arena, result);
    else if (result->outcome == OUTCOME_ERROR)
        empty_element(out, "error", "error", view_or(result->reason, "error"));
    else if (result->outcome == OUTCOME_SKIPPED)
        empty_element(out, "skipped", NULL, view_or(result->reason, "skipped"));
    else if (result->outcome == OUTCOME_NOT_OBSERVABLE)
        empty_element(out, "skipped", NULL,
                      arena_printf(arena, "not observable: %s", view_or(result->reason, "no reason given")));
    if (has_warning(result)) {
        buffer_add(out, "      <system-out>");
        findings(out, arena, result, LEVEL_SHOULD);
        buffer_add(out, "</system-out>\n");
    }
    buffer_add(out, "    </testcase>\n");
}

static void suite(struct buffer *out, const struct run_result *run, const char *name)
{
    struct totals totals = count(run, name);
    buffer_add(out, "  <testsuite");
    attribute(out, "name", name);
    totals_attributes(out, &totals, totals.duration_us);
    attribute(out, "timestamp", run->started);
    buffer_add(out, ">\n");
    for (size_t i = 0; i < run->case_count; i++) {
        if (in_suite(&run->cases[i], name))
            write_case(out, &run->cases[i]);
    }
    buffer_add(out, "  </testsuite>\n");
}

/* A run that ended early must not look complete. */
static void broken_suite(struct buffer *out, const struct run_result *run)
{
    buffer_add(out, "  <testsuite name=\"run\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0.000\">\n"
                    "    <testcase classname=\"run\" name=\"complete\" time=\"0.000\">\n");
    empty_element(out, "error", "incomplete", view_or(run->problem, "interrupted"));
    buffer_add(out, "    </testcase>\n  </testsuite>\n");
}

static bool seen_before(const struct run_result *run, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (in_suite(&run->cases[i], view_or(run->cases[index].dialect, "none")))
            return true;
    }
    return false;
}

void report_write_junit(const struct run_result *run, const struct report_options *options, struct buffer *out)
{
    UNUSED(options);
    bool broken = run->interrupted || run->problem != NULL;
    struct totals totals = count(run, NULL);
    totals.tests += broken;
    totals.errors += broken;
    buffer_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"scimulator\"");
    totals_attributes(out, &totals, run->duration_us);
    buffer_add(out, ">\n");
    for (size_t i = 0; i < run->case_count; i++) {
        if (!seen_before(run, i))
            suite(out, run, view_or(run->cases[i].dialect, "none"));
    }
    if (broken)
        broken_suite(out, run);
    buffer_add(out, "</testsuites>\n");
}
