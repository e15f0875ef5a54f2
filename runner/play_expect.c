/* The `expect` parts: what the file says on top of what is judged unasked. One row each. */
#include "common/base.h"

#include "runner/case.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "runner/matcher.h"
#include "runner/play_audit.h"
#include "runner/play_documents.h"
#include "runner/play_provider.h"
#include "runner/target.h"

#include <string.h>

struct expectation {
    struct play *play;
    const json *part;
    const char *rule, *hint;
    struct error *err;
};

static void unmet(const struct expectation *e, const char *message, const char *expected, const char *actual)
{
    finding_add(e->play,
                (struct finding){.class = rule_class(e->rule),
                                 .rule = e->rule,
                                 .level = rule_level(e->rule),
                                 .message = message,
                                 .expected = expected,
                                 .actual = actual,
                                 .hint = e->hint,
                                 .exchange = -1},
                arena_printf(e->play->arena, "%zu %s", e->play->step, message));
}

/* --- access --- */

/* Aliases and the default state written out: "Edit" is "editor", "editor, member" is "editor". */
const char *access_cell_wanted(struct arena *arena, const char *cell)
{
    static const char *const names[][2] = {{"edit", "editor"},
                                           {"view", "viewer"},
                                           {"check", "participant"},
                                           {"checker", "participant"},
                                           {"owner", "owner"},
                                           {"maintainer", "maintainer"},
                                           {"editor", "editor"},
                                           {"commenter", "commenter"},
                                           {"viewer", "viewer"},
                                           {"collaborator", "collaborator"},
                                           {"participant", "participant"}};
    const char *role = arena_strndup(arena, cell, strcspn(cell, ", "));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_equal_nocase(role, names[i][0])) {
            role = names[i][1];
            break;
        }
    return strstr(cell, "joinable") != NULL ? arena_printf(arena, "%s, joinable", role) : role;
}

static const char *wanted_text(const struct expectation *e, const json *row)
{
    struct buffer b = buffer_new(1000);
    for (const json *node = json_first(row); node != NULL; node = json_next(node))
        buffer_printf(&b, "%s%s: %s", b.n == 0 ? "" : "; ", json_key(node), access_cell_wanted(e->play->arena, json_text(node)));
    return b.n == 0 ? "none" : buffer_take(&b, e->play->arena);
}

static bool row_fits(const struct expectation *e, const json *row, const json *user)
{
    if (json_count(json_get(user, "access")) != json_count(row))
        return false;
    for (const json *node = json_first(row); node != NULL; node = json_next(node)) {
        const json *entry = access_entry(user, json_key(node));
        if (entry == NULL || !text_equal(access_cell(e->play->arena, entry), access_cell_wanted(e->play->arena, json_text(node))))
            return false;
    }
    return true;
}

static bool part_access(const struct expectation *e)
{
    for (const json *row = json_first(e->part); row != NULL; row = json_next(row)) {
        const json *user = person_access(e->play, e->play->after.access, json_key(row));
        if (!row_fits(e, row, user))
            unmet(e, arena_printf(e->play->arena, "%s has other access", json_key(row)), wanted_text(e, row),
                  access_text(e->play, user));
    }
    return true;
}

static const char *route_text(const struct expectation *e, const json *via)
{
    const char *grant = json_get_text(via, "grant", "?"), *name = json_get_text(via, "group", NULL);
    const char *rule = json_get_text(via, "rule", NULL);
    if (rule != NULL)
        return arena_printf(e->play->arena, "%s:%s", grant, rule);
    if (name == NULL)
        return grant;
    for (size_t i = 0; i < e->play->directory->group_count; i++) {
        const struct directory_group *group = e->play->directory->groups[i];
        const struct seen_group *seen = observed_group(&e->play->after, group->server_id);
        if (text_equal(group->name, name) || text_equal(group->server_id, name) || (seen != NULL && text_equal(seen->name, name)))
            return arena_printf(e->play->arena, "%s:%s", grant, group->key);
    }
    return arena_printf(e->play->arena, "%s:%s", grant, name);
}

