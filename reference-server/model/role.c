#include "common/base.h"

#include "reference-server/model/role.h"

#include "common/text.h"

#define PERMISSION_COUNT 7

static const struct {
    const char *name;
    bool may[PERMISSION_COUNT];
} roles[] = {[ROLE_NONE] = {"none", {0}},
#define X(role, name, ...) [role] = {name, {__VA_ARGS__}},
             ROLES(X)
#undef X
};

static const struct {
    const char *text;
    enum role role;
} aliases[] = {
#define X(text, role) {text, role},
    ROLE_ALIASES(X)
#undef X
};

static const char *const permissions[] = {
#define X(permission, name) [permission] = name,
    PERMISSIONS(X)
#undef X
};

static const struct {
    const char *name;
    enum role role;
    const char *pattern, *permissions;
} org_roles[] = {
#define X(org_role, name, role, pattern, permissions) [org_role] = {name, role, pattern, permissions},
    ORG_ROLES(X)
#undef X
};

const char *role_name(enum role role)
{
    return roles[role].name;
}

bool role_read(const char *text, enum role *role)
{
    for (size_t i = ROLE_VIEWER; text != NULL && i < ARRAY_LEN(roles); i++) {
        if (text_equal_nocase(text, roles[i].name)) {
            *role = (enum role)i;
            return true;
        }
    }
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(aliases); i++) {
        if (text_equal_nocase(text, aliases[i].text)) {
            *role = aliases[i].role;
            return true;
        }
    }
    return false;
}

bool role_may(enum role role, enum permission permission)
{
    return roles[role].may[permission];
}

const char *permission_name(enum permission permission)
{
    return permissions[permission];
}

bool permission_read(const char *text, enum permission *permission)
{
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(permissions); i++) {
        if (text_equal(text, permissions[i])) {
            *permission = (enum permission)i;
            return true;
        }
    }
    return false;
}

const char *org_role_name(enum org_role org_role)
{
    return org_roles[org_role].name;
}

bool org_role_read(const char *text, enum org_role *org_role)
{
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(org_roles); i++) {
        if (text_equal(text, org_roles[i].name)) {
            *org_role = (enum org_role)i;
            return true;
        }
    }
    return false;
}

enum role org_role_acts_as(enum org_role org_role)
{
    return org_roles[org_role].role;
}

enum role org_role_on(enum org_role org_role, const char *workspace)
{
    return text_glob(org_roles[org_role].pattern, workspace) ? org_roles[org_role].role : ROLE_NONE;
}

const char *org_role_permissions(enum org_role org_role)
{
    return org_roles[org_role].permissions;
}

const char *org_role_with(const char *permission)
{
    for (size_t i = 0; i < ARRAY_LEN(org_roles); i++) {
        if (text_has_word(org_roles[i].permissions, permission)) {
            return org_roles[i].name;
        }
    }
    return NULL;
}
