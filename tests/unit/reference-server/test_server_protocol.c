#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server protocol", "tests/tables/scim_http_protocol.table", play_row);
}
