#include "common/base.h"
#include "simulator/okta_user.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/okta_leave.h"
#include "simulator/wire_patch.h"
#include "simulator/wire_request.h"
#include "simulator/wire_user.h"

#define RESCHEDULED_MS 300000 /* inferred: nobody has published after how long */

static const char *user_target(const struct session *s, const struct directory_user *user)
{
    return wire_item(s->sim, "/Users", user->server_id);
}

/* The server has taken active=true and still shows inactive. */
static enum flow still_inactive(struct session *s)
{
    s->delayed = true;
    return session_complain(s, COMPLAINT_REACTIVATE);
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
    user->pushed_active = user->pushed_active && active; /* a write that was refused or lost may have been done */
    if (flow != FLOW_DONE)
        return flow;
    bool delayed = active && says_inactive(reply.body);
    user->pushed_active = active && !delayed;
    return delayed ? still_inactive(s) : FLOW_DONE;
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
        if (just_activated && says_inactive(reply.body)) {
            user->pushed_active = false;
            return still_inactive(s);
        }
    }
    const json *value = patch ? wire_user_changed(s->sim, user, changes) : NULL;
    if (patch && json_count(value) == 0)
        return FLOW_DONE;
    enum flow flow =
        patch ? session_demand(s, "PATCH", user_target(s, user), wire_patch_value(s->sim, value), &reply)
              : session_demand(s, "PUT", user_target(s, user), wire_user_merge(s->sim, user, reply.body, changes), &reply);
    if (flow == FLOW_DONE) {
        user->untold = NULL;
        directory_told(s->sim->directory, user, session_axis(s, AXIS_CLEAR) == CLEAR_NEVER ? NULL : changes);
    }
    return flow;
}

static enum flow push_password(struct session *s, struct directory_user *user)
{
    struct reply reply;
    bool patch = session_axis(s, AXIS_PASSWORD_UPDATE) == UPDATE_PATCH;
    if (!patch || session_axis(s, AXIS_GET_BEFORE_PATCH)) {
        enum flow flow = session_get(s, user_target(s, user), &reply);
        if (flow != FLOW_DONE)
            return flow;
    }
    if (patch)
        return session_demand(s, "PATCH", user_target(s, user), wire_patch_password(s->sim, user->password), &reply);
    json *body = wire_user_merge(s->sim, user, reply.body, NULL);
    json_set_text(body, "password", user->password);
    return session_demand(s, "PUT", user_target(s, user), body, &reply);
}

/* What an update wants to tell is kept until the server has taken it, so that a second try tells all of it. */
void okta_keep_untold(struct session *s, struct directory_user *user, const json *changes)
{
    if (user->untold == NULL && changes != NULL)
        user->untold = json_object(s->sim->arena);
    for (const json *change = json_first(changes); change != NULL; change = json_next(change))
        json_set_copy(user->untold, json_key(change), change);
}

/* --- assignment --- */

/* A create that has failed is sent again as it was (a capture of 2026: a mapping that was set right meanwhile made no
 * difference). */
static enum flow create_user(struct session *s, struct directory_user *user)
{
    struct reply reply;
    json *body = user->failed_create != NULL ? user->failed_create : wire_user_create(s->sim, user);
    user->failed_create = body;
    enum flow flow = session_demand(s, "POST", "/Users", body, &reply);
    if (flow == FLOW_DONE)
        flow = session_read_created(s, &reply, &user->server_id);
    user->pushed_active = flow == FLOW_DONE;
    if (flow == FLOW_DONE)
        user->failed_create = user->untold = user->cleared = NULL;
    return flow;
}

/* Okta's flow chart: active=true, then the profile. An App Integration Wizard app leaves the first out when the match is
 * active. */
static enum flow link_user(struct session *s, struct directory_user *user, const struct match *match)
{
    bool activate = session_axis(s, AXIS_LINK_ACTIVATES) == LINK_ACTIVATES_ALWAYS || says_inactive(match->resource);
    user->server_id = match->id;
    user->pushed_active = !says_inactive(match->resource);
    user->failed_create = NULL;
    okta_keep_untold(s, user, user->profile);
    okta_keep_untold(s, user, user->entitlements);
    if (activate) {
        enum flow flow = push_status(s, user, true);
        if (flow != FLOW_DONE)
            return flow;
    }
    return push_profile(s, user, NULL, activate);
}

