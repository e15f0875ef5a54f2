/* Properties of access over random organizations and random events.
 *
 * The second implementation below is as plain as the rules: it looks at every group, every grant and every rule for every pair, and knows no order,
 * no index and no reason. Whatever access.h says has to be what it says. */
#include "common/base.h"

#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/access.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/account.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/organization_snapshot.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "tests/tap.h"
#include "tests/unit/reference-server/model_random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PEOPLE  1000
#define PLACES  100
#define STORIES 20
#else
#define PEOPLE  10000
#define PLACES  1000
#define STORIES 100
#endif
#define EVENTS            60
#define HOUR_MILLISECONDS (DAY_MS / 24)

static int64_t now_ms;

struct world {
    struct arena *arena;
    struct organization *organization;
    struct rng rng;
    size_t people, groups, places; /* as many as there have been, for names */
};

/* --- the second implementation --- */

/* Who is in which group, by order numbers: for many people, who change no more. NULL: look. */
static bool **known;

static bool in_group(const struct group *group, const struct account *account)
{
    const struct member *member;
    if (known != NULL) {
        return known[group->order][account->order];
    }
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        if (member->account == account || (member->group != NULL && in_group(member->group, account))) {
            return true;
        }
    }
    return false;
}

static void mark(const struct group *group, bool *in)
{
    const struct member *member;
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        if (member->group != NULL) {
            mark(member->group, in);
        } else {
            in[member->account->order] = true;
        }
    }
}

static void know_members(struct arena *arena, const struct organization *organization)
{
    known = arena_array(arena, organization->sequence, sizeof *known);
    for (size_t i = 0; i < organization->groups.count; i++) {
        const struct group *group = organization->groups.items[i];
        known[group->order] = arena_array(arena, organization->sequence, sizeof **known);
        mark(group, known[group->order]);
    }
}

static enum role higher(enum role a, enum role b)
{
    return a > b ? a : b;
}

static bool is_rolled_out(const struct policies *policies, const struct group *group)
{
    bool listed = !policies->rollout.there;
    for (size_t i = 0; i < policies->rollout.count; i++) {
        listed |= unicode_equal_fold(policies->rollout.groups[i], group->display_name);
    }
    return listed;
}

/* What the grants, lasting and temporary, on this very resource give; only: manual ones alone. */
static enum role by_grants(const struct organization *organization, const struct account *account,
                           const struct resource *resource, bool only)
{
    enum role best = ROLE_NONE;
    const char *key;
    void *value;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        bool open = now_ms + organization->clock_offset_ms >= grant->window.starts_ms &&
                    now_ms + organization->clock_offset_ms < grant->window.ends_ms;
        bool mine = grant->account == account;
        bool ours = !only && grant->group != NULL && is_rolled_out(organization->policies, grant->group) &&
                    in_group(grant->group, account);
        best = open && (mine || ours) ? higher(best, grant->role) : best;
    }
    return best;
}

static bool has_lasting(const struct account *account, const struct resource *resource)
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

static enum role by_mappings(const struct organization *organization, const struct account *account,
                             const struct resource *workspace)
{
    const struct policies *policies = organization->policies;
    enum role best = ROLE_NONE;
    for (size_t g = 0; workspace->managed && g < organization->groups.count; g++) {
        const struct group *group = organization->groups.items[g];
        for (size_t i = 0; i < policies->group_mappings.count; i++) {
            const struct policy_group_mapping *mapping = &policies->group_mappings.items[i];
            bool matches = mapping->all;
            for (size_t k = 0; k < mapping->workspace_count; k++) {
                matches |= text_glob(mapping->workspaces[k], workspace->path);
            }
            if (matches && unicode_equal_fold(mapping->group, group->display_name) && is_rolled_out(policies, group) &&
                in_group(group, account)) {
                best = higher(best, mapping->role == ORG_ROLE_ADMIN     ? ROLE_MAINTAINER
                                    : mapping->role == ORG_ROLE_MANAGER ? ROLE_EDITOR
                                                                        : ROLE_NONE);
            }
        }
    }
    return best;
}

