/* wire_patch.h: bodies of PATCH (RFC 7644 §3.5.2) in the dialect's form.
 *
 * The envelope is {"schemas":[...PatchOp],"Operations":[...]}, an operation's keys come as op, path, value. Op case, form of
 * booleans, of paths and of member changes are axes.
 */
#ifndef SIMULATOR_WIRE_PATCH_H
#define SIMULATOR_WIRE_PATCH_H

#include "common/base.h"
#include "common/json.h"
#include "simulator/wire_group.h"

struct directory_group;
struct directory_user;
struct simulator;

/* Okta: {"op":"replace","value":{...}} without a path. value is copied. */
json *wire_patch_value(const struct simulator *simulator, const json *value);
json *wire_patch_active(const struct simulator *simulator, bool active);                           /* Okta: 118 bytes for false */
json *wire_patch_password(const struct simulator *simulator, const char *password);                /* Okta; by analogy */
json *wire_patch_metadata(const struct simulator *simulator, const struct directory_group *group); /* Okta: id and displayName */
json *wire_patch_all_members(const struct simulator *simulator, struct people members);            /* Okta's push now */

/* One change of a group's members: of a person, or, with Entra, of a group inside the group. */
struct member_change {
    struct directory_user *user;
    bool remove;
    struct directory_group *inner; /* NULL: a person */
};
/* Removals first, adds last, in the dialect's forms. */
json *wire_patch_members(const struct simulator *simulator, const struct directory_group *group,
                         const struct member_change *changes, size_t count);

/* Entra: the difference between flat values (wire_user.h), Add where the server had none, Replace where it had another. NULL:
 * nothing differs. */
json *wire_patch_user(const struct simulator *simulator, const json *wanted, const json *known);
json *wire_patch_group(const struct simulator *simulator, const json *wanted, const json *known);
/* Entra: app roles that differ, as one more operation (wire_roles.h). body NULL: there was none; NULL again: there still is none. */
json *wire_patch_roles(const struct simulator *simulator, const struct directory_user *user, json *body);
/* Entra: the user's reference to the manager; from and to are server ids, NULL for none. */
json *wire_patch_manager(const struct simulator *simulator, const struct directory_user *user, const char *from, const char *to);

#endif
