/* The SCIM door over https with client certificates: from the handshake to the organization that names them. What else may be named and how is in
 * tests/tables/scim_http_auth_certificates.table. */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/http_server.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/tls.h"
#include "reference-server/server.h"

#include "tests/tap.h"

#include <sys/stat.h>

#include "tests/unit/common/tls_files.h"

enum { CA, OTHER_CA, SERVER, OKTA, AUDIT, BY_SUBJECT, RENEWED, UNKNOWN, EXPIRED, STRANGER, ALL };

struct world {
    struct arena *arena;
    char folder[64];
    struct made made[ALL];
    struct tls *tls;
    struct server *server;
    struct http_server *http;
    struct http_client *clients[ALL]; /* by what they show; SERVER: nothing */
    char base[64];
};

static void make_all(struct world *w)
{
    const struct made_wish wishes[ALL] = {
        [CA] = {.name = "ca", .ca = true},
        [OTHER_CA] = {.name = "other-ca", .ca = true},
        [SERVER] = {.name = "server", .issuer = &w->made[CA]},
        [OKTA] = {.name = "okta", .issuer = &w->made[CA]},
        [AUDIT] = {.name = "audit", .issuer = &w->made[CA]},
        [BY_SUBJECT] = {.name = "entra", .issuer = &w->made[CA]},
        [RENEWED] = {.name = "entra", .issuer = &w->made[CA]}, /* takes the place of the other's files */
        [UNKNOWN] = {.name = "unknown", .issuer = &w->made[CA]},
        [EXPIRED] = {.name = "expired", .issuer = &w->made[CA], .from_s = -7200, .until_s = -60},
        [STRANGER] = {.name = "stranger", .issuer = &w->made[OTHER_CA]},
    };
    for (size_t i = 0; i < ALL; i++) {
        w->made[i] = make_certificate(w->folder, &wishes[i]);
        const struct http_client_files files = {w->made[CA].certificate_path, i <= SERVER ? NULL : w->made[i].certificate_path,
                                                i <= SERVER ? NULL : w->made[i].key_path};
        w->clients[i] = http_client_new(&(struct http_client_options){.files = files, .connect_ms = TLS_PATIENCE_MS});
    }
}

static void add_organization(struct world *w, const char *text)
{
    struct json_document document;
    json *introduction;
    assert_true(json_read(w->arena, (struct bytes){text, strlen(text)}, "organization", &document, NULL));
    assert_true(server_add_organization(w->server, w->arena, &document, &introduction, NULL));
}

