#include "common/base.h"
#include "simulator/attribute.h"

#include "common/memory.h"
#include "common/text.h"

const struct attribute attributes[] = {
    /* key, SCIM name, type, home, stands in a profile */
    {"userName", "userName", NULL, HOME_TOP, true},
    {"active", "active", NULL, HOME_TOP, false},
    {"displayName", "displayName", NULL, HOME_TOP, true},
    {"title", "title", NULL, HOME_TOP, true},
    {"email", "value", "work", HOME_EMAIL, true},
    {"preferredLanguage", "preferredLanguage", NULL, HOME_TOP, true},
    {"givenName", "givenName", NULL, HOME_NAME, true},
    {"familyName", "familyName", NULL, HOME_NAME, true},
    {"formatted", "formatted", NULL, HOME_NAME, false},
    {"middleName", "middleName", NULL, HOME_NAME, true},
    {"honorificPrefix", "honorificPrefix", NULL, HOME_NAME, true},
    {"honorificSuffix", "honorificSuffix", NULL, HOME_NAME, true},
    {"office", "formatted", "work", HOME_ADDRESS, true},
    {"streetAddress", "streetAddress", "work", HOME_ADDRESS, true},
    {"locality", "locality", "work", HOME_ADDRESS, true},
    {"region", "region", "work", HOME_ADDRESS, true},
    {"postalCode", "postalCode", "work", HOME_ADDRESS, true},
    {"country", "country", "work", HOME_ADDRESS, true},
    {"phone", "value", "work", HOME_PHONE, true},
    {"mobile", "value", "mobile", HOME_PHONE, true},
    {"fax", "value", "fax", HOME_PHONE, true},
    {"otherEmail", "value", "other", HOME_EMAIL, true},
    {"externalId", "externalId", NULL, HOME_TOP, false},
    {"employeeNumber", "employeeNumber", NULL, HOME_ENTERPRISE, true},
    {"department", "department", NULL, HOME_ENTERPRISE, true},
    {"costCenter", "costCenter", NULL, HOME_ENTERPRISE, true},
    {"organization", "organization", NULL, HOME_ENTERPRISE, true},
    {"division", "division", NULL, HOME_ENTERPRISE, true},
    {"nickName", "nickName", NULL, HOME_TOP, true},
    {"locale", "locale", NULL, HOME_TOP, true},
    {"timezone", "timezone", NULL, HOME_TOP, true},
    {"userType", "userType", NULL, HOME_TOP, true},
    {"employeeType", "employeeType", NULL, HOME_CUSTOM, true},
    {"customCostCenter", "costCenter", NULL, HOME_CUSTOM, true},
    {"officeLocation", "officeLocation", NULL, HOME_CUSTOM, true},
    {"securityClearance", "securityClearance", NULL, HOME_CUSTOM, true},
    {"manager", "manager", NULL, HOME_MANAGER, true},
};
const size_t attribute_count = ARRAY_LEN(attributes);

/* By home: the attribute that holds it; NULL: none. */
static const char *const containers[] = {
    [HOME_TOP] = NULL,
    [HOME_NAME] = "name",
    [HOME_EMAIL] = "emails",
    [HOME_PHONE] = "phoneNumbers",
    [HOME_ADDRESS] = "addresses",
    [HOME_ENTERPRISE] = URN_ENTERPRISE,
    [HOME_CUSTOM] = URN_CUSTOM,
    [HOME_EXTENSION] = NULL, /* by attribute */
    [HOME_MANAGER] = URN_ENTERPRISE,
};

const struct attribute *attribute_find(const char *key)
{
    for (size_t i = 0; i < attribute_count; i++)
        if (attributes[i].profile && text_equal(attributes[i].key, key))
            return &attributes[i];
    return NULL;
}

bool attribute_is_of_okta(const struct attribute *attribute)
{
    static const char *const others[] = {"mobile", "fax", "office", "otherEmail"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (text_equal(attribute->key, others[i]))
            return false;
    return true;
}

const char *attribute_container(const struct attribute *attribute)
{
    return containers[attribute->home];
}

bool attribute_is_filtered(const struct attribute *attribute)
{
    return attribute->type != NULL && attribute->home != HOME_EXTENSION;
}

static const char *container_of(const struct attribute *attribute)
{
    return attribute->home == HOME_EXTENSION ? attribute->type : containers[attribute->home];
}

const char *attribute_path(struct arena *arena, const struct attribute *attribute)
{
    const char *container = container_of(attribute);
    if (container == NULL)
        return attribute->name;
    if (attribute_is_filtered(attribute))
        return arena_printf(arena, "%s[type eq \"%s\"].%s", container, attribute->type, attribute->name);
    return arena_printf(arena, "%s%s%s", container, attribute->home == HOME_NAME ? "." : ":", attribute->name);
}

static const json *element_of_type(const json *list, const char *type)
{
    if (!json_is(list, JSON_ARRAY))
        return NULL;
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        if (text_equal(json_get_text(item, "type", NULL), type))
            return item;
    return NULL;
}

const char *attribute_read(const json *resource, const struct attribute *attribute)
{
    const char *container = container_of(attribute);
    const json *parent = container == NULL ? resource : json_get(resource, container);
    if (attribute_is_filtered(attribute))
        parent = element_of_type(parent, attribute->type);
    const json *value = json_get(parent, attribute->name);
    if (json_is(value, JSON_BOOL))
        return json_true(value) ? "true" : "false";
    return json_text(value);
}
