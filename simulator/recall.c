#include "common/base.h"
#include "simulator/recall.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/entra_mapping.h"
#include "simulator/okta_state.h"
#include "simulator/session.h"
#include "simulator/wire_group.h"
#include "simulator/wire_request.h"
#include "simulator/wire_user.h"

#include <string.h>

static const struct event looking = {.kind = EVENT_SYNC};

/* FLOW_DONE with match.resource NULL: there is none. */
static enum flow look_up(struct session *s, const char *target, struct match *match)
{
    struct reply reply;
    enum flow flow = session_send(s, "GET", target, NULL, &reply);
    if (flow == FLOW_DONE && !reply_ok(&reply))
        return session_refuse(s, &reply);
    return flow == FLOW_DONE ? session_read_match(s, &reply, match) : flow;
}

/* --- people --- */

static void take_profile(struct session *s, struct directory_user *user, const json *resource)
{
    for (size_t i = 0; i < attribute_count; i++) {
        const char *value =
            attributes[i].profile && attributes[i].home != HOME_MANAGER ? attribute_read(resource, &attributes[i]) : NULL;
        if (!text_is_blank(value))
            json_set_text(user->profile, attributes[i].key, value);
    }
    const char *external = json_get_text(resource, "externalId", NULL);
    if (text_is_blank(external))
        return;
    if (session_axis(s, AXIS_EXTERNAL_ID) == EXTERNAL_ID_DIRECTORY)
        user->id = external;
    else
        user->nickname = external;
}

/* Somebody made up has nothing to be told. */
static void remember_user(struct session *s, struct directory_user *user, enum recall what, const json *resource, const char *id)
{
    bool active = !json_is(json_get(resource, "active"), JSON_BOOL) || json_true(json_get(resource, "active"));
    user->server_id = id;
    user->pushed_active = user->assigned = active;
    if (s->sim->dialect->okta) {
        user->okta = active ? PERSON_PROVISIONED : PERSON_DEACTIVATED;
        return;
    }
    user->known = what == RECALL_MADE_UP ? wire_user_flat(s->sim, user, active) : wire_user_read(s->sim, resource);
    user->known_manager = json_get_text(json_get(json_get(resource, URN_ENTERPRISE), "manager"), "value", NULL);
}

/* The value of the first matching attribute; who is made up has an address and nothing else. */
static const char *looked_for(const struct session *s, const struct directory_user *user)
{
    const struct mapping_key *match = s->sim->dialect->okta ? NULL : mapping_match(s->sim->dialect, 0);
    const json *flat = match == NULL ? NULL : wire_user_flat(s->sim, user, true);
    return json_get_text(flat, match == NULL ? "" : match->key, directory_user_name(user));
}

static enum flow find_user(struct session *s, struct directory_user *user, enum recall what)
{
    struct match match = {0};
    enum flow flow = look_up(s, wire_user_lookup(s->sim, looked_for(s, user)), &match);
    if (flow != FLOW_DONE || match.resource == NULL)
        return flow;
    if (what != RECALL_MEMORY)
        take_profile(s, user, match.resource);
    if (what != RECALL_PROFILE)
        remember_user(s, user, what, match.resource, match.id);
    return FLOW_DONE;
}

bool recall_user(struct simulator *simulator, struct directory_user *user, enum recall what, struct event_outcome *out,
                 struct error *err)
{
    struct session s = {.sim = simulator, .event = &looking, .out = out, .err = err};
    *out = (struct event_outcome){0};
    return find_user(&s, user, what) != FLOW_BROKEN;
}

/* --- groups --- */

static struct directory_user *user_with_id(const struct directory *directory, const char *id)
{
    for (size_t i = 0; i < directory->user_count; i++)
        if (text_equal(directory->users[i]->server_id, id))
            return directory->users[i];
    return NULL;
}

static struct directory_user *user_named(const struct directory *directory, const char *name)
{
    for (size_t i = 0; i < directory->user_count; i++)
        if (directory->users[i]->server_id == NULL && unicode_equal_fold(directory_user_name(directory->users[i]), name))
            return directory->users[i];
    return NULL;
}

