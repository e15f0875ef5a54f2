#include "common/base.h"

#include "reference-server/model/standing.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/policy_names.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
#define X(permission, word) [permission] = word,
    MAPPING_PERMISSIONS(X)
#undef X
};

struct making {
    struct arena *arena;
    const struct organization *organization;
    const struct account *account;
    struct standing standing;
    struct standing_reason *reasons;
    size_t capacity;
    struct map *in; /* groups of the hierarchy that the person is in: name as it is written there -> the group */
    const struct policy_hierarchy_group **entered;
    size_t entered_count, entered_capacity;
};

static void give(struct making *m, const char *permission, enum standing_kind kind, const char *group, const char *above)
{
    if (m->standing.count == m->capacity) {
        size_t capacity = m->capacity == 0 ? 8 : m->capacity * 2;
        m->reasons = arena_grow(m->arena, m->reasons, m->standing.count, capacity, sizeof *m->reasons);
        m->capacity = capacity;
    }
    m->reasons[m->standing.count++] = (struct standing_reason){permission, kind, group, above};
}

/* --- org roles --- */

static void give_stored(struct making *m)
{
    const char *const *own;
    size_t count = text_split(m->arena, org_role_permissions(m->account->org_role), ' ', &own);
    for (size_t i = 0; i < count; i++) {
        give(m, own[i], STANDING_ORG_ROLE, NULL, NULL);
    }
}

static bool is_in_force(const struct organization *organization, const struct account *account, const struct group *group,
                        enum org_role org_role)
{
    const struct access_via via = {
        .kind = VIA_MAPPING, .group = group, .role = org_role_acts_as(org_role), .starts_ms = INT64_MIN, .ends_ms = INT64_MAX};
    return organization->steps->wait(organization, account, NULL, &via) == WAIT_NONE;
}

static void take_mapping(struct making *m, const struct group *group)
{
    const struct policy_group_mapping *mapping = policy_mapping(m->organization->policies, group->display_name);
    if (mapping == NULL || !is_in_force(m->organization, m->account, group, mapping->role)) {
        return;
    }
    if (mapping->role > m->standing.org_role) {
        m->standing.org_role = mapping->role;
        m->standing.mapped_by = group->display_name;
    }
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if ((mapping->permissions >> i & 1u) != 0) {
            give(m, words[i], STANDING_MAPPING, group->display_name, NULL);
        }
    }
}

/* --- the hierarchy --- */

static void enter(struct making *m, const struct policy_hierarchy_group *group)
{
    if (map_get(m->in, group->group) != NULL) {
        return;
    }
    map_set(m->in, group->group, m);
    if (m->entered_count == m->entered_capacity) {
        size_t capacity = m->entered_capacity == 0 ? 8 : m->entered_capacity * 2;
        m->entered = arena_grow(m->arena, m->entered, m->entered_count, capacity, sizeof *m->entered);
        m->entered_capacity = capacity;
    }
    m->entered[m->entered_count++] = group;
}

/* is_group: a person may be listed by the name of a group without being that group. */
static void enter_by_name(struct making *m, const char *name, bool is_group)
{
    const struct policy_name *entry = policy_name(m->organization->policies, name);
    if (entry == NULL) {
        return;
    }
    if (is_group && entry->of_hierarchy != NULL) {
        enter(m, entry->of_hierarchy);
    }
    for (const struct policy_listed *listed = entry->listed; listed != NULL; listed = listed->next) {
        enter(m, listed->group);
    }
}

static void give_all(struct making *m, const struct policy_hierarchy_group *group)
{
    const struct policies *policies = m->organization->policies;
    if (!policy_rolled_out(policies, group->group)) {
        return;
    }
    for (size_t i = 0; i < group->inherited_count; i++) {
        give(m, group->inherited[i], STANDING_HIERARCHY, group->group, NULL);
    }
    for (size_t i = 0; i < group->specific_count; i++) {
        give(m, group->specific[i], STANDING_HIERARCHY, group->group, NULL);
    }
    /* A hierarchy has no circles (policy_groups.c). */
    for (const char *parent = group->parent; parent != NULL;) {
        const struct policy_hierarchy_group *above = policy_name(policies, parent)->of_hierarchy;
        for (size_t i = 0; policy_rolled_out(policies, parent) && i < above->inherited_count; i++) {
            give(m, above->inherited[i], STANDING_INHERITED, group->group, above->group);
        }
        parent = above->parent;
    }
}

