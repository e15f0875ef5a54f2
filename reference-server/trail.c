#include "common/base.h"

#include "reference-server/trail.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/health.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/router.h"
#include "reference-server/scim/schema.h"
#include "reference-server/state.h"

#include <ctype.h>
#include <string.h>

static bool is_change(const struct exchange *x)
{
    bool bulk = x->door == DOOR_SCIM && x->route->resource == NULL; /* its operations are */
    return x->organization != NULL && (x->route->flags & ROUTE_READ) == 0 && !bulk;
}

static bool is_good(const struct exchange *x)
{
    return x->response->status >= 200 && x->response->status < 300;
}

static const char *name_of(const struct exchange *x, const char *id)
{
    const struct account *account = account_by_id(x->organization, id);
    const struct group *group = account == NULL ? group_by_id(x->organization, id) : NULL;
    return account != NULL ? account->user_name : group != NULL ? group->display_name : NULL;
}

static bool hides(const void *context, const char *type, const char *field)
{
    const struct scim_resource_type *found = scim_schema_type(context, type);
    struct scim_place place;
    if (found == NULL || !scim_schema_resolve(found, field, &place) || place.attribute == NULL)
        return true; /* what the schemas don't know is not told either */
    bool hidden = scim_schema_is_hidden(place.attribute) || (place.sub != NULL && scim_schema_is_hidden(place.sub));
    for (size_t i = 0; place.sub == NULL && i < place.attribute->sub_count; i++)
        hidden = hidden || scim_schema_is_hidden(&place.attribute->subs[i]);
    return hidden;
}

/* What a client calls its request, when that is a plain word. */
static const char *request_id(const struct exchange *x)
{
    const char *given = http_header(&x->request->headers, "X-Request-ID");
    size_t n = given == NULL ? 0 : strlen(given);
    if (x->trail_request != NULL)
        return x->trail_request; /* of the bulk job */
    bool plain = n > 0 && n <= TRAIL_REQUEST_LETTERS;
    for (size_t i = 0; plain && i < n; i++)
        plain = isalnum((unsigned char)given[i]) || strchr("-_.:", given[i]) != NULL;
    return plain ? given : arena_printf(x->arena, "%llu", (unsigned long long)x->organization->audit.next);
}

static bool sets_up(const struct exchange *x)
{
    return x->door == DOOR_ADMIN;
}

void trail_before(struct exchange *x)
{
    if (x->organization == NULL || (x->route->flags & ROUTE_READ) != 0)
        return;
    x->trail_request = request_id(x);
    if (!is_change(x))
        return;
    const char *name = x->door == DOOR_SCIM ? name_of(x, x->parameters[1]) : NULL;
    x->target_name = name == NULL ? NULL : arena_strdup(x->arena, name);
    x->settings = sets_up(x) ? trail_settings(x) : NULL;
    audit_listen(x->organization, (struct audit_secrecy){hides, x->server->registry});
}

/* "user.create" */
static const char *scim_action(const struct exchange *x)
{
    static const char *const words[][2] = {{"POST", "create"}, {"PUT", "replace"}, {"PATCH", "update"}, {"DELETE", "delete"}};
    const char *word = x->route->method;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        word = strcmp(words[i][0], x->route->method) == 0 ? words[i][1] : word;
    char *action = arena_printf(x->arena, "%s.%s", x->route->resource, word);
    action[0] = (char)tolower((unsigned char)action[0]);
    return action;
}

static void tell_scim(const struct exchange *x, struct audit_entry *entry)
{
    entry->action = scim_action(x);
    entry->kind = x->route->resource;
    entry->id = x->parameters[1] != NULL ? x->parameters[1] : json_get_text(x->reply, "id", NULL);
    const char *name = name_of(x, entry->id);
    entry->name = name != NULL ? name : x->target_name;
    if (entry->name == NULL && !is_good(x)) /* who would have come */
        entry->name = json_get_text(x->body, "userName", json_get_text(x->body, "displayName", NULL));
}

/* set-basic names a credential with it. */
static bool is_person(const struct exchange *x, const char *member)
{
    return strcmp(member, "user") == 0 && strcmp(json_get_text(x->body, "action", ""), "set-basic") != 0;
}

/* The first of these members that the request has says what it was about. A person may be named by id or by name there. */
static void tell_body(const struct exchange *x, struct audit_entry *entry)
{
    static const char *const members[] = {"user", "group",    "workspace", "folder", "project", "client",
                                          "name", "resource", "domains",   "review", "by"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const char *text = json_get_text(x->body, members[i], NULL);
        if (text == NULL)
            continue;
        const struct account *person = is_person(x, members[i]) ? account_find(x->organization, text) : NULL;
        const char *id = person != NULL ? person->id : text, *name = name_of(x, id);
        entry->kind = members[i];
        entry->id = name == NULL ? NULL : id;
        entry->name = name == NULL ? text : name;
        return;
    }
}

