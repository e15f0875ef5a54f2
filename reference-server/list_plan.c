#include "common/base.h"

#include "reference-server/list_plan.h"

#include "common/memory.h"

#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/schema.h"

#include <stdlib.h>
#include <string.h>

/* --- one index --- */

static const struct list *list_of(struct arena *arena, void *const *items, size_t count)
{
    struct list *list = arena_alloc(arena, sizeof *list);
    list->items = arena_grow(arena, items, count, count + 1, sizeof *list->items);
    list->count = list->capacity = count;
    return list;
}

static const struct list *one(const struct list_plan *plan, void *item)
{
    return list_of(plan->arena, &item, item != NULL);
}

static const struct list *users_by_id(const struct list_plan *plan, const char *value)
{
    return one(plan, account_by_id(plan->organization, value));
}

static const struct list *users_by_user_name(const struct list_plan *plan, const char *value)
{
    return one(plan, account_by_user_name(plan->organization, value));
}

static const struct list *users_by_external_id(const struct list_plan *plan, const char *value)
{
    return accounts_by_external_id(plan->organization, value);
}

static const struct list *users_by_email(const struct list_plan *plan, const char *value)
{
    return accounts_by_email(plan->organization, value);
}

static const struct list *groups_by_id(const struct list_plan *plan, const char *value)
{
    return one(plan, group_by_id(plan->organization, value));
}

static const struct list *groups_by_name(const struct list_plan *plan, const char *value)
{
    return one(plan, group_by_name(plan->organization, value));
}

static const struct list *groups_with_external_id(const struct list_plan *plan, const char *value)
{
    return groups_by_external_id(plan->organization, value);
}

/* An index that tells letter case apart may answer only for an attribute that does, too. */
static const struct {
    bool users;
    const char *attribute, *sub; /* sub NULL: none */
    bool exact;
    const struct list *(*find)(const struct list_plan *plan, const char *value);
} indexes[] = {
    {true, "id", NULL, true, users_by_id},
    {true, "userName", NULL, false, users_by_user_name},
    {true, "externalId", NULL, true, users_by_external_id},
    {true, "emails", "value", false, users_by_email},
    {false, "id", NULL, true, groups_by_id},
    {false, "displayName", NULL, false, groups_by_name},
    {false, "externalId", NULL, true, groups_with_external_id},
};

