/* The server as a client sees it, mostly through raw sockets: what stands on the wire is what counts. */
#include "common/base.h"
#include "common/http_server.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/tap.h"
#include "tests/unit/common/raw_socket.h"

struct fixture {
    struct http_server *server;
    uint16_t port;
    int calls;   /* of the handler */
    int waiting; /* handlers that have begun to wait */
};

static void reply_text(struct arena *arena, struct http_response *response, int status, const char *text)
{
    response->status = status;
    http_add_header(arena, &response->headers, "Content-Type", "text/plain");
    response->body = (struct bytes){text, strlen(text)};
}

/* Tells what it saw: "METHOD target\nName: value\n...\nlength:body" */
static void echo(struct arena *arena, const struct http_request *request, struct http_response *response)
{
    struct buffer b = buffer_new(0);
    buffer_printf(&b, "%s %s\n", request->method, request->target);
    for (size_t i = 0; i < request->headers.count; i++)
        buffer_printf(&b, "%s: %s\n", request->headers.items[i].name, request->headers.items[i].value);
    buffer_printf(&b, "%zu:", request->body.n);
    buffer_add_bytes(&b, request->body.p, request->body.n);
    reply_text(arena, response, 200, buffer_take(&b, arena));
}

static void handle(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    struct fixture *f = context;
    __atomic_add_fetch(&f->calls, 1, __ATOMIC_SEQ_CST);
    if (text_equal(request->target, "/wait")) {
        __atomic_add_fetch(&f->waiting, 1, __ATOMIC_SEQ_CST);
        reply_text(arena, response, 200, http_server_wait(NULL, 60000) ? "waited" : "stopping");
    } else if (text_equal(request->target, "/short-wait")) {
        reply_text(arena, response, 200, http_server_wait(NULL, 1) ? "waited" : "stopping");
    } else if (text_equal(request->target, "/peer")) {
        reply_text(arena, response, 200, request->peer == NULL ? "nobody" : request->peer);
    } else if (text_equal(request->target, "/drop")) {
        response->status = HTTP_SERVER_DROP;
    } else if (text_equal(request->target, "/empty")) {
        reply_text(arena, response, 204, "not to be seen");
    } else if (text_equal(request->target, "/headers")) {
        reply_text(arena, response, 201, "x");
        http_add_header(arena, &response->headers, "Location", "http://x/1");
        http_add_header(arena, &response->headers, "X-Evil", "a\r\nSet-Cookie: b");
        http_add_header(arena, &response->headers, "Content-Length", "999");
    } else if (!text_equal(request->target, "/nothing")) {
        echo(arena, request, response);
    }
}

static void refuse(void *context, struct arena *arena, const struct http_request *request, int status, const char *detail,
                   struct http_response *response)
{
    UNUSED(context);
    UNUSED(request);
    reply_text(arena, response, status, arena_printf(arena, "refused %d %s", status, detail));
}

static int start(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    struct http_server_options options = {.max_body = 1000, .max_header = 60000, .refuse = refuse};
    struct error err = {0};
    f->server = http_server_start(&options, handle, f, &err);
    if (f->server == NULL)
        return -1;
    f->port = http_server_port(f->server);
    *state = f;
    return 0;
}

static int stop(void **state)
{
    struct fixture *f = *state;
    http_server_stop(f->server);
    mem_free(f);
    return 0;
}

static char answer[RAW_SIZE];

static const char *ask(const struct fixture *f, const char *request)
{
    raw_exchange(f->port, request, strlen(request), answer, sizeof answer);
    return answer;
}

static void assert_status(int status)
{
    char expected[32];
    snprintf(expected, sizeof expected, "HTTP/1.1 %d ", status);
    if (!text_starts(answer, expected))
        fail_msg("expected %d, got: %.300s", status, answer);
}

static const char *body(void)
{
    const char *end = strstr(answer, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}

#define TAIL " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

static void the_target_arrives_as_it_was_sent(void **state)
{
    static const char *const targets[] = {
        "/Users/a%2Fb", "/Users/a%00c",  "/Users?filter=a+b%2Bc", "/a/../b/./c//d", "/%C3%A9?x=%22&&y", "/Users?a=b?c=d", "/",
        "/a%zz",        "/a;b=c,d:e@f!g"};
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        char request[300], line[200];
        snprintf(request, sizeof request, "GET %s" TAIL "\r\n", targets[i]);
        snprintf(line, sizeof line, "GET %s\n", targets[i]);
        ask(*state, request);
        assert_status(200);
        if (!text_starts(body(), line))
            fail_msg("%s became %.100s", targets[i], body());
    }
}

