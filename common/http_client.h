/* http_client.h: the one door to libcurl.
 *
 * One client is one reused easy handle with its own connection: make one per thread and keep it. HTTP/1.1, http and https only,
 * no redirects followed, no `Expect`, and no header beyond Host and Content-Length that the request does not hold. When the
 * request asks for `Accept-Encoding`, the body is decoded before it is returned (headers stay as they came).
 * A request is sent at most once: a connection that breaks is an error, never a silent second try. Proxies in the environment are not used.
 * Header values that are not UTF-8 are read as ISO 8859-1 (RFC 9110 5.5). Interim replies (1xx) and trailers are dropped.
 */
#ifndef COMMON_HTTP_CLIENT_H
#define COMMON_HTTP_CLIENT_H

#include "common/base.h"

struct arena;
struct error;
struct http_request;
struct http_response;
struct http_client;

#define HTTP_CLIENT_MAX_HEADERS (256 * KIB) /* of a reply, together */

/* What https takes from files, all PEM; the texts outlive the client. tls_check (tls.h) says what is wrong with them. Certificates of servers are
 * always checked. */
struct http_client_files {
    const char *ca;          /* whose servers to trust; NULL: the system's */
    const char *certificate; /* to show to a server that asks for one, then those between it and its CA; NULL: none */
    const char *key;         /* its key, not encrypted */
};

struct http_client_options {
    unsigned timeout_ms; /* whole exchange; 0: 60 s */
    unsigned
        idle_ms; /* without a byte either way, counted anew with each; 0: none. A header line counts when it is whole. Looked at once a
                            second when nothing comes. Not CURLOPT_LOW_SPEED_TIME: that wants a byte a second */
    unsigned connect_ms; /* 0: 5 s */
    size_t max_body;     /* 0: 16 MiB */
    struct http_client_files files;
    const volatile int *stop; /* non-zero ends a running exchange with ERROR_INTERRUPTED; may be NULL */
};

bool http_client_setup(struct error *err); /* once, in main, before threads; ignores SIGPIPE from here on */
void http_client_teardown(void);

struct http_client *http_client_new(const struct http_client_options *options);
void http_client_free(struct http_client *client);

/* base: "http://127.0.0.1:8080/scim/v2" (a `?query` in it is dropped), request->target is appended to its path with one slash.
 * The reply lives in the arena. Any HTTP status is success; false means no reply: ERROR_UNREACHABLE, ERROR_REPLY
 * (one that is too large, or has a NUL in its head), ERROR_INTERRUPTED; or ERROR_INVALID for a
 * request that can't be put on the wire (a line break in a header). */
bool http_client_send(struct http_client *client, const char *base, const struct http_request *request, struct arena *arena,
                      struct http_response *out, struct error *err) MUST_USE;
/* Another idle_ms from the next exchange on. */
void http_client_set_idle(struct http_client *client, unsigned idle_ms);
bool http_client_timed_out(const struct http_client *client); /* the last exchange, by either of the two */
/* What is begun must not stay half done: while on, the stop flag ends no exchange of this client. */
void http_client_ignore_stop(struct http_client *client, bool on);
/* What it offers in TLS handshakes from now on: TLS 1.2 alone, with these suites by OpenSSL's names ("ECDHE-RSA-AES128-GCM-SHA256:…",
 * which outlive the client); NULL: TLS 1.2 and later, the library's suites. A connection made under other terms is not used again. */
void http_client_offer(struct http_client *client, const char *suites_of_1_2);
uint64_t http_client_last_us(const struct http_client *client); /* duration of the last exchange */

/* Checks scheme, host and absence of userinfo; err->where is `what` ("--target"). */
bool http_check_base_url(const char *url, const char *what, struct error *err) MUST_USE;

#endif
