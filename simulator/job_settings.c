#include "common/base.h"
#include "simulator/job_settings.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/entra_mapping.h"
#include "simulator/scoping.h"

#define FILTERS  "scoping-filters"
#define MAPPINGS "attribute-mappings"

static const struct {
    const char *name;
    bool anew;
} names[] = {{"scope", true},
             {"match-attribute", true},
             {"match-attribute-2", true},
             {"match-attribute-3", true},
             {"group-match-attribute", true},
             {"external-id", true},
             {"deprovision", true},
             {"active-source", true},
             {"app-roles", true},
             {"out-of-scope", false},
             {"create-action", false},
             {"update-action", false},
             {"delete-action", false},
             {"deletion-threshold", false},
             {"recycle-days", false}};

static bool find(const char *key, size_t *at, struct error *err)
{
    const char *words[ARRAY_LEN(names) + 2] = {[ARRAY_LEN(names)] = FILTERS, MAPPINGS};
    for (*at = 0; *at < ARRAY_LEN(names); ++*at) {
        words[*at] = names[*at].name;
        if (text_equal(key, words[*at]))
            return true;
    }
    const char *near = text_nearest(key, words, ARRAY_LEN(words));
    return error_set(err, ERROR_INVALID, "set-job",
                     near != NULL ? near : "scope, scoping-filters, attribute-mappings, match-attribute, app-roles, ...",
                     "there is no setting \"%.80s\"", key);
}

static bool change_axis(struct arena *arena, const json *change, struct job_settings *settings, struct error *err)
{
    size_t at;
    int64_t number = 0;
    if (!find(json_key(change), &at, err))
        return false;
    bool is_number = json_integer(change, &number) && number >= 0;
    const char *value = is_number ? arena_printf(arena, "%lld", (long long)number) : json_text(change);
    if (value == NULL)
        return error_set(err, ERROR_INVALID, json_key(change), "write a value of `scimulator show entra`",
                         "is %s, must be a text or a number", json_type_name(json_type(change)));
    settings->anew = settings->anew || names[at].anew;
    return dialect_with(arena, settings->dialect, json_key(change), value, &settings->dialect, err);
}

static bool change_filters(struct arena *arena, const json *change, struct job_settings *settings, struct error *err)
{
    settings->anew = true;
    settings->scope = NULL;
    return json_type(change) == JSON_NULL || scoping_read(arena, change, &settings->scope, err);
}

static bool change_mappings(struct arena *arena, const json *change, struct job_settings *settings, struct error *err)
{
    settings->anew = true;
    return entra_mapping_read(arena, change, settings->dialect, &settings->dialect, &settings->at, err);
}

static bool check(const struct job_settings *settings, struct error *err)
{
    int roles = dialect_value(settings->dialect, AXIS_APP_ROLES);
    bool several = roles == ROLES_COMPLEX || roles == ROLES_ASSERTIVE;
    if (!several || dialect_value(settings->dialect, AXIS_SCOPE) != SCOPE_ALL)
        return true;
    return error_set(err, ERROR_INVALID, "set-job", "keep \"scope\": \"assigned\", or send a single role",
                     "%s app roles can't be sent when all users are in scope",
                     dialect_value_name(settings->dialect, AXIS_APP_ROLES));
}

bool job_settings_change(struct arena *arena, const json *changes, struct job_settings *settings, struct error *err)
{
    struct job_settings changed = *settings;
    if (!json_is(changes, JSON_OBJECT) || json_count(changes) == 0)
        return error_set(err, ERROR_INVALID, "set-job", "write {\"scope\": \"all\"}", "has no object of settings");
    for (const json *change = json_first(changes); change != NULL; change = json_next(change)) {
        bool filters = text_equal(json_key(change), FILTERS), mappings = text_equal(json_key(change), MAPPINGS);
        if ((filters ? change_filters : mappings ? change_mappings : change_axis)(arena, change, &changed, err))
            continue;
        settings->at = changed.at;
        return false;
    }
    if (!check(&changed, err))
        return false;
    *settings = changed;
    return true;
}
