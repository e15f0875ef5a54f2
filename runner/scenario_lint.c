#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/requirement.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void complain(struct lint *lint, const json *at, const char *remedy, const char *format, ...)
{
    struct complaints *list = lint->complaints;
    if (list->count == SCENARIO_MAX_COMPLAINTS) {
        list->more = true;
        return;
    }
    char message[sizeof list->items[0].message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    error_set(&list->items[list->count++], ERROR_INVALID, json_where(lint->arena, lint->document, at), remedy, "%s", message);
}

void names_add(struct lint *lint, struct names *names, const char *name)
{
    if (name == NULL || names_have(names, name))
        return;
    if (names->count % 16 == 0)
        names->items = arena_grow(lint->arena, names->items, names->count, names->count + 16, sizeof(char *));
    names->items[names->count++] = name;
}

bool names_have(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (text_equal(names->items[i], name))
            return true;
    return false;
}

static const char *did_you_mean(struct lint *lint, const char *word, const char *const *choices, size_t count)
{
    const char *nearest = text_nearest(word, choices, count);
    if (nearest != NULL)
        return arena_printf(lint->arena, "did you mean \"%s\"?", nearest);
    if (count == 0)
        return "there is none";
    struct buffer b = buffer_new(200);
    for (size_t i = 0; i < count && !b.full; i++)
        buffer_printf(&b, "%s%s", i == 0 ? "one of: " : ", ", choices[i]);
    return buffer_take(&b, lint->arena);
}

static const char *types_text(struct lint *lint, unsigned types)
{
    struct buffer b = buffer_new(200);
    for (unsigned t = JSON_NULL; t <= JSON_OBJECT; t++)
        if (types & (1u << t))
            buffer_printf(&b, "%s%s", b.n == 0 ? "" : " or ", json_type_name((enum json_type)t));
    return buffer_take(&b, lint->arena);
}

bool lint_type(struct lint *lint, const json *value, unsigned types, const char *what)
{
    if (types & (1u << json_type(value)))
        return true;
    complain(lint, value, arena_printf(lint->arena, "write: %s", types_text(lint, types)), "%s can't be of type %s", what,
             json_type_name(json_type(value)));
    return false;
}

static const struct member *find_member(const struct member *members, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(members[i].name, name))
            return &members[i];
    return NULL;
}

static void unknown_member(struct lint *lint, const json *node, const struct member *members, size_t count, const char *what)
{
    const char **known = arena_array(lint->arena, count, sizeof(char *));
    for (size_t i = 0; i < count; i++)
        known[i] = members[i].name;
    complain(lint, node, did_you_mean(lint, json_key(node), known, count), "%s has no member \"%s\"", what, json_key(node));
}

void lint_object(struct lint *lint, const json *object, const struct member *members, size_t count, const char *what)
{
    if (!lint_type(lint, object, IS_OBJECT, what))
        return;
    for (const json *node = json_first(object); node != NULL; node = json_next(node)) {
        const struct member *member = find_member(members, count, json_key(node));
        if (member == NULL)
            unknown_member(lint, node, members, count, what);
        else if (lint_type(lint, node, member->types, arena_printf(lint->arena, "\"%s\"", member->name)) && member->check != NULL)
            member->check(lint, node);
    }
    for (size_t i = 0; i < count; i++)
        if (members[i].required && json_get(object, members[i].name) == NULL)
            complain(lint, object, "add it", "%s lacks the member \"%s\"", what, members[i].name);
}

void lint_each(struct lint *lint, const json *array, unsigned types, lint_check *check, const char *what)
{
    if (json_count(array) == 0)
        complain(lint, array, "name at least one", "%s is an empty list", what);
    for (const json *node = json_first(array); node != NULL; node = json_next(node))
        if (lint_type(lint, node, types, arena_printf(lint->arena, "an element of %s", what)) && check != NULL)
            check(lint, node);
}

void lint_choice(struct lint *lint, const json *value, const char *text, const char *const *choices, size_t count,
                 const char *kind)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(text, choices[i]))
            return;
    complain(lint, value, did_you_mean(lint, text, choices, count), "unknown %s \"%s\"", kind, text);
}

/* --- single values --- */

