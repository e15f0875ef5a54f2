#include "common/base.h"
#include "reference-server/scim/patch_value.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/match.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/patch_lists.h"
#include "reference-server/scim/schema.h"

#include <string.h>

#define EDIT_WORK 8 /* a change of an element is as much work as this many that are looked at */

static bool refuse(const struct patch_edit *e, const char *scim_type, const char *name, const char *what)
{
    return scim_error_set(e->arena, e->err, 400, scim_type, "%s %s", name, what);
}

/* --- writing into one element --- */

/* Whether a write is refused for the attribute's mutability. *skip: it is the value there is, so there is nothing to do. */
static bool check_mutability(const struct patch_edit *e, const struct scim_attribute *a, const json *old, const json *value,
                             bool *skip)
{
    *skip = false;
    if (a->mutability != SCIM_READ_ONLY && (a->mutability != SCIM_IMMUTABLE || old == NULL))
        return true;
    /* A readOnly attribute that is not stored may still be derived (a user's groups), so only the value there is counts as no change. */
    bool unchanged = old != NULL && e->op != PATCH_REMOVE && json_equal(old, value);
    *skip = unchanged;
    return unchanged || refuse(e, SCIM_MUTABILITY, a->name, a->mutability == SCIM_READ_ONLY ? "is readOnly" : "is immutable");
}