static const char *routes_text(const struct expectation *e, const json *entry)
{
    struct buffer b = buffer_new(500);
    for (const json *via = json_first(json_get(entry, "via")); via != NULL; via = json_next(via))
        buffer_printf(&b, "%s%s", b.n == 0 ? "" : ", ", route_text(e, via));
    return b.n == 0 ? "nothing" : buffer_take(&b, e->play->arena);
}

static const char *list_text(const struct expectation *e, const json *list)
{
    struct buffer b = buffer_new(500);
    for (const json *node = json_first(list); node != NULL; node = json_next(node))
        buffer_printf(&b, "%s%s", b.n == 0 ? "" : ", ", json_text(node));
    return buffer_take(&b, e->play->arena);
}

static bool part_via(const struct expectation *e)
{
    for (const json *row = json_first(e->part); row != NULL; row = json_next(row)) {
        const json *user = person_access(e->play, e->play->after.access, json_key(row));
        for (const json *node = json_first(row); node != NULL; node = json_next(node)) {
            const char *wanted = list_text(e, node), *got = routes_text(e, access_entry(user, json_key(node)));
            if (!text_equal(wanted, got))
                unmet(e, arena_printf(e->play->arena, "%s has access to %s in other ways", json_key(row), json_key(node)), wanted,
                      got);
        }
    }
    return true;
}

/* What does not count, yet or any more: "Roadmap: maintainer, pending"; all of it. */
static const char *waiting_text(const struct expectation *e, const json *user)
{
    struct buffer b = buffer_new(500);
    for (const json *entry = json_first(json_get(user, "waiting")); entry != NULL; entry = json_next(entry))
        buffer_printf(&b, "%s%s: %s, %s", b.n == 0 ? "" : "; ", json_get_text(entry, "resource", "?"),
                      json_get_text(entry, "role", "?"), json_get_text(entry, "state", "?"));
    return b.n == 0 ? "nothing" : buffer_take(&b, e->play->arena);
}

static const char *waiting_wanted(const struct expectation *e, const json *wanted)
{
    struct buffer b = buffer_new(500);
    for (const json *node = json_first(wanted); node != NULL; node = json_next(node))
        buffer_printf(&b, "%s%s: %s", b.n == 0 ? "" : "; ", json_key(node), json_text(node));
    return b.n == 0 ? "nothing" : buffer_take(&b, e->play->arena);
}

static bool part_waiting(const struct expectation *e)
{
    for (const json *person = json_first(e->part); person != NULL; person = json_next(person)) {
        const json *user = person_access(e->play, e->play->after.access, json_key(person));
        const char *wanted = waiting_wanted(e, person), *found = waiting_text(e, user);
        if (!text_equal(wanted, found))
            unmet(e, arena_printf(e->play->arena, "what waits of %s is not as it should be", json_key(person)), wanted, found);
    }
    return true;
}

static bool part_permissions(const struct expectation *e)
{
    for (const json *person = json_first(e->part); person != NULL; person = json_next(person)) {
        const json *user = person_access(e->play, e->play->after.access, json_key(person));
        const json *found = json_get(user, "permissions");
        const char *wanted = list_text(e, person), *seen = list_text(e, found);
        if (!text_equal(wanted, seen))
            unmet(e, arena_printf(e->play->arena, "the permissions of %s are not as they should be", json_key(person)), wanted,
                  seen);
    }
    return true;
}

static bool part_org_role(const struct expectation *e)
{
    for (const json *person = json_first(e->part); person != NULL; person = json_next(person)) {
        const json *user = person_access(e->play, e->play->after.access, json_key(person));
        const char *found = json_get_text(user, "orgRole", "none");
        if (!text_equal(json_text(person), found))
            unmet(e, arena_printf(e->play->arena, "%s has another org role", json_key(person)), json_text(person), found);
    }
    return true;
}

static bool is_named(const struct expectation *e, const char *person, const char *name)
{
    const json *user = person_access(e->play, e->play->after.access, person);
    return unicode_equal_fold(name, person_name(e->play, person)) || text_equal(name, json_get_text(user, "user", NULL));
}

