#include "common/base.h"

#include "reference-server/serve.h"

#include "common/digest.h"
#include "common/embedded.h"
#include "common/error.h"
#include "common/file.h"
#include "common/http_server.h"
#include "common/json.h"
#include "common/log.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"

#include "reference-server/auth.h"
#include "reference-server/limits.h"
#include "reference-server/model/organization_document.h"
#include "reference-server/organization_file.h"
#include "reference-server/scim/compat.h"
#include "reference-server/scim/schema_file.h"
#include "reference-server/server.h"
#include "reference-server/store/store.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOKEN_BYTES 32

/* What a running server consists of. */
struct service {
    const struct serve_options *options;
    struct arena *arena;
    struct limits limits;
    struct redactor *redactor;
    struct store *store;
    struct server *server;
    struct http_server *http;
    struct tls *tls; /* NULL: http */
    const char *admin_token, *scim_token;
    bool made_admin, made_scim;
    const char *secrets; /* the file that was written; NULL: none */
    const char *url, *scim_base;
};

/* --- secrets --- */

static bool choose_token(struct service *s, const char *given, const char *name, const char **out, bool *made, struct error *err)
{
    *made = given == NULL;
    *out = given;
    if (given != NULL)
        return auth_is_token(given) ||
               error_set(err, ERROR_USAGE, name, "use visible ASCII characters without blanks", "this is no bearer token");
    char *token;
    if (!random_token(s->arena, TOKEN_BYTES, &token, err))
        return false;
    *out = token;
    return true;
}

/* Without --secrets: a file of our own, under a name nobody can guess, in a folder that others may write to. */
static bool secrets_path(struct service *s, const char **out, struct error *err)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    char *name;
    if (!random_token(s->arena, 9, &name, err))
        return false;
    *out = arena_printf(s->arena, "%s/scimulator-%s.env", text_is_blank(folder) ? "/tmp" : folder, name);
    return true;
}

static bool write_secrets(struct service *s, struct error *err)
{
    if (!s->made_admin && !s->made_scim)
        return true;
    bool named = s->options->secrets != NULL;
    const char *path = s->options->secrets;
    if (!named && !secrets_path(s, &path, err))
        return false;
    const char *admin = s->made_admin ? arena_printf(s->arena, "SCIMULATOR_ADMIN_TOKEN=%s\n", s->admin_token) : "";
    const char *scim = s->made_scim ? arena_printf(s->arena, "SCIMULATOR_SCIM_TOKEN=%s\n", s->scim_token) : "";
    const char *text = arena_printf(s->arena, "%s%s", admin, scim);
    if (!(named ? file_write : file_create)(path, (struct bytes){text, strlen(text)}, 0600, err))
        return false;
    s->secrets = path;
    return true;
}

/* --- the organization it starts with --- */

/* An organization of the data file: it keeps its tokens, so the one that is given has to be one of them. *there: there is such an organization. */
static bool keep_organization(struct service *s, const char *id, bool *there, struct error *err)
{
    bool known;
    const char *token = s->options->scim_token, *base = server_scim_base(s->server, s->arena, id, token, &known);
    *there = base != NULL;
    if (base != NULL && token != NULL && !known)
        return error_set(err, ERROR_USAGE, "SCIMULATOR_SCIM_TOKEN", "leave it out, or rotate the token by the admin door",
                         "this is no token of the organization %s as %s holds it", id, s->options->data);
    s->scim_base = base;
    return true;
}

/* What a data file holds is served as it is. *done: there is nothing to add. */
static bool keep_organizations(struct service *s, const json *document, bool *done, struct error *err)
{
    const char *const *ids, *id = organization_document_id(s->arena, document);
    size_t count = server_organizations(s->server, s->arena, &ids);
    *done = false;
    if (id != NULL && !keep_organization(s, id, done, err))
        return false;
    if (*done || count == 0 || s->options->organization != NULL)
        return true;
    *done = true;
    return count > 1 || keep_organization(s, ids[0], done, err);
}

/* The token comes from the options, else from the document, else it is made. */
static bool add_organization(struct service *s, struct error *err)
{
    struct json_document document;
    json *introduction;
    bool done;
    if (s->options->empty)
        return true;
    if (!organization_file_read(s->arena, s->options->organization, &document, err) ||
        !keep_organizations(s, document.root, &done, err))
        return false;
    if (done)
        return true;
    if (s->options->scim_token != NULL || json_get(document.root, "scimToken") == NULL) {
        if (!choose_token(s, s->options->scim_token, "SCIMULATOR_SCIM_TOKEN", &s->scim_token, &s->made_scim, err))
            return false;
        json_set_text(document.root, "scimToken", s->scim_token);
    }
    if (!server_add_organization(s->server, s->arena, &document, &introduction, err))
        return false;
    s->scim_base = json_get_text(introduction, "scimBase", NULL);
    return true;
}

