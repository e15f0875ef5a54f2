/* Checks of the steps of a scenario file. What earlier steps make (workspaces, sessions, variables) is known to later ones. */
#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/matcher.h"
#include "simulator/dialect.h"

#include <string.h>

/* --- events ------------------------------------------------------------------------------------------------------------------- */

static void one_or_more(struct lint *lint, const json *operand, lint_check *check, const char *what)
{
    if (!lint_type(lint, operand, IS_TEXT | IS_ARRAY, what))
        return;
    if (json_is(operand, JSON_STRING))
        check(lint, operand);
    else
        lint_each(lint, operand, IS_TEXT, check, what);
}

static void operand_true(struct lint *lint, const struct scenario_step *step)
{
    if (!json_true(step->operand))
        complain(lint, step->operand, "write true", "\"%s\" takes no operand", step->word);
}

static void operand_users(struct lint *lint, const struct scenario_step *step)
{
    one_or_more(lint, step->operand, check_user, step->word);
}

/* Provision on demand takes a few chosen members only (Entra: five). */
static void check_member_count(struct lint *lint, const json *at, size_t count)
{
    for (size_t i = 0; i < lint->scenario->dialect_count; i++) {
        const struct dialect *dialect = lint->scenario->dialects[i];
        int most = dialect_value(dialect, AXIS_ON_DEMAND_MEMBERS);
        if (most > 0 && count > (size_t)most)
            complain(lint, at, arena_printf(lint->arena, "choose members, or leave %s out of \"idp\"", dialect_name(dialect)),
                     "%s pushes a group with at most %d chosen members, here are %zu", dialect_name(dialect), most, count);
    }
}

static void check_chosen(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_user, "\"members\"");
    check_member_count(lint, value, json_count(value));
}

static void check_whole_group(struct lint *lint, const json *value)
{
    check_group(lint, value);
    const json *group = json_get(json_get(lint->scenario->directory, "groups"), json_text(value));
    check_member_count(lint, value, json_count(json_get(group, "members")));
}

static void operand_groups(struct lint *lint, const struct scenario_step *step)
{
    static const struct member members[] = {{"group", IS_TEXT, true, check_group}, {"members", IS_ARRAY, true, check_chosen}};
    bool push = step->event == EVENT_PUSH_GROUP;
    if (push && json_is(step->operand, JSON_OBJECT))
        lint_object(lint, step->operand, members, ARRAY_LEN(members), "\"push-group\"");
    else
        one_or_more(lint, step->operand, push ? check_whole_group : check_group, step->word);
}

/* An object whose members are named by groups or users. */
static bool operand_keyed(struct lint *lint, const struct scenario_step *step, const char *remedy)
{
    if (json_is(step->operand, JSON_OBJECT) && json_count(step->operand) > 0)
        return true;
    complain(lint, step->operand, remedy, "\"%s\" needs an object", step->word);
    return false;
}

static void operand_members(struct lint *lint, const struct scenario_step *step)
{
    if (!operand_keyed(lint, step, "write {\"group\": [\"user\", …]}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->groups, "group");
        if (lint_type(lint, node, IS_ARRAY, "the members"))
            lint_each(lint, node, IS_TEXT, check_user, step->word);
    }
}

static void operand_profiles(struct lint *lint, const struct scenario_step *step)
{
    if (!operand_keyed(lint, step, "write {\"user\": {\"title\": …}}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->users, "user");
        lint_attributes(lint, node, true);
    }
}

static void operand_names(struct lint *lint, const struct scenario_step *step)
{
    if (!operand_keyed(lint, step, "write {\"group\": \"New name\"}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->groups, "group");
        if (lint_type(lint, node, IS_TEXT, "the new name"))
            check_name(lint, node);
    }
}

static void lint_event(struct lint *lint, const struct scenario_step *step)
{
    static const struct {
        char operands;
        void (*check)(struct lint *lint, const struct scenario_step *step);
    } rows[] = {{'-', operand_true},    {'u', operand_users},    {'g', operand_groups},
                {'m', operand_members}, {'p', operand_profiles}, {'n', operand_names}};
    if (lint->scenario->raw)
        complain(lint, step->operand, "name dialects in \"idp\"", "\"%s\" needs an identity provider, \"rfc\" has none", step->word);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].operands == event_operands(step->event))
            rows[i].check(lint, step);
}

/* --- product steps ------------------------------------------------------------------------------------------------------------ */

static void check_workspace_list(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_workspace, "\"manage-workspaces\"");
}

