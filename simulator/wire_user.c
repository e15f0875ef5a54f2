#include "common/base.h"
#include "simulator/wire_user.h"

#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"
#include "simulator/wire_roles.h"

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
 * becomes {"type", "value"}. */
static void lay_grants(const struct simulator *sim, json *target, const struct directory_user *user)
{
    static const char *const forms[][3] = {
        [ROLES_VALUE_DISPLAY] = {"value", "display", "type"}, [ROLES_TYPE_VALUE] = {"type", "value", NULL}};
    const char *const *form = forms[dialect_value(sim->dialect, AXIS_ROLES)];
    for (const json *list = json_first(user->entitlements); list != NULL; list = json_next(list)) {
        json *items = json_set_array(target, json_key(list));
        for (const json *grant = json_first(list); grant != NULL; grant = json_next(grant)) {
            json *item = json_push_object(items);
            for (size_t i = 0; i < ARRAY_LEN(forms[0]) && form[i] != NULL; i++)
                json_set_text(item, form[i], json_get_text(grant, form[i], NULL));
        }
    }
}

static void lay(const struct simulator *sim, json *target, const struct directory_user *user)
{
    bool all = dialect_value(sim->dialect, AXIS_MAPPINGS) == MAPPINGS_DEFAULT;
    json_set_text(target, "userName", directory_user_name(user));
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
    if (all)
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
    }
    return NULL;
}

bool wire_user_maps(const struct dialect *dialect, const struct attribute *attribute)
{
    static const char *const unmapped[] = {"mobile", "fax", "displayName", "locale"}; /* the last two by axis */
    bool all = dialect_value(dialect, AXIS_MAPPINGS) == MAPPINGS_DEFAULT;
    for (size_t i = 0; i < (all ? 2 : ARRAY_LEN(unmapped)); i++)
        if (text_equal(attribute->key, unmapped[i]))
            return false;
    return attribute->profile;
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
        if (attribute == NULL || json_type(change) != JSON_NULL || !wire_user_maps(sim->dialect, attribute))
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
        bool named_by_mail = text_equal(attribute->key, "userName") && (changes == NULL || json_get(changes, "email") != NULL);
        if (wire_user_maps(simulator->dialect, attribute) &&
            ((changes == NULL ? directory_text(user, attribute->key) != NULL : changed) || named_by_mail))
            copy_changed(simulator, body, all, attribute);
    }
    for (const json *list = json_first(user->entitlements); list != NULL; list = json_next(list))
        if (changes == NULL || json_get(changes, json_key(list)) != NULL)
            json_set_copy(body, json_key(list), json_get(all, json_key(list)));
    return body;
}

/* --- Entra: flat values, and a body in the order of the data contracts --- */

static const char *join_names(struct arena *arena, const struct directory_user *user)
{
    const char *given = directory_text(user, "givenName"), *family = directory_text(user, "familyName");
    if (given != NULL && family != NULL)
        return arena_printf(arena, "%s %s", given, family);
    return given != NULL ? given : family;
}

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
static bool is_mapped(const struct simulator *sim, const char *key)
{
    return dialect_value(sim->dialect, AXIS_DEPROVISION) == DEPROVISION_DISABLE || !text_equal(key, "active");
}

json *wire_user_flat(const struct simulator *simulator, const struct directory_user *user, bool active)
{
    json *flat = json_object(simulator->arena);
    for (size_t i = 0; i < attribute_count; i++) {
        bool sent = attributes[i].home != HOME_MANAGER && is_mapped(simulator, attributes[i].key);
        const char *value = sent ? mapped(simulator, user, attributes[i].key, active) : NULL;
        if (value != NULL)
            json_set_text(flat, attributes[i].key, value);
    }
    return flat;
}

json *wire_user_read(const struct simulator *simulator, const json *resource)
{
    json *flat = json_object(simulator->arena);
    for (size_t i = 0; i < attribute_count; i++)
        if (attributes[i].home != HOME_MANAGER)
            json_set_text(flat, attributes[i].key, attribute_read(resource, &attributes[i]));
    return flat;
}

