#include "common/base.h"

#include "reference-server/model/certificate.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/place.h"
#include "reference-server/model/scope.h"

#include <string.h>

static struct certificate *at(const struct organization *organization, size_t i)
{
    return organization->certificates.items[i];
}

/* --- what is asked for --- */

static int hex(char c)
{
    static const char digits[] = "0123456789abcdef";
    char lower = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
    const char *found = lower == '\0' ? NULL : strchr(digits, lower);
    return found == NULL ? -1 : (int)(found - digits);
}

/* 32 bytes, with a colon between each two or none at all. */
static bool read_fingerprint(const char *text, char out[CERTIFICATE_FINGERPRINT])
{
    bool colons = strlen(text) == CERTIFICATE_WRITTEN;
    size_t n = 0;
    if (!colons && strlen(text) != CERTIFICATE_FINGERPRINT - 1) {
        return false;
    }
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (colons && i % 3 == 2) {
            if (text[i] != ':') {
                return false;
            }
            continue;
        }
        int digit = hex(text[i]);
        if (digit < 0) {
            return false;
        }
        out[n++] = "0123456789abcdef"[digit];
    }
    out[n] = '\0';
    return true;
}

static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

bool certificate_wish_read(const struct place *place, const json *object, struct certificate_wish *out,
                           struct model_failure *failure)
{
    const char *fingerprint = NULL;
    if (!place_text(place, object, "fingerprint", CERTIFICATE_WRITTEN, &fingerprint, failure) ||
        !place_text(place, object, "subject", CERTIFICATE_MAX_SUBJECT, &out->subject, failure) ||
        !scope_read_member(place, object, &out->scopes, failure)) {
        return false;
    }
    if ((fingerprint == NULL) == (out->subject == NULL)) {
        return place_refuse(place, NULL, failure, "give a fingerprint or a subject, one of the two");
    }
    if (fingerprint != NULL && !read_fingerprint(fingerprint, out->fingerprint)) {
        return place_refuse(place, "fingerprint", failure,
                            "a fingerprint is the SHA-256 of the certificate: 64 hex digits, with colons or without");
    }
    return out->subject == NULL || is_plain(out->subject) ||
           place_refuse(place, "subject", failure, "a subject is text such as \"CN=okta,O=Example\"");
}

/* --- what there is --- */

struct certificate *certificate_named(const struct organization *organization, const char *name)
{
    for (size_t i = 0; i < organization->certificates.count; i++) {
        if (text_equal(at(organization, i)->name, name)) {
            return at(organization, i);
        }
    }
    return NULL;
}

static struct certificate *find_by(const struct organization *organization, bool fingerprint, const char *text)
{
    for (size_t i = 0; i < organization->certificates.count; i++) {
        struct certificate *certificate = at(organization, i);
        if (text != NULL && text_equal(fingerprint ? certificate->fingerprint : certificate->subject, text)) {
            return certificate;
        }
    }
    return NULL;
}

const struct certificate *certificate_find(const struct organization *organization, const char *fingerprint, const char *subject)
{
    const struct certificate *found = find_by(organization, true, fingerprint);
    return found != NULL ? found : find_by(organization, false, subject);
}

bool certificate_add(struct organization *organization, const struct certificate_wish *wish, struct model_failure *failure)
{
    const bool by_fingerprint = wish->subject == NULL;
    const struct certificate *same = find_by(organization, by_fingerprint, by_fingerprint ? wish->fingerprint : wish->subject);
    if (certificate_named(organization, wish->name) != NULL) {
        return model_failure_set(failure, MODEL_CONFLICT, "taken", "remove it, or take another name",
                                 "there is a certificate \"%.128s\" already", wish->name);
    }
    if (same != NULL) {
        return model_failure_set(failure, MODEL_CONFLICT, "taken", "remove that one first",
                                 "the certificate \"%.128s\" has the same %s", same->name,
                                 by_fingerprint ? "fingerprint" : "subject");
    }
    if (organization->certificates.count >= CERTIFICATE_MAX) {
        return model_failure_set(failure, MODEL_CONFLICT, "tooMany", "remove one first",
                                 "an organization names at most %d certificates", CERTIFICATE_MAX);
    }
    struct certificate *certificate = mem_alloc(sizeof *certificate);
    certificate->name = mem_strdup(wish->name);
    certificate->fingerprint = by_fingerprint ? mem_strdup(wish->fingerprint) : NULL;
    certificate->subject = by_fingerprint ? NULL : mem_strdup(wish->subject);
    certificate->scopes = wish->scopes;
    certificate->created_ms = organization_now(organization);
    list_push(&organization->certificates, certificate);
    change_note(organization, RECORD_CERTIFICATE, certificate->name);
    return true;
}

static void drop(struct organization *organization, struct certificate *certificate)
{
    list_remove(&organization->certificates, certificate);
    mem_free(certificate->name);
    mem_free(certificate->fingerprint);
    mem_free(certificate->subject);
    mem_free(certificate);
}

bool certificate_remove(struct organization *organization, const char *name, struct model_failure *failure)
{
    struct certificate *certificate = certificate_named(organization, name);
    if (certificate == NULL) {
        return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "", "there is no certificate \"%.128s\"", name);
    }
    change_gone(organization, RECORD_CERTIFICATE, name);
    drop(organization, certificate);
    return true;
}

void certificate_free_all(struct organization *organization)
{
    while (organization->certificates.count > 0) {
        drop(organization, at(organization, 0));
    }
    list_release(&organization->certificates);
}
