/* Plays the rows of tests/tables/access_*.table: an organization, events, and who has which access afterwards. The invariants of the access model are
 * looked at after every event. Expectations come from the access model.
 *
 * The organization is stored all the while, and the store is asked after every event whether it holds all of it.
 *
 * A row:  state:   an organization document (default below)
 *         events:  one per line; `!code event` must be refused with this code. People are written "ada" for ada@acme.test.
 *         access:  the whole matrix without the break-glass owner: "ada Sales editor joinable group:Eng=editor manual=viewer"
 *         owner:   that of the break-glass owner ("Sales owner member manual=owner org-role=maintainer")
 *         people:  "ada active managed seat sessions=1 keys=0 invites=0", without the break-glass owner
 *         projects: "Sales/Launch ada", and behind it " archived" and " 2 comments, 1 of 3 tasks"
 *         outbox:  "welcome ada about ada": what was said to whom about whom, oldest first
 *         kept:    names of those deleted who can be restored
 *         waiting: what does not count yet or any more: "ada Sales maintainer pending manual"
 *         standing: org role and permissions of everybody: "ada manager create_projects view_reports"
 *         inside:  which projects people can open: "ada Sales/Launch"
 *         touched: people other than the event's own who may change (heirs)
 */
#include "common/base.h"

#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/account.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/decision.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization_document.h"
#include "reference-server/model/organization_snapshot.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "reference-server/model/standing.h"
#include "tests/table.h"
#include "tests/unit/reference-server/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS 32

static const char default_state[] =
    "{\"name\": \"Acme\", \"domains\": [\"acme.test\"], \"workspaces\": {\"Sales\": {\"folders\": {\"Plans\": {},"
    " \"Pricing\": {\"teamAccess\": \"invite-only\"}}}, \"Legal\": {}}}";

struct world {
    struct arena *arena;
    struct organization *organization;
    struct model_random random;
    unsigned counter;
    int64_t now_ms;
    struct map *sessions, *keys, *invites; /* address -> last secret */
    const char *touched;
    struct store *store;
};

static void next_id(void *context, char out[37])
{
    (void)snprintf(out, 37, "00000000-0000-4000-8000-%012u", ++((struct world *)context)->counter);
}

static void next_token(void *context, char out[MODEL_TOKEN_SIZE])
{
    (void)snprintf(out, MODEL_TOKEN_SIZE, "secret-%06u", ++((struct world *)context)->counter);
}

/* --- names --- */

static const char *address(const struct world *w, const char *name)
{
    return strchr(name, '@') != NULL ? name : arena_printf(w->arena, "%s@acme.test", name);
}

static const char *short_name(const struct world *w, const char *user_name)
{
    const char *at = user_name == NULL ? NULL : strchr(user_name, '@');
    if (user_name == NULL) {
        return "nobody";
    }
    return at != NULL && text_equal(at, "@acme.test") ? arena_strndup(w->arena, user_name, (size_t)(at - user_name)) : user_name;
}

static struct account *person(const struct world *w, const char *name)
{
    struct account *account = account_find(w->organization, address(w, name));
    account = account == NULL ? account_find(w->organization, name) : account;
    if (account == NULL) {
        fail_msg("there is no account %s", name);
    }
    return account;
}

static struct group *group_named(const struct world *w, const char *name)
{
    struct group *group = group_by_name(w->organization, name);
    if (group == NULL) {
        fail_msg("there is no group %s", name);
    }
    return group;
}

static const char *option(const struct world *w, const char *const *words, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(key);
        if (text_starts(words[i], key) && words[i][n] == '=') {
            return arena_strdup(w->arena, words[i] + n + 1);
        }
    }
    return NULL;
}

/* --- events: words[0] is the verb --- */

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

static bool enter(struct world *w, const char *name, enum entry entry, const char *password, struct model_failure *failure)
{
    char session[MODEL_TOKEN_SIZE];
    struct account *account;
    if (!signin(w->organization, &(struct sign_in){.user = address(w, name), .method = entry, .password = password}, session,
                &account, failure)) {
        return false;
    }
    map_set(w->sessions, name, arena_strdup(w->arena, session));
    return true;
}

static bool run_sso(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    return enter(w, words[1], ENTRY_SSO, NULL, failure);
}

