/* Servers that harm whoever asks them, byte by byte and resource by resource: every case ends soon, as a finding or an error with the exchange
 * shown, and never as passed. */
#include "common/base.h"

#include "tests/unit/common/raw_socket.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http_client.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/connections.h"
#include "runner/play.h"
#include "runner/scenario.h"
#include "runner/target.h"
#include "simulator/dialect.h"
#include "tests/tap.h"

#include <poll.h>

#define SOON_US    ((uint64_t)20000000)
#define TIMEOUT_MS 400
#define JSON_HEAD  "HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\n"
#define LIST       "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":"

/* --- what is answered, byte by byte --- */

static bool put(int fd, const char *p, size_t n)
{
    return send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static bool say(int fd, const char *text)
{
    return put(fd, text, strlen(text));
}

static void for_ever(int fd, const char *text)
{
    char block[16 * 1024];
    size_t n = strlen(text), filled = 0;
    for (; filled + n <= sizeof block; filled += n)
        memcpy(block + filled, text, n);
    while (put(fd, block, filled)) {
    }
}

static void endless_body(int fd)
{
    say(fd, JSON_HEAD "\r\n{\"a\":\"");
    for_ever(fd, "x");
}

static void endless_chunks(int fd)
{
    say(fd, JSON_HEAD "Transfer-Encoding: chunked\r\n\r\n");
    for_ever(fd, "1\r\n \r\n");
}

static void endless_list(int fd)
{
    say(fd, JSON_HEAD "\r\n" LIST "1,\"Resources\":[1");
    for_ever(fd, ",1");
}

static void interim_storm(int fd)
{
    for_ever(fd, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void early_hints_storm(int fd)
{
    for_ever(fd, "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
}

static void header_flood(int fd)
{
    say(fd, JSON_HEAD);
    for_ever(fd, "X-A: b\r\n");
}

static void endless_header(int fd)
{
    say(fd, JSON_HEAD "X-Long: ");
    for_ever(fd, "a");
}

static void endless_status(int fd)
{
    say(fd, "HTTP/1.1 200 ");
    for_ever(fd, "O");
}

static void noise(int fd)
{
    for_ever(fd, "\x7f\x45\x4c\x46\n");
}

static void resets(int fd)
{
    struct linger at_once = {1, 0};
    say(fd, JSON_HEAD "Content-Length: 1000\r\n\r\n{\"schemas\":[");
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void drips(int fd)
{
    say(fd, JSON_HEAD "\r\n");
    while (say(fd, " "))
        poll(NULL, 0, 50);
}

static void says_nothing(int fd)
{
    char end;
    while (recv(fd, &end, 1, 0) > 0) {
    }
}

/* A body of deflate's fixed codes: one letter, then copies of it, 258 bytes for 13 bits each. */
static void gzip_bomb(int fd)
{
    static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    static unsigned char out[200 * 1024];
    size_t bits = 0;
    memset(out, 0, sizeof out);
    const struct {
        unsigned code, length;
    } copy[] = {{0xC5, 8}, {0, 5}};
#define BIT(value) (out[bits / 8] |= (unsigned char)((unsigned)((value)&1u) << (bits % 8)), bits++)
    BIT(1); /* the last block, */
    BIT(1); /* with fixed codes */
    BIT(0);
    for (unsigned i = 8; i-- > 0;)
        BIT(0x91u >> i); /* 'a' */
    while (bits + 32 < sizeof out * 8)
        for (size_t c = 0; c < ARRAY_LEN(copy); c++)
            for (unsigned i = copy[c].length; i-- > 0;)
                BIT(copy[c].code >> i);
    say(fd, JSON_HEAD "Content-Encoding: gzip\r\n\r\n");
    put(fd, (const char *)head, sizeof head);
    put(fd, (const char *)out, sizeof out);
}

#define NO_REPLY "protocol.no-reply"

static const struct wire_harm {
    const char *name, *text; /* the whole reply */
    void (*answer)(int fd);  /* or who gives it */
    const char *rule;        /* of a finding, as a pattern; NULL: NO_REPLY */
} wire_harms[] = {
    {"HTML", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 25\r\n\r\n<html>Please wait</html>\r\n", NULL,
     "*.reply-not-json"},
    {"nothing at all", "", NULL, NULL},
    {"half a status line", "HTTP/1.1 2", NULL, NULL},
    {"no status", "HTTP/1.1\r\n\r\n", NULL, NULL},
    {"status 000", "HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n", NULL, NULL},
    {"status 99999", "HTTP/1.1 99999 Much\r\nContent-Length: 0\r\n\r\n", NULL, NULL},
    {"an interim reply and no more", "HTTP/1.1 100 Continue\r\n\r\n", NULL, NULL},
    {"HTTP/0.9", "{\"schemas\":[],\"totalResults\":0,\"Resources\":[]}", NULL, NULL},
    {"HTTP/9", "HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n{}", NULL, NULL},
    {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n", NULL, NULL},
    {"NUL in a header", "HTTP/1.1 200 OK\r\nX-A: \0b\r\n\r\n{}", NULL, "protocol.readable"},
    {"too short for its length", JSON_HEAD "Content-Length: 1000\r\n\r\n{\"schemas\":[]}", NULL, NULL},
    {"too long for its length", JSON_HEAD "Content-Length: 10\r\n\r\n" LIST "0,\"Resources\":[]}", NULL, "*.reply-not-json"},
    {"a negative length", JSON_HEAD "Content-Length: -5\r\n\r\n{}", NULL, NULL},
    {"a length that is no number", JSON_HEAD "Content-Length: much\r\n\r\n{}", NULL, NULL},
    {"a length beyond all", JSON_HEAD "Content-Length: 99999999999999999999999\r\n\r\n{}", NULL, "RFC7644-3.4.2-05"},
    {"two lengths", JSON_HEAD "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", NULL, NULL},
    {"a chunk that is no number", JSON_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", NULL, NULL},
    {"a chunk beyond all", JSON_HEAD "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}", NULL, NULL},
    {"chunks that do not end", JSON_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", NULL, NULL},
    {"a body that is no gzip", JSON_HEAD "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", NULL, "RFC7644-3.4.2-05"},
    {"an unknown encoding", JSON_HEAD "Content-Encoding: sdch\r\nContent-Length: 2\r\n\r\n{}", NULL, "RFC7644-3.4.2-05"},
    {"a body that is no text", JSON_HEAD "Content-Length: 4\r\n\r\n\xff\xfe\x01\x02", NULL, "*.reply-not-json"},
    {"a redirect to itself", "HTTP/1.1 307 Temporary Redirect\r\nLocation: /Users\r\nContent-Length: 0\r\n\r\n", NULL,
     "*.request-refused"},
    {"a change of protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", NULL, NULL},
    {"a 204 for a list", "HTTP/1.1 204 No Content\r\n\r\n", NULL, "protocol.readable"},
    {"an endless body", NULL, endless_body, NULL},
    {"endless chunks", NULL, endless_chunks, NULL},
    {"an endless list", NULL, endless_list, NULL},
    {"a storm of 100", NULL, interim_storm, NULL},
    {"a storm of 103", NULL, early_hints_storm, NULL},
    {"a flood of headers", NULL, header_flood, NULL},
    {"an endless header", NULL, endless_header, NULL},
    {"an endless status line", NULL, endless_status, NULL},
    {"noise", NULL, noise, NULL},
    {"a reset in the body", NULL, resets, NULL},
    {"a body that drips", NULL, drips, NULL},
    {"silence", NULL, says_nothing, NULL},
    {"a gzip bomb", NULL, gzip_bomb, "RFC7644-3.2-06"},
};

/* --- what is answered, resource by resource --- */

/* A server that knows its people by rote: the same words to every lookup, read and create. */
static const struct scim_harm {
    const char *name;
    const char *lookup, *read, *create; /* NULL: as it should be */
    const char *rule;                   /* of a finding, as a pattern */
} scim_harms[] = {
    {"everybody is somebody else",
     LIST
     "1,\"startIndex\":1,\"itemsPerPage\":1,\"Resources\":[{\"id\":\"boss\",\"userName\":\"boss@acme.test\",\"active\":true}]}",
     NULL, NULL, "converge.one-account"},
    {"everybody there is",
     LIST "2,\"startIndex\":1,\"itemsPerPage\":2,\"Resources\":[{\"id\":\"a\",\"userName\":\"boss@acme.test\"},{\"id\":\"b\","
          "\"userName\":\"cyd@acme.test\"}]}",
     NULL, NULL, "*.one-match"},
    {"more than it shows", LIST "9,\"startIndex\":1,\"itemsPerPage\":0,\"Resources\":[]}", NULL, NULL, "converge.one-account"},
    {"a list of itself", LIST "1,\"startIndex\":1,\"itemsPerPage\":1,\"Resources\":[" LIST "1,\"Resources\":[]}]}", NULL, NULL,
     "*.match-needs-id"},
    {"created as somebody else", NULL, NULL,
     "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"id\":\"boss\",\"userName\":\"boss@acme.test\",\"active\":"
     "true}",
     "converge.one-account"},
    {"created without id", NULL, NULL,
     "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ada@acme.test\"}", "*.create-needs-id"},
    {"created as a step in the tree", NULL, NULL, "{\"id\":\"..\",\"active\":true}", "*.create-needs-id"},
    {"created as a list", NULL, NULL, LIST "0,\"Resources\":[]}", "*.create-needs-id"},
    {"created and never seen again", NULL, "", NULL, "converge.one-account"},
};

/* --- the server --- */

struct hostile {
    int fd;
    uint16_t port;
    pthread_t thread;
    const struct wire_harm *wire;
    const struct scim_harm *scim;
    const char *deaf_to; /* a request that holds this is never answered; NULL: none */
};

static bool read_request(int fd, char *text, size_t size)
{
    size_t n = 0;
    memset(text, 0, size);
    while (!raw_complete(text, n)) {
        ssize_t got = recv(fd, text + n, size - 1 - n, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    return true;
}

static void say_json(int fd, int status, const char *body)
{
    char head[300];
    snprintf(head, sizeof head,
             "HTTP/1.1 %d X\r\nContent-Type: application/scim+json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", status,
             strlen(body));
    say(fd, head);
    say(fd, body);
}

static void answer_scim(int fd, const struct scim_harm *harm, const char *request)
{
    static const char nobody[] = LIST "0,\"startIndex\":1,\"itemsPerPage\":0,\"Resources\":[]}";
    bool get = text_starts(request, "GET "), lookup = get && strstr(request, "filter=") != NULL,
         guid = lookup && strstr(request, "%40") == NULL;
    const char *read = harm->read != NULL ? harm->read : "{\"id\":\"u1\",\"userName\":\"boss@acme.test\",\"active\":true}";
    if (lookup)
        say_json(fd, 200, guid || harm->lookup == NULL ? nobody : harm->lookup);
    else if (text_starts(request, "POST "))
        say_json(fd, 201, harm->create != NULL ? harm->create : "{\"id\":\"u1\",\"userName\":\"ada@acme.test\",\"active\":true}");
    else
        say_json(fd, *read == '\0' ? 404 : 200, read);
}

static void answer(struct hostile *server, int fd)
{
    char request[8192];
    if (!read_request(fd, request, sizeof request))
        return;
    if (server->deaf_to != NULL && strstr(request, server->deaf_to) != NULL)
        (void)!recv(fd, request, 1, 0); /* until the client leaves */
    else if (strstr(request, "/ServiceProviderConfig") != NULL)
        say_json(fd, 200, "{}");
    else if (server->scim != NULL)
        answer_scim(fd, server->scim, request);
    else if (server->wire->answer != NULL)
        server->wire->answer(fd);
    else
        say(fd, server->wire->text);
}

static void *serve(void *context)
{
    struct hostile *server = context;
    for (int fd; (fd = accept(server->fd, NULL, NULL)) >= 0;) {
        struct timeval limit = {.tv_sec = 5};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        answer(server, fd);
        close(fd);
    }
    return NULL;
}

static void start(struct hostile *server)
{
    struct sockaddr_in address = raw_address(0);
    socklen_t size = sizeof address;
    server->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server->fd, 8), 0);
    getsockname(server->fd, (struct sockaddr *)&address, &size);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop(struct hostile *server)
{
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->fd);
}

/* --- the case --- */

static const char story[] = "{\"id\":\"a.b\",\"title\":\"T\",\"why\":\"W\",\"covers\":[\"K01\"],\"tags\":[\"t\"],\"idp\":[\"okta-"
                            "aiw\",\"entra\"],\"directory\":{"
                            "\"users\":{\"ada\":{\"givenName\":\"Ada\",\"email\":\"ada@acme.test\"},\"bob\":{\"givenName\":"
                            "\"Bob\",\"email\":\"bob@acme.test\"}},"
                            "\"groups\":{\"eng\":{\"name\":\"Eng\",\"members\":[\"ada\"]}}},\"steps\":[{\"assign\":[\"ada\","
                            "\"bob\"]},{\"push-group\":\"eng\"},"
                            "{\"deactivate\":\"ada\",\"expect\":{\"active\":{\"ada\":false}}}]}";

static bool found(const struct case_result *result, const char *rule)
{
    for (size_t i = 0; i < result->finding_count; i++)
        if (text_glob(rule, result->findings[i].rule))
            return true;
    return false;
}

/* A server that never answers must not hold up the run for as many time-outs as there are requests. */
static void check_patience(const char *name, const struct case_result *result)
{
    bool hangs = text_equal(name, "silence") || text_equal(name, "a body that drips");
    if (hangs && (result->reason == NULL || strstr(result->reason, "ran into the time-out") == NULL))
        fail_msg("%s: the story went on", name);
}

static void check(const char *name, const char *rule, const struct case_result *result, uint64_t took_us)
{
    if (result->outcome != OUTCOME_FAILED && result->outcome != OUTCOME_ERROR)
        fail_msg("%s: outcome %d", name, (int)result->outcome);
    if (took_us > SOON_US)
        fail_msg("%s: took %llu ms", name, (unsigned long long)(took_us / 1000));
    check_patience(name, result);
    if (!found(result, rule))
        fail_msg("%s: no finding %s", name, rule);
    for (size_t i = 0; i < result->finding_count; i++)
        if (result->findings[i].exchange >= 0 && (size_t)result->findings[i].exchange >= result->exchange_count)
            fail_msg("%s: the exchange of %s is not shown", name, result->findings[i].rule);
    assert_true(result->exchange_count > 0);
}

static void meet(struct hostile *server, const char *name, const char *rule, const char *idp)
{
    struct arena *arena = arena_new();
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct scenario *scenario = NULL;
    struct case_result result;
    struct error err = {0};
    struct connections connections = {.timeout_ms = TIMEOUT_MS};
    assert_true(scenario_load(arena, (struct bytes){story, sizeof story - 1}, "t.json", &scenario, complaints));
    start(server);
    const struct target target = {.name = "hostile",
                                  .scim_base = arena_printf(arena, "http://127.0.0.1:%u/scim", server->port),
                                  .credentials.token = "token"};
    const struct play_options options = {.seed = 1, .connections = &connections};
    uint64_t begun = clock_monotonic_us();
    if (!case_play(&target, scenario, dialect_find(idp), &options, arena, &result, &err))
        assert_int_equal(err.code, ERROR_UNREACHABLE);
    check(name, rule, &result, clock_monotonic_us() - begun);
    connections_close(&connections);
    stop(server);
    arena_free(arena);
}

static void hostile_bytes(void **state)
{
    const struct wire_harm *harm = *state;
    struct hostile okta = {.wire = harm}, entra = {.wire = harm};
    const char *rule = harm->rule == NULL ? NO_REPLY : harm->rule;
    meet(&okta, harm->name, rule, "okta-aiw");
    meet(&entra, harm->name, rule, "entra");
}

static void hostile_resources(void **state)
{
    const struct scim_harm *harm = *state;
    struct hostile okta = {.scim = harm}, entra = {.scim = harm};
    meet(&okta, harm->name, harm->rule, "okta-aiw");
    meet(&entra, harm->name, harm->rule, "entra");
}

/* The axis timeout-seconds holds on a real connection: the provider of this dialect leaves after a second, the judge would wait for 60. */
static void the_dialect_says_how_long_is_waited(void **state)
{
    UNUSED(state);
    static const struct scim_harm nobody = {.name = "nobody", .read = ""};
    struct hostile server = {.scim = &nobody, .deaf_to = "User-Agent: Okta SCIM Client"};
    struct arena *arena = arena_new();
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct scenario *scenario = NULL;
    struct case_result result;
    struct error err = {0};
    const struct dialect *hasty = NULL;
    assert_true(dialect_with(arena, dialect_find("okta-aiw"), "timeout-seconds", "1", &hasty, &err));
    assert_true(scenario_load(arena, (struct bytes){story, sizeof story - 1}, "t.json", &scenario, complaints));
    start(&server);
    const struct target target = {
        .name = "deaf", .scim_base = arena_printf(arena, "http://127.0.0.1:%u/scim", server.port), .credentials.token = "token"};
    const struct play_options options = {.seed = 1};
    uint64_t begun = clock_monotonic_us();
    assert_true(case_play(&target, scenario, hasty, &options, arena, &result, &err));
    check("silence", NO_REPLY, &result, clock_monotonic_us() - begun);
    assert_non_null(strstr(result.findings[0].actual, "none for 1 s"));
    stop(&server);
    arena_free(arena);
}

int main(void)
{
    struct CMUnitTest tests[1 + ARRAY_LEN(wire_harms) + ARRAY_LEN(scim_harms)];
    struct error err = {0};
    size_t n = 0;
    if (!http_client_setup(&err))
        return 1;
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_dialect_says_how_long_is_waited);
    for (size_t i = 0; i < ARRAY_LEN(wire_harms); i++)
        tests[n++] = (struct CMUnitTest){
            .name = wire_harms[i].name, .test_func = hostile_bytes, .initial_state = (void *)(uintptr_t)&wire_harms[i]};
    for (size_t i = 0; i < ARRAY_LEN(scim_harms); i++)
        tests[n++] = (struct CMUnitTest){
            .name = scim_harms[i].name, .test_func = hostile_resources, .initial_state = (void *)(uintptr_t)&scim_harms[i]};
    return tap_run("hostile servers", tests);
}
