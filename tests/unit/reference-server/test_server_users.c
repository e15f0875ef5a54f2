#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server users", "tests/tables/scim_http_users.table", play_row);
}