static bool run_password(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    return enter(w, words[1], ENTRY_PASSWORD, words[2], failure);
}

static bool run_session(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct account *account;
    enum entry with;
    return signin_who(w->organization, map_get(text_equal(words[0], "use-key") ? w->keys : w->sessions, words[1]), NULL, &account,
                      &with, failure);
}

static bool run_key(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    char key[MODEL_TOKEN_SIZE];
    if (!signin_make_api_key(w->organization, person(w, words[1]), words[2], key, failure)) {
        return false;
    }
    map_set(w->keys, words[1], arena_strdup(w->arena, key));
    return true;
}

static bool run_accept(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    char session[MODEL_TOKEN_SIZE];
    struct account *account;
    if (!signin_accept(w->organization, map_get(w->invites, words[1]), count > 2 ? words[2] : NULL, session, &account, failure)) {
        return false;
    }
    map_set(w->sessions, words[1], arena_strdup(w->arena, session));
    return true;
}

static bool run_click(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct access_entry entry;
    return signin_open(w->arena, w->organization, person(w, words[1]), ENTRY_SSO, words[2], &entry, failure);
}

static bool run_workspace(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct resource *workspace;
    return signin_create_workspace(w->organization, person(w, words[1]), words[2], &workspace, failure);
}

/* transfer-project ada Sales/Launch bob; archive-project ada Sales/Launch */
static bool run_member_project(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    struct project *project;
    return count > 3
               ? signin_transfer_project(w->organization, person(w, words[1]), words[2], address(w, words[3]), &project, failure)
               : signin_archive_project(w->organization, person(w, words[1]), words[2], text_equal(words[0], "archive-project"),
                                        &project, failure);
}

/* comment ada Sales/Launch; task …; complete … */
static bool run_work(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    enum project_work work;
    struct project *project;
    UNUSED(count);
    return project_work_read(words[0], &work) &&
           signin_work(w->organization, person(w, words[1]), words[2], work, &project, failure);
}