static enum role by_rules(const struct organization *organization, const struct account *account, const struct resource *resource)
{
    const struct policy_access_rules *rules = &organization->policies->access_rules;
    int64_t now = now_ms + organization->clock_offset_ms;
    enum role best = ROLE_NONE;
    for (size_t i = 0; resource->workspace->managed && i < rules->count; i++) {
        const struct policy_access_rule *rule = &rules->items[i];
        const char *title = json_get_text(account->resource, "title", "");
        bool meets = rule->condition_count == 1 && text_glob(rule->conditions[0].patterns[0], title); /* all are about titles */
        if (meets && *title != '\0' && text_equal(rule->resource, resource->path) && now >= rule->starts_ms &&
            now < rule->ends_ms) {
            best = higher(best, rule->role);
        }
    }
    return best;
}

static enum role by_org_role(const struct account *account, const struct resource *workspace)
{
    bool department = strncmp(workspace->path, "department_", 11) == 0;
    if (!workspace->managed || account->org_role == ORG_ROLE_USER) {
        return ROLE_NONE;
    }
    return account->org_role == ORG_ROLE_ADMIN ? ROLE_MAINTAINER : department ? ROLE_EDITOR : ROLE_NONE;
}

static enum role plain_role(const struct organization *organization, const struct account *account,
                            const struct resource *resource)
{
    const struct resource *workspace = resource->workspace;
    if (!account->active) {
        return ROLE_NONE;
    }
    enum role above = higher(higher(by_grants(organization, account, workspace, false), by_org_role(account, workspace)),
                             higher(by_mappings(organization, account, workspace), by_rules(organization, account, workspace)));
    if (resource == workspace) {
        return above;
    }
    if (resource->team_access == TEAM_ACCESS_INVITE_ONLY) {
        enum role own = higher(by_grants(organization, account, resource, false), by_rules(organization, account, resource));
        return above == ROLE_OWNER ? ROLE_OWNER : own;
    }
    enum role own = by_grants(organization, account, resource, true);
    return own != ROLE_NONE && has_lasting(account, resource) ? own : higher(own, above);
}

/* --- both agree --- */

static size_t places_of(const struct world *w, struct resource ***out)
{
    struct resource **places = arena_array(w->arena, w->organization->resource_count + 1, sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < w->organization->workspaces.count; i++) {
        struct resource *workspace = w->organization->workspaces.items[i];
        places[count++] = workspace;
        for (size_t k = 0; k < workspace->folders.count; k++) {
            places[count++] = workspace->folders.items[k];
        }
    }
    *out = places;
    return count;
}

static enum role role_on(const struct access_list *list, const struct resource *resource)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].resource == resource) {
            return list->items[i].role;
        }
    }
    return ROLE_NONE;
}

static void both_agree(const struct world *w, const struct account *account, struct resource *const *places, size_t count)
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

/* --- making an organization --- */

static struct account *any_person(struct world *w)
{
    return w->organization->accounts.items[rng_below(&w->rng, w->organization->accounts.count)];
}

static struct group *any_group(struct world *w)
{
    return w->organization->groups.items[rng_below(&w->rng, w->organization->groups.count)];
}

static struct resource *any_place(struct world *w)
{
    struct resource *workspace = w->organization->workspaces.items[rng_below(&w->rng, w->organization->workspaces.count)];
    size_t which = rng_below(&w->rng, workspace->folders.count + 1);
    return which == 0 ? workspace : workspace->folders.items[which - 1];
}

static enum role any_role(struct world *w)
{
    return (enum role)(ROLE_VIEWER + rng_below(&w->rng, ROLE_OWNER - ROLE_VIEWER));
}

static const char *const titles[] = {"Lead", "Clerk", "Head", "Engineer"};

static bool add_person(struct world *w)
{
    json *user = json_object(w->arena);
    struct account *account;
    json_set_text(user, "userName", arena_printf(w->arena, "p%zu@acme.test", w->people++));
    json_set_text(user, "title", titles[rng_below(&w->rng, ARRAY_LEN(titles))]);
    return account_create(w->organization, user, &account, NULL, NULL);
}

