/* changes.h: what a request has touched, so that only this is stored afterwards.
 *
 * Every mutator of this folder notes the records (record.h) that it changes, by kind and key; what they hold is read when the request is over, so that a
 * note may come before or after the change it is about. Notes stand in the order in which records came to be: what refers to another record is noted
 * after it, and what goes and comes back takes a new place at the end, as it does in the maps of the model.
 *
 * An organization that nobody stores keeps no notes (changes_stop); noting is then free.
 */
#ifndef REFERENCE_SERVER_MODEL_CHANGES_H
#define REFERENCE_SERVER_MODEL_CHANGES_H

#include "common/base.h"

struct organization;

/* kind, word in the store. A new kind is a row here and one in the table of record.c. */
#define RECORD_KINDS(X)                                                                                                          \
    X(RECORD_ORGANIZATION, "organization") /* settings; key "" */                                                                \
    X(RECORD_SEQUENCE, "sequence")         /* the next order number; key "" */                                                   \
    X(RECORD_TOKEN, "token")               /* of the SCIM door; key: hash */                                                     \
    X(RECORD_CLIENT, "client")             /* with its access tokens; key: id */                                                 \
    X(RECORD_CERTIFICATE, "certificate")   /* of a client; key: name */                                                          \
    X(RECORD_BASIC, "basic")               /* key "" */                                                                          \
    X(RECORD_ACCOUNT, "account")           /* key: id */                                                                         \
    X(RECORD_SESSION, "session")           /* key: hash */                                                                       \
    X(RECORD_API_KEY, "apiKey")            /* key: hash */                                                                       \
    X(RECORD_GROUP, "group")               /* without its members; key: id */                                                    \
    X(RECORD_MEMBER, "member")             /* key: group id/member id */                                                         \
    X(RECORD_ITEM, "item")                 /* of a type that a schema file defines; key: id */                                   \
    X(RECORD_POLICY, "policy")             /* one block of policies.h; key: its name */                                          \
    X(RECORD_RESOURCE, "resource")         /* workspace or folder; key: path */                                                  \
    X(RECORD_PROJECT, "project")           /* key: path */                                                                       \
    X(RECORD_GRANT, "grant")               /* key: account or group id/path */                                                   \
    X(RECORD_JOINED, "joined")             /* key: account id/path */                                                            \
    X(RECORD_INVITE, "invite")             /* key: hash */                                                                       \
    X(RECORD_PENDING, "pending")           /* a change that waits for its slot; key: account id, or group id/member id */        \
    X(RECORD_DEPARTED, "departed")         /* somebody deleted who can be restored; key: account id */                           \
    X(RECORD_NOTIFICATION, "notification") /* key: sequence */                                                                   \
    X(RECORD_AUDIT, "audit")               /* one entry; written once, not read back; key: sequence */

enum record_kind {
#define X(kind, word) kind,
    RECORD_KINDS(X)
#undef X
};

struct noted {
    enum record_kind kind;
    bool gone;
    char *key; /* NULL: a later note says otherwise */
};

struct changes {
    struct noted *items;
    size_t count, capacity;
    struct map *latest; /* "kind key" -> place + 1 of the change that counts */
};

void changes_start(struct organization *organization);
void changes_stop(struct organization *organization);
void changes_clear(struct organization *organization); /* begin anew */

void change_note(struct organization *organization, enum record_kind kind, const char *key);
void change_gone(struct organization *organization, enum record_kind kind, const char *key);
/* The same for a key of two parts, "a/b". */
void change_note_pair(struct organization *organization, enum record_kind kind, const char *a, const char *b);
void change_gone_pair(struct organization *organization, enum record_kind kind, const char *a, const char *b);

#endif
