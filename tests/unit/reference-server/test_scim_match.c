#include "common/base.h"
#include "reference-server/scim/match.h"

#include "tests/unit/reference-server/test_scim.h"

/* Order of two resources (RFC 7644 section 3.4.2.3). a, b: members of the two; by: attribute; order: of a against b, ascending */

static void row(void **state)
{
    const struct table_case *c = *state;
    struct scim_test t = test_begin(c);
    struct scim_place place;
    const json *a = test_parse(t.arena, table_need(c, "a"), "a"), *b = test_parse(t.arena, table_need(c, "b"), "b");
    assert_true(scim_schema_resolve(t.type, table_need(c, "by"), &place));
    const char *expected = table_need(c, "order");
    int order = text_equal(expected, "-1") ? -1 : text_equal(expected, "1") ? 1 : 0;
    assert_int_equal(scim_match_order(&place, false, a, b), order);
    assert_int_equal(scim_match_order(&place, false, b, a), -order);
    assert_int_equal(scim_match_order(&place, true, a, b), -order);
    test_end(&t);
}

int main(void)
{
    return tap_table("scim order", "tests/tables/scim_order.table", row);
}
