#include "common/base.h"

#include "reference-server/model/resource.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/organization.h"

#include <string.h>

static const char *const team_access_names[] = {[TEAM_ACCESS_WORKSPACE] = "workspace", [TEAM_ACCESS_INVITE_ONLY] = "invite-only"};

struct resource *resource_find(const struct organization *organization, const char *path)
{
    return path == NULL ? NULL : map_get(organization->resources_by_path, path);
}

struct project *project_find(const struct organization *organization, const char *path)
{
    return path == NULL ? NULL : map_get(organization->projects_by_path, path);
}

const char *team_access_name(enum team_access team_access)
{
    return team_access_names[team_access];
}

bool team_access_read(const char *text, enum team_access *team_access)
{
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(team_access_names); i++) {
        if (text_equal(text, team_access_names[i])) {
            *team_access = (enum team_access)i;
            return true;
        }
    }
    return false;
}

bool resource_name_valid(const char *name)
{
    size_t n = name == NULL ? 0 : strlen(name);
    if (n == 0 || n > ORGANIZATION_MAX_NAME || name[0] == ' ' || name[n - 1] == ' ') {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (name[i] == '/' || (unsigned char)name[i] < ' ' || name[i] == 0x7F) {
            return false;
        }
    }
    return true;
}

static bool refuse_name(const char *name, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_INVALID, "invalid",
                             "use 1 to 256 bytes without slash, control characters and outer blanks",
                             "\"%.200s\" is no name for a workspace, folder or project", name == NULL ? "" : name);
}

static bool refuse_taken(const char *path, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_CONFLICT, "taken", "", "\"%.300s\" is there already", path);
}

/* The workspace or folder before the last slash, and the name behind it. */
static bool split_path(const struct organization *organization, const char *path, struct resource **parent, const char **name,
                       struct model_failure *failure)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    if (slash == NULL) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "write Workspace/Name",
                                 "\"%.200s\" doesn't say in which workspace", path == NULL ? "" : path);
    }
    if (!resource_name_valid(slash + 1)) {
        return refuse_name(slash + 1, failure);
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    *parent = resource_find(organization, arena_strndup(arena, path, (size_t)(slash - path)));
    if (*parent == NULL) {
        return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "", "there is no workspace or folder for \"%.300s\"",
                                 path);
    }
    *name = slash + 1;
    return true;
}

static bool has_room(const struct organization *organization, struct model_failure *failure)
{
    if (organization->resource_count >= organization->limits->resources) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "limit", "",
                                 "an organization holds at most %zu workspaces and folders", organization->limits->resources);
    }
    return true;
}

/* parent: the workspace of a folder; NULL: it is one. */
static struct resource *take_in(struct organization *organization, struct resource *resource, struct resource *parent)
{
    resource->workspace = parent == NULL ? resource : parent;
    resource->grants = map_new();
    resource->joined = map_new();
    list_push(parent == NULL ? &organization->workspaces : &parent->folders, resource);
    map_set(organization->resources_by_path, resource->path, resource);
    organization->resource_count++;
    return resource;
}

struct resource *resource_restore(struct organization *organization, const struct resource *stored)
{
    struct resource *resource = mem_alloc(sizeof *resource);
    *resource = *stored;
    return take_in(organization, resource, stored->workspace);
}

static struct resource *make_resource(struct organization *organization, const char *path, struct resource *parent)
{
    struct resource *resource = mem_alloc(sizeof *resource);
    char id[37];
    audit_watch_admins(organization);
    if (parent != NULL) {
        audit_watch_resource(organization, parent);
    }
    organization->random.id(organization->random.context, id);
    resource->id = mem_strdup(id);
    resource->path = mem_strdup(path);
    resource->kind = parent == NULL ? RESOURCE_WORKSPACE : RESOURCE_FOLDER;
    resource->order = organization_next(organization);
    change_note(organization, RECORD_RESOURCE, path);
    return take_in(organization, resource, parent);
}

