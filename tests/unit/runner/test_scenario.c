/* Reading scenario files: what a step is, what it is called, which dialects play it; and that every file of the suite is without complaint. */
#include "common/base.h"

#include "common/embedded.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/scenario.h"
#include "simulator/dialect.h"
#include "tests/tap.h"

#include <string.h>

static const char leaver[] =
    "{ // a story\n"
    "  \"$schema\": \"../scenario.schema.json\", \"id\": \"lifecycle.leaver\", \"title\": \"A leaver\", \"why\": \"Because.\",\n"
    "  \"covers\": [\"S2:deactivated\", \"K01\", \"RFC7644-3.5.2-07\"], \"tags\": [\"must\", \"access\"], \"idp\": \"all\",\n"
    "  \"organization\": { \"workspaces\": { \"Roadmap\": {} } },\n"
    "  \"directory\": { \"users\": { \"ada\": { \"email\": \"ada@acme.test\" }, \"bob\": { \"email\": \"bob@acme.test\" } },\n"
    "                 \"groups\": { \"eng\": { \"name\": \"Engineering\", \"members\": [\"ada\", \"bob\"] } } },\n"
    "  \"steps\": [\n"
    "    { \"assign\": [\"ada\", \"bob\"], \"note\": \"both\" },\n"
    "    { \"push-group\": { \"group\": \"eng\", \"members\": [\"ada\"] } },\n"
    "    { \"add-members\": { \"eng\": [\"bob\"] }, \"parallel\": true },\n"
    "    { \"update\": { \"ada\": { \"title\": \"CTO\", \"department\": null } } },\n"
    "    { \"rename-group\": { \"eng\": \"Engineering EMEA\" } },\n"
    "    { \"grant\": { \"group\": \"eng\", \"workspace\": \"Roadmap\", \"role\": \"editor\" }, \"expect\": { \"access\": { "
    "\"ada\": {} } } },\n"
    "    { \"sign-in\": \"ada\", \"click\": \"Roadmap\", \"refused\": { \"status\": 403 } },\n"
    "    { \"request\": { \"method\": \"GET\", \"target\": \"/Users\" }, \"response\": { \"status\": 200 } },\n"
    "    { \"parallel\": [[{ \"request\": { \"method\": \"GET\", \"target\": \"/Users\" } }],\n"
    "                  [{ \"request\": { \"method\": \"GET\", \"target\": \"/Groups\" } }, { \"request\": { \"method\": \"GET\", "
    "\"target\": \"/Me\" } }]] },\n"
    "    { \"expect\": { \"sign-in\": { \"ada\": \"allowed\" } } } ] }\n";

static struct scenario *load(struct arena *arena, const char *text)
{
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct scenario *scenario = NULL;
    char line[1200];
    if (!scenario_load(arena, (struct bytes){text, strlen(text)}, "leaver.json", &scenario, complaints))
        fail_msg("%s", error_text(&complaints->items[0], line, sizeof line));
    return scenario;
}

static void knows_the_kind_of_each_step(void **state)
{
    UNUSED(state);
    static const struct {
        enum step_family family;
        const char *word, *title;
    } wanted[] = {
        {STEP_EVENT, "assign", "assign ada, bob"},
        {STEP_EVENT, "push-group", "push-group eng ada"},
        {STEP_EVENT, "add-members", "add-members eng: bob"},
        {STEP_EVENT, "update", "update ada title department"},
        {STEP_EVENT, "rename-group", "rename-group eng: Engineering EMEA"},
        {STEP_PRODUCT, "grant", "grant eng Roadmap editor"},
        {STEP_PRODUCT, "sign-in", "sign-in ada"},
        {STEP_REQUEST, "request", "request GET /Users"},
        {STEP_PARALLEL, "parallel", "parallel"},
        {STEP_EXPECT, "expect", "expect"},
    };
    struct arena *arena = arena_new();
    const struct scenario *s = load(arena, leaver);
    assert_int_equal(s->step_count, ARRAY_LEN(wanted));
    for (size_t i = 0; i < s->step_count; i++) {
        assert_int_equal(s->steps[i].family, wanted[i].family);
        assert_string_equal(s->steps[i].word, wanted[i].word);
        assert_string_equal(s->steps[i].title, wanted[i].title);
    }
    assert_int_equal(s->steps[0].event, EVENT_ASSIGN);
    assert_int_equal(s->steps[5].product, STEP_GRANT);
    arena_free(arena);
}

