/* What may change and what may not: bystanders, refused requests, repeated cycles. States are compared as text; the finding
 * shows where they differ. */
#include "common/base.h"

#include "runner/case.h"
#include "runner/difference.h"

#include "common/memory.h"
#include "common/text.h"

#include <string.h>

#define STATE_MAX  4000
#define ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

/* One comparison of two observations. */
struct comparison {
    struct play *play;
    const char *rule;
    const char *cause;    /* "deactivate ada" */
    bool all;             /* subjects too, and everything to the letter */
    bool without_via;     /* the way to access may read differently, not the access */
    const char **passing; /* workspaces whose owner is a subject: ownership may pass on there */
    size_t passing_count;
};

static void changed(const struct comparison *c, const char *what, const char *expected, const char *actual)
{
    difference(c->play->arena, &expected, &actual);
    finding_access(c->play, c->rule, arena_printf(c->play->arena, "%s: %s", c->cause, what), expected, actual);
}

static void changed_json(const struct comparison *c, const char *what, const json *was, const json *is)
{
    const char *expected, *actual;
    difference_json(c->play->arena, was, is, &expected, &actual);
    changed(c, what, expected, actual);
}

static bool exempt(const struct comparison *c, const char *name)
{
    return !c->all && is_subject(c->play, name);
}

/* --- people in the access document --- */

static bool passes_on(const struct comparison *c, const char *resource)
{
    for (size_t i = 0; i < c->passing_count; i++) {
        size_t n = strlen(c->passing[i]);
        if (strncmp(resource, c->passing[i], n) == 0 && (resource[n] == '\0' || resource[n] == '/'))
            return true;
    }
    return false;
}

static void via_text(struct buffer *b, const json *entry)
{
    for (const json *via = json_first(json_get(entry, "via")); via != NULL; via = json_next(via))
        buffer_printf(b, "%s%s%s%s %s", via == json_first(json_get(entry, "via")) ? " (" : ", ", json_get_text(via, "grant", "?"),
                      json_get(via, "group") != NULL ? " " : "", json_get_text(via, "group", ""), json_get_text(via, "role", ""));
    if (json_count(json_get(entry, "via")) > 0)
        buffer_add(b, ")");
}

static void permissions_text(struct buffer *b, const json *user)
{
    for (const json *node = json_first(json_get(user, "permissions")); node != NULL; node = json_next(node))
        buffer_printf(b, "; permission %s", json_text(node) == NULL ? "?" : json_text(node));
}

/* All that a person is and may do; sessions and keys left out, which the judge's own sign-ins add to. */
static const char *person_text(const struct comparison *c, const json *user)
{
    struct buffer b = buffer_new(STATE_MAX);
    buffer_printf(&b, "%s; sign-in %s%s%s; role %s; invites %lld", json_get_text(user, "status", "?"),
                  json_get_text(user, "signIn", "?"), json_get_bool(user, "managed", false) ? "; managed" : "",
                  json_get_bool(user, "seat", false) ? "; seat" : "", json_get_text(user, "orgRole", "?"),
                  (long long)json_get_integer(user, "invites", 0));
    permissions_text(&b, user);
    for (const json *entry = json_first(json_get(user, "access")); entry != NULL; entry = json_next(entry)) {
        const char *resource = json_get_text(entry, "resource", "?");
        if (passes_on(c, resource))
            continue;
        buffer_printf(&b, "; %s: %s", resource, access_cell(c->play->arena, entry));
        if (!c->without_via)
            via_text(&b, entry);
    }
    return buffer_take(&b, c->play->arena);
}

static bool person_exempt(const struct comparison *c, const json *user)
{
    return exempt(c, json_get_text(user, "account", NULL)) || exempt(c, json_get_text(user, "user", NULL));
}

