/* lifecycle.h: leaving, coming back, and who owns what afterwards.
 *
 * A deactivation is complete when the call returns: sessions and API keys are gone, pending invites ended, the seat free,
 * every access none. Groups, grants, memberships and projects stay, but for what deprovisioning_rules add (deprovisioning.h).
 * Reactivation gives what current groups and kept manual grants give; ended keys and sessions do not come back.
 *
 * Every workspace has an active owner. When the last one goes, ownership passes to the first active one of: their manager; the
 * longest-standing maintainer (by manual grant, then through a group); an organization admin (then one by a group's mapping); the break-glass owner. A
 * deactivated owner keeps the grant and is owner again on return. */
#ifndef REFERENCE_SERVER_MODEL_LIFECYCLE_H
#define REFERENCE_SERVER_MODEL_LIFECYCLE_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/access.h"
#include "reference-server/model/conditional.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/policy_groups.h"
#include "reference-server/model/threat.h"

struct account;
struct audit_entry;
struct departed;
struct organization;
struct project;
struct removal;
struct resource;

/* Ways in. */
enum entry { ENTRY_SSO, ENTRY_PASSWORD, ENTRY_SESSION, ENTRY_API_KEY, ENTRY_INVITE };

/* The steps of a lifecycle as data. model_steps is the correct table; an organization may be given another one. NULL members
 * are skipped. */
struct model_steps {
    bool (*may_enter)(const struct organization *organization, const struct account *account,
                      enum entry entry); /* asked on every use */
    /* asked at a sign-in and on every use of its session */
    bool (*allows)(const struct organization *organization, const struct account *account, const struct sign_in_context *context,
                   struct model_failure *failure);
    void (*refused)(struct organization *organization, enum threat_kind kind, const char *who, const char *address);
    void (*end_sessions)(struct organization *organization, struct account *account);
    void (*end_api_keys)(struct organization *organization, struct account *account);
    void (*end_invites)(struct organization *organization, struct account *account);
    void (*hand_over)(struct organization *organization, struct account *account);
    /* What deprovisioning_rules add (deprovisioning.h). */
    void (*archive)(struct organization *organization, struct account *account);
    void (*transfer)(struct organization *organization, struct account *account);
    void (*notify)(struct organization *organization, struct account *account);
    void (*let_go)(struct organization *organization, const struct removal *removal);
    /* Those who were deleted (departed.h). */
    struct departed *(*recognize)(const struct organization *organization, const json *resource);
    void (*purge)(struct organization *organization);
    /* May somebody who has access to the place of a project see the project? */
    bool (*cleared)(const struct organization *organization, const struct account *account, const struct project *project);
    void (*end_approvals)(struct organization *organization, struct account *account);
    /* Never NULL: what a candidate for access waits for. */
    enum access_wait (*wait)(const struct organization *organization, const struct account *account,
                             const struct resource *resource, const struct access_via *via);
    /* Never NULL: does the account have any access at all? */
    bool (*counts)(const struct organization *organization, const struct account *account);
    /* Never NULL: has somebody the permission of the organization (standing.h)? */
    bool (*permits)(const struct organization *organization, const struct account *account, enum mapping_permission permission);
    /* Never NULL: what a folder takes from its workspace, where the person has this role. ROLE_NONE: nothing. */
    enum role (*passes)(const struct resource *folder, enum role above);
    /* Never NULL: does the role allow this? Asked at every decision (decision.h). */
    bool (*may)(enum role role, enum permission permission);
    /* Never NULL: may SCIM be used from this address? Asked before the credentials are. */
    bool (*takes_from)(const struct organization *organization, const char *address, struct model_failure *failure);
    /* Never NULL: may SCIM be used? Asked at every request of its door. */
    bool (*scim)(const struct organization *organization, struct model_failure *failure);
    /* An entry is about to be written to the trail (audit.h), with these events (NULL: none), which may be changed. False: it is not written. */
    bool (*tells)(const struct organization *organization, const struct audit_entry *entry, json *events);
};

extern const struct model_steps model_steps;

bool lifecycle_may_deactivate(const struct organization *organization, const struct account *account,
                              struct model_failure *failure) MUST_USE;
bool lifecycle_may_take_seat(const struct organization *organization, struct model_failure *failure) MUST_USE;
/* Both unchecked; status and seat only, no word in the SCIM resource: account.h does that. */
void lifecycle_deactivate(struct organization *organization, struct account *account);
void lifecycle_reactivate(struct organization *organization, struct account *account);

/* The longest-standing active owner of the workspace other than `without` (may be NULL); NULL: none. */
struct account *lifecycle_active_owner(const struct resource *workspace, const struct account *without);
/* Who becomes owner when `leaver` no longer is; never leaver; NULL: nobody is left. */
struct account *lifecycle_heir(const struct organization *organization, const struct resource *workspace,
                               const struct account *leaver);
/* Passes on every workspace whose last active owner the account was. */
void lifecycle_hand_over(struct organization *organization, struct account *account);

#endif
