#include "common/base.h"

#include "reference-server/model/deprovisioning.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/group_walk.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/notification.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"

#include <stdio.h>
#include <stdlib.h>

static bool rules_say(const struct organization *organization, enum user_removal_action action)
{
    return (organization->policies->deprovisioning.user_actions >> action & 1u) != 0;
}

static bool group_rules_say(const struct organization *organization, enum group_removal_action action)
{
    return (organization->policies->deprovisioning.group_actions >> action & 1u) != 0;
}

/* --- projects on their way to others: one notification for each of these, however many projects --- */

struct heir {
    struct account *account;
    const struct project *first;
    size_t count;
};

struct heirs {
    struct arena *arena;
    struct map *by_id; /* of struct heir * */
};

static void pass(struct organization *organization, struct heirs *heirs, struct project *project, struct account *to)
{
    struct heir *heir = map_get(heirs->by_id, to->id);
    if (heir == NULL) {
        heir = arena_alloc(heirs->arena, sizeof *heir);
        *heir = (struct heir){to, project, 0};
        map_put(&heirs->by_id, to->id, heir);
    }
    heir->count++;
    project_pass(organization, project, to);
}

static void tell_heirs(struct organization *organization, struct heirs *heirs, const struct account *of)
{
    const char *id;
    void *value;
    for (size_t i = 0; map_at(heirs->by_id, &i, &id, &value);) {
        const struct heir *heir = value;
        char more[48] = "";
        if (heir->count > 1) {
            (void)snprintf(more, sizeof more, ", and %zu more of theirs", heir->count - 1);
        }
        notification_add(organization, NOTIFICATION_TRANSFERRED, heir->account, of, "You now own %s, a project of %s%s.",
                         heir->first->path, of->user_name, more);
    }
    map_free(heirs->by_id);
}

/* --- somebody leaves the organization --- */

void deprovisioning_archive(struct organization *organization, struct account *account)
{
    for (size_t i = 0; rules_say(organization, USER_REMOVAL_ARCHIVE) && i < account->projects.count; i++) {
        struct project *project = account->projects.items[i];
        if (!project->archived) {
            project_archive(organization, project, true);
            project->left_behind = true;
        }
    }
}

static void step_down(struct organization *organization, struct account *account)
{
    const char *id;
    void *value;
    for (size_t i = 0; map_at(account->grants, &i, &id, &value);) {
        const struct grant *grant = value;
        if (grant->role == ROLE_OWNER && grant->resource->kind == RESOURCE_WORKSPACE &&
            lifecycle_active_owner(grant->resource, account) != NULL) {
            grant_put(organization, grant->resource, account, NULL, ROLE_MAINTAINER); /* changes the grant that is there */
        }
    }
}