static void compare_people(const struct comparison *c)
{
    const json *before = c->play->before.access, *after = c->play->after.access;
    for (const json *old = json_first(json_get(before, "users")); old != NULL; old = json_next(old)) {
        const json *new = access_user(after, json_get_text(old, "account", ""), NULL);
        const char *name = key_of_account(c->play, old), *was = person_text(c, old);
        if (person_exempt(c, old) || (new != NULL &&person_exempt(c, new)))
            continue;
        const char *is = new == NULL ? "gone" : person_text(c, new);
        if (strcmp(was, is) != 0)
            changed(c, arena_printf(c->play->arena, "%s changed", name), was, is);
    }
    for (const json *new = json_first(json_get(after, "users")); new != NULL; new = json_next(new))
        if (access_user(before, json_get_text(new, "account", ""), NULL) == NULL && !person_exempt(c, new))
            changed(c, arena_printf(c->play->arena, "%s appeared", json_get_text(new, "user", "?")), "no such person",
                    person_text(c, new));
}

/* --- groups in the access document --- */

static bool inactive_somewhere(const struct comparison *c, const char *user_name)
{
    const char *before = json_get_text(access_user(c->play->before.access, NULL, user_name), "status", "");
    const char *after = json_get_text(access_user(c->play->after.access, NULL, user_name), "status", "");
    return text_equal(before, "inactive") || text_equal(after, "inactive");
}

static const char *grants_text(const struct comparison *c, const json *group)
{
    struct buffer b = buffer_new(STATE_MAX);
    for (const json *node = json_first(json_get(group, "grants")); node != NULL; node = json_next(node))
        buffer_printf(&b, "%sgrant %s as %s", b.n == 0 ? "" : "; ", json_get_text(node, "resource", "?"),
                      json_get_text(node, "role", "?"));
    return buffer_take(&b, c->play->arena);
}

/* Whether somebody inactive is listed makes no difference (unless nothing at all may change). */
static const char *group_text(const struct comparison *c, const json *group)
{
    struct buffer b = buffer_new(STATE_MAX);
    buffer_add(&b, json_get_text(group, "displayName", "?"));
    for (const json *node = json_first(json_get(group, "members")); node != NULL; node = json_next(node)) {
        const char *name = json_text(node) == NULL ? "?" : json_text(node);
        if (!exempt(c, name) && (c->all || !inactive_somewhere(c, name)))
            buffer_printf(&b, "; member %s", name);
    }
    buffer_printf(&b, "; %s", grants_text(c, group));
    return buffer_take(&b, c->play->arena);
}

/* No event of a provider touches what was granted to a group, but its deletion. */
static void compare_grants(const struct comparison *c, const json *old, const json *new)
{
    if (!c->play->deed.event || new == NULL)
        return;
    const char *was = grants_text(c, old), *is = grants_text(c, new);
    if (strcmp(was, is) != 0)
        changed(c, arena_printf(c->play->arena, "what is granted to %s changed", json_get_text(old, "displayName", "?")), was,
                is);
}

static void compare_group(const struct comparison *c, const json *old)
{
    const char *id = json_get_text(old, "group", "");
    const json *new = access_group(c->play->after.access, id);
    if (exempt(c, id)) {
        compare_grants(c, old, new);
        return;
    }
    const char *was = group_text(c, old), *is = new == NULL ? "gone" : group_text(c, new);
    if (strcmp(was, is) != 0)
        changed(c, arena_printf(c->play->arena, "the group %s changed", json_get_text(old, "displayName", "?")), was, is);
}

static void compare_groups(const struct comparison *c)
{
    const json *before = c->play->before.access, *after = c->play->after.access;
    for (const json *old = json_first(json_get(before, "groups")); old != NULL; old = json_next(old))
        compare_group(c, old);
    for (const json *new = json_first(json_get(after, "groups")); new != NULL; new = json_next(new)) {
        const char *id = json_get_text(new, "group", ""), *name = json_get_text(new, "displayName", "?");
        if (access_group(before, id) == NULL && !exempt(c, id) && !exempt(c, name))
            changed(c, arena_printf(c->play->arena, "the group %s appeared", name), "no such group", group_text(c, new));
    }
}

/* --- resources and projects --- */

static const json *project_named(const json *document, const char *name)
{
    for (const json *node = json_first(json_get(document, "projects")); node != NULL; node = json_next(node))
        if (text_equal(json_get_text(node, "project", ""), name))
            return node;
    return NULL;
}

