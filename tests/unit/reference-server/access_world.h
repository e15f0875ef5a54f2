/* access_world.h: random organizations and random events, for tests of what holds whatever happens.
 *
 * A world is an organization that nobody stores, with a clock that stands still but for the organization's own. Chance comes from a seed; an event takes
 * its operands from it by place in a list, never by what is so, so that the same seed means the same people wherever an event is played. What was refused
 * has returned false. Whom an event is about it says before it happens: world_touched(). */
#ifndef TESTS_UNIT_REFERENCE_SERVER_ACCESS_WORLD_H
#define TESTS_UNIT_REFERENCE_SERVER_ACCESS_WORLD_H

#include "common/base.h"

#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/account.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/approval.h"
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

#define WORLD_ALL_STORIES 100 /* enough for everything to happen */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WORLD_STORIES 20
#else
#define WORLD_STORIES WORLD_ALL_STORIES
#endif
#define WORLD_EVENTS      60
#define WORLD_SECRETS     (WORLD_EVENTS * 4)
#define HOUR_MILLISECONDS (DAY_MS / 24)

static int64_t world_now_ms;

/* Something that lets a person in, handed out once. */
struct world_secret {
    const char *text, *person; /* the id; NULL: an invite */
};

struct world {
    struct arena *arena;
    struct organization *organization;
    struct rng rng;
    size_t people, groups, places; /* as many as there have been, for names */
    struct map *touched;           /* ids and names that the event is about */
    bool everybody;                /* it is about everybody */
    struct world_secret secrets[WORLD_SECRETS + 1];
    size_t secret_count;
};

/* --- whom an event is about --- */

static inline void world_listen(struct world *w)
{
    map_free(w->touched);
    w->touched = map_new();
    w->everybody = false;
}

/* For many people: nobody asks whom an event is about. */
static inline void world_ignore(struct world *w)
{
    map_free(w->touched);
    w->touched = NULL;
}

static inline void world_touch(struct world *w, const char *what)
{
    if (w->touched != NULL) {
        map_set(w->touched, what, w->arena);
    }
}

static inline void world_touch_group(struct world *w, const struct group *group)
{
    struct account *const *people;
    size_t count = w->touched == NULL ? 0 : group_people(w->arena, group, &people);
    world_touch(w, group->id);
    for (size_t i = 0; i < count; i++) {
        world_touch(w, people[i]->id);
    }
}

static inline bool world_touched(const struct world *w, const char *what)
{
    return w->everybody || map_get(w->touched, what) != NULL;
}

/* --- operands --- */

static inline struct account *any_person(struct world *w)
{
    return w->organization->accounts.items[rng_below(&w->rng, w->organization->accounts.count)];
}

static inline struct group *any_group(struct world *w)
{
    return w->organization->groups.items[rng_below(&w->rng, w->organization->groups.count)];
}

static inline struct resource *any_place(struct world *w)
{
    struct resource *workspace = w->organization->workspaces.items[rng_below(&w->rng, w->organization->workspaces.count)];
    size_t which = rng_below(&w->rng, workspace->folders.count + 1);
    return which == 0 ? workspace : workspace->folders.items[which - 1];
}

static inline enum role any_role(struct world *w)
{
    return (enum role)(ROLE_VIEWER + rng_below(&w->rng, ROLE_OWNER - ROLE_VIEWER));
}

static inline bool one_of(struct world *w, unsigned n)
{
    return rng_below(&w->rng, n) == 0;
}

static const char *const world_titles[] = {"Lead", "Clerk", "Head", "Engineer"};

static inline const char *any_title(struct world *w)
{
    return world_titles[rng_below(&w->rng, ARRAY_LEN(world_titles))];
}

/* --- making --- */

static inline bool create_person(struct world *w, size_t number)
{
    json *user = json_object(w->arena);
    struct account *account;
    json_set_text(user, "userName", arena_printf(w->arena, "p%zu@acme.test", number));
    json_set_text(user, "externalId", arena_printf(w->arena, "x%zu", number));
    json_set_text(user, "title", any_title(w));
    return account_create(w->organization, user, &account, NULL, NULL);
}

