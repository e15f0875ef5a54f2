/* http.h: HTTP messages as values, and targets (RFC 9112, RFC 3986).
 *
 * The simulator makes requests, the client sends them, the server receives them, the reports show them: all use these structs.
 * A request keeps its target raw, as it stands on the wire, because how a client encodes it is part of its dialect.
 */
#ifndef COMMON_HTTP_H
#define COMMON_HTTP_H

#include "common/base.h"

struct arena;
struct buffer;
struct error;

struct http_header {
    const char *name, *value;
};

struct http_headers { /* in wire order; names may repeat */
    struct http_header *items;
    size_t count, capacity;
};

/* Of a client, verified in the TLS handshake. */
struct http_certificate {
    const char *fingerprint; /* SHA-256 of the whole certificate (DER), lower-case hex */
    const char *subject;     /* RFC 4514, "CN=okta,O=Example"; NULL: none that is text */
};

struct http_request {
    const char *method; /* "GET", ... any token */
    const char *target; /* raw origin-form as sent; for requests to be sent: relative to the base URL, "/Users?..." */
    struct http_headers headers;
    struct bytes body;
    const char *peer; /* of a received one: the numeric address of who sent it, without a port; NULL: not known */
    /* likewise: what the client has shown and holds the key of; NULL: none. Not copied. */
    const struct http_certificate *certificate;
    /* Of one to be sent: the name of the header before which the client's own Content-Length and Host stand; NULL: Host first, Content-Length
     * last. Header order is part of a dialect, too. */
    const char *own_before;
};

struct http_response {
    int status; /* 0: no reply yet */
    struct http_headers headers;
    struct bytes body;
    const char *reason; /* of a received one: the phrase behind the status, as the server words it; NULL: none */
};

void http_add_header(struct arena *arena, struct http_headers *headers, const char *name, const char *value);
void http_set_header(struct arena *arena, struct http_headers *headers, const char *name,
                     const char *value); /* replaces all of that name */
void http_remove_header(struct http_headers *headers, const char *name);
const char *http_header(const struct http_headers *headers, const char *name); /* first of that name, any case; NULL */
size_t http_header_count(const struct http_headers *headers, const char *name);
/* True when the Content-Type's media type (parameters ignored, case-blind) is `type`. */
bool http_media_type_is(const struct http_headers *headers, const char *type);
const char *http_reason(int status); /* "Not Found"; "" when unknown */

#define HTTP_MAX_TARGET (64 * KIB)

/* A target taken apart: "/" has no segment, "/Users/" has two, the second empty. Path segments and query values are
 * percent-decoded; `+` means a blank in the query only. */
struct http_target {
    const char *path; /* raw, without the query */
    const char **segments;
    size_t count;
    struct http_headers query; /* names and values; http_header() finds, exact duplicates are kept */
};
/* Refuses bad escapes, %00, bytes that are not UTF-8 after decoding, control characters, a fragment, and what does not begin with
 * a slash (ERROR_SYNTAX); what is longer than HTTP_MAX_TARGET (ERROR_LIMIT). */
bool http_parse_target(struct arena *arena, const char *raw, struct http_target *out, struct error *err) MUST_USE;
const char *http_query(const struct http_target *target, const char *name); /* exact name, else NULL */

/* application/x-www-form-urlencoded: names and values of a body, in order. The errors of a query; err tells nothing of what is in it. */
bool http_parse_form(struct arena *arena, struct bytes body, struct http_headers *out, struct error *err) MUST_USE;
/* One value of a form. False: bad escapes, control characters, no UTF-8. */
bool http_unescape_form(struct arena *arena, const char *text, const char **out) MUST_USE;

/* Escaping for a query value. component: RFC 3986, blank is %20, upper-case hex. form: blank is `+`, unreserved are A-Z a-z 0-9 - _ . *,
 * hex in the case asked for. */
char *http_escape_component(struct arena *arena, const char *text);
char *http_escape_form(struct arena *arena, const char *text, bool lower_hex);

struct http_request *http_request_copy(struct arena *arena, const struct http_request *request);
struct http_response *http_response_copy(struct arena *arena, const struct http_response *response);

#endif
