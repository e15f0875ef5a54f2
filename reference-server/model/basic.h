/* basic.h: the user and password that open an organization's SCIM door by HTTP Basic (RFC 7617), when it has such a pair. Okta's app wizard offers it.
 *
 * The password is a machine's: made by the server, or at least BASIC_MIN_PASSWORD long, and so kept as SHA-256 like a token. People's passwords are in
 * account.h.
 */
#ifndef REFERENCE_SERVER_MODEL_BASIC_H
#define REFERENCE_SERVER_MODEL_BASIC_H

#include "common/base.h"
#include "reference-server/model/organization.h"

#define BASIC_MAX_TEXT     128 /* bytes of either */
#define BASIC_MIN_PASSWORD 16

struct basic {
    char *user;
    char hash[65]; /* of the password */
    unsigned scopes;
    int64_t created_ms;
};

/* No colon in a user (RFC 7617 §2), no control character in either. */
bool basic_text_valid(const char *text, bool user);
/* Takes the place of the one before. password NULL: made; made gets what was given or made. */
void basic_set(struct organization *organization, const char *user, const char *password, unsigned scopes,
               char made[BASIC_MAX_TEXT + 1]);
void basic_remove(struct organization *organization); /* none: nothing */
/* NULL: another user or password, or the organization has none. Takes the same time for a wrong password and a right one. */
const struct basic *basic_find(const struct organization *organization, const char *user, const char *password);

#endif
