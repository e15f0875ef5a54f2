#include "common/base.h"

#include "reference-server/model/audit_event.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_notes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

#include <string.h>

#define FIELD_DEPTH 3 /* urn:…:User, manager, value */

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

static struct audit_notes *new_notes(void)
{
    struct arena *arena = arena_new();
    struct audit_notes *notes = arena_alloc(arena, sizeof *notes);
    notes->arena = arena;
    notes->events = json_array(arena);
    return notes;
}

void audit_listen(struct organization *organization)
{
    audit_forget(organization);
    organization->audit.notes = new_notes();
}

struct audit_notes *audit_aside(struct organization *organization)
{
    struct audit_notes *request = organization->audit.notes;
    organization->audit.notes = new_notes();
    return request;
}

void audit_resume(struct organization *organization, struct audit_notes *request)
{
    audit_forget(organization);
    organization->audit.notes = request;
}

void audit_settle(const struct organization *organization)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes != NULL) {
        audit_watch_tell(organization, notes);
        notes->people_count = 0;
    }
}

bool audit_any(const struct organization *organization)
{
    audit_settle(organization);
    return organization->audit.notes != NULL && organization->audit.notes->count > 0;
}

static json *push_event(struct audit_notes *notes, enum audit_event event)
{
    json *out = json_push_object(notes->events);
    notes->count++;
    json_set_text(out, "family", rows[event].family);
    json_set_text(out, "event", rows[event].name);
    return out;
}

json *audit_notes_event(struct audit_notes *notes, enum audit_event event)
{
    bool full = notes != NULL && notes->count >= AUDIT_EVENTS_TOLD;
    if (full) {
        notes->more++;
    }
    return notes == NULL || full ? NULL : push_event(notes, event);
}

void audit_notes_value(json *out, const char *member, const char *text)
{
    if (text == NULL || strlen(text) <= AUDIT_VALUE_BYTES) {
        json_set_text(out, member, text);
        return;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    text = arena_strndup(arena, text, AUDIT_VALUE_BYTES);
    json_set_text(out, member, arena_printf(arena, "%.*s…", (int)text_utf8_prefix(text, AUDIT_VALUE_BYTES), text));
}

json *audit_notes_user_event(struct audit_notes *notes, enum audit_event event, const char *id, const char *name)
{
    json *out = audit_notes_event(notes, event);
    if (out != NULL) {
        json_set_text(out, "user_id", id);
        audit_notes_value(out, "user", name);
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
    audit_notes_value(change, "field", field);
    audit_notes_value(change, "old", old);
    audit_notes_value(change, "new", new);
}

struct comparison {
    struct audit_notes *notes;
    struct audit_secrecy secrecy;
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
    bool secret = c->secrecy.hides != NULL && c->secrecy.hides(c->secrecy.context, c->type, path);
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
    event = audit_notes_user_event(notes, AUDIT_USER_UPDATED, account->id, account->user_name);
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
        const struct comparison c = {organization->audit.notes, organization->audit.secrecy, "User", fields};
        compare_members(&c, NULL, old, new, 0);
    }
}

void audit_group_updated(struct organization *organization, const json *old, const json *new)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes != NULL) {
        notes->group_fields = json_array(notes->arena);
        compare_members(&(struct comparison){notes, organization->audit.secrecy, "Group", notes->group_fields}, NULL, old, new,
                        0);
    }
}

/* --- people --- */

void audit_created(struct organization *organization, const struct account *account)
{
    (void)audit_notes_user_event(organization->audit.notes, AUDIT_USER_CREATED, account->id, account->user_name);
}

void audit_restored(struct organization *organization, const struct account *account)
{
    json *event = find_event(organization->audit.notes, AUDIT_USER_CREATED, account->id);
    if (event != NULL) {
        json_set_text(event, "reason", "restored");
    }
}

void audit_purged(struct organization *organization, const char *id)
{
    json *event = audit_notes_user_event(organization->audit.notes, AUDIT_USER_DEPROVISIONED, id, NULL);
    if (event != NULL) {
        json_set_text(event, "reason", "purged");
    }
}

