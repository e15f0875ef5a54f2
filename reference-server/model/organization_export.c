#include "common/base.h"

#include "reference-server/model/organization_export.h"

#include "common/clock.h"
#include "common/json_out.h"
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
static void put_scim(struct json_out *out, const json *resource, const char *const gone[], size_t count)
{
    json_out_object(out, "scim");
    for (const json *member = json_first(resource); member != NULL; member = json_next(member)) {
        const char *name = json_key(member);
        bool stays = true;
        for (size_t i = 0; i < count; i++) {
            stays = stays && strcmp(name, gone[i]) != 0;
        }
        if (stays) {
            json_out_json(out, name, member);
        }
    }
    json_out_end(out);
}

/* What was edited in the product; that the provider says otherwise will show with its next push. */
static void put_edits(struct json_out *out, const struct account *account)
{
    if (account->edits == NULL) {
        return;
    }
    json_out_object(out, "edits");
    for (const json *edit = json_first(account->edits); edit != NULL; edit = json_next(edit)) {
        const json *value = json_get(edit, "value");
        if (value != NULL) {
            json_out_json(out, json_key(edit), value);
        }
    }
    json_out_end(out);
}

static void put_joined(struct json_out *out, const struct account *account)
{
    const char *key;
    void *resource;
    if (map_count(account->joined) == 0) {
        return;
    }
    json_out_array(out, "joined");
    for (size_t i = 0; map_at(account->joined, &i, &key, &resource);) {
        json_out_text(out, NULL, ((const struct resource *)resource)->path);
    }
    json_out_end(out);
}

static void put_account(struct json_out *out, const struct account *account)
{
    static const char *const gone[] = {"userName", "active"};
    json_out_object(out, account->user_name);
    json_out_text(out, "id", account->id);
    json_out_bool(out, "managed", account->managed);
    if (!unicode_equal_fold(account->login, account->user_name)) {
        json_out_text(out, "login", account->login);
    }
    json_out_bool(out, "active", account->active);
    json_out_text(out, "orgRole", org_role_name(account->org_role));
    put_scim(out, account->resource, gone, ARRAY_LEN(gone));
    put_edits(out, account);
    put_joined(out, account);
    json_out_end(out);
}

/* Groups inside the group stand behind its people. */
static void put_members(struct json_out *out, const struct group *group)
{
    const struct member *member;
    bool nested = false;
    json_out_array(out, "members");
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        nested = nested || member_is_group(member);
        if (!member_is_group(member)) {
            json_out_text(out, NULL, member->account->user_name);
        }
    }
    json_out_end(out);
    if (!nested) {
        return;
    }
    json_out_array(out, "groups");
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        if (member_is_group(member)) {
            json_out_text(out, NULL, member->group->display_name);
        }
    }
    json_out_end(out);
}

static void put_group(struct json_out *out, const struct group *group)
{
    static const char *const gone[] = {"displayName"};
    json_out_object(out, group->display_name);
    json_out_text(out, "id", group->id);
    put_scim(out, group->resource, gone, ARRAY_LEN(gone));
    put_members(out, group);
    json_out_end(out);
}

/* --- places --- */

/* What is only asked for, and what is over, is nothing to set up. */
static bool counts(const struct organization *organization, const struct grant *grant)
{
    return grant != NULL && grant->role != ROLE_NONE &&
           !(grant->timed && grant->window.ends_ms <= organization_now(organization));
}