/* A new one, or somebody who was there: a conflict, or a return within the retention period. */
static inline bool run_create(struct world *w)
{
    bool again = one_of(w, 2);
    size_t number = again ? (size_t)rng_below(&w->rng, w->people) : w->people;
    w->people += !again;
    return create_person(w, number);
}

/* The first who can be restored, so by what is so. */
static inline bool run_return(struct world *w)
{
    const char *id;
    void *departed;
    size_t i = 0;
    if (!map_at(w->organization->departures.by_id, &i, &id, &departed)) {
        return false;
    }
    const char *person = json_get_text(departed_user(departed), "externalId", "x0");
    uint64_t number;
    return text_to_u64(person + 1, w->people, &number) && create_person(w, (size_t)number);
}

static inline bool add_group(struct world *w)
{
    json *resource = json_object(w->arena);
    struct group *group;
    const char *id = any_person(w)->id;
    world_touch(w, id);
    json_set_text(resource, "displayName", arena_printf(w->arena, "g%zu", w->groups++));
    return group_create(w->organization, resource, &id, 1, &group, NULL);
}

static inline bool add_place(struct world *w)
{
    struct resource *place;
    const char *name = arena_printf(w->arena, one_of(w, 3) ? "department_%zu" : "w%zu", w->places++);
    struct account *owner = one_of(w, 3) ? NULL : any_person(w);
    if (!resource_add_workspace(w->organization, name, !one_of(w, 5), owner, &place, NULL)) {
        return false;
    }
    return resource_add_folder(w->organization, arena_printf(w->arena, "%s/open", name), TEAM_ACCESS_WORKSPACE, &place, NULL) &&
           resource_add_folder(w->organization, arena_printf(w->arena, "%s/closed", name), TEAM_ACCESS_INVITE_ONLY, &place, NULL);
}

/* --- grants and members --- */

static inline bool any_grant(struct world *w)
{
    struct group *group = one_of(w, 3) ? any_group(w) : NULL;
    struct account *account = group == NULL ? any_person(w) : NULL;
    struct resource *place = any_place(w);
    enum role role = any_role(w);
    bool owner = one_of(w, 8);
    role = owner && group == NULL ? ROLE_OWNER : role;
    int64_t now = organization_now(w->organization);
    const struct grant_window window = {now + (int64_t)rng_below(&w->rng, 48) * HOUR_MILLISECONDS - 24 * HOUR_MILLISECONDS,
                                        now + (int64_t)rng_below(&w->rng, 48) * HOUR_MILLISECONDS};
    if (group != NULL) {
        world_touch_group(w, group);
    } else {
        world_touch(w, account->id);
    }
    if (one_of(w, 3)) {
        return grant_for_a_while(w->organization, account, group, place, role, window, NULL);
    }
    return group != NULL ? grant_group(w->organization, group, place, role, NULL)
                         : grant_person(w->organization, account, place, role, NULL);
}

static inline bool run_revoke(struct world *w)
{
    struct group *group = one_of(w, 3) ? any_group(w) : NULL;
    struct account *account = group == NULL ? any_person(w) : NULL;
    struct resource *place = any_place(w);
    if (group != NULL) {
        world_touch_group(w, group);
        return grant_revoke_group(w->organization, group, place, NULL);
    }
    world_touch(w, account->id);
    return grant_revoke_person(w->organization, account, place, NULL);
}

/* The id of a person, or of a group, whose people it is about then. */
static inline const char *any_member_of(struct world *w, const struct group *of)
{
    if (!one_of(w, 4)) {
        const char *id = any_person(w)->id;
        world_touch(w, id);
        return id;
    }
    const struct group *group = any_group(w);
    world_touch_group(w, group);
    world_touch(w, of->id); /* two of these can make a circle */
    return group->id;
}

