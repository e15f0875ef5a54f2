/* Checks of the `expect` parts of a scenario file. */
#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/memory.h"
#include "common/text.h"

#include <string.h>

typedef void check_entry(struct lint *lint, const json *value);

static void check_not_empty(struct lint *lint, const json *object, const char *remedy)
{
    if (json_count(object) == 0)
        complain(lint, object, remedy, "\"%s\" expects nothing", json_key(object));
}

/* An object whose members are named by people, users or groups. */
static void each_entry(struct lint *lint, const json *object, const struct names *names, const char *kind, unsigned types,
                       check_entry *check)
{
    check_not_empty(lint, object, "name somebody");
    for (const json *node = json_first(object); node != NULL; node = json_next(node)) {
        known_key(lint, node, names, kind);
        if (lint_type(lint, node, types, arena_printf(lint->arena, "\"%s\" of %s", json_key(object), json_key(node))) &&
            check != NULL)
            check(lint, node);
    }
}

static void resource_key(struct lint *lint, const json *node)
{
    bool folder = strchr(json_key(node), '/') != NULL;
    known_key(lint, node, folder ? &lint->folders : &lint->workspaces, folder ? "folder" : "workspace");
}

/* "editor", "editor, joinable" or "editor, member" */
static void check_cell(struct lint *lint, const json *value)
{
    const char *text = json_text(value), *comma = strchr(text, ',');
    const char *role = comma == NULL ? text : arena_strndup(lint->arena, text, (size_t)(comma - text));
    const char *state = comma == NULL ? "member" : comma + 1 + strspn(comma + 1, " ");
    if (!role_known(role) || (!text_equal(state, "joinable") && !text_equal(state, "member")))
        complain(lint, value, "write a role, \"editor\", or \"editor, joinable\"", "\"%s\" is no access", text);
}

static void check_access_of(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        resource_key(lint, node);
        if (lint_type(lint, node, IS_TEXT, "access"))
            check_cell(lint, node);
    }
}

static void check_route(struct lint *lint, const json *value)
{
    const char *text = json_text(value);
    if (text_starts(text, "group:")) {
        if (!names_have(&lint->groups, text + 6))
            complain(lint, value, "name a key of directory.groups", "unknown group \"%s\"", text + 6);
    } else if (text_starts(text, "mapping:")) {
        if (!names_have(&lint->groups, text + 8))
            complain(lint, value, "name a key of directory.groups", "unknown group \"%s\"", text + 8);
    } else if (!text_equal(text, "manual") && !text_equal(text, "org-role") && !text_equal(text, "workspace") &&
               !text_starts(text, "rule:"))
        complain(lint, value,
                 "write \"manual\", \"group:<key>\", \"mapping:<key>\", \"rule:<name>\", \"org-role\" or \"workspace\"",
                 "\"%s\" is no way to access", text);
}

static void check_routes_of(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        resource_key(lint, node);
        if (lint_type(lint, node, IS_ARRAY, "\"via\""))
            lint_each(lint, node, IS_TEXT, check_route, "\"via\"");
    }
}

static void part_access(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_OBJECT, check_access_of);
}

/* "maintainer, pending" */
static void check_held(struct lint *lint, const json *value)
{
    static const char *const states[] = {"pending", "rejected", "not-started", "ended", "not-rolled-out"};
    const char *text = json_text(value), *comma = strstr(text, ", ");
    lint_choice(lint, value, comma == NULL ? text : comma + 2, states, ARRAY_LEN(states), "state of what waits");
}

static void check_waiting_of(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        resource_key(lint, node);
        if (lint_type(lint, node, IS_TEXT, "\"waiting\""))
            check_held(lint, node);
    }
}

static void part_waiting(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_OBJECT, check_waiting_of);
}

static void check_permissions_of(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node))
        (void)lint_type(lint, node, IS_TEXT, "a permission");
}

static void part_permissions(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_ARRAY, check_permissions_of);
}

static void part_org_role(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_TEXT, check_org_role);
}

static void part_via(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_OBJECT, check_routes_of);
}

static void check_allowed(struct lint *lint, const json *value)
{
    static const char *const words[] = {"allowed", "refused"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "sign-in");
}

static void check_alive(struct lint *lint, const json *value)
{
    static const char *const words[] = {"alive", "dead"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "state");
}

static void part_sign_in(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_TEXT, check_allowed);
}

static void part_keys(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_TEXT, check_alive);
}

static void part_active(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_BOOL, NULL);
}

static void check_count(struct lint *lint, const json *value)
{
    int64_t n;
    if (!json_integer(value, &n) || n < 0)
        complain(lint, value, "write 0, 1, …", "not a number of accounts");
}

static void part_accounts(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_NUMBER, check_count);
}

/* "group:eng": a group inside the group. */
static bool is_known_group(const struct lint *lint, const char *word)
{
    return text_starts(word, "group:") && names_have(&lint->groups, word + strlen("group:"));
}

