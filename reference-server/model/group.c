#include "common/base.h"

#include "reference-server/model/group.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/deprovisioning.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group_walk.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/incoming.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/pending.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/unique.h"

#include <string.h>

/* --- lookup --- */

struct group *group_by_id(const struct organization *organization, const char *id)
{
    return id == NULL ? NULL : map_get(organization->groups_by_id, id);
}

struct group *group_by_name(const struct organization *organization, const char *display_name)
{
    return display_name == NULL ? NULL : map_get(organization->groups_by_name, display_name);
}

const struct list *groups_by_external_id(const struct organization *organization, const char *external_id)
{
    return index_get(&organization->groups_by_external_id, external_id);
}

struct group *group_find(const struct organization *organization, const char *name_or_id)
{
    struct group *group = group_by_id(organization, name_or_id);
    return group != NULL ? group : group_by_name(organization, name_or_id);
}

static uint64_t order_of(const void *group)
{
    return ((const struct group *)group)->order;
}

/* --- members --- */

size_t group_member_count(const struct group *group)
{
    return map_count(group->members);
}

const struct member *group_member_at(const struct group *group, size_t *cursor)
{
    const char *key;
    void *member;
    return map_at(group->members, cursor, &key, &member) ? member : NULL;
}

bool group_has_member(const struct group *group, const char *id)
{
    return map_get(group->members, id) != NULL;
}

const char *member_id(const struct member *member)
{
    return member->account != NULL ? member->account->id : member->group->id;
}

const char *member_display(const struct member *member)
{
    return member->account != NULL ? account_display(member->account) : member->group->display_name;
}

bool member_is_group(const struct member *member)
{
    return member->group != NULL;
}

/* --- changing members --- */

static void touch(struct organization *organization, struct group *group)
{
    organization->revision++;
    group->modified_ms = organization_now(organization);
    group->version++;
    change_note(organization, RECORD_GROUP, group->id);
}

/* above: every group that contains the one, and itself. */
static bool check_id(const struct organization *organization, const struct group_walk *above, const char *id,
                     struct model_failure *failure)
{
    if (account_by_id(organization, id) != NULL) {
        return true;
    }
    const struct group *nested = group_by_id(organization, id);
    if (nested == NULL) {
        return model_failure_set(failure, MODEL_INVALID, "unknownMember", "create the person first, or leave the member out",
                                 "there is no user or group with the id %.200s", id);
    }
    if (group_walk_has(above, id, nested)) {
        return model_failure_set(failure, MODEL_INVALID, "cycle", "take one of the two groups out of the other first",
                                 "the group %.200s can't become a member: it contains this group, or is it",
                                 nested->display_name);
    }
    return true;
}

/* One that came out of the store with more, since the limit was another one, may change as long as it does not grow. group NULL: a new one. */
static bool check_count(const struct organization *organization, const struct group *group, size_t count,
                        struct model_failure *failure)
{
    size_t most = organization->limits->group_members;
    return count <= most || (group != NULL && count <= group_member_count(group)) ||
           model_failure_set(failure, MODEL_INVALID, "limit", "", "a group has at most %zu members", most);
}

/* group may be NULL: one that is only being made can't be part of a cycle. */
static bool check_ids(const struct organization *organization, struct group *group, const char *const *ids, size_t count,
                      struct model_failure *failure)
{
    if (!check_count(organization, group, count, failure)) {
        return false;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct group_walk above = {.arena = arena};
    if (group != NULL) {
        group_walk_add(&above, group->id, group);
        group_walk_up(&above);
    }
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        good = check_id(organization, &above, ids[i], failure);
    }
    map_free(above.seen);
    return good;
}

/* Before it happens. */
static void note_member(struct organization *organization, const struct group *group, const struct member *member, bool added)
{
    if (member->account != NULL) {
        audit_watch(organization, member->account);
    } else {
        audit_watch_group(organization, member->group);
    }
    audit_membership(organization, group, member->account, member->group, added);
}

static bool add_member(struct organization *organization, struct group *group, const char *id)
{
    if (group_has_member(group, id)) {
        return false;
    }
    struct member *member = mem_alloc(sizeof *member);
    member->account = account_by_id(organization, id);
    member->group = member->account == NULL ? group_by_id(organization, id) : NULL;
    note_member(organization, group, member, true);
    map_put(&group->members, id, member);
    change_note_pair(organization, RECORD_MEMBER, group->id, id);
    map_put(member->account != NULL ? &member->account->groups : &member->group->parents, group->id, group);
    if (member->account != NULL) {
        incoming_joined(organization, member->account);
    }
    return true;
}

static void settle_people(struct organization *organization, const struct group *group)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct account *const *people;
    size_t count = group_people(arena, group, &people);
    for (size_t i = 0; i < count; i++) {
        access_settle(organization, people[i]);
    }
}

