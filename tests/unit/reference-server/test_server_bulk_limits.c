/* What is too big for a row of scim_http_bulk.table: RFC 7644 §3.7.4. */
#include "tests/unit/reference-server/test_server_play.h"

#include "reference-server/scim/bulk.h"

static const struct table_case nobody = {.name = "bulk limits"};

static struct play start(const int64_t *now)
{
    struct play play = {.arena = arena_new(), .row = &nobody};
    play_start(&play, now);
    return play;
}

static void end(struct play *play)
{
    server_free(play->server);
    arena_free(play->arena);
}

/* Groups, each a member of the one before, as a job with `count` operations. The last refers to `last`, when that is not NULL. */
static struct bytes chain(struct arena *arena, size_t count, const char *last)
{
    json *job = json_object(arena);
    json_push_text(json_set_array(job, "schemas"), SCIM_URN_BULK_REQUEST);
    json *operations = json_set_array(job, "Operations");
    for (size_t i = 0; i < count; i++) {
        json *operation = json_object(NULL);
        json_set_text(operation, "method", "POST");
        json_set_text(operation, "path", "/Groups");
        json_set_text(operation, "bulkId", arena_printf(arena, "%zu", i));
        json *data = json_set_object(operation, "data");
        json_push_text(json_set_array(data, "schemas"), "urn:ietf:params:scim:schemas:core:2.0:Group");
        json_set_text(data, "displayName", arena_printf(arena, "Group %zu", i));
        const char *next = i + 1 < count ? arena_printf(arena, "bulkId:%zu", i + 1) : last;
        if (next != NULL)
            json_set_text(json_push_object(json_set_array(data, "members")), "value", next);
        json_push(operations, operation);
    }
    const char *text = json_print(arena, job);
    return (struct bytes){text, strlen(text)};
}

static void send(struct play *play, struct bytes body)
{
    play_send(play, "POST", PLAY_ROOT "/scim/v2/Bulk", body);
    play_check_reply(play, PLAY_ROOT "/scim/v2/Bulk");
}

static size_t count_status(const struct play *play, const char *status)
{
    size_t n = 0;
    for (const json *o = json_first(json_get(play->body, "Operations")); o != NULL; o = json_next(o))
        n += text_equal(json_get_text(o, "status", ""), status);
    return n;
}

static size_t groups_of(struct play *play)
{
    play_send(play, "GET", PLAY_ROOT "/scim/v2/Groups?count=0", (struct bytes){0});
    play_check_reply(play, "/scim/v2");
    return (size_t)json_get_integer(play->body, "totalResults", -1);
}

static void the_longest_chain_is_made(void **state)
{
    UNUSED(state);
    int64_t now = 0;
    struct play play = start(&now);
    send(&play, chain(play.arena, SCIM_BULK_MAX_OPERATIONS, NULL));
    assert_int_equal(play.response.status, 200);
    assert_int_equal(count_status(&play, "201"), SCIM_BULK_MAX_OPERATIONS);
    assert_int_equal(groups_of(&play), SCIM_BULK_MAX_OPERATIONS);
    end(&play);
}

static void the_longest_circle_is_undone(void **state)
{
    UNUSED(state);
    int64_t now = 0;
    struct play play = start(&now);
    send(&play, chain(play.arena, SCIM_BULK_MAX_OPERATIONS, "bulkId:0"));
    assert_int_equal(play.response.status, 200);
    assert_int_equal(count_status(&play, "409"), SCIM_BULK_MAX_OPERATIONS);
    assert_int_equal(groups_of(&play), 0);
    end(&play);
}

/* proves: RFC7644-3.7.4-03 RFC7644-3.7.4-04 RFC7644-3.12-15 */
static void one_more_operation_is_413(void **state)
{
    UNUSED(state);
    int64_t now = 0;
    struct play play = start(&now);
    send(&play, chain(play.arena, SCIM_BULK_MAX_OPERATIONS + 1, NULL));
    assert_int_equal(play.response.status, 413);
    assert_non_null(strstr(json_get_text(play.body, "detail", ""), "maxOperations (1000)"));
    assert_int_equal(groups_of(&play), 0);
    end(&play);
}

static void payload(size_t size, int status, const char *says)
{
    int64_t now = 0;
    struct play play = start(&now);
    static const char head[] = "{\"schemas\":[\"" SCIM_URN_BULK_REQUEST "\"],\"Operations\":[]", tail[] = "}";
    char *text = arena_alloc(play.arena, size + 1);
    memset(text, ' ', size);
    memcpy(text, head, sizeof head - 1);
    memcpy(text + size - (sizeof tail - 1), tail, sizeof tail - 1);
    send(&play, (struct bytes){text, size});
    assert_int_equal(play.response.status, status);
    assert_non_null(strstr(json_get_text(play.body, "detail", ""), says));
    end(&play);
}

/* proves: RFC7644-3.7.4-03 RFC7644-3.7.4-04 RFC7644-3.12-15 */
static void one_more_byte_is_413(void **state)
{
    UNUSED(state);
    payload(SCIM_BULK_MAX_PAYLOAD, 200, "");
    payload(SCIM_BULK_MAX_PAYLOAD + 1, 413, "maxPayloadSize (1048576)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_chain_is_made),
        cmocka_unit_test(the_longest_circle_is_undone),
        cmocka_unit_test(one_more_operation_is_413),
        cmocka_unit_test(one_more_byte_is_413),
    };
    return tap_run("server bulk limits", tests);
}
