#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server security", "tests/tables/scim_http_security.table", play_row);
}
