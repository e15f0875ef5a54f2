#include "common/base.h"
#include "simulator/wire_contract.h"

#include "common/text.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/entra_mapping.h"
#include "simulator/simulator.h"
#include "simulator/wire_roles.h"

/* Names within objects and elements. `formatted` comes first in a name, and in its place by the alphabet in an address. */
static const char *const in_name[] = {"formatted",       "familyName", "givenName", "honorificPrefix",
                                      "honorificSuffix", "middleName", NULL};
static const char *const in_address[] = {"country", "formatted", "locality", "postalCode", "region", "streetAddress", NULL};
static const char *const in_enterprise[] = {"costCenter", "department", "division", "employeeNumber", "organization", NULL};
static const char *const in_item[] = {"value", NULL};

static const struct {
    const char *name;
    enum attribute_home home;
    const char *const *members; /* of an object, or of each element; NULL: text */
    bool list;
} order[] = {{"externalId", HOME_TOP, NULL, false},       {"userName", HOME_TOP, NULL, false},
             {"active", HOME_TOP, NULL, false},           {"addresses", HOME_ADDRESS, in_address, true},
             {"displayName", HOME_TOP, NULL, false},      {"emails", HOME_EMAIL, in_item, true},
             {"locale", HOME_TOP, NULL, false},           {"meta", HOME_TOP, NULL, false},
             {"name", HOME_NAME, in_name, false},         {"nickName", HOME_TOP, NULL, false},
             {"phoneNumbers", HOME_PHONE, in_item, true}, {"preferredLanguage", HOME_TOP, NULL, false},
             {"profileUrl", HOME_TOP, NULL, false},       {"roles", HOME_TOP, NULL, false},
             {"timezone", HOME_TOP, NULL, false},         {"title", HOME_TOP, NULL, false},
             {"userType", HOME_TOP, NULL, false},         {URN_ENTERPRISE, HOME_ENTERPRISE, in_enterprise, false}};

struct writing {
    const struct simulator *sim;
    const json *flat;
    json *body;
};

/* The value for that place; type NULL: of no element. */
static const char *value_at(const struct writing *w, enum attribute_home home, const char *type, const char *name)
{
    for (size_t i = 0; i < mapping_count(w->sim->dialect); i++) {
        const struct attribute *attribute = mapping_target(w->sim->dialect, i);
        if (attribute->home == home && text_equal(attribute->name, name) && text_equal(attribute->type, type))
            return json_get_text(w->flat, attribute->key, NULL);
    }
    return NULL;
}

static void write_members(const struct writing *w, json *target, enum attribute_home home, const char *type,
                          const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        const char *value = value_at(w, home, type, names[i]);
        if (value != NULL)
            json_set_text(target, names[i], value);
    }
}

static bool has_element(const json *list, const char *type)
{
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        if (text_equal(json_get_text(item, "type", NULL), type))
            return true;
    return false;
}

/* Elements come in the order of their mappings. */
static void write_list(const struct writing *w, const char *key, enum attribute_home home, const char *const *names)
{
    json *list = NULL;
    for (size_t i = 0; i < mapping_count(w->sim->dialect); i++) {
        const struct attribute *attribute = mapping_target(w->sim->dialect, i);
        if (attribute->home != home || json_get(w->flat, attribute->key) == NULL || has_element(list, attribute->type))
            continue;
        list = list != NULL ? list : json_set_array(w->body, key);
        json *item = json_push_object(list);
        json_set_bool(item, "primary", home == HOME_EMAIL && text_equal(attribute->type, "work"));
        json_set_text(item, "type", attribute->type);
        write_members(w, item, home, attribute->type, names);
    }
}

static void write_object(const struct writing *w, const char *key, enum attribute_home home, const char *const *names)
{
    json *object = json_set_object(w->body, key);
    write_members(w, object, home, NULL, names);
    if (json_count(object) == 0)
        json_remove(w->body, key);
}

static void write_extensions(const struct writing *w)
{
    for (size_t i = 0; i < mapping_count(w->sim->dialect); i++) {
        const struct attribute *attribute = mapping_target(w->sim->dialect, i);
        const char *urn = attribute->home == HOME_CUSTOM      ? URN_CUSTOM
                          : attribute->home == HOME_EXTENSION ? attribute->type
                                                              : NULL;
        const char *value = urn == NULL ? NULL : json_get_text(w->flat, attribute->key, NULL);
        if (value == NULL)
            continue;
        json *extension = json_edit(w->body, urn);
        json_set_text(extension != NULL ? extension : json_set_object(w->body, urn), attribute->name, value);
    }
}

const char *wire_contract_manager(const struct simulator *simulator, const struct directory_user *user)
{
    const struct directory_user *manager = directory_manager(simulator->directory, user);
    bool posted =
        dialect_value(simulator->dialect, AXIS_MANAGER_POST) != MANAGER_POST_ABSENT && mapping_has_manager(simulator->dialect);
    return posted && manager != NULL ? manager->server_id : NULL;
}

/* The last member of the extension. */
static void write_manager(const struct writing *w, const struct directory_user *user)
{
    const char *id = wire_contract_manager(w->sim, user);
    if (id == NULL)
        return;
    json *extension = json_edit(w->body, URN_ENTERPRISE);
    extension = extension != NULL ? extension : json_set_object(w->body, URN_ENTERPRISE);
    if (dialect_value(w->sim->dialect, AXIS_MANAGER_POST) == MANAGER_POST_OBJECT)
        json_set_text(json_set_object(extension, "manager"), "value", id);
    else
        json_set_text(extension, "manager", id);
}

static void write_top(const struct writing *w, const struct directory_user *user, const char *name)
{
    const char *value = value_at(w, HOME_TOP, NULL, name);
    if (text_equal(name, "meta") && dialect_value(w->sim->dialect, AXIS_KEY_ORDER) == KEY_ORDER_PLAIN)
        return; /* readOnly: nobody needs to send it */
    if (text_equal(name, "meta"))
        json_set_text(json_set_object(w->body, "meta"), "resourceType", "User");
    else if (text_equal(name, "roles"))
        wire_roles_create(w->sim, user, w->body);
    else if (value != NULL && text_equal(name, "active"))
        json_set_bool(w->body, name, true);
    else if (value != NULL)
        json_set_text(w->body, name, value);
}

json *wire_contract_user(const struct simulator *simulator, const struct directory_user *user, const json *flat)
{
    struct writing w = {simulator, flat, json_object(simulator->arena)};
    json *schemas = json_set_array(w.body, "schemas");
    json_push_text(schemas, URN_CORE_USER);
    if (dialect_value(simulator->dialect, AXIS_USER_SCHEMAS) == USER_SCHEMAS_BOTH)
        json_push_text(schemas, URN_ENTERPRISE);
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (order[i].members == NULL)
            write_top(&w, user, order[i].name);
        else if (order[i].list)
            write_list(&w, order[i].name, order[i].home, order[i].members);
        else
            write_object(&w, order[i].name, order[i].home, order[i].members);
    }
    write_manager(&w, user);
    write_extensions(&w);
    for (const json *member = json_first(w.body); member != NULL; member = json_next(member))
        if (text_starts(json_key(member), "urn:") && dialect_value(simulator->dialect, AXIS_USER_SCHEMAS) == USER_SCHEMAS_USED)
            json_push_text(schemas, json_key(member)); /* RFC 7643 §3: those that are used */
    return w.body;
}