static bool part_projects(const struct expectation *e)
{
    const json *projects = json_get(e->play->after.access, "projects");
    for (const json *node = json_first(e->part); node != NULL; node = json_next(node)) {
        const json *found = NULL;
        for (const json *project = json_first(projects); project != NULL; project = json_next(project))
            if (text_equal(json_get_text(project, "project", ""), json_key(node)))
                found = project;
        const char *owner = json_get_text(found, "owner", ""), *comma = strchr(json_text(node), ',');
        const char *wanted =
            comma == NULL ? json_text(node) : arena_strndup(e->play->arena, json_text(node), (size_t)(comma - json_text(node)));
        bool archived = json_get_bool(found, "archived", false);
        if (found == NULL || !is_named(e, wanted, owner) || archived != (comma != NULL))
            unmet(e, arena_printf(e->play->arena, "the project %s is not as it should be", json_key(node)),
                  arena_printf(e->play->arena, "owned by %s", json_text(node)),
                  found == NULL ? "no such project"
                                : arena_printf(e->play->arena, "owned by %s%s", owner, archived ? ", archived" : ""));
    }
    return true;
}

/* --- what people were told: all of it, oldest first --- */

static const json *notices_of(const struct expectation *e, const json *all, const char *person)
{
    json *list = json_array(e->play->arena);
    for (const json *notice = json_first(all); notice != NULL; notice = json_next(notice))
        if (text_equal(person, json_get_text(notice, "to", "")) || is_named(e, person, json_get_text(notice, "to", "")))
            json_push_copy(list, notice);
    return list;
}

static bool notices_fit(const struct expectation *e, const json *wanted, const json *found)
{
    bool fit = json_count(wanted) == json_count(found);
    const json *notice = json_first(found);
    for (const json *node = json_first(wanted); fit && node != NULL; node = json_next(node), notice = json_next(notice)) {
        const char *text = json_text(node), *blank = strchr(text, ' '), *about = json_get_text(notice, "about", "");
        const char *kind = blank == NULL ? text : arena_strndup(e->play->arena, text, (size_t)(blank - text));
        fit = text_equal(kind, json_get_text(notice, "kind", "")) &&
              (blank == NULL ? about[0] == '\0' : is_named(e, blank + 1, about));
    }
    return fit;
}

static const char *notices_text(const struct expectation *e, const json *notices)
{
    struct buffer b = buffer_new(1000);
    for (const json *notice = json_first(notices); notice != NULL; notice = json_next(notice))
        buffer_printf(&b, "%s%s %s", b.n == 0 ? "" : ", ", json_get_text(notice, "kind", "?"),
                      json_get_text(notice, "about", ""));
    return b.n == 0 ? "nothing" : buffer_take(&b, e->play->arena);
}

static bool part_notifications(const struct expectation *e)
{
    struct reply reply;
    if (!place_admin(&e->play->place, "GET", "/notifications?limit=1000", NULL, &reply, e->err))
        return false;
    for (const json *node = json_first(e->part); node != NULL; node = json_next(node)) {
        const json *found = notices_of(e, json_get(reply.body, "notifications"), json_key(node));
        if (!notices_fit(e, node, found))
            unmet(e, arena_printf(e->play->arena, "what %s was told is not as it should be", json_key(node)),
                  json_print(e->play->arena, node), notices_text(e, found));
    }
    return true;
}

/* --- the profile as the product sees it --- */

static void profile_fits(const struct expectation *e, const json *row, const json *profile)
{
    for (const json *node = json_first(row); node != NULL; node = json_next(node)) {
        const json *found = json_get(profile, json_key(node));
        struct mismatch mismatch;
        if (!matcher_match(e->play->arena, node, found, &mismatch))
            unmet(e, arena_printf(e->play->arena, "%s of %s in the product", json_key(node), json_key(row)), mismatch.expected,
                  mismatch.actual);
    }
}

static bool part_profile(const struct expectation *e)
{
    for (const json *row = json_first(e->part); row != NULL; row = json_next(row)) {
        const json *user = person_access(e->play, e->play->after.access, json_key(row));
        const char *name = json_get_text(user, "user", person_name(e->play, json_key(row)));
        const char *path = arena_printf(e->play->arena, "/profile?user=%s", http_escape_component(e->play->arena, name));
        struct reply reply;
        if (!place_admin(&e->play->place, "GET", path, NULL, &reply, e->err))
            return false;
        profile_fits(e, row, json_get(reply.body, "profile"));
    }
    return true;
}

