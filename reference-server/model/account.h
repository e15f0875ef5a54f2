/* account.h: one person: the SCIM User plus what the product knows about them.
 *
 * One person, one account (access model, invariant 6). Who is there before SCIM is not managed; a SCIM create, replace or
 * patch of that person makes the same account managed, and what it had it keeps. userName is compared by full case folding
 * (RFC 7643 §4.1.1, common/unicode.h), externalId exactly. */
#ifndef REFERENCE_SERVER_MODEL_ACCOUNT_H
#define REFERENCE_SERVER_MODEL_ACCOUNT_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/list.h"
#include "reference-server/model/role.h"

struct arena;
struct map;
struct organization;

#define ACCOUNT_MAX_NAME       1024 /* bytes of a userName */
#define ACCOUNT_MAX_PASSWORD   1024
#define ACCOUNT_URN_USER       "urn:ietf:params:scim:schemas:core:2.0:User"
#define ACCOUNT_URN_ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define ACCOUNT_URN_CUSTOM                                                                                                       \
    "urn:ietf:params:scim:schemas:extension:custom:2.0:User" /* of attributes of a customer's own: policy_attributes.h */

struct account {
    char *id;
    const json *
        resource; /* owned, packed (json_pack). The User without id, meta, groups and password; always with `active` and `userName`. */
    const char *user_name; /* points into resource */
    char *
        full_name; /* first and last name, where the resource has no name in one piece (account_display); NULL: it has, or neither */
    char *
        login; /* the sign-in address: userName at creation; linking does not change it, renaming by SCIM does when it was the userName */
    bool active, managed;
    enum org_role org_role;
    json *edits;     /* owned; NULL: none. What was edited in the product: field -> {"value", "provider"}; profile_edit.h */
    bool rules_wait; /* provisioning_rules come into force with the first membership; incoming.h */
    char *password;  /* digest_password; NULL: none, so only single sign-on gets in */
    int64_t created_ms, modified_ms;
    uint64_t version; /* from 1; goes up with every change of the resource */
    uint64_t order;   /* of creation */

    /* NULL: none (map_put) */
    struct map *groups;    /* direct ones: group id -> struct group * */
    struct map *grants;    /* manual ones: resource id -> struct grant *; see grant.h */
    struct map *joined;    /* resources this person is a member of: resource id -> struct resource *; see access.h */
    struct map *assigned;  /* path -> struct project *; see assignment.h */
    struct map *approvals; /* source -> struct approval *; see approval.h */
    struct list sessions, api_keys, projects;
};

/* Lookup, all by map. address: userName or login, which no two accounts share; enough to sign in. */
struct account *account_by_id(const struct organization *organization, const char *id);
struct account *account_by_user_name(const struct organization *organization, const char *user_name);
const struct list *accounts_by_external_id(const struct organization *organization, const char *external_id); /* never NULL */
const struct list *accounts_by_email(const struct organization *organization,
                                     const char *address); /* any of emails[].value, case-blind; never NULL */
struct account *account_by_address(const struct organization *organization, const char *address);
struct account *account_find(const struct organization *organization, const char *name_or_id); /* id, then address */
/* The account that a new resource is about: of that userName or login, else of that mail address if it is not managed; NULL. */
struct account *account_of_resource(const struct organization *organization, const json *resource);
/* For invites: address, else an e-mail address that only one account has. */
struct account *account_by_any_address(const struct organization *organization, const char *address);
/* userName, login and every e-mail address, folded, each once. */
size_t account_addresses(struct arena *arena, const struct account *account, const char *const **out);

bool account_has_seat(const struct account *account);
const char *account_display(const struct account *account); /* displayName, name.formatted, first and last name, else userName */
const char *account_email(const struct account *account);   /* the primary one, else the first, else NULL */
/* The same of a User. only_if_certain: NULL when there are several and none is primary. */
const char *account_email_in(const json *resource, bool only_if_certain);
const char *account_email_value(const json *element); /* of `emails`; a bare text is one, too */
struct account *
account_manager(const struct organization *organization,
                const struct account *account); /* enterprise manager.value: an id, or, as Okta writes it, an address; NULL */

/* --- changes; resource is copied --- */

/* Somebody who is there before SCIM, or comes by invite. email is the userName; names may be NULL. */
struct account_person {
    const char *address, *given_name, *family_name;
    bool active;
    enum org_role org_role;
};
bool account_add(struct organization *organization, const struct account_person *person, struct account **out,
                 struct model_failure *failure) MUST_USE;

/* SCIM POST. linked (may be NULL): the address (userName, else the primary or only e-mail) belonged to an account that was not
 * managed, which now is; id, creation time, login, grants, memberships, sessions and org role stay. Otherwise a userName or
 * login that is taken, by an active or an inactive account, is a conflict. Without `active` in it a new account is active, a
 * linked one what it was. Somebody deleted who is still within the retention period is restored (departed.h). Needs a seat unless inactive. */
bool account_create(struct organization *organization, const json *resource, struct account **out, bool *linked,
                    struct model_failure *failure) MUST_USE;

/* SCIM PUT and PATCH: resource is the whole new User. Renames, deactivates and reactivates as the difference says; makes the
 * account managed. Without `active` in it the status stays. A resource equal to the old one changes nothing, not even version
 * and modified time. */
bool account_may_replace(const struct organization *organization, const struct account *account, const json *resource,
                         struct model_failure *failure) MUST_USE; /* whether it would be refused */
bool account_replace(struct organization *organization, struct account *account, const json *resource,
                     struct model_failure *failure) MUST_USE;

/* In the product (profile_edit.h): resource is the whole new User, its userName and status as they were; edits as account_put_edits. Checked before. */
void account_edit(struct organization *organization, struct account *account, const json *resource, json *edits);
/* What is edited in the product from now on: a root, taken; an empty one: nothing. Rules go by it, so memberships and approvals are settled. */
void account_put_edits(struct organization *organization, struct account *account, json *edits);

/* SCIM DELETE: as a deactivation, then the account is gone from groups and grants, and the name is free for a person who
 * starts fresh. Projects stay; they pass to the longest-standing active owner of their workspace. What is kept of the account, so that the same user can
 * be restored by account_create, is told in departed.h. The break-glass owner is refused (403 mutability). */
bool account_delete(struct organization *organization, struct account *account, struct model_failure *failure) MUST_USE;

/* How this person signs in, when it is not the userName. A conflict when it is somebody else's name or login. */
bool account_set_login(struct organization *organization, struct account *account, const char *login,
                       struct model_failure *failure) MUST_USE;

bool account_set_password(struct organization *organization, struct account *account, const char *password,
                          struct model_failure *failure) MUST_USE;
void account_drop_password(struct organization *organization,
                           struct account *account); /* only single sign-on gets in from now on */
/* account NULL: nobody, which takes as long to find out. */
bool account_password_is(const struct account *account, const char *password);
/* While the organization is set up: no new version. Either may be NULL. */
void account_set_name(struct organization *organization, struct account *account, const char *given_name,
                      const char *family_name);
void account_set_org_role(struct organization *organization, struct account *account, enum org_role org_role);
void account_free(struct account *account); /* for organization_free */

/* For record.h: an account as it was, its id, login and resource taken. Groups, grants and what it has joined come after it. */
struct account *account_restore(struct organization *organization, const struct account *stored);

#endif
