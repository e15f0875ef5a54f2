#include "common/base.h"

#include "reference-server/model/organization.h"

#include "common/digest.h"
#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/basic.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/client.h"
#include "reference-server/model/incoming.h"
#include "reference-server/model/item.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/pending.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/review.h"
#include "reference-server/model/signin.h"
#include "reference-server/model/token.h"
#include "reference-server/model/unique.h"

#include <string.h>

static void make_indexes(struct organization *organization)
{
    const struct {
        struct map **map;
        bool folds, borrows; /* map.h; keys of people and groups are theirs */
    } rows[] = {
        {&organization->accounts_by_id, false, true},    {&organization->accounts_by_name, true, true},
        {&organization->accounts_by_login, true, true},  {&organization->groups_by_id, false, true},
        {&organization->groups_by_name, true, true},     {&organization->resources_by_path, false, false},
        {&organization->projects_by_path, false, false}, {&organization->sessions, false, false},
        {&organization->api_keys, false, false},         {&organization->invites, false, false},
        {&organization->item_sets, false, false},        {&organization->items_by_id, false, false},
        {&organization->unique, false, false},           {&organization->admins, false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        *rows[i].map = map_new_with(rows[i].folds, rows[i].borrows);
    }
    index_init(&organization->accounts_by_email, true);
    index_init(&organization->accounts_by_external_id, false);
    index_init(&organization->groups_by_external_id, false);
    index_init(&organization->invites_by_address, true);
}

const char *organization_break_glass(struct arena *arena, const char *id, const char *domain, const char *break_glass)
{
    if (break_glass != NULL) {
        return arena_strdup(arena, break_glass);
    }
    return domain != NULL ? arena_printf(arena, "owner@%s", domain) : arena_printf(arena, "owner@%s.test", id);
}

struct organization *organization_bare(const char *id, const char *name, struct clock clock, struct model_random random)
{
    struct organization *organization = mem_alloc(sizeof *organization);
    organization->id = mem_strdup(id);
    organization->name = mem_strdup(name);
    organization->plan = plan_find(PLAN_DEFAULT);
    organization->saml = true;
    organization->policies = &policies_none;
    organization->settings.members_create_workspaces = true;
    organization->settings.classifications = clearance_levels_preset;
    organization->clock = clock;
    organization->random = random;
    organization->steps = &model_steps;
    organization->limits = &model_limits_preset;
    organization->sequence = 1;
    audit_init(&organization->audit);
    notification_init(organization);
    departed_init(organization);
    make_indexes(organization);
    return organization;
}

struct organization *organization_new(const char *id, const char *name, const char *domain, const char *break_glass,
                                      struct clock clock, struct model_random random)
{
    struct organization *organization = organization_bare(id, name, clock, random);
    changes_start(organization);
    change_note(organization, RECORD_ORGANIZATION, "");
    if (domain != NULL) {
        list_push(&organization->domains, mem_strdup(domain));
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct account_person owner = {
        .address = organization_break_glass(arena, id, domain, break_glass), .active = true, .org_role = ORG_ROLE_ADMIN};
    /* Nothing can stand in the way of the first account. */
    if (account_add(organization, &owner, &organization->break_glass, NULL)) {
        organization->seats_used = 0;
    }
    return organization;
}

static void free_grants(const struct map *grants)
{
    const char *key;
    void *grant;
    for (size_t i = 0; map_at(grants, &i, &key, &grant);) {
        mem_free(grant);
    }
}

static void free_resources(struct organization *organization)
{
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        struct resource *workspace = organization->workspaces.items[i];
        free_grants(workspace->grants);
        for (size_t k = 0; k < workspace->folders.count; k++) {
            free_grants(((struct resource *)workspace->folders.items[k])->grants);
        }
        resource_free(workspace);
    }
    for (size_t i = 0; i < organization->projects.count; i++) {
        project_free(organization->projects.items[i]);
    }
}

static void free_indexes(struct organization *organization)
{
    struct map *const maps[] = {organization->accounts_by_id,   organization->accounts_by_name, organization->accounts_by_login,
                                organization->groups_by_id,     organization->groups_by_name,   organization->resources_by_path,
                                organization->projects_by_path, organization->sessions,         organization->api_keys,
                                organization->invites};
    for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
        map_free(maps[i]);
    }
    map_free(organization->admins);
    index_release(&organization->accounts_by_email);
    index_release(&organization->accounts_by_external_id);
    index_release(&organization->groups_by_external_id);
    index_release(&organization->invites_by_address);
}

