#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server nested groups", "tests/tables/scim_http_nested.table", play_row);
}
