#include "common/base.h"

#include "reference-server/model/profile.h"

#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/account.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"

#include <stdio.h>
#include <string.h>

/* --- out of the resource --- */

struct values {
    const char **items;
    size_t count;
};

static void add(struct values *values, const char *value)
{
    if (!text_is_blank(value) && values->count < PROFILE_MAX_VALUES) {
        values->items[values->count++] = value;
    }
}

static const json *primary_of(const json *list)
{
    for (const json *e = json_first(list); e != NULL; e = json_next(e)) {
        if (json_true(json_get(e, "primary"))) {
            return e;
        }
    }
    return json_first(list);
}

static const char *text_at(const json *value)
{
    static const char *const members[] = {"value", "formatted", "streetAddress"};
    const json *one = json_is(value, JSON_ARRAY) ? primary_of(value) : value;
    const char *text = json_text(one);
    for (size_t i = 0; i < ARRAY_LEN(members) && text == NULL; i++) {
        text = json_get_text(one, members[i], NULL);
    }
    return text;
}

/* The value at "name.givenName", or at "urn:...:User:department". */
const char *profile_text_at(const json *resource, const char *path)
{
    const json *holder = resource;
    if (text_starts(path, ACCOUNT_URN_ENTERPRISE)) {
        holder = json_get_nocase(resource, ACCOUNT_URN_ENTERPRISE);
        path += strlen(ACCOUNT_URN_ENTERPRISE ":");
    }
    const char *dot = strchr(path, '.');
    if (dot == NULL) {
        return text_at(json_get(holder, path));
    }
    char name[POLICY_MAX_ATTRIBUTE];
    (void)snprintf(name, sizeof name, "%.*s", (int)(dot - path), path);
    return text_at(json_get(json_get(holder, name), dot + 1));
}

/* --- standard mappings that are more than the place --- */

static const char *email_of(const struct organization *organization, const struct account *account)
{
    UNUSED(organization);
    const char *email = strchr(account->user_name, '@') == NULL ? account_email(account) : NULL;
    return email == NULL ? account->user_name : email;
}

static const char *name_of(const struct organization *organization, const struct account *account)
{
    UNUSED(organization);
    return account_display(account);
}

static const char *manager_of(const struct organization *organization, const struct account *account)
{
    const struct account *manager = account_manager(organization, account);
    return manager == NULL ? NULL : manager->user_name;
}

static const struct {
    const char *field;
    const char *(*read)(const struct organization *organization, const struct account *account);
} lookups[] = {{"email", email_of}, {"name", name_of}, {"manager", manager_of}};

static const char *standard(const struct organization *organization, const struct account *account, const char *field)
{
    for (size_t i = 0; i < ARRAY_LEN(lookups); i++) {
        if (text_equal(lookups[i].field, field)) {
            return lookups[i].read(organization, account);
        }
    }
    const char *path = policy_field_path(field);
    return path == NULL ? NULL : profile_text_at(account->resource, path);
}

/* --- custom mappings, transformations --- */

static bool holds(const struct organization *organization, const struct account *account,
                  const struct policy_custom_mapping *mapping)
{
    for (size_t i = 0; i < mapping->condition_count; i++) {
        const struct policy_mapping_condition *condition = &mapping->conditions[i];
        const char *value = standard(organization, account, condition->field);
        bool met = false;
        for (size_t k = 0; k < condition->count && value != NULL && !met; k++) {
            met = unicode_equal_fold(condition->values[k], value);
        }
        if (!met) {
            return false;
        }
    }
    return true;
}

static void add_value(struct values *values, const struct policy_custom_mapping *mapping, const json *value)
{
    for (const json *e = json_is(value, JSON_ARRAY) ? json_first(value) : NULL; e != NULL; e = json_next(e)) {
        add(values, json_text(e));
        if (!mapping->all && values->count > 0) {
            return;
        }
    }
    add(values, json_text(value));
}

static void add_custom(struct values *values, const struct organization *organization, const struct account *account,
                       const char *field)
{
    const struct policy_custom_mappings *mappings = &organization->policies->custom_mappings;
    const json *custom = mappings->count == 0 ? NULL : json_get_nocase(account->resource, ACCOUNT_URN_CUSTOM);
    for (size_t i = 0; i < mappings->count && custom != NULL && values->count == 0; i++) {
        const struct policy_custom_mapping *mapping = &mappings->items[i];
        if (text_equal(mapping->field, field) && holds(organization, account, mapping)) {
            add_value(values, mapping, json_get_nocase(custom, mapping->attribute));
        }
    }
}

static const char *in_words(const struct policy_transformation *item, const char *value)
{
    for (size_t i = 0; i < item->count; i++) {
        if (unicode_equal_fold(item->words[i].from, value)) {
            return item->words[i].to;
        }
    }
    return item->lookup ? item->otherwise : value;
}

/* NULL: the lookup table does not know it. */
static const char *transformed(const struct organization *organization, const char *field, const char *value)
{
    const struct policy_transformations *transformations = &organization->policies->transformations;
    for (size_t i = 0; i < transformations->count; i++) {
        if (text_equal(transformations->items[i].field, field)) {
            return in_words(&transformations->items[i], value);
        }
    }
    return value;
}

size_t account_field_values(const struct organization *organization, const struct account *account, const char *field,
                            const char *out[PROFILE_MAX_VALUES])
{
    const char *written[PROFILE_MAX_VALUES];
    struct values values = {.items = written}, words = {.items = out};
    const char *edited = json_get_text(json_get(account->edits, field), "value", NULL);
    if (edited != NULL && !text_equal(field, "manager")) { /* who is looked up, as ever */
        add(&words, edited);
        return words.count;
    }
    add_custom(&values, organization, account, field);
    if (values.count == 0) {
        add(&values, standard(organization, account, field));
    }
    for (size_t i = 0; i < values.count; i++) {
        add(&words, transformed(organization, field, written[i]));
    }
    return words.count;
}

const char *account_field(const struct organization *organization, const struct account *account, const char *field)
{
    const char *values[PROFILE_MAX_VALUES];
    return account_field_values(organization, account, field, values) == 0 ? NULL : values[0];
}

bool account_field_is(const struct organization *organization, const struct account *account, const char *field,
                      const char *value)
{
    const char *values[PROFILE_MAX_VALUES];
    size_t count = account_field_values(organization, account, field, values);
    for (size_t i = 0; i < count; i++) {
        if (unicode_equal_fold(values[i], value)) {
            return true;
        }
    }
    return false;
}
