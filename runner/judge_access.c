/* The access invariants that hold at any moment: no way in for the inactive, one account a person, an owner everywhere,
 * access that grants explain. */
#include "common/base.h"

#include "runner/case.h"
#include "runner/late.h"

#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"

#include <string.h>

/* --- probes --- */

bool probe_sign_in(struct play *play, const char *person, bool *allowed, struct error *err)
{
    const json *account = person_access(play, play->after.access, person);
    json *body = json_object(play->arena);
    json_set_text(body, "user", json_get_text(account, "user", person_name(play, person)));
    json_set_text(body, "method", "sso");
    json_set_bool(body, "mfa", true); /* whatever rules ask for: the question is whether the person gets in at all */
    json_set_bool(body, "trustedDevice", true);
    struct reply reply;
    if (!place_app(&play->place, SIDE_OBSERVER, "POST", "/sign-in", NULL, body, &reply, err))
        return false;
    *allowed = reply.status / 100 == 2;
    return true;
}

bool probe_key(struct play *play, const struct kept_key *key, bool *alive, struct error *err)
{
    struct reply reply;
    if (!place_app(&play->place, SIDE_OBSERVER, "GET", "/me", key->secret, NULL, &reply, err))
        return false;
    *alive = reply.status / 100 == 2;
    return true;
}

/* --- no way in --- */

const char *access_text(struct play *play, const json *user)
{
    struct buffer b = buffer_new(1000);
    for (const json *entry = json_first(json_get(user, "access")); entry != NULL; entry = json_next(entry))
        buffer_printf(&b, "%s%s: %s", b.n == 0 ? "" : "; ", json_get_text(entry, "resource", "?"),
                      access_cell(play->arena, entry));
    return b.n == 0 ? "none" : buffer_take(&b, play->arena);
}

static void way_in(struct play *play, const char *person, const char *what, const char *expected, const char *actual)
{
    finding_access(play, "access.inactive-no-way-in", arena_printf(play->arena, "%s is out and %s", person, what), expected,
                   actual);
}

static bool keys_dead(struct play *play, const char *person, struct error *err)
{
    for (size_t i = 0; i < play->key_count; i++) {
        bool alive;
        if (!text_equal(play->keys[i].person, person))
            continue;
        if (!probe_key(play, &play->keys[i], &alive, err))
            return false;
        if (alive && play->keys[i].kind == KEY_SESSION)
            way_in(play, person, "still works in a session from before", "401", "200");
        else if (alive)
            way_in(play, person, "still works with an API key", "401", "200");
    }
    return true;
}

static bool no_way_in(struct play *play, const char *person, struct error *err)
{
    const json *user = person_access(play, play->after.access, person);
    bool allowed;
    if (json_count(json_get(user, "access")) > 0)
        way_in(play, person, "still has access", "none", access_text(play, user));
    if (user != NULL && !text_equal(json_get_text(user, "signIn", "refused"), "refused"))
        way_in(play, person, "may sign in by the access document", "refused", json_get_text(user, "signIn", ""));
    if (!probe_sign_in(play, person, &allowed, err))
        return false;
    if (allowed)
        way_in(play, person, "can still sign in by SSO", "403", "200");
    return keys_dead(play, person, err);
}

/* Whom the provider has told the server to lock out or to forget. Somebody else may have the address by now. */
static bool told_out(const struct play *play, size_t index)
{
    const struct directory_user *user = play->directory->users[index];
    const struct memory *memory = &play->user_memory[index];
    bool scope = directory_in_scope(user);
    if (user->server_id == NULL)
        return memory->gone &&
               !json_get_bool(access_user(play->after.access, NULL, directory_user_name(user)), "breakGlass", false) &&
               !text_equal(json_get_text(access_user(play->after.access, NULL, directory_user_name(user)), "status", ""),
                           "active");
    return !scope && !user->pushed_active && user->last_error == NULL && !late_overtook(play, "/Users", user->server_id);
}

static bool is_inactive(const json *user)
{
    return text_equal(json_get_text(user, "status", "active"), "inactive");
}

bool judge_access(struct play *play, struct error *err)
{
    const json *document = play->after.access;
    if (document == NULL)
        return true;
    for (size_t i = 0; i < play->directory->user_count; i++) {
        const char *key = play->directory->users[i]->key;
        bool out =
            (play->dialect != NULL && !play->disturbed && told_out(play, i)) || is_inactive(person_access(play, document, key));
        if (out && !no_way_in(play, key, err))
            return false;
    }
    for (const json *user = json_first(json_get(document, "users")); user != NULL; user = json_next(user)) {
        const char *key = key_of_account(play, user);
        if (is_inactive(user) && directory_user(play->directory, key) == NULL && !no_way_in(play, key, err))
            return false;
    }
    return true;
}