static bool run_advance(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    json *request = json_object(w->arena);
    json_set_text(request, "action", "advance-clock");
    json_set_text(request, "by", words[1]);
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

static bool run_project(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct project *project;
    return signin_create_project(w->arena, w->organization, person(w, words[1]), words[2], &project, failure);
}

enum { REPEATS = 1, ONE_PERSON = 2 }; /* the same again changes nothing; nobody but words[1] changes */

static const struct {
    const char *verb;
    event *run;
    size_t min_words;
    unsigned traits;
} events[] = {
    {"create", run_create, 2, ONE_PERSON},
    {"patch", run_replace, 2, REPEATS | ONE_PERSON},
    {"rename", run_replace, 2, ONE_PERSON},
    {"put", run_replace, 2, REPEATS | ONE_PERSON},
    {"deactivate", run_deactivate, 2, REPEATS | ONE_PERSON},
    {"reactivate", run_reactivate, 2, REPEATS | ONE_PERSON},
    {"delete", run_delete, 2, ONE_PERSON},
    {"group", run_group, 2, 0},
    {"rename-group", run_rename_group, 3, 0},
    {"delete-group", run_delete_group, 2, 0},
    {"add", run_add, 3, REPEATS},
    {"remove", run_remove, 3, REPEATS},
    {"set", run_set, 2, REPEATS},
    {"grant", run_grant, 4, REPEATS | ONE_PERSON},
    {"revoke", run_grant, 3, ONE_PERSON},
    {"invite", run_invite, 4, 0},
    {"accept", run_accept, 2, ONE_PERSON},
    {"org-role", run_org_role, 3, REPEATS | ONE_PERSON},
    {"create-folder", run_folder, 3, 0},
    {"set-folder", run_folder, 3, REPEATS},
    {"manage", run_manage, 1, REPEATS},
    {"action", run_action, 2, 0},
    {"policies", run_policies, 2, REPEATS},
    {"approve", run_answer, 3, ONE_PERSON},
    {"reject", run_answer, 3, ONE_PERSON},
    {"assign-project", run_assign, 3, REPEATS | ONE_PERSON},
    {"unassign-project", run_assign, 3, REPEATS | ONE_PERSON},
    {"classify", run_classify, 3, REPEATS},
    {"sso", run_sso, 2, ONE_PERSON},
    {"password", run_password, 3, ONE_PERSON},
    {"session", run_session, 2, REPEATS | ONE_PERSON},
    {"use-key", run_session, 2, REPEATS | ONE_PERSON},
    {"key", run_key, 3, ONE_PERSON},
    {"click", run_click, 3, REPEATS | ONE_PERSON},
    {"workspace", run_workspace, 3, ONE_PERSON},
    {"project", run_project, 3, ONE_PERSON},
    {"transfer-project", run_member_project, 4, ONE_PERSON},
    {"archive-project", run_member_project, 3, REPEATS | ONE_PERSON},
    {"unarchive-project", run_member_project, 3, REPEATS | ONE_PERSON},
    {"comment", run_work, 3, ONE_PERSON},
    {"task", run_work, 3, ONE_PERSON},
    {"complete", run_work, 3, ONE_PERSON},
    {"advance", run_advance, 2, 0},
};

/* --- what is seen afterwards --- */

/* "manual", "group:Eng", "rule:leads" */
static const char *source(const struct world *w, const struct access_via *via)
{
    const char *name = via->group != NULL ? via->group->display_name : via->rule;
    return name == NULL ? via_kind_word(via->kind) : arena_printf(w->arena, "%s:%s", via_kind_word(via->kind), name);
}

static void write_access(struct buffer *b, const struct world *w, const struct account *account, bool with_name)
{
    struct access_list list = access_of(w->arena, w->organization, account);
    for (size_t i = 0; i < list.count; i++) {
        const struct access_entry *entry = &list.items[i];
        if (with_name) {
            buffer_printf(b, "%s ", short_name(w, account->user_name));
        }
        buffer_printf(b, "%s %s %s", entry->resource->path, role_name(entry->role), entry->member ? "member" : "joinable");
        for (size_t k = 0; k < entry->via_count; k++) {
            const struct access_via *via = &entry->via[k];
            buffer_printf(b, " %s=%s", source(w, via), role_name(via->role));
        }
        buffer_add_char(b, '\n');
    }
}

static const char *finish(const struct world *w, struct buffer *b)
{
    if (b->n > 0) {
        b->p[--b->n] = '\0'; /* the last newline */
    }
    return buffer_take(b, w->arena);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(const struct account *const *)a)->user_name, (*(const struct account *const *)b)->user_name);
}

/* Everybody but the break-glass owner, by name. */
static size_t people_of(const struct world *w, struct account ***out)
{
    const struct list *all = &w->organization->accounts;
    struct account **people = arena_array(w->arena, all->count + 1, sizeof(struct account *));
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i] != w->organization->break_glass) {
            people[count++] = all->items[i];
        }
    }
    if (count > 1) {
        qsort(people, count, sizeof *people, compare_names);
    }
    *out = people;
    return count;
}

static const char *see_access(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        write_access(&b, w, people[i], true);
    }
    return finish(w, &b);
}

static const char *see_owner(const struct world *w)
{
    struct buffer b = buffer_new(0);
    write_access(&b, w, w->organization->break_glass, false);
    return finish(w, &b);
}

static const char *see_people(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        const struct account *a = people[i];
        buffer_printf(&b, "%s %s %s %s sessions=%zu keys=%zu invites=%zu\n", short_name(w, a->user_name),
                      a->active ? "active" : "inactive", a->managed ? "managed" : "unmanaged",
                      account_has_seat(a) ? "seat" : "no-seat", a->sessions.count, a->api_keys.count,
                      signin_invite_count(w->organization, a));
    }
    return finish(w, &b);
}

static const char *see_projects(const struct world *w)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < w->organization->projects.count; i++) {
        const struct project *project = w->organization->projects.items[i];
        const uint32_t *work = project->work;
        buffer_printf(&b, "%s %s%s", project->path, short_name(w, project->owner->user_name),
                      project->archived ? " archived" : "");
        if (work[WORK_COMMENT] + work[WORK_TASK] > 0) {
            buffer_printf(&b, " %u comments, %u of %u tasks", work[WORK_COMMENT], work[WORK_COMPLETE], work[WORK_TASK]);
        }
        buffer_add_char(&b, '\n');
    }
    return finish(w, &b);
}