static void free_texts(struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        mem_free(list->items[i]);
    }
    list_release(list);
}

void organization_free(struct organization *organization)
{
    if (organization == NULL) {
        return;
    }
    changes_stop(organization);
    audit_forget(organization);
    audit_free(&organization->audit);
    notification_free(organization);
    departed_free_all(organization);
    signin_free(organization);
    free_resources(organization);
    for (size_t i = 0; i < organization->groups.count; i++) {
        group_free(organization->groups.items[i]);
    }
    for (size_t i = 0; i < organization->accounts.count; i++) {
        account_free(organization->accounts.items[i]);
    }
    list_release(&organization->accounts);
    list_release(&organization->groups);
    list_release(&organization->workspaces);
    list_release(&organization->projects);
    free_texts(&organization->domains);
    token_free_all(organization);
    client_free_all(organization);
    basic_remove(organization);
    certificate_free_all(organization);
    item_free_all(organization);
    review_free_all(organization);
    unique_free(organization);
    policies_free(organization->policies);
    mem_free(organization->threat);
    json_free_packed(organization->saml_settings);
    pending_free_all(organization);
    free_indexes(organization);
    mem_free(organization->id);
    mem_free(organization->name);
    mem_free(organization);
}

uint64_t organization_next(struct organization *organization)
{
    change_note(organization, RECORD_SEQUENCE, "");
    return organization->sequence++;
}

int64_t organization_now(const struct organization *organization)
{
    return clock_now(organization->clock) + organization->clock_offset_ms;
}

bool organization_advance(struct organization *organization, int64_t by_ms, struct model_failure *failure)
{
    if (by_ms < 0 || by_ms > ORGANIZATION_MAX_ADVANCE || organization->clock_offset_ms > ORGANIZATION_MAX_ADVANCE - by_ms) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "give a duration such as \"30d\" or \"12h\"",
                                 "the clock moves forward only, and by 100 years at most");
    }
    organization->clock_offset_ms += by_ms;
    change_note(organization, RECORD_ORGANIZATION, "");
    organization_pass_time(organization);
    return true;
}

void organization_pass_time(struct organization *organization)
{
    incoming_settle(organization);
    if (organization->steps->purge != NULL) {
        organization->steps->purge(organization);
    }
    incoming_settle(organization);
    access_tick(organization);
}

enum scim_state organization_scim(const struct organization *organization)
{
    return plan_scim(organization->plan, organization->scim_feature, organization->saml);
}

bool organization_scim_check(const struct organization *organization, struct model_failure *failure)
{
    switch (organization_scim(organization)) {
    case SCIM_OFF_BY_PLAN:
        return model_failure_set(failure, MODEL_FORBIDDEN, "scimNotInPlan",
                                 "move to v3.enterprise, v6.enterprise or v7.team, or set the flag " FEATURE_SCIM,
                                 "SCIM is not available: plan %s, feature flag " FEATURE_SCIM " is off",
                                 organization->plan->name);
    case SCIM_OFF_WITHOUT_SAML:
        return model_failure_set(failure, MODEL_FORBIDDEN, "samlNotConfigured", "configure SAML, then connect SCIM",
                                 "SCIM is not available: SAML single sign-on is not configured");
    case SCIM_ENABLED:
        break;
    }
    return true;
}

static bool holds(const struct allowed_networks *networks, const char *address)
{
    for (size_t i = 0; i < networks->count; i++) {
        if (network_holds(&networks->items[i], address)) {
            return true;
        }
    }
    return networks->count == 0;
}

bool organization_address_check(const struct organization *organization, const char *address, struct model_failure *failure)
{
    return holds(&organization->settings.scim_networks, address) ||
           model_failure_set(failure, MODEL_FORBIDDEN, "addressNotAllowed", "add it to scimAllowedAddresses",
                             "the organization takes no SCIM requests from the address %s",
                             address == NULL ? "of this client, which is not known" : address);
}

bool organization_sign_in_address(const struct organization *organization, const char *address)
{
    return holds(&organization->settings.sign_in_networks, address);
}

void organization_hash(const char *secret, char out[65])
{
    digest_sha256_hex((struct bytes){secret, strlen(secret)}, out);
}
