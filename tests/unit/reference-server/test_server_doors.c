#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server doors", "tests/tables/scim_http_doors.table", play_row) |
           tap_table("permissions at the app door", "tests/tables/app_permissions.table", play_row);
}