static int start(void **state)
{
    struct world *w = mem_alloc(sizeof *w);
    struct error err;
    w->arena = arena_new();
    snprintf(w->folder, sizeof w->folder, "/tmp/test-mtls-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    make_all(w);
    const struct tls_files files = {w->made[SERVER].certificate_path, w->made[SERVER].key_path, w->made[CA].certificate_path};
    w->tls = tls_new(&files, clock_real(), &err);
    assert_non_null(w->tls);
    struct server_options options = {.clock = clock_real(), .admin_token = "admin-secret", .client_certificates = true};
    w->server = server_new(&options, &err);
    struct http_server_options http = {.max_body = SERVER_MAX_BODY, .refuse = server_refuse, .tls = w->tls};
    w->http = http_server_start(&http, server_dispatch, w->server, &err);
    assert_non_null(w->http);
    snprintf(w->base, sizeof w->base, "https://127.0.0.1:%u", (unsigned)http_server_port(w->http));
    server_set_base_url(w->server, w->base);
    add_organization(
        w, arena_printf(w->arena,
                        "{\"name\":\"Acme\",\"id\":\"acme\",\"scimToken\":\"scim-secret\",\"scimCertificates\":{"
                        "\"okta\":{\"fingerprint\":\"%s\"},\"audit\":{\"fingerprint\":\"%s\",\"scopes\":[\"scim.read\"]},"
                        "\"entra\":{\"subject\":\"O=Test,CN=entra\"}}}",
                        w->made[OKTA].fingerprint, w->made[AUDIT].fingerprint));
    add_organization(w, arena_printf(w->arena,
                                     "{\"name\":\"Other\",\"id\":\"other\",\"scimCertificates\":{"
                                     "\"unknown\":{\"fingerprint\":\"%s\"}}}",
                                     w->made[UNKNOWN].fingerprint));
    *state = w;
    return 0;
}

static int stop(void **state)
{
    struct world *w = *state;
    struct made *all[ALL];
    for (size_t i = 0; i < ALL; i++) {
        http_client_free(w->clients[i]);
        all[i] = &w->made[i];
    }
    http_server_stop(w->http);
    server_free(w->server);
    tls_free(w->tls);
    remove_files(w->folder, all, ALL);
    arena_free(w->arena);
    mem_free(w);
    return 0;
}

/* 0: the connection was refused, err says how. */
static int ask(struct world *w, int shown, const char *method, const char *target, const char *token, const char *body,
               struct http_response *response, struct error *err)
{
    struct http_request request = {.method = method, .target = target};
    if (token != NULL)
        http_add_header(w->arena, &request.headers, "Authorization", arena_printf(w->arena, "Bearer %s", token));
    if (body != NULL) {
        http_add_header(w->arena, &request.headers, "Content-Type", "application/scim+json");
        request.body = (struct bytes){body, strlen(body)};
    }
    *response = (struct http_response){0};
    return http_client_send(w->clients[shown], w->base, &request, w->arena, response, err) ? response->status : 0;
}

#define USERS "/organizations/acme/scim/v2/Users"
#define ADA   "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ada@acme.test\"}"

static void what_each_certificate_opens(void **state)
{
    struct world *w = *state;
    static const struct {
        int shown;
        const char *method, *target, *token;
        int status;
    } rows[] = {
        {OKTA, "GET", USERS, NULL, 200},
        {OKTA, "POST", USERS, NULL, 201},
        {AUDIT, "GET", USERS, NULL, 200},
        {AUDIT, "POST", USERS, NULL, 403},
        {BY_SUBJECT, "GET", USERS, NULL, 200},
        {RENEWED, "GET", USERS, NULL, 200},
        {UNKNOWN, "GET", USERS, NULL, 401},
        {UNKNOWN, "GET", USERS, "scim-secret", 200},
        {UNKNOWN, "GET", "/organizations/other/scim/v2/Users", NULL, 200},
        {OKTA, "GET", "/organizations/other/scim/v2/Users", NULL, 401},
        {OKTA, "GET", USERS, "wrong", 401},
        {OKTA, "GET", "/admin/organizations", NULL, 401},
        {OKTA, "GET", "/organizations/acme/app/me", NULL, 401},
        {SERVER, "GET", USERS, NULL, 401}, /* shows nothing */
        {SERVER, "GET", USERS, "scim-secret", 200},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_response response;
        struct error err = {0};
        int status = ask(w, rows[i].shown, rows[i].method, rows[i].target, rows[i].token,
                         text_equal(rows[i].method, "POST") ? ADA : NULL, &response, &err);
        if (status != rows[i].status)
            fail_msg("row %zu: %d %s %s", i, status, response.body.p == NULL ? "" : response.body.p, err.message);
    }
}

static void what_does_not_verify_gets_no_reply_at_all(void **state)
{
    struct world *w = *state;
    static const int shown[] = {EXPIRED, STRANGER};
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        struct http_response response;
        struct error err = {0};
        assert_int_equal(ask(w, shown[i], "GET", USERS, "scim-secret", NULL, &response, &err), 0);
        if (strstr(err.message, "client certificate") == NULL)
            fail_msg("%s", err.message);
    }
}

static void removed_it_ends_with_the_next_request_on_the_same_connection(void **state)
{
    struct world *w = *state;
    struct http_response response;
    struct error err = {0};
    const char *action = "/admin/organizations/acme/actions";
    assert_int_equal(ask(w, OKTA, "GET", USERS, NULL, NULL, &response, &err), 200);
    assert_int_equal(
        ask(w, SERVER, "POST", action, "admin-secret", "{\"action\":\"remove-certificate\",\"name\":\"okta\"}", &response, &err),
        200);
    assert_int_equal(ask(w, OKTA, "GET", USERS, NULL, NULL, &response, &err), 401);
    assert_non_null(strstr(response.body.p, w->made[OKTA].fingerprint));
    assert_non_null(strstr(response.body.p, "O=Test,CN=okta"));
}

#define WORLD(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(what_each_certificate_opens),
        WORLD(what_does_not_verify_gets_no_reply_at_all),
        WORLD(removed_it_ends_with_the_next_request_on_the_same_connection),
    };
    struct error err;
    if (!http_client_setup(&err))
        return 1;
    int failed = tap_run("client certificates over https", tests);
    http_client_teardown();
    return failed;
}
