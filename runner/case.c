/* People, keys and subjects of a case. */
#include "common/base.h"

#include "runner/case.h"

#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "common/unicode.h"
#include "simulator/directory_nested.h"

#include <string.h>

const char *person_name(const struct play *play, const char *person)
{
    const struct directory_user *user = directory_user(play->directory, person);
    return user == NULL ? person : directory_user_name(user);
}

const char *person_id(const struct play *play, const char *person)
{
    const struct directory_user *user = directory_user(play->directory, person);
    return user == NULL ? NULL : user->server_id;
}

const struct seen_user *person_seen(const struct play *play, const struct observation *o, const char *person)
{
    const struct seen_user *seen = observed_user(o, person_id(play, person));
    return seen != NULL ? seen : observed_user_named(o, person_name(play, person), NULL);
}

const json *person_access(const struct play *play, const json *document, const char *person)
{
    const char *id = person_id(play, person);
    const json *user = id == NULL ? NULL : access_user(document, id, NULL);
    return user != NULL ? user : access_user(document, NULL, person_name(play, person));
}

const char *member_named(const struct play *play, const char *word)
{
    size_t mark = strlen(GROUP_MARK);
    const struct directory_group *group = text_starts(word, GROUP_MARK) ? directory_group(play->directory, word + mark) : NULL;
    const struct seen_user *seen = group == NULL ? person_seen(play, &play->after, word) : NULL;
    return group != NULL ? group->server_id : seen != NULL ? seen->id : NULL;
}

const char *member_word(const struct play *play, const char *id)
{
    const struct seen_user *seen = observed_user(&play->after, id);
    for (size_t i = 0; i < play->directory->user_count; i++)
        if (text_equal(play->directory->users[i]->server_id, id))
            return play->directory->users[i]->key;
    for (size_t i = 0; i < play->directory->group_count; i++)
        if (text_equal(play->directory->groups[i]->server_id, id))
            return arena_printf(play->arena, GROUP_MARK "%s", play->directory->groups[i]->key);
    return seen != NULL ? seen->user_name : id;
}

size_t user_index(const struct play *play, const struct directory_user *user)
{
    size_t i = 0;
    while (i < play->directory->user_count && play->directory->users[i] != user)
        i++;
    return i;
}

const char *key_of_account(const struct play *play, const json *user)
{
    const char *account = json_get_text(user, "account", NULL), *name = json_get_text(user, "user", "");
    for (size_t i = 0; i < play->directory->user_count; i++)
        if (account != NULL && text_equal(play->directory->users[i]->server_id, account))
            return play->directory->users[i]->key;
    for (size_t i = 0; i < play->directory->user_count; i++)
        if (unicode_equal_fold(directory_user_name(play->directory->users[i]), name))
            return play->directory->users[i]->key;
    return name;
}

void keep_key(struct play *play, enum key_kind kind, const char *person, const char *secret)
{
    if (secret == NULL)
        return;
    redactor_add(play->place.redactor, secret);
    play->keys = arena_grow(play->arena, play->keys, play->key_count, play->key_count + 1, sizeof *play->keys);
    play->keys[play->key_count++] = (struct kept_key){kind, person, secret};
}

/* --- subjects --- */

bool is_subject(const struct play *play, const char *name)
{
    for (size_t i = 0; name != NULL && i < play->deed.subject_count; i++)
        if (unicode_equal_fold(play->deed.subjects[i], name))
            return true;
    return false;
}

void deed_subject(struct play *play, const char *name)
{
    struct deed *deed = &play->deed;
    if (name == NULL || is_subject(play, name))
        return;
    deed->subjects = arena_grow(play->arena, deed->subjects, deed->subject_count, deed->subject_count + 1, sizeof(char *));
    deed->subjects[deed->subject_count++] = name;
}

/* Called before and after the event: ids and names may change. Also the account of that name that is not linked yet. */
void deed_user(struct play *play, const struct directory_user *user)
{
    deed_subject(play, user->server_id);
    deed_subject(play, directory_user_name(user));
    const struct seen_user *seen = observed_user(&play->after, user->server_id);
    if (seen == NULL)
        seen = observed_user_named(&play->after, directory_user_name(user), NULL);
    if (seen == NULL)
        return;
    deed_subject(play, seen->id);
    deed_subject(play, seen->user_name);
}

void deed_person(struct play *play, const char *person)
{
    const struct directory_user *user = directory_user(play->directory, person);
    if (user != NULL)
        deed_user(play, user);
    else
        deed_subject(play, person);
    const json *account = person_access(play, play->after.access, person);
    deed_subject(play, json_get_text(account, "account", NULL));
    deed_subject(play, json_get_text(account, "user", NULL));
}

static void deed_seen_members(struct play *play, const char *id)
{
    const struct seen_group *seen = observed_group(&play->after, id);
    for (const json *node = seen == NULL ? NULL : json_first(seen->members); node != NULL; node = json_next(node)) {
        const char *member = json_get_text(node, "value", NULL);
        const struct seen_user *user = observed_user(&play->after, member);
        deed_subject(play, member);
        deed_subject(play, user == NULL ? NULL : user->user_name);
    }
}

static void deed_members(struct play *play, const struct directory_group *group)
{
    deed_seen_members(play, group->server_id);
    for (size_t i = 0; i < group->member_count; i++)
        deed_user(play, group->members[i]);
    for (size_t i = 0; i < group->pushed_member_count; i++)
        deed_user(play, group->pushed_members[i]);
}

void deed_group(struct play *play, const struct directory_group *group, bool members)
{
    const struct directory_group *const *inside;
    deed_subject(play, group->server_id);
    deed_subject(play, group->name);
    for (size_t i = 0; i < play->after.group_count && group->server_id == NULL; i++)
        if (unicode_equal_fold(play->after.groups[i].name, group->name)) { /* may be linked */
            deed_subject(play, play->after.groups[i].id);
            if (members)
                deed_seen_members(play, play->after.groups[i].id);
        }
    for (size_t i = members ? directory_inside(play->directory, group, &inside) : 0; i-- > 0;)
        deed_members(play, inside[i]);
}
