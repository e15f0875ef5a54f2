/* signin.h: the ways in: single sign-on, password, session, API key, invite; and what a person does once inside.
 *
 * Secrets are handed out once and kept as hashes. No way in creates an account but an accepted invite to an address that
 * nobody has. Every use asks model_steps.may_enter again, so an inactive account gets in nowhere even if something of it was
 * left over. */
#ifndef REFERENCE_SERVER_MODEL_SIGNIN_H
#define REFERENCE_SERVER_MODEL_SIGNIN_H

#include "common/base.h"
#include "reference-server/model/access.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

struct account;
struct arena;
struct project;
struct resource;

struct session {
    char *hash;
    struct account *account;
    enum entry entry;         /* how it was made, */
    bool mfa, trusted_device; /* and with what (conditional.h) */
    char *address; /* from where, as far as the sign-in said so itself; NULL: each use comes from where it comes from */
    int64_t created_ms;
};

struct api_key {
    char *hash, *name;
    struct account *account;
    int64_t created_ms;
};

struct invite {
    char *hash;
    char *address; /* as given; indexed folded */
    struct resource *resource;
    enum role role;
    int64_t created_ms;
};

struct sign_in {
    const char *user;     /* address */
    enum entry method;    /* ENTRY_SSO (needs SAML; the provider has vouched for the person) or ENTRY_PASSWORD */
    const char *password; /* NULL: none */
    struct sign_in_context context;
    bool claimed; /* context.address is what was said, not what was seen: the session keeps it */
};

/* Refusals are 403 signInRefused with the reason, or those of conditional.h. */
bool signin(struct organization *organization, const struct sign_in *wish, char session[MODEL_TOKEN_SIZE], struct account **out,
            struct model_failure *failure) MUST_USE;
bool signin_method_read(const char *text, enum entry *method); /* "sso", "password" */

/* Whose is this session or API key? with: how its session began, or ENTRY_API_KEY. 401 unauthorized when it is nobody's, or no longer; a
 * session that lacks what the organization asks for by now is refused as the sign-in would be. address: where it is used from,
 * unless the session has an address of its own; NULL: not known. */
bool signin_who(const struct organization *organization, const char *secret, const char *address, struct account **out,
                enum entry *with, struct model_failure *failure) MUST_USE;

/* The click: the account becomes a member of what it can open: a workspace, a folder, or that of a project, if it is in by single sign-on (with
 * ENTRY_SSO); else what it can open is open, and it stays joinable. 403 noAccess; 403
 * notCleared when the clearance is too low for the project (clearance.h). A folder that follows its workspace joins the
 * workspace. */
bool signin_open(struct arena *arena, struct organization *organization, struct account *account, enum entry with,
                 const char *path, struct access_entry *out, struct model_failure *failure) MUST_USE;
bool signin_make_api_key(struct organization *organization, struct account *account, const char *name, char key[MODEL_TOKEN_SIZE],
                         struct model_failure *failure) MUST_USE;
/* Members may create workspaces when the setting says so, organization admins always; they become the owner. Not managed until
 * an admin selects it. */
bool signin_create_workspace(struct organization *organization, struct account *account, const char *name, struct resource **out,
                             struct model_failure *failure) MUST_USE;
/* Needs the permission to edit where the project goes, or to open it and create_projects (standing.h). */
bool signin_create_project(struct arena *arena, struct organization *organization, struct account *account, const char *path,
                           struct project **out, struct model_failure *failure) MUST_USE;

/* Those who may manage the place of a project, and its owner as long as they can open it, hand it over and archive it or bring
 * it back, all of them with the clearance that it asks for (403 notCleared). */
bool signin_transfer_project(struct organization *organization, struct account *account, const char *path, const char *to,
                             struct project **out, struct model_failure *failure) MUST_USE;
bool signin_archive_project(struct organization *organization, struct account *account, const char *path, bool archived,
                            struct project **out, struct model_failure *failure) MUST_USE;

/* A comment, a task, a completed task: each takes its permission (resource.h), and nobody works in what is archived. */
bool signin_work(struct organization *organization, const struct account *account, const char *path, enum project_work work,
                 struct project **out, struct model_failure *failure) MUST_USE;

/* Invites: to an address, for a role on a workspace or folder. Refused for somebody inactive. */
bool signin_invite(struct organization *organization, const char *address, struct resource *resource, enum role role,
                   char invite[MODEL_TOKEN_SIZE], struct model_failure *failure) MUST_USE;
/* The same by a person: needs manage_users (standing.h), 403 noPermission; access to the place, 403 noAccess; and for a role no
 * higher than their own there. */
bool signin_invite_by(struct organization *organization, const struct account *account, const char *address, const char *path,
                      enum role role, char invite[MODEL_TOKEN_SIZE], struct model_failure *failure) MUST_USE;
/* May somebody see the reports? Needs view_reports (standing.h), else 403 noPermission. */
bool signin_may_see_reports(const struct organization *organization, const struct account *account,
                            struct model_failure *failure) MUST_USE;
/* Accepting: gives the role as a manual one unless a higher one is there already (or asks for it, where it needs approval), and
 * signs in. Makes an account (not managed, with the password if given) when nobody has the address; an account that exists keeps
 * its password. An invite works once. */
bool signin_accept(struct organization *organization, const char *invite, const char *password, char session[MODEL_TOKEN_SIZE],
                   struct account **out, struct model_failure *failure) MUST_USE;
size_t signin_invite_count(const struct organization *organization,
                           const struct account *account); /* pending, to any of their addresses */

/* Steps of model_steps. */
bool signin_may_enter(const struct organization *organization, const struct account *account, enum entry entry);
void signin_end_sessions(struct organization *organization, struct account *account);
void signin_end_api_keys(struct organization *organization, struct account *account);
void signin_end_invites(struct organization *organization, struct account *account);
void signin_free(struct organization *organization); /* for organization_free: all sessions, keys and invites */

/* For record.h: as they were, the texts taken. */
void signin_restore_session(struct organization *organization, const struct session *stored);
void signin_restore_api_key(struct organization *organization, const struct api_key *stored);
void signin_restore_invite(struct organization *organization, const struct invite *stored);

#endif