/* Whom it concerns that the member leaves. */
static void watch_member(struct organization *organization, const struct member *member, struct removal *removal)
{
    *removal = (struct removal){0};
    if (!deprovisioning_watches(organization)) {
        return;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct account *const *people = &member->account;
    size_t count = member->group == NULL ? 1 : group_people(arena, member->group, &people);
    deprovisioning_watch(organization, people, count, removal);
}

static bool remove_member(struct organization *organization, struct group *group, const char *id)
{
    struct member *member = map_get(group->members, id);
    if (member == NULL) {
        return false;
    }
    struct removal removal;
    watch_member(organization, member, &removal);
    note_member(organization, group, member, false);
    map_remove(group->members, id);
    change_gone_pair(organization, RECORD_MEMBER, group->id, id);
    if (member->account != NULL) {
        map_remove(member->account->groups, group->id);
        access_settle(organization, member->account);
    } else {
        map_remove(member->group->parents, group->id);
        settle_people(organization, member->group);
    }
    deprovisioning_end(organization, &removal);
    mem_free(member);
    return true;
}

/* Removes the members that are not in `wanted`; the ids are copied first since a map does not change under an iteration. */
static bool remove_others(struct organization *organization, struct group *group, const struct map *wanted)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char **gone = arena_array(arena, group_member_count(group) + 1, sizeof *gone);
    size_t count = 0;
    const char *id;
    void *member;
    for (size_t i = 0; map_at(group->members, &i, &id, &member);) {
        if (map_get(wanted, id) == NULL) {
            gone[count++] = arena_strdup(arena, id);
        }
    }
    for (size_t i = 0; i < count; i++) {
        remove_member(organization, group, gone[i]);
    }
    return count > 0;
}

/* Checked before. True when anything changed. */
static bool put_members(struct organization *organization, struct group *group, const char *const *ids, size_t count)
{
    struct map *wanted = map_new();
    for (size_t i = 0; i < count; i++) {
        map_set(wanted, ids[i], group);
    }
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        changed |= add_member(organization, group, ids[i]);
    }
    changed |= remove_others(organization, group, wanted);
    map_free(wanted);
    return changed;
}

bool group_may_join(const struct organization *organization, struct group *group, const char *const *ids, size_t count,
                    struct model_failure *failure)
{
    return check_ids(organization, group, ids, count, failure);
}

bool group_set_members(struct organization *organization, struct group *group, const char *const *ids, size_t count,
                       struct model_failure *failure)
{
    static const char *const none[1];
    return group_replace(organization, group, NULL, ids == NULL ? none : ids, count, failure);
}

bool group_add_members(struct organization *organization, struct group *group, const char *const *ids, size_t count,
                       struct model_failure *failure)
{
    if (!check_ids(organization, group, ids, count, failure)) {
        return false;
    }
    if (group_member_count(group) + count > organization->limits->group_members) {
        return model_failure_set(failure, MODEL_INVALID, "limit", "", "a group has at most %zu members",
                                 organization->limits->group_members);
    }
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        changed |= add_member(organization, group, ids[i]);
    }
    if (changed) {
        touch(organization, group);
    }
    return true;
}

void group_remove_members(struct organization *organization, struct group *group, const char *const *ids, size_t count)
{
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        changed |= remove_member(organization, group, ids[i]);
    }
    if (changed) {
        touch(organization, group);
    }
}

/* --- making, changing, deleting --- */

static void index_group(struct organization *organization, struct group *group)
{
    map_set(organization->groups_by_id, group->id, group);
    map_set(organization->groups_by_name, group->display_name, group); /* both maps borrow */
    index_add(&organization->groups_by_external_id, json_get_text(group->resource, "externalId", NULL), group);
    unique_add(organization, "Group", group->resource, group->id);
    organization->revision++;
}

static void unindex_group(struct organization *organization, struct group *group)
{
    map_remove(organization->groups_by_id, group->id);
    map_remove(organization->groups_by_name, group->display_name);
    index_remove(&organization->groups_by_external_id, json_get_text(group->resource, "externalId", NULL), group);
    unique_remove(organization, "Group", group->resource, group->id);
    organization->revision++;
}

static bool check_name(const struct organization *organization, const struct group *group, const json *resource,
                       struct model_failure *failure)
{
    const char *name = json_get_text(resource, "displayName", NULL);
    if (text_is_blank(name) || strlen(name) > GROUP_MAX_NAME) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "", "displayName must be text of 1 to %d bytes",
                                 GROUP_MAX_NAME);
    }
    const struct group *holder = group_by_name(organization, name);
    if (holder != NULL && holder != group) {
        return model_failure_set(failure, MODEL_CONFLICT, "taken", "look the group up and change it, or use another displayName",
                                 "displayName is taken by the group %s", holder->id);
    }
    return unique_check(organization, "Group", resource, group == NULL ? NULL : group->id, failure);
}

static void take_in(struct organization *organization, struct group *group)
{
    group->display_name = json_get_text(group->resource, "displayName", "");
    list_push(&organization->groups, group);
    index_group(organization, group);
}

struct group *group_restore(struct organization *organization, const struct group *stored)
{
    struct group *group = mem_alloc(sizeof *group);
    *group = *stored;
    take_in(organization, group);
    return group;
}

