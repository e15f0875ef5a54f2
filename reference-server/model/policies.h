/* policies.h: what an organization has decided about its provisioning, in the blocks of JSON that the product's documentation of
 * user provisioning writes: provisioning_rules, sync_config, deprovisioning_rules, group_mappings, group_hierarchy,
 * custom_mappings, transformations, security_integrations; three of our own for what it says in prose: access_rules,
 * approvals, rollout; and one for what providers ask for beyond it: entitlements.
 *
 * A block is a member of the organization document, with the name, keys and words of the documentation; unknown ones are refused
 * with their place. What has no block behaves as if there were no such rule. Policies are one value, made as a whole, never
 * changed, replaced as a whole (policies_set), so that a refused change leaves everything as it was. Groups and people are
 * named, not pointed to: a name counts for whoever has it at the time. What comes of policies (an approval that waits, somebody
 * who is to be purged) is state of the organization, not policy. */
#ifndef REFERENCE_SERVER_MODEL_POLICIES_H
#define REFERENCE_SERVER_MODEL_POLICIES_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/policy_access.h"
#include "reference-server/model/policy_attributes.h"
#include "reference-server/model/policy_deprovisioning.h"
#include "reference-server/model/policy_entitlements.h"
#include "reference-server/model/policy_groups.h"
#include "reference-server/model/policy_provisioning.h"
#include "reference-server/model/policy_security.h"

struct arena;
struct map;
struct place;

/* block, name, what reads it (struct policies *). Access rules name what the block before them offers. */
#define POLICY_BLOCKS(X)                                                                                                         \
    X(POLICY_PROVISIONING, "provisioning_rules", policy_read_provisioning)                                                       \
    X(POLICY_SYNC, "sync_config", policy_read_sync)                                                                              \
    X(POLICY_DEPROVISIONING, "deprovisioning_rules", policy_read_deprovisioning)                                                 \
    X(POLICY_GROUP_MAPPINGS, "group_mappings", policy_read_group_mappings)                                                       \
    X(POLICY_GROUP_HIERARCHY, "group_hierarchy", policy_read_group_hierarchy)                                                    \
    X(POLICY_CUSTOM_MAPPINGS, "custom_mappings", policy_read_custom_mappings)                                                    \
    X(POLICY_TRANSFORMATIONS, "transformations", policy_read_transformations)                                                    \
    X(POLICY_SECURITY, "security_integrations", policy_read_security)                                                            \
    X(POLICY_ENTITLEMENTS, "entitlements", policy_read_entitlements)                                                             \
    X(POLICY_ACCESS_RULES, "access_rules", policy_read_access_rules)                                                             \
    X(POLICY_APPROVALS, "approvals", policy_read_approvals)                                                                      \
    X(POLICY_ROLLOUT, "rollout", policy_read_rollout)

enum policy_block {
#define X(block, name, read) block,
    POLICY_BLOCKS(X)
#undef X
        POLICY_BLOCK_COUNT
};

/* The names, separated by blanks: members of the organization document. */
#define POLICY_NAMES                                                                                                             \
    "provisioning_rules sync_config deprovisioning_rules group_mappings group_hierarchy custom_mappings transformations "        \
    "security_integrations entitlements access_rules approvals rollout"

struct policies {
    struct arena *arena;                    /* holds everything below; NULL: the one without any block */
    const json *blocks[POLICY_BLOCK_COUNT]; /* as they were given; NULL: not there */
    struct policy_provisioning provisioning;
    struct policy_sync sync;
    struct policy_deprovisioning deprovisioning;
    struct policy_group_mappings group_mappings;
    struct policy_group_hierarchy group_hierarchy;
    struct policy_custom_mappings custom_mappings;
    struct policy_transformations transformations;
    struct policy_security security;
    struct policy_entitlements entitlements;
    struct policy_access_rules access_rules;
    struct policy_approvals approvals;
    struct policy_rollout rollout;
    struct map *names; /* policy_names.h; NULL: nothing is named */
};

extern const struct policies policies_none;

const char *policy_block_name(enum policy_block block);

/* Takes the blocks among the members of a document, which stands at `up` (other members are none of its business); a block that
 * is null ends, one that is left out stays. All or nothing. Notes what changed for the store. Access that a change takes away is
 * settled. */
bool policies_set(struct organization *organization, const struct place *up, const json *members,
                  struct model_failure *failure) MUST_USE;
void policies_write(const struct organization *organization,
                    json *out);                      /* the blocks as members: of a document that can be read again */
void policies_free(const struct policies *policies); /* policies_none is fine */

/* For record.h: one block as it was stored. */
bool policies_restore(struct organization *organization, const char *name, const json *block) MUST_USE;

#endif
