#include "common/base.h"
#include "simulator/okta.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/wire_group.h"
#include "simulator/wire_patch.h"
#include "simulator/wire_request.h"
#include "simulator/wire_user.h"

static const char *user_target(const struct session *s, const struct directory_user *user)
{
    return wire_item(s->sim, "/Users", user->server_id);
}

static const char *group_target(const struct session *s, const struct directory_group *group)
{
    return wire_item(s->sim, "/Groups", group->server_id);
}

static enum flow need_list(struct session *s, const char *target)
{
    struct reply reply;
    struct match match;
    enum flow flow = session_send(s, "GET", target, NULL, &reply);
    if (flow == FLOW_DONE && !reply_ok(&reply))
        return session_refuse(s, &reply); /* a 404 is no empty list here */
    return flow == FLOW_DONE ? session_read_list(s, &reply, &match) : flow;
}

enum flow okta_test_connection(struct session *session)
{
    enum flow flow = need_list(session, "/Users?startIndex=1&count=2");
    if (flow == FLOW_DONE && session_axis(session, AXIS_GROUP_IMPORT) == GROUP_IMPORT_ON)
        flow = need_list(session, "/Groups?startIndex=1&count=100");
    return flow;
}

/* --- status --- */

static enum flow put_active(struct session *s, const struct directory_user *user, bool active, struct reply *reply)
{
    enum flow flow = session_get(s, user_target(s, user), reply);
    if (flow != FLOW_DONE)
        return flow;
    return session_demand(s, "PUT", user_target(s, user), wire_user_with_active(s->sim, reply->body, active), reply);
}

static enum flow patch_active(struct session *s, const struct directory_user *user, bool active, struct reply *reply)
{
    enum flow flow = FLOW_DONE;
    if (session_axis(s, AXIS_GET_BEFORE_PATCH))
        flow = session_get(s, user_target(s, user), reply);
    if (flow != FLOW_DONE)
        return flow;
    return session_demand(s, "PATCH", user_target(s, user), wire_patch_active(s->sim, active), reply);
}

static bool says_inactive(const json *resource)
{
    return json_is(json_get(resource, "active"), JSON_BOOL) && !json_true(json_get(resource, "active"));
}

static enum flow push_status(struct session *s, struct directory_user *user, bool active)
{
    struct reply reply;
    bool put = session_axis(s, AXIS_STATUS_UPDATE) == UPDATE_GET_PUT;
    enum flow flow = (put ? put_active : patch_active)(s, user, active, &reply);
    if (flow != FLOW_DONE)
        return flow;
    user->pushed_active = active;
    return active && says_inactive(reply.body) ? session_complain(s, COMPLAINT_REACTIVATE) : FLOW_DONE;
}

/* --- profile --- */

static enum flow push_profile(struct session *s, struct directory_user *user, const json *changes, bool just_activated)
{
    struct reply reply;
    bool patch = session_axis(s, AXIS_PROFILE_UPDATE) == UPDATE_PATCH;
    if (!patch || session_axis(s, AXIS_GET_BEFORE_PATCH)) {
        enum flow flow = session_get(s, user_target(s, user), &reply);
        if (flow != FLOW_DONE)
            return flow;
        if (just_activated && says_inactive(reply.body))
            return session_complain(s, COMPLAINT_REACTIVATE);
    }
    if (patch) {
        json *value = wire_user_changed(s->sim, user, changes);
        return session_demand(s, "PATCH", user_target(s, user), wire_patch_value(s->sim, value), &reply);
    }
    return session_demand(s, "PUT", user_target(s, user), wire_user_merge(s->sim, user, reply.body, changes), &reply);
}

/* --- assignment --- */

static enum flow create_user(struct session *s, struct directory_user *user)
{
    struct reply reply;
    enum flow flow = session_demand(s, "POST", "/Users", wire_user_create(s->sim, user), &reply);
    if (flow != FLOW_DONE)
        return flow;
    flow = session_read_created(s, &reply, &user->server_id);
    user->pushed_active = flow == FLOW_DONE;
    return flow;
}

/* Okta's flow chart: active=true, then the profile. An App Integration Wizard app leaves the first out when the match is
 * active. */
static enum flow link_user(struct session *s, struct directory_user *user, const struct match *match)
{
    bool activate = session_axis(s, AXIS_LINK_ACTIVATES) == LINK_ACTIVATES_ALWAYS || says_inactive(match->resource);
    user->server_id = match->id;
    user->pushed_active = !says_inactive(match->resource);
    if (activate) {
        enum flow flow = push_status(s, user, true);
        if (flow != FLOW_DONE)
            return flow;
    }
    return push_profile(s, user, NULL, activate);
}

static enum flow provision(struct session *s, struct directory_user *user)
{
    struct reply reply;
    struct match match;
    enum flow flow = session_send(s, "GET", wire_user_lookup(s->sim, directory_user_name(user)), NULL, &reply);
    if (flow != FLOW_DONE)
        return flow;
    flow = session_read_match(s, &reply, &match);
    if (flow != FLOW_DONE)
        return flow;
    return match.resource == NULL ? create_user(s, user) : link_user(s, user, &match);
}

