#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server characteristics", "tests/tables/scim_characteristics.table", play_row);
}
