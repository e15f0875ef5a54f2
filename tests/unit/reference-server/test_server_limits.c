#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server limits", "tests/tables/scim_http_limits.table", play_row);
}
