#include "common/base.h"
#include "reports/html.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"
#include "reports/view.h"

#include <string.h>

#define SAME_RULE_MAX 20
#define HEADERS_MAX   64
#define MATRIX_ROWS   60 /* a bigger matrix shows only the rows that matter */

struct page {
    struct buffer *out;
    struct arena *arena;
    const struct case_result *result;
    size_t number;
    const bool *evidence; /* per exchange */
};

static void raw(const struct page *page, const char *text)
{
    buffer_add(page->out, text);
}

static void text(const struct page *page, const char *value)
{
    markup_add(page->out, value);
}

/* --- findings ------------------------------------------------------------------------------------------------------------ */

static void compared(const struct page *page, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buffer_printf(page->out, "<dt>%s</dt><dd class=\"%s\">", name, name);
    text(page, value[0] == '\0' ? "(nothing)" : value);
    raw(page, "</dd>");
}

static void one_finding(const struct page *page, const struct finding *finding)
{
    raw(page, "<li><p>");
    text(page, view_or(finding->message, "no message"));
    buffer_printf(page->out, " <a class=\"at\" href=\"#case-%zu-step-%zu\">", page->number, finding->step);
    text(page, view_step(page->arena, page->result, finding->step));
    raw(page, "</a>");
    if (finding->exchange >= 0 && (size_t)finding->exchange < page->result->exchange_count)
        buffer_printf(page->out, " <a class=\"at\" href=\"#case-%zu-x%ld\">exchange</a>", page->number, finding->exchange);
    raw(page, "</p>");
    if (finding->expected != NULL || finding->actual != NULL) {
        raw(page, "<dl>");
        compared(page, "expected", finding->expected);
        compared(page, "actual", finding->actual);
        raw(page, "</dl>");
    }
    raw(page, "</li>\n");
}

static void curl_line(const struct page *page, const struct exchange *exchange, bool open)
{
    if (exchange == NULL)
        return;
    const char *curl = exchange_curl(page->arena, exchange);
    size_t n = strlen(curl);
    if (n > HTML_BODY_MAX) {
        buffer_printf(page->out, "<p class=\"cut\">The curl line has %zu bytes; the JSON report holds it.</p>\n", n);
        return;
    }
    buffer_printf(page->out,
                  "<details class=\"repeat\"%s><summary class=\"label\">Repeat it</summary><pre class=\"curl\" tabindex=\"0\">",
                  open ? " open" : "");
    markup_add_bytes(page->out, (struct bytes){curl, n});
    raw(page, "</pre></details>\n");
}

static const char *first_hint(const struct view_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        if (group->items[i]->hint != NULL)
            return group->items[i]->hint;
    }
    return NULL;
}

static void rule(const struct page *page, const struct view_group *group, bool open)
{
    const struct finding *first = group->first;
    const char *hint = first_hint(group);
    buffer_printf(page->out, "<article class=\"finding %s\">\n<h3><span class=\"class\">%s</span> <code>",
                  finding_level_name(first->level), finding_class_name(first->class));
    text(page, view_or(first->rule, "?"));
    buffer_printf(page->out, "</code> <span class=\"level\">%s</span></h3>\n", finding_level_name(first->level));
    if (first->source != NULL) {
        raw(page, "<p class=\"source\">");
        text(page, first->source);
        raw(page, "</p>\n");
    }
    raw(page, "<ul>\n");
    for (size_t i = 0; i < group->count && i < SAME_RULE_MAX; i++)
        one_finding(page, group->items[i]);
    raw(page, "</ul>\n");
    if (group->count > SAME_RULE_MAX)
        buffer_printf(page->out, "<p class=\"cut\">… %zu more by this rule</p>\n", group->count - SAME_RULE_MAX);
    if (hint != NULL) {
        raw(page, "<p class=\"hint\"><b>Hint</b> ");
        text(page, hint);
        raw(page, "</p>\n");
    }
    curl_line(page, view_exchange(page->result, first), open);
    raw(page, "</article>\n");
}

