#include "common/base.h"
#include "reference-server/scim/patch_value.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/match.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"

#include <string.h>

#define INDEX_FROM 16 /* with more new elements than this, looking them up in an index pays */

static bool refuse(const struct patch_edit *e, const char *scim_type, const char *name, const char *what)
{
    return scim_error_set(e->arena, e->err, 400, scim_type, "%s %s", name, what);
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

/* --- writing into one element --- */

/* Whether a write is refused for the attribute's mutability. *skip: it is the value there is, so there is nothing to do. */
static bool check_mutability(const struct patch_edit *e, const struct scim_attribute *a, const json *old, const json *value,
                             bool *skip)
{
    *skip = false;
    if (a->mutability != SCIM_READ_ONLY && (a->mutability != SCIM_IMMUTABLE || old == NULL))
        return true;
    bool unchanged =
        e->op == PATCH_REMOVE ? old == NULL : json_equal(old, value) || (old == NULL && json_type(value) == JSON_NULL);
    *skip = unchanged;
    return unchanged || refuse(e, SCIM_MUTABILITY, a->name, a->mutability == SCIM_READ_ONLY ? "is readOnly" : "is immutable");
}

/* The last one that a write made primary is it. Called once a write: before it there was at most one. */
static void clear_other_primaries(json *holder, const struct scim_attribute *a, const json *primary)
{
    if (!a->multi_valued || !json_true(json_get(primary, "primary")))
        return;
    json *list = json_edit(holder, a->name);
    for (json *n = json_edit_first(list); n != NULL; n = json_edit_next(n))
        if (n != primary && json_true(json_get(n, "primary")))
            json_set_bool(n, "primary", false);
}

/* With a new `value`, what described the old one is wrong. */
static void drop_description(const struct scim_attribute *a, json *element, const json *written)
{
    for (size_t i = 0; i < a->sub_count; i++) {
        const struct scim_attribute *sub = &a->subs[i];
        bool describes = sub->mutability == SCIM_READ_ONLY || text_equal(sub->name, "$ref");
        if (describes && json_get_nocase(written, sub->name) == NULL)
            json_remove(element, sub->name);
    }
}

static bool set_sub(const struct patch_edit *e, const struct scim_attribute *a, const struct scim_attribute *sub, json *element,
                    const json *value, const json *written)
{
    json *kept = NULL;
    if (!scim_check_value(e->arena, sub, arena_printf(e->arena, "%s.%s", a->name, sub->name), value, false, &kept, e->err))
        return false;
    if (text_equal(sub->name, "value") && !a->multi_valued && !json_equal(kept, json_get(element, "value")))
        drop_description(a, element, written);
    if (kept != NULL)
        json_put(element, sub->name, kept);
    else
        json_remove(element, sub->name);
    return true;
}

/* The sub-attributes named in value are set, the others stay. again: the element was sent once more, so what can't change is passed over. */
static bool merge(const struct patch_edit *e, const struct scim_attribute *a, json *element, const json *value, bool again)
{
    if (!json_is(value, JSON_OBJECT))
        return refuse(e, SCIM_INVALID_VALUE, a->name, "must be an object");
    for (const json *n = json_first(value); n != NULL; n = json_next(n)) {
        const struct scim_attribute *sub = scim_schema_sub(a, json_key(n));
        bool skip = false;
        if (sub == NULL || (again && sub->mutability == SCIM_IMMUTABLE && json_get(element, sub->name) != NULL))
            continue;
        if (!check_mutability(e, sub, json_get(element, sub->name), n, &skip))
            return false;
        if (!skip && !set_sub(e, a, sub, element, n, value))
            return false;
    }
    return true;
}

/* --- tidying --- */

/* Nothing left but labels. */
static bool is_hollow(const struct scim_attribute *a, const json *element)
{
    for (const json *n = json_first(element); n != NULL; n = json_next(n)) {
        const struct scim_attribute *sub = scim_schema_sub(a, json_key(n));
        bool label = sub == NULL || sub->mutability == SCIM_READ_ONLY || text_equal(sub->name, "type") ||
                     text_equal(sub->name, "primary") || text_equal(sub->name, "$ref");
        if (!label)
            return false;
    }
    return json_is(element, JSON_OBJECT);
}

static void drop_empty_list(json *holder, const struct scim_attribute *a)
{
    const json *list = json_get(holder, a->name);
    if (json_is(list, JSON_ARRAY) && json_first(list) == NULL)
        json_remove(holder, a->name);
}

static void tidy(json *holder, const struct scim_attribute *a)
{
    json *node = json_edit(holder, a->name);
    if (!a->multi_valued) {
        if (is_hollow(a, node))
            json_remove(holder, a->name);
        return;
    }
    for (json *n = json_edit_first(node), *next; n != NULL; n = next) {
        next = json_edit_next(n);
        if (is_hollow(a, n))
            json_remove_node(node, n);
    }
    drop_empty_list(holder, a);
}

static bool check_still_there(const struct patch_edit *e, const json *holder, const struct scim_attribute *a)
{
    return !a->required || json_get(holder, a->name) != NULL ||
           refuse(e, SCIM_MUTABILITY, a->name, "is required and can't be removed");
}

/* --- adding to a list --- */

/* Finds the element that is the same as a new one. With many new ones a walk for each would take their number squared. */
struct list_index {
    json *list;
    const struct scim_attribute *attribute;
    struct map *nodes; /* key -> the first element with it; NULL: the list is walked */
    struct arena *arena;
};

/* type NULL: the key of the value alone, else of the value with this type; "" is for elements that have none. */
static const char *value_key(const struct list_index *x, const char *value, const char *type)
{
    const char *folded = value_case_exact(x->attribute) ? value : unicode_fold(x->arena, value);
    const char *kind = type == NULL ? "" : unicode_fold(x->arena, type);
    return arena_printf(x->arena, "%zu:%s%s%s", strlen(folded), folded, type == NULL ? "" : "\n", kind);
}

/* Of an element without value: all that it says, in the order of the schema. */
static const char *content_key(const struct list_index *x, const json *element)
{
    struct buffer b = buffer_new(0);
    if (!json_is(element, JSON_OBJECT))
        json_write(&b, element);
    for (size_t i = 0; i < x->attribute->sub_count; i++) {
        const json *sub = json_get(element, x->attribute->subs[i].name);
        buffer_add_char(&b, '=');
        if (sub != NULL)
            json_write(&b, sub);
    }
    return buffer_take(&b, x->arena);
}

static void put_first(struct list_index *x, const char *key, json *element)
{
    if (map_get(x->nodes, key) == NULL)
        map_set(x->nodes, key, element);
}

static void index_add(struct list_index *x, json *element)
{
    const char *value = value_of(element);
    if (x->nodes == NULL)
        return;
    if (value == NULL) {
        put_first(x, content_key(x, element), element);
        return;
    }
    put_first(x, value_key(x, value, NULL), element);
    put_first(x, value_key(x, value, json_get_text(element, "type", "")), element);
}

static json *index_find(const struct list_index *x, const json *element)
{
    const char *value = value_of(element), *type = json_get_text(element, "type", NULL);
    json *hit;
    if (value == NULL)
        hit = map_get(x->nodes, content_key(x, element));
    else if (type == NULL || (hit = map_get(x->nodes, value_key(x, value, type))) == NULL)
        hit = map_get(x->nodes, value_key(x, value, type == NULL ? NULL : ""));
    /* An element that was merged into may have got a type since. */
    return hit != NULL && patch_same_element(x->attribute, hit, element) ? hit : NULL;
}

static json *find_same(const struct list_index *x, const json *element)
{
    if (x->nodes != NULL)
        return index_find(x, element);
    for (json *n = json_edit_first(x->list); n != NULL; n = json_edit_next(n))
        if (patch_same_element(x->attribute, n, element))
            return n;
    return NULL;
}

/* readOnly members are refused, not dropped. */
static bool check_new_element(const struct patch_edit *e, const struct scim_attribute *a, const json *raw)
{
    for (const json *n = json_is(raw, JSON_OBJECT) ? json_first(raw) : NULL; n != NULL; n = json_next(n)) {
        const struct scim_attribute *sub = scim_schema_sub(a, json_key(n));
        if (sub != NULL && sub->mutability == SCIM_READ_ONLY && json_type(n) != JSON_NULL)
            return refuse(e, SCIM_MUTABILITY, sub->name, "is readOnly");
    }
    return true;
}

/* *primary: becomes the element if it is to be the primary one. */
static bool add_element(const struct patch_edit *e, struct list_index *x, const json *raw, json **primary)
{
    const struct scim_attribute *a = x->attribute;
    json *element = NULL;
    if (!check_new_element(e, a, raw))
        return false;
    if (!scim_check_element(e->arena, a, a->name, raw, false, &element, e->err))
        return false;
    if (element == NULL)
        return true;
    json *same = find_same(x, element);
    bool claims = json_true(json_get(element, "primary")), good = true;
    if (same == NULL) {
        same = element;
        json_push(x->list, element);
    } else {
        good = a->type != SCIM_COMPLEX || merge(e, a, same, element, true);
        json_free(element);
    }
    index_add(x, same);
    *primary = claims ? same : *primary;
    return good;
}

static bool add_elements(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    bool many = json_is(e->value, JSON_ARRAY), good = true;
    json *list = json_edit(holder, a->name), *primary = NULL;
    struct list_index x = {.list = list != NULL ? list : json_set_array(holder, a->name), .attribute = a, .arena = e->arena};
    if (many && json_count(e->value) > INDEX_FROM) {
        x.nodes = map_new();
        for (json *n = json_edit_first(x.list); n != NULL; n = json_edit_next(n))
            index_add(&x, n);
    }
    for (const json *n = many ? json_first(e->value) : e->value; good && n != NULL; n = many ? json_next(n) : NULL)
        good = add_element(e, &x, n, &primary);
    if (x.nodes != NULL)
        map_free(x.nodes);
    if (good && json_count(x.list) > SCIM_MAX_ELEMENTS)
        return scim_error_set(e->arena, e->err, 400, SCIM_INVALID_VALUE, "%s has more than %d values", a->name,
                              SCIM_MAX_ELEMENTS);
    clear_other_primaries(holder, a, primary);
    drop_empty_list(holder, a);
    return good;
}

/* --- the three kinds of place --- */

static bool write_attribute(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    json *kept = NULL;
    if (a->multi_valued && e->op == PATCH_ADD)
        return add_elements(e, holder, a);
    if (a->type == SCIM_COMPLEX && !a->multi_valued && json_type(e->value) != JSON_NULL) {
        json *element = json_edit(holder, a->name);
        bool good = merge(e, a, element != NULL ? element : json_set_object(holder, a->name), e->value, false);
        tidy(holder, a);
        return good;
    }
    if (!scim_check_value(e->arena, a, a->name, e->value, false, &kept, e->err))
        return false;
    if (kept != NULL)
        json_put(holder, a->name, kept);
    else
        json_remove(holder, a->name);
    return true;
}

bool patch_attribute(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    bool skip = false;
    const json *old = json_get(holder, a->name);
    if (e->op != PATCH_REMOVE && e->value == NULL)
        return refuse(e, SCIM_INVALID_VALUE, a->name, "is given no value");
    if (!check_mutability(e, a, old, e->value, &skip) || skip)
        return skip;
    if (e->op != PATCH_REMOVE)
        return write_attribute(e, holder, a);
    if (e->value != NULL && json_type(e->value) != JSON_NULL && a->multi_valued)
        return refuse(e, SCIM_INVALID_VALUE, a->name, "can't be removed by a value: select values by a filter in the path");
    bool there = old != NULL;
    json_remove(holder, a->name);
    return !there || check_still_there(e, holder, a);
}

static bool edit_sub(const struct patch_edit *e, json *element, const struct scim_attribute *a, const struct scim_attribute *sub)
{
    bool skip = false;
    const json *old = json_get(element, sub->name);
    const struct scim_attribute *guard = a->mutability == SCIM_READ_WRITE || a->mutability == SCIM_WRITE_ONLY ? sub : a;
    if (!check_mutability(e, guard, old, e->value, &skip) || skip)
        return skip;
    if (e->op != PATCH_REMOVE)
        return set_sub(e, a, sub, element, e->value, NULL);
    if (sub->required && old != NULL)
        return refuse(e, SCIM_MUTABILITY, sub->name, "is required and can't be removed");
    json_remove(element, sub->name);
    return true;
}

static bool edit_sub_of_all(const struct patch_edit *e, json *holder, json *list, const struct scim_attribute *a,
                            const struct scim_attribute *sub)
{
    json *last = NULL;
    bool good = true;
    for (json *n = json_edit_first(list); good && n != NULL; n = json_edit_next(n)) {
        good = edit_sub(e, n, a, sub);
        last = n;
    }
    clear_other_primaries(holder, a, last);
    return good;
}

bool patch_sub(const struct patch_edit *e, json *holder, const struct scim_attribute *a, const struct scim_attribute *sub)
{
    json *node = json_edit(holder, a->name);
    bool good = true;
    if (e->op != PATCH_REMOVE && e->value == NULL)
        return refuse(e, SCIM_INVALID_VALUE, a->name, "is given no value");
    if (node == NULL && e->op == PATCH_REMOVE)
        return true;
    if (node == NULL && a->multi_valued)
        return refuse(e, SCIM_NO_TARGET, a->name, "has no values whose sub-attribute could be changed");
    if (!a->multi_valued)
        good = edit_sub(e, node != NULL ? node : json_set_object(holder, a->name), a, sub);
    else
        good = edit_sub_of_all(e, holder, node, a, sub);
    tidy(holder, a);
    return good && (e->op != PATCH_REMOVE || check_still_there(e, holder, a));
}

static bool edit_element(const struct patch_edit *e, json *holder, json *element, const struct scim_attribute *a,
                         const struct scim_attribute *sub)
{
    if (sub == NULL && e->op == PATCH_REMOVE) {
        json_remove_node(json_edit(holder, a->name), element);
        return true;
    }
    return sub != NULL ? edit_sub(e, element, a, sub) : merge(e, a, element, e->value, false);
}

/* All matches are found before the first is changed: a change may make others match. */
static json **find_matches(const struct patch_edit *e, json *list, const struct scim_matcher *matcher, size_t *count)
{
    json **found = NULL;
    size_t room = 0;
    *count = 0;
    for (json *n = json_edit_first(list); n != NULL; n = json_edit_next(n)) {
        if (!scim_match(matcher, n))
            continue;
        if (*count == room) {
            found = arena_grow(e->arena, found, room, room == 0 ? 4 : room * 2, sizeof(json *));
            room = room == 0 ? 4 : room * 2;
        }
        found[(*count)++] = n;
    }
    return found;
}

bool patch_elements(const struct patch_edit *e, json *holder, const struct scim_attribute *a, const struct scim_matcher *matcher,
                    const struct scim_attribute *sub)
{
    size_t count = 0;
    if (e->op != PATCH_REMOVE && e->value == NULL)
        return refuse(e, SCIM_INVALID_VALUE, a->name, "is given no value");
    if (a->mutability == SCIM_READ_ONLY)
        return refuse(e, SCIM_MUTABILITY, a->name, "is readOnly");
    json **found = find_matches(e, json_edit(holder, a->name), matcher, &count);
    if (count == 0)
        return e->op == PATCH_REMOVE || refuse(e, SCIM_NO_TARGET, a->name, "has no value that the filter of the path selects");
    for (size_t i = 0; i < count; i++)
        if (!edit_element(e, holder, found[i], a, sub))
            return false;
    if (sub == NULL && e->op == PATCH_REMOVE) {
        drop_empty_list(holder, a);
    } else {
        clear_other_primaries(holder, a, found[count - 1]);
        tidy(holder, a);
    }
    return e->op != PATCH_REMOVE || check_still_there(e, holder, a);
}
