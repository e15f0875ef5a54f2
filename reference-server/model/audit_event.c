#include "common/base.h"

#include "reference-server/model/audit_event.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

#include <string.h>

#define FIELD_DEPTH 3 /* urn:…:User, manager, value */

/* One person on some place, before. */
struct standing {
    const char *path;
    enum role role;
};

struct watched {
    const char *id, *name;
    const struct standing *before; /* sorted by path */
    size_t count;
};

struct audit_notes {
    struct arena *arena;
    struct audit_secrecy secrecy;
    json *events;
    size_t count, more;
    json *group_fields;     /* of the group that is changed; NULL: none */
    struct watched *people; /* AUDIT_PEOPLE_WATCHED; NULL before the first */
    size_t people_count;
    struct map *watching; /* by id */
};

static const struct {
    const char *family, *name;
} rows[] = {
#define X(event, family, name) [event] = {family, name},
    AUDIT_EVENTS(X)
#undef X
};

const char *audit_event_name(enum audit_event event)
{
    return rows[event].name;
}

const char *audit_event_family(enum audit_event event)
{
    return rows[event].family;
}

/* --- listening --- */

void audit_forget(struct organization *organization)
{
    struct audit_notes *notes = organization->audit.notes;
    organization->audit.notes = NULL;
    if (notes != NULL) {
        map_free(notes->watching);
        arena_free(notes->arena);
    }
}

void audit_listen(struct organization *organization, struct audit_secrecy secrecy)
{
    audit_forget(organization);
    struct arena *arena = arena_new();
    struct audit_notes *notes = arena_alloc(arena, sizeof *notes);
    notes->arena = arena;
    notes->secrecy = secrecy;
    notes->events = json_array(arena);
    organization->audit.notes = notes;
}

static json *push_event(struct audit_notes *notes, enum audit_event event)
{
    json *out = json_push_object(notes->events);
    notes->count++;
    json_set_text(out, "family", rows[event].family);
    json_set_text(out, "event", rows[event].name);
    return out;
}

/* NULL: nobody listens, or there are enough. */
static json *new_event(struct audit_notes *notes, enum audit_event event)
{
    bool full = notes != NULL && notes->count >= AUDIT_EVENTS_TOLD;
    if (full) {
        notes->more++;
    }
    return notes == NULL || full ? NULL : push_event(notes, event);
}

static void set_value(json *out, const char *member, const char *text)
{
    if (text == NULL || strlen(text) <= AUDIT_VALUE_BYTES) {
        json_set_text(out, member, text);
        return;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    text = arena_strndup(arena, text, AUDIT_VALUE_BYTES);
    json_set_text(out, member, arena_printf(arena, "%.*s…", (int)text_utf8_prefix(text, AUDIT_VALUE_BYTES), text));
}

static json *new_user_event(struct audit_notes *notes, enum audit_event event, const char *id, const char *name)
{
    json *out = new_event(notes, event);
    if (out != NULL) {
        json_set_text(out, "user_id", id);
        set_value(out, "user", name);
    }
    return out;
}

static json *find_event(struct audit_notes *notes, enum audit_event event, const char *user_id)
{
    json *found = NULL;
    for (json *e = notes == NULL ? NULL : json_edit_first(notes->events); e != NULL && found == NULL; e = json_edit_next(e)) {
        bool fits = text_equal(json_get_text(e, "event", NULL), rows[event].name);
        found = fits && (user_id == NULL || text_equal(json_get_text(e, "user_id", NULL), user_id)) ? e : NULL;
    }
    return found;
}

bool audit_refuse(struct organization *organization)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL) {
        return false;
    }
    const json *login = find_event(notes, AUDIT_LOGIN_ATTEMPTS, NULL);
    json *left = json_array(notes->arena);
    if (login != NULL) {
        json_push_copy(left, login);
    }
    notes->events = left;
    notes->count = json_count(left);
    notes->more = 0;
    notes->people_count = 0;
    notes->group_fields = NULL;
    return login != NULL;
}

/* --- fields --- */

static void push_change(json *array, const char *field, const char *old, const char *new)
{
    if (json_count(array) >= AUDIT_EVENTS_TOLD) {
        return;
    }
    json *change = json_push_object(array);
    set_value(change, "field", field);
    set_value(change, "old", old);
    set_value(change, "new", new);
}

