/* access_world.h: random organizations and random events, for tests of what holds whatever happens.
 *
 * A world is an organization that nobody stores, with a clock that stands still but for the organization's own. Chance comes from a seed; an event takes
 * its operands from it by place in a list, never by what is so, so that the same seed means the same people wherever an event is played. What was refused
 * has returned false. Whom an event is about it says before it happens: world_touched(). */
#ifndef TESTS_UNIT_REFERENCE_SERVER_ACCESS_WORLD_H
#define TESTS_UNIT_REFERENCE_SERVER_ACCESS_WORLD_H

#include "common/base.h"

#include "reference-server/model/incoming.h"
#include "reference-server/model/place.h"
#include "reference-server/model/profile_edit.h"
#include "tests/unit/reference-server/access_world_base.h"
#include "tests/unit/reference-server/access_world_blocks.h"

/* --- making --- */

static inline bool create_person(struct world *w, size_t number)
{
    json *user = json_object(w->arena);
    struct account *account;
    json_set_text(user, "userName", arena_printf(w->arena, "p%zu@acme.test", number));
    json_set_text(user, "externalId", arena_printf(w->arena, "x%zu", number));
    json_set_text(user, "title", any_title(w));
    return incoming_create(w->organization, user, &account, NULL);
}

/* A new one, or somebody who was there: a conflict, a return within the retention period, or, before SCIM knows them, a link. */
static inline bool run_create(struct world *w)
{
    bool again = one_of(w, 2);
    size_t number = again ? (size_t)rng_below(&w->rng, w->people) : w->people;
    w->people += !again;
    const struct account *there = account_by_address(w->organization, arena_printf(w->arena, "p%zu@acme.test", number));
    if (there != NULL) {
        world_touch(w, there->id);
    }
    return create_person(w, number);
}

/* By another way than SCIM. */
static inline bool run_come(struct world *w)
{
    struct account *account;
    const struct account_person person = {
        .address = arena_printf(w->arena, "p%zu@acme.test", w->people++), .active = !one_of(w, 4), .org_role = ORG_ROLE_USER};
    return account_add(w->organization, &person, &account, NULL);
}

/* The first whom SCIM does not know, so by what is so. */
static inline bool run_link(struct world *w)
{
    uint64_t number;
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        const struct account *account = w->organization->accounts.items[i];
        const char *name = arena_strndup(w->arena, account->user_name + 1, strcspn(account->user_name + 1, "@"));
        if (!account->managed && account != w->organization->break_glass && text_to_u64(name, w->people, &number)) {
            world_touch(w, account->id);
            return create_person(w, (size_t)number);
        }
    }
    return false;
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

/* As the SCIM door does it: by the members as the provider has left them. */
static inline bool set_member(struct world *w, struct group *group, const char *id, bool in)
{
    if (!incoming_holds_members(w->organization)) {
        if (!in) {
            group_remove_members(w->organization, group, &id, 1);
        }
        return !in || group_add_members(w->organization, group, &id, 1, NULL);
    }
    const char *const *before;
    size_t count = incoming_members(w->arena, w->organization, group, &before), kept = 0;
    const char **ids = arena_array(w->arena, count + 1, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(before[i], id)) {
            ids[kept++] = before[i];
        }
    }
    if (in) {
        ids[kept++] = id;
    }
    return incoming_set_members(w->organization, group, ids, kept, NULL);
}

static inline bool any_member(struct world *w)
{
    struct group *group = any_group(w);
    return set_member(w, group, any_member_of(w, group), true);
}

static inline bool run_leave_group(struct world *w)
{
    struct group *group = any_group(w);
    return set_member(w, group, any_member_of(w, group), false);
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

/* A write of the provider, who knows what waits. */
static inline json *written(struct world *w, const struct account *account)
{
    return json_copy(w->arena, incoming_resource(w->organization, account));
}

static inline bool set_active(struct world *w, struct account *account, bool active)
{
    json *user = written(w, account);
    json_set_bool(user, "active", active);
    return incoming_replace(w->organization, account, user, true, NULL);
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
    json *user = written(w, account);
    world_touch(w, account->id);
    json_set_text(user, "title", any_title(w));
    return incoming_replace(w->organization, account, user, true, NULL);
}

/* In the product. */
static inline bool run_edit(struct world *w)
{
    static const struct place place = {NULL, ""};
    struct account *account = any_person(w);
    json *fields = json_object(w->arena);
    world_touch(w, account->id);
    if (one_of(w, 3)) {
        json_set_null(fields, "title");
    } else {
        json_set_text(fields, "title", any_title(w));
    }
    return profile_edit(w->organization, account, &place, fields, false, NULL);
}

static inline bool run_rename_person(struct world *w)
{
    struct account *account = any_person(w);
    json *user = written(w, account);
    const char *number = json_get_text(user, "externalId", "x");
    world_touch(w, account->id);
    json_set_text(user, "userName", arena_printf(w->arena, "p%s-%d@acme.test", number + 1, (int)rng_below(&w->rng, 3)));
    return incoming_replace(w->organization, account, user, true, NULL);
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

static inline bool run_answers(struct world *w)
{
    bool any = false;
    w->everybody = true;
    for (int i = 0; i < 10; i++) {
        any |= run_answer(w);
    }
    return any;
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
    put_hierarchy(w, blocks);
    put_sync(w, blocks);
    return actions_run(w->organization, request, json_object(w->arena), NULL);
}

/* --- all events --- */

/* The same again changes nothing more; the lists of people and groups stay as they are. A kind that stands twice happens more often. */
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
    {"edit", run_edit, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"edit more", run_edit, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"rename a person", run_rename_person, WORLD_REPEATS | WORLD_KEEPS_LISTS},
    {"create", run_create, 0},
    {"return", run_return, 0},
    {"come", run_come, 0},
    {"link", run_link, 0},
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
    {"answer all", run_answers, 0},
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
