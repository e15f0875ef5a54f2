#include "common/base.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/compat.h"
#include "reference-server/scim/patch.h"

#include "tests/unit/reference-server/test_scim.h"

static void every_rewrite_has_a_name_and_says_what_it_does(void **state)
{
    for (size_t i = 0; i < SCIM_REWRITE_COUNT; i++) {
        const struct scim_rewrite_row *row = &scim_compat_rows[i];
        assert_true(row->name[0] != '\0' && row->who[0] != '\0' && row->text[0] != '\0');
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(row->name, scim_compat_rows[k].name);
    }
    UNUSED(state);
}

static void each_rewrite_switches_by_itself(void **state)
{
    for (unsigned i = 0; i < SCIM_REWRITE_COUNT; i++) {
        struct scim_compat compat = SCIM_COMPAT_ALL;
        assert_true(scim_compat_switch(&compat, scim_compat_rows[i].name, false));
        for (unsigned k = 0; k < SCIM_REWRITE_COUNT; k++)
            assert_int_equal(scim_compat_on(compat, (enum scim_rewrite)k), i != k);
        assert_true(scim_compat_switch(&compat, scim_compat_rows[i].name, true));
        assert_int_equal(compat.off, 0);
    }
    UNUSED(state);
}

static void unknown_names_are_refused(void **state)
{
    struct scim_compat compat = SCIM_COMPAT_ALL;
    assert_false(scim_compat_switch(&compat, "magic", false));
    assert_int_equal(compat.off, 0);
    UNUSED(state);
}

/* What is in RFC shape already passes through all rewrites unchanged. */
static void leaves_the_rfc_alone(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_registry *registry = NULL;
    assert_true(scim_schema_load(arena, NULL, &registry, NULL));
    const struct scim_resource_type *user = scim_schema_type(registry, "User"), *group = scim_schema_type(registry, "Group");
    json *sales = test_parse(arena, sales_text, "sales"), *ada = test_parse(arena, ada_text, "ada");
    assert_true(json_equal(scim_compat_resource(arena, SCIM_COMPAT_ALL, group, sales), sales));
    json *rewritten = scim_compat_resource(arena, SCIM_COMPAT_ALL, user, ada), *plain = NULL, *again = NULL;
    struct scim_error err = {0};
    assert_true(scim_check_create(arena, user, ada, &plain, &err));
    assert_true(scim_check_create(arena, user, rewritten, &again, &err));
    assert_true(json_equal(plain, again));
    UNUSED(state);
}

/* More members than any resource has are refused before anything is done with them. */
static void refuses_objects_with_too_many_members(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_registry *registry = NULL;
    struct scim_error err = {0};
    struct buffer b = buffer_new(0);
    buffer_add(&b, "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ada\"");
    for (int i = 0; i < 20000; i++)
        buffer_printf(&b, ",\"a%d\":1", i);
    buffer_add(&b, "}");
    json *body = test_parse(arena, buffer_text(&b), "body"), *out = NULL, *ada = test_parse(arena, ada_text, "ada");
    bool changed = false;
    buffer_release(&b);
    assert_true(scim_schema_load(arena, NULL, &registry, NULL));
    const struct scim_resource_type *user = scim_schema_type(registry, "User");
    assert_false(scim_check_create(arena, user, scim_compat_resource(arena, SCIM_COMPAT_ALL, user, body), &out, &err));
    assert_string_equal(err.scim_type, SCIM_INVALID_SYNTAX);
    struct scim_operation operation = {.op = "add", .value = body};
    struct scim_patch patch = {&operation, 1};
    assert_false(scim_patch_apply(arena, user, SCIM_COMPAT_ALL, ada, &patch, &out, &changed, &err));
    assert_string_equal(err.scim_type, SCIM_INVALID_SYNTAX);
    UNUSED(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rewrite_has_a_name_and_says_what_it_does),
        cmocka_unit_test(each_rewrite_switches_by_itself),
        cmocka_unit_test(unknown_names_are_refused),
        cmocka_unit_test(leaves_the_rfc_alone),
        cmocka_unit_test(refuses_objects_with_too_many_members),
    };
    return tap_run("scim compat", tests);
}