/* The last one that a write made primary is it. Called once a write: before it there was at most one. */
static void clear_other_primaries(const struct patch_edit *e, json *holder, const struct scim_attribute *a, const json *primary)
{
    if (!a->multi_valued || !json_true(json_get(primary, "primary")))
        return;
    struct patch_found others = patch_lists_primary(e->lists, a, json_edit(holder, a->name));
    for (size_t i = 0; i < others.count; i++) {
        if (others.items[i] == primary)
            continue;
        patch_lists_changing(e->lists, a, others.items[i]);
        json_set_bool(others.items[i], "primary", false);
        patch_lists_changed(e->lists, a, others.items[i]);
    }
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

static void drop_attribute(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    patch_lists_forget(e->lists, a);
    json_remove(holder, a->name);
}

static void drop_empty_list(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    const json *list = json_get(holder, a->name);
    if (json_is(list, JSON_ARRAY) && json_first(list) == NULL)
        drop_attribute(e, holder, a);
}

static void remove_element(const struct patch_edit *e, json *holder, const struct scim_attribute *a, json *element)
{
    patch_lists_removing(e->lists, a, element);
    json_remove_node(json_edit(holder, a->name), element);
}

/* --- what became the same (RFC 7643 §2.4): one of them stays, and is primary when another was --- */

static void drop_twin(const struct patch_edit *e, json *holder, const struct scim_attribute *a, json *stays, json *goes)
{
    bool primary = json_true(json_get(goes, "primary")) && !json_true(json_get(stays, "primary"));
    remove_element(e, holder, a, goes);
    if (primary) {
        patch_lists_changing(e->lists, a, stays);
        json_set_bool(stays, "primary", true);
        patch_lists_changed(e->lists, a, stays);
    }
}

/* Of one that was changed: it stays. */
static void drop_twins(const struct patch_edit *e, json *holder, const struct scim_attribute *a, json *element)
{
    struct patch_found twins = patch_lists_twins(e->lists, a, json_edit(holder, a->name), element);
    for (size_t i = 0; i < twins.count; i++)
        drop_twin(e, holder, a, element, twins.items[i]);
}

/* Of many that were changed: the first stays. */
static void drop_all_twins(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    struct map *seen = map_new_with(false, true);
    patch_lists_forget(e->lists, a);
    for (json *n = json_edit_first(json_edit(holder, a->name)), *next; n != NULL; n = next) {
        const char *identity = patch_lists_identity(e->arena, a, n);
        json *first = map_get(seen, identity);
        next = json_edit_next(n);
        patch_lists_work(e->lists, EDIT_WORK);
        if (first == NULL)
            map_set(seen, identity, n);
        else
            drop_twin(e, holder, a, first, n);
    }
    map_free(seen);
    patch_lists_forget(e->lists, a);
}

/* --- hollow ones --- */

static void tidy_single(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    if (is_hollow(a, json_get(holder, a->name)))
        drop_attribute(e, holder, a);
}

/* After all elements were changed. */
static void tidy_all(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    json *list = json_edit(holder, a->name);
    for (json *n = json_edit_first(list), *next; n != NULL; n = next) {
        next = json_edit_next(n);
        if (is_hollow(a, n))
            json_remove_node(list, n);
    }
    drop_all_twins(e, holder, a);
    drop_empty_list(e, holder, a);
}

static bool check_still_there(const struct patch_edit *e, const json *holder, const struct scim_attribute *a)
{
    return !a->required || json_get(holder, a->name) != NULL ||
           refuse(e, SCIM_MUTABILITY, a->name, "is required and can't be removed");
}

/* --- adding to a list --- */

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

/* What was sent once more is merged into what there is. */
static bool merge_again(const struct patch_edit *e, const struct scim_attribute *a, json *same, const json *element)
{
    if (a->type != SCIM_COMPLEX)
        return true;
    patch_lists_changing(e->lists, a, same);
    bool good = merge(e, a, same, element, true);
    patch_lists_changed(e->lists, a, same);
    return good;
}

/* *primary: becomes the element if it is to be the primary one. */
static bool add_element(const struct patch_edit *e, const struct scim_attribute *a, json *list, const json *raw, json **primary)
{
    json *element = NULL;
    if (!check_new_element(e, a, raw) || !patch_lists_bearable(e->lists, e->err))
        return false;
    if (!scim_check_element(e->arena, a, a->name, raw, false, &element, e->err))
        return false;
    if (element == NULL)
        return true;
    json *same = patch_lists_same(e->lists, a, list, element);
    bool claims = json_true(json_get(element, "primary")), good = true;
    if (same == NULL) {
        same = element;
        json_push(list, element);
        patch_lists_added(e->lists, a, element);
    } else {
        good = merge_again(e, a, same, element);
        json_free(element);
    }
    *primary = claims ? same : *primary;
    return good;
}

static bool add_elements(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    bool many = json_is(e->value, JSON_ARRAY), good = true;
    json *list = json_edit(holder, a->name), *primary = NULL;
    if (list == NULL)
        list = json_set_array(holder, a->name);
    for (const json *n = many ? json_first(e->value) : e->value; good && n != NULL; n = many ? json_next(n) : NULL)
        good = add_element(e, a, list, n, &primary);
    if (good && patch_lists_count(e->lists, a, list) > SCIM_MAX_ELEMENTS)
        return scim_error_set(e->arena, e->err, 400, SCIM_INVALID_VALUE, "%s has more than %d values", a->name,
                              SCIM_MAX_ELEMENTS);
    clear_other_primaries(e, holder, a, primary);
    drop_empty_list(e, holder, a);
    return good;
}

/* --- removing by a list of values: compat.h --- */

static bool is_of_type(const json *element, const char *type)
{
    const char *has = json_get_text(element, "type", NULL);
    return type == NULL || (has != NULL && unicode_equal_fold(has, type));
}

/* Elements that the client gives a type are told apart by it too: emails, but not members. */
static const char *listed_type(const struct scim_attribute *a, const json *listed)
{
    const struct scim_attribute *type = scim_schema_sub(a, "type");
    bool matters = type != NULL && type->mutability == SCIM_READ_WRITE;
    return matters ? json_text(json_get_nocase(listed, "type")) : NULL;
}

static bool remove_listed(const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    json *list = json_edit(holder, a->name);
    bool there = list != NULL;
    if (a->mutability == SCIM_READ_ONLY)
        return refuse(e, SCIM_MUTABILITY, a->name, "is readOnly");
    for (const json *n = json_first(e->value); there && n != NULL; n = json_next(n)) {
        const char *value = json_text(a->type == SCIM_COMPLEX ? json_get_nocase(n, "value") : n), *type = listed_type(a, n);
        struct patch_found found = {0};
        if (value != NULL)
            found = patch_lists_valued(e->lists, a, list, value);
        for (size_t i = 0; i < found.count; i++)
            if (is_of_type(found.items[i], type))
                remove_element(e, holder, a, found.items[i]);
        if (!patch_lists_bearable(e->lists, e->err))
            return false;
    }
    drop_empty_list(e, holder, a);
    return !there || check_still_there(e, holder, a);
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
        tidy_single(e, holder, a);
        return good;
    }
    if (!scim_check_value(e->arena, a, a->name, e->value, false, &kept, e->err))
        return false;
    patch_lists_forget(e->lists, a);
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
    if (e->listed)
        return remove_listed(e, holder, a);
    if (!check_mutability(e, a, old, e->value, &skip) || skip)
        return skip;
    if (e->op != PATCH_REMOVE)
        return write_attribute(e, holder, a);
    if (e->value != NULL && json_type(e->value) != JSON_NULL && a->multi_valued)
        return refuse(e, SCIM_INVALID_VALUE, a->name, "can't be removed by a value: select values by a filter in the path");
    bool there = old != NULL;
    drop_attribute(e, holder, a);
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
        patch_lists_work(e->lists, EDIT_WORK);
    }
    patch_lists_forget(e->lists, a);
    clear_other_primaries(e, holder, a, last);
    tidy_all(e, holder, a);
    return good;
}