static bool same_name(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const struct list *from_index(const struct list_plan *plan, const struct scim_place *place, const char *value)
{
    const struct scim_attribute *attribute = place->attribute, *sub = place->sub;
    if (place->extension != NULL || attribute == NULL)
        return NULL;
    if (sub == NULL && attribute->type == SCIM_COMPLEX) /* `emails eq "x"` is about its value (scim/match.h) */
        sub = scim_schema_sub(attribute, "value");
    const struct scim_attribute *leaf = sub != NULL ? sub : attribute;
    for (size_t i = 0; i < ARRAY_LEN(indexes); i++)
        if (indexes[i].users == plan->users && same_name(indexes[i].attribute, attribute->name) &&
            same_name(indexes[i].sub, sub == NULL ? NULL : sub->name) && (!indexes[i].exact || leaf->case_exact))
            return indexes[i].find(plan, value);
    return NULL;
}

/* --- order --- */

static uint64_t order_of(const struct list_plan *plan, const void *item)
{
    return plan->users ? ((const struct account *)item)->order : ((const struct group *)item)->order;
}

static int compare_accounts(const void *a, const void *b)
{
    uint64_t x = (*(struct account *const *)a)->order, y = (*(struct account *const *)b)->order;
    return (x > y) - (x < y);
}

static int compare_groups(const void *a, const void *b)
{
    uint64_t x = (*(struct group *const *)a)->order, y = (*(struct group *const *)b)->order;
    return (x > y) - (x < y);
}

/* An index has its items in order of adding. */
static const struct list *in_order(const struct list_plan *plan, const struct list *found)
{
    size_t i = 1;
    while (i < found->count && order_of(plan, found->items[i - 1]) < order_of(plan, found->items[i]))
        i++;
    if (i >= found->count)
        return found;
    const struct list *sorted = list_of(plan->arena, found->items, found->count);
    qsort(sorted->items, sorted->count, sizeof *sorted->items, plan->users ? compare_accounts : compare_groups);
    return sorted;
}

static const struct list *merge(const struct list_plan *plan, const struct list *a, const struct list *b)
{
    struct list *out = arena_alloc(plan->arena, sizeof *out);
    out->items = arena_array(plan->arena, a->count + b->count + 1, sizeof *out->items);
    for (size_t i = 0, k = 0; i < a->count || k < b->count;) {
        bool from_a = k == b->count || (i < a->count && order_of(plan, a->items[i]) <= order_of(plan, b->items[k]));
        void *item = from_a ? a->items[i++] : b->items[k++];
        if (out->count == 0 || out->items[out->count - 1] != item)
            out->items[out->count++] = item;
    }
    return out;
}

/* --- filters --- */

/* holder: the attribute whose elements the filter is about; NULL: the resource. */
static const struct list *plan_filter(const struct list_plan *plan, const struct scim_attribute *holder,
                                      const struct scim_filter *filter);

static const struct list *plan_comparison(const struct list_plan *plan, const struct scim_attribute *holder,
                                          const struct scim_filter *filter)
{
    const char *name, *value;
    struct scim_place place = {.attribute = holder};
    if (!scim_filter_equality(filter, &name, &value))
        return NULL;
    if (holder != NULL)
        place.sub = scim_schema_sub(holder, name);
    if (holder != NULL ? place.sub == NULL : !scim_schema_resolve(plan->type, name, &place))
        return NULL;
    const struct list *found = from_index(plan, &place, value);
    return found == NULL ? NULL : in_order(plan, found);
}

/* name[left], or name[left].sub op value: of the latter `ne`, and `eq null`, are true of those that left is not true of. */
static const struct list *plan_value_path(const struct list_plan *plan, const struct scim_filter *filter)
{
    struct scim_place place;
    bool negated = filter->sub != NULL && (filter->op == SCIM_NE || (filter->op == SCIM_EQ && json_text(filter->value) == NULL));
    if (negated || !scim_schema_resolve(plan->type, filter->name, &place) || place.extension != NULL || place.sub != NULL)
        return NULL;
    const struct list *inside = plan_filter(plan, place.attribute, filter->left);
    if (inside != NULL || filter->sub == NULL || filter->op != SCIM_EQ)
        return inside;
    place.sub = scim_schema_sub(place.attribute, filter->sub);
    const struct list *found = place.sub == NULL ? NULL : from_index(plan, &place, json_text(filter->value));
    return found == NULL ? NULL : in_order(plan, found);
}

static const struct list *plan_both(const struct list_plan *plan, const struct scim_attribute *holder,
                                    const struct scim_filter *filter)
{
    const struct list *left = plan_filter(plan, holder, filter->left), *right = plan_filter(plan, holder, filter->right);
    if (filter->kind == SCIM_FILTER_OR)
        return left == NULL || right == NULL ? NULL : merge(plan, left, right);
    if (left == NULL || right == NULL)
        return left == NULL ? right : left;
    return left->count <= right->count ? left : right;
}

static const struct list *plan_filter(const struct list_plan *plan, const struct scim_attribute *holder,
                                      const struct scim_filter *filter)
{
    switch (filter->kind) {
    case SCIM_FILTER_OR:
    case SCIM_FILTER_AND:
        return plan_both(plan, holder, filter);
    case SCIM_FILTER_COMPARE:
        return plan_comparison(plan, holder, filter);
    case SCIM_FILTER_VALUE_PATH:
        return holder != NULL ? NULL : plan_value_path(plan, filter);
    case SCIM_FILTER_NOT:
        break;
    }
    return NULL;
}

const struct list *list_plan(const struct list_plan *plan, const struct scim_filter *filter)
{
    return plan_filter(plan, NULL, filter);
}
