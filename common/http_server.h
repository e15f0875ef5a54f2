/* http_server.h: the one door to libmicrohttpd.
 *
 * One thread per connection, so handlers may block. How slow a client may be, who makes room above `connections`, and how an early refusal reaches
 * a client that is still sending: http_connections.h. The handler sees one complete request: raw target (the library would
 * decode %2F and cut at %00), all headers, the peer's address, whole body up to max_body (413 above it, before the body is read when
 * Content-Length tells; without one up to eight times the cap is thrown away first, and beyond that the connection is closed).
 * Replies get Content-Length and Date; the handler sets the rest (a header with an empty value or a control character is left out).
 * HEAD, 204 and 304 send no body.
 * Refused with 400 before the handler: a target that is neither a path nor an absolute http URL (of which the path is kept), bytes that are
 * not UTF-8, a repeated Host, Content-Length, Content-Type or Authorization, and Content-Length beside Transfer-Encoding.
 * The library itself answers what it can't parse, and a head above twice max_target and max_header, with a short HTML page; and it
 * cuts a line of the head at a raw NUL byte before anyone can see it (%00 is no such byte and arrives).
 * With options.tls it speaks https only (tls.h), and a request says which client certificate its connection has shown. What is no TLS handshake,
 * plain http too, is closed without an answer.
 * A handler that waits must wait on http_server_wait, which stopping wakes; never on sleep.
 */
#ifndef COMMON_HTTP_SERVER_H
#define COMMON_HTTP_SERVER_H

#include "common/base.h"

struct arena;
struct error;
struct http_request;
struct http_response;
struct http_server;
struct tls;

#define HTTP_SERVER_DROP (-1) /* as response->status: close the connection without a reply */

/* Runs in the connection's thread. Everything in the arena lives until the reply has been sent. */
typedef void http_handler(void *context, struct arena *arena, const struct http_request *request, struct http_response *response);

struct http_server_options {
    const char *address;  /* numeric; NULL: 127.0.0.1 */
    uint16_t port;        /* 0: any free one */
    unsigned connections; /* 0: 256 */
    unsigned idle_s;      /* of silence; 0: 30 */
    unsigned request_s;   /* for head and body of a request; 0: 60 */
    unsigned reply_s;     /* for taking a reply; 0: 120 */
    size_t max_body;      /* 0: 1 MiB */
    size_t max_header;    /* names and values of the headers; 0: 32 KiB */
    size_t max_target;    /* 0: 32 KiB */
    struct tls *tls;      /* https; outlives the server; NULL: http */
    /* Fills the reply for a request refused by a cap or because it can't be parsed (413, 414, 431, 503, 400), or that the
     * handler left without a status (500): so that errors are of the shape that belongs to the path. request->target is NULL when it is none. */
    void (*refuse)(void *context, struct arena *arena, const struct http_request *request, int status, const char *detail,
                   struct http_response *response);
};

struct http_server *http_server_start(const struct http_server_options *options, http_handler *handler, void *context,
                                      struct error *err) MUST_USE;
uint16_t http_server_port(const struct http_server *server);
/* Waits ms milliseconds; false as soon as the server stops. Inside a handler server may be NULL: the one that runs it. */
bool http_server_wait(struct http_server *server, unsigned ms);
void http_server_stop(struct http_server *server); /* wakes waiters, waits for running handlers, frees */

#endif
