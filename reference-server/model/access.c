#include "common/base.h"

#include "reference-server/model/access.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/account.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
#define X(kind, word) [kind] = word,
    VIA_KINDS(X)
#undef X
};

const char *via_kind_word(enum via_kind kind)
{
    return words[kind];
}

/* --- candidates: every reason to have a role, by resource, the strongest first --- */

struct candidate {
    const struct resource *resource;
    struct access_via via;
};

struct candidates {
    struct arena *arena;
    struct candidate *items;
    size_t count, capacity;
};

static void add(struct candidates *list, const struct resource *resource, struct access_via via)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        list->items = arena_grow(list->arena, list->items, list->count, capacity, sizeof *list->items);
        list->capacity = capacity;
    }
    list->items[list->count++] = (struct candidate){resource, via};
}

static void add_grants(struct candidates *list, const struct map *grants)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(grants, &i, &key, &value);) {
        const struct grant *grant = value;
        enum via_kind kind = grant->group == NULL ? VIA_MANUAL : VIA_GROUP;
        add(list, grant->resource, (struct access_via){kind, grant->group, grant->role});
    }
}

static void add_org_role(struct candidates *list, const struct organization *organization, enum org_role org_role)
{
    for (size_t i = 0; org_role != ORG_ROLE_USER && i < organization->workspaces.count; i++) {
        const struct resource *workspace = organization->workspaces.items[i];
        enum role role = org_role_on(org_role, workspace->path);
        if (workspace->managed && role != ROLE_NONE) {
            add(list, workspace, (struct access_via){VIA_ORG_ROLE, NULL, role});
        }
    }
}

static int compare_vias(const struct access_via *a, const struct access_via *b)
{
    if (a->role != b->role) {
        return a->role > b->role ? -1 : 1;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    if (a->group == b->group || a->group == NULL || b->group == NULL) {
        return 0;
    }
    int order = strcmp(a->group->display_name, b->group->display_name);
    return order != 0 ? order : strcmp(a->group->id, b->group->id);
}

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->resource != y->resource) {
        return x->resource->order < y->resource->order ? -1 : 1;
    }
    return compare_vias(&x->via, &y->via);
}

static struct candidates collect(struct arena *arena, const struct organization *organization, const struct account *account)
{
    struct candidates list = {.arena = arena};
    struct group *const *groups;
    size_t count = group_closure(arena, account, &groups);
    add_grants(&list, account->grants);
    for (size_t i = 0; i < count; i++) {
        add_grants(&list, groups[i]->grants);
    }
    add_org_role(&list, organization, account->org_role);
    if (list.count > 1) {
        qsort(list.items, list.count, sizeof *list.items, compare_candidates);
    }
    return list;
}

/* The candidates of one resource. */
static size_t slice(const struct candidates *list, const struct resource *resource, const struct candidate **out)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle].resource->order < resource->order) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t end = low;
    while (end < list->count && list->items[end].resource == resource) {
        end++;
    }
    *out = &list->items[low];
    return end - low;
}

/* --- entries --- */

static bool is_member(const struct account *account, const struct resource *resource, const struct access_via *via, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (via[i].kind != VIA_GROUP) {
            return true;
        }
    }
    return map_get(account->joined, resource->id) != NULL;
}

/* An entry of the resource's own candidates and, if any, one more reason. False when there is neither. */
static bool make_entry(const struct candidates *list, const struct account *account, const struct resource *resource,
                       const struct access_via *more, struct access_entry *out)
{
    const struct candidate *own;
    size_t count = slice(list, resource, &own);
    size_t total = count + (more != NULL);
    if (total == 0) {
        return false;
    }
    struct access_via *via = arena_array(list->arena, total, sizeof *via);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (more != NULL && n == i && compare_vias(more, &own[i].via) < 0) {
            via[n++] = *more;
        }
        via[n++] = own[i].via;
    }
    if (n < total) {
        via[n] = *more;
    }
    *out = (struct access_entry){resource, via[0].role, is_member(account, resource, via, total), via, total};
    return true;
}

/* above: the entry of the workspace, NULL when there is none. */
static bool folder_entry(const struct candidates *list, const struct account *account, const struct resource *folder,
                         const struct access_entry *above, struct access_entry *out)
{
    struct access_via follow = {VIA_WORKSPACE, NULL, above == NULL ? ROLE_NONE : above->role};
    if (folder->team_access == TEAM_ACCESS_INVITE_ONLY) {
        return make_entry(list, account, folder, follow.role == ROLE_OWNER ? &follow : NULL, out);
    }
    /* Group grants are refused here, so what there is of its own is a manual role. */
    if (make_entry(list, account, folder, NULL, out)) {
        return true;
    }
    if (above == NULL || !make_entry(list, account, folder, &follow, out)) {
        return false;
    }
    out->member = above->member;
    return true;
}

