#include "common/base.h"
#include "reference-server/scim/patch_lists.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/scim/match.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"

#include <string.h>

#define INDEX_FROM  16 /* elements: fewer are as quickly walked */
#define INDEX_AFTER 4  /* walks: a patch of an operation or two needs no index */
#define INDEX_COST  4  /* an element in the index is as much work as this many that are looked at */

struct link {
    json *element;
    struct link *next;
};

struct chain { /* in order of the list */
    struct link *first, *last;
};

/* What is known of one list. */
struct known {
    struct known *next;
    const struct scim_attribute *attribute;
    const json *list; /* NULL: nothing is known */
    size_t count, walks;
    struct map *chains; /* key -> struct chain *; NULL: there is no index */
    struct chain primary;
    const char *key; /* of the element that is being changed */
    bool was_primary;
};

struct patch_lists {
    struct arena *arena;
    struct known *known;
    size_t work;
};

/* --- work --- */

struct patch_lists *patch_lists_new(struct arena *arena)
{
    struct patch_lists *lists = arena_alloc(arena, sizeof *lists);
    lists->arena = arena;
    return lists;
}

void patch_lists_work(struct patch_lists *lists, size_t elements)
{
    lists->work += elements;
}

bool patch_lists_bearable(const struct patch_lists *lists, struct scim_error *err)
{
    return lists->work <= SCIM_PATCH_MAX_WORK ||
           scim_error_set(lists->arena, err, 413, NULL,
                          "these operations would look at more than %d values of the resource: send fewer at a time, or select "
                          "values by `value eq`",
                          SCIM_PATCH_MAX_WORK);
}

/* --- sameness --- */

static bool is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

static bool same_text(bool case_exact, const char *a, const char *b)
{
    if (case_exact || text_equal(a, b))
        return text_equal(a, b);
    if (is_ascii(a) && is_ascii(b))
        return text_equal_nocase(a, b);
    return unicode_equal_fold(a, b);
}

static const char *value_of(const json *element)
{
    return json_is(element, JSON_OBJECT) ? json_text(json_get(element, "value")) : json_text(element);
}

static bool value_case_exact(const struct scim_attribute *a)
{
    const struct scim_attribute *value = a->type == SCIM_COMPLEX ? scim_schema_sub(a, "value") : a;
    return value == NULL || value->case_exact;
}

bool patch_same_element(const struct scim_attribute *attribute, const json *a, const json *b)
{
    const char *x = value_of(a), *y = value_of(b);
    if (x == NULL || y == NULL)
        return json_equal(a, b);
    if (!same_text(value_case_exact(attribute), x, y))
        return false;
    const char *s = json_get_text(a, "type", NULL), *t = json_get_text(b, "type", NULL);
    return s == NULL || t == NULL || text_equal_nocase(s, t);
}

/* --- keys: equal for elements that may be the same --- */

static const char *folded_key(struct arena *arena, const char *folded)
{
    return arena_printf(arena, "v%s", folded);
}

static const char *value_key(struct arena *arena, const struct scim_attribute *a, const char *value)
{
    return folded_key(arena, value_case_exact(a) ? value : unicode_fold(arena, value));
}

/* Of an element without value: all that it says, in the order of the schema. */
static const char *content_key(struct arena *arena, const struct scim_attribute *a, const json *element)
{
    struct buffer b = buffer_new(0);
    buffer_add_char(&b, 'c');
    if (!json_is(element, JSON_OBJECT))
        json_write(&b, element);
    for (size_t i = 0; i < a->sub_count; i++) {
        const json *sub = json_get(element, a->subs[i].name);
        buffer_add_char(&b, '=');
        if (sub != NULL)
            json_write(&b, sub);
    }
    return buffer_take(&b, arena);
}

static const char *element_key(struct arena *arena, const struct scim_attribute *a, const json *element)
{
    const char *value = value_of(element);
    return value != NULL ? value_key(arena, a, value) : content_key(arena, a, element);
}

const char *patch_lists_identity(struct arena *arena, const struct scim_attribute *attribute, const json *element)
{
    const char *key = element_key(arena, attribute, element), *type = json_get_text(element, "type", NULL);
    bool typed = type != NULL && value_of(element) != NULL;
    return typed ? arena_printf(arena, "%s\n%s", key, unicode_fold(arena, type)) : key;
}

/* --- the index --- */

static void put_last(struct arena *arena, struct chain *chain, json *element)
{
    struct link *link = arena_alloc(arena, sizeof *link);
    link->element = element;
    if (chain->last != NULL)
        chain->last->next = link;
    else
        chain->first = link;
    chain->last = link;
}

