#include "common/base.h"

#include "reference-server/trail.h"

#include "common/http.h"
#include "common/memory.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/router.h"
#include "reference-server/state.h"

#include <ctype.h>
#include <string.h>

static bool is_change(const struct exchange *x)
{
    bool bulk = x->door == DOOR_SCIM && x->route->resource == NULL; /* its operations are */
    return x->organization != NULL && (x->route->flags & ROUTE_READ) == 0 && !bulk;
}

static const char *name_of(const struct exchange *x, const char *id)
{
    const struct account *account = account_by_id(x->organization, id);
    const struct group *group = account == NULL ? group_by_id(x->organization, id) : NULL;
    return account != NULL ? account->user_name : group != NULL ? group->display_name : NULL;
}

void trail_before(struct exchange *x)
{
    const char *name = is_change(x) && x->door == DOOR_SCIM ? name_of(x, x->parameters[1]) : NULL;
    x->target_name = name == NULL ? NULL : arena_strdup(x->arena, name);
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
}

/* set-basic names a credential with it. */
static bool is_person(const struct exchange *x, const char *member)
{
    return strcmp(member, "user") == 0 && strcmp(json_get_text(x->body, "action", ""), "set-basic") != 0;
}

/* The first of these members that the request has says what it was about. A person may be named by id or by name there. */
static void tell_body(const struct exchange *x, struct audit_entry *entry)
{
    static const char *const members[] = {"user",   "group", "workspace", "folder",  "project",
                                          "client", "name",  "resource",  "domains", "by"};
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

void trail_after(struct exchange *x)
{
    if (!is_change(x) || x->response->status < 200 || x->response->status >= 300)
        return;
    struct audit_entry entry = {.actor = x->actor, .status = x->response->status};
    switch (x->door) {
    case DOOR_SCIM:
        tell_scim(x, &entry);
        break;
    case DOOR_ADMIN:
        entry.actor = "admin";
        entry.action = arena_printf(x->arena, "admin.%s", json_get_text(x->body, "action", ""));
        tell_body(x, &entry);
        break;
    case DOOR_APP:
        entry.actor = x->person != NULL ? x->person->user_name : json_get_text(x->reply, "user", NULL);
        entry.action = plain_action(x, "app");
        tell_body(x, &entry);
        break;
    case DOOR_OAUTH:
        entry.action = plain_action(x, "oauth");
        break;
    case DOOR_ACCESS: /* asks, and changes nothing */
    case DOOR_WEB:
    case DOOR_NONE:
        return;
    }
    audit_append(x->organization, &entry);
}
