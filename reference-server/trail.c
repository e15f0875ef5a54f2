#include "common/base.h"

#include "reference-server/trail.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/router.h"
#include "reference-server/state.h"
#include "reference-server/store/store.h"

#include <ctype.h>
#include <string.h>

/* --- writing --- */

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

/* The first of these members that the request has says what it was about. A person may be named by id there. */
static void tell_body(const struct exchange *x, struct audit_entry *entry)
{
    static const char *const members[] = {"user",   "group", "workspace", "folder",  "project",
                                          "client", "name",  "resource",  "domains", "by"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const char *text = json_get_text(x->body, members[i], NULL);
        if (text == NULL)
            continue;
        const char *name = name_of(x, text);
        entry->kind = members[i];
        entry->id = name == NULL ? NULL : text;
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

/* --- showing --- */

static bool read_number(struct exchange *x, const char *name, uint64_t fallback, uint64_t max, uint64_t *out)
{
    const char *text = http_query(&x->target, name);
    *out = fallback;
    if (text == NULL || text_to_u64(text, max, out))
        return true;
    reply_wrong(x, 400, "invalid", NULL, "%s must be a whole number up to %llu", name, (unsigned long long)max);
    return false;
}

static bool add_kept(const struct exchange *x, struct buffer *b, uint64_t after, uint64_t limit)
{
    const struct audit *audit = &x->organization->audit;
    uint64_t oldest = audit->next > AUDIT_KEPT ? audit->next - AUDIT_KEPT : 1;
    const char *line;
    for (uint64_t i = after + 1 < oldest ? oldest : after + 1; limit > 0 && (line = audit_line(x->organization, i)) != NULL;
         i++) {
        buffer_printf(b, "%s\n", line);
        limit--;
    }
    return true;
}

static bool add_stored(const struct exchange *x, struct buffer *b, uint64_t after, uint64_t limit)
{
    const struct store_trail query = {x->organization->id, x->tenant->ticket, after, limit};
    const char *const *lines;
    size_t count = 0;
    bool good = store_read_trail(x->server->store, x->arena, &query, &lines, &count);
    for (size_t i = 0; good && i < count; i++)
        buffer_printf(b, "%s\n", lines[i]);
    return good;
}

void trail_show(struct exchange *x)
{
    uint64_t after, limit;
    if (!read_number(x, "after", 0, INT64_MAX / 2, &after) || !read_number(x, "limit", TRAIL_PAGE, TRAIL_PAGE_MAX, &limit))
        return;
    struct buffer b = buffer_new(0);
    bool good = (store_keeps(x->server->store) ? add_stored : add_kept)(x, &b, after, limit);
    const char *lines = buffer_take(&b, x->arena);
    if (!good) {
        reply_wrong(x, 503, "storeFailed", "look after the disk and start again", "the trail can't be read");
        return;
    }
    reply_text(x, "application/x-ndjson", lines);
}
