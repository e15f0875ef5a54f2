#include "common/base.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/path.h"

#include "tests/unit/reference-server/test_scim.h"

/* path; print: where it differs; parts: name, filter, sub, `-` for none; place: what the name means for the type, `unknown` when it has no such */

static const char *parts(struct scim_test *t, const struct scim_path *path)
{
    return arena_printf(t->arena, "%s | %s | %s", path->name,
                        path->filter != NULL ? scim_filter_print(t->arena, path->filter) : "-",
                        path->sub != NULL ? path->sub : "-");
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct scim_test t = test_begin(c);
    struct scim_path path = {0}, again = {0};
    struct scim_place place;
    const char *text = table_need(c, "path"), *print = table_field(c, "print"), *expected = table_field(c, "parts");
    if (!test_outcome(c, &t, scim_path_parse(t.arena, text, &path, &t.err))) {
        if (table_field(c, "at") != NULL)
            assert_non_null(strstr(t.err.detail, arena_printf(t.arena, " at %s:", table_field(c, "at"))));
        test_end(&t);
        return;
    }
    assert_string_equal(scim_path_print(t.arena, &path), print != NULL ? print : text);
    assert_true(scim_path_parse(t.arena, scim_path_print(t.arena, &path), &again, &t.err));
    assert_string_equal(parts(&t, &again), parts(&t, &path));
    if (expected != NULL)
        assert_string_equal(parts(&t, &path), expected);
    if (table_field(c, "place") != NULL) {
        bool known = scim_schema_resolve(t.type, path.name, &place);
        assert_string_equal(known ? scim_schema_place_name(t.arena, &place) : "unknown", table_field(c, "place"));
    }
    test_end(&t);
}

int main(void)
{
    int ours = tap_table("scim path", "tests/tables/scim_path.table", row);
    return tap_table("scim path by the RFC", "tests/tables/rfc_path.table", row) != 0 || ours != 0;
}
