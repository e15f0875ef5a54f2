#include "common/base.h"
#include "simulator/okta_group.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/wire_group.h"
#include "simulator/wire_patch.h"
#include "simulator/wire_request.h"

/* What a task is about. */
struct push {
    struct session *s;
    struct directory_group *group;
    const struct member_change *changes;
    size_t count;
};

static const char *group_target(const struct push *p)
{
    return wire_item(p->s->sim, "/Groups", p->group->server_id);
}

bool okta_pushable(const struct directory_user *user)
{
    return user->state == USER_ACTIVE && user->assigned && user->server_id != NULL;
}

static struct people pushable_members(const struct push *p)
{
    struct people people = {arena_array(p->s->sim->arena, p->group->member_count + 1, sizeof *people.items), 0};
    for (size_t i = 0; i < p->group->member_count; i++)
        if (okta_pushable(p->group->members[i]))
            people.items[people.count++] = p->group->members[i];
    return people;
}

static void remember_all(struct directory_group *group, struct people members)
{
    group->pushed_members = members.items;
    group->pushed_member_count = members.count;
}

static bool renames(const struct push *p)
{
    return session_axis(p->s, AXIS_RENAME_GROUPS) == SETTING_ON;
}

/* --- requests --- */

static enum flow put_group(const struct push *p)
{
    struct reply reply;
    struct people members = pushable_members(p);
    enum flow flow = session_get(p->s, group_target(p), &reply);
    if (flow == FLOW_DONE)
        flow = session_demand(p->s, "PUT", group_target(p), wire_group_put(p->s->sim, p->group, members), &reply);
    if (flow == FLOW_DONE)
        remember_all(p->group, members);
    return flow;
}

/* id and displayName; not for a group that keeps its own name. */
static enum flow patch_metadata(const struct push *p)
{
    struct reply reply;
    if (!renames(p))
        return FLOW_DONE;
    return session_demand(p->s, "PATCH", group_target(p), wire_patch_metadata(p->s->sim, p->group), &reply);
}

static enum flow patch_members(const struct push *p)
{
    struct reply reply;
    struct session *s = p->s;
    size_t most = session_axis(s, AXIS_BATCH) > 0 ? (size_t)session_axis(s, AXIS_BATCH) : p->count, n = 0;
    enum flow flow = session_axis(s, AXIS_GROUP_UPDATE) == GROUP_PATCH_AFTER_METADATA ? patch_metadata(p) : FLOW_DONE;
    for (size_t done = 0; flow == FLOW_DONE && done < p->count; done += n) {
        n = p->count - done < most ? p->count - done : most;
        flow = session_demand(s, "PATCH", group_target(p), wire_patch_members(s->sim, p->group, p->changes + done, n), &reply);
        if (flow == FLOW_DONE)
            session_remember(s, p->group, p->changes + done, n);
    }
    return flow;
}

static bool by_put(const struct push *p)
{
    return session_axis(p->s, AXIS_GROUP_UPDATE) == GROUP_GET_PUT;
}

/* --- tasks --- */

/* The whole list of members: push now, or a link. */
static enum flow task_all(const struct push *p)
{
    struct reply reply;
    if (renames(p))
        p->group->target = NULL;
    if (by_put(p))
        return put_group(p);
    struct people members = pushable_members(p);
    enum flow flow = patch_metadata(p);
    if (flow == FLOW_DONE)
        flow = session_demand(p->s, "PATCH", group_target(p), wire_patch_all_members(p->s->sim, members), &reply);
    if (flow == FLOW_DONE)
        remember_all(p->group, members);
    return flow;
}

static enum flow task_members(const struct push *p)
{
    return by_put(p) ? put_group(p) : patch_members(p);
}

static enum flow task_rename(const struct push *p)
{
    if (!renames(p))
        return FLOW_DONE;
    p->group->target = NULL;
    return by_put(p) ? put_group(p) : patch_metadata(p);
}

