#include "common/base.h"
#include "simulator/okta_source.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/okta_user.h"

#include <string.h>

static bool is_source(const struct session *s)
{
    return session_axis(s, AXIS_PROFILE_SOURCE) == SETTING_ON;
}

static bool confirms(const struct session *s)
{
    return session_axis(s, AXIS_AUTO_CONFIRM) == SETTING_ON;
}

bool okta_source_reads(const struct session *session)
{
    return is_source(session) || confirms(session);
}

static void say(struct session *s, const struct directory_user *user, const char *what)
{
    session_trace(s, arena_printf(s->sim->arena, "%s: %s", user->key, what));
}

/* --- the profile --- */

/* What Okta's default app profile has, and attributes of the customer's own. */
static bool is_sourced(const struct attribute *attribute)
{
    return attribute->profile && attribute->home != HOME_MANAGER && attribute_is_of_okta(attribute);
}

/* Okta's FAQ: of several elements the primary one. */
static const char *primary(const json *resource, const struct attribute *attribute)
{
    const char *list = attribute->home == HOME_EMAIL ? "emails" : attribute->home == HOME_PHONE ? "phoneNumbers" : "addresses";
    const json *items = json_get(resource, list);
    for (const json *item = json_is(items, JSON_ARRAY) ? json_first(items) : NULL; item != NULL; item = json_next(item))
        if (json_get_bool(item, "primary", false))
            return json_get_text(item, attribute->name, NULL);
    return attribute_read(resource, attribute);
}

static const char *without_prefix(const struct session *s, const char *value)
{
    const char *prefix = s->sim->directory->prefix;
    return prefix != NULL && value != NULL && text_starts(value, prefix) ? value + strlen(prefix) : value;
}

/* NULL: the app shows none. */
static const char *shown(const struct session *s, const json *resource, const struct attribute *attribute)
{
    const char *value = attribute_is_filtered(attribute) ? primary(resource, attribute) : attribute_read(resource, attribute);
    bool address = text_equal(attribute->key, "email") || text_equal(attribute->key, "userName");
    return text_is_blank(value) ? NULL : (address ? without_prefix(s, value) : value);
}

static const char *held(const struct session *s, const struct directory_user *user, const struct attribute *attribute)
{
    bool name = text_equal(attribute->key, "userName");
    const char *value = name ? directory_user_name(user) : directory_text(user, attribute->key);
    return name || text_equal(attribute->key, "email") ? without_prefix(s, value) : value;
}

/* Okta has a user name, an address and a display name for everybody. */
static bool may_go(const struct attribute *attribute)
{
    return !text_equal(attribute->key, "userName") && !text_equal(attribute->key, "email") &&
           !text_equal(attribute->key, "displayName");
}

static json *differences(const struct session *s, const struct directory_user *user, const json *resource, struct buffer *names)
{
    json *changes = json_object(s->sim->arena);
    for (size_t i = 0; i < attribute_count; i++) {
        const struct attribute *attribute = &attributes[i];
        const char *theirs = is_sourced(attribute) ? shown(s, resource, attribute) : NULL;
        if (!is_sourced(attribute) || text_equal(theirs, held(s, user, attribute)) || (theirs == NULL && !may_go(attribute)))
            continue;
        if (theirs != NULL)
            json_set_text(changes, attribute->key, theirs);
        else
            json_set_null(changes, attribute->key);
        buffer_printf(names, "%s%s", names->n == 0 ? "" : ", ", attribute->key);
    }
    /* Who was known by the address keeps the user name when that is another by now. */
    if (json_get(changes, "email") != NULL && json_get(changes, "userName") == NULL && directory_text(user, "userName") == NULL)
        json_set_text(changes, "userName", held(s, user, attribute_find("userName")));
    return changes;
}

/* What the app has need not be told to it. */
static void is_told(struct directory_user *user)
{
    for (size_t i = 0; i < attribute_count && user->untold != NULL; i++)
        if (is_sourced(&attributes[i]))
            json_remove(user->untold, attributes[i].key);
    user->failed_create = NULL;
}