/* --- the whole list of a person --- */

static int compare_workspaces(const void *a, const void *b)
{
    const struct resource *x = *(const struct resource *const *)a, *y = *(const struct resource *const *)b;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* The workspaces that the candidates are in, each once. */
static size_t workspaces_of(const struct candidates *list, const struct resource ***out)
{
    const struct resource **workspaces = arena_array(list->arena, list->count + 1, sizeof *workspaces);
    for (size_t i = 0; i < list->count; i++) {
        workspaces[i] = list->items[i].resource->workspace;
    }
    if (list->count > 1) {
        qsort(workspaces, list->count, sizeof *workspaces, compare_workspaces);
    }
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (count == 0 || workspaces[count - 1] != workspaces[i]) {
            workspaces[count++] = workspaces[i];
        }
    }
    *out = workspaces;
    return count;
}

static int compare_entries(const void *a, const void *b)
{
    const struct access_entry *x = a, *y = b;
    return strcmp(x->resource->path, y->resource->path);
}

struct access_list access_potential(struct arena *arena, const struct organization *organization, const struct account *account)
{
    struct candidates list = collect(arena, organization, account);
    const struct resource **workspaces;
    size_t workspace_count = workspaces_of(&list, &workspaces), room = 0, count = 0;
    for (size_t i = 0; i < workspace_count; i++) {
        room += 1 + workspaces[i]->folders.count;
    }
    struct access_entry *entries = arena_array(arena, room + 1, sizeof *entries);
    for (size_t i = 0; i < workspace_count; i++) {
        struct access_entry above;
        bool has = make_entry(&list, account, workspaces[i], NULL, &above);
        if (has) {
            entries[count++] = above;
        }
        for (size_t k = 0; k < workspaces[i]->folders.count; k++) {
            count += folder_entry(&list, account, workspaces[i]->folders.items[k], has ? &above : NULL, &entries[count]);
        }
    }
    if (count > 1) {
        qsort(entries, count, sizeof *entries, compare_entries);
    }
    return (struct access_list){entries, count};
}

static bool is_allowed(const struct account *account)
{
    return account->active && account_has_seat(account);
}

struct access_list access_of(struct arena *arena, const struct organization *organization, const struct account *account)
{
    return is_allowed(account) ? access_potential(arena, organization, account) : (struct access_list){0};
}

bool access_on(struct arena *arena, const struct organization *organization, const struct account *account,
               const struct resource *resource, struct access_entry *out)
{
    if (!is_allowed(account)) {
        return false;
    }
    struct candidates list = collect(arena, organization, account);
    struct access_entry above;
    bool has = make_entry(&list, account, resource->workspace, NULL, &above);
    if (resource->kind == RESOURCE_FOLDER) {
        return folder_entry(&list, account, resource, has ? &above : NULL, out);
    }
    if (has) {
        *out = above;
    }
    return has;
}

/* --- memberships --- */

void access_join(struct organization *organization, struct account *account, struct resource *resource)
{
    if (map_get(account->joined, resource->id) != NULL) {
        return;
    }
    change_note_pair(organization, RECORD_JOINED, account->id, resource->path);
    map_put(&account->joined, resource->id, resource);
    map_set(resource->joined, account->id, account);
}

void access_leave(struct organization *organization, struct account *account, struct resource *resource)
{
    change_gone_pair(organization, RECORD_JOINED, account->id, resource->path);
    map_remove(account->joined, resource->id);
    map_remove(resource->joined, account->id);
}

void access_settle(struct organization *organization, struct account *account)
{
    if (map_count(account->joined) == 0) {
        return;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct candidates list = collect(arena, organization, account);
    struct resource **lost = arena_array(arena, map_count(account->joined), sizeof(struct resource *));
    size_t count = 0;
    const char *key;
    void *resource;
    const struct candidate *own;
    for (size_t i = 0; map_at(account->joined, &i, &key, &resource);) {
        if (slice(&list, resource, &own) == 0) {
            lost[count++] = resource;
        }
    }
    for (size_t i = 0; i < count; i++) {
        access_leave(organization, account, lost[i]);
    }
}

void access_settle_resource(struct organization *organization, struct resource *resource)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct account **people = arena_array(arena, map_count(resource->joined) + 1, sizeof(struct account *));
    size_t count = 0;
    const char *key;
    void *account;
    for (size_t i = 0; map_at(resource->joined, &i, &key, &account);) {
        people[count++] = account;
    }
    for (size_t i = 0; i < count; i++) {
        access_settle(organization, people[i]);
    }
}
