#include "common/base.h"
#include "common/tls.h"

#include "common/clock.h"
#include "common/digest.h"
#include "common/error.h"
#include "common/file.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define WARNINGS_MAX 3
#define LINGER_MS    1000

/* What one reading of the files made: shared by `struct tls` and the connections that began with it; the last one frees it. */
struct identity {
    unsigned references; /* under the lock of struct tls */
    gnutls_certificate_credentials_t credentials;
};

/* What is told about the files in use. */
struct told {
    struct arena *arena;
    const char *certificate, *key; /* PEM */
    const char *text;
    const char *warnings[WARNINGS_MAX];
    size_t warning_count;
};

struct tls {
    struct arena *arena; /* of the paths */
    struct clock clock;
    struct tls_files files;
    struct told told;
    pthread_mutex_t lock;
    struct identity *current; /* under the lock */
};

struct tls_connection {
    struct tls *tls;
    struct identity *identity;
    gnutls_session_t session;
    struct arena *arena;
    bool looked;
    int64_t expires_ms;
    struct http_certificate *peer; /* once looked; NULL: none */
};

/* --- reading files --- */

/* The texts of a reading under way. */
struct reading {
    struct told told;
    struct clock clock;
    struct error *err;
    gnutls_certificate_credentials_t credentials;
};

static bool invalid(const struct reading *r, const char *path, const char *remedy, const char *message)
{
    return error_set(r->err, ERROR_INVALID, path, remedy, "%s", message);
}

static gnutls_datum_t datum(const char *text)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)text, (unsigned)strlen(text)};
}

static bool read_pem(struct reading *r, const char *path, bool key, const char **out)
{
    const char *mark = key ? "PRIVATE KEY-----" : "-----BEGIN CERTIFICATE-----";
    struct bytes bytes;
    if (!file_read(r->told.arena, path, TLS_MAX_FILE, &bytes, r->err))
        return false;
    if (memchr(bytes.p, '\0', bytes.n) != NULL || strstr(bytes.p, "-----BEGIN ") == NULL)
        return invalid(r, path, "convert it, for instance with `openssl x509` or `openssl pkey` and -inform DER -outform PEM",
                       "is not PEM");
    if (strstr(bytes.p, mark) == NULL)
        return key ? invalid(r, path, "give the file with -----BEGIN PRIVATE KEY-----", "there is no private key in it")
                   : invalid(r, path, "give the file with -----BEGIN CERTIFICATE-----", "there is no certificate in it");
    *out = bytes.p;
    return true;
}

static void warn(struct reading *r, const char *text)
{
    r->told.warnings[r->told.warning_count++] = text;
}

static bool check_key(struct reading *r, const char *path)
{
    if (strstr(r->told.key, "BEGIN ENCRYPTED PRIVATE KEY") != NULL || strstr(r->told.key, "Proc-Type: 4,ENCRYPTED") != NULL)
        return invalid(r, path, "give it without a passphrase: openssl pkey -in KEY -out PLAIN", "the key is encrypted");
    gnutls_x509_privkey_t key;
    if (gnutls_x509_privkey_init(&key) < 0)
        mem_exhausted();
    gnutls_datum_t text = datum(r->told.key);
    int code = gnutls_x509_privkey_import2(key, &text, GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_x509_privkey_deinit(key);
    if (code < 0)
        return invalid(r, path, "make the key anew",
                       arena_printf(r->told.arena, "the key can't be read: %s", gnutls_strerror(code)));
    struct stat status;
    if (stat(path, &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)) != 0)
        warn(r, arena_printf(r->told.arena, "%s: every user of this machine may read or write this key (chmod o-rw %s)", path,
                             path));
    return true;
}

