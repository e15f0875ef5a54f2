#include "common/base.h"
#include "simulator/changes.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/okta_discovery.h"
#include "simulator/okta_source.h"

#include <string.h>

const char *const okta_settings[] = {
    "create-users",       "update-users",           "deactivate-users", "sync-passwords",           "rename-groups",
    "group-import",       "entitlement-management", "on-unassign",      "unassign-delay-days",      "profile-source",
    "source-deactivates", "source-reactivates",     "auto-confirm",     "import-safeguard-percent", NULL};

/* --- the app by a group --- */

static void affect(struct session *s, struct directory_user *user)
{
    s->affected = arena_grow(s->sim->arena, s->affected, s->affected_count, s->affected_count + 1, sizeof *s->affected);
    s->affected[s->affected_count++] = user;
}

/* Okta takes no assignment for somebody who is deactivated, but remembers the way by which it came; Entra keeps it until they are
 * back. */
void change_gain(struct session *session, struct directory_user *const *users, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct directory_user *user = users[i];
        if (user->assigned || user->state == USER_DELETED)
            continue;
        user->by_group = true;
        user->assigned = user->state == USER_ACTIVE || !session->sim->dialect->okta;
        if (user->assigned)
            affect(session, user);
    }
}

void change_lose(struct session *session, struct directory_user *const *users, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct directory_user *user = users[i];
        if (!user->by_group || directory_has_app_by_group(session->sim->directory, user))
            continue;
        user->by_group = false;
        if (user->assigned)
            affect(session, user);
        user->assigned = false;
    }
}

bool change_assign_group(struct session *session)
{
    session->group->assigned = true;
    session->group->pushed =
        session->group->pushed || !session->sim->dialect->okta; /* Okta pushes groups on a page of their own */
    change_gain(session, session->group->members, session->group->member_count);
    return true;
}

bool change_unassign_group(struct session *session)
{
    session->group->assigned = false;
    session->group->pushed = session->group->pushed && session->sim->dialect->okta; /* Entra's scope is the assignment */
    change_lose(session, session->group->members, session->group->member_count);
    return true;
}

/* --- people --- */

bool change_suspend(struct session *session)
{
    if (session->user->state != USER_ACTIVE)
        return error_set(session->err, ERROR_INVALID, session->user->key, "reactivate the person first",
                         "only somebody active can be suspended");
    session->user->suspended = true;
    return true;
}

bool change_unsuspend(struct session *session)
{
    session->user->suspended = false;
    return true;
}

bool change_sync_password(struct session *session)
{
    if (session->event->name == NULL || session->event->name[0] == '\0')
        return error_set(session->err, ERROR_INVALID, session->user->key, "give the new password", "no password is none");
    session->user->password = arena_strdup(session->sim->arena, session->event->name);
    return true;
}

static bool check_grant(const char *list, const json *item, struct error *err)
{
    static const char *const names[] = {"value", "display", "type"};
    for (const json *member = json_first(item); member != NULL; member = json_next(member)) {
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            known = known || text_equal(json_key(member), names[i]);
        if (!known || json_text(member) == NULL || strlen(json_text(member)) > DIRECTORY_MAX_TEXT)
            return error_set(err, ERROR_INVALID, list, "write {\"value\": …, \"display\": …, \"type\": …}",
                             "\"%.80s\" is no text that a grant has", json_key(member));
    }
    if (!json_is(item, JSON_OBJECT) || json_get_text(item, "value", "")[0] == '\0')
        return error_set(err, ERROR_INVALID, list, "write {\"value\": …}", "a grant needs a value");
    return true;
}

bool event_check_grants(const json *grants, struct error *err)
{
    if (!json_is(grants, JSON_OBJECT) || json_count(grants) == 0)
        return error_set(err, ERROR_INVALID, "entitle", "write {\"roles\": [{\"value\": …}]}",
                         "nothing is granted or taken away");
    for (const json *list = json_first(grants); list != NULL; list = json_next(list)) {
        if (!text_equal(json_key(list), "roles") && !text_equal(json_key(list), "entitlements"))
            return error_set(err, ERROR_INVALID, "entitle", "there are roles and entitlements", "\"%.80s\" can't be granted",
                             json_key(list));
        if (!json_is(list, JSON_ARRAY) || json_count(list) > ENTITLE_MAX)
            return error_set(err, ERROR_INVALID, json_key(list), "write [{\"value\": …}], or [] for none",
                             "must be a list of at most %d", ENTITLE_MAX);
        for (const json *item = json_first(list); item != NULL; item = json_next(item))
            if (!check_grant(json_key(list), item, err))
                return false;
    }
    return true;
}

bool change_entitle(struct session *session)
{
    struct directory_user *user = session->user;
    if (!event_check_grants(session->event->changes, session->err))
        return false;
    json *grants = json_copy(session->sim->arena, session->event->changes);
    if (!okta_complete_grants(session, grants))
        return false;
    if (user->entitlements == NULL)
        user->entitlements = json_object(session->sim->arena);
    for (const json *list = json_first(grants); list != NULL; list = json_next(list))
        json_set_copy(user->entitlements, json_key(list), list);
    return true;
}