static void check_duration(struct lint *lint, const json *value)
{
    int64_t ms;
    if (!duration_parse(json_text(value), &ms) || ms <= 0)
        complain(lint, value, "write \"30d\", \"12h\", \"40m\"", "\"%s\" is no duration", json_text(value));
}

static void new_workspace(struct lint *lint, const json *value)
{
    check_name(lint, value);
    if (names_have(&lint->workspaces, json_text(value)))
        complain(lint, value, "give it another name", "the workspace \"%s\" is there already", json_text(value));
    names_add(lint, &lint->workspaces, json_text(value));
}

/* "Workspace/Name" in a known workspace. */
static void check_path(struct lint *lint, const json *value)
{
    const char *text = json_text(value), *slash = strchr(text, '/');
    if (slash == NULL || slash == text || slash[1] == '\0')
        complain(lint, value, "write \"Workspace/Name\"", "\"%s\" does not say in which workspace", text);
    else if (!names_have(&lint->workspaces, arena_strndup(lint->arena, text, (size_t)(slash - text))))
        complain(lint, value, "create it first", "\"%s\" is in an unknown workspace", text);
}

static void new_folder(struct lint *lint, const json *value)
{
    check_path(lint, value);
    names_add(lint, &lint->folders, json_text(value));
}

static void check_resource(struct lint *lint, const json *value)
{
    if (strchr(json_text(value), '/') != NULL)
        check_folder(lint, value);
    else
        check_workspace(lint, value);
}

static void check_signer(struct lint *lint, const json *value)
{
    check_person(lint, value);
    names_add(lint, &lint->signed_in, json_text(value));
}

static void check_signed_in(struct lint *lint, const json *value)
{
    check_person(lint, value);
    if (!names_have(&lint->signed_in, json_text(value)))
        complain(lint, value, "add a \"sign-in\" step before", "\"%s\" has not signed in", json_text(value));
}

static void check_invitee(struct lint *lint, const json *value)
{
    if (strchr(json_text(value), '@') != NULL)
        names_add(lint, &lint->people, json_text(value)); /* anybody may be invited */
    check_person(lint, value);
    names_add(lint, &lint->invited, json_text(value));
}

static void check_invited(struct lint *lint, const json *value)
{
    check_person(lint, value);
    if (!names_have(&lint->invited, json_text(value)))
        complain(lint, value, "add an \"invite\" step before", "\"%s\" was not invited", json_text(value));
    names_add(lint, &lint->signed_in, json_text(value));
}

static void check_method(struct lint *lint, const json *value)
{
    static const char *const words[] = {"sso", "password"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "method");
}

#define GRANT_MEMBERS                                                                                                  \
    {"group", IS_TEXT, false, check_group}, {"user", IS_TEXT, false, check_person}, {"workspace", IS_TEXT, false, check_workspace}, \
    {"folder", IS_TEXT, false, check_folder}

static const struct member grant_members[] = {GRANT_MEMBERS, {"role", IS_TEXT, true, check_role}};
static const struct member revoke_members[] = {GRANT_MEMBERS, {"role", IS_TEXT, false, check_role}};
static const struct member workspace_members[] = {
    {"workspace", IS_TEXT, true, new_workspace}, {"owner", IS_TEXT, false, check_person}, {"managed", IS_BOOL, false, NULL}};
static const struct member create_folder_members[] = {{"folder", IS_TEXT, true, new_folder}, {"teamAccess", IS_TEXT, false, check_team_access}};
static const struct member set_folder_members[] = {{"folder", IS_TEXT, true, check_folder}, {"teamAccess", IS_TEXT, true, check_team_access}};
static const struct member project_members[] = {{"project", IS_TEXT, true, check_path}, {"owner", IS_TEXT, true, check_person}};
static const struct member invite_members[] = {{"user", IS_TEXT, true, check_invitee},
                                               {"workspace", IS_TEXT, false, check_workspace},
                                               {"folder", IS_TEXT, false, check_folder},
                                               {"role", IS_TEXT, true, check_role}};
static const struct member org_role_members[] = {{"user", IS_TEXT, true, check_person}, {"orgRole", IS_TEXT, true, check_org_role}};
static const struct member rotate_members[] = {{"keepOld", IS_BOOL, true, NULL}};
static const struct member sign_in_members[] = {
    {"user", IS_TEXT, true, check_signer}, {"method", IS_TEXT, false, check_method}, {"password", IS_TEXT, false, NULL}};
