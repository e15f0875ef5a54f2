/* Access before and after: the part of audit_event.h that is not noted but compared. */
#include "common/base.h"

#include "reference-server/model/audit_event.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_notes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/standing.h"

#include <string.h>

static size_t standings(struct arena *arena, const struct organization *organization, const struct account *account,
                        const struct place_role **out)
{
    struct access_list list = account == NULL ? (struct access_list){0} : access_of(arena, organization, account);
    struct place_role *standings = arena_array(arena, list.count + 1, sizeof *standings);
    for (size_t i = 0; i < list.count; i++) {
        standings[i] = (struct place_role){arena_strdup(arena, list.items[i].resource->path), list.items[i].role};
    }
    *out = standings;
    return list.count;
}

static bool is_listed(const char *const *list, size_t count, const char *text)
{
    size_t i = 0;
    while (i < count && strcmp(list[i], text) != 0) {
        i++;
    }
    return i < count;
}

/* Org role and permissions as they are now, kept: the texts of reasons end with the policies. */
static void take_standing(struct arena *arena, const struct organization *organization, const struct account *account,
                          struct watched *out)
{
    out->org_role = ORG_ROLE_USER;
    out->own = "";
    out->permissions = NULL;
    out->permission_count = 0;
    if (account == NULL || !account->active) {
        return;
    }
    struct arena *passing CLEANUP(arena_cleanup) = arena_new();
    struct standing standing = standing_of(passing, organization, account);
    out->org_role = standing.org_role;
    out->own = org_role_permissions(account->org_role);
    const char **given = NULL;
    for (size_t i = 0; i < standing.count; i++) {
        const struct standing_reason *reason = &standing.reasons[i];
        if (text_has_word(out->own, reason->permission) || is_listed(given, out->permission_count, reason->permission)) {
            continue;
        }
        given = given != NULL ? given : arena_array(arena, standing.count, sizeof *given);
        given[out->permission_count++] = arena_strdup(arena, reason->permission);
    }
    out->permissions = given;
}

static bool is_full(const struct audit_notes *notes)
{
    return notes->people_count >= notes->people_room || notes->count >= AUDIT_EVENTS_TOLD;
}

/* The first who is watched makes room. */
static bool has_room(const struct audit_notes *notes)
{
    return notes->people_room == 0 || !is_full(notes);
}

static void make_room(struct audit_notes *notes, size_t room)
{
    notes->people_room = notes->people_room < room ? room : notes->people_room;
}

/* Most changes are about one person: the memory grows with those who come. */
static struct watched *next_watched(struct audit_notes *notes)
{
    if (notes->people_count == notes->people_capacity) {
        size_t capacity = notes->people_capacity == 0 ? 2 : notes->people_capacity * 2;
        notes->people = arena_grow(notes->arena, notes->people, notes->people_count, capacity, sizeof *notes->people);
        notes->people_capacity = capacity;
    }
    return &notes->people[notes->people_count++];
}

void audit_watch(struct organization *organization, const struct account *account)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL) {
        return;
    }
    make_room(notes, AUDIT_PEOPLE_WATCHED);
    if (is_full(notes) || map_get(notes->watching, account->id) != NULL) {
        return;
    }
    struct watched *watched = next_watched(notes);
    watched->id = arena_strdup(notes->arena, account->id);
    watched->name = arena_strdup(notes->arena, account->user_name);
    take_standing(notes->arena, organization, account, watched);
    watched->count = standings(notes->arena, organization, account, &watched->before);
    map_put(&notes->watching, account->id, notes);
}

/* Breadth first, each group once, and no further than there is room. */
void audit_watch_group(struct organization *organization, const struct group *group)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL) {
        return;
    }
    make_room(notes, AUDIT_PEOPLE_WATCHED);
    const struct group *groups[AUDIT_PEOPLE_WATCHED] = {group};
    size_t count = 1;
    struct map *seen = map_new();
    map_set(seen, group->id, seen);
    for (size_t i = 0; i < count && !is_full(notes); i++) {
        const struct member *member;
        for (size_t k = 0; !is_full(notes) && (member = group_member_at(groups[i], &k)) != NULL;) {
            if (member->account != NULL) {
                audit_watch(organization, member->account);
            } else if (count < AUDIT_PEOPLE_WATCHED && map_get(seen, member->group->id) == NULL) {
                map_set(seen, member->group->id, seen);
                groups[count++] = member->group;
            }
        }
    }
    map_free(seen);
}