static const char *subject_of(struct arena *arena, gnutls_x509_crt_t certificate)
{
    gnutls_datum_t dn;
    if (gnutls_x509_crt_get_dn3(certificate, &dn, 0) < 0)
        return NULL;
    const char *out = text_is_utf8((const char *)dn.data, dn.size) ? arena_strndup(arena, (const char *)dn.data, dn.size) : NULL;
    gnutls_free(dn.data);
    return out;
}

static void fingerprint_of(const gnutls_datum_t *der, char out[65])
{
    digest_sha256_hex((struct bytes){(const char *)der->data, der->size}, out);
}

/* The first certificate of the file: what people are told about it. */
static void describe(struct reading *r, const char *path, gnutls_x509_crt_t certificate)
{
    struct arena *arena = r->told.arena;
    int64_t now = clock_now(r->clock), from = (int64_t)gnutls_x509_crt_get_activation_time(certificate) * 1000,
            until = (int64_t)gnutls_x509_crt_get_expiration_time(certificate) * 1000;
    if (now > until)
        warn(r, arena_printf(arena, "%s: the certificate has expired: %s", path, time_format(arena, until)));
    if (now < from)
        warn(r, arena_printf(arena, "%s: the certificate is not valid before %s", path, time_format(arena, from)));
    gnutls_datum_t der;
    char fingerprint[65] = "";
    if (gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der) >= 0) {
        fingerprint_of(&der, fingerprint);
        gnutls_free(der.data);
    }
    const char *subject = subject_of(arena, certificate);
    r->told.text = arena_printf(arena, "%s, good until %s, SHA-256 %s", subject == NULL ? "no name" : subject,
                                time_format(arena, until), fingerprint);
}

static bool check_certificate(struct reading *r, const char *path)
{
    gnutls_datum_t text = datum(r->told.certificate);
    gnutls_x509_crt_t *list;
    unsigned count;
    int code = gnutls_x509_crt_list_import2(&list, &count, &text, GNUTLS_X509_FMT_PEM, 0);
    if (code < 0)
        return invalid(r, path, "make the certificate anew",
                       arena_printf(r->told.arena, "the certificate can't be read: %s", gnutls_strerror(code)));
    describe(r, path, list[0]);
    for (unsigned i = 0; i < count; i++)
        gnutls_x509_crt_deinit(list[i]);
    gnutls_free(list);
    return true;
}

