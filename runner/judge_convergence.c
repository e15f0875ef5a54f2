/* Convergence: the SCIM view equals what the provider was asked to bring about, for everybody whose last operation went
 * through. */
#include "common/base.h"

#include "runner/case.h"

#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "runner/intake.h"
#include "runner/late.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/entra_mapping.h"

#include <string.h>

/* The dialect with what the story has set since it began. */
static const struct dialect *client(const struct play *play)
{
    return play->simulator.dialect != NULL ? play->simulator.dialect : play->dialect;
}

static bool in_scope(const struct directory_user *user)
{
    return directory_in_scope(user);
}

static const char *say(struct play *play, const char *key, const char *what)
{
    return arena_printf(play->arena, "%s %s", key, what);
}

/* --- people --- */

static const char *names_text(struct play *play, const char *user_name)
{
    size_t count;
    observed_user_named(&play->after, user_name, &count);
    return arena_printf(play->arena, "%zu accounts with that userName", count);
}

static bool is_address(const struct attribute *attribute)
{
    return text_equal(attribute->key, "userName") || text_equal(attribute->key, "email");
}

/* What Okta's default app profile has no place for, and references, which both providers treat on their own. */
static bool is_pushed(const struct play *play, const struct attribute *attribute)
{
    if (client(play)->mapping != NULL) /* an extension that the server need not know */
        return attribute->home != HOME_MANAGER && attribute->home != HOME_EXTENSION && !text_equal(attribute->key, "active");
    return attribute->profile && attribute->home != HOME_MANAGER &&
           (!dialect_is_okta(play->dialect) || attribute_is_of_okta(attribute)) &&
           !simulator_keeps_back(&play->simulator, attribute->key);
}

/* By the default mappings what the directory says; by those of the administrator's what they made of it, which the provider told the server. */
static const char *wanted_text(const struct play *play, const struct directory_user *user, const struct attribute *attribute)
{
    if (client(play)->mapping != NULL)
        return json_get_text(user->known, attribute->key, NULL);
    return text_equal(attribute->key, "userName") ? directory_user_name(user) : directory_text(user, attribute->key);
}

static void judge_attribute(struct play *play, const struct directory_user *user, const struct seen_user *seen,
                            const struct attribute *attribute)
{
    const char *wanted = wanted_text(play, user, attribute);
    const char *got = attribute_read(seen->resource, attribute);
    if (wanted == NULL || json_get(user->untold, attribute->key) != NULL ||
        (got != NULL && (is_address(attribute) ? unicode_equal_fold(wanted, got) : text_equal(wanted, got))))
        return;
    const char *path = attribute_path(play->arena, attribute);
    finding_add(play,
                (struct finding){.class = FINDING_ACCESS,
                                 .rule = "converge.profile",
                                 /* Another server need not have every attribute of the schema. */
                                 .level = got == NULL && play->place.organization == NULL ? LEVEL_SHOULD : LEVEL_MUST,
                                 .message = arena_printf(play->arena, "%s of %s is not what was pushed", path, user->key),
                                 .expected = wanted,
                                 .actual = got == NULL ? "(absent)" : got,
                                 .exchange = (long)play->after.exchange},
                NULL);
}

static void judge_in_scope(struct play *play, const struct directory_user *user)
{
    size_t count;
    const struct seen_user *seen = observed_user(&play->after, user->server_id);
    observed_user_named(&play->after, directory_user_name(user), &count);
    bool untold = json_get(user->untold, "userName") != NULL || json_get(user->untold, "email") != NULL;
    if (untold && seen != NULL) /* the provider keeps the change to itself, axis update-users */
        return;
    if (seen == NULL || count != 1 || !unicode_equal_fold(seen->user_name, directory_user_name(user)))
        finding_access(
            play, "converge.one-account", say(play, user->key, "must have exactly one account, the one that the provider knows"),
            arena_printf(play->arena, "%s, id %s", directory_user_name(user), user->server_id),
            seen == NULL ? arena_printf(play->arena, "no account with that id, %s", names_text(play, directory_user_name(user)))
                         : arena_printf(play->arena, "%s, %s", seen->user_name, names_text(play, directory_user_name(user))));
    if (seen == NULL)
        return;
    if (!seen->active)
        finding_access(play, "converge.active", say(play, user->key, "was assigned and must be active"), "active true",
                       "active false");
    for (size_t i = 0; i < mapping_count(client(play)) && !play->user_memory[user_index(play, user)].edited; i++) {
        const struct attribute *attribute = mapping_target(client(play), i);
        if (is_pushed(play, attribute) && intake_takes_attribute(play->scenario->organization, attribute))
            judge_attribute(play, user, seen, attribute);
    }
}

