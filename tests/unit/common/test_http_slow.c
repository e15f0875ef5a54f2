/* Clients that are slow, silent, too many, or still sending when the answer is there. What passes the time is the wait for a socket. */
#include "common/base.h"
#include "common/http_server.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/tap.h"
#include "tests/unit/common/raw_socket.h"

#include <errno.h>
#include <poll.h>

#define BIG  (32 * MIB)
#define TAIL " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

struct fixture {
    struct http_server *server;
    uint16_t port;
    int calls, waiting;
    int go_on; /* handlers that wait may end */
};

static void handle(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    struct fixture *f = context;
    __atomic_add_fetch(&f->calls, 1, __ATOMIC_SEQ_CST);
    response->status = 200;
    if (text_equal(request->target, "/wait")) {
        __atomic_add_fetch(&f->waiting, 1, __ATOMIC_SEQ_CST);
        while (__atomic_load_n(&f->go_on, __ATOMIC_SEQ_CST) == 0 && http_server_wait(NULL, 1)) {
        }
    } else if (text_equal(request->target, "/big")) {
        response->body = (struct bytes){arena_alloc(arena, BIG), BIG};
        __atomic_add_fetch(&f->waiting, 1, __ATOMIC_SEQ_CST); /* for it to be taken */
    }
}

static void refuse(void *context, struct arena *arena, const struct http_request *request, int status, const char *detail,
                   struct http_response *response)
{
    UNUSED(context);
    UNUSED(request);
    response->status = status;
    const char *text = arena_printf(arena, "refused: %s", detail);
    response->body = (struct bytes){text, strlen(text)};
}

static void start(struct fixture *f, struct http_server_options options)
{
    *f = (struct fixture){0};
    options.refuse = refuse;
    f->server = http_server_start(&options, handle, f, NULL);
    assert_non_null(f->server);
    f->port = http_server_port(f->server);
}

static int say(const struct fixture *f, const char *text)
{
    int fd = raw_connect(f->port);
    assert_true(fd >= 0);
    raw_write(fd, text, strlen(text));
    return fd;
}

static char answer[RAW_SIZE];

static void assert_served(const struct fixture *f)
{
    static const char request[] = "GET /x" TAIL "\r\n";
    raw_exchange(f->port, request, sizeof request - 1, answer, sizeof answer);
    assert_true(text_starts(answer, "HTTP/1.1 200 "));
}

/* Waits for the server to close; how long that took. raw_connect's own limit of 10 s is a failure. */
static uint64_t wait_for_close(int fd)
{
    uint64_t begun = clock_monotonic_us();
    char byte;
    ssize_t n = recv(fd, &byte, 1, 0);
    if (n > 0 || (n < 0 && errno != ECONNRESET))
        fail_msg("it was not closed, but gave %zd", n);
    close(fd);
    return (clock_monotonic_us() - begun) / 1000;
}

/* One letter every 50 ms, for as long as the server listens. */
static uint64_t drip(int fd, char letter)
{
    uint64_t begun = clock_monotonic_us();
    struct pollfd end = {.fd = fd, .events = POLLIN};
    while (clock_monotonic_us() - begun < 20000000 && poll(&end, 1, 50) == 0)
        raw_write(fd, &letter, 1);
    uint64_t passed = (clock_monotonic_us() - begun) / 1000;
    (void)wait_for_close(fd);
    return passed;
}

static const char *const halves[] = {"G", "GET /x HT", "GET /x HTTP/1.1\r\nHost: x\r\nX-Half: a",
                                     "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
                                     "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nabc"};

static void silence_ends_a_connection(void **state)
{
    UNUSED(state);
    struct fixture f;
    int fds[ARRAY_LEN(halves) + 1];
    start(&f, (struct http_server_options){.idle_s = 1});
    for (size_t i = 0; i < ARRAY_LEN(halves); i++)
        fds[i] = say(&f, halves[i]);
    fds[ARRAY_LEN(halves)] = say(&f, "");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        assert_true(wait_for_close(fds[i]) < 8000);
    assert_served(&f);
    assert_int_equal(f.calls, 1);
    http_server_stop(f.server);
}

/* idle_s is of no help: there is always another byte. */
static void byte_by_byte_ends_at_the_deadline(void **state)
{
    UNUSED(state);
    struct fixture f;
    start(&f, (struct http_server_options){.idle_s = 30, .request_s = 1});
    for (size_t i = 1; i < ARRAY_LEN(halves); i++) {
        uint64_t ms = drip(say(&f, halves[i]), 'a');
        if (ms < 900 || ms > 6000)
            fail_msg("%s: %lu ms", halves[i], (unsigned long)ms);
    }
    assert_served(&f);
    assert_int_equal(f.calls, 1);
    http_server_stop(f.server);
}