static void take_out(struct patch_lists *lists, struct chain *chain, const json *element)
{
    struct link *before = NULL;
    for (struct link *link = chain->first; link != NULL; before = link, link = link->next) {
        lists->work++;
        if (link->element != element)
            continue;
        *(before != NULL ? &before->next : &chain->first) = link->next;
        chain->last = chain->last == link ? before : chain->last;
        return;
    }
}

static struct chain *chain_of(const struct patch_lists *lists, struct known *k, const char *key)
{
    struct chain *chain = map_get(k->chains, key);
    if (chain == NULL) {
        chain = arena_alloc(lists->arena, sizeof *chain);
        map_set(k->chains, key, chain);
    }
    return chain;
}

static bool is_primary(const json *element)
{
    return json_true(json_get(element, "primary"));
}

static void put_in_index(const struct patch_lists *lists, struct known *k, const char *key, json *element)
{
    put_last(lists->arena, chain_of(lists, k, key), element);
    if (is_primary(element))
        put_last(lists->arena, &k->primary, element);
}

static void drop_index(struct known *k)
{
    if (k->chains != NULL)
        map_free(k->chains);
    k->chains = NULL;
    k->primary = (struct chain){0};
    k->walks = 0;
}

static void drop_index_late(void *known)
{
    drop_index(known);
}

static struct known *find_known(struct patch_lists *lists, const struct scim_attribute *attribute)
{
    struct known *k = lists->known;
    while (k != NULL && k->attribute != attribute)
        k = k->next;
    if (k != NULL)
        return k;
    k = arena_alloc(lists->arena, sizeof *k);
    *k = (struct known){.next = lists->known, .attribute = attribute};
    lists->known = k;
    arena_defer(lists->arena, drop_index_late, k);
    return k;
}

/* For a look at the list; makes the index when it is time. */
static struct known *look(struct patch_lists *lists, const struct scim_attribute *attribute, json *list)
{
    struct known *k = find_known(lists, attribute);
    if (k->list != list) {
        drop_index(k);
        k->list = list;
        k->count = json_count(list);
        lists->work += k->count;
    }
    if (k->chains != NULL || k->count < INDEX_FROM || ++k->walks <= INDEX_AFTER)
        return k;
    k->chains = map_new();
    lists->work += k->count * INDEX_COST;
    for (json *n = json_edit_first(list); n != NULL; n = json_edit_next(n))
        put_in_index(lists, k, element_key(lists->arena, attribute, n), n);
    return k;
}

/* --- finding --- */

size_t patch_lists_count(struct patch_lists *lists, const struct scim_attribute *attribute, json *list)
{
    struct known *k = find_known(lists, attribute);
    return k->list == list ? k->count : look(lists, attribute, list)->count;
}

json *patch_lists_same(struct patch_lists *lists, const struct scim_attribute *attribute, json *list, const json *element)
{
    struct known *k = look(lists, attribute, list);
    if (k->chains == NULL) {
        lists->work += k->count;
        for (json *n = json_edit_first(list); n != NULL; n = json_edit_next(n))
            if (patch_same_element(attribute, n, element))
                return n;
        return NULL;
    }
    const struct chain *chain = map_get(k->chains, element_key(lists->arena, attribute, element));
    for (struct link *link = chain != NULL ? chain->first : NULL; link != NULL; link = link->next) {
        lists->work++;
        if (patch_same_element(attribute, link->element, element))
            return link->element;
    }
    return NULL;
}

struct finding {
    struct patch_lists *lists;
    struct patch_found found;
    size_t room;
};

static void add_found(struct finding *f, json *element)
{
    if (f->found.count == f->room) {
        size_t more = f->room == 0 ? 4 : f->room * 2;
        f->found.items = arena_grow(f->lists->arena, f->found.items, f->room, more, sizeof(json *));
        f->room = more;
    }
    f->found.items[f->found.count++] = element;
}

/* What a look is for. */
struct wanted {
    const struct scim_matcher *matcher; /* NULL: any */
    const char *value;                  /* NULL: any */
    bool primary;
    const json *twin; /* another one of its identity; NULL: any */
    const char *identity;
    const char *key; /* of all that may be it; NULL: any may */
};

static bool is_wanted(struct arena *arena, const struct scim_attribute *attribute, const struct wanted *w, const json *element)
{
    const char *value = w->value != NULL ? value_of(element) : NULL;
    if (w->value != NULL && (value == NULL || !same_text(value_case_exact(attribute), value, w->value)))
        return false;
    if (w->twin != NULL)
        return w->twin != element && text_equal(patch_lists_identity(arena, attribute, element), w->identity);
    return (!w->primary || is_primary(element)) && (w->matcher == NULL || scim_match(w->matcher, element));
}

