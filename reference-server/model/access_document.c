#include "common/base.h"

#include "reference-server/model/access_document.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "reference-server/model/standing.h"

#include <stdlib.h>
#include <string.h>

/* --- fixed order --- */

static int compare_accounts(const void *a, const void *b)
{
    const struct account *x = *(const struct account *const *)a, *y = *(const struct account *const *)b;
    return strcmp(x->user_name, y->user_name);
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *x = *(const struct group *const *)a, *y = *(const struct group *const *)b;
    int order = strcmp(x->display_name, y->display_name);
    return order != 0 ? order : strcmp(x->id, y->id);
}

static int compare_resources(const void *a, const void *b)
{
    return strcmp((*(const struct resource *const *)a)->path, (*(const struct resource *const *)b)->path);
}

static int compare_projects(const void *a, const void *b)
{
    return strcmp((*(const struct project *const *)a)->path, (*(const struct project *const *)b)->path);
}

static int compare_grants(const void *a, const void *b)
{
    const struct grant *x = *(const struct grant *const *)a, *y = *(const struct grant *const *)b;
    int order = strcmp(x->resource->path, y->resource->path);
    return order != 0 ? order : (int)x->timed - (int)y->timed;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef int comparison(const void *, const void *);

static void *const *sorted(struct arena *arena, void *const *items, size_t count, comparison *compare)
{
    void **copy = arena_array(arena, count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++) {
        copy[i] = items[i];
    }
    if (count > 1) {
        qsort(copy, count, sizeof *copy, compare);
    }
    return copy;
}

static void *const *sorted_values(struct arena *arena, const struct map *map, comparison *compare)
{
    void **items = arena_array(arena, map_count(map) + 1, sizeof *items);
    const char *key;
    void *value;
    size_t n = 0;
    for (size_t i = 0; map_at(map, &i, &key, &value);) {
        items[n++] = value;
    }
    return sorted(arena, items, n, compare);
}

/* --- people --- */

static void put_time(json *out, const char *key, int64_t ms)
{
    if (ms != INT64_MIN && ms != INT64_MAX) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        json_set_text(out, key, time_format(arena, ms));
    }
}

static void put_via(json *out, const struct access_via *via)
{
    json_set_text(out, "grant", via_kind_word(via->kind));
    if (via->group != NULL) {
        json_set_text(out, "group", via->group->display_name);
    }
    if (via->rule != NULL) {
        json_set_text(out, "rule", via->rule);
    }
    json_set_text(out, "role", role_name(via->role));
    put_time(out, "starts", via->starts_ms);
    put_time(out, "ends", via->ends_ms);
}

static void put_access(json *array, struct access_list list)
{
    for (size_t i = 0; i < list.count; i++) {
        const struct access_entry *entry = &list.items[i];
        json *out = json_push_object(array);
        json_set_text(out, "resource", entry->resource->path);
        json_set_text(out, "role", role_name(entry->role));
        json_set_text(out, "state", entry->member ? "member" : "joinable");
        json *vias = json_set_array(out, "via");
        for (size_t k = 0; k < entry->via_count; k++) {
            put_via(json_push_object(vias), &entry->via[k]);
        }
    }
}

static void put_waiting(json *out, struct access_waiting_list list)
{
    json *array = list.count == 0 ? NULL : json_set_array(out, "waiting");
    for (size_t i = 0; i < list.count; i++) {
        json *entry = json_push_object(array);
        json_set_text(entry, "resource", list.items[i].resource->path);
        put_via(entry, &list.items[i].via);
        json_set_text(entry, "state", access_wait_word(list.items[i].wait));
    }
}

static void put_permissions(struct arena *arena, json *array, const struct standing *standing)
{
    const char *const *words;
    size_t count = standing_permissions(arena, standing, &words);
    for (size_t i = 0; i < count; i++) {
        json_push_text(array, words[i]);
    }
}

static bool may_sign_in(const struct organization *organization, const struct account *account)
{
    bool (*may)(const struct organization *, const struct account *, enum entry) = organization->steps->may_enter;
    return may == NULL || may(organization, account, ENTRY_SSO) || may(organization, account, ENTRY_PASSWORD);
}

static void put_user(struct arena *arena, json *out, const struct organization *organization, const struct account *account)
{
    json_set_text(out, "user", account->user_name);
    json_set_text(out, "account", account->id);
    json_set_text(out, "status", account->active ? "active" : "inactive");
    json_set_bool(out, "managed", account->managed);
    json_set_bool(out, "seat", account_has_seat(account));
    struct standing standing = standing_of(arena, organization, account);
    json_set_text(out, "orgRole", org_role_name(standing.org_role));
    json_set_bool(out, "breakGlass", account == organization->break_glass);
    json_set_text(out, "signIn", may_sign_in(organization, account) ? "allowed" : "refused");
    json_set_integer(out, "sessions", (int64_t)account->sessions.count);
    json_set_integer(out, "apiKeys", (int64_t)account->api_keys.count);
    json_set_integer(out, "invites", (int64_t)signin_invite_count(organization, account));
    struct access_waiting_list waiting;
    put_access(json_set_array(out, "access"), access_of_all(arena, organization, account, &waiting));
    put_waiting(out, waiting);
    put_permissions(arena, json_set_array(out, "permissions"), &standing);
}

json *access_document_user(struct arena *arena, const struct organization *organization, const struct account *account)
{
    json *out = json_object(arena);
    put_user(arena, out, organization, account);
    return out;
}

/* --- the rest of the organization --- */

