/* One case in full: what is wrong by which rule, then the evidence step by step: requests and replies, how to repeat them, access. */
#include "common/base.h"
#include "reports/console.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"
#include "reports/view.h"

#include <inttypes.h>
#include <string.h>

#define SAME_RULE_MAX   3  /* findings of one rule told in words */
#define STEPS_MAX       3  /* steps shown with evidence */
#define EXCHANGES_FULL  3  /* requests of the provider shown in full per step, the last ones */
#define NAMED_FULL      4  /* exchanges that findings name shown in full per step */
#define EXCHANGES_BRIEF 10 /* others, one line each */
#define HEADERS_MAX     24
#define MATRIX_ROWS     12

static void line_end(struct console *c)
{
    buffer_add_char(c->out, '\n');
}

/* --- findings ------------------------------------------------------------------------------------------------------------ */

static void compared(struct console *c, const char *name, const char *text, enum console_style style)
{
    if (text == NULL)
        return;
    buffer_printf(c->out, "      %-9s ", name);
    console_text(c, style, 16, text[0] == '\0' ? "(nothing)" : text);
    line_end(c);
}

static void one_finding(struct console *c, const struct case_result *result, const struct finding *finding)
{
    buffer_add(c->out, "    ");
    console_text(c, STYLE_DIM, 4, view_step(c->arena, result, finding->step));
    buffer_add(c->out, "\n    ");
    console_text(c, STYLE_BOLD, 4, view_or(finding->message, "no message"));
    line_end(c);
    compared(c, "expected", finding->expected, STYLE_GOOD);
    compared(c, "actual", finding->actual, STYLE_BAD);
}

static void rest_of_group(struct console *c, const struct view_group *group)
{
    if (group->count <= SAME_RULE_MAX)
        return;
    buffer_printf(c->out, "    … %zu more by this rule, in steps", group->count - SAME_RULE_MAX);
    size_t named = 0;
    for (size_t i = SAME_RULE_MAX; i < group->count && named < 12; i++) {
        if (i > SAME_RULE_MAX && group->items[i]->step == group->items[i - 1]->step)
            continue;
        buffer_printf(c->out, " %zu", group->items[i]->step);
        named++;
    }
    line_end(c);
}

static void rule(struct console *c, const struct case_result *result, const struct view_group *group)
{
    const struct finding *first = group->first;
    buffer_add(c->out, "  ");
    console_text(c, STYLE_BAD, 0, "! ");
    console_text(c, STYLE_BAD, 4, view_or(first->rule, "?"));
    buffer_printf(c->out, "  [%s]", finding_class_name(first->class));
    if (first->source != NULL) {
        buffer_add(c->out, "  ");
        console_text(c, STYLE_PLAIN, 4, first->source);
    }
    line_end(c);
    for (size_t i = 0; i < group->count && i < SAME_RULE_MAX; i++)
        one_finding(c, result, group->items[i]);
    rest_of_group(c, group);
    for (size_t i = 0; i < group->count; i++) {
        if (group->items[i]->hint == NULL)
            continue;
        buffer_add(c->out, "    hint: ");
        console_text(c, STYLE_PLAIN, 10, group->items[i]->hint);
        line_end(c);
        break;
    }
}

/* --- exchanges ----------------------------------------------------------------------------------------------------------- */

static void prefixed(struct console *c, char mark, struct bytes text)
{
    for (size_t i = 0; i < text.n;) {
        const char *newline = memchr(text.p + i, '\n', text.n - i);
        size_t end = newline == NULL ? text.n : (size_t)(newline - text.p);
        size_t n = end - i - (end > i && text.p[end - 1] == '\r');
        buffer_printf(c->out, "    %c ", mark);
        markup_add_plain_bytes(c->out, (struct bytes){text.p + i, n});
        line_end(c);
        i = end + 1;
    }
}

