#include "common/base.h"

#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("rfc 7643 values", "tests/tables/rfc7643_values.table", play_row);
}
