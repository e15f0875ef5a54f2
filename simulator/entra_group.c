#include "common/base.h"
#include "simulator/entra_group.h"

#include "common/memory.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/directory_nested.h"
#include "simulator/entra_cycle.h"
#include "simulator/entra_reference.h"
#include "simulator/entra_scope.h"
#include "simulator/wire_group.h"
#include "simulator/wire_patch.h"
#include "simulator/wire_request.h"

static void learn_group(struct session *s, struct directory_group *group, const json *resource)
{
    group->known = wire_group_read(s->sim, resource);
    group->members_shown = json_count(json_get(resource, "members")) > 0;
    if (group->members_shown)
        session_note(s, COMPLAINT_MEMBERS);
}

static void forget_group(const struct session *s, struct directory_group *group)
{
    group->server_id = NULL;
    group->known = NULL;
    group->pushed_member_count = group->pushed_inner_count = 0;
    directory_unpush_inner_everywhere(s->sim->directory, group);
}

static enum flow match_group(struct session *s, struct directory_group *group)
{
    struct reply reply;
    struct match match;
    bool by_id = session_axis(s, AXIS_GROUP_MATCH) == GROUP_MATCH_EXTERNAL_ID;
    const char *name = by_id ? json_get_text(group->known, "externalId", group->id)
                             : json_get_text(group->known, "displayName", group->name); /* renamed: still found by its old name */
    enum flow flow = cycle_call(s, "GET", wire_group_lookup(s->sim, name), NULL, &reply);
    if (flow == FLOW_DONE)
        flow = session_read_match(s, &reply, &match);
    if (flow != FLOW_DONE)
        return flow;
    group->stale = false;
    if (match.resource == NULL) {
        forget_group(s, group);
        return FLOW_DONE;
    }
    group->server_id = match.id;
    group->removed = false;
    learn_group(s, group, match.resource);
    return FLOW_DONE;
}

static enum flow read_group(struct session *s, struct directory_group *group)
{
    struct reply reply;
    enum flow flow = cycle_call(s, "GET", wire_group_item(s->sim, group->server_id), NULL, &reply);
    if (flow != FLOW_DONE)
        return flow;
    if (reply.status == 404) { /* only here a 404 is an answer: unlink */
        forget_group(s, group);
        return FLOW_DONE;
    }
    if (!reply_ok(&reply))
        return session_refuse(s, &reply);
    if (reply.body == NULL)
        return session_unreadable(s, &reply);
    learn_group(s, group, reply.body);
    return FLOW_DONE;
}

static enum flow create_group(struct session *s, struct directory_group *group)
{
    struct reply reply;
    struct people nobody = {NULL, 0};
    if (!session_axis(s, AXIS_CREATE))
        return FLOW_DONE;
    enum flow flow = cycle_demand(s, "POST", "/Groups", wire_group_create(s->sim, group, nobody), &reply);
    if (flow == FLOW_DONE)
        flow = session_read_created(s, &reply, &group->server_id);
    if (flow == FLOW_DONE)
        group->known = wire_group_flat(s->sim, group);
    return flow;
}

static enum flow patch_group(struct session *s, struct directory_group *group)
{
    struct reply reply = {0};
    json *wanted = wire_group_flat(s->sim, group), *body = wire_patch_group(s->sim, wanted, group->known);
    if (body == NULL || !session_axis(s, AXIS_UPDATE))
        return FLOW_DONE;
    enum flow flow = cycle_demand(s, "PATCH", wire_item(s->sim, "/Groups", group->server_id), body, &reply);
    if (flow == FLOW_DONE)
        group->known = wanted;
    else if (flow == FLOW_ENDED && reply.status == 404)
        forget_group(s, group);
    return flow;
}

