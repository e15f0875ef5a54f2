#include "common/base.h"

#include "reference-server/model/unique.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"

#include <string.h>

#define SHOWN_MAX 100 /* bytes of a value in a message */

static const struct unique_type *rules_of(const struct organization *organization, const char *type)
{
    const struct unique_rules *rules = organization->unique_rules;
    for (size_t i = 0; rules != NULL && i < rules->count; i++) {
        if (strcmp(rules->types[i].type, type) == 0 && rules->types[i].count > 0) {
            return &rules->types[i];
        }
    }
    return NULL;
}

/* NULL: the value is none that could be shared. */
static const char *key_of(struct arena *arena, const struct unique_rule *rule, const json *value)
{
    const char *text = json_text(value);
    int64_t instant;
    if (rule->kind == UNIQUE_NUMBER) {
        return json_is(value, JSON_NUMBER) ? arena_printf(arena, "%s %.17g", rule->name, json_number(value)) : NULL;
    }
    if (text == NULL || *text == '\0') {
        return NULL;
    }
    if (rule->kind == UNIQUE_INSTANT) {
        return time_parse(text, &instant) ? arena_printf(arena, "%s %lld", rule->name, (long long)instant) : NULL;
    }
    return arena_printf(arena, "%s %s", rule->name, rule->kind == UNIQUE_EXACT ? text : unicode_fold(arena, text));
}

/* --- every value of a resource that a rule is about --- */

struct visit {
    struct arena *arena;
    struct organization *organization; /* of unique_add and unique_remove */
    const char *id;
    /* False ends the walk. */
    bool (*value)(struct visit *visit, const struct unique_rule *rule, const json *value, const char *key);
    const struct map *index;       /* of unique_check */
    struct model_failure *failure; /* likewise */
};

static bool visit_value(struct visit *visit, const struct unique_rule *rule, const json *value)
{
    const json *part = rule->sub == NULL ? value : json_get(value, rule->sub);
    const char *key = key_of(visit->arena, rule, part);
    return key == NULL || visit->value(visit, rule, part, key);
}

static bool visit_rule(struct visit *visit, const struct unique_rule *rule, const json *resource)
{
    const json *holder = rule->container == NULL ? resource : json_get(resource, rule->container);
    const json *value = json_get(holder, rule->attribute);
    if (!json_is(value, JSON_ARRAY)) {
        return visit_value(visit, rule, value);
    }
    for (const json *n = json_first(value); n != NULL; n = json_next(n)) {
        if (!visit_value(visit, rule, n)) {
            return false;
        }
    }
    return true;
}

static bool visit_all(struct visit *visit, const struct unique_type *rules, const json *resource)
{
    bool good = true;
    visit->arena = arena_new();
    for (size_t i = 0; good && i < rules->count; i++) {
        good = visit_rule(visit, &rules->rules[i], resource);
    }
    arena_free(visit->arena);
    return good;
}

/* --- checking --- */

static bool check(struct visit *visit, const struct unique_rule *rule, const json *value, const char *key)
{
    const char *holder = map_get(visit->index, key);
    if (holder == NULL || (visit->id != NULL && strcmp(holder, visit->id) == 0)) {
        return true;
    }
    char *shown = json_print(visit->arena, value);
    if (strlen(shown) > SHOWN_MAX) {
        shown = arena_printf(visit->arena, "%.*s…", (int)text_utf8_prefix(shown, SHOWN_MAX), shown);
    }
    return model_failure_set(visit->failure, MODEL_CONFLICT, "taken", "",
                             "%s is unique, and the resource %s has the value%s%s already", rule->label, holder,
                             rule->secret ? "" : " ", rule->secret ? "" : shown);
}

bool unique_check(const struct organization *organization, const char *type, const json *resource, const char *id,
                  struct model_failure *failure)
{
    struct visit visit = {.id = id, .value = check, .index = organization->unique, .failure = failure};
    const struct unique_type *rules = rules_of(organization, type);
    return rules == NULL || visit_all(&visit, rules, resource);
}

/* --- keeping the index --- */

static bool add(struct visit *visit, const struct unique_rule *rule, const json *value, const char *key)
{
    UNUSED(rule);
    UNUSED(value);
    const char *holder = map_get(visit->organization->unique, key);
    if (holder == NULL) {
        map_set(visit->organization->unique, key, mem_strdup(visit->id));
    } else if (strcmp(holder, visit->id) != 0) {
        visit->organization->unique_shared = true;
    }
    return true;
}

static bool take_away(struct visit *visit, const struct unique_rule *rule, const json *value, const char *key)
{
    UNUSED(rule);
    UNUSED(value);
    const char *holder = map_get(visit->organization->unique, key);
    if (holder != NULL && strcmp(holder, visit->id) == 0) {
        mem_free(map_remove(visit->organization->unique, key));
    }
    return true;
}

void unique_add(struct organization *organization, const char *type, const json *resource, const char *id)
{
    struct visit visit = {.organization = organization, .id = id, .value = add};
    const struct unique_type *rules = rules_of(organization, type);
    if (rules != NULL) {
        (void)visit_all(&visit, rules, resource);
    }
}

void unique_remove(struct organization *organization, const char *type, const json *resource, const char *id)
{
    struct visit visit = {.organization = organization, .id = id, .value = take_away};
    const struct unique_type *rules = rules_of(organization, type);
    if (rules != NULL) {
        (void)visit_all(&visit, rules, resource);
    }
}

const char *unique_find(const struct organization *organization, const char *type, const char *container, const char *attribute,
                        const char *text, bool *known)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct unique_type *rules = rules_of(organization, type);
    *known = false;
    for (size_t i = 0; rules != NULL && i < rules->count; i++) {
        const struct unique_rule *rule = &rules->rules[i];
        bool about = rule->sub == NULL && strcmp(rule->attribute, attribute) == 0 && text_equal(rule->container, container);
        if (!about || (rule->kind != UNIQUE_FOLDED && rule->kind != UNIQUE_EXACT)) {
            continue;
        }
        const char *key = key_of(arena, rule, json_new_text(arena, text));
        *known = key != NULL && !organization->unique_shared;
        return *known ? map_get(organization->unique, key) : NULL;
    }
    return NULL;
}

bool unique_begin(struct organization *organization, const struct unique_rules *rules, struct model_failure *failure)
{
    organization->unique_rules = rules;
    for (size_t i = 0; i < organization->accounts.count; i++) {
        const struct account *account = organization->accounts.items[i];
        if (!unique_check(organization, "User", account->resource, account->id, failure)) {
            return false;
        }
        unique_add(organization, "User", account->resource, account->id);
    }
    for (size_t i = 0; i < organization->groups.count; i++) {
        const struct group *group = organization->groups.items[i];
        if (!unique_check(organization, "Group", group->resource, group->id, failure)) {
            return false;
        }
        unique_add(organization, "Group", group->resource, group->id);
    }
    return true;
}

void unique_free(struct organization *organization)
{
    const char *key;
    void *id;
    for (size_t i = 0; map_at(organization->unique, &i, &key, &id);) {
        mem_free(id);
    }
    map_free(organization->unique);
}