static void message(struct console *c, char mark, const struct http_headers *headers, struct bytes body)
{
    for (size_t i = 0; i < headers->count && i < HEADERS_MAX; i++) {
        buffer_printf(c->out, "    %c ", mark);
        console_text(c, STYLE_DIM, 8, headers->items[i].name);
        buffer_add(c->out, ": ");
        console_text(c, STYLE_DIM, 8, headers->items[i].value);
        line_end(c);
    }
    if (headers->count > HEADERS_MAX)
        buffer_printf(c->out, "    %c … %zu more headers\n", mark, headers->count - HEADERS_MAX);
    if (body.n == 0)
        return;
    struct view_text text = view_body(c->arena, body, CONSOLE_BODY_MAX);
    buffer_printf(c->out, "    %c\n", mark);
    prefixed(c, mark, text.shown);
    if (text.more > 0)
        buffer_printf(c->out, "    %c … %zu more bytes\n", mark, text.more);
}

static void status(struct console *c, const struct exchange *exchange)
{
    const struct http_response *response = exchange->response;
    if (response == NULL || response->status == 0) {
        buffer_add(c->out, "no reply: ");
        console_text(c, STYLE_BAD, 8, view_or(exchange->problem, "unknown reason"));
        return;
    }
    const char *reason = http_reason(response->status);
    buffer_printf(c->out, "%d%s%s", response->status, reason[0] == '\0' ? "" : " ", reason);
}

static void request_line(struct console *c, const struct exchange *exchange)
{
    console_text(c, STYLE_BOLD, 8, view_or(exchange->request->method, "?"));
    buffer_add_char(c->out, ' ');
    console_text(c, STYLE_BOLD, 8, view_or(exchange->request->target, ""));
}

static void full(struct console *c, const struct exchange *exchange)
{
    buffer_add(c->out, "\n    > ");
    request_line(c, exchange);
    if (exchange->side != SIDE_IDP)
        buffer_printf(c->out, "   (sent by the %s)", view_side(exchange->side));
    line_end(c);
    message(c, '>', &exchange->request->headers, exchange->request->body);
    buffer_add(c->out, "    < ");
    status(c, exchange);
    buffer_printf(c->out, "   (%s)\n", view_duration(c->arena, exchange->duration_us));
    if (exchange->response != NULL && exchange->response->status != 0)
        message(c, '<', &exchange->response->headers, exchange->response->body);
}

static void brief(struct console *c, const struct exchange *exchange)
{
    buffer_add(c->out, "    > ");
    request_line(c, exchange);
    buffer_add(c->out, "   < ");
    status(c, exchange);
    line_end(c);
}

static bool is_named(const struct case_result *result, size_t exchange)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].level == LEVEL_MUST && result->findings[i].exchange == (long)exchange)
            return true;
    }
    return false;
}

static size_t sent_in_step(const struct case_result *result, size_t step)
{
    size_t n = 0;
    for (size_t i = 0; i < result->exchange_count; i++)
        n += result->exchanges[i].step == step && result->exchanges[i].side == SIDE_IDP;
    return n;
}

/* The provider's last requests of the step and what findings name in full, its earlier ones in one line. */
static void exchanges(struct console *c, const struct case_result *result, size_t step)
{
    size_t left = sent_in_step(result, step), named = 0, briefly = 0;
    if (left == 0)
        buffer_add(c->out, "    the identity provider sent nothing in this step\n");
    for (size_t i = 0; i < result->exchange_count; i++) {
        const struct exchange *exchange = &result->exchanges[i];
        if (exchange->step != step)
            continue;
        bool sent = exchange->side == SIDE_IDP;
        if (is_named(result, i) ? named++ < NAMED_FULL : sent && left <= EXCHANGES_FULL)
            full(c, exchange);
        else if (sent && briefly++ < EXCHANGES_BRIEF)
            brief(c, exchange);
        left -= sent;
    }
    if (briefly > EXCHANGES_BRIEF)
        buffer_printf(c->out, "    … and %s before\n",
                      view_count(c->arena, briefly - EXCHANGES_BRIEF, "more request", "more requests"));
}

