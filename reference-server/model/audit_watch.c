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

static enum org_role effective(const struct organization *organization, const struct account *account)
{
    return account == NULL || !account->active ? ORG_ROLE_USER : standing_org_role(organization, account);
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
    watched->org_role = effective(organization, account);
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
static void compare_org_role(const struct organization *organization, struct audit_notes *notes, const struct watched *who)
{
    enum org_role now = effective(organization, account_by_id(organization, who->id));
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

void audit_watch_tell(const struct organization *organization, struct audit_notes *notes)
{
    for (size_t i = 0; i < notes->people_count; i++) {
        compare_access(organization, notes, &notes->people[i]);
        compare_org_role(organization, notes, &notes->people[i]);
    }
}
