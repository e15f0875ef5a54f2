/* client.h: OAuth 2.0 clients of an organization and the access tokens they got (RFC 6749 §2.3, §4.4).
 *
 * A client has an id and a secret, which is kept as SHA-256 (it is random, or long). Its access tokens are struct token without a name, good for
 * life_ms by the organization's clock, and end with the client. Rotation gives it a new secret; the old one may stay good for a while, at most one.
 * Access tokens do not know which secret they were got with and live on.
 */
#ifndef REFERENCE_SERVER_MODEL_CLIENT_H
#define REFERENCE_SERVER_MODEL_CLIENT_H

#include "common/base.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/list.h"
#include "reference-server/model/organization.h"

struct token;

#define CLIENT_MAX_TOKENS  50  /* good ones of a client at a time; the oldest makes room */
#define CLIENT_MAX_TEXT    128 /* bytes of an id or a secret */
#define CLIENT_MIN_SECRET  16
#define CLIENT_LIFE_MS     ((int64_t)3600000) /* of an access token, unless the client says otherwise */
#define CLIENT_MIN_LIFE_MS ((int64_t)1000)

struct client {
    char *id;
    char hash[65];             /* of the secret */
    char previous_hash[65];    /* of the one before; empty: none */
    int64_t previous_until_ms; /* when that ends; INT64_MAX: with the next rotation */
    unsigned scopes;
    int64_t created_ms, life_ms;
    struct list tokens; /* of struct token *, oldest first */
};

struct client_wish {
    const char *id, *secret; /* NULL: made */
    unsigned scopes;
    int64_t life_ms; /* 0: CLIENT_LIFE_MS */
};

/* Only letters, digits and -._~, so that it is the same text with and without the encoding of RFC 6749 §2.3.1. */
bool client_text_valid(const char *text);
/* 409 when the id is taken or there are as many as there may be. */
bool client_create(struct organization *organization, const struct client_wish *wish, char secret[CLIENT_MAX_TEXT + 1],
                   const struct client **out, struct model_failure *failure) MUST_USE;
struct client_rotation {
    const char *id, *secret; /* secret NULL: made */
    bool keep_old;           /* the old secret stays good, */
    int64_t overlap_ms;      /* for this long (0: no limit) */
};

/* A new secret for a client; the one before the old one ends. 404: no such client; 409: it is the client's secret already, or was just now. */
bool client_rotate(struct organization *organization, const struct client_rotation *wish, char secret[CLIENT_MAX_TEXT + 1],
                   struct model_failure *failure) MUST_USE;
/* Is there an old secret that is still good? */
bool client_has_previous(const struct organization *organization, const struct client *client);
/* Its access tokens end with it. */
bool client_delete(struct organization *organization, const char *id, struct model_failure *failure) MUST_USE;
/* NULL: no such client, or another secret; takes the same time. */
struct client *client_authenticate(const struct organization *organization, const char *id, const char *secret);
void client_issue(struct organization *organization, struct client *client, unsigned scopes, char secret[MODEL_TOKEN_SIZE]);
/* As token_find, among access tokens. An expired one is known until its client gets another. */
const struct token *client_token_find(const struct organization *organization, const char *secret);
/* Whose access token this is; NULL: it is none. */
const struct client *client_of_token(const struct organization *organization, const struct token *token);
void client_free_all(struct organization *organization);

#endif
