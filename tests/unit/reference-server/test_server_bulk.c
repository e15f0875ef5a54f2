#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server bulk", "tests/tables/scim_http_bulk.table", play_row);
}