/* --- TLS --- */

static bool check_tls_options(const struct tls_files *files, struct error *err)
{
    if (files->certificate == NULL && files->key == NULL)
        return files->client_ca == NULL || error_set(err, ERROR_USAGE, "--tls-client-ca", "add --tls-certificate and --tls-key",
                                                     "client certificates are of https");
    if (files->key == NULL)
        return error_set(err, ERROR_USAGE, "--tls-certificate", "add --tls-key", "a certificate needs its key");
    return files->certificate != NULL ||
           error_set(err, ERROR_USAGE, "--tls-key", "add --tls-certificate", "a key needs its certificate");
}

static void tell_warnings(const struct service *s)
{
    size_t count;
    const char *const *warnings = tls_warnings(s->tls, &count);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "scimulator: warning: %s\n", warnings[i]);
}

static bool open_tls(struct service *s, struct error *err)
{
    if (!check_tls_options(&s->options->tls, err))
        return false;
    if (s->options->tls.certificate == NULL)
        return true;
    s->tls = tls_new(&s->options->tls, clock_real(), err);
    if (s->tls == NULL)
        return false;
    tell_warnings(s);
    return true;
}

static void reload_tls(struct service *s)
{
    struct error err;
    char text[1100];
    if (!tls_load(s->tls, &err)) {
        fprintf(stderr, "scimulator: certificate not reloaded, the one in use stays: %s\n", error_text(&err, text, sizeof text));
        return;
    }
    server_set_certificate_until(s->server, tls_until(s->tls));
    tell_warnings(s);
    fprintf(stderr, "scimulator: certificate reloaded: %s\n", tls_text(s->tls));
}

/* --- starting --- */

static bool read_schemas(struct service *s, struct json_document **out, struct error *err)
{
    size_t count = s->options->schema_count;
    if (count > SCHEMA_FILE_MAX_FILES)
        return error_set(err, ERROR_LIMIT, "--schemas", "write several schemas into one file", "there are more than %d files",
                         SCHEMA_FILE_MAX_FILES);
    *out = arena_array(s->arena, count + 1, sizeof **out);
    for (size_t i = 0; i < count; i++) {
        const char *path = s->options->schemas[i];
        struct bytes text;
        if (!file_read(s->arena, path, SCHEMA_FILE_MAX_BYTES, &text, err) || !json_read(s->arena, text, path, &(*out)[i], err))
            return false;
    }
    return true;
}

static bool start_server(struct service *s, struct error *err)
{
    struct json_document *schemas = NULL;
    if (!read_schemas(s, &schemas, err))
        return false;
    s->store = store_open(s->options->data, err);
    if (s->store == NULL)
        return false;
    struct server_options options = {
        .clock = clock_real(),
        .admin_token = s->admin_token,
        .defects = s->options->defects,
        .defect_count = s->options->defect_count,
        .schemas = schemas,
        .schema_count = s->options->schema_count,
        .strict = s->options->strict,
        .client_certificates = s->tls != NULL && tls_asks(s->tls),
        .seeded = s->options->seeded,
        .seed = s->options->seed,
        .limits = &s->limits,
        .store = s->store,
    };
    s->server = server_new(&options, err);
    if (s->server != NULL && s->tls != NULL)
        server_set_certificate_until(s->server, tls_until(s->tls));
    return s->server != NULL && server_load(s->server, err);
}

static const char *own_url(struct service *s, uint16_t port)
{
    if (s->options->public_url != NULL)
        return s->options->public_url;
    const char *address = s->options->address == NULL ? "127.0.0.1" : s->options->address;
    const char *shown = text_equal(address, "0.0.0.0") ? "127.0.0.1" : text_equal(address, "::") ? "::1" : address;
    char url[128];
    bool six = strchr(shown, ':') != NULL;
    snprintf(url, sizeof url, "%s://%s%s%s:%u", s->tls == NULL ? "http" : "https", six ? "[" : "", shown, six ? "]" : "",
             (unsigned)port);
    return arena_strdup(s->arena, url);
}

static bool listen_for_requests(struct service *s, struct error *err)
{
    struct http_server_options options = {
        .address = s->options->address,
        .port = s->options->port,
        .connections = (unsigned)s->limits.connections,
        .idle_s = (unsigned)s->limits.idle_s,
        .request_s = (unsigned)s->limits.request_s,
        .reply_s = (unsigned)s->limits.reply_s,
        .max_body = s->limits.body_bytes,
        .max_header = s->limits.header_bytes,
        .max_target = s->limits.target_bytes,
        .tls = s->tls,
        .refuse = server_refuse,
    };
    s->http = http_server_start(&options, server_dispatch, s->server, err);
    return s->http != NULL;
}