static bool add_group(struct world *w)
{
    json *resource = json_object(w->arena);
    struct group *group;
    const char *id = any_person(w)->id;
    json_set_text(resource, "displayName", arena_printf(w->arena, "g%zu", w->groups++));
    return group_create(w->organization, resource, &id, 1, &group, NULL);
}

static bool add_place(struct world *w)
{
    struct resource *place;
    const char *pattern = rng_below(&w->rng, 3) == 0 ? "department_%zu" : "w%zu";
    const char *name = strchr(pattern, '_') != NULL ? arena_printf(w->arena, "department_%zu", w->places)
                                                    : arena_printf(w->arena, "w%zu", w->places);
    w->places++;
    if (!resource_add_workspace(w->organization, name, rng_below(&w->rng, 5) != 0, NULL, &place, NULL)) {
        return false;
    }
    return resource_add_folder(w->organization, arena_printf(w->arena, "%s/open", name), TEAM_ACCESS_WORKSPACE, &place, NULL) &&
           resource_add_folder(w->organization, arena_printf(w->arena, "%s/closed", name), TEAM_ACCESS_INVITE_ONLY, &place, NULL);
}

/* Refusals are fine: they change nothing. */
static bool any_grant(struct world *w)
{
    bool group = rng_below(&w->rng, 3) == 0, timed = rng_below(&w->rng, 3) == 0;
    struct resource *place = any_place(w);
    int64_t now = organization_now(w->organization);
    const struct grant_window window = {now + (int64_t)rng_below(&w->rng, 48) * HOUR_MILLISECONDS - 24 * HOUR_MILLISECONDS,
                                        now + (int64_t)rng_below(&w->rng, 48) * HOUR_MILLISECONDS};
    if (timed) {
        return grant_for_a_while(w->organization, group ? NULL : any_person(w), group ? any_group(w) : NULL, place, any_role(w),
                                 window, NULL);
    }
    return group ? grant_group(w->organization, any_group(w), place, any_role(w), NULL)
                 : grant_person(w->organization, any_person(w), place, any_role(w), NULL);
}

static bool any_member(struct world *w)
{
    struct group *group = any_group(w);
    const char *id = rng_below(&w->rng, 4) == 0 ? any_group(w)->id : any_person(w)->id;
    return group_add_members(w->organization, group, &id, 1, NULL);
}

static json *any_blocks(struct world *w)
{
    static const char *const roles[] = {"admin", "manager", "user"}, *const patterns[] = {"all", "department_*", "assigned_only",
                                                                                          "w1"};
    json *blocks = json_object(w->arena), *mappings = json_set_object(blocks, "group_mappings");
    for (size_t i = rng_below(&w->rng, 3); i > 0; i--) {
        json *mapping = json_set_object(mappings, any_group(w)->display_name);
        json_set_text(mapping, "taskade_role", roles[rng_below(&w->rng, 3)]);
        json_push_text(json_set_array(mapping, "workspaces"), patterns[rng_below(&w->rng, 4)]);
    }
    json *rules = json_set_object(blocks, "access_rules");
    for (size_t i = rng_below(&w->rng, 4); i > 0; i--) {
        json *rule = json_set_object(rules, arena_printf(w->arena, "r%zu", i));
        json_set_text(json_set_object(rule, "when"), "title", titles[rng_below(&w->rng, ARRAY_LEN(titles))]);
        json_set_text(rule, "resource", any_place(w)->path);
        json_set_text(rule, "role", role_name(any_role(w)));
        if (rng_below(&w->rng, 2) == 0) {
            int64_t ends = organization_now(w->organization) + (int64_t)rng_below(&w->rng, 48) * HOUR_MILLISECONDS;
            json_set_text(rule, "ends", time_format(w->arena, ends));
        }
    }
    if (rng_below(&w->rng, 3) == 0) {
        json *groups = json_set_array(json_set_object(blocks, "rollout"), "groups");
        json_push_text(groups, any_group(w)->display_name);
        json_push_text(groups, any_group(w)->display_name);
    } else {
        json_set_null(blocks, "rollout");
    }
    return blocks;
}

static bool any_policies(struct world *w)
{
    json *request = json_object(w->arena);
    json_set_text(request, "action", "set-policies");
    json_set_copy(request, "policies", any_blocks(w));
    return actions_run(w->organization, request, json_object(w->arena), NULL);
}

