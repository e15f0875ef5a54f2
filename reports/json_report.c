/* The JSON report: a contract, described by docs/report.schema.json. Members may be added, never changed or taken away.
 * One case a line, so that grep, sed and diff can work on it too. */
#include "common/base.h"
#include "reports/writers.h"

#include "common/digest.h"
#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"
#include "reports/view.h"

#include <inttypes.h>

#define EXACT_MAX ((uint64_t)1 << 53)

struct writer {
    struct arena *arena; /* of the case */
    bool exchanges;
};

/* null for NULL, so that every member of the contract is always there */
static void set_text(const struct writer *w, json *object, const char *key, const char *text)
{
    if (text == NULL)
        json_set_null(object, key);
    else
        json_set_text(object, key, markup_utf8(w->arena, text));
}

static void set_ms(json *object, const char *key, uint64_t us)
{
    json_set_integer(object, key, (int64_t)((us + 500) / 1000 % EXACT_MAX));
}

static void add_finding(const struct writer *w, json *array, const struct finding *finding)
{
    json *object = json_push_object(array);
    json_set_text(object, "class", finding_class_name(finding->class));
    set_text(w, object, "rule", finding->rule);
    json_set_text(object, "level", finding_level_name(finding->level));
    set_text(w, object, "message", finding->message);
    set_text(w, object, "expected", finding->expected);
    set_text(w, object, "actual", finding->actual);
    json_set_integer(object, "step", (int64_t)finding->step);
    set_text(w, object, "hint", finding->hint);
    set_text(w, object, "source", finding->source);
    if (finding->exchange >= 0)
        json_set_integer(object, "exchange", finding->exchange);
    else
        json_set_null(object, "exchange");
}

static void add_headers(const struct writer *w, json *object, const struct http_headers *headers)
{
    json *array = json_set_array(object, "headers");
    for (size_t i = 0; i < headers->count; i++) {
        json *header = json_push_object(array);
        set_text(w, header, "name", headers->items[i].name);
        set_text(w, header, "value", headers->items[i].value);
    }
}

static void add_body(const struct writer *w, json *object, struct bytes body)
{
    if (body.n == 0) {
        json_set_null(object, "body");
    } else if (text_is_utf8(body.p, body.n)) {
        json_set_text(object, "body", arena_strndup(w->arena, body.p, body.n));
    } else {
        json_set_null(object, "body");
        json_set_text(object, "bodyBase64", base64_encode(w->arena, body));
    }
}

static void add_response(const struct writer *w, json *object, const struct http_response *response)
{
    if (response == NULL || response->status == 0) {
        json_set_null(object, "response");
        return;
    }
    json *reply = json_set_object(object, "response");
    json_set_integer(reply, "status", response->status);
    add_headers(w, reply, &response->headers);
    add_body(w, reply, response->body);
}

static void add_exchange(const struct writer *w, json *array, const struct exchange *exchange)
{
    static const char *const sides[] = {[SIDE_IDP] = "idp", [SIDE_OBSERVER] = "observer", [SIDE_ADMIN] = "admin"};
    json *object = json_push_object(array);
    json_set_integer(object, "step", (int64_t)exchange->step);
    json_set_text(object, "side", sides[exchange->side]);
    set_text(w, object, "base", exchange->base);
    set_ms(object, "durationMs", exchange->duration_us);
    set_text(w, object, "problem", exchange->problem);
    json *request = json_set_object(object, "request");
    set_text(w, request, "method", exchange->request->method);
    set_text(w, request, "target", exchange->request->target);
    add_headers(w, request, &exchange->request->headers);
    add_body(w, request, exchange->request->body);
    add_response(w, object, exchange->response);
    set_text(w, object, "curl", exchange_curl(w->arena, exchange));
}

static void push_text(const struct writer *w, json *array, const char *text)
{
    if (text == NULL)
        json_push(array, json_new_null(NULL));
    else
        json_push_text(array, markup_utf8(w->arena, text));
}

/* Arrays, not members: names of resources are the server's, and may repeat. */
static void add_matrix(const struct writer *w, json *step, const char *key, const struct access_matrix *matrix)
{
    if (matrix == NULL) {
        json_set_null(step, key);
        return;
    }
    json *object = json_set_object(step, key);
    json *resources = json_set_array(object, "resources");
    for (size_t r = 0; r < matrix->resources; r++)
        push_text(w, resources, matrix->resource[r]);
    json *users = json_set_array(object, "users");
    for (size_t u = 0; u < matrix->users; u++) {
        json *user = json_push_object(users);
        set_text(w, user, "user", matrix->user[u]);
        set_text(w, user, "signIn", matrix->sign_in == NULL ? NULL : matrix->sign_in[u]);
        json *cells = json_set_array(user, "access");
        for (size_t r = 0; r < matrix->resources; r++)
            push_text(w, cells, matrix->cell[u * matrix->resources + r]);
    }
}

