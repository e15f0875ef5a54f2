#include "common/base.h"
#include "common/redact_json.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"

#include <string.h>

#define NAME_SIZE 64
#define NO_SPAN   SIZE_MAX

bool redact_json_is_secret_name(const char *name)
{
    static const char *const names[] = {"password", "token", "access_token", "refresh_token", "client_secret", "session",
                                        "apiKey",   "key",   "secret",       "invite",        "scimToken"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_equal_nocase(name, names[i]))
            return true;
    return false;
}

struct span { /* the inside of a string */
    size_t from, to;
    bool secret;
};

struct frame { /* an open object or array */
    bool object;
    bool secret;       /* an array whose strings are secret */
    bool secret_path;  /* an object whose "path" ends in a secret name */
    size_t value_span; /* an object's "value", when it is a string */
};

struct scan {
    struct bytes text;
    struct frame frames[JSON_MAX_DEPTH + 1]; /* deeper ones share the last */
    size_t depth;
    char key[NAME_SIZE]; /* of the member whose value comes next; "" when none */
    struct span *spans;
    size_t count, capacity;
    bool found;
};

static struct frame *top(struct scan *scan)
{
    return &scan->frames[scan->depth < JSON_MAX_DEPTH ? scan->depth : JSON_MAX_DEPTH];
}

/* Letters hidden behind \u0070 are letters. Names too long to be secret become "". */
static void decode_name(const char *p, size_t n, char out[NAME_SIZE])
{
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned c = (unsigned char)p[i];
        if (c == '\\' && n - i >= 6 && p[i + 1] == 'u') {
            c = 0;
            for (size_t k = i + 2; k < i + 6; k++) {
                const char *digits = "0123456789abcdef0123456789ABCDEF";
                const char *digit = p[k] == '\0' ? NULL : strchr(digits, p[k]);
                c = c * 16 + (digit == NULL ? 0 : (unsigned)((digit - digits) % 16));
            }
            i += 5;
        }
        if (length == NAME_SIZE - 1 || c == 0 || c > 0x7f) {
            length = 0;
            break;
        }
        out[length++] = (char)c;
    }
    out[length] = '\0';
}

/* "password", "urn:ietf:params:scim:schemas:core:2.0:User:password", "keys.secret" */
static bool is_secret_path(const char *p, size_t n)
{
    char name[NAME_SIZE];
    size_t start = n;
    while (start > 0 && p[start - 1] != ':' && p[start - 1] != '.')
        start--;
    decode_name(p + start, n - start, name);
    return redact_json_is_secret_name(name);
}

static size_t add_span(struct scan *scan, size_t from, size_t to, bool secret)
{
    if (scan->count == scan->capacity) {
        scan->capacity = scan->capacity == 0 ? 16 : scan->capacity * 2;
        scan->spans = mem_grow(scan->spans, scan->capacity, sizeof *scan->spans);
    }
    scan->found = scan->found || secret;
    scan->spans[scan->count] = (struct span){from, to, secret};
    return scan->count++;
}

static void take_value(struct scan *scan, size_t from, size_t to)
{
    struct frame *frame = top(scan);
    bool secret = frame->object ? redact_json_is_secret_name(scan->key) : frame->secret || redact_json_is_secret_name(scan->key);
    if (frame->object && text_equal_nocase(scan->key, "path"))
        frame->secret_path = is_secret_path(scan->text.p + from, to - from);
    bool candidate = frame->object && text_equal_nocase(scan->key, "value");
    if (from < to && (secret || candidate)) {
        size_t span = add_span(scan, from, to, secret);
        if (candidate)
            frame->value_span = span;
    }
    scan->key[0] = '\0';
}

static size_t skip_blanks(struct bytes text, size_t i)
{
    while (i < text.n && (text.p[i] == ' ' || text.p[i] == '\t' || text.p[i] == '\r' || text.p[i] == '\n'))
        i++;
    return i;
}

/* i stands behind the opening quote; returns the place behind the string, and behind the colon when it is a name. */
static size_t take_string(struct scan *scan, size_t i)
{
    struct bytes text = scan->text;
    size_t from = i;
    while (i < text.n && text.p[i] != '"')
        i += text.p[i] == '\\' ? 2 : 1;
    size_t to = i < text.n ? i : text.n;
    size_t after = to < text.n ? to + 1 : to;
    size_t colon = skip_blanks(text, after);
    if (colon < text.n && text.p[colon] == ':') {
        decode_name(text.p + from, to - from, scan->key);
        return colon + 1;
    }
    take_value(scan, from, to);
    return after;
}

static void open_frame(struct scan *scan, bool object)
{
    bool secret = !object && (redact_json_is_secret_name(scan->key) || top(scan)->secret);
    scan->depth++;
    *top(scan) = (struct frame){.object = object, .secret = secret, .value_span = NO_SPAN};
    scan->key[0] = '\0';
}

static void close_frame(struct scan *scan)
{
    struct frame *frame = top(scan);
    if (frame->secret_path && frame->value_span != NO_SPAN)
        scan->spans[frame->value_span].secret = scan->found = true;
    if (scan->depth > 0)
        scan->depth--;
    scan->key[0] = '\0';
}

static void scan_text(struct scan *scan)
{
    size_t i = 0;
    while (i < scan->text.n) {
        char c = scan->text.p[i++];
        if (c == '"')
            i = take_string(scan, i);
        else if (c == '{' || c == '[')
            open_frame(scan, c == '{');
        else if (c == '}' || c == ']')
            close_frame(scan);
        else if (c == ',')
            scan->key[0] = '\0';
    }
    while (scan->depth > 0)
        close_frame(scan);
}

/* Whether a scan can find anything: some string ends like a secret name, or hides letters. Spares most bodies the scan. */
static bool is_suspicious(struct bytes text)
{
    static const char *const ends[] = {"password", "token", "session", "secret", "key", "invite"};
    for (const char *quote = text.p, *end = text.p + text.n; (quote = memchr(quote, '"', (size_t)(end - quote))) != NULL; quote++)
        for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
            size_t n = strlen(ends[i]);
            if ((size_t)(quote - text.p) < n)
                continue;
            char tail[NAME_SIZE] = "";
            memcpy(tail, quote - n, n);
            if (text_equal_nocase(tail, ends[i]))
                return true;
        }
    for (const char *p = text.p, *end = text.p + text.n; (p = memchr(p, '\\', (size_t)(end - p))) != NULL; p++)
        if (p + 1 < end && p[1] == 'u')
            return true;
    return false;
}

bool redact_json(struct bytes text, struct buffer *out)
{
    if (text.n == 0 || !is_suspicious(text))
        return false;
    struct scan scan = {.text = text};
    scan.frames[0].value_span = NO_SPAN;
    scan_text(&scan);
    size_t from = 0;
    for (size_t i = 0; scan.found && i < scan.count; i++) {
        if (!scan.spans[i].secret)
            continue;
        buffer_add_bytes(out, text.p + from, scan.spans[i].from - from);
        buffer_add(out, REDACTED);
        from = scan.spans[i].to;
    }
    if (scan.found)
        buffer_add_bytes(out, text.p + from, text.n - from);
    mem_free(scan.spans);
    return scan.found;
}
