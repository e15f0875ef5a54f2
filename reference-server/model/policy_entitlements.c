#include "common/base.h"

#include "reference-server/model/policy_entitlements.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/item.h"
#include "reference-server/model/policies.h"

#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

static const char *const grants[] = {OFFERED_ENTITLEMENTS, OFFERED_ROLES};

/* --- names --- */

static bool is_word(const char *text)
{
    size_t n = strlen(text);
    return n > 0 && n <= OFFERED_MAX_NAME && strspn(text, LETTERS DIGITS "-_") == n && strspn(text, LETTERS) > 0;
}

static bool is_among(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal_nocase(words[i], text)) {
            return true;
        }
    }
    return false;
}

/* "v3" would be a version of the protocol (RFC 7644 §3.13). */
static bool is_version(const char *text)
{
    return text[0] == 'v' && text[1] != '\0' && strspn(text + 1, DIGITS) == strlen(text + 1);
}

/* The form of the ids that the server makes. */
static bool is_uuid(const char *id)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    size_t i = 0;
    while (id[i] != '\0' && form[i] != '\0' && (form[i] == '-') == (id[i] == '-')) {
        i++;
    }
    return id[i] == '\0' && form[i] == '\0';
}

/* RFC 7643 §3.1: never "bulkId"; and what a path can't end with. */
static bool is_id(const char *id)
{
    size_t n = strlen(id);
    return n > 0 && n <= OFFERED_MAX_ID && strspn(id, LETTERS DIGITS "-_.~") == n && id[0] != '.' && !text_equal(id, "bulkId") &&
           !is_uuid(id);
}

static bool check_name(const struct policy_reading *reading, const struct place *at, const char *name)
{
    static const char *const reserved[] = {"User", "Group", "ServiceProviderConfig", "ResourceType", "Schema"};
    if (!is_word(name)) {
        return place_refuse(at, NULL, reading->failure, "a resource type has a name of 1 to %d letters, digits, - and _",
                            OFFERED_MAX_NAME);
    }
    return !is_among(name, reserved, ARRAY_LEN(reserved)) ||
           place_refuse(at, NULL, reading->failure, "%s is a resource type of the server's own", name);
}

static bool check_endpoint(const struct policy_reading *reading, const struct place *at, const struct policy_offered *type)
{
    static const char *const reserved[] = {"/Users", "/Groups", "/ServiceProviderConfig", "/ResourceTypes", "/Schemas",
                                           "/Me",    "/Bulk"};
    const struct policy_entitlements *all = &reading->policies->entitlements;
    if (type->endpoint[0] != '/' || !is_word(type->endpoint + 1) || is_version(type->endpoint + 1)) {
        return place_refuse(at, "endpoint", reading->failure, "an endpoint is a path such as \"/Licenses\"");
    }
    if (is_among(type->endpoint, reserved, ARRAY_LEN(reserved))) {
        return place_refuse(at, "endpoint", reading->failure, "%s is the server's own", type->endpoint);
    }
    for (size_t i = 0; i < all->count; i++) {
        if (text_equal_nocase(all->items[i].endpoint, type->endpoint)) {
            return place_refuse(at, "endpoint", reading->failure, "%s is at %s already", all->items[i].name, type->endpoint);
        }
        if (text_equal_nocase(all->items[i].name, type->name)) {
            return place_refuse(at, NULL, reading->failure, "there is %s already", all->items[i].name);
        }
    }
    return true;
}

/* --- values --- */

/* The same text has the same version, after a restart too (FNV-1a). */
static uint64_t version_of(struct arena *arena, const json *resource)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *p = json_print(arena, resource); *p != '\0'; p++) {
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
    }
    return hash >> 1; /* JSON has no unsigned numbers */
}

static bool read_value(const struct policy_reading *reading, const struct place *up, const json *entry,
                       struct policy_offered *type)
{
    const struct place at = {up, json_key(entry)};
    struct policies *policies = reading->policies;
    const char *name = NULL, *description = NULL;
    bool role = text_equal(type->grants, OFFERED_ROLES);
    if (!place_object(&at, entry, "displayName description", reading->failure) ||
        !place_text(&at, entry, "displayName", POLICY_MAX_NAME, &name, reading->failure) ||
        !place_text(&at, entry, "description", OFFERED_MAX_TEXT, &description, reading->failure)) {
        return false;
    }
    if (!is_id(at.key)) {
        return place_refuse(&at, NULL, reading->failure, "an id has 1 to %d letters, digits, - _ . ~, and is no UUID",
                            OFFERED_MAX_ID);
    }
    if (name == NULL) {
        return place_refuse(&at, "displayName", reading->failure, "what is offered has a name for people");
    }
    if (map_get(policies->entitlements.by_id, at.key) != NULL) {
        return place_refuse(&at, NULL, reading->failure, "the id is taken: one id names one value, of all types");
    }
    struct item *item = arena_alloc(policies->arena, sizeof *item);
    item->id = arena_strdup(policies->arena, at.key);
    item->type = type->name;
    item->resource = json_object(policies->arena);
    json_push_text(json_set_array(item->resource, "schemas"), role ? OFFERED_URN_ROLE : OFFERED_URN_ENTITLEMENT);
    json_set_text(item->resource, "displayName", name);
    json_set_text(item->resource, "type", role ? NULL : type->name);
    json_set_text(item->resource, "description", description);
    item->version = version_of(policies->arena, item->resource);
    item->created_ms = item->modified_ms = ITEM_TIMELESS;
    type->items.items[type->items.count++] = item;
    item->order = type->items.count;
    map_set(policies->entitlements.by_id, item->id, item);
    return true;
}

