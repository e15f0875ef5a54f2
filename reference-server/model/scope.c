#include "common/base.h"

#include "reference-server/model/scope.h"

#include "common/text.h"

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
