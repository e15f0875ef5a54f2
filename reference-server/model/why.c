#include "common/base.h"

#include "reference-server/model/why.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 4096

struct story {
    struct arena *arena;
    const struct organization *organization;
    const struct account *account;
    const struct resource *resource;
    const char *who, *where;
    const char **lines;
    size_t count, capacity;
};

static void say(struct story *story, const char *format, ...) PRINTF_LIKE(2, 3);

static void say(struct story *story, const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (story->count == story->capacity) {
        size_t capacity = story->capacity == 0 ? 16 : story->capacity * 2;
        story->lines = arena_grow(story->arena, story->lines, story->count, capacity, sizeof *story->lines);
        story->capacity = capacity;
    }
    story->lines[story->count++] = arena_strdup(story->arena, line);
}

static bool is_folder(const struct resource *resource)
{
    return resource->kind == RESOURCE_FOLDER;
}

static bool is_invite_only(const struct resource *resource)
{
    return is_folder(resource) && resource->team_access == TEAM_ACCESS_INVITE_ONLY;
}

/* --- how somebody is in a group --- */

/* The groups that the account is in, however it got there. */
static struct map *groups_of(struct story *story)
{
    struct map *in = map_new();
    struct group *const *groups;
    size_t count = group_closure(story->arena, story->account, &groups);
    for (size_t i = 0; i < count; i++) {
        map_set(in, groups[i]->id, groups[i]);
    }
    return in;
}

/* A group that is in this one, and that the account is in. */
static const struct group *child_with(const struct group *group, const struct map *in)
{
    const struct member *member;
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        if (member->group != NULL && map_get(in, member->group->id) != NULL) {
            return member->group;
        }
    }
    return NULL;
}

/* "ada@acme.test is in "Platform", which is in "Engineering"". Every step goes down, and groups form no cycles (group.h). */
static const char *way_into(struct story *story, const struct group *group)
{
    struct map *in = groups_of(story);
    const char *way = "";
    while (group != NULL && !group_has_member(group, story->account->id)) {
        const struct group *child = child_with(group, in);
        if (child != NULL) {
            way = arena_printf(story->arena, ", which is in \"%s\"%s", group->display_name, way);
        }
        group = child;
    }
    map_free(in);
    return *way == '\0' || group == NULL ? arena_printf(story->arena, "%s is in it", story->who)
                                         : arena_printf(story->arena, "%s is in \"%s\"%s", story->who, group->display_name, way);
}

/* --- access --- */

static void say_via(struct story *story, const struct access_via *via, bool counts)
{
    const char *role = role_name(via->role), *also = counts ? "" : "Also, without effect: ";
    const char *the = counts ? "The" : "the", *as = counts ? "As" : "as";
    switch (via->kind) {
    case VIA_MANUAL:
        say(story, "%s%s was given the role %s on %s by hand.", also, story->who, role, story->where);
        break;
    case VIA_GROUP:
        say(story, "%s%s group \"%s\" was granted the role %s on %s; %s.", also, the, via->group->display_name, role,
            story->where, way_into(story, via->group));
        break;
    case VIA_ORG_ROLE:
        say(story, "%s%s %s of the organization %s acts as %s in %s.", also, as, org_role_name(story->account->org_role),
            story->who, role, story->where);
        break;
    case VIA_WORKSPACE:
        if (is_invite_only(story->resource)) {
            say(story, "%s%s is owner of the workspace %s, and owners keep every folder.", also, story->who,
                story->resource->workspace->path);
        } else {
            say(story, "%s%s folder is open to the workspace %s, where %s is %s.", also, the, story->resource->workspace->path,
                story->who, role);
        }
        break;
    }
}

/* A folder's own role replaces what the workspace gives, also when that is more. */
static void say_replaced(struct story *story, const struct access_entry *entry)
{
    struct access_entry above;
    bool own = is_folder(story->resource) && !is_invite_only(story->resource) && entry->via[0].kind == VIA_MANUAL;
    if (own && access_on(story->arena, story->organization, story->account, story->resource->workspace, &above)) {
        say(story, "That replaces the role %s, which %s has in the workspace %s.", role_name(above.role), story->who,
            story->resource->workspace->path);
    }
}

