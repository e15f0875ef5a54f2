#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("sign-in", "tests/tables/sign_in.table", play_row);
}