static bool part_audit(const struct expectation *e)
{
    audit_expect(e->play, e->part, e->rule, e->hint);
    return true;
}

static bool part_document(const struct expectation *e)
{
    return document_expect(e->play, e->part, e->rule, e->hint, e->err);
}

/* --- ways in --- */

static bool part_sign_in(const struct expectation *e)
{
    for (const json *node = json_first(e->part); node != NULL; node = json_next(node)) {
        bool allowed;
        if (!probe_sign_in(e->play, json_key(node), &allowed, e->err))
            return false;
        if (allowed != text_equal(json_text(node), "allowed"))
            unmet(e, arena_printf(e->play->arena, "sign-in of %s", json_key(node)), json_text(node),
                  allowed ? "allowed" : "refused");
    }
    return true;
}

static bool keys_fit(const struct expectation *e, enum key_kind kind, const char *what)
{
    for (const json *node = json_first(e->part); node != NULL; node = json_next(node)) {
        size_t count = 0;
        for (size_t i = 0; i < e->play->key_count; i++) {
            bool alive;
            if (e->play->keys[i].kind != kind || !text_equal(e->play->keys[i].person, json_key(node)))
                continue;
            count++;
            if (!probe_key(e->play, &e->play->keys[i], &alive, e->err))
                return false;
            if (alive != text_equal(json_text(node), "alive"))
                unmet(e, arena_printf(e->play->arena, "%s %zu of %s", what, count, json_key(node)), json_text(node),
                      alive ? "alive" : "dead");
        }
        if (count == 0 && text_equal(json_text(node), "alive"))
            unmet(e, arena_printf(e->play->arena, "%s has no %s", json_key(node), what), "alive", "none");
    }
    return true;
}

static bool part_session(const struct expectation *e)
{
    return keys_fit(e, KEY_SESSION, "session");
}

static bool part_api_key(const struct expectation *e)
{
    return keys_fit(e, KEY_API, "API key");
}

/* --- the SCIM view --- */

static bool part_active(const struct expectation *e)
{
    for (const json *node = json_first(e->part); node != NULL; node = json_next(node)) {
        const struct seen_user *seen = person_seen(e->play, &e->play->after, json_key(node));
        if (seen == NULL || seen->active != json_true(node))
            unmet(e, arena_printf(e->play->arena, "active of %s in SCIM", json_key(node)), json_true(node) ? "true" : "false",
                  seen == NULL ? "no account" : (seen->active ? "true" : "false"));
    }
    return true;
}

/* Accounts of that userName, and the one that the provider knows under another name (Entra renames what it soft-deletes). */
static bool part_accounts(const struct expectation *e)
{
    for (const json *node = json_first(e->part); node != NULL; node = json_next(node)) {
        const char *name = person_name(e->play, json_key(node));
        const struct seen_user *known = observed_user(&e->play->after, person_id(e->play, json_key(node)));
        size_t count;
        int64_t wanted = 0;
        observed_user_named(&e->play->after, name, &count);
        count += known != NULL && !unicode_equal_fold(known->user_name, name);
        json_integer(node, &wanted);
        if ((int64_t)count != wanted)
            unmet(e, arena_printf(e->play->arena, "accounts of %s", json_key(node)),
                  arena_printf(e->play->arena, "%lld", (long long)wanted), arena_printf(e->play->arena, "%zu", count));
    }
    return true;
}

static const char *members_text(const struct expectation *e, const struct seen_group *seen)
{
    struct buffer b = buffer_new(1000);
    for (const json *node = seen == NULL ? NULL : json_first(seen->members); node != NULL; node = json_next(node))
        buffer_printf(&b, "%s%s", b.n == 0 ? "" : ", ", member_word(e->play, json_get_text(node, "value", "?")));
    return seen == NULL ? "no such group" : (b.n == 0 ? "nobody" : buffer_take(&b, e->play->arena));
}

