#include "common/base.h"

#include "reference-server/narrow.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/list.h"
#include "reference-server/model/organization.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/schema.h"
#include "reference-server/state.h"
#include "reference-server/store/store.h"

#include <string.h>

#define AT_LEAST 16 /* candidates are asked for, however few resources there are; else half of them: more is no help */

/* What has an index, by attribute and sub-attribute (NULL: none, which for a complex one means its value). */
static const struct term {
    const char *attribute, *sub;
    bool users, groups, time, exact;
    enum store_term term;
} terms[] = {
    {"userName", NULL, true, false, false, false, STORE_NAME},
    {"externalId", NULL, true, true, false, true, STORE_EXTERNAL_ID},
    {"displayName", NULL, true, true, false, false, STORE_DISPLAY_NAME},
    {"emails", NULL, true, false, false, false, STORE_EMAIL},
    {"emails", "value", true, false, false, false, STORE_EMAIL},
    {"meta", "created", true, true, true, false, STORE_CREATED},
    {"meta", "lastModified", true, true, true, false, STORE_MODIFIED},
};

static const struct term *find_term(const struct scim_resource_type *type, bool users, const char *name)
{
    struct scim_place place;
    if (!scim_schema_resolve(type, name, &place) || place.extension != NULL || place.attribute == NULL)
        return NULL;
    const char *sub = place.sub == NULL ? NULL : place.sub->name;
    const struct scim_attribute *leaf = scim_schema_leaf(&place);
    for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
        const struct term *term = &terms[i];
        bool same = strcmp(term->attribute, place.attribute->name) == 0 && text_equal(term->sub, sub);
        bool compared_so = term->time || leaf->type == SCIM_COMPLEX || leaf->case_exact == term->exact;
        if (same && compared_so && (users ? term->users : term->groups))
            return term;
    }
    return NULL;
}

/* Times are kept in milliseconds, and a literal may be finer: one more on either side. */
static bool read_times(enum scim_operator op, const char *text, struct store_query *query)
{
    int64_t at;
    if (!time_parse(text, &at))
        return false;
    query->low_ms = op == SCIM_LT || op == SCIM_LE ? INT64_MIN : at - 1;
    query->high_ms = op == SCIM_GT || op == SCIM_GE ? INT64_MAX : at + 1;
    return op != SCIM_SW;
}

static void read_texts(struct arena *arena, enum scim_operator op, const char *text, struct store_query *query)
{
    query->low = op == SCIM_LT || op == SCIM_LE ? NULL : text;
    query->high = op == SCIM_GT || op == SCIM_GE ? NULL : text;
    if (op == SCIM_SW) /* the byte FF is above all that may follow in UTF-8 */
        query->high = arena_printf(arena, "%s\xFF", text);
}

static bool read_query(const struct exchange *x, const struct term *term, const struct scim_filter *filter,
                       struct store_query *query)
{
    const char *text = json_text(filter->value);
    bool ranged = filter->op == SCIM_EQ || filter->op == SCIM_SW || filter->op == SCIM_GT || filter->op == SCIM_GE ||
                  filter->op == SCIM_LT || filter->op == SCIM_LE;
    if (text == NULL || !ranged)
        return false;
    query->term = term->term;
    if (term->time)
        return read_times(filter->op, text, query);
    read_texts(x->arena, filter->op, term->exact ? text : unicode_fold(x->arena, text), query);
    return true;
}

static const struct list *ask(const struct exchange *x, bool users, struct store_query *query)
{
    const struct organization *organization = x->organization;
    size_t all = users ? organization->accounts.count : organization->groups.count, count;
    const char *const *keys;
    query->organization = organization->id;
    query->kind = users ? RECORD_ACCOUNT : RECORD_GROUP;
    query->ticket = x->tenant->ticket;
    query->limit = all / 2 < AT_LEAST ? AT_LEAST : all / 2;
    if (!store_find(x->server->store, x->arena, query, &keys, &count))
        return NULL;
    struct list *list = arena_alloc(x->arena, sizeof *list);
    list->items = arena_array(x->arena, count + 1, sizeof *list->items);
    for (size_t i = 0; i < count; i++) {
        void *item = users ? (void *)account_by_id(organization, keys[i]) : (void *)group_by_id(organization, keys[i]);
        if (item != NULL)
            list->items[list->count++] = item;
    }
    return list;
}

const struct list *narrow(const struct exchange *x, const struct scim_resource_type *type, bool users,
                          const struct scim_filter *filter)
{
    if (!store_keeps(x->server->store))
        return NULL;
    if (filter->kind == SCIM_FILTER_AND) {
        const struct list *left = narrow(x, type, users, filter->left);
        return left != NULL ? left : narrow(x, type, users, filter->right);
    }
    const struct term *term = filter->kind == SCIM_FILTER_COMPARE ? find_term(type, users, filter->name) : NULL;
    struct store_query query = {.low = NULL};
    return term != NULL && read_query(x, term, filter, &query) ? ask(x, users, &query) : NULL;
}