static const struct member click_members[] = {{"user", IS_TEXT, true, check_signed_in}, {"resource", IS_TEXT, true, check_resource}};
static const struct member key_members[] = {{"user", IS_TEXT, true, check_signed_in}, {"name", IS_TEXT, true, check_name}};
static const struct member own_workspace_members[] = {{"user", IS_TEXT, true, check_signed_in}, {"workspace", IS_TEXT, true, new_workspace}};
static const struct member own_project_members[] = {{"user", IS_TEXT, true, check_signed_in}, {"project", IS_TEXT, true, check_path}};

/* What a product step's operand may be: true, a text or a list, or an object with members. */
static const struct {
    unsigned types;
    lint_check *check; /* of a value that is no object */
    const struct member *members;
    size_t count;
} product_rows[PRODUCT_STEP_COUNT] = {
    [STEP_GRANT] = {IS_OBJECT, NULL, grant_members, ARRAY_LEN(grant_members)},
    [STEP_REVOKE] = {IS_OBJECT, NULL, revoke_members, ARRAY_LEN(revoke_members)},
    [STEP_CREATE_WORKSPACE] = {IS_OBJECT, NULL, workspace_members, ARRAY_LEN(workspace_members)},
    [STEP_MANAGE_WORKSPACES] = {IS_ARRAY, check_workspace_list, NULL, 0},
    [STEP_CREATE_FOLDER] = {IS_OBJECT, NULL, create_folder_members, ARRAY_LEN(create_folder_members)},
    [STEP_SET_FOLDER] = {IS_OBJECT, NULL, set_folder_members, ARRAY_LEN(set_folder_members)},
    [STEP_CREATE_PROJECT] = {IS_OBJECT, NULL, project_members, ARRAY_LEN(project_members)},
    [STEP_INVITE] = {IS_OBJECT, NULL, invite_members, ARRAY_LEN(invite_members)},
    [STEP_SET_ORGANIZATION] = {IS_OBJECT, NULL, NULL, 0}, /* lint_settings */
    [STEP_SET_ORG_ROLE] = {IS_OBJECT, NULL, org_role_members, ARRAY_LEN(org_role_members)},
    [STEP_ROTATE_TOKEN] = {IS_OBJECT | IS_BOOL, NULL, rotate_members, ARRAY_LEN(rotate_members)},
    [STEP_REVOKE_TOKEN] = {IS_BOOL, NULL, NULL, 0},
    [STEP_ADVANCE_CLOCK] = {IS_TEXT, check_duration, NULL, 0},
    [STEP_SIGN_IN] = {IS_OBJECT | IS_TEXT, check_signer, sign_in_members, ARRAY_LEN(sign_in_members)},
    [STEP_CLICK] = {IS_OBJECT, NULL, click_members, ARRAY_LEN(click_members)},
    [STEP_CREATE_API_KEY] = {IS_OBJECT, NULL, key_members, ARRAY_LEN(key_members)},
    [STEP_ACCEPT_INVITE] = {IS_TEXT, check_invited, NULL, 0},
    [STEP_MEMBER_CREATES_WORKSPACE] = {IS_OBJECT, NULL, own_workspace_members, ARRAY_LEN(own_workspace_members)},
    [STEP_MEMBER_CREATES_PROJECT] = {IS_OBJECT, NULL, own_project_members, ARRAY_LEN(own_project_members)},
};

/* Exactly one of two members. */
static void one_of(struct lint *lint, const json *object, const char *a, const char *b)
{
    if ((json_get(object, a) != NULL) == (json_get(object, b) != NULL))
        complain(lint, object, "write one of them", "needs either \"%s\" or \"%s\"", a, b);
}

static void lint_product(struct lint *lint, const struct scenario_step *step)
{
    const json *operand = step->operand;
    if (!lint_type(lint, operand, product_rows[step->product].types, arena_printf(lint->arena, "\"%s\"", step->word)))
        return;
    if (json_is(operand, JSON_BOOL) && !json_true(operand))
        complain(lint, operand, "write true", "\"%s\": false says nothing", step->word);
    if (step->product == STEP_SET_ORGANIZATION)
        lint_settings(lint, operand);
    else if (json_is(operand, JSON_OBJECT))
        lint_object(lint, operand, product_rows[step->product].members, product_rows[step->product].count, step->word);
    else if (product_rows[step->product].check != NULL)
        product_rows[step->product].check(lint, operand);
    bool grant = step->product == STEP_GRANT || step->product == STEP_REVOKE;
    if (grant)
        one_of(lint, operand, "group", "user");
    if (grant || step->product == STEP_INVITE)
        one_of(lint, operand, "workspace", "folder");
}

