/* Lists: GET /Users, /Groups and other types, POST .search (RFC 7644 §3.4.2, §3.4.3). Order is that of creation, unless sortBy says otherwise. */
#include "common/base.h"

#include "reference-server/scim_service.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/cursor.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/item.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/unique.h"
#include "reference-server/narrow.h"
#include "reference-server/router.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/match.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/names.h"
#include "reference-server/scim/project.h"
#include "reference-server/scim/schema.h"
#include "reference-server/state.h"
#include "reference-server/view.h"

#include <string.h>

/* What of a resource the filter and the order look at: what is stored suffices, or id and meta too, or even groups and members. */
enum need { NEED_STORED, NEED_VIEW, NEED_DERIVED };

/* One resource type's part of a list. */
struct part {
    size_t number;
    const struct scim_resource_type *type;
    enum kind { USERS, GROUPS, ITEMS } kind;
    const struct scim_matcher *matcher; /* NULL: everything */
    const struct scim_projection *projection;
    enum need need;
    const struct list *source;
};

struct hit {
    struct subject subject;
    const struct part *part;
    struct cursor place; /* in the order of the list */
};

struct result {
    struct hit *items;
    size_t count, capacity;
    const struct scim_place *place; /* of sortBy; NULL: none */
    bool descending;
};

/* --- which resources may match --- */

static const struct list *one(struct arena *arena, void *item)
{
    struct list *list = arena_alloc(arena, sizeof *list);
    if (item == NULL)
        return list;
    list->items = arena_array(arena, 1, sizeof *list->items);
    list->items[0] = item;
    list->count = 1;
    return list;
}

static const struct list *from_item_index(const struct exchange *x, const char *type, const char *attribute, const char *value)
{
    const struct organization *organization = x->organization;
    bool known;
    if (strcmp(attribute, "id") == 0)
        return one(x->arena, item_by_id(organization, type, value));
    if (strcmp(attribute, "externalId") == 0)
        return items_by_external_id(organization, type, value);
    const char *id = unique_find(organization, type, NULL, attribute, value, &known);
    return known ? one(x->arena, item_by_id(organization, type, id)) : NULL;
}

/* An index answers `attribute eq "text"` of these attributes. NULL: no index helps. */
static const struct list *from_index(const struct exchange *x, const struct part *part, const char *attribute, const char *value)
{
    const struct organization *organization = x->organization;
    bool users = part->kind == USERS;
    if (part->kind == ITEMS)
        return from_item_index(x, part->type->name, attribute, value);
    if (strcmp(attribute, "id") == 0)
        return one(x->arena, users ? (void *)account_by_id(organization, value) : (void *)group_by_id(organization, value));
    if (strcmp(attribute, "externalId") == 0)
        return users ? accounts_by_external_id(organization, value) : groups_by_external_id(organization, value);
    if (users && strcmp(attribute, "userName") == 0)
        return one(x->arena, account_by_user_name(organization, value));
    if (!users && strcmp(attribute, "displayName") == 0)
        return one(x->arena, group_by_name(organization, value));
    return NULL;
}

static const struct list *candidates(const struct exchange *x, const struct part *part, const struct scim_filter *filter)
{
    const struct list *all = part->kind == USERS    ? &x->organization->accounts
                             : part->kind == GROUPS ? &x->organization->groups
                                                    : items_of(x->organization, part->type->name);
    const char *name, *value;
    struct scim_place place;
    const struct list *found = NULL;
    if (filter == NULL)
        return all;
    if (scim_filter_equality(filter, &name, &value) && scim_schema_resolve(part->type, name, &place) && place.extension == NULL &&
        place.attribute != NULL && place.sub == NULL)
        found = from_index(x, part, place.attribute->name, value);
    found = found != NULL ? found : part->kind == ITEMS ? NULL : narrow(x, part->type, part->kind == USERS, filter);
    return found == NULL ? all : found;
}

/* --- matching --- */

static enum need need_of_name(const struct scim_resource_type *type, const char *name)
{
    static const struct {
        const char *name;
        enum need need;
    } rows[] = {
        {"id", NEED_VIEW}, {"meta", NEED_VIEW}, {"manager", NEED_VIEW}, {"groups", NEED_DERIVED}, {"members", NEED_DERIVED}};
    struct scim_place place;
    if (name == NULL || !scim_schema_resolve(type, name, &place) || place.attribute == NULL)
        return NEED_STORED;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].name, place.attribute->name) == 0)
            return rows[i].need;
    return NEED_STORED;
}

static enum need need_of(const struct scim_resource_type *type, const struct scim_filter *filter)
{
    if (filter == NULL)
        return NEED_STORED;
    enum need own = need_of_name(type, filter->name), left = need_of(type, filter->left), right = need_of(type, filter->right);
    enum need more = left > right ? left : right;
    return own > more ? own : more;
}

static void keep(struct arena *arena, struct result *result, struct hit hit)
{
    if (result->count == result->capacity) {
        size_t capacity = result->capacity == 0 ? 64 : result->capacity * 2;
        result->items = arena_grow(arena, result->items, result->count, capacity, sizeof *result->items);
        result->capacity = capacity;
    }
    result->items[result->count++] = hit;
}

