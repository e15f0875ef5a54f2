/* access.h: who has which access, and why. One pure function of the organization's state and of its clock; nothing it says is stored.
 *
 * Workspace: none unless the account is active and holds a seat. Candidates are the person's manual role, every grant to a group
 * they are in (directly or nested), the org role where its pattern matches a managed workspace, the mapping of every group they are in by
 * the name the group has now (policy_groups.h), and every access rule they meet (policy_access.h). A candidate counts when it is inside its window by the
 * organization's clock, approved if that is needed (approval.h), and its group inside the roll-out; others wait. The highest role wins, by the
 * ladder of role.h and not by what the roles allow; all candidates that count are reported, the winner first.
 *
 * Folder with team access `workspace`: its own manual role if there is one, which replaces everything else, otherwise the role
 * on the workspace; an own role for a while alone replaces nothing, the higher of the two counts. Folder with `invite-only`: its
 * own manual role, group grants and rules; an owner of the workspace keeps owner.
 *
 * Being a member is remembered (account.joined): a click or a manual role makes one, losing every candidate ends it, a
 * deactivation leaves it. Who has only group candidates and isn't one yet is joinable. That an org role, a mapping or a rule makes a member without
 * a click follows from "a person whose access comes only from groups is joinable".
 */
#ifndef REFERENCE_SERVER_MODEL_ACCESS_H
#define REFERENCE_SERVER_MODEL_ACCESS_H

#include "common/base.h"
#include "reference-server/model/role.h"

struct account;
struct arena;
struct group;
struct organization;
struct resource;

/* kind, word of the access document; in the order in which equal roles are listed */
#define VIA_KINDS(X)                                                                                                             \
    X(VIA_MANUAL, "manual")                                                                                                      \
    X(VIA_GROUP, "group")                                                                                                        \
    X(VIA_MAPPING, "mapping")                                                                                                    \
    X(VIA_RULE, "rule")                                                                                                          \
    X(VIA_ORG_ROLE, "org-role")                                                                                                  \
    X(VIA_WORKSPACE, "workspace") /* a folder that follows its workspace, or a workspace's owner in an invite-only folder */

enum via_kind {
#define X(kind, word) kind,
    VIA_KINDS(X)
#undef X
};

struct access_via {
    enum via_kind kind;
    const struct group *group; /* VIA_GROUP: the one that holds the grant; VIA_MAPPING: the one that has the mapping's name */
    const char *rule;          /* VIA_RULE: its name */
    enum role role;
    int64_t starts_ms, ends_ms; /* its window; INT64_MIN, INT64_MAX: no limit */
    bool asked;                 /* a grant's role that is only asked for */
};

/* wait, word of the access document: why a candidate does not count */
#define ACCESS_WAITS(X)                                                                                                          \
    X(WAIT_NONE, "")                                                                                                             \
    X(WAIT_APPROVAL, "pending")                                                                                                  \
    X(WAIT_REJECTED, "rejected")                                                                                                 \
    X(WAIT_START, "not-started")                                                                                                 \
    X(WAIT_END, "ended")                                                                                                         \
    X(WAIT_ROLLOUT, "not-rolled-out")

enum access_wait {
#define X(wait, word) wait,
    ACCESS_WAITS(X)
#undef X
};

/* A candidate that does not count. */
struct access_waiting {
    const struct resource *resource;
    struct access_via via;
    enum access_wait wait;
};

struct access_waiting_list {
    const struct access_waiting *items; /* sorted by path, then as via */
    size_t count;
};

struct access_entry {
    const struct resource *resource;
    enum role role;
    bool member; /* false: joinable */
    const struct access_via *via;
    size_t via_count; /* at least 1 */
};

struct access_list {
    const struct access_entry *items; /* sorted by path */
    size_t count;
};

struct access_list access_of(struct arena *arena, const struct organization *organization, const struct account *account);
/* The same, and what waits, for the price of one. */
struct access_list access_of_all(struct arena *arena, const struct organization *organization, const struct account *account,
                                 struct access_waiting_list *waiting);
/* Whether anything gives the account access: it is active and holds a seat. A step of model_steps. */
bool access_counts(const struct organization *organization, const struct account *account);
/* The same for one resource; false when there is no access. */
bool access_on(struct arena *arena, const struct organization *organization, const struct account *account,
               const struct resource *resource, struct access_entry *out);
/* What a folder takes from its workspace: the role there, or, when it is invite-only, ownership alone. A step of model_steps. */
enum role access_passes(const struct resource *folder, enum role above);
const char *via_kind_word(enum via_kind kind);
const char *access_wait_word(enum access_wait wait);

/* What the account would have access by, if it did not wait for something. */
struct access_waiting_list access_waiting(struct arena *arena, const struct organization *organization,
                                          const struct account *account);
/* What a candidate waits for; a step of model_steps. */
enum access_wait access_wait(const struct organization *organization, const struct account *account,
                             const struct resource *resource, const struct access_via *via);

/* What the account would have if it were active: decides whether a membership has lost every candidate. */
struct access_list access_potential(struct arena *arena, const struct organization *organization, const struct account *account);
/* Ends the memberships of this person, or of everybody in the resource, that have lost every candidate, and the approvals of what nothing gives any
 * more. After each change that can take one away. */
void access_settle(struct organization *organization, struct account *account);
void access_settle_resource(struct organization *organization, struct resource *resource);
void access_join(struct organization *organization, struct account *account, struct resource *resource);
void access_leave(struct organization *organization, struct account *account, struct resource *resource);

/* The clock has moved: settles what windows have begun or ended since the last time. Costs nothing until the next one does. */
void access_tick(struct organization *organization);
/* A window came to be; access_tick is to notice its ends. */
struct grant_window;
void access_window_ahead(struct organization *organization, struct grant_window window);

#endif