struct comparison {
    struct audit_notes *notes;
    const char *type;
    json *fields;
};

static const char *value_text(struct arena *arena, const json *value)
{
    return value == NULL ? NULL : json_is(value, JSON_STRING) ? json_text(value) : json_print(arena, value);
}

static void compare_members(const struct comparison *c, const char *path, const json *old, const json *new, int depth);

static void compare_values(const struct comparison *c, const char *path, const json *old, const json *new, int depth)
{
    struct arena *arena = c->notes->arena;
    bool inside = (json_is(old, JSON_OBJECT) || old == NULL) && (json_is(new, JSON_OBJECT) || new == NULL);
    if (json_equal(old, new)) {
        return;
    }
    if (inside && depth < FIELD_DEPTH) {
        compare_members(c, path, old, new, depth);
        return;
    }
    bool secret = c->notes->secrecy.hides != NULL && c->notes->secrecy.hides(c->notes->secrecy.context, c->type, path);
    push_change(c->fields, path, secret ? NULL : value_text(arena, old), secret ? NULL : value_text(arena, new));
}

/* "title", "name.familyName", "urn:…:User:department" */
static const char *below(struct arena *arena, const char *path, const char *key, int depth)
{
    return path == NULL ? key : arena_printf(arena, "%s%c%s", path, depth == 1 && text_starts(path, "urn:") ? ':' : '.', key);
}

static void compare_members(const struct comparison *c, const char *path, const json *old, const json *new, int depth)
{
    struct arena *arena = c->notes->arena;
    for (const json *m = json_first(old); m != NULL; m = json_next(m)) {
        compare_values(c, below(arena, path, json_key(m), depth), m, json_get(new, json_key(m)), depth + 1);
    }
    for (const json *m = json_first(new); m != NULL; m = json_next(m)) {
        if (json_get(old, json_key(m)) == NULL) {
            compare_values(c, below(arena, path, json_key(m), depth), NULL, m, depth + 1);
        }
    }
}

/* All that one request changes of a person is one event. */
static json *fields_of(struct organization *organization, const struct account *account)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL || find_event(notes, AUDIT_USER_CREATED, account->id) != NULL) {
        return NULL; /* a new person has no old values */
    }
    json *event = find_event(notes, AUDIT_USER_UPDATED, account->id);
    if (event != NULL) {
        return json_edit(event, "changed_fields");
    }
    event = new_user_event(notes, AUDIT_USER_UPDATED, account->id, account->user_name);
    return event == NULL ? NULL : json_set_array(event, "changed_fields");
}

void audit_field(struct organization *organization, const struct account *account, const char *field, const char *old,
                 const char *new)
{
    json *fields = fields_of(organization, account);
    if (fields != NULL) {
        push_change(fields, field, old, new);
    }
}

void audit_secret(struct organization *organization, const struct account *account, const char *field)
{
    audit_field(organization, account, field, NULL, NULL);
}

void audit_updated(struct organization *organization, const struct account *account, const json *old, const json *new)
{
    json *fields = json_equal(old, new) ? NULL : fields_of(organization, account);
    if (fields != NULL) {
        const struct comparison c = {organization->audit.notes, "User", fields};
        compare_members(&c, NULL, old, new, 0);
    }
}

void audit_group_updated(struct organization *organization, const json *old, const json *new)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes != NULL) {
        notes->group_fields = json_array(notes->arena);
        compare_members(&(struct comparison){notes, "Group", notes->group_fields}, NULL, old, new, 0);
    }
}

/* --- people --- */

void audit_created(struct organization *organization, const struct account *account)
{
    (void)new_user_event(organization->audit.notes, AUDIT_USER_CREATED, account->id, account->user_name);
}

void audit_deprovisioned(struct organization *organization, const struct account *account, const char *reason)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL || find_event(notes, AUDIT_USER_DEPROVISIONED, account->id) != NULL) {
        return;
    }
    json *event = new_user_event(notes, AUDIT_USER_DEPROVISIONED, account->id, account->user_name);
    if (event != NULL) {
        json_set_text(event, "reason", reason);
    }
}

