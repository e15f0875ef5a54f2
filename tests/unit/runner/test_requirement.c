#include "common/base.h"

#include "common/memory.h"
#include "runner/protocol_lint.h"
#include "runner/requirement.h"
#include "tests/tap.h"

#include <string.h>

static void finds_by_id(void **state)
{
    UNUSED(state);
    const struct requirement *r = requirement_find("RFC7644-3.6-07");
    assert_non_null(r);
    assert_string_equal(r->level, "MUST");
    assert_string_equal(r->kind, "obligation");
    assert_string_equal(r->binds, "server");
    assert_string_equal(r->area, "delete");
    assert_non_null(strstr(r->statement, "204"));
    assert_null(requirement_find("RFC7644-3.6-99"));
    assert_null(requirement_find(""));
    assert_null(requirement_find(NULL));
}

static void has_three_rfcs_whole(void **state)
{
    UNUSED(state);
    assert_int_equal(requirement_count(), 657);
    for (size_t i = 0; i < requirement_count(); i++)
        assert_ptr_equal(requirement_find(requirement_at(i)->id), requirement_at(i)); /* ids are unique */
    assert_null(requirement_at(requirement_count()));
}

static void names_the_source(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    assert_string_equal(requirement_source(arena, "RFC7644-3.4.2.2-04"), "RFC 7644 §3.4.2.2");
    assert_string_equal(requirement_source(arena, "access.owner-always"), "access.owner-always");
    arena_free(arena);
}

static void suggests_the_nearest(void **state)
{
    UNUSED(state);
    assert_string_equal(requirement_nearest("RFC7644-3.6-7"), "RFC7644-3.6-07");
}

/* No rule may rest on something that the RFCs leave to the server or ask of the client. */
static void lint_rests_on_obligations(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < lint_rule_count; i++) {
        const struct requirement *r = requirement_find(lint_rules[i].requirement);
        if (r == NULL)
            fail_msg("no requirement %s", lint_rules[i].requirement);
        if (strcmp(r->kind, "obligation") != 0)
            fail_msg("%s is no obligation but a %s", r->id, r->kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_id),          cmocka_unit_test(has_three_rfcs_whole),      cmocka_unit_test(names_the_source),
        cmocka_unit_test(suggests_the_nearest), cmocka_unit_test(lint_rests_on_obligations),
    };
    return tap_run("requirement", tests);
}
