/* policy_names.h: what the policies say of a name, found by the name. Made once for each value of the policies, so that asking costs the same however long
 * the blocks are. Names are the same without regard to case. */
#ifndef REFERENCE_SERVER_MODEL_POLICY_NAMES_H
#define REFERENCE_SERVER_MODEL_POLICY_NAMES_H

#include "common/base.h"

struct map;
struct policies;
struct policy_group_mapping;
struct policy_hierarchy_group;

/* A group of the hierarchy that lists the name among its members. */
struct policy_listed {
    const struct policy_hierarchy_group *group;
    const struct policy_listed *next;
};

struct policy_name {
    const struct policy_group_mapping *mapping;        /* NULL: none */
    const struct policy_hierarchy_group *of_hierarchy; /* NULL: no group of the hierarchy */
    const struct policy_listed *listed;                /* NULL: nowhere */
    bool rolled_out;                                   /* is in the list of the roll-out */
};

/* For policies.c: into policies->names, which ends with their arena. */
void policy_names_make(struct policies *policies);

const struct policy_name *policy_name(const struct policies *policies, const char *name); /* NULL: nothing */
const struct policy_group_mapping *policy_mapping(const struct policies *policies, const char *group);
bool policy_rolled_out(const struct policies *policies, const char *group); /* without the block: every group */

#endif
