/* access_plain.h: a second implementation of access, as plain as the rules: it looks at every group, every grant and every rule for every pair, and knows
 * no order, no index and no reason. Whatever access.h says has to be what it says. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_ACCESS_PLAIN_H
#define TESTS_UNIT_REFERENCE_SERVER_ACCESS_PLAIN_H

#include "common/unicode.h"
#include "tests/unit/reference-server/access_world.h"

/* Who is in which group, by order numbers: for many people, who change no more. NULL: look. */
static bool **plain_known;

static inline bool plain_in_group(const struct group *group, const struct account *account)
{
    const struct member *member;
    if (plain_known != NULL) {
        return plain_known[group->order][account->order];
    }
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        if (member->account == account || (member->group != NULL && plain_in_group(member->group, account))) {
            return true;
        }
    }
    return false;
}

static inline void plain_mark(const struct group *group, bool *in)
{
    const struct member *member;
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        if (member->group != NULL) {
            plain_mark(member->group, in);
        } else {
            in[member->account->order] = true;
        }
    }
}

static inline void plain_know_members(struct arena *arena, const struct organization *organization)
{
    plain_known = arena_array(arena, organization->sequence, sizeof *plain_known);
    for (size_t i = 0; i < organization->groups.count; i++) {
        const struct group *group = organization->groups.items[i];
        plain_known[group->order] = arena_array(arena, organization->sequence, sizeof **plain_known);
        plain_mark(group, plain_known[group->order]);
    }
}

static inline enum role plain_higher(enum role a, enum role b)
{
    return a > b ? a : b;
}

static inline bool plain_rolled_out(const struct policies *policies, const struct group *group)
{
    bool listed = !policies->rollout.there;
    for (size_t i = 0; i < policies->rollout.count; i++) {
        listed |= unicode_equal_fold(policies->rollout.groups[i], group->display_name);
    }
    return listed;
}

/* What a mapping or rule gives counts without a word, or by one for this role or a higher one, of a rule for this very place. */
static inline bool plain_approved(const struct organization *organization, const struct account *account, enum role role,
                                  const char *kind, const char *name, const char *path)
{
    const struct policy_approvals *approvals = &organization->policies->approvals;
    if (!approvals->there || role < approvals->from_role) {
        return true;
    }
    char source[80];
    (void)snprintf(source, sizeof source, "%s:%s", kind, name);
    const struct approval *answer = map_get(account->approvals, source);
    return answer != NULL && answer->given && answer->role >= role && (path == NULL || text_equal(answer->resource, path));
}

/* What the grants, lasting and temporary, on this very resource give; only: manual ones alone. */
static inline enum role plain_by_grants(const struct organization *organization, const struct account *account,
                                        const struct resource *resource, bool only)
{
    int64_t now = world_now_ms + organization->clock_offset_ms;
    enum role best = ROLE_NONE;
    const char *key;
    void *value;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        bool open = now >= grant->window.starts_ms && now < grant->window.ends_ms;
        bool mine = grant->account == account;
        bool ours = !only && grant->group != NULL && plain_rolled_out(organization->policies, grant->group) &&
                    plain_in_group(grant->group, account);
        best = open && (mine || ours) ? plain_higher(best, grant->role) : best;
    }
    return best;
}

static inline bool plain_mapping_matches(const struct policy_group_mapping *mapping, const struct resource *workspace)
{
    bool matches = mapping->all;
    for (size_t k = 0; k < mapping->workspace_count; k++) {
        matches |= text_glob(mapping->workspaces[k], workspace->path);
    }
    return matches;
}

