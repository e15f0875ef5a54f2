/* tls_files.h: keys and certificates made on the spot, as PEM files in a folder of their own, and a TLS client that does as it is told: what no
 * HTTP library would offer or show. */
#ifndef TESTS_UNIT_COMMON_TLS_FILES_H
#define TESTS_UNIT_COMMON_TLS_FILES_H

#include "common/base.h"

#include "common/digest.h"
#include "tests/unit/common/raw_socket.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <time.h>

#define MADE_PATH 200
/* A client's time-out: under memcheck on a busy machine a handshake takes longer than the five seconds that connecting may take by default. */
#define TLS_PATIENCE_MS 60000

/* A certificate and its key. */
struct made {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
    char certificate_path[MADE_PATH], key_path[MADE_PATH];
    char fingerprint[65];
};

struct made_wish {
    const char *name;          /* common name, and the names of its files */
    const struct made *issuer; /* NULL: self-signed */
    bool ca;
    int from_s, until_s; /* from now; both 0: an hour around now */
    const char *purpose; /* an OID; NULL: any */
    bool rsa;            /* its key, which may also decrypt; else ECDSA */
    const char *host;    /* DNS name; NULL: the address 127.0.0.1 */
};

static inline void made_write(const char *path, const gnutls_datum_t *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(text->data, 1, text->size, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static inline void made_names(gnutls_x509_crt_t certificate, const struct made_wish *wish)
{
    static const unsigned char loopback[4] = {127, 0, 0, 1};
    gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, wish->name, (unsigned)strlen(wish->name));
    gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_ORGANIZATION_NAME, 0, "Test", 4);
    if (wish->host != NULL)
        gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, wish->host, (unsigned)strlen(wish->host), 0);
    else if (!wish->ca)
        gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, loopback, sizeof loopback, 0);
}

static inline void made_export(struct made *made, const char *folder, const char *name)
{
    gnutls_datum_t text;
    snprintf(made->certificate_path, MADE_PATH, "%s/%s.pem", folder, name);
    snprintf(made->key_path, MADE_PATH, "%s/%s.key", folder, name);
    assert_int_equal(gnutls_x509_crt_export2(made->certificate, GNUTLS_X509_FMT_PEM, &text), 0);
    made_write(made->certificate_path, &text, 0644);
    gnutls_free(text.data);
    assert_int_equal(gnutls_x509_privkey_export2(made->key, GNUTLS_X509_FMT_PEM, &text), 0);
    made_write(made->key_path, &text, 0600);
    gnutls_free(text.data);
    assert_int_equal(gnutls_x509_crt_export2(made->certificate, GNUTLS_X509_FMT_DER, &text), 0);
    digest_sha256_hex((struct bytes){(const char *)text.data, text.size}, made->fingerprint);
    gnutls_free(text.data);
}

static inline struct made make_certificate(const char *folder, const struct made_wish *wish)
{
    static unsigned char serial;
    struct made made;
    bool hour = wish->from_s == 0 && wish->until_s == 0;
    serial++;
    assert_int_equal(gnutls_x509_privkey_init(&made.key), 0);
    unsigned bits = wish->rsa ? 2048 : GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
    unsigned use = wish->ca ? GNUTLS_KEY_KEY_CERT_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE;
    assert_int_equal(gnutls_x509_privkey_generate(made.key, wish->rsa ? GNUTLS_PK_RSA : GNUTLS_PK_ECDSA, bits, 0), 0);
    assert_int_equal(gnutls_x509_crt_init(&made.certificate), 0);
    gnutls_x509_crt_set_version(made.certificate, 3);
    gnutls_x509_crt_set_serial(made.certificate, &serial, 1);
    gnutls_x509_crt_set_activation_time(made.certificate, time(NULL) + (hour ? -3600 : wish->from_s));
    gnutls_x509_crt_set_expiration_time(made.certificate, time(NULL) + (hour ? 3600 : wish->until_s));
    gnutls_x509_crt_set_key(made.certificate, made.key);
    gnutls_x509_crt_set_basic_constraints(made.certificate, wish->ca, -1);
    gnutls_x509_crt_set_key_usage(made.certificate, use | (wish->rsa ? GNUTLS_KEY_KEY_ENCIPHERMENT : 0U));
    if (wish->purpose != NULL)
        gnutls_x509_crt_set_key_purpose_oid(made.certificate, wish->purpose, 0);
    made_names(made.certificate, wish);
    const struct made *issuer = wish->issuer == NULL ? &made : wish->issuer;
    assert_int_equal(gnutls_x509_crt_sign2(made.certificate, issuer->certificate, issuer->key, GNUTLS_DIG_SHA256, 0), 0);
    made_export(&made, folder, wish->name);
    return made;
}

