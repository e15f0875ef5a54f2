#include "common/base.h"

#include "reference-server/model/access_document.h"

#include "common/clock.h"
#include "common/json_out.h"
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

static void put_time(struct json_out *out, const char *key, int64_t ms)
{
    if (ms != INT64_MIN && ms != INT64_MAX) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        json_out_text(out, key, time_format(arena, ms));
    }
}

static void put_via(struct json_out *out, const struct access_via *via)
{
    json_out_text(out, "grant", via_kind_word(via->kind));
    if (via->group != NULL) {
        json_out_text(out, "group", via->group->display_name);
    }
    if (via->rule != NULL) {
        json_out_text(out, "rule", via->rule);
    }
    json_out_text(out, "role", role_name(via->role));
    put_time(out, "starts", via->starts_ms);
    put_time(out, "ends", via->ends_ms);
}

static void put_access(struct json_out *out, struct access_list list)
{
    json_out_array(out, "access");
    for (size_t i = 0; i < list.count; i++) {
        const struct access_entry *entry = &list.items[i];
        json_out_object(out, NULL);
        json_out_text(out, "resource", entry->resource->path);
        json_out_text(out, "role", role_name(entry->role));
        json_out_text(out, "state", entry->member ? "member" : "joinable");
        json_out_array(out, "via");
        for (size_t k = 0; k < entry->via_count; k++) {
            json_out_object(out, NULL);
            put_via(out, &entry->via[k]);
            json_out_end(out);
        }
        json_out_end(out);
        json_out_end(out);
    }
    json_out_end(out);
}

static void put_waiting(struct json_out *out, struct access_waiting_list list)
{
    if (list.count == 0) {
        return;
    }
    json_out_array(out, "waiting");
    for (size_t i = 0; i < list.count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "resource", list.items[i].resource->path);
        put_via(out, &list.items[i].via);
        json_out_text(out, "state", access_wait_word(list.items[i].wait));
        json_out_end(out);
    }
    json_out_end(out);
}

static void put_texts(struct json_out *out, const char *key, const char *const *texts, size_t count)
{
    json_out_array(out, key);
    for (size_t i = 0; i < count; i++) {
        json_out_text(out, NULL, texts[i]);
    }
    json_out_end(out);
}

static void put_permissions(struct json_out *out, struct arena *arena, const struct standing *standing)
{
    const char *const *words;
    size_t count = standing_permissions(arena, standing, &words);
    put_texts(out, "permissions", words, count);
}

static bool may_sign_in(const struct organization *organization, const struct account *account)
{
    bool (*may)(const struct organization *, const struct account *, enum entry) = organization->steps->may_enter;
    return may == NULL || may(organization, account, ENTRY_SSO) || may(organization, account, ENTRY_PASSWORD);
}

void access_document_write_user(struct json_out *out, const struct organization *organization, const struct account *account)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(); /* the reasons of one person at a time */
    json_out_object(out, NULL);
    json_out_text(out, "user", account->user_name);
    json_out_text(out, "account", account->id);
    json_out_text(out, "status", account->active ? "active" : "inactive");
    json_out_bool(out, "managed", account->managed);
    json_out_bool(out, "seat", account_has_seat(account));
    struct standing standing = standing_of(arena, organization, account);
    json_out_text(out, "orgRole", org_role_name(standing.org_role));
    json_out_bool(out, "breakGlass", account == organization->break_glass);
    json_out_text(out, "signIn", may_sign_in(organization, account) ? "allowed" : "refused");
    json_out_integer(out, "sessions", (int64_t)account->sessions.count);
    json_out_integer(out, "apiKeys", (int64_t)account->api_keys.count);
    json_out_integer(out, "invites", (int64_t)signin_invite_count(organization, account));
    struct access_waiting_list waiting;
    put_access(out, access_of_all(arena, organization, account, &waiting));
    put_waiting(out, waiting);
    put_permissions(out, arena, &standing);
    json_out_end(out);
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

static void put_resources(struct json_out *out, const struct organization *organization)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    void *const *all;
    size_t count = all_resources(arena, organization, &all);
    json_out_array(out, "resources");
    for (size_t i = 0; i < count; i++) {
        const struct resource *resource = all[i];
        json_out_object(out, NULL);
        json_out_text(out, "resource", resource->path);
        if (resource->kind == RESOURCE_WORKSPACE) {
            json_out_text(out, "kind", "workspace");
            json_out_bool(out, "managed", resource->managed);
        } else {
            json_out_text(out, "kind", "folder");
            json_out_text(out, "teamAccess", team_access_name(resource->team_access));
        }
        json_out_end(out);
    }
    json_out_end(out);
}

/* People by userName; nested groups, if there are any, by name in a member of their own. */
static void put_members(struct json_out *out, struct arena *arena, const struct group *group)
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
    put_texts(out, "members", names, people);
    if (nested > 0) {
        put_texts(out, "groups", groups, nested);
    }
}

