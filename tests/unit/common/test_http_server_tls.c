/* The server over https: what the handshake takes and refuses, and that the certificate changes under running connections. */
#include "common/base.h"
#include "common/http_server.h"
#include "common/tls.h"

#include "common/error.h"
#include "common/file.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/tap.h"

#include <sys/stat.h>

#include "tests/unit/common/tls_files.h"

#define TLS13   "NORMAL"
#define TLS12   "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS11   "NORMAL:-VERS-ALL:+VERS-TLS1.1"
#define REQUEST "GET /who HTTP/1.1\r\nHost: x\r\n\r\n"
#define CLIENTS 4
#define RELOADS 20
#define ROUNDS  25

enum { CA, OTHER_CA, SERVER, RENEWED, CLIENT, EXPIRED, EARLY, STRANGER, FOR_SERVERS, LONER, ALL };

struct fixture {
    char folder[64];
    struct made made[ALL];
    char certificate[MADE_PATH], key[MADE_PATH]; /* the files that the server reads */
    int64_t now_ms;
    struct tls *tls;
    struct http_server *server;
    uint16_t port;
};

static char answer[4096];

/* "fingerprint subject" of the client's certificate, or "nobody", then a semicolon. */
static void handle(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    UNUSED(context);
    const struct http_certificate *shown = request->certificate;
    const char *text = shown == NULL ? "nobody;" : arena_printf(arena, "%s %s;", shown->fingerprint, shown->subject);
    response->status = 200;
    response->body = (struct bytes){text, strlen(text)};
}

static void copy(const char *from, const char *to)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct bytes text;
    assert_true(file_read(arena, from, MIB, &text, NULL));
    assert_true(file_write(to, text, 0600, NULL));
}

static void install(struct fixture *f, const struct made *made)
{
    copy(made->certificate_path, f->certificate);
    copy(made->key_path, f->key);
}

static void make_all(struct fixture *f)
{
    const struct made_wish wishes[ALL] = {
        [CA] = {.name = "ca", .ca = true},
        [OTHER_CA] = {.name = "other-ca", .ca = true},
        [SERVER] = {.name = "server", .issuer = &f->made[CA]},
        [RENEWED] = {.name = "renewed", .issuer = &f->made[CA]},
        [CLIENT] = {.name = "client", .issuer = &f->made[CA], .purpose = GNUTLS_KP_TLS_WWW_CLIENT},
        [EXPIRED] = {.name = "expired", .issuer = &f->made[CA], .from_s = -7200, .until_s = -60},
        [EARLY] = {.name = "early", .issuer = &f->made[CA], .from_s = 3600, .until_s = 7200},
        [STRANGER] = {.name = "stranger", .issuer = &f->made[OTHER_CA]},
        [LONER] = {.name = "loner"},
        [FOR_SERVERS] = {.name = "for-servers", .issuer = &f->made[CA], .purpose = GNUTLS_KP_TLS_WWW_SERVER},
    };
    for (size_t i = 0; i < ALL; i++)
        f->made[i] = make_certificate(f->folder, &wishes[i]);
}

static void serve(struct fixture *f, bool asks)
{
    struct error err = {0};
    char text[1100];
    struct tls_files files = {f->certificate, f->key, asks ? f->made[CA].certificate_path : NULL};
    f->now_ms = (int64_t)time(NULL) * 1000;
    f->tls = tls_new(&files, clock_fixed(&f->now_ms), &err);
    if (f->tls == NULL)
        fail_msg("%s", error_text(&err, text, sizeof text));
    struct http_server_options options = {.tls = f->tls};
    f->server = http_server_start(&options, handle, f, &err);
    assert_non_null(f->server);
    f->port = http_server_port(f->server);
}

