/* access.h: who has which access, and why. One pure function of the organization's state; nothing it says is stored.
 *
 * Workspace: none unless the account is active and holds a seat. Candidates are the person's manual role, every grant to a group
 * they are in (directly or nested), and the org role where its pattern matches a managed workspace. The highest role wins; all
 * candidates are reported, the winner first.
 *
 * Folder with team access `workspace`: its own manual role if there is one, which replaces everything else, otherwise the role
 * on the workspace. Folder with `invite-only`: its own manual role and group grants; an owner of the workspace keeps owner.
 *
 * Being a member is remembered (account.joined): a click or a manual role makes one, losing every candidate ends it, a
 * deactivation leaves it. Who has only group candidates and isn't one yet is joinable. That an org role makes a member without
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
    X(VIA_ORG_ROLE, "org-role")                                                                                                  \
    X(VIA_WORKSPACE, "workspace") /* a folder that follows its workspace, or a workspace's owner in an invite-only folder */

enum via_kind {
#define X(kind, word) kind,
    VIA_KINDS(X)
#undef X
};

struct access_via {
    enum via_kind kind;
    const struct group *group; /* VIA_GROUP: the one that holds the grant */
    enum role role;
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
/* The same for one resource; false when there is no access. */
bool access_on(struct arena *arena, const struct organization *organization, const struct account *account,
               const struct resource *resource, struct access_entry *out);
const char *via_kind_word(enum via_kind kind);

/* What the account would have if it were active: decides whether a membership has lost every candidate. */
struct access_list access_potential(struct arena *arena, const struct organization *organization, const struct account *account);
/* Ends the memberships of this person, or of everybody in the resource, that have lost every candidate. After each change that
 * can take one away. */
void access_settle(struct organization *organization, struct account *account);
void access_settle_resource(struct organization *organization, struct resource *resource);
void access_join(struct organization *organization, struct account *account, struct resource *resource);
void access_leave(struct organization *organization, struct account *account, struct resource *resource);

#endif
