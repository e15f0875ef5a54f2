#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server negotiation", "tests/tables/scim_http_negotiation.table", play_row);
}
