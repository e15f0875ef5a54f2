#include "common/base.h"

#include "runner/push_words.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "simulator/attribute.h"

#include <ctype.h>
#include <string.h>

/* What the consoles call it. Okta: Assign to People, Deactivate, Retry selected, Test Connector Configuration; Entra: Block
 * sign-in, Provision on demand, Start and Restart provisioning, Delete permanently. An event of that name comes first. */
static const struct {
    const char *word, *event;
} synonyms[] = {{"hire", "assign"},
                {"create", "assign"},
                {"provision", "assign"},
                {"provision-on-demand", "assign"},
                {"remove-assignment", "unassign"},
                {"block", "deactivate"},
                {"block-sign-in", "deactivate"},
                {"disable", "deactivate"},
                {"fire", "deactivate"},
                {"activate", "reactivate"},
                {"enable", "reactivate"},
                {"delete-permanently", "delete"},
                {"profile", "update"},
                {"test", "test-connection"},
                {"test-api-credentials", "test-connection"},
                {"test-connector-configuration", "test-connection"},
                {"unlink-and-delete", "delete-group"},
                {"start-provisioning", "sync"},
                {"cycle", "sync"},
                {"retry", "restart"},
                {"retry-selected", "restart"},
                {"restart-provisioning", "restart"}};

const char *push_synonym(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(synonyms); i++)
        if (text_equal(synonyms[i].word, word))
            return synonyms[i].event;
    return NULL;
}

struct reading {
    struct arena *arena;
    json *known, *call, *events;
    const char *const *words; /* of one event, its own word first */
    size_t count;
    enum event_kind kind;
    struct error *err;
};

static bool wrong(const struct reading *r, const char *remedy, const char *message)
{
    return error_set(r->err, ERROR_USAGE, r->words[0], remedy, "%s", message);
}

/* --- people and groups --- */

static json *part(json *document, const char *name)
{
    json *found = json_edit(document, name);
    return found != NULL ? found : json_set_object(document, name);
}

