#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server why", "tests/tables/why.table", play_row);
}
