#include "common/base.h"
#include "common/http_server.h"

#include "common/error.h"
#include "common/http.h"
#include "common/http_connections.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DRAIN_FACTOR 8 /* a body above the cap is read on to this many times the cap, to answer politely, then cut off */
#define STACK_BYTES  MIB

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

struct http_server {
    struct http_server_options options;
    http_handler *handler;
    void *context;
    struct MHD_Daemon *daemon;
    struct http_connections *connections;
    uint16_t port;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping; /* under the lock */
};

/* One request on its way: made when its first line is read, freed by `completed`, which also runs when the connection breaks. */
struct exchange {
    struct arena *arena;
    struct http_request request;
    struct buffer body;
    const char *raw_target;
    uint64_t received;
    bool headers_seen;
    bool cut;    /* the connection was ended before the request began */
    int refused; /* status to refuse with, once the body is drained */
    const char *detail;
};

static _Thread_local struct http_server *current; /* the server whose handler this thread runs */

/* --- connections --- */

/* What we remember of one, in the library's slot for it. */
struct link {
    struct http_connection *state;
    struct tls_connection *tls; /* NULL: http */
};

static const struct link *link_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static struct http_connection *connection_of(struct MHD_Connection *connection)
{
    return link_of(connection)->state;
}

static struct link *link_open(struct http_server *server, struct MHD_Connection *connection)
{
    struct link *link = mem_alloc(sizeof *link);
    int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    link->state = http_connections_open(server->connections, fd);
    if (server->options.tls != NULL) {
        void *session = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session;
        link->tls = tls_begin(server->options.tls, session);
    }
    return link;
}

static void come_or_go(void *context, struct MHD_Connection *connection, void **slot, enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    struct link *link = *slot;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *slot = link_open(server, connection);
    } else if (link != NULL) {
        http_connections_close(server->connections, link->state);
        tls_end(link->tls); /* the session is gone by now, or was never used */
        mem_free(link);
        *slot = NULL;
    }
}

/* --- the request coming in --- */

static void *begin(void *context, const char *uri, struct MHD_Connection *connection)
{
    const struct http_server *server = context;
    struct arena *arena = arena_new();
    struct exchange *exchange = arena_alloc(arena, sizeof *exchange);
    exchange->arena = arena;
    exchange->raw_target = arena_strdup(arena, uri);
    exchange->body = buffer_new(server->options.max_body);
    exchange->cut = !http_connection_reads(connection_of(connection));
    return exchange;
}

static void completed(void *context, struct MHD_Connection *connection, void **slot, enum MHD_RequestTerminationCode code)
{
    UNUSED(context);
    UNUSED(code);
    struct exchange *exchange = *slot;
    *slot = NULL;
    http_connection_waits(connection_of(connection));
    if (exchange == NULL)
        return;
    buffer_release(&exchange->body);
    arena_free(exchange->arena);
}

static void refuse(struct exchange *exchange, int status, const char *detail)
{
    if (exchange->refused == 0) {
        exchange->refused = status;
        exchange->detail = detail;
    }
}

struct header_walk {
    struct exchange *exchange;
    size_t bytes;
};

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value,
                                   size_t value_size)
{
    UNUSED(kind);
    struct header_walk *walk = context;
    struct exchange *exchange = walk->exchange;
    if (value == NULL) {
        value = "";
        value_size = 0;
    }
    walk->bytes += name_size + value_size;
    while (value_size > 0 && (value[value_size - 1] == ' ' || value[value_size - 1] == '\t'))
        value_size--; /* RFC 9110 5.5; the library trims the front only */
    if (!text_is_utf8(name, name_size) || !text_is_utf8(value, value_size))
        refuse(exchange, 400, "A header is not UTF-8 text.");
    else
        http_add_header(exchange->arena, &exchange->request.headers, name, arena_strndup(exchange->arena, value, value_size));
    return MHD_YES;
}

/* Origin form as it is; of the absolute form (RFC 9112 3.2.2: a server MUST accept it) the path. NULL: neither. */
static const char *origin_form(struct arena *arena, const char *raw)
{
    if (raw[0] == '/')
        return raw;
    size_t scheme = text_starts_nocase(raw, "http://") ? 7 : text_starts_nocase(raw, "https://") ? 8 : 0;
    if (scheme == 0)
        return NULL;
    const char *path = raw + scheme + strcspn(raw + scheme, "/?");
    return *path == '/' ? path : arena_printf(arena, "/%s", path);
}