static enum flow push_changes(struct session *s, struct directory_group *group, const struct member_change *changes,
                              size_t count);

/* Groups that were pushed before the person was there. */
static enum flow push_late_member(struct session *s, struct directory_user *user)
{
    const struct directory *directory = s->sim->directory;
    for (size_t i = 0; i < directory->group_count; i++) {
        struct directory_group *group = directory->groups[i];
        if (!group->pushed || group->server_id == NULL || !directory_is_member(group, user) ||
            directory_is_pushed_member(group, user))
            continue;
        session_begin(s, &group->last_error);
        enum flow flow = push_changes(s, group, &(struct member_change){user, false}, 1);
        if (flow == FLOW_BROKEN)
            return flow;
    }
    return FLOW_DONE;
}

enum flow okta_assign(struct session *session)
{
    struct directory_user *user = session->user;
    bool settled = session->was_assigned && user->server_id != NULL && user->pushed_active && user->last_error == NULL;
    if (settled || !user->assigned)
        return FLOW_DONE;
    session_begin(session, &user->last_error);
    enum flow flow = provision(session, user);
    if (flow != FLOW_DONE || session_axis(session, AXIS_LATE_MEMBER) != LATE_MEMBER_PUSHED)
        return flow;
    return push_late_member(session, user);
}

enum flow okta_unassign(struct session *session)
{
    struct directory_user *user = session->user;
    if (!session->was_assigned || user->server_id == NULL || !user->pushed_active)
        return FLOW_DONE;
    session_begin(session, &user->last_error);
    return push_status(session, user, false);
}

enum flow okta_update(struct session *session)
{
    struct directory_user *user = session->user;
    if (!user->assigned || user->state != USER_ACTIVE || user->server_id == NULL)
        return FLOW_DONE;
    session_begin(session, &user->last_error);
    return push_profile(session, user, session->event->changes, false);
}

/* --- groups --- */

/* Okta pushes people who are active, assigned and known to the server; it skips the others in removals too. */
static bool pushable(const struct directory_user *user)
{
    return user->state == USER_ACTIVE && user->assigned && user->server_id != NULL;
}

static struct people pushable_members(const struct session *s, const struct directory_group *group)
{
    struct people people = {arena_array(s->sim->arena, group->member_count + 1, sizeof *people.items), 0};
    for (size_t i = 0; i < group->member_count; i++)
        if (pushable(group->members[i]))
            people.items[people.count++] = group->members[i];
    return people;
}

static void remember_all(struct directory_group *group, struct people members)
{
    group->pushed_members = members.items;
    group->pushed_member_count = members.count;
}

static enum flow put_group(struct session *s, struct directory_group *group)
{
    struct reply reply;
    struct people members = pushable_members(s, group);
    enum flow flow = session_get(s, group_target(s, group), &reply);
    if (flow == FLOW_DONE)
        flow = session_demand(s, "PUT", group_target(s, group), wire_group_put(s->sim, group, members), &reply);
    if (flow == FLOW_DONE)
        remember_all(group, members);
    return flow;
}

static enum flow patch_metadata(struct session *s, struct directory_group *group)
{
    struct reply reply;
    return session_demand(s, "PATCH", group_target(s, group), wire_patch_metadata(s->sim, group), &reply);
}

/* The whole list of members: push now, or a link. */
static enum flow push_all(struct session *s, struct directory_group *group)
{
    struct reply reply;
    if (session_axis(s, AXIS_GROUP_UPDATE) == GROUP_GET_PUT)
        return put_group(s, group);
    struct people members = pushable_members(s, group);
    enum flow flow = patch_metadata(s, group);
    if (flow == FLOW_DONE)
        flow = session_demand(s, "PATCH", group_target(s, group), wire_patch_all_members(s->sim, members), &reply);
    if (flow == FLOW_DONE)
        remember_all(group, members);
    return flow;
}

static enum flow patch_members(struct session *s, struct directory_group *group, const struct member_change *changes,
                               size_t count)
{
    struct reply reply;
    size_t most = session_axis(s, AXIS_BATCH) > 0 ? (size_t)session_axis(s, AXIS_BATCH) : count, n = 0;
    enum flow flow = session_axis(s, AXIS_GROUP_UPDATE) == GROUP_PATCH_AFTER_METADATA ? patch_metadata(s, group) : FLOW_DONE;
    for (size_t done = 0; flow == FLOW_DONE && done < count; done += n) {
        n = count - done < most ? count - done : most;
        flow = session_demand(s, "PATCH", group_target(s, group), wire_patch_members(s->sim, group, changes + done, n), &reply);
        if (flow == FLOW_DONE)
            session_remember(s, group, changes + done, n);
    }
    return flow;
}

