#include "common/base.h"
#include "simulator/simulator.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/changes.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/directory_nested.h"
#include "simulator/entra.h"
#include "simulator/entra_job.h"
#include "simulator/okta.h"
#include "simulator/okta_discovery.h"
#include "simulator/okta_import.h"
#include "simulator/okta_leave.h"
#include "simulator/okta_schema.h"
#include "simulator/okta_state.h"
#include "simulator/job_settings.h"

/* --- what an event does to the directory; false: it can't be, err set, nothing changed --- */

static bool is_okta(const struct session *s)
{
    return s->sim->dialect->okta;
}

static bool change_nothing(struct session *s)
{
    UNUSED(s);
    return true;
}

/* Okta takes no assignment for somebody who is deactivated; Entra keeps it until they are back. */
static bool change_assign(struct session *s)
{
    if (s->user->state == USER_DELETED)
        directory_recreate(s->sim->directory, s->user, is_okta(s), s->sim->rng);
    s->user->assigned = s->user->state == USER_ACTIVE || !is_okta(s);
    s->user->by_group = s->user->by_group && directory_has_app_by_group(s->sim->directory, s->user);
    return true;
}

static bool change_unassign(struct session *s)
{
    if (s->user->by_group && s->user->assigned)
        return error_set(s->err, ERROR_INVALID, s->user->key, "take the person out of that group, or the app from the group",
                         "the app comes to the person by a group");
    s->user->assigned = false;
    return true;
}

static bool change_update(struct session *s)
{
    if (!json_is(s->event->changes, JSON_OBJECT))
        return error_set(s->err, ERROR_INVALID, "update", "write {\"title\": \"CTO\"}", "has no object of changes");
    if (s->user->sourced)
        return error_set(s->err, ERROR_INVALID, s->user->key, "change it in the app, and import",
                         "the app is the source of the profile");
    return directory_update(s->sim->directory, s->user, s->event->changes, s->err);
}

/* Okta takes the app away from a deactivated person; Entra keeps the assignment. */
static bool is_recycled(struct session *s)
{
    return s->user->state == USER_RECYCLED &&
           !error_set(s->err, ERROR_INVALID, s->user->key, "restore the person", "the person is in the recycle bin");
}

static bool change_deactivate(struct session *s)
{
    if (is_recycled(s))
        return false;
    if (s->user->state == USER_DELETED)
        return error_set(s->err, ERROR_INVALID, s->user->key, "assign or reactivate makes the person anew",
                         "the person is deleted");
    s->user->state = USER_DEACTIVATED;
    s->user->suspended = false;
    s->user->assigned = s->user->assigned && !is_okta(s);
    return true;
}

static bool change_reactivate(struct session *s)
{
    if (is_recycled(s))
        return false;
    if (s->user->state == USER_DELETED)
        directory_recreate(s->sim->directory, s->user, is_okta(s), s->sim->rng);
    s->user->state = USER_ACTIVE;
    s->user->assigned = true;
    s->user->by_group = directory_has_app_by_group(s->sim->directory, s->user);
    return true;
}

static bool change_delete(struct session *s)
{
    s->user->assigned = s->user->assigned && !is_okta(s);
    directory_purge(s->sim->directory, s->user);
    return true;
}

static bool change_soft_delete(struct session *s)
{
    if (is_recycled(s))
        return false;
    if (s->user->state == USER_DELETED)
        return error_set(s->err, ERROR_INVALID, s->user->key, "assign or reactivate makes the person anew",
                         "the person is deleted");
    s->user->state = USER_RECYCLED;
    s->user->recycled_ms = job_now(s->sim);
    return true;
}

/* With the account comes the assignment that it had. */
static bool change_restore(struct session *s)
{
    if (s->user->state != USER_RECYCLED)
        return error_set(s->err, ERROR_INVALID, s->user->key, "soft-delete puts a person there",
                         "the person is not in the recycle bin");
    s->user->state = USER_ACTIVE;
    return true;
}

/* A role is a property of the assignment. */
static bool change_app_roles(struct session *s)
{
    if (!s->user->assigned)
        return error_set(s->err, ERROR_INVALID, s->user->key, "assign the app first", "who has no assignment has no app role");
    directory_set_roles(s->sim->directory, s->user, s->event->members, s->event->member_count, s->sim->rng);
    return true;
}

static bool change_job(struct session *s)
{
    struct simulator *sim = s->sim;
    struct job_settings settings = {.dialect = sim->dialect, .scope = sim->scope};
    if (!job_settings_change(sim->arena, s->event->changes, &settings, s->err))
        return false;
    sim->dialect = settings.dialect;
    sim->scope = settings.scope;
    if (settings.anew)
        job_reconfigure(s);
    return true;
}

