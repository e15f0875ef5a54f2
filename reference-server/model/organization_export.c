#include "common/base.h"

#include "reference-server/model/organization_export.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/account.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/clearance.h"
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
    clearance_write_levels(&settings->classifications, json_set_array(out, "classifications"));
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

/* What was edited in the product; that the provider says otherwise will show with its next push. */
static void put_edits(json *out, const struct account *account)
{
    json *edits = account->edits == NULL ? NULL : json_set_object(out, "edits");
    for (const json *edit = json_first(account->edits); edit != NULL; edit = json_next(edit)) {
        json_set_copy(edits, json_key(edit), json_get(edit, "value"));
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
    put_edits(out, account);
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

static void put_window(json *out, const struct grant *grant)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json_set_text(out, "role", role_name(grant->role));
    if (grant->window.starts_ms != INT64_MIN) {
        json_set_text(out, "starts", time_format(arena, grant->window.starts_ms));
    }
    if (grant->window.ends_ms != INT64_MAX) {
        json_set_text(out, "ends", time_format(arena, grant->window.ends_ms));
    }
}

/* The grants of one place to people, or to groups. */
struct grant_list {
    json *object;      /* NULL: none yet */
    struct map *names; /* of subjects that are in it -> node: there may be many */
};

static json *new_grant(const struct grant *grant)
{
    if (!grant->timed) {
        return json_new_text(NULL, role_name(grant->role));
    }
    json *window = json_object(NULL);
    put_window(window, grant);
    return window;
}

/* A role, a window, or a list of both; what is only asked for, and what is over, is nothing to set up. */
static void put_grant(struct grant_list *list, const char *name, const struct grant *grant)
{
    json *before = map_get(list->names, name);
    if (before == NULL) {
        map_set(list->names, name, json_add(list->object, name, new_grant(grant)));
        return;
    }
    json *both = json_array(NULL);
    json_push_copy(both, before);
    json_push(both, new_grant(grant));
    json_replace_node(list->object, before, both);
    map_set(list->names, name, both);
}

static void put_grants(json *out, const struct organization *organization, const struct resource *resource)
{
    struct grant_list members = {NULL, NULL}, groups = {NULL, NULL};
    const char *key;
    void *value;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        struct grant_list *list = grant->group != NULL ? &groups : &members;
        if (grant->role == ROLE_NONE || (grant->timed && grant->window.ends_ms <= organization_now(organization))) {
            continue;
        }
        if (list->object == NULL) {
            *list =
                (struct grant_list){json_set_object(out, grant->group != NULL ? "groups" : "members"), map_new_with(false, true)};
        }
        put_grant(list, grant->group != NULL ? grant->group->display_name : grant->account->user_name, grant);
    }
    map_free(members.names);
    map_free(groups.names);
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* entries: resource id -> what is made of it. */
static json *put_place(json *places, const struct organization *organization, const struct resource *resource,
                       struct map *entries)
{
    json *out = json_add_object(places, last_name(resource->path));
    if (resource->kind == RESOURCE_WORKSPACE) {
        json_set_bool(out, "managed", resource->managed);
    } else {
        json_set_text(out, "teamAccess", team_access_name(resource->team_access));
    }
    put_grants(out, organization, resource);
    map_set(entries, resource->id, out);
    return out;
}

static void put_people(json *out, const struct project *project)
{
    json *people = map_count(project->assigned) == 0 ? NULL : json_set_array(out, "people");
    const char *key;
    void *account;
    for (size_t i = 0; map_at(project->assigned, &i, &key, &account);) {
        json_push_text(people, ((const struct account *)account)->user_name);
    }
}

/* Counts that are not zero. */
static void put_work(json *out, const struct project *project)
{
    json *work CLEANUP(json_cleanup) = json_object(NULL);
    project_work_write(project, work);
    for (const json *count = json_first(work); count != NULL; count = json_next(count)) {
        if (json_number(count) > 0) {
            json_set_copy(out, json_key(count), count);
        }
    }
}

static void put_project(json *projects, const struct project *project)
{
    json *entry = json_add_object(projects, last_name(project->path));
    json_set_text(entry, "owner", project->owner->user_name);
    if (project->archived) {
        json_set_bool(entry, "archived", true);
    }
    json_set_text(entry, "classification", project->classification);
    put_people(entry, project);
    put_work(entry, project);
}

/* Each below the place it is in. */
static void put_projects(const struct organization *organization, const struct map *entries)
{
    for (size_t i = 0; i < organization->projects.count; i++) {
        const struct project *project = organization->projects.items[i];
        json *place = map_get(entries, project->resource->id), *projects = json_edit(place, "projects");
        put_project(projects != NULL ? projects : json_set_object(place, "projects"), project);
    }
}

static void put_workspaces(json *out, const struct organization *organization)
{
    struct map *entries = map_new_with(false, true);
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        const struct resource *workspace = organization->workspaces.items[i];
        json *entry = put_place(out, organization, workspace, entries);
        json *folders = workspace->folders.count == 0 ? NULL : json_set_object(entry, "folders");
        for (size_t k = 0; k < workspace->folders.count; k++) {
            put_place(folders, organization, workspace->folders.items[k], entries);
        }
    }
    put_projects(organization, entries);
    map_free(entries);
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
