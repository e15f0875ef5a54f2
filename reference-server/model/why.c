#include "common/base.h"

#include "reference-server/model/why.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/clearance.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/policy_names.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/standing.h"

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

/* --- what waits --- */

/* The mapping's or rule's name, or who was granted what. */
static const char *waiting_what(struct story *story, const struct access_via *via)
{
    const char *role = role_name(via->role);
    switch (via->kind) {
    case VIA_GROUP:
        return arena_printf(story->arena, "the role %s, granted to the group \"%s\"", role, via->group->display_name);
    case VIA_MAPPING:
        return arena_printf(story->arena, "the role %s, by the mapping of the group \"%s\"", role, via->group->display_name);
    case VIA_RULE:
        return arena_printf(story->arena, "the role %s, by the rule \"%s\"", role, via->rule);
    case VIA_MANUAL:
    case VIA_ORG_ROLE:
    case VIA_WORKSPACE:
        break;
    }
    return arena_printf(story->arena, "the role %s, given by hand", role);
}

static const char *waiting_why(struct story *story, const struct access_waiting *waiting)
{
    switch (waiting->wait) {
    case WAIT_APPROVAL:
        return "it waits for approval";
    case WAIT_REJECTED:
        return "it was rejected";
    case WAIT_START:
        return arena_printf(story->arena, "it begins at %s", time_format(story->arena, waiting->via.starts_ms));
    case WAIT_END:
        return arena_printf(story->arena, "it ended at %s", time_format(story->arena, waiting->via.ends_ms));
    case WAIT_ROLLOUT:
        return "the group is not in the roll-out yet";
    case WAIT_NONE:
        break;
    }
    return "";
}

/* Everything on the resource that does not count. True when there is something. */
static bool say_waiting(struct story *story)
{
    struct access_waiting_list list = access_waiting(story->arena, story->organization, story->account);
    bool said = false;
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].resource == story->resource) {
            say(story, "Does not count: %s; %s.", waiting_what(story, &list.items[i].via), waiting_why(story, &list.items[i]));
            said = true;
        }
    }
    return said;
}

/* --- access --- */

/* ", from ... until ..." */
static const char *window_of(struct story *story, const struct access_via *via)
{
    const char *from =
        via->starts_ms == INT64_MIN ? "" : arena_printf(story->arena, " from %s", time_format(story->arena, via->starts_ms));
    const char *until =
        via->ends_ms == INT64_MAX ? "" : arena_printf(story->arena, " until %s", time_format(story->arena, via->ends_ms));
    return *from == '\0' && *until == '\0' ? "" : arena_printf(story->arena, ",%s%s", from, until);
}

