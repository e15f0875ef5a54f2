/* model_access_admin.h: what a provider and an admin do, as events of tests/tables/access_*.table. words[0] is the verb. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_ADMIN_H
#define TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_ADMIN_H

#include "common/base.h"

#include "reference-server/model/account.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/group.h"
#include "tests/unit/reference-server/model_access_world.h"

typedef bool event(struct world *w, const char *const *words, size_t count, struct model_failure *failure);

static json *need_object(json *holder, const char *key)
{
    return json_get(holder, key) != NULL ? json_edit(holder, key) : json_set_object(holder, key);
}

static void set_options(const struct world *w, json *user, const char *const *words, size_t count)
{
    const char *active = option(w, words, count, "active"), *manager = option(w, words, count, "manager");
    const char *user_name = option(w, words, count, "userName"), *email = option(w, words, count, "email");
    const char *title = option(w, words, count, "title"), *external_id = option(w, words, count, "externalId");
    if (user_name != NULL) {
        json_set_text(user, "userName", user_name);
    }
    if (email != NULL) {
        json *entry = json_push_object(json_set_array(user, "emails"));
        json_set_text(entry, "value", email);
        json_set_bool(entry, "primary", true);
    }
    if (active != NULL) {
        json_set_bool(user, "active", text_equal(active, "true"));
    }
    if (manager != NULL) {
        json_set_text(json_set_object(json_set_object(user, ACCOUNT_URN_ENTERPRISE), "manager"), "value", person(w, manager)->id);
    }
    if (title != NULL) {
        json_set_text(user, "title", title);
    }
    const char *department = option(w, words, count, "department"), *clearance = option(w, words, count, "clearance");
    if (department != NULL) {
        json_set_text(need_object(user, ACCOUNT_URN_ENTERPRISE), "department", department);
    }
    if (clearance != NULL) {
        json_set_text(need_object(user, ACCOUNT_URN_CUSTOM), "clearance", clearance);
    }
    if (external_id != NULL) {
        json_set_text(user, "externalId", external_id);
    }
}

static bool run_create(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    json *user = json_object(w->arena);
    json_set_text(user, "userName", address(w, words[1]));
    set_options(w, user, words + 2, count - 2);
    struct account *account;
    return account_create(w->organization, user, &account, NULL, failure);
}

static bool run_replace(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    struct account *account = person(w, words[1]);
    json *user = json_copy(w->arena, account->resource);
    if (text_equal(words[0], "put")) {
        json_remove(user, "active");
    }
    set_options(w, user, words + 2, count - 2);
    return account_replace(w->organization, account, user, failure);
}

static bool set_active(struct world *w, const char *name, bool active, struct model_failure *failure)
{
    struct account *account = person(w, name);
    json *user = json_copy(w->arena, account->resource);
    json_set_bool(user, "active", active);
    return account_replace(w->organization, account, user, failure);
}

static bool run_deactivate(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    return set_active(w, words[1], false, failure);
}

static bool run_reactivate(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    return set_active(w, words[1], true, failure);
}

static bool run_delete(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    return account_delete(w->organization, person(w, words[1]), failure);
}

static const char *const *member_ids(struct world *w, const char *const *words, size_t count)
{
    const char **ids = arena_array(w->arena, count + 1, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        if (text_starts(words[i], "group:")) {
            ids[i] = group_named(w, words[i] + 6)->id;
        } else {
            ids[i] = text_starts(words[i], "id:") ? words[i] + 3 : person(w, words[i])->id;
        }
    }
    return ids;
}

static bool run_group(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    json *resource = json_object(w->arena);
    json_set_text(resource, "displayName", words[1]);
    struct group *group;
    return group_create(w->organization, resource, member_ids(w, words + 2, count - 2), count - 2, &group, failure);
}

static bool run_rename_group(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct group *group = group_named(w, words[1]);
    json *resource = json_copy(w->arena, group->resource);
    json_set_text(resource, "displayName", words[2]);
    return group_replace(w->organization, group, resource, NULL, 0, failure);
}

static bool run_delete_group(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    UNUSED(failure);
    group_delete(w->organization, group_named(w, words[1]));
    return true;
}

static bool run_add(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    return group_add_members(w->organization, group_named(w, words[1]), member_ids(w, words + 2, count - 2), count - 2, failure);
}

static bool run_remove(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(failure);
    group_remove_members(w->organization, group_named(w, words[1]), member_ids(w, words + 2, count - 2), count - 2);
    return true;
}

static bool run_set(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    return group_set_members(w->organization, group_named(w, words[1]), member_ids(w, words + 2, count - 2), count - 2, failure);
}

static json *grant_request(struct world *w, const char *action, const char *const *words, size_t count)
{
    json *request = json_object(w->arena);
    json_set_text(request, "action", action);
    if (text_starts(words[1], "group:")) {
        json_set_text(request, "group", words[1] + 6);
    } else {
        json_set_text(request, "user", address(w, words[1]));
    }
    json_set_text(request, "resource", words[2]);
    json_set_text(request, "role", count > 3 && strchr(words[3], '=') == NULL ? words[3] : NULL);
    static const char *const window[] = {"starts", "ends", "for"};
    for (size_t i = 0; i < ARRAY_LEN(window); i++) {
        json_set_text(request, window[i], option(w, words, count, window[i]));
    }
    return request;
}

static bool run_grant(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    return actions_run(w->organization, grant_request(w, words[0], words, count), json_object(w->arena), failure);
}

static bool run_invite(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    json *result = json_object(w->arena);
    if (!actions_run(w->organization, grant_request(w, "invite", words, count), result, failure)) {
        return false;
    }
    map_set(w->invites, words[1], arena_strdup(w->arena, json_get_text(result, "invite", "")));
    return true;
}

static bool run_org_role(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    json *request = json_object(w->arena);
    json_set_text(request, "action", "set-org-role");
    json_set_text(request, "user", address(w, words[1]));
    json_set_text(request, "orgRole", words[2]);
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

static bool run_folder(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    json *request = json_object(w->arena);
    json_set_text(request, "action", words[0]);
    json_set_text(request, "folder", words[1]);
    json_set_text(request, "teamAccess", words[2]);
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

static bool run_manage(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    json *request = json_object(w->arena);
    json_set_text(request, "action", "manage-workspaces");
    json *names = json_set_array(request, "workspaces");
    for (size_t i = 1; i < count; i++) {
        json_push_text(names, words[i]);
    }
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

/* action {"action": ..., ...} without blanks inside */
static bool run_action(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct error err;
    const json *request = json_parse(w->arena, (struct bytes){words[1], strlen(words[1])}, "action", &err);
    if (request == NULL) {
        fail_msg("%s: %s", words[1], err.message);
    }
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

/* policies {"rollout":{"groups":["Eng"]}}, without blanks inside; a tilde stands for one */
static bool run_policies(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    struct error err;
    char *text = arena_strdup(w->arena, words[1]);
    UNUSED(count);
    for (char *p = text; *p != '\0'; p++) {
        *p = *p == '~' ? ' ' : *p;
    }
    const json *blocks = json_parse(w->arena, (struct bytes){text, strlen(text)}, "policies", &err);
    if (blocks == NULL) {
        fail_msg("%s: %s", text, err.message);
    }
    json *request = json_object(w->arena);
    json_set_text(request, "action", "set-policies");
    json_set_copy(request, "policies", blocks);
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

/* approve ada Sales; approve group:Eng Sales; approve ada rule=leads; approve ada mapping=Admins; reject the same */
static bool run_answer(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    json *request = json_object(w->arena);
    const char *rule = option(w, words, count, "rule"), *mapping = option(w, words, count, "mapping");
    bool group = text_starts(words[1], "group:");
    json_set_text(request, "action", words[0]);
    json_set_text(request, group ? "group" : "user", group ? words[1] + 6 : address(w, words[1]));
    json_set_text(request, "rule", rule);
    json_set_text(request, "mapping", mapping);
    json_set_text(request, "resource", rule == NULL && mapping == NULL ? words[2] : NULL);
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

static bool run_assign(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    json *request = json_object(w->arena);
    json_set_text(request, "action", words[0]);
    json_set_text(request, "user", address(w, words[1]));
    json_set_text(request, "project", words[2]);
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

static bool run_classify(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    json *request = json_object(w->arena);
    json_set_text(request, "action", "classify-project");
    json_set_text(request, "project", words[1]);
    json_set_text(request, "classification", words[2]);
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

#endif
