#include "common/base.h"
#include "simulator/wire_user.h"

#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/entra_mapping.h"
#include "simulator/okta_schema.h"
#include "simulator/simulator.h"
#include "simulator/wire_contract.h"

#define PASSWORD_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define OKTA_LOCALE      "en-US" /* what the default mapping sends for everybody */

static const char *const enterprise[] = {"employeeNumber", "costCenter", "organization", "division", "department"};

/* --- Okta: values laid over a resource --- */

static json *object_at(json *target, const char *key)
{
    json *there = json_edit(target, key);
    return json_is(there, JSON_OBJECT) ? there : json_set_object(target, key);
}

static void lay_text(json *target, const struct directory_user *user, const char *key)
{
    const char *value = directory_text(user, key);
    if (value != NULL)
        json_set_text(target, key, value);
}

static void lay_name(json *target, const struct directory_user *user)
{
    static const char *const parts[] = {"givenName", "familyName", "middleName", "honorificPrefix", "honorificSuffix"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (directory_text(user, parts[i]) != NULL)
            json_set_text(object_at(target, "name"), parts[i], directory_text(user, parts[i]));
}

/* One element, primary and of type work: the array is replaced whole. */
static void lay_element(json *target, const char *list, const char *value, bool typed)
{
    if (value == NULL)
        return;
    json *item = json_push_object(json_set_array(target, list));
    json_set_bool(item, "primary", true);
    json_set_text(item, "value", value);
    if (typed)
        json_set_text(item, "type", "work");
}

static void lay_address(json *target, const struct directory_user *user)
{
    static const char *const parts[] = {"streetAddress", "locality", "region", "postalCode", "country"};
    json *item = NULL;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const char *value = directory_text(user, parts[i]);
        if (value == NULL)
            continue;
        if (item == NULL) {
            item = json_push_object(json_set_array(target, "addresses"));
            json_set_bool(item, "primary", true);
            json_set_text(item, "type", "work");
        }
        json_set_text(item, parts[i], value);
    }
}

static void lay_enterprise(const struct simulator *sim, json *target, const struct directory_user *user)
{
    for (size_t i = 0; i < ARRAY_LEN(enterprise); i++)
        if (directory_text(user, enterprise[i]) != NULL)
            json_set_text(object_at(target, URN_ENTERPRISE), enterprise[i], directory_text(user, enterprise[i]));
    const struct directory_user *manager = directory_manager(sim->directory, user);
    if (manager == NULL)
        return;
    /* Okta's profile holds text, not a link: the mapping has no way to know the server's id of the manager. */
    json *extension = object_at(target, URN_ENTERPRISE);
    if (dialect_value(sim->dialect, AXIS_MANAGER_VALUE) == MANAGER_TEXT) {
        json_set_text(extension, "manager", directory_user_name(manager));
        return;
    }
    json *object = json_set_object(extension, "manager");
    json_set_text(object, "value", directory_user_name(manager));
    json_set_text(object, "displayName", directory_text(manager, "displayName"));
}

/* The attribute's external namespace becomes the key. */
static void lay_custom(json *target, const struct directory_user *user)
{
    for (size_t i = 0; i < attribute_count; i++) {
        const char *value = attributes[i].home == HOME_CUSTOM ? directory_text(user, attributes[i].key) : NULL;
        if (value != NULL)
            json_set_text(object_at(target, URN_CUSTOM), attributes[i].name, value);
    }
}

static void lay_schema(json *target, const char *urn)
{
    json *schemas = json_edit(target, "schemas");
    if (!json_is(schemas, JSON_ARRAY))
        schemas = json_set_array(target, "schemas");
    for (const json *item = json_first(schemas); item != NULL; item = json_next(item))
        if (text_equal_nocase(json_text(item), urn))
            return;
    json_push_text(schemas, urn);
}

/* Those of the extensions that the body holds. */
static void lay_schemas(const struct simulator *sim, json *body)
{
    static const char *const extensions[] = {URN_ENTERPRISE, URN_CUSTOM};
    int listed = dialect_value(sim->dialect, AXIS_USER_SCHEMAS);
    lay_schema(body, URN_CORE_USER);
    for (size_t i = 0; i < ARRAY_LEN(extensions); i++)
        if (json_get(body, extensions[i]) != NULL && listed != USER_SCHEMAS_CORE)
            lay_schema(body, extensions[i]);
}