bool resource_add_workspace(struct organization *organization, const char *name, bool managed, struct account *owner,
                            struct resource **out, struct model_failure *failure)
{
    if (!resource_name_valid(name)) {
        return refuse_name(name, failure);
    }
    if (resource_find(organization, name) != NULL) {
        return refuse_taken(name, failure);
    }
    if (!has_room(organization, failure)) {
        return false;
    }
    if (owner != NULL && !owner->active) {
        return model_failure_set(failure, MODEL_INVALID, "inactive", "name an active owner",
                                 "%.300s is not active and can't own a workspace", owner->user_name);
    }
    struct resource *workspace = make_resource(organization, name, NULL);
    workspace->managed = managed;
    grant_put(organization, workspace, owner == NULL ? organization->break_glass : owner, NULL, ROLE_OWNER);
    *out = workspace;
    return true;
}

bool resource_add_folder(struct organization *organization, const char *path, enum team_access team_access, struct resource **out,
                         struct model_failure *failure)
{
    struct resource *parent;
    const char *name;
    if (!split_path(organization, path, &parent, &name, failure)) {
        return false;
    }
    if (parent->kind != RESOURCE_WORKSPACE) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "write Workspace/Folder",
                                 "a folder is in a workspace, not in another folder");
    }
    if (resource_find(organization, path) != NULL) {
        return refuse_taken(path, failure);
    }
    if (!has_room(organization, failure)) {
        return false;
    }
    struct resource *folder = make_resource(organization, path, parent);
    folder->team_access = team_access;
    *out = folder;
    return true;
}

struct project *project_restore(struct organization *organization, const struct project *stored)
{
    struct project *project = mem_alloc(sizeof *project);
    *project = *stored;
    list_push(&organization->projects, project);
    map_set(organization->projects_by_path, project->path, project);
    return project;
}

void project_restore_owner(struct project *project, struct account *owner)
{
    project->owner = owner;
    list_push(&owner->projects, project);
}

bool resource_add_project(struct organization *organization, const char *path, struct account *owner, struct project **out,
                          struct model_failure *failure)
{
    struct resource *parent;
    const char *name;
    if (!split_path(organization, path, &parent, &name, failure)) {
        return false;
    }
    if (project_find(organization, path) != NULL) {
        return refuse_taken(path, failure);
    }
    if (organization->projects.count >= organization->limits->resources) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "limit", "", "an organization holds at most %zu projects",
                                 organization->limits->resources);
    }
    struct project *project = project_restore(organization, &(struct project){.path = mem_strdup(path), .resource = parent});
    project_restore_owner(project, owner);
    change_note(organization, RECORD_PROJECT, path);
    *out = project;
    return true;
}

void project_pass(struct organization *organization, struct project *project, struct account *to)
{
    struct account *from = project->owner;
    audit_watch(organization, from);
    audit_watch(organization, to);
    if (from != to) {
        audit_project(organization, from, project->path, "owner", "none");
        audit_project(organization, to, project->path, "none", "owner");
    }
    list_remove(&from->projects, project);
    project->left_behind = false;
    project_restore_owner(project, to);
    change_note(organization, RECORD_PROJECT, project->path);
    access_settle(organization, from); /* rules go by projects, too */
}

bool project_transfer(struct organization *organization, struct project *project, struct account *to,
                      struct model_failure *failure)
{
    if (!to->active) {
        return model_failure_set(failure, MODEL_INVALID, "inactive", "name an active owner",
                                 "%.300s is not active and can't own a project", to->user_name);
    }
    if (to != project->owner) {
        notification_add(organization, NOTIFICATION_TRANSFERRED, to, project->owner, "You now own %s, a project of %s.",
                         project->path, project->owner->user_name);
        project_pass(organization, project, to);
    }
    return true;
}

static const struct {
    const char *word, *member;
} work_rows[WORK_COUNT] = {
#define X(code, word, member, permission) [code] = {word, member},
    PROJECT_WORK(X)
#undef X
};