static inline void made_free(struct made *made)
{
    gnutls_x509_crt_deinit(made->certificate);
    gnutls_x509_privkey_deinit(made->key);
}

/* dirs and files below are named by us: nothing to be careful about */
static inline void remove_files(const char *folder, struct made *const *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unlink(all[i]->certificate_path);
        unlink(all[i]->key_path);
        made_free(all[i]);
    }
    rmdir(folder);
}

/* --- a client --- */

struct tls_client {
    int fd;
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    int handshake;   /* 0: done */
    int alert;       /* the last that came, or -1 */
    char server[65]; /* fingerprint of the server's certificate, which is not checked */
};

/* shown NULL: no client certificate. It is sent whatever CAs the server asks for. */
static inline int tls_show(gnutls_session_t session, const gnutls_datum_t *names, int name_count,
                           const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_retr2_st *out)
{
    UNUSED(names);
    UNUSED(name_count);
    UNUSED(algorithms);
    UNUSED(algorithm_count);
    struct made *shown = gnutls_session_get_ptr(session);
    *out = (gnutls_retr2_st){.cert_type = GNUTLS_CRT_X509, .key_type = GNUTLS_PRIVKEY_X509};
    if (shown != NULL) {
        out->ncerts = 1;
        out->cert.x509 = &shown->certificate;
        out->key.x509 = shown->key;
    }
    return 0;
}

static inline struct tls_client tls_client_open(uint16_t port, const char *priorities, struct made *shown)
{
    struct tls_client client = {.fd = raw_connect(port), .alert = -1};
    assert_true(client.fd >= 0);
    assert_int_equal(gnutls_init(&client.session, GNUTLS_CLIENT), 0);
    assert_int_equal(gnutls_certificate_allocate_credentials(&client.credentials), 0);
    gnutls_certificate_set_retrieve_function(client.credentials, tls_show);
    gnutls_session_set_ptr(client.session, shown);
    assert_int_equal(gnutls_priority_set_direct(client.session, priorities, NULL), 0);
    gnutls_credentials_set(client.session, GNUTLS_CRD_CERTIFICATE, client.credentials);
    gnutls_transport_set_int(client.session, client.fd);
    do
        client.handshake = gnutls_handshake(client.session);
    while (client.handshake < 0 && gnutls_error_is_fatal(client.handshake) == 0);
    if (client.handshake == GNUTLS_E_FATAL_ALERT_RECEIVED)
        client.alert = (int)gnutls_alert_get(client.session);
    unsigned count = 0;
    const gnutls_datum_t *list = gnutls_certificate_get_peers(client.session, &count);
    if (list != NULL && count > 0)
        digest_sha256_hex((struct bytes){(const char *)list[0].data, list[0].size}, client.server);
    return client;
}

/* Sends a request and reads until its reply ends with the mark. False: no such reply; an alert that came is noted. */
static inline bool tls_client_ask(struct tls_client *client, const char *request, const char *mark, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    if (client->handshake != 0 || gnutls_record_send(client->session, request, strlen(request)) < 0)
        return false;
    while (strstr(out, mark) == NULL && n < size - 1) {
        ssize_t got = gnutls_record_recv(client->session, out + n, size - 1 - n);
        if (got == GNUTLS_E_FATAL_ALERT_RECEIVED)
            client->alert = (int)gnutls_alert_get(client->session);
        if (got < 0 && gnutls_error_is_fatal((int)got) == 0)
            continue;
        if (got <= 0)
            return false;
        n += (size_t)got;
        out[n] = '\0';
    }
    return strstr(out, mark) != NULL;
}

static inline void tls_client_close(struct tls_client *client)
{
    gnutls_deinit(client->session);
    gnutls_certificate_free_credentials(client->credentials);
    close(client->fd);
}

#endif
