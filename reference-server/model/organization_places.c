#include "common/base.h"

#include "reference-server/model/organization_places.h"

#include "common/clock.h"
#include "common/memory.h"
#include "reference-server/model/account.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/place.h"
#include "reference-server/model/resource.h"

#define MEMBERS_WORKSPACE "managed members groups folders projects"
#define MEMBERS_FOLDER    "teamAccess members groups projects"
#define MEMBERS_PROJECT   "owner archived classification people comments tasks completed"

static const struct place root;

static struct account *read_person(const struct organization *organization, const struct place *at, const char *key,
                                   const char *name, struct model_failure *failure)
{
    struct account *account = account_by_user_name(organization, name);
    if (account == NULL) {
        place_refuse(at, key, failure, "\"%.200s\" is not in accounts", name);
        place_advise(failure, "add the person to accounts, or name one who is there");
    }
    return account;
}

/* --- grants --- */

/* To whom: a person or a group. */
struct subject {
    struct account *account;
    struct group *group;
};

static bool refuse_role(const struct place *at, const char *key, const struct subject *subject, struct model_failure *failure)
{
    return place_refuse(
        at, key, failure,
        "a role must be one of %smaintainer, editor, commenter, collaborator, participant, viewer, edit, check, view",
        subject->account != NULL ? "owner, " : "");
}

static bool read_time(const struct place *at, const json *object, const char *key, int64_t *out, struct model_failure *failure)
{
    const json *value = json_get(object, key);
    return value == NULL || (json_text(value) != NULL && time_parse(json_text(value), out)) ||
           place_refuse(at, key, failure, "%s must be a time such as \"2026-12-01T08:00:00Z\"", key);
}

/* {"role": "editor", "starts": "2026-12-01T00:00:00Z", "ends": "2027-01-01T00:00:00Z"} */
static bool give_for_a_while(struct organization *organization, const struct place *at, const json *value,
                             const struct subject *subject, struct resource *resource, struct model_failure *failure)
{
    struct grant_window window = GRANT_ALWAYS;
    enum role role;
    if (!place_object(at, value, "role starts ends", failure) || !read_time(at, value, "starts", &window.starts_ms, failure) ||
        !read_time(at, value, "ends", &window.ends_ms, failure)) {
        return false;
    }
    if (!role_read(json_text(json_get(value, "role")), &role)) {
        return refuse_role(at, "role", subject, failure);
    }
    return grant_for_a_while(organization, subject->account, subject->group, resource, role, window, failure) ||
           place_mark(at, NULL, failure);
}

/* "editor", a window, or a list of one of each. owners_only: just lasting ownership. */
static bool give(struct organization *organization, const struct place *up, const json *value, const struct subject *subject,
                 struct resource *resource, bool owners_only, struct model_failure *failure)
{
    const struct place at = {up, json_key(value) == NULL ? "-" : json_key(value)};
    enum role role;
    if (json_is(value, JSON_ARRAY)) {
        for (const json *one = json_first(value); one != NULL; one = json_next(one)) {
            if (!give(organization, &at, one, subject, resource, owners_only, failure)) {
                return false;
            }
        }
        return true;
    }
    if (json_is(value, JSON_OBJECT)) {
        return owners_only || give_for_a_while(organization, &at, value, subject, resource, failure);
    }
    if (!role_read(json_text(value), &role)) {
        return refuse_role(&at, NULL, subject, failure);
    }
    if (owners_only && role != ROLE_OWNER) {
        return true;
    }
    return (subject->group != NULL ? grant_group(organization, subject->group, resource, role, failure)
                                   : grant_person(organization, subject->account, resource, role, failure)) ||
           place_mark(&at, NULL, failure);
}