/* --- exchanges ----------------------------------------------------------------------------------------------------------- */

static void message(const struct page *page, const struct http_headers *headers, struct bytes body)
{
    size_t max = page->result->outcome == OUTCOME_PASSED ? HTML_BODY_MAX_PASSED : HTML_BODY_MAX;
    raw(page, "<pre tabindex=\"0\">");
    for (size_t i = 0; i < headers->count && i < HEADERS_MAX; i++) {
        raw(page, "<i>");
        text(page, headers->items[i].name);
        raw(page, ":</i> ");
        text(page, headers->items[i].value);
        raw(page, "\n");
    }
    if (headers->count > HEADERS_MAX)
        buffer_printf(page->out, "… %zu more headers\n", headers->count - HEADERS_MAX);
    struct view_text shown = view_body(page->arena, body, max);
    if (body.n > 0)
        raw(page, "\n");
    markup_add_bytes(page->out, shown.shown);
    raw(page, "</pre>\n");
    if (shown.more > 0)
        buffer_printf(page->out, "<p class=\"cut\">… %zu more bytes</p>\n", shown.more);
}

static void status(const struct page *page, const struct exchange *exchange)
{
    int code = exchange->response == NULL ? 0 : exchange->response->status;
    if (code == 0) {
        raw(page, "<span class=\"status bad\">no reply: ");
        text(page, view_or(exchange->problem, "unknown reason"));
        raw(page, "</span>");
        return;
    }
    buffer_printf(page->out, "<span class=\"status %s\">%d %s</span>", code >= 400 ? "bad" : "good", code, http_reason(code));
}

static void summary_line(const struct page *page, const struct exchange *exchange)
{
    static const char *const sides[] = {[SIDE_IDP] = "idp", [SIDE_OBSERVER] = "observer", [SIDE_ADMIN] = "admin"};
    buffer_printf(page->out, "<span class=\"side %s\">%s</span> <code><b>", sides[exchange->side], view_side(exchange->side));
    text(page, exchange->request->method);
    raw(page, "</b> ");
    text(page, exchange->request->target);
    raw(page, "</code> ");
    status(page, exchange);
    buffer_printf(page->out, " <span class=\"time\">%s</span>", view_duration(page->arena, exchange->duration_us));
}

/* Which exchanges findings point at: these stand open. */
static const bool *evidence_of(struct arena *arena, const struct case_result *result)
{
    bool *evidence = arena_array(arena, result->exchange_count + 1, sizeof *evidence);
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        const struct exchange *repeated = view_exchange(result, finding);
        if (finding->exchange >= 0 && (size_t)finding->exchange < result->exchange_count)
            evidence[finding->exchange] = true;
        if (repeated != NULL)
            evidence[repeated - result->exchanges] = true;
    }
    return evidence;
}

static void exchange_in_full(const struct page *page, const struct exchange *exchange)
{
    size_t index = (size_t)(exchange - page->result->exchanges);
    buffer_printf(page->out, "<details class=\"exchange\" id=\"case-%zu-x%zu\"%s><summary>", page->number, index,
                  page->evidence[index] ? " open" : "");
    summary_line(page, exchange);
    raw(page, "</summary>\n<p class=\"label\">Request");
    if (exchange->base != NULL) {
        raw(page, " to <code>");
        text(page, exchange->base);
        raw(page, "</code>");
    }
    raw(page, "</p>\n");
    message(page, &exchange->request->headers, exchange->request->body);
    if (exchange->response != NULL && exchange->response->status != 0) {
        raw(page, "<p class=\"label\">Reply</p>\n");
        message(page, &exchange->response->headers, exchange->response->body);
    }
    if (page->evidence[index] || (exchange->side == SIDE_IDP && page->result->outcome != OUTCOME_PASSED))
        curl_line(page, exchange, false);
    raw(page, "</details>\n");
}

