#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server entitlements", "tests/tables/scim_http_entitlements.table", play_row);
}