void deprovisioning_transfer(struct organization *organization, struct account *account)
{
    if (!rules_say(organization, USER_REMOVAL_TRANSFER)) {
        return;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct heirs heirs = {.arena = arena};
    step_down(organization, account);
    while (account->projects.count > 0) {
        struct project *project = account->projects.items[0];
        struct account *heir = lifecycle_heir(organization, project->resource->workspace, account);
        if (heir == NULL) { /* the break-glass owner can't leave, so there is always one */
            break;
        }
        pass(organization, &heirs, project, heir);
    }
    tell_heirs(organization, &heirs, account);
}

void deprovisioning_return(struct organization *organization, struct account *account)
{
    for (size_t i = 0; i < account->projects.count; i++) {
        struct project *project = account->projects.items[i];
        if (project->left_behind) {
            project_archive(organization, project, false);
        }
    }
}

struct account *deprovisioning_keeper(const struct organization *organization, const struct project *project,
                                      const struct account *without)
{
    struct account *owner = lifecycle_active_owner(project->resource->workspace, without);
    return owner == NULL ? organization->break_glass : owner;
}

/* --- the team of a leaver --- */

struct team {
    const struct account *leaver;
    struct group_walk people; /* struct account *, in the order in which they are told */
};

static bool has_room(const struct team *team)
{
    return team->people.count < DEPROVISIONING_TEAM;
}

static bool add_colleague(struct team *team, struct account *account)
{
    if (account != NULL && account->active && account != team->leaver) {
        group_walk_add(&team->people, account->id, account);
    }
    return has_room(team);
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *x = *(const struct group *const *)a, *y = *(const struct group *const *)b;
    size_t m = group_member_count(x), n = group_member_count(y);
    return m != n ? (m < n ? -1 : 1) : x->order < y->order ? -1 : x->order > y->order;
}

static void add_groups(struct team *team)
{
    const struct group **groups = arena_array(team->people.arena, map_count(team->leaver->groups) + 1, sizeof *groups);
    size_t count = 0;
    const char *id;
    void *value;
    for (size_t i = 0; map_at(team->leaver->groups, &i, &id, &value);) {
        groups[count++] = value;
    }
    if (count > 1) {
        qsort(groups, count, sizeof *groups, compare_groups);
    }
    bool room = has_room(team);
    for (size_t i = 0; room && i < count; i++) {
        const struct member *member;
        for (size_t k = 0; room && (member = group_member_at(groups[i], &k)) != NULL;) {
            room = add_colleague(team, member->account);
        }
    }
}

static void add_places(struct team *team)
{
    const char *id;
    void *resource, *account;
    bool room = has_room(team);
    for (size_t i = 0; room && map_at(team->leaver->joined, &i, &id, &resource);) {
        for (size_t k = 0; room && map_at(((const struct resource *)resource)->joined, &k, &id, &account);) {
            room = add_colleague(team, account);
        }
    }
}

void deprovisioning_notify(struct organization *organization, struct account *account)
{
    if (!rules_say(organization, USER_REMOVAL_NOTIFY)) {
        return;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct team team = {.leaver = account, .people = {.arena = arena}};
    add_colleague(&team, account_manager(organization, account));
    add_groups(&team);
    add_places(&team);
    for (size_t i = 0; i < team.people.count; i++) {
        notification_add(organization, NOTIFICATION_DEPROVISIONED, team.people.items[i].item, account,
                         "%s no longer has access to %s.", account->user_name, organization->name);
    }
    map_free(team.people.seen);
}

/* --- somebody leaves a group --- */

static bool can_open(const struct organization *organization, const struct account *account, const struct project *project)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct access_entry entry;
    return access_on(arena, organization, account, project->resource, &entry);
}

static void watch(struct removal *removal, struct account *account, struct project *project)
{
    if (removal->arena == NULL) {
        removal->arena = arena_new();
    }
    if (removal->count == removal->capacity) {
        size_t capacity = removal->capacity == 0 ? 8 : removal->capacity * 2;
        removal->items = arena_grow(removal->arena, removal->items, removal->count, capacity, sizeof *removal->items);
        removal->capacity = capacity;
    }
    removal->items[removal->count++] = (struct removal_item){account, project};
}

bool deprovisioning_watches(const struct organization *organization)
{
    return group_rules_say(organization, GROUP_REMOVAL_PROJECTS) || group_rules_say(organization, GROUP_REMOVAL_TRANSFER);
}

void deprovisioning_watch(const struct organization *organization, struct account *const *people, size_t count,
                          struct removal *removal)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; people[i]->active && k < people[i]->projects.count; k++) {
            struct project *project = people[i]->projects.items[k];
            if (can_open(organization, people[i], project)) {
                watch(removal, people[i], project);
            }
        }
        const char *path;
        void *project;
        for (size_t k = 0; people[i]->active && map_at(people[i]->assigned, &k, &path, &project);) {
            bool owned = ((const struct project *)project)->owner == people[i]; /* is watched already */
            if (!owned && can_open(organization, people[i], project)) {
                watch(removal, people[i], project);
            }
        }
    }
}

void deprovisioning_let_go(struct organization *organization, const struct removal *removal)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    bool transfers = group_rules_say(organization, GROUP_REMOVAL_TRANSFER);
    for (size_t i = 0; i < removal->count;) {
        struct account *account = removal->items[i].account;
        struct heirs heirs = {.arena = arena};
        for (; i < removal->count && removal->items[i].account == account; i++) {
            struct project *project = removal->items[i].project;
            if (can_open(organization, account, project)) {
                continue;
            }
            if (group_rules_say(organization, GROUP_REMOVAL_PROJECTS)) {
                unassign(organization, account, project);
            }
            if (project->owner != account) {
                continue;
            }
            struct account *heir = transfers ? lifecycle_heir(organization, project->resource->workspace, account) : NULL;
            if (heir != NULL) {
                pass(organization, &heirs, project, heir);
            } else {
                project_pass(organization, project, deprovisioning_keeper(organization, project, account));
            }
        }
        tell_heirs(organization, &heirs, account);
    }
}

void deprovisioning_end(struct organization *organization, struct removal *removal)
{
    if (removal->count > 0 && organization->steps->let_go != NULL) {
        organization->steps->let_go(organization, removal);
    }
    arena_free(removal->arena);
}
