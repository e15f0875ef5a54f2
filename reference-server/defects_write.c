/* Defects in what a write is taken to mean. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/scim/schema.h"

#include <ctype.h>
#include <string.h>

/* --- operations --- */

static bool patches(const struct change *change, const char *resource)
{
    return change->patch && strcmp(change->resource, resource) == 0;
}

static bool replaces(const struct change *change, const char *resource)
{
    return !change->patch && change->current != NULL && strcmp(change->resource, resource) == 0;
}

static json *first_operation(const struct change *change)
{
    return json_edit_first(json_edit_nocase(change->body, "Operations"));
}

static bool op_is(const json *operation, const char *op)
{
    const char *written = json_text(json_get_nocase(operation, "op"));
    return written != NULL && text_equal_nocase(written, op);
}

static const char *path_of(const json *operation)
{
    return json_text(json_get_nocase(operation, "path"));
}

static json *value_of(json *operation)
{
    return json_edit_nocase(operation, "value");
}

/* Makes it an operation that succeeds and does nothing: removing what is not there. */
static void neutralize(const struct change *change, json *operation)
{
    bool user = strcmp(change->resource, "User") == 0;
    json_remove(operation, "value");
    json_set_text(operation, "op", "remove");
    json_set_text(operation, "path", user ? "photos[value eq \"nothing\"]" : "members[value eq \"nothing\"]");
}

static bool is_path(const json *operation, const char *path)
{
    const char *written = path_of(operation);
    return written != NULL && text_equal_nocase(written, path);
}

static bool is_filtered_remove(const json *operation)
{
    const char *path = path_of(operation);
    return op_is(operation, "remove") && path != NULL && text_starts_nocase(path, "members[");
}

static void remove_nocase(json *object, const char *name)
{
    json *node = json_edit_nocase(object, name);
    if (node != NULL)
        json_remove_node(object, node);
}

/* --- users --- */

void k01_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "User") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o)) {
        json *value = value_of(o);
        if (is_path(o, "active") && json_is(value, JSON_STRING))
            neutralize(change, o);
        else if (path_of(o) == NULL && json_is(json_get_nocase(value, "active"), JSON_STRING))
            remove_nocase(value, "active");
    }
}

static bool means_false(const json *value)
{
    const char *text = json_text(value);
    return (json_is(value, JSON_BOOL) && !json_true(value)) || (text != NULL && text_equal_nocase(text, "false"));
}

bool defect_deactivates(const json *body)
{
    bool found = means_false(json_get_nocase(body, "active"));
    for (const json *o = json_first(json_get_nocase(body, "Operations")); o != NULL && !found; o = json_next(o)) {
        const json *value = json_get_nocase(o, "value");
        found = means_false(is_path(o, "active") ? value : json_get_nocase(value, "active"));
    }
    return found;
}

void k05_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "User") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o)) {
        json *value = value_of(o);
        if (is_path(o, "active") && means_false(value))
            neutralize(change, o);
        else if (path_of(o) == NULL && means_false(json_get_nocase(value, "active")))
            remove_nocase(value, "active");
    }
}

void k06_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "User") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o))
        if (path_of(o) == NULL)
            remove_nocase(value_of(o), "active");
}

void k07_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    if (!replaces(change, "User"))
        return;
    remove_nocase(change->body, "active");
    json_set_copy(change->body, "active", json_get(change->current, "active"));
}

/* What `body` says nothing of is taken over from `current`, one level of objects deep: name, an extension. */
static void keep_absent(json *body, const json *current, bool deeper)
{
    for (const json *member = json_first(current); member != NULL; member = json_next(member)) {
        json *written = json_edit_nocase(body, json_key(member));
        if (written == NULL)
            json_set_copy(body, json_key(member), member);
        else if (deeper && json_is(written, JSON_OBJECT) && json_is(member, JSON_OBJECT))
            keep_absent(written, member, false);
    }
}

void k22_cleared_applied(struct exchange *x, struct change *change)
{
    UNUSED(x);
    if (replaces(change, "User"))
        keep_absent(change->result, change->current, true);
}

void k77_applied(struct exchange *x, struct change *change)
{
    UNUSED(x);
    json_remove(change->result, "externalId");
}

void k22_apply(struct exchange *x, struct change *change)
{
    static const char *const names[] = {"roles", "entitlements"};
    UNUSED(x);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        json_remove(change->result, names[i]);
        if (json_get(change->current, names[i]) != NULL)
            json_set_copy(change->result, names[i], json_get(change->current, names[i]));
    }
}

void k22_password_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    if (replaces(change, "User"))
        remove_nocase(change->body, "password");
    for (json *o = patches(change, "User") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o))
        if (path_of(o) == NULL)
            remove_nocase(value_of(o), "password");
}

static void keep_as_it_was(struct change *change, const char *attribute)
{
    if (change->patch && change->current != NULL)
        json_set_copy(change->result, attribute, json_get(change->current, attribute));
}

void k76_applied(struct exchange *x, struct change *change)
{
    UNUSED(x);
    keep_as_it_was(change, "userName");
}

