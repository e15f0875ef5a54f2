#include "common/base.h"
#include "simulator/wire_patch.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/entra_mapping.h"
#include "simulator/simulator.h"
#include "simulator/wire_roles.h"

enum op { OP_ADD, OP_REPLACE, OP_REMOVE };

static const char *const op_names[][3] = {
    [OP_LOWER] = {"add", "replace", "remove"},
    [OP_CAPITAL] = {"Add", "Replace", "Remove"},
};

static json *envelope(const struct simulator *sim, json **operations)
{
    json *body = json_object(sim->arena);
    json_push_text(json_set_array(body, "schemas"), URN_PATCH);
    *operations = json_set_array(body, "Operations");
    return body;
}

/* An operation; path NULL: none. The caller adds the value. */
static json *push_op(const struct simulator *sim, json *operations, enum op op, const char *path)
{
    json *item = json_push_object(operations);
    json_set_text(item, "op", op_names[dialect_value(sim->dialect, AXIS_OP_CASE)][op]);
    if (path != NULL)
        json_set_text(item, "path", path);
    return item;
}

static const char *filtered(const struct simulator *sim, const char *attribute, const char *value)
{
    struct buffer path = buffer_new(0);
    buffer_printf(&path, "%s[value eq ", attribute);
    json_write_text(&path, value);
    buffer_add_char(&path, ']');
    return buffer_take(&path, sim->arena);
}

/* --- Okta --- */

json *wire_patch_value(const struct simulator *simulator, const json *value)
{
    json *operations = NULL, *body = envelope(simulator, &operations);
    json_set_copy(push_op(simulator, operations, OP_REPLACE, NULL), "value", value);
    return body;
}

json *wire_patch_active(const struct simulator *simulator, bool active)
{
    json *value = json_object(simulator->arena);
    json_set_bool(value, "active", active);
    return wire_patch_value(simulator, value);
}

json *wire_patch_password(const struct simulator *simulator, const char *password)
{
    json *value = json_object(simulator->arena);
    json_set_text(value, "password", password);
    return wire_patch_value(simulator, value);
}

json *wire_patch_metadata(const struct simulator *simulator, const struct directory_group *group)
{
    json *value = json_object(simulator->arena);
    json_set_text(value, "id", group->server_id);
    json_set_text(value, "displayName", directory_app_name(group));
    return wire_patch_value(simulator, value);
}

json *wire_patch_all_members(const struct simulator *simulator, struct people members)
{
    json *operations = NULL, *body = envelope(simulator, &operations);
    bool with_path = dialect_value(simulator->dialect, AXIS_MEMBER_REPLACE) != MEMBER_REPLACE_NO_PATH;
    json *op = push_op(simulator, operations, OP_REPLACE, with_path ? "members" : NULL);
    wire_members(with_path ? json_set_array(op, "value") : json_set_array(json_set_object(op, "value"), "members"), members);
    return body;
}

/* --- members --- */

/* Entra's member is {"value": id}, in Microsoft's tutorial with "$ref": null before it; Okta's carries the user name as
 * display. */
static void push_item(const struct simulator *sim, json *list, const char *id, const char *display)
{
    json *item = json_push_object(list);
    if (dialect_value(sim->dialect, AXIS_MEMBER_ADD) == MEMBER_ADD_NULL_REF)
        json_set_null(item, "$ref");
    json_set_text(item, "value", id);
    json_set_text(item, "display", display); /* NULL: none */
}

static void push_member(const struct simulator *sim, json *list, const struct directory_user *user)
{
    push_item(sim, list, user->server_id, sim->dialect->okta ? directory_user_name(user) : NULL);
}

static void push_changed(const struct simulator *sim, json *list, const struct member_change *change)
{
    if (change->inner != NULL)
        push_item(sim, list, change->inner->server_id, NULL);
    else
        push_member(sim, list, change->user);
}

static const char *member_id(const struct member_change *change)
{
    return change->inner != NULL ? change->inner->server_id : change->user->server_id;
}