static bool matches(const struct exchange *x, const struct part *part, struct subject subject)
{
    if (part->matcher == NULL)
        return true;
    if (part->need == NEED_STORED)
        return scim_match(part->matcher, view_stored(subject));
    json *whole CLEANUP(json_cleanup) = view_resource(x, NULL, subject, part->need == NEED_DERIVED);
    return scim_match(part->matcher, whole);
}

/* What is stored stays as it is while the organization is locked. Of a long text the beginning counts, so that a cursor can hold it. */
static const json *key_of(const struct exchange *x, const struct part *part, const struct scim_place *place,
                          struct subject subject)
{
    const json *resource =
        part->need == NEED_STORED ? view_stored(subject) : view_resource(x, x->arena, subject, part->need == NEED_DERIVED);
    const json *key = scim_match_sort_value(place, resource);
    const char *text = json_text(key);
    if (text == NULL || strlen(text) <= CURSOR_MAX_KEY)
        return key;
    return json_new_text(x->arena, arena_strndup(x->arena, text, text_utf8_prefix(text, CURSOR_MAX_KEY)));
}

static struct subject subject_of(const struct part *part, void *item)
{
    struct subject subject = {0};
    if (part->kind == USERS)
        subject.account = item;
    else if (part->kind == GROUPS)
        subject.group = item;
    else
        subject.item = item;
    return subject;
}

static uint64_t order_of(struct subject subject)
{
    return subject.account != NULL ? subject.account->order : subject.group != NULL ? subject.group->order : subject.item->order;
}

static void collect(const struct exchange *x, const struct part *part, struct result *result)
{
    for (size_t i = 0; i < part->source->count; i++) {
        struct hit hit = {.part = part, .subject = subject_of(part, part->source->items[i])};
        if (!matches(x, part, hit.subject))
            continue;
        hit.place.part = part->number;
        hit.place.order = order_of(hit.subject);
        if (result->place != NULL)
            hit.place.key = key_of(x, part, result->place, hit.subject);
        keep(x->arena, result, hit);
    }
}

/* --- order --- */

static bool before(const struct result *result, const struct cursor *a, const struct cursor *b)
{
    int order = result->place == NULL ? 0 : scim_match_order_values(result->place, result->descending, a->key, b->key);
    if (order != 0)
        return order < 0;
    return a->part != b->part ? a->part < b->part : a->order < b->order;
}

/* Merge sort: stable, and it can be handed what to sort by. */
static void sort(const struct result *result, struct hit *items, struct hit *spare, size_t count)
{
    if (count < 2)
        return;
    size_t half = count / 2;
    sort(result, items, spare, half);
    sort(result, items + half, spare, count - half);
    memcpy(spare, items, count * sizeof *items);
    for (size_t i = 0, left = 0, right = half; i < count; i++) {
        bool from_left = right == count || (left < half && !before(result, &spare[right].place, &spare[left].place));
        items[i] = from_left ? spare[left++] : spare[right++];
    }
}

/* As it comes from the organization, unless something else was asked for. */
static bool in_order(const struct result *result)
{
    for (size_t i = 1; i < result->count; i++)
        if (before(result, &result->items[i].place, &result->items[i - 1].place))
            return false;
    return true;
}

/* --- the page --- */

static size_t page_size(const struct exchange *x, int64_t count)
{
    const struct limits *limits = &x->server->limits;
    if (count < 0)
        return limits->page;
    return (uint64_t)count > limits->page_max ? limits->page_max : (size_t)count;
}

/* *end: one behind the last of the page that begins at first. */
static json *page_of(const struct exchange *x, const struct result *result, const struct scim_search *search, size_t first,
                     size_t *end)
{
    json *resources = json_array(NULL);
    *end = result->count - first < page_size(x, search->count) ? result->count : first + page_size(x, search->count);
    for (size_t i = first; i < *end; i++)
        json_push(resources, view_projected(x, NULL, result->items[i].subject, result->items[i].part->projection));
    return resources;
}

static void reply_page(struct exchange *x, const struct result *result, const struct scim_search *search)
{
    size_t first = search->start_index - 1 > (int64_t)result->count ? result->count : (size_t)(search->start_index - 1), end;
    json *resources = page_of(x, result, search, first, &end);
    reply_json(x, 200, scim_message_list(x->arena, resources, (int64_t)result->count, search->start_index));
}

/* The page behind the cursor (RFC 9865 §2). The last one has no nextCursor, and neither has one that was not to hold anything. */
static void reply_cursor_page(struct exchange *x, const struct result *result, const struct scim_search *search)
{
    struct cursor from;
    struct scim_error err;
    size_t first = 0, end;
    if (search->cursor[0] != '\0') {
        if (!cursor_read(x, search, &from, &err)) {
            reply_scim_error(x, &err);
            return;
        }
        while (first < result->count && !before(result, &from, &result->items[first].place))
            first++;
    }
    json *resources = page_of(x, result, search, first, &end);
    json *message = scim_message_list(x->arena, resources, (int64_t)result->count, 1);
    json_remove(message, "startIndex"); /* is of the other way to page */
    if (end > first && end < result->count)
        json_set_text(message, "nextCursor", cursor_write(x, search, &result->items[end - 1].place));
    reply_json(x, 200, message);
}

