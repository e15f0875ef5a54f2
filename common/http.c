#include "common/base.h"
#include "common/http.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

/* --- headers --- */

void http_add_header(struct arena *arena, struct http_headers *headers, const char *name, const char *value)
{
    if (headers->count == headers->capacity) {
        size_t capacity = headers->capacity == 0 ? 8 : headers->capacity * 2;
        headers->items = arena_grow(arena, headers->items, headers->count, capacity, sizeof *headers->items);
        headers->capacity = capacity;
    }
    headers->items[headers->count++] = (struct http_header){arena_strdup(arena, name), arena_strdup(arena, value)};
}

/* The first of that name takes the value where it stands, the others go. */
void http_set_header(struct arena *arena, struct http_headers *headers, const char *name, const char *value)
{
    size_t kept = 0;
    bool found = false;
    for (size_t i = 0; i < headers->count; i++) {
        struct http_header item = headers->items[i];
        if (text_equal_nocase(item.name, name)) {
            if (found)
                continue;
            found = true;
            item.value = arena_strdup(arena, value);
        }
        headers->items[kept++] = item;
    }
    headers->count = kept;
    if (!found)
        http_add_header(arena, headers, name, value);
}

void http_remove_header(struct http_headers *headers, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < headers->count; i++)
        if (!text_equal_nocase(headers->items[i].name, name))
            headers->items[kept++] = headers->items[i];
    headers->count = kept;
}

const char *http_header(const struct http_headers *headers, const char *name)
{
    for (size_t i = 0; i < headers->count; i++)
        if (text_equal_nocase(headers->items[i].name, name))
            return headers->items[i].value;
    return NULL;
}

size_t http_header_count(const struct http_headers *headers, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < headers->count; i++)
        if (text_equal_nocase(headers->items[i].name, name))
            count++;
    return count;
}

bool http_media_type_is(const struct http_headers *headers, const char *type)
{
    const char *value = http_header(headers, "Content-Type");
    if (value == NULL)
        return false;
    value += strspn(value, " \t");
    if (!text_starts_nocase(value, type))
        return false;
    value += strlen(type);
    value += strspn(value, " \t");
    return *value == '\0' || *value == ';';
}

/* RFC 9110 section 15, RFC 6585 */
static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {511, "Network Authentication Required"},
};

const char *http_reason(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}

/* --- targets --- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool refuse_target(struct error *err, const char *raw, const char *what, size_t at)
{
    char where[64];
    size_t n = strlen(raw) < sizeof where - 1 ? strlen(raw) : sizeof where - 1;
    memcpy(where, raw, n);
    where[n] = '\0';
    return error_set(err, ERROR_SYNTAX, where, "percent-encode it as RFC 3986 says", "%s at byte %zu of the target", what, at);
}

/* Decodes raw[from, to). */
static bool decode(struct arena *arena, const char *raw, size_t from, size_t to, bool plus_is_blank, const char **out,
                   struct error *err)
{
    char *text = arena_alloc(arena, to - from + 1);
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        char c = raw[i];
        if (c == '%') {
            int high = i + 2 < to ? hex_value(raw[i + 1]) : -1;
            int low = high >= 0 ? hex_value(raw[i + 2]) : -1;
            if (low < 0)
                return refuse_target(err, raw, "a percent sign without two hex digits", i);
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        if ((unsigned char)c < 0x20 || c == 0x7f)
            return refuse_target(err, raw, "a control character", i);
        text[n++] = c;
    }
    if (!text_is_utf8(text, n))
        return refuse_target(err, raw, "bytes that are not UTF-8", from);
    *out = text;
    return true;
}

static bool parse_path(struct arena *arena, const char *raw, size_t end, struct http_target *out, struct error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < end; i++)
        count += raw[i] == '/';
    out->segments = arena_array(arena, count, sizeof *out->segments);
    if (end == 1)
        return true;
    for (size_t from = 1; from <= end;) {
        const char *slash = memchr(raw + from, '/', end - from);
        size_t to = slash == NULL ? end : (size_t)(slash - raw);
        if (!decode(arena, raw, from, to, false, &out->segments[out->count++], err))
            return false;
        from = to + 1;
    }
    return true;
}

static bool parse_query(struct arena *arena, const char *raw, size_t from, size_t end, struct http_target *out, struct error *err)
{
    while (from < end) {
        const char *ampersand = memchr(raw + from, '&', end - from);
        size_t to = ampersand == NULL ? end : (size_t)(ampersand - raw);
        if (to > from) {
            const char *equals = memchr(raw + from, '=', to - from);
            size_t middle = equals == NULL ? to : (size_t)(equals - raw);
            const char *name, *value = "";
            if (!decode(arena, raw, from, middle, true, &name, err))
                return false;
            if (middle < to && !decode(arena, raw, middle + 1, to, true, &value, err))
                return false;
            http_add_header(arena, &out->query, name, value);
        }
        from = to + 1;
    }
    return true;
}

