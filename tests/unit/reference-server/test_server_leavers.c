#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server leavers", "tests/tables/scim_http_leavers.table", play_row);
}