/* --- requests ----------------------------------------------------------------------------------------------------------------- */

static void check_target(struct lint *lint, const json *value)
{
    if (json_text(value)[0] != '/')
        complain(lint, value, "targets are relative to the SCIM base: \"/Users\"", "\"%s\" does not begin with a slash", json_text(value));
    check_variables(lint, value);
}

static void check_headers(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node))
        if (lint_type(lint, node, IS_TEXT, "a header"))
            check_variables(lint, node);
}

static bool status_valid(const json *value)
{
    int64_t n;
    return json_integer(value, &n) && n >= 100 && n <= 599;
}

static void check_status(struct lint *lint, const json *value)
{
    bool fine = status_valid(value) || (json_is(value, JSON_ARRAY) && json_count(value) > 0);
    for (const json *node = json_is(value, JSON_ARRAY) ? json_first(value) : NULL; node != NULL; node = json_next(node))
        fine = fine && status_valid(node);
    if (!fine)
        complain(lint, value, "write 201, or [200, 204]", "a status is a number from 100 to 599");
}

static void check_matcher(struct lint *lint, const json *value)
{
    const json *at = value;
    struct error err = {0};
    if (!matcher_check(value, &at, &err))
        complain(lint, at, err.remedy, "%s", err.message);
    check_variables(lint, value);
}

static void check_request(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"method", IS_TEXT, true, check_name},
                                            {"target", IS_TEXT, true, check_target},
                                            {"headers", IS_OBJECT, false, check_headers},
                                            {"auth", IS_TEXT, false, check_variables},
                                            {"body", IS_ANY, false, check_variables}};
    lint_object(lint, value, members, ARRAY_LEN(members), "a request");
}

static void check_response(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"status", IS_NUMBER | IS_ARRAY, false, check_status},
                                            {"headers", IS_OBJECT, false, check_headers},
                                            {"body", IS_ANY, false, check_matcher},
                                            {"rule", IS_TEXT, false, check_rule}};
    lint_object(lint, value, members, ARRAY_LEN(members), "a response");
}

static void check_save(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        if (lint_type(lint, node, IS_TEXT, "what is saved") && json_text(node)[0] != '/')
            complain(lint, node, "write a JSON pointer: \"/id\"", "\"%s\" is no JSON pointer", json_text(node));
        if (json_key(node)[0] == '\0' || strpbrk(json_key(node), ":}$") != NULL)
            complain(lint, node, "use letters and digits", "\"%s\" is no name for a variable", json_key(node));
        names_add(lint, &lint->variables, json_key(node));
    }
}

/* --- the whole step ------------------------------------------------------------------------------------------------------------ */

static void check_refused(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"status", IS_NUMBER | IS_ARRAY, false, check_status},
                                            {"scimType", IS_TEXT, false, check_name},
                                            {"detail", IS_TEXT, false, check_name},
                                            {"error", IS_TEXT, false, check_name},
                                            {"rule", IS_TEXT, false, check_rule}};
    lint_object(lint, value, members, ARRAY_LEN(members), "\"refused\"");
}

static void lint_step(struct lint *lint, const struct scenario_step *step);

/* Branches play at the same time, so none may use what another saves. */
static void lint_branches(struct lint *lint, const struct scenario_step *step)
{
    struct names before = lint->variables, all = before;
    for (size_t i = 0; i < step->branch_count; i++) {
        lint->variables = (struct names){0};
        for (size_t k = 0; k < before.count; k++)
            names_add(lint, &lint->variables, before.items[k]);
        for (size_t k = 0; k < step->branches[i].count; k++) {
            const struct scenario_step *inner = &step->branches[i].steps[k];
            if (inner->family == STEP_REQUEST)
                lint_step(lint, inner);
            else
                complain(lint, inner->node, "play other steps before or after", "branches hold \"request\" steps only");
        }
        for (size_t k = 0; k < lint->variables.count; k++)
            names_add(lint, &all, lint->variables.items[k]);
    }
    lint->variables = all;
}