static const struct seen_group *group_seen(const struct expectation *e, const char *key)
{
    const struct directory_group *group = directory_group(e->play->directory, key);
    const struct seen_group *seen = group == NULL ? NULL : observed_group(&e->play->after, group->server_id);
    for (size_t i = 0; group != NULL && seen == NULL && i < e->play->after.group_count; i++)
        if (text_equal(e->play->after.groups[i].name, group->name))
            seen = &e->play->after.groups[i];
    return seen;
}

static bool part_members(const struct expectation *e)
{
    for (const json *row = json_first(e->part); row != NULL; row = json_next(row)) {
        const struct seen_group *seen = group_seen(e, json_key(row));
        bool fits = seen != NULL && json_count(seen->members) == json_count(row);
        for (const json *node = json_first(row); node != NULL && fits; node = json_next(node))
            fits = seen_member(seen, member_named(e->play, json_text(node)));
        if (!fits)
            unmet(e, arena_printf(e->play->arena, "members of %s in SCIM", json_key(row)),
                  json_count(row) == 0 ? "nobody" : list_text(e, row), members_text(e, seen));
    }
    return true;
}

static const json *element_of_type(const json *list, const char *type, size_t n)
{
    for (const json *node = json_first(list); node != NULL; node = json_next(node)) {
        const char *has = json_get_text(node, "type", "");
        if (strlen(has) == n && strncmp(has, type, n) == 0)
            return node;
    }
    return NULL;
}

static const json *element_at(const json *list, uint64_t index)
{
    const json *node = json_first(list);
    while (node != NULL && index-- > 0)
        node = json_next(node);
    return node;
}

/* One name of a path, perhaps with [type eq "work"] behind it, or the position in a list. */
static const json *path_step(struct arena *arena, const json *node, const char *p, size_t n)
{
    uint64_t index;
    if (json_is(node, JSON_ARRAY) && text_to_u64(arena_strndup(arena, p, n), JSON_MAX_VALUES, &index))
        return element_at(node, index);
    const char *bracket = memchr(p, '[', n);
    const json *child = json_get_nocase(node, arena_strndup(arena, p, bracket == NULL ? n : (size_t)(bracket - p)));
    const char *quote = bracket == NULL ? NULL : memchr(bracket, '"', n - (size_t)(bracket - p));
    return quote == NULL ? child : element_of_type(child, quote + 1, strcspn(quote + 1, "\""));
}

/* "title", "name.givenName", "emails[type eq \"work\"].value", "emails.0.value", "urn:…:User:department", "/emails/0/value". */
static const json *path_value(struct arena *arena, const json *resource, const char *path)
{
    if (path[0] == '/')
        return json_pointer(resource, path);
    for (const json *node = json_first(resource); node != NULL; node = json_next(node)) {
        size_t n = strlen(json_key(node));
        if (text_starts_nocase(json_key(node), "urn:") && text_starts_nocase(path, json_key(node)) &&
            (path[n] == ':' || path[n] == '.' || path[n] == '\0'))
            return path[n] == '\0' ? node : path_value(arena, node, path + n + 1);
    }
    const json *node = resource;
    for (const char *p = path; *p != '\0' && node != NULL;) {
        size_t n = strcspn(p, ".[");
        if (p[n] == '[')
            n += strcspn(p + n, "]") + 1;
        if (n > strlen(p))
            return NULL;
        node = path_step(arena, node, p, n);
        p += n + (p[n] == '.');
    }
    return node;
}

/* On a server that others use too, names carry a prefix that the file does not know. */
static const json *without_prefix(const struct play *play, const json *value)
{
    const char *prefix = play->place.prefix;
    if (prefix == NULL || !text_starts(json_text(value) == NULL ? "" : json_text(value), prefix))
        return value;
    return json_new_text(play->arena, json_text(value) + strlen(prefix));
}