/* --- a search --- */

static bool prepare(const struct exchange *x, const struct scim_search *search, const struct scim_filter *filter,
                    struct part *part, struct scim_error *err)
{
    part->kind = part->type->custom ? ITEMS : strcmp(part->type->name, "User") == 0 ? USERS : GROUPS;
    if (filter != NULL)
        filter = scim_compat_filter(x->arena, x->compat, part->type, filter);
    if (filter != NULL && !scim_match_compile(x->arena, part->type, filter, &part->matcher, err))
        return false;
    enum need order = need_of_name(part->type, search->sort_by);
    part->need = need_of(part->type, filter);
    part->need = order > part->need ? order : part->need;
    part->source = candidates(x, part, filter);
    return scim_project_prepare(x->arena, part->type, search->attributes, search->excluded, &part->projection, err);
}

/* Where the first type that has the attribute has it; to the others it is one without value. What no type has orders nothing (A18). */
static bool place_of(const struct part *parts, size_t count, const char *name, struct scim_place *out)
{
    for (size_t i = 0; i < count; i++)
        if (scim_schema_resolve(parts[i].type, name, out) && scim_schema_leaf(out) != NULL)
            return true;
    return false;
}

/* Of one type alone; over several, what one of them does not have has no value there (RFC 7644 §3.4.2.1). */
static bool names_known(const struct exchange *x, const struct scim_resource_type *type, const struct scim_filter *filter,
                        struct scim_error *err)
{
    const char *unknown = filter == NULL ? NULL : scim_names_unknown(type, scim_compat_filter(x->arena, x->compat, type, filter));
    return unknown == NULL ||
           scim_error_set(x->arena, err, 400, SCIM_INVALID_FILTER, "a %s has no attribute %s", type->name, unknown);
}

static void run(struct exchange *x, const struct scim_search *search, const char *const *types, size_t count)
{
    const struct scim_filter *filter = NULL;
    struct part *parts = arena_array(x->arena, count, sizeof *parts);
    struct scim_error err;
    struct result result = {.descending = search->descending};
    struct scim_place place;
    const struct scim_limits *limits = &x->server->limits.scim;
    bool good = search->filter == NULL || scim_filter_parse_within(x->arena, limits, search->filter, &filter, &err);
    good = good && scim_limits_search(x->arena, limits, search, &err);
    for (size_t i = 0; good && i < count; i++) {
        parts[i].number = i;
        parts[i].type = scim_schema_type(x->server->registry, types[i]);
        good = prepare(x, search, filter, &parts[i], &err);
    }
    good = good && (count > 1 || names_known(x, parts[0].type, filter, &err));
    if (!good) {
        reply_scim_error(x, &err);
        return;
    }
    if (search->sort_by != NULL && place_of(parts, count, search->sort_by, &place))
        result.place = &place;
    for (size_t i = 0; i < count; i++)
        collect(x, &parts[i], &result);
    if (filter != NULL && result.count > limits->search_results) {
        reply_refusal(x, 400, SCIM_TOO_MANY, "more than %zu resources match the filter: narrow it", limits->search_results);
        return;
    }
    if (!in_order(&result))
        sort(&result, result.items, arena_array(x->arena, result.count + 1, sizeof *result.items), result.count);
    if (search->cursor != NULL)
        reply_cursor_page(x, &result, search);
    else
        reply_page(x, &result, search);
}

/* The names of all resource types. */
static const char *const *every_type(const struct exchange *x)
{
    const struct scim_registry *registry = x->server->registry;
    const char **names = arena_array(x->arena, registry->type_count, sizeof *names);
    for (size_t i = 0; i < registry->type_count; i++)
        names[i] = registry->types[i].name;
    return names;
}

static void search_query(struct exchange *x, const char *const *types, size_t count)
{
    struct scim_search search;
    struct scim_error err;
    if (!scim_message_read_query(x->arena, &x->target, &search, &err))
        reply_scim_error(x, &err);
    else
        run(x, &search, types, count);
}

void scim_list(struct exchange *x)
{
    search_query(x, &x->route->resource, 1);
}

void scim_list_all(struct exchange *x)
{
    search_query(x, every_type(x), x->server->registry->type_count);
}

static void search_body(struct exchange *x, const char *const *types, size_t count)
{
    json *body;
    struct scim_search search;
    struct scim_error err;
    if (!exchange_object(x, &body))
        return;
    if (!scim_message_read_search(x->arena, body, &search, &err))
        reply_scim_error(x, &err);
    else
        run(x, &search, types, count);
}

void scim_search(struct exchange *x)
{
    search_body(x, &x->route->resource, 1);
}

void scim_search_all(struct exchange *x)
{
    search_body(x, every_type(x), x->server->registry->type_count);
}
