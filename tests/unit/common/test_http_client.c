/* The client as a server sees it: a raw server keeps the bytes that arrive. */
#include "common/base.h"
#include "common/http_client.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_server.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/tap.h"
#include "tests/unit/common/raw_socket.h"

#include <poll.h>

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

struct sent { /* what one request looked like, and what came of it */
    char *wire;
    bool ok;
    struct http_response response;
    struct error err;
};

/* Sends requests[i] to a server that answers replies[i], over one client. */
static size_t exchange(struct arena *arena, const struct http_client_options *options, const char *path,
                       const struct http_request *requests, const char *const *replies, size_t count, struct sent *out)
{
    struct raw_server server;
    raw_start(&server, replies, count);
    struct http_client *client = http_client_new(options);
    const char *base = arena_printf(arena, "http://127.0.0.1:%u%s", server.port, path);
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct sent){0};
        out[i].ok = http_client_send(client, base, &requests[i], arena, &out[i].response, &out[i].err);
    }
    http_client_free(client);
    raw_stop(&server);
    for (size_t i = 0; i < count; i++)
        out[i].wire = server.seen[i] == NULL ? NULL : arena_strdup(arena, server.seen[i]);
    raw_free(&server);
    return server.connections;
}

static struct sent one(struct arena *arena, const char *path, struct http_request request, const char *reply)
{
    struct sent sent;
    exchange(arena, NULL, path, &request, &reply, 1, &sent);
    return sent;
}

/* The wire without its Host line, which holds a random port. */
static const char *without_host(struct arena *arena, const char *wire)
{
    const char *host = strstr(wire, "Host: 127.0.0.1:");
    assert_non_null(host);
    const char *next = strstr(host, "\r\n") + 2;
    return arena_printf(arena, "%.*s%s", (int)(host - wire), wire, next);
}

static void setup_request(struct arena *arena, struct http_request *request, const char *const *headers)
{
    for (; headers[0] != NULL; headers += 2)
        http_add_header(arena, &request->headers, headers[0], headers[1]);
}

