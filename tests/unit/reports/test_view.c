#include "common/base.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/view.h"

#include "tests/tap.h"
#include "tests/unit/reports/sample.h"

static const struct view_cell *cell(const struct view_matrix *matrix, const char *user, const char *column)
{
    for (size_t i = 0; i < matrix->rows * matrix->columns; i++) {
        if (text_equal(matrix->row[i / matrix->columns], user) && text_equal(matrix->column[i % matrix->columns], column))
            return &matrix->cells[i];
    }
    fail_msg("no cell %s, %s", user, column);
    return NULL;
}

static void findings_of_one_rule_stand_together(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct view_group *groups;
    static const struct {
        const char *rule;
        size_t count;
    } expected[] = {{"access.inactive-no-way-in", 1}, {"entra.boolean-string", 1}, {"RFC7643-3.1-01", 5}, {"RFC7644-3.12-01", 1}};
    assert_int_equal(view_groups(arena, &sample()->cases[1], &groups), ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_string_equal(groups[i].first->rule, expected[i].rule);
        assert_int_equal(groups[i].count, expected[i].count);
        assert_ptr_equal(groups[i].items[0], groups[i].first);
    }
    assert_int_equal(view_groups(arena, &(struct case_result){0}, &groups), 0);
}

static void rules_of_most_cases_come_first(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct finding rare = {.class = FINDING_ACCESS, .rule = "rare", .level = LEVEL_MUST},
                   often = {.class = FINDING_DIALECT, .rule = "often", .level = LEVEL_MUST},
                   other = {.class = FINDING_PROTOCOL, .rule = "often", .level = LEVEL_MUST},
                   should = {.class = FINDING_DIALECT, .rule = "often", .level = LEVEL_SHOULD};
    struct finding first[] = {rare, rare, rare, other}, second[] = {often, should}, third[] = {often, often, other};
    struct case_result cases[] = {{.findings = first, .finding_count = 4},
                                  {.findings = second, .finding_count = 2},
                                  {0},
                                  {.findings = third, .finding_count = 3}};
    const struct run_result run = {.cases = cases, .case_count = ARRAY_LEN(cases)};
    struct view_rule *rules;
    assert_int_equal(view_rules(arena, &run, LEVEL_MUST, &rules), 3);
    const struct {
        const struct finding *first;
        size_t number, cases, findings;
    } expected[] = {{&first[3], 1, 2, 2}, {&second[0], 2, 2, 3}, {&first[0], 1, 1, 3}};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_ptr_equal(rules[i].first, expected[i].first);
        assert_ptr_equal(rules[i].in, &cases[expected[i].number - 1]);
        assert_int_equal(rules[i].number, expected[i].number);
        assert_int_equal(rules[i].cases, expected[i].cases);
        assert_int_equal(rules[i].findings, expected[i].findings);
    }
    assert_int_equal(view_rules(arena, &run, LEVEL_SHOULD, &rules), 1);
    assert_int_equal(view_rules(arena, &(struct run_result){0}, LEVEL_MUST, &rules), 0);
}

static void cells_show_what_changed_and_what_is_wrong(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct view_matrix matrix;
    assert_true(view_matrix(arena, &leaver_steps[2], &matrix));
    assert_int_equal(matrix.rows, 2);
    assert_int_equal(matrix.columns, 3);
    assert_int_equal(matrix.changed, 1);
    assert_int_equal(matrix.wrong, 2);
    assert_true(matrix.compared);
    assert_true(cell(&matrix, "ada", "sign-in")->wrong);
    assert_true(cell(&matrix, "ada", "Sales/Pricing")->wrong);
    assert_true(cell(&matrix, "ada", "Sales")->changed);
    assert_false(cell(&matrix, "ada", "Sales")->wrong);
    assert_null(cell(&matrix, "bob", "Sales")->expected);
    assert_false(view_matrix(arena, &leaver_steps[4], &matrix));
}

