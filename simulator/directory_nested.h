/* directory_nested.h: groups inside groups, as Entra's directory has them. Okta's groups hold people and nothing else.
 *
 * Assigning an application to a group brings it to the people who are directly in it; those of a group inside it get nothing
 * (Microsoft's how-provisioning-works). No group is inside itself, by whatever way.
 */
#ifndef SIMULATOR_DIRECTORY_NESTED_H
#define SIMULATOR_DIRECTORY_NESTED_H

#include "common/base.h"
#include "common/json.h"

struct directory;
struct directory_group;
struct error;

#define DIRECTORY_MAX_INNER 200 /* groups inside a group */

bool directory_has_inner(const struct directory_group *group, const struct directory_group *inner); /* directly */
/* The group and all that is inside it, however deep. */
size_t directory_inside(const struct directory *directory, const struct directory_group *group,
                        const struct directory_group *const **out);
/* Of a group that is there already nothing changes. ERROR_INVALID: a circle; ERROR_LIMIT: too many. */
bool directory_add_inner(struct directory *directory, struct directory_group *group, struct directory_group *inner,
                         struct error *err) MUST_USE;
void directory_remove_inner(struct directory_group *group, const struct directory_group *inner);
void directory_leave_groups(const struct directory *directory, const struct directory_group *inner); /* it is deleted */
/* The member "groups" of a group of directory.groups; all of them are loaded. */
bool directory_read_inner(struct directory *directory, const json *spec, bool okta, struct error *err) MUST_USE;

/* The provider's memory: which groups it has told the server to be members of the group. */
bool directory_has_pushed_inner(const struct directory_group *group, const struct directory_group *inner);
void directory_push_inner(struct directory *directory, struct directory_group *group, struct directory_group *inner);
void directory_unpush_inner(struct directory_group *group, const struct directory_group *inner);
void directory_unpush_inner_everywhere(const struct directory *directory, const struct directory_group *inner);

#endif