static void repeat(struct console *c, const struct case_result *result, size_t step)
{
    const struct exchange *exchange = NULL;
    for (size_t i = 0; exchange == NULL && i < result->finding_count; i++) {
        if (result->findings[i].step == step && result->findings[i].level == LEVEL_MUST)
            exchange = view_exchange(result, &result->findings[i]);
    }
    if (exchange == NULL)
        return;
    const char *curl = exchange_curl(c->arena, exchange);
    buffer_add(c->out, "\n    repeat it:\n      ");
    if (strlen(curl) > CONSOLE_CURL_MAX)
        buffer_printf(c->out, "(a curl line of %zu bytes: see the HTML or JSON report)", strlen(curl));
    else
        markup_add_plain(c->out, curl);
    line_end(c);
}

/* --- access -------------------------------------------------------------------------------------------------------------- */

static const char *cell_text(struct arena *arena, const struct view_cell *cell)
{
    if (cell->wrong)
        return arena_printf(arena, "! %s (expected %s)", view_access(cell->after), view_access(cell->expected));
    if (cell->changed)
        return arena_printf(arena, "* %s (was %s)", view_access(cell->after), view_access(cell->before));
    return arena_printf(arena, "  %s", cell->after != NULL && cell->after[0] == '\0' ? "-" : view_access(cell->after));
}

static enum console_style cell_style(const struct view_cell *cell)
{
    return cell->wrong ? STYLE_BAD : cell->changed ? STYLE_WARN : STYLE_PLAIN;
}

static bool row_matters(const struct view_matrix *matrix, size_t row)
{
    for (size_t i = 0; i < matrix->columns; i++) {
        const struct view_cell *cell = &matrix->cells[row * matrix->columns + i];
        if (cell->wrong || cell->changed)
            return true;
    }
    return false;
}

static size_t widen(size_t width, const char *text)
{
    size_t columns = console_columns(text, strlen(text));
    return columns > width ? columns : width;
}

/* Rows as a table; false, and nothing printed, when that is too wide. */
static bool table(struct console *c, const struct view_matrix *matrix)
{
    size_t *widths = arena_array(c->arena, matrix->columns + 1, sizeof *widths), total = 6;
    const char **texts = arena_array(c->arena, matrix->rows * matrix->columns + 1, sizeof *texts);
    bool all = matrix->rows <= MATRIX_ROWS;
    for (size_t r = 0; r < matrix->rows; r++)
        widths[0] = widen(widths[0], matrix->row[r]);
    for (size_t k = 0; k < matrix->columns; k++) {
        widths[k + 1] = widen(0, matrix->column[k]) + 2;
        for (size_t r = 0; r < matrix->rows; r++) {
            const char **text = &texts[r * matrix->columns + k];
            *text = cell_text(c->arena, &matrix->cells[r * matrix->columns + k]);
            widths[k + 1] = widen(widths[k + 1], *text);
        }
        total += widths[k + 1] + 2;
    }
    if (total + widths[0] > c->width)
        return false;
    buffer_add(c->out, "      ");
    console_pad(c, STYLE_PLAIN, "", widths[0]);
    for (size_t k = 0; k < matrix->columns; k++) {
        buffer_add(c->out, "    ");
        console_pad(c, STYLE_BOLD, matrix->column[k], k + 1 == matrix->columns ? 0 : widths[k + 1] - 2);
    }
    line_end(c);
    for (size_t r = 0; r < matrix->rows; r++) {
        if (!all && !row_matters(matrix, r))
            continue;
        buffer_add(c->out, "      ");
        console_pad(c, STYLE_PLAIN, matrix->row[r], widths[0]);
        for (size_t k = 0; k < matrix->columns; k++) {
            size_t i = r * matrix->columns + k;
            buffer_add(c->out, "  ");
            console_pad(c, cell_style(&matrix->cells[i]), texts[i], k + 1 == matrix->columns ? 0 : widths[k + 1]);
        }
        line_end(c);
    }
    return true;
}

static void list(struct console *c, const struct view_matrix *matrix)
{
    for (size_t i = 0; i < matrix->rows * matrix->columns; i++) {
        const struct view_cell *cell = &matrix->cells[i];
        if (!cell->wrong && !cell->changed)
            continue;
        const char *text = cell_text(c->arena, cell);
        buffer_printf(c->out, "      %.2s", text);
        console_text(c, STYLE_PLAIN, 8, matrix->row[i / matrix->columns]);
        buffer_add(c->out, ", ");
        console_text(c, STYLE_PLAIN, 8, matrix->column[i % matrix->columns]);
        buffer_add(c->out, ": ");
        console_text(c, cell_style(cell), 8, text + 2);
        line_end(c);
    }
}

