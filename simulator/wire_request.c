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

#define SCIM_JSON      "application/scim+json"
#define SCIM_JSON_UTF8 "application/scim+json; charset=utf-8"
#define OKTA_PAGE      "startIndex=1&count=100"

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

static void okta_headers(const struct simulator *sim, struct http_request *request, const char *authorization)
{
    struct http_headers *headers = &request->headers;
    add_from_axis(sim, headers, "Accept", AXIS_ACCEPT);
    http_add_header(sim->arena, headers, "Accept-Charset", "utf-8");
    if (has_content_type(sim, request))
        http_add_header(sim->arena, headers, "Content-Type", SCIM_JSON_UTF8);
    add_from_axis(sim, headers, "User-Agent", AXIS_USER_AGENT);
    http_add_header(sim->arena, headers, "Authorization", authorization);
    http_add_header(sim->arena, headers, "Connection", "Keep-Alive");
    request->own_before = dialect_value(sim->dialect, AXIS_HEADER_ORDER) == HEADERS_HOST_LATE ? "Connection" : NULL;
    http_add_header(sim->arena, headers, "Accept-Encoding", "gzip,deflate");
}

static void entra_headers(const struct simulator *sim, struct http_request *request, const char *authorization)
{
    struct http_headers *headers = &request->headers;
    add_from_axis(sim, headers, "Accept", AXIS_ACCEPT);
    add_from_axis(sim, headers, "User-Agent", AXIS_USER_AGENT);
    http_add_header(sim->arena, headers, "Authorization", authorization);
    add_from_axis(sim, headers, "ADSCIMVersion", AXIS_VERSION_HEADER);
    if (has_content_type(sim, request))
        http_add_header(sim->arena, headers, "Content-Type", SCIM_JSON_UTF8);
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
    const char *credential = simulator->credential != NULL ? simulator->credential(simulator->context) : simulator->token;
    const char *authorization =
        authorization_value(simulator->arena, dialect_value(simulator->dialect, AXIS_AUTHORIZATION), credential);
    (simulator->dialect->okta ? okta_headers : entra_headers)(simulator, &request, authorization);
    return request;
}

/* --- targets --- */

/* Okta: the whole filter is one escaped query value; quotes and backslashes inside the value are escaped as in JSON (RFC 7644
 * §3.4.2.2). */
static const char *okta_lookup(const struct simulator *sim, const char *endpoint, const char *attribute, const char *value)
{
    struct buffer filter = buffer_new(0);
    buffer_printf(&filter, "%s eq ", attribute);
    json_write_text(&filter, value);
    const char *escaped = http_escape_component(sim->arena, buffer_text(&filter));
    buffer_release(&filter);
    return arena_printf(sim->arena, "%s?filter=%s&" OKTA_PAGE, endpoint, escaped);
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
    return arena_printf(sim->arena, "filter=%s+eq+%%22%s%%22", http_escape_form(sim->arena, attribute, true),
                        entra_value(sim->arena, value));
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

const char *wire_item(const struct simulator *simulator, const char *endpoint, const char *id)
{
    return arena_printf(simulator->arena, "%s/%s", endpoint, http_escape_component(simulator->arena, id));
}

const char *wire_group_item(const struct simulator *simulator, const char *id)
{
    return arena_printf(simulator->arena, "%s?excludedAttributes=members", wire_item(simulator, "/Groups", id));
}
