#include "common/base.h"
#include "reports/result.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

static const struct {
    const char *name, *word;
} outcomes[] = {
#define X(code, name, word) {name, word},
    OUTCOMES(X)
#undef X
};

static const char *const classes[] = {
#define X(code, name) name,
    FINDING_CLASSES(X)
#undef X
};

const char *outcome_name(enum outcome outcome)
{
    return outcomes[outcome].name;
}

const char *outcome_word(enum outcome outcome)
{
    return outcomes[outcome].word;
}

const char *finding_class_name(enum finding_class class)
{
    return classes[class];
}

const char *finding_level_name(enum finding_level level)
{
    return level == LEVEL_MUST ? "must" : "should";
}

struct run_summary run_summarize(const struct run_result *run)
{
    struct run_summary summary = {0};
    for (size_t i = 0; i < run->case_count; i++) {
        const struct case_result *result = &run->cases[i];
        summary.outcomes[result->outcome]++;
        summary.requests += result->requests;
        for (size_t f = 0; f < result->finding_count; f++) {
            const struct finding *finding = &result->findings[f];
            (finding->level == LEVEL_MUST ? summary.findings : summary.warnings)[finding->class]++;
        }
    }
    return summary;
}

int run_exit_status(const struct run_result *run)
{
    struct run_summary summary = run_summarize(run);
    if (summary.outcomes[OUTCOME_ERROR] > 0)
        return 5;
    size_t findings = summary.outcomes[OUTCOME_FAILED];
    for (size_t i = 0; i < FINDING_CLASS_COUNT; i++)
        findings += summary.findings[i];
    if (findings > 0)
        return 1;
    return run->case_count > 0 && summary.outcomes[OUTCOME_SKIPPED] == run->case_count ? 2 : 0;
}

void case_decide(struct case_result *result, bool unobserved)
{
    if (result->outcome == OUTCOME_SKIPPED || result->outcome == OUTCOME_ERROR)
        return;
    result->outcome = unobserved ? OUTCOME_NOT_OBSERVABLE : OUTCOME_PASSED;
    if (result->finding_count > 0)
        result->outcome = OUTCOME_WARNING;
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].level == LEVEL_MUST)
            result->outcome = OUTCOME_FAILED;
    }
}

/* --- curl ---------------------------------------------------------------------------------------------------------------- */

static void quote_bytes(struct buffer *b, const char *p, size_t n)
{
    buffer_add_char(b, '\'');
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\'')
            buffer_add(b, "'\\''");
        else
            buffer_add_char(b, p[i]);
    }
    buffer_add_char(b, '\'');
}

static void quote(struct buffer *b, const char *text)
{
    quote_bytes(b, text, strlen(text));
}

void shell_word(struct buffer *b, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/:@%+,-";
    if (text[0] != '\0' && text[strspn(text, plain)] == '\0')
        buffer_add(b, text);
    else
        quote(b, text);
}

static const char *credential(const char *base)
{
    size_t n = base == NULL ? 0 : strcspn(base, "?");
    while (n > 0 && base[n - 1] == '/')
        n--;
    if (n >= 6 && strncmp(base + n - 6, "/admin", 6) == 0)
        return "SCIMULATOR_ADMIN_TOKEN";
    return n >= 4 && strncmp(base + n - 4, "/app", 4) == 0 ? "SESSION" : "SCIMULATOR_TOKEN";
}

/* The credentials are redacted, so only the scheme is real. */
static void add_authorization(struct buffer *b, const char *value, const char *variable)
{
    size_t scheme = strcspn(value, " ");
    bool plain = scheme > 0 && value[scheme] == ' ';
    for (size_t i = 0; i < scheme; i++)
        plain = plain && ((value[i] >= 'A' && value[i] <= 'Z') || (value[i] >= 'a' && value[i] <= 'z'));
    buffer_printf(b, " -H \"Authorization: %.*s $%s\"", plain ? (int)scheme : 6, plain ? value : "Bearer", variable);
}

static void add_header(struct buffer *b, const struct http_header *header, const char *variable)
{
    static const char *const of_curl[] = {"Host", "Content-Length", "Connection", "Transfer-Encoding"};
    for (size_t i = 0; i < ARRAY_LEN(of_curl); i++) {
        if (text_equal_nocase(header->name, of_curl[i]))
            return;
    }
    if (text_equal_nocase(header->name, "Authorization")) {
        add_authorization(b, header->value, variable);
        return;
    }
    struct buffer line = buffer_new(0);
    /* curl: "Name;" sends an empty header, "Name:" would take it away */
    buffer_printf(&line, header->value[0] == '\0' ? "%s;%s" : "%s: %s", header->name, header->value);
    buffer_add(b, " -H ");
    quote(b, buffer_text(&line));
    buffer_release(&line);
}

static void add_body(struct buffer *b, const struct http_request *request)
{
    if (request->body.n == 0)
        return;
    if (http_header(&request->headers, "Content-Type") == NULL)
        buffer_add(b, " -H 'Content-Type:'");
    if (memchr(request->body.p, '\0', request->body.n) != NULL) { /* no argument can hold it */
        buffer_add(b, " --data-binary @-");
        return;
    }
    buffer_add(b, request->body.p[0] == '@' ? " --data-raw " : " --data-binary "); /* "@" would name a file */
    quote_bytes(b, request->body.p, request->body.n);
}

static void add_pipe(struct buffer *b, const struct http_request *request)
{
    if (request->body.n == 0 || memchr(request->body.p, '\0', request->body.n) == NULL)
        return;
    buffer_add(b, "printf '");
    for (size_t i = 0; i < request->body.n; i++)
        buffer_printf(b, "\\%03o", (unsigned)(unsigned char)request->body.p[i]);
    buffer_add(b, "' | ");
}

static void add_method(struct buffer *b, const struct http_request *request)
{
    if (text_equal(request->method, "HEAD")) {
        buffer_add(b, " --head");
    } else if (!text_equal(request->method, "GET") || request->body.n > 0) {
        buffer_add(b, " -X ");
        bool token = request->method[0] != '\0' && request->method[strspn(request->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
        if (token)
            buffer_add(b, request->method);
        else
            quote(b, request->method);
    }
}

static void add_url(struct buffer *b, const char *base, const char *target)
{
    struct buffer url = buffer_new(0);
    size_t n = strcspn(base, "?"); /* a query of the base is dropped, one slash joins (common/http_client.h) */
    while (n > 0 && base[n - 1] == '/' && target[0] == '/')
        n--;
    buffer_add_bytes(&url, base, n);
    if (target[0] != '\0' && target[0] != '/' && target[0] != '?')
        buffer_add_char(&url, '/');
    buffer_add(&url, target);
    const char *text = buffer_text(&url);
    if (strpbrk(text, "[]{}") != NULL)
        buffer_add(b, " --globoff");
    if (strstr(text, "/./") != NULL || strstr(text, "/../") != NULL)
        buffer_add(b, " --path-as-is");
    buffer_add_char(b, ' ');
    quote(b, text);
    buffer_release(&url);
}

const char *exchange_curl(struct arena *arena, const struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    struct buffer b = buffer_new(0);
    add_pipe(&b, request);
    buffer_add(&b, "curl -sS -i");
    add_method(&b, request);
    if (http_header(&request->headers, "Accept-Encoding") != NULL)
        buffer_add(&b, " --compressed");
    for (size_t i = 0; i < request->headers.count; i++)
        add_header(&b, &request->headers.items[i], credential(exchange->base));
    add_body(&b, request);
    add_url(&b, exchange->base == NULL ? "" : exchange->base, request->target);
    return buffer_take(&b, arena);
}
