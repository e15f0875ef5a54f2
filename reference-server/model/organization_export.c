#include "common/base.h"

#include "reference-server/model/organization_export.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/account.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/scope.h"

#include <string.h>

/* --- the organization --- */

static void put_networks(json *out, const char *key, const struct allowed_networks *networks)
{
    json *array = networks->count == 0 ? NULL : json_set_array(out, key);
    for (size_t i = 0; i < networks->count; i++) {
        char text[NETWORK_MAX_TEXT];
        json_push_text(array, network_format(&networks->items[i], text));
    }
}

static void put_settings(json *out, const struct organization *organization)
{
    const struct organization_settings *settings = &organization->settings;
    json_set_bool(out, "membersCreateWorkspaces", settings->members_create_workspaces);
    if (settings->seats != 0) {
        json_set_integer(out, "seats", (int64_t)settings->seats);
    }
    json_set_text(out, "defaultOrgRole", org_role_name(settings->default_org_role));
    json_set_text(out, "breakGlassOwner", organization->break_glass->user_name);
    put_networks(out, "scimAllowedAddresses", &settings->scim_networks);
    put_networks(out, "signInAllowedAddresses", &settings->sign_in_networks);
}

static void put_certificates(json *out, const struct organization *organization)
{
    json *all = organization->certificates.count == 0 ? NULL : json_set_object(out, "scimCertificates");
    for (size_t i = 0; i < organization->certificates.count; i++) {
        const struct certificate *certificate = organization->certificates.items[i];
        json *entry = json_set_object(all, certificate->name);
        json_set_text(entry, "fingerprint", certificate->fingerprint);
        json_set_text(entry, "subject", certificate->subject);
        scope_list(certificate->scopes, json_set_array(entry, "scopes"));
    }
}

static void put_head(struct arena *arena, json *out, const struct organization *organization)
{
    json_set_text(out, "name", organization->name);
    json_set_text(out, "id", organization->id);
    json *domains = json_set_array(out, "domains");
    for (size_t i = 0; i < organization->domains.count; i++) {
        json_push_text(domains, organization->domains.items[i]);
    }
    if (organization->clock_offset_ms > 0) {
        json_set_text(out, "clock", arena_printf(arena, "%lldms", (long long)organization->clock_offset_ms));
    }
    json_set_text(out, "plan", organization->plan->name);
    if (organization->scim_feature != FEATURE_BY_PLAN) {
        json_set_bool(json_set_object(out, "features"), FEATURE_SCIM, organization->scim_feature == FEATURE_ON);
    }
    if (organization->saml_settings != NULL) {
        json_set_copy(out, "saml", organization->saml_settings);
    } else {
        json_set_bool(out, "saml", organization->saml);
    }
    put_settings(json_set_object(out, "settings"), organization);
    put_certificates(out, organization);
}

/* --- people and groups --- */

/* The resource without what stands elsewhere in the entry. */
static void put_scim(json *out, const json *resource, const char *const gone[], size_t count)
{
    json_set_copy(out, "scim", resource);
    json *scim = json_edit(out, "scim");
    for (size_t i = 0; i < count; i++) {
        json_remove(scim, gone[i]);
    }
}

static void put_account(json *accounts, const struct account *account)
{
    static const char *const gone[] = {"userName", "active"};
    json *out = json_add_object(accounts, account->user_name);
    json_set_text(out, "id", account->id);
    json_set_bool(out, "managed", account->managed);
    if (!unicode_equal_fold(account->login, account->user_name)) {
        json_set_text(out, "login", account->login);
    }
    json_set_bool(out, "active", account->active);
    json_set_text(out, "orgRole", org_role_name(account->org_role));
    put_scim(out, account->resource, gone, ARRAY_LEN(gone));
    json *joined = map_count(account->joined) == 0 ? NULL : json_set_array(out, "joined");
    const char *key;
    void *resource;
    for (size_t i = 0; map_at(account->joined, &i, &key, &resource);) {
        json_push_text(joined, ((const struct resource *)resource)->path);
    }
}

static void put_group(json *groups, const struct group *group)
{
    static const char *const gone[] = {"displayName"};
    json *out = json_add_object(groups, group->display_name);
    json_set_text(out, "id", group->id);
    put_scim(out, group->resource, gone, ARRAY_LEN(gone));
    json *people = json_set_array(out, "members"), *nested = NULL;
    const struct member *member;
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        if (!member_is_group(member)) {
            json_push_text(people, member->account->user_name);
            continue;
        }
        nested = nested == NULL ? json_set_array(out, "groups") : nested;
        json_push_text(nested, member->group->display_name);
    }
}

/* --- places --- */

static void put_grants(json *out, const struct resource *resource)
{
    json *members = NULL, *groups = NULL;
    const char *key;
    void *value;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        json **list = grant->group != NULL ? &groups : &members;
        if (*list == NULL) {
            *list = json_set_object(out, grant->group != NULL ? "groups" : "members");
        }
        json_set_text(*list, grant->group != NULL ? grant->group->display_name : grant->account->user_name,
                      role_name(grant->role));
    }
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static json *put_place(json *places, const struct resource *resource)
{
    json *out = json_add_object(places, last_name(resource->path));
    if (resource->kind == RESOURCE_WORKSPACE) {
        json_set_bool(out, "managed", resource->managed);
    } else {
        json_set_text(out, "teamAccess", team_access_name(resource->team_access));
    }
    put_grants(out, resource);
    return out;
}

/* Each project below the place it is in. */
static void put_projects(json *workspaces, const struct organization *organization)
{
    for (size_t i = 0; i < organization->projects.count; i++) {
        const struct project *project = organization->projects.items[i];
        json *place = json_edit(workspaces, project->resource->workspace->path);
        if (project->resource->kind == RESOURCE_FOLDER) {
            place = json_edit(json_edit(place, "folders"), last_name(project->resource->path));
        }
        json *projects = json_edit(place, "projects");
        json *entry = json_set_object(projects != NULL ? projects : json_set_object(place, "projects"), last_name(project->path));
        json_set_text(entry, "owner", project->owner->user_name);
        if (project->archived) {
            json_set_bool(entry, "archived", true);
        }
    }
}

static void put_workspaces(json *out, const struct organization *organization)
{
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        const struct resource *workspace = organization->workspaces.items[i];
        json *entry = put_place(out, workspace);
        json *folders = workspace->folders.count == 0 ? NULL : json_set_object(entry, "folders");
        for (size_t k = 0; k < workspace->folders.count; k++) {
            put_place(folders, workspace->folders.items[k]);
        }
    }
    put_projects(out, organization);
}

json *organization_export(struct arena *arena, const struct organization *organization)
{
    json *out = json_object(arena);
    put_head(arena, out, organization);
    json *accounts = json_set_object(out, "accounts");
    for (size_t i = 0; i < organization->accounts.count; i++) {
        put_account(accounts, organization->accounts.items[i]);
    }
    json *groups = json_set_object(out, "groups");
    for (size_t i = 0; i < organization->groups.count; i++) {
        put_group(groups, organization->groups.items[i]);
    }
    put_workspaces(json_set_object(out, "workspaces"), organization);
    policies_write(organization, out);
    return out;
}

json *organization_rules(struct arena *arena, const struct organization *organization)
{
    json *out = json_object(arena);
    json_set_text(out, "organization", organization->id);
    json_set_text(out, "time", time_format(arena, organization_now(organization)));
    put_settings(json_set_object(out, "settings"), organization);
    policies_write(organization, json_set_object(out, "policies"));
    return out;
}
