/* Patches of long lists: the index that they get changes nothing, and no patch is more work than a server can bear. */
#include "common/base.h"
#include "reference-server/scim/patch_lists.h"

#include "common/rng.h"
#include "reference-server/scim/patch.h"

#include "tests/unit/reference-server/test_scim.h"

#define ROUNDS     300
#define OPERATIONS 30
#define LONG       60000

static const struct table_case user = {.name = "generated"};

/* --- an index changes nothing: a patch is what its operations are one after the other, which alone are too few for an index --- */

static const char *some_type(struct rng *rng)
{
    static const char *const types[] = {"\"work\"", "\"home\"", "\"WORK\"", "null", "\"other\""};
    return types[rng_below(rng, ARRAY_LEN(types))];
}

static const char *some_email(struct rng *rng, struct arena *arena)
{
    const char *value = arena_printf(arena, "%c%d@x.test", rng_below(rng, 2) == 0 ? 'e' : 'E', (int)rng_below(rng, 50));
    switch (rng_below(rng, 4)) {
    case 0:
        return arena_printf(arena, "{\"value\":\"%s\"}", value);
    case 1:
        return arena_printf(arena, "{\"value\":\"%s\",\"type\":%s,\"primary\":true}", value, some_type(rng));
    case 2:
        return arena_printf(arena, "{\"type\":%s,\"display\":\"d%d\"}", some_type(rng), (int)rng_below(rng, 5));
    default:
        return arena_printf(arena, "{\"value\":\"%s\",\"type\":%s}", value, some_type(rng));
    }
}

static const char *some_emails(struct rng *rng, struct arena *arena, size_t most)
{
    struct buffer b = buffer_new(0);
    size_t count = 1 + rng_below(rng, most);
    buffer_add_char(&b, '[');
    for (size_t i = 0; i < count; i++)
        buffer_printf(&b, "%s%s", i > 0 ? "," : "", some_email(rng, arena));
    buffer_add_char(&b, ']');
    return buffer_take(&b, arena);
}

static const char *some_operation(struct rng *rng, struct arena *arena)
{
    static const char *const paths[] = {"emails[value eq \\\"e%d@x.test\\\"]",
                                        "emails[type eq \\\"work\\\" and value eq \\\"E%d@x.test\\\"]",
                                        "emails[display eq \\\"d%d\\\"]", "emails[value sw \\\"e%d\\\"]"};
    const char *form = paths[rng_below(rng, 16) < 12 ? rng_below(rng, 2) : rng_below(rng, 4)], *hole = strstr(form, "%d");
    const char *path = arena_printf(arena, "%.*s%d%s", (int)(hole - form), form, (int)rng_below(rng, 50), hole + 2);
    switch (rng_below(rng, 24)) {
    case 0:
        return arena_printf(arena, "{\"op\":\"replace\",\"path\":\"%s.value\",\"value\":\"e%d@x.test\"}", path,
                            (int)rng_below(rng, 50));
    case 1:
    case 2:
        return arena_printf(arena, "{\"op\":\"add\",\"path\":\"%s.primary\",\"value\":true}", path);
    case 3:
        return arena_printf(arena, "{\"op\":\"replace\",\"path\":\"%s.type\",\"value\":%s}", path, some_type(rng));
    case 4:
    case 5:
        return arena_printf(arena, "{\"op\":\"add\",\"path\":\"%s\",\"value\":{\"display\":\"d%d\"}}", path,
                            (int)rng_below(rng, 5));
    case 6:
        return arena_printf(arena, "{\"op\":\"remove\",\"path\":\"%s.value\"}", path);
    case 7:
        return "{\"op\":\"replace\",\"path\":\"emails.display\",\"value\":\"d1\"}";
    case 8:
    case 9:
    case 10:
        return arena_printf(arena, "{\"op\":\"remove\",\"path\":\"emails\",\"value\":%s}", some_emails(rng, arena, 4));
    case 11:
    case 12:
    case 13:
    case 14:
        return arena_printf(arena, "{\"op\":\"remove\",\"path\":\"%s\"}", path);
    case 15:
        return rng_below(rng, 8) == 0 ? "{\"op\":\"remove\",\"path\":\"emails\"}"
                                      : "{\"op\":\"add\",\"path\":\"title\",\"value\":\"x\"}";
    case 16:
        return rng_below(rng, 4) == 0
                   ? arena_printf(arena, "{\"op\":\"replace\",\"path\":\"emails\",\"value\":[%s]}", some_email(rng, arena))
                   : "{\"op\":\"replace\",\"value\":{\"name.givenName\":\"x\"}}";
    default:
        return arena_printf(arena, "{\"op\":\"add\",\"path\":\"emails\",\"value\":%s}", some_emails(rng, arena, 3));
    }
}

static struct scim_patch patch_of(struct scim_test *t, const char *const *operations, size_t count)
{
    struct scim_patch patch;
    json *body = json_object(t->arena), *list = NULL;
    json_push_text(json_set_array(body, "schemas"), SCIM_URN_PATCH);
    list = json_set_array(body, "Operations");
    for (size_t i = 0; i < count; i++)
        json_push_copy(list, test_parse(t->arena, operations[i], operations[i]));
    if (!scim_message_read_patch(t->arena, body, &patch, &t->err))
        fail_msg("%s", t->err.detail);
    return patch;
}