static void keeps_what_stands_beside(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const struct scenario *s = load(arena, leaver);
    assert_string_equal(s->steps[0].note, "both");
    assert_string_equal(s->steps[0].where, "leaver.json:8:5");
    assert_true(s->steps[2].parallel);
    assert_false(s->steps[0].parallel);
    assert_non_null(s->steps[5].expect);
    assert_non_null(s->steps[6].refused);
    assert_int_equal(s->steps[8].branch_count, 2);
    assert_int_equal(s->steps[8].branches[1].count, 2);
    assert_int_equal(s->steps[8].branches[1].steps[1].family, STEP_REQUEST);
    assert_ptr_equal(s->steps[9].expect, s->steps[9].operand);
    arena_free(arena);
}

static void plays_in_the_dialects_it_names(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const struct scenario *s = load(arena, leaver);
    assert_int_equal(s->dialect_count, dialect_count);
    assert_false(s->raw);
    assert_false(s->raw);
    assert_true(scenario_has_tag(s, "access"));
    assert_false(scenario_has_tag(s, "acc"));
    assert_int_equal(s->cover_count, 3);
    arena_free(arena);
}

/* What the executable carries can be played: the same check that `scimulator lint` makes. */
static void suite_is_without_complaint(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    size_t scenarios = 0;
    for (size_t i = 0; i < embedded_file_count; i++) {
        const char *name = embedded_files[i].name;
        struct scenario *scenario;
        if (!text_starts(name, "scenarios/") || !text_ends(name, ".json") || text_ends(name, ".schema.json"))
            continue;
        scenarios++;
        (void)!scenario_load(arena, embedded_files[i].data, name, &scenario, complaints);
    }
    char line[1200];
    for (size_t i = 0; i < complaints->count; i++)
        print_error("%s\n", error_text(&complaints->items[i], line, sizeof line));
    assert_int_equal(complaints->count, 0);
    assert_true(scenarios >= 40);
    arena_free(arena);
}

static void lists_complaints_up_to_a_limit(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct buffer b = buffer_new(0);
    buffer_add(&b, "{\"id\": \"a.b\", \"title\": \"T\", \"why\": \"W\", \"covers\": [\"K01\"], \"tags\": [\"t\"], \"idp\": "
                   "\"all\", \"steps\": [");
    for (int i = 0; i < 80; i++)
        buffer_printf(&b, "%s{\"assign\": \"nobody%d\"}", i == 0 ? "" : ",", i);
    buffer_add(&b, "]}");
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct scenario *scenario = NULL;
    assert_false(scenario_load(arena, (struct bytes){b.p, b.n}, "x.json", &scenario, complaints));
    assert_int_equal(complaints->count, SCENARIO_MAX_COMPLAINTS);
    assert_true(complaints->more);
    assert_null(scenario);
    buffer_release(&b);
    arena_free(arena);
}

static void refuses_what_is_too_large(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    char *text = arena_alloc(arena, SCENARIO_MAX_BYTES + 2);
    memset(text, ' ', SCENARIO_MAX_BYTES + 1);
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct scenario *scenario = NULL;
    assert_false(scenario_load(arena, (struct bytes){text, SCENARIO_MAX_BYTES + 1}, "x.json", &scenario, complaints));
    assert_int_equal(complaints->items[0].code, ERROR_LIMIT);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_kind_of_each_step),    cmocka_unit_test(keeps_what_stands_beside),
        cmocka_unit_test(plays_in_the_dialects_it_names), cmocka_unit_test(suite_is_without_complaint),
        cmocka_unit_test(lists_complaints_up_to_a_limit), cmocka_unit_test(refuses_what_is_too_large),
    };
    return tap_run("scenario", tests);
}
