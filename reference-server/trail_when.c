#include "common/base.h"

#include "reference-server/trail_when.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/audit_filter.h"
#include "reference-server/model/audit_logs.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/trail_read.h"

#include <string.h>

/* The newest entry that passes; *entry NULL: none does. *whole: all were looked at. */
static bool newest(struct exchange *x, const struct audit_filter *filter, const json **entry, bool *whole)
{
    struct trail_lines lines;
    const struct trail_query query = {.newest_first = true, .limit = 1, .filter = filter};
    struct error err;
    *entry = NULL;
    if (!trail_read(x, &query, &lines))
        return false;
    if (lines.count > 0)
        *entry = json_parse(x->arena, (struct bytes){lines.items[0], strlen(lines.items[0])}, "trail", &err);
    *whole = lines.next == 0;
    return true;
}

static const json *event_of(struct exchange *x, const json *entry, const struct audit_filter *filter)
{
    const json *event = json_first(json_get(entry, "events"));
    while (event != NULL && !audit_logs_takes(x->arena, event, filter))
        event = json_next(event);
    return event;
}

static const char *describe(struct exchange *x, const json *entry)
{
    const char *name = json_get_text(json_get(entry, "target"), "name", NULL);
    return arena_printf(x->arena, "entry %lld of the audit trail, %s%s%s by %s",
                        (long long)json_get_integer(entry, "sequence", 0), json_get_text(entry, "action", ""),
                        name == NULL ? "" : " of ", name == NULL ? "" : name,
                        json_get_text(entry, "actor", "somebody who is not known"));
}

static json *tell(struct exchange *x, const json *entry, const json *event)
{
    static const char *const members[] = {"time", "sequence", "request", "actor", "action", "target"};
    json *out = json_object(x->arena);
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (json_get(entry, members[i]) != NULL)
            json_set_copy(out, members[i], json_get(entry, members[i]));
    json_set_text(out, "old_role", json_get_text(event, "old_role", NULL));
    json_set_text(out, "new_role", json_get_text(event, "new_role", NULL));
    return out;
}

/* current: the role, or the permission, as it is now; where: " on Sales" for what is in it, else nothing. */
static const char *since(struct exchange *x, const json *entry, const json *event, const char *where, const char *current)
{
    const char *now = json_get_text(event, "new_role", ""), *old = json_get_text(event, "old_role", "");
    const char *time = json_get_text(entry, "time", "");
    if (strcmp(now, current) == 0)
        return arena_printf(x->arena, "It has been so%s since %s: %s changed it from %s to %s.", where, time, describe(x, entry),
                            old, now);
    return arena_printf(
        x->arena,
        "At %s %s changed it from %s to %s; what it is now came later without a request about it: by the clock, by a "
        "policy, or by what was done to many at once.",
        time, describe(x, entry), old, now);
}

/* Who classified the project last; NULL: nobody. */
static bool classified(struct exchange *x, const struct project *project, const char **line)
{
    const struct audit_wish wish = {.action = "admin.classify-project", .target = project->path};
    const struct audit_filter filter = audit_filter_new(x->arena, &wish);
    const json *entry;
    bool whole;
    *line = NULL;
    if (!newest(x, &filter, &entry, &whole))
        return false;
    const json *change = json_first(json_get(json_first(json_get(entry, "events")), "changes"));
    if (change != NULL)
        *line = arena_printf(x->arena, "%s was classified at %s: %s changed it from %s to %s.", project->path,
                             json_get_text(entry, "time", ""), describe(x, entry), json_get_text(change, "old", "nothing"),
                             json_get_text(change, "new", "nothing"));
    return true;
}

/* Policies that were set behind the change; NULL: none. */
static bool policies_later(struct exchange *x, int64_t sequence, const char **line)
{
    const struct audit_wish wish = {.action = "admin.set-policies", .event = audit_event_name(AUDIT_CONFIGURATION_CHANGES)};
    const struct audit_filter filter = audit_filter_new(x->arena, &wish);
    const json *entry;
    bool whole;
    *line = NULL;
    if (!newest(x, &filter, &entry, &whole))
        return false;
    if (entry != NULL && json_get_integer(entry, "sequence", 0) > sequence)
        *line = arena_printf(x->arena, "The policies were changed %sat %s: %s.", sequence == 0 ? "" : "after that, ",
                             json_get_text(entry, "time", ""), describe(x, entry));
    return true;
}

/* The newest entry with such an event. */
struct found {
    const json *entry, *event; /* NULL: none */
    bool whole;
};

static bool find(struct exchange *x, const struct audit_wish *wish, struct found *out)
{
    const struct audit_filter filter = audit_filter_new(x->arena, wish);
    if (!newest(x, &filter, &out->entry, &out->whole))
        return false;
    out->event = event_of(x, out->entry, &filter);
    return true;
}

static bool put(struct exchange *x, const struct found *found, const char *where, const char *current, const char *more,
                struct when *out)
{
    const char **lines = arena_array(x->arena, WHEN_LINES, sizeof *lines), *later;
    *out = (struct when){.lines = lines};
    if (found->entry != NULL) {
        out->changed = tell(x, found->entry, found->event);
        lines[out->count++] = since(x, found->entry, found->event, where, current);
    } else {
        lines[out->count++] =
            found->whole
                ? arena_printf(x->arena, "The audit trail tells of no change%s: it has been so from the beginning.", where)
                : "The audit trail as far back as it was looked at tells of no change.";
    }
    if (!policies_later(x, json_get_integer(out->changed, "sequence", 0), &later))
        return false;
    if (later != NULL)
        lines[out->count++] = later;
    if (more != NULL)
        lines[out->count++] = more;
    return true;
}

bool trail_when(struct exchange *x, const struct account *account, const struct resource *resource, const struct project *project,
                struct when *out)
{
    const struct audit_wish wish = {
        .event = audit_event_name(AUDIT_PERMISSION_CHANGES), .user = account->id, .resource = resource->path, .of = "access"};
    const char *where = project == NULL ? "" : arena_printf(x->arena, " on %s", resource->path), *level = NULL;
    struct access_entry now;
    enum role role = access_on(x->arena, x->organization, account, resource, &now) ? now.role : ROLE_NONE;
    struct found found;
    return find(x, &wish, &found) && (project == NULL || classified(x, project, &level)) &&
           put(x, &found, where, role_name(role), level, out);
}

static int64_t sequence_of(const struct found *found)
{
    return json_get_integer(found->entry, "sequence", 0);
}

/* A change of the org role explains it when that role has the permission after it, as now, or has it no longer. */
static bool explains(const struct found *found, const char *org_role, bool has)
{
    return found->entry != NULL && text_equal(json_get_text(found->event, "new_role", ""), org_role) == has;
}

bool trail_when_permitted(struct exchange *x, const struct account *account, const char *permission, bool has, struct when *out)
{
    const char *org_role = org_role_with(permission);
    struct audit_wish wish = {
        .event = audit_event_name(AUDIT_PERMISSION_CHANGES), .user = account->id, .role = permission, .of = "permission"};
    struct found found, role = {.entry = NULL};
    if (!find(x, &wish, &found))
        return false;
    wish.of = "organization";
    wish.role = org_role;
    if (org_role != NULL && !find(x, &wish, &role))
        return false;
    if (explains(&role, org_role, has) && sequence_of(&role) > sequence_of(&found))
        return put(x, &role, "", json_get_text(role.event, "new_role", ""), NULL, out);
    return put(x, &found, "", has ? permission : role_name(ROLE_NONE), NULL, out);
}
