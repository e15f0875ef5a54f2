#include "common/base.h"
#include "simulator/okta.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/okta_group.h"
#include "simulator/okta_schema.h"
#include "simulator/okta_user.h"
#include "simulator/wire_patch.h"

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
        flow = need_list(
            session, arena_printf(session->sim->arena, "/Groups?startIndex=1&count=%d", session_axis(session, AXIS_PAGE_SIZE)));
    return flow;
}

/* Jobs do not wait for each other, and a refused one stops none. Without a reply those that come after fail unsent. */
static enum flow whole(const struct session *s)
{
    return s->broken ? FLOW_BROKEN : FLOW_DONE;
}

/* --- people --- */

/* Groups that were pushed before the person was there. */
static enum flow push_late_member(struct session *s, struct directory_user *user)
{
    const struct directory *directory = s->sim->directory;
    if (session_axis(s, AXIS_LATE_MEMBER) != LATE_MEMBER_PUSHED || !okta_pushable(user))
        return FLOW_DONE;
    for (size_t i = 0; i < directory->group_count; i++) {
        struct directory_group *group = directory->groups[i];
        if (!group->pushed || !directory_is_member(group, user) || directory_is_pushed_member(group, user))
            continue;
        okta_push(s, group, PUSH_ASK_MEMBERS, &(struct member_change){.user = user}, 1);
    }
    return whole(s);
}

static enum flow bring_in(struct session *s, struct directory_user *user, enum person_ask ask)
{
    enum flow flow = okta_person(s, user, ask, NULL);
    return flow == FLOW_DONE ? push_late_member(s, user) : flow;
}

enum flow okta_assign(struct session *session)
{
    struct directory_user *user = session->user;
    return user->assigned ? bring_in(session, user, okta_ask_in(session, user)) : FLOW_DONE;
}

enum flow okta_unassign(struct session *session)
{
    return session->was_assigned ? okta_person(session, session->user, okta_ask_out(session, session->user), NULL) : FLOW_DONE;
}

static bool in_scope(const struct directory_user *user)
{
    return user->assigned && user->state == USER_ACTIVE;
}

enum flow okta_update(struct session *session)
{
    struct directory_user *user = session->user;
    if (!in_scope(user) || !okta_offers_any(session->sim, session->event->changes))
        return FLOW_DONE;
    if (session_axis(session, AXIS_UPDATE_USERS) == SETTING_OFF) {
        okta_keep_untold(session, user, session->event->changes); /* goes with the next update */
        return FLOW_DONE;
    }
    return okta_person(session, user, PERSON_ASK_PROFILE, session->event->changes);
}

enum flow okta_sync_password(struct session *session)
{
    if (!in_scope(session->user) || session_axis(session, AXIS_SYNC_PASSWORDS) == SETTING_OFF)
        return FLOW_DONE;
    json *changes = json_object(session->sim->arena);
    json_set_bool(changes, "password", true);
    return okta_person(session, session->user, PERSON_ASK_PASSWORD, changes);
}

enum flow okta_suspend(struct session *session)
{
    return okta_person(session, session->user, PERSON_ASK_SUSPEND, NULL);
}

enum flow okta_unsuspend(struct session *session)
{
    return okta_person(session, session->user, PERSON_ASK_UNSUSPEND, NULL);
}

/* --- assignment by group --- */

static enum flow each_affected(struct session *s, enum flow (*play)(struct session *session))
{
    for (size_t i = 0; i < s->affected_count; i++) {
        s->user = s->affected[i];
        s->was_assigned = true;
        play(s);
    }
    return whole(s);
}

enum flow okta_assign_group(struct session *session)
{
    return each_affected(session, okta_assign);
}

enum flow okta_unassign_group(struct session *session)
{
    return each_affected(session, okta_unassign);
}

static enum flow come_or_go(struct session *session)
{
    return (session->user->assigned ? okta_assign : okta_unassign)(session);
}

/* --- groups --- */

static enum flow ask(struct session *s, enum push_ask what)
{
    return okta_push(s, s->group, what, NULL, 0);
}

enum flow okta_push_group(struct session *session)
{
    return ask(session, PUSH_ASK_PUSH);
}

enum flow okta_link_group(struct session *session)
{
    return ask(session, PUSH_ASK_LINK);
}

enum flow okta_push_now(struct session *session)
{
    return ask(session, PUSH_ASK_NOW);
}

enum flow okta_unlink_group(struct session *session)
{
    return ask(session, text_equal(session->event->name, "delete") ? PUSH_ASK_DELETE : PUSH_ASK_LEAVE);
}

