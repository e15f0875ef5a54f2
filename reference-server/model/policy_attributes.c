#include "common/base.h"

#include "reference-server/model/policy_attributes.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/policies.h"

#include <stdio.h>
#include <string.h>

#define FROM "okta:custom:"
#define TO   "taskade:"

static const struct {
    const char *field, *path;
} fields[] = {
#define X(field, path) {field, path},
    PROFILE_FIELDS(X)
#undef X
};

#define X(field, path) ", " field
static const char names[] = PROFILE_FIELDS(X);
#undef X

bool policy_field_known(const char *field)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (text_equal(fields[i].field, field)) {
            return true;
        }
    }
    return false;
}

const char *policy_field_path(const char *field)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (text_equal(fields[i].field, field)) {
            return strcmp(fields[i].path, "-") == 0 ? NULL : fields[i].path;
        }
    }
    return NULL;
}

bool policy_field_refuse(const struct policy_reading *reading, const struct place *at, const char *key, const char *field)
{
    return place_refuse(at, key, reading->failure, "\"%.100s\" is no field of the profile; known are: %s", field, names + 2);
}

/* --- custom_mappings --- */

/* What SCIM takes as the name of an attribute (RFC 7643 §2.1): the extension has it. */
static bool is_attribute(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", others[] = "0123456789-_";
    size_t n = strlen(name), first = strspn(name, letters);
    for (size_t i = first; i < n; i++) {
        if (strchr(letters, name[i]) == NULL && strchr(others, name[i]) == NULL) {
            return false;
        }
    }
    return first > 0 && n <= POLICY_MAX_ATTRIBUTE;
}

struct mappings {
    const struct policy_reading *reading;
    struct policy_custom_mapping *items;
    size_t count;
};

/* "Sales" or ["Sales", "Marketing"] */
static bool read_values(const struct policy_reading *reading, const struct place *up, const json *when, const json *value,
                        struct policy_mapping_condition *out)
{
    const struct place at = {up, json_key(value)};
    out->field = json_key(value);
    if (!policy_field_known(out->field)) {
        return policy_field_refuse(reading, up, out->field, out->field);
    }
    if (policy_field_path(out->field) == NULL) {
        return place_refuse(&at, NULL, reading->failure, "a condition is about a field that SCIM has, and %s comes by a mapping",
                            out->field);
    }
    if (!json_is(value, JSON_STRING)) {
        return policy_names(reading, up, when, out->field, &out->values, &out->count);
    }
    if (text_is_blank(json_text(value))) {
        return place_refuse(&at, NULL, reading->failure, "expected a text, or a list of texts");
    }
    const char **one = arena_array(reading->policies->arena, 1, sizeof *one);
    one[0] = json_text(value);
    out->values = one;
    out->count = 1;
    return true;
}

static bool read_when(const struct policy_reading *reading, const struct place *up, const json *when,
                      struct policy_custom_mapping *out)
{
    const struct place at = {up, "when"};
    if (when == NULL) {
        return true;
    }
    if (!place_object(&at, when, NULL, reading->failure) || !policy_not_too_many(reading, &at, when)) {
        return false;
    }
    struct policy_mapping_condition *conditions = arena_array(reading->policies->arena, json_count(when) + 1, sizeof *conditions);
    for (const json *value = json_first(when); value != NULL; value = json_next(value)) {
        if (!read_values(reading, &at, when, value, &conditions[out->condition_count])) {
            return false;
        }
        if (conditions[out->condition_count++].count == 0) {
            return place_refuse(&at, json_key(value), reading->failure, "without a value this condition never holds");
        }
    }
    out->conditions = conditions;
    return true;
}

static bool read_target(const struct policy_reading *reading, const struct place *at, const char *key, const char *to,
                        struct policy_custom_mapping *out)
{
    if (to == NULL || !text_starts(to, TO)) {
        return place_refuse(at, key, reading->failure, "a mapping is written \"" FROM "employeeType\": \"" TO "employmentType\"");
    }
    out->field = to + strlen(TO);
    return policy_field_known(out->field) || policy_field_refuse(reading, at, key, out->field);
}

static bool read_form(const struct policy_reading *reading, const struct place *at, const json *form,
                      struct policy_custom_mapping *out)
{
    static const char *const words[] = {"first", "all"};
    size_t which = 0;
    if (json_is(form, JSON_STRING)) {
        return read_target(reading, at, NULL, json_text(form), out);
    }
    out->many = json_get(form, "values") != NULL;
    if (!place_object(at, form, "to when values", reading->failure) ||
        !read_target(reading, at, "to", json_get_text(form, "to", NULL), out) ||
        !place_choice(at, form, "values", words, ARRAY_LEN(words), &which, reading->failure) ||
        !read_when(reading, at, json_get(form, "when"), out)) {
        return false;
    }
    out->all = which == 1;
    return true;
}

/* Two mappings that always hold, to one field, would leave the order of a JSON object to decide. */
static bool add_form(struct mappings *mappings, const struct place *at, const char *attribute, const json *form)
{
    struct policy_custom_mapping *item = &mappings->items[mappings->count];
    item->attribute = attribute;
    if (!read_form(mappings->reading, at, form, item)) {
        return false;
    }
    for (size_t i = 0; i < mappings->count; i++) {
        const struct policy_custom_mapping *other = &mappings->items[i];
        if (text_equal(other->field, item->field) && other->condition_count == 0 && item->condition_count == 0) {
            return place_refuse(at, NULL, mappings->reading->failure,
                                "%s is mapped twice, from %s and from %s: leave one out, or say when each counts", item->field,
                                other->attribute, attribute);
        }
        if (text_equal_nocase(other->attribute, attribute) && other->many != item->many) {
            return place_refuse(at, NULL, mappings->reading->failure,
                                "%s is a list in one mapping and none in another: write \"values\" in each", attribute);
        }
    }
    mappings->count++;
    return true;
}