static void a_reply_that_is_not_taken_ends_at_the_deadline(void **state)
{
    UNUSED(state);
    struct fixture f;
    start(&f, (struct http_server_options){.idle_s = 30, .request_s = 1, .reply_s = 1});
    int slow = say(&f, "GET /big" TAIL "\r\n");
    while (__atomic_load_n(&f.waiting, __ATOMIC_SEQ_CST) == 0)
        http_server_wait(f.server, 1);
    for (int i = 0; i < 3; i++) /* three more deadlines pass */
        (void)wait_for_close(say(&f, halves[1]));
    size_t total = 0;
    for (ssize_t n; (n = recv(slow, answer, sizeof answer, 0)) > 0;)
        total += (size_t)n;
    assert_true(total < BIG);
    close(slow);
    assert_served(&f);
    http_server_stop(f.server);
}

static void a_handler_may_take_longer_than_any_deadline(void **state)
{
    UNUSED(state);
    struct fixture f;
    start(&f, (struct http_server_options){.idle_s = 30, .request_s = 1, .reply_s = 1});
    int fd = say(&f, "GET /wait" TAIL "\r\n");
    for (int i = 0; i < 2; i++)
        (void)wait_for_close(say(&f, halves[1]));
    __atomic_store_n(&f.go_on, 1, __ATOMIC_SEQ_CST);
    raw_read_all(fd, answer, sizeof answer);
    assert_true(text_starts(answer, "HTTP/1.1 200 "));
    close(fd);
    http_server_stop(f.server);
}

/* --- too many --- */

#define CROWD 300

static void idle_clients_keep_nobody_out(void **state)
{
    UNUSED(state);
    struct fixture f;
    int fds[CROWD];
    start(&f, (struct http_server_options){0});
    for (size_t i = 0; i < CROWD; i++)
        fds[i] = say(&f, i % 3 == 0 ? "" : halves[i % ARRAY_LEN(halves)]);
    assert_served(&f);
    assert_true(wait_for_close(fds[0]) < 8000); /* who was silent longest made room */
    for (size_t i = 1; i < CROWD; i++)
        close(fds[i]);
    assert_served(&f);
    http_server_stop(f.server);
}

