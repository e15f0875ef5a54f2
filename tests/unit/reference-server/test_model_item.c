/* Items of the model: what the functions of item.h and unique.h promise to who stores them elsewhere. What requests meet is in
 * tests/tables/scim_http_custom.table and scim_characteristics.table. */
#include "common/base.h"

#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "reference-server/model/item.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/unique.h"
#include "tests/tap.h"
#include "tests/unit/reference-server/model_random.h"

#include <stdio.h>
#include <string.h>

static int64_t now_ms;

static const struct unique_rule room_rules[] = {
    {.name = "urn:ex:Room:number", .label = "number", .attribute = "number", .kind = UNIQUE_FOLDED},
    {.name = "urn:ex:Badge:pin",
     .label = "urn:ex:Badge:pin",
     .container = "urn:ex:Badge",
     .attribute = "pin",
     .kind = UNIQUE_NUMBER,
     .secret = true},
};
static const struct unique_rule desk_rules[] = {
    {.name = "urn:ex:Badge:pin",
     .label = "urn:ex:Badge:pin",
     .container = "urn:ex:Badge",
     .attribute = "pin",
     .kind = UNIQUE_NUMBER,
     .secret = true},
};
static const struct unique_type rule_types[] = {{"Room", room_rules, ARRAY_LEN(room_rules)},
                                                {"Desk", desk_rules, ARRAY_LEN(desk_rules)}};
static const struct unique_rules rules = {rule_types, ARRAY_LEN(rule_types)};

static int setup(void **state)
{
    now_ms = 1000;
    counter = 0;
    struct organization *organization = organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(&now_ms),
                                                         (struct model_random){next_id, next_token, NULL});
    organization->unique_rules = &rules;
    *state = organization;
    return 0;
}

static int teardown(void **state)
{
    organization_free(*state);
    return 0;
}

static json *parse(struct arena *arena, const char *text)
{
    struct error err;
    json *value = json_parse(arena, (struct bytes){text, strlen(text)}, "resource", &err);
    assert_non_null(value);
    return value;
}

static struct item *add(struct organization *o, const char *type, const char *text)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct model_failure failure;
    struct item *item = NULL;
    if (!item_add(o, type, parse(arena, text), &item, &failure))
        fail_msg("%s", failure.message);
    return item;
}

static bool refused(struct organization *o, const char *type, const char *text, struct model_failure *failure)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct item *item = NULL;
    size_t count = items_of(o, type)->count;
    bool good = item_add(o, type, parse(arena, text), &item, failure);
    return !good && items_of(o, type)->count == count;
}

static bool replace(struct organization *o, struct item *item, const char *text)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    return item_replace(o, item, parse(arena, text), NULL);
}

static void belongs_to_its_type(void **state)
{
    struct organization *o = *state;
    struct item *room = add(o, "Room", "{\"number\":\"A1\",\"externalId\":\"x\"}"),
                *desk = add(o, "Desk", "{\"externalId\":\"x\"}");
    assert_ptr_equal(item_by_id(o, "Room", room->id), room);
    assert_null(item_by_id(o, "Desk", room->id));
    assert_null(item_by_id(o, "Room", NULL));
    assert_null(item_by_id(o, "Nothing", room->id));
    assert_int_equal(items_of(o, "Room")->count, 1);
    assert_int_equal(items_of(o, "Nothing")->count, 0);
    assert_ptr_equal(items_by_external_id(o, "Desk", "x")->items[0], desk);
    assert_int_equal(items_by_external_id(o, "Desk", "X")->count, 0);
    assert_true(room->order < desk->order);
}

static void changes_count(void **state)
{
    struct organization *o = *state;
    struct item *room = add(o, "Room", "{\"number\":\"A1\"}");
    assert_int_equal(room->version, 1);
    now_ms = 2000;
    assert_true(replace(o, room, "{\"number\":\"A1\"}"));
    assert_int_equal(room->version, 1);
    assert_int_equal(room->modified_ms, 1000);
    assert_true(replace(o, room, "{\"number\":\"A2\",\"externalId\":\"y\"}"));
    assert_int_equal(room->version, 2);
    assert_int_equal(room->modified_ms, 2000);
    assert_int_equal(room->created_ms, 1000);
    assert_ptr_equal(items_by_external_id(o, "Room", "y")->items[0], room);
}

