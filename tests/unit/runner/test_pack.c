/* Packs: the table, and that every test of a pack says what it renders. */
#include "common/base.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/catalog.h"
#include "runner/pack.h"
#include "tests/tap.h"

static void load(struct arena *arena, struct catalog *out)
{
    static const struct selection everything;
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct error err;
    assert_true(catalog_load(arena, NULL, &everything, out, complaints, &err));
}

static void packs_are_found_by_name(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct pack *spec = pack_find(arena, "okta-spec");
    assert_non_null(spec);
    assert_null(pack_find(arena, "okta"));
    assert_null(pack_find(arena, ""));
    assert_true(pack_has(spec, "okta-spec.create"));
    assert_false(pack_has(spec, "okta-specs.create"));
    assert_false(pack_has(spec, "okta-spec"));
}

static void every_test_says_what_it_renders(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct catalog catalog;
    const struct pack *packs;
    size_t count = packs_all(arena, &packs);
    load(arena, &catalog);
    assert_int_equal(count, 6);
    for (size_t i = 0; i < catalog.count; i++) {
        const struct scenario *scenario = catalog.scenarios[i];
        size_t holders = 0;
        for (size_t k = 0; k < count; k++)
            holders += pack_has(&packs[k], scenario->id);
        bool published = scenario_has_tag(scenario, "published"), beyond = scenario_has_tag(scenario, "beyond");
        if (holders == 0 ? scenario->source != NULL || published || beyond : scenario->source == NULL || published == beyond)
            fail_msg("%s: a test of a pack has a source, and is either published or beyond; another story is neither",
                     scenario->id);
    }
}

static void every_pack_has_both_kinds(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct catalog catalog;
    const struct pack *packs;
    size_t count = packs_all(arena, &packs);
    load(arena, &catalog);
    for (size_t k = 0; k < count; k++) {
        size_t published = 0, beyond = 0;
        for (size_t i = 0; i < catalog.count; i++) {
            if (!pack_has(&packs[k], catalog.scenarios[i]->id))
                continue;
            published += scenario_has_tag(catalog.scenarios[i], "published");
            beyond += scenario_has_tag(catalog.scenarios[i], "beyond");
        }
        assert_true(published > 0);
        assert_true(beyond > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(packs_are_found_by_name),
                                       cmocka_unit_test(every_test_says_what_it_renders),
                                       cmocka_unit_test(every_pack_has_both_kinds)};
    return tap_run("pack", tests);
}