static void put_grant(struct json_out *out, const struct organization *organization, const struct grant *grant)
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
        json_out_object(out, NULL);
        json_out_text(out, "resource", grant->resource->path);
        json_out_text(out, "role", role_name(roles[i]));
        put_time(out, "starts", grant->window.starts_ms);
        put_time(out, "ends", grant->window.ends_ms);
        if (wait != WAIT_NONE) {
            json_out_text(out, "state", access_wait_word(wait));
        }
        json_out_end(out);
    }
}

static void put_group(struct json_out *out, const struct organization *organization, const struct group *group)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json_out_object(out, NULL);
    json_out_text(out, "group", group->id);
    json_out_text(out, "displayName", group->display_name);
    put_members(out, arena, group);
    void *const *grants = sorted_values(arena, group->grants, compare_grants);
    json_out_array(out, "grants");
    for (size_t i = 0; i < map_count(group->grants); i++) {
        put_grant(out, organization, grants[i]);
    }
    json_out_end(out);
    json_out_end(out);
}

static void put_groups(struct json_out *out, const struct organization *organization)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    void *const *groups = sorted(arena, organization->groups.items, organization->groups.count, compare_groups);
    json_out_array(out, "groups");
    for (size_t i = 0; i < organization->groups.count; i++) {
        put_group(out, organization, groups[i]);
    }
    json_out_end(out);
}

static void put_assigned(struct json_out *out, const struct project *project)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    size_t count = map_count(project->assigned);
    if (count == 0) {
        return;
    }
    void *const *people = sorted_values(arena, project->assigned, compare_accounts);
    json_out_array(out, "people");
    for (size_t i = 0; i < count; i++) {
        json_out_text(out, NULL, ((const struct account *)people[i])->user_name);
    }
    json_out_end(out);
}

static void put_projects(struct json_out *out, const struct organization *organization)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    void *const *projects = sorted(arena, organization->projects.items, organization->projects.count, compare_projects);
    json_out_array(out, "projects");
    for (size_t i = 0; i < organization->projects.count; i++) {
        const struct project *project = projects[i];
        json_out_object(out, NULL);
        json_out_text(out, "project", project->path);
        json_out_text(out, "owner", project->owner->user_name);
        json_out_bool(out, "archived", project->archived);
        if (project->classification != NULL) {
            json_out_text(out, "classification", project->classification);
        }
        put_assigned(out, project);
#define X(code, word, member, permission) json_out_integer(out, member, project->work[code]);
        PROJECT_WORK(X)
#undef X
        json_out_end(out);
    }
    json_out_end(out);
}

/* People are many, and far apart in memory: their names are fetched once, not with every comparison. */
struct named {
    const char *name;
    const struct account *account;
};

static int compare_named(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static void put_users(struct json_out *out, const struct organization *organization)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    size_t count = organization->accounts.count;
    struct named *people = arena_array(arena, count + 1, sizeof *people);
    for (size_t i = 0; i < count; i++) {
        const struct account *account = organization->accounts.items[i];
        people[i] = (struct named){account->user_name, account};
    }
    qsort(people, count, sizeof *people, compare_named);
    json_out_array(out, "users");
    for (size_t i = 0; i < count; i++) {
        access_document_write_user(out, organization, people[i].account);
    }
    json_out_end(out);
}

void access_document_write(struct json_out *out, const struct organization *organization)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json_out_object(out, NULL);
    json_out_text(out, "organization", organization->id);
    json_out_text(out, "time", time_format(arena, organization_now(organization)));
    json_out_text(out, "plan", organization->plan->name);
    json_out_text(out, "scim", scim_state_word(organization_scim(organization)));
    put_resources(out, organization);
    put_users(out, organization);
    put_groups(out, organization);
    put_projects(out, organization);
    json_out_end(out);
}

/* --- as a tree --- */

const char *access_document_text(struct arena *arena, const struct organization *organization)
{
    struct buffer buffer = buffer_new(SIZE_MAX / 4); /* what is in memory is bounded already */
    struct json_out out = json_out_new(&buffer);
    access_document_write(&out, organization);
    return buffer_take(&buffer, arena);
}

static json *read_back(struct arena *arena, struct buffer *buffer)
{
    json *tree = json_keep(arena, json_parse_trusted((struct bytes){buffer_text(buffer), buffer->n}));
    buffer_release(buffer);
    return tree;
}

json *access_document(struct arena *arena, const struct organization *organization)
{
    struct buffer buffer = buffer_new(SIZE_MAX / 4);
    struct json_out out = json_out_new(&buffer);
    access_document_write(&out, organization);
    return read_back(arena, &buffer);
}

json *access_document_user(struct arena *arena, const struct organization *organization, const struct account *account)
{
    struct buffer buffer = buffer_new(SIZE_MAX / 4);
    struct json_out out = json_out_new(&buffer);
    access_document_write_user(&out, organization, account);
    return read_back(arena, &buffer);
}
