#include "common/base.h"
#include "reports/html.h"

#include "common/digest.h"
#include "common/embedded.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"
#include "reports/view.h"
#include "reports/writers.h"

#include <inttypes.h>
#include <string.h>

struct site {
    struct buffer *out;
    struct arena *arena;
    const struct run_result *run;
    struct run_summary summary;
    struct bytes style, script;
};

static struct bytes embedded(const char *name)
{
    const struct embedded_file *file = embedded_find(name);
    return file == NULL ? (struct bytes){"", 0} : file->data;
}

/* --- head ---------------------------------------------------------------------------------------------------------------- */

static unsigned hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* As Content-Security-Policy names an inline element: base64 of the SHA-256 of its text. */
static const char *hash_of(struct arena *arena, struct bytes data)
{
    char hex[65], digest[32];
    digest_sha256_hex(data, hex);
    for (size_t i = 0; i < sizeof digest; i++)
        digest[i] = (char)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    return base64_encode(arena, (struct bytes){digest, sizeof digest});
}

static const char *verdict(const struct site *site)
{
    const size_t *outcomes = site->summary.outcomes;
    const char *cases = view_count(site->arena, site->run->case_count, "case", "cases");
    if (site->run->case_count == 0)
        return "Nothing ran";
    if (outcomes[OUTCOME_FAILED] > 0)
        return arena_printf(site->arena, "%zu of %s failed", outcomes[OUTCOME_FAILED], cases);
    if (outcomes[OUTCOME_ERROR] > 0)
        return arena_printf(site->arena, "%zu of %s broken off by an error", outcomes[OUTCOME_ERROR], cases);
    return arena_printf(site->arena, "%s, none failed", cases);
}

