#include "common/base.h"
#include "reference-server/scim/check.h"

#include "tests/unit/reference-server/test_scim.h"

/* body: what POST sends, or PUT in place of Ada or Sales when `replace` is yes. then: the whole result */

static void row(void **state)
{
    const struct table_case *c = *state;
    struct scim_test t = test_begin(c);
    json *out = NULL, *before = json_copy(t.arena, t.resource);
    const json *body = scim_compat_resource(t.arena, t.compat, t.type, test_parse(t.arena, table_need(c, "body"), "body"));
    bool good = text_equal(table_field(c, "replace"), "yes") ? scim_check_replace(t.arena, t.type, body, t.resource, &out, &t.err)
                                                             : scim_check_create(t.arena, t.type, body, &out, &t.err);
    test_same(&t, t.resource, before);
    if (test_outcome(c, &t, good)) {
        test_same(&t, out, test_parse(t.arena, table_need(c, "then"), "then"));
        assert_string_equal(json_key(json_first(out)), "schemas");
        assert_true(scim_check_whole(t.arena, t.type, out, &t.err));
    }
    if (table_field(c, "says") != NULL)
        assert_non_null(strstr(t.err.detail, table_field(c, "says")));
    test_end(&t);
}

int main(void)
{
    int ours = tap_table("scim check", "tests/tables/scim_check.table", row);
    return tap_table("scim check by the RFC", "tests/tables/rfc_check.table", row) != 0 || ours != 0;
}
