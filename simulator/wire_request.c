#include "common/base.h"
#include "simulator/wire_request.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/authorization.h"
#include "simulator/dialect.h"
#include "simulator/entra_mapping.h"
#include "simulator/simulator.h"

#include <ctype.h>
#include <string.h>

/* --- headers --- */

static void add_from_axis(const struct simulator *sim, struct http_headers *headers, const char *name, enum axis axis)
{
    if (dialect_value(sim->dialect, axis) != 0) /* 0 is "absent" on every header axis */
        http_add_header(sim->arena, headers, name, dialect_value_name(sim->dialect, axis));
}

static bool has_content_type(const struct simulator *sim, const struct http_request *request)
{
    if (request->body.n > 0)
        return true;
    return text_equal(request->method, "DELETE") &&
           dialect_value(sim->dialect, AXIS_CONTENT_TYPE_ON) == CONTENT_TYPE_BODY_AND_DELETE;
}

/* Where a header's value comes from. */
enum header_kind { FROM_AXIS, FIXED, AUTHORIZATION, CONTENT_TYPE };

/* What a client sends and in which order: by the axis `headers`. Of an axis whose value is "absent" nothing is sent. */
static const struct header_row {
    const char *name;
    enum header_kind kind;
    enum axis axis;
    const char *value;
} header_lists[HEADERS_COUNT][8] = {
    [HEADERS_OKTA_DUMP] = {{"Accept", FROM_AXIS, AXIS_ACCEPT, NULL},
                           {"Accept-Charset", FIXED, 0, "utf-8"},
                           {"Content-Type", CONTENT_TYPE, 0, NULL},
                           {"User-Agent", FROM_AXIS, AXIS_USER_AGENT, NULL},
                           {"Authorization", AUTHORIZATION, 0, NULL},
                           {"Connection", FIXED, 0, "Keep-Alive"},
                           {"Accept-Encoding", FIXED, 0, "gzip,deflate"}},
    [HEADERS_AUTHORIZATION_FIRST] = {{"Accept", FROM_AXIS, AXIS_ACCEPT, NULL},
                                     {"User-Agent", FROM_AXIS, AXIS_USER_AGENT, NULL},
                                     {"Authorization", AUTHORIZATION, 0, NULL},
                                     {"ADSCIMVersion", FROM_AXIS, AXIS_VERSION_HEADER, NULL},
                                     {"Content-Type", CONTENT_TYPE, 0, NULL}},
    [HEADERS_CONTENT_TYPE_FIRST] = {{"Content-Type", CONTENT_TYPE, 0, NULL},
                                    {"Accept", FROM_AXIS, AXIS_ACCEPT, NULL},
                                    {"User-Agent", FROM_AXIS, AXIS_USER_AGENT, NULL},
                                    {"Authorization", AUTHORIZATION, 0, NULL},
                                    {"ADSCIMVersion", FROM_AXIS, AXIS_VERSION_HEADER, NULL}},
};

static const char *authorization(const struct simulator *sim)
{
    const char *credential = sim->credential != NULL ? sim->credential(sim->context) : sim->token;
    return authorization_value(sim->arena, dialect_value(sim->dialect, AXIS_AUTHORIZATION), credential);
}

static void add_headers(const struct simulator *sim, struct http_request *request)
{
    struct http_headers *headers = &request->headers;
    request->own_before = dialect_value(sim->dialect, AXIS_HEADER_ORDER) == HEADERS_HOST_LATE ? "Connection" : NULL;
    for (const struct header_row *row = header_lists[dialect_value(sim->dialect, AXIS_HEADERS)]; row->name != NULL; row++)
        switch (row->kind) {
        case FROM_AXIS:
            add_from_axis(sim, headers, row->name, row->axis);
            break;
        case FIXED:
            http_add_header(sim->arena, headers, row->name, row->value);
            break;
        case AUTHORIZATION:
            http_add_header(sim->arena, headers, row->name, authorization(sim));
            break;
        case CONTENT_TYPE:
            if (has_content_type(sim, request))
                http_add_header(sim->arena, headers, row->name, dialect_value_name(sim->dialect, AXIS_MEDIA_TYPE));
            break;
        }
}