void audit_deprovisioned(struct organization *organization, const struct account *account, const char *reason)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL || find_event(notes, AUDIT_USER_DEPROVISIONED, account->id) != NULL) {
        return;
    }
    json *event = audit_notes_user_event(notes, AUDIT_USER_DEPROVISIONED, account->id, account->user_name);
    if (event != NULL) {
        json_set_text(event, "reason", reason);
    }
}

void audit_login(struct organization *organization, const struct account *account, const char *method, const char *refusal)
{
    json *event = account == NULL
                      ? NULL
                      : audit_notes_user_event(organization->audit.notes, AUDIT_LOGIN_ATTEMPTS, account->id, account->user_name);
    if (event != NULL) {
        json_set_text(event, "method", method);
        json_set_text(event, "result", refusal == NULL ? "success" : "failure");
        audit_notes_value(event, "reason", refusal);
    }
}

/* --- groups and roles --- */

void audit_membership(struct organization *organization, const struct group *group, const struct account *account,
                      const struct group *nested, bool added)
{
    struct audit_notes *notes = organization->audit.notes;
    json *event = account != NULL ? audit_notes_user_event(notes, AUDIT_GROUP_MEMBERSHIP, account->id, account->user_name)
                                  : audit_notes_event(notes, AUDIT_GROUP_MEMBERSHIP);
    if (event == NULL) {
        return;
    }
    if (account == NULL) {
        json_set_text(event, "member_id", nested->id);
        audit_notes_value(event, "member", nested->display_name);
    }
    json_set_text(event, "group_id", group->id);
    audit_notes_value(event, "group", group->display_name);
    json_set_text(event, "action", added ? "added" : "removed");
}

void audit_notes_roles(json *event, const char *of, const char *resource, const char *old, const char *new)
{
    json_set_text(event, "of", of);
    audit_notes_value(event, "resource", resource);
    json_set_text(event, "old_role", old);
    json_set_text(event, "new_role", new);
}

void audit_org_role(struct organization *organization, const struct account *account, enum org_role old, enum org_role new)
{
    json *event =
        old == new ? NULL
                   : audit_notes_user_event(organization->audit.notes, AUDIT_PERMISSION_CHANGES, account->id, account->user_name);
    if (event != NULL) {
        audit_notes_roles(event, "organization", NULL, org_role_name(old), org_role_name(new));
    }
}

static json *new_grant_event(struct audit_notes *notes, const struct grant *grant)
{
    json *event = grant->account != NULL
                      ? audit_notes_user_event(notes, AUDIT_PERMISSION_CHANGES, grant->account->id, grant->account->user_name)
                      : audit_notes_event(notes, AUDIT_PERMISSION_CHANGES);
    if (event != NULL && grant->group != NULL) {
        json_set_text(event, "group_id", grant->group->id);
        audit_notes_value(event, "group", grant->group->display_name);
    }
    return event;
}

static void set_time(json *out, const char *member, int64_t ms)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json_set_text(out, member, ms == INT64_MIN || ms == INT64_MAX ? NULL : time_format(arena, ms));
}

void audit_grant(struct organization *organization, const struct grant *grant, enum role old, enum role new)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL || (old == new && !grant->timed)) {
        return;
    }
    json *event = new_grant_event(notes, grant);
    if (event == NULL) {
        return;
    }
    audit_notes_roles(event, "grant", grant->resource->path, role_name(old), role_name(new));
    if (grant->timed) {
        set_time(event, "starts", grant->window.starts_ms);
        set_time(event, "ends", grant->window.ends_ms);
    }
}

void audit_approval(struct organization *organization, const struct grant *grant, enum role role, const char *what)
{
    struct audit_notes *notes = organization->audit.notes;
    json *event = notes == NULL ? NULL : new_grant_event(notes, grant);
    if (event != NULL) {
        audit_notes_roles(event, "approval", grant->resource->path, role_name(grant->role), role_name(role));
        json_set_text(event, "approval", what);
    }
}

void audit_invite(struct organization *organization, const struct account *account, const char *address, const char *resource,
                  enum role role)
{
    struct audit_notes *notes = organization->audit.notes;
    json *event = account != NULL ? audit_notes_user_event(notes, AUDIT_PERMISSION_CHANGES, account->id, account->user_name)
                                  : audit_notes_event(notes, AUDIT_PERMISSION_CHANGES);
    if (event != NULL) {
        if (account == NULL) {
            audit_notes_value(event, "user", address);
        }
        audit_notes_roles(event, "invite", resource, role_name(ROLE_NONE), role_name(role));
    }
}