static bool part_scim(const struct expectation *e)
{
    for (const json *row = json_first(e->part); row != NULL; row = json_next(row)) {
        const struct seen_group *group = group_seen(e, json_key(row));
        const struct seen_user *user = group != NULL ? NULL : person_seen(e->play, &e->play->after, json_key(row));
        const json *resource = group != NULL ? group->resource : (user != NULL ? user->resource : NULL);
        for (const json *node = json_first(row); node != NULL; node = json_next(node)) {
            json *matcher;
            struct mismatch mismatch;
            if (!variables_fill_json(e->play, e->play->arena, NULL, node, &matcher, e->err))
                return false;
            const json *value = without_prefix(e->play, path_value(e->play->arena, resource, json_key(node)));
            if (!matcher_match(e->play->arena, matcher, value, &mismatch))
                unmet(e, arena_printf(e->play->arena, "%s of %s in SCIM", json_key(node), json_key(row)), mismatch.expected,
                      resource == NULL ? "no such resource" : mismatch.actual);
        }
    }
    return true;
}

static bool part_same_account(const struct expectation *e)
{
    for (const json *node = json_first(e->part); node != NULL; node = json_next(node)) {
        const struct directory_user *user = directory_user(e->play->directory, json_text(node));
        const char *first = user == NULL ? NULL : e->play->user_memory[user_index(e->play, user)].first_id;
        const struct seen_user *seen = person_seen(e->play, &e->play->after, json_text(node));
        if (first == NULL || seen == NULL || !text_equal(first, seen->id))
            unmet(e, arena_printf(e->play->arena, "%s must still be the account of the beginning", json_text(node)),
                  first == NULL ? "an account" : first, seen == NULL ? "no account" : seen->id);
    }
    return true;
}

/* --- the provider --- */

static bool part_provider(const struct expectation *e)
{
    provider_expect(e->play, e->part, e->rule, e->hint);
    return true;
}

/* --- the table --- */

enum needs { NEEDS_NOTHING, NEEDS_ADMIN, NEEDS_ACCESS, NEEDS_DOOR, NEEDS_SCIM };

static const struct {
    const char *name;
    enum needs needs;
    bool (*check)(const struct expectation *e);
} parts[] = {
    {"access", NEEDS_ACCESS, part_access},
    {"via", NEEDS_ACCESS, part_via},
    {"waiting", NEEDS_ACCESS, part_waiting},
    {"permissions", NEEDS_ACCESS, part_permissions},
    {"org-role", NEEDS_ACCESS, part_org_role},
    {"projects", NEEDS_ACCESS, part_projects},
    {"notifications", NEEDS_ADMIN, part_notifications},
    {"profile", NEEDS_ADMIN, part_profile},
    {"audit", NEEDS_ADMIN, part_audit},
    {"health", NEEDS_ADMIN, part_document},
    {"audit-logs", NEEDS_ADMIN, part_document},
    {"reports", NEEDS_ADMIN, part_document},
    {"sign-in", NEEDS_DOOR, part_sign_in},
    {"session", NEEDS_DOOR, part_session},
    {"api-key", NEEDS_DOOR, part_api_key},
    {"active", NEEDS_SCIM, part_active},
    {"accounts", NEEDS_SCIM, part_accounts},
    {"members", NEEDS_SCIM, part_members},
    {"scim", NEEDS_SCIM, part_scim},
    {"same-account", NEEDS_SCIM, part_same_account},
    {"provider", NEEDS_NOTHING, part_provider},
};

static bool can_see(struct play *play, enum needs needs, const char *part)
{
    if (needs == NEEDS_NOTHING)
        return true;
    bool seen = needs == NEEDS_ADMIN  ? play->place.target->admin_base != NULL
                : needs == NEEDS_SCIM ? play->after.scim
                                      : (needs == NEEDS_ACCESS ? play->after.access != NULL : play->place.app_base != NULL);
    if (!seen)
        unobserved(play, part);
    return seen;
}

bool play_expect(struct play *play, const struct scenario_step *step, struct error *err)
{
    const char *rule = json_get_text(step->expect, "rule", NULL);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const json *part = json_get(step->expect, parts[i].name);
        struct expectation e = {.play = play,
                                .part = part,
                                .rule = rule != NULL ? rule : arena_printf(play->arena, "expect.%s", parts[i].name),
                                .hint = json_get_text(step->expect, "hint", NULL),
                                .err = err};
        if (part != NULL && can_see(play, parts[i].needs, parts[i].name) && !parts[i].check(&e) && !survive(play, err))
            return false;
    }
    return true;
}