/* RFC 9110 5.3: a field that is no list must not be sent twice; to pick one of two would be a guess. */
static void check_singletons(struct exchange *exchange)
{
    static const char *const names[] = {"Host", "Content-Length", "Content-Type", "Authorization"};
    const struct http_headers *headers = &exchange->request.headers;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (http_header_count(headers, names[i]) > 1)
            refuse(exchange, 400, arena_printf(exchange->arena, "The header %s stands in the request more than once.", names[i]));
    if (http_header(headers, "Content-Length") != NULL && http_header(headers, "Transfer-Encoding") != NULL)
        refuse(exchange, 400, "Content-Length and Transfer-Encoding exclude each other (RFC 9112 6.2).");
}

static const char *peer_of(struct arena *arena, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (info == NULL || info->client_addr == NULL)
        return NULL;
    sa_family_t family = info->client_addr->sa_family;
    if (family == AF_INET)
        memcpy(&v4, info->client_addr, sizeof v4);
    else if (family == AF_INET6)
        memcpy(&v6, info->client_addr, sizeof v6);
    else
        return NULL;
    const void *address = family == AF_INET ? (const void *)&v4.sin_addr : (const void *)&v6.sin6_addr;
    return inet_ntop(family, address, text, sizeof text) == NULL ? NULL : arena_strdup(arena, text);
}

static const struct http_certificate *certificate_of(struct MHD_Connection *connection)
{
    struct tls_connection *tls = link_of(connection)->tls;
    return tls == NULL ? NULL : tls_peer(tls);
}

static void take_head(const struct http_server *server, struct MHD_Connection *connection, struct exchange *exchange,
                      const char *method)
{
    struct http_request *request = &exchange->request;
    request->method = arena_strdup(exchange->arena, method);
    request->peer = peer_of(exchange->arena, connection);
    request->certificate = certificate_of(connection);
    request->target = text_is_utf8(exchange->raw_target, strlen(exchange->raw_target))
                          ? origin_form(exchange->arena, exchange->raw_target)
                          : NULL;
    if (request->target == NULL)
        refuse(exchange, 400, "The request target is neither a path nor an http URL, or not UTF-8.");
    if (strlen(exchange->raw_target) > server->options.max_target)
        refuse(exchange, 414, arena_printf(exchange->arena, "The request target exceeds %zu bytes.", server->options.max_target));
    struct header_walk walk = {.exchange = exchange};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take_header, &walk);
    if (walk.bytes > server->options.max_header)
        refuse(exchange, 431,
               arena_printf(exchange->arena, "The headers together exceed %zu bytes.", server->options.max_header));
    check_singletons(exchange);
}

static void refuse_body(const struct http_server *server, struct exchange *exchange)
{
    refuse(exchange, 413, arena_printf(exchange->arena, "The body exceeds %zu bytes.", server->options.max_body));
}

static bool announces_too_much(const struct http_server *server, const struct exchange *exchange)
{
    const char *length = http_header(&exchange->request.headers, "Content-Length");
    uint64_t n;
    return length != NULL && (!text_to_u64(length, UINT64_MAX, &n) || n > server->options.max_body);
}

/* --- the reply going out --- */