static enum flow create_group(const struct push *p)
{
    struct reply reply;
    struct session *s = p->s;
    struct people members = pushable_members(p);
    enum flow flow = session_demand(s, "POST", "/Groups", wire_group_create(s->sim, p->group, members), &reply);
    if (flow == FLOW_DONE)
        flow = session_read_created(s, &reply, &p->group->server_id);
    if (flow != FLOW_DONE)
        return flow;
    p->group->erased = false;
    if (session_axis(s, AXIS_GROUP_MEMBERS_IN_POST))
        remember_all(p->group, members);
    switch (session_axis(s, AXIS_GROUP_AFTER_CREATE)) {
    case AFTER_CREATE_GET_PUT:
        return put_group(p);
    case AFTER_CREATE_METADATA:
        return patch_metadata(p);
    default:
        return FLOW_DONE;
    }
}

static enum flow look_up(const struct push *p, const char *name, struct match *match)
{
    struct reply reply;
    enum flow flow = session_send(p->s, "GET", wire_group_lookup(p->s->sim, name), NULL, &reply);
    return flow == FLOW_DONE ? session_read_match(p->s, &reply, match) : flow;
}

/* Known from an import, the group's id is used as it is; else the group is looked up by its name. */
static enum flow task_link(const struct push *p)
{
    struct match match = {.id = json_get_text(p->s->sim->imported_groups, p->group->target, NULL)};
    if (match.id == NULL) {
        enum flow flow = look_up(p, p->group->target, &match);
        if (flow != FLOW_DONE)
            return flow;
        if (match.resource == NULL)
            return session_complain(p->s, COMPLAINT_LINK);
    }
    p->group->server_id = match.id;
    p->group->erased = false;
    return task_all(p);
}

static enum flow task_create(const struct push *p)
{
    struct match match = {0};
    if (p->group->target != NULL)
        return task_link(p);
    enum flow flow =
        session_axis(p->s, AXIS_GROUP_LOOKUP) == GROUP_LOOKUP_ALWAYS ? look_up(p, p->group->name, &match) : FLOW_DONE;
    if (flow != FLOW_DONE)
        return flow;
    if (match.resource == NULL)
        return create_group(p);
    p->group->server_id = match.id;
    p->group->erased = false;
    return task_all(p);
}

static enum flow task_forget(const struct push *p)
{
    p->group->server_id = p->group->target = NULL;
    p->group->pushed_member_count = 0;
    return FLOW_DONE;
}

static enum flow task_delete(const struct push *p)
{
    struct reply reply;
    enum flow flow = session_demand(p->s, "DELETE", group_target(p), NULL, &reply);
    if (flow != FLOW_DONE)
        return flow;
    p->group->erased = true;
    return task_forget(p);
}

/* --- the machine --- */

static enum flow (*const tasks[])(const struct push *push) = {
    [PUSH_TASK_NOTHING] = NULL,       [PUSH_TASK_CREATE] = task_create,   [PUSH_TASK_LINK] = task_link,
    [PUSH_TASK_ALL] = task_all,       [PUSH_TASK_MEMBERS] = task_members, [PUSH_TASK_RENAME] = task_rename,
    [PUSH_TASK_DELETE] = task_delete, [PUSH_TASK_FORGET] = task_forget,
};

static enum push_state failed_state(const struct directory_group *group, enum push_task task)
{
    if (group->server_id == NULL)
        return PUSH_ERROR_ABSENT;
    return task == PUSH_TASK_DELETE ? PUSH_ERROR_DELETE : PUSH_ERROR_THERE;
}

enum flow okta_push(struct session *session, struct directory_group *group, enum push_ask ask,
                    const struct member_change *changes, size_t count)
{
    enum push_state from = (enum push_state)group->okta;
    struct push_step step = okta_push_step(from, ask);
    enum flow flow = FLOW_DONE;
    if (step.task != PUSH_TASK_NOTHING) {
        session_begin(session, &group->last_error);
        flow = tasks[step.task](&(struct push){session, group, changes, count});
    }
    enum push_state to = flow == FLOW_DONE ? step.done : failed_state(group, step.task);
    group->okta = (int)to;
    if (!okta_push_failed(to))
        group->last_error = NULL;
    if (from != to || step.task != PUSH_TASK_NOTHING)
        session_trace(session, arena_printf(session->sim->arena, "%s: %s -> %s, %s", group->key, okta_push_trace(from),
                                            okta_push_trace(to), okta_push_asked(ask)));
    return flow;
}