/* --- the document as a whole --- */

static bool judge_one_account(struct play *play)
{
    bool single = true;
    const json *users = json_get(play->after.access, "users");
    for (const json *a = json_first(users); a != NULL; a = json_next(a))
        for (const json *b = json_next(a); b != NULL; b = json_next(b))
            if (unicode_equal_fold(json_get_text(a, "user", ""), json_get_text(b, "user", ""))) {
                single = false;
                finding_access(
                    play, "access.one-person-one-account",
                    arena_printf(play->arena, "%s has two accounts", json_get_text(a, "user", "")), "one",
                    arena_printf(play->arena, "%s and %s", json_get_text(a, "account", ""), json_get_text(b, "account", "")));
            }
    return single;
}

static bool has_owner(const struct play *play, const char *resource)
{
    for (const json *user = json_first(json_get(play->after.access, "users")); user != NULL; user = json_next(user))
        if (!is_inactive(user) && text_equal(json_get_text(access_entry(user, resource), "role", ""), "owner"))
            return true;
    return false;
}

static void judge_owners(struct play *play)
{
    for (const json *node = json_first(json_get(play->after.access, "resources")); node != NULL; node = json_next(node)) {
        const char *resource = json_get_text(node, "resource", "");
        if (text_equal(json_get_text(node, "kind", ""), "workspace") && !has_owner(play, resource))
            finding_access(play, "access.owner-always",
                           arena_printf(play->arena, "the workspace %s has no active owner", resource), "an owner", "none");
    }
}

static void judge_status(struct play *play, const struct seen_user *seen)
{
    const json *user = access_user(play->after.access, seen->id, NULL);
    if (user == NULL)
        finding_access(play, "access.scim-equals-effective",
                       arena_printf(play->arena, "SCIM shows %s, the product has no such account", seen->user_name), "an account",
                       "none");
    else if (is_inactive(user) == seen->active)
        finding_access(play, "access.scim-equals-effective",
                       arena_printf(play->arena, "SCIM and the product disagree about %s", seen->user_name),
                       seen->active ? "SCIM: active" : "SCIM: inactive",
                       arena_printf(play->arena, "product: %s", json_get_text(user, "status", "")));
}

static bool document_member(const json *group, const char *user_name)
{
    for (const json *node = json_first(json_get(group, "members")); node != NULL; node = json_next(node))
        if (unicode_equal_fold(json_text(node) == NULL ? "" : json_text(node), user_name))
            return true;
    return false;
}

/* Active people only; nested groups are no people. */
static void judge_group_members(struct play *play, const struct seen_group *seen)
{
    const json *group = access_group(play->after.access, seen->id);
    for (const json *user = json_first(json_get(play->after.access, "users")); user != NULL && group != NULL;
         user = json_next(user)) {
        const char *name = json_get_text(user, "user", "");
        bool scim = seen_member(seen, json_get_text(user, "account", NULL)), product = document_member(group, name);
        if (!is_inactive(user) && scim != product)
            finding_access(play, "access.scim-equals-effective",
                           arena_printf(play->arena, "SCIM and the product disagree whether %s is in %s", name, seen->name),
                           scim ? "SCIM: member" : "SCIM: no member", product ? "product: member" : "product: no member");
    }
}

static void judge_scim_view(struct play *play)
{
    for (size_t i = 0; i < play->after.user_count; i++)
        judge_status(play, &play->after.users[i]);
    for (size_t i = 0; i < play->after.group_count; i++)
        judge_group_members(play, &play->after.groups[i]);
}

/* --- access and grants --- */

static int rank(const char *role) /* highest first, as the product's role table */
{
    static const char *const roles[] = {"owner", "maintainer", "editor", "commenter", "collaborator", "participant", "viewer"};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (text_equal(roles[i], role))
            return (int)(ARRAY_LEN(roles) - i);
    return 0;
}

static const json *group_named(const json *document, const char *name)
{
    const json *found = access_group(document, name);
    for (const json *node = json_first(json_get(document, "groups")); node != NULL && found == NULL; node = json_next(node))
        if (text_equal(json_get_text(node, "displayName", ""), name))
            found = node;
    return found;
}

static bool grant_exists(const json *group, const char *resource, const char *role)
{
    for (const json *node = json_first(json_get(group, "grants")); node != NULL; node = json_next(node))
        if (text_equal(json_get_text(node, "resource", ""), resource) && text_equal(json_get_text(node, "role", ""), role))
            return true;
    return false;
}

