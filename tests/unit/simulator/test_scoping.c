/* Scoping filters: who is in scope, and mistakes with their places. */
#include "common/base.h"

#include "common/json.h"
#include "common/rng.h"
#include "simulator/directory.h"
#include "simulator/scoping.h"
#include "tests/table.h"

#define DIRECTORY                                                                                                                \
    "{\"users\":{"                                                                                                               \
    "\"ada\":{\"email\":\"ada@acme.test\",\"department\":\"Research\",\"employeeNumber\":\"1000\",\"locality\":\"Oslo\"},"       \
    "\"bob\":{\"email\":\"bob@acme.test\",\"department\":\"Sales\",\"employeeNumber\":\"999\"},"                                 \
    "\"cyd\":{\"email\":\"cyd@acme.test\",\"department\":\"sales\"}},"                                                           \
    "\"groups\":{\"r\":{\"name\":\"Team R\"},\"s\":{\"name\":\"Sales\"}}}"

static json *parsed(struct arena *arena, const char *text)
{
    struct error err = {0};
    json *root = json_parse(arena, (struct bytes){text, strlen(text)}, "text", &err);
    assert_non_null(root);
    return root;
}

static const char *in_scope(struct arena *arena, const struct scoping *scope)
{
    struct directory *directory = NULL;
    struct rng rng = rng_new(1);
    struct error err = {0};
    struct buffer keys = buffer_new(0);
    assert_true(directory_load(arena, parsed(arena, DIRECTORY), false, NULL, &rng, &directory, &err));
    directory->users[2]->state = USER_DEACTIVATED;
    for (size_t i = 0; i < directory->user_count; i++)
        if (scoping_has_user(scope, directory->users[i]))
            buffer_printf(&keys, " %s", directory->users[i]->key);
    for (size_t i = 0; i < directory->group_count; i++)
        if (scoping_has_group(scope, directory->groups[i]))
            buffer_printf(&keys, " %s", directory->groups[i]->key);
    return buffer_take(&keys, arena) + 1;
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena = arena_new();
    struct error err = {0};
    const struct scoping *scope = NULL;
    bool read = scoping_read(arena, parsed(arena, table_need(c, "filters")), &scope, &err);
    if (table_field(c, "in") == NULL) {
        assert_false(read);
        assert_int_equal(err.code, ERROR_INVALID);
        assert_string_equal(err.where, table_need(c, "where"));
        assert_string_equal(err.message, table_need(c, "message"));
        assert_false(text_is_blank(err.remedy));
    } else {
        assert_true(read);
        assert_string_equal(in_scope(arena, scope), table_need(c, "in"));
    }
    arena_free(arena);
}

int main(void)
{
    return tap_table("scoping filters", "tests/tables/scoping.table", row);
}