static int start(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    snprintf(f->folder, sizeof f->folder, "/tmp/test-tls-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->certificate, MADE_PATH, "%s/in-use.pem", f->folder);
    snprintf(f->key, MADE_PATH, "%s/in-use.key", f->folder);
    make_all(f);
    install(f, &f->made[SERVER]);
    *state = f;
    return 0;
}

static int stop(void **state)
{
    struct fixture *f = *state;
    struct made *all[ALL];
    http_server_stop(f->server);
    tls_free(f->tls);
    for (size_t i = 0; i < ALL; i++)
        all[i] = &f->made[i];
    unlink(f->certificate);
    unlink(f->key);
    remove_files(f->folder, all, ALL);
    mem_free(f);
    return 0;
}

/* --- https --- */

static void a_client_that_knows_the_ca_gets_its_reply(void **state)
{
    struct fixture *f = *state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct error err = {0};
    char text[1100];
    serve(f, false);
    struct http_client_options options = {.files.ca = f->made[CA].certificate_path, .connect_ms = TLS_PATIENCE_MS};
    struct http_client *client = http_client_new(&options);
    const struct http_request request = {.method = "GET", .target = "/who"};
    struct http_response response;
    for (int i = 0; i < 3; i++) {
        if (!http_client_send(client, arena_printf(arena, "https://127.0.0.1:%u", f->port), &request, arena, &response, &err))
            fail_msg("%s", error_text(&err, text, sizeof text));
        assert_string_equal(response.body.p, "nobody;");
    }
    http_client_free(client);
}

/* proves: RFC7644-7.2-01 RFC7644-7.4-02 */
static void plain_http_is_closed_without_an_answer_and_hurts_nobody(void **state)
{
    struct fixture *f = *state;
    serve(f, false);
    raw_exchange(f->port, REQUEST, strlen(REQUEST), answer, sizeof answer);
    assert_null(strstr(answer, "HTTP/1"));
    raw_exchange(f->port, "\x16\x03\x01\xff\xff\x01", 6, answer, 2); /* a handshake that breaks off */
    struct tls_client client = tls_client_open(f->port, TLS13, NULL);
    assert_true(tls_client_ask(&client, REQUEST, ";", answer, sizeof answer));
    tls_client_close(&client);
}

/* proves: RFC7644-7.2-02 */
static void tls_1_2_and_1_3_are_spoken_and_nothing_older(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *priorities;
        bool good;
    } rows[] = {{TLS13, true},
                {TLS12, true},
                {TLS11, false},
                {"NORMAL:-VERS-ALL:+VERS-TLS1.0", false},
                {TLS12 ":-KX-ALL:+RSA", false},             /* no forward secrecy */
                {TLS12 ":-CIPHER-ALL:+AES-128-CBC", false}, /* no authenticated encryption */
                {TLS12 ":-CIPHER-ALL:+AES-128-GCM", true},
                {TLS12 ":-CIPHER-ALL:+CHACHA20-POLY1305", true}};
    serve(f, false);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tls_client client = tls_client_open(f->port, rows[i].priorities, NULL);
        bool good = client.handshake == 0;
        if (good != rows[i].good)
            fail_msg("%s: %s", rows[i].priorities, gnutls_strerror(client.handshake));
        assert_int_equal(tls_client_ask(&client, REQUEST, ";", answer, sizeof answer), rows[i].good);
        tls_client_close(&client);
    }
}

/* --- client certificates --- */

static void a_client_certificate_is_known_by_fingerprint_and_subject(void **state)
{
    struct fixture *f = *state;
    char expected[200];
    serve(f, true);
    snprintf(expected, sizeof expected, "\r\n\r\n%s O=Test,CN=client;", f->made[CLIENT].fingerprint);
    static const char *const versions[] = {TLS13, TLS12};
    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        struct tls_client client = tls_client_open(f->port, versions[i], &f->made[CLIENT]);
        for (int k = 0; k < 2; k++) { /* and again on the same connection */
            assert_true(tls_client_ask(&client, REQUEST, ";", answer, sizeof answer));
            if (strstr(answer, expected) == NULL)
                fail_msg("%s", answer);
        }
        tls_client_close(&client);
    }
}

static void it_counts_no_longer_than_it_is_valid(void **state)
{
    struct fixture *f = *state;
    serve(f, true);
    struct tls_client client = tls_client_open(f->port, TLS13, &f->made[CLIENT]);
    assert_true(tls_client_ask(&client, REQUEST, "CN=client;", answer, sizeof answer));
    __atomic_add_fetch(&f->now_ms, (int64_t)2 * 3600 * 1000, __ATOMIC_SEQ_CST);
    assert_true(tls_client_ask(&client, REQUEST, "nobody;", answer, sizeof answer));
    tls_client_close(&client);
}

