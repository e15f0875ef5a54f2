/* pending.h: changes of the provider that wait for the next slot of sync_frequency (policy_provisioning.h).
 *
 * One entry for each person whose profile waits, holding the User as it will be, and one for each membership; a later change takes the place of an
 * earlier one and its slot. Kept in order of arrival, so the first is due first. Entries name people and groups by id: who is gone by then is passed over.
 * incoming.h puts them in and applies them.
 */
#ifndef REFERENCE_SERVER_MODEL_PENDING_H
#define REFERENCE_SERVER_MODEL_PENDING_H

#include "common/base.h"
#include "common/json.h"

struct organization;

struct pending {
    char *key;      /* id of an account, or "group id/member id" */
    json *resource; /* owned; of an account; NULL: a membership */
    bool whole;     /* it came as a PUT */
    bool joins;     /* of a membership; else leaves */
    int64_t due_ms;
    int64_t asked_ms; /* when the first request about it came */
};

size_t pending_count(const struct organization *organization);
const struct pending *pending_first(const struct organization *organization); /* NULL: none */
const struct pending *pending_of(const struct organization *organization, const char *key);
const struct pending *pending_of_member(const struct organization *organization, const char *group, const char *member);
/* Iterate: for (size_t i = 0; (p = pending_at(organization, &i)) != NULL;). No changes meanwhile. */
const struct pending *pending_at(const struct organization *organization, size_t *cursor);

/* Takes resource. */
void pending_put_profile(struct organization *organization, const char *account, json *resource, bool whole, int64_t due_ms);
void pending_put_member(struct organization *organization, const char *group, const char *member, bool joins, int64_t due_ms);
void pending_remove(struct organization *organization, const char *key); /* absent is fine */
/* All of a person or group who goes for good. */
void pending_forget(struct organization *organization, const char *id);
void pending_set_due(struct organization *organization, int64_t due_ms); /* of all */
void pending_free_all(struct organization *organization);

/* For record.h: as it was; resource taken. */
void pending_restore(struct organization *organization, const struct pending *stored);

#endif