enum flow okta_deactivate_push(struct session *session)
{
    return ask(session, PUSH_ASK_PAUSE);
}

enum flow okta_activate_push(struct session *session)
{
    return ask(session, PUSH_ASK_RESUME);
}

/* Where one group is assigned and pushed, people come and go before the members: who is gone is skipped and lingers in the group,
 * as Okta warns. */
enum flow okta_change_members(struct session *session)
{
    struct directory_group *group = session->group;
    struct member_change *changes = arena_array(session->sim->arena, session->member_count + 1, sizeof *changes);
    size_t count = 0;
    each_affected(session, come_or_go);
    if (!group->pushed || group->server_id == NULL)
        return whole(session);
    for (size_t i = 0; i < session->member_count; i++) {
        bool remove = i < session->leaver_count;
        if (okta_pushable(session->members[i]) && directory_is_pushed_member(group, session->members[i]) == remove)
            changes[count++] = (struct member_change){.user = session->members[i], .remove = remove};
    }
    if (count > 0)
        okta_push(session, group, PUSH_ASK_MEMBERS, changes, count);
    return whole(session);
}

static bool waits_for_rule(const struct directory_group *group)
{
    return group->by_rule && group->pushed && (group->okta == PUSH_INACTIVE || group->okta == PUSH_ERROR_DELETE);
}

enum flow okta_rename_group(struct session *session)
{
    return ask(session, waits_for_rule(session->group) ? PUSH_ASK_PUSH : PUSH_ASK_RENAME); /* the new name may fit the rule */
}

enum flow okta_delete_group(struct session *session)
{
    okta_unassign_group(session);
    ask(session, PUSH_ASK_DELETE);
    return whole(session);
}

/* The same of every group that is chosen. */
static enum flow each_group(struct session *s, bool (*chosen)(const struct directory_group *group), enum push_ask what)
{
    const struct directory *directory = s->sim->directory;
    for (size_t i = 0; i < directory->group_count; i++)
        if (chosen(directory->groups[i]))
            okta_push(s, directory->groups[i], what, NULL, 0);
    return whole(s);
}

static bool leaves_rule(const struct directory_group *group)
{
    return group->by_rule && !group->pushed;
}

static bool is_pushed(const struct directory_group *group)
{
    return group->pushed && !group->deleted;
}

static bool has_failed(const struct directory_group *group)
{
    return okta_push_failed((enum push_state)group->okta);
}

enum flow okta_push_rule(struct session *session)
{
    return each_group(session, waits_for_rule, PUSH_ASK_PUSH);
}

enum flow okta_end_push_rule(struct session *session)
{
    const struct directory *directory = session->sim->directory;
    bool erase = text_equal(session->event->name, "delete");
    enum flow flow = each_group(session, leaves_rule, erase ? PUSH_ASK_DELETE : PUSH_ASK_LEAVE);
    for (size_t i = 0; i < directory->group_count; i++)
        directory->groups[i]->by_rule = directory->groups[i]->by_rule && directory->groups[i]->pushed;
    return flow;
}

enum flow okta_sync(struct session *session)
{
    return each_group(session, is_pushed, PUSH_ASK_NOW);
}

/* --- everybody --- */

/* The task is made anew from what the directory says now. */
static enum flow submit_again(struct session *s, struct directory_user *user)
{
    if (!okta_person_failed((enum person_state)user->okta))
        return FLOW_DONE;
    if (!in_scope(user))
        return okta_person(s, user, okta_ask_out(s, user), NULL);
    return bring_in(s, user, PERSON_ASK_AGAIN);
}

static enum flow force(struct session *s, struct directory_user *user)
{
    bool there = user->okta == PERSON_PROVISIONED || user->okta == PERSON_SUSPENDED;
    return there && !user->sourced ? okta_person(s, user, PERSON_ASK_PROFILE, NULL) : FLOW_DONE;
}

static enum flow each_person(struct session *s, enum flow (*play)(struct session *session, struct directory_user *user))
{
    const struct directory *directory = s->sim->directory;
    for (size_t i = 0; i < directory->user_count; i++)
        play(s, directory->users[i]);
    return whole(s);
}

enum flow okta_restart(struct session *session)
{
    each_person(session, submit_again);
    return each_group(session, has_failed, PUSH_ASK_AGAIN);
}

enum flow okta_force_sync(struct session *session)
{
    return each_person(session, force);
}