static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, const struct http_response *reply)
{
    if (reply->status == HTTP_SERVER_DROP)
        return MHD_NO;
    bool bodiless = reply->status == 204 || reply->status == 304;
    size_t size = bodiless || reply->body.p == NULL ? 0 : reply->body.n;
    /* The library only reads, the arena outlives the reply. */
    void *body = size == 0 ? NULL : (void *)(uintptr_t)reply->body.p;
    struct MHD_Response *response = MHD_create_response_from_buffer(size, body, MHD_RESPMEM_PERSISTENT);
    if (response == NULL)
        return MHD_NO;
    for (size_t i = 0; i < reply->headers.count; i++) {
        const struct http_header *header = &reply->headers.items[i];
        bool ours = text_equal_nocase(header->name, "Content-Length") || text_equal_nocase(header->name, "Transfer-Encoding");
        if (!ours && is_plain(header->name) && is_plain(header->value))
            MHD_add_response_header(response, header->name, header->value);
    }
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

static void fill_refusal(const struct http_server *server, struct exchange *exchange, int status, const char *detail,
                         struct http_response *reply)
{
    *reply = (struct http_response){.status = status};
    if (server->options.refuse != NULL) {
        server->options.refuse(server->context, exchange->arena, &exchange->request, status, detail, reply);
        return;
    }
    const char *text = arena_printf(exchange->arena, "%s\n", detail);
    reply->body = (struct bytes){text, strlen(text)};
    http_add_header(exchange->arena, &reply->headers, "Content-Type", "text/plain; charset=utf-8");
}

static enum MHD_Result send_refusal(const struct http_server *server, struct MHD_Connection *connection,
                                    struct exchange *exchange)
{
    struct http_response reply;
    fill_refusal(server, exchange, exchange->refused, exchange->detail, &reply);
    if (exchange->refused == 503) {
        http_add_header(exchange->arena, &reply.headers, "Retry-After", "1");
        http_add_header(exchange->arena, &reply.headers, "Connection", "close");
    }
    http_connection_writes(connection_of(connection));
    return send_reply(connection, &reply);
}

static enum MHD_Result answer(struct http_server *server, struct MHD_Connection *connection, struct exchange *exchange)
{
    if (exchange->refused != 0)
        return send_refusal(server, connection, exchange);
    if (!http_connection_works(connection_of(connection)))
        return MHD_NO;
    exchange->request.body = (struct bytes){buffer_text(&exchange->body), exchange->body.n};
    struct http_response reply = {0};
    current = server;
    server->handler(server->context, exchange->arena, &exchange->request, &reply);
    current = NULL;
    bool usable = reply.status == HTTP_SERVER_DROP || (reply.status >= 200 && reply.status <= 599);
    if (!usable)
        fill_refusal(server, exchange, 500, "The server gave no reply.", &reply);
    http_connection_writes(connection_of(connection));
    return send_reply(connection, &reply);
}

/* Is it known already that the body will not be read? Then the client may be sending it for a while. */
static bool refuse_early(const struct http_server *server, struct MHD_Connection *connection, struct exchange *exchange)
{
    bool turned_away = http_connection_turned_away(connection_of(connection));
    if (turned_away)
        refuse(exchange, 503, "All connections of the server are at work.");
    else if (announces_too_much(server, exchange))
        refuse_body(server, exchange);
    else
        return false;
    http_connection_lingers(connection_of(connection));
    return true;
}

/* Called for the head, for every piece of body and once more at the end. While body comes in no reply is possible; before the first
 * piece it is, and closes the connection. */
static enum MHD_Result access_handler(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                      const char *version, const char *upload, size_t *upload_size, void **slot)
{
    UNUSED(url);
    UNUSED(version);
    struct http_server *server = context;
    struct exchange *exchange = *slot;
    if (exchange == NULL || exchange->cut)
        return MHD_NO;
    if (!exchange->headers_seen) {
        exchange->headers_seen = true;
        take_head(server, connection, exchange, method);
        return refuse_early(server, connection, exchange) ? send_refusal(server, connection, exchange) : MHD_YES;
    }
    if (*upload_size == 0)
        return answer(server, connection, exchange);
    exchange->received += *upload_size;
    if (exchange->refused == 0)
        buffer_add_bytes(&exchange->body, upload, *upload_size);
    if (exchange->body.full)
        refuse_body(server, exchange);
    *upload_size = 0;
    return exchange->received / DRAIN_FACTOR > server->options.max_body ? MHD_NO : MHD_YES;
}

/* --- start, wait, stop --- */

static bool parse_address(const char *text, uint16_t port, struct sockaddr_storage *out, socklen_t *size, struct error *err)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(out, &v4, sizeof v4);
        *size = sizeof v4;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
        memcpy(out, &v6, sizeof v6);
        *size = sizeof v6;
        return true;
    }
    return error_set(err, ERROR_USAGE, text, "give a numeric address such as 127.0.0.1 or ::1", "not an IP address");
}

static bool listen_failed(int fd, const char *address, uint16_t port, struct error *err)
{
    int reason = errno;
    if (fd >= 0)
        close(fd);
    char where[80], why[128];
    snprintf(where, sizeof where, strchr(address, ':') == NULL ? "%s:%u" : "[%s]:%u", address, port);
    if (strerror_r(reason, why, sizeof why) != 0)
        snprintf(why, sizeof why, "error %d", reason);
    const char *remedy = reason == EADDRINUSE ? "stop the other server, or let port 0 find a free one"
                         : reason == EACCES   ? "take a port above 1023"
                                              : "";
    return error_set(err, ERROR_FILE, where, remedy, "can't listen: %s", why);
}

/* Own socket rather than the library's, to tell why it failed. Accepted sockets inherit TCP_NODELAY. */
static bool open_socket(const char *address, uint16_t port, int *out, struct error *err)
{
    struct sockaddr_storage storage;
    socklen_t size = 0;
    if (!parse_address(address, port, &storage, &size, err))
        return false;
    int on = 1;
    int fd = socket(storage.ss_family, SOCK_STREAM, 0);
    if (fd < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 || bind(fd, (struct sockaddr *)&storage, size) != 0 ||
        listen(fd, SOMAXCONN) != 0)
        return listen_failed(fd, address, port, err);
    *out = fd;
    return true;
}

