/* What a change may do to access, tried on random organizations: more grants never give less, fewer never more; what one group gives is all that leaving it
 * takes (invariant 8); a return gives no more than never having left (5); independent events may come in any order (7). */
#include "tests/unit/reference-server/access_plain.h"

/* --- grants --- */

/* A place where more is never less. */
static struct resource *plain_place(struct world *w)
{
    struct resource *place = any_place(w);
    return adds_up(place) ? place : place->workspace;
}

static enum role **all_roles(const struct world *w)
{
    enum role **roles = arena_array(w->arena, w->organization->accounts.count + 1, sizeof *roles);
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        roles[i] = roles_of(w, w->organization->accounts.items[i]);
    }
    return roles;
}

static void assert_not_less(const struct world *w, enum role **less, enum role **more)
{
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        for (size_t k = 0; k < w->organization->resource_count; k++) {
            assert_true(less[i][k] <= more[i][k]);
        }
    }
}

static bool give(struct world *w, struct account *account, struct group *group, struct resource *place, enum role role)
{
    const struct grant_window window = {INT64_MIN, organization_now(w->organization) + HOUR_MILLISECONDS};
    if (one_of(w, 3)) {
        return grant_for_a_while(w->organization, account, group, place, role, window, NULL);
    }
    return group != NULL ? grant_group(w->organization, group, place, role, NULL)
                         : grant_person(w->organization, account, place, role, NULL);
}

/* One more grant, to somebody who has none there; then it is taken back. */
static void a_grant_gives_and_its_end_takes(void **state)
{
    UNUSED(state);
    size_t tried = 0;
    for (uint64_t seed = 1; seed <= WORLD_STORIES * 4; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct world w = world_begin(arena, seed, 8, 4, 3);
        world_go_on(&w, WORLD_EVENTS / 2);
        struct resource *place = plain_place(&w);
        struct group *group = one_of(&w, 2) ? any_group(&w) : NULL;
        struct account *account = group == NULL ? any_person(&w) : NULL;
        const char *subject = group == NULL ? account->id : group->id;
        enum role **before = all_roles(&w);
        if (map_get(place->grants, subject) == NULL && grant_timed_of(place, subject) == NULL) {
            bool given = give(&w, account, group, place, any_role(&w));
            enum role **with = all_roles(&w);
            assert_not_less(&w, before, with);
            bool taken = given && (group != NULL ? grant_revoke_group(w.organization, group, place, NULL)
                                                 : grant_revoke_person(w.organization, account, place, NULL));
            enum role **after = all_roles(&w);
            assert_not_less(&w, after, with);
            assert_not_less(&w, before, after);
            assert_not_less(&w, after, before);
            tried += given && taken;
        }
        world_end(&w);
    }
    assert_true(tried > WORLD_STORIES);
}

/* --- 8: leaving one group --- */

/* The highest reason that does not come from a group that the person is in no longer. */
static enum role kept_of(const struct access_entry *entry, const struct account *account)
{
    enum role best = ROLE_NONE;
    for (size_t i = 0; i < entry->via_count; i++) {
        const struct access_via *via = &entry->via[i];
        bool stays = via->kind != VIA_WORKSPACE && (via->group == NULL || plain_in_group(via->group, account));
        best = stays ? plain_higher(best, via->role) : best;
    }
    return best;
}

/* Somebody who is in the group, where there is anybody. */
static struct account *somebody_in(struct world *w, const struct group *group)
{
    size_t count = w->organization->accounts.count, start = rng_below(&w->rng, count);
    struct account *account = w->organization->accounts.items[start];
    for (size_t i = 1; i < count && !group_has_member(group, account->id); i++)
        account = w->organization->accounts.items[(start + i) % count];
    return account;
}

static void leaving_a_group_keeps_what_another_route_gives(void **state)
{
    size_t left = 0, kept = 0;
    UNUSED(state);
    for (uint64_t seed = 1; seed <= WORLD_STORIES * 4; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct world w = world_begin(arena, seed, 8, 4, 3);
        world_go_on(&w, WORLD_EVENTS);
        struct group *group = any_group(&w);
        struct account *account = somebody_in(&w, group);
        const char *id = account->id;
        struct access_list before = access_of(arena, w.organization, account);
        left += before.count > 0 && group_has_member(group, id);
        group_remove_members(w.organization, group, &id, 1);
        struct access_list after = access_of(arena, w.organization, account);
        for (size_t i = 0; i < before.count; i++) {
            enum role role = role_on(&after, before.items[i].resource), stays = kept_of(&before.items[i], account);
            assert_true(role >= stays);
            assert_true(role <= before.items[i].role || !adds_up(before.items[i].resource));
            kept += stays > ROLE_NONE;
        }
        world_end(&w);
    }
    assert_true(left > WORLD_STORIES / 4);
    assert_true(kept > WORLD_STORIES / 4);
}

/* --- 5: coming back --- */

static void leaving_and_returning_gives_back_what_there_was(void **state)
{
    size_t tried = 0;
    UNUSED(state);
    for (uint64_t seed = 1; seed <= WORLD_STORIES; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct world w = world_begin(arena, seed, 8, 4, 3);
        world_go_on(&w, WORLD_EVENTS);
        struct account *account = any_person(&w);
        bool transfers = w.organization->policies->deprovisioning.there; /* an owner may have stepped down */
        if (account->active && account != w.organization->break_glass && !transfers) {
            const char *before = json_print(arena, json_get(access_document_user(arena, w.organization, account), "access"));
            assert_true(set_active(&w, account, false));
            assert_int_equal(access_of(arena, w.organization, account).count, 0);
            assert_true(set_active(&w, account, true));
            assert_string_equal(before,
                                json_print(arena, json_get(access_document_user(arena, w.organization, account), "access")));
            tried++;
        }
        world_end(&w);
    }
    assert_true(tried > WORLD_STORIES / 10);
}