/* A role, or a window. */
static void put_grant(struct json_out *out, const char *name, const struct grant *grant)
{
    if (!grant->timed) {
        json_out_text(out, name, role_name(grant->role));
        return;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json_out_object(out, name);
    json_out_text(out, "role", role_name(grant->role));
    if (grant->window.starts_ms != INT64_MIN) {
        json_out_text(out, "starts", time_format(arena, grant->window.starts_ms));
    }
    if (grant->window.ends_ms != INT64_MAX) {
        json_out_text(out, "ends", time_format(arena, grant->window.ends_ms));
    }
    json_out_end(out);
}

/* The lasting grant of who has one for a time, or the other way round. */
static const struct grant *other_grant(const struct resource *resource, const struct grant *grant)
{
    const char *subject = grant_subject(grant);
    return grant->timed ? map_get(resource->grants, subject) : grant_timed_of(resource, subject);
}

/* Where grants begin and end: who has both kinds has a list of them, where the first stands. */
static void put_both(struct json_out *out, const char *name, const struct grant *first, const struct grant *second,
                     struct map **seen)
{
    if (map_get(*seen, name) != NULL) {
        return;
    }
    map_put(seen, name, seen);
    json_out_array(out, name);
    put_grant(out, NULL, first);
    put_grant(out, NULL, second);
    json_out_end(out);
}

/* The grants of one place to people, or to groups. */
static void put_granted(struct json_out *out, const struct organization *organization, const struct resource *resource,
                        bool groups, bool timed)
{
    struct map *seen = NULL;
    const char *key;
    void *value;
    json_out_object(out, groups ? "groups" : "members");
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value, *other = timed ? other_grant(resource, grant) : NULL;
        if ((grant->group != NULL) != groups || !counts(organization, grant)) {
            continue;
        }
        const char *name = groups ? grant->group->display_name : grant->account->user_name;
        if (counts(organization, other)) {
            put_both(out, name, grant, other, &seen);
        } else {
            put_grant(out, name, grant);
        }
    }
    json_out_end(out);
    map_free(seen);
}

/* First those who have got one first. */
static void put_grants(struct json_out *out, const struct organization *organization, const struct resource *resource)
{
    bool any[2] = {false, false}, first = false, timed = false; /* people, groups */
    const char *key;
    void *value;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if (!counts(organization, grant)) {
            continue;
        }
        first = any[0] || any[1] ? first : grant->group != NULL;
        any[grant->group != NULL] = true;
        timed = timed || grant->timed;
    }
    for (size_t i = 0; i < ARRAY_LEN(any); i++) {
        bool groups = i == 0 ? first : !first;
        if (any[groups]) {
            put_granted(out, organization, resource, groups, timed);
        }
    }
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
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

/* Resource id -> its projects, as an object. */
static struct map *collect_projects(struct arena *arena, const struct organization *organization)
{
    struct map *all = map_new_with(false, true);
    for (size_t i = 0; i < organization->projects.count; i++) {
        const struct project *project = organization->projects.items[i];
        json *here = map_get(all, project->resource->id);
        if (here == NULL) {
            here = json_object(arena);
            map_set(all, project->resource->id, here);
        }
        put_project(here, project);
    }
    return all;
}

static void put_place(struct json_out *out, const struct organization *organization, const struct resource *resource,
                      const struct map *projects)
{
    const json *here = map_get(projects, resource->id);
    json_out_object(out, last_name(resource->path));
    if (resource->kind == RESOURCE_WORKSPACE) {
        json_out_bool(out, "managed", resource->managed);
    } else {
        json_out_text(out, "teamAccess", team_access_name(resource->team_access));
    }
    put_grants(out, organization, resource);
    if (resource->folders.count > 0) {
        json_out_object(out, "folders");
        for (size_t i = 0; i < resource->folders.count; i++) {
            put_place(out, organization, resource->folders.items[i], projects); /* which has none itself */
        }
        json_out_end(out);
    }
    if (here != NULL) {
        json_out_json(out, "projects", here);
    }
    json_out_end(out);
}

static void put_workspaces(struct json_out *out, const struct organization *organization)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct map *projects = collect_projects(arena, organization);
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        put_place(out, organization, organization->workspaces.items[i], projects);
    }
    map_free(projects);
}

void organization_export(struct json_out *out, const struct organization *organization)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *head = json_object(arena), *rules = json_object(arena);
    put_head(arena, head, organization);
    policies_write(organization, rules);
    json_out_object(out, NULL);
    json_out_members(out, head);
    json_out_object(out, "accounts");
    for (size_t i = 0; i < organization->accounts.count; i++) {
        put_account(out, organization->accounts.items[i]);
    }
    json_out_end(out);
    json_out_object(out, "groups");
    for (size_t i = 0; i < organization->groups.count; i++) {
        put_group(out, organization->groups.items[i]);
    }
    json_out_end(out);
    json_out_object(out, "workspaces");
    put_workspaces(out, organization);
    json_out_end(out);
    json_out_members(out, rules);
    json_out_end(out);
}

const char *organization_export_text(struct arena *arena, const struct organization *organization)
{
    struct buffer buffer = buffer_new(SIZE_MAX / 4); /* what is in memory is bounded already */
    struct json_out out = json_out_new(&buffer);
    organization_export(&out, organization);
    return buffer_take(&buffer, arena);
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
