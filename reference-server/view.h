/* view.h: accounts, groups and items as SCIM resources: what is stored plus id, meta and what is derived (RFC 7643 §3.1, §4.1.2, §4.2).
 *
 * Derived and read-only: a user's `groups`, nested ones as "indirect"; a member's display, type and $ref; a manager's displayName and $ref.
 * meta.version is the ETag, `W/"n"`: n goes up with every change of the resource, not with a change of what is derived.
 */
#ifndef REFERENCE_SERVER_VIEW_H
#define REFERENCE_SERVER_VIEW_H

#include "common/base.h"
#include "common/json.h"

struct account;
struct arena;
struct item;
struct exchange;
struct group;
struct scim_names;
struct scim_projection;
struct scim_resource_type;

/* What a route is about: exactly one of the three is set. */
struct subject {
    struct account *account;
    struct group *group;
    struct item *item;
};

/* As the model keeps it: without id, meta and what is derived. */
const json *view_stored(struct subject subject);
/* The whole resource, for reading only: it shares what is stored, so it is good until the next write. derived false: without a user's groups and without a
 * group's members, for who does not need them. arena NULL: an owned root. */
json *view_resource(const struct exchange *x, struct arena *arena, struct subject subject, bool derived);
/* As a write sees it: what is stored, id, meta, and members by their value alone, since the rest of a member says what is derived. */
json *view_current(const struct exchange *x, struct arena *arena, struct subject subject);
/* The same of a group, with those of its members alone whose id is among the names, in any case: for a write that names the members it is about. */
json *view_current_named(const struct exchange *x, struct arena *arena, struct subject subject, const struct scim_names *names);
/* As a client gets it; shared likewise. */
json *view_projected(const struct exchange *x, struct arena *arena, struct subject subject,
                     const struct scim_projection *projection);
const char *view_etag(struct arena *arena, struct subject subject);
char *view_location(const struct exchange *x, struct arena *arena, struct subject subject);

const struct scim_resource_type *view_type(const struct exchange *x, struct subject subject);

/* Takes id, meta and the derived attribute of a user or group out again: what the model stores. */
void view_strip(json *resource);

#endif
