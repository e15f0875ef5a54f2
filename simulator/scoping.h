/* scoping.h: Entra's scoping filters: for whom and for which groups provisioning is, by their attributes.
 *
 *     { "users": [ [ { "attribute": "department", "operator": "EQUALS", "value": "Sales" },
 *                    { "attribute": "employeeNumber", "operator": "Greater_Than", "value": "1000" } ] ],
 *       "groups": [ [ { "attribute": "displayName", "operator": "REGEX MATCH", "value": "^Team " } ] ] }
 *
 * From Microsoft's page on scoping filters: the clauses of one filter hold together, one filter of several is enough, text is
 * compared with its case, and a clause on an attribute without a value is false (IS NULL aside). Operators: EQUALS, NOT EQUALS,
 * IS NULL, IS NOT NULL, REGEX MATCH, NOT REGEX MATCH, Greater_Than, Greater_Than_OR_EQUALS, Includes, ENDS_WITH, IS TRUE,
 * IS FALSE, and & and !& (all the bits of the value are set, or not). The page excludes userType and manager.
 *
 * Attributes are those of a directory (attribute.h) and accountEnabled; of a group displayName. A regular expression is an extended
 * one of POSIX, found anywhere in the text, without back references and {counts}: those can be made to take for ever.
 */
#ifndef SIMULATOR_SCOPING_H
#define SIMULATOR_SCOPING_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct directory_group;
struct directory_user;
struct error;
struct scoping;

#define SCOPING_MAX_FILTERS 50
#define SCOPING_MAX_CLAUSES 50
#define SCOPING_MAX_VALUE   200 /* bytes */

/* Everything is copied into the arena. ERROR_INVALID or ERROR_LIMIT with where "scoping-filters.users[0][1].operator". */
bool scoping_read(struct arena *arena, const json *spec, const struct scoping **out, struct error *err) MUST_USE;
bool scoping_has_user(const struct scoping *scope, const struct directory_user *user); /* scope NULL: everybody */
bool scoping_has_group(const struct scoping *scope, const struct directory_group *group);

#endif
