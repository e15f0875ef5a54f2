#include "common/base.h"
#include "simulator/entra.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/directory_nested.h"
#include "simulator/entra_cycle.h"
#include "simulator/entra_group.h"
#include "simulator/entra_mapping.h"
#include "simulator/entra_reference.h"
#include "simulator/entra_scope.h"
#include "simulator/wire_contract.h"
#include "simulator/wire_patch.h"
#include "simulator/wire_request.h"
#include "simulator/wire_roles.h"
#include "simulator/wire_user.h"

/* --- people --- */

static bool is_kind(const json *value, enum json_type type)
{
    return json_type(value) == JSON_NULL || json_is(value, type);
}

/* `primary` of the elements of every list. */
static bool primaries_are_booleans(const json *resource)
{
    for (const json *list = json_first(resource); list != NULL; list = json_next(list))
        for (const json *item = json_is(list, JSON_ARRAY) ? json_first(list) : NULL; item != NULL; item = json_next(item))
            if (!is_kind(json_get(item, "primary"), JSON_BOOL))
                return false;
    return true;
}

static bool is_date(const json *value)
{
    int64_t ms;
    return json_type(value) == JSON_NULL || (json_text(value) != NULL && time_parse(json_text(value), &ms));
}

/* Microsoft reads a resource by its data contract: one member of another type and the whole can't be read. */
static enum flow check_resource(struct session *s, const json *resource)
{
    const json *meta = json_get(resource, "meta");
    int strict = session_axis(s, AXIS_REPLY_TYPES);
    if (!is_kind(json_get(json_get(resource, URN_ENTERPRISE), "manager"), JSON_OBJECT))
        return session_complain(s, COMPLAINT_MANAGER);
    if (strict >= REPLY_ACTIVE && !is_kind(json_get(resource, "active"), JSON_BOOL))
        return session_complain(s, COMPLAINT_ACTIVE);
    if (strict >= REPLY_ALL && !primaries_are_booleans(resource))
        return session_complain(s, COMPLAINT_PRIMARY);
    if (strict >= REPLY_ALL && !(is_date(json_get(meta, "created")) && is_date(json_get(meta, "lastModified"))))
        return session_complain(s, COMPLAINT_DATE);
    return FLOW_DONE;
}

static void learn_place(struct directory_user *user, const json *resource)
{
    user->location = json_get_text(json_get(resource, "meta"), "location", NULL);
}

static void learn(struct session *s, struct directory_user *user, const json *resource)
{
    user->known = wire_user_read(s->sim, resource);
    user->known_manager = json_get_text(json_get(json_get(resource, URN_ENTERPRISE), "manager"), "value", NULL);
    user->pushed_active = json_true(json_get(resource, "active"));
    learn_place(user, resource);
}

/* The server no longer has the resource: what was known of it is void. */
static void forget_user(struct session *s, struct directory_user *user)
{
    user->server_id = user->known_manager = NULL;
    user->known = user->cleared = NULL;
    user->known_role_count = 0;
    user->pushed_active = false;
    for (size_t i = 0; i < s->sim->directory->group_count; i++)
        directory_unpush_member(s->sim->directory->groups[i], user);
}

/* The values to look by, in order of precedence. Somebody with a new name is still found by the old one; by the new one, too, when the
 * server has taken it over and its reply was lost. */
struct look {
    const char *attribute, *value;
};

#define MAX_LOOKS (2 * MAPPING_MAX_MATCHES) /* old and new */

static size_t looks_for(const struct session *s, const struct directory_user *user, struct look *out)
{
    const json *now = wire_user_wanted(s->sim, user), *before = user->known != NULL ? user->known : now;
    const struct mapping_key *match;
    size_t count = 0;
    for (size_t i = 0; (match = mapping_match(s->sim->dialect, i)) != NULL; i++) {
        const char *const values[] = {json_get_text(before, match->key, NULL), json_get_text(now, match->key, NULL)};
        for (size_t k = 0; k < ARRAY_LEN(values); k++)
            if (values[k] != NULL && (k == 0 || !text_equal(values[0], values[1])))
                out[count++] = (struct look){match->path, values[k]};
    }
    return count;
}

static enum flow look_up(struct session *s, const struct look *look, struct match *match)
{
    struct reply reply;
    enum flow flow = cycle_call(s, "GET", wire_user_lookup_by(s->sim, look->attribute, look->value), NULL, &reply);
    return flow == FLOW_DONE ? session_read_match(s, &reply, match) : flow;
}