void audit_answer(struct organization *organization, const struct account *account, const char *resource, enum role role,
                  const char *source, bool given)
{
    json *event = audit_notes_user_event(organization->audit.notes, AUDIT_PERMISSION_CHANGES, account->id, account->user_name);
    if (event != NULL) {
        audit_notes_roles(event, "approval", resource, role_name(ROLE_NONE), role_name(role));
        json_set_text(event, "approval", given ? "approved" : "rejected");
        audit_notes_value(event, "source", source);
    }
}

void audit_project(struct organization *organization, const struct account *account, const char *project, const char *old,
                   const char *new)
{
    json *event = audit_notes_user_event(organization->audit.notes, AUDIT_PERMISSION_CHANGES, account->id, account->user_name);
    if (event != NULL) {
        audit_notes_roles(event, "project", project, old, new);
    }
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
        audit_notes_value(event, "error_type", type);
        audit_notes_value(event, "detail", detail);
        audit_notes_value(event, "resolution", resolution);
    }
}

void audit_configuration(struct organization *organization, const char *field, const char *old, const char *new)
{
    struct audit_notes *notes = organization->audit.notes;
    json *event = find_event(notes, AUDIT_CONFIGURATION_CHANGES, NULL);
    event = event != NULL ? event : audit_notes_event(notes, AUDIT_CONFIGURATION_CHANGES);
    if (event != NULL) {
        json *changes = json_get(event, "changes") == NULL ? json_set_array(event, "changes") : json_edit(event, "changes");
        push_change(changes, field, old, new);
    }
}

/* A clause of its own in the entry: what the provider said and what is so. */
static json *withheld_event(struct audit_notes *notes, const char *operation, int64_t due_ms)
{
    json *event = audit_notes_event(notes, AUDIT_SYNC_OPERATIONS);
    if (event != NULL) {
        json_set_text(event, "operation_type", operation);
        json_set_text(event, "status", "success");
        set_time(event, "due", due_ms == 0 ? INT64_MAX : due_ms);
    }
    return event;
}

void audit_withheld(struct organization *organization, const struct account *account, const json *stays, const json *said,
                    const char *operation, int64_t due_ms)
{
    struct audit_notes *notes = organization->audit.notes;
    if (notes == NULL) {
        return;
    }
    const struct comparison c = {notes, organization->audit.secrecy, "User", json_array(notes->arena)};
    json *different = json_copy(notes->arena, said);
    json_set_copy(different, "schemas", json_get(stays, "schemas")); /* follow from the rest */
    json_set_copy(different, "active", json_get(stays, "active"));   /* never withheld */
    compare_members(&c, NULL, stays, different, 0);
    json *event = json_count(c.fields) == 0 ? NULL : withheld_event(notes, operation, due_ms);
    if (event != NULL) {
        json_set_text(event, "user_id", account->id);
        audit_notes_value(event, "user", account->user_name);
        json_set_copy(event, "changed_fields", c.fields);
    }
}

void audit_withheld_member(struct organization *organization, const struct group *group, const char *member, bool joins,
                           const char *operation, int64_t due_ms)
{
    const struct account *account = account_by_id(organization, member);
    json *event = withheld_event(organization->audit.notes, operation, due_ms);
    if (event == NULL) {
        return;
    }
    json_set_text(event, account != NULL ? "user_id" : "member_id", member);
    audit_notes_value(event, "user", account != NULL ? account->user_name : NULL);
    json_set_text(event, "group_id", group->id);
    audit_notes_value(event, "group", group->display_name);
    json_set_text(event, "action", joins ? "added" : "removed");
}

json *audit_events_told(struct organization *organization, size_t *more)
{
    struct audit_notes *notes = organization->audit.notes;
    *more = 0;
    if (notes == NULL) {
        return NULL;
    }
    audit_watch_tell(organization, notes);
    *more = notes->more;
    return notes->count == 0 ? NULL : notes->events;
}