static enum flow task_provision(struct session *s, struct directory_user *user)
{
    struct reply reply;
    struct match match;
    enum flow flow = session_send(s, "GET", wire_user_lookup(s->sim, directory_user_name(user)), NULL, &reply);
    if (flow == FLOW_DONE)
        flow = session_read_match(s, &reply, &match);
    if (flow != FLOW_DONE)
        return flow;
    return match.resource == NULL ? create_user(s, user) : link_user(s, user, &match);
}

/* A capture of 2026: who has the app by a group comes back by a PUT of the stored id, without a lookup. */
static enum flow task_back(struct session *s, struct directory_user *user)
{
    struct reply reply;
    okta_keep_untold(s, user, user->profile);
    okta_keep_untold(s, user, user->entitlements);
    if (session_axis(s, AXIS_STATUS_UPDATE) != UPDATE_GET_PUT || session_axis(s, AXIS_PROFILE_UPDATE) != UPDATE_GET_PUT) {
        enum flow flow = push_status(s, user, true);
        return flow == FLOW_DONE ? push_profile(s, user, NULL, true) : flow;
    }
    enum flow flow = session_get(s, user_target(s, user), &reply);
    if (flow != FLOW_DONE)
        return flow;
    json *body = wire_user_with_active(s->sim, wire_user_merge(s->sim, user, reply.body, NULL), true);
    flow = session_demand(s, "PUT", user_target(s, user), body, &reply);
    if (flow == FLOW_DONE && says_inactive(reply.body))
        flow = still_inactive(s);
    user->pushed_active = flow == FLOW_DONE;
    if (flow == FLOW_DONE) {
        user->untold = NULL;
        directory_told(s->sim->directory, user, NULL);
    }
    return flow;
}

static bool has_entitlements(const struct directory_user *user)
{
    for (const json *list = json_first(user->entitlements); list != NULL; list = json_next(list))
        if (json_count(list) > 0)
            return true;
    return false;
}

/* The wire form is published nowhere: a profile with empty lists, as when somebody takes them away by hand. */
static enum flow task_strip(struct session *s, struct directory_user *user)
{
    enum flow flow = FLOW_DONE;
    if (has_entitlements(user)) {
        json *none = json_object(s->sim->arena), *granted = user->entitlements;
        json_set_array(none, "roles");
        json_set_array(none, "entitlements");
        user->entitlements = none;
        flow = push_profile(s, user, none, false);
        if (flow != FLOW_DONE)
            user->entitlements = granted; /* and still to be taken away */
    }
    if (flow == FLOW_DONE)
        okta_leave_cancel(user);
    return flow;
}

/* Granular deprovisioning may take the entitlements away first, or later (okta_leave.h). */
static enum flow task_out(struct session *s, struct directory_user *user)
{
    enum flow flow = okta_leaves_bare(s) ? task_strip(s, user) : FLOW_DONE;
    if (flow == FLOW_DONE)
        flow = push_status(s, user, false);
    if (flow == FLOW_DONE)
        okta_leave_later(s, user);
    return flow;
}

static enum flow task_forget(struct session *s, struct directory_user *user)
{
    user->server_id = NULL;
    user->pushed_active = false;
    user->failed_create = user->untold = NULL;
    okta_leave_cancel(user);
    directory_unpush_everywhere(s->sim->directory, user);
    return FLOW_DONE;
}

static enum flow task_erase(struct session *s, struct directory_user *user)
{
    struct reply reply;
    enum flow flow = session_demand(s, "DELETE", user_target(s, user), NULL, &reply);
    user->removed = flow == FLOW_DONE;
    return flow == FLOW_DONE ? task_forget(s, user) : flow;
}

static enum flow task_profile(struct session *s, struct directory_user *user)
{
    return push_profile(s, user, user->untold, false);
}

static enum flow task_password(struct session *s, struct directory_user *user)
{
    enum flow flow = push_password(s, user);
    if (flow == FLOW_DONE)
        user->untold = NULL;
    return flow;
}

/* All that has failed: the profile, and the password when it is among what the server has not taken. */
static enum flow task_again(struct session *s, struct directory_user *user)
{
    bool password = user->password != NULL && json_get(user->untold, "password") != NULL;
    bool profile = !password || json_count(user->untold) > 1;
    json *untold = user->untold;
    enum flow flow = profile ? push_profile(s, user, untold, false) : FLOW_DONE;
    if (flow == FLOW_DONE && password) {
        user->untold = untold;
        flow = task_password(s, user);
    }
    return flow;
}

/* --- the machine --- */