static void lint_parallel(struct lint *lint, const struct scenario_step *step)
{
    bool fine = json_is(step->operand, JSON_ARRAY) && json_count(step->operand) >= 2;
    for (const json *node = json_first(step->operand); node != NULL && fine; node = json_next(node))
        fine = json_is(node, JSON_ARRAY) && json_count(node) > 0;
    if (fine)
        lint_branches(lint, step);
    else
        complain(lint, step->operand, "write [[…], […]]", "\"parallel\" takes two or more lists of steps, or stands as true beside an event");
}

/* The members that may stand beside the kind of a step. */
static unsigned beside(const struct scenario_step *step, const char *name)
{
    static const struct {
        const char *name;
        unsigned families, types;
    } rows[] = {{"note", 1 << STEP_EVENT | 1 << STEP_PRODUCT | 1 << STEP_REQUEST | 1 << STEP_PARALLEL | 1 << STEP_EXPECT, IS_TEXT},
                {"expect", 1 << STEP_EVENT | 1 << STEP_PRODUCT | 1 << STEP_REQUEST | 1 << STEP_PARALLEL | 1 << STEP_EXPECT, IS_OBJECT},
                {"refused", 1 << STEP_EVENT | 1 << STEP_PRODUCT, IS_OBJECT},
                {"parallel", 1 << STEP_EVENT, IS_BOOL},
                {"response", 1 << STEP_REQUEST, IS_OBJECT},
                {"save", 1 << STEP_REQUEST, IS_OBJECT}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (text_equal(rows[i].name, name) && (rows[i].families & (1u << step->family)))
            return rows[i].types;
    return text_equal(name, "click") && step->family == STEP_PRODUCT && step->product == STEP_SIGN_IN ? IS_TEXT : 0;
}

static void unknown_in_step(struct lint *lint, const json *node, const struct scenario_step *step)
{
    const char *words[EVENT_COUNT + PRODUCT_STEP_COUNT + 8];
    size_t n = 0;
    for (int i = 0; i < EVENT_COUNT; i++)
        words[n++] = event_word((enum event_kind)i);
    for (int i = 0; i < PRODUCT_STEP_COUNT; i++)
        words[n++] = product_step_word((enum product_step)i);
    static const char *const others[] = {"request", "parallel", "expect", "note", "refused", "response", "save", "click"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        words[n++] = others[i];
    const char *key = json_key(node), *nearest = NULL;
    for (size_t i = 0; i < n; i++)
        if (text_equal(words[i], key)) {
            complain(lint, node, "make it a step of its own", "\"%s\" can't stand beside \"%s\"", key, step->word);
            return;
        }
    nearest = text_nearest(key, words, n);
    complain(lint, node, nearest == NULL ? "see docs/scenario-format.md" : arena_printf(lint->arena, "did you mean \"%s\"?", nearest),
             "unknown step \"%s\"", key);
}

static void lint_beside(struct lint *lint, const struct scenario_step *step)
{
    for (const json *node = json_first(step->node); node != NULL; node = json_next(node)) {
        unsigned types = node == step->operand ? IS_ANY : beside(step, json_key(node));
        if (types == 0)
            unknown_in_step(lint, node, step);
        else if (node != step->operand)
            lint_type(lint, node, types, arena_printf(lint->arena, "\"%s\"", json_key(node)));
    }
}

static void lint_step(struct lint *lint, const struct scenario_step *step)
{
    if (!lint_type(lint, step->node, IS_OBJECT, "a step"))
        return;
    size_t before = lint->complaints->count;
    lint_beside(lint, step);
    if (lint->complaints->count != before)
        return;
    if (step->operand == NULL) {
        complain(lint, step->node, "see docs/scenario-format.md", "a step that does nothing");
        return;
    }
    if (step->family == STEP_EVENT)
        lint_event(lint, step);
    else if (step->family == STEP_PRODUCT)
        lint_product(lint, step);
    else if (step->family == STEP_REQUEST)
        check_request(lint, step->operand);
    else if (step->family == STEP_PARALLEL)
        lint_parallel(lint, step);
    const json *response = json_get(step->node, "response"), *save = json_get(step->node, "save"), *click = json_get(step->node, "click");
    if (response != NULL)
        check_response(lint, response);
    if (save != NULL)
        check_save(lint, save);
    if (click != NULL && click != step->operand)
        check_resource(lint, click);
    if (step->refused != NULL)
        check_refused(lint, step->refused);
    if (step->expect != NULL)
        lint_expect(lint, step->expect);
}

void lint_steps(struct lint *lint)
{
    for (size_t i = 0; i < lint->scenario->step_count; i++)
        lint_step(lint, &lint->scenario->steps[i]);
}