static void the_peer_is_a_numeric_address(void **state)
{
    ask(*state, "GET /peer" TAIL "X-Forwarded-For: 192.0.2.1\r\n\r\n");
    assert_status(200);
    assert_string_equal(body(), "127.0.0.1");
}

static void absolute_form_loses_its_authority(void **state)
{
    ask(*state, "GET http://example.test:80/Users?x=1" TAIL "\r\n");
    assert_true(text_starts(body(), "GET /Users?x=1\n"));
    ask(*state, "GET HTTPS://example.test" TAIL "\r\n");
    assert_true(text_starts(body(), "GET /\n"));
    ask(*state, "GET http://example.test?a" TAIL "\r\n");
    assert_true(text_starts(body(), "GET /?a\n"));
}

static void what_is_no_path_is_refused(void **state)
{
    static const char *const targets[] = {"Users", "*", "ftp://x/y", "/\xFF", "?a"};
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        char request[200];
        snprintf(request, sizeof request, "GET %s" TAIL "\r\n", targets[i]);
        ask(*state, request);
        assert_status(400);
    }
    assert_int_equal(((struct fixture *)*state)->calls, 0);
}

static void headers_arrive_in_order_with_duplicates(void **state)
{
    ask(*state, "GET /x" TAIL "X-B: 1\r\nx-a: two words \r\nX-B: 3\r\nX-Empty:\r\nX-\x55: \xC3\xA9\r\n\r\n");
    assert_status(200);
    assert_string_equal(body(),
                        "GET /x\nHost: x\nConnection: close\nX-B: 1\nx-a: two words\nX-B: 3\nX-Empty: \nX-U: \xC3\xA9\n0:");
}

static void many_headers_arrive(void **state)
{
    struct buffer b = buffer_new(0);
    buffer_add(&b, "GET /x" TAIL);
    for (int i = 0; i < 500; i++)
        buffer_printf(&b, "X-%d: value %d\r\n", i, i);
    buffer_add(&b, "\r\n");
    ask(*state, buffer_text(&b));
    buffer_release(&b);
    assert_status(200);
    const char *last = strstr(body(), "X-498: value 498\nX-499: value 499\n0:");
    assert_non_null(last);
}

static void doubtful_heads_are_refused(void **state)
{
    static const char *const heads[] = {
        "GET /x" TAIL "Host: y\r\n\r\n",
        "GET /x" TAIL "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
        "POST /x" TAIL "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab",
        "POST /x" TAIL "Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 2\r\n\r\nab",
        "POST /x" TAIL "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /x" TAIL "X-A: \xFF\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        ask(*state, heads[i]);
        assert_status(400);
    }
    assert_int_equal(((struct fixture *)*state)->calls, 0);
}

static void a_head_above_the_cap_is_431(void **state)
{
    struct buffer b = buffer_new(0);
    buffer_add(&b, "GET /x" TAIL "X-A: ");
    for (int i = 0; i < 59000; i++)
        buffer_add_char(&b, 'a');
    size_t n = b.n;
    buffer_add(&b, "\r\n\r\n");
    ask(*state, buffer_text(&b));
    assert_status(200);
    b.n = n;
    for (int i = 0; i < 2000; i++)
        buffer_add_char(&b, 'a');
    buffer_add(&b, "\r\n\r\n");
    ask(*state, buffer_text(&b));
    assert_status(431);
    assert_true(text_starts(body(), "refused 431 "));
    buffer_release(&b);
}

static void bodies_arrive_whole(void **state)
{
    ask(*state, "PUT /x" TAIL "Content-Length: 5\r\n\r\nhello");
    assert_true(text_ends(body(), "\n5:hello"));
    ask(*state, "POST /x" TAIL "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX-Trailer: t\r\n\r\n");
    assert_true(text_ends(body(), "\n5:hello"));
    assert_null(strstr(body(), "X-Trailer"));
    ask(*state, "DELETE /x" TAIL "Content-Length: 2\r\n\r\n{}");
    assert_true(text_ends(body(), "\n2:{}"));
    ask(*state, "BREW /x" TAIL "\r\n");
    assert_true(text_starts(body(), "BREW /x\n"));
}