static bool is_called(const json *node, const char *word)
{
    static const char *const names[] = {"email", "userName", "name"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (json_get_text(node, names[i], NULL) != NULL && unicode_equal_fold(json_get_text(node, names[i], ""), word))
            return true;
    return false;
}

static const char *find_key(const json *list, const char *word)
{
    if (json_get(list, word) != NULL)
        return json_key(json_get(list, word));
    for (const json *node = json_first(list); node != NULL; node = json_next(node))
        if (is_called(node, word))
            return json_key(node);
    return NULL;
}

static void add(struct reading *r, const char *list, const char *key, const json *spec)
{
    json_set_copy(part(r->call, list), key, spec);
    json_set_copy(part(r->known, list), key, spec);
    json *made_up = json_edit(r->call, "madeUp");
    json_push_text(made_up != NULL ? made_up : json_set_array(r->call, "madeUp"), key);
}

static const char *capital(struct arena *arena, const char *p, size_t n)
{
    char *word = arena_strndup(arena, p, n);
    if (n > 0)
        word[0] = (char)toupper((unsigned char)word[0]);
    return word;
}

/* "ada.byron@acme.test" is Ada Byron, "ada@acme.test" Ada Acme: both names are there, since servers ask for them. */
static void name_person(struct arena *arena, json *spec, const char *address)
{
    size_t local = strcspn(address, "@"), given = strcspn(address, "._-+@");
    const char *domain = address[local] == '@' ? address + local + 1 : address;
    json_set_text(spec, "givenName", capital(arena, address, given == 0 ? local : given));
    if (given > 0 && given + 1 < local)
        json_set_text(spec, "familyName", capital(arena, address + given + 1, local - given - 1));
    else
        json_set_text(spec, "familyName", capital(arena, domain, strcspn(domain, ".")));
}

static bool person(struct reading *r, const char *word, const char **key, bool *new)
{
    *key = find_key(json_get(r->known, "users"), word);
    *new = *key == NULL;
    if (!*new)
        return true;
    if (strchr(word, '@') == NULL)
        return wrong(r, "write an address (ada@acme.test), or name a --directory that has the person",
                     arena_printf(r->arena, "there is no person \"%.80s\"", word));
    json *spec = json_object(r->arena);
    name_person(r->arena, spec, word);
    json_set_text(spec, "email", word);
    *key = arena_strdup(r->arena, word);
    add(r, "users", *key, spec);
    return true;
}

static const char *group(struct reading *r, const char *word, const json *members)
{
    const char *key = find_key(json_get(r->known, "groups"), word);
    if (key != NULL)
        return key;
    json *spec = json_object(r->arena);
    json_set_text(spec, "name", word);
    if (members != NULL)
        json_set_copy(spec, "members", members);
    add(r, "groups", word, spec);
    return arena_strdup(r->arena, word);
}

/* --- attributes --- */

/* The place of the = in ATTRIBUTE=VALUE; NULL: it is something else. An address may hold one behind its @ only. */
static const char *equals_of(const char *word)
{
    const char *equals = strchr(word, '=');
    return equals != NULL && equals != word && memchr(word, '@', (size_t)(equals - word)) == NULL ? equals : NULL;
}

static void set(const struct reading *r, json *object, const char *word, bool clear)
{
    size_t n = strcspn(word, "=");
    const char *key = arena_strndup(r->arena, word, n), *value = word[n] == '=' ? word + n + 1 : "";
    if (value[0] == '\0' && clear)
        json_set_null(object, key);
    else
        json_set_text(object, key, value[0] == '\0' ? NULL : value);
}

/* --- the forms --- */

static json *new_event(const struct reading *r, const char *subject)
{
    json *event = json_push_object(r->events);
    json_set_text(event, "event", event_word(r->kind));
    json_set_text(event, "subject", subject);
    return event;
}

static bool read_nothing(struct reading *r)
{
    if (r->count > 1)
        return wrong(r, "write nothing behind it", "this event is about nobody in particular");
    new_event(r, NULL);
    return true;
}

static bool read_people(struct reading *r)
{
    const char *key = NULL;
    bool new = false;
    if (r->count < 2)
        return wrong(r, "name a person: ada@acme.test", "whom?");
    for (size_t i = 1; i < r->count; i++) {
        if (equals_of(r->words[i]) == NULL) {
            if (!person(r, r->words[i], &key, &new))
                return false;
            new_event(r, key);
        } else if (!new) {
            return wrong(r, "push `update` first, with `then` between the two",
                         arena_printf(r->arena, "\"%.80s\" is about nobody who is new", r->words[i]));
        } else {
            set(r, json_edit(part(r->call, "users"), key), r->words[i], false);
            set(r, json_edit(part(r->known, "users"), key), r->words[i], false);
        }
    }
    return true;
}

/* Whose address changes is found by the new one from now on. */
static void follow(struct reading *r, const char *list, const char *key, const json *changes)
{
    json *spec = json_edit(part(r->known, list), key);
    for (const json *change = json_first(changes); change != NULL; change = json_next(change))
        json_set_text(spec, json_key(change), json_text(change));
}

static bool read_changes(struct reading *r)
{
    const char *key = NULL;
    bool new;
    if (r->count < 3)
        return wrong(r, "write update ada@acme.test title=CTO department=", "name a person and what changes");
    if (!person(r, r->words[1], &key, &new))
        return false;
    json *changes = json_set_object(new_event(r, key), "changes");
    for (size_t i = 2; i < r->count; i++) {
        if (equals_of(r->words[i]) == NULL)
            return wrong(r, "write ATTRIBUTE=VALUE", arena_printf(r->arena, "\"%.80s\" is no change", r->words[i]));
        set(r, changes, r->words[i], true);
    }
    follow(r, "users", key, changes);
    return true;
}

static bool read_member_keys(struct reading *r, json *members)
{
    const char *key = NULL;
    bool new;
    for (size_t i = 2; i < r->count; i++) {
        if (!person(r, r->words[i], &key, &new))
            return false;
        json_push_text(members, key);
    }
    return true;
}

static bool read_members(struct reading *r)
{
    json *members = json_array(r->arena);
    if (r->count < (r->kind == EVENT_PUSH_GROUP ? 2 : 3))
        return wrong(r, "name a group, then people: Engineering ada@acme.test", "who in which group?");
    if (!read_member_keys(r, members))
        return false;
    const char *key = group(r, r->words[1], r->kind == EVENT_PUSH_GROUP ? members : NULL);
    json *event = new_event(r, key);
    if (json_count(members) > 0)
        json_set_copy(event, "members", members);
    return true;
}

/* "Engineering remove ada@acme.test add bob@acme.test cyd@acme.test" */
static bool read_comings(struct reading *r)
{
    json *members = json_array(r->arena);
    const char *key = NULL, *sign = NULL;
    bool new;
    for (size_t i = 2; i < r->count; i++) {
        if (text_equal(r->words[i], "add") || text_equal(r->words[i], "remove"))
            sign = text_equal(r->words[i], "add") ? "+" : "-";
        else if (sign == NULL)
            return wrong(r, "write Engineering remove ada@acme.test add bob@acme.test", "who leaves, who comes?");
        else if (!person(r, r->words[i], &key, &new))
            return false;
        else
            json_push_text(members, arena_printf(r->arena, "%s%s", sign, key));
    }
    if (json_count(members) == 0)
        return wrong(r, "write Engineering remove ada@acme.test add bob@acme.test", "who leaves which group, who comes?");
    json_set_copy(new_event(r, group(r, r->words[1], NULL)), "members", members);
    return true;
}

static bool read_groups(struct reading *r)
{
    if (r->kind == EVENT_PUSH_GROUP)
        return read_members(r);
    if (r->count < 2)
        return wrong(r, "name a group: Engineering", "which group?");
    for (size_t i = 1; i < r->count; i++)
        new_event(r, group(r, r->words[i], NULL));
    return true;
}

static bool read_name(struct reading *r)
{
    if (r->count != 3)
        return wrong(r, "quote names of several words: Engineering \"Engineering EMEA\"", "name a group and its new name");
    const char *key = group(r, r->words[1], NULL);
    json_set_text(new_event(r, key), "name", r->words[2]);
    json *changes = json_object(r->arena);
    json_set_text(changes, "name", r->words[2]);
    follow(r, "groups", key, changes);
    return true;
}

/* "true" and "5" are what they are in JSON, anything else is text. */
static void set_value(const struct reading *r, json *object, const char *word)
{
    size_t n = strcspn(word, "=");
    const char *key = arena_strndup(r->arena, word, n), *text = word + n + 1;
    const json *value = json_parse(r->arena, (struct bytes){text, strlen(text)}, key, NULL);
    if (value == NULL || json_is(value, JSON_STRING))
        json_set_text(object, key, text);
    else
        json_set_copy(object, key, value);
}

/* A text, settings and a job are about nobody, also when somebody or a group is called so. */
static bool has_subject(enum event_kind kind)
{
    return strchr("tcj", event_operands(kind)) == NULL;
}

static bool read_subject(struct reading *r, const char **key)
{
    const char *word = r->count > 1 ? r->words[1] : "";
    bool new;
    *key = NULL;
    if (!has_subject(r->kind))
        return true;
    *key = find_key(json_get(r->known, "users"), word);
    *key = *key != NULL ? *key : find_key(json_get(r->known, "groups"), word);
    if (*key != NULL || equals_of(word) != NULL || strchr(word, '@') == NULL)
        return true;
    return person(r, word, key, &new);
}

/* Events of operands that have no form of their own: perhaps a subject, then settings and words. */
static bool read_other(struct reading *r)
{
    const char *key;
    if (!read_subject(r, &key))
        return false;
    json *event = new_event(r, key), *changes = json_object(r->arena), *words = json_array(r->arena);
    for (size_t i = key != NULL ? 2 : 1; i < r->count; i++) {
        const char *word = r->words[i];
        if (word[0] == '{')
            changes = json_parse(r->arena, (struct bytes){word, strlen(word)}, word, r->err);
        else if (equals_of(word) != NULL)
            set_value(r, changes, word);
        else
            json_push_text(words, word);
        if (changes == NULL)
            return wrong(r, "quote the whole object: '{\"roles\": [...]}'", "this is no JSON");
    }
    if (json_count(changes) > 0)
        json_set_copy(event, "changes", changes);
    if (json_count(words) > 0) {
        json_set_text(event, "name", json_text(json_first(words)));
        json_set_copy(event, "members", words);
    }
    return true;
}

/* The password itself comes another way (push_secret.h). */
static bool read_secret(struct reading *r)
{
    const char *key = NULL;
    bool new;
    if (r->count > 2)
        return wrong(r, "name nothing but a person; the password comes from $SCIMULATOR_PASSWORD or standard input",
                     "secrets don't belong on a command line");
    if (r->count < 2)
        return wrong(r, "name a person: ada@acme.test", "whose?");
    if (!person(r, r->words[1], &key, &new))
        return false;
    new_event(r, key);
    return true;
}

static const struct {
    char operands; /* of EVENTS */
    bool (*read)(struct reading *r);
} forms[] = {{'-', read_nothing}, {'u', read_people}, {'p', read_changes}, {'g', read_groups},
             {'m', read_members}, {'n', read_name},   {'d', read_comings}, {PUSH_SECRET, read_secret}};

static bool unknown(const struct reading *r)
{
    const char *words[EVENT_COUNT + ARRAY_LEN(synonyms)];
    size_t n = 0;
    for (int i = 0; i < EVENT_COUNT; i++)
        words[n++] = event_word((enum event_kind)i);
    for (size_t i = 0; i < ARRAY_LEN(synonyms); i++)
        words[n++] = synonyms[i].word;
    const char *near = text_nearest(r->words[0], words, n);
    return wrong(r,
                 near != NULL ? arena_printf(r->arena, "did you mean %s?", near)
                              : "hire, update, push-group, add-members, deactivate, ...: `scimulator push --help`",
                 "there is no such event");
}

static bool read_event(struct reading *r)
{
    const char *word = push_synonym(r->words[0]);
    if (!event_find(r->words[0], &r->kind) && (word == NULL || !event_find(word, &r->kind)))
        return unknown(r);
    if (json_count(r->events) >= PUSH_MAX_EVENTS)
        return wrong(r, "push the rest by another call", "too many events at once");
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (forms[i].operands == event_operands(r->kind))
            return forms[i].read(r);
    return read_other(r);
}

bool push_words_other(struct arena *arena, enum event_kind kind, const char *const *words, size_t count, json *known, json **call,
                      struct error *err)
{
    struct reading r = {
        .arena = arena, .known = known, .call = json_object(arena), .words = words, .count = count, .kind = kind, .err = err};
    r.events = json_set_array(r.call, "events");
    *call = r.call;
    return read_other(&r);
}

bool push_words_read(struct arena *arena, const char *const *words, size_t count, json *known, json **call, struct error *err)
{
    struct reading r = {.arena = arena, .known = known, .call = json_object(arena), .err = err};
    r.events = json_set_array(r.call, "events");
    if (count == 0)
        return error_set(err, ERROR_USAGE, "push", "hire, update, push-group, deactivate, ...: `scimulator push --help`",
                         "which event?");
    for (size_t at = 0, end; at <= count; at = end + 1) {
        for (end = at; end < count && !text_equal(words[end], "then"); end++)
            ;
        if (end == at)
            return error_set(err, ERROR_USAGE, "then", "write EVENT ... then EVENT ...", "an event is missing beside it");
        r.words = words + at;
        r.count = end - at;
        if (!read_event(&r))
            return false;
    }
    *call = r.call;
    return true;
}

/* --- events of a call --- */

bool push_event_read(struct arena *arena, const json *node, struct event *out)
{
    *out = (struct event){.subject = json_get_text(node, "subject", NULL),
                          .changes = json_get(node, "changes"),
                          .name = json_get_text(node, "name", NULL)};
    const json *members = json_get(node, "members");
    const char **keys = arena_array(arena, json_count(members) + 1, sizeof(char *));
    for (const json *member = json_first(members); member != NULL; member = json_next(member))
        keys[out->member_count++] = json_text(member) == NULL ? "" : json_text(member);
    out->members = keys;
    return event_find(json_get_text(node, "event", ""), &out->kind);
}

const char *push_event_title(struct arena *arena, const json *node)
{
    struct buffer b = buffer_new(4 * KIB);
    buffer_add(&b, json_get_text(node, "event", "?"));
    if (json_get(node, "subject") != NULL)
        buffer_printf(&b, " %s", json_get_text(node, "subject", "?"));
    const char *between = ": ";
    for (const json *member = json_first(json_get(node, "members")); member != NULL; member = json_next(member), between = ", ")
        buffer_printf(&b, "%s%s", between, json_text(member));
    for (const json *change = json_first(json_get(node, "changes")); change != NULL; change = json_next(change))
        buffer_printf(&b, " %s=%s", json_key(change), json_text(change) == NULL ? "" : json_text(change));
    if (json_get(node, "name") != NULL)
        buffer_printf(&b, " \"%s\"", json_get_text(node, "name", ""));
    return buffer_take(&b, arena);
}