/* Sets the members of target named in `names` from the flat values; false when there were none. */
static bool set_members(json *target, const json *flat, const char *const *names, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const char *value = json_get_text(flat, names[i], NULL);
        any = any || value != NULL;
        json_set_text(target, names[i], value);
    }
    return any;
}

/* A typed item of Microsoft's contracts: primary, type, then the rest. */
static json *typed_item(json *list, bool primary, const char *type)
{
    json *item = json_push_object(list);
    json_set_bool(item, "primary", primary);
    json_set_text(item, "type", type);
    return item;
}

static void contract_address(json *body, const json *flat)
{
    static const char *const names[] = {"country", "locality", "postalCode", "region", "streetAddress"};
    json *list = json_set_array(body, "addresses");
    if (!set_members(typed_item(list, false, "work"), flat, names, ARRAY_LEN(names)))
        json_remove(body, "addresses");
}

static void contract_phones(json *body, const json *flat)
{
    static const struct {
        const char *key, *type;
    } phones[] = {{"phone", "work"}, {"mobile", "mobile"}, {"fax", "fax"}};
    json *list = json_set_array(body, "phoneNumbers");
    for (size_t i = 0; i < ARRAY_LEN(phones); i++)
        if (json_get(flat, phones[i].key) != NULL)
            json_set_text(typed_item(list, false, phones[i].type), "value", json_get_text(flat, phones[i].key, NULL));
    if (json_count(list) == 0)
        json_remove(body, "phoneNumbers");
}

static void contract_object(json *body, const char *key, const json *flat, const char *const *names, size_t count)
{
    if (!set_members(json_set_object(body, key), flat, names, count))
        json_remove(body, key);
}

/* The URN is not among the schemas: Microsoft's own example and a captured body leave it out. */
static void contract_custom(json *body, const json *flat)
{
    json *custom = json_set_object(body, URN_CUSTOM);
    for (size_t i = 0; i < attribute_count; i++)
        if (attributes[i].home == HOME_CUSTOM)
            json_set_text(custom, attributes[i].name, json_get_text(flat, attributes[i].key, NULL));
    if (json_count(custom) == 0)
        json_remove(body, URN_CUSTOM);
}

static json *entra_create(const struct simulator *sim, const struct directory_user *user)
{
    static const char *const name[] = {"formatted",       "familyName",      "givenName",
                                       "honorificPrefix", "honorificSuffix", "middleName"};
    static const char *const extension[] = {"costCenter", "department", "division", "employeeNumber", "organization"};
    const json *flat = wire_user_flat(sim, user, true);
    json *body = json_object(sim->arena), *schemas = json_set_array(body, "schemas");
    json_push_text(schemas, URN_CORE_USER);
    if (dialect_value(sim->dialect, AXIS_USER_SCHEMAS) == USER_SCHEMAS_BOTH)
        json_push_text(schemas, URN_ENTERPRISE);
    set_members(body, flat, (const char *const[]){"externalId", "userName"}, 2);
    if (is_mapped(sim, "active"))
        json_set_bool(body, "active", true);
    contract_address(body, flat);
    set_members(body, flat, (const char *const[]){"displayName"}, 1);
    if (json_get(flat, "email") != NULL)
        json_set_text(typed_item(json_set_array(body, "emails"), true, "work"), "value", json_get_text(flat, "email", NULL));
    set_members(body, flat, (const char *const[]){"locale"}, 1);
    json_set_text(json_set_object(body, "meta"), "resourceType", "User");
    contract_object(body, "name", flat, name, ARRAY_LEN(name));
    set_members(body, flat, (const char *const[]){"nickName"}, 1);
    contract_phones(body, flat);
    set_members(body, flat, (const char *const[]){"preferredLanguage"}, 1);
    wire_roles_create(sim, user, body);
    set_members(body, flat, (const char *const[]){"timezone", "title", "userType"}, 3);
    contract_object(body, URN_ENTERPRISE, flat, extension, ARRAY_LEN(extension));
    contract_custom(body, flat);
    return body;
}

json *wire_user_create(const struct simulator *simulator, const struct directory_user *user)
{
    bool contract = dialect_value(simulator->dialect, AXIS_KEY_ORDER) == KEY_ORDER_CONTRACT;
    return (contract ? entra_create : okta_create)(simulator, user);
}
