/* resource.h: workspaces, folders and projects.
 *
 * A path is "Sales", "Sales/Pricing", "Sales/Launch", "Sales/Pricing/Plan"; names hold no slash, no control character and no
 * blank at either end. */
#ifndef REFERENCE_SERVER_MODEL_RESOURCE_H
#define REFERENCE_SERVER_MODEL_RESOURCE_H

#include "common/base.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/list.h"

struct account;
struct map;
struct organization;

enum resource_kind { RESOURCE_WORKSPACE, RESOURCE_FOLDER };
enum team_access { TEAM_ACCESS_WORKSPACE, TEAM_ACCESS_INVITE_ONLY };

struct resource {
    char *id;
    char *path;
    enum resource_kind kind;
    struct resource *workspace;   /* itself for a workspace */
    bool managed;                 /* workspace: the organization manages it, so groups may be granted */
    enum team_access team_access; /* folder */
    struct list folders;          /* workspace: of struct resource * */
    struct map *grants;           /* account or group id -> struct grant *, in order of granting */
    struct map *joined;           /* people who are members: account id -> struct account * */
    uint64_t order;
};

struct project {
    char *path;
    struct resource *resource; /* the workspace or folder it is in */
    struct account *owner;     /* never NULL; may be inactive */
    bool archived;
    bool left_behind; /* archived because its owner left (deprovisioning.h), whose return undoes it while it is still theirs */
};

struct resource *resource_find(const struct organization *organization, const char *path); /* workspace or folder; NULL */
struct project *project_find(const struct organization *organization, const char *path);
const char *team_access_name(enum team_access team_access); /* "workspace", "invite-only" */
bool team_access_read(const char *text, enum team_access *team_access);
bool resource_name_valid(const char *name);

/* owner NULL: the break-glass owner. */
bool resource_add_workspace(struct organization *organization, const char *name, bool managed, struct account *owner,
                            struct resource **out, struct model_failure *failure) MUST_USE;
bool resource_add_folder(struct organization *organization, const char *path, enum team_access team_access, struct resource **out,
                         struct model_failure *failure) MUST_USE;
bool resource_add_project(struct organization *organization, const char *path, struct account *owner, struct project **out,
                          struct model_failure *failure) MUST_USE;
/* To another owner. What was left behind is archived for good, unless the new owner or somebody else says otherwise. */
void project_pass(struct organization *organization, struct project *project, struct account *to);
/* The same by somebody's wish: the new owner has to be active, and is told. The one it has already: nothing happens. */
bool project_transfer(struct organization *organization, struct project *project, struct account *to,
                      struct model_failure *failure) MUST_USE;
void project_archive(struct organization *organization, struct project *project, bool archived);
/* The exact set that the organization manages, of workspaces. Group grants in workspaces that leave it, and in their folders,
 * end. */
void resource_manage(struct organization *organization, struct resource *const *workspaces, size_t count);
/* Back to `workspace`: group grants on the folder end, since only an invite-only folder takes them. */
void resource_set_team_access(struct organization *organization, struct resource *folder, enum team_access team_access);
void resource_free(struct resource *resource); /* for organization_free; folders with it */
void project_free(struct project *project);

/* For record.h: as they were, the texts taken. The workspace of a folder comes before it; a project gets its owner when all
 * accounts are there. */
struct resource *resource_restore(struct organization *organization, const struct resource *stored);
struct project *project_restore(struct organization *organization, const struct project *stored);
void project_restore_owner(struct project *project, struct account *owner);

#endif
