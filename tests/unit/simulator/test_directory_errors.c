/* Mistakes in a scenario's directory, each told with its place and what to do. */
#include "common/base.h"

#include "common/json.h"
#include "common/rng.h"
#include "simulator/directory.h"
#include "tests/table.h"

static void is_refused(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena = arena_new();
    struct rng rng = rng_new(1);
    struct error err = {0};
    struct directory *directory = NULL;
    const char *text = table_need(c, "spec");
    json *spec = json_parse(arena, (struct bytes){text, strlen(text)}, "spec", &err);
    assert_non_null(spec);
    assert_false(directory_load(arena, spec, true, NULL, &rng, &directory, &err));
    assert_int_equal(err.code, ERROR_INVALID);
    assert_string_equal(err.where, table_need(c, "where"));
    assert_string_equal(err.message, table_need(c, "message"));
    assert_string_equal(err.remedy, table_need(c, "remedy"));
    arena_free(arena);
}

int main(void)
{
    return tap_table("directory errors", "tests/tables/directory.table", is_refused);
}