void audit_watch_resource(struct organization *organization, const struct resource *resource)
{
    const struct audit_notes *notes = organization->audit.notes;
    const char *key;
    void *value;
    for (size_t i = 0; notes != NULL && has_room(notes) && map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if (grant->account != NULL) {
            audit_watch(organization, grant->account);
        } else {
            audit_watch_group(organization, grant->group);
        }
    }
    for (size_t i = 0; notes != NULL && has_room(notes) && i < resource->folders.count; i++) {
        audit_watch_resource(organization, resource->folders.items[i]);
    }
}

void audit_watch_admins(struct organization *organization)
{
    const struct audit_notes *notes = organization->audit.notes;
    const char *key;
    void *account;
    for (size_t i = 0; notes != NULL && has_room(notes) && map_at(organization->admins, &i, &key, &account);) {
        audit_watch(organization, account);
    }
}

void audit_watch_project(struct organization *organization, const struct project *project)
{
    const struct audit_notes *notes = organization->audit.notes;
    const char *key;
    void *account;
    audit_watch(organization, project->owner);
    for (size_t i = 0; notes != NULL && has_room(notes) && map_at(project->assigned, &i, &key, &account);) {
        audit_watch(organization, account);
    }
}

void audit_watch_everybody(struct organization *organization)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL) {
        return;
    }
    make_room(notes, AUDIT_EVERYBODY);
    for (size_t i = 0; i < organization->accounts.count && !is_full(notes); i++) {
        audit_watch(organization, organization->accounts.items[i]);
    }
}

static void tell_access(struct audit_notes *notes, const struct watched *who, const char *path, enum role old, enum role new)
{
    json *event = old == new ? NULL : audit_notes_user_event(notes, AUDIT_PERMISSION_CHANGES, who->id, who->name);
    if (event != NULL) {
        audit_notes_roles(event, "access", path, role_name(old), role_name(new));
    }
}

/* Two sorted lists side by side. */
static void compare_access(const struct organization *organization, struct audit_notes *notes, const struct watched *who)
{
    const struct place_role *after;
    size_t count = standings(notes->arena, organization, account_by_id(organization, who->id), &after);
    for (size_t i = 0, k = 0; i < who->count || k < count;) {
        int order = i == who->count ? 1 : k == count ? -1 : strcmp(who->before[i].path, after[k].path);
        const char *path = order <= 0 ? who->before[i].path : after[k].path;
        enum role old = order <= 0 ? who->before[i].role : ROLE_NONE, new = order >= 0 ? after[k].role : ROLE_NONE;
        i += order <= 0;
        k += order >= 0;
        tell_access(notes, who, path, old, new);
    }
}

/* What mappings make of somebody; that an admin set the role is noted already. */
static void compare_org_role(struct audit_notes *notes, const struct watched *who, enum org_role now)
{
    bool told = false;
    for (const json *e = json_first(notes->events); e != NULL && now != who->org_role; e = json_next(e)) {
        told = told || (text_equal(json_get_text(e, "of", NULL), "organization") &&
                        text_equal(json_get_text(e, "user_id", NULL), who->id));
    }
    json *event =
        told || now == who->org_role ? NULL : audit_notes_user_event(notes, AUDIT_PERMISSION_CHANGES, who->id, who->name);
    if (event != NULL) {
        audit_notes_roles(event, "organization", NULL, org_role_name(who->org_role), org_role_name(now));
    }
}

static bool has_permission(const struct watched *who, const char *permission)
{
    return is_listed(who->permissions, who->permission_count, permission) || text_has_word(who->own, permission);
}

/* What groups gave the one and the other has not at all. That the stored org role changed, or the status, is told by these. */
static void compare_permissions(struct audit_notes *notes, const struct watched *one, const struct watched *other, bool gained)
{
    for (size_t i = 0; i < one->permission_count; i++) {
        const char *permission = one->permissions[i];
        json *event = has_permission(other, permission)
                          ? NULL
                          : audit_notes_user_event(notes, AUDIT_PERMISSION_CHANGES, other->id, other->name);
        if (event != NULL) {
            audit_notes_roles(event, "permission", NULL, gained ? "none" : permission, gained ? permission : "none");
        }
    }
}

void audit_watch_tell(const struct organization *organization, struct audit_notes *notes)
{
    for (size_t i = 0; i < notes->people_count; i++) {
        const struct watched *before = &notes->people[i];
        struct watched now = {.id = before->id, .name = before->name};
        take_standing(notes->arena, organization, account_by_id(organization, before->id), &now);
        compare_access(organization, notes, before);
        compare_org_role(notes, before, now.org_role);
        compare_permissions(notes, before, &now, false);
        compare_permissions(notes, &now, before, true);
    }
}