/* owners_only: just those who own; else everybody. */
static bool read_members(struct organization *organization, const struct place *up, const json *holder, struct resource *resource,
                         bool owners_only, struct model_failure *failure)
{
    const struct place at = {up, "members"};
    const json *members = json_get(holder, "members");
    if (!place_object(&at, members, NULL, failure)) {
        return false;
    }
    for (const json *member = json_first(members); member != NULL; member = json_next(member)) {
        const struct subject subject = {.account = read_person(organization, &at, json_key(member), json_key(member), failure)};
        if (subject.account == NULL || !give(organization, &at, member, &subject, resource, owners_only, failure)) {
            return false;
        }
    }
    return true;
}

/* "groups" of a workspace or folder: by displayName. */
static bool read_groups(struct organization *organization, const struct place *up, const json *holder, struct resource *resource,
                        struct model_failure *failure)
{
    const struct place at = {up, "groups"};
    const json *groups = json_get(holder, "groups");
    if (!place_object(&at, groups, NULL, failure)) {
        return false;
    }
    for (const json *entry = json_first(groups); entry != NULL; entry = json_next(entry)) {
        const struct subject subject = {.group = group_by_name(organization, json_key(entry))};
        if (subject.group == NULL) {
            (void)place_refuse(&at, json_key(entry), failure, "\"%.200s\" is not among the groups of this document",
                               json_key(entry));
            return place_advise(failure, "add it there, or name one that is there");
        }
        if (!give(organization, &at, entry, &subject, resource, false, failure)) {
            return false;
        }
    }
    return true;
}

/* --- projects --- */

/* Who is assigned to a project. */
static bool read_assigned(struct organization *organization, const struct place *up, const json *entry, struct project *project,
                          struct model_failure *failure)
{
    const json *people = NULL;
    if (!place_value(up, entry, "people", JSON_ARRAY, &people, failure)) {
        return false;
    }
    for (const json *person = json_first(people); person != NULL; person = json_next(person)) {
        const char *name = json_text(person) == NULL ? "" : json_text(person);
        struct account *account = read_person(organization, up, "people", name, failure);
        if (account == NULL) {
            return false;
        }
        assign(organization, account, project);
    }
    return true;
}

/* How many comments and tasks there are: their texts are not kept. */
static bool work_fits(const struct place *at, const json *entry, struct model_failure *failure)
{
    static const char *const members[] = {"comments", "tasks", "completed"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const json *value = json_get(entry, members[i]);
        int64_t count = 0;
        if (value != NULL && (!json_integer(value, &count) || count < 0 || count > PROJECT_MAX_WORK)) {
            return place_refuse(at, members[i], failure, "%s must be a whole number from 0 to %d", members[i], PROJECT_MAX_WORK);
        }
    }
    return json_get_integer(entry, "completed", 0) <= json_get_integer(entry, "tasks", 0) ||
           place_refuse(at, "completed", failure, "more tasks are completed than there are");
}