static void say_access(struct story *story, const struct access_entry *entry)
{
    say(story, "%s is %s of %s, %s.", story->who, role_name(entry->role), story->where,
        entry->member ? "and a member of it" : "and becomes a member with the first click");
    for (size_t i = 0; i < entry->via_count; i++) {
        say_via(story, &entry->via[i], entry->via[i].role == entry->role);
    }
    say_replaced(story, entry);
}

/* --- no access --- */

static void say_org_role(struct story *story)
{
    enum org_role org_role = story->account->org_role;
    const struct resource *workspace = story->resource->workspace;
    if (org_role == ORG_ROLE_USER) {
        return;
    }
    if (org_role_on(org_role, workspace->path) == ROLE_NONE) {
        say(story, "As %s of the organization %s has no part in %s: its name does not match.", org_role_name(org_role),
            story->who, workspace->path);
    } else if (!workspace->managed) {
        say(story, "As %s of the organization %s has no part in %s: the organization does not manage it.",
            org_role_name(org_role), story->who, workspace->path);
    }
}

static void say_grants(struct story *story)
{
    const char *key;
    void *value;
    size_t groups = 0;
    for (size_t i = 0; map_at(story->resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if (grant->group != NULL && ++groups <= WHY_MAX_GROUPS) {
            say(story, "The group \"%s\" was granted the role %s on %s, but %s is not in it.", grant->group->display_name,
                role_name(grant->role), story->where, story->who);
        }
    }
    if (groups > WHY_MAX_GROUPS) {
        say(story, "%zu more groups were granted roles on %s, and %s is in none of them.", groups - WHY_MAX_GROUPS, story->where,
            story->who);
    }
    if (groups == 0) {
        say(story, "No group was granted anything on %s.", story->where);
    }
}

/* What would be if the person were active. */
static void say_potential(struct story *story)
{
    struct access_list list = access_potential(story->arena, story->organization, story->account);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].resource == story->resource) {
            say(story, "Active again, %s would be %s of %s:", story->who, role_name(list.items[i].role), story->where);
            say_via(story, &list.items[i].via[0], true);
            return;
        }
    }
    say(story, "Active again, %s would still have no access to %s.", story->who, story->where);
}

static void say_none(struct story *story)
{
    struct access_entry above;
    const struct resource *resource = story->resource;
    say(story, "%s has no access to %s.", story->who, story->where);
    if (!story->account->active) {
        say(story, "%s is inactive, and who is inactive has no access anywhere.", story->who);
        say_potential(story);
        return;
    }
    say(story, "%s was given no role on %s by hand.", story->who, story->where);
    if (is_folder(resource) && !is_invite_only(resource)) {
        say(story, "The folder is open to the workspace %s, and %s has no access to that either:", resource->workspace->path,
            story->who);
        story->resource = resource->workspace;
        story->where = resource->workspace->path;
    } else if (is_folder(resource) && access_on(story->arena, story->organization, story->account, resource->workspace, &above)) {
        say(story, "%s is invite-only: that %s is %s of the workspace %s does not count here.", story->where, story->who,
            role_name(above.role), resource->workspace->path);
    }
    say_grants(story);
    if (!is_folder(story->resource)) {
        say_org_role(story);
    }
}

struct why why(struct arena *arena, const struct organization *organization, const struct account *account,
               const struct resource *resource)
{
    struct why answer = {0};
    struct story story = {.arena = arena,
                          .organization = organization,
                          .account = account,
                          .resource = resource,
                          .who = account->user_name,
                          .where = resource->path};
    if (access_on(arena, organization, account, resource, &answer.entry)) {
        say_access(&story, &answer.entry);
    } else {
        answer.entry = (struct access_entry){0};
        say_none(&story);
    }
    answer.lines = story.lines;
    answer.count = story.count;
    return answer;
}
