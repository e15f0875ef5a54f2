/* Checks of everything in a scenario file but its steps: head, directory, organization. */
#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/requirement.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"

#include <ctype.h>
#include <string.h>

/* --- head --- */

static bool is_word(const char *p, size_t n)
{
    if (n == 0 || p[0] == '-' || p[n - 1] == '-')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!islower((unsigned char)p[i]) && !isdigit((unsigned char)p[i]) && p[i] != '-')
            return false;
    return true;
}

static void check_id(struct lint *lint, const json *value)
{
    const char *text = json_text(value), *dot = strchr(text, '.');
    if (dot == NULL || !is_word(text, (size_t)(dot - text)) || !is_word(dot + 1, strlen(dot + 1)))
        complain(lint, value, "write area.words-with-dashes, in small letters", "\"%s\" is no scenario id", text);
}

/* Seed rows S0:... to S4:..., failure modes K01, ambiguities A07, security checks S05, requirement ids. */
static void check_cover(struct lint *lint, const json *value)
{
    const char *text = json_text(value);
    bool seed = text[0] == 'S' && text[1] >= '0' && text[1] <= '4' && text[2] == ':' && text[3] != '\0';
    bool numbered = strchr("KAS", text[0]) != NULL && text[0] != '\0' && strlen(text) >= 3 &&
                    strspn(text + 1, "0123456789") == strlen(text + 1);
    if (text_starts(text, "RFC"))
        check_rule(lint, value);
    else if (!seed && !numbered)
        complain(lint, value, "name a seed row (S2:deactivated), a failure mode (K01) or a requirement",
                 "\"%s\" is nothing that can be covered", text);
}

static void check_covers(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_cover, "\"covers\"");
}

static void check_tag(struct lint *lint, const json *value)
{
    const char *text = json_text(value);
    if (!is_word(text, strlen(text)))
        complain(lint, value, "use small letters, digits and dashes", "\"%s\" is no tag", text);
}

static void check_tags(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_tag, "\"tags\"");
}

static void check_provider(struct lint *lint, const json *value)
{
    const char **names = arena_array(lint->arena, dialect_count + 1, sizeof(char *));
    for (size_t i = 0; i < dialect_count; i++)
        names[i] = dialect_name(dialects[i]);
    names[dialect_count] = "rfc";
    lint_choice(lint, value, json_text(value), names, dialect_count + 1, "dialect");
    for (const json *other = json_next(value); other != NULL; other = json_next(other))
        if (text_equal(json_text(other), json_text(value)))
            complain(lint, other, "name it once", "the dialect \"%s\" stands there twice", json_text(value));
}

static void check_idp(struct lint *lint, const json *value)
{
    if (json_is(value, JSON_ARRAY)) {
        lint_each(lint, value, IS_TEXT, check_provider, "\"idp\"");
        if (lint->scenario->raw && json_count(value) > 1)
            complain(lint, value, "make a second file", "\"rfc\" stands alone: such a file has no identity provider");
    } else if (!text_equal(json_text(value), "all"))
        complain(lint, value, "write \"all\" or a list of dialects", "unknown value \"%s\"", json_text(value));
}

static void check_steps_size(struct lint *lint, const json *value)
{
    if (json_count(value) == 0)
        complain(lint, value, "say what happens", "a scenario without steps");
    if (json_count(value) > SCENARIO_MAX_STEPS)
        complain(lint, value, "split it", "more than %d steps", SCENARIO_MAX_STEPS);
}

static void check_need(struct lint *lint, const json *value)
{
    static const char *const words[] = {"patch", "bulk", "filter", "changePassword", "sort", "etag"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "feature");
}

static void check_needs(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_need, "\"needs\"");
}

void lint_head(struct lint *lint)
{
    static const struct member members[] = {
        {"$schema", IS_TEXT, false, NULL},        {"id", IS_TEXT, true, check_id},
        {"title", IS_TEXT, true, check_name},     {"why", IS_TEXT, true, check_name},
        {"source", IS_TEXT, false, check_name},   {"covers", IS_ARRAY, true, check_covers},
        {"tags", IS_ARRAY, true, check_tags},     {"idp", IS_ARRAY | IS_TEXT, true, check_idp},
        {"organization", IS_OBJECT, false, NULL}, {"directory", IS_OBJECT, false, NULL},
        {"alone", IS_BOOL, false, NULL},          {"server-clock", IS_BOOL, false, NULL},
        {"needs", IS_ARRAY, false, check_needs},  {"steps", IS_ARRAY, true, check_steps_size},
    };
    lint_object(lint, lint->document->root, members, ARRAY_LEN(members), "a scenario");
}

/* --- directory --- */

static void unknown_attribute(struct lint *lint, const json *node)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < attribute_count && count < ARRAY_LEN(names); i++)
        if (attributes[i].profile)
            names[count++] = attributes[i].key;
    const char *nearest = text_nearest(json_key(node), names, count);
    complain(lint, node,
             nearest == NULL ? "see docs/scenario-format.md" : arena_printf(lint->arena, "did you mean \"%s\"?", nearest),
             "a user has no attribute \"%s\"", json_key(node));
}

