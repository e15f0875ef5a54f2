/* http_connections.h: the connections of an HTTP server: who is silent, who is at work, who takes too long. Part of http_server.h;
 * knows sockets, not the library.
 *
 * A connection waits for a request, is being read from, at work, or being written to. A thread of its own ends those that take longer than allowed:
 *  - reading, from the request's first line to the end of its body: request_s; the first line itself has as long, from the connection or from
 *    idle_s behind the reply before it (the library ends who says nothing at all for idle_s);
 *  - writing: reply_s. Work takes as long as it takes.
 * Above `most` connections the one that has waited longest makes room, then the one that has been read from longest; when all are at work, the new one is
 * turned away: its request is to be answered by 503.
 * To end is shutdown(2): the library sees the end of the stream. What was ended begins no work, so no request is done without a reply.
 *
 * A reply to a request that is still being sent would be lost in the reset that closing means, so such a connection lingers: it is read from, and what
 * comes is thrown away, until the client closes, for LINGER_S or `drain` bytes.
 * Threads: everything may be called from any.
 */
#ifndef COMMON_HTTP_CONNECTIONS_H
#define COMMON_HTTP_CONNECTIONS_H

#include "common/base.h"

struct error;
struct http_connection;
struct http_connections;

#define HTTP_CONNECTIONS_LINGER_S 10
#define HTTP_CONNECTIONS_LINGERS  64 /* at a time; the next one is closed at once */

struct http_connections_options {
    size_t most;
    unsigned idle_s, request_s, reply_s;
    uint64_t drain; /* bytes */
};

/* NULL: no thread could be started. */
struct http_connections *http_connections_new(const struct http_connections_options *options, struct error *err);
void http_connections_free(struct http_connections *connections); /* when all are closed */

/* The socket stays the caller's, who must not close it before http_connections_close. */
struct http_connection *http_connections_open(struct http_connections *connections, int fd);
void http_connections_close(struct http_connections *connections, struct http_connection *connection);

/* The four steps of a request. False: the connection was ended meanwhile. */
bool http_connection_reads(struct http_connection *connection) MUST_USE;
bool http_connection_works(struct http_connection *connection) MUST_USE;
void http_connection_writes(struct http_connection *connection);
void http_connection_waits(struct http_connection *connection);

bool http_connection_turned_away(const struct http_connection *connection);
/* The reply comes before the end of the request. */
void http_connection_lingers(struct http_connection *connection);

#endif