/* Okta's page on entitlements: {"value", "display"}, of an entitlement also "type"; a custom attribute roles.^[type=='seatType'].value
 * becomes {"type", "value"}. An attribute of the profile that is one text holds the value of the first grant. */
static void lay_grants(const struct simulator *sim, json *target, const struct directory_user *user)
{
    static const char *const forms[][3] = {[ROLES_VALUE_DISPLAY] = {"value", "display", "type"},
                                           [ROLES_TYPE_VALUE] = {"type", "value", NULL},
                                           [ROLES_TEXT] = {NULL}};
    const char *const *form = forms[dialect_value(sim->dialect, AXIS_ROLES)];
    for (const json *list = json_first(user->entitlements); list != NULL; list = json_next(list)) {
        if (form[0] == NULL) { /* NULL without a grant: it is left out */
            json_remove(target, json_key(list));
            json_set_text(target, json_key(list), json_get_text(json_first(list), "value", NULL));
            continue;
        }
        json *items = json_set_array(target, json_key(list));
        for (const json *grant = json_first(list); grant != NULL; grant = json_next(grant)) {
            json *item = json_push_object(items);
            for (size_t i = 0; i < ARRAY_LEN(forms[0]) && form[i] != NULL; i++)
                json_set_text(item, form[i], json_get_text(grant, form[i], NULL));
        }
    }
}

static void lay(const struct simulator *sim, json *target, const struct directory_user *whole)
{
    struct directory_user copy;
    const struct directory_user *user = okta_offered(sim, whole, &copy);
    bool all = dialect_value(sim->dialect, AXIS_MAPPINGS) == MAPPINGS_DEFAULT;
    json_set_text(target, "userName", directory_user_name(whole));
    lay_name(target, user);
    lay_element(target, "emails", directory_text(user, "email"), all);
    lay_element(target, "phoneNumbers", directory_text(user, "phone"), true);
    lay_address(target, user);
    lay_text(target, user, "title");
    if (all)
        lay_text(target, user, "displayName");
    lay_text(target, user, "nickName");
    lay_text(target, user, "preferredLanguage");
    const char *locale = directory_text(user, "locale");
    if (all && !simulator_keeps_back(sim, "locale"))
        json_set_text(target, "locale", locale != NULL ? locale : OKTA_LOCALE);
    lay_text(target, user, "timezone");
    lay_text(target, user, "userType");
    lay_enterprise(sim, target, user);
    lay_grants(sim, target, user);
    lay_custom(target, user);
    json_set_text(target, "externalId",
                  dialect_value(sim->dialect, AXIS_EXTERNAL_ID) == EXTERNAL_ID_DIRECTORY ? user->id : user->nickname);
}

static json *okta_create(const struct simulator *sim, const struct directory_user *user)
{
    json *body = json_object(sim->arena);
    lay_schema(body, URN_CORE_USER);
    if (dialect_value(sim->dialect, AXIS_USER_SCHEMAS) == USER_SCHEMAS_BOTH)
        lay_schema(body, URN_ENTERPRISE);
    lay(sim, body, user);
    lay_schemas(sim, body);
    json_set_array(body, "groups");
    if (dialect_value(sim->dialect, AXIS_PASSWORD) == PASSWORD_PLACEHOLDER) {
        char password[9];
        rng_text(sim->rng, PASSWORD_LETTERS, 8, password);
        json_set_text(body, "password", password);
    }
    json_set_bool(body, "active", true);
    return body;
}

/* The place of an attribute in a resource: its parent object and the key in it. Elements of lists are named by their list. */
static json *place_of(json *target, const struct attribute *attribute, const char **key)
{
    static const char *const lists[] = {[HOME_EMAIL] = "emails", [HOME_PHONE] = "phoneNumbers", [HOME_ADDRESS] = "addresses"};
    *key = attribute->name;
    switch (attribute->home) {
    case HOME_TOP:
        return target;
    case HOME_NAME:
        return json_edit(target, "name");
    case HOME_EMAIL:
    case HOME_PHONE:
    case HOME_ADDRESS:
        *key = lists[attribute->home];
        return target;
    case HOME_ENTERPRISE:
    case HOME_MANAGER:
        return json_edit(target, URN_ENTERPRISE);
    case HOME_CUSTOM:
        return json_edit(target, URN_CUSTOM);
    case HOME_EXTENSION: /* Entra's */
        break;
    }
    return NULL;
}

