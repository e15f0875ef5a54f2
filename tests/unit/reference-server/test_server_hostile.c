#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server against hostile input", "tests/tables/scim_http_hostile.table", play_row);
}