static struct world begin(struct arena *arena, uint64_t seed, size_t people, size_t groups, size_t places)
{
    struct world w = {.arena = arena, .rng = rng_new(seed)};
    counter = 0;
    now_ms = 1795369537000;
    w.organization = organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(&now_ms),
                                      (struct model_random){next_id, next_token, NULL});
    changes_stop(w.organization); /* nobody stores it */
    for (size_t i = 0; i < people; i++) {
        assert_true(add_person(&w));
    }
    for (size_t i = 0; i < groups; i++) {
        assert_true(add_group(&w));
    }
    for (size_t i = 0; i < places; i++) {
        assert_true(add_place(&w));
    }
    return w;
}

/* --- events --- */

static bool set_active(struct world *w, struct account *account, bool active)
{
    json *user = json_copy(w->arena, account->resource);
    json_set_bool(user, "active", active);
    return account_replace(w->organization, account, user, NULL);
}

static bool run_status(struct world *w)
{
    struct account *account = any_person(w);
    return set_active(w, account, !account->active);
}

static bool run_profile(struct world *w)
{
    struct account *account = any_person(w);
    json *user = json_copy(w->arena, account->resource);
    json_set_text(user, "title", titles[rng_below(&w->rng, ARRAY_LEN(titles))]);
    return account_replace(w->organization, account, user, NULL);
}

static bool run_delete(struct world *w)
{
    return w->organization->accounts.count > 4 && account_delete(w->organization, any_person(w), NULL);
}

static bool run_leave_group(struct world *w)
{
    struct group *group = any_group(w);
    const struct member *member;
    size_t i = 0;
    if ((member = group_member_at(group, &i)) != NULL) {
        const char *id = member_id(member);
        group_remove_members(w->organization, group, &id, 1);
    }
    return true;
}

static bool run_rename(struct world *w)
{
    struct group *group = any_group(w);
    json *resource = json_copy(w->arena, group->resource);
    json_set_text(resource, "displayName", arena_printf(w->arena, "g%zu", (size_t)rng_below(&w->rng, w->groups + 1)));
    return group_replace(w->organization, group, resource, NULL, 0, NULL);
}

static bool run_delete_group(struct world *w)
{
    if (w->organization->groups.count > 2) {
        group_delete(w->organization, any_group(w));
    }
    return true;
}

static bool run_revoke(struct world *w)
{
    struct resource *place = any_place(w);
    const char *key;
    void *value;
    size_t i = 0;
    if (!map_at(place->grants, &i, &key, &value)) {
        return true;
    }
    struct grant *grant = value;
    return grant->account != NULL ? grant_revoke_person(w->organization, grant->account, place, NULL)
                                  : grant_revoke_group(w->organization, grant->group, place, NULL);
}

static bool run_org_role(struct world *w)
{
    account_set_org_role(w->organization, any_person(w), (enum org_role)rng_below(&w->rng, 3));
    return true;
}

static bool run_clock(struct world *w)
{
    return organization_advance(w->organization, (int64_t)rng_below(&w->rng, 12) * HOUR_MILLISECONDS, NULL);
}

static bool run_click(struct world *w)
{
    struct access_entry entry;
    return signin_open(w->arena, w->organization, any_person(w), ENTRY_SSO, any_place(w)->path, &entry, NULL);
}

static bool run_folder(struct world *w)
{
    struct resource *place = any_place(w);
    if (place->kind == RESOURCE_FOLDER) {
        resource_set_team_access(w->organization, place, (enum team_access)rng_below(&w->rng, 2));
    }
    return true;
}

static bool (*const events[])(struct world *w) = {any_grant,  any_grant,    any_member,      any_member,      run_status,
                                                  run_status, run_profile,  run_leave_group, run_rename,      add_person,
                                                  run_delete, run_revoke,   run_clock,       run_click,       run_org_role,
                                                  run_folder, any_policies, add_group,       run_delete_group};

/* --- what always holds --- */