static void one_may_go_without(void **state)
{
    struct fixture *f = *state;
    serve(f, true);
    struct tls_client client = tls_client_open(f->port, TLS13, NULL);
    assert_true(tls_client_ask(&client, REQUEST, "nobody;", answer, sizeof answer));
    tls_client_close(&client);
}

static void nobody_is_asked_without_a_client_ca(void **state)
{
    struct fixture *f = *state;
    serve(f, false);
    struct tls_client client = tls_client_open(f->port, TLS13, &f->made[CLIENT]);
    assert_true(tls_client_ask(&client, REQUEST, "nobody;", answer, sizeof answer));
    tls_client_close(&client);
}

static void what_does_not_verify_ends_the_handshake_with_a_reason(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int which, alert;
    } rows[] = {{EXPIRED, GNUTLS_A_CERTIFICATE_EXPIRED},
                {EARLY, GNUTLS_A_BAD_CERTIFICATE},
                {STRANGER, GNUTLS_A_UNKNOWN_CA},
                {LONER, GNUTLS_A_UNKNOWN_CA},
                {FOR_SERVERS, GNUTLS_A_UNSUPPORTED_CERTIFICATE}};
    serve(f, true);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tls_client client = tls_client_open(f->port, TLS12, &f->made[rows[i].which]);
        if (client.handshake != GNUTLS_E_FATAL_ALERT_RECEIVED || client.alert != rows[i].alert)
            fail_msg("%s: %s, alert %d", f->made[rows[i].which].certificate_path, gnutls_strerror(client.handshake),
                     client.alert);
        tls_client_close(&client);
        client =
            tls_client_open(f->port, TLS13, &f->made[rows[i].which]); /* whose client is ready before the server has looked */
        assert_false(tls_client_ask(&client, REQUEST, ";", answer, sizeof answer));
        assert_int_equal(client.alert, rows[i].alert);
        tls_client_close(&client);
    }
}

/* --- reading the files again --- */

static void a_new_certificate_is_shown_to_new_connections_only(void **state)
{
    struct fixture *f = *state;
    struct error err;
    serve(f, true);
    struct tls_client old = tls_client_open(f->port, TLS13, &f->made[CLIENT]);
    assert_string_equal(old.server, f->made[SERVER].fingerprint);
    assert_true(tls_client_ask(&old, REQUEST, ";", answer, sizeof answer));
    install(f, &f->made[RENEWED]);
    assert_true(tls_load(f->tls, &err));
    assert_non_null(strstr(tls_text(f->tls), f->made[RENEWED].fingerprint));
    assert_non_null(strstr(tls_text(f->tls), "O=Test,CN=renewed, good until 20"));
    struct tls_client new = tls_client_open(f->port, TLS13, &f->made[CLIENT]);
    assert_string_equal(new.server, f->made[RENEWED].fingerprint);
    assert_true(tls_client_ask(&new, REQUEST, "CN=client;", answer, sizeof answer));
    assert_true(tls_client_ask(&old, REQUEST, "CN=client;", answer, sizeof answer));
    tls_client_close(&old);
    tls_client_close(&new);
}

static void a_bad_pair_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    serve(f, false);
    copy(f->made[RENEWED].certificate_path, f->certificate);
    assert_false(tls_load(f->tls, &err));
    assert_string_equal(err.where, f->key);
    assert_non_null(strstr(err.message, "does not belong to the certificate"));
    assert_non_null(strstr(tls_text(f->tls), f->made[SERVER].fingerprint));
    unlink(f->certificate);
    assert_false(tls_load(f->tls, &err));
    assert_int_equal(err.code, ERROR_FILE);
    struct tls_client client = tls_client_open(f->port, TLS13, NULL);
    assert_string_equal(client.server, f->made[SERVER].fingerprint);
    assert_true(tls_client_ask(&client, REQUEST, ";", answer, sizeof answer));
    tls_client_close(&client);
    copy(f->made[RENEWED].certificate_path, f->certificate);
    copy(f->made[RENEWED].key_path, f->key);
    assert_true(tls_load(f->tls, &err));
}

struct asking {
    const struct fixture *f;
    int answered;
};

