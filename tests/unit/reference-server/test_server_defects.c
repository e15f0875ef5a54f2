#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server defects", "tests/tables/scim_http_defects.table", play_row);
}