bool project_work_read(const char *word, enum project_work *work)
{
    for (size_t i = 0; i < WORK_COUNT; i++) {
        if (text_equal(work_rows[i].word, word)) {
            *work = (enum project_work)i;
            return true;
        }
    }
    return false;
}

void project_work_write(const struct project *project, json *out)
{
    for (size_t i = 0; i < WORK_COUNT; i++) {
        json_set_integer(out, work_rows[i].member, project->work[i]);
    }
}

void project_work_restore(struct project *project, const json *members)
{
    for (size_t i = 0; i < WORK_COUNT; i++) {
        project->work[i] = (uint32_t)json_get_integer(members, work_rows[i].member, 0);
    }
}

bool project_work_done(struct organization *organization, struct project *project, enum project_work work,
                       struct model_failure *failure)
{
    if (work == WORK_COMPLETE && project->work[WORK_COMPLETE] == project->work[WORK_TASK]) {
        return model_failure_set(failure, MODEL_INVALID, "noTask", "", "there is no open task in %.300s", project->path);
    }
    if (project->work[work] >= PROJECT_MAX_WORK) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "limit", "", "a project holds at most %d %s", PROJECT_MAX_WORK,
                                 work_rows[work].member);
    }
    project->work[work]++;
    change_note(organization, RECORD_PROJECT, project->path);
    return true;
}

void project_archive(struct organization *organization, struct project *project, bool archived)
{
    const char *key;
    void *account;
    audit_watch_project(organization, project);
    if (project->archived != archived) {
        audit_configuration(organization, project->path, project->archived ? "archived" : "in work",
                            archived ? "archived" : "in work");
    }
    project->archived = archived;
    project->left_behind = false;
    change_note(organization, RECORD_PROJECT, project->path);
    access_settle(organization, project->owner);
    for (size_t i = 0; map_at(project->assigned, &i, &key, &account);) {
        access_settle(organization, account);
    }
}

static void end_group_grants(struct organization *organization, struct resource *resource)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct grant **ended = arena_array(arena, map_count(resource->grants) + 1, sizeof(struct grant *));
    size_t count = 0;
    const char *key;
    void *value;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        struct grant *grant = value;
        if (grant->group != NULL) {
            ended[count++] = grant;
        }
    }
    for (size_t i = 0; i < count; i++) {
        grant_drop(organization, ended[i]);
    }
    access_settle_resource(organization, resource);
}

void resource_manage(struct organization *organization, struct resource *const *workspaces, size_t count)
{
    audit_watch_admins(organization);
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        struct resource *workspace = organization->workspaces.items[i];
        audit_watch_resource(organization, workspace);
        workspace->managed = false;
        change_note(organization, RECORD_RESOURCE, workspace->path);
        for (size_t k = 0; k < count && !workspace->managed; k++) {
            workspace->managed = workspaces[k] == workspace;
        }
        if (workspace->managed) {
            continue;
        }
        end_group_grants(organization, workspace);
        for (size_t k = 0; k < workspace->folders.count; k++) {
            end_group_grants(organization, workspace->folders.items[k]);
        }
    }
}

void resource_set_team_access(struct organization *organization, struct resource *folder, enum team_access team_access)
{
    audit_watch_resource(organization, folder->workspace);
    folder->team_access = team_access;
    change_note(organization, RECORD_RESOURCE, folder->path);
    if (team_access == TEAM_ACCESS_WORKSPACE) {
        end_group_grants(organization, folder);
    }
}

void resource_free(struct resource *resource)
{
    for (size_t i = 0; i < resource->folders.count; i++) {
        resource_free(resource->folders.items[i]);
    }
    list_release(&resource->folders);
    map_free(resource->grants);
    map_free(resource->joined);
    mem_free(resource->path);
    mem_free(resource->id);
    mem_free(resource);
}

void project_free(struct project *project)
{
    map_free(project->assigned);
    mem_free(project->classification);
    mem_free(project->path);
    mem_free(project);
}