bool group_restore_member(struct organization *organization, struct group *group, const char *id)
{
    bool known = account_by_id(organization, id) != NULL || group_by_id(organization, id) != NULL;
    return known && add_member(organization, group, id);
}

bool group_create(struct organization *organization, const json *resource, const char *const *ids, size_t count,
                  struct group **out, struct model_failure *failure)
{
    if (!check_name(organization, NULL, resource, failure) || !check_ids(organization, NULL, ids, count, failure)) {
        return false;
    }
    if (organization->groups.count >= organization->limits->groups) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "limit", "", "an organization holds at most %zu groups",
                                 organization->limits->groups);
    }
    struct group *group = mem_alloc(sizeof *group);
    char id[37];
    organization->random.id(organization->random.context, id);
    group->id = mem_strdup(id);
    group->resource = json_pack(resource);
    group->created_ms = group->modified_ms = organization_now(organization);
    group->version = 1;
    group->order = organization_next(organization);
    take_in(organization, group);
    change_note(organization, RECORD_GROUP, group->id);
    put_members(organization, group, ids, count);
    *out = group;
    return true;
}

static bool put_resource(struct organization *organization, struct group *group, const json *resource)
{
    if (resource == NULL || json_equal(resource, group->resource)) {
        return false;
    }
    bool renamed = !text_equal(group->display_name, json_get_text(resource, "displayName", ""));
    audit_group_updated(organization, group->resource, resource);
    if (renamed && organization->policies->names != NULL) { /* what goes by the name is another now */
        audit_watch_group(organization, group);
    }
    unindex_group(organization, group);
    const json *old = group->resource;
    group->resource = json_pack(resource);
    group->display_name = json_get_text(group->resource, "displayName", "");
    json_free_packed(old);
    index_group(organization, group);
    if (renamed && organization->policies->names != NULL) {
        settle_people(organization, group);
    }
    return true;
}

bool group_replace(struct organization *organization, struct group *group, const json *resource, const char *const *ids,
                   size_t count, struct model_failure *failure)
{
    if ((resource != NULL && !check_name(organization, group, resource, failure)) ||
        (ids != NULL && !check_ids(organization, group, ids, count, failure))) {
        return false;
    }
    bool changed = put_resource(organization, group, resource);
    if (ids != NULL) {
        changed |= put_members(organization, group, ids, count);
    }
    if (changed) {
        touch(organization, group);
    }
    return true;
}

/* Who is in already takes no room. */
static bool check_room(const struct organization *organization, const struct group *group, const struct group_edit *edit,
                       struct model_failure *failure)
{
    size_t count = group_member_count(group);
    for (size_t i = 0; i < edit->joining_count; i++) {
        count += !group_has_member(group, edit->joining[i]);
    }
    for (size_t i = 0; i < edit->leaving_count; i++) {
        count -= group_has_member(group, edit->leaving[i]);
    }
    return check_count(organization, group, count, failure);
}

bool group_edit(struct organization *organization, struct group *group, const struct group_edit *edit,
                struct model_failure *failure)
{
    if ((edit->resource != NULL && !check_name(organization, group, edit->resource, failure)) ||
        !check_room(organization, group, edit, failure) ||
        !check_ids(organization, group, edit->joining, edit->joining_count, failure)) {
        return false;
    }
    bool changed = put_resource(organization, group, edit->resource);
    for (size_t i = 0; i < edit->joining_count; i++) {
        changed |= add_member(organization, group, edit->joining[i]);
    }
    for (size_t i = 0; i < edit->leaving_count; i++) {
        changed |= remove_member(organization, group, edit->leaving[i]);
    }
    if (changed) {
        touch(organization, group);
    }
    return true;
}

static void leave_parents(struct organization *organization, struct group *group)
{
    const char *key;
    void *parent;
    const char *id = group->id;
    for (size_t i = 0; map_at(group->parents, &i, &key, &parent); i = 0) {
        group_remove_members(organization, parent, &id, 1);
    }
}

void group_delete(struct organization *organization, struct group *group)
{
    const char *key;
    void *grant;
    struct removal removal;
    watch_member(organization, &(struct member){.group = group}, &removal);
    for (size_t i = 0; map_at(group->grants, &i, &key, &grant); i = 0) {
        grant_drop(organization, grant);
    }
    pending_forget(organization, group->id);
    leave_parents(organization, group);
    put_members(organization, group, NULL, 0);
    deprovisioning_end(organization, &removal);
    unindex_group(organization, group);
    list_remove_numbered(&organization->groups, order_of, group);
    change_gone(organization, RECORD_GROUP, group->id);
    group_free(group);
}

void group_free(struct group *group)
{
    const char *key;
    void *member;
    for (size_t i = 0; map_at(group->members, &i, &key, &member);) {
        mem_free(member);
    }
    json_free_packed(group->resource);
    map_free(group->members);
    map_free(group->parents);
    map_free(group->grants);
    mem_free(group->id);
    mem_free(group);
}