void audit_login(struct organization *organization, const struct account *account, const char *method, const char *refusal)
{
    json *event =
        account == NULL ? NULL : new_user_event(organization->audit.notes, AUDIT_LOGIN_ATTEMPTS, account->id, account->user_name);
    if (event != NULL) {
        json_set_text(event, "method", method);
        json_set_text(event, "result", refusal == NULL ? "success" : "failure");
        set_value(event, "reason", refusal);
    }
}

/* --- groups and roles --- */

void audit_membership(struct organization *organization, const struct group *group, const struct account *account,
                      const struct group *nested, bool added)
{
    struct audit_notes *notes = organization->audit.notes;
    json *event = account != NULL ? new_user_event(notes, AUDIT_GROUP_MEMBERSHIP, account->id, account->user_name)
                                  : new_event(notes, AUDIT_GROUP_MEMBERSHIP);
    if (event == NULL) {
        return;
    }
    if (account == NULL) {
        json_set_text(event, "member_id", nested->id);
        set_value(event, "member", nested->display_name);
    }
    json_set_text(event, "group_id", group->id);
    set_value(event, "group", group->display_name);
    json_set_text(event, "action", added ? "added" : "removed");
}

static void set_roles(json *event, const char *of, const char *resource, const char *old, const char *new)
{
    json_set_text(event, "of", of);
    set_value(event, "resource", resource);
    json_set_text(event, "old_role", old);
    json_set_text(event, "new_role", new);
}

void audit_org_role(struct organization *organization, const struct account *account, enum org_role old, enum org_role new)
{
    json *event =
        old == new ? NULL : new_user_event(organization->audit.notes, AUDIT_PERMISSION_CHANGES, account->id, account->user_name);
    if (event != NULL) {
        set_roles(event, "organization", NULL, org_role_name(old), org_role_name(new));
    }
}

void audit_grant(struct organization *organization, const struct grant *grant, enum role old, enum role new)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL || old == new) {
        return;
    }
    json *event = grant->account != NULL
                      ? new_user_event(notes, AUDIT_PERMISSION_CHANGES, grant->account->id, grant->account->user_name)
                      : new_event(notes, AUDIT_PERMISSION_CHANGES);
    if (event == NULL) {
        return;
    }
    if (grant->group != NULL) {
        json_set_text(event, "group_id", grant->group->id);
        set_value(event, "group", grant->group->display_name);
    }
    set_roles(event, "grant", grant->resource->path, role_name(old), role_name(new));
}

/* --- the system --- */

void audit_operation(struct organization *organization, const char *operation, bool good)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes != NULL) {
        json *event = push_event(notes, AUDIT_SYNC_OPERATIONS); /* always: one a request */
        json_set_text(event, "operation_type", operation);
        json_set_text(event, "status", good ? "success" : "failure");
        json_set_copy(event, "changed_fields", notes->group_fields);
    }
}

void audit_error(struct organization *organization, const char *type, const char *detail, const char *resolution)
{
    if (organization->audit.notes != NULL) {
        json *event = push_event(organization->audit.notes, AUDIT_ERROR_CONDITIONS);
        set_value(event, "error_type", type);
        set_value(event, "detail", detail);
        set_value(event, "resolution", resolution);
    }
}

void audit_configuration(struct organization *organization, const char *field, const char *old, const char *new)
{
    struct audit_notes *notes = organization->audit.notes;
    json *event = find_event(notes, AUDIT_CONFIGURATION_CHANGES, NULL);
    event = event != NULL ? event : new_event(notes, AUDIT_CONFIGURATION_CHANGES);
    if (event != NULL) {
        json *changes = json_get(event, "changes") == NULL ? json_set_array(event, "changes") : json_edit(event, "changes");
        push_change(changes, field, old, new);
    }
}

/* --- access before and after --- */

static size_t standings(struct arena *arena, const struct organization *organization, const struct account *account,
                        const struct standing **out)
{
    struct access_list list = account == NULL ? (struct access_list){0} : access_of(arena, organization, account);
    struct standing *standings = arena_array(arena, list.count + 1, sizeof *standings);
    for (size_t i = 0; i < list.count; i++) {
        standings[i] = (struct standing){arena_strdup(arena, list.items[i].resource->path), list.items[i].role};
    }
    *out = standings;
    return list.count;
}

