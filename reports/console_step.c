/* One step of a case as evidence: requests and replies, how to repeat them, access. */
#include "common/base.h"
#include "reports/console.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"
#include "reports/view.h"

#include <string.h>

#define NAMED_FULL      4  /* exchanges that findings name shown in full per step */
#define WRITES_FULL     4  /* and other writes */
#define EXCHANGES_BRIEF 12 /* others, one line each */
#define HEADERS_MAX     24
#define MATRIX_ROWS     12

static void line_end(struct console *c)
{
    buffer_add_char(c->out, '\n');
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
    const struct http_response *response = exchange->response;
    const char *line =
        arena_printf(c->arena, "%s %s", view_or(exchange->request->method, "?"), view_or(exchange->request->target, ""));
    buffer_add(c->out, "    > ");
    console_cut(c, STYLE_PLAIN, line, c->width > 70 ? c->width - 30 : 40);
    buffer_add(c->out, " → ");
    status(c, exchange);
    if (response != NULL && response->status != 0 && response->body.n > 0)
        buffer_printf(c->out, ", %s", view_count(c->arena, response->body.n, "byte", "bytes"));
    if (exchange->side != SIDE_IDP)
        buffer_printf(c->out, " (%s)", view_side(exchange->side));
    line_end(c);
}

/* Named by a finding that is told here, or what a report repeats for it. */
static bool is_named(const struct case_result *result, size_t exchange, const bool *news)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        if (news[i] && (finding->exchange == (long)exchange || view_exchange(result, finding) == &result->exchanges[exchange]))
            return true;
    }
    return false;
}

/* What the judge writes are attempts to sign in and the like: the finding names the one that matters. */
static bool is_write(const struct exchange *exchange)
{
    const char *method = view_or(exchange->request->method, "");
    return exchange->side != SIDE_OBSERVER && !text_equal(method, "GET") && !text_equal(method, "HEAD");
}

/* Why the provider was quiet, or late. */
static void trace(struct console *c, const struct case_result *result, size_t step)
{
    for (size_t i = 0; step < result->step_count && i < result->steps[step].trace_count; i++) {
        buffer_add(c->out, "    ");
        console_text(c, STYLE_DIM, 6, result->steps[step].trace[i]);
        line_end(c);
    }
}

/* What findings name and writes in full, reads in one line. */
static void exchanges(struct console *c, const struct case_result *result, size_t step, const bool *news)
{
    size_t sent = 0, named = 0, writes = 0, briefly = 0;
    bool below_full = false;
    for (size_t i = 0; i < result->exchange_count; i++)
        sent += result->exchanges[i].step == step && result->exchanges[i].side == SIDE_IDP;
    trace(c, result, step);
    if (sent == 0)
        buffer_add(c->out, "    the identity provider sent nothing in this step\n");
    for (size_t i = 0; i < result->exchange_count; i++) {
        const struct exchange *exchange = &result->exchanges[i];
        if (exchange->step != step)
            continue;
        if (is_named(result, i, news) ? named++ < NAMED_FULL : is_write(exchange) && writes++ < WRITES_FULL) {
            full(c, exchange);
            below_full = true;
        } else if (briefly++ < EXCHANGES_BRIEF) {
            if (below_full)
                line_end(c);
            brief(c, exchange);
            below_full = false;
        }
    }
    if (briefly > EXCHANGES_BRIEF)
        buffer_printf(c->out, "    … and %s\n",
                      view_count(c->arena, briefly - EXCHANGES_BRIEF, "more exchange", "more exchanges"));
}

static void repeat(struct console *c, const struct case_result *result, size_t step, const bool *news)
{
    const struct exchange *exchange = NULL;
    for (size_t i = 0; exchange == NULL && i < result->finding_count; i++) {
        if (result->findings[i].step == step && news[i])
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

void console_step(struct console *c, const struct case_result *result, size_t step, const bool *news)
{
    buffer_add(c->out, "\n  ");
    console_text(c, STYLE_BOLD, 4, view_step(c->arena, result, step));
    line_end(c);
    exchanges(c, result, step, news);
    repeat(c, result, step, news);
    access_after(c, result, step);
}