/* "app.sign-in": the last segment of the route */
static const char *plain_action(const struct exchange *x, const char *door)
{
    return arena_printf(x->arena, "%s.%s", door, strrchr(x->route->pattern, '/') + 1);
}

/* Who did what; false: nothing that has entries. */
static bool tell(struct exchange *x, struct audit_entry *entry)
{
    switch (x->door) {
    case DOOR_SCIM:
        tell_scim(x, entry);
        return true;
    case DOOR_ADMIN:
        entry->actor = "admin";
        entry->action = arena_printf(x->arena, "admin.%s", json_get_text(x->body, "action", ""));
        tell_body(x, entry);
        return true;
    case DOOR_APP:
        entry->actor = x->person != NULL ? x->person->user_name : json_get_text(x->reply, "user", NULL);
        entry->action = plain_action(x, "app");
        tell_body(x, entry);
        return true;
    case DOOR_OAUTH:
        entry->action = plain_action(x, "oauth");
        return true;
    case DOOR_ACCESS: /* asks, and changes nothing */
    case DOOR_WEB:
    case DOOR_NONE:
        break;
    }
    return false;
}

/* What an admin sets is configuration, but for who may do what, which has events of its own. */
static void note_configuration(struct exchange *x, const struct audit_entry *entry)
{
    static const char *const others[] = {"grant", "revoke", "set-org-role", "invite", "decide-review"};
    const char *action = json_get_text(x->body, "action", "");
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (strcmp(others[i], action) == 0)
            return;
    if (!trail_note_settings(x, x->settings))
        audit_configuration(x->organization, action, NULL, entry->name);
}

static void note_error(struct exchange *x)
{
    const json *reply = x->reply;
    const char *status = arena_printf(x->arena, "%d", x->response->status);
    const char *type = json_get_text(reply, "scimType", json_get_text(reply, "error", status));
    const char *detail = json_get_text(reply, "detail", json_get_text(reply, "message", NULL));
    const char *remedy = json_get_text(reply, "remedy", NULL);
    audit_error(x->organization, type, detail, text_is_blank(remedy) ? "correct the request and send it again" : remedy);
}

/* A stranger is nobody's actor. */
static bool is_known(const struct exchange *x)
{
    return x->door == DOOR_ADMIN || x->actor != NULL || x->person != NULL;
}

/* Whether the newest entry tells that somebody is, is in or may do something else than before. */
static bool has_effect(const struct exchange *x)
{
    static const enum audit_event events[] = {AUDIT_USER_CREATED, AUDIT_USER_UPDATED, AUDIT_USER_DEPROVISIONED,
                                              AUDIT_PERMISSION_CHANGES, AUDIT_GROUP_MEMBERSHIP};
    const char *line = audit_line(x->organization, x->organization->audit.next - 1);
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(events) && !found && line != NULL; i++)
        found = strstr(line, arena_printf(x->arena, "\"event\":\"%s\"", audit_event_name(events[i]))) != NULL;
    return found;
}

/* What nobody has checked may be as long as a body. */
static void cut(const struct exchange *x, struct audit_entry *entry)
{
    const char **const texts[] = {&entry->action, &entry->id, &entry->name};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (*texts[i] != NULL && strlen(*texts[i]) > AUDIT_VALUE_BYTES)
            *texts[i] = arena_strndup(x->arena, *texts[i], text_utf8_prefix(*texts[i], AUDIT_VALUE_BYTES));
}

static void record(struct exchange *x)
{
    struct audit_entry entry = {.actor = x->actor, .status = x->response->status, .request = x->trail_request};
    bool good = is_good(x), login = !good && audit_refuse(x->organization);
    if ((!good && !login && !is_known(x)) || !tell(x, &entry)) {
        audit_forget(x->organization);
        return;
    }
    if (x->door == DOOR_SCIM)
        audit_operation(x->organization, entry.action, good);
    if (!good)
        cut(x, &entry);
    if (good && sets_up(x))
        note_configuration(x, &entry);
    if (!good)
        note_error(x);
    audit_append(x->organization, &entry);
    if (x->door == DOOR_SCIM)
        health_operation(x, entry.action, has_effect(x));
}

void trail_after(struct exchange *x)
{
    if (is_change(x))
        record(x);
}

void trail_refused(struct exchange *x)
{
    if (x->route == NULL || x->response->status < 400 || !is_known(x) || !is_change(x))
        return;
    trail_before(x);
    record(x);
}
