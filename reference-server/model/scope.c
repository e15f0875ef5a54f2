#include "common/base.h"

#include "reference-server/model/scope.h"

#include "common/text.h"
#include "reference-server/model/place.h"

static const struct {
    unsigned scope;
    const char *name;
} rows[] = {
#define X(scope, bit, name) {scope, name},
    SCOPES(X)
#undef X
};

bool scope_add(const char *name, unsigned *scopes)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (text_equal(rows[i].name, name)) {
            *scopes |= rows[i].scope;
            return true;
        }
    }
    return false;
}

bool scope_read(struct arena *arena, const char *text, unsigned *scopes)
{
    const char *const *words;
    unsigned found = 0;
    size_t count = text_split(arena, text, ' ', &words);
    for (size_t i = 0; i < count; i++) {
        if (!scope_add(words[i], &found)) {
            return false;
        }
    }
    *scopes = found;
    return found != 0;
}

bool scope_read_member(const struct place *place, const json *object, unsigned *scopes, struct model_failure *failure)
{
    const json *list = NULL;
    unsigned found = 0;
    if (!place_value(place, object, "scopes", JSON_ARRAY, &list, failure)) {
        return false;
    }
    if (list == NULL) {
        *scopes = SCOPE_ALL;
        return true;
    }
    for (const json *scope = json_first(list); scope != NULL; scope = json_next(scope)) {
        if (!scope_add(json_text(scope), &found)) {
            return place_refuse(place, "scopes", failure, "a scope is one of %s", scope_text(SCOPE_ALL));
        }
    }
    if (found == 0) {
        return place_refuse(place, "scopes", failure, "name at least one of %s", scope_text(SCOPE_ALL));
    }
    *scopes = found;
    return true;
}

const char *scope_text(unsigned scopes)
{
    static const char *const texts[] = {"", "scim.read", "scim.write", "scim.read scim.write"};
    return texts[scopes & SCOPE_ALL];
}

void scope_list(unsigned scopes, json *array)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if ((scopes & rows[i].scope) != 0) {
            json_push_text(array, rows[i].name);
        }
    }
}