static enum flow match_user(struct session *s, struct directory_user *user)
{
    struct look looks[MAX_LOOKS];
    struct match match = {0};
    size_t count = looks_for(s, user, looks);
    enum flow flow = count > 0 ? FLOW_DONE : session_fail(s, "MissingValues. No matching attribute has a value.");
    for (size_t i = 0; i < count && flow == FLOW_DONE && match.resource == NULL; i++)
        flow = look_up(s, &looks[i], &match);
    if (flow != FLOW_DONE)
        return flow;
    user->stale = false;
    if (match.resource == NULL) {
        forget_user(s, user);
        return FLOW_DONE;
    }
    flow = check_resource(s, match.resource);
    if (flow != FLOW_DONE)
        return flow;
    user->server_id = match.id;
    user->removed = false;
    learn(s, user, match.resource);
    return FLOW_DONE;
}

static enum flow create_user(struct session *s, struct directory_user *user)
{
    struct reply reply;
    const char *id = NULL;
    json *flat = wire_user_flat(s->sim, user, true), *body = wire_contract_user(s->sim, user, flat);
    if (!session_axis(s, AXIS_CREATE))
        return FLOW_DONE;
    if (cycle_on_demand(s)) /* which sends no roles */
        json_remove(body, "roles");
    enum flow flow = cycle_demand(s, "POST", "/Users", body, &reply);
    if (flow == FLOW_DONE)
        flow = session_read_created(s, &reply, &id);
    if (flow == FLOW_DONE)
        flow = check_resource(s, reply.body);
    if (flow != FLOW_DONE)
        return flow;
    user->server_id = id;
    learn_place(user, reply.body);
    user->known_manager = wire_contract_manager(s->sim, user);
    user->known = flat;
    user->app_name = mapping_user_name(s->sim, user);
    user->pushed_active = true;
    user->removed = false;
    if (!cycle_on_demand(s))
        wire_roles_told(s->sim, user);
    return FLOW_DONE;
}

/* In the recycle bin a person's address begins with the 32 hex digits of the object id, and that name is provisioned. */
static void tombstone(struct session *s, const struct directory_user *user, json *flat)
{
    static const char *const keys[] = {"userName", "email"};
    char hex[40] = "";
    size_t n = 0;
    for (const char *p = user->id; *p != '\0' && n < sizeof hex - 1; p++)
        if (*p != '-')
            hex[n++] = *p;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (json_get(flat, keys[i]) != NULL)
            json_set_text(flat, keys[i], arena_printf(s->sim->arena, "%s%s", hex, json_get_text(flat, keys[i], "")));
}

/* What the server should have: all attributes of somebody in scope; of somebody out of scope only that they are inactive. */
static json *wanted_of(struct session *s, const struct directory_user *user)
{
    if (cycle_in_scope(user))
        return wire_user_wanted(s->sim, user);
    json *wanted = user->known != NULL ? json_copy(s->sim->arena, user->known) : json_object(s->sim->arena);
    json_set_text(wanted, "active", "false");
    if (session_axis(s, AXIS_TOMBSTONE) && user->state == USER_RECYCLED && user->pushed_active)
        tombstone(s, user, wanted);
    return wanted;
}

/* NULL: nothing differs. */
static json *patch_of(struct session *s, const struct directory_user *user, const json *wanted)
{
    json *body = wire_patch_user(s->sim, wanted, user->known);
    return cycle_in_scope(user) && !cycle_on_demand(s) ? wire_patch_roles(s->sim, user, body) : body;
}

static enum flow read_user(struct session *s, struct directory_user *user)
{
    struct reply reply;
    enum flow flow = cycle_call(s, "GET", wire_item(s->sim, "/Users", user->server_id), NULL, &reply);
    if (flow != FLOW_DONE)
        return flow;
    if (reply.status == 404) { /* only here a 404 is an answer: unlink */
        forget_user(s, user);
        return FLOW_DONE;
    }
    if (!reply_ok(&reply))
        return session_refuse(s, &reply);
    if (reply.body == NULL)
        return session_unreadable(s, &reply);
    flow = check_resource(s, reply.body);
    if (flow == FLOW_DONE)
        learn(s, user, reply.body);
    return flow;
}

/* What the dialect has told the server to empty; by default it never does. */
static json *cleared_by(struct session *s, const json *known, const json *wanted)
{
    int clear = session_axis(s, AXIS_CLEAR);
    json *cleared = json_object(s->sim->arena);
    for (const json *value = json_first(known); value != NULL && (clear == CLEAR_NULL || clear == CLEAR_EMPTY);
         value = json_next(value))
        if (json_get(wanted, json_key(value)) == NULL)
            json_set_null(cleared, json_key(value));
    return cleared;
}

