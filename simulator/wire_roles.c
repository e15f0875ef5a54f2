#include "common/base.h"
#include "simulator/wire_roles.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"

#define ROLE_TYPE "WindowsAzureActiveDirectoryRole"

static int mapping(const struct simulator *sim)
{
    return dialect_value(sim->dialect, AXIS_APP_ROLES);
}

static bool is_known(const struct directory_user *user, const char *role)
{
    for (size_t i = 0; i < user->known_role_count; i++)
        if (text_equal(user->known_roles[i], role))
            return true;
    return false;
}

/* How many of the roles the mapping takes. */
static size_t taken(const struct simulator *sim, const struct directory_user *user)
{
    static const size_t most[] = {
        [ROLES_NOT_MAPPED] = 0, [ROLES_SINGLE] = 1, [ROLES_COMPLEX] = SIZE_MAX, [ROLES_ASSERTIVE] = SIZE_MAX};
    return user->role_count < most[mapping(sim)] ? user->role_count : most[mapping(sim)];
}

/* The key order is that of Microsoft's samples. */
static void push_object(const struct simulator *sim, json *list, const char *role)
{
    json *item = json_push_object(list);
    json_set_bool(item, "primary", mapping(sim) == ROLES_SINGLE);
    json_set_text(item, "type", ROLE_TYPE);
    if (mapping(sim) != ROLES_SINGLE)
        json_set_text(item, mapping(sim) == ROLES_COMPLEX ? "displayName" : "display", role);
    json_set_text(item, "value", role);
}

static void push_in_text(const struct simulator *sim, json *list, const char *role)
{
    json *inner = json_object(sim->arena);
    json_set_text(inner, "id", directory_role_id(sim->directory, role));
    json_set_text(inner, "value", role);
    json_set_text(inner, "displayName", role);
    json_set_text(json_push_object(list), "value", json_print(sim->arena, inner));
}

void wire_roles_create(const struct simulator *simulator, const struct directory_user *user, json *body)
{
    size_t count = taken(simulator, user);
    json *list = count > 0 ? json_set_array(body, "roles") : NULL;
    for (size_t i = 0; i < count; i++)
        push_object(simulator, list, user->roles[i]);
}

bool wire_roles_differ(const struct simulator *simulator, const struct directory_user *user)
{
    size_t count = taken(simulator, user);
    if (mapping(simulator) == ROLES_ASSERTIVE && count != user->known_role_count)
        return true;
    for (size_t i = 0; i < count; i++)
        if (!is_known(user, user->roles[i]))
            return true;
    return false;
}

void wire_roles_patch(const struct simulator *simulator, const struct directory_user *user, json *list)
{
    bool whole = mapping(simulator) == ROLES_ASSERTIVE;
    bool in_text = !whole && dialect_value(simulator->dialect, AXIS_APP_ROLE_FORM) == ROLE_JSON_IN_TEXT;
    for (size_t i = 0; i < taken(simulator, user); i++)
        if (whole || !is_known(user, user->roles[i]))
            (in_text ? push_in_text : push_object)(simulator, list, user->roles[i]);
}

/* Where roles are only ever added, those of before are still there. */
void wire_roles_told(const struct simulator *simulator, struct directory_user *user)
{
    size_t count = taken(simulator, user), kept = mapping(simulator) == ROLES_COMPLEX ? user->known_role_count : 0;
    const char **told = arena_array(simulator->arena, count + kept + 1, sizeof *told);
    size_t n = 0;
    for (; n < kept; n++)
        told[n] = user->known_roles[n];
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !is_known(user, user->roles[i]))
            told[n++] = user->roles[i];
    user->known_roles = told;
    user->known_role_count = n;
}
