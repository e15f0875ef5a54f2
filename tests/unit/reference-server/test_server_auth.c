#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server credentials", "tests/tables/scim_http_auth.table", play_row);
}