static void push_removals(const struct simulator *sim, json *operations, const struct member_change *changes, size_t count)
{
    bool as_list = dialect_value(sim->dialect, AXIS_MEMBER_REMOVE) == MEMBER_REMOVE_LIST;
    json *list = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!changes[i].remove)
            continue;
        if (!as_list) {
            push_op(sim, operations, OP_REMOVE, filtered(sim, "members", member_id(&changes[i])));
            continue;
        }
        if (list == NULL)
            list = json_set_array(push_op(sim, operations, OP_REMOVE, "members"), "value");
        push_changed(sim, list, &changes[i]);
    }
}

static bool is_removed(const char *id, const struct member_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (changes[i].remove && text_equal(member_id(&changes[i]), id))
            return true;
    return false;
}

/* Who replaces the list names everybody in it. */
static void push_remaining(const struct simulator *sim, json *list, const struct directory_group *group,
                           const struct member_change *changes, size_t count)
{
    for (size_t i = 0; i < group->pushed_member_count; i++)
        if (!is_removed(group->pushed_members[i]->server_id, changes, count))
            push_member(sim, list, group->pushed_members[i]);
    for (size_t i = 0; i < group->pushed_inner_count; i++)
        if (!is_removed(group->pushed_inner[i]->server_id, changes, count))
            push_item(sim, list, group->pushed_inner[i]->server_id, NULL);
}

json *wire_patch_members(const struct simulator *simulator, const struct directory_group *group,
                         const struct member_change *changes, size_t count)
{
    json *operations = NULL, *body = envelope(simulator, &operations), *list = NULL;
    push_removals(simulator, operations, changes, count);
    bool whole = dialect_value(simulator->dialect, AXIS_MEMBER_ADD) == MEMBER_ADD_REPLACE;
    bool shown = group->members_shown && dialect_value(simulator->dialect, AXIS_MEMBERS_SHOWN) == MEMBERS_SHOWN_REPLACE;
    for (size_t i = 0; i < count; i++) {
        if (changes[i].remove)
            continue;
        if (list == NULL)
            list = json_set_array(push_op(simulator, operations, shown || whole ? OP_REPLACE : OP_ADD, "members"), "value");
        if (whole && json_count(list) == 0)
            push_remaining(simulator, list, group, changes, count);
        push_changed(simulator, list, &changes[i]);
    }
    return body;
}

/* --- Entra: differences --- */

/* A difference under way: operations with a path come at once, the rest is merged into one object for each op where the dialect
 * does that. */
struct difference {
    const struct simulator *sim;
    json *operations;
    json *merged[2]; /* OP_ADD, OP_REPLACE */
};

static bool is_active(const struct attribute *attribute)
{
    return text_equal(attribute->key, "active");
}

static void set_value(const struct simulator *sim, json *object, const char *key, const struct attribute *attribute,
                      const char *value)
{
    if (value == NULL)
        json_set_null(object, key);
    else if (!is_active(attribute))
        json_set_text(object, key, value);
    else if (dialect_value(sim->dialect, AXIS_BOOLEAN) == BOOLEAN_STRING)
        json_set_text(object, key, text_equal(value, "true") ? "True" : "False");
    else
        json_set_bool(object, key, text_equal(value, "true"));
}

static void differ(struct difference *d, const struct attribute *attribute, const char *wanted, const char *known)
{
    int clear = is_active(attribute) || known == NULL ? CLEAR_NEVER : dialect_value(d->sim->dialect, AXIS_CLEAR);
    if (wanted == NULL && clear == CLEAR_EMPTY)
        wanted = "";
    if (text_equal(wanted, known) || (wanted == NULL && clear != CLEAR_NULL))
        return;
    enum op op = known == NULL ? OP_ADD : OP_REPLACE;
    const char *path = attribute_path(d->sim->arena, attribute);
    bool own_op = attribute_is_filtered(attribute) || is_active(attribute);
    if (own_op || dialect_value(d->sim->dialect, AXIS_PATCH_FORM) != PATCH_MERGED)
        set_value(d->sim, push_op(d->sim, d->operations, op, path), "value", attribute, wanted);
    else
        set_value(d->sim, d->merged[op], path, attribute, wanted);
}

/* Several values go as one object without a path; a single added one keeps its path. */
static void push_merged(const struct difference *d, enum op op)
{
    const json *merged = d->merged[op], *first = json_first(merged);
    if (first == NULL)
        return;
    if (op == OP_ADD && json_count(merged) == 1)
        json_set_copy(push_op(d->sim, d->operations, op, json_key(first)), "value", first);
    else
        json_set_copy(push_op(d->sim, d->operations, op, NULL), "value", merged);
}

