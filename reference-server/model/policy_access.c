#include "common/base.h"

#include "reference-server/model/policy_access.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"

#include <string.h>

static bool read_role(const struct policy_reading *reading, const struct place *at, const json *object, const char *key,
                      enum role *out)
{
    return (role_read(json_text(json_get(object, key)), out) && *out != ROLE_OWNER) ||
           place_refuse(at, key, reading->failure,
                        "%s must be a role: maintainer, editor, commenter, collaborator, participant, viewer, edit, check, view",
                        key);
}

static bool read_time(const struct policy_reading *reading, const struct place *at, const json *object, const char *key,
                      int64_t *out)
{
    const json *value = json_get(object, key);
    return value == NULL || (json_text(value) != NULL && time_parse(json_text(value), out)) ||
           place_refuse(at, key, reading->failure, "%s must be a time such as \"2026-12-01T08:00:00Z\"", key);
}

/* A rule about what nobody can be granted is a mistake, as with the workspaces of a mapping. */
static bool grants_fit(const struct policy_reading *reading, const struct place *at, const struct policy_condition *condition)
{
    const char *list = policy_granted_list(condition->field);
    for (size_t i = 0; i < condition->count && list != NULL && reading->organization != NULL; i++) {
        if (!policy_grants_match(reading->policies, list, condition->patterns[i])) {
            return place_refuse(at, list, reading->failure, "the block entitlements offers no %s that \"%.200s\" fits", list,
                                condition->patterns[i]);
        }
    }
    return true;
}

/* Whether a project of that path could be in the workspace: what stands before the pattern's first wildcard begins with the workspace, or is the
 * beginning of such a path. Projects may come later, workspaces are there. */
static bool may_be_in(const char *pattern, const char *workspace)
{
    size_t literal = strcspn(pattern, "*?"), n = strlen(workspace);
    size_t common = literal < n ? literal : n;
    bool goes_on = literal <= n ? pattern[literal] != '\0' : pattern[n] == '/';
    return strncmp(pattern, workspace, common) == 0 && goes_on;
}

static bool projects_fit(const struct policy_reading *reading, const struct place *at, const struct policy_condition *condition)
{
    const struct organization *organization = reading->organization;
    for (size_t i = 0; i < condition->count && organization != NULL; i++) {
        bool found = false;
        for (size_t k = 0; k < organization->workspaces.count && !found; k++) {
            found = may_be_in(condition->patterns[i], ((const struct resource *)organization->workspaces.items[k])->path);
        }
        if (!found) {
            (void)place_refuse(at, condition->field, reading->failure, "\"%.200s\" is in no workspace of the organization",
                               condition->patterns[i]);
            return place_advise(reading->failure,
                                "create the workspace first, or write a path such as \"Sales/Launch\" or \"Sales/*\"");
        }
    }
    return true;
}

/* What never holds is a mistake. */
static bool can_hold(const struct policy_reading *reading, const struct place *at, const struct policy_condition *condition)
{
    if (condition->count == 0 && reading->organization != NULL) {
        (void)place_refuse(at, condition->field, reading->failure, "an empty list never holds");
        return place_advise(reading->failure, "name a pattern, or leave the condition out");
    }
    return grants_fit(reading, at, condition) &&
           (!text_equal(condition->field, POLICY_CONDITION_PROJECT) || projects_fit(reading, at, condition));
}

static bool read_condition(const struct policy_reading *reading, const struct place *at, const json *when, const json *entry,
                           struct policy_condition *out)
{
    out->field = json_key(entry);
    bool special = text_equal(out->field, POLICY_CONDITION_PROJECT) || policy_granted_list(out->field) != NULL;
    if (!special && !policy_field_known(out->field)) {
        return policy_field_refuse(reading, at, out->field, out->field);
    }
    if (json_is(entry, JSON_ARRAY)) {
        return policy_names(reading, at, when, out->field, &out->patterns, &out->count) && can_hold(reading, at, out);
    }
    if (text_is_blank(json_text(entry))) {
        return place_refuse(at, out->field, reading->failure,
                            "expected a pattern such as \"Sales\" or \"*Lead*\", or a list of them");
    }
    const char **pattern = arena_array(reading->policies->arena, 1, sizeof *pattern);
    *pattern = json_text(entry);
    out->patterns = pattern;
    out->count = 1;
    return can_hold(reading, at, out);
}