bool wire_user_maps(const struct dialect *dialect, const struct attribute *attribute)
{
    static const char *const unmapped[] = {"displayName", "locale"}; /* by axis */
    bool all = dialect_value(dialect, AXIS_MAPPINGS) == MAPPINGS_DEFAULT;
    for (size_t i = 0; i < ARRAY_LEN(unmapped) && !all; i++)
        if (text_equal(attribute->key, unmapped[i]))
            return false;
    return attribute->profile && attribute_is_of_okta(attribute);
}

/* What stands for a value that is gone: by axis nothing at all, "" or null. Of a list an empty one. */
static void set_cleared(const struct simulator *sim, json *parent, const struct attribute *attribute, const char *key)
{
    int clear = dialect_value(sim->dialect, AXIS_CLEAR);
    if (clear == CLEAR_NULL)
        json_set_null(parent, key);
    else if (clear == CLEAR_OMIT)
        json_remove(parent, key);
    else if (attribute_is_filtered(attribute))
        json_set_array(parent, key);
    else if (attribute->home == HOME_MANAGER && dialect_value(sim->dialect, AXIS_MANAGER_VALUE) == MANAGER_OBJECT)
        json_set_text(json_set_object(parent, key), "value", "");
    else
        json_set_text(parent, key, "");
}

/* Takes cleared attributes out of what the server gave, unless the mapping has written their place anew: a list of which a part is
 * left, a value that stands for everybody. */
static void clear(const struct simulator *sim, json *target, const struct directory_user *user, const json *changes)
{
    json *written = json_object(sim->arena);
    lay(sim, written, user);
    for (const json *change = json_first(changes); change != NULL; change = json_next(change)) {
        const struct attribute *attribute = attribute_find(json_key(change));
        if (attribute == NULL || json_type(change) != JSON_NULL || !wire_user_maps(sim->dialect, attribute) ||
            simulator_keeps_back(sim, attribute->key))
            continue;
        const char *key = NULL;
        const json *anew = place_of(written, attribute, &key);
        json *parent = place_of(target, attribute, &key);
        if (parent != NULL && json_get(anew, key) == NULL)
            set_cleared(sim, parent, attribute, key);
    }
}

json *wire_user_merge(const struct simulator *simulator, const struct directory_user *user, const json *resource,
                      const json *changes)
{
    json *body = json_is(resource, JSON_OBJECT) ? json_copy(simulator->arena, resource) : json_object(simulator->arena);
    lay(simulator, body, user);
    if (dialect_value(simulator->dialect, AXIS_CLEAR) != CLEAR_NEVER)
        clear(simulator, body, user, changes);
    lay_schemas(simulator, body);
    if (json_get(body, "groups") == NULL)
        json_set_array(body, "groups");
    return body;
}

json *wire_user_with_active(const struct simulator *simulator, const json *resource, bool active)
{
    json *body = json_is(resource, JSON_OBJECT) ? json_copy(simulator->arena, resource) : json_object(simulator->arena);
    json_set_bool(body, "active", active);
    return body;
}

/* PATCH has no way to leave out what is cleared: what a PUT omits is null here. */
static void copy_changed(const struct simulator *sim, json *to, json *from, const struct attribute *attribute)
{
    const char *key = NULL;
    const json *source = place_of(from, attribute, &key), *value = json_get(source, key);
    int clear = dialect_value(sim->dialect, AXIS_CLEAR);
    if (value == NULL && clear == CLEAR_NEVER)
        return;
    json *target = to;
    if (attribute->home == HOME_NAME)
        target = object_at(to, "name");
    else if (attribute->home == HOME_ENTERPRISE || attribute->home == HOME_MANAGER)
        target = object_at(to, URN_ENTERPRISE);
    else if (attribute->home == HOME_CUSTOM)
        target = object_at(to, URN_CUSTOM);
    if (value != NULL)
        json_set_copy(target, key, value);
    else if (clear == CLEAR_EMPTY)
        set_cleared(sim, target, attribute, key);
    else
        json_set_null(target, key);
}