/* Anybody may be a ceo at a domain of their own. */
static bool is_ours(const struct organization *organization, const char *domain)
{
    bool ours = organization->domains.count == 0;
    for (size_t i = 0; i < organization->domains.count; i++) {
        ours = ours || unicode_equal_fold(organization->domains.items[i], domain);
    }
    return ours;
}

static void take_hierarchy(struct making *m, struct group *const *groups, size_t count)
{
    const char *name = m->account->user_name, *at = strrchr(name, '@');
    m->in = map_new();
    enter_by_name(m, name, false);
    if (at != NULL && is_ours(m->organization, at + 1)) {
        enter_by_name(m, arena_strndup(m->arena, name, (size_t)(at - name)), false);
    }
    for (size_t i = 0; i < count; i++) {
        if (policy_rolled_out(m->organization->policies, groups[i]->display_name)) {
            enter_by_name(m, groups[i]->display_name, true);
        }
    }
    for (size_t i = 0; i < m->entered_count; i++) {
        give_all(m, m->entered[i]);
        enter_by_name(m, m->entered[i]->group, false);
    }
    map_free(m->in);
}

/* --- the whole --- */

static size_t rank(const char *permission)
{
    size_t i = 0;
    while (i < ARRAY_LEN(words) && strcmp(words[i], permission) != 0) {
        i++;
    }
    return i;
}

static int compare_reasons(const void *a, const void *b)
{
    const struct standing_reason *x = a, *y = b;
    size_t first = rank(x->permission), second = rank(y->permission);
    int order = first != second ? (first < second ? -1 : 1) : strcmp(x->permission, y->permission);
    order = order != 0 ? order : (int)x->kind - (int)y->kind;
    order = order != 0 ? order : strcmp(x->group == NULL ? "" : x->group, y->group == NULL ? "" : y->group);
    return order != 0 ? order : strcmp(x->above == NULL ? "" : x->above, y->above == NULL ? "" : y->above);
}

struct standing standing_of(struct arena *arena, const struct organization *organization, const struct account *account)
{
    struct making m = {.arena = arena, .organization = organization, .account = account};
    m.standing.org_role = account->org_role;
    if (account->active) {
        give_stored(&m);
    }
    if (account->active && organization->policies->names != NULL) {
        struct group *const *groups;
        size_t count = group_closure(arena, account, &groups);
        for (size_t i = 0; i < count; i++) {
            take_mapping(&m, groups[i]);
        }
        if (organization->policies->group_hierarchy.count > 0) {
            take_hierarchy(&m, groups, count);
        }
    }
    if (m.standing.count > 1) {
        qsort(m.reasons, m.standing.count, sizeof *m.reasons, compare_reasons);
    }
    m.standing.reasons = m.reasons;
    return m.standing;
}

enum org_role standing_org_role(const struct organization *organization, const struct account *account)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    return standing_of(arena, organization, account).org_role;
}

bool standing_permits(const struct organization *organization, const struct account *account, enum mapping_permission permission)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct standing standing = standing_of(arena, organization, account);
    for (size_t i = 0; i < standing.count; i++) {
        const char *word = standing.reasons[i].permission;
        if (strcmp(word, words[permission]) == 0 || strcmp(word, words[MAPPING_ALL]) == 0) {
            return true;
        }
    }
    return false;
}

size_t standing_permissions(struct arena *arena, const struct standing *standing, const char *const **out)
{
    const char **permissions = arena_array(arena, standing->count + 1, sizeof *permissions);
    size_t count = 0;
    for (size_t i = 0; i < standing->count; i++) {
        if (count == 0 || strcmp(permissions[count - 1], standing->reasons[i].permission) != 0) {
            permissions[count++] = standing->reasons[i].permission;
        }
    }
    *out = permissions;
    return count;
}

struct account *standing_mapped_admin(const struct organization *organization,
                                      bool (*accepts)(const struct account *account, const struct account *other),
                                      const struct account *other)
{
    const struct policy_group_mappings *mappings = &organization->policies->group_mappings;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    for (size_t i = 0; i < mappings->count; i++) {
        const struct group *group =
            mappings->items[i].role == ORG_ROLE_ADMIN ? group_by_name(organization, mappings->items[i].group) : NULL;
        struct account *const *people;
        size_t count = group == NULL ? 0 : group_people(arena, group, &people);
        for (size_t k = 0; k < count; k++) {
            if (people[k] != organization->break_glass && accepts(people[k], other) &&
                is_in_force(organization, people[k], group, ORG_ROLE_ADMIN)) {
                return people[k];
            }
        }
    }
    return NULL;
}