static bool read_conditions(const struct policy_reading *reading, const struct place *up, const json *rule,
                            struct policy_access_rule *out)
{
    const struct place at = {up, "when"};
    const json *when = json_get(rule, "when");
    if (!place_object(&at, when, NULL, reading->failure) || !policy_not_too_many(reading, &at, when)) {
        return false;
    }
    if (json_count(when) == 0) {
        return place_refuse(&at, NULL, reading->failure, "a rule says when it holds: {\"department\": \"Sales\"}");
    }
    struct policy_condition *conditions = arena_array(reading->policies->arena, json_count(when), sizeof *conditions);
    for (const json *entry = json_first(when); entry != NULL; entry = json_next(entry)) {
        if (!read_condition(reading, &at, when, entry, &conditions[out->condition_count++])) {
            return false;
        }
    }
    out->conditions = conditions;
    return true;
}

static bool resource_fits(const struct policy_reading *reading, const struct place *at, const char *path)
{
    if (reading->organization == NULL) {
        return true;
    }
    const struct resource *resource = resource_find(reading->organization, path);
    if (resource == NULL) {
        return place_refuse(at, "resource", reading->failure, "there is no workspace or folder \"%.200s\"", path);
    }
    if (!resource->workspace->managed) {
        return place_refuse(at, "resource", reading->failure, "the organization doesn't manage the workspace \"%.200s\"",
                            resource->workspace->path);
    }
    return resource->kind == RESOURCE_WORKSPACE || resource->team_access == TEAM_ACCESS_INVITE_ONLY ||
           place_refuse(at, "resource", reading->failure, "the team access of \"%.200s\" is not invite-only: grant its workspace",
                        path);
}

static bool read_rule(const struct policy_reading *reading, const json *entry, struct policy_access_rule *out)
{
    const struct place at = {&reading->at, json_key(entry)};
    *out = (struct policy_access_rule){.name = json_key(entry), .starts_ms = INT64_MIN, .ends_ms = INT64_MAX};
    if (!place_object(&at, entry, "when resource role starts ends", reading->failure) ||
        !read_conditions(reading, &at, entry, out) ||
        !place_text(&at, entry, "resource", 2 * POLICY_MAX_NAME, &out->resource, reading->failure) ||
        !read_role(reading, &at, entry, "role", &out->role) || !read_time(reading, &at, entry, "starts", &out->starts_ms) ||
        !read_time(reading, &at, entry, "ends", &out->ends_ms)) {
        return false;
    }
    if (out->resource == NULL) {
        return place_refuse(&at, "resource", reading->failure, "a rule names the workspace or folder that it opens");
    }
    if (out->ends_ms <= out->starts_ms) {
        (void)place_refuse(&at, "ends", reading->failure, "the rule ends before it starts");
        return place_advise(reading->failure, "let it end later than it starts");
    }
    return resource_fits(reading, &at, out->resource);
}

bool policy_read_access_rules(const struct policy_reading *reading, const json *block)
{
    struct policy_access_rules *out = &reading->policies->access_rules;
    if (!policy_not_too_many(reading, &reading->at, block)) {
        return false;
    }
    struct policy_access_rule *items = arena_array(reading->policies->arena, json_count(block) + 1, sizeof *items);
    for (const json *entry = json_first(block); entry != NULL; entry = json_next(entry)) {
        if (!place_object(&(const struct place){&reading->at, json_key(entry)}, entry, NULL, reading->failure) ||
            !read_rule(reading, entry, &items[out->count++])) {
            return false;
        }
    }
    out->items = items;
    return true;
}

bool policy_read_approvals(const struct policy_reading *reading, const json *block)
{
    struct policy_approvals *out = &reading->policies->approvals;
    out->there = true;
    return place_object(&reading->at, block, "from_role", reading->failure) &&
           read_role(reading, &reading->at, block, "from_role", &out->from_role);
}

bool policy_read_rollout(const struct policy_reading *reading, const json *block)
{
    struct policy_rollout *out = &reading->policies->rollout;
    out->there = true;
    return place_object(&reading->at, block, "groups", reading->failure) &&
           policy_names(reading, &reading->at, block, "groups", &out->groups, &out->count);
}