static void a_body_in_pieces_arrives_whole(void **state)
{
    struct fixture *f = *state;
    int fd = raw_connect(f->port);
    static const char *const pieces[] = {"POST /x" TAIL "Content-Le", "ngth: 6\r\n", "\r\na", "bc", "def"};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        raw_write(fd, pieces[i], strlen(pieces[i]));
    raw_read_all(fd, answer, sizeof answer);
    close(fd);
    assert_true(text_ends(body(), "\n6:abcdef"));
}

static void too_large_a_body_is_413_before_it_is_read(void **state)
{
    ask(*state, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"); /* no body follows, no close asked for */
    assert_status(413);
    assert_true(text_starts(body(), "refused 413 "));
    ask(*state, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n");
    assert_true(text_starts(answer, "HTTP/1.1 4")); /* 413 of ours or the library's own */
    assert_int_equal(((struct fixture *)*state)->calls, 0);
}

static const char *chunked(struct buffer *b, int chunks)
{
    buffer_add(b, "POST /x" TAIL "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < chunks; i++)
        buffer_add(b, "a\r\n0123456789\r\n");
    buffer_add(b, "0\r\n\r\n");
    return buffer_text(b);
}

static void too_large_a_chunked_body_is_413_too(void **state)
{
    struct buffer b = buffer_new(0);
    ask(*state, chunked(&b, 100));
    assert_status(200);
    assert_non_null(strstr(body(), "\n1000:0123"));
    buffer_clear(&b);
    ask(*state, chunked(&b, 101));
    assert_status(413);
    buffer_clear(&b);
    ask(*state, chunked(&b, 5000)); /* far above: cut off rather than read for ever */
    assert_null(strstr(answer, " 200 "));
    assert_int_equal(((struct fixture *)*state)->calls, 1);
    buffer_release(&b);
}

static void head_has_the_length_but_no_body(void **state)
{
    ask(*state, "HEAD /x" TAIL "\r\n");
    assert_status(200);
    assert_non_null(strstr(answer, "Content-Length: 36\r\n"));
    assert_string_equal(body(), "");
}

static void replies_have_length_and_date_and_no_smuggled_header(void **state)
{
    ask(*state, "GET /headers" TAIL "\r\n");
    assert_status(201);
    assert_non_null(strstr(answer, "\r\nContent-Length: 1\r\n"));
    assert_non_null(strstr(answer, "\r\nDate: "));
    assert_non_null(strstr(answer, "\r\nLocation: http://x/1\r\n"));
    assert_null(strstr(answer, "Set-Cookie"));
    assert_null(strstr(answer, "999"));
}

/* RFC 9110 15.3.5, RFC 9112 6.3 */
static void no_content_has_no_body(void **state)
{
    ask(*state, "GET /empty" TAIL "\r\n");
    assert_status(204);
    assert_string_equal(body(), "");
    assert_null(strstr(answer, "Content-Length: 14"));
}

static void a_handler_may_drop_the_connection(void **state)
{
    ask(*state, "GET /drop" TAIL "\r\n");
    assert_string_equal(answer, "");
}

static void no_reply_from_the_handler_is_500(void **state)
{
    ask(*state, "GET /nothing" TAIL "\r\n");
    assert_status(500);
    assert_true(text_starts(body(), "refused 500 "));
}

static void waiting_ends_by_time(void **state)
{
    ask(*state, "GET /short-wait" TAIL "\r\n");
    assert_string_equal(body(), "waited");
    struct fixture *f = *state;
    assert_true(http_server_wait(f->server, 1));
}

static void broken_connections_leave_nothing_behind(void **state)
{
    static const char *const parts[] = {"",
                                        "GET",
                                        "GET /x HTTP/1.1\r\n",
                                        "GET /x HTTP/1.1\r\nHost: x\r\n",
                                        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
                                        "\r\n\r\n\r\n",
                                        "\x16\x03\x01\x02",
                                        "GET /x\r\n\r\n"};
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        int fd = raw_connect(f->port);
        raw_write(fd, parts[i], strlen(parts[i]));
        close(fd);
    }
    ask(*state, "GET /x" TAIL "\r\n");
    assert_status(200);
}

/* --- stopping --- */

static void *ask_to_wait(void *context)
{
    struct fixture *f = context;
    static const char request[] = "GET /wait" TAIL "\r\n";
    char reply[1000];
    raw_exchange(f->port, request, sizeof request - 1, reply, sizeof reply);
    return NULL;
}

static void stopping_wakes_waiting_handlers(void **state)
{
    UNUSED(state);
    void *own = NULL;
    assert_int_equal(start(&own), 0);
    struct fixture *f = own;
    pthread_t threads[3];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_create(&threads[i], NULL, ask_to_wait, f);
    while (__atomic_load_n(&f->waiting, __ATOMIC_SEQ_CST) < 3)
        http_server_wait(f->server, 1);
    int idle = raw_connect(f->port); /* a silent client does not hold it up either */
    uint64_t begun = clock_monotonic_us();
    http_server_stop(f->server);
    assert_true(clock_monotonic_us() - begun < 5000000);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    close(idle);
    mem_free(f);
}

static void starting_explains_what_is_wrong(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct http_server_options options = {.port = f->port};
    assert_null(http_server_start(&options, handle, f, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_non_null(strstr(err.message, "in use"));
    assert_non_null(strstr(err.where, "127.0.0.1:"));
    options = (struct http_server_options){.address = "localhost"};
    assert_null(http_server_start(&options, handle, f, &err));
    assert_int_equal(err.code, ERROR_USAGE);
}

/* --- load --- */

#define THREADS  8
#define REQUESTS 200

static void *send_many(void *context)
{
    const struct fixture *f = context;
    struct http_client *client = http_client_new(NULL);
    uintptr_t good = 0;
    for (int i = 0; i < REQUESTS; i++) {
        struct arena *arena = arena_new();
        struct http_request request = {.method = i % 2 == 0 ? "GET" : "POST", .target = arena_printf(arena, "/t/%d", i)};
        if (i % 2 != 0)
            request.body = (struct bytes){"{\"a\":1}", 7};
        struct http_response response = {0};
        const char *base = arena_printf(arena, "http://127.0.0.1:%u", f->port);
        if (http_client_send(client, base, &request, arena, &response, NULL) && response.status == 200)
            good += text_starts(response.body.p, arena_printf(arena, "%s /t/%d\n", request.method, i));
        arena_free(arena);
    }
    http_client_free(client);
    return (void *)good;
}

static void many_clients_at_once_get_their_own_replies(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, send_many, f);
    for (size_t i = 0; i < THREADS; i++) {
        void *good = NULL;
        pthread_join(threads[i], &good);
        assert_int_equal((uintptr_t)good, REQUESTS);
    }
    assert_int_equal(__atomic_load_n(&f->calls, __ATOMIC_SEQ_CST), THREADS * REQUESTS);
}

#define SERVED(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED(the_target_arrives_as_it_was_sent),
        SERVED(the_peer_is_a_numeric_address),
        SERVED(absolute_form_loses_its_authority),
        SERVED(what_is_no_path_is_refused),
        SERVED(headers_arrive_in_order_with_duplicates),
        SERVED(many_headers_arrive),
        SERVED(doubtful_heads_are_refused),
        SERVED(a_head_above_the_cap_is_431),
        SERVED(bodies_arrive_whole),
        SERVED(a_body_in_pieces_arrives_whole),
        SERVED(too_large_a_body_is_413_before_it_is_read),
        SERVED(too_large_a_chunked_body_is_413_too),
        SERVED(head_has_the_length_but_no_body),
        SERVED(replies_have_length_and_date_and_no_smuggled_header),
        SERVED(no_content_has_no_body),
        SERVED(a_handler_may_drop_the_connection),
        SERVED(no_reply_from_the_handler_is_500),
        SERVED(waiting_ends_by_time),
        SERVED(broken_connections_leave_nothing_behind),
        cmocka_unit_test(stopping_wakes_waiting_handlers),
        SERVED(starting_explains_what_is_wrong),
        SERVED(many_clients_at_once_get_their_own_replies),
    };
    if (!http_client_setup(NULL))
        return 1;
    int failed = tap_run("http_server", tests);
    http_client_teardown();
    return failed;
}