static bool change_allow(struct session *s)
{
    s->sim->job.deletions_allowed = true;
    return true;
}

static bool change_push_group(struct session *s)
{
    s->group->pushed = true;
    return true;
}

static bool change_members(struct session *s)
{
    size_t leavers = s->leaver_count, joiners = s->member_count - leavers;
    for (size_t i = 0; i < s->member_count; i++)
        if (i < leavers)
            directory_remove_member(s->group, s->members[i]);
        else
            directory_add_member(s->sim->directory, s->group, s->members[i]);
    if (s->group->assigned) {
        change_lose(s, s->members, leavers);
        change_gain(s, s->members + leavers, joiners);
    }
    return true;
}

/* All of them or none: a circle is seen before anything changes. */
static bool change_add_groups(struct session *s)
{
    size_t before = s->group->inner_count;
    for (size_t i = 0; i < s->inner_count; i++)
        if (!directory_add_inner(s->sim->directory, s->group, s->inner[i], s->err)) {
            s->group->inner_count = before;
            return false;
        }
    return true;
}

static bool change_remove_groups(struct session *s)
{
    for (size_t i = 0; i < s->inner_count; i++)
        directory_remove_inner(s->group, s->inner[i]);
    return true;
}

static bool change_rename_group(struct session *s)
{
    if (text_is_blank(s->event->name))
        return error_set(s->err, ERROR_INVALID, s->group->key, "give the new name", "a group can't be renamed to nothing");
    const char *before = s->group->name;
    directory_rename(s->sim->directory, s->group, s->event->name);
    change_follow_name(s, before);
    return true;
}

static bool change_delete_group(struct session *s)
{
    s->group->deleted = true;
    change_lose(s, s->group->members, s->group->member_count);
    directory_leave_groups(s->sim->directory, s->group);
    return true;
}

static bool change_restart(struct session *s)
{
    if (!is_okta(s))
        job_restart(s);
    return true;
}

/* --- Entra: people whom a group brings into scope, or takes out of it; then the group --- */

static enum flow entra_scope(struct session *s)
{
    struct directory_group *group = s->group;
    s->group = NULL; /* on demand it is a person's turn */
    for (size_t i = 0; i < s->affected_count; i++) {
        s->user = s->affected[i];
        if (entra_user(s) == FLOW_BROKEN)
            return FLOW_BROKEN;
    }
    s->user = NULL;
    s->group = group;
    return entra_group(s);
}

/* --- the table of events --- */

static const struct {
    const char *word;
    char operands;
} event_names[EVENT_COUNT] = {
#define X(code, word, operands) [code] = {word, operands},
    EVENTS(X)
#undef X
};