bool patch_sub(const struct patch_edit *e, json *holder, const struct scim_attribute *a, const struct scim_attribute *sub)
{
    json *node = json_edit(holder, a->name);
    bool good = true;
    if (e->op != PATCH_REMOVE && e->value == NULL)
        return refuse(e, SCIM_INVALID_VALUE, a->name, "is given no value");
    if (node == NULL && e->op == PATCH_REMOVE)
        return a->mutability != SCIM_READ_ONLY || refuse(e, SCIM_MUTABILITY, a->name, "is readOnly");
    if (node == NULL && a->multi_valued)
        return refuse(e, SCIM_NO_TARGET, a->name, "has no values whose sub-attribute could be changed");
    if (a->multi_valued) {
        good = edit_sub_of_all(e, holder, node, a, sub);
    } else {
        good = edit_sub(e, node != NULL ? node : json_set_object(holder, a->name), a, sub);
        tidy_single(e, holder, a);
    }
    return good && (e->op != PATCH_REMOVE || check_still_there(e, holder, a));
}

static bool edit_element(const struct patch_edit *e, json *element, const struct scim_attribute *a,
                         const struct scim_attribute *sub)
{
    patch_lists_changing(e->lists, a, element);
    bool good = sub != NULL ? edit_sub(e, element, a, sub) : merge(e, a, element, e->value, false);
    patch_lists_changed(e->lists, a, element);
    patch_lists_work(e->lists, EDIT_WORK);
    return good;
}

static bool edit_elements(const struct patch_edit *e, json *holder, const struct scim_attribute *a,
                          const struct patch_found *found, const struct scim_attribute *sub)
{
    for (size_t i = 0; i < found->count; i++)
        if (!edit_element(e, found->items[i], a, sub))
            return false;
    clear_other_primaries(e, holder, a, found->items[found->count - 1]);
    bool alone = found->count == 1 && !is_hollow(a, found->items[0]);
    for (size_t i = 0; i < found->count; i++)
        if (is_hollow(a, found->items[i]))
            remove_element(e, holder, a, found->items[i]);
    if (alone)
        drop_twins(e, holder, a, found->items[0]);
    else if (found->count > 1)
        drop_all_twins(e, holder, a);
    return true;
}

bool patch_elements(const struct patch_edit *e, json *holder, const struct scim_attribute *a, const struct scim_matcher *matcher,
                    const struct scim_attribute *sub)
{
    if (e->op != PATCH_REMOVE && e->value == NULL)
        return refuse(e, SCIM_INVALID_VALUE, a->name, "is given no value");
    if (a->mutability == SCIM_READ_ONLY)
        return refuse(e, SCIM_MUTABILITY, a->name, "is readOnly");
    /* All matches are found before the first is changed: a change may make others match. */
    struct patch_found found = patch_lists_match(e->lists, a, json_edit(holder, a->name), matcher);
    if (found.count == 0)
        return e->op == PATCH_REMOVE || refuse(e, SCIM_NO_TARGET, a->name, "has no value that the filter of the path selects");
    if (sub != NULL || e->op != PATCH_REMOVE) {
        if (!edit_elements(e, holder, a, &found, sub))
            return false;
    } else {
        for (size_t i = 0; i < found.count; i++)
            remove_element(e, holder, a, found.items[i]);
    }
    drop_empty_list(e, holder, a);
    return e->op != PATCH_REMOVE || check_still_there(e, holder, a);
}