/* A subject who is restored gets back what is still where it went. */
static bool comes_back(const struct comparison *c, const char *owner)
{
    const struct scenario *scenario = c->play->scenario; /* NULL where states alone are compared */
    return scenario != NULL && json_get(scenario->organization, "deprovisioning_rules") != NULL && exempt(c, owner);
}

/* Comments and tasks are never fewer than before. */
static void compare_work(const struct comparison *c, const json *old, const json *new)
{
    static const char *const members[] = {"comments", "tasks", "completed"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        int64_t was = json_get_integer(old, members[i], 0), is = json_get_integer(new, members[i], 0);
        if (is < was)
            finding_access(c->play, "access.projects-stay",
                           arena_printf(c->play->arena, "%s: %s of the project %s are gone", c->cause, members[i],
                                        json_get_text(old, "project", "?")),
                           arena_printf(c->play->arena, "%lld", (long long)was),
                           arena_printf(c->play->arena, "%lld", (long long)is));
    }
}

static void compare_projects(const struct comparison *c)
{
    for (const json *old = json_first(json_get(c->play->before.access, "projects")); old != NULL; old = json_next(old)) {
        const char *name = json_get_text(old, "project", "?"), *owner = json_get_text(old, "owner", "nobody");
        const json *new = project_named(c->play->after.access, name);
        if (new != NULL)
            compare_work(c, old, new);
        if (new == NULL)
            finding_access(c->play, "access.projects-stay",
                           arena_printf(c->play->arena, "%s: the project %s is gone", c->cause, name), owner, "gone");
        else if (!exempt(c, owner) && !text_equal(owner, json_get_text(new, "owner", "nobody")) &&
                 !comes_back(c, json_get_text(new, "owner", NULL)))
            changed(c, arena_printf(c->play->arena, "the project %s has another owner", name), owner,
                    json_get_text(new, "owner", "nobody"));
    }
}

static void compare_resources(const struct comparison *c)
{
    const json *before = json_get(c->play->before.access, "resources"), *after = json_get(c->play->after.access, "resources");
    if (!json_equal(before, after))
        changed_json(c, "workspaces or folders changed", before, after);
}

/* --- the SCIM view --- */

/* Members that follow from others are taken out: versions and times, the name of a manager, groups of somebody inactive. */
static const json *essence(const struct comparison *c, const struct seen_user *user)
{
    json *copy = json_copy(c->play->arena, user->resource);
    json_remove(copy, "meta");
    json_remove(copy, "schemas");
    json *enterprise = json_edit(copy, ENTERPRISE);
    if (enterprise != NULL)
        json_remove(enterprise, "manager");
    if (json_count(enterprise) == 0)
        json_remove(copy, ENTERPRISE);
    if (!user->active || c->without_via)
        json_remove(copy, "groups"); /* a renamed group reads differently there */
    return copy;
}

static void compare_seen_user(const struct comparison *c, const struct seen_user *old)
{
    const struct seen_user *new = observed_user(&c->play->after, old->id);
    if (exempt(c, old->id) || exempt(c, old->user_name) || (new != NULL &&json_equal(old->resource, new->resource)))
        return;
    if (new == NULL) {
        changed(c, arena_printf(c->play->arena, "%s is gone from SCIM", old->user_name), old->id, "gone");
        return;
    }
    const json *was = c->all ? old->resource : essence(c, old), *is = c->all ? new->resource : essence(c, new);
    for (const json *node = json_first(was); node != NULL; node = json_next(node))
        if (!json_equal(node, json_get(is, json_key(node)))) {
            changed_json(c, arena_printf(c->play->arena, "%s of %s changed in SCIM", json_key(node), old->user_name), node,
                         json_get(is, json_key(node)));
            return;
        }
    for (const json *node = json_first(is); node != NULL; node = json_next(node))
        if (json_get(was, json_key(node)) == NULL) {
            changed_json(c, arena_printf(c->play->arena, "%s of %s appeared in SCIM", json_key(node), old->user_name), NULL,
                         node);
            return;
        }
}

static bool inactive_id(const struct comparison *c, const char *id)
{
    const struct seen_user *before = observed_user(&c->play->before, id), *after = observed_user(&c->play->after, id);
    return (before != NULL && !before->active) || (after != NULL && !after->active) || after == NULL;
}