/* Rules that name a folder that was opened since are left out by both: the plain rules have to know. */
static bool takes_rules(const struct resource *resource)
{
    return resource->kind == RESOURCE_WORKSPACE || resource->team_access == TEAM_ACCESS_INVITE_ONLY;
}

static void check_person(const struct world *w, const struct account *account)
{
    struct access_list list = access_of(w->arena, w->organization, account), potential;
    potential = access_potential(w->arena, w->organization, account);
    size_t joined = 0;
    assert_true(account->active || list.count == 0);
    assert_true(account->active || account->sessions.count + account->api_keys.count == 0);
    for (size_t i = 0; i < list.count; i++) {
        assert_true(list.items[i].via_count > 0);
        assert_int_equal(list.items[i].role, list.items[i].via[0].role);
        assert_true(takes_rules(list.items[i].resource) || list.items[i].via[0].kind != VIA_RULE);
    }
    for (size_t i = 0; i < potential.count; i++) {
        joined += map_get(account->joined, potential.items[i].resource->id) != NULL;
    }
    assert_int_equal(joined, map_count(account->joined)); /* losing every reason ends membership */
    assert_ptr_equal(account_by_user_name(w->organization, account->user_name), account);
}

static void check(const struct world *w)
{
    struct resource **places;
    size_t count = places_of(w, &places), seats = 0;
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        const struct account *account = w->organization->accounts.items[i];
        check_person(w, account);
        both_agree(w, account, places, count);
        seats += account->active && account != w->organization->break_glass;
    }
    assert_int_equal(seats, w->organization->seats_used);
    for (size_t i = 0; i < w->organization->workspaces.count; i++) {
        assert_non_null(lifecycle_active_owner(w->organization->workspaces.items[i], NULL));
    }
}

static const char *snapshot(const struct world *w)
{
    return json_print(w->arena, organization_snapshot(w->arena, w->organization));
}

/* --- the properties --- */

static void what_happens_in_whatever_order_the_rules_hold(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 1; seed <= STORIES; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct world w = begin(arena, seed, 8, 4, 3);
        for (size_t i = 0; i < EVENTS; i++) {
            const char *before = snapshot(&w);
            if (!events[rng_below(&w.rng, ARRAY_LEN(events))](&w)) {
                assert_string_equal(before, snapshot(&w)); /* refused: nothing changed */
            }
            check(&w);
        }
        organization_free(w.organization);
    }
}

static void leaving_and_returning_gives_back_what_there_was(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 1; seed <= STORIES; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct world w = begin(arena, seed, 8, 4, 3);
        for (size_t i = 0; i < EVENTS; i++) {
            (void)events[rng_below(&w.rng, ARRAY_LEN(events))](&w);
        }
        struct account *account = any_person(&w);
        if (account->active && account != w.organization->break_glass && account->org_role == ORG_ROLE_USER) {
            const char *before = json_print(arena, json_get(access_document_user(arena, w.organization, account), "access"));
            assert_true(set_active(&w, account, false));
            assert_int_equal(access_of(arena, w.organization, account).count, 0);
            assert_true(set_active(&w, account, true));
            assert_string_equal(before,
                                json_print(arena, json_get(access_document_user(arena, w.organization, account), "access")));
        }
        organization_free(w.organization);
    }
}

/* A place where more is never less: on a folder that follows its workspace a role of one's own replaces the workspace's. */
static struct resource *plain_place(struct world *w)
{
    struct resource *place = any_place(w);
    return takes_rules(place) ? place : place->workspace;
}

static enum role *all_roles(const struct world *w, struct resource *const *places, size_t count)
{
    enum role *roles = arena_array(w->arena, w->organization->accounts.count * count + 1, sizeof *roles);
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        struct access_list list = access_of(w->arena, w->organization, w->organization->accounts.items[i]);
        for (size_t k = 0; k < count; k++) {
            roles[i * count + k] = role_on(&list, places[k]);
        }
    }
    return roles;
}

static void assert_not_less(const enum role *less, const enum role *more, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(less[i] <= more[i]);
    }
}

