#include "common/base.h"

#include "reference-server/model/policy_provisioning.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/policies.h"

#include <string.h>

#define WORD(code, word) word,

static const char *const triggers[] = {PROVISIONING_TRIGGERS(WORD)};
static const char *const sync_triggers[] = {SYNC_TRIGGERS(WORD)};
static const char *const frequencies[] = {SYNC_FREQUENCIES(WORD)};
static const char *const conflicts[] = {SYNC_CONFLICTS(WORD)};

static const char *path_of(const char *source)
{
    static const struct {
        const char *source, *path;
    } known[] = {
#define X(source, path) {source, path},
        PROVIDER_ATTRIBUTES(X)
#undef X
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (text_equal(known[i].source, source)) {
            return known[i].path;
        }
    }
    return NULL;
}

#define X(source, path) ", user." source
static const char known_sources[] = PROVIDER_ATTRIBUTES(X);
#undef X

static bool is_text_path(const char *path)
{
    static const char *const others[] = {"emails", "phoneNumbers", "addresses", "name", POLICY_URN_ENTERPRISE ":manager"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (text_equal(others[i], path)) {
            return false;
        }
    }
    return true;
}

/* A field's own attribute, or, where both are one text, another one. */
static bool read_source(const struct policy_reading *reading, const struct place *at, struct policy_source *out)
{
    const char *path = path_of(out->source), *own = policy_field_path(out->field);
    if (own == NULL) {
        return true; /* policy_check_sources */
    }
    if (path == NULL) {
        return place_refuse(at, out->field, reading->failure, "the provider has no attribute \"user.%.100s\"; known are: %s",
                            out->source, known_sources + 2);
    }
    bool name = text_equal(out->field, "name") && (text_equal(path, "displayName") || text_starts(path, "name."));
    bool login = text_equal(out->field, "email") && text_equal(path, "userName");
    if (text_equal(path, own) || name || login) {
        return true;
    }
    out->path = path;
    return (is_text_path(path) && is_text_path(own)) ||
           place_refuse(at, out->field, reading->failure, "%s cannot come from user.%s: one of them is more than a text",
                        out->field, out->source);
}

bool policy_check_sources(const struct policy_reading *reading)
{
    const struct place creation = {&reading->at, "user_creation"}, at = {&creation, "attributes"};
    const struct policy_provisioning *rules = &reading->policies->provisioning;
    const struct policy_custom_mappings *mappings = &reading->policies->custom_mappings;
    for (size_t i = 0; i < rules->attribute_count; i++) {
        const struct policy_source *source = &rules->attributes[i];
        bool mapped = policy_field_path(source->field) != NULL;
        for (size_t k = 0; k < mappings->count && !mapped; k++) {
            mapped =
                text_equal(mappings->items[k].field, source->field) && text_equal(mappings->items[k].attribute, source->source);
        }
        if (!mapped) {
            return place_refuse(&at, source->field, reading->failure,
                                "nothing brings \"user.%.100s\" to %s: map okta:custom:%.100s to it in custom_mappings",
                                source->source, source->field, source->source);
        }
    }
    return true;
}

static bool read_sources(const struct policy_reading *reading, const struct place *up, const json *creation,
                         struct policy_provisioning *out)
{
    const struct place at = {up, "attributes"};
    const json *attributes = json_get(creation, "attributes");
    if (!place_object(&at, attributes, NULL, reading->failure) || !policy_not_too_many(reading, &at, attributes)) {
        return false;
    }
    struct policy_source *sources = arena_array(reading->policies->arena, json_count(attributes) + 1, sizeof *sources);
    for (const json *entry = json_first(attributes); entry != NULL; entry = json_next(entry)) {
        const char *source = json_text(entry);
        if (!policy_field_known(json_key(entry))) {
            return policy_field_refuse(reading, &at, json_key(entry), json_key(entry));
        }
        if (source == NULL || !text_starts(source, "user.") || source[strlen("user.")] == '\0') {
            return place_refuse(&at, json_key(entry), reading->failure,
                                "expected an attribute of the provider such as \"user.email\"");
        }
        sources[out->attribute_count] = (struct policy_source){json_key(entry), source + strlen("user."), NULL};
        if (!read_source(reading, &at, &sources[out->attribute_count++])) {
            return false;
        }
    }
    out->attributes = attributes == NULL ? NULL : sources;
    return true;
}

bool policy_read_provisioning(const struct policy_reading *reading, const json *block)
{
    const struct place at = {&reading->at, "user_creation"};
    struct policy_provisioning *out = &reading->policies->provisioning;
    const json *creation = json_get(block, "user_creation");
    size_t trigger = PROVISIONING_USER_ASSIGNED;
    const char *role = NULL;
    if (!place_object(&reading->at, block, "user_creation", reading->failure) ||
        !place_object(&at, creation, "trigger attributes default_role welcome_email", reading->failure) ||
        !place_choice(&at, creation, "trigger", triggers, ARRAY_LEN(triggers), &trigger, reading->failure) ||
        !place_text(&at, creation, "default_role", POLICY_MAX_NAME, &role, reading->failure) ||
        !place_bool(&at, creation, "welcome_email", &out->welcome_email, reading->failure) ||
        !read_sources(reading, &at, creation, out)) {
        return false;
    }
    if (role != NULL && !org_role_read(role, &out->default_role)) {
        return place_refuse(&at, "default_role", reading->failure, "\"%.100s\" is no org role; known are: admin, manager, user",
                            role);
    }
    out->there = creation != NULL;
    out->trigger = (enum provisioning_trigger)trigger;
    out->has_default_role = role != NULL;
    return true;
}

static bool fields_known(const struct policy_reading *reading, const struct place *at, const char *const *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!policy_field_known(fields[i])) {
            return policy_field_refuse(reading, at, NULL, fields[i]);
        }
    }
    return true;
}

bool policy_read_sync(const struct policy_reading *reading, const json *block)
{
    struct policy_sync *out = &reading->policies->sync;
    const struct place attributes = {&reading->at, "update_attributes"};
    size_t frequency = SYNC_REAL_TIME, conflict = SYNC_OKTA_WINS;
    out->triggers = (1u << ARRAY_LEN(sync_triggers)) - 1;
    if (!place_object(&reading->at, block, "update_triggers update_attributes sync_frequency conflict_resolution",
                      reading->failure) ||
        !place_choices(&reading->at, block, "update_triggers", sync_triggers, ARRAY_LEN(sync_triggers), &out->triggers,
                       reading->failure) ||
        !policy_names(reading, &reading->at, block, "update_attributes", &out->attributes, &out->attribute_count) ||
        !fields_known(reading, &attributes, out->attributes, out->attribute_count) ||
        !place_choice(&reading->at, block, "sync_frequency", frequencies, ARRAY_LEN(frequencies), &frequency, reading->failure) ||
        !place_choice(&reading->at, block, "conflict_resolution", conflicts, ARRAY_LEN(conflicts), &conflict, reading->failure)) {
        return false;
    }
    if (json_get(block, "update_attributes") == NULL) {
        out->attributes = NULL;
    }
    out->there = true;
    out->frequency = (enum sync_frequency)frequency;
    out->conflict = (enum sync_conflict)conflict;
    return true;
}
