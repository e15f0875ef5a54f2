#include "common/base.h"

#include "reference-server/model/access.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/account.h"
#include "reference-server/model/candidates.h"
#include "reference-server/model/lifecycle.h"
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

static const char *const waits[] = {
#define X(wait, word) [wait] = word,
    ACCESS_WAITS(X)
#undef X
};

const char *access_wait_word(enum access_wait wait)
{
    return waits[wait];
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
    size_t count = candidates_on(list, resource, &own);
    size_t total = count + (more != NULL);
    if (total == 0) {
        return false;
    }
    struct access_via *via = arena_array(list->arena, total, sizeof *via);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (more != NULL && n == i && candidates_compare(more, &own[i].via) < 0) {
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

/* Own roles of a folder for a while, and none that lasts. */
static bool is_for_a_while(const struct candidates *list, const struct resource *folder)
{
    const struct candidate *own;
    size_t count = candidates_on(list, folder, &own);
    bool all = count > 0;
    for (size_t i = 0; i < count; i++) {
        all = all && (own[i].via.starts_ms != INT64_MIN || own[i].via.ends_ms != INT64_MAX);
    }
    return all;
}

enum role access_passes(const struct resource *folder, enum role above)
{
    return folder->team_access != TEAM_ACCESS_INVITE_ONLY || above == ROLE_OWNER ? above : ROLE_NONE;
}

/* above: the entry of the workspace, NULL when there is none. */
static bool folder_entry(const struct candidates *list, const struct account *account, const struct resource *folder,
                         const struct access_entry *above, struct access_entry *out)
{
    struct access_via follow = {.kind = VIA_WORKSPACE, .starts_ms = INT64_MIN, .ends_ms = INT64_MAX};
    follow.role = above == NULL ? ROLE_NONE : list->organization->steps->passes(folder, above->role);
    if (folder->team_access == TEAM_ACCESS_INVITE_ONLY) {
        return make_entry(list, account, folder, follow.role != ROLE_NONE ? &follow : NULL, out);
    }
    /* Group grants are refused here, so what there is of its own is a manual role. One for a while stands beside the workspace's. */
    if (make_entry(list, account, folder, follow.role != ROLE_NONE && is_for_a_while(list, folder) ? &follow : NULL, out)) {
        return true;
    }
    if (follow.role == ROLE_NONE || !make_entry(list, account, folder, &follow, out)) {
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

static struct access_list entries_of(const struct candidates *candidates, const struct account *account)
{
    struct arena *arena = candidates->arena;
    const struct resource **workspaces;
    size_t workspace_count = workspaces_of(candidates, &workspaces), room = 0, count = 0;
    for (size_t i = 0; i < workspace_count; i++) {
        room += 1 + workspaces[i]->folders.count;
    }
    struct access_entry *entries = arena_array(arena, room + 1, sizeof *entries);
    for (size_t i = 0; i < workspace_count; i++) {
        struct access_entry above;
        bool has = make_entry(candidates, account, workspaces[i], NULL, &above);
        if (has) {
            entries[count++] = above;
        }
        for (size_t k = 0; k < workspaces[i]->folders.count; k++) {
            count += folder_entry(candidates, account, workspaces[i]->folders.items[k], has ? &above : NULL, &entries[count]);
        }
    }
    if (count > 1) {
        qsort(entries, count, sizeof *entries, compare_entries);
    }
    return (struct access_list){entries, count};
}

struct access_list access_potential(struct arena *arena, const struct organization *organization, const struct account *account)
{
    struct candidates list = candidates_of(arena, organization, account, false);
    return entries_of(&list, account);
}

static int compare_waiting(const void *a, const void *b)
{
    const struct access_waiting *x = a, *y = b;
    int order = strcmp(x->resource->path, y->resource->path);
    return order != 0 ? order : candidates_compare(&x->via, &y->via);
}

static struct access_waiting_list waiting_of(const struct candidates *candidates)
{
    if (candidates->waiting_count > 1) {
        qsort(candidates->waiting, candidates->waiting_count, sizeof *candidates->waiting, compare_waiting);
    }
    return (struct access_waiting_list){candidates->waiting, candidates->waiting_count};
}

struct access_waiting_list access_waiting(struct arena *arena, const struct organization *organization,
                                          const struct account *account)
{
    struct candidates list = candidates_of(arena, organization, account, true);
    return waiting_of(&list);
}

bool access_counts(const struct organization *organization, const struct account *account)
{
    UNUSED(organization);
    return account->active && account_has_seat(account);
}

static bool is_allowed(const struct organization *organization, const struct account *account)
{
    return organization->steps->counts(organization, account);
}

struct access_list access_of(struct arena *arena, const struct organization *organization, const struct account *account)
{
    return is_allowed(organization, account) ? access_potential(arena, organization, account) : (struct access_list){0};
}

struct access_list access_of_all(struct arena *arena, const struct organization *organization, const struct account *account,
                                 struct access_waiting_list *waiting)
{
    *waiting = (struct access_waiting_list){0};
    if (!is_allowed(organization, account)) {
        return (struct access_list){0};
    }
    struct candidates list = candidates_of(arena, organization, account, true);
    *waiting = waiting_of(&list);
    return entries_of(&list, account);
}

bool access_on(struct arena *arena, const struct organization *organization, const struct account *account,
               const struct resource *resource, struct access_entry *out)
{
    if (!is_allowed(organization, account)) {
        return false;
    }
    struct candidates list = candidates_of(arena, organization, account, false);
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
