#include "common/base.h"
#include "reference-server/scim/message.h"

#include "tests/unit/reference-server/test_scim.h"

static void writes_errors_with_a_status_in_text(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct scim_error err;
    assert_false(scim_error_set(arena, &err, 409, SCIM_UNIQUENESS, "%s is taken", "ada"));
    assert_string_equal(json_print(arena, scim_message_error(arena, &err)),
                        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"scimType\":\"uniqueness\","
                        "\"detail\":\"ada is taken\",\"status\":\"409\"}");
    err.scim_type = NULL;
    assert_null(json_get(scim_message_error(arena, &err), "scimType"));
    UNUSED(state);
}

static void cuts_long_details_between_characters(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct scim_error err;
    struct buffer b = buffer_new(0);
    for (int i = 0; i < 500; i++)
        buffer_add(&b, "x\xc3\xa9");
    for (int shift = 0; shift < 3; shift++) {
        assert_false(scim_error_set(arena, &err, 400, NULL, "%s", buffer_text(&b) + (shift == 0 ? 0 : shift == 1 ? 1 : 3)));
        assert_true(text_is_utf8(err.detail, strlen(err.detail)));
    }
    buffer_release(&b);
    UNUSED(state);
}

static void writes_lists(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *resources = json_array(NULL);
    json_set_text(json_push_object(resources), "id", "1");
    assert_string_equal(
        json_print(arena, scim_message_list(arena, resources, 7, 3)),
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":7,\"startIndex\":3,"
        "\"itemsPerPage\":1,\"Resources\":[{\"id\":\"1\"}]}");
    assert_string_equal(
        json_print(arena, scim_message_list(arena, json_array(NULL), 0, 1)),
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":0,\"startIndex\":1,"
        "\"itemsPerPage\":0,\"Resources\":[]}");
    UNUSED(state);
}

static void takes_a_thousand_operations_and_no_more(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct scim_patch patch;
    struct scim_error err = {0};
    json *body = json_object(arena);
    json_push_text(json_set_array(body, "schemas"), SCIM_URN_PATCH);
    json *operations = json_set_array(body, "Operations");
    for (int i = 0; i < SCIM_MAX_OPERATIONS; i++)
        json_set_text(json_push_object(operations), "op", "remove");
    assert_true(scim_message_read_patch(arena, body, &patch, &err));
    assert_int_equal(patch.count, SCIM_MAX_OPERATIONS);
    json_set_text(json_push_object(operations), "op", "remove");
    assert_false(scim_message_read_patch(arena, body, &patch, &err));
    assert_int_equal(err.status, 413);
    UNUSED(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_errors_with_a_status_in_text),
        cmocka_unit_test(cuts_long_details_between_characters),
        cmocka_unit_test(writes_lists),
        cmocka_unit_test(takes_a_thousand_operations_and_no_more),
    };
    return tap_run("scim message", tests);
}
