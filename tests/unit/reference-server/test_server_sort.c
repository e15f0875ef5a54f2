#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server sort", "tests/tables/scim_http_sort.table", play_row);
}
