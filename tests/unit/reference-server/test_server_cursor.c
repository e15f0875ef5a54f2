#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server cursor", "tests/tables/scim_http_cursor.table", play_row);
}
