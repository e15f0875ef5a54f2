#include "common/base.h"

#include "reference-server/model/policy_groups.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"

#include <stdio.h>
#include <string.h>

#define WORD(code, word) word,

static const char *const permissions[] = {MAPPING_PERMISSIONS(WORD)};

/* --- group_mappings --- */

static bool matches_something(const struct organization *organization, const char *pattern)
{
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        const struct resource *workspace = organization->workspaces.items[i];
        if (workspace->managed && text_glob(pattern, workspace->path)) {
            return true;
        }
    }
    return false;
}

/* "all" and "assigned_only" are words, the rest are patterns that match a workspace at the time they are set. */
static bool read_patterns(const struct policy_reading *reading, const struct place *up, const json *mapping,
                          struct policy_group_mapping *out)
{
    const struct place at = {up, "workspaces"};
    const char *const *words;
    size_t count;
    if (!policy_names(reading, up, mapping, "workspaces", &words, &count)) {
        return false;
    }
    const char **patterns = arena_array(reading->policies->arena, count + 1, sizeof *patterns);
    for (size_t i = 0; i < count; i++) {
        char position[24];
        (void)snprintf(position, sizeof position, "%zu", i);
        if (strcmp(words[i], "all") == 0) {
            out->all = true;
        } else if (strcmp(words[i], "assigned_only") == 0) {
            continue;
        } else if (reading->organization != NULL && !matches_something(reading->organization, words[i])) {
            return place_refuse(
                &at, position, reading->failure,
                "\"%.200s\" matches no workspace that the organization manages; create or manage it first, or write \"all\" or "
                "\"assigned_only\"",
                words[i]);
        } else {
            patterns[out->workspace_count++] = words[i];
        }
    }
    out->workspaces = patterns;
    return true;
}

static bool read_mapping(const struct policy_reading *reading, const json *entry, struct policy_group_mapping *out)
{
    const struct place at = {&reading->at, json_key(entry)};
    const char *role = NULL;
    *out = (struct policy_group_mapping){.group = json_key(entry)};
    if (text_is_blank(out->group)) {
        return place_refuse(&reading->at, out->group, reading->failure, "a mapping is named after a group");
    }
    if (!place_object(&at, entry, "taskade_role permissions workspaces", reading->failure) ||
        !place_text(&at, entry, "taskade_role", POLICY_MAX_NAME, &role, reading->failure) ||
        !place_choices(&at, entry, "permissions", permissions, ARRAY_LEN(permissions), &out->permissions, reading->failure) ||
        !read_patterns(reading, &at, entry, out)) {
        return false;
    }
    if (role == NULL || !org_role_read(role, &out->role)) {
        (void)place_refuse(&at, "taskade_role", reading->failure, "taskade_role must be an org role: admin, manager, user");
        return place_advise(reading->failure, "use one of these");
    }
    return true;
}

bool policy_read_group_mappings(const struct policy_reading *reading, const json *block)
{
    struct policy_group_mappings *out = &reading->policies->group_mappings;
    if (!policy_not_too_many(reading, &reading->at, block)) {
        return false;
    }
    struct policy_group_mapping *items = arena_array(reading->policies->arena, json_count(block) + 1, sizeof *items);
    for (const json *entry = json_first(block); entry != NULL; entry = json_next(entry)) {
        for (size_t i = 0; i < out->count; i++) {
            if (unicode_equal_fold(items[i].group, json_key(entry))) {
                return place_refuse(&reading->at, json_key(entry), reading->failure, "this group has a mapping already");
            }
        }
        if (!read_mapping(reading, entry, &items[out->count])) {
            return false;
        }
        out->count++;
    }
    out->items = items;
    return true;
}

/* --- group_hierarchy --- */

static const struct policy_hierarchy_group *find(const struct policy_hierarchy_group *items, size_t count, const char *group)
{
    for (size_t i = 0; group != NULL && i < count; i++) {
        if (unicode_equal_fold(items[i].group, group)) {
            return &items[i];
        }
    }
    return NULL;
}

/* What is below a group: the groups that name it as parent, and those among its members. */
struct below {
    const struct policy_hierarchy_group *items;
    const struct map *places; /* name -> place + 1 */
    size_t *child,
        *sibling; /* place + 1 of the first group that has this one as parent, and of the next one with the same parent; 0: none */
    enum { UNSEEN, UNDER_WAY, SEEN } * seen;
    size_t from; /* place + 1 of the group from which the way met one again; 0: not yet */
};

