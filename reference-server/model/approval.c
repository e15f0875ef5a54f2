#include "common/base.h"

#include "reference-server/model/approval.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/notification.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"

#include <string.h>

bool approval_needed(const struct organization *organization, enum role role)
{
    const struct policy_approvals *policy = &organization->policies->approvals;
    return policy->there && role >= policy->from_role;
}

const char *approval_source(struct arena *arena, const struct access_via *via)
{
    return via->kind == VIA_RULE ? arena_printf(arena, "rule:%s", via->rule) : arena_printf(arena, "mapping:%s", via->group->id);
}

enum access_wait approval_wait(const struct organization *organization, const struct account *account,
                               const struct resource *resource, const struct access_via *via)
{
    if (!approval_needed(organization, via->role)) {
        return WAIT_NONE;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct approval *answer = map_get(account->approvals, approval_source(arena, via));
    if (answer == NULL || (answer->resource != NULL && !text_equal(answer->resource, resource->path))) {
        return WAIT_APPROVAL;
    }
    if (answer->given) {
        return answer->role >= via->role ? WAIT_NONE : WAIT_APPROVAL;
    }
    return answer->role <= via->role ? WAIT_REJECTED : WAIT_APPROVAL;
}

/* --- answers --- */

static bool refuse_nothing(struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "list-approvals tells what waits",
                             "nothing of that kind waits for an approval");
}

bool approval_answer_grant(struct organization *organization, struct account *account, struct group *group,
                           struct resource *resource, bool given, struct model_failure *failure)
{
    const char *subject = account != NULL ? account->id : group->id;
    struct grant *const both[] = {map_get(resource->grants, subject), grant_timed_of(resource, subject)};
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        if (both[i] != NULL && both[i]->asked != ROLE_NONE) {
            audit_approval(organization, both[i], both[i]->asked, given ? "approved" : "rejected");
            grant_answer(organization, both[i], given);
            found = true;
        }
    }
    return found || refuse_nothing(failure);
}

static void put_answer(struct organization *organization, struct account *account, const char *source,
                       const struct access_waiting *waiting, bool given)
{
    struct approval *answer = map_get(account->approvals, source);
    bool rule = waiting->via.kind == VIA_RULE;
    audit_watch(organization, account);
    audit_answer(organization, account, rule ? waiting->resource->path : NULL, waiting->via.role, source, given);
    if (answer == NULL) {
        answer = mem_alloc(sizeof *answer);
        map_put(&account->approvals, source, answer);
    }
    mem_free(answer->resource);
    *answer = (struct approval){.role = waiting->via.role, .given = given};
    answer->resource = rule ? mem_strdup(waiting->resource->path) : NULL;
    change_note_pair(organization, RECORD_APPROVAL, account->id, source);
}

bool approval_answer_result(struct organization *organization, struct account *account, const char *rule,
                            const struct group *group, bool given, struct model_failure *failure)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct access_waiting_list list = access_waiting(arena, organization, account);
    for (size_t i = 0; i < list.count; i++) {
        const struct access_via *via = &list.items[i].via;
        bool meant =
            rule != NULL ? via->kind == VIA_RULE && text_equal(via->rule, rule) : via->kind == VIA_MAPPING && via->group == group;
        if (meant && list.items[i].wait == WAIT_APPROVAL) {
            put_answer(organization, account, approval_source(arena, via), &list.items[i], given);
            return true;
        }
    }
    return refuse_nothing(failure);
}

/* --- what waits --- */

static json *put_entry(json *array, const struct resource *resource, enum role role, const char *key, const char *who)
{
    json *entry = json_push_object(array);
    json_set_text(entry, key, who);
    json_set_text(entry, "resource", resource->path);
    json_set_text(entry, "role", role_name(role));
    return entry;
}

static void list_person(json *array, const struct organization *organization, const struct account *account)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct access_waiting_list list = access_waiting(arena, organization, account);
    for (size_t i = 0; i < list.count && account->active; i++) {
        const struct access_via *via = &list.items[i].via;
        if (list.items[i].wait == WAIT_APPROVAL && via->kind != VIA_GROUP) {
            json *entry = put_entry(array, list.items[i].resource, via->role, "user", account->user_name);
            json_set_text(entry, "grant", via_kind_word(via->kind));
            json_set_text(entry, "rule", via->rule);
            json_set_text(entry, "mapping", via->kind == VIA_MAPPING ? via->group->display_name : NULL);
        }
    }
}

