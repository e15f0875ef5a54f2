/* Checks of the product steps of a scenario file: what an owner does in the product's pages, and what a person does. */
#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

static void check_workspace_list(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_workspace, "\"manage-workspaces\"");
}

void check_duration(struct lint *lint, const json *value)
{
    int64_t ms;
    if (!duration_parse(json_text(value), &ms) || ms <= 0)
        complain(lint, value, "write \"30d\", \"12h\", \"40m\"", "\"%s\" is no duration", json_text(value));
}

static void check_time(struct lint *lint, const json *value)
{
    int64_t ms;
    if (!time_parse(json_text(value), &ms))
        complain(lint, value, "write \"2026-12-01T08:00:00Z\"", "\"%s\" is no time", json_text(value));
}

static void check_scope(struct lint *lint, const json *value)
{
    static const char *const words[] = {"scim.read", "scim.write"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "scope");
}

static void check_scopes(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_scope, "\"scopes\"");
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

void check_resource(struct lint *lint, const json *value)
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

static void check_decision(struct lint *lint, const json *value)
{
    static const char *const words[] = {"keep", "revoke"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "decision");
}

#define GRANT_MEMBERS                                                                                                            \
    {"group", IS_TEXT, false, check_group}, {"user", IS_TEXT, false, check_person},                                              \
        {"workspace", IS_TEXT, false, check_workspace},                                                                          \
    {                                                                                                                            \
        "folder", IS_TEXT, false, check_folder                                                                                   \
    }

static const struct member grant_members[] = {GRANT_MEMBERS,
                                              {"role", IS_TEXT, true, check_role},
                                              {"starts", IS_TEXT, false, check_time},
                                              {"ends", IS_TEXT, false, check_time},
                                              {"for", IS_TEXT, false, check_duration}};
static const struct member answer_members[] = {
    GRANT_MEMBERS, {"rule", IS_TEXT, false, check_name}, {"mapping", IS_TEXT, false, check_group}};
static const struct member assign_members[] = {{"project", IS_TEXT, true, check_path}, {"user", IS_TEXT, true, check_person}};
static const struct member classify_members[] = {{"project", IS_TEXT, true, check_path},
                                                 {"classification", IS_TEXT | IS_NULL, true, NULL}};
static const struct member revoke_members[] = {GRANT_MEMBERS, {"role", IS_TEXT, false, check_role}};
static const struct member workspace_members[] = {
    {"workspace", IS_TEXT, true, new_workspace}, {"owner", IS_TEXT, false, check_person}, {"managed", IS_BOOL, false, NULL}};
static const struct member create_folder_members[] = {{"folder", IS_TEXT, true, new_folder},
                                                      {"teamAccess", IS_TEXT, false, check_team_access}};
static const struct member set_folder_members[] = {{"folder", IS_TEXT, true, check_folder},
                                                   {"teamAccess", IS_TEXT, true, check_team_access}};
static const struct member project_members[] = {{"project", IS_TEXT, true, check_path}, {"owner", IS_TEXT, true, check_person}};
static const struct member archive_members[] = {{"project", IS_TEXT, true, check_path}, {"archived", IS_BOOL, false, NULL}};
static const struct member invite_members[] = {{"user", IS_TEXT, true, check_invitee},
                                               {"workspace", IS_TEXT, false, check_workspace},
                                               {"folder", IS_TEXT, false, check_folder},
                                               {"role", IS_TEXT, true, check_role}};
static const struct member org_role_members[] = {{"user", IS_TEXT, true, check_person},
                                                 {"orgRole", IS_TEXT, true, check_org_role}};
static const struct member edit_profile_members[] = {{"user", IS_TEXT, true, check_person}, {"profile", IS_OBJECT, true, NULL}};
static const struct member create_token_members[] = {{"name", IS_TEXT, true, check_name},
                                                     {"expiresIn", IS_TEXT, false, check_duration},
                                                     {"scopes", IS_ARRAY, false, check_scopes}};
static const struct member rotate_members[] = {{"name", IS_TEXT, false, check_name},
                                               {"keepOld", IS_BOOL, false, NULL},
                                               {"overlap", IS_TEXT, false, check_duration},
                                               {"expiresIn", IS_TEXT, false, check_duration}};
static const struct member client_members[] = {{"expiresIn", IS_TEXT, false, check_duration},
                                               {"scopes", IS_ARRAY, false, check_scopes}};