/* --- group pushes --- */

static const char *event_name(const struct session *session)
{
    return session->event->name == NULL ? "" : session->event->name;
}

bool change_link_group(struct session *session)
{
    struct directory_group *group = session->group;
    if (text_is_blank(event_name(session)))
        return error_set(session->err, ERROR_INVALID, group->key, "give the name of a group on the server",
                         "a group can't be linked to nothing");
    if (group->pushed && group->server_id != NULL)
        return error_set(session->err, ERROR_INVALID, group->key, "unlink it first", "the group is pushed already");
    group->pushed = true;
    group->target = arena_strdup(session->sim->arena, directory_prefixed(session->sim->directory, event_name(session)));
    return true;
}

static bool check_fate(const struct session *session)
{
    if (text_equal(event_name(session), "leave") || text_equal(event_name(session), "delete"))
        return true;
    return error_set(session->err, ERROR_INVALID, event_word(session->event->kind), "write \"leave\" or \"delete\"",
                     "\"%.80s\" is not what can become of a group", event_name(session));
}

bool change_unlink_group(struct session *session)
{
    if (!check_fate(session))
        return false;
    session->group->pushed = session->group->by_rule = false;
    return true;
}

bool change_push_state(struct session *session)
{
    if (session->group->pushed)
        return true;
    return error_set(session->err, ERROR_INVALID, session->group->key, "push it first", "the group is not pushed");
}

static void follow_rule(struct session *s, struct directory_group *group)
{
    const char *rule = s->sim->push_rule;
    if (rule == NULL || group->pushed || group->deleted || !directory_name_starts(s->sim->directory, group, rule))
        return;
    group->pushed = group->by_rule = true;
}

bool change_push_rule(struct session *session)
{
    if (text_is_blank(event_name(session)))
        return error_set(session->err, ERROR_INVALID, "push-rule", "give what the names begin with", "the rule is empty");
    if (session->sim->push_rule != NULL)
        return error_set(session->err, ERROR_INVALID, "push-rule", "end it first: \"end-push-rule\"", "there is a rule already");
    session->sim->push_rule = arena_strdup(session->sim->arena, event_name(session));
    for (size_t i = 0; i < session->sim->directory->group_count; i++)
        follow_rule(session, session->sim->directory->groups[i]);
    return true;
}

bool change_end_push_rule(struct session *session)
{
    if (!check_fate(session))
        return false;
    if (session->sim->push_rule == NULL)
        return error_set(session->err, ERROR_INVALID, "end-push-rule", "make one first: \"push-rule\"", "there is no rule");
    session->sim->push_rule = NULL;
    for (size_t i = 0; i < session->sim->directory->group_count; i++)
        if (session->sim->directory->groups[i]->by_rule)
            session->sim->directory->groups[i]->pushed = false;
    return true;
}

void change_follow_name(struct session *session, const char *before)
{
    struct directory_group *group = session->group;
    follow_rule(session, group);
    if (session->sim->dialect->okta && group->server_id != NULL && group->target == NULL)
        group->target = before;
}

/* --- settings --- */

/* A word, or a number as text; NULL: something else. */
static const char *setting_value(struct arena *arena, const json *item)
{
    int64_t number;
    return json_integer(item, &number) && number >= 0 ? arena_printf(arena, "%lld", (long long)number) : json_text(item);
}

static bool is_setting(const char *name)
{
    for (size_t i = 0; okta_settings[i] != NULL; i++)
        if (text_equal(okta_settings[i], name))
            return true;
    return false;
}

bool change_settings(struct session *session)
{
    const struct dialect *turned = session->sim->dialect;
    if (!json_is(session->event->changes, JSON_OBJECT) || json_count(session->event->changes) == 0)
        return error_set(session->err, ERROR_INVALID, "settings", "write {\"deactivate-users\": \"off\"}", "nothing is set");
    for (const json *item = json_first(session->event->changes); item != NULL; item = json_next(item)) {
        const char *value = setting_value(session->sim->arena, item);
        if (!is_setting(json_key(item)))
            return error_set(session->err, ERROR_INVALID, "settings",
                             "create-users, update-users, deactivate-users, sync-passwords, entitlement-management, on-unassign, "
                             "profile-source, ...",
                             "\"%.80s\" is no setting of the console", json_key(item));
        if (value == NULL)
            return error_set(session->err, ERROR_INVALID, json_key(item), "write \"on\", or 30",
                             "the value is neither a word nor a number");
        if (!dialect_with(session->sim->arena, turned, json_key(item), value, &turned, session->err)) {
            session->err->code = ERROR_INVALID;
            return false;
        }
    }
    session->sim->dialect = turned;
    if (dialect_value(turned, AXIS_PROFILE_SOURCE) == SETTING_OFF)
        okta_source_ends(session);
    return true;
}