void approval_list(const struct organization *organization, json *array)
{
    const char *key;
    void *value;
    for (size_t i = 0; i < organization->accounts.count; i++) {
        list_person(array, organization, organization->accounts.items[i]);
    }
    for (size_t i = 0; i < organization->groups.count; i++) {
        const struct group *group = organization->groups.items[i];
        for (size_t k = 0; map_at(group->grants, &k, &key, &value);) {
            const struct grant *grant = value;
            if (grant->asked != ROLE_NONE) {
                (void)put_entry(array, grant->resource, grant->asked, "group", group->display_name);
            }
        }
    }
}

void approval_tell(struct organization *organization, const struct grant *grant, enum role role)
{
    const char *who = grant->account != NULL ? grant->account->user_name : grant->group->display_name;
    notification_add(organization, NOTIFICATION_APPROVAL, NULL, grant->account,
                     "the role %s on %.300s is asked for %.300s and waits for approval", role_name(role), grant->resource->path,
                     who);
}

/* --- when things change --- */

static size_t asked_of(struct arena *arena, const struct map *grants, struct grant ***out)
{
    struct grant **asked = arena_array(arena, map_count(grants) + 1, sizeof *asked);
    size_t count = 0;
    const char *key;
    void *value;
    for (size_t i = 0; map_at(grants, &i, &key, &value);) {
        if (((const struct grant *)value)->asked != ROLE_NONE) {
            asked[count++] = value;
        }
    }
    *out = asked;
    return count;
}

static void release_on(struct organization *organization, const struct resource *resource)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct grant **asked;
    size_t count = asked_of(arena, resource->grants, &asked);
    for (size_t i = 0; i < count; i++) {
        if (!approval_needed(organization, asked[i]->asked)) {
            audit_approval(organization, asked[i], asked[i]->asked, "approved");
            grant_answer(organization, asked[i], true);
        }
    }
}

void approval_release(struct organization *organization)
{
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        const struct resource *workspace = organization->workspaces.items[i];
        release_on(organization, workspace);
        for (size_t k = 0; k < workspace->folders.count; k++) {
            release_on(organization, workspace->folders.items[k]);
        }
    }
}

void approval_end(struct organization *organization, struct account *account)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct grant **asked;
    size_t count = asked_of(arena, account->grants, &asked);
    for (size_t i = 0; i < count; i++) {
        audit_approval(organization, asked[i], asked[i]->asked, "ended");
        grant_answer(organization, asked[i], false);
    }
}

static void drop(struct organization *organization, struct account *account, const char *source)
{
    struct approval *answer = map_remove(account->approvals, source);
    change_gone_pair(organization, RECORD_APPROVAL, account->id, source);
    mem_free(answer->resource);
    mem_free(answer);
}

static bool is_among(const char *source, const char *const *sources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(source, sources[i]) == 0) {
            return true;
        }
    }
    return false;
}

void approval_settle(struct organization *organization, struct account *account, const char *const *sources, size_t count)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char **gone = arena_array(arena, map_count(account->approvals) + 1, sizeof *gone);
    size_t gone_count = 0;
    const char *source;
    void *answer;
    for (size_t i = 0; map_at(account->approvals, &i, &source, &answer);) {
        if (!is_among(source, sources, count)) {
            gone[gone_count++] = arena_strdup(arena, source);
        }
    }
    for (size_t i = 0; i < gone_count; i++) {
        drop(organization, account, gone[i]);
    }
}

void approval_forget(struct organization *organization, struct account *account)
{
    approval_settle(organization, account, NULL, 0);
}

void approval_free_all(struct account *account)
{
    const char *source;
    void *value;
    for (size_t i = 0; map_at(account->approvals, &i, &source, &value);) {
        struct approval *answer = value;
        mem_free(answer->resource);
        mem_free(answer);
    }
    map_free(account->approvals);
}

void approval_restore(struct account *account, const char *source, const struct approval *stored)
{
    struct approval *answer = mem_alloc(sizeof *answer);
    *answer = *stored;
    map_put(&account->approvals, source, answer);
}