static enum flow patch_user(struct session *s, struct directory_user *user)
{
    struct reply reply = {0};
    json *wanted = wanted_of(s, user), *body = patch_of(s, user, wanted);
    if (body == NULL || !session_axis(s, AXIS_UPDATE))
        return FLOW_DONE;
    enum flow flow = cycle_demand(s, "PATCH", wire_item(s->sim, "/Users", user->server_id), body, &reply);
    if (flow == FLOW_DONE) {
        directory_told(s->sim->directory, user, cleared_by(s, user->known, wanted));
        user->known = wanted;
        user->pushed_active = text_equal(json_get_text(wanted, "active", user->pushed_active ? "true" : "false"), "true");
        if (cycle_in_scope(user) && !cycle_on_demand(s))
            wire_roles_told(s->sim, user);
    } else if (flow == FLOW_ENDED && reply.status == 404) {
        forget_user(s, user); /* InvalidAnchor: matched anew by the next cycle */
    }
    return flow;
}

static enum flow delete_user(struct session *s, struct directory_user *user)
{
    struct reply reply = {0};
    enum flow flow = cycle_demand(s, "DELETE", wire_item(s->sim, "/Users", user->server_id), NULL, &reply);
    if (flow == FLOW_DONE || (flow == FLOW_ENDED && reply.status == 404)) {
        forget_user(s, user);
        user->removed = true;
        user->assigned = user->assigned && user->state != USER_DELETED;
    }
    return flow;
}

/* True when there is something to tell the server about the person. */
static bool has_news(struct session *s, const struct directory_user *user)
{
    if (!cycle_in_scope(user))
        return scope_leaving(s, user) != LEAVES_NOT;
    return user->server_id == NULL || (session_axis(s, AXIS_UPDATE) && patch_of(s, user, wanted_of(s, user)) != NULL);
}

/* References come last in a cycle, when both ends exist. A manager who is not provisioned is left out. */
static bool manager_differs(struct session *s, const struct directory_user *user, const char **wanted)
{
    const struct directory_user *manager = directory_manager(s->sim->directory, user);
    *wanted = manager != NULL ? manager->server_id : NULL;
    bool unresolved = (manager != NULL && *wanted == NULL) || !mapping_has_manager(s->sim->dialect);
    return cycle_in_scope(user) && user->server_id != NULL && !unresolved && session_axis(s, AXIS_UPDATE) &&
           !text_equal(*wanted, user->known_manager);
}

/* On demand everybody, by the axis; in cycles of who is not known by the stored id the ones who come back. */
static bool is_looked_up(const struct session *s, const struct directory_user *user)
{
    if (session_axis(s, AXIS_REASSIGN) == REASSIGN_STORED_ID)
        return false;
    bool clicks = session_axis(s, AXIS_ON_DEMAND_MEMBERS) > 0;
    return clicks ? cycle_on_demand(s) : cycle_in_scope(user) && user->server_id != NULL && !user->pushed_active;
}

/* Reads and matches as far as that is due, then writes what differs. look: to be matched whatever is known. */
static enum flow tell_user(struct session *s, struct directory_user *user, bool look)
{
    enum flow flow = FLOW_DONE;
    if (user->server_id != NULL && session_axis(s, AXIS_GET_BEFORE_PATCH))
        flow = read_user(s, user);
    if (flow == FLOW_DONE && (user->server_id == NULL || look || is_looked_up(s, user)))
        flow = match_user(s, user);
    if (flow != FLOW_DONE)
        return flow;
    if (user->server_id != NULL)
        return patch_user(s, user);
    return cycle_in_scope(user) ? create_user(s, user) : FLOW_DONE;
}

enum flow entra_converge_user(struct session *s, struct directory_user *user)
{
    s->reference = false;
    user->stale = user->stale || (s->full && cycle_in_scope(user));
    bool look = (user->stale || is_looked_up(s, user)) && cycle_in_scope(user);
    user->waiting = s->staged && scope_leaving(s, user) != LEAVES_NOT;
    if (user->waiting)
        return FLOW_DONE;
    if (!look && !has_news(s, user)) {
        const char *manager;
        if (!manager_differs(s, user, &manager))
            user->last_error = NULL; /* what failed is no longer wanted */
        return FLOW_DONE;
    }
    if (!cycle_begin(s, &user->last_error, &user->escrow))
        return FLOW_DONE;
    return scope_leaving(s, user) == LEAVES_DELETED ? delete_user(s, user) : tell_user(s, user, look);
}