static bool known(struct lint *lint, const json *at, const char *name, const struct names *names, const char *kind)
{
    if (names_have(names, name))
        return true;
    complain(lint, at, did_you_mean(lint, name, names->items, names->count), "unknown %s \"%s\"", kind, name);
    return false;
}

bool known_key(struct lint *lint, const json *member, const struct names *names, const char *kind)
{
    return known(lint, member, json_key(member), names, kind);
}

void check_user(struct lint *lint, const json *value)
{
    known(lint, value, json_text(value), &lint->users, "user");
}

void check_group(struct lint *lint, const json *value)
{
    known(lint, value, json_text(value), &lint->groups, "group");
}

void check_person(struct lint *lint, const json *value)
{
    known(lint, value, json_text(value), &lint->people, "person");
}

void check_workspace(struct lint *lint, const json *value)
{
    known(lint, value, json_text(value), &lint->workspaces, "workspace");
}

void check_folder(struct lint *lint, const json *value)
{
    known(lint, value, json_text(value), &lint->folders, "folder");
}

static const char *const role_words[] = {"owner",  "maintainer", "editor", "commenter", "collaborator", "participant",
                                         "viewer", "edit",       "check",  "view",      "checker"};

bool role_known(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(role_words); i++)
        if (text_equal_nocase(role_words[i], word))
            return true;
    return false;
}

void check_role(struct lint *lint, const json *value)
{
    if (!role_known(json_text(value)))
        lint_choice(lint, value, json_text(value), role_words, ARRAY_LEN(role_words), "role");
}

void check_team_access(struct lint *lint, const json *value)
{
    static const char *const words[] = {"workspace", "invite-only"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "team access");
}

void check_plan(struct lint *lint, const json *value)
{
    static const char *const words[] = {"free",   "v3.pro",  "v3.enterprise", "v6.pro",  "v6.enterprise",
                                        "v7.pro", "v7.team", "v8.pro",        "v8.team", "v8.enterprise"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "plan");
}

void check_org_role(struct lint *lint, const json *value)
{
    static const char *const words[] = {"admin", "manager", "user"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "organization role");
}

void check_name(struct lint *lint, const json *value)
{
    if (text_is_blank(json_text(value)))
        complain(lint, value, "write a name", "a name is blank");
}

void check_rule(struct lint *lint, const json *value)
{
    const char *id = json_text(value);
    check_name(lint, value);
    if (!text_starts(id, "RFC") || requirement_find(id) != NULL)
        return;
    const char *nearest = requirement_nearest(id);
    complain(lint, value,
             nearest == NULL ? "see scenarios/requirements.tsv" : arena_printf(lint->arena, "did you mean \"%s\"?", nearest),
             "unknown requirement \"%s\"", id);
}

static void check_variable(struct lint *lint, const json *at, const char *name)
{
    static const struct {
        const char *prefix, *kind;
        size_t names;
    } forms[] = {{"user:", "user", offsetof(struct lint, users)},
                 {"name:", "user", offsetof(struct lint, users)},
                 {"group:", "group", offsetof(struct lint, groups)}};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (text_starts(name, forms[i].prefix)) {
            const void *names = (const char *)lint + forms[i].names;
            known(lint, at, name + strlen(forms[i].prefix), names, forms[i].kind);
            return;
        }
    if (!text_equal(name, "prefix") && !text_equal(name, "domain") && !text_equal(name, "old-token") &&
        !names_have(&lint->variables, name))
        complain(lint, at, "a request step before this one must save it", "undefined variable ${%s}", name);
}

static void check_text_variables(struct lint *lint, const json *at, const char *text)
{
    for (const char *p = text; (p = strstr(p, "${")) != NULL;) {
        const char *end = strchr(p, '}');
        if (end == NULL) {
            complain(lint, at, "write ${name}", "\"${\" without \"}\"");
            return;
        }
        check_variable(lint, at, arena_strndup(lint->arena, p + 2, (size_t)(end - p - 2)));
        p = end;
    }
}

void check_variables(struct lint *lint, const json *value)
{
    if (json_is(value, JSON_STRING))
        check_text_variables(lint, value, json_text(value));
    for (const json *child = json_first(value); child != NULL; child = json_next(child))
        check_variables(lint, child);
}