/* Keys that are paths. */
static void drop_path_keys(json *value)
{
    for (json *member = json_edit_first(value), *next; member != NULL; member = next) {
        next = json_edit_next(member);
        if (strchr(json_key(member), '.') != NULL || text_starts_nocase(json_key(member), "urn:"))
            json_remove_node(value, member);
    }
}

void k87_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "User") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o))
        if (path_of(o) == NULL && json_is(value_of(o), JSON_OBJECT))
            drop_path_keys(value_of(o));
}

/* --- groups --- */

void k04_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "Group") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o)) {
        const char *op = json_get_text(o, "op", "");
        if (isupper((unsigned char)op[0]))
            neutralize(change, o);
    }
}

void k08_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "Group") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o))
        if (is_filtered_remove(o))
            neutralize(change, o);
}

void k08_first_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    json *operations = change->patch ? json_edit_nocase(change->body, "Operations") : NULL;
    for (json *second; (second = json_edit_next(json_edit_first(operations))) != NULL;)
        json_remove_node(operations, second);
}

void k09_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "Group") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o)) {
        bool whole_list = is_path(o, "members") || (path_of(o) == NULL && json_get_nocase(value_of(o), "members") != NULL);
        if (!op_is(o, "replace") || !whole_list)
            continue;
        const json *list = is_path(o, "members") ? value_of(o) : json_get_nocase(value_of(o), "members");
        if (json_count(list) == 0)
            neutralize(change, o);
        else
            json_set_text(o, "op", "add");
    }
}

void k10_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    if (!replaces(change, "Group"))
        return;
    remove_nocase(change->body, "members");
    json_set_copy(change->body, "members", json_get(change->current, "members"));
}

void k27_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "Group") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o)) {
        const char *path = path_of(o);
        if (path == NULL || text_starts(path, "members"))
            continue;
        if (text_starts_nocase(path, "members") || text_starts_nocase(path, SCIM_URN_GROUP ":members"))
            neutralize(change, o);
    }
}

void k35_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "Group") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o))
        if (op_is(o, "remove") && is_path(o, "members"))
            remove_nocase(o, "value");
}

void k36_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    for (json *o = patches(change, "Group") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o))
        if (is_filtered_remove(o))
            json_set_text(o, "path", "members");
}

static void push_clear(json *operations)
{
    json *operation = json_push_object(operations);
    json_set_text(operation, "op", "replace");
    json_set_text(operation, "path", "members");
    json_set_array(operation, "value");
}

void k38_apply(struct exchange *x, struct change *change)
{
    UNUSED(x);
    bool replaces_something = false, names_members = false;
    for (json *o = patches(change, "Group") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o)) {
        const char *path = path_of(o);
        replaces_something |= op_is(o, "replace");
        names_members |= path != NULL ? text_starts_nocase(path, "members") : json_get_nocase(value_of(o), "members") != NULL;
    }
    if (replaces_something && !names_members)
        push_clear(json_edit_nocase(change->body, "Operations"));
}

/* Removes the elements that `drop` says. */
static void filter_members(struct exchange *x, json *list, bool (*drop)(struct exchange *x, const json *element))
{
    for (json *element = json_edit_first(list), *next; element != NULL; element = next) {
        next = json_edit_next(element);
        if (drop(x, element))
            json_remove_node(list, element);
    }
}

static bool is_unknown(struct exchange *x, const json *element)
{
    const char *id = json_get_text(element, "value", json_text(element));
    return account_by_id(x->organization, id) == NULL && (id == NULL || group_by_id(x->organization, id) == NULL);
}

static bool has_no_type(struct exchange *x, const json *element)
{
    UNUSED(x);
    return json_get_nocase(element, "type") == NULL;
}

void k40_apply(struct exchange *x, struct change *change)
{
    if (replaces(change, "Group"))
        filter_members(x, json_edit_nocase(change->body, "members"), is_unknown);
    for (json *o = patches(change, "Group") ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o)) {
        if (!op_is(o, "replace"))
            continue;
        if (is_path(o, "members"))
            filter_members(x, value_of(o), is_unknown);
        else if (path_of(o) == NULL)
            filter_members(x, json_edit_nocase(value_of(o), "members"), is_unknown);
    }
}

/* An emptied list of an add would be an error of its own. */
static void drop_untyped(struct exchange *x, const struct change *change, json *operation)
{
    json *list = is_path(operation, "members") ? value_of(operation) : json_edit_nocase(value_of(operation), "members");
    if (op_is(operation, "remove") || !json_is(list, JSON_ARRAY))
        return;
    filter_members(x, list, has_no_type);
    if (json_count(list) == 0 && op_is(operation, "add"))
        neutralize(change, operation);
}

void k57_apply(struct exchange *x, struct change *change)
{
    if (strcmp(change->resource, "Group") != 0)
        return;
    if (!change->patch)
        filter_members(x, json_edit_nocase(change->body, "members"), has_no_type);
    for (json *o = change->patch ? first_operation(change) : NULL; o != NULL; o = json_edit_next(o))
        drop_untyped(x, change, o);
}
