/* What the client offers in TLS handshakes, seen by servers that take one thing only. */
#include "common/base.h"
#include "common/http_client.h"

#include "common/error.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"

#include "tests/tap.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/stat.h>

#include "tests/unit/common/tls_files.h"

#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define BOTH  "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define REPLY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

enum { ECDSA, RSA, ALL };

/* A server of one connection. */
struct server {
    int fd;
    uint16_t port;
    const char *priorities;
    struct made *made;
    pthread_t thread;
    gnutls_protocol_t version; /* what was spoken; 0: the handshake failed */
};

static void talk(struct server *server, gnutls_session_t session)
{
    char request[4096] = "";
    size_t n = 0;
    server->version = gnutls_protocol_get_version(session);
    while (strstr(request, "\r\n\r\n") == NULL && n < sizeof request - 1) {
        ssize_t got = gnutls_record_recv(session, request + n, sizeof request - 1 - n);
        if (got <= 0)
            return;
        n += (size_t)got;
        request[n] = '\0';
    }
    gnutls_record_send(session, REPLY, strlen(REPLY));
    gnutls_bye(session, GNUTLS_SHUT_WR);
}

static void *serve_one(void *context)
{
    struct server *server = context;
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    int fd = accept(server->fd, NULL, NULL), done;
    gnutls_init(&session, GNUTLS_SERVER);
    gnutls_certificate_allocate_credentials(&credentials);
    gnutls_certificate_set_x509_key(credentials, &server->made->certificate, 1, server->made->key);
    gnutls_priority_set_direct(session, server->priorities, NULL);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(session, fd);
    do
        done = gnutls_handshake(session);
    while (done < 0 && gnutls_error_is_fatal(done) == 0);
    if (done == 0)
        talk(server, session);
    else
        gnutls_alert_send_appropriate(session, done);
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(credentials);
    close(fd);
    return NULL;
}

static void start(struct server *server, const char *priorities, struct made *made)
{
    struct sockaddr_in address = raw_address(0);
    socklen_t size = sizeof address;
    *server = (struct server){.fd = socket(AF_INET, SOCK_STREAM, 0), .priorities = priorities, .made = made};
    assert_int_equal(bind(server->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->fd, 4), 0);
    assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve_one, server), 0);
}

/* What was spoken; 0: nothing, and err says why. */
static gnutls_protocol_t ask(struct http_client *client, const char *priorities, struct made *made, struct error *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const struct http_request request = {.method = "GET", .target = "/Users"};
    struct http_response response;
    struct server server;
    start(&server, priorities, made);
    bool answered =
        http_client_send(client, arena_printf(arena, "https://127.0.0.1:%u", server.port), &request, arena, &response, err);
    pthread_join(server.thread, NULL);
    close(server.fd);
    if (answered)
        assert_string_equal(response.body.p, "ok");
    return answered ? server.version : 0;
}

static struct http_client *client_for(const struct made *made)
{
    const struct http_client_options options = {.files.ca = made->certificate_path};
    return http_client_new(&options);
}

static void make(char *folder, struct made *made)
{
    assert_non_null(mkdtemp(folder));
    made[ECDSA] = make_certificate(folder, &(struct made_wish){.name = "ecdsa"});
    made[RSA] = make_certificate(folder, &(struct made_wish){.name = "rsa", .rsa = true});
}

/* Microsoft's tutorial: TLS 1.2 with eight suites. Without the limit each of these servers is reached. */
static void entra_speaks_tls_1_2_with_eight_suites(void **state)
{
    static const struct {
        const char *priorities;
        int key;
        bool reached;
    } rows[] = {
        {BOTH, ECDSA, true},
        {BOTH, RSA, true},
        {TLS12, ECDSA, true},
        {TLS13, ECDSA, false},
        {TLS13, RSA, false},
        {TLS12 ":-KX-ALL:+RSA", RSA, false}, /* no forward secrecy */
        {TLS12 ":-KX-ALL:+DHE-RSA", RSA, false},
        {TLS12 ":-CIPHER-ALL:+CHACHA20-POLY1305", ECDSA, false},
        {TLS12 ":-CIPHER-ALL:+AES-128-GCM", ECDSA, true},
        {TLS12 ":-CIPHER-ALL:+AES-256-GCM", ECDSA, true},
        {TLS12 ":-CIPHER-ALL:+AES-128-GCM", RSA, true},
        {TLS12 ":-CIPHER-ALL:+AES-256-GCM", RSA, true},
        {TLS12 ":-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA256", RSA, true},
        {TLS12 ":-CIPHER-ALL:+AES-256-CBC:-MAC-ALL:+SHA384", ECDSA, true},
        {TLS12 ":-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA1", RSA, false},
    };
    char folder[64] = "/tmp/test-offer-XXXXXX";
    struct made made[ALL], *all[ALL] = {&made[0], &made[1]};
    struct error err = {0};
    UNUSED(state);
    make(folder, made);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_client *client = client_for(&made[rows[i].key]);
        if (ask(client, rows[i].priorities, &made[rows[i].key], &err) == 0)
            fail_msg("%s, without a limit: %s", rows[i].priorities, err.message);
        http_client_offer(client, dialect_tls_suites(dialect_find("entra")));
        gnutls_protocol_t spoken = ask(client, rows[i].priorities, &made[rows[i].key], &err);
        if (spoken != (rows[i].reached ? GNUTLS_TLS1_2 : 0))
            fail_msg("%s: %s", rows[i].priorities, spoken != 0 ? gnutls_protocol_get_name(spoken) : err.message);
        if (!rows[i].reached && !text_starts(err.message, "the server has no TLS 1.2 with a suite that this client offers"))
            fail_msg("%s: %s", rows[i].priorities, err.message);
        http_client_free(client);
    }
    remove_files(folder, all, ALL);
}

static void okta_s_client_has_no_such_limit(void **state)
{
    char folder[64] = "/tmp/test-offer-XXXXXX";
    struct made made[ALL], *all[ALL] = {&made[0], &made[1]};
    struct error err = {0};
    UNUSED(state);
    make(folder, made);
    struct http_client *client = client_for(&made[ECDSA]);
    http_client_offer(client, dialect_tls_suites(dialect_find("entra-flag")));
    assert_int_equal(ask(client, BOTH, &made[ECDSA], &err), GNUTLS_TLS1_2);
    http_client_offer(client, dialect_tls_suites(dialect_find("okta-aiw")));
    assert_int_equal(ask(client, BOTH, &made[ECDSA], &err), GNUTLS_TLS1_3);
    http_client_free(client);
    remove_files(folder, all, ALL);
}

int main(void)
{
    struct error err;
    const struct CMUnitTest tests[] = {cmocka_unit_test(entra_speaks_tls_1_2_with_eight_suites),
                                       cmocka_unit_test(okta_s_client_has_no_such_limit)};
    if (!http_client_setup(&err))
        return 1;
    int failed = tap_run("what a client offers", tests);
    http_client_teardown();
    return failed;
}