static void keeps_values_unique(void **state)
{
    struct organization *o = *state;
    struct model_failure failure;
    bool known;
    struct item *room = add(o, "Room", "{\"number\":\"a1\",\"urn:ex:Badge\":{\"pin\":7531}}");
    assert_true(refused(o, "Room", "{\"number\":\"A1\"}", &failure));
    assert_int_equal(failure.kind, MODEL_CONFLICT);
    assert_non_null(strstr(failure.message, "number"));
    assert_non_null(strstr(failure.message, "\"A1\""));
    assert_non_null(strstr(failure.message, room->id));
    assert_true(refused(o, "Desk", "{\"urn:ex:Badge\":{\"pin\":7531}}", &failure)); /* one extension, two types */
    assert_null(strstr(failure.message, "7531"));
    assert_string_equal(unique_find(o, "Room", NULL, "number", "A1", &known), room->id);
    assert_true(known);
    assert_null(unique_find(o, "Desk", NULL, "number", "A1", &known));
    assert_false(known);
    assert_true(replace(o, room, "{\"number\":\"b1\"}"));
    struct item *other = add(o, "Room", "{\"number\":\"A1\",\"urn:ex:Badge\":{\"pin\":7531}}");
    assert_false(replace(o, room, "{\"number\":\"A1\"}"));
    assert_int_equal(room->version, 2);
    item_remove(o, other);
    assert_true(replace(o, room, "{\"number\":\"A1\"}"));
}

static void comes_back_as_it_was(void **state)
{
    struct organization *o = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct model_failure failure;
    struct item_record record = {.id = "11111111-0000-4000-8000-000000000001",
                                 .type = "Room",
                                 .resource = parse(arena, "{\"number\":\"A1\",\"externalId\":\"x\"}"),
                                 .created_ms = 5,
                                 .modified_ms = 7,
                                 .version = 9,
                                 .order = 400};
    struct item *item = item_restore(o, &record);
    assert_string_equal(item->id, record.id);
    assert_string_equal(item->type, "Room");
    assert_int_equal(item->created_ms, 5);
    assert_int_equal(item->modified_ms, 7);
    assert_int_equal(item->version, 9);
    assert_int_equal(item->order, 400);
    assert_true(json_equal(item->resource, record.resource));
    assert_ptr_equal(item_by_id(o, "Room", record.id), item);
    assert_ptr_equal(items_by_external_id(o, "Room", "x")->items[0], item);
    assert_true(refused(o, "Room", "{\"number\":\"a1\"}", &failure));
    assert_true(add(o, "Room", "{\"number\":\"A2\"}")->order > 400);
}

/* What was stored before the value had to be unique. */
static void tells_nothing_of_values_it_does_not_know(void **state)
{
    struct organization *o = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct model_failure failure;
    bool known;
    const json *resource = parse(arena, "{\"number\":\"A1\"}");
    struct item *first =
        item_restore(o, &(struct item_record){.id = "1", .type = "Room", .resource = resource, .version = 1, .order = 400});
    assert_string_equal(unique_find(o, "Room", NULL, "number", "a1", &known), first->id);
    assert_null(unique_find(o, "Room", NULL, "number", "B1", &known));
    assert_true(known);
    assert_null(unique_find(o, "Room", NULL, "number", "", &known)); /* two may have no text in it */
    assert_false(known);
    (void)item_restore(o, &(struct item_record){.id = "2", .type = "Room", .resource = resource, .version = 1, .order = 401});
    assert_null(unique_find(o, "Room", NULL, "number", "A1", &known));
    assert_false(known);
    assert_true(refused(o, "Room", "{\"number\":\"A1\"}", &failure));
    item_remove(o, first);
    assert_null(unique_find(o, "Room", NULL, "number", "A1", &known));
    assert_false(known);
}

static void leaves_nothing_behind(void **state)
{
    struct organization *o = *state;
    struct item *room = add(o, "Room", "{\"number\":\"A1\",\"externalId\":\"x\"}");
    struct item *last = add(o, "Room", "{\"number\":\"A2\"}");
    char id[64];
    (void)snprintf(id, sizeof id, "%s", room->id);
    item_remove(o, room);
    assert_null(item_by_id(o, "Room", id));
    assert_int_equal(items_by_external_id(o, "Room", "x")->count, 0);
    assert_int_equal(items_of(o, "Room")->count, 1);
    assert_ptr_equal(items_of(o, "Room")->items[0], last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(belongs_to_its_type, setup, teardown),
        cmocka_unit_test_setup_teardown(changes_count, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_values_unique, setup, teardown),
        cmocka_unit_test_setup_teardown(comes_back_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(tells_nothing_of_values_it_does_not_know, setup, teardown),
        cmocka_unit_test_setup_teardown(leaves_nothing_behind, setup, teardown),
    };
    return tap_run("model items", tests);
}