/* NULL: the provider has no such event. */
static const struct {
    bool (*change)(struct session *session);
    enum flow (*okta)(struct session *session); /* NULL: Okta has no such event */
    enum flow (*entra)(struct session *session);
} events[EVENT_COUNT] = {
    [EVENT_TEST_CONNECTION] = {change_nothing, okta_test_connection, entra_test_connection},
    [EVENT_ASSIGN] = {change_assign, okta_assign, entra_user},
    [EVENT_UNASSIGN] = {change_unassign, okta_unassign, entra_user},
    [EVENT_UPDATE] = {change_update, okta_update, entra_user},
    [EVENT_PUSH_GROUP] = {change_push_group, okta_push_group, entra_group},
    [EVENT_ADD_MEMBERS] = {change_members, okta_change_members, entra_scope},
    [EVENT_REMOVE_MEMBERS] = {change_members, okta_change_members, entra_scope},
    [EVENT_RENAME_GROUP] = {change_rename_group, okta_rename_group, entra_group},
    [EVENT_DELETE_GROUP] = {change_delete_group, okta_delete_group, entra_group},
    [EVENT_DEACTIVATE] = {change_deactivate, okta_unassign, entra_user},
    [EVENT_REACTIVATE] = {change_reactivate, okta_assign, entra_user},
    [EVENT_DELETE] = {change_delete, okta_unassign, entra_user},
    [EVENT_SYNC] = {change_nothing, okta_sync, entra_sync},
    [EVENT_RESTART] = {change_restart, okta_restart, entra_sync},
    [EVENT_ASSIGN_GROUP] = {change_assign_group, okta_assign_group, entra_scope},
    [EVENT_UNASSIGN_GROUP] = {change_unassign_group, okta_unassign_group, entra_scope},
    [EVENT_SUSPEND] = {change_suspend, okta_suspend, NULL},
    [EVENT_UNSUSPEND] = {change_unsuspend, okta_unsuspend, NULL},
    [EVENT_SYNC_PASSWORD] = {change_sync_password, okta_sync_password, NULL},
    [EVENT_LINK_GROUP] = {change_link_group, okta_link_group, NULL},
    [EVENT_UNLINK_GROUP] = {change_unlink_group, okta_unlink_group, NULL},
    [EVENT_PUSH_NOW] = {change_push_state, okta_push_now, NULL},
    [EVENT_DEACTIVATE_PUSH] = {change_push_state, okta_deactivate_push, NULL},
    [EVENT_ACTIVATE_PUSH] = {change_push_state, okta_activate_push, NULL},
    [EVENT_CHANGE_MEMBERS] = {change_members, okta_change_members, NULL},
    [EVENT_PUSH_RULE] = {change_push_rule, okta_push_rule, NULL},
    [EVENT_END_PUSH_RULE] = {change_end_push_rule, okta_end_push_rule, NULL},
    [EVENT_IMPORT] = {change_nothing, okta_import, NULL},
    [EVENT_IMPORT_ENTITLEMENTS] = {change_nothing, okta_import_entitlements, NULL},
    [EVENT_IMPORT_SCHEMA] = {change_nothing, okta_import_schema, NULL},
    [EVENT_ENTITLE] = {change_entitle, okta_update, NULL},
    [EVENT_FORCE_SYNC] = {change_nothing, okta_force_sync, NULL},
    [EVENT_SETTINGS] = {change_settings, okta_save_settings, NULL},
    [EVENT_SOFT_DELETE] = {change_soft_delete, NULL, entra_user},
    [EVENT_RESTORE] = {change_restore, NULL, entra_user},
    [EVENT_ADD_GROUPS] = {change_add_groups, NULL, entra_group},
    [EVENT_REMOVE_GROUPS] = {change_remove_groups, NULL, entra_group},
    [EVENT_SET_APP_ROLES] = {change_app_roles, NULL, entra_user},
    [EVENT_SET_JOB] = {change_job, NULL, entra_settings},
    [EVENT_ALLOW_DELETIONS] = {change_allow, NULL, entra_sync},
};

const char *event_word(enum event_kind kind)
{
    return event_names[kind].word;
}

char event_operands(enum event_kind kind)
{
    return event_names[kind].operands;
}

const char *event_member(const struct event *event, size_t at)
{
    const char *key = event->members[at];
    return event_operands(event->kind) == 'd' && key[0] != '\0' ? key + 1 : key;
}

bool event_find(const char *word, enum event_kind *out)
{
    for (int i = 0; i < EVENT_COUNT; i++)
        if (text_equal(event_names[i].word, word)) {
            *out = (enum event_kind)i;
            return true;
        }
    return false;
}

/* What is set or assigned in Microsoft's console only. */
static bool is_microsofts(enum event_kind kind)
{
    return kind == EVENT_SET_JOB || kind == EVENT_ALLOW_DELETIONS || kind == EVENT_SET_APP_ROLES;
}

bool event_is_of(enum event_kind kind, const struct dialect *dialect)
{
    if (dialect->plain && is_microsofts(kind))
        return false;
    return dialect->okta ? events[kind].okta != NULL : events[kind].entra != NULL;
}

/* --- playing --- */

static bool resolve_user(struct session *s, const char *key, struct directory_user **out)
{
    *out = key != NULL ? directory_user(s->sim->directory, key) : NULL;
    if (*out != NULL)
        return true;
    return error_set(s->err, ERROR_INVALID, event_word(s->event->kind), "name the key of a person in directory.users",
                     "there is no person \"%.80s\"", key != NULL ? key : "");
}

static bool resolve_group(struct session *s)
{
    const char *key = s->event->subject;
    s->group = key != NULL ? directory_group(s->sim->directory, key) : NULL;
    if (s->group == NULL)
        return error_set(s->err, ERROR_INVALID, event_word(s->event->kind), "name the key of a group in directory.groups",
                         "there is no group \"%.80s\"", key != NULL ? key : "");
    if (s->group->deleted)
        return error_set(s->err, ERROR_INVALID, event_word(s->event->kind), "make another group for what comes after",
                         "the group \"%.80s\" has been deleted", key);
    return true;
}

static bool leaves(const struct event *event, size_t at)
{
    return event->kind == EVENT_REMOVE_MEMBERS || (event_operands(event->kind) == 'd' && event->members[at][0] == '-');
}

/* Who leaves comes before who comes, as both providers tell it. */
static bool resolve_some(struct session *s, bool leavers)
{
    for (size_t i = 0; i < s->event->member_count; i++)
        if (leaves(s->event, i) == leavers && !resolve_user(s, event_member(s->event, i), &s->members[s->member_count++]))
            return false;
    return true;
}

