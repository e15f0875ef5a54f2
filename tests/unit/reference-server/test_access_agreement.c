/* Access is what the plain rules say: after every event of random stories, and for many people and places at once. */
#include "tests/unit/reference-server/access_plain.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PEOPLE 1000
#define PLACES 100
#else
#define PEOPLE 10000
#define PLACES 1000
#endif

static void everybody_agrees(const struct world *w)
{
    struct resource **places;
    size_t count = places_of(w, &places);
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        plain_agrees(w, w->organization->accounts.items[i], places, count);
    }
}

static void what_happens_in_whatever_order_access_is_what_the_plain_rules_say(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 1; seed <= WORLD_STORIES; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct world w = world_begin(arena, seed, 8, 4, 3);
        for (size_t i = 0; i < WORLD_EVENTS; i++) {
            world_go_on(&w, 1);
            everybody_agrees(&w);
        }
        world_end(&w);
    }
}

static void many_people_and_places_have_what_the_plain_rules_say(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct world w = world_begin(arena, 7, PEOPLE, PLACES / 50, PLACES / 3);
    world_ignore(&w);
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
    plain_know_members(arena, w.organization);
    struct resource **places;
    assert_true(places_of(&w, &places) >= PLACES - 2);
    everybody_agrees(&w);
    plain_known = NULL;
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happens_in_whatever_order_access_is_what_the_plain_rules_say),
        cmocka_unit_test(many_people_and_places_have_what_the_plain_rules_say),
    };
    return tap_run("access and the plain rules", tests);
}
