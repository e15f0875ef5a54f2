#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("server authzen", "tests/tables/authzen.table", play_row) |
           tap_table("examples of the specification", "tests/tables/authzen_examples.table", play_row);
}