static enum flow push_changes(struct session *s, struct directory_group *group, const struct member_change *changes, size_t count)
{
    if (count == 0)
        return FLOW_DONE;
    return session_axis(s, AXIS_GROUP_UPDATE) == GROUP_GET_PUT ? put_group(s, group) : patch_members(s, group, changes, count);
}

static enum flow create_group(struct session *s, struct directory_group *group)
{
    struct reply reply;
    struct people members = pushable_members(s, group);
    enum flow flow = session_demand(s, "POST", "/Groups", wire_group_create(s->sim, group, members), &reply);
    if (flow == FLOW_DONE)
        flow = session_read_created(s, &reply, &group->server_id);
    if (flow != FLOW_DONE)
        return flow;
    if (session_axis(s, AXIS_GROUP_MEMBERS_IN_POST))
        remember_all(group, members);
    switch (session_axis(s, AXIS_GROUP_AFTER_CREATE)) {
    case AFTER_CREATE_GET_PUT:
        return put_group(s, group);
    case AFTER_CREATE_METADATA:
        return patch_metadata(s, group);
    default:
        return FLOW_DONE;
    }
}

static enum flow push_group(struct session *s, struct directory_group *group)
{
    struct reply reply;
    struct match match;
    session_begin(s, &group->last_error);
    if (group->server_id != NULL)
        return push_all(s, group);
    enum flow flow = session_send(s, "GET", wire_group_lookup(s->sim, group->name), NULL, &reply);
    if (flow == FLOW_DONE)
        flow = session_read_match(s, &reply, &match);
    if (flow != FLOW_DONE)
        return flow;
    if (match.resource == NULL)
        return create_group(s, group);
    group->server_id = match.id;
    return push_all(s, group);
}

enum flow okta_push_group(struct session *session)
{
    return push_group(session, session->group);
}

enum flow okta_change_members(struct session *session)
{
    struct directory_group *group = session->group;
    bool remove = session->event->kind == EVENT_REMOVE_MEMBERS;
    struct member_change *changes = arena_array(session->sim->arena, session->member_count + 1, sizeof *changes);
    size_t count = 0;
    if (!group->pushed || group->server_id == NULL)
        return FLOW_DONE;
    for (size_t i = 0; i < session->member_count; i++)
        if (pushable(session->members[i]) && directory_is_pushed_member(group, session->members[i]) == remove)
            changes[count++] = (struct member_change){session->members[i], remove};
    if (count == 0)
        return FLOW_DONE;
    session_begin(session, &group->last_error);
    return push_changes(session, group, changes, count);
}

enum flow okta_rename_group(struct session *session)
{
    struct directory_group *group = session->group;
    if (!group->pushed || group->server_id == NULL)
        return FLOW_DONE;
    session_begin(session, &group->last_error);
    return session_axis(session, AXIS_GROUP_UPDATE) == GROUP_GET_PUT ? put_group(session, group) : patch_metadata(session, group);
}

static enum flow delete_group(struct session *s, struct directory_group *group)
{
    struct reply reply;
    if (group->server_id == NULL)
        return FLOW_DONE;
    session_begin(s, &group->last_error);
    enum flow flow = session_demand(s, "DELETE", group_target(s, group), NULL, &reply);
    if (flow == FLOW_DONE) {
        group->server_id = NULL;
        group->pushed_member_count = 0;
    }
    return flow;
}

enum flow okta_delete_group(struct session *session)
{
    return delete_group(session, session->group);
}

enum flow okta_sync(struct session *session)
{
    const struct directory *directory = session->sim->directory;
    for (size_t i = 0; i < directory->group_count; i++) {
        struct directory_group *group = directory->groups[i];
        if (group->pushed && !group->deleted && push_group(session, group) == FLOW_BROKEN)
            return FLOW_BROKEN;
    }
    return FLOW_DONE;
}

/* The task is made anew from what the directory says now. */
static enum flow retry_user(struct session *s, struct directory_user *user)
{
    bool wanted = user->assigned && user->state == USER_ACTIVE;
    session_begin(s, &user->last_error);
    if (!wanted)
        return user->server_id != NULL && user->pushed_active ? push_status(s, user, false) : FLOW_DONE;
    if (user->server_id == NULL || !user->pushed_active)
        return provision(s, user);
    return push_profile(s, user, NULL, false);
}

static enum flow retry_group(struct session *s, struct directory_group *group)
{
    return group->deleted ? delete_group(s, group) : push_group(s, group);
}

enum flow okta_restart(struct session *session)
{
    const struct directory *directory = session->sim->directory;
    enum flow flow = FLOW_DONE;
    for (size_t i = 0; i < directory->user_count && flow != FLOW_BROKEN; i++)
        if (directory->users[i]->last_error != NULL)
            flow = retry_user(session, directory->users[i]);
    for (size_t i = 0; i < directory->group_count && flow != FLOW_BROKEN; i++)
        if (directory->groups[i]->last_error != NULL)
            flow = retry_group(session, directory->groups[i]);
    return flow;
}
