#include "common/base.h"
#include "reference-server/scim/project.h"

#include "tests/unit/reference-server/test_scim.h"

/* attributes, excluded: as in a query; shows: the whole reply, or hides: the resource without these members (a JSON object laid over it) */

static void row(void **state)
{
    const struct table_case *c = *state;
    struct scim_test t = test_begin(c);
    const struct scim_projection *projection = NULL;
    bool good = scim_project_prepare(t.arena, t.type, test_names(&t, table_field(c, "attributes")),
                                     test_names(&t, table_field(c, "excluded")), &projection, &t.err);
    if (test_outcome(c, &t, good)) {
        json *actual = scim_project(t.arena, t.type, projection, t.resource);
        json *expected = json_copy(t.arena, t.resource);
        if (table_field(c, "shows") != NULL)
            expected = test_parse(t.arena, table_field(c, "shows"), "shows");
        else
            test_overlay(expected, test_parse(t.arena, table_need(c, "hides"), "hides"));
        test_same(&t, actual, expected);
        for (const json *n = json_first(actual); n != NULL; n = json_next(n))
            if (scim_schema_extension(t.type, json_key(n)) == NULL)
                assert_true(scim_project_wants(t.type, projection, json_key(n)));
    }
    test_end(&t);
}

int main(void)
{
    int ours = tap_table("scim project", "tests/tables/scim_project.table", row);
    return tap_table("scim project by the RFC", "tests/tables/rfc_project.table", row) != 0 || ours != 0;
}