static inline bool any_member(struct world *w)
{
    struct group *group = any_group(w);
    const char *id = any_member_of(w, group);
    return group_add_members(w->organization, group, &id, 1, NULL);
}

static inline bool run_leave_group(struct world *w)
{
    struct group *group = any_group(w);
    const char *id = any_member_of(w, group);
    group_remove_members(w->organization, group, &id, 1);
    return true;
}

static inline bool run_rename_group(struct world *w)
{
    struct group *group = any_group(w);
    json *resource = json_copy(w->arena, group->resource);
    const char *name = arena_printf(w->arena, "g%zu", (size_t)rng_below(&w->rng, w->groups + 1));
    world_touch_group(w, group);
    world_touch(w, name);
    world_touch(w, arena_strdup(w->arena, group->display_name));
    json_set_text(resource, "displayName", name);
    return group_replace(w->organization, group, resource, NULL, 0, NULL);
}

static inline bool run_delete_group(struct world *w)
{
    if (w->organization->groups.count <= 2) {
        return false;
    }
    struct group *group = any_group(w);
    world_touch_group(w, group);
    group_delete(w->organization, group);
    return true;
}

/* --- people --- */

static inline bool set_active(struct world *w, struct account *account, bool active)
{
    json *user = json_copy(w->arena, account->resource);
    json_set_bool(user, "active", active);
    return account_replace(w->organization, account, user, NULL);
}

static inline bool run_status(struct world *w)
{
    struct account *account = any_person(w);
    world_touch(w, account->id);
    return set_active(w, account, one_of(w, 2));
}

static inline bool run_profile(struct world *w)
{
    struct account *account = any_person(w);
    json *user = json_copy(w->arena, account->resource);
    world_touch(w, account->id);
    json_set_text(user, "title", any_title(w));
    return account_replace(w->organization, account, user, NULL);
}

static inline bool run_rename_person(struct world *w)
{
    struct account *account = any_person(w);
    json *user = json_copy(w->arena, account->resource);
    const char *number = json_get_text(user, "externalId", "x");
    world_touch(w, account->id);
    json_set_text(user, "userName", arena_printf(w->arena, "p%s-%d@acme.test", number + 1, (int)rng_below(&w->rng, 3)));
    return account_replace(w->organization, account, user, NULL);
}

static inline bool run_delete(struct world *w)
{
    struct account *account = any_person(w);
    world_touch(w, account->id);
    return w->organization->accounts.count > 4 && account_delete(w->organization, account, NULL);
}

static inline bool run_org_role(struct world *w)
{
    struct account *account = any_person(w);
    world_touch(w, account->id);
    account_set_org_role(w->organization, account, (enum org_role)rng_below(&w->rng, 3));
    return true;
}

/* --- ways in --- */

static inline void keep_secret(struct world *w, const char *text, const char *person)
{
    if (w->secret_count < WORLD_SECRETS) {
        w->secrets[w->secret_count++] = (struct world_secret){arena_strdup(w->arena, text), person};
    }
}

static inline bool run_sign_in(struct world *w)
{
    char secret[MODEL_TOKEN_SIZE];
    struct account *account = any_person(w);
    const char *id = arena_strdup(w->arena, account->id);
    world_touch(w, id);
    if (!signin(w->organization, &(struct sign_in){.user = account->user_name, .method = ENTRY_SSO}, secret, &account, NULL)) {
        return false;
    }
    keep_secret(w, secret, id);
    if (signin_make_api_key(w->organization, account, "ci", secret, NULL)) {
        keep_secret(w, secret, id);
    }
    return true;
}

static inline bool run_invite(struct world *w)
{
    char secret[MODEL_TOKEN_SIZE];
    struct account *account = any_person(w);
    world_touch(w, account->id);
    if (!signin_invite(w->organization, account->user_name, any_place(w), any_role(w), secret, NULL)) {
        return false;
    }
    keep_secret(w, secret, NULL);
    return true;
}