/* Of two the one that has had its reply goes, not the one whose request is coming in. True: so it was. */
static bool the_served_one_goes(const struct fixture *f)
{
    int served = say(f, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(recv(served, answer, sizeof answer, 0) > 0);
    int reading = say(f, halves[3]);
    struct pollfd both[] = {{.fd = served, .events = POLLIN}, {.fd = reading, .events = POLLIN}};
    assert_served(f);
    assert_true(poll(both, 2, 10000) > 0);
    close(served);
    close(reading);
    return both[0].revents != 0 && both[1].revents == 0;
}

/* The client may have its reply a moment before the server is done with it: not every try has to show it. */
static void who_was_served_and_waits_goes_first(void **state)
{
    UNUSED(state);
    bool seen = false;
    for (int i = 0; i < 50 && !seen; i++) {
        struct fixture f;
        start(&f, (struct http_server_options){.connections = 2});
        seen = the_served_one_goes(&f);
        http_server_stop(f.server);
    }
    assert_true(seen);
}

static void at_work_nobody_is_cut_and_the_next_gets_503(void **state)
{
    UNUSED(state);
    struct fixture f;
    int fds[2];
    start(&f, (struct http_server_options){.connections = 2});
    for (size_t i = 0; i < 2; i++)
        fds[i] = say(&f, "GET /wait" TAIL "\r\n");
    while (__atomic_load_n(&f.waiting, __ATOMIC_SEQ_CST) < 2)
        http_server_wait(f.server, 1);
    static const char request[] = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    raw_exchange(f.port, request, sizeof request - 1, answer, sizeof answer);
    assert_true(text_starts(answer, "HTTP/1.1 503 "));
    assert_non_null(strstr(answer, "Retry-After: 1\r\n"));
    assert_non_null(strstr(answer, "refused: "));
    assert_int_equal(f.calls, 2);
    __atomic_store_n(&f.go_on, 1, __ATOMIC_SEQ_CST);
    for (size_t i = 0; i < 2; i++) {
        raw_read_all(fds[i], answer, sizeof answer);
        assert_true(text_starts(answer, "HTTP/1.1 200 "));
        close(fds[i]);
    }
    http_server_stop(f.server);
}

/* --- an early answer --- */

/* All of the body, without a look at what comes back meanwhile; then the answer. How much of it was taken. */
static size_t send_all_then_read(const struct fixture *f, const char *head, size_t size)
{
    static char piece[64 * 1024];
    int fd = say(f, head);
    size_t total = 0;
    for (ssize_t n = 1; total < size && n > 0; total += n > 0 ? (size_t)n : 0)
        n = send(fd, piece, size - total < sizeof piece ? size - total : sizeof piece, MSG_NOSIGNAL);
    raw_read_all(fd, answer, sizeof answer);
    close(fd);
    return total;
}

static void a_client_that_is_still_sending_gets_its_413(void **state)
{
    UNUSED(state);
    struct fixture f;
    start(&f, (struct http_server_options){.max_body = MIB});
    for (int i = 0; i < 10; i++) {
        size_t sent = send_all_then_read(&f, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 6291456\r\n\r\n", 6 * MIB);
        assert_int_equal(sent, 6 * MIB); /* many clients look at the answer only then */
        assert_true(text_starts(answer, "HTTP/1.1 413 "));
        assert_non_null(strstr(answer, "refused: The body exceeds 1048576 bytes."));
    }
    assert_int_equal(f.calls, 0);
    assert_served(&f);
    http_server_stop(f.server);
}

/* Eight times the cap and no more: then it is closed. */
static void nobody_can_send_for_ever(void **state)
{
    UNUSED(state);
    struct fixture f;
    start(&f, (struct http_server_options){.max_body = 1000});
    static const char *const heads[] = {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n",
                                        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\n"};
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        assert_true(send_all_then_read(&f, heads[i], 64 * MIB) < 64 * MIB);
    assert_string_equal(answer, "");
    assert_served(&f);
    http_server_stop(f.server);
}

static void a_client_that_asks_first_is_told_at_once(void **state)
{
    UNUSED(state);
    struct fixture f;
    start(&f, (struct http_server_options){.max_body = 1000});
    static const char request[] = "POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n";
    raw_exchange(f.port, request, sizeof request - 1, answer, sizeof answer);
    assert_true(text_starts(answer, "HTTP/1.1 413 "));
    http_server_stop(f.server);
}

static void long_targets_are_414_and_many_headers_431(void **state)
{
    UNUSED(state);
    struct fixture f;
    static const struct {
        size_t target, header;
        int status;
    } rows[] = {{100, 1000, 200}, {101, 1000, 414}, {100, 1001, 431}, {40000, 0, 414}, {0, 40000, 431}};
    start(&f, (struct http_server_options){.max_target = 100, .max_header = 1000 + 4 + 1 + 10 + 5 + 3});
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buffer b = buffer_new(0);
        char expected[32];
        buffer_add(&b, "GET /");
        for (size_t k = 1; k < rows[i].target; k++)
            buffer_add_char(&b, 't');
        buffer_add(&b, " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: ");
        for (size_t k = 0; k < rows[i].header; k++)
            buffer_add_char(&b, 'h');
        buffer_add(&b, "\r\n\r\n");
        raw_exchange(f.port, buffer_text(&b), b.n, answer, sizeof answer);
        snprintf(expected, sizeof expected, "HTTP/1.1 %d ", rows[i].status);
        if (!text_starts(answer, expected))
            fail_msg("%zu and %zu: %.200s", rows[i].target, rows[i].header, answer);
        buffer_release(&b);
    }
    assert_int_equal(f.calls, 1);
    http_server_stop(f.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_ends_a_connection),
        cmocka_unit_test(byte_by_byte_ends_at_the_deadline),
        cmocka_unit_test(a_reply_that_is_not_taken_ends_at_the_deadline),
        cmocka_unit_test(a_handler_may_take_longer_than_any_deadline),
        cmocka_unit_test(idle_clients_keep_nobody_out),
        cmocka_unit_test(who_was_served_and_waits_goes_first),
        cmocka_unit_test(at_work_nobody_is_cut_and_the_next_gets_503),
        cmocka_unit_test(a_client_that_is_still_sending_gets_its_413),
        cmocka_unit_test(nobody_can_send_for_ever),
        cmocka_unit_test(a_client_that_asks_first_is_told_at_once),
        cmocka_unit_test(long_targets_are_414_and_many_headers_431),
    };
    return tap_run("http_server and slow clients", tests);
}