/* A member whose id the provider has not seen yet is asked for. Of whom the directory has not heard at all, the id becomes the
 * key. */
static enum flow meet(struct session *s, const char *id, struct directory_user **out)
{
    struct reply reply;
    struct arena *arena = s->sim->arena;
    enum flow flow = session_send(s, "GET", wire_item(s->sim, "/Users", id), NULL, &reply);
    *out = NULL;
    if (flow != FLOW_DONE || !reply_ok(&reply) || reply.body == NULL)
        return flow; /* a member that is no person, or gone */
    json *spec = json_object(arena), *user = json_set_object(json_set_object(spec, "users"), id);
    const char *name = json_get_text(reply.body, "userName", NULL);
    json_set_text(user, "userName", text_is_blank(name) ? id : name);
    *out = text_is_blank(name) ? NULL : user_named(s->sim->directory, name);
    if (*out == NULL) {
        if (!directory_add(s->sim->directory, spec, s->sim->dialect->okta, s->sim->rng, s->err))
            return FLOW_BROKEN;
        *out = directory_user(s->sim->directory, id);
        take_profile(s, *out, reply.body);
    }
    remember_user(s, *out, RECALL_MADE_UP, reply.body, arena_strdup(arena, id));
    return FLOW_DONE;
}

/* Before anybody is asked for. */
static bool too_many_strangers(const struct session *s, const json *members)
{
    size_t strangers = 0;
    for (const json *member = json_first(members); member != NULL; member = json_next(member))
        strangers += user_with_id(s->sim->directory, json_get_text(member, "value", "")) == NULL;
    return strangers > RECALL_MAX_MEMBERS;
}

static enum flow remember_members(struct session *s, struct directory_group *group, const json *members)
{
    enum flow flow = FLOW_DONE;
    if (too_many_strangers(s, members)) {
        (void)error_set(s->err, ERROR_LIMIT, group->name, "name them in a directory, or keep a state from the beginning",
                        "the group has more than %d members that the directory does not have", RECALL_MAX_MEMBERS);
        return FLOW_BROKEN;
    }
    for (const json *member = json_first(members); member != NULL && flow == FLOW_DONE; member = json_next(member)) {
        const char *id = json_get_text(member, "value", NULL);
        struct directory_user *user = id == NULL ? NULL : user_with_id(s->sim->directory, id);
        if (text_is_blank(id) || strlen(id) > SERVER_ID_MAX)
            continue;
        if (user == NULL)
            flow = meet(s, id, &user);
        if (user == NULL)
            continue;
        directory_add_member(s->sim->directory, group, user);
        directory_push_member(s->sim->directory, group, user);
    }
    return flow;
}

static enum flow find_group(struct session *s, struct directory_group *group, enum recall what)
{
    struct match match = {0};
    struct reply reply;
    enum flow flow = look_up(s, wire_group_lookup(s->sim, group->name), &match);
    if (flow != FLOW_DONE || match.resource == NULL)
        return flow;
    flow = session_get(s, wire_item(s->sim, "/Groups", match.id), &reply);
    if (flow != FLOW_DONE)
        return flow;
    group->server_id = match.id;
    group->pushed = true;
    group->okta = PUSH_ACTIVE;
    const char *external = json_get_text(reply.body, "externalId", NULL);
    if (what == RECALL_MADE_UP && !text_is_blank(external))
        group->id = external;
    group->known = what == RECALL_MADE_UP ? wire_group_flat(s->sim, group) : wire_group_read(s->sim, reply.body);
    return remember_members(s, group, json_get(reply.body, "members"));
}

bool recall_group(struct simulator *simulator, struct directory_group *group, enum recall what, struct event_outcome *out,
                  struct error *err)
{
    struct session s = {.sim = simulator, .event = &looking, .out = out, .err = err};
    *out = (struct event_outcome){0};
    return find_group(&s, group, what) != FLOW_BROKEN;
}
