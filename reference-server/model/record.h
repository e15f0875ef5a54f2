/* record.h: an organization as records: what a store keeps of it, and how it comes back.
 *
 * A record is one entity: kind, organization, key, and what it says as JSON; a SCIM resource stands beside as a text of its own, so that it can be
 * read without the rest. Secrets are hashes here as they are in the model. record_collect() makes records of what changes.h noted; a store
 * keeps them in the order in which they came to be (an update keeps the place, what goes and comes back takes a new one), and hands them to
 * record_restore() in that order. Derived things (indexes, seats, access) are not stored.
 *
 * A new kind: a row in RECORD_KINDS and a row with `put` and `read` in record.c.
 */
#ifndef REFERENCE_SERVER_MODEL_RECORD_H
#define REFERENCE_SERVER_MODEL_RECORD_H

#include "common/base.h"
#include "reference-server/model/changes.h"

struct arena;
struct error;
struct organization;
struct record_restore;

/* What a store may look accounts and groups up by, texts folded (common/unicode.h) but externalId; NULL: it has none. */
struct record_terms {
    const char *name; /* userName */
    const char *external_id, *display_name;
    const char *const *emails; /* each once */
    size_t email_count;
    int64_t created_ms, modified_ms;
};

struct record {
    enum record_kind kind;
    bool gone;
    const char *key;
    const char *data;                 /* JSON; NULL when gone */
    const char *body;                 /* a SCIM resource as JSON, or NULL */
    const struct record_terms *terms; /* of accounts and groups, else NULL */
};

/* The records of one request, in order; stored all or none. */
struct record_batch {
    struct arena *arena; /* of the batch itself and all in it: arena_free ends it */
    const char *organization;
    bool erase; /* the organization is gone with all its records */
    struct record *items;
    size_t count;
};

const char *record_kind_word(enum record_kind kind);
bool record_kind_read(const char *word, enum record_kind *kind);

/* Everything noted since the last time; NULL: nothing was. */
struct record_batch *record_collect(struct organization *organization);
struct record_batch *record_erase(const char *organization);

/* One organization on its way back. It is made with the first record, which is RECORD_ORGANIZATION. */
struct record_restore *record_restore_new(struct organization *bare);
/* Errors: ERROR_INVALID, a record that does not fit what came before it. */
bool record_restore(struct record_restore *restore, const struct record *record, struct error *err) MUST_USE;
/* After the last one. Starts to take notes. */
bool record_restore_finish(struct record_restore *restore, struct error *err) MUST_USE;
void record_restore_free(struct record_restore *restore); /* not the organization */

#endif
