#include "common/base.h"
#include "reference-server/scim/patch.h"

#include "tests/unit/reference-server/test_scim.h"

/* ops: the Operations; or body: the whole message. then: what the result has that the resource had not (null: what it lost); {} means unchanged */

static json *message(struct scim_test *t, const struct table_case *c)
{
    if (table_field(c, "body") != NULL)
        return test_parse(t->arena, table_field(c, "body"), "body");
    json *body = json_object(t->arena);
    json_push_text(json_set_array(body, "schemas"), SCIM_URN_PATCH);
    json_set_copy(body, "Operations", test_parse(t->arena, table_need(c, "ops"), "ops"));
    return body;
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct scim_test t = test_begin(c);
    struct scim_patch patch;
    json *out = NULL, *before = json_copy(t.arena, t.resource);
    bool changed = false;
    bool good = scim_message_read_patch(t.arena, message(&t, c), &patch, &t.err) &&
                scim_patch_apply(t.arena, t.type, t.compat, t.resource, &patch, &out, &changed, &t.err);
    test_same(&t, t.resource, before); /* all or nothing: the stored resource is never touched */
    if (test_outcome(c, &t, good)) {
        json *then = test_parse(t.arena, table_need(c, "then"), "then");
        test_overlay(before, then);
        test_same(&t, out, before);
        assert_int_equal(changed, json_count(then) > 0);
    }
    test_end(&t);
}

int main(void)
{
    return tap_table("scim patch", "tests/tables/scim_patch.table", row);
}