static void judge_out_of_scope(struct play *play, const struct directory_user *user)
{
    const struct seen_user *seen = observed_user(&play->after, user->server_id);
    bool may_be_renamed =
        play->place.organization == NULL; /* shared servers are asked by userName, which Entra changes for its recycle bin */
    if (seen == NULL && !may_be_renamed)
        finding_access(play, "converge.active", say(play, user->key, "was deactivated and must stay visible as inactive"),
                       "active false", "no account");
    else if (seen != NULL && seen->active)
        finding_access(play, "converge.active", say(play, user->key, "was deactivated and must be inactive"), "active false",
                       "active true");
}

static void judge_user(struct play *play, size_t index)
{
    const struct directory_user *user = play->directory->users[index];
    struct memory *memory = &play->user_memory[index];
    if (play->deed.event && is_subject(play, user->server_id))
        memory->edited = false;
    if (memory->gone && user->server_id == NULL && observed_user(&play->after, memory->last_id) != NULL)
        finding_access(play, "converge.gone", say(play, user->key, "was deleted and is still there"), "no account",
                       memory->last_id);
    bool overtaken = late_overtook(play, "/Users", user->server_id);
    if (user->server_id == NULL || user->last_error != NULL || user->waiting || overtaken)
        return;
    if (memory->first_id != NULL && !text_equal(memory->first_id, user->server_id))
        finding_access(play, "access.stable-id", say(play, user->key, "has another id than before"), memory->first_id,
                       user->server_id);
    if (in_scope(user) && user->pushed_active)
        judge_in_scope(play, user);
    else if (!in_scope(user) && !user->pushed_active)
        judge_out_of_scope(play, user);
}

/* --- groups --- */

static const struct directory_user *pushed_member(const struct directory_group *group, const char *id)
{
    for (size_t i = 0; i < group->pushed_member_count; i++)
        if (text_equal(group->pushed_members[i]->server_id, id))
            return group->pushed_members[i];
    return NULL;
}

static const char *wanted_members(struct play *play, const struct directory_group *group)
{
    struct buffer b = buffer_new(1000);
    for (size_t i = 0; i < group->pushed_member_count; i++)
        if (in_scope(group->pushed_members[i]))
            buffer_printf(&b, "%s%s", b.n == 0 ? "" : ", ", group->pushed_members[i]->key);
    for (size_t i = 0; i < group->pushed_inner_count; i++)
        buffer_printf(&b, "%s" GROUP_MARK "%s", b.n == 0 ? "" : ", ", group->pushed_inner[i]->key);
    return b.n == 0 ? "nobody" : buffer_take(&b, play->arena);
}

static const char *seen_members(struct play *play, const struct seen_group *seen)
{
    struct buffer b = buffer_new(1000);
    for (const json *node = json_first(seen->members); node != NULL; node = json_next(node))
        buffer_printf(&b, "%s%s", b.n == 0 ? "" : ", ", member_word(play, json_get_text(node, "value", "?")));
    return b.n == 0 ? "nobody" : buffer_take(&b, play->arena);
}

static bool is_pushed_inner(const struct directory_group *group, const char *id)
{
    for (size_t i = 0; i < group->pushed_inner_count; i++)
        if (text_equal(group->pushed_inner[i]->server_id, id))
            return true;
    return false;
}

static bool may_be_listed(const struct play *play, const struct directory_group *group, const struct memory *memory,
                          const char *id)
{
    const struct seen_user *seen = observed_user(&play->after, id);
    bool inactive = seen != NULL && !seen->active; /* of somebody inactive it makes no difference */
    return pushed_member(group, id) != NULL || is_pushed_inner(group, id) || inactive ||
           (memory->inherited != NULL && seen_member(memory->inherited, id));
}