static size_t exchanges(const struct page *page, size_t step)
{
    size_t count = 0, max = page->result->outcome == OUTCOME_PASSED ? HTML_DETAILS_MAX_PASSED : HTML_DETAILS_MAX;
    for (size_t i = 0; i < page->result->exchange_count; i++) {
        const struct exchange *exchange = &page->result->exchanges[i];
        if (exchange->step != step)
            continue;
        count++;
        if (page->evidence[i] || page->out->n < max) {
            exchange_in_full(page, exchange);
        } else {
            raw(page, "<p class=\"exchange\">");
            summary_line(page, exchange);
            raw(page, "</p>\n");
        }
    }
    return count;
}

/* --- access -------------------------------------------------------------------------------------------------------------- */

static void cell(const struct page *page, const struct view_cell *cell)
{
    const char *after = view_access(cell->after);
    if (cell->wrong)
        raw(page, "<td class=\"wrong\"><b>! ");
    else if (cell->changed)
        raw(page, "<td class=\"changed\"><del>");
    else
        raw(page, cell->after != NULL && cell->after[0] != '\0' ? "<td>" : "<td class=\"none\">");
    if (cell->wrong) {
        text(page, after);
        raw(page, "</b> <small>expected ");
        text(page, view_access(cell->expected));
        raw(page, "</small>");
        if (cell->changed) {
            raw(page, " <small>was ");
            text(page, view_access(cell->before));
            raw(page, "</small>");
        }
    } else if (cell->changed) {
        text(page, view_access(cell->before));
        raw(page, "</del> → <ins>");
        text(page, after);
        raw(page, "</ins>");
    } else {
        text(page, after);
    }
    raw(page, "</td>");
}

static bool row_matters(const struct view_matrix *matrix, size_t row)
{
    for (size_t k = 0; k < matrix->columns; k++) {
        const struct view_cell *one = &matrix->cells[row * matrix->columns + k];
        if (one->changed || one->wrong)
            return true;
    }
    return false;
}

static void table(const struct page *page, const struct view_matrix *matrix)
{
    size_t left_out = 0;
    raw(page, "<thead><tr><td></td>");
    for (size_t k = 0; k < matrix->columns; k++)
        markup_element(page->out, "th scope=\"col\"", matrix->column[k]);
    raw(page, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < matrix->rows; r++) {
        if (matrix->rows > MATRIX_ROWS && !row_matters(matrix, r)) {
            left_out++;
            continue;
        }
        raw(page, "<tr>");
        markup_element(page->out, "th scope=\"row\"", matrix->row[r]);
        for (size_t k = 0; k < matrix->columns; k++)
            cell(page, &matrix->cells[r * matrix->columns + k]);
        raw(page, "</tr>\n");
    }
    raw(page, "</tbody></table></div>\n");
    if (left_out > 0)
        buffer_printf(page->out, "<p class=\"cut\">… %zu more people, unchanged</p>\n", left_out);
}

static void access_of(const struct page *page, const struct view_matrix *matrix)
{
    raw(page, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Access\"><table class=\"access\"><caption>");
    raw(page, matrix->changed > 0 ? "Access before → after" : "Access, not changed by this step");
    if (matrix->wrong > 0)
        raw(page, "; <b>!</b> is not as expected");
    raw(page, "</caption>\n");
    table(page, matrix);
}

/* --- steps --------------------------------------------------------------------------------------------------------------- */

static size_t findings_of(const struct case_result *result, size_t step)
{
    size_t n = 0;
    for (size_t i = 0; i < result->finding_count; i++)
        n += result->findings[i].step == step;
    return n;
}

static size_t exchanges_of(const struct case_result *result, size_t step)
{
    size_t n = 0;
    for (size_t i = 0; i < result->exchange_count; i++)
        n += result->exchanges[i].step == step;
    return n;
}

