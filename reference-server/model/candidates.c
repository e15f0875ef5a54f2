#include "common/base.h"

#include "reference-server/model/candidates.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/policy_names.h"
#include "reference-server/model/profile.h"
#include "reference-server/model/resource.h"

#include <stdlib.h>
#include <string.h>

/* --- what counts --- */

enum access_wait access_wait(const struct organization *organization, const struct account *account,
                             const struct resource *resource, const struct access_via *via)
{
    if (via->group != NULL && !policy_rolled_out(organization->policies, via->group->display_name)) {
        return WAIT_ROLLOUT;
    }
    if (via->starts_ms != INT64_MIN && organization_now(organization) < via->starts_ms) {
        return WAIT_START;
    }
    if (via->ends_ms != INT64_MAX && organization_now(organization) >= via->ends_ms) {
        return WAIT_END;
    }
    if (via->kind == VIA_MAPPING || via->kind == VIA_RULE) {
        return approval_wait(organization, account, resource, via);
    }
    return via->asked ? WAIT_APPROVAL : WAIT_NONE;
}

/* --- collecting --- */

struct collecting {
    struct candidates list;
    const struct organization *organization;
    const struct account *account;
};

static void put(struct candidates *list, const struct resource *resource, const struct access_via *via)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        list->items = arena_grow(list->arena, list->items, list->count, capacity, sizeof *list->items);
        list->capacity = capacity;
    }
    list->items[list->count++] = (struct candidate){resource, *via};
}

static void put_waiting(struct candidates *list, const struct resource *resource, const struct access_via *via,
                        enum access_wait wait)
{
    if (!list->wants_waiting) {
        return;
    }
    if (list->waiting_count == list->waiting_capacity) {
        size_t capacity = list->waiting_capacity == 0 ? 8 : list->waiting_capacity * 2;
        list->waiting = arena_grow(list->arena, list->waiting, list->waiting_count, capacity, sizeof *list->waiting);
        list->waiting_capacity = capacity;
    }
    list->waiting[list->waiting_count++] = (struct access_waiting){resource, *via, wait};
}

static void add(struct collecting *c, const struct resource *resource, const struct access_via *via)
{
    enum access_wait wait = c->organization->steps->wait(c->organization, c->account, resource, via);
    if (wait == WAIT_NONE) {
        put(&c->list, resource, via);
    } else {
        put_waiting(&c->list, resource, via, wait);
    }
}

static void add_grants(struct collecting *c, const struct map *grants)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(grants, &i, &key, &value);) {
        const struct grant *grant = value;
        struct access_via via = {grant->group == NULL ? VIA_MANUAL : VIA_GROUP,
                                 grant->group,
                                 NULL,
                                 grant->role,
                                 grant->window.starts_ms,
                                 grant->window.ends_ms,
                                 false};
        if (via.role != ROLE_NONE) {
            add(c, grant->resource, &via);
        }
        via.role = grant->asked;
        via.asked = true;
        if (via.role != ROLE_NONE) {
            add(c, grant->resource, &via);
        }
    }
}

static void add_org_role(struct collecting *c)
{
    enum org_role org_role = c->account->org_role;
    for (size_t i = 0; org_role != ORG_ROLE_USER && i < c->organization->workspaces.count; i++) {
        const struct resource *workspace = c->organization->workspaces.items[i];
        struct access_via via = {VIA_ORG_ROLE, NULL, NULL, org_role_on(org_role, workspace->path), INT64_MIN, INT64_MAX, false};
        if (workspace->managed && via.role != ROLE_NONE) {
            add(c, workspace, &via);
        }
    }
}

/* --- mappings --- */

bool candidates_mapped(const struct policy_group_mapping *mapping, const struct resource *workspace)
{
    bool matches = mapping->all;
    for (size_t i = 0; i < mapping->workspace_count && !matches; i++) {
        matches = text_glob(mapping->workspaces[i], workspace->path);
    }
    return matches && workspace->managed;
}

