#include "common/base.h"

#include "reference-server/model/actions_access.h"

#include "reference-server/model/approval.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/clearance.h"
#include "reference-server/model/group.h"
#include "reference-server/model/place.h"
#include "reference-server/model/resource.h"

static const struct place root;

static bool has(const struct call *call, const char *key)
{
    return json_get(call->request, key) != NULL;
}

/* --- windows --- */

static bool read_time(const struct call *call, const char *key, int64_t *out)
{
    const char *text;
    if (!has(call, key)) {
        return true;
    }
    return actions_text(call, key, &text) &&
           (time_parse(text, out) ||
            place_refuse(&root, key, call->failure, "%s must be a time such as \"2026-12-01T08:00:00Z\"", key));
}

static bool read_for(const struct call *call, struct grant_window *window)
{
    const char *text;
    int64_t ms;
    if (!has(call, "for")) {
        return true;
    }
    if (has(call, "ends")) {
        return place_refuse(&root, "for", call->failure, "say when it ends, or for how long it is: one of the two");
    }
    if (!actions_text(call, "for", &text)) {
        return false;
    }
    if (!duration_parse(text, &ms) || ms <= 0 || ms > ORGANIZATION_MAX_ADVANCE) {
        return place_refuse(&root, "for", call->failure, "\"%.100s\" is no duration such as \"8h\" or \"30d\"", text);
    }
    window->ends_ms = (window->starts_ms == INT64_MIN ? organization_now(call->organization) : window->starts_ms) + ms;
    return true;
}

bool actions_access_window(const struct call *call, bool *timed, struct grant_window *out)
{
    *out = GRANT_ALWAYS;
    *timed = has(call, "starts") || has(call, "ends") || has(call, "for");
    return read_time(call, "starts", &out->starts_ms) && read_time(call, "ends", &out->ends_ms) && read_for(call, out);
}

/* --- approvals --- */

static bool group_named(const struct call *call, const char *key, struct group **out)
{
    const char *name;
    if (!actions_text(call, key, &name)) {
        return false;
    }
    *out = group_find(call->organization, name);
    return *out != NULL || actions_unknown(call, key, "group", name);
}

static bool answer(const struct call *call, bool given)
{
    struct account *account = NULL;
    struct group *group = NULL;
    struct resource *resource;
    const char *rule = NULL;
    if (!has(call, "rule") && !has(call, "mapping")) {
        return actions_subject(call, &group, &account) && actions_resource(call, "resource", &resource) &&
               approval_answer_grant(call->organization, account, group, resource, given, call->failure);
    }
    if (has(call, "group") || has(call, "resource") || (has(call, "rule") && has(call, "mapping"))) {
        return place_refuse(&root, NULL, call->failure, "name a user and the rule or the mapping, and nothing else");
    }
    return actions_person(call, "user", &account) &&
           (has(call, "rule") ? actions_text(call, "rule", &rule) : group_named(call, "mapping", &group)) &&
           approval_answer_result(call->organization, account, rule, group, given, call->failure);
}

bool actions_access_approve(const struct call *call)
{
    return answer(call, true);
}

bool actions_access_reject(const struct call *call)
{
    return answer(call, false);
}

bool actions_access_list_approvals(const struct call *call)
{
    approval_list(call->organization, json_set_array(call->result, "approvals"));
    return true;
}

/* --- projects --- */

static bool project_named(const struct call *call, struct project **out)
{
    const char *path;
    if (!actions_text(call, "project", &path)) {
        return false;
    }
    *out = project_find(call->organization, path);
    return *out != NULL || actions_unknown(call, "project", "project", path);
}

bool actions_access_assign_project(const struct call *call)
{
    struct project *project;
    struct account *account;
    if (!project_named(call, &project) || !actions_person(call, "user", &account)) {
        return false;
    }
    assign(call->organization, account, project);
    return true;
}

bool actions_access_unassign_project(const struct call *call)
{
    struct project *project;
    struct account *account;
    if (!project_named(call, &project) || !actions_person(call, "user", &account)) {
        return false;
    }
    unassign(call->organization, account, project);
    return true;
}

/* null: no classification any more. */
bool actions_access_classify_project(const struct call *call)
{
    struct project *project;
    const char *classification = NULL;
    bool none = json_is(json_get(call->request, "classification"), JSON_NULL);
    return project_named(call, &project) && (none || actions_text(call, "classification", &classification)) &&
           clearance_classify(call->organization, project, classification, call->failure);
}