static inline enum role plain_by_mappings(const struct organization *organization, const struct account *account,
                                          const struct resource *workspace)
{
    const struct policies *policies = organization->policies;
    enum role best = ROLE_NONE;
    for (size_t g = 0; workspace->managed && g < organization->groups.count; g++) {
        const struct group *group = organization->groups.items[g];
        for (size_t i = 0; i < policies->group_mappings.count; i++) {
            const struct policy_group_mapping *mapping = &policies->group_mappings.items[i];
            enum role role = mapping->role == ORG_ROLE_ADMIN     ? ROLE_MAINTAINER
                             : mapping->role == ORG_ROLE_MANAGER ? ROLE_EDITOR
                                                                 : ROLE_NONE;
            if (plain_mapping_matches(mapping, workspace) && unicode_equal_fold(mapping->group, group->display_name) &&
                plain_rolled_out(policies, group) && plain_in_group(group, account) &&
                plain_approved(organization, account, role, "mapping", group->id, NULL)) {
                best = plain_higher(best, role);
            }
        }
    }
    return best;
}

static inline enum role plain_by_rules(const struct organization *organization, const struct account *account,
                                       const struct resource *resource)
{
    const struct policy_access_rules *rules = &organization->policies->access_rules;
    int64_t now = world_now_ms + organization->clock_offset_ms;
    enum role best = ROLE_NONE;
    for (size_t i = 0; resource->workspace->managed && i < rules->count; i++) {
        const struct policy_access_rule *rule = &rules->items[i];
        const char *title = json_get_text(account->resource, "title", "");
        bool meets = rule->condition_count == 1 && text_glob(rule->conditions[0].patterns[0], title); /* all are about titles */
        if (meets && *title != '\0' && text_equal(rule->resource, resource->path) && now >= rule->starts_ms &&
            now < rule->ends_ms && plain_approved(organization, account, rule->role, "rule", rule->name, resource->path)) {
            best = plain_higher(best, rule->role);
        }
    }
    return best;
}

static inline enum role plain_by_org_role(const struct account *account, const struct resource *workspace)
{
    bool department = strncmp(workspace->path, "department_", 11) == 0;
    if (!workspace->managed || account->org_role == ORG_ROLE_USER) {
        return ROLE_NONE;
    }
    return account->org_role == ORG_ROLE_ADMIN ? ROLE_MAINTAINER : department ? ROLE_EDITOR : ROLE_NONE;
}

/* Whether a grant without an end is among the account's own: only such a one lowers what the workspace gives. */
static inline bool plain_has_lasting(const struct account *account, const struct resource *resource)
{
    const char *key;
    void *value;
    bool has = false;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        has |= grant->account == account && grant->role != ROLE_NONE && grant->window.starts_ms == INT64_MIN &&
               grant->window.ends_ms == INT64_MAX;
    }
    return has;
}

static inline enum role plain_role(const struct organization *organization, const struct account *account,
                                   const struct resource *resource)
{
    const struct resource *workspace = resource->workspace;
    if (!account->active) {
        return ROLE_NONE;
    }
    enum role above = plain_higher(
        plain_higher(plain_by_grants(organization, account, workspace, false), plain_by_org_role(account, workspace)),
        plain_higher(plain_by_mappings(organization, account, workspace), plain_by_rules(organization, account, workspace)));
    if (resource == workspace) {
        return above;
    }
    if (resource->team_access == TEAM_ACCESS_INVITE_ONLY) {
        enum role own = plain_higher(plain_by_grants(organization, account, resource, false),
                                     plain_by_rules(organization, account, resource));
        return above == ROLE_OWNER ? ROLE_OWNER : own;
    }
    enum role own = plain_by_grants(organization, account, resource, true);
    return own != ROLE_NONE && plain_has_lasting(account, resource) ? own : plain_higher(own, above);
}

static inline void plain_agrees(const struct world *w, const struct account *account, struct resource *const *places,
                                size_t count)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct access_list list = access_of(arena, w->organization, account);
    enum role *said = arena_array(arena, w->organization->sequence, sizeof *said);
    for (size_t i = 0; i < list.count; i++) {
        said[list.items[i].resource->order] = list.items[i].role;
    }
    for (size_t i = 0; i < count; i++) {
        enum role plain = plain_role(w->organization, account, places[i]);
        if (plain != said[places[i]->order]) {
            fail_msg("%s on %s: access.h says %s, the plain rules say %s", account->user_name, places[i]->path,
                     role_name(said[places[i]->order]), role_name(plain));
        }
    }
}

#endif
