#include "common/base.h"

#include "reference-server/report.h"

#include "common/clock.h"
#include "common/csv.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/organization.h"
#include "reference-server/report_rows.h"

#include <string.h>

#define COLUMNS 16

/* parameters: beside format; columns: members of the rows, in the order of the CSV */
static const struct report {
    const char *name, *parameters, *columns;
    report_maker *make;
} reports[] = {
    {"access", "user resource", "user user_id status org_role resource role state via", report_access},
    {"changes", "from to after limit", "time sequence request actor action event user user_id group resource field old new",
     report_changes},
    {"speed", "", "up_to_seconds count", report_speed},
    {"success", "", "operation succeeded failed success_rate", report_success},
};

/* --- the question --- */

static bool is_word(struct exchange *x, const char *words, const char *word)
{
    const char *const *items;
    size_t count = text_split(x->arena, words, ' ', &items);
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], word) == 0)
            return true;
    return false;
}

static bool check_question(struct exchange *x, const struct report *report)
{
    const char *format = http_query(&x->target, "format");
    for (size_t i = 0; i < x->target.query.count; i++) {
        const char *name = x->target.query.items[i].name;
        if (strcmp(name, "format") != 0 && !is_word(x, report->parameters, name)) {
            reply_wrong(x, 400, "invalid", arena_printf(x->arena, "there are: format %s", report->parameters),
                        "the report has no such parameter: %.40s", name);
            return false;
        }
    }
    if (format == NULL || strcmp(format, "json") == 0 || strcmp(format, "csv") == 0)
        return true;
    reply_wrong(x, 400, "invalid", "ask for json or csv", "there is no such format");
    return false;
}

/* --- the answer --- */

static const char *cell(struct exchange *x, const json *row, const char *column)
{
    const json *value = json_get(row, column);
    return value == NULL ? NULL : json_is(value, JSON_STRING) ? json_text(value) : json_print(x->arena, value);
}

static const char *as_csv(struct exchange *x, const struct report *report, const json *rows)
{
    const char *const *columns, *cells[COLUMNS];
    size_t count = text_split(x->arena, report->columns, ' ', &columns);
    struct buffer b = buffer_new(0);
    csv_line(&b, columns, count);
    for (const json *row = json_first(rows); row != NULL; row = json_next(row)) {
        for (size_t i = 0; i < count; i++)
            cells[i] = cell(x, row, columns[i]);
        csv_line(&b, cells, count);
    }
    return buffer_take(&b, x->arena);
}

static void show(struct exchange *x, const struct report *report)
{
    json *body = json_object(x->arena);
    json_set_text(body, "report", report->name);
    json_set_text(body, "organization", x->organization->id);
    json_set_text(body, "time", time_format(x->arena, organization_now(x->organization)));
    json *rows = json_array(x->arena);
    if (!check_question(x, report) || !report->make(x, body, rows))
        return;
    json_set_shared(body, "rows", rows);
    if (text_equal(http_query(&x->target, "format"), "csv"))
        reply_text(x, "text/csv; charset=utf-8; header=present", as_csv(x, report, rows));
    else
        reply_json(x, 200, body);
}

void report_show(struct exchange *x)
{
    for (size_t i = 0; i < ARRAY_LEN(reports); i++) {
        if (strcmp(reports[i].name, x->parameters[1]) == 0) {
            show(x, &reports[i]);
            return;
        }
    }
    reply_wrong(x, 404, "notFound", "there are access, changes, speed and success", "there is no report %.60s", x->parameters[1]);
}
