/* notification.h: the outbox: what the product has told people, oldest first.
 *
 * Nothing is sent anywhere: an entry says who is told what, about whom, when by the organization's clock. It is made in the same call as the change it
 * tells of, so a refused change leaves none. Names stand there as they were when it was written; what was said to or about somebody who is
 * gone for good goes with them (notification_forget). The newest NOTIFICATION_KEPT stay, in memory and in the store; the oldest makes room.
 */
#ifndef REFERENCE_SERVER_MODEL_NOTIFICATION_H
#define REFERENCE_SERVER_MODEL_NOTIFICATION_H

#include "common/base.h"
#include "reference-server/model/list.h"

struct account;
struct map;
struct organization;

#define NOTIFICATION_KEPT     10000
#define NOTIFICATION_MAX_TEXT 1024 /* bytes; what is longer ends with "..." */
#define NOTIFICATION_ADMINS   "administrators"

/* kind, word */
#define NOTIFICATION_KINDS(X)                                                                                                    \
    X(NOTIFICATION_WELCOME, "welcome")             /* to a person: there is an account */                                        \
    X(NOTIFICATION_DEPROVISIONED, "deprovisioned") /* to those who worked with a leaver */                                       \
    X(NOTIFICATION_TRANSFERRED, "ownership-transferred")                                                                         \
    X(NOTIFICATION_APPROVAL, "approval-needed")                                                                                  \
    X(NOTIFICATION_REVIEW, "review")                                                                                             \
    X(NOTIFICATION_ALERT, "alert")

enum notification_kind {
#define X(kind, word) kind,
    NOTIFICATION_KINDS(X)
#undef X
};

struct notification {
    uint64_t sequence; /* rising, with gaps */
    enum notification_kind kind;
    const char *key;                /* sequence as text */
    const char *to, *to_name;       /* id and userName; NULL and NOTIFICATION_ADMINS: the organization's admins */
    const char *about, *about_name; /* NULL: nobody in particular */
    const char *text;
    int64_t time_ms;
};

/* Of struct notification, each with its texts in one block; for organization.c. */
struct outbox {
    struct map *entries;  /* key -> struct notification *, oldest first */
    struct index of_whom; /* account id -> those to and about that person */
};

void notification_init(struct organization *organization);
void notification_free(struct organization *organization);

/* to NULL: the organization's admins. about NULL: nobody in particular. */
void notification_add(struct organization *organization, enum notification_kind kind, const struct account *to,
                      const struct account *about, const char *format, ...) PRINTF_LIKE(5, 6);
/* Everything to or about the account with this id. */
void notification_forget(struct organization *organization, const char *id);

/* Iterate, oldest first: for (size_t i = 0; (n = notification_at(organization, &i)) != NULL;). No changes meanwhile. */
const struct notification *notification_at(const struct organization *organization, size_t *cursor);
const struct notification *notification_find(const struct organization *organization, const char *sequence); /* NULL: none */
const char *notification_kind_word(enum notification_kind kind);
bool notification_kind_read(const char *word, enum notification_kind *kind);
const char *notification_kind_words(void); /* "welcome, deprovisioned, ..." */

/* For record.h: one as it was; copied, and its key made of the sequence. */
void notification_restore(struct organization *organization, const struct notification *stored);

#endif