static uint16_t bound_port(int fd)
{
    struct sockaddr_storage storage;
    socklen_t size = sizeof storage;
    if (getsockname(fd, (struct sockaddr *)&storage, &size) != 0)
        return 0;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    memcpy(&v4, &storage, sizeof v4);
    memcpy(&v6, &storage, sizeof v6);
    return ntohs(storage.ss_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
}

static void set_defaults(struct http_server_options *options)
{
    if (options->address == NULL)
        options->address = "127.0.0.1";
    if (options->connections == 0)
        options->connections = 256;
    if (options->idle_s == 0)
        options->idle_s = 30;
    if (options->request_s == 0)
        options->request_s = 60;
    if (options->reply_s == 0)
        options->reply_s = 120;
    if (options->max_body == 0)
        options->max_body = MIB;
    if (options->max_header == 0)
        options->max_header = 32 * KIB;
    if (options->max_target == 0)
        options->max_target = 32 * KIB;
}

static struct http_server *server_new(const struct http_server_options *options, http_handler *handler, void *context)
{
    struct http_server *server = mem_alloc(sizeof *server);
    if (options != NULL)
        server->options = *options;
    set_defaults(&server->options);
    server->handler = handler;
    server->context = context;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&server->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&server->lock, NULL);
    return server;
}

static void server_free(struct http_server *server)
{
    if (server->connections != NULL)
        http_connections_free(server->connections);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    mem_free(server);
}

static struct MHD_Daemon *start_daemon(struct http_server *server, int fd)
{
    const struct http_server_options *options = &server->options;
    size_t head = options->max_target + options->max_header, memory = head * 2 < 128 * KIB ? 128 * KIB : head * 2;
    unsigned connections = options->connections * 2 + 16; /* those that are being ended or turned away */
    const bool https = options->tls != NULL;
    const struct MHD_OptionItem items[] = {
        {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)options->idle_s, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)memory, NULL},
#ifndef SANITIZED /* whose frames are bigger */
        {MHD_OPTION_THREAD_STACK_SIZE, (intptr_t)STACK_BYTES, NULL},
#endif
        {https ? MHD_OPTION_HTTPS_PRIORITIES : MHD_OPTION_END, 0, (void *)(uintptr_t)TLS_PRIORITIES},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, https ? (void *)(uintptr_t)tls_certificate_pem(options->tls) : NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, https ? (void *)(uintptr_t)tls_key_pem(options->tls) : NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION | (https ? MHD_USE_TLS : 0), 0, NULL,
                            NULL, access_handler, server, MHD_OPTION_URI_LOG_CALLBACK, begin, server, MHD_OPTION_NOTIFY_COMPLETED,
                            completed, server, MHD_OPTION_NOTIFY_CONNECTION, come_or_go, server, MHD_OPTION_ARRAY, items,
                            MHD_OPTION_END);
}

struct http_server *http_server_start(const struct http_server_options *options, http_handler *handler, void *context,
                                      struct error *err)
{
    struct http_server *server = server_new(options, handler, context);
    int fd = -1;
    if (server->options.tls != NULL && MHD_is_feature_supported(MHD_FEATURE_TLS) == MHD_NO) {
        error_set(err, ERROR_USAGE, "https", "install a libmicrohttpd that is built with GnuTLS",
                  "this libmicrohttpd can't do TLS");
        server_free(server);
        return NULL;
    }
    if (!open_socket(server->options.address, server->options.port, &fd, err)) {
        server_free(server);
        return NULL;
    }
    server->port = bound_port(fd);
    const struct http_connections_options limits = {.most = server->options.connections,
                                                    .idle_s = server->options.idle_s,
                                                    .request_s = server->options.request_s,
                                                    .reply_s = server->options.reply_s,
                                                    .drain = (uint64_t)server->options.max_body * DRAIN_FACTOR};
    server->connections = http_connections_new(&limits, err);
    server->daemon = server->connections == NULL ? NULL : start_daemon(server, fd);
    if (server->daemon == NULL) {
        if (server->connections == NULL)
            close(fd);
        else
            error_set(err, ERROR_INTERNAL, "http server", "", "libmicrohttpd does not start");
        server_free(server);
        return NULL;
    }
    return server;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

bool http_server_wait(struct http_server *server, unsigned ms)
{
    if (server == NULL)
        server = current;
    if (server == NULL)
        return false;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&server->lock);
    while (!server->stopping && pthread_cond_timedwait(&server->changed, &server->lock, &until) == 0) {
    }
    bool running = !server->stopping;
    pthread_mutex_unlock(&server->lock);
    return running;
}

void http_server_stop(struct http_server *server)
{
    if (server == NULL)
        return;
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
    MHD_stop_daemon(server->daemon);
    server_free(server);
}