static size_t all_resources(struct arena *arena, const struct organization *organization, void *const **out)
{
    void **all = arena_array(arena, organization->resource_count + 1, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        struct resource *workspace = organization->workspaces.items[i];
        all[n++] = workspace;
        for (size_t k = 0; k < workspace->folders.count; k++) {
            all[n++] = workspace->folders.items[k];
        }
    }
    *out = sorted(arena, all, n, compare_resources);
    return n;
}

static void put_resources(struct arena *arena, json *array, const struct organization *organization)
{
    void *const *all;
    size_t count = all_resources(arena, organization, &all);
    for (size_t i = 0; i < count; i++) {
        const struct resource *resource = all[i];
        json *out = json_push_object(array);
        json_set_text(out, "resource", resource->path);
        if (resource->kind == RESOURCE_WORKSPACE) {
            json_set_text(out, "kind", "workspace");
            json_set_bool(out, "managed", resource->managed);
        } else {
            json_set_text(out, "kind", "folder");
            json_set_text(out, "teamAccess", team_access_name(resource->team_access));
        }
    }
}

/* People by userName; nested groups, if there are any, by name in a member of their own. */
static void put_members(struct arena *arena, json *out, const struct group *group)
{
    size_t room = group_member_count(group) + 1, people = 0, nested = 0;
    const char **names = arena_array(arena, room, sizeof *names), **groups = arena_array(arena, room, sizeof *groups);
    const struct member *member;
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        if (member_is_group(member)) {
            groups[nested++] = member->group->display_name;
        } else {
            names[people++] = member->account->user_name;
        }
    }
    qsort(names, people, sizeof *names, compare_texts);
    qsort(groups, nested, sizeof *groups, compare_texts);
    json *members = json_set_array(out, "members");
    for (size_t i = 0; i < people; i++) {
        json_push_text(members, names[i]);
    }
    json *inner = nested == 0 ? NULL : json_set_array(out, "groups");
    for (size_t i = 0; i < nested; i++) {
        json_push_text(inner, groups[i]);
    }
}

static void put_grant(json *array, const struct organization *organization, const struct grant *grant)
{
    struct access_via via = {
        .kind = VIA_GROUP, .group = grant->group, .starts_ms = grant->window.starts_ms, .ends_ms = grant->window.ends_ms};
    const enum role roles[] = {grant->role, grant->asked};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        via.asked = i == 1;
        enum access_wait wait = access_wait(organization, NULL, grant->resource, &via);
        if (roles[i] == ROLE_NONE) {
            continue;
        }
        json *entry = json_push_object(array);
        json_set_text(entry, "resource", grant->resource->path);
        json_set_text(entry, "role", role_name(roles[i]));
        put_time(entry, "starts", grant->window.starts_ms);
        put_time(entry, "ends", grant->window.ends_ms);
        if (wait != WAIT_NONE) {
            json_set_text(entry, "state", access_wait_word(wait));
        }
    }
}

static void put_groups(struct arena *arena, json *array, const struct organization *organization)
{
    void *const *groups = sorted(arena, organization->groups.items, organization->groups.count, compare_groups);
    for (size_t i = 0; i < organization->groups.count; i++) {
        const struct group *group = groups[i];
        json *out = json_push_object(array);
        json_set_text(out, "group", group->id);
        json_set_text(out, "displayName", group->display_name);
        put_members(arena, out, group);
        void *const *grants = sorted_values(arena, group->grants, compare_grants);
        json *list = json_set_array(out, "grants");
        for (size_t k = 0; k < map_count(group->grants); k++) {
            put_grant(list, organization, grants[k]);
        }
    }
}

static void put_projects(struct arena *arena, json *array, const struct organization *organization)
{
    void *const *projects = sorted(arena, organization->projects.items, organization->projects.count, compare_projects);
    for (size_t i = 0; i < organization->projects.count; i++) {
        const struct project *project = projects[i];
        json *out = json_push_object(array);
        json_set_text(out, "project", project->path);
        json_set_text(out, "owner", project->owner->user_name);
        json_set_bool(out, "archived", project->archived);
        if (project->classification != NULL) {
            json_set_text(out, "classification", project->classification);
        }
        void *const *people = sorted_values(arena, project->assigned, compare_accounts);
        json *assigned_people = map_count(project->assigned) == 0 ? NULL : json_set_array(out, "people");
        for (size_t k = 0; k < map_count(project->assigned); k++) {
            json_push_text(assigned_people, ((const struct account *)people[k])->user_name);
        }
        project_work_write(project, out);
    }
}

json *access_document(struct arena *arena, const struct organization *organization)
{
    json *out = json_object(arena);
    json_set_text(out, "organization", organization->id);
    json_set_text(out, "time", time_format(arena, organization_now(organization)));
    json_set_text(out, "plan", organization->plan->name);
    json_set_text(out, "scim", scim_state_word(organization_scim(organization)));
    put_resources(arena, json_set_array(out, "resources"), organization);
    json *users = json_set_array(out, "users");
    void *const *accounts = sorted(arena, organization->accounts.items, organization->accounts.count, compare_accounts);
    for (size_t i = 0; i < organization->accounts.count; i++) {
        struct arena *scratch CLEANUP(arena_cleanup) = arena_new(); /* the reasons of one person at a time */
        put_user(scratch, json_push_object(users), organization, accounts[i]);
    }
    put_groups(arena, json_set_array(out, "groups"), organization);
    put_projects(arena, json_set_array(out, "projects"), organization);
    return out;
}