static bool read_type(const struct policy_reading *reading, const json *entry, struct policy_offered *type)
{
    const struct place at = {&reading->at, json_key(entry)}, list = {&at, "values"};
    const json *values = NULL;
    size_t which = 0;
    *type = (struct policy_offered){.name = json_key(entry)};
    if (!place_object(&at, entry, "endpoint grants values", reading->failure) || !check_name(reading, &at, type->name) ||
        !place_text(&at, entry, "endpoint", OFFERED_MAX_NAME + 1, &type->endpoint, reading->failure) ||
        !place_choice(&at, entry, "grants", grants, ARRAY_LEN(grants), &which, reading->failure) ||
        !place_value(&at, entry, "values", JSON_OBJECT, &values, reading->failure) ||
        !policy_not_too_many(reading, &list, values)) {
        return false;
    }
    type->grants = grants[which];
    if (type->endpoint == NULL) {
        type->endpoint = arena_printf(reading->policies->arena, "/%ss", type->name);
    }
    type->items.items = arena_array(reading->policies->arena, json_count(values) + 1, sizeof(void *));
    for (const json *value = json_first(values); value != NULL; value = json_next(value)) {
        if (!read_value(reading, &list, value, type)) {
            return false;
        }
    }
    return check_endpoint(reading, &at, type);
}

static void end_map(void *map)
{
    map_free(map);
}

bool policy_read_entitlements(const struct policy_reading *reading, const json *block)
{
    struct policy_entitlements *out = &reading->policies->entitlements;
    if (json_count(block) > OFFERED_MAX_TYPES) {
        return place_refuse(&reading->at, NULL, reading->failure, "at most %d types", OFFERED_MAX_TYPES);
    }
    struct policy_offered *items = arena_array(reading->policies->arena, json_count(block) + 1, sizeof *items);
    out->items = items;
    out->by_id = map_new();
    arena_defer(reading->policies->arena, end_map, out->by_id);
    for (const json *entry = json_first(block); entry != NULL; entry = json_next(entry)) {
        if (!read_type(reading, entry, &items[out->count])) {
            return false;
        }
        out->count++;
    }
    return true;
}

/* --- looking up --- */

const struct policy_offered *policy_offered(const struct policies *policies, const char *type)
{
    for (size_t i = 0; i < policies->entitlements.count; i++) {
        if (text_equal(policies->entitlements.items[i].name, type)) {
            return &policies->entitlements.items[i];
        }
    }
    return NULL;
}

struct item *policy_offered_item(const struct policies *policies, const char *type, const char *id)
{
    struct item *item = policies->entitlements.by_id == NULL || id == NULL ? NULL : map_get(policies->entitlements.by_id, id);
    return item != NULL && text_equal(item->type, type) ? item : NULL;
}

const char *policy_granted_list(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(grants); i++) {
        if (text_equal(grants[i], name)) {
            return grants[i];
        }
    }
    return NULL;
}

const char *policy_granted(const struct policies *policies, const char *list, const json *grant)
{
    const char *value = json_get_text(grant, "value", NULL), *named = json_get_text(grant, "type", NULL);
    const struct item *item =
        value == NULL || policies->entitlements.by_id == NULL ? NULL : map_get(policies->entitlements.by_id, value);
    const struct policy_offered *offered = item == NULL ? NULL : policy_offered(policies, item->type);
    if (offered == NULL || !text_equal(offered->grants, list)) {
        return NULL;
    }
    /* The type of a role is a word of the provider's own. */
    bool other = text_equal(list, OFFERED_ENTITLEMENTS) && named != NULL && !text_equal_nocase(named, item->type);
    return other ? NULL : value;
}

bool policy_grants_match(const struct policies *policies, const char *list, const char *pattern)
{
    for (size_t i = 0; i < policies->entitlements.count; i++) {
        const struct policy_offered *type = &policies->entitlements.items[i];
        for (size_t k = 0; k < type->items.count && text_equal(type->grants, list); k++) {
            if (text_glob(pattern, ((const struct item *)type->items.items[k])->id)) {
                return true;
            }
        }
    }
    return false;
}