static void *ask_often(void *context)
{
    struct asking *asking = context;
    char reply[1024];
    for (int i = 0; i < ROUNDS; i++) {
        struct tls_client client = tls_client_open(asking->f->port, i % 2 == 0 ? TLS13 : TLS12, NULL);
        bool known = text_equal(client.server, asking->f->made[SERVER].fingerprint) ||
                     text_equal(client.server, asking->f->made[RENEWED].fingerprint);
        for (int k = 0; k < 2; k++)
            asking->answered += known && tls_client_ask(&client, REQUEST, "nobody;", reply, sizeof reply);
        tls_client_close(&client);
    }
    return NULL;
}

static void it_is_read_again_while_many_ask(void **state)
{
    struct fixture *f = *state;
    struct asking asking[CLIENTS];
    pthread_t threads[CLIENTS];
    struct error err;
    serve(f, false);
    for (size_t i = 0; i < CLIENTS; i++) {
        asking[i] = (struct asking){f, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &asking[i]), 0);
    }
    for (int i = 0; i < RELOADS; i++) {
        install(f, &f->made[i % 2 == 0 ? RENEWED : SERVER]);
        assert_true(tls_load(f->tls, &err));
    }
    for (size_t i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(asking[i].answered, 2 * ROUNDS);
    }
}

/* --- files that can't be used --- */

static void write_text(const char *path, const char *text)
{
    assert_true(file_write(path, (struct bytes){text, strlen(text)}, 0600, NULL));
}

static void assert_refused(const struct fixture *f, const char *client_ca, const char *where, const char *says)
{
    struct error err = {0};
    struct tls_files files = {f->certificate, f->key, client_ca};
    assert_null(tls_new(&files, clock_real(), &err));
    assert_string_equal(err.where, where);
    if (strstr(err.message, says) == NULL)
        fail_msg("%s: %s", err.where, err.message);
    assert_int_equal(error_exit_status(err.code), 2);
    assert_true(err.remedy[0] != '\0');
}