static const struct member fetch_members[] = {{"scope", IS_TEXT, true, NULL}};
static const struct member open_review_members[] = {
    {"name", IS_TEXT, true, check_name},       {"workspace", IS_TEXT, false, check_workspace},
    {"folder", IS_TEXT, false, check_folder},  {"group", IS_TEXT, false, check_group},
    {"user", IS_TEXT, false, check_person},    {"due", IS_TEXT, true, check_duration},
    {"every", IS_TEXT, false, check_duration}, {"undecided", IS_TEXT, false, check_decision}};
static const struct member decide_review_members[] = {
    GRANT_MEMBERS, {"review", IS_TEXT, true, check_name}, {"decision", IS_TEXT, true, check_decision}};
static const struct member close_review_members[] = {{"review", IS_TEXT, true, check_name}, {"repeat", IS_BOOL, false, NULL}};
static const struct member sign_in_members[] = {{"user", IS_TEXT, true, check_signer},   {"method", IS_TEXT, false, check_method},
                                                {"password", IS_TEXT, false, NULL},      {"mfa", IS_BOOL, false, NULL},
                                                {"trustedDevice", IS_BOOL, false, NULL}, {"address", IS_TEXT, false, NULL}};
static const struct member click_members[] = {{"user", IS_TEXT, true, check_signed_in},
                                              {"resource", IS_TEXT, false, check_resource},
                                              {"project", IS_TEXT, false, check_path}};
static const struct member key_members[] = {{"user", IS_TEXT, true, check_signed_in}, {"name", IS_TEXT, true, check_name}};
static const struct member own_workspace_members[] = {{"user", IS_TEXT, true, check_signed_in},
                                                      {"workspace", IS_TEXT, true, new_workspace}};
static const struct member own_project_members[] = {{"user", IS_TEXT, true, check_signed_in},
                                                    {"project", IS_TEXT, true, check_path}};
static const struct member transfer_members[] = {
    {"user", IS_TEXT, true, check_signed_in}, {"project", IS_TEXT, true, check_path}, {"owner", IS_TEXT, true, check_person}};

static void check_work(struct lint *lint, const json *value)
{
    static const char *const words[] = {"comment", "task", "complete"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "kind of work");
}

static const struct member work_members[] = {
    {"user", IS_TEXT, true, check_signed_in}, {"project", IS_TEXT, true, check_path}, {"kind", IS_TEXT, true, check_work}};

static const struct member member_invite_members[] = {{"user", IS_TEXT, true, check_signed_in},
                                                      {"invites", IS_TEXT, true, check_invitee},
                                                      {"workspace", IS_TEXT, false, check_workspace},
                                                      {"folder", IS_TEXT, false, check_folder},
                                                      {"role", IS_TEXT, true, check_role}};