static void step_summary(const struct page *page, size_t step, const struct view_matrix *matrix)
{
    size_t sent = exchanges_of(page->result, step), found = findings_of(page->result, step);
    raw(page, "<summary><h4>");
    text(page, view_step(page->arena, page->result, step));
    raw(page, "</h4>");
    if (found > 0)
        buffer_printf(page->out, " <span class=\"status bad\">%s</span>", view_count(page->arena, found, "finding", "findings"));
    if (matrix->wrong > 0)
        buffer_printf(page->out, " <span class=\"status bad\">access not as expected</span>");
    if (matrix->changed > 0)
        buffer_printf(page->out, " <span class=\"note\">access changed</span>");
    buffer_printf(page->out, " <span class=\"time\">%s", view_count(page->arena, sent, "exchange", "exchanges"));
    if (step < page->result->step_count)
        buffer_printf(page->out, ", %s", view_duration(page->arena, page->result->steps[step].duration_us));
    raw(page, "</span></summary>\n");
}

static void one_step(const struct page *page, size_t step)
{
    struct view_matrix matrix = {0};
    bool observed = step < page->result->step_count && view_matrix(page->arena, &page->result->steps[step], &matrix);
    bool open = findings_of(page->result, step) > 0 || matrix.wrong > 0;
    buffer_printf(page->out, "<details class=\"step\" id=\"case-%zu-step-%zu\"%s>", page->number, step, open ? " open" : "");
    step_summary(page, step, &matrix);
    raw(page, "<div class=\"columns\"><div class=\"exchanges\">\n");
    if (exchanges(page, step) == 0)
        raw(page, "<p class=\"none\">No requests.</p>\n");
    raw(page, "</div>\n<div class=\"matrix\">\n");
    if (observed && matrix.rows > 0)
        access_of(page, &matrix);
    else
        raw(page, "<p class=\"none\">Access was not observed.</p>\n");
    raw(page, "</div></div></details>\n");
}

/* Steps of the result, and of whatever findings or exchanges name beyond them. */
static size_t step_total(const struct case_result *result)
{
    size_t total = result->step_count;
    for (size_t i = 0; i < result->finding_count; i++)
        total = result->findings[i].step < total ? total : result->findings[i].step + 1;
    for (size_t i = 0; i < result->exchange_count; i++)
        total = result->exchanges[i].step < total ? total : result->exchanges[i].step + 1;
    return total;
}

/* --- the case ------------------------------------------------------------------------------------------------------------ */

static void head(const struct page *page)
{
    const struct case_result *result = page->result;
    const char *outcome = outcome_name(result->outcome);
    buffer_printf(page->out, "<section class=\"case %s\" id=\"case-%zu\" aria-labelledby=\"case-%zu-name\">\n", outcome,
                  page->number, page->number);
    buffer_printf(page->out, "<h2 id=\"case-%zu-name\"><span class=\"badge %s\">%s</span> ", page->number, outcome,
                  outcome_word(result->outcome));
    text(page, view_or(result->id, "?"));
    raw(page, " <span class=\"dialect\">");
    text(page, view_or(result->dialect, "?"));
    raw(page, "</span></h2>\n");
    if (result->title != NULL)
        markup_element(page->out, "p", result->title);
    raw(page, "<p class=\"time\">");
    if (result->file != NULL) {
        text(page, result->file);
        raw(page, ", ");
    }
    buffer_printf(page->out, "%s, %s</p>\n", view_count(page->arena, result->requests, "request", "requests"),
                  view_duration(page->arena, result->duration_us));
    if (result->reason != NULL)
        markup_element(page->out, "p class=\"reason\"", result->reason);
}

void html_case(struct buffer *out, const struct case_result *result, size_t number)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct page page = {out, arena, result, number, evidence_of(arena, result)};
    struct view_group *groups;
    size_t count = view_groups(arena, result, &groups), steps = step_total(result);
    head(&page);
    for (size_t i = 0; i < count; i++)
        rule(&page, &groups[i], i == 0);
    for (size_t step = 0; step < steps; step++)
        one_step(&page, step);
    raw(&page, "</section>\n");
}
