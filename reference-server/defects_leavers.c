/* What becomes of the work and the traces of people who leave, done wrong (deprovisioning_rules). */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/account.h"
#include "reference-server/model/departed.h"
#include "reference-server/model/deprovisioning.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/notification.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"

/* --- actions that are left out --- */

void s4_archive_steps(struct model_steps *steps)
{
    steps->archive = NULL;
}

void s4_transfer_steps(struct model_steps *steps)
{
    steps->transfer = NULL;
}

void s4_notify_steps(struct model_steps *steps)
{
    steps->notify = NULL;
}

void s4_restore_steps(struct model_steps *steps)
{
    steps->recognize = NULL;
}

void s4_purge_steps(struct model_steps *steps)
{
    steps->purge = NULL;
}

void s4_let_go_steps(struct model_steps *steps)
{
    steps->let_go = NULL;
}

/* --- actions that do too much, or the wrong thing --- */

/* Projects pass on, the owner of a workspace stays one. */
static void transfer_projects(struct organization *organization, struct account *account)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct resource **owned = arena_array(arena, map_count(account->grants) + 1, sizeof(struct resource *));
    size_t count = 0;
    const char *id;
    void *value;
    for (size_t i = 0; map_at(account->grants, &i, &id, &value);) {
        const struct grant *grant = value;
        if (grant->role == ROLE_OWNER) {
            owned[count++] = grant->resource;
        }
    }
    deprovisioning_transfer(organization, account);
    for (size_t i = 0; i < count; i++) {
        grant_put(organization, owned[i], account, NULL, ROLE_OWNER);
    }
}

void s4_owner_steps(struct model_steps *steps)
{
    steps->transfer = transfer_projects;
}

/* Whether the rules say so or not. */
static void transfer_always(struct organization *organization, struct account *account)
{
    while (account->projects.count > 0) {
        struct project *project = account->projects.items[0];
        project_pass(organization, project, deprovisioning_keeper(organization, project, account));
    }
}

void s2_transfer_steps(struct model_steps *steps)
{
    steps->transfer = transfer_always;
}

static void notify_everybody(struct organization *organization, struct account *account)
{
    for (size_t i = 0; i < organization->accounts.count; i++) {
        const struct account *other = organization->accounts.items[i];
        if (other->active) {
            notification_add(organization, NOTIFICATION_DEPROVISIONED, other, account, "%s has left.", account->user_name);
        }
    }
}

void s4_everybody_steps(struct model_steps *steps)
{
    steps->notify = notify_everybody;
}

static struct departed *recognize_by_name(const struct organization *organization, const json *resource)
{
    return index_first(&organization->departures.by_name, json_get_text(resource, "userName", NULL));
}

void s4_namesake_steps(struct model_steps *steps)
{
    steps->recognize = recognize_by_name;
}

/* The period counts for those who are only deactivated, too. */
static void purge_inactive(struct organization *organization)
{
    int64_t since = organization_now(organization) - organization->policies->deprovisioning.retention_ms;
    for (size_t i = organization->accounts.count; i > 0 && organization->policies->deprovisioning.there; i--) {
        struct account *account = organization->accounts.items[i - 1];
        if (!account->active && account->modified_ms <= since) {
            (void)!account_delete(organization, account, NULL);
        }
    }
    departed_purge(organization);
}

void s4_inactive_steps(struct model_steps *steps)
{
    steps->purge = purge_inactive;
}

/* Everything that is theirs, wherever it is. */
static void let_all_go(struct organization *organization, const struct removal *removal)
{
    for (size_t i = 0; i < removal->count; i++) {
        transfer_always(organization, removal->items[i].account);
    }
}

void s4_everything_steps(struct model_steps *steps)
{
    steps->let_go = let_all_go;
}