static void each_file_says_what_is_wrong_with_it(void **state)
{
    struct fixture *f = *state;
    static const struct {
        bool key;
        const char *text, *says;
    } rows[] = {
        {false, "", "not PEM"},
        {false, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n", "can't be read"},
        {false, "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", "no certificate"},
        {true, "hello", "not PEM"},
        {true, "-----BEGIN CERTIFICATE-----\nMC4=\n-----END CERTIFICATE-----\n", "no private key"},
        {true, "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", "can't be read"},
        {true, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4=\n-----END ENCRYPTED PRIVATE KEY-----\n", "is encrypted"},
        {true,
         "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMC4=\n-----END EC PRIVATE "
         "KEY-----\n",
         "is encrypted"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *path = rows[i].key ? f->key : f->certificate;
        install(f, &f->made[SERVER]);
        write_text(path, rows[i].text);
        assert_refused(f, NULL, path, rows[i].says);
    }
    install(f, &f->made[SERVER]);
    copy(f->made[RENEWED].key_path, f->key);
    assert_refused(f, NULL, f->key, "does not belong");
    install(f, &f->made[SERVER]);
    unlink(f->key);
    assert_refused(f, NULL, f->key, "No such file");
    install(f, &f->made[SERVER]);
    assert_refused(f, "/tmp/no-such-folder/ca.pem", "/tmp/no-such-folder/ca.pem", "No such file");
    assert_refused(f, f->key, f->key, "no certificate");
}

static void doubtful_files_are_used_with_a_warning(void **state)
{
    struct fixture *f = *state;
    struct error err;
    size_t count;
    serve(f, false);
    tls_warnings(f->tls, &count);
    assert_int_equal(count, 0);
    install(f, &f->made[EXPIRED]);
    assert_int_equal(chmod(f->key, 0644), 0);
    assert_true(tls_load(f->tls, &err));
    const char *const *warnings = tls_warnings(f->tls, &count);
    assert_int_equal(count, 2);
    assert_non_null(strstr(warnings[0], "has expired"));
    assert_non_null(strstr(warnings[1], "chmod o-rw"));
    install(f, &f->made[EARLY]);
    assert_int_equal(chmod(f->key, 0640), 0); /* a group of those who may */
    assert_true(tls_load(f->tls, &err));
    warnings = tls_warnings(f->tls, &count);
    assert_int_equal(count, 1);
    assert_non_null(strstr(warnings[0], "not valid before"));
}

/* --- what a client is told --- */

static void assert_told(const struct fixture *f, const char *host, const struct http_client_files *files, const char *says)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct http_client_options options = {.files = *files, .connect_ms = TLS_PATIENCE_MS};
    struct http_client *client = http_client_new(&options);
    const struct http_request request = {.method = "GET", .target = "/who"};
    struct http_response response;
    struct error err = {0};
    assert_false(http_client_send(client, arena_printf(arena, "https://%s:%u", host, f->port), &request, arena, &response, &err));
    assert_int_equal(err.code, ERROR_UNREACHABLE);
    if (!text_glob(says, err.message))
        fail_msg("%s (%s)", err.message, err.remedy);
    assert_true(err.remedy[0] != '\0');
    http_client_free(client);
}

static void a_client_is_told_why_it_does_not_trust_the_server(void **state)
{
    struct fixture *f = *state;
    const struct http_client_files ca = {.ca = f->made[CA].certificate_path}, other = {.ca = f->made[OTHER_CA].certificate_path},
                                   none = {0};
    struct error err;
    serve(f, false);
    assert_told(f, "127.0.0.1", &other, "the server's certificate is not trusted: *");
    assert_told(f, "127.0.0.1", &none, "the server's certificate is not trusted: *");
    assert_told(f, "localhost", &ca, "the server's certificate is for another host: *localhost*");
    install(f, &f->made[EXPIRED]);
    assert_true(tls_load(f->tls, &err));
    assert_told(f, "127.0.0.1", &ca, "the server's certificate has expired: *");
    install(f, &f->made[EARLY]);
    assert_true(tls_load(f->tls, &err));
    assert_told(f, "127.0.0.1", &ca, "the server's certificate is not valid yet: *");
    install(f, &f->made[LONER]);
    assert_true(tls_load(f->tls, &err));
    assert_told(f, "127.0.0.1", &ca, "the server's certificate is self-signed: *");
}

static void a_client_is_told_why_the_server_does_not_trust_it(void **state)
{
    struct fixture *f = *state;
    const char *ca = f->made[CA].certificate_path;
    const struct made *expired = &f->made[EXPIRED], *stranger = &f->made[STRANGER], *wrong = &f->made[FOR_SERVERS];
    serve(f, true);
    assert_told(f, "127.0.0.1", &(struct http_client_files){ca, expired->certificate_path, expired->key_path},
                "the server says that the client certificate has expired*");
    assert_told(f, "127.0.0.1", &(struct http_client_files){ca, stranger->certificate_path, stranger->key_path},
                "the server does not trust the CA of the client certificate*");
    assert_told(f, "127.0.0.1", &(struct http_client_files){ca, wrong->certificate_path, wrong->key_path},
                "the server refuses the client certificate*");
    assert_told(f, "127.0.0.1", &(struct http_client_files){ca, expired->certificate_path, wrong->key_path},
                "the client certificate or its key can't be used*");
}

#define MADE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MADE(a_client_that_knows_the_ca_gets_its_reply),
        MADE(plain_http_is_closed_without_an_answer_and_hurts_nobody),
        MADE(tls_1_2_and_1_3_are_spoken_and_nothing_older),
        MADE(a_client_certificate_is_known_by_fingerprint_and_subject),
        MADE(it_counts_no_longer_than_it_is_valid),
        MADE(one_may_go_without),
        MADE(nobody_is_asked_without_a_client_ca),
        MADE(what_does_not_verify_ends_the_handshake_with_a_reason),
        MADE(a_new_certificate_is_shown_to_new_connections_only),
        MADE(a_bad_pair_changes_nothing),
        MADE(it_is_read_again_while_many_ask),
        MADE(each_file_says_what_is_wrong_with_it),
        MADE(doubtful_files_are_used_with_a_warning),
        MADE(a_client_is_told_why_it_does_not_trust_the_server),
        MADE(a_client_is_told_why_the_server_does_not_trust_it),
    };
    struct error err;
    if (!http_client_setup(&err))
        return 1;
    int failed = tap_run("http server over TLS", tests);
    http_client_teardown();
    return failed;
}