static bool add_entry(struct mappings *mappings, const struct place *up, const json *entry)
{
    const struct place at = {up, json_key(entry)};
    const char *attribute = json_key(entry) + (text_starts(json_key(entry), FROM) ? strlen(FROM) : 0);
    if (attribute == json_key(entry) || !is_attribute(attribute)) {
        return place_refuse(&at, NULL, mappings->reading->failure,
                            "an attribute is written \"" FROM
                            "employeeType\": a letter, then letters, digits, - and _, at most %d",
                            POLICY_MAX_ATTRIBUTE);
    }
    for (size_t i = 0; i < mappings->count; i++) {
        if (text_equal_nocase(mappings->items[i].attribute, attribute)) {
            return place_refuse(&at, NULL, mappings->reading->failure, "the attribute is there already, as %s",
                                mappings->items[i].attribute);
        }
    }
    if (!json_is(entry, JSON_ARRAY)) {
        return add_form(mappings, &at, attribute, entry);
    }
    size_t n = 0;
    for (const json *form = json_first(entry); form != NULL; form = json_next(form)) {
        char position[24];
        (void)snprintf(position, sizeof position, "%zu", n++);
        const struct place inner = {&at, position};
        if (!add_form(mappings, &inner, attribute, form)) {
            return false;
        }
    }
    return n > 0 || place_refuse(&at, NULL, mappings->reading->failure, "a list of mappings has at least one");
}

bool policy_read_custom_mappings(const struct policy_reading *reading, const json *block)
{
    struct policy_custom_mappings *out = &reading->policies->custom_mappings;
    size_t room = 1;
    for (const json *entry = json_first(block); entry != NULL; entry = json_next(entry)) {
        room += json_is(entry, JSON_ARRAY) ? json_count(entry) : 1;
    }
    if (room > POLICY_MAX_CUSTOM + 1) {
        return place_refuse(&reading->at, NULL, reading->failure, "at most %d mappings", POLICY_MAX_CUSTOM);
    }
    struct mappings mappings = {reading, arena_array(reading->policies->arena, room, sizeof *mappings.items), 0};
    for (const json *entry = json_first(block); entry != NULL; entry = json_next(entry)) {
        if (!add_entry(&mappings, &reading->at, entry)) {
            return false;
        }
    }
    out->items = mappings.items;
    out->count = mappings.count;
    return true;
}

/* --- transformations --- */

static bool read_words(const struct policy_reading *reading, const struct place *at, const json *words,
                       struct policy_transformation *out)
{
    if (!place_object(at, words, NULL, reading->failure) || !policy_not_too_many(reading, at, words)) {
        return false;
    }
    struct policy_word *items = arena_array(reading->policies->arena, json_count(words) + 1, sizeof *items);
    for (const json *word = json_first(words); word != NULL; word = json_next(word)) {
        if (text_is_blank(json_text(word))) {
            return place_refuse(at, json_key(word), reading->failure, "expected the text that stands for \"%.100s\"",
                                json_key(word));
        }
        items[out->count++] = (struct policy_word){json_key(word), json_text(word)};
    }
    out->words = items;
    return true;
}

static bool read_lookup(const struct policy_reading *reading, const struct place *up, const json *value,
                        struct policy_transformation *out)
{
    const struct place at = {up, "lookup"};
    out->lookup = true;
    return place_object(up, value, "lookup otherwise", reading->failure) &&
           place_text(up, value, "otherwise", POLICY_MAX_NAME, &out->otherwise, reading->failure) &&
           read_words(reading, &at, json_get(value, "lookup"), out);
}

/* Something must arrive in the field, or the table is a mistake. What a store gives back was looked at before, and its blocks come one by one. */
static bool is_fed(const struct policy_reading *reading, const char *field)
{
    const struct policy_custom_mappings *mappings = &reading->policies->custom_mappings;
    bool fed = policy_field_path(field) != NULL || reading->organization == NULL;
    for (size_t i = 0; i < mappings->count && !fed; i++) {
        fed = text_equal(mappings->items[i].field, field);
    }
    return fed;
}

bool policy_read_transformations(const struct policy_reading *reading, const json *block)
{
    struct policy_transformations *out = &reading->policies->transformations;
    struct policy_transformation *items = arena_array(reading->policies->arena, json_count(block) + 1, sizeof *items);
    for (const json *value = json_first(block); value != NULL; value = json_next(value)) {
        struct policy_transformation *item = &items[out->count++];
        const struct place at = {&reading->at, json_key(value)};
        item->field = json_key(value);
        if (!policy_field_known(item->field)) {
            return policy_field_refuse(reading, &reading->at, item->field, item->field);
        }
        if (!is_fed(reading, item->field)) {
            return place_refuse(&at, NULL, reading->failure, "nothing arrives in %s: map an attribute to it in custom_mappings",
                                item->field);
        }
        bool lookup = json_is(json_get(value, "lookup"), JSON_OBJECT);
        if (!(lookup ? read_lookup : read_words)(reading, &at, value, item)) {
            return false;
        }
    }
    out->items = items;
    return true;
}
