#include "common/base.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/match.h"

#include "tests/unit/reference-server/test_scim.h"

/* filter; print: the canonical text; at: the position an error names; match: yes or no for the resource; literals, index: see filter.h */

static void check_print(struct scim_test *t, const struct scim_filter *filter, const char *expected)
{
    const struct scim_filter *again = NULL;
    char *text = scim_filter_print(t->arena, filter);
    if (expected != NULL)
        assert_string_equal(text, expected);
    if (!scim_filter_parse(t->arena, text, &again, &t->err))
        fail_msg("what was printed can't be read: %s", t->err.detail);
    assert_string_equal(scim_filter_print(t->arena, again), text);
}

static void check_questions(const struct table_case *c, struct scim_test *t, const struct scim_filter *filter)
{
    const char *index = table_field(c, "index"), *literals = table_field(c, "literals");
    const char *name = NULL, *value = NULL;
    if (index != NULL) {
        bool plain = scim_filter_equality(filter, &name, &value);
        assert_string_equal(plain ? arena_printf(t->arena, "%s %s", name, value) : "no", index);
    }
    if (literals != NULL) {
        json *object = scim_filter_literals(t->arena, filter);
        assert_string_equal(object != NULL ? json_print(t->arena, object) : "no", literals);
    }
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct scim_test t = test_begin(c);
    const struct scim_filter *filter = NULL;
    const struct scim_matcher *matcher = NULL;
    const char *match = table_field(c, "match"), *at = table_field(c, "at");
    bool good = scim_filter_parse(t.arena, table_need(c, "filter"), &filter, &t.err);
    if (good) {
        check_print(&t, filter, table_field(c, "print"));
        check_questions(c, &t, filter);
        good = scim_match_compile(t.arena, t.type, scim_compat_filter(t.arena, t.compat, t.type, filter), &matcher, &t.err);
    }
    if (test_outcome(c, &t, good) && match != NULL)
        assert_string_equal(scim_match(matcher, t.resource) ? "yes" : "no", match);
    if (at != NULL)
        assert_non_null(strstr(t.err.detail, arena_printf(t.arena, " at %s:", at)));
    test_end(&t);
}

int main(void)
{
    return tap_table("scim filter", "tests/tables/scim_filter.table", row);
}
