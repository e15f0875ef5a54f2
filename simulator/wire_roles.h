/* wire_roles.h: Entra's app roles as the attribute roles, in the three ways that Microsoft's page on mappings has for them.
 *
 *     SingleAppRoleAssignment             the first role                            primary true
 *     AppRoleAssignmentsComplex           all; a PATCH adds, and never removes       displayName
 *     AssertiveAppRoleAssignmentsComplex  all; a PATCH replaces the whole list       display
 *
 * A create carries objects. The PATCH of the first two carries, without the flag aadOptscim062020, JSON in a text:
 * {"value":"{\"id\":\"06b0…\",\"value\":\"25\",\"displayName\":\"Role1234\"}"}. Provisioning on demand leaves roles alone.
 */
#ifndef SIMULATOR_WIRE_ROLES_H
#define SIMULATOR_WIRE_ROLES_H

#include "common/base.h"
#include "common/json.h"

struct directory_user;
struct simulator;

void wire_roles_create(const struct simulator *simulator, const struct directory_user *user, json *body); /* sets roles */
bool wire_roles_differ(const struct simulator *simulator, const struct directory_user *user);
void wire_roles_patch(const struct simulator *simulator, const struct directory_user *user, json *list);
/* The server took them. */
void wire_roles_told(const struct simulator *simulator, struct directory_user *user);

#endif
