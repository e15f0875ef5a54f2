#include "common/base.h"

#include "reference-server/model/policy_attributes.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/policies.h"

#include <string.h>

#define FROM "okta:custom:"
#define TO   "taskade:"

static const char *const fields[] = {
#define X(field, path) field,
    PROFILE_FIELDS(X)
#undef X
};

#define X(field, path) ", " field
static const char names[] = PROFILE_FIELDS(X);
#undef X

bool policy_field_known(const char *field)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (text_equal(fields[i], field)) {
            return true;
        }
    }
    return false;
}

bool policy_field_refuse(const struct policy_reading *reading, const struct place *at, const char *key, const char *field)
{
    return place_refuse(at, key, reading->failure, "\"%.100s\" is no field of the profile; known are: %s", field, names + 2);
}

bool policy_read_custom_mappings(const struct policy_reading *reading, const json *block)
{
    struct policy_custom_mappings *out = &reading->policies->custom_mappings;
    if (!policy_not_too_many(reading, &reading->at, block)) {
        return false;
    }
    struct policy_custom_mapping *items = arena_array(reading->policies->arena, json_count(block) + 1, sizeof *items);
    for (const json *entry = json_first(block); entry != NULL; entry = json_next(entry)) {
        const char *from = json_key(entry), *to = json_text(entry);
        if (!text_starts(from, FROM) || from[strlen(FROM)] == '\0' || to == NULL || !text_starts(to, TO)) {
            return place_refuse(&reading->at, from, reading->failure,
                                "a mapping is written \"" FROM "employeeType\": \"" TO "employmentType\"");
        }
        if (!policy_field_known(to + strlen(TO))) {
            return policy_field_refuse(reading, &reading->at, from, to + strlen(TO));
        }
        items[out->count++] = (struct policy_custom_mapping){from + strlen(FROM), to + strlen(TO)};
    }
    out->items = items;
    return true;
}

static bool read_values(const struct policy_reading *reading, const json *field, struct policy_transformation *items,
                        size_t *count)
{
    const struct place at = {&reading->at, json_key(field)};
    if (!policy_field_known(json_key(field))) {
        return policy_field_refuse(reading, &reading->at, json_key(field), json_key(field));
    }
    if (!place_object(&at, field, NULL, reading->failure)) {
        return false;
    }
    for (const json *entry = json_first(field); entry != NULL; entry = json_next(entry)) {
        if (text_is_blank(json_text(entry))) {
            return place_refuse(&at, json_key(entry), reading->failure, "expected the text that stands for \"%.100s\"",
                                json_key(entry));
        }
        items[(*count)++] = (struct policy_transformation){json_key(field), json_key(entry), json_text(entry)};
    }
    return true;
}

bool policy_read_transformations(const struct policy_reading *reading, const json *block)
{
    struct policy_transformations *out = &reading->policies->transformations;
    size_t room = 0;
    for (const json *field = json_first(block); field != NULL; field = json_next(field)) {
        if (!policy_not_too_many(reading, &reading->at, field)) {
            return false;
        }
        room += json_count(field);
    }
    struct policy_transformation *items = arena_array(reading->policies->arena, room + 1, sizeof *items);
    for (const json *field = json_first(block); field != NULL; field = json_next(field)) {
        if (!read_values(reading, field, items, &out->count)) {
            return false;
        }
    }
    out->items = items;
    return true;
}