static bool announce(const struct service *s, struct error *err)
{
    printf("listening url=%s admin=%s/admin", s->url, s->url);
    if (s->scim_base != NULL)
        printf(" scim=%s", s->scim_base);
    if (s->secrets != NULL)
        printf(" secrets=%s", s->secrets);
    printf("\n");
    return fflush(stdout) == 0 || error_set(err, ERROR_FILE, "standard output", "", "can't be written to");
}

static bool read_limits(struct service *s, struct error *err)
{
    limits_preset(&s->limits);
    for (size_t i = 0; i < s->options->limit_count; i++)
        if (!limits_set(&s->limits, s->options->limits[i], err))
            return false;
    limits_settle(&s->limits);
    return true;
}

/* What happens while it runs is for whoever reads standard error. */
static void start_log(struct service *s)
{
    s->redactor = redactor_new();
    log_setup(&(struct log_options){.level = LOG_WARNING, .fd = STDERR_FILENO, .redactor = s->redactor, .clock = clock_real()});
}

static bool set_password_cost(const struct service *s, struct error *err)
{
    unsigned cost = s->options->password_cost;
    if (cost == 0)
        return true;
    if (cost < PASSWORD_LEAST_LOG_N)
        return error_set(err, ERROR_USAGE, "--password-cost", "", "it is a number from %d to %d", PASSWORD_LEAST_LOG_N,
                         PASSWORD_MOST_LOG_N);
    if (cost < PASSWORD_LOG_N && s->options->data != NULL)
        return error_set(err, ERROR_USAGE, "--password-cost", "leave it out",
                         "what is kept with --data takes %d or more: less is for passwords that go with the process",
                         PASSWORD_LOG_N);
    digest_password_cost(cost);
    return true;
}

static bool start(struct service *s, struct error *err)
{
    if (!read_limits(s, err) || !set_password_cost(s, err) ||
        !choose_token(s, s->options->admin_token, "SCIMULATOR_ADMIN_TOKEN", &s->admin_token, &s->made_admin, err) ||
        !open_tls(s, err) || !start_server(s, err))
        return false;
    /* A port that is given is known to others: then the name comes before the first request can. */
    s->url = own_url(s, s->options->port);
    server_set_base_url(s->server, s->url);
    if (!listen_for_requests(s, err))
        return false;
    if (s->options->port == 0) {
        s->url = own_url(s, http_server_port(s->http));
        server_set_base_url(s->server, s->url);
    }
    return add_organization(s, err) && write_secrets(s, err) && announce(s, err);
}

/* --- ending --- */

static void *wait_for_eof(void *unused)
{
    char sink[256];
    UNUSED(unused);
    while (read(STDIN_FILENO, sink, sizeof sink) > 0)
        continue;
    kill(getpid(), SIGTERM); /* blocked everywhere: sigwait takes it */
    return NULL;
}

static bool watch_standard_input(struct error *err)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for_eof, NULL) != 0)
        return error_set(err, ERROR_INTERNAL, "", "", "can't start a thread");
    pthread_detach(thread);
    return true;
}

static void stop(struct service *s)
{
    if (s->http != NULL)
        http_server_stop(s->http);
    tls_free(s->tls);
    server_free(s->server);
    store_close(s->store);
    if (s->secrets != NULL && s->options->secrets == NULL)
        unlink(s->secrets);
    log_teardown();
    redactor_free(s->redactor);
    arena_free(s->arena);
}

int serve(const struct serve_options *options, struct error *err)
{
    struct service s = {.options = options, .arena = arena_new()};
    sigset_t signals;
    int received;
    /* Before there are threads, so that they all have it. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    if (options->tls.certificate != NULL) {
        sigaddset(&signals, SIGHUP);
        signal(SIGHUP, SIG_DFL); /* nohup has it ignored, and then it might not be kept for us */
    }
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    start_log(&s);
    bool good = start(&s, err) && (!options->until_eof || watch_standard_input(err));
    while (good && sigwait(&signals, &received) == 0 && received == SIGHUP)
        reload_tls(&s);
    stop(&s);
    return good ? 0 : error_exit_status(err->code);
}

bool serve_limit_at(size_t index, struct serve_limit *out)
{
    if (index >= limits_count)
        return false;
    const struct limit *row = &limits_rows[index];
    *out = (struct serve_limit){.name = row->name,
                                .unit = row->unit,
                                .caps = row->caps,
                                .answer = row->answer,
                                .source = row->source,
                                .preset = row->preset,
                                .smallest = row->smallest,
                                .largest = row->largest,
                                .fixed = row->offset == LIMIT_FIXED};
    return true;
}

const struct serve_rewrite *serve_rewrites(size_t *count)
{
    static const struct serve_rewrite list[] = {
#define X(bit, name, who, text, strict) {name, who, text, strict},
        SCIM_REWRITES(X)
#undef X
    };
    *count = ARRAY_LEN(list);
    return list;
}