/* The roles of one person at the end of a story in which they were away in the middle, or not; NULL: they were nobody to try it with. Nothing that
 * goes by what people do themselves happens meanwhile. */
static enum role *play_absence(struct arena *arena, uint64_t seed, bool away, size_t *count)
{
    struct world w = world_begin(arena, seed, 8, 4, 3);
    world_go_on(&w, WORLD_EVENTS / 2);
    struct account *account = any_person(&w);
    bool fit = account->active && account != w.organization->break_glass;
    if (fit && away) {
        assert_true(set_active(&w, account, false));
    }
    for (size_t i = 0; fit && i < WORLD_EVENTS / 2; i++) {
        const struct world_event *event = any_event(&w);
        const uint64_t operands = rng_next(&w.rng);
        struct rng rng = w.rng;
        w.rng = rng_new(operands); /* what one event draws is nothing to the next */
        bool quiet = (event->traits & WORLD_KEEPS_LISTS) != 0 && event->run != run_status && event->run != run_accept &&
                     event->run != run_invite;
        if (quiet) {
            (void)world_play(&w, event);
        }
        w.rng = rng;
    }
    if (fit && away) {
        assert_true(set_active(&w, account, true));
    }
    *count = w.organization->resource_count;
    enum role *roles = fit ? roles_of(&w, account) : NULL;
    world_end(&w);
    return roles;
}

static void a_return_gives_no_more_than_never_having_left(void **state)
{
    size_t tried = 0;
    UNUSED(state);
    for (uint64_t seed = 1; seed <= WORLD_STORIES; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        size_t count;
        const enum role *there = play_absence(arena, seed, false, &count), *back = play_absence(arena, seed, true, &count);
        for (size_t i = 0; there != NULL && i < count; i++) {
            if (back[i] > there[i]) {
                fail_msg("seed %d: place %zu: %s after a return, %s without", (int)seed, i, role_name(back[i]),
                         role_name(there[i]));
            }
        }
        tried += there != NULL;
    }
    assert_true(tried > WORLD_STORIES / 4);
}

/* --- 7: independent events --- */

static const struct world_event *independent_event(struct world *w)
{
    const struct world_event *event;
    do {
        event = any_event(w);
    } while ((event->traits & WORLD_KEEPS_LISTS) == 0);
    return event;
}

static bool owns_something(const struct world *w, const struct map *touched)
{
    const char *id, *place;
    void *nothing, *value;
    for (size_t i = 0; map_at(touched, &i, &id, &nothing);) {
        const struct account *account = account_by_id(w->organization, id);
        for (size_t k = 0; account != NULL && map_at(account->grants, &k, &place, &value);) {
            if (((const struct grant *)value)->role == ROLE_OWNER) {
                return true;
            }
        }
    }
    return false;
}

static bool meet(const struct map *a, const struct map *b)
{
    const char *what;
    void *value;
    for (size_t i = 0; map_at(a, &i, &what, &value);) {
        if (map_get(b, what) != NULL) {
            return true;
        }
    }
    return false;
}

/* What everybody has after two events; NULL: they are about the same people or groups, or somebody inherits. */
static const char *play_two(struct arena *arena, uint64_t seed, bool other_order)
{
    struct world w = world_begin(arena, seed, 8, 4, 3);
    world_go_on(&w, WORLD_EVENTS / 2);
    const struct world_event *const two[] = {independent_event(&w), independent_event(&w)};
    const uint64_t operands[] = {rng_next(&w.rng), rng_next(&w.rng)};
    struct map *first = NULL;
    bool independent = true;
    for (size_t turn = 0; turn < 2; turn++) {
        size_t which = other_order ? 1 - turn : turn;
        const char *owners = owners_of(&w);
        w.rng = rng_new(operands[which]);
        (void)world_play(&w, two[which]);
        independent = independent && text_equal(owners, owners_of(&w)) && !w.everybody && !owns_something(&w, w.touched) &&
                      (turn == 0 || !meet(first, w.touched));
        if (turn == 0) {
            first = w.touched;
            w.touched = NULL;
        }
    }
    map_free(first);
    const char *text = json_print(arena, json_get(access_document(arena, w.organization), "users"));
    world_end(&w);
    return independent ? text : NULL;
}

static void independent_events_may_come_in_any_order(void **state)
{
    size_t tried = 0;
    UNUSED(state);
    for (uint64_t seed = 1; seed <= WORLD_STORIES * 10; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        const char *one = play_two(arena, seed, false), *other = play_two(arena, seed, true);
        if (one != NULL && other != NULL) {
            assert_string_equal(one, other);
            tried++;
        }
    }
    assert_true(tried > WORLD_STORIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_gives_and_its_end_takes),
        cmocka_unit_test(leaving_a_group_keeps_what_another_route_gives),
        cmocka_unit_test(leaving_and_returning_gives_back_what_there_was),
        cmocka_unit_test(a_return_gives_no_more_than_never_having_left),
        cmocka_unit_test(independent_events_may_come_in_any_order),
    };
    return tap_run("changes of access", tests);
}
