/* deprovisioning.h: what deprovisioning_rules (policy_deprovisioning.h) add when the provider takes somebody out.
 *
 * user_removal, when an active account is deactivated or deleted, after every way in is dead (lifecycle.h):
 * - revoke_taskade_access names what happens anyway and adds nothing.
 * - archive_user_content: the projects that are theirs are archived: everybody who could open one still reads it, nobody works in it
 *   (decision.h). Their return un-archives those that are still theirs.
 * - transfer_ownership: their projects pass on, and they step down as owner of every workspace that has another active owner, which it always has by then:
 *   a maintainer from now on. To whom: lifecycle_heir. What was handed over stays handed over when they return.
 * - notify_team_members: one notification each to their manager, then to those who are in a group with them, the smallest group first,
 *   then to members of the workspaces and folders they were a member of; active people only, DEPROVISIONING_TEAM at most.
 * Without a block projects stay theirs, and an owner or maintainer of the place reassigns them (app routes, admin actions).
 *
 * group_removal, when somebody, in person or through a nested group, leaves a group or it is deleted, and with it loses the access to a place where
 * projects are theirs, or that they are assigned to:
 * - adjust_permissions names what happens anyway: what the group gave ends at once, what other routes give stays.
 * - remove_from_projects: a project there is no longer theirs; the longest-standing active owner of the workspace keeps it. Assignments there end.
 * - transfer_responsibilities: it passes to their heir instead, as above, who is told.
 */
#ifndef REFERENCE_SERVER_MODEL_DEPROVISIONING_H
#define REFERENCE_SERVER_MODEL_DEPROVISIONING_H

#include "common/base.h"

struct account;
struct arena;
struct group;
struct organization;
struct project;

#define DEPROVISIONING_TEAM 100

/* Steps of model_steps: each looks for its action in the rules. */
void deprovisioning_archive(struct organization *organization, struct account *account);
void deprovisioning_transfer(struct organization *organization, struct account *account);
void deprovisioning_notify(struct organization *organization, struct account *account);

/* The account is active again. */
void deprovisioning_return(struct organization *organization, struct account *account);
/* Who keeps a project whose owner ends and that is handed over to nobody: the longest-standing active owner of its workspace, else the break-glass
 * owner. */
struct account *deprovisioning_keeper(const struct organization *organization, const struct project *project,
                                      const struct account *without);

/* The projects that those who own them, or are assigned to them, could open before they left a group. */
struct removal {
    struct arena *arena; /* NULL: nothing is to be done */
    struct removal_item {
        struct account *account;
        struct project *project;
    } * items;
    size_t count, capacity;
};

bool deprovisioning_watches(const struct organization *organization); /* whether the rules want anything to be done */
/* Around the change: `people` are about to leave the group. removal, zeroed before, is always to be ended. */
void deprovisioning_watch(const struct organization *organization, struct account *const *people, size_t count,
                          struct removal *removal);
void deprovisioning_end(struct organization *organization, struct removal *removal);
/* A step of model_steps. */
void deprovisioning_let_go(struct organization *organization, const struct removal *removal);

#endif
