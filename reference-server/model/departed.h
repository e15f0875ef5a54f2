/* departed.h: people who were deleted and can still be restored.
 *
 * A deleted account leaves the model at once: SCIM, access documents and sign-in know nothing of it, and its userName is free. With a retention_period
 * (policy_deprovisioning.h) a keepsake stays behind until the organization's clock has passed the period, counted from the deletion by the period that
 * is in force: who may be restored is decided by today's rule, so a shorter one counts for those who are gone already. Without one nothing is kept.
 *
 * The same user pushed again within the period is restored: the same account with its id, creation time, org role, password, login, manual grants (those
 * with a window, too, as long as it is open or ahead), assignments to projects, those projects that still belong to whoever they passed to, what was edited in
 * the product where it withstands a push (incoming.h), and answers to what still asks for an approval. Groups are the provider's to push; sessions and keys are
 * ended for good, and so is what was only asked for: a deletion ends that as a deactivation does. The same user is
 * who has the same externalId; where one of the two has none, the same userName. So a newcomer with a leaver's name and an externalId of their own
 * starts fresh, and is never refused because of the leaver (RFC 7644 §3.6: a deleted resource is no conflict).
 *
 * What is purged is gone from memory and store, with what was said to and about that person (notification.h); the audit trail stays. An organization
 * holds as many accounts as limits.h says, keepsakes included: who has been gone longest makes room.
 */
#ifndef REFERENCE_SERVER_MODEL_DEPARTED_H
#define REFERENCE_SERVER_MODEL_DEPARTED_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/list.h"

struct account;
struct map;
struct organization;

struct departed {
    const json *kept; /* owned, packed: what record_departed.c stores */
    char *id;
    int64_t deleted_ms;
};

/* Of struct departed; for organization.c. */
struct departures {
    struct map *by_id; /* in order of deletion */
    struct index by_name, by_external_id;
};

void departed_init(struct organization *organization);
void departed_free_all(struct organization *organization);

/* In account_delete, while the account still has everything; nothing is kept without a retention period. */
void departed_keep(struct organization *organization, const struct account *account);
/* Who a new User is, if it is somebody who is gone; NULL: nobody. A step of model_steps. */
struct departed *departed_recognize(const struct organization *organization, const json *resource);
/* The account was made anew, with the id of the keepsake: gives it what it had. Ends the keepsake. */
void departed_restore(struct organization *organization, struct departed *departed, struct account *account);
const json *departed_user(const struct departed *departed);  /* the User as it was */
const json *departed_edits(const struct departed *departed); /* account.edits; NULL: none */
/* Those whose time is over. A step of model_steps. */
void departed_purge(struct organization *organization);
/* After an account was added: no more keepsakes than there is room for. */
void departed_make_room(struct organization *organization);

const struct departed *departed_find(const struct organization *organization, const char *id); /* NULL: none */
/* For record.h; kept is copied. False: it does not fit. */
bool departed_take_back(struct organization *organization, const char *id, const json *kept) MUST_USE;

#endif
