#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server providers", "tests/tables/scim_http_providers.table", play_row);
}