static const char *see_outbox(const struct world *w)
{
    struct buffer b = buffer_new(0);
    const struct notification *n;
    for (size_t i = 0; (n = notification_at(w->organization, &i)) != NULL;) {
        buffer_printf(&b, "%s %s about %s\n", notification_kind_word(n->kind), short_name(w, n->to_name),
                      n->about_name == NULL ? "nobody" : short_name(w, n->about_name));
    }
    return finish(w, &b);
}

static const char *see_kept(const struct world *w)
{
    struct buffer b = buffer_new(0);
    const char *id;
    void *departed;
    for (size_t i = 0; map_at(w->organization->departures.by_id, &i, &id, &departed);) {
        const json *user = json_get(((const struct departed *)departed)->kept, "user");
        buffer_printf(&b, "%s\n", short_name(w, json_get_text(user, "userName", "")));
    }
    return finish(w, &b);
}

static const char *see_waiting(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        struct access_waiting_list list = access_waiting(w->arena, w->organization, people[i]);
        for (size_t k = 0; people[i]->active && k < list.count; k++) {
            buffer_printf(&b, "%s %s %s %s %s\n", short_name(w, people[i]->user_name), list.items[k].resource->path,
                          role_name(list.items[k].via.role), access_wait_word(list.items[k].wait), source(w, &list.items[k].via));
        }
    }
    return finish(w, &b);
}

static const char *see_standing(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        struct standing standing = standing_of(w->arena, w->organization, people[i]);
        const char *const *permissions;
        size_t n = standing_permissions(w->arena, &standing, &permissions);
        buffer_printf(&b, "%s %s", short_name(w, people[i]->user_name), org_role_name(standing.org_role));
        for (size_t k = 0; k < n; k++) {
            buffer_printf(&b, " %s", permissions[k]);
        }
        buffer_add_char(&b, '\n');
    }
    return finish(w, &b);
}

static const char *see_inside(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < w->organization->projects.count; k++) {
            const struct project *project = w->organization->projects.items[k];
            const struct question question = {"user", people[i]->user_name, "read", "project", project->path};
            if (decide(w->arena, w->organization, &question).allowed) {
                buffer_printf(&b, "%s %s\n", short_name(w, people[i]->user_name), project->path);
            }
        }
    }
    return finish(w, &b);
}

/* --- invariants --- */

static void check_inactive(const struct world *w, const struct account *account)
{
    struct model_failure failure;
    struct account *entered;
    char session[MODEL_TOKEN_SIZE];
    assert_int_equal(access_of(w->arena, w->organization, account).count, 0);
    assert_int_equal(account->sessions.count + account->api_keys.count, 0);
    assert_int_equal(signin_invite_count(w->organization, account), 0);
    assert_false(account_has_seat(account));
    assert_false(
        signin(w->organization, &(struct sign_in){.user = account->user_name, .method = ENTRY_SSO}, session, &entered, &failure));
    assert_false(signin(w->organization,
                        &(struct sign_in){.user = account->login, .method = ENTRY_PASSWORD, .password = "secret"}, session,
                        &entered, &failure));
}

static void check_account(const struct world *w, struct account *account)
{
    const char *id;
    void *value;
    if (!account->active) {
        check_inactive(w, account);
    }
    assert_ptr_equal(account_by_id(w->organization, account->id), account);
    assert_ptr_equal(account_by_user_name(w->organization, account->user_name), account);
    assert_ptr_equal(account_by_address(w->organization, account->login), account);
    assert_int_equal(json_get_bool(account->resource, "active", !account->active), account->active);
    for (size_t i = 0; map_at(account->joined, &i, &id, &value);) {
        assert_ptr_equal(map_get(((const struct resource *)value)->joined, account->id), account);
    }
    for (size_t i = 0; map_at(account->groups, &i, &id, &value);) {
        assert_true(group_has_member(value, account->id));
    }
    /* A membership ends with its last candidate. */
    struct access_list list = access_potential(w->arena, w->organization, account);
    size_t joined = 0;
    for (size_t i = 0; i < list.count; i++) {
        joined += map_get(account->joined, list.items[i].resource->id) != NULL;
    }
    assert_int_equal(joined, map_count(account->joined));
}