static bool use_pair(struct reading *r, const struct tls_files *files)
{
    gnutls_datum_t certificate = datum(r->told.certificate), key = datum(r->told.key);
    int code = gnutls_certificate_set_x509_key_mem2(r->credentials, &certificate, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        return error_set(r->err, ERROR_INVALID, files->key, "give the key that the certificate was made with",
                         "the key does not belong to the certificate %s", files->certificate);
    return code >= 0 ||
           error_set(r->err, ERROR_INVALID, files->certificate, "put the server's own certificate first, then its issuer's",
                     "can't be used: %s", gnutls_strerror(code));
}

static bool use_ca(struct reading *r, const char *path)
{
    const char *text;
    if (path == NULL)
        return true;
    if (!read_pem(r, path, false, &text))
        return false;
    gnutls_datum_t ca = datum(text);
    int count = gnutls_certificate_set_x509_trust_mem(r->credentials, &ca, GNUTLS_X509_FMT_PEM);
    return count > 0 || error_set(r->err, ERROR_INVALID, path, "give the certificates of the CAs that are to be trusted",
                                  "can't be used: %s", gnutls_strerror(count));
}

/* --- whom it met --- */

static gnutls_alert_description_t alert_for(unsigned status)
{
    static const struct {
        unsigned bit;
        gnutls_alert_description_t alert;
    } rows[] = {{GNUTLS_CERT_EXPIRED, GNUTLS_A_CERTIFICATE_EXPIRED},
                {GNUTLS_CERT_REVOKED, GNUTLS_A_CERTIFICATE_REVOKED},
                {GNUTLS_CERT_SIGNER_NOT_FOUND, GNUTLS_A_UNKNOWN_CA},
                {GNUTLS_CERT_SIGNER_NOT_CA, GNUTLS_A_UNKNOWN_CA},
                {GNUTLS_CERT_PURPOSE_MISMATCH, GNUTLS_A_UNSUPPORTED_CERTIFICATE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if ((status & rows[i].bit) != 0)
            return rows[i].alert;
    return GNUTLS_A_BAD_CERTIFICATE;
}

/* A client of TLS 1.3 has its request under way by now. A socket that is closed before that is read is reset, and the alert may be lost; so it is read
 * on for a moment. */
static void say_why(gnutls_session_t session, gnutls_alert_description_t alert)
{
    const int fd = gnutls_transport_get_int(session);
    const uint64_t end = clock_monotonic_us() + (uint64_t)LINGER_MS * 1000;
    char sink[4096];
    if (gnutls_alert_send(session, GNUTLS_AL_FATAL, alert) < 0 || shutdown(fd, SHUT_WR) != 0)
        return;
    for (uint64_t now = clock_monotonic_us(); now < end; now = clock_monotonic_us()) {
        struct pollfd wait = {fd, POLLIN, 0};
        if (poll(&wait, 1, (int)((end - now) / 1000) + 1) <= 0 || recv(fd, sink, sizeof sink, 0) <= 0)
            return;
    }
}

/* In the handshake, also when the client showed nothing. Not 0 ends it. */
static int verify(gnutls_session_t session)
{
    static const char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
    gnutls_typed_vdata_st wanted = {.type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *)(uintptr_t)purpose};
    unsigned count = 0, status = 0;
    if (gnutls_certificate_get_peers(session, &count) == NULL || count == 0)
        return 0;
    int code = gnutls_certificate_verify_peers(session, &wanted, 1, &status);
    if (code >= 0 && status == 0)
        return 0;
    say_why(session, code < 0 ? GNUTLS_A_BAD_CERTIFICATE : alert_for(status)); /* libmicrohttpd would just close the connection */
    return GNUTLS_E_CERTIFICATE_ERROR;
}

static struct http_certificate *look(struct tls_connection *connection)
{
    unsigned count = 0;
    const gnutls_datum_t *list = gnutls_certificate_get_peers(connection->session, &count);
    gnutls_x509_crt_t certificate;
    if (list == NULL || count == 0 || gnutls_x509_crt_init(&certificate) < 0)
        return NULL;
    struct http_certificate *peer = NULL;
    if (gnutls_x509_crt_import(certificate, &list[0], GNUTLS_X509_FMT_DER) >= 0) {
        char fingerprint[65];
        fingerprint_of(&list[0], fingerprint);
        peer = arena_alloc(connection->arena, sizeof *peer);
        peer->fingerprint = arena_strdup(connection->arena, fingerprint);
        peer->subject = subject_of(connection->arena, certificate);
        connection->expires_ms = (int64_t)gnutls_x509_crt_get_expiration_time(certificate) * 1000;
    }
    gnutls_x509_crt_deinit(certificate);
    return peer;
}

const struct http_certificate *tls_peer(struct tls_connection *connection)
{
    if (connection == NULL || connection->tls->files.client_ca == NULL)
        return NULL;
    if (!connection->looked)
        connection->peer = look(connection);
    connection->looked = true;
    return connection->peer != NULL && clock_now(connection->tls->clock) <= connection->expires_ms ? connection->peer : NULL;
}

/* --- connections --- */

static void release(struct tls *tls, struct identity *identity)
{
    pthread_mutex_lock(&tls->lock);
    bool last = identity != NULL && --identity->references == 0;
    pthread_mutex_unlock(&tls->lock);
    if (!last)
        return;
    gnutls_certificate_free_credentials(identity->credentials);
    mem_free(identity);
}

struct tls_connection *tls_begin(struct tls *tls, void *session)
{
    struct tls_connection *connection = mem_alloc(sizeof *connection);
    connection->tls = tls;
    connection->session = session;
    connection->arena = arena_new();
    pthread_mutex_lock(&tls->lock);
    connection->identity = tls->current;
    connection->identity->references++;
    pthread_mutex_unlock(&tls->lock);
    if (gnutls_credentials_set(connection->session, GNUTLS_CRD_CERTIFICATE, connection->identity->credentials) < 0)
        mem_exhausted();
    gnutls_certificate_server_set_request(connection->session, tls_asks(tls) ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
    return connection;
}

void tls_end(struct tls_connection *connection)
{
    if (connection == NULL)
        return;
    release(connection->tls, connection->identity);
    arena_free(connection->arena);
    mem_free(connection);
}

/* --- life --- */

static bool read_pair(struct reading *r, const struct tls_files *files)
{
    return read_pem(r, files->certificate, false, &r->told.certificate) && check_certificate(r, files->certificate) &&
           read_pem(r, files->key, true, &r->told.key) && check_key(r, files->key) && use_pair(r, files);
}

static void drop_reading(struct reading *r)
{
    gnutls_certificate_free_credentials(r->credentials);
    arena_free(r->told.arena);
}

/* False: nothing is left of it. */
static bool read_files(struct reading *r, const struct tls_files *files, struct clock clock, struct error *err)
{
    *r = (struct reading){.told = {.arena = arena_new()}, .clock = clock, .err = err};
    if (gnutls_certificate_allocate_credentials(&r->credentials) < 0)
        mem_exhausted();
    if ((files->certificate == NULL || read_pair(r, files)) && use_ca(r, files->client_ca))
        return true;
    drop_reading(r);
    return false;
}

bool tls_check(const struct tls_files *files, struct error *err)
{
    struct reading r;
    if (!read_files(&r, files, clock_real(), err))
        return false;
    drop_reading(&r);
    return true;
}

bool tls_load(struct tls *tls, struct error *err)
{
    struct reading r;
    if (!read_files(&r, &tls->files, tls->clock, err))
        return false;
    gnutls_certificate_set_verify_function(r.credentials, verify);
    struct identity *fresh = mem_alloc(sizeof *fresh);
    *fresh = (struct identity){1, r.credentials};
    pthread_mutex_lock(&tls->lock);
    struct identity *old = tls->current;
    tls->current = fresh;
    pthread_mutex_unlock(&tls->lock);
    release(tls, old);
    arena_free(tls->told.arena);
    tls->told = r.told;
    return true;
}

struct tls *tls_new(const struct tls_files *files, struct clock clock, struct error *err)
{
    struct tls *tls = mem_alloc(sizeof *tls);
    tls->arena = arena_new();
    tls->clock = clock;
    tls->files = (struct tls_files){arena_strdup(tls->arena, files->certificate), arena_strdup(tls->arena, files->key),
                                    files->client_ca == NULL ? NULL : arena_strdup(tls->arena, files->client_ca)};
    pthread_mutex_init(&tls->lock, NULL);
    if (tls_load(tls, err))
        return tls;
    tls_free(tls);
    return NULL;
}

void tls_free(struct tls *tls)
{
    if (tls == NULL)
        return;
    release(tls, tls->current);
    pthread_mutex_destroy(&tls->lock);
    arena_free(tls->told.arena);
    arena_free(tls->arena);
    mem_free(tls);
}

const char *const *tls_warnings(const struct tls *tls, size_t *count)
{
    *count = tls->told.warning_count;
    return tls->told.warnings;
}

const char *tls_text(const struct tls *tls)
{
    return tls->told.text;
}

bool tls_asks(const struct tls *tls)
{
    return tls->files.client_ca != NULL;
}

const char *tls_certificate_pem(const struct tls *tls)
{
    return tls->told.certificate;
}

const char *tls_key_pem(const struct tls *tls)
{
    return tls->told.key;
}