static enum flow (*const tasks[])(struct session *session, struct directory_user *user) = {
    [PERSON_TASK_NOTHING] = NULL,         [PERSON_TASK_PROVISION] = task_provision, [PERSON_TASK_BACK] = task_back,
    [PERSON_TASK_OUT] = task_out,         [PERSON_TASK_ERASE] = task_erase,         [PERSON_TASK_STRIP] = task_strip,
    [PERSON_TASK_PROFILE] = task_profile, [PERSON_TASK_PASSWORD] = task_password,   [PERSON_TASK_AGAIN] = task_again,
    [PERSON_TASK_FORGET] = task_forget,
};

static enum person_state failed_state(const struct directory_user *user)
{
    if (user->server_id == NULL)
        return PERSON_ERROR_ABSENT;
    return user->pushed_active ? PERSON_ERROR_ACTIVE : PERSON_ERROR_UNSURE;
}

static void move(struct session *s, struct directory_user *user, enum person_ask ask, enum person_state to, bool worked)
{
    enum person_state from = (enum person_state)user->okta;
    user->okta = (int)to;
    user->removed = user->removed && user->server_id == NULL;
    if (!okta_person_failed(to))
        user->last_error = NULL;
    if (from != to || worked)
        session_trace(s, arena_printf(s->sim->arena, "%s: %s -> %s, %s", user->key, okta_person_trace(from),
                                      okta_person_trace(to), okta_person_asked(ask)));
}

/* Okta's text ends "Rescheduling provision job": the job is played once more, where time passes, and what came of the first is forgotten. */
static enum flow work(struct session *s, struct directory_user *user, enum person_task task)
{
    struct simulator *sim = s->sim;
    const struct event_outcome before = *s->out;
    s->delayed = false;
    enum flow flow = tasks[task](s, user);
    if (!s->delayed || session_axis(s, AXIS_REACTIVATION_DELAY) == DELAY_FAIL || sim->pass == NULL || sim->hasty)
        return flow;
    session_trace(s, arena_printf(sim->arena, "%s: still inactive, the provision job comes again in %d s", user->key,
                                  RESCHEDULED_MS / 1000));
    if (!sim->pass(sim->context, RESCHEDULED_MS, s->err))
        return session_broken(s);
    s->out->waits++;
    s->out->waited_ms += RESCHEDULED_MS;
    s->out->complaint = before.complaint;
    s->out->complaint_rule = before.complaint_rule;
    s->out->console = before.console;
    session_begin(s, &user->last_error);
    return task_provision(s, user);
}

enum flow okta_person(struct session *session, struct directory_user *user, enum person_ask ask, const json *changes)
{
    struct person_step step = okta_person_step((enum person_state)user->okta, ask);
    if (ask == PERSON_ASK_IN || ask == PERSON_ASK_BACK || ask == PERSON_ASK_HOLD || ask == PERSON_ASK_FOUND)
        okta_leave_cancel(user);
    if (step.task == PERSON_TASK_NOTHING) {
        if (ask == PERSON_ASK_PROFILE)
            user->failed_create = NULL; /* what failed is not what the person is like any more */
        move(session, user, ask, step.done, false);
        return FLOW_DONE;
    }
    if (ask == PERSON_ASK_PROFILE || ask == PERSON_ASK_PASSWORD)
        okta_keep_untold(session, user, changes);
    session_begin(session, &user->last_error);
    enum flow flow = work(session, user, step.task);
    move(session, user, ask, flow == FLOW_DONE ? step.done : failed_state(user), true);
    if (flow == FLOW_DONE && user->suspended && ask != PERSON_ASK_SUSPEND)
        return okta_person(session, user, PERSON_ASK_SUSPEND, NULL);
    return flow;
}

enum person_ask okta_ask_in(const struct session *session, const struct directory_user *user)
{
    if (session_axis(session, AXIS_CREATE_USERS) == SETTING_OFF)
        return PERSON_ASK_HOLD;
    bool stored = session_axis(session, AXIS_BACK_BY_GROUP) == REASSIGN_STORED_ID;
    bool back = session->event->kind == EVENT_REACTIVATE && user->by_group && user->server_id != NULL;
    return stored && back ? PERSON_ASK_BACK : PERSON_ASK_IN;
}

enum person_ask okta_ask_out(const struct session *session, const struct directory_user *user)
{
    if (session_axis(session, AXIS_DEACTIVATE_USERS) == SETTING_OFF)
        return PERSON_ASK_DROP;
    return okta_leave_ask(session, user);
}