static bool read_project(struct organization *organization, const struct place *up, const json *entry, struct resource *workspace,
                         struct model_failure *failure)
{
    const struct place at = {up, json_key(entry)};
    const char *name = organization->break_glass->user_name, *classification = NULL;
    bool archived = false;
    if (!place_object(&at, entry, MEMBERS_PROJECT, failure) ||
        !place_text(&at, entry, "owner", ACCOUNT_MAX_NAME, &name, failure) ||
        !place_text(&at, entry, "classification", CLEARANCE_MAX_NAME - 1, &classification, failure) ||
        !place_bool(&at, entry, "archived", &archived, failure) || !work_fits(&at, entry, failure)) {
        return false;
    }
    struct account *owner = read_person(organization, &at, "owner", name, failure);
    if (owner == NULL) {
        return false;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct project *project;
    if (!resource_add_project(organization, arena_printf(arena, "%s/%s", workspace->path, json_key(entry)), owner, &project,
                              failure)) {
        return place_mark(&at, NULL, failure);
    }
    project->archived = archived;
    project_work_restore(project, entry);
    if (!clearance_classify(organization, project, classification, failure)) {
        return place_mark(&at, "classification", failure);
    }
    return read_assigned(organization, &at, entry, project, failure);
}

typedef bool child_reader(struct organization *, const struct place *, const json *, struct resource *, struct model_failure *);

static bool read_children(struct organization *organization, const struct place *up, const json *holder, const char *key,
                          struct resource *workspace, child_reader *read, struct model_failure *failure)
{
    const struct place at = {up, key};
    const json *children = json_get(holder, key);
    if (!place_object(&at, children, NULL, failure)) {
        return false;
    }
    for (const json *entry = json_first(children); entry != NULL; entry = json_next(entry)) {
        if (!read(organization, &at, entry, workspace, failure)) {
            return false;
        }
    }
    return true;
}

static bool read_folder(struct organization *organization, const struct place *up, const json *entry, struct resource *workspace,
                        struct model_failure *failure)
{
    const struct place at = {up, json_key(entry)};
    const char *text = NULL;
    enum team_access team_access = TEAM_ACCESS_WORKSPACE;
    if (!place_object(&at, entry, MEMBERS_FOLDER, failure) ||
        !place_text(&at, entry, "teamAccess", ORGANIZATION_MAX_NAME, &text, failure)) {
        return false;
    }
    if (text != NULL && !team_access_read(text, &team_access)) {
        return place_refuse(&at, "teamAccess", failure, "teamAccess must be \"workspace\" or \"invite-only\"");
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct resource *folder;
    if (!resource_add_folder(organization, arena_printf(arena, "%s/%s", workspace->path, json_key(entry)), team_access, &folder,
                             failure)) {
        return place_mark(&at, NULL, failure);
    }
    return read_members(organization, &at, entry, folder, false, failure) &&
           read_groups(organization, &at, entry, folder, failure) &&
           read_children(organization, &at, entry, "projects", folder, read_project, failure);
}

/* --- workspaces and folders --- */

/* The break-glass owner holds a workspace until a named owner who is active takes it. */
static bool read_owners(struct organization *organization, const struct place *at, const json *entry, struct resource *workspace,
                        struct model_failure *failure)
{
    if (!read_members(organization, at, entry, workspace, true, failure)) {
        return false;
    }
    const json *named = json_get(json_get(entry, "members"), organization->break_glass->user_name);
    if (named == NULL && lifecycle_active_owner(workspace, organization->break_glass) != NULL) {
        return grant_revoke_person(organization, organization->break_glass, workspace, failure);
    }
    return true;
}

static bool read_workspace(struct organization *organization, const struct place *up, const json *entry,
                           struct model_failure *failure)
{
    const struct place at = {up, json_key(entry)};
    bool managed = true;
    if (!place_object(&at, entry, MEMBERS_WORKSPACE, failure) || !place_bool(&at, entry, "managed", &managed, failure)) {
        return false;
    }
    struct resource *workspace;
    if (!resource_add_workspace(organization, json_key(entry), managed, NULL, &workspace, failure)) {
        return place_mark(&at, NULL, failure);
    }
    return read_owners(organization, &at, entry, workspace, failure) &&
           read_members(organization, &at, entry, workspace, false, failure) &&
           read_groups(organization, &at, entry, workspace, failure) &&
           read_children(organization, &at, entry, "folders", workspace, read_folder, failure) &&
           read_children(organization, &at, entry, "projects", workspace, read_project, failure);
}

bool organization_places_read(struct organization *organization, const json *document, struct model_failure *failure)
{
    const struct place at = {&root, "workspaces"};
    const json *workspaces = json_get(document, "workspaces");
    if (!place_object(&at, workspaces, NULL, failure)) {
        return false;
    }
    for (const json *entry = json_first(workspaces); entry != NULL; entry = json_next(entry)) {
        if (!read_workspace(organization, &at, entry, failure)) {
            return false;
        }
    }
    return true;
}
