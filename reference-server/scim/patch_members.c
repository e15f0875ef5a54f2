#include "common/base.h"
#include "reference-server/scim/patch_members.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/path.h"
#include "reference-server/scim/schema.h"

#include <string.h>

#define MEMBERS "members"

struct naming {
    struct arena *arena;
    const struct scim_resource_type *type;
    const char **items;
    size_t count, capacity;
};

static void add_name(struct naming *n, const char *name)
{
    if (n->count == n->capacity) {
        size_t more = n->capacity == 0 ? 16 : n->capacity * 2;
        n->items = arena_grow(n->arena, n->items, n->count, more, sizeof *n->items);
        n->capacity = more;
    }
    n->items[n->count++] = name;
}

/* Whatever a path or key means that does not hold the word, it is not the members. */
static bool holds_word(const char *text)
{
    for (; *text != '\0'; text++)
        if (text_starts_nocase(text, MEMBERS))
            return true;
    return false;
}

/* All texts in a value: the ids are among them, however a provider wraps them. An object that is sent as a text would hide its ids. */
static bool name_texts(struct naming *n, const json *value)
{
    const char *text = json_text(value);
    if (text != NULL && *text == '{')
        return false;
    if (text != NULL)
        add_name(n, text);
    for (const json *child = json_first(value); child != NULL; child = json_next(child))
        if (!name_texts(n, child))
            return false;
    return true;
}

/* Whether the filter can select only elements with certain values. */
static bool name_filtered(struct naming *n, const struct scim_filter *f)
{
    if (f->kind == SCIM_FILTER_AND)
        return name_filtered(n, f->left) || name_filtered(n, f->right);
    if (f->kind == SCIM_FILTER_OR)
        return name_filtered(n, f->left) && name_filtered(n, f->right);
    bool equality = f->kind == SCIM_FILTER_COMPARE && f->op == SCIM_EQ && text_equal_nocase(f->name, "value");
    if (!equality || json_text(f->value) == NULL)
        return false;
    add_name(n, json_text(f->value));
    return true;
}

static bool name_in_object(struct naming *n, bool adds, const json *object)
{
    for (const json *member = json_is(object, JSON_OBJECT) ? json_first(object) : NULL; member != NULL;
         member = json_next(member)) {
        if (!holds_word(json_key(member)))
            continue;
        if (!adds || !text_equal_nocase(json_key(member), MEMBERS) || !name_texts(n, member))
            return false;
    }
    return true;
}

static bool name_at_path(struct naming *n, bool adds, bool removes, const struct scim_operation *operation)
{
    struct scim_path path;
    struct scim_place place;
    if (!scim_path_parse(n->arena, operation->path, &path, NULL) || !scim_schema_resolve(n->type, path.name, &place))
        return false;
    bool whole = place.extension == NULL && place.sub == NULL && path.sub == NULL && place.attribute != NULL &&
                 text_equal(place.attribute->name, MEMBERS) && !place.attribute->required;
    if (!whole || (!adds && !removes))
        return false;
    if (path.filter != NULL)
        return removes && name_filtered(n, path.filter);
    bool listed = operation->value != NULL && json_type(operation->value) != JSON_NULL;
    return listed && name_texts(n, operation->value);
}

/* Letter case of op is not looked at: a spelling that is wrong is refused whoever the members are. */
static bool name_in_operation(struct naming *n, const struct scim_operation *operation)
{
    bool adds = text_equal_nocase(operation->op, "add"), removes = text_equal_nocase(operation->op, "remove");
    if (operation->path == NULL)
        return name_in_object(n, adds, operation->value);
    return !holds_word(operation->path) || name_at_path(n, adds, removes, operation);
}

bool scim_patch_members(struct arena *arena, const struct scim_resource_type *type, const struct scim_patch *patch,
                        struct scim_names *out)
{
    struct naming n = {.arena = arena, .type = type};
    for (size_t i = 0; i < patch->count; i++)
        if (!name_in_operation(&n, &patch->items[i]))
            return false;
    *out = (struct scim_names){n.items, n.count};
    return true;
}