static void check_resource(const struct world *w, const struct resource *resource)
{
    const char *id;
    void *value;
    for (size_t i = 0; map_at(resource->joined, &i, &id, &value);) {
        assert_non_null(account_by_id(w->organization, id));
    }
    for (size_t i = 0; map_at(resource->grants, &i, &id, &value);) {
        const char *subject = grant_subject(value);
        assert_true(account_by_id(w->organization, subject) != NULL || group_by_id(w->organization, subject) != NULL);
    }
    for (size_t i = 0; i < resource->folders.count; i++) {
        check_resource(w, resource->folders.items[i]);
    }
}

static void check_invariants(const struct world *w)
{
    size_t seats = 0;
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        struct account *account = w->organization->accounts.items[i];
        check_account(w, account);
        seats += account->active && account != w->organization->break_glass;
    }
    assert_int_equal(seats, w->organization->seats_used);
    assert_true(w->organization->break_glass->active);
    for (size_t i = 0; i < w->organization->workspaces.count; i++) {
        assert_non_null(lifecycle_active_owner(w->organization->workspaces.items[i], NULL));
        check_resource(w, w->organization->workspaces.items[i]);
    }
}

static const char *snapshot(const struct world *w)
{
    return json_print_pretty(w->arena, organization_snapshot(w->arena, w->organization));
}

static bool may_be_touched(const struct world *w, const char *subject, const struct account *account)
{
    if (account == account_find(w->organization, address(w, subject)) || account == account_find(w->organization, subject)) {
        return true;
    }
    return w->touched != NULL && strstr(w->touched, short_name(w, account->user_name)) != NULL;
}

/* The state of everybody but the subject (and the touched): account id -> document. */
static struct map *bystanders(const struct world *w, const char *subject)
{
    struct map *map = map_new();
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        const struct account *account = w->organization->accounts.items[i];
        if (!may_be_touched(w, subject, account)) {
            map_set(map, account->id, json_print(w->arena, access_document_user(w->arena, w->organization, account)));
        }
    }
    return map;
}

static void check_bystanders(const struct world *w, struct map *before, struct map *after, const char *line)
{
    UNUSED(w);
    const char *id;
    void *text;
    for (size_t i = 0; map_at(before, &i, &id, &text);) {
        const char *now = map_get(after, id);
        if (now != NULL && !text_equal(now, text)) {
            fail_msg("\"%s\" changed a bystander:\n%s\n%s", line, (const char *)text, now);
        }
    }
    map_free(before);
    map_free(after);
}

/* What the mutators have noted is enough to bring the organization back as it is. */
static void check_stored(const struct world *w)
{
    (void)store_write(w->store, record_collect(w->organization));
    const char *held = snapshot(w), *stored = stored_snapshot(w->arena, w->store, w->organization);
    if (!text_equal(held, stored)) {
        fail_msg("the store does not hold what the model holds: %.600s", stored_difference(w->arena, held, stored));
    }
}

/* --- playing --- */

static size_t find_event(const char *verb)
{
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        if (text_equal(events[i].verb, verb)) {
            return i;
        }
    }
    fail_msg("there is no event %s", verb);
    return 0;
}

static void check_refusal(const struct world *w, const char *line, const char *code, const char *before,
                          const struct model_failure *failure)
{
    if (!text_equal(code, failure->code)) {
        fail_msg("\"%s\": refused with %s: %s", line, failure->code, failure->message);
    }
    assert_string_equal(before, snapshot(w));
}