struct http_request wire_request(const struct simulator *simulator, const char *method, const char *target, const json *body)
{
    struct http_request request = {.method = method, .target = target};
    if (dialect_value(simulator->dialect, AXIS_FLAG))
        request.target = arena_printf(simulator->arena, "%s%c%s", target, strchr(target, '?') != NULL ? '&' : '?',
                                      dialect_value_name(simulator->dialect, AXIS_FLAG));
    if (body != NULL) {
        request.body.p = json_print(simulator->arena, body);
        request.body.n = strlen(request.body.p);
    }
    add_headers(simulator, &request);
    return request;
}

/* --- targets --- */

static bool is_quoted(const struct simulator *sim)
{
    return dialect_value(sim->dialect, AXIS_FILTER_VALUE) == FILTER_QUOTED;
}

/* Okta: the whole filter is one escaped query value; quotes and backslashes inside the value are escaped as in JSON (RFC 7644
 * §3.4.2.2). */
static const char *okta_lookup(const struct simulator *sim, const char *endpoint, const char *attribute, const char *value)
{
    struct buffer filter = buffer_new(0);
    buffer_printf(&filter, "%s eq ", attribute);
    if (is_quoted(sim))
        json_write_text(&filter, value);
    else
        buffer_add(&filter, value);
    const char *escaped = http_escape_component(sim->arena, buffer_text(&filter));
    buffer_release(&filter);
    return arena_printf(sim->arena, "%s?filter=%s&startIndex=1&count=%d", endpoint, escaped,
                        dialect_value(sim->dialect, AXIS_PAGE_SIZE));
}

static bool is_escape(const char *p)
{
    return p[0] == '%' && isxdigit((unsigned char)p[1]) && isxdigit((unsigned char)p[2]);
}

/* Microsoft's library escapes the value of a filter by a table of reserved characters; the URI class then escapes what may not
 * stand in a URI and leaves finished escapes alone. A quote inside a value stays a quote: Microsoft lists such values as
 * unsupported. */
static const char *entra_value(struct arena *arena, const char *value)
{
    struct buffer out = buffer_new(0);
    for (const char *p = value; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == ' ')
            buffer_add_char(&out, '+');
        else if (strchr(";/?:@&=+$,#[]!'()*\"\\<>^`{|}", c) != NULL || c < 0x20 || c >= 0x7F || (c == '%' && !is_escape(p)))
            buffer_printf(&out, "%%%02X", c);
        else
            buffer_add_char(&out, (char)c);
    }
    return buffer_take(&out, arena);
}

static const char *entra_filter(const struct simulator *sim, const char *attribute, const char *value)
{
    const char *mark = is_quoted(sim) ? "%22" : "";
    return arena_printf(sim->arena, "filter=%s+eq+%s%s%s", http_escape_form(sim->arena, attribute, true), mark,
                        entra_value(sim->arena, value), mark);
}

static bool form_query(const struct simulator *sim)
{
    return dialect_value(sim->dialect, AXIS_QUERY) == QUERY_FORM;
}

const char *wire_user_lookup(const struct simulator *simulator, const char *value)
{
    return wire_user_lookup_by(simulator, mapping_match(simulator->dialect, 0)->path, value);
}

const char *wire_user_lookup_by(const struct simulator *simulator, const char *attribute, const char *value)
{
    if (form_query(simulator))
        return arena_printf(simulator->arena, "/Users?%s", entra_filter(simulator, attribute, value));
    return okta_lookup(simulator, "/Users", attribute, value);
}

const char *wire_group_lookup(const struct simulator *simulator, const char *name)
{
    if (form_query(simulator))
        return arena_printf(simulator->arena, "/Groups?excludedAttributes=members&%s",
                            entra_filter(simulator, dialect_value_name(simulator->dialect, AXIS_GROUP_MATCH), name));
    return okta_lookup(simulator, "/Groups", "displayName", name);
}

const char *wire_reference_check(const struct simulator *simulator, const char *endpoint, const char *id, const char *attribute,
                                 const char *value)
{
    return arena_printf(simulator->arena, "%s?%s+and+%s&attributes=id", endpoint, entra_filter(simulator, "id", id),
                        entra_filter(simulator, attribute, value) + strlen("filter="));
}

const char *wire_item(const struct simulator *simulator, const char *endpoint, const char *id)
{
    return arena_printf(simulator->arena, "%s/%s", endpoint, http_escape_component(simulator->arena, id));
}

const char *wire_group_item(const struct simulator *simulator, const char *id)
{
    return arena_printf(simulator->arena, "%s?excludedAttributes=members", wire_item(simulator, "/Groups", id));
}