static void page_head(const struct site *site)
{
    struct buffer *out = site->out;
    buffer_add(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    buffer_printf(out,
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; "
                  "script-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
                  hash_of(site->arena, site->style), hash_of(site->arena, site->script));
    buffer_add(out,
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    markup_add(out, verdict(site));
    buffer_add(out, " - scimulator</title>\n<style>");
    buffer_add_bytes(out, site->style.p, site->style.n);
    buffer_add(out, "</style>\n<script>");
    buffer_add_bytes(out, site->script.p, site->script.n);
    buffer_add(out, "</script>\n</head>\n<body>\n");
}

/* --- summary ------------------------------------------------------------------------------------------------------------- */

static void fact(const struct site *site, const char *name, const char *value)
{
    if (value == NULL)
        return;
    markup_element(site->out, "dt", name);
    markup_element(site->out, "dd", value);
}

/* A bar of all outcomes; widths in an SVG because the policy allows no style attributes. */
static void bar(const struct site *site)
{
    size_t total = site->run->case_count, before = 0;
    if (total == 0)
        return;
    buffer_add(site->out, "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        size_t n = site->summary.outcomes[i], from = before * 1000 / total, to = (before + n) * 1000 / total;
        if (n > 0)
            buffer_printf(site->out, "<rect class=\"%s\" x=\"%zu\" width=\"%zu\" height=\"10\"/>", outcome_name((enum outcome)i),
                          from, to - from);
        before += n;
    }
    buffer_add(site->out, "</svg>\n");
}

static void outcome_counts(const struct site *site)
{
    buffer_add(site->out, "<ul class=\"counts\">");
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        buffer_printf(site->out, "<li class=\"%s\"><b>%zu</b> %s</li>",
                      site->summary.outcomes[i] == 0 ? "zero" : outcome_name((enum outcome)i), site->summary.outcomes[i],
                      outcome_word((enum outcome)i));
    buffer_add(site->out, "</ul>\n");
}

static void class_counts(const struct site *site)
{
    buffer_add(site->out, "<table class=\"classes\"><thead><tr><th scope=\"col\">Findings</th><th scope=\"col\">must</th>"
                          "<th scope=\"col\">should</th></tr></thead><tbody>");
    for (size_t i = 0; i < FINDING_CLASS_COUNT; i++)
        buffer_printf(site->out, "<tr><th scope=\"row\">%s</th><td>%zu</td><td>%zu</td></tr>",
                      finding_class_name((enum finding_class)i), site->summary.findings[i], site->summary.warnings[i]);
    buffer_add(site->out, "</tbody></table>\n");
}

static void rule_row(const struct site *site, const struct view_rule *rule)
{
    struct buffer *out = site->out;
    buffer_printf(out, "<tr><td>%zu</td><th scope=\"row\"><code>", rule->cases);
    markup_add(out, view_or(rule->first->rule, "?"));
    buffer_printf(out, "</code></th><td class=\"class\">%s</td><td>", finding_class_name(rule->first->class));
    markup_add(out, view_or(rule->first->source, ""));
    buffer_add(out, "</td><td>");
    markup_add(out, view_or(rule->first->message, ""));
    buffer_printf(out, "</td><td><a href=\"#case-%zu\">", rule->number);
    markup_add(out, view_or(rule->in->id, "?"));
    buffer_add_char(out, ' ');
    markup_add(out, view_or(rule->in->dialect, "?"));
    buffer_add(out, "</a></td></tr>\n");
}

/* What a developer reads first: two bugs can fail a hundred cases. */
static void rules(const struct site *site)
{
    struct view_rule *rows;
    size_t count = view_rules(site->arena, site->run, LEVEL_MUST, &rows);
    if (count == 0)
        return;
    buffer_add(site->out, "<details class=\"wide rules\" open><summary><h2>Findings by "
                          "rule</h2></summary>\n<table><thead><tr><th scope=\"col\">cases</th>"
                          "<th scope=\"col\">rule</th><th scope=\"col\">class</th><th scope=\"col\">source</th>"
                          "<th scope=\"col\">first finding</th><th scope=\"col\">first case</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count && i < HTML_RULES_MAX; i++)
        rule_row(site, &rows[i]);
    buffer_add(site->out, "</tbody></table>\n");
    if (count > HTML_RULES_MAX)
        buffer_printf(site->out, "<p class=\"cut\">… %zu more rules</p>\n", count - HTML_RULES_MAX);
    buffer_add(site->out, "</details>\n");
}

static void summary(const struct site *site)
{
    const struct run_result *run = site->run;
    buffer_add(site->out, "<header>\n<h1><span class=\"tool\">scimulator</span> ");
    markup_add(site->out, verdict(site));
    buffer_add(site->out, "</h1>\n");
    if (run->interrupted || run->problem != NULL) {
        buffer_add(site->out, "<p class=\"reason\">The run ended early: ");
        markup_add(site->out, view_or(run->problem, "interrupted"));
        buffer_add(site->out, "</p>\n");
    }
    bar(site);
    buffer_add(site->out, "<div class=\"summary\">\n");
    outcome_counts(site);
    class_counts(site);
    buffer_add(site->out, "<dl class=\"facts\">");
    fact(site, "Target", run->target);
    fact(site, "Started", run->started);
    fact(site, "Took",
         arena_printf(site->arena, "%s, %s", view_duration(site->arena, run->duration_us),
                      view_count(site->arena, site->summary.requests, "request", "requests")));
    fact(site, "Seed", arena_printf(site->arena, "%" PRIu64, run->seed));
    fact(site, "Version", run->version);
    buffer_add(site->out, "</dl>\n</div>\n");
    rules(site);
    buffer_add(site->out, "</header>\n");
}

/* --- list of cases ------------------------------------------------------------------------------------------------------- */

static bool seen_before(const struct run_result *run, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (text_equal(run->cases[i].dialect, run->cases[index].dialect))
            return true;
    }
    return false;
}

static void option(struct buffer *out, const char *dialect)
{
    buffer_add(out, "<option value=\"");
    markup_add(out, dialect);
    buffer_add(out, "\">");
    markup_add(out, dialect);
    buffer_add(out, "</option>");
}

/* Hidden until the script is there to answer it. */
static void filter(const struct site *site)
{
    buffer_add(site->out,
               "<form id=\"filter\" hidden>\n<input type=\"search\" id=\"words\" placeholder=\"Filter by name or rule\" "
               "aria-label=\"Filter by name or rule\" autocomplete=\"off\">\n"
               "<select id=\"dialect\" aria-label=\"Dialect\"><option value=\"\">every dialect</option>");
    for (size_t i = 0; i < site->run->case_count; i++) {
        if (!seen_before(site->run, i))
            option(site->out, view_or(site->run->cases[i].dialect, "?"));
    }
    buffer_add(site->out, "</select>\n<fieldset><legend>Outcomes</legend>");
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        if (site->summary.outcomes[i] > 0)
            buffer_printf(site->out, "<label><input type=\"checkbox\" value=\"%s\" checked> %s</label>",
                          outcome_name((enum outcome)i), outcome_word((enum outcome)i));
    }
    buffer_add(site->out, "</fieldset>\n<p id=\"shown\" role=\"status\"></p>\n</form>\n");
}

static void entry(const struct site *site, const struct case_result *result, size_t number)
{
    struct view_group *groups;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    size_t count = view_groups(arena, result, &groups);
    struct buffer *out = site->out;
    buffer_printf(out, "<li data-outcome=\"%s\" data-dialect=\"", outcome_name(result->outcome));
    markup_add(out, view_or(result->dialect, "?"));
    buffer_add(out, "\" data-words=\"");
    markup_add(out, result->title);
    for (size_t i = 0; i < count; i++) {
        buffer_add_char(out, ' ');
        markup_add(out, groups[i].first->rule);
    }
    buffer_printf(out, "\"><a href=\"#case-%zu\"><span class=\"badge %s\">%s</span> <span class=\"id\">", number,
                  outcome_name(result->outcome), outcome_word(result->outcome));
    markup_add(out, view_or(result->id, "?"));
    buffer_add(out, "</span> <span class=\"dialect\">");
    markup_add(out, view_or(result->dialect, "?"));
    buffer_add(out, "</span></a></li>\n");
}

static void list(const struct site *site)
{
    buffer_add(site->out, "<nav aria-label=\"Cases\">\n");
    filter(site);
    buffer_add(site->out, "<ol id=\"cases\">\n");
    for (size_t i = 0; i < site->run->case_count; i++)
        entry(site, &site->run->cases[i], i + 1);
    buffer_add(site->out, "</ol>\n</nav>\n");
}

/* --- page ---------------------------------------------------------------------------------------------------------------- */

void report_write_html(const struct run_result *run, const struct report_options *options, struct buffer *out)
{
    UNUSED(options);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct site site = {
        out, arena, run, run_summarize(run), embedded("reports/html/report.css"), embedded("reports/html/report.js")};
    page_head(&site);
    summary(&site);
    buffer_add(out, "<div class=\"page\">\n");
    list(&site);
    buffer_add(out, "<main>\n");
    for (size_t i = 0; i < run->case_count; i++)
        html_case(out, &run->cases[i], i + 1);
    buffer_add(out, "</main>\n</div>\n</body>\n</html>\n");
}
