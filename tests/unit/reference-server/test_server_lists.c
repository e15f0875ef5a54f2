#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server lists", "tests/tables/scim_http_lists.table", play_row);
}
