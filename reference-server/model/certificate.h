/* certificate.h: the client certificates that open an organization's SCIM door (RFC 7644 §2: TLS client authentication).
 *
 * That a certificate is genuine and in its time has been found out in the TLS handshake (common/tls.h). An organization names those it takes: one
 * by its fingerprint, or whatever carries a subject, so that a renewed certificate goes on to work. What is named is gone with the next request once
 * it is removed. Validity is by the real clock; the organization's own does not move it. */
#ifndef REFERENCE_SERVER_MODEL_CERTIFICATE_H
#define REFERENCE_SERVER_MODEL_CERTIFICATE_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/organization.h"

struct place;

#define CERTIFICATE_MAX         20 /* in an organization */
#define CERTIFICATE_MAX_NAME    128
#define CERTIFICATE_MAX_SUBJECT 1024
#define CERTIFICATE_FINGERPRINT 65 /* 64 hex digits and the NUL */
#define CERTIFICATE_WRITTEN     95 /* the longest way to write one: with colons */
#define CERTIFICATE_MEMBERS     "fingerprint subject scopes"

struct certificate {
    char *name;
    char *fingerprint; /* SHA-256 in lower-case hex; NULL: by subject */
    char *subject;     /* RFC 4514; NULL: by fingerprint */
    unsigned scopes;   /* scope.h */
    int64_t created_ms;
};

struct certificate_wish {
    const char *name;
    char fingerprint[CERTIFICATE_FINGERPRINT]; /* empty: by subject */
    const char *subject;
    unsigned scopes;
};

/* The members CERTIFICATE_MEMBERS of an object, but not the name: exactly one of fingerprint and subject. A fingerprint may be written in capitals and
 * with colons, as openssl does. */
bool certificate_wish_read(const struct place *place, const json *object, struct certificate_wish *out,
                           struct model_failure *failure) MUST_USE;
/* 409 when the name, the fingerprint or the subject is taken or there are CERTIFICATE_MAX. */
bool certificate_add(struct organization *organization, const struct certificate_wish *wish,
                     struct model_failure *failure) MUST_USE;
bool certificate_remove(struct organization *organization, const char *name, struct model_failure *failure) MUST_USE;
struct certificate *certificate_named(const struct organization *organization, const char *name); /* NULL: none */
/* What the organization says of a certificate with this fingerprint and subject (may be NULL); the fingerprint counts first. NULL: nothing. */
const struct certificate *certificate_find(const struct organization *organization, const char *fingerprint, const char *subject);
void certificate_free_all(struct organization *organization);

#endif