static void matrices_of_different_frames_meet(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *ada[] = {"ada"}, *bob[] = {"bob"}, *old[] = {"Old"}, *new[] = {"New"}, *editor[] = {"editor"},
               *allowed[] = {"allowed"};
    const struct access_matrix before = {1, 1, ada, allowed, old, editor}, after = {1, 1, bob, allowed, new, editor};
    const struct step_result step = {.before = &before, .after = &after};
    struct view_matrix matrix;
    assert_true(view_matrix(arena, &step, &matrix));
    assert_int_equal(matrix.rows, 2);
    assert_int_equal(matrix.columns, 3);
    assert_string_equal(cell(&matrix, "ada", "Old")->after, "");
    assert_string_equal(cell(&matrix, "bob", "New")->before, "");
    assert_null(cell(&matrix, "ada", "sign-in")->after);
    assert_int_equal(matrix.changed, 2);
    assert_false(matrix.compared);
}

static void bodies_are_indented_and_cut_at_a_character(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct view_text text = view_body(arena, (struct bytes){"{\"a\":1}", 7}, 100);
    assert_int_equal(text.shown.n, strlen("{\n  \"a\": 1\n}"));
    assert_memory_equal(text.shown.p, "{\n  \"a\": 1\n}", text.shown.n);
    assert_int_equal(text.more, 0);
    text = view_body(arena, (struct bytes){"ab\xC3\xA9", 4}, 3);
    assert_int_equal(text.shown.n, 2);
    assert_int_equal(text.more, 2);
    text = view_body(arena, (struct bytes){"{\"a\":1,\"a\":2}\n", 14}, 100); /* not strict JSON: as it is */
    assert_int_equal(text.shown.n, 13);
    text = view_body(arena, (struct bytes){"", 0}, 100);
    assert_int_equal(text.shown.n, 0);
}

static void access_findings_repeat_what_the_provider_sent(void **state)
{
    UNUSED(state);
    const struct case_result *result = &sample()->cases[1];
    assert_ptr_equal(view_exchange(result, &leaver_findings[1]), &leaver_exchanges[2]); /* names the observer's request */
    assert_ptr_equal(view_exchange(result, &leaver_findings[0]), &leaver_exchanges[0]);
    assert_ptr_equal(view_exchange(result, &leaver_findings[4]), &leaver_exchanges[2]); /* names none */
    assert_null(view_exchange(result, &leaver_findings[5]));                            /* nothing was sent in its step */
    assert_ptr_equal(view_exchange(result, &leaver_findings[7]), &leaver_exchanges[5]); /* names one that is not there */
}

static void words(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct case_result *result = &sample()->cases[1];
    assert_string_equal(view_step(arena, result, 0), "set-up");
    assert_string_equal(view_step(arena, result, 2), "step 2: deactivate ada");
    assert_string_equal(view_step(arena, result, 99), "step 99");
    assert_string_equal(view_duration(arena, 0), "0 ms");
    assert_string_equal(view_duration(arena, 34499), "34 ms");
    assert_string_equal(view_duration(arena, 999600), "1.0 s");
    assert_string_equal(view_duration(arena, 123000000), "2 min 3 s");
    assert_string_equal(view_count(arena, 1, "case", "cases"), "1 case");
    assert_string_equal(view_count(arena, 0, "case", "cases"), "0 cases");
    assert_string_equal(view_access(""), "none");
    assert_string_equal(view_access(NULL), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_of_one_rule_stand_together),
        cmocka_unit_test(rules_of_most_cases_come_first),
        cmocka_unit_test(cells_show_what_changed_and_what_is_wrong),
        cmocka_unit_test(matrices_of_different_frames_meet),
        cmocka_unit_test(bodies_are_indented_and_cut_at_a_character),
        cmocka_unit_test(access_findings_repeat_what_the_provider_sent),
        cmocka_unit_test(words),
    };
    return tap_run("view", tests);
}