static void say_via(struct story *story, const struct access_via *via, bool counts)
{
    const char *role = role_name(via->role), *also = counts ? "" : "Also, without effect: ";
    const char *the = counts ? "The" : "the", *as = counts ? "As" : "as";
    switch (via->kind) {
    case VIA_MANUAL:
        say(story, "%s%s was given the role %s on %s by hand%s.", also, story->who, role, story->where, window_of(story, via));
        break;
    case VIA_GROUP:
        say(story, "%s%s group \"%s\" was granted the role %s on %s%s; %s.", also, the, via->group->display_name, role,
            story->where, window_of(story, via), way_into(story, via->group));
        break;
    case VIA_MAPPING:
        say(story, "%s%s mapping of the group \"%s\" makes people %s of the organization, who act as %s in %s; %s.", also, the,
            via->group->display_name,
            org_role_name(policy_mapping(story->organization->policies, via->group->display_name)->role), role, story->where,
            way_into(story, via->group));
        break;
    case VIA_RULE:
        say(story, "%s%s rule \"%s\" gives the role %s on %s to people like %s%s.", also, the, via->rule, role, story->where,
            story->who, window_of(story, via));
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
    bool own = is_folder(story->resource) && !is_invite_only(story->resource);
    for (size_t i = 0; i < entry->via_count; i++) {
        own = own && entry->via[i].kind == VIA_MANUAL; /* else it stands beside the workspace's */
    }
    if (own && access_on(story->arena, story->organization, story->account, story->resource->workspace, &above)) {
        say(story, "That replaces the role %s, which %s has in the workspace %s.", role_name(above.role), story->who,
            story->resource->workspace->path);
    }
}

/* The ladder decides which role counts, and a lower role may allow what a higher one does not. */
static void say_lost(struct story *story, const struct access_entry *entry)
{
    for (size_t i = 0; i < entry->via_count; i++) {
        enum role role = entry->via[i].role;
        const char *lost = "";
        for (enum permission p = PERMISSION_READ; p <= PERMISSION_OWN; p++) {
            if (role_may(role, p) && !role_may(entry->role, p)) {
                lost = arena_printf(story->arena, "%s%s%s", lost, *lost == '\0' ? "" : " and to ", permission_name(p));
            }
        }
        if (*lost != '\0') {
            say(story, "The role %s would allow to %s, and %s does not: the higher role counts, not both together.",
                role_name(role), lost, role_name(entry->role));
            return;
        }
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
    say_lost(story, entry);
    (void)say_waiting(story);
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
    struct map *in = groups_of(story);
    bool waits = say_waiting(story);
    const char *key;
    void *value;
    size_t groups = 0;
    for (size_t i = 0; map_at(story->resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        bool other = grant->group != NULL && grant->role != ROLE_NONE && map_get(in, grant->group->id) == NULL;
        if (other && ++groups <= WHY_MAX_GROUPS) {
            say(story, "The group \"%s\" was granted the role %s on %s, but %s is not in it.", grant->group->display_name,
                role_name(grant->role), story->where, story->who);
        }
    }
    if (groups > WHY_MAX_GROUPS) {
        say(story, "%zu more groups were granted roles on %s, and %s is in none of them.", groups - WHY_MAX_GROUPS, story->where,
            story->who);
    }
    map_free(in);
    if (groups == 0 && !waits) {
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

static struct story begin(struct arena *arena, const struct organization *organization, const struct account *account,
                          const struct resource *resource)
{
    return (struct story){.arena = arena,
                          .organization = organization,
                          .account = account,
                          .resource = resource,
                          .who = account->user_name,
                          .where = resource == NULL ? "" : resource->path};
}

static struct why finish(const struct story *story, struct access_entry entry)
{
    return (struct why){entry, story->lines, story->count};
}

static struct access_entry tell(struct story *story)
{
    struct access_entry entry;
    if (access_on(story->arena, story->organization, story->account, story->resource, &entry)) {
        say_access(story, &entry);
        return entry;
    }
    say_none(story);
    return (struct access_entry){0};
}

struct why why(struct arena *arena, const struct organization *organization, const struct account *account,
               const struct resource *resource)
{
    struct story story = begin(arena, organization, account, resource);
    struct access_entry entry = tell(&story);
    return finish(&story, entry);
}

/* --- projects --- */

struct why why_project(struct arena *arena, const struct organization *organization, const struct account *account,
                       const struct project *project)
{
    struct story story = begin(arena, organization, account, project->resource);
    struct access_entry entry;
    bool has = access_on(arena, organization, account, project->resource, &entry);
    bool cleared = organization->steps->cleared(organization, account, project);
    const char *clearance = clearance_of(organization, account);
    if (!cleared) {
        say(&story, "%s has no access to %s.", story.who, project->path);
        say(&story, "%s is %s, and %s has the clearance %s, which is too low.", project->path, project->classification, story.who,
            clearance);
        if (has) {
            say(&story, "That %s is %s of %s does not count here.", story.who, role_name(entry.role), story.where);
        }
        return finish(&story, (struct access_entry){0});
    }
    say(&story, "%s is in %s, and open to whom that is open.", project->path, story.where);
    if (project->classification != NULL && organization->policies->security.content_classification) {
        say(&story, "%s is %s, and %s has the clearance %s.", project->path, project->classification, story.who, clearance);
    }
    entry = tell(&story);
    return finish(&story, entry);
}

/* --- permissions --- */

static void say_reason(struct story *story, const struct standing_reason *reason)
{
    switch (reason->kind) {
    case STANDING_ORG_ROLE:
        say(story, "%s is %s of the organization, which gives %s.", story->who, org_role_name(story->account->org_role),
            reason->permission);
        break;
    case STANDING_MAPPING:
        say(story, "The mapping of the group \"%s\" gives %s; %s.", reason->group, reason->permission,
            way_into(story, group_by_name(story->organization, reason->group)));
        break;
    case STANDING_HIERARCHY:
        say(story, "%s is in \"%s\" of the hierarchy, which has %s.", story->who, reason->group, reason->permission);
        break;
    case STANDING_INHERITED:
        say(story, "%s is in \"%s\" of the hierarchy, which inherits %s from \"%s\".", story->who, reason->group,
            reason->permission, reason->above);
        break;
    }
}

struct why why_permission(struct arena *arena, const struct organization *organization, const struct account *account,
                          const char *permission, bool *has)
{
    struct story story = begin(arena, organization, account, NULL);
    struct standing standing = standing_of(arena, organization, account);
    size_t reasons = 0;
    for (size_t i = 0; i < standing.count; i++) {
        reasons += text_equal(standing.reasons[i].permission, permission);
    }
    *has = reasons > 0;
    say(&story, "%s %s the permission %s.", story.who, *has ? "has" : "does not have", permission);
    for (size_t i = 0; i < standing.count; i++) {
        if (text_equal(standing.reasons[i].permission, permission)) {
            say_reason(&story, &standing.reasons[i]);
        }
    }
    if (!account->active) {
        say(&story, "%s is inactive, and who is inactive has no permissions.", story.who);
    } else if (!*has) {
        say(&story, "Neither the org role nor a mapping nor the hierarchy gives it to %s.", story.who);
    }
    return finish(&story, (struct access_entry){0});
}