static void play(struct world *w, const char *line)
{
    const char *code = line[0] == '!' ? arena_strndup(w->arena, line + 1, strcspn(line + 1, " ")) : NULL;
    const char *const *words;
    size_t count = text_split(w->arena, code == NULL ? line : line + strlen(code) + 2, ' ', &words);
    size_t which = find_event(words[0]);
    if (count < events[which].min_words || count > MAX_WORDS) {
        fail_msg("\"%s\" has too few or too many words", line);
    }
    bool one_person = (events[which].traits & ONE_PERSON) != 0 && !text_starts(words[1], "group:");
    struct map *others = one_person ? bystanders(w, words[1]) : NULL;
    const char *before = snapshot(w);
    struct model_failure failure = {.code = "none"};
    bool done = events[which].run(w, words, count, &failure);
    if (done != (code == NULL)) {
        fail_msg("\"%s\": %s %s", line, done ? "was not refused" : failure.code, done ? "" : failure.message);
    }
    if (!done) {
        check_refusal(w, line, code, before, &failure);
    } else if ((events[which].traits & REPEATS) != 0 && strstr(line, " for=") == NULL) { /* that is from now on */
        before = snapshot(w);
        w->now_ms += 1000;
        assert_true(events[which].run(w, words, count, &failure));
        assert_string_equal(before, snapshot(w));
    }
    if (one_person) {
        check_bystanders(w, others, bystanders(w, words[1]), line);
    }
    check_invariants(w);
    check_stored(w);
}

static void expect(const struct table_case *c, const char *key, const char *seen)
{
    const char *wanted = table_field(c, key);
    if (wanted != NULL && !text_equal(wanted, seen)) {
        fail_msg("line %u, %s: expected\n%s\nfound\n%s", c->line, key, wanted, seen);
    }
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct world w = {.arena = arena, .now_ms = 1795369537000, .sessions = map_new(), .keys = map_new(), .invites = map_new()};
    w.touched = table_field(c, "touched");
    w.random = (struct model_random){next_id, next_token, &w};
    const char *text = table_field(c, "state") == NULL ? default_state : table_need(c, "state");
    struct error err;
    const json *document = json_parse(arena, (struct bytes){text, strlen(text)}, "state", &err);
    if (document == NULL) {
        fail_msg("%s: %s", err.where, err.message);
    }
    char token[ORGANIZATION_DOCUMENT_TOKEN];
    struct model_failure failure;
    if (!organization_document_read(document, "acme", clock_fixed(&w.now_ms), w.random, &w.organization, token, &failure)) {
        fail_msg("%s: %s", failure.pointer, failure.message);
    }
    check_invariants(&w);
    const char *path = stored_path(arena, "access");
    stored_remove(arena, path);
    w.store = stored_open(path);
    check_stored(&w);
    const char *const *lines;
    size_t count = table_field(c, "events") == NULL ? 0 : text_split(arena, table_need(c, "events"), '\n', &lines);
    for (size_t i = 0; i < count; i++) {
        w.now_ms += 1000;
        play(&w, lines[i]);
    }
    expect(c, "access", see_access(&w));
    expect(c, "owner", see_owner(&w));
    expect(c, "people", see_people(&w));
    expect(c, "projects", see_projects(&w));
    expect(c, "outbox", see_outbox(&w));
    expect(c, "kept", see_kept(&w));
    expect(c, "waiting", see_waiting(&w));
    expect(c, "standing", see_standing(&w));
    expect(c, "inside", see_inside(&w));
    store_close(w.store);
    w.store = stored_open(path);
    check_stored(&w);
    store_close(w.store);
    stored_remove(arena, path);
    map_free(w.sessions);
    map_free(w.keys);
    map_free(w.invites);
    organization_free(w.organization);
}

int main(void)
{
    static const char *const paths[] = {"tests/tables/access_groups.table",    "tests/tables/access_folders.table",
                                        "tests/tables/access_lifecycle.table", "tests/tables/access_ownership.table",
                                        "tests/tables/access_ways_in.table",   "tests/tables/access_leavers.table",
                                        "tests/tables/access_rules.table",     "tests/tables/access_together.table"};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct CMUnitTest tests[1000];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct table t = {0};
        struct error err;
        char text[1024];
        if (!table_load(arena, paths[i], &t, &err)) {
            printf("1..1\nnot ok 1 - %s\n", error_text(&err, text, sizeof text));
            return 1;
        }
        for (size_t k = 0; k < t.count && count < ARRAY_LEN(tests); k++) {
            const char *name = arena_printf(arena, "%s (%s:%u)", t.cases[k].name, paths[i], t.cases[k].line);
            tests[count++] = (struct CMUnitTest){.name = name, .test_func = row, .initial_state = &t.cases[k]};
        }
    }
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return _cmocka_run_group_tests("access", tests, count, NULL, NULL);
}
