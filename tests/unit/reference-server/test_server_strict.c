#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("strict server", "tests/tables/scim_http_strict.table", play_row);
}