/* On demand the administrator picks the members: those of the event, or the first of the group. */
static bool chosen(const struct session *s, const struct directory_user *user, size_t taken)
{
    if (!cycle_on_demand(s))
        return true;
    if (s->event->kind == EVENT_RENAME_GROUP)
        return false;
    if (s->member_count == 0)
        return taken < (size_t)session_axis(s, AXIS_ON_DEMAND_MEMBERS);
    for (size_t i = 0; i < s->member_count; i++)
        if (s->members[i] == user)
            return true;
    return false;
}

/* A group inside the group is a member by its own id, when it is provisioned itself. Provisioning on demand picks people. */
static void inner_changes(struct session *s, const struct directory_group *group, struct member_change *changes, size_t *count)
{
    if (cycle_on_demand(s) || session_axis(s, AXIS_INNER_GROUPS) != INNER_MEMBER_ID)
        return;
    for (size_t i = 0; i < group->pushed_inner_count; i++)
        if (!directory_has_inner(group, group->pushed_inner[i]))
            changes[(*count)++] = (struct member_change){.inner = group->pushed_inner[i], .remove = true};
    for (size_t i = 0; i < group->inner_count; i++) {
        struct directory_group *inner = group->inner[i];
        if (inner->server_id != NULL && scope_group_wanted(inner) && !directory_has_pushed_inner(group, inner))
            changes[(*count)++] = (struct member_change){.inner = inner};
    }
}

static struct member_change *member_changes(struct session *s, const struct directory_group *group, size_t *count)
{
    size_t most = group->member_count + group->pushed_member_count + group->inner_count + group->pushed_inner_count;
    struct member_change *changes = arena_array(s->sim->arena, most + 1, sizeof *changes);
    *count = 0;
    for (size_t i = 0; i < group->pushed_member_count; i++) {
        struct directory_user *user = group->pushed_members[i];
        if (!directory_is_member(group, user) && user->server_id != NULL && chosen(s, user, *count))
            changes[(*count)++] = (struct member_change){.user = user, .remove = true};
    }
    for (size_t i = 0; i < group->member_count; i++) {
        struct directory_user *user = group->members[i];
        if (cycle_in_scope(user) && user->server_id != NULL && !directory_is_pushed_member(group, user) &&
            chosen(s, user, *count))
            changes[(*count)++] = (struct member_change){.user = user};
    }
    inner_changes(s, group, changes, count);
    return changes;
}

static size_t batch_of(const struct session *s, size_t rest)
{
    if (session_axis(s, AXIS_MEMBER_ADD) == MEMBER_ADD_REPLACE)
        return rest; /* one list for all */
    size_t most = session_axis(s, AXIS_BATCH) > 0 ? (size_t)session_axis(s, AXIS_BATCH) : 1;
    return rest < most ? rest : most;
}

/* Those that are so already are remembered and need no PATCH; those that can't be asked about wait for the next cycle. */
static enum flow drop_settled(struct session *s, struct directory_group *group, struct member_change *changes, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        const char *id = changes[i].inner != NULL ? changes[i].inner->server_id : changes[i].user->server_id;
        const struct reference reference = {"/Groups", group->server_id, "members", id, changes[i].remove};
        bool already = false;
        enum flow flow = reference_check(s, &reference, &already);
        if (flow == FLOW_BROKEN || s->halted)
            return flow == FLOW_DONE ? FLOW_ENDED : flow;
        if (flow == FLOW_DONE && already)
            session_remember(s, group, &changes[i], 1);
        else if (flow == FLOW_DONE)
            changes[kept++] = changes[i];
    }
    *count = kept;
    return FLOW_DONE;
}

/* One PATCH for each batch of changes. They don't depend on each other: all go at once where the caller can, and one that is
 * refused does not stop the rest. */
