/* Copies of trees: packed ones say what their source says, shared contents end with nobody. */
#include "common/base.h"
#include "common/json.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"

#include <stdio.h>
#include <string.h>

#include "tests/tap.h"

static const char user[] =
    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ada@acme.test\",\"name\":{\"givenName\":"
    "\"Ada\",\"familyName\":\"Byron\"},\"emails\":[{\"value\":\"ada@acme.test\",\"type\":\"work\",\"primary\":true},{}],"
    "\"active\":false,\"odd \\\"key\\\"\":[],\"nothing\":null,\"\":\"\",\"numbers\":[0,-1.5,1e+300,9007199254740992]}";

static json *parse(struct arena *arena, const char *text)
{
    struct error err = {0};
    json *root = json_parse(arena, (struct bytes){text, strlen(text)}, "test", &err);
    if (root == NULL)
        fail_msg("%s: %s", err.where, err.message);
    return root;
}

static void a_packed_tree_reads_as_its_source(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *source = parse(arena, user);
    const json *packed = json_pack(source);
    assert_true(json_equal(packed, source) && json_equal(source, packed) && json_equal(packed, packed));
    assert_string_equal(json_print(arena, packed), user);
    assert_string_equal(json_get_text(packed, "userName", ""), "ada@acme.test");
    assert_string_equal(json_text(json_get_nocase(packed, "USERNAME")), "ada@acme.test");
    assert_string_equal(json_text(json_pointer(packed, "/emails/0/type")), "work");
    assert_true(json_get_bool(json_pointer(packed, "/emails/0"), "primary", false));
    assert_false(json_get_bool(packed, "active", true));
    assert_true(json_is(json_get(packed, "nothing"), JSON_NULL));
    assert_int_equal(json_get_integer(json_get(packed, "numbers"), "x", 7), 7);
    assert_true(json_number(json_pointer(packed, "/numbers/1")) == -1.5);
    assert_int_equal(json_count(json_get(packed, "emails")), 2);
    assert_null(json_get(packed, "absent"));
    assert_null(json_key(packed));
    assert_null(json_next(packed));
    assert_null(json_text(packed));
    assert_null(json_first(json_get(packed, "userName")));
    json_free_packed(packed);
}

static void a_packed_tree_outlives_its_source(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct arena *other = arena_new();
    json *source = parse(other, user);
    const json *packed = json_pack(json_get(source, "name")), *text = json_pack(json_get(source, "userName"));
    arena_free(other);
    assert_string_equal(json_print(arena, packed), "{\"givenName\":\"Ada\",\"familyName\":\"Byron\"}");
    assert_null(json_key(packed));
    assert_string_equal(json_text(text), "ada@acme.test");
    json_free_packed(packed);
    json_free_packed(text);
    json_free_packed(NULL);
    assert_null(json_pack(NULL));
}

static void a_copy_of_a_packed_tree_can_be_changed_and_stands_alone(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *packed = json_pack(parse(arena, user));
    json *copy = json_copy(arena, packed);
    json_set_text(copy, "userName", "bob@acme.test");
    json_remove(copy, "emails");
    json_rename(json_edit(json_edit(copy, "name"), "givenName"), "formatted");
    json_push_text(json_edit(copy, "schemas"), "x");
    assert_string_equal(json_print(arena, packed), user);
    json_free_packed(packed);
    assert_string_equal(json_text(json_pointer(copy, "/name/formatted")), "Ada");
    assert_string_equal(json_text(json_pointer(copy, "/schemas/1")), "x");
    assert_string_equal(json_get_text(copy, "userName", ""), "bob@acme.test");
}

static void a_packed_tree_is_packed_again(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *first = json_pack(parse(arena, user)), *second = json_pack(first);
    json_free_packed(first);
    assert_string_equal(json_print(arena, second), user);
    json_free_packed(second);
}

static void shared_contents_are_read_and_not_freed(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *source = parse(arena, user);
    const json *packed = json_pack(source);
    json *object = json_object(NULL);
    for (const json *n = json_first(packed); n != NULL; n = json_next(n))
        json_set_shared(object, json_key(n), n);
    assert_string_equal(json_print(arena, object), user);
    json_set_shared(object, "name", json_get(source, "name")); /* in place of the other, of a tree that is not packed */
    json *copy = json_copy(arena, object);
    json_remove(object, "emails");
    json_free(object);
    assert_string_equal(json_print(arena, packed), user);
    assert_string_equal(json_print(arena, source), user);
    json_free_packed(packed);
    assert_string_equal(json_print(arena, copy), user);
}

/* Any value: names that are common and not, every type, nested. */
static void fill(struct rng *rng, json *node, int depth)
{
    static const char *const names[] = {"userName", "emails", "value", "x", "", "ä", "active", "work"};
    for (uint64_t i = rng_below(rng, 6); i > 0; i--) {
        const char *name = names[rng_below(rng, ARRAY_LEN(names))];
        switch (rng_below(rng, depth > 3 ? 4 : 6)) {
        case 0:
            json_set_text(node, name, names[rng_below(rng, ARRAY_LEN(names))]);
            break;
        case 1:
            json_set_number(node, name, (double)rng_below(rng, 1000) / 8);
            break;
        case 2:
            json_set_bool(node, name, rng_below(rng, 2) == 0);
            break;
        case 3:
            json_set_null(node, name);
            break;
        case 4:
            fill(rng, json_set_object(node, name), depth + 1);
            break;
        default:
            fill(rng, json_push_object(json_set_array(node, name)), depth + 1);
        }
    }
}

static void every_tree_survives_packing(void **state)
{
    UNUSED(state);
    struct rng rng = rng_new(7);
    for (int i = 0; i < 2000; i++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        json *source = json_object(arena);
        fill(&rng, source, 0);
        const json *packed = json_pack(source);
        assert_true(json_equal(source, packed));
        assert_string_equal(json_print(arena, json_copy(arena, packed)), json_print(arena, source));
        json_free_packed(packed);
    }
}

/* One copy of a common name does for all trees. */
static void common_names_are_not_copied(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    static const char *const names[] = {"schemas",
                                        "userName",
                                        "name",
                                        "givenName",
                                        "familyName",
                                        "displayName",
                                        "externalId",
                                        "emails",
                                        "value",
                                        "type",
                                        "primary",
                                        "active",
                                        "title",
                                        "department",
                                        "manager",
                                        "employeeNumber",
                                        "phoneNumbers",
                                        "addresses",
                                        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"};
    json *source = json_object(arena);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        json_set_text(source, names[i], names[i]);
    const json *a = json_pack(source), *b = json_pack(source);
    for (const json *x = json_first(a), *y = json_first(b); x != NULL; x = json_next(x), y = json_next(y)) {
        assert_ptr_equal(json_key(x), json_key(y));
        assert_ptr_equal(json_text(x), json_text(y));
    }
    json_free_packed(a);
    json_free_packed(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packed_tree_reads_as_its_source),
        cmocka_unit_test(a_packed_tree_outlives_its_source),
        cmocka_unit_test(a_copy_of_a_packed_tree_can_be_changed_and_stands_alone),
        cmocka_unit_test(a_packed_tree_is_packed_again),
        cmocka_unit_test(shared_contents_are_read_and_not_freed),
        cmocka_unit_test(every_tree_survives_packing),
        cmocka_unit_test(common_names_are_not_copied),
    };
    return tap_run("json_copy", tests);
}