static void check_member_list(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node))
        if (lint_type(lint, node, IS_TEXT, "a member") && !is_known_group(lint, json_text(node)))
            check_user(lint, node);
}

static void part_members(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->groups, "group", IS_ARRAY, check_member_list);
}

static void part_scim(struct lint *lint, const json *value)
{
    check_not_empty(lint, value, "name somebody");
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        if (!names_have(&lint->groups, json_key(node)))
            known_key(lint, node, &lint->people, "user or group");
        if (lint_type(lint, node, IS_OBJECT, "\"scim\""))
            check_variables(lint, node);
    }
}

/* "ada" or "ada, archived" */
static void check_owner(struct lint *lint, const json *value)
{
    const char *text = json_text(value), *comma = strchr(text, ',');
    const char *owner = comma == NULL ? text : arena_strndup(lint->arena, text, (size_t)(comma - text));
    if (!names_have(&lint->people, owner))
        complain(lint, value, "name a user of the directory or an account", "unknown person \"%s\"", owner);
    if (comma != NULL && !text_equal(comma, ", archived"))
        complain(lint, value, "write \"ada\" or \"ada, archived\"", "\"%s\" says nothing known of a project", text);
}

/* "deprovisioned ada", or "alert": about nobody in particular */
static void check_notice(struct lint *lint, const json *value)
{
    const char *text = json_text(value), *blank = strchr(text, ' ');
    if (blank != NULL && !names_have(&lint->people, blank + 1))
        complain(lint, value, "write \"deprovisioned ada\"", "\"%s\" does not say what somebody was told about whom", text);
}

static void check_notices(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node))
        if (lint_type(lint, node, IS_TEXT, "a notification"))
            check_notice(lint, node);
}

static void part_notifications(struct lint *lint, const json *value)
{
    check_not_empty(lint, value, "name somebody");
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        if (!text_equal(json_key(node), "administrators"))
            known_key(lint, node, &lint->people, "person");
        if (lint_type(lint, node, IS_ARRAY, "what somebody was told"))
            check_notices(lint, node);
    }
}

static void part_projects(struct lint *lint, const json *value)
{
    check_not_empty(lint, value, "name a project");
    for (const json *node = json_first(value); node != NULL; node = json_next(node))
        if (lint_type(lint, node, IS_TEXT, "an owner"))
            check_owner(lint, node);
}

static void part_profile(struct lint *lint, const json *value)
{
    each_entry(lint, value, &lint->people, "person", IS_OBJECT, check_variables);
}

/* What is told of the organization as a whole: an object to match. */
static void part_document(struct lint *lint, const json *value)
{
    check_not_empty(lint, value, "name a member");
}

static void part_reports(struct lint *lint, const json *value)
{
    static const char *const names[] = {"access", "changes", "speed", "success"};
    check_not_empty(lint, value, "name a report");
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        lint_choice(lint, node, json_key(node), names, ARRAY_LEN(names), "report");
        (void)lint_type(lint, node, IS_OBJECT, "a report");
    }
}

static void part_same_account(struct lint *lint, const json *value)
{
    check_not_empty(lint, value, "name somebody");
    lint_each(lint, value, IS_TEXT, check_user, "\"same-account\"");
}

void lint_expect(struct lint *lint, const json *expect)
{
    static const struct member members[] = {
        {"access", IS_OBJECT, false, part_access},     {"via", IS_OBJECT, false, part_via},
        {"waiting", IS_OBJECT, false, part_waiting},   {"permissions", IS_OBJECT, false, part_permissions},
        {"org-role", IS_OBJECT, false, part_org_role}, {"sign-in", IS_OBJECT, false, part_sign_in},
        {"session", IS_OBJECT, false, part_keys},      {"api-key", IS_OBJECT, false, part_keys},
        {"active", IS_OBJECT, false, part_active},     {"accounts", IS_OBJECT, false, part_accounts},
        {"members", IS_OBJECT, false, part_members},   {"scim", IS_OBJECT, false, part_scim},
        {"projects", IS_OBJECT, false, part_projects}, {"notifications", IS_OBJECT, false, part_notifications},
        {"profile", IS_OBJECT, false, part_profile},   {"same-account", IS_ARRAY, false, part_same_account},
        {"provider", IS_OBJECT, false, lint_provider}, {"rule", IS_TEXT, false, check_rule},
        {"hint", IS_TEXT, false, check_name},          {"audit", IS_ARRAY, false, lint_audit},
        {"health", IS_OBJECT, false, part_document},   {"audit-logs", IS_OBJECT, false, part_document},
        {"reports", IS_OBJECT, false, part_reports},
    };
    if (json_is(expect, JSON_OBJECT) && json_count(expect) == 0)
        complain(lint, expect, "name a part: access, sign-in, members, …", "\"expect\" expects nothing");
    lint_object(lint, expect, members, ARRAY_LEN(members), "\"expect\"");
}