static void nothing_is_sent_but_the_request(void **state)
{
    UNUSED(state);
    static const char *const none[] = {NULL};
    static const char *const some[] = {"X-B",
                                       "1",
                                       "User-Agent",
                                       "Okta SCIM Client 1.0.0",
                                       "Accept",
                                       "application/scim+json",
                                       "X-b",
                                       "2",
                                       "X-Empty",
                                       "",
                                       "accept-charset",
                                       "utf-8",
                                       "Content-Type",
                                       "application/scim+json; charset=utf-8",
                                       NULL};
    static const struct {
        const char *method, *target, *body;
        const char *const *headers;
        const char *wire; /* without Host */
    } rows[] = {
        {"GET", "/Users", NULL, none, "GET /Users HTTP/1.1\r\n\r\n"},
        {"DELETE", "/Users/1", NULL, none, "DELETE /Users/1 HTTP/1.1\r\n\r\n"},
        {"OPTIONS", "/Users", NULL, none, "OPTIONS /Users HTTP/1.1\r\n\r\n"},
        {"BREW", "/Users", NULL, none, "BREW /Users HTTP/1.1\r\n\r\n"},
        {"POST", "/Users", NULL, none, "POST /Users HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
        {"PUT", "/Users", "", none, "PUT /Users HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
        {"PATCH", "/Users", "", none, "PATCH /Users HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
        {"POST", "/Users", "{}", none, "POST /Users HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"},
        {"DELETE", "/Users/1", "{}", none, "DELETE /Users/1 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"},
        {"GET", "/Users", "x", none, "GET /Users HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"},
        {"PATCH", "/Users/1", "{\"a\":1}", some,
         "PATCH /Users/1 HTTP/1.1\r\nX-B: 1\r\nUser-Agent: Okta SCIM Client 1.0.0\r\nAccept: application/scim+json\r\nX-b: "
         "2\r\nX-Empty:\r\n"
         "accept-charset: utf-8\r\nContent-Type: application/scim+json; charset=utf-8\r\nContent-Length: 7\r\n\r\n{\"a\":1}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct http_request request = {.method = rows[i].method, .target = rows[i].target};
        if (rows[i].body != NULL)
            request.body = (struct bytes){rows[i].body, strlen(rows[i].body)};
        setup_request(arena, &request, rows[i].headers);
        struct sent sent = one(arena, "", request, OK);
        assert_true(sent.ok);
        assert_string_equal(without_host(arena, sent.wire), rows[i].wire);
        arena_free(arena);
    }
}

/* Over one connection; PORT is the server's. */
static void host_and_length_stand_where_asked(void **state)
{
    UNUSED(state);
    static const char *const dump[] = {"Authorization",   "Bearer x",     "Connection", "Keep-Alive",
                                       "Accept-Encoding", "gzip,deflate", NULL};
    static const char *const other[] = {"X-A", "1", NULL};
    static const char *const own[] = {"Host", "scim.test", "Connection", "Keep-Alive", NULL};
    static const struct {
        const char *method, *body, *before;
        const char *const *headers;
        const char *wire;
    } rows[] = {
        {"POST", "{}", "Connection", dump,
         "POST / HTTP/1.1\r\nAuthorization: Bearer x\r\nContent-Length: 2\r\nHost: 127.0.0.1:PORT\r\nConnection: "
         "Keep-Alive\r\nAccept-Encoding: gzip,deflate\r\n\r\n{}"},
        {"GET", NULL, "connection", dump,
         "GET / HTTP/1.1\r\nAuthorization: Bearer x\r\nHost: 127.0.0.1:PORT\r\nConnection: Keep-Alive\r\nAccept-Encoding: "
         "gzip,deflate\r\n\r\n"},
        {"PUT", "", "Connection", dump,
         "PUT / HTTP/1.1\r\nAuthorization: Bearer x\r\nContent-Length: 0\r\nHost: 127.0.0.1:PORT\r\nConnection: "
         "Keep-Alive\r\nAccept-Encoding: gzip,deflate\r\n\r\n"},
        {"PATCH", "{}", "Connection", other, "PATCH / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX-A: 1\r\nContent-Length: 2\r\n\r\n{}"},
        {"PATCH", "{}", "Connection", own,
         "PATCH / HTTP/1.1\r\nHost: scim.test\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\n{}"},
    };
    struct arena *arena = arena_new();
    struct http_request requests[ARRAY_LEN(rows)];
    const char *replies[ARRAY_LEN(rows)];
    struct sent sent[ARRAY_LEN(rows)];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        requests[i] = (struct http_request){.method = rows[i].method, .target = "/", .own_before = rows[i].before};
        if (rows[i].body != NULL)
            requests[i].body = (struct bytes){rows[i].body, strlen(rows[i].body)};
        setup_request(arena, &requests[i], rows[i].headers);
        replies[i] = OK;
    }
    assert_int_equal(exchange(arena, NULL, "", requests, replies, ARRAY_LEN(rows), sent), 1);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *host = strstr(sent[0].wire, "Host: 127.0.0.1:"), *port = strstr(rows[i].wire, "PORT");
        host += strlen("Host: 127.0.0.1:");
        const char *wanted = port == NULL ? rows[i].wire
                                          : arena_printf(arena, "%.*s%.*s%s", (int)(port - rows[i].wire), rows[i].wire,
                                                         (int)strcspn(host, "\r"), host, port + 4);
        assert_string_equal(sent[i].wire, wanted);
    }
    arena_free(arena);
}

static void methods_do_not_stain_the_next_request(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_request requests[] = {
        {.method = "PATCH", .target = "/a", .body = {"{}", 2}},
        {.method = "GET", .target = "/b"},
        {.method = "HEAD", .target = "/c"},
        {.method = "DELETE", .target = "/d"},
        {.method = "POST", .target = "/e"},
    };
    const char *replies[] = {OK, OK, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n", OK};
    struct sent sent[5];
    size_t connections = exchange(arena, NULL, "", requests, replies, 5, sent);
    assert_int_equal(connections, 1); /* kept alive */
    assert_string_equal(without_host(arena, sent[1].wire), "GET /b HTTP/1.1\r\n\r\n");
    assert_string_equal(without_host(arena, sent[2].wire), "HEAD /c HTTP/1.1\r\n\r\n");
    assert_int_equal(sent[2].response.body.n, 0);
    assert_string_equal(without_host(arena, sent[3].wire), "DELETE /d HTTP/1.1\r\n\r\n");
    assert_int_equal(sent[3].response.status, 204);
    assert_string_equal(without_host(arena, sent[4].wire), "POST /e HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(sent[4].response.body.n, 2);
    arena_free(arena);
}

/* proves: RFC7644-1.3-02 */
static void the_target_goes_out_as_it_is(void **state)
{
    UNUSED(state);
    static const struct {
        const char *path, *target, *line;
    } rows[] = {
        {"", "/Users", "GET /Users HTTP"},
        {"/", "/Users", "GET /Users HTTP"},
        {"/scim/v2", "/Users", "GET /scim/v2/Users HTTP"},
        {"/scim/v2/", "/Users", "GET /scim/v2/Users HTTP"},
        {"/scim/v2", "Users", "GET /scim/v2/Users HTTP"},
        {"/scim/v2?aadOptscim062020", "/Users", "GET /scim/v2/Users HTTP"}, /* the query of the base is dropped */
        {"/scim", "?x=1", "GET /scim?x=1 HTTP"},
        {"", "?x=1", "GET /?x=1 HTTP"},
        {"/scim", "", "GET /scim HTTP"},
        {"", "", "GET / HTTP"},
        {"", "/a/../b/./c//d", "GET /a/../b/./c//d HTTP"},
        {"/x/../y", "/a", "GET /x/../y/a HTTP"},
        {"", "/a%2fb%2Fc%00", "GET /a%2fb%2Fc%00 HTTP"},
        {"", "/Users?filter=a+eq+%22b%40c%22&x={}|^`", "GET /Users?filter=a+eq+%22b%40c%22&x={}|^` HTTP"},
        {"", "/a?b#c", "GET /a?b#c HTTP"},
        {"", "/\xC3\xA9", "GET /\xC3\xA9 HTTP"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct sent sent = one(arena, rows[i].path, (struct http_request){.method = "GET", .target = rows[i].target}, OK);
        assert_true(sent.ok);
        if (!text_starts(sent.wire, rows[i].line))
            fail_msg("%s + %s: %.100s", rows[i].path, rows[i].target, sent.wire);
        arena_free(arena);
    }
}

static void what_can_not_stand_on_the_wire_is_refused(void **state)
{
    UNUSED(state);
    static const struct {
        const char *method, *target, *name, *value;
    } rows[] = {
        {"GET", "/a b", "X", "1"},   {"GET", "/a\r\nX: 1", "X", "1"}, {"G T", "/a", "X", "1"},  {"", "/a", "X", "1"},
        {"GET", "/a", "X Y", "1"},   {"GET", "/a", "", "1"},          {"GET", "/a", "X:", "1"}, {"GET", "/a", "X", "1\r\nY: 2"},
        {"GET\r\n", "/a", "X", "1"}, {"GET", "/a", "X", "\x7f"},
    };
    struct arena *arena = arena_new();
    struct http_client *client = http_client_new(NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_request request = {.method = rows[i].method, .target = rows[i].target};
        http_add_header(arena, &request.headers, rows[i].name, rows[i].value);
        struct http_response response;
        struct error err = {0};
        assert_false(http_client_send(client, "http://127.0.0.1:1", &request, arena, &response, &err));
        assert_int_equal(err.code, ERROR_INVALID);
    }
    http_client_free(client);
    arena_free(arena);
}

static void a_body_may_go_out_in_chunks(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_request request = {.method = "POST", .target = "/a", .body = {"hello", 5}};
    http_add_header(arena, &request.headers, "Transfer-Encoding", "chunked");
    struct sent sent = one(arena, "", request, OK);
    assert_true(sent.ok);
    assert_string_equal(without_host(arena, sent.wire),
                        "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    arena_free(arena);
}

/* --- replies --- */

static const char *show_headers(struct arena *arena, const struct http_headers *headers)
{
    const char *text = "";
    for (size_t i = 0; i < headers->count; i++)
        text = arena_printf(arena, "%s%s=%s|", text, headers->items[i].name, headers->items[i].value);
    return text;
}

static void reply_headers_come_in_order(void **state)
{
    UNUSED(state);
    static const struct {
        const char *reply, *headers, *body;
        int status;
    } rows[] = {
        {"HTTP/1.1 201 Created\r\nX-B: 1\r\nx-a:  two words \r\nX-B: 3\r\nX-Empty:\r\nContent-Length: 0\r\n\r\n",
         "X-B=1|x-a=two words|X-B=3|X-Empty=|Content-Length=0|", "", 201},
        {"HTTP/1.1 100 Continue\r\nX-I: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK, "Content-Length=2|", "ok", 200},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n",
         "Transfer-Encoding=chunked|Trailer=X-T|", "hi", 200},
        {"HTTP/1.1 200 OK\r\nX-Fold: a\r\n b\r\nX-Latin: caf\xE9\r\nX-Utf: caf\xC3\xA9\r\nContent-Length: 0\r\n\r\n",
         "X-Fold=a b|X-Latin=caf\xC3\xA9|X-Utf=caf\xC3\xA9|Content-Length=0|", "", 200},
        {"HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\nuntil the end", "Connection=close|", "until the end", 500},
        {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n",
         "Location=http://127.0.0.1:1/x|Content-Length=0|", "", 302},
        {"HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n", "WWW-Authenticate=Bearer|Content-Length=0|",
         "", 401},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct sent sent = one(arena, "", (struct http_request){.method = "GET", .target = "/"}, rows[i].reply);
        if (!sent.ok)
            fail_msg("row %zu: %s", i, sent.err.message);
        assert_int_equal(sent.response.status, rows[i].status);
        assert_string_equal(show_headers(arena, &sent.response.headers), rows[i].headers);
        assert_int_equal(sent.response.body.n, strlen(rows[i].body));
        assert_memory_equal(sent.response.body.p, rows[i].body, strlen(rows[i].body));
        arena_free(arena);
    }
}

static void the_reason_phrase_is_the_servers(void **state)
{
    UNUSED(state);
    static const struct {
        const char *line, *reason; /* NULL: none */
    } rows[] = {{"HTTP/1.1 503 Come Back Later\r\n", "Come Back Later"},
                {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Fine\r\n", "Fine"},
                {"HTTP/1.1 200 caf\xE9\r\n", "caf\xC3\xA9"},
                {"HTTP/1.1 200 \r\n", NULL},
                {"HTTP/1.1 200\r\n", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        const char *reply = arena_printf(arena, "%sContent-Length: 0\r\n\r\n", rows[i].line);
        struct sent sent = one(arena, "", (struct http_request){.method = "GET", .target = "/"}, reply);
        assert_true(sent.ok);
        if (!text_equal(sent.response.reason, rows[i].reason))
            fail_msg("row %zu: %s", i, sent.response.reason == NULL ? "none" : sent.response.reason);
        arena_free(arena);
    }
}

/* gzip of "hello" */
static const char gzip_hello[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00";

static void gzip_handler(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    UNUSED(context);
    response->status = text_equal(http_header(&request->headers, "Accept-Encoding"), "gzip, deflate") ? 200 : 202;
    http_add_header(arena, &response->headers, "Content-Encoding", "gzip");
    response->body = (struct bytes){gzip_hello, sizeof gzip_hello - 1};
}

static void bodies_are_decoded_when_the_request_asks(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_server *server = http_server_start(NULL, gzip_handler, NULL, NULL);
    struct http_client *client = http_client_new(NULL);
    const char *base = arena_printf(arena, "http://127.0.0.1:%u", http_server_port(server));
    struct http_request asks = {.method = "GET", .target = "/"}, plain = asks;
    http_add_header(arena, &asks.headers, "Accept-Encoding", "gzip, deflate");
    struct http_response response;
    assert_true(http_client_send(client, base, &asks, arena, &response, NULL));
    assert_int_equal(response.status, 200);
    assert_string_equal(response.body.p, "hello");
    assert_string_equal(http_header(&response.headers, "Content-Encoding"), "gzip");
    assert_true(http_client_send(client, base, &plain, arena, &response, NULL));
    assert_int_equal(response.status, 202);
    assert_int_equal(response.body.n, sizeof gzip_hello - 1); /* and not when it does not */
    http_client_free(client);
    http_server_stop(server);
    arena_free(arena);
}

/* --- failures --- */

static void no_reply_is_explained(void **state)
{
    UNUSED(state);
    static const struct {
        const char *reply, *says;
    } rows[] = {
        {NULL, "without a reply"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nshort", "ended too early"},
        {"SSH-2.0-OpenSSH_9.2\r\nConnection: close\r\n\r\n", "not HTTP"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct sent sent = one(arena, "/scim", (struct http_request){.method = "GET", .target = "/Users?token=x"}, rows[i].reply);
        assert_false(sent.ok);
        assert_int_equal(sent.err.code, ERROR_UNREACHABLE);
        if (strstr(sent.err.message, rows[i].says) == NULL)
            fail_msg("%s: %s", rows[i].says, sent.err.message);
        assert_true(text_starts(sent.err.where, "GET http://127.0.0.1:"));
        assert_true(text_ends(sent.err.where, "/scim/Users")); /* the query may hold what should not be shown */
        arena_free(arena);
    }
}

static void an_unreachable_port_is_explained(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct raw_server server;
    raw_start(&server, NULL, 0); /* to learn a port where nobody listens afterwards */
    raw_stop(&server);
    struct http_client *client = http_client_new(NULL);
    struct http_request request = {.method = "GET", .target = "/Users"};
    struct http_response response;
    struct error err = {0};
    assert_false(
        http_client_send(client, arena_printf(arena, "http://127.0.0.1:%u/scim", server.port), &request, arena, &response, &err));
    assert_int_equal(err.code, ERROR_UNREACHABLE);
    assert_true(text_starts(err.message, "no connection: "));
    assert_non_null(strstr(err.remedy, "running"));
    assert_non_null(strstr(err.where, "/scim/Users"));
    assert_null(strchr(err.message, '\n'));
    http_client_free(client);
    arena_free(arena);
}

static void a_broken_connection_is_no_second_try(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_request requests[] = {{.method = "GET", .target = "/a"},
                                      {.method = "POST", .target = "/b", .body = {"{}", 2}},
                                      {.method = "GET", .target = "/c"}};
    const char *replies[] = {OK, NULL, OK};
    struct sent sent[3];
    exchange(arena, NULL, "", requests, replies, 3, sent);
    assert_true(sent[0].ok);
    assert_false(sent[1].ok);
    assert_int_equal(sent[1].err.code, ERROR_UNREACHABLE);
    assert_non_null(strstr(sent[1].err.message, "without a reply"));
    assert_true(sent[2].ok);
    assert_true(text_starts(sent[1].wire, "POST /b "));
    assert_true(text_starts(sent[2].wire, "GET /c ")); /* not /b again */
    arena_free(arena);
}

static void too_large_a_reply_is_the_servers_fault(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_client_options options = {.max_body = 10};
    struct http_request request = {.method = "GET", .target = "/"};
    const char *fits = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
               *not = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n0123456789a";
    struct sent sent;
    exchange(arena, &options, "", &request, &fits, 1, &sent);
    assert_true(sent.ok);
    exchange(arena, &options, "", &request, &not, 1, &sent);
    assert_false(sent.ok);
    assert_int_equal(sent.err.code, ERROR_REPLY);

    struct buffer b = buffer_new(0);
    buffer_add(&b, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 6000; i++)
        buffer_add(&b, "X-Header: 0123456789012345678901234567890123456789\r\n");
    buffer_add(&b, "Connection: close\r\n\r\n");
    const char *reply = buffer_text(&b);
    exchange(arena, NULL, "", &request, &reply, 1, &sent);
    assert_false(sent.ok);
    assert_int_equal(sent.err.code, ERROR_REPLY);
    buffer_release(&b);
    arena_free(arena);
}

/* A handler that holds the reply back until the server stops. */
static void hold(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    UNUSED(arena);
    UNUSED(request);
    __atomic_store_n((int *)context, 1, __ATOMIC_SEQ_CST);
    http_server_wait(NULL, 60000);
    response->status = 200;
}

struct holder {
    struct http_server *server;
    int arrived;
    volatile int stop;
};

static void *set_stop(void *context)
{
    struct holder *holder = context;
    while (__atomic_load_n(&holder->arrived, __ATOMIC_SEQ_CST) == 0)
        http_server_wait(holder->server, 1);
    __atomic_store_n(&holder->stop, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void the_stop_flag_ends_an_exchange(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct holder holder = {0};
    holder.server = http_server_start(NULL, hold, &holder.arrived, NULL);
    struct http_client_options options = {.stop = &holder.stop};
    struct http_client *client = http_client_new(&options);
    pthread_t thread;
    pthread_create(&thread, NULL, set_stop, &holder);
    struct http_request request = {.method = "GET", .target = "/"};
    struct http_response response;
    struct error err = {0};
    const char *base = arena_printf(arena, "http://127.0.0.1:%u", http_server_port(holder.server));
    assert_false(http_client_send(client, base, &request, arena, &response, &err));
    assert_int_equal(err.code, ERROR_INTERRUPTED);
    assert_true(http_client_last_us(client) < 10000000);
    assert_false(http_client_send(client, base, &request, arena, &response, &err)); /* still set: nothing is begun */
    assert_int_equal(err.code, ERROR_INTERRUPTED);
    pthread_join(thread, NULL);
    http_client_free(client);
    http_server_stop(holder.server);
    arena_free(arena);
}

static void answer(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    UNUSED(context);
    UNUSED(arena);
    UNUSED(request);
    response->status = 204;
}

static void what_is_begun_can_be_finished(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_server *server = http_server_start(NULL, answer, NULL, NULL);
    volatile int stop = 1;
    struct http_client *client = http_client_new(&(struct http_client_options){.stop = &stop});
    struct http_request request = {.method = "DELETE", .target = "/"};
    struct http_response response;
    struct error err = {0};
    const char *base = arena_printf(arena, "http://127.0.0.1:%u", http_server_port(server));
    http_client_ignore_stop(client, true);
    assert_true(http_client_send(client, base, &request, arena, &response, &err));
    assert_int_equal(response.status, 204);
    http_client_ignore_stop(client, false);
    assert_false(http_client_send(client, base, &request, arena, &response, &err));
    assert_int_equal(err.code, ERROR_INTERRUPTED);
    http_client_free(client);
    http_server_stop(server);
    arena_free(arena);
}

/* A server that never answers: how the exchange ends, and whether it was the time without a byte. */
static void ends_unanswered(struct http_client_options options, const char *says, bool timed_out)
{
    struct arena *arena = arena_new();
    int arrived = 0;
    struct http_server *server = http_server_start(NULL, hold, &arrived, NULL);
    struct http_client *client = http_client_new(&options);
    struct http_request request = {.method = "GET", .target = "/"};
    struct http_response response;
    struct error err = {0};
    assert_false(http_client_send(client, arena_printf(arena, "http://127.0.0.1:%u", http_server_port(server)), &request, arena,
                                  &response, &err));
    assert_int_equal(err.code, ERROR_UNREACHABLE);
    assert_non_null(strstr(err.message, says));
    if (timed_out)
        assert_true(http_client_timed_out(client));
    assert_true(http_client_last_us(client) < 30000000);
    http_client_free(client);
    http_server_stop(server);
    arena_free(arena);
}

static void the_time_out_ends_an_exchange(void **state)
{
    UNUSED(state);
    ends_unanswered((struct http_client_options){.timeout_ms = 50}, "in time", false);
}

static void silence_ends_an_exchange(void **state)
{
    UNUSED(state);
    ends_unanswered((struct http_client_options){.timeout_ms = 60000, .idle_ms = 50}, "none for 0.05 s", true);
}

#define DRIP_MS    150 /* between two bytes */
#define DRIP_BYTES 14

/* Head and body come byte by byte: in all longer than the client waits for one, each sooner. */
static void *drip(void *context)
{
    int listener = *(int *)context, fd = accept(listener, NULL, NULL);
    char request[4096];
    if (recv(fd, request, sizeof request, 0) > 0)
        raw_write(fd, "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n", 39);
    for (int i = 0; i < DRIP_BYTES; i++) {
        (void)poll(NULL, 0, DRIP_MS);
        raw_write(fd, "x", 1);
    }
    close(fd);
    return NULL;
}

static void a_drip_is_no_silence(void **state)
{
    UNUSED(state);
    static const unsigned whole_ms[] = {60000, DRIP_MS * DRIP_BYTES / 2}; /* the guard */
    for (size_t i = 0; i < ARRAY_LEN(whole_ms); i++) {
        struct arena *arena = arena_new();
        struct sockaddr_in address = raw_address(0);
        socklen_t size = sizeof address;
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        pthread_t thread;
        assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
        assert_int_equal(listen(fd, 1), 0);
        getsockname(fd, (struct sockaddr *)&address, &size);
        pthread_create(&thread, NULL, drip, &fd);
        struct http_client *client =
            http_client_new(&(struct http_client_options){.timeout_ms = whole_ms[i], .idle_ms = DRIP_MS * DRIP_BYTES * 3 / 4});
        struct http_request request = {.method = "GET", .target = "/"};
        struct http_response response = {0};
        struct error err = {0};
        bool came = http_client_send(client, arena_printf(arena, "http://127.0.0.1:%u", ntohs(address.sin_port)), &request, arena,
                                     &response, &err);
        if (came != (i == 0))
            fail_msg("in at most %u ms: %s", whole_ms[i], came ? "came" : err.message);
        assert_int_equal(response.body.n, i == 0 ? DRIP_BYTES : 0);
        assert_int_equal(http_client_timed_out(client), i == 1);
        http_client_free(client);
        pthread_join(thread, NULL);
        close(fd);
        arena_free(arena);
    }
}

/* proves: RFC7644-7.1-01 */
static void base_urls_are_checked(void **state)
{
    UNUSED(state);
    static const struct {
        const char *url, *says; /* NULL: fine */
    } rows[] = {
        {"http://127.0.0.1:8080/scim/v2", NULL},
        {"https://scim.example.com", NULL},
        {"HTTPS://scim.example.com/a?x=y", NULL},
        {"http://[::1]:8080/", NULL},
        {"ftp://x/", "http://"},
        {"scim.example.com", "http://"},
        {"", "http://"},
        {"http://", "no host"},
        {"http:///scim", "no host"},
        {"http://:80/", "no host"},
        {"http://ada:secret@x/", "user name"},
        {"http://ada@x/", "user name"},
        {"http://x/#a", "fragment"},
        {"http://x y/", "blank"},
        {"http://x/\n", "control"},
        {"http://x:99999/", "port"},
        {"http://x:8a/", "port"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        bool ok = http_check_base_url(rows[i].url, "--target", &err);
        if (ok != (rows[i].says == NULL))
            fail_msg("%s: %s", rows[i].url, ok ? "accepted" : err.message);
        if (ok)
            continue;
        assert_int_equal(err.code, ERROR_USAGE);
        assert_string_equal(err.where, "--target");
        if (strstr(err.message, rows[i].says) == NULL)
            fail_msg("%s: %s", rows[i].url, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_sent_but_the_request),
        cmocka_unit_test(host_and_length_stand_where_asked),
        cmocka_unit_test(methods_do_not_stain_the_next_request),
        cmocka_unit_test(the_target_goes_out_as_it_is),
        cmocka_unit_test(what_can_not_stand_on_the_wire_is_refused),
        cmocka_unit_test(a_body_may_go_out_in_chunks),
        cmocka_unit_test(reply_headers_come_in_order),
        cmocka_unit_test(the_reason_phrase_is_the_servers),
        cmocka_unit_test(bodies_are_decoded_when_the_request_asks),
        cmocka_unit_test(no_reply_is_explained),
        cmocka_unit_test(an_unreachable_port_is_explained),
        cmocka_unit_test(a_broken_connection_is_no_second_try),
        cmocka_unit_test(too_large_a_reply_is_the_servers_fault),
        cmocka_unit_test(the_stop_flag_ends_an_exchange),
        cmocka_unit_test(what_is_begun_can_be_finished),
        cmocka_unit_test(the_time_out_ends_an_exchange),
        cmocka_unit_test(silence_ends_an_exchange),
        cmocka_unit_test(a_drip_is_no_silence),
        cmocka_unit_test(base_urls_are_checked),
    };
    if (!http_client_setup(NULL))
        return 1;
    int failed = tap_run("http_client", tests);
    http_client_teardown();
    return failed;
}
