#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server search", "tests/tables/scim_http_search.table", play_row);
}