static struct difference difference_new(const struct simulator *sim, json **body)
{
    struct difference d = {.sim = sim, .merged = {json_object(sim->arena), json_object(sim->arena)}};
    *body = envelope(sim, &d.operations);
    return d;
}

static json *difference_end(const struct difference *d, json *body)
{
    push_merged(d, OP_REPLACE);
    push_merged(d, OP_ADD);
    return json_count(d->operations) > 0 ? body : NULL;
}

json *wire_patch_user(const struct simulator *simulator, const json *wanted, const json *known)
{
    json *body = NULL;
    struct difference d = difference_new(simulator, &body);
    for (size_t i = 0; i < mapping_count(simulator->dialect); i++) {
        const struct attribute *attribute = mapping_target(simulator->dialect, i);
        if (attribute->home != HOME_MANAGER)
            differ(&d, attribute, json_get_text(wanted, attribute->key, NULL), json_get_text(known, attribute->key, NULL));
    }
    return difference_end(&d, body);
}

json *wire_patch_group(const struct simulator *simulator, const json *wanted, const json *known)
{
    static const struct attribute group_attributes[] = {
        {"displayName", "displayName", NULL, HOME_TOP, false},
        {"externalId", "externalId", NULL, HOME_TOP, false},
    };
    json *body = NULL;
    struct difference d = difference_new(simulator, &body);
    for (size_t i = 0; i < ARRAY_LEN(group_attributes); i++) {
        const char *key = group_attributes[i].key;
        differ(&d, &group_attributes[i], json_get_text(wanted, key, NULL), json_get_text(known, key, NULL));
    }
    return difference_end(&d, body);
}

/* The assertive form is printed in lower case on a page that prints the others as they are: so it is sent. */
json *wire_patch_roles(const struct simulator *simulator, const struct directory_user *user, json *body)
{
    json *operations = json_edit(body, "Operations"), *op;
    if (!wire_roles_differ(simulator, user))
        return body;
    if (body == NULL)
        body = envelope(simulator, &operations);
    op = push_op(simulator, operations, OP_ADD, "roles");
    if (dialect_value(simulator->dialect, AXIS_APP_ROLES) == ROLES_ASSERTIVE)
        json_set_text(op, "op", "replace");
    wire_roles_patch(simulator, user, json_set_array(op, "value"));
    return body;
}

/* "" takes the manager away. */
static void set_manager(const struct simulator *sim, const struct directory_user *user, json *op, const char *id)
{
    const struct directory_user *manager = directory_manager(sim->directory, user);
    if (dialect_value(sim->dialect, AXIS_MANAGER_VALUE) == MANAGER_OBJECT)
        op = json_set_object(op, "value");
    else if (dialect_value(sim->dialect, AXIS_MANAGER_VALUE) == MANAGER_LIST)
        op = json_push_object(json_set_array(op, "value"));
    if (dialect_value(sim->dialect, AXIS_MANAGER_VALUE) == MANAGER_LIST && manager != NULL)
        json_set_text(op, "$ref", manager->location); /* NULL: none */
    json_set_text(op, "value", id);
}

json *wire_patch_manager(const struct simulator *simulator, const struct directory_user *user, const char *from, const char *to)
{
    bool list = dialect_value(simulator->dialect, AXIS_MANAGER_VALUE) == MANAGER_LIST;
    const char *path = list ? "manager" : URN_ENTERPRISE ":manager"; /* the edition that prints the list has the short path */
    json *operations = NULL, *body = envelope(simulator, &operations);
    if (to != NULL)
        set_manager(simulator, user, push_op(simulator, operations, from == NULL ? OP_ADD : OP_REPLACE, path), to);
    else if (dialect_value(simulator->dialect, AXIS_MANAGER_REMOVE) == MANAGER_REMOVE_EMPTY)
        set_manager(simulator, user, push_op(simulator, operations, OP_REPLACE, path), "");
    else if (dialect_value(simulator->dialect, AXIS_MANAGER_REMOVE) == MANAGER_REMOVE_FILTER)
        push_op(simulator, operations, OP_REMOVE, filtered(simulator, "manager", from));
    else
        push_op(simulator, operations, OP_REMOVE, path);
    return body;
}
