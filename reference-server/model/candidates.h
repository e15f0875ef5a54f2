/* candidates.h: every reason that somebody may have a role for. For the access_ files. */
#ifndef REFERENCE_SERVER_MODEL_CANDIDATES_H
#define REFERENCE_SERVER_MODEL_CANDIDATES_H

#include "common/base.h"
#include "reference-server/model/access.h"

struct policy_access_rule;
struct policy_group_mapping;

struct candidate {
    const struct resource *resource;
    struct access_via via;
};

/* In the arena. */
struct candidates {
    struct arena *arena;
    const struct organization *organization;
    struct candidate *items; /* those that count, by resource, the strongest first */
    size_t count, capacity;
    struct access_waiting *waiting; /* the others, in no order */
    size_t waiting_count, waiting_capacity;
    bool wants_waiting;
};

struct candidates candidates_of(struct arena *arena, const struct organization *organization, const struct account *account,
                                bool wants_waiting);
/* Those that count on one resource; *out is NULL when there are none. */
size_t candidates_on(const struct candidates *list, const struct resource *resource, const struct candidate **out);
int candidates_compare(const struct access_via *a, const struct access_via *b); /* higher role, then kind, then name */

/* Whether a rule is about this person, whatever the clock says. */
bool candidates_meets(const struct organization *organization, const struct account *account,
                      const struct policy_access_rule *rule);
/* Where policies give roles: a managed workspace, or an invite-only folder of one. */
bool candidates_open(const struct resource *resource);
/* The mapping gives its org role's role there. */
bool candidates_mapped(const struct policy_group_mapping *mapping, const struct resource *workspace);

#endif