void lint_attributes(struct lint *lint, const json *value, bool update)
{
    if (!lint_type(lint, value, IS_OBJECT, "a user"))
        return;
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        const char *key = json_key(node);
        if (attribute_find(key) == NULL)
            unknown_attribute(lint, node);
        else if (lint_type(lint, node, update ? IS_TEXT | IS_NULL : IS_TEXT, key) && json_is(node, JSON_STRING)) {
            check_name(lint, node);
            if (text_equal(key, "manager"))
                check_user(lint, node);
        }
    }
    if (!update && json_get(value, "email") == NULL && json_get(value, "userName") == NULL)
        complain(lint, value, "give an email", "a user without an address");
}

static void check_users(struct lint *lint, const json *value)
{
    for (const json *user = json_first(value); user != NULL; user = json_next(user))
        lint_attributes(lint, user, false);
}

static void check_members(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node))
        if (lint_type(lint, node, IS_TEXT, "a member"))
            check_user(lint, node);
}

static void check_inner(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node))
        if (lint_type(lint, node, IS_TEXT, "a group inside a group"))
            check_group(lint, node);
    for (size_t i = 0; i < lint->scenario->dialect_count; i++)
        if (dialect_is_okta(lint->scenario->dialects[i])) {
            complain(lint, value, "leave Okta's dialects out of \"idp\"", "Okta's groups hold people, and no groups");
            return;
        }
}

static void check_groups(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"name", IS_TEXT, true, check_name},
                                            {"members", IS_ARRAY, false, check_members},
                                            {"groups", IS_ARRAY, false, check_inner}};
    for (const json *group = json_first(value); group != NULL; group = json_next(group))
        lint_object(lint, group, members, ARRAY_LEN(members), "a group");
}

static void collect_keys(struct lint *lint, const json *object, struct names *names)
{
    for (const json *node = json_is(object, JSON_OBJECT) ? json_first(object) : NULL; node != NULL; node = json_next(node))
        names_add(lint, names, json_key(node));
}

/* The same address twice would make two people one. */
static void check_addresses(struct lint *lint, const json *users)
{
    for (const json *a = json_first(users); a != NULL; a = json_next(a))
        for (const json *b = json_next(a); b != NULL; b = json_next(b)) {
            const char *left = json_get_text(a, "email", NULL), *right = json_get_text(b, "email", NULL);
            if (left != NULL && right != NULL && text_equal_nocase(left, right))
                complain(lint, json_get(b, "email"), "give everybody an address of their own",
                         "\"%s\" is the address of \"%s\" already", right, json_key(a));
        }
}

void lint_directory(struct lint *lint)
{
    static const struct member members[] = {{"users", IS_OBJECT, false, check_users}, {"groups", IS_OBJECT, false, check_groups}};
    const json *directory = lint->scenario->directory;
    if (!json_is(directory, JSON_OBJECT))
        return;
    collect_keys(lint, json_get(directory, "users"), &lint->users);
    collect_keys(lint, json_get(directory, "users"), &lint->people);
    collect_keys(lint, json_get(directory, "groups"), &lint->groups);
    lint_object(lint, directory, members, ARRAY_LEN(members), "\"directory\"");
    if (json_is(json_get(directory, "users"), JSON_OBJECT))
        check_addresses(lint, json_get(directory, "users"));
}

/* --- organization --- */

static void check_holder(struct lint *lint, const json *value)
{
    const char *name = json_text(value);
    if (names_have(&lint->holders, name))
        return;
    const char *nearest = text_nearest(name, lint->holders.items, lint->holders.count);
    complain(lint, value,
             nearest == NULL ? "add the person to organization.accounts"
                             : arena_printf(lint->arena, "did you mean \"%s\"?", nearest),
             "\"%s\" is not among the organization's accounts", name);
}

static void check_member_roles(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        if (!names_have(&lint->holders, json_key(node)))
            complain(lint, node, "add the person to organization.accounts", "\"%s\" is not among the organization's accounts",
                     json_key(node));
        if (lint_type(lint, node, IS_TEXT, "a role"))
            check_role(lint, node);
    }
}

static void check_folders(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"teamAccess", IS_TEXT, false, check_team_access},
                                            {"members", IS_OBJECT, false, check_member_roles}};
    for (const json *folder = json_first(value); folder != NULL; folder = json_next(folder))
        lint_object(lint, folder, members, ARRAY_LEN(members), "a folder");
}

static void check_projects(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"owner", IS_TEXT, true, check_holder}, {"classification", IS_TEXT, false, NULL}};
    for (const json *project = json_first(value); project != NULL; project = json_next(project))
        lint_object(lint, project, members, ARRAY_LEN(members), "a project");
}

