/* access_world_blocks.h: policies of random organizations (access_world.h), a block each. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_ACCESS_WORLD_BLOCKS_H
#define TESTS_UNIT_REFERENCE_SERVER_ACCESS_WORLD_BLOCKS_H

#include "common/base.h"

#include "tests/unit/reference-server/access_world_base.h"

static inline void put_mappings(struct world *w, json *blocks)
{
    static const char *const roles[] = {"admin", "manager", "user"}, *const patterns[] = {"all", "department_*", "assigned_only",
                                                                                          "w1"};
    json *mappings = json_set_object(blocks, "group_mappings");
    for (size_t i = rng_below(&w->rng, 3); i > 0; i--) {
        json *mapping = json_set_object(mappings, any_group(w)->display_name);
        json_set_text(mapping, "taskade_role", roles[rng_below(&w->rng, 3)]);
        json_push_text(json_set_array(mapping, "workspaces"), patterns[rng_below(&w->rng, 4)]);
    }
}

static inline void put_rules(struct world *w, json *blocks)
{
    json *rules = json_set_object(blocks, "access_rules");
    for (size_t i = rng_below(&w->rng, 4); i > 0; i--) {
        json *rule = json_set_object(rules, arena_printf(w->arena, "r%zu", i));
        json_set_text(json_set_object(rule, "when"), "title", any_title(w));
        json_set_text(rule, "resource", any_place(w)->path);
        json_set_text(rule, "role", role_name(any_role(w)));
        int64_t starts = organization_now(w->organization) + (int64_t)rng_below(&w->rng, 24) * HOUR_MILLISECONDS;
        if (one_of(w, 3)) {
            json_set_text(rule, "starts", time_format(w->arena, starts));
        }
        if (one_of(w, 2)) {
            json_set_text(rule, "ends", time_format(w->arena, starts + (int64_t)rng_below(&w->rng, 48) * HOUR_MILLISECONDS));
        }
    }
}

static inline void put_rollout(struct world *w, json *blocks)
{
    if (!one_of(w, 3)) {
        json_set_null(blocks, "rollout");
        return;
    }
    json *groups = json_set_array(json_set_object(blocks, "rollout"), "groups");
    json_push_text(groups, any_group(w)->display_name);
    json_push_text(groups, any_group(w)->display_name);
}

static inline void put_approvals(struct world *w, json *blocks)
{
    if (one_of(w, 2)) {
        json_set_null(blocks, "approvals");
    } else {
        json_set_text(json_set_object(blocks, "approvals"), "from_role", role_name(any_role(w)));
    }
}

static inline void put_deprovisioning(struct world *w, json *blocks)
{
    static const char *const actions[] = {"transfer_ownership", "archive_user_content", "notify_team_members"},
                             *const group_actions[] = {"remove_from_projects", "transfer_responsibilities"};
    if (one_of(w, 2)) {
        json_set_null(blocks, "deprovisioning_rules");
        return;
    }
    json *rules = json_set_object(blocks, "deprovisioning_rules"), *user = json_set_object(rules, "user_removal");
    json_set_text(user, "retention_period", one_of(w, 2) ? "1_days" : "30_days");
    json *list = json_set_array(user, "actions");
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (one_of(w, 2)) {
            json_push_text(list, actions[i]);
        }
    }
    list = json_set_array(json_set_object(rules, "group_removal"), "actions");
    json_push_text(list, group_actions[rng_below(&w->rng, 2)]);
}

/* A tree: what is above a group has a lower number. */
static inline void put_hierarchy(struct world *w, json *blocks)
{
    static const char *const permissions[] = {"strategic_access", "financial_reports", "code_access"};
    if (one_of(w, 2)) {
        json_set_null(blocks, "group_hierarchy");
        return;
    }
    json *hierarchy = json_set_object(blocks, "group_hierarchy");
    for (size_t i = 0; i < 4; i++) {
        json *group = json_set_object(hierarchy, arena_printf(w->arena, "g%zu", i));
        if (i > 0 && !one_of(w, 3)) {
            json_set_text(group, "parent", arena_printf(w->arena, "g%zu", (size_t)rng_below(&w->rng, i)));
        }
        if (one_of(w, 2)) {
            json_push_text(json_set_array(group, "members"), any_person(w)->user_name);
        }
        json_push_text(json_set_array(group, "inherited_permissions"), permissions[rng_below(&w->rng, 3)]);
        json_push_text(json_set_array(group, "specific_permissions"), permissions[rng_below(&w->rng, 3)]);
    }
}

/* Mostly with slots; seldom without a trigger, which keeps all of a kind out. */
static inline void put_sync(struct world *w, json *blocks)
{
    static const char *const frequencies[] = {"real_time", "hourly", "daily"}, *const triggers[] = {"profile_changed",
                                                                                                    "group_membership_changed",
                                                                                                    "manager_updated"};
    if (!one_of(w, 3)) {
        json_set_null(blocks, "sync_config");
        return;
    }
    json *sync = json_set_object(blocks, "sync_config"), *list = json_set_array(sync, "update_triggers");
    for (size_t i = 0; i < ARRAY_LEN(triggers); i++) {
        if (!one_of(w, 6)) {
            json_push_text(list, triggers[i]);
        }
    }
    json_set_text(sync, "sync_frequency", frequencies[rng_below(&w->rng, 3)]);
    json_set_text(sync, "conflict_resolution", one_of(w, 2) ? "okta_wins" : "local_wins");
}

#endif