static const char *seen_group_text(const struct comparison *c, const struct seen_group *group)
{
    struct buffer b = buffer_new(STATE_MAX);
    buffer_add(&b, group->name);
    for (const json *node = json_first(group->members); node != NULL; node = json_next(node)) {
        const char *id = json_get_text(node, "value", "?");
        const struct seen_user *user = observed_user(&c->play->before, id);
        if (!exempt(c, id) && (c->all || !inactive_id(c, id)))
            buffer_printf(&b, "; member %s", user == NULL ? id : user->user_name);
    }
    return buffer_take(&b, c->play->arena);
}

static void compare_seen_group(const struct comparison *c, const struct seen_group *old)
{
    const struct seen_group *new = observed_group(&c->play->after, old->id);
    if (exempt(c, old->id) || exempt(c, old->name) || (new != NULL &&json_equal(old->resource, new->resource)))
        return;
    const char *was = seen_group_text(c, old), *is = new == NULL ? "gone" : seen_group_text(c, new);
    if (strcmp(was, is) != 0)
        changed(c, arena_printf(c->play->arena, "the group %s changed in SCIM", old->name), was, is);
    else if (c->all)
        changed_json(c, arena_printf(c->play->arena, "the group %s changed in SCIM", old->name), old->resource, new->resource);
}

static void compare_appeared(const struct comparison *c)
{
    for (size_t i = 0; i < c->play->after.user_count; i++) {
        const struct seen_user *new = &c->play->after.users[i];
        if (observed_user(&c->play->before, new->id) == NULL && !exempt(c, new->id) && !exempt(c, new->user_name))
            changed(c, arena_printf(c->play->arena, "%s appeared in SCIM", new->user_name), "no such account", new->id);
    }
    for (size_t i = 0; i < c->play->after.group_count; i++) {
        const struct seen_group *new = &c->play->after.groups[i];
        if (observed_group(&c->play->before, new->id) == NULL && !exempt(c, new->id) && !exempt(c, new->name))
            changed(c, arena_printf(c->play->arena, "the group %s appeared in SCIM", new->name), "no such group", new->id);
    }
}

static void compare_scim(const struct comparison *c)
{
    if (!c->play->before.scim || !c->play->after.scim)
        return;
    for (size_t i = 0; i < c->play->before.user_count; i++)
        compare_seen_user(c, &c->play->before.users[i]);
    for (size_t i = 0; i < c->play->before.group_count; i++)
        compare_seen_group(c, &c->play->before.groups[i]);
    compare_appeared(c);
}

/* --- the whole --- */

static void compare(const struct comparison *c)
{
    if (c->play->before.access != NULL && c->play->after.access != NULL) {
        compare_people(c);
        compare_groups(c);
        compare_projects(c);
        compare_resources(c);
    }
    compare_scim(c);
}

/* Workspaces that a subject owned before: when that owner goes, somebody else becomes one (access invariant 9). */
static void find_passing(struct comparison *c)
{
    const json *document = c->play->before.access;
    c->passing = arena_array(c->play->arena, json_count(json_get(document, "resources")) + 1, sizeof(char *));
    for (const json *node = json_first(json_get(document, "resources")); node != NULL; node = json_next(node)) {
        const char *resource = json_get_text(node, "resource", "");
        for (const json *user = json_first(json_get(document, "users")); user != NULL; user = json_next(user))
            if (person_exempt(c, user) && text_equal(json_get_text(access_entry(user, resource), "role", ""), "owner")) {
                c->passing[c->passing_count++] = resource;
                break;
            }
    }
}

void judge_changes(struct play *play)
{
    const struct deed *deed = &play->deed;
    struct comparison c = {.play = play, .cause = deed->step->title, .without_via = deed->renamed_group};
    if (deed->refused > 0 && deed->written == 0) {
        c.rule = "access.refused-changed-nothing";
        c.all = true;
    } else if (deed->wide) {
        return;
    } else {
        c.rule = deed->repeat ? "access.repeat-changes-nothing" : "access.bystanders-unchanged";
        find_passing(&c);
    }
    compare(&c);
}