static enum flow converge_manager(struct session *s, struct directory_user *user)
{
    struct reply reply;
    const char *wanted;
    s->reference = true;
    if (!manager_differs(s, user, &wanted) || !cycle_begin(s, &user->last_error, &user->escrow))
        return FLOW_DONE;
    const struct reference reference = {"/Users", user->server_id, "manager", wanted != NULL ? wanted : user->known_manager,
                                        wanted == NULL};
    bool already = false;
    enum flow flow = reference_check(s, &reference, &already);
    if (flow == FLOW_DONE && !already)
        flow = cycle_demand(s, "PATCH", wire_item(s->sim, "/Users", user->server_id),
                            wire_patch_manager(s->sim, user, user->known_manager, wanted), &reply);
    if (flow == FLOW_DONE)
        user->known_manager = wanted;
    return flow;
}

static enum flow converge_managers(struct session *s)
{
    const struct directory *directory = s->sim->directory;
    for (size_t i = 0; i < directory->user_count && !s->halted; i++) {
        struct directory_user *user = directory->users[i];
        bool subject_only = cycle_on_demand(s) && user != s->user;
        if (!subject_only && converge_manager(s, user) == FLOW_BROKEN)
            return FLOW_BROKEN;
    }
    return FLOW_DONE;
}

static enum flow each_group(struct session *s, const struct directory_user *only_of,
                            enum flow (*converge)(struct session *session, struct directory_group *group))
{
    const struct directory *directory = s->sim->directory;
    for (size_t i = 0; i < directory->group_count && !s->halted; i++) {
        struct directory_group *group = directory->groups[i];
        bool concerned = only_of == NULL || (group->server_id != NULL && directory_is_member(group, only_of));
        if (concerned && converge(s, group) == FLOW_BROKEN)
            return FLOW_BROKEN;
    }
    return FLOW_DONE;
}

/* All groups, then the members of all; only_of: groups that were pushed before the person was there, NULL for every group. */
static enum flow converge_groups(struct session *s, const struct directory_user *only_of)
{
    enum flow flow = each_group(s, only_of, entra_converge_group);
    return flow == FLOW_DONE ? each_group(s, only_of, entra_converge_members) : flow;
}

/* --- events --- */

enum flow entra_test_connection(struct session *session)
{
    return cycle_probe(session, true);
}

enum flow entra_user(struct session *session)
{
    struct directory_user *user = session->user;
    enum flow flow = entra_converge_user(session, user);
    if (user->state == USER_DELETED && user->server_id == NULL)
        user->assigned = false; /* purged and never provisioned, or gone */
    if (flow == FLOW_DONE && cycle_in_scope(user) && session_axis(session, AXIS_LATE_MEMBER) == LATE_MEMBER_PUSHED)
        flow = converge_groups(session, user);
    return flow == FLOW_DONE ? converge_managers(session) : flow;
}

/* Groups that hold the group and could not name it before it was there. */
static enum flow converge_outer(struct session *s)
{
    const struct directory *directory = s->sim->directory;
    bool later = session_axis(s, AXIS_LATE_MEMBER) != LATE_MEMBER_PUSHED || s->group->server_id == NULL;
    for (size_t i = 0; i < directory->group_count && !later && !s->halted; i++)
        if (directory_has_inner(directory->groups[i], s->group) && entra_converge_members(s, directory->groups[i]) == FLOW_BROKEN)
            return FLOW_BROKEN;
    return FLOW_DONE;
}

enum flow entra_group(struct session *session)
{
    enum flow flow = entra_converge_group(session, session->group);
    if (flow == FLOW_DONE)
        flow = entra_converge_members(session, session->group);
    return flow == FLOW_DONE ? converge_outer(session) : flow;
}

/* Who comes or stays, and, when the groups have been told, who leaves. */
static enum flow converge_users(struct session *s, bool leavers)
{
    const struct directory *directory = s->sim->directory;
    for (size_t i = 0; i < directory->user_count && !s->halted; i++) {
        struct directory_user *user = directory->users[i];
        if ((scope_leaving(s, user) != LEAVES_NOT) == leavers && entra_converge_user(s, user) == FLOW_BROKEN)
            return FLOW_BROKEN;
    }
    return FLOW_DONE;
}

enum flow entra_settings(struct session *session)
{
    return session->sim->job.full ? entra_sync(session) : FLOW_DONE;
}

enum flow entra_sync(struct session *session)
{
    session->full = session->sim->job.full;
    enum flow flow = cycle_open(session);
    flow = flow == FLOW_BROKEN ? flow : converge_users(session, false);
    if (flow != FLOW_BROKEN)
        flow = converge_groups(session, NULL);
    if (flow != FLOW_BROKEN)
        flow = converge_users(session, true);
    return flow != FLOW_BROKEN ? converge_managers(session) : flow;
}
