#include "common/base.h"

#include "runner/intake.h"

#include "common/text.h"
#include "simulator/attribute.h"

/* The field of the product's profile that an attribute of the directory belongs to; what is not here belongs to none, or by a mapping. */
static const char *const fields[][2] = {
    {"userName", "email"},        {"email", "email"},           {"displayName", "name"},
    {"givenName", "name"},        {"familyName", "name"},       {"middleName", "name"},
    {"honorificPrefix", "name"},  {"honorificSuffix", "name"},  {"title", "title"},
    {"phone", "phone"},           {"mobile", "phone"},          {"fax", "phone"},
    {"streetAddress", "address"}, {"locality", "address"},      {"region", "address"},
    {"postalCode", "address"},    {"country", "address"},       {"office", "address"},
    {"department", "department"}, {"costCenter", "costCenter"}, {"employeeNumber", "employeeNumber"},
};

static bool is_listed(const json *list, const char *text)
{
    for (const json *node = json_first(list); node != NULL; node = json_next(node))
        if (text_equal(json_text(node), text))
            return true;
    return false;
}

static const char *field_of(const struct attribute *attribute)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (text_equal(fields[i][0], attribute->key))
            return fields[i][1];
    return NULL;
}

static bool waits(const json *sync)
{
    return !text_equal(json_get_text(sync, "sync_frequency", "real_time"), "real_time");
}

static bool listens(const json *sync, const char *trigger)
{
    const json *triggers = json_get(sync, "update_triggers");
    return triggers == NULL || is_listed(triggers, trigger);
}

bool intake_takes_attribute(const json *organization, const struct attribute *attribute)
{
    const json *sync = json_get(organization, "sync_config"), *update = json_get(sync, "update_attributes");
    const json *create = json_get(json_get(json_get(organization, "provisioning_rules"), "user_creation"), "attributes");
    const char *field = field_of(attribute);
    if (waits(sync) || !listens(sync, "profile_changed") ||
        text_equal(json_get_text(sync, "conflict_resolution", ""), "local_wins"))
        return false;
    bool updated = update == NULL || (field != NULL && is_listed(update, field));
    bool created = create == NULL || (field != NULL && json_get(create, field) != NULL);
    return updated && created;
}

bool intake_takes_members(const json *organization)
{
    const json *sync = json_get(organization, "sync_config");
    return !waits(sync) && listens(sync, "group_membership_changed");
}
