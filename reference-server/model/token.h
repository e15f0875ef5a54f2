/* token.h: bearer tokens of the SCIM door (RFC 6750; RFC 7644 §2). An organization may have several at once, by name.
 *
 * A token is kept as SHA-256 only: it is long and random, or given by whoever sets the organization up. Expiry is by the organization's virtual clock.
 * Rotation gives a name a new secret; the old one may stay good for a while, at most one per name. Revocation works at once.
 */
#ifndef REFERENCE_SERVER_MODEL_TOKEN_H
#define REFERENCE_SERVER_MODEL_TOKEN_H

#include "common/base.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/list.h"
#include "reference-server/model/organization.h"

#define TOKEN_MAX_LENGTH 512 /* bytes of a token */
#define TOKEN_MAX_NAME   128
#define TOKEN_DEFAULT    "default" /* the name of the one that an organization starts with */
#define TOKEN_NEVER      INT64_MAX

struct token {
    char *name;
    char hash[65];
    unsigned scopes;                /* scope.h */
    int64_t created_ms, expires_ms; /* TOKEN_NEVER: it does not */
    bool previous;                  /* rotation has put another in its place */
};

struct token_wish {
    const char *name;
    const char *secret; /* NULL: made */
    int64_t life_ms;    /* 0: for ever; of a rotation: as long as the old one had */
    unsigned scopes;
    bool keep_old;      /* of a rotation: the old one stays good, until it expires, */
    int64_t overlap_ms; /* for this long (0: no limit) */
};

/* ASCII without blanks, 1 to TOKEN_MAX_LENGTH bytes. */
bool token_well_formed(const char *secret);
/* The record of this secret, expired or not; NULL: there is none. Takes the same time for a wrong and a right one. */
const struct token *token_find(const struct organization *organization, const char *secret);
bool token_expired(const struct organization *organization, const struct token *token);
bool token_valid(const struct organization *organization, const char *secret);

/* 409 when the name or the secret is taken or there are as many as there may be. out (may be NULL) is the record; secret gets what was given or made. */
bool token_create(struct organization *organization, const struct token_wish *wish, char secret[TOKEN_MAX_LENGTH + 1],
                  const struct token **out, struct model_failure *failure) MUST_USE;
/* 404 when nothing has that name; only TOKEN_DEFAULT is made then, with all scopes. */
bool token_rotate(struct organization *organization, const struct token_wish *wish, char secret[TOKEN_MAX_LENGTH + 1],
                  const struct token **out, struct model_failure *failure) MUST_USE;
bool token_revoke(struct organization *organization, const char *secret, struct model_failure *failure) MUST_USE;
/* The current and the previous one. */
bool token_revoke_name(struct organization *organization, const char *name, struct model_failure *failure) MUST_USE;
void token_free_all(struct organization *organization);

#endif
