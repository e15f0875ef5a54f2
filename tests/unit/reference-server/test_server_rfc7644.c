/* One case an obligation of RFC 7644 and RFC 9865, written from the text of the RFCs, played with and without the rewrites of scim/compat.h. */
#include "tests/unit/reference-server/test_server_play.h"

static const char *const tables[] = {
    "rfc7644_http", "rfc7644_write", "rfc7644_read", "rfc7644_filter", "rfc7644_patch", "rfc7644_errors", "rfc9865",
};

int main(void)
{
    bool failed = false;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        const char *path = arena_printf(arena, "tests/tables/%s.table", tables[i]);
        failed |= tap_table(tables[i], path, play_row) != 0;
        failed |= tap_table(arena_printf(arena, "%s, strictly", tables[i]), path, play_row_strictly) != 0;
    }
    return failed;
}