static size_t place_of(const struct below *below, const char *name)
{
    return name == NULL ? 0 : (size_t)(uintptr_t)map_get(below->places, name);
}

/* The group that the way down from this one meets again (place + 1, both); 0: none. As deep as there are groups, POLICY_MAX_ENTRIES at most. */
static size_t comes_back(struct below *below, size_t place)
{
    const struct policy_hierarchy_group *group = &below->items[place - 1];
    size_t met = 0;
    if (below->seen[place] != UNSEEN) {
        return below->seen[place] == UNDER_WAY ? place : 0;
    }
    below->seen[place] = UNDER_WAY;
    for (size_t child = below->child[place]; child != 0 && met == 0; child = below->sibling[child]) {
        met = comes_back(below, child);
    }
    for (size_t i = 0; i < group->member_count && met == 0; i++) {
        size_t member = place_of(below, group->members[i]);
        met = member == 0 ? 0 : comes_back(below, member);
    }
    below->seen[place] = SEEN;
    below->from = met != 0 && below->from == 0 ? place : below->from;
    return met;
}

static bool has_no_circle(const struct policy_reading *reading, struct below *below, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t met = comes_back(below, i + 1);
        if (met != 0) {
            const struct policy_hierarchy_group *group = &below->items[met - 1];
            bool by_parent = place_of(below, group->parent) == below->from;
            const struct place at = {&reading->at, by_parent ? group->group : below->items[below->from - 1].group};
            (void)place_refuse(&at, by_parent ? "parent" : "members", reading->failure,
                               "\"%.200s\" is above itself: a hierarchy has no circles", group->group);
            return place_advise(reading->failure, by_parent ? "give it another parent" : "take it out of these members");
        }
    }
    return true;
}

static bool parents_fit(const struct policy_reading *reading, const struct policy_hierarchy_group *items, size_t count)
{
    struct map *places = map_new_with(true, true);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct below below = {items,
                          places,
                          arena_array(arena, count + 1, sizeof *below.child),
                          arena_array(arena, count + 1, sizeof *below.sibling),
                          arena_array(arena, count + 1, sizeof *below.seen),
                          0};
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        map_set(places, items[i].group, (void *)(uintptr_t)(i + 1));
    }
    for (size_t i = 0; i < count && good; i++) {
        const struct place at = {&reading->at, items[i].group};
        size_t parent = place_of(&below, items[i].parent);
        if (items[i].parent != NULL && parent == 0) {
            good = place_refuse(&at, "parent", reading->failure, "\"%.200s\" is no group of this hierarchy", items[i].parent);
        }
        below.sibling[i + 1] = below.child[parent];
        below.child[parent] = i + 1;
    }
    good = good && has_no_circle(reading, &below, count);
    map_free(places);
    return good;
}

static bool read_group(const struct policy_reading *reading, const json *entry, struct policy_hierarchy_group *out)
{
    const struct place at = {&reading->at, json_key(entry)};
    *out = (struct policy_hierarchy_group){.group = json_key(entry)};
    if (text_is_blank(out->group)) {
        return place_refuse(&reading->at, out->group, reading->failure, "a hierarchy names its groups");
    }
    return place_object(&at, entry, "parent members inherited_permissions specific_permissions", reading->failure) &&
           place_text(&at, entry, "parent", POLICY_MAX_NAME, &out->parent, reading->failure) &&
           policy_names(reading, &at, entry, "members", &out->members, &out->member_count) &&
           policy_names(reading, &at, entry, "inherited_permissions", &out->inherited, &out->inherited_count) &&
           policy_names(reading, &at, entry, "specific_permissions", &out->specific, &out->specific_count);
}

bool policy_read_group_hierarchy(const struct policy_reading *reading, const json *block)
{
    struct policy_group_hierarchy *out = &reading->policies->group_hierarchy;
    if (!policy_not_too_many(reading, &reading->at, block)) {
        return false;
    }
    struct policy_hierarchy_group *items = arena_array(reading->policies->arena, json_count(block) + 1, sizeof *items);
    for (const json *entry = json_first(block); entry != NULL; entry = json_next(entry)) {
        if (find(items, out->count, json_key(entry)) != NULL) {
            return place_refuse(&reading->at, json_key(entry), reading->failure, "this group is in the hierarchy already");
        }
        if (!read_group(reading, entry, &items[out->count++])) {
            return false;
        }
    }
    out->items = items;
    return parents_fit(reading, items, out->count);
}
