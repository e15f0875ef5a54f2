#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server groups", "tests/tables/scim_http_groups.table", play_row);
}