static bool is_full(const struct audit_notes *notes)
{
    return notes->people_count == AUDIT_PEOPLE_WATCHED || notes->count >= AUDIT_EVENTS_TOLD;
}

void audit_watch(struct organization *organization, const struct account *account)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL || is_full(notes) || map_get(notes->watching, account->id) != NULL) {
        return;
    }
    if (notes->people == NULL) {
        notes->people = arena_array(notes->arena, AUDIT_PEOPLE_WATCHED, sizeof *notes->people);
    }
    struct watched *watched = &notes->people[notes->people_count++];
    watched->id = arena_strdup(notes->arena, account->id);
    watched->name = arena_strdup(notes->arena, account->user_name);
    watched->count = standings(notes->arena, organization, account, &watched->before);
    map_put(&notes->watching, account->id, notes);
}

/* Breadth first, each group once, and no further than there is room. */
void audit_watch_group(struct organization *organization, const struct group *group)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL) {
        return;
    }
    const struct group *groups[AUDIT_PEOPLE_WATCHED] = {group};
    size_t count = 1;
    struct map *seen = map_new();
    map_set(seen, group->id, seen);
    for (size_t i = 0; i < count && !is_full(notes); i++) {
        const struct member *member;
        for (size_t k = 0; !is_full(notes) && (member = group_member_at(groups[i], &k)) != NULL;) {
            if (member->account != NULL) {
                audit_watch(organization, member->account);
            } else if (count < AUDIT_PEOPLE_WATCHED && map_get(seen, member->group->id) == NULL) {
                map_set(seen, member->group->id, seen);
                groups[count++] = member->group;
            }
        }
    }
    map_free(seen);
}

void audit_watch_resource(struct organization *organization, const struct resource *resource)
{
    struct audit_notes *notes = organization->audit.notes;
    const char *key;
    void *value;
    for (size_t i = 0; notes != NULL && !is_full(notes) && map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if (grant->account != NULL) {
            audit_watch(organization, grant->account);
        } else {
            audit_watch_group(organization, grant->group);
        }
    }
    for (size_t i = 0; notes != NULL && !is_full(notes) && i < resource->folders.count; i++) {
        audit_watch_resource(organization, resource->folders.items[i]);
    }
}

void audit_watch_admins(struct organization *organization)
{
    const struct audit_notes *notes = organization->audit.notes;
    const char *key;
    void *account;
    for (size_t i = 0; notes != NULL && !is_full(notes) && map_at(organization->admins, &i, &key, &account);) {
        audit_watch(organization, account);
    }
}

static void tell_access(struct audit_notes *notes, const struct watched *who, const char *path, enum role old, enum role new)
{
    json *event = old == new ? NULL : new_user_event(notes, AUDIT_PERMISSION_CHANGES, who->id, who->name);
    if (event != NULL) {
        set_roles(event, "access", path, role_name(old), role_name(new));
    }
}

/* Two sorted lists side by side. */
static void compare_access(const struct organization *organization, struct audit_notes *notes, const struct watched *who)
{
    const struct standing *after;
    size_t count = standings(notes->arena, organization, account_by_id(organization, who->id), &after);
    for (size_t i = 0, k = 0; i < who->count || k < count;) {
        int order = i == who->count ? 1 : k == count ? -1 : strcmp(who->before[i].path, after[k].path);
        const char *path = order <= 0 ? who->before[i].path : after[k].path;
        enum role old = order <= 0 ? who->before[i].role : ROLE_NONE, new = order >= 0 ? after[k].role : ROLE_NONE;
        i += order <= 0;
        k += order >= 0;
        tell_access(notes, who, path, old, new);
    }
}

const json *audit_events_told(struct organization *organization, size_t *more)
{
    struct audit_notes *notes = organization->audit.notes;
    *more = 0;
    if (notes == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < notes->people_count; i++) {
        compare_access(organization, notes, &notes->people[i]);
    }
    *more = notes->more;
    return notes->count == 0 ? NULL : notes->events;
}
