/* tls.h: the one door to GnuTLS: what a server shows and asks for in a TLS handshake, and whom it met there.
 *
 * libmicrohttpd works the records; http_server.c calls tls_begin for every new connection, tls_peer for every request and tls_end when the
 * connection is gone. TLS 1.2 and 1.3 (RFC 9325), with forward secrecy and authenticated encryption only; no resumption, no early data, so
 * that every connection is a whole handshake and proves its certificate anew.
 *
 * A client CA makes the server ask for a client certificate. A client may go without. A certificate that does not verify (issued by nobody in
 * that file, expired, not yet valid, not for clients) ends the handshake with an alert.
 *
 * Files are PEM. tls_load reads them again: all of them are good and take effect together, or nothing changes. Connections that are there go on
 * with what they began with.
 *
 * Threads: tls_load and what it tells (tls_warnings, tls_text) belong to one thread; tls_begin may run meanwhile, in any.
 */
#ifndef COMMON_TLS_H
#define COMMON_TLS_H

#include "common/base.h"
#include "common/clock.h"

struct arena;
struct error;
struct http_certificate;
struct tls;
struct tls_connection;

#define TLS_MAX_FILE MIB

/* In GnuTLS's words. */
#define TLS_PRIORITIES                                                                                                           \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:"    \
    "+AES-128-GCM:-MAC-ALL:+AEAD:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:%SERVER_PRECEDENCE"

struct tls_files {
    const char *certificate; /* the server's own, then those between it and its CA */
    const char *key;         /* of the first; not encrypted */
    const char *client_ca;   /* whose client certificates count; NULL: none is asked for */
};

/* NULL: err is ERROR_FILE, ERROR_LIMIT or ERROR_INVALID with the file and the remedy. The paths are copied. The clock is for the warnings and for
 * certificates that expire under a running connection; in the handshake GnuTLS goes by the system's. */
struct tls *tls_new(const struct tls_files *files, struct clock clock, struct error *err);
void tls_free(struct tls *tls); /* after the last tls_end */
/* The files as they are now. False: what was in use stays. */
bool tls_load(struct tls *tls, struct error *err) MUST_USE;
/* Can they be used, as far as they are given? For a client, whose CA is the one it trusts. The errors of tls_new. */
bool tls_check(const struct tls_files *files, struct error *err) MUST_USE;
/* What is doubtful about the files in use: an expired certificate, a key that others may read. Lines for people, good until the next tls_load. */
const char *const *tls_warnings(const struct tls *tls, size_t *count);
/* "CN=scim.example.com, good until 2027-01-01T00:00:00.000Z, SHA-256 ab12..." of the server's certificate; likewise. */
const char *tls_text(const struct tls *tls);
bool tls_asks(const struct tls *tls); /* for client certificates; does not change */

/* PEM texts, which libmicrohttpd wants before it starts and never uses; good until the next tls_load. */
const char *tls_certificate_pem(const struct tls *tls);
const char *tls_key_pem(const struct tls *tls);

/* session: a gnutls_session_t before its handshake. It uses the files as they are now, whatever is loaded later. */
struct tls_connection *tls_begin(struct tls *tls, void *session);
/* The client's certificate, which has been verified; NULL: it showed none, or it has expired since. Lives as long as the connection. Only from the
 * connection's own thread, after the handshake. */
const struct http_certificate *tls_peer(struct tls_connection *connection);
void tls_end(struct tls_connection *connection); /* NULL is fine */

#endif
