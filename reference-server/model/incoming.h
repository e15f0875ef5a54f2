/* incoming.h: what a write of the provider comes to under provisioning_rules and sync_config (policy_provisioning.h).
 *
 * All of it without these blocks. With them a write is not refused because of what the rules keep out: it succeeds, and the reply shows the person or
 * group as they now are (RFC 7644 §3.1: "the server is free to alter and/or ignore POSTed content"), so that SCIM reads always show the effective state.
 *
 * Creating somebody: user_creation.attributes names what reaches the profile; userName, externalId and active always do. default_role and welcome_email
 * count with the create, or with the first membership (trigger). Who was there before SCIM is linked, not created, and who
 * is restored comes back: role and greeting are not theirs.
 *
 * Changing somebody: a kind of change that update_triggers does not list is not applied: profile_changed (all of the profile but the manager),
 * manager_updated, group_membership_changed. Of the profile only update_attributes change; the manager is a kind of its own and needs no row there.
 * Neither list is about what custom_mappings maps, unless it names a field that only a mapping can fill.
 * userName goes with "email", displayName and name.formatted with any part of the name, what is no field of the profile only without a list.
 * What was edited in the product (profile_edit.h) is overwritten by a push that says something else (okta_wins), or stays, and the account remembers what
 * the provider said (local_wins).
 *
 * Unless sync_frequency is real_time such changes wait for the next full hour or midnight (UTC) of the organization's clock. Who comes, leaves,
 * is switched on or off, gets an externalId or a password is never kept waiting, and neither are a group that comes, goes or gets another name.
 */
#ifndef REFERENCE_SERVER_MODEL_INCOMING_H
#define REFERENCE_SERVER_MODEL_INCOMING_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"

struct account;
struct arena;
struct group;
struct organization;

/* account_create and account_replace for the SCIM door. whole: a PUT, which says something about every attribute. */
bool incoming_create(struct organization *organization, const json *resource, struct account **out,
                     struct model_failure *failure) MUST_USE;
bool incoming_replace(struct organization *organization, struct account *account, const json *resource, bool whole,
                      struct model_failure *failure) MUST_USE;
/* The User as the provider has left it, with what waits: what its next change starts from. */
const json *incoming_resource(const struct organization *organization, const struct account *account);

/* Whether memberships that the provider changes are not applied at once, so that the three functions below take the place of group.h's. */
bool incoming_holds_members(const struct organization *organization);
/* The members as the provider has left them. Ids in the arena. */
size_t incoming_members(struct arena *arena, const struct organization *organization, const struct group *group,
                        const char *const **out);
/* Members by the difference of two such lists: kept waiting, or not applied at all. */
bool incoming_set_members(struct organization *organization, struct group *group, const char *const *ids, size_t count,
                          struct model_failure *failure) MUST_USE;

/* Somebody has joined a group: for group.c. */
void incoming_joined(struct organization *organization, struct account *account);
/* Applies what is due. The clock has moved, or may have. */
void incoming_settle(struct organization *organization);
/* The policies have changed: what waits gets a slot of the new frequency. */
void incoming_reslot(struct organization *organization);

#endif