static void check_workspaces(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"managed", IS_BOOL, false, NULL},
                                            {"members", IS_OBJECT, false, check_member_roles},
                                            {"folders", IS_OBJECT, false, check_folders},
                                            {"projects", IS_OBJECT, false, check_projects}};
    for (const json *workspace = json_first(value); workspace != NULL; workspace = json_next(workspace)) {
        if (strchr(json_key(workspace), '/') != NULL)
            complain(lint, workspace, "\"Workspace/Folder\" names a folder", "a workspace's name can't hold a slash");
        lint_object(lint, workspace, members, ARRAY_LEN(members), "a workspace");
    }
}

static void check_accounts(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"givenName", IS_TEXT, false, NULL},
                                            {"familyName", IS_TEXT, false, NULL},
                                            {"orgRole", IS_TEXT, false, check_org_role},
                                            {"password", IS_TEXT, false, check_name},
                                            {"active", IS_BOOL, false, NULL}};
    for (const json *account = json_first(value); account != NULL; account = json_next(account)) {
        if (!names_have(&lint->users, json_key(account)) && strchr(json_key(account), '@') == NULL)
            complain(lint, account, "name a user of the directory or write an address", "\"%s\" is nobody", json_key(account));
        lint_object(lint, account, members, ARRAY_LEN(members), "an account");
    }
}

static void check_features(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"organization.scim", IS_BOOL, false, NULL}};
    lint_object(lint, value, members, ARRAY_LEN(members), "\"features\"");
}

static void check_some_settings(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"membersCreateWorkspaces", IS_BOOL, false, NULL},
                                            {"seats", IS_NUMBER, false, NULL},
                                            {"defaultOrgRole", IS_TEXT, false, check_org_role},
                                            {"breakGlassOwner", IS_TEXT, false, check_name},
                                            /* what is in these is for the server to check */
                                            {"scimAllowedAddresses", IS_ARRAY, false, NULL},
                                            {"signInAllowedAddresses", IS_ARRAY, false, NULL},
                                            {"classifications", IS_ARRAY, false, NULL}};
    lint_object(lint, value, members, ARRAY_LEN(members), "\"settings\"");
}

static void check_domains(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_name, "\"domains\"");
}

static const struct member organization_members[] = {
    {"plan", IS_TEXT, false, check_plan},
    {"features", IS_OBJECT, false, check_features},
    {"saml", IS_BOOL | IS_OBJECT, false, NULL},
    {"settings", IS_OBJECT, false, check_some_settings},
    /* the four above may change later */
    {"name", IS_TEXT, false, check_name},
    {"domains", IS_ARRAY, false, check_domains},
    {"accounts", IS_OBJECT, false, check_accounts},
    {"workspaces", IS_OBJECT, false, check_workspaces},
    /* policy blocks: people and groups go by their names there; what is in them is for the server to check */
    {"provisioning_rules", IS_OBJECT, false, NULL},
    {"sync_config", IS_OBJECT, false, NULL},
    {"deprovisioning_rules", IS_OBJECT, false, NULL},
    {"group_mappings", IS_OBJECT, false, NULL},
    {"group_hierarchy", IS_OBJECT, false, NULL},
    {"custom_mappings", IS_OBJECT, false, NULL},
    {"transformations", IS_OBJECT, false, NULL},
    {"security_integrations", IS_OBJECT, false, NULL},
    {"entitlements", IS_OBJECT, false, NULL},
    {"access_rules", IS_OBJECT, false, NULL},
    {"approvals", IS_OBJECT, false, NULL},
    {"rollout", IS_OBJECT, false, NULL},
};

void lint_settings(struct lint *lint, const json *value)
{
    lint_object(lint, value, organization_members, 4, "\"set-organization\"");
}

static void collect_workspaces(struct lint *lint, const json *workspaces)
{
    collect_keys(lint, workspaces, &lint->workspaces);
    for (const json *w = json_is(workspaces, JSON_OBJECT) ? json_first(workspaces) : NULL; w != NULL; w = json_next(w)) {
        const json *folders = json_get(w, "folders");
        for (const json *f = json_is(folders, JSON_OBJECT) ? json_first(folders) : NULL; f != NULL; f = json_next(f))
            names_add(lint, &lint->folders, arena_printf(lint->arena, "%s/%s", json_key(w), json_key(f)));
    }
}

static const char *default_owner(struct lint *lint, const json *organization)
{
    const char *domain = json_text(json_first(json_get(organization, "domains")));
    const char *named = json_get_text(json_get(organization, "settings"), "breakGlassOwner", NULL);
    return named != NULL ? named : arena_printf(lint->arena, "owner@%s", domain != NULL ? domain : "acme.test");
}

void lint_organization(struct lint *lint)
{
    const json *organization = lint->scenario->organization;
    const char *owner = default_owner(lint, organization);
    names_add(lint, &lint->people, owner);
    names_add(lint, &lint->holders, owner);
    if (!json_is(organization, JSON_OBJECT))
        return;
    collect_keys(lint, json_get(organization, "accounts"), &lint->holders);
    collect_keys(lint, json_get(organization, "accounts"), &lint->people);
    collect_workspaces(lint, json_get(organization, "workspaces"));
    lint_object(lint, organization, organization_members, ARRAY_LEN(organization_members), "\"organization\"");
}