static const struct member report_members[] = {{"user", IS_TEXT, true, check_signed_in}, {"report", IS_TEXT, true, check_name}};

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
    [STEP_TRANSFER_PROJECT] = {IS_OBJECT, NULL, project_members, ARRAY_LEN(project_members)},
    [STEP_ARCHIVE_PROJECT] = {IS_OBJECT, NULL, archive_members, ARRAY_LEN(archive_members)},
    [STEP_INVITE] = {IS_OBJECT, NULL, invite_members, ARRAY_LEN(invite_members)},
    [STEP_SET_ORGANIZATION] = {IS_OBJECT, NULL, NULL, 0}, /* lint_settings */
    [STEP_SET_ORG_ROLE] = {IS_OBJECT, NULL, org_role_members, ARRAY_LEN(org_role_members)},
    [STEP_EDIT_PROFILE] = {IS_OBJECT, NULL, edit_profile_members, ARRAY_LEN(edit_profile_members)},
    [STEP_SET_POLICIES] = {IS_OBJECT, NULL, NULL, 0}, /* the server's to check */
    [STEP_APPROVE] = {IS_OBJECT, NULL, answer_members, ARRAY_LEN(answer_members)},
    [STEP_REJECT] = {IS_OBJECT, NULL, answer_members, ARRAY_LEN(answer_members)},
    [STEP_ASSIGN_PROJECT] = {IS_OBJECT, NULL, assign_members, ARRAY_LEN(assign_members)},
    [STEP_UNASSIGN_PROJECT] = {IS_OBJECT, NULL, assign_members, ARRAY_LEN(assign_members)},
    [STEP_CLASSIFY_PROJECT] = {IS_OBJECT, NULL, classify_members, ARRAY_LEN(classify_members)},
    [STEP_CREATE_TOKEN] = {IS_OBJECT, NULL, create_token_members, ARRAY_LEN(create_token_members)},
    [STEP_ROTATE_TOKEN] = {IS_OBJECT | IS_BOOL, NULL, rotate_members, ARRAY_LEN(rotate_members)},
    [STEP_REVOKE_TOKEN] = {IS_BOOL, NULL, NULL, 0},
    [STEP_CREATE_CLIENT] = {IS_OBJECT | IS_BOOL, NULL, client_members, ARRAY_LEN(client_members)},
    [STEP_FETCH_TOKEN] = {IS_OBJECT | IS_BOOL, NULL, fetch_members, ARRAY_LEN(fetch_members)},
    [STEP_OPEN_REVIEW] = {IS_OBJECT, NULL, open_review_members, ARRAY_LEN(open_review_members)},
    [STEP_DECIDE_REVIEW] = {IS_OBJECT, NULL, decide_review_members, ARRAY_LEN(decide_review_members)},
    [STEP_CLOSE_REVIEW] = {IS_OBJECT, NULL, close_review_members, ARRAY_LEN(close_review_members)},
    [STEP_ADVANCE_CLOCK] = {IS_TEXT, check_duration, NULL, 0},
    [STEP_SIGN_IN] = {IS_OBJECT | IS_TEXT, check_signer, sign_in_members, ARRAY_LEN(sign_in_members)},
    [STEP_CLICK] = {IS_OBJECT, NULL, click_members, ARRAY_LEN(click_members)},
    [STEP_CREATE_API_KEY] = {IS_OBJECT, NULL, key_members, ARRAY_LEN(key_members)},
    [STEP_ACCEPT_INVITE] = {IS_TEXT, check_invited, NULL, 0},
    [STEP_MEMBER_CREATES_WORKSPACE] = {IS_OBJECT, NULL, own_workspace_members, ARRAY_LEN(own_workspace_members)},
    [STEP_MEMBER_CREATES_PROJECT] = {IS_OBJECT, NULL, own_project_members, ARRAY_LEN(own_project_members)},
    [STEP_MEMBER_WORKS] = {IS_OBJECT, NULL, work_members, ARRAY_LEN(work_members)},
    [STEP_MEMBER_INVITES] = {IS_OBJECT, NULL, member_invite_members, ARRAY_LEN(member_invite_members)},
    [STEP_MEMBER_READS_REPORT] = {IS_OBJECT, NULL, report_members, ARRAY_LEN(report_members)},
    [STEP_MEMBER_TRANSFERS_PROJECT] = {IS_OBJECT, NULL, transfer_members, ARRAY_LEN(transfer_members)},
};

/* Exactly one of two members. */
static void one_of(struct lint *lint, const json *object, const char *a, const char *b)
{
    if ((json_get(object, a) != NULL) == (json_get(object, b) != NULL))
        complain(lint, object, "write one of them", "needs either \"%s\" or \"%s\"", a, b);
}

void lint_product(struct lint *lint, const struct scenario_step *step)
{
    const json *operand = step->operand;
    if (!lint_type(lint, operand, product_rows[step->product].types, arena_printf(lint->arena, "\"%s\"", step->word)))
        return;
    if (json_is(operand, JSON_BOOL) && !json_true(operand))
        complain(lint, operand, "write true", "\"%s\": false says nothing", step->word);
    if (step->product == STEP_SET_ORGANIZATION)
        lint_settings(lint, operand);
    else if (json_is(operand, JSON_OBJECT) && step->product != STEP_SET_POLICIES)
        lint_object(lint, operand, product_rows[step->product].members, product_rows[step->product].count, step->word);
    else if (product_rows[step->product].check != NULL)
        product_rows[step->product].check(lint, operand);
    bool grant = step->product == STEP_GRANT || step->product == STEP_REVOKE || step->product == STEP_DECIDE_REVIEW;
    if (grant)
        one_of(lint, operand, "group", "user");
    if (step->product == STEP_CLICK)
        one_of(lint, operand, "resource", "project");
    if (grant || step->product == STEP_INVITE || step->product == STEP_MEMBER_INVITES)
        one_of(lint, operand, "workspace", "folder");
}