/* False: the directory can't have it so (a user name that somebody else has), and nothing was taken over. */
static bool take_over(struct session *s, struct directory_user *user, const json *resource)
{
    struct error problem = {0};
    struct buffer names = buffer_new(1000);
    const json *changes = differences(s, user, resource, &names);
    bool fine = json_count(changes) == 0 || directory_update(s->sim->directory, user, changes, &problem);
    if (!fine)
        say(s, user, arena_printf(s->sim->arena, "the import can't take the profile over: %s", problem.message));
    else if (names.n > 0)
        say(s, user, arena_printf(s->sim->arena, "from the app: %s", buffer_text(&names)));
    if (fine)
        is_told(user);
    buffer_release(&names);
    return fine;
}

/* --- who comes --- */

static void come_back(struct session *s, struct directory_user *user)
{
    int who = session_axis(s, AXIS_SOURCE_RETURNERS);
    if (user->suspended && (who == RETURNERS_SUSPENDED || who == RETURNERS_BOTH)) {
        user->suspended = false;
        okta_person(s, user, PERSON_ASK_UNSUSPEND, NULL);
        say(s, user, "suspended no longer, active in the app");
    }
    if (user->state == USER_DEACTIVATED && (who == RETURNERS_DEACTIVATED || who == RETURNERS_BOTH)) {
        user->state = USER_ACTIVE;
        user->assigned = true;
        user->by_group = directory_has_app_by_group(s->sim->directory, user);
        say(s, user, "reactivated, active in the app");
    }
}

static void link_account(struct session *s, struct directory_user *user, const char *id)
{
    user->assigned = true;
    user->server_id = id;
    user->pushed_active = true;
    okta_person(s, user, PERSON_ASK_FOUND, NULL);
    if (user->suspended)
        okta_person(s, user, PERSON_ASK_SUSPEND, NULL);
}

void okta_source_found(struct session *session, struct directory_user *user, const char *id, const json *resource)
{
    bool had = user->assigned && user->server_id != NULL;
    if (!user->assigned && okta_person_failed((enum person_state)user->okta))
        return;
    if (is_source(session))
        come_back(session, user);
    if (!user->assigned && !(confirms(session) && user->state == USER_ACTIVE))
        return;
    if (!had)
        link_account(session, user, id);
    if (is_source(session))
        user->sourced = take_over(session, user, resource);
    else if (!had)
        okta_keep_untold(session, user, user->profile); /* told by the next update */
}

void okta_source_new(struct session *session, const json *resource)
{
    struct directory *directory = session->sim->directory;
    struct error problem = {0};
    const char *name = json_get_text(resource, "userName", ""), *id = json_get_text(resource, "id", "");
    bool ours = directory->prefix == NULL || text_starts(name, directory->prefix);
    const char *key = arena_strdup(session->sim->arena, without_prefix(session, name));
    if (!confirms(session) || !ours)
        return;
    json *spec = json_object(session->sim->arena);
    json_set_text(json_set_object(json_set_object(spec, "users"), key), "userName", key);
    if (directory->user_count >= DIRECTORY_MAX_USERS || !directory_add(directory, spec, true, session->sim->rng, &problem)) {
        session_trace(session, arena_printf(session->sim->arena, "import: %s can't be brought in: %s", key,
                                            problem.code == ERROR_NONE ? "the directory is full" : problem.message));
        return;
    }
    struct directory_user *user = directory_user(directory, key);
    link_account(session, user, arena_strdup(session->sim->arena, id));
    user->sourced = take_over(session, user, resource) && is_source(session);
}

/* --- who goes --- */

void okta_source_lost(struct session *session, struct directory_user *user)
{
    int fate = user->sourced ? session_axis(session, AXIS_SOURCE_LEAVERS) : LEAVERS_NOTHING;
    okta_person(session, user, PERSON_ASK_LOST, NULL);
    user->assigned = user->by_group = user->sourced = false;
    if (fate == LEAVERS_DEACTIVATE) {
        user->state = USER_DEACTIVATED;
        user->suspended = false;
        say(session, user, "deactivated, not active in the app");
    } else if (fate == LEAVERS_SUSPEND) {
        user->suspended = true;
        say(session, user, "suspended, not active in the app");
    }
}

void okta_source_ends(struct session *session)
{
    for (size_t i = 0; i < session->sim->directory->user_count; i++)
        session->sim->directory->users[i]->sourced = false;
}