static bool holds_groups(const struct play *play, const char *id)
{
    const struct seen_group *seen = observed_group(&play->after, id);
    for (const json *node = seen == NULL ? NULL : json_first(seen->members); node != NULL; node = json_next(node))
        if (observed_group(&play->after, json_get_text(node, "value", NULL)) != NULL)
            return true;
    return false;
}

static bool several_named(const json *document, const char *name)
{
    size_t n = 0;
    for (const json *node = json_first(json_get(document, "groups")); node != NULL; node = json_next(node))
        n += text_equal(json_get_text(node, "displayName", ""), name);
    return n > 1;
}

static void judge_route(struct play *play, const json *user, const json *entry, const json *via)
{
    const char *name = json_get_text(via, "group", ""), *resource = json_get_text(entry, "resource", "");
    const json *group = group_named(play->after.access, name);
    if (!text_equal(json_get_text(via, "grant", ""), "group") || several_named(play->after.access, name))
        return;
    bool member =
        document_member(group, json_get_text(user, "user", "")) || holds_groups(play, json_get_text(group, "group", NULL));
    if (group == NULL || !member || !grant_exists(group, resource, json_get_text(via, "role", "")))
        finding_access(play, "access.within-grants",
                       arena_printf(play->arena, "%s has access to %s by a group that does not give it",
                                    json_get_text(user, "user", ""), resource),
                       group == NULL ? "the group exists" : (member ? "a grant of that role" : "the person is a member"),
                       arena_printf(play->arena, "via group %s as %s", name, json_get_text(via, "role", "")));
}

static void judge_entry(struct play *play, const json *user, const json *entry)
{
    const json *via = json_get(entry, "via");
    const char *role = json_get_text(entry, "role", ""), *won = json_get_text(json_first(via), "role", role);
    if (json_first(via) == NULL || !text_equal(role, won))
        finding_access(play, "access.within-grants",
                       arena_printf(play->arena, "nothing gives %s the role on %s", json_get_text(user, "user", ""),
                                    json_get_text(entry, "resource", "")),
                       won, role);
    for (const json *node = json_first(via); node != NULL; node = json_next(node))
        judge_route(play, user, entry, node);
}

static bool grant_counts(const json *resource)
{
    if (text_equal(json_get_text(resource, "kind", ""), "workspace"))
        return json_get_bool(resource, "managed", true);
    return text_equal(json_get_text(resource, "teamAccess", ""), "invite-only");
}

static void judge_grant(struct play *play, const json *group, const json *grant, const json *user)
{
    const char *name = json_get_text(grant, "resource", ""), *role = json_get_text(grant, "role", "");
    const json *resource = access_resource(play->after.access, name), *entry = access_entry(user, name);
    bool workspace = text_equal(json_get_text(resource, "kind", ""), "workspace");
    bool enough = entry != NULL && (!workspace || rank(json_get_text(entry, "role", "")) >= rank(role));
    if (!grant_counts(resource) || enough)
        return;
    finding_access(play, "access.grants-hold",
                   arena_printf(play->arena, "%s is in %s and lacks what is granted to it on %s", json_get_text(user, "user", ""),
                                json_get_text(group, "displayName", ""), name),
                   role, entry == NULL ? "none" : access_cell(play->arena, entry));
}

static void judge_grants(struct play *play, const json *group)
{
    for (const json *user = json_first(json_get(play->after.access, "users")); user != NULL; user = json_next(user)) {
        bool counts =
            !is_inactive(user) && json_get_bool(user, "seat", true) && document_member(group, json_get_text(user, "user", ""));
        for (const json *grant = json_first(json_get(group, "grants")); grant != NULL && counts; grant = json_next(grant))
            if (json_get(grant, "state") == NULL) /* else it waits for something */
                judge_grant(play, group, grant, user);
    }
}

void judge_access_document(struct play *play)
{
    const json *document = play->after.access;
    if (document == NULL)
        return;
    judge_owners(play);
    if (!judge_one_account(play))
        return; /* groups name their members by address, which now means two */
    if (play->after.scim)
        judge_scim_view(play);
    for (const json *user = json_first(json_get(document, "users")); user != NULL; user = json_next(user))
        for (const json *entry = json_first(json_get(user, "access")); entry != NULL && !is_inactive(user);
             entry = json_next(entry))
            judge_entry(play, user, entry);
    for (const json *group = json_first(json_get(document, "groups")); group != NULL; group = json_next(group))
        judge_grants(play, group);
}
