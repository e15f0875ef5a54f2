/* Targets of lookups as they stand on the wire. */
#include "common/base.h"

#include "simulator/dialect.h"
#include "simulator/simulator.h"
#include "simulator/wire_request.h"
#include "tests/table.h"

static void is_encoded_so(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena = arena_new();
    struct error err = {0};
    struct simulator sim = {.arena = arena, .dialect = dialect_find(table_need(c, "dialect"))};
    const char *axis = table_field(c, "axis"), *user = table_field(c, "user");
    if (axis != NULL) {
        const char *equals = strchr(axis, '=');
        assert_true(dialect_with(arena, sim.dialect, arena_strndup(arena, axis, (size_t)(equals - axis)), equals + 1,
                                 &sim.dialect, &err));
    }
    const char *target = user != NULL ? wire_user_lookup(&sim, user) : wire_group_lookup(&sim, table_need(c, "group"));
    assert_string_equal(target, table_need(c, "target"));
    arena_free(arena);
}

int main(void)
{
    return tap_table("lookups", "tests/tables/lookups.table", is_encoded_so);
}