static void judge_members(struct play *play, const struct directory_group *group, const struct memory *memory,
                          const struct seen_group *seen)
{
    const char *fault = NULL;
    for (size_t i = 0; i < group->pushed_member_count && fault == NULL; i++) {
        const struct directory_user *user = group->pushed_members[i];
        if (in_scope(user) && user->server_id != NULL && user->pushed_active && !seen_member(seen, user->server_id))
            fault = arena_printf(play->arena, "%s must be a member of %s and is not", user->key, group->key);
    }
    for (size_t i = 0; i < group->pushed_inner_count && fault == NULL; i++)
        if (!seen_member(seen, group->pushed_inner[i]->server_id))
            fault = arena_printf(play->arena, "the group %s must be a member of %s and is not", group->pushed_inner[i]->key,
                                 group->key);
    for (const json *node = json_first(seen->members); node != NULL && fault == NULL; node = json_next(node)) {
        const char *id = json_get_text(node, "value", "");
        if (!may_be_listed(play, group, memory, id))
            fault = arena_printf(play->arena, "%s is a member of %s and must not be", member_word(play, id), group->key);
    }
    if (fault != NULL)
        finding_access(play, "converge.members", fault, wanted_members(play, group), seen_members(play, seen));
}

static void judge_group(struct play *play, size_t index)
{
    const struct directory_group *group = play->directory->groups[index];
    const struct memory *memory = &play->group_memory[index];
    const struct seen_group *seen = observed_group(&play->after, group->server_id);
    if (memory->gone && observed_group(&play->after, memory->last_id) != NULL)
        finding_access(play, "converge.group", say(play, group->key, "was deleted and is still there"), "no such group",
                       group->name);
    bool overtaken = late_overtook(play, "/Groups", group->server_id);
    if (group->server_id == NULL || group->last_error != NULL || group->waiting || group->deleted || overtaken)
        return;
    if (seen == NULL) {
        finding_access(play, "converge.group", say(play, group->key, "was pushed and is not there"), group->name,
                       "no such group");
        return;
    }
    if (!text_equal(seen->name, directory_app_name(group)))
        finding_access(play, "converge.group", say(play, group->key, "has another name than the provider gave it"),
                       directory_app_name(group), seen->name);
    if (intake_takes_members(play->scenario->organization))
        judge_members(play, group, memory, seen);
}

/* --- reads of the provider --- */

static void judge_read_group(struct play *play, const json *resource, const struct seen_group *listed, size_t exchange)
{
    const json *members = json_get_nocase(resource, "members");
    bool same = json_count(members) == json_count(listed->members);
    for (const json *node = json_first(members); node != NULL && same; node = json_next(node))
        same = seen_member(listed, json_get_text(node, "value", NULL));
    if (same)
        return;
    const struct seen_group read = {.members = members};
    finding_add(play,
                (struct finding){.class = FINDING_ACCESS,
                                 .rule = "converge.members",
                                 .level = LEVEL_MUST,
                                 .message = arena_printf(
                                     play->arena, "the read of %s shows other members than the list of groups", listed->name),
                                 .expected = seen_members(play, listed),
                                 .actual = seen_members(play, &read),
                                 .exchange = (long)exchange},
                NULL);
}

static const char *read_id(const struct sent *sent, const char *endpoint)
{
    const char *target = sent->request->target;
    size_t n = strlen(endpoint);
    bool read = sent->side == SIDE_IDP && sent->response.status == 200 && strncmp(target, endpoint, n) == 0;
    return read && strpbrk(target + n, "/?%") == NULL ? target + n : NULL;
}

/* Until the first write of a step, one resource read by its URL is what the lists showed after the step before. */
void judge_reads(struct play *play)
{
    for (size_t i = play->deed.start; i < play->place.count; i++) {
        struct sent *sent = &play->place.sent[i];
        if (!text_equal(sent->request->method, "GET"))
            return;
        const char *user = read_id(sent, "/Users/"), *group = read_id(sent, "/Groups/");
        const struct seen_user *listed_user = observed_user(&play->before, user);
        const struct seen_group *listed_group = observed_group(&play->before, group);
        const json *body = sent_body(play->arena, sent);
        if (listed_group != NULL)
            judge_read_group(play, body, listed_group, i);
        if (listed_user != NULL && json_is(json_get(body, "active"), JSON_BOOL) &&
            json_true(json_get(body, "active")) != listed_user->active)
            finding_access(
                play, "converge.active",
                arena_printf(play->arena, "the read of %s and the list of users disagree about active", listed_user->user_name),
                listed_user->active ? "active true" : "active false", listed_user->active ? "active false" : "active true");
    }
}

void judge_convergence(struct play *play)
{
    if (!play->after.scim || play->disturbed || play->dialect == NULL)
        return;
    for (size_t i = 0; i < play->directory->user_count; i++)
        judge_user(play, i);
    for (size_t i = 0; i < play->directory->group_count; i++)
        judge_group(play, i);
}
