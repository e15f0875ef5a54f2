/* Records of workspaces, folders and projects, and of who may what there. */
#include "common/base.h"

#include "reference-server/model/record_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"

#include <string.h>

/* --- workspaces and folders --- */

bool record_put_resource(const struct record_put *put)
{
    const struct resource *resource = resource_find(put->organization, put->key);
    if (resource == NULL) {
        return false;
    }
    json_set_text(put->data, "id", resource->id);
    json_set_integer(put->data, "order", (int64_t)resource->order);
    if (resource->kind == RESOURCE_FOLDER) {
        json_set_text(put->data, "workspace", resource->workspace->path);
        json_set_text(put->data, "teamAccess", team_access_name(resource->team_access));
    } else {
        json_set_bool(put->data, "managed", resource->managed);
    }
    return true;
}

bool record_read_resource(const struct record_read *read)
{
    const char *parent = json_get_text(read->data, "workspace", NULL), *id = json_get_text(read->data, "id", NULL);
    struct resource resource = {
        .kind = parent == NULL ? RESOURCE_WORKSPACE : RESOURCE_FOLDER,
        .workspace = resource_find(read->organization, parent),
        .managed = json_get_bool(read->data, "managed", false),
        .order = (uint64_t)json_get_integer(read->data, "order", 0),
    };
    if (id == NULL || resource_find(read->organization, read->key) != NULL ||
        (parent != NULL && (resource.workspace == NULL || resource.workspace->kind != RESOURCE_WORKSPACE ||
                            !team_access_read(json_get_text(read->data, "teamAccess", NULL), &resource.team_access)))) {
        return false;
    }
    resource.id = mem_strdup(id);
    resource.path = mem_strdup(read->key);
    (void)resource_restore(read->organization, &resource);
    return true;
}

bool record_put_project(const struct record_put *put)
{
    const struct project *project = project_find(put->organization, put->key);
    if (project == NULL) {
        return false;
    }
    json_set_text(put->data, "in", project->resource->path);
    json_set_text(put->data, "owner", project->owner->id);
    json_set_bool(put->data, "archived", project->archived);
    if (project->left_behind) {
        json_set_bool(put->data, "leftBehind", true);
    }
    return true;
}

bool record_read_project(const struct record_read *read)
{
    struct resource *resource = resource_find(read->organization, json_get_text(read->data, "in", NULL));
    const char *owner = json_get_text(read->data, "owner", NULL);
    if (resource == NULL || owner == NULL || project_find(read->organization, read->key) != NULL) {
        return false;
    }
    struct record_owner *pending = arena_alloc(read->restore->arena, sizeof *pending);
    pending->project =
        project_restore(read->organization, &(struct project){.path = mem_strdup(read->key),
                                                              .resource = resource,
                                                              .archived = json_get_bool(read->data, "archived", false),
                                                              .left_behind = json_get_bool(read->data, "leftBehind", false)});
    pending->account = arena_strdup(read->restore->arena, owner);
    list_push(&read->restore->projects, pending);
    return true;
}

/* --- who may what --- */

/* Subject and resource of a key; one of account and group is set. */
struct pair {
    struct account *account;
    struct group *group;
    struct resource *resource;
};

static bool find_pair(const struct organization *organization, const char *key, struct pair *out)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *subject, *path;
    if (!record_split(arena, key, &subject, &path)) {
        return false;
    }
    *out = (struct pair){account_by_id(organization, subject), NULL, resource_find(organization, path)};
    out->group = out->account == NULL ? group_by_id(organization, subject) : NULL;
    return out->resource != NULL && (out->account != NULL || out->group != NULL);
}

bool record_put_grant(const struct record_put *put)
{
    struct pair pair;
    if (!find_pair(put->organization, put->key, &pair)) {
        return false;
    }
    const struct grant *grant =
        pair.account != NULL ? grant_of_account(pair.resource, pair.account) : grant_of_group(pair.resource, pair.group);
    if (grant == NULL) {
        return false;
    }
    json_set_text(put->data, "role", role_name(grant->role));
    json_set_integer(put->data, "order", (int64_t)grant->order);
    return true;
}

bool record_read_grant(const struct record_read *read)
{
    struct pair pair;
    enum role role;
    if (!find_pair(read->organization, read->key, &pair) || !role_read(json_get_text(read->data, "role", NULL), &role)) {
        return false;
    }
    grant_restore(&(struct grant){.resource = pair.resource,
                                  .account = pair.account,
                                  .group = pair.group,
                                  .role = role,
                                  .order = (uint64_t)json_get_integer(read->data, "order", 0)});
    return true;
}

bool record_put_joined(const struct record_put *put)
{
    struct pair pair;
    return find_pair(put->organization, put->key, &pair) && pair.account != NULL &&
           map_get(pair.account->joined, pair.resource->id) != NULL;
}

bool record_read_joined(const struct record_read *read)
{
    struct pair pair;
    if (!find_pair(read->organization, read->key, &pair) || pair.account == NULL) {
        return false;
    }
    access_join(read->organization, pair.account, pair.resource);
    return true;
}

bool record_put_invite(const struct record_put *put)
{
    const struct invite *invite = map_get(put->organization->invites, put->key);
    if (invite == NULL) {
        return false;
    }
    json_set_text(put->data, "address", invite->address);
    json_set_text(put->data, "resource", invite->resource->path);
    json_set_text(put->data, "role", role_name(invite->role));
    json_set_integer(put->data, "created", invite->created_ms);
    return true;
}

bool record_read_invite(const struct record_read *read)
{
    struct resource *resource = resource_find(read->organization, json_get_text(read->data, "resource", NULL));
    const char *address = json_get_text(read->data, "address", NULL);
    enum role role;
    if (resource == NULL || address == NULL || !role_read(json_get_text(read->data, "role", NULL), &role)) {
        return false;
    }
    signin_restore_invite(read->organization, &(struct invite){mem_strdup(read->key), mem_strdup(address), resource, role,
                                                               json_get_integer(read->data, "created", 0)});
    return true;
}