bool http_parse_target(struct arena *arena, const char *raw, struct http_target *out, struct error *err)
{
    struct http_target target = {0};
    size_t end = strlen(raw);
    if (end > HTTP_MAX_TARGET)
        return error_set(err, ERROR_LIMIT, "", "", "the target has more than %zu bytes", HTTP_MAX_TARGET);
    if (raw[0] != '/')
        return refuse_target(err, raw, "no slash", 0);
    if (memchr(raw, '#', end) != NULL)
        return refuse_target(err, raw, "a fragment", (size_t)((const char *)memchr(raw, '#', end) - raw));
    const char *question = memchr(raw, '?', end);
    size_t path_end = question == NULL ? end : (size_t)(question - raw);
    target.path = arena_strndup(arena, raw, path_end);
    if (!parse_path(arena, raw, path_end, &target, err))
        return false;
    if (question != NULL && !parse_query(arena, raw, path_end + 1, end, &target, err))
        return false;
    *out = target;
    return true;
}

bool http_parse_form(struct arena *arena, struct bytes body, struct http_headers *out, struct error *err)
{
    struct http_target form = {0};
    const char *raw = body.n == 0 ? "" : body.p;
    if (body.n > HTTP_MAX_TARGET)
        return error_set(err, ERROR_LIMIT, "", "", "the form has more than %zu bytes", HTTP_MAX_TARGET);
    if (!text_is_utf8(raw, body.n) || !parse_query(arena, arena_strndup(arena, raw, body.n), 0, body.n, &form, NULL))
        return error_set(err, ERROR_SYNTAX, "", "percent-encode it", "the form is not well encoded");
    *out = form.query;
    return true;
}

bool http_unescape_form(struct arena *arena, const char *text, const char **out)
{
    return decode(arena, text, 0, strlen(text), true, out, NULL);
}

const char *http_query(const struct http_target *target, const char *name)
{
    for (size_t i = 0; i < target->query.count; i++)
        if (strcmp(target->query.items[i].name, name) == 0)
            return target->query.items[i].value;
    return NULL;
}

/* --- escaping --- */

static bool is_alphanumeric(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static char *escape(struct arena *arena, const char *text, const char *unreserved, bool plus, const char *digits)
{
    char *out = arena_array(arena, strlen(text) * 3 + 1, 1);
    char *p = out;
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (is_alphanumeric(*text) || strchr(unreserved, *text) != NULL) {
            *p++ = *text;
        } else if (*text == ' ' && plus) {
            *p++ = '+';
        } else {
            *p++ = '%';
            *p++ = digits[c >> 4];
            *p++ = digits[c & 15];
        }
    }
    return out;
}

char *http_escape_component(struct arena *arena, const char *text)
{
    return escape(arena, text, "-._~", false, "0123456789ABCDEF");
}

char *http_escape_form(struct arena *arena, const char *text, bool lower_hex)
{
    return escape(arena, text, "-_.*", true, lower_hex ? "0123456789abcdef" : "0123456789ABCDEF");
}

/* --- copies --- */

static struct http_headers copy_headers(struct arena *arena, const struct http_headers *headers)
{
    struct http_headers copy = {0};
    for (size_t i = 0; i < headers->count; i++)
        http_add_header(arena, &copy, headers->items[i].name, headers->items[i].value);
    return copy;
}

struct http_request *http_request_copy(struct arena *arena, const struct http_request *request)
{
    struct http_request *copy = arena_alloc(arena, sizeof *copy);
    copy->method = arena_strdup(arena, request->method);
    copy->target = arena_strdup(arena, request->target);
    copy->headers = copy_headers(arena, &request->headers);
    copy->body = arena_bytes(arena, request->body.p, request->body.n);
    copy->peer = request->peer == NULL ? NULL : arena_strdup(arena, request->peer);
    copy->own_before = request->own_before;
    return copy;
}

struct http_response *http_response_copy(struct arena *arena, const struct http_response *response)
{
    struct http_response *copy = arena_alloc(arena, sizeof *copy);
    copy->status = response->status;
    copy->reason = response->reason == NULL ? NULL : arena_strdup(arena, response->reason);
    copy->headers = copy_headers(arena, &response->headers);
    copy->body = arena_bytes(arena, response->body.p, response->body.n);
    return copy;
}