static void access_after(struct console *c, const struct case_result *result, size_t step)
{
    struct view_matrix matrix;
    if (step >= result->step_count || !view_matrix(c->arena, &result->steps[step], &matrix) || matrix.rows == 0)
        return;
    buffer_add(c->out, "\n    access afterwards");
    buffer_add(c->out, matrix.wrong > 0     ? " (! not as expected, * changed by the step):\n"
                       : matrix.changed > 0 ? " (* changed by the step):\n"
                                            : ", unchanged by the step:\n");
    bool listed = !table(c, &matrix);
    if (listed)
        list(c, &matrix);
    if ((listed || matrix.rows > MATRIX_ROWS) && matrix.wrong == 0)
        buffer_printf(c->out, "      everything else of %zu x %zu as before\n", matrix.rows, matrix.columns);
}

/* --- a case -------------------------------------------------------------------------------------------------------------- */

static bool step_failed(const struct case_result *result, size_t step)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].level == LEVEL_MUST && result->findings[i].step == step)
            return true;
    }
    return false;
}

static size_t last_step(const struct case_result *result)
{
    size_t last = result->step_count;
    for (size_t i = 0; i < result->finding_count; i++)
        last = result->findings[i].step >= last ? result->findings[i].step + 1 : last;
    return last;
}

static void evidence(struct console *c, const struct case_result *result)
{
    size_t shown = 0, steps = last_step(result);
    for (size_t step = 0; step < steps; step++) {
        if (!step_failed(result, step) || shown++ >= STEPS_MAX)
            continue;
        buffer_add(c->out, "\n  ");
        console_text(c, STYLE_BOLD, 4, view_step(c->arena, result, step));
        line_end(c);
        exchanges(c, result, step);
        repeat(c, result, step);
        access_after(c, result, step);
    }
    if (shown > STEPS_MAX)
        buffer_printf(c->out, "\n  … %s with findings: see the HTML or JSON report\n",
                      view_count(c->arena, shown - STEPS_MAX, "more step", "more steps"));
}

/* How to play this case alone. Only for names that no shell takes apart. */
static void again(struct console *c, const struct run_result *run, const struct case_result *result)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-";
    const char *id = view_or(result->id, ""), *dialect = view_or(result->dialect, "");
    if (id[0] == '\0' || dialect[0] == '\0' || id[strspn(id, plain)] != '\0' || dialect[strspn(dialect, plain)] != '\0')
        return;
    buffer_printf(c->out, "  again: scimulator run %s --idp %s --seed %" PRIu64 "\n", id, dialect, run->seed);
}

static void head(struct console *c, const struct run_result *run, const struct case_result *result)
{
    console_text(c, console_outcome_style(result->outcome), 0, outcome_word(result->outcome));
    buffer_add(c->out, "  ");
    console_text(c, STYLE_BOLD, 4, view_or(result->id, "?"));
    buffer_add(c->out, "  ");
    console_text(c, STYLE_PLAIN, 4, view_or(result->dialect, "?"));
    line_end(c);
    if (result->title != NULL) {
        buffer_add(c->out, "  ");
        console_text(c, STYLE_PLAIN, 2, result->title);
        line_end(c);
    }
    buffer_add(c->out, "  ");
    console_text(c, STYLE_DIM, 2, view_or(result->file, "no file"));
    line_end(c);
    again(c, run, result);
    if (result->reason != NULL) {
        buffer_add(c->out, "  ");
        console_text(c, STYLE_BAD, 2, result->reason);
        line_end(c);
    }
}

void console_case(struct console *c, const struct run_result *run, const struct case_result *result)
{
    struct view_group *groups;
    size_t count = view_groups(c->arena, result, &groups);
    head(c, run, result);
    for (size_t i = 0; i < count; i++) {
        if (groups[i].first->level != LEVEL_MUST)
            continue;
        line_end(c);
        rule(c, result, &groups[i]);
    }
    evidence(c, result);
    line_end(c);
}