static enum flow patch_members(struct session *s, struct directory_group *group)
{
    size_t count = 0, requests = 0;
    struct member_change *changes = member_changes(s, group, &count);
    enum flow flow = count > 0 ? cycle_open(s) : FLOW_DONE;
    if (flow == FLOW_DONE)
        flow = drop_settled(s, group, changes, &count);
    if (flow != FLOW_DONE)
        return flow;
    struct http_request *list = arena_array(s->sim->arena, count + 1, sizeof *list);
    struct reply *replies = arena_array(s->sim->arena, count + 1, sizeof *replies);
    for (size_t at = 0; at < count; at += batch_of(s, count - at)) {
        json *body = wire_patch_members(s->sim, group, changes + at, batch_of(s, count - at));
        list[requests++] = wire_request(s->sim, "PATCH", wire_item(s->sim, "/Groups", group->server_id), body);
    }
    size_t at = 0, step = s->sim->parallel ? requests : (size_t)session_axis(s, AXIS_PARALLEL);
    bool gone = false;
    for (size_t i = 0; i < requests && (!gone || i % step != 0); i++) {
        size_t together = requests - i < step ? requests - i : step;
        if (i % step == 0 && session_send_all(s, list + i, together, replies + i) == FLOW_BROKEN)
            return FLOW_BROKEN;
        size_t n = batch_of(s, count - at);
        if (reply_ok(&replies[i]))
            session_remember(s, group, changes + at, n);
        else
            session_refuse(s, &replies[i]);
        gone = gone || replies[i].status == 404;
        at += n;
    }
    if (gone) /* InvalidAnchor: matched anew by the next cycle */
        forget_group(s, group);
    return FLOW_DONE;
}

static enum flow delete_group(struct session *s, struct directory_group *group)
{
    struct reply reply = {0};
    if (s->staged) {
        group->waiting = true;
        return FLOW_DONE;
    }
    if (!cycle_begin(s, &group->last_error, &group->escrow))
        return FLOW_DONE;
    enum flow flow = cycle_demand(s, "DELETE", wire_item(s->sim, "/Groups", group->server_id), NULL, &reply);
    if (flow == FLOW_DONE || (flow == FLOW_ENDED && reply.status == 404)) {
        forget_group(s, group);
        group->removed = true;
    }
    return flow;
}

static bool group_has_news(struct session *s, const struct directory_group *group)
{
    size_t count = 0;
    if (group->server_id == NULL)
        return true;
    if (session_axis(s, AXIS_UPDATE))
        member_changes(s, group, &count);
    return count > 0 ||
           (session_axis(s, AXIS_UPDATE) && wire_patch_group(s->sim, wire_group_flat(s->sim, group), group->known) != NULL);
}

enum flow entra_converge_group(struct session *s, struct directory_group *group)
{
    group->stale = group->stale || s->full;
    bool look = cycle_on_demand(s) || group->stale;
    group->waiting = false;
    if (scope_group_leaves(s, group))
        return delete_group(s, group);
    if (!scope_group_wanted(group))
        return FLOW_DONE;
    if (!look && !group_has_news(s, group)) {
        group->last_error = NULL; /* what failed is no longer wanted */
        return FLOW_DONE;
    }
    if (!cycle_begin(s, &group->last_error, &group->escrow))
        return FLOW_DONE;
    enum flow flow = FLOW_DONE;
    if (group->server_id != NULL && session_axis(s, AXIS_GET_BEFORE_PATCH))
        flow = read_group(s, group);
    if (flow == FLOW_DONE && (group->server_id == NULL || look))
        flow = match_group(s, group);
    if (flow != FLOW_DONE)
        return flow;
    return group->server_id == NULL ? create_group(s, group) : patch_group(s, group);
}

enum flow entra_converge_members(struct session *s, struct directory_group *group)
{
    bool refused = group->last_error != NULL; /* just now: an older error was forgotten when the group had its turn */
    if (!scope_group_wanted(group) || group->server_id == NULL || refused || !session_axis(s, AXIS_UPDATE))
        return FLOW_DONE;
    s->blame = &group->last_error;
    s->escrow = &group->escrow;
    s->reference = true;
    return patch_members(s, group);
}