static void add_mapping(struct collecting *c, const struct group *group)
{
    const struct policy_group_mapping *mapping = policy_mapping(c->organization->policies, group->display_name);
    enum role role = mapping == NULL ? ROLE_NONE : org_role_acts_as(mapping->role);
    for (size_t i = 0; role != ROLE_NONE && i < c->organization->workspaces.count; i++) {
        const struct resource *workspace = c->organization->workspaces.items[i];
        struct access_via via = {VIA_MAPPING, group, NULL, role, INT64_MIN, INT64_MAX, false};
        if (candidates_mapped(mapping, workspace)) {
            add(c, workspace, &via);
        }
    }
}

/* --- rules --- */

bool candidates_open(const struct resource *resource)
{
    return resource->workspace->managed &&
           (resource->kind == RESOURCE_WORKSPACE || resource->team_access == TEAM_ACCESS_INVITE_ONLY);
}

/* Only what is offered counts. */
static bool is_granted(const struct organization *organization, const struct account *account, const char *list,
                       const struct policy_condition *condition)
{
    const json *grants = json_get(account->resource, list);
    for (const json *grant = json_first(grants); grant != NULL; grant = json_next(grant)) {
        const char *value = policy_granted(organization->policies, list, grant);
        for (size_t k = 0; k < condition->count && value != NULL; k++) {
            if (text_glob(condition->patterns[k], value)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_met(const struct organization *organization, const struct account *account,
                   const struct policy_condition *condition)
{
    if (strcmp(condition->field, POLICY_CONDITION_PROJECT) == 0) {
        return assigned_to_any(account, condition->patterns, condition->count);
    }
    const char *values[PROFILE_MAX_VALUES], *list = policy_granted_list(condition->field);
    if (list != NULL) {
        return is_granted(organization, account, list, condition);
    }
    size_t count = account_field_values(organization, account, condition->field, values);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < condition->count; k++) {
            if (text_glob(condition->patterns[k], values[i])) {
                return true;
            }
        }
    }
    return false;
}

bool candidates_meets(const struct organization *organization, const struct account *account,
                      const struct policy_access_rule *rule)
{
    for (size_t i = 0; i < rule->condition_count; i++) {
        if (!is_met(organization, account, &rule->conditions[i])) {
            return false;
        }
    }
    return true;
}

static void add_rules(struct collecting *c)
{
    const struct policy_access_rules *rules = &c->organization->policies->access_rules;
    for (size_t i = 0; i < rules->count; i++) {
        const struct policy_access_rule *rule = &rules->items[i];
        const struct resource *resource = resource_find(c->organization, rule->resource);
        struct access_via via = {VIA_RULE, NULL, rule->name, rule->role, rule->starts_ms, rule->ends_ms, false};
        if (resource != NULL && candidates_open(resource) && candidates_meets(c->organization, c->account, rule)) {
            add(c, resource, &via);
        }
    }
}

/* --- all of them --- */

int candidates_compare(const struct access_via *a, const struct access_via *b)
{
    if (a->role != b->role) {
        return a->role > b->role ? -1 : 1;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    if (a->rule != NULL && b->rule != NULL) {
        return strcmp(a->rule, b->rule);
    }
    if (a->group == b->group || a->group == NULL || b->group == NULL) {
        return (a->ends_ms < b->ends_ms) - (a->ends_ms > b->ends_ms); /* what lasts longer counts first */
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
    return candidates_compare(&x->via, &y->via);
}

struct candidates candidates_of(struct arena *arena, const struct organization *organization, const struct account *account,
                                bool wants_waiting)
{
    struct collecting c = {{.arena = arena, .organization = organization, .wants_waiting = wants_waiting}, organization, account};
    struct group *const *groups;
    size_t count = group_closure(arena, account, &groups);
    bool mappings = organization->policies->group_mappings.count > 0;
    add_grants(&c, account->grants);
    for (size_t i = 0; i < count; i++) {
        add_grants(&c, groups[i]->grants);
        if (mappings) {
            add_mapping(&c, groups[i]);
        }
    }
    add_org_role(&c);
    add_rules(&c);
    if (c.list.count > 1) {
        qsort(c.list.items, c.list.count, sizeof *c.list.items, compare_candidates);
    }
    return c.list;
}

size_t candidates_on(const struct candidates *list, const struct resource *resource, const struct candidate **out)
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
    *out = low < end ? &list->items[low] : NULL;
    return end - low;
}