/* One more grant, to somebody who has none there; then it is taken back. */
static void a_grant_gives_and_its_end_takes(void **state)
{
    UNUSED(state);
    size_t tried = 0;
    for (uint64_t seed = 1; seed <= STORIES * 4; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct world w = begin(arena, seed, 8, 4, 3);
        for (size_t i = 0; i < EVENTS / 2; i++) {
            (void)events[rng_below(&w.rng, ARRAY_LEN(events))](&w);
        }
        struct resource **places, *place = plain_place(&w);
        size_t count = places_of(&w, &places), pairs = w.organization->accounts.count * count;
        struct group *group = rng_below(&w.rng, 2) == 0 ? any_group(&w) : NULL;
        struct account *account = group == NULL ? any_person(&w) : NULL;
        const char *subject = group == NULL ? account->id : group->id;
        enum role *before = all_roles(&w, places, count);
        if (map_get(place->grants, subject) == NULL && grant_timed_of(place, subject) == NULL) {
            bool given = group != NULL ? grant_group(w.organization, group, place, any_role(&w), NULL)
                                       : grant_person(w.organization, account, place, any_role(&w), NULL);
            enum role *with = all_roles(&w, places, count);
            assert_not_less(before, with, pairs);
            bool taken = given && (group != NULL ? grant_revoke_group(w.organization, group, place, NULL)
                                                 : grant_revoke_person(w.organization, account, place, NULL));
            assert_not_less(all_roles(&w, places, count), with, pairs);
            tried += given && taken;
        }
        organization_free(w.organization);
    }
    assert_true(tried > STORIES);
}

/* Events about different people and places: both orders end in the same access. */
static const char *play_two(struct arena *arena, uint64_t seed, bool other_order)
{
    struct world w = begin(arena, seed, 8, 4, 3);
    for (size_t i = 0; i < EVENTS / 2; i++) {
        (void)events[rng_below(&w.rng, ARRAY_LEN(events))](&w);
    }
    struct account *a = any_person(&w), *b = any_person(&w);
    struct group *group = any_group(&w);
    struct resource *place = any_place(&w);
    bool deactivate = rng_below(&w.rng, 2) == 0;
    const char *id = b->id;
    enum role role = any_role(&w);
    for (int turn = 0; turn < 2 && a != b; turn++) {
        bool first = (turn == 0) != other_order, done;
        if (!first) {
            done = group_add_members(w.organization, group, &id, 1, NULL);
        } else if (deactivate) {
            done = set_active(&w, a, false);
        } else {
            done = grant_person(w.organization, a, place, role, NULL);
        }
        UNUSED(done); /* refused in one order, refused in the other */
    }
    const char *text = json_print(arena, json_get(access_document(arena, w.organization), "users"));
    organization_free(w.organization);
    return text;
}

static void independent_events_may_come_in_any_order(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 1; seed <= STORIES; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        assert_string_equal(play_two(arena, seed, false), play_two(arena, seed, true));
    }
}

static void many_people_and_places_have_what_the_plain_rules_say(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct world w = begin(arena, 7, PEOPLE, PLACES / 50, PLACES / 3);
    for (size_t i = 0; i < PEOPLE; i++) {
        (void)any_grant(&w);
        (void)any_member(&w);
        if (i % 50 == 0) {
            (void)run_status(&w);
        }
    }
    /* Chance may ask for what is refused, such as a rule on an open folder. */
    while (!any_policies(&w) || w.organization->policies->group_mappings.count == 0 ||
           w.organization->policies->access_rules.count < 2) {
    }
    know_members(arena, w.organization);
    struct resource **places;
    size_t count = places_of(&w, &places);
    assert_true(count >= PLACES - 2);
    for (size_t i = 0; i < w.organization->accounts.count; i++) {
        both_agree(&w, w.organization->accounts.items[i], places, count);
    }
    known = NULL;
    organization_free(w.organization);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happens_in_whatever_order_the_rules_hold),
        cmocka_unit_test(leaving_and_returning_gives_back_what_there_was),
        cmocka_unit_test(a_grant_gives_and_its_end_takes),
        cmocka_unit_test(independent_events_may_come_in_any_order),
        cmocka_unit_test(many_people_and_places_have_what_the_plain_rules_say),
    };
    return tap_run("access properties", tests);
}