static bool check_once(const struct session *s)
{
    for (size_t i = 0; i < s->leaver_count; i++)
        for (size_t k = s->leaver_count; k < s->member_count; k++)
            if (s->members[i] == s->members[k])
                return error_set(s->err, ERROR_INVALID, event_word(s->event->kind), "name the person once",
                                 "\"%.80s\" both leaves and comes", s->members[i]->key);
    return true;
}

static bool resolve_members(struct session *s)
{
    int most = session_axis(s, AXIS_ON_DEMAND_MEMBERS);
    if (most > 0 && s->event->member_count > (size_t)most)
        return error_set(s->err, ERROR_LIMIT, event_word(s->event->kind), "split the step",
                         "on demand at most %d members can be picked", most);
    s->members = arena_array(s->sim->arena, s->event->member_count + 1, sizeof *s->members);
    if (!resolve_some(s, true))
        return false;
    s->leaver_count = s->member_count;
    return resolve_some(s, false) && check_once(s);
}

static bool resolve_inner(struct session *s)
{
    s->inner = arena_array(s->sim->arena, s->event->member_count + 1, sizeof *s->inner);
    for (size_t i = 0; i < s->event->member_count; i++) {
        struct directory_group *inner = directory_group(s->sim->directory, s->event->members[i]);
        if (inner == NULL || inner->deleted)
            return error_set(s->err, ERROR_INVALID, event_word(s->event->kind), "name keys of directory.groups",
                             "there is no group \"%.80s\"", s->event->members[i]);
        s->inner[s->inner_count++] = inner;
    }
    return true;
}

static bool resolve(struct session *s)
{
    switch (event_operands(s->event->kind)) {
    case 'u':
    case 'p':
    case 's':
    case 'e':
    case 'r':
        if (!resolve_user(s, s->event->subject, &s->user))
            return false;
        s->was_assigned = s->user->assigned;
        return true;
    case 'g':
    case 'm':
    case 'd':
    case 'n':
        return resolve_group(s) && resolve_members(s);
    case 'i':
        return resolve_group(s) && resolve_inner(s);
    default:
        return true;
    }
}

bool simulator_play(struct simulator *simulator, const struct event *event, struct event_outcome *out, struct error *err)
{
    *out = (struct event_outcome){0};
    struct session session = {.sim = simulator, .event = event, .out = out, .err = err};
    if (!event_is_of(event->kind, simulator->dialect))
        return error_set(err, ERROR_INVALID, event_word(event->kind), "leave its dialects out of \"idp\"", "%s has no such event",
                         dialect_provider(simulator->dialect));
    if (event->later && simulator->dialect->okta)
        return error_set(err, ERROR_INVALID, event_word(event->kind), "leave \"later\" out", "%s does not wait for a cycle",
                         simulator->dialect->name);
    if (!resolve(&session) || !events[event->kind].change(&session))
        return false;
    if (simulator->dialect->okta)
        return events[event->kind].okta(&session) != FLOW_BROKEN;
    return job_play(&session, events[event->kind].entra) != FLOW_BROKEN;
}

/* --- what the provider does of itself --- */

bool simulator_next(struct simulator *simulator, int64_t *due_ms)
{
    return simulator->timetable && (simulator->dialect->okta ? okta_leave_next : job_due)(simulator, due_ms);
}

bool simulator_act(struct simulator *simulator, struct event_outcome *out, struct error *err)
{
    static const struct event cycle = {.kind = EVENT_SYNC};
    *out = (struct event_outcome){0};
    struct session session = {.sim = simulator, .event = &cycle, .out = out, .err = err, .timed = true};
    if (simulator->dialect->okta)
        return okta_leave_due(&session) != FLOW_BROKEN;
    return job_play(&session, entra_sync) != FLOW_BROKEN;
}

const char *simulator_person_state(const struct simulator *simulator, const struct directory_user *user)
{
    if (simulator->dialect->okta)
        return okta_person_word((enum person_state)user->okta);
    if (user->last_error != NULL)
        return "error";
    if (user->waiting)
        return "waiting";
    if (user->server_id == NULL)
        return directory_is_covered(user) ? "assigned" : "unassigned";
    return user->pushed_active ? "provisioned" : "deactivated";
}

const char *simulator_push_state(const struct simulator *simulator, const struct directory_group *group)
{
    if (simulator->dialect->okta)
        return okta_push_word((enum push_state)group->okta);
    if (group->last_error != NULL)
        return "error";
    if (group->waiting)
        return "waiting";
    return group->pushed && !group->deleted && group->server_id != NULL ? "active" : "inactive";
}