static struct patch_found find_in_chain(struct patch_lists *lists, const struct scim_attribute *attribute,
                                        const struct chain *chain, const struct wanted *wanted)
{
    struct finding f = {.lists = lists};
    for (struct link *link = chain != NULL ? chain->first : NULL; link != NULL; link = link->next) {
        lists->work++;
        if (is_wanted(lists->arena, attribute, wanted, link->element))
            add_found(&f, link->element);
    }
    return f.found;
}

static struct patch_found find(struct patch_lists *lists, const struct scim_attribute *attribute, json *list,
                               const struct wanted *wanted)
{
    struct finding f = {.lists = lists};
    struct known *k = look(lists, attribute, list);
    if (k->chains != NULL && wanted->primary)
        return find_in_chain(lists, attribute, &k->primary, wanted);
    if (k->chains != NULL && wanted->key != NULL)
        return find_in_chain(lists, attribute, map_get(k->chains, wanted->key), wanted);
    lists->work += k->count;
    for (json *n = json_edit_first(list); n != NULL; n = json_edit_next(n))
        if (is_wanted(lists->arena, attribute, wanted, n))
            add_found(&f, n);
    return f.found;
}

struct patch_found patch_lists_match(struct patch_lists *lists, const struct scim_attribute *attribute, json *list,
                                     const struct scim_matcher *matcher)
{
    const char *value = scim_match_value(matcher);
    const char *key = value != NULL ? folded_key(lists->arena, value) : NULL;
    return find(lists, attribute, list, &(struct wanted){.matcher = matcher, .key = key});
}

struct patch_found patch_lists_valued(struct patch_lists *lists, const struct scim_attribute *attribute, json *list,
                                      const char *value)
{
    const char *key = value_key(lists->arena, attribute, value);
    return find(lists, attribute, list, &(struct wanted){.value = value, .key = key});
}

struct patch_found patch_lists_primary(struct patch_lists *lists, const struct scim_attribute *attribute, json *list)
{
    return find(lists, attribute, list, &(struct wanted){.primary = true});
}

struct patch_found patch_lists_twins(struct patch_lists *lists, const struct scim_attribute *attribute, json *list,
                                     const json *element)
{
    return find(lists, attribute, list,
                &(struct wanted){.value = value_of(element),
                                 .twin = element,
                                 .identity = patch_lists_identity(lists->arena, attribute, element),
                                 .key = element_key(lists->arena, attribute, element)});
}

/* --- changes --- */

void patch_lists_added(struct patch_lists *lists, const struct scim_attribute *attribute, json *element)
{
    struct known *k = find_known(lists, attribute);
    k->count++;
    if (k->chains != NULL)
        put_in_index(lists, k, element_key(lists->arena, attribute, element), element);
}

void patch_lists_removing(struct patch_lists *lists, const struct scim_attribute *attribute, const json *element)
{
    struct known *k = find_known(lists, attribute);
    k->count -= k->count > 0;
    if (k->chains == NULL)
        return;
    take_out(lists, chain_of(lists, k, element_key(lists->arena, attribute, element)), element);
    if (is_primary(element))
        take_out(lists, &k->primary, element);
}

void patch_lists_changing(struct patch_lists *lists, const struct scim_attribute *attribute, const json *element)
{
    struct known *k = find_known(lists, attribute);
    if (k->chains == NULL)
        return;
    k->key = element_key(lists->arena, attribute, element);
    k->was_primary = is_primary(element);
}

void patch_lists_changed(struct patch_lists *lists, const struct scim_attribute *attribute, json *element)
{
    struct known *k = find_known(lists, attribute);
    if (k->chains == NULL)
        return;
    const char *key = element_key(lists->arena, attribute, element);
    if (k->was_primary && !is_primary(element))
        take_out(lists, &k->primary, element);
    else if (!k->was_primary && is_primary(element))
        put_last(lists->arena, &k->primary, element);
    if (text_equal(key, k->key))
        return;
    take_out(lists, chain_of(lists, k, k->key), element);
    struct chain *chain = chain_of(lists, k, key);
    if (chain->first == NULL)
        put_last(lists->arena, chain, element);
    else
        drop_index(k); /* where it stands among them only the list knows */
}

void patch_lists_forget(struct patch_lists *lists, const struct scim_attribute *attribute)
{
    struct known *k = find_known(lists, attribute);
    drop_index(k);
    k->list = NULL;
    k->count = 0;
}