json *wire_user_changed(const struct simulator *simulator, const struct directory_user *user, const json *changes)
{
    json *all = json_object(simulator->arena), *body = json_object(simulator->arena);
    lay(simulator, all, user);
    for (size_t i = 0; i < attribute_count; i++) {
        const struct attribute *attribute = &attributes[i];
        bool changed = json_get(changes, attribute->key) != NULL;
        if (simulator_keeps_back(simulator, attribute->key))
            continue;
        bool named_by_mail = text_equal(attribute->key, "userName") && (changes == NULL || json_get(changes, "email") != NULL);
        if (wire_user_maps(simulator->dialect, attribute) &&
            ((changes == NULL ? directory_text(user, attribute->key) != NULL : changed) || named_by_mail))
            copy_changed(simulator, body, all, attribute);
    }
    for (const json *list = json_first(user->entitlements); list != NULL; list = json_next(list))
        if (json_get(all, json_key(list)) != NULL && (changes == NULL || json_get(changes, json_key(list)) != NULL))
            json_set_copy(body, json_key(list), json_get(all, json_key(list)));
    return body;
}

/* --- Entra: flat values --- */

static const char *join_names(struct arena *arena, const struct directory_user *user)
{
    const char *given = directory_text(user, "givenName"), *family = directory_text(user, "familyName");
    if (given != NULL && family != NULL)
        return arena_printf(arena, "%s %s", given, family);
    return given != NULL ? given : family;
}

/* By the default mapping. */
static const char *mapped(const struct simulator *sim, const struct directory_user *user, const char *key, bool active)
{
    if (text_equal(key, "userName"))
        return directory_user_name(user);
    if (text_equal(key, "active"))
        return active ? "true" : "false";
    if (text_equal(key, "formatted"))
        return join_names(sim->arena, user);
    if (text_equal(key, "externalId"))
        return dialect_value(sim->dialect, AXIS_EXTERNAL_ID) == EXTERNAL_ID_DIRECTORY ? user->id : user->nickname;
    return directory_text(user, key);
}

/* Who is taken out by DELETE at once is so because `active` stands in no mapping. */
static bool is_mapped(const struct simulator *sim, const struct attribute *attribute)
{
    return attribute->home != HOME_MANAGER &&
           (dialect_value(sim->dialect, AXIS_DEPROVISION) == DEPROVISION_DISABLE || !text_equal(attribute->key, "active"));
}

json *wire_user_flat(const struct simulator *simulator, const struct directory_user *user, bool active)
{
    json *flat = json_object(simulator->arena);
    for (size_t i = 0; i < mapping_count(simulator->dialect); i++) {
        const struct attribute *attribute = mapping_target(simulator->dialect, i);
        struct mapped own = mapping_value(simulator, user, i, true);
        if (!is_mapped(simulator, attribute))
            continue;
        const char *value = own.own ? own.text : mapped(simulator, user, attribute->key, active);
        if (value != NULL)
            json_set_text(flat, attribute->key, value);
    }
    return flat;
}

json *wire_user_wanted(const struct simulator *simulator, const struct directory_user *user)
{
    json *flat = json_object(simulator->arena);
    for (size_t i = 0; i < mapping_count(simulator->dialect); i++) {
        const struct attribute *attribute = mapping_target(simulator->dialect, i);
        struct mapped own = mapping_value(simulator, user, i, false);
        if (!is_mapped(simulator, attribute))
            continue;
        const char *value = own.kept  ? json_get_text(user->known, attribute->key, NULL)
                            : own.own ? own.text
                                      : mapped(simulator, user, attribute->key, true);
        if (value != NULL)
            json_set_text(flat, attribute->key, value);
    }
    return flat;
}

json *wire_user_read(const struct simulator *simulator, const json *resource)
{
    json *flat = json_object(simulator->arena);
    for (size_t i = 0; i < mapping_count(simulator->dialect); i++) {
        const struct attribute *attribute = mapping_target(simulator->dialect, i);
        if (attribute->home != HOME_MANAGER)
            json_set_text(flat, attribute->key, attribute_read(resource, attribute));
    }
    return flat;
}

json *wire_user_create(const struct simulator *simulator, const struct directory_user *user)
{
    bool contract = dialect_value(simulator->dialect, AXIS_KEY_ORDER) != KEY_ORDER_SAMPLE;
    return contract ? wire_contract_user(simulator, user, wire_user_flat(simulator, user, true)) : okta_create(simulator, user);
}
