#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("mapping", "tests/tables/access_mapping.table", play_row);
}