/* False: one of them is refused. */
static bool one_by_one(struct scim_test *t, const char *const *operations, json **out)
{
    bool changed;
    *out = t->resource;
    for (size_t i = 0; i < OPERATIONS; i++) {
        struct scim_patch patch = patch_of(t, &operations[i], 1);
        if (!scim_patch_apply(t->arena, t->type, t->compat, *out, &patch, out, &changed, &t->err))
            return false;
    }
    return true;
}

static void index_changes_nothing(void **state)
{
    UNUSED(state);
    struct rng rng = rng_new(1);
    size_t accepted = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct scim_test t = test_begin(&user);
        const char *operations[OPERATIONS];
        struct scim_error err = {0};
        json *alone = NULL, *together = NULL;
        bool changed;
        t.compat = SCIM_COMPAT_ALL;
        json *many = test_parse(t.arena, some_emails(&rng, t.arena, 60), "emails");
        for (json *n = json_edit_first(many); n != NULL; n = json_edit_next(n))
            json_remove(n, "primary"); /* one at most */
        json_set_copy(t.resource, "emails", many);
        for (size_t i = 0; i < OPERATIONS; i++)
            operations[i] = some_operation(&rng, t.arena);
        struct scim_patch patch = patch_of(&t, operations, OPERATIONS);
        bool good = scim_patch_apply(t.arena, t.type, t.compat, t.resource, &patch, &together, &changed, &err);
        assert_int_equal(one_by_one(&t, operations, &alone), good);
        if (good)
            test_same(&t, together, alone);
        else
            assert_string_equal(err.detail, t.err.detail);
        accepted += good;
        test_end(&t);
    }
    assert_true(accepted > ROUNDS / 4);
}

/* --- work --- */

static void give_long_list(struct scim_test *t)
{
    json *list = json_set_array(t->resource, "emails");
    for (int i = 0; i < LONG; i++) {
        json *element = json_push_object(list);
        json_set_text(element, "value", arena_printf(t->arena, "e%d@x.test", i));
        json_set_text(element, "type", "work");
    }
}

/* One form of operation, with 1000 numbers in place of `%d`. */
static bool thousandfold(struct scim_test *t, const char *form, int step, json **out)
{
    const char *operations[SCIM_MAX_OPERATIONS], *hole = strstr(form, "%d");
    bool changed;
    for (int i = 0; i < SCIM_MAX_OPERATIONS; i++)
        operations[i] = arena_printf(t->arena, "%.*s%d%s", (int)(hole - form), form, i * step, hole + 2);
    struct scim_patch patch = patch_of(t, operations, SCIM_MAX_OPERATIONS);
    return scim_patch_apply(t->arena, t->type, t->compat, t->resource, &patch, out, &changed, &t->err);
}

static void long_lists_by_value(void **state)
{
    UNUSED(state);
    static const struct {
        const char *form;
        int left;
    } rows[] = {
        {"{\"op\":\"remove\",\"path\":\"emails[value eq \\\"e%d@x.test\\\"]\"}", LONG - 1000},
        {"{\"op\":\"replace\",\"path\":\"emails[value eq \\\"E%d@X.test\\\"].display\",\"value\":\"x\"}", LONG},
        {"{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\" and value eq \\\"e%d@x.test\\\"].primary\",\"value\":true}",
         LONG},
        {"{\"op\":\"replace\",\"path\":\"emails[value eq \\\"new%d@x.test\\\"].type\",\"value\":\"home\"}", LONG + 1000},
        {"{\"op\":\"add\",\"path\":\"emails\",\"value\":[{\"value\":\"other%d@x.test\",\"primary\":true},{\"value\":\"e1@x."
         "test\"}]}",
         LONG + 1000},
        {"{\"op\":\"remove\",\"path\":\"emails\",\"value\":[{\"value\":\"e%d@x.test\"},{\"value\":\"e1@x.test\"},{\"value\":\"e2@"
         "x.test\"}]}",
         LONG - 1002},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scim_test t = test_begin(&user);
        json *out = NULL;
        t.compat = SCIM_COMPAT_ALL;
        give_long_list(&t);
        if (!thousandfold(&t, rows[i].form, 50, &out))
            fail_msg("%s: %s", rows[i].form, t.err.detail);
        assert_int_equal(json_count(json_get(out, "emails")), rows[i].left);
        test_end(&t);
    }
}

static void unbearable_work_is_413(void **state)
{
    UNUSED(state);
    static const char *const forms[] = {
        "{\"op\":\"remove\",\"path\":\"emails[display eq \\\"%d\\\"]\"}",
        "{\"op\":\"remove\",\"path\":\"emails[value co \\\"none%d\\\"].display\"}",
        "{\"op\":\"replace\",\"path\":\"emails.display\",\"value\":\"%d\"}",
        "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].display\",\"value\":\"%d\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct scim_test t = test_begin(&user);
        json *out = NULL;
        t.compat = SCIM_COMPAT_ALL;
        give_long_list(&t);
        assert_false(thousandfold(&t, forms[i], 1, &out));
        assert_int_equal(t.err.status, 413);
        assert_non_null(strstr(t.err.detail, "fewer"));
        test_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(index_changes_nothing), cmocka_unit_test(long_lists_by_value),
                                       cmocka_unit_test(unbearable_work_is_413)};
    return tap_run("scim patch lists", tests);
}