static inline bool run_accept(struct world *w)
{
    char secret[MODEL_TOKEN_SIZE];
    struct account *account;
    const struct world_secret *kept = &w->secrets[rng_below(&w->rng, w->secret_count + 1)];
    w->everybody = true; /* whoever was invited */
    if (kept == &w->secrets[w->secret_count] || kept->person != NULL ||
        !signin_accept(w->organization, kept->text, NULL, secret, &account, NULL)) {
        return false;
    }
    keep_secret(w, secret, arena_strdup(w->arena, account->id));
    return true;
}

static inline bool run_click(struct world *w)
{
    struct access_entry entry;
    struct account *account = any_person(w);
    world_touch(w, account->id);
    return signin_open(w->arena, w->organization, account, ENTRY_SSO, any_place(w)->path, &entry, NULL);
}

/* --- places, time, policies --- */

static inline bool run_folder(struct world *w)
{
    struct resource *place = any_place(w);
    enum team_access team_access = (enum team_access)rng_below(&w->rng, 2);
    w->everybody = true;
    if (place->kind == RESOURCE_FOLDER) {
        resource_set_team_access(w->organization, place, team_access);
    }
    return true;
}

static inline bool run_project(struct world *w)
{
    struct project *project;
    struct resource *place = any_place(w);
    struct account *owner = any_person(w);
    return resource_add_project(w->organization, arena_printf(w->arena, "%s/n%d", place->path, (int)rng_below(&w->rng, 20)),
                                owner, &project, NULL);
}

static inline bool run_clock(struct world *w)
{
    w->everybody = true;
    return organization_advance(w->organization, (int64_t)rng_below(&w->rng, 12) * HOUR_MILLISECONDS, NULL);
}

/* To something that waits, so by what is so. */
static inline bool run_answer(struct world *w)
{
    json *waiting = json_array(w->arena), *request = json_object(w->arena);
    approval_list(w->organization, waiting);
    size_t which = rng_below(&w->rng, json_count(waiting) + 1);
    const json *asked = json_first(waiting);
    for (size_t i = 0; i < which && asked != NULL; i++) {
        asked = json_next(asked);
    }
    if (asked == NULL) {
        return false;
    }
    const char *user = json_get_text(asked, "user", NULL), *group = json_get_text(asked, "group", NULL);
    const char *rule = json_get_text(asked, "rule", NULL), *mapping = json_get_text(asked, "mapping", NULL);
    if (user != NULL) {
        world_touch(w, account_find(w->organization, user)->id);
    } else {
        world_touch_group(w, group_find(w->organization, group));
    }
    json_set_text(request, "action", one_of(w, 3) ? "reject" : "approve");
    json_set_text(request, "user", user);
    json_set_text(request, "group", group);
    json_set_text(request, "rule", rule);
    json_set_text(request, "mapping", mapping);
    json_set_text(request, "resource", rule == NULL && mapping == NULL ? json_get_text(asked, "resource", NULL) : NULL);
    return actions_run(w->organization, request, json_object(w->arena), NULL);
}

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

static inline bool any_policies(struct world *w)
{
    json *request = json_object(w->arena), *blocks = json_set_object(request, "policies");
    json_set_text(request, "action", "set-policies");
    w->everybody = true;
    put_mappings(w, blocks);
    put_rules(w, blocks);
    put_rollout(w, blocks);
    put_approvals(w, blocks);
    put_deprovisioning(w, blocks);
    return actions_run(w->organization, request, json_object(w->arena), NULL);
}

/* --- all events --- */

/* The same again changes nothing more; the lists of people and groups stay as they are; of SCIM, so a later one of the same kind may follow. */
enum { WORLD_REPEATS = 1, WORLD_KEEPS_LISTS = 2 };

