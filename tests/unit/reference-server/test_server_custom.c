#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server custom resources", "tests/tables/scim_http_custom.table", play_row);
}
