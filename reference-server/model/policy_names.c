#include "common/base.h"

#include "reference-server/model/policy_names.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/policies.h"

static struct policy_name *need(struct policies *policies, const char *name)
{
    struct policy_name *entry = map_get(policies->names, name);
    if (entry == NULL) {
        entry = arena_alloc(policies->arena, sizeof *entry);
        map_set(policies->names, name, entry);
    }
    return entry;
}

static void list_members(struct policies *policies, const struct policy_hierarchy_group *group)
{
    for (size_t i = 0; i < group->member_count; i++) {
        struct policy_name *entry = need(policies, group->members[i]);
        struct policy_listed *listed = arena_alloc(policies->arena, sizeof *listed);
        *listed = (struct policy_listed){group, entry->listed};
        entry->listed = listed;
    }
}

static void end_names(void *names)
{
    map_free(names);
}

void policy_names_make(struct policies *policies)
{
    policies->names = map_new_with(true, true); /* the names are in the blocks */
    arena_defer(policies->arena, end_names, policies->names);
    for (size_t i = 0; i < policies->group_mappings.count; i++) {
        need(policies, policies->group_mappings.items[i].group)->mapping = &policies->group_mappings.items[i];
    }
    for (size_t i = 0; i < policies->group_hierarchy.count; i++) {
        need(policies, policies->group_hierarchy.items[i].group)->of_hierarchy = &policies->group_hierarchy.items[i];
        list_members(policies, &policies->group_hierarchy.items[i]);
    }
    for (size_t i = 0; i < policies->rollout.count; i++) {
        need(policies, policies->rollout.groups[i])->rolled_out = true;
    }
}

const struct policy_name *policy_name(const struct policies *policies, const char *name)
{
    return policies->names == NULL ? NULL : map_get(policies->names, name);
}

const struct policy_group_mapping *policy_mapping(const struct policies *policies, const char *group)
{
    const struct policy_name *entry = policy_name(policies, group);
    return entry == NULL ? NULL : entry->mapping;
}

bool policy_rolled_out(const struct policies *policies, const char *group)
{
    const struct policy_name *entry = policies->rollout.there ? policy_name(policies, group) : NULL;
    return !policies->rollout.there || (entry != NULL && entry->rolled_out);
}