static const struct world_event {
    const char *name;
    bool (*run)(struct world *w);
    unsigned traits;
} world_events[] = {
    {"grant", any_grant, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"grant more", any_grant, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"revoke", run_revoke, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"join a group", any_member, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"join another group", any_member, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"leave a group", run_leave_group, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"rename a group", run_rename_group, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"make a group", add_group, 0},
    {"delete a group", run_delete_group, 0},
    {"status", run_status, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"status again", run_status, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"profile", run_profile, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"rename a person", run_rename_person, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"create", run_create, 0},
    {"return", run_return, 0},
    {"delete", run_delete, 0},
    {"org role", run_org_role, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"sign in", run_sign_in, WORLD_KEEPS_LISTS},
    {"invite", run_invite, WORLD_KEEPS_LISTS},
    {"accept", run_accept, 0},
    {"click", run_click, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"folder", run_folder, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"project", run_project, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"clock", run_clock, WORLD_KEEPS_LISTS},
    {"answer", run_answer, 0},
    {"answer more", run_answer, 0},
    {"policies", any_policies, WORLD_REPEATS | WORLD_KEEPS_LISTS},
};

static inline const struct world_event *any_event(struct world *w)
{
    return &world_events[rng_below(&w->rng, ARRAY_LEN(world_events))];
}

static inline bool world_play(struct world *w, const struct world_event *event)
{
    world_listen(w);
    return event->run(w);
}

static inline void world_go_on(struct world *w, size_t events)
{
    for (size_t i = 0; i < events; i++) {
        (void)world_play(w, any_event(w));
    }
}

/* --- one from a seed --- */

static inline struct world world_begin(struct arena *arena, uint64_t seed, size_t people, size_t groups, size_t places)
{
    struct world w = {.arena = arena, .rng = rng_new(seed)};
    counter = 0;
    world_now_ms = 1795369537000;
    w.organization = organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(&world_now_ms),
                                      (struct model_random){next_id, next_token, NULL});
    changes_stop(w.organization);
    world_listen(&w);
    for (size_t i = 0; i < people; i++) {
        assert_true(create_person(&w, w.people++));
    }
    for (size_t i = 0; i < groups; i++) {
        assert_true(add_group(&w));
    }
    for (size_t i = 0; i < places; i++) {
        assert_true(add_place(&w));
    }
    return w;
}

static inline void world_end(struct world *w)
{
    map_free(w->touched);
    organization_free(w->organization);
}

/* --- looking --- */

static inline const char *world_snapshot(const struct world *w)
{
    return json_print(w->arena, organization_snapshot(w->arena, w->organization));
}

static inline size_t places_of(const struct world *w, struct resource ***out)
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

static inline enum role role_on(const struct access_list *list, const struct resource *resource)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].resource == resource) {
            return list->items[i].role;
        }
    }
    return ROLE_NONE;
}

/* The role of one person on each place, in the order of places_of. */
static inline enum role *roles_of(const struct world *w, const struct account *account)
{
    struct resource **places;
    size_t count = places_of(w, &places);
    struct access_list list = access_of(w->arena, w->organization, account);
    enum role *roles = arena_array(w->arena, count + 1, sizeof *roles);
    for (size_t i = 0; i < count; i++) {
        roles[i] = role_on(&list, places[i]);
    }
    return roles;
}

/* Who owns what by a grant of their own. */
static inline const char *owners_of(const struct world *w)
{
    struct buffer b = buffer_new(0);
    const char *key;
    void *value;
    for (size_t i = 0; i < w->organization->workspaces.count; i++) {
        const struct resource *workspace = w->organization->workspaces.items[i];
        for (size_t k = 0; map_at(workspace->grants, &k, &key, &value);) {
            if (((const struct grant *)value)->role == ROLE_OWNER) {
                buffer_printf(&b, "%s %s\n", workspace->path, key);
            }
        }
    }
    return buffer_take(&b, w->arena);
}

/* Rules and group grants count here alone; a role of one's own elsewhere takes the place of the workspace's, so that more may be less. */
static inline bool adds_up(const struct resource *resource)
{
    return resource->kind == RESOURCE_WORKSPACE || resource->team_access == TEAM_ACCESS_INVITE_ONLY;
}

#endif
