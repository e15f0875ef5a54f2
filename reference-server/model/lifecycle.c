#include "common/base.h"

#include "reference-server/model/lifecycle.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/clearance.h"
#include "reference-server/model/departed.h"
#include "reference-server/model/deprovisioning.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/policy_names.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "reference-server/model/standing.h"

const struct model_steps model_steps = {
    .may_enter = signin_may_enter,
    .allows = conditional_allows,
    .refused = threat_refused,
    .end_sessions = signin_end_sessions,
    .end_api_keys = signin_end_api_keys,
    .end_invites = signin_end_invites,
    .hand_over = lifecycle_hand_over,
    .archive = deprovisioning_archive,
    .transfer = deprovisioning_transfer,
    .notify = deprovisioning_notify,
    .let_go = deprovisioning_let_go,
    .recognize = departed_recognize,
    .purge = departed_purge,
    .end_approvals = approval_end,
    .wait = access_wait,
    .cleared = clearance_enough,
    .counts = access_counts,
    .permits = standing_permits,
    .passes = access_passes,
    .may = role_may,
    .takes_from = organization_address_check,
    .scim = organization_scim_check,
};

bool lifecycle_may_deactivate(const struct organization *organization, const struct account *account,
                              struct model_failure *failure)
{
    if (account == organization->break_glass) {
        return model_failure_set(failure, MODEL_MUTABILITY, "breakGlassOwner", "make somebody else the break-glass owner first",
                                 "%.300s is the break-glass owner of the organization and can't be deactivated or deleted",
                                 account->user_name);
    }
    return true;
}

bool lifecycle_may_take_seat(const struct organization *organization, struct model_failure *failure)
{
    if (organization->settings.seats != 0 && organization->seats_used >= organization->settings.seats) {
        return model_failure_set(failure, MODEL_SEATS, "noSeat", "deactivate somebody, or buy more seats",
                                 "all %zu seats are taken", organization->settings.seats);
    }
    return true;
}

void lifecycle_deactivate(struct organization *organization, struct account *account)
{
    const struct model_steps *steps = organization->steps;
    bool leaves = account->active;
    audit_watch(organization, account);
    if (leaves) {
        audit_deprovisioned(organization, account, "deactivated");
    }
    if (leaves && account != organization->break_glass) {
        organization->seats_used--;
    }
    account->active = false;
    change_note(organization, RECORD_ACCOUNT, account->id);
    void (*const all[])(struct organization *, struct account *) = {steps->end_sessions,
                                                                    steps->end_api_keys,
                                                                    steps->end_invites,
                                                                    steps->hand_over,
                                                                    steps->end_approvals,
                                                                    leaves ? steps->archive : NULL,
                                                                    leaves ? steps->transfer : NULL,
                                                                    leaves ? steps->notify : NULL};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (all[i] != NULL) {
            all[i](organization, account);
        }
    }
}

void lifecycle_reactivate(struct organization *organization, struct account *account)
{
    audit_watch(organization, account);
    if (!account->active && account != organization->break_glass) {
        organization->seats_used++;
    }
    account->active = true;
    change_note(organization, RECORD_ACCOUNT, account->id);
}

/* --- ownership --- */

struct account *lifecycle_active_owner(const struct resource *workspace, const struct account *without)
{
    const char *key;
    void *value;
    const struct grant *first = NULL;
    for (size_t i = 0; map_at(workspace->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        bool owns = grant->account != NULL && grant->role == ROLE_OWNER && grant->account->active && grant->account != without;
        if (owns && (first == NULL || grant->order < first->order)) {
            first = grant;
        }
    }
    return first == NULL ? NULL : first->account;
}

static bool may_inherit(const struct account *account, const struct account *leaver)
{
    return account != NULL && account->active && account != leaver;
}

static struct account *manager_of(const struct organization *organization, const struct resource *workspace,
                                  const struct account *leaver)
{
    UNUSED(workspace);
    return account_manager(organization, leaver);
}

static struct account *maintainer_by_grant(const struct organization *organization, const struct resource *workspace,
                                           const struct account *leaver)
{
    const char *key;
    void *value;
    const struct grant *first = NULL;
    for (size_t i = 0; map_at(workspace->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        bool may = grant_role_now(organization, grant) == ROLE_MAINTAINER && may_inherit(grant->account, leaver);
        if (may && (first == NULL || grant->order < first->order)) {
            first = grant;
        }
    }
    return first == NULL ? NULL : first->account;
}

static struct account *maintainer_by_group(const struct organization *organization, const struct resource *workspace,
                                           const struct account *leaver)
{
    const char *key;
    void *value;
    struct account *heir = NULL;
    for (size_t i = 0; heir == NULL && map_at(workspace->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        bool rolled_out = grant->group != NULL && policy_rolled_out(organization->policies, grant->group->display_name);
        if (rolled_out && grant_role_now(organization, grant) == ROLE_MAINTAINER) {
            heir = group_first_person(grant->group, may_inherit, leaver);
        }
    }
    return heir;
}

static struct account *any_admin(const struct organization *organization, const struct resource *workspace,
                                 const struct account *leaver)
{
    UNUSED(workspace);
    const char *key;
    void *value;
    struct account *first = NULL;
    for (size_t i = 0; map_at(organization->admins, &i, &key, &value);) {
        struct account *account = value;
        bool may = account != organization->break_glass && may_inherit(account, leaver);
        if (may && (first == NULL || account->order < first->order)) {
            first = account;
        }
    }
    return first != NULL ? first : standing_mapped_admin(organization, may_inherit, leaver);
}

static struct account *break_glass(const struct organization *organization, const struct resource *workspace,
                                   const struct account *leaver)
{
    UNUSED(workspace);
    UNUSED(leaver);
    return organization->break_glass;
}

struct account *lifecycle_heir(const struct organization *organization, const struct resource *workspace,
                               const struct account *leaver)
{
    static struct account *(*const policy[])(const struct organization *, const struct resource *, const struct account *) = {
        manager_of, maintainer_by_grant, maintainer_by_group, any_admin, break_glass};
    for (size_t i = 0; i < ARRAY_LEN(policy); i++) {
        struct account *heir = policy[i](organization, workspace, leaver);
        if (may_inherit(heir, leaver)) {
            return heir;
        }
    }
    return NULL;
}

void lifecycle_hand_over(struct organization *organization, struct account *account)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct resource **owned = arena_array(arena, map_count(account->grants) + 1, sizeof(struct resource *));
    size_t count = 0;
    const char *key;
    void *value;
    for (size_t i = 0; map_at(account->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if (grant->role == ROLE_OWNER && grant->resource->kind == RESOURCE_WORKSPACE) {
            owned[count++] = grant->resource;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct account *heir =
            lifecycle_active_owner(owned[i], account) == NULL ? lifecycle_heir(organization, owned[i], account) : NULL;
        if (heir != NULL) {
            grant_put(organization, owned[i], heir, NULL, ROLE_OWNER);
        }
    }
}