static void add_steps(const struct writer *w, json *object, const struct case_result *result)
{
    json *array = json_set_array(object, "steps");
    for (size_t i = 0; i < result->step_count; i++) {
        const struct step_result *step = &result->steps[i];
        json *one = json_push_object(array);
        json_set_integer(one, "step", (int64_t)i);
        set_text(w, one, "title", step->title);
        set_ms(one, "durationMs", step->duration_us);
        add_matrix(w, one, "before", step->before);
        add_matrix(w, one, "after", step->after);
        add_matrix(w, one, "expected", step->expected);
        json *trace = step->trace_count == 0 ? NULL : json_set_array(one, "trace");
        for (size_t k = 0; k < step->trace_count; k++)
            json_push_text(trace, markup_utf8(w->arena, step->trace[k]));
    }
}

static void write_case(const struct writer *w, const struct case_result *result, struct buffer *out)
{
    json *object = json_object(w->arena);
    set_text(w, object, "id", view_or(result->id, ""));
    set_text(w, object, "dialect", view_or(result->dialect, ""));
    json_set_text(object, "outcome", outcome_name(result->outcome));
    set_ms(object, "durationMs", result->duration_us);
    json_set_integer(object, "requests", (int64_t)result->requests);
    set_text(w, object, "title", result->title);
    set_text(w, object, "file", result->file);
    set_text(w, object, "reason", result->reason);
    json *findings = json_set_array(object, "findings");
    for (size_t i = 0; i < result->finding_count; i++)
        add_finding(w, findings, &result->findings[i]);
    if (w->exchanges) {
        add_steps(w, object, result);
        json *exchanges = json_set_array(object, "exchanges");
        for (size_t i = 0; i < result->exchange_count; i++)
            add_exchange(w, exchanges, &result->exchanges[i]);
    }
    json_write(out, object);
}

static void member(struct buffer *out, const char *key, const json *value)
{
    buffer_printf(out, "  \"%s\": ", key);
    json_write(out, value);
    buffer_add(out, ",\n");
}

static void write_head(const struct writer *w, const struct run_result *run, struct buffer *out)
{
    struct run_summary summary = run_summarize(run);
    json *head = json_object(w->arena);
    json_set_text(head, "tool", "scimulator");
    set_text(w, head, "version", view_or(run->version, ""));
    if (run->seed <= EXACT_MAX)
        json_set_integer(head, "seed", (int64_t)run->seed);
    else /* no JSON number holds it everywhere */
        json_set_text(head, "seed", arena_printf(w->arena, "%" PRIu64, run->seed));
    set_text(w, head, "target", view_or(run->target, ""));
    set_text(w, head, "started", run->started);
    set_ms(head, "durationMs", run->duration_us);
    json_set_bool(head, "interrupted", run->interrupted);
    set_text(w, head, "problem", run->problem);
    json *outcomes = json_set_object(head, "summary");
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        json_set_integer(outcomes, outcome_name((enum outcome)i), (int64_t)summary.outcomes[i]);
    for (const json *node = json_first(head); node != NULL; node = json_next(node))
        member(out, json_key(node), node);
}

/* Case by case, so that only one case's tree is in memory. */
static void write_all(const struct run_result *run, bool exchanges, struct buffer *out)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct writer head = {arena, exchanges};
    buffer_add(out, "{\n");
    write_head(&head, run, out);
    buffer_add(out, "  \"cases\": [");
    for (size_t i = 0; i < run->case_count; i++) {
        struct arena *one CLEANUP(arena_cleanup) = arena_new();
        struct writer w = {one, exchanges};
        buffer_add(out, i == 0 ? "\n    " : ",\n    ");
        write_case(&w, &run->cases[i], out);
    }
    buffer_add(out, run->case_count == 0 ? "]\n}\n" : "\n  ]\n}\n");
}

void report_write_json(const struct run_result *run, const struct report_options *options, struct buffer *out)
{
    write_all(run, options->exchanges, out);
    if (out->full && options->exchanges) { /* a report without exchanges is better than half of one */
        buffer_clear(out);
        out->full = false;
        write_all(run, false, out);
    }
}
