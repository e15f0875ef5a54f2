/* Lists: GET /Users and /Groups, POST .search (RFC 7644 §3.4.2, §3.4.3). Order is that of creation, unless sortBy says otherwise. */
#include "common/base.h"

#include "reference-server/registry.h"
#include "reference-server/scim_service.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/cursor.h"
#include "reference-server/exchange.h"
#include "reference-server/list_plan.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/item.h"
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
#include "reference-server/server.h"
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
    const struct list *source; /* in order of creation */
};

struct hit {
    struct subject subject;
    const struct part *part;
    struct cursor place; /* in the order of the list */
};

/* What a list is asked for, and what of it was found. A resource counts as reached when it comes behind the cursor. */
struct result {
    const struct scim_place *place; /* of sortBy; NULL: none */
    bool descending;
    const struct cursor *from; /* NULL: from the beginning */
    size_t skip, size;         /* of those reached: how many come before the page, and how many are on it */
    bool counted;              /* the total is known from the cursor, since nothing has changed */

    size_t total, reached;
    struct hit *items; /* the page; while sorting a heap of the first skip + size, the last one on top */
    size_t count, capacity;
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

static const struct list *from_item_index(const struct exchange *x, const struct scim_resource_type *type, const char *attribute,
                                          const char *value)
{
    const struct organization *organization = x->organization;
    bool known;
    if (strcmp(attribute, "id") == 0)
        return one(x->arena, registry_item(x, type, value));
    if (strcmp(attribute, "externalId") == 0)
        return items_by_external_id(organization, type->name, value);
    const char *id = unique_find(organization, type->name, NULL, attribute, value, &known);
    return known ? one(x->arena, item_by_id(organization, type->name, id)) : NULL;
}

/* Of resources whose types schema files define: `attribute eq "text"` of one that has an index. NULL: no index helps. */
static const struct list *item_candidates(const struct exchange *x, const struct part *part, const struct scim_filter *filter)
{
    const char *name, *value;
    struct scim_place place;
    bool simple = scim_filter_equality(filter, &name, &value) && scim_schema_resolve(part->type, name, &place) &&
                  place.extension == NULL && place.attribute != NULL && place.sub == NULL;
    return simple ? from_item_index(x, part->type, place.attribute->name, value) : NULL;
}

/* First what memory has an index for, then what the store has. */
static const struct list *found_by_index(const struct exchange *x, const struct part *part, const struct scim_filter *filter)
{
    if (part->kind == ITEMS)
        return item_candidates(x, part, filter);
    const struct list_plan plan = {x->arena, x->organization, part->type, part->kind == USERS};
    const struct list *found = list_plan(&plan, filter);
    return found != NULL ? found : narrow(x, part->type, part->kind == USERS, filter);
}

static const struct list *candidates(const struct exchange *x, const struct part *part, const struct scim_filter *filter)
{
    const struct list *found = filter == NULL ? NULL : found_by_index(x, part, filter);
    if (found != NULL)
        return found;
    return part->kind == USERS    ? &x->organization->accounts
           : part->kind == GROUPS ? &x->organization->groups
                                  : registry_items(x, part->type);
}

/* --- matching --- */

static enum need need_of_name(const struct scim_resource_type *type, const char *name)
{
    static const struct {
        const char *name;
        enum need need;
    } rows[] = {{"id", NEED_VIEW},      {"meta", NEED_VIEW},      {"schemas", NEED_VIEW},
                {"manager", NEED_VIEW}, {"groups", NEED_DERIVED}, {"members", NEED_DERIVED}};
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

static bool matches(const struct exchange *x, const struct part *part, struct subject subject)
{
    if (part->matcher == NULL)
        return true;
    if (part->need == NEED_STORED)
        return scim_match(part->matcher, view_stored(subject));
    json *whole CLEANUP(json_cleanup) = view_resource(x, NULL, subject, part->need == NEED_DERIVED);
    return scim_match(part->matcher, whole);
}

static struct hit hit_at(const struct part *part, size_t index)
{
    void *item = part->source->items[index];
    struct hit hit = {.part = part, .place = {.part = part->number}};
    if (part->kind == USERS) {
        hit.subject.account = item;
        hit.place.order = hit.subject.account->order;
    } else if (part->kind == GROUPS) {
        hit.subject.group = item;
        hit.place.order = hit.subject.group->order;
    } else {
        hit.subject.item = item;
        hit.place.order = hit.subject.item->order;
    }
    return hit;
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

/* --- in order of creation: a page is taken where it stands --- */

/* Where in the source of the part those begin that come behind the cursor. */
static size_t first_reached(const struct result *result, const struct part *part)
{
    if (result->from == NULL || part->number > result->from->part)
        return 0;
    if (part->number < result->from->part)
        return part->source->count;
    size_t low = 0, high = part->source->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hit_at(part, middle).place.order <= result->from->order)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void take_all(struct arena *arena, const struct part *part, struct result *result)
{
    size_t count = part->source->count, first = first_reached(result, part);
    size_t before = result->reached < result->skip ? result->skip - result->reached : 0;
    for (size_t i = before > count - first ? count : first + before; i < count && result->count < result->size; i++)
        keep(arena, result, hit_at(part, i));
    result->total += count;
    result->reached += count - first;
}

/* With the total known, one more than fits on the page is enough to tell that there are more. */
static void take_matching(const struct exchange *x, const struct part *part, struct result *result)
{
    size_t first = first_reached(result, part);
    for (size_t i = result->counted ? first : 0; i < part->source->count; i++) {
        if (result->counted && result->reached > result->size)
            return;
        struct hit hit = hit_at(part, i);
        if (!matches(x, part, hit.subject))
            continue;
        result->total += !result->counted;
        if (i < first)
            continue;
        if (result->reached++ >= result->skip && result->count < result->size)
            keep(x->arena, result, hit);
    }
}

/* --- in another order: of all that match the first ones are kept --- */

static bool before(const struct result *result, const struct cursor *a, const struct cursor *b)
{
    int order = result->place == NULL ? 0 : scim_match_order_values(result->place, result->descending, a->key, b->key);
    if (order != 0)
        return order < 0;
    return a->part != b->part ? a->part < b->part : a->order < b->order;
}

static void swap(struct hit *a, struct hit *b)
{
    struct hit kept = *a;
    *a = *b;
    *b = kept;
}

/* No hit of the heap comes behind the one above it. */
static void sink(const struct result *result, size_t i, size_t count)
{
    struct hit *items = result->items;
    for (size_t child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && before(result, &items[child].place, &items[child + 1].place))
            child++;
        if (!before(result, &items[i].place, &items[child].place))
            return;
        swap(&items[i], &items[child]);
    }
}

static void rise(const struct result *result, size_t i)
{
    struct hit *items = result->items;
    for (; i > 0 && before(result, &items[(i - 1) / 2].place, &items[i].place); i = (i - 1) / 2)
        swap(&items[i], &items[(i - 1) / 2]);
}

/* Of a long text the beginning counts, so that a cursor can hold it. The key lives as long as owner, which is made when it is needed. */
static const json *key_of(const struct exchange *x, const struct hit *hit, const struct scim_place *place, json **owner)
{
    const json *resource = view_stored(hit->subject);
    if (hit->part->need != NEED_STORED)
        resource = *owner = view_resource(x, NULL, hit->subject, hit->part->need == NEED_DERIVED);
    const json *key = scim_match_sort_value(place, resource);
    const char *text = json_text(key);
    if (text == NULL || strlen(text) <= CURSOR_MAX_KEY)
        return key;
    char cut[CURSOR_MAX_KEY + 1] = "";
    memcpy(cut, text, text_utf8_prefix(text, CURSOR_MAX_KEY));
    json_free(*owner);
    return *owner = json_new_text(NULL, cut);
}

/* Takes a hit that belongs among the first ones. */
static void offer(struct arena *arena, struct result *result, struct hit hit, const json *owner)
{
    bool full = result->count == result->skip + result->size;
    if (result->size == 0 || (full && !before(result, &hit.place, &result->items[0].place)))
        return;
    if (owner != NULL) /* else the key is stored, and stays while the organization is locked */
        hit.place.key = json_copy(arena, hit.place.key);
    if (full) {
        result->items[0] = hit;
        sink(result, 0, result->count);
    } else {
        keep(arena, result, hit);
        rise(result, result->count - 1);
    }
}

static void select_matching(const struct exchange *x, const struct part *part, struct result *result)
{
    for (size_t i = 0; i < part->source->count; i++) {
        struct hit hit = hit_at(part, i);
        if (!matches(x, part, hit.subject))
            continue;
        json *owner CLEANUP(json_cleanup) = NULL;
        hit.place.key = key_of(x, &hit, result->place, &owner);
        result->total++;
        if (result->from != NULL && !before(result, result->from, &hit.place))
            continue;
        result->reached++;
        offer(x->arena, result, hit, owner);
    }
}

/* The heap, in order, without what comes before the page. */
static void finish_selection(struct result *result)
{
    for (size_t last = result->count; last-- > 1;) {
        swap(&result->items[0], &result->items[last]);
        sink(result, 0, last);
    }
    size_t skip = result->skip < result->count ? result->skip : result->count;
    result->items = result->count == 0 ? NULL : result->items + skip;
    result->count -= skip;
}

static void collect(const struct exchange *x, const struct part *parts, size_t count, struct result *result)
{
    for (size_t i = 0; i < count; i++) {
        if (result->place != NULL)
            select_matching(x, &parts[i], result);
        else if (parts[i].matcher == NULL)
            take_all(x->arena, &parts[i], result);
        else
            take_matching(x, &parts[i], result);
    }
    if (result->place != NULL)
        finish_selection(result);
}

/* --- the page --- */

static size_t page_size(const struct exchange *x, int64_t count)
{
    const struct limits *limits = &x->server->limits;
    if (count < 0)
        return limits->page;
    return (uint64_t)count > limits->page_max ? limits->page_max : (size_t)count;
}

static json *resources_of(const struct exchange *x, const struct result *result)
{
    json *resources = json_array(NULL);
    for (size_t i = 0; i < result->count; i++)
        json_push(resources, view_projected(x, NULL, result->items[i].subject, result->items[i].part->projection));
    return resources;
}

/* The page behind the cursor (RFC 9865 §2). The last one has no nextCursor, and neither has one that was not to hold anything. */
static json *cursor_page(const struct exchange *x, const struct result *result, const struct scim_search *search)
{
    json *message = scim_message_list(x->arena, resources_of(x, result), (int64_t)result->total, 1);
    json_remove(message, "startIndex"); /* is of the other way to page */
    if (result->count > 0 && result->reached > result->count) {
        struct cursor next = result->items[result->count - 1].place;
        next.total = result->total;
        next.revision = x->organization->revision;
        json_set_text(message, "nextCursor", cursor_write(x, search, &next));
    }
    return message;
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

/* Where the page begins: at the start index, or behind the cursor. */
static bool read_begin(const struct exchange *x, const struct scim_search *search, bool filtered, struct result *result,
                       struct cursor *from, struct scim_error *err)
{
    if (search->cursor == NULL) {
        result->skip = (size_t)(search->start_index - 1);
    } else if (search->cursor[0] != '\0') {
        if (!cursor_read(x, search, from, err))
            return false;
        result->from = from;
        result->counted = filtered && result->place == NULL && from->revision == x->organization->revision;
        result->total = result->counted ? from->total : 0;
    }
    return true;
}

static bool prepare_all(const struct exchange *x, const struct scim_search *search, const struct scim_filter *filter,
                        struct part *parts, const char *const *types, size_t count, struct scim_error *err)
{
    for (size_t i = 0; i < count; i++) {
        parts[i].number = i;
        parts[i].type = scim_schema_type(registry_of(x), types[i]);
        if (!prepare(x, search, filter, &parts[i], err))
            return false;
    }
    return count > 1 || names_known(x, parts[0].type, filter, err);
}

static void run(struct exchange *x, const struct scim_search *search, const char *const *types, size_t count)
{
    const struct scim_filter *filter = NULL;
    struct part *parts = arena_array(x->arena, count, sizeof *parts);
    struct scim_error err;
    struct result result = {.descending = search->descending, .size = page_size(x, search->count)};
    struct scim_place place;
    struct cursor from;
    const struct scim_limits *limits = &x->server->limits.scim;
    bool good = search->filter == NULL || scim_filter_parse_within(x->arena, limits, search->filter, &filter, &err);
    good =
        good && scim_limits_search(x->arena, limits, search, &err) && prepare_all(x, search, filter, parts, types, count, &err);
    if (good && search->sort_by != NULL && place_of(parts, count, search->sort_by, &place))
        result.place = &place;
    if (!good || !read_begin(x, search, filter != NULL, &result, &from, &err)) {
        reply_scim_error(x, &err);
        return;
    }
    collect(x, parts, count, &result);
    if (filter != NULL && result.total > limits->search_results)
        reply_refusal(x, 400, SCIM_TOO_MANY, "more than %zu resources match the filter: narrow it", limits->search_results);
    else if (search->cursor != NULL)
        reply_json(x, 200, cursor_page(x, &result, search));
    else
        reply_json(x, 200, scim_message_list(x->arena, resources_of(x, &result), (int64_t)result.total, search->start_index));
}

/* The names of all resource types. */
static const char *const *every_type(const struct exchange *x)
{
    const struct scim_registry *registry = registry_of(x);
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
    search_query(x, every_type(x), registry_of(x)->type_count);
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
    search_body(x, every_type(x), registry_of(x)->type_count);
}
