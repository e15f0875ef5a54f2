/* model_access_world.h: the organization of a row of tests/tables/access_*.table, and its people and groups by their short names. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_WORLD_H
#define TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_WORLD_H

#include "common/base.h"

#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "tests/unit/reference-server/stored.h"

#include <stdio.h>
#include <string.h>

#define MAX_WORDS 32

struct world {
    struct arena *arena;
    struct organization *organization;
    struct model_random random;
    unsigned counter;
    int64_t now_ms;
    struct map *sessions, *keys, *invites; /* address -> last secret */
    const char *touched;
    struct store *store;
};

static void next_id(void *context, char out[37])
{
    (void)snprintf(out, 37, "00000000-0000-4000-8000-%012u", ++((struct world *)context)->counter);
}

static void next_token(void *context, char out[MODEL_TOKEN_SIZE])
{
    (void)snprintf(out, MODEL_TOKEN_SIZE, "secret-%06u", ++((struct world *)context)->counter);
}

/* --- names --- */

static const char *address(const struct world *w, const char *name)
{
    return strchr(name, '@') != NULL ? name : arena_printf(w->arena, "%s@acme.test", name);
}

static const char *short_name(const struct world *w, const char *user_name)
{
    const char *at = user_name == NULL ? NULL : strchr(user_name, '@');
    if (user_name == NULL) {
        return "nobody";
    }
    return at != NULL && text_equal(at, "@acme.test") ? arena_strndup(w->arena, user_name, (size_t)(at - user_name)) : user_name;
}

static struct account *person(const struct world *w, const char *name)
{
    struct account *account = account_find(w->organization, address(w, name));
    account = account == NULL ? account_find(w->organization, name) : account;
    if (account == NULL) {
        fail_msg("there is no account %s", name);
    }
    return account;
}

static struct group *group_named(const struct world *w, const char *name)
{
    struct group *group = group_by_name(w->organization, name);
    if (group == NULL) {
        fail_msg("there is no group %s", name);
    }
    return group;
}

static const char *option(const struct world *w, const char *const *words, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(key);
        if (text_starts(words[i], key) && words[i][n] == '=') {
            return arena_strdup(w->arena, words[i] + n + 1);
        }
    }
    return NULL;
}

#endif
