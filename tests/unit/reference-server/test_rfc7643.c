/* RFC 7643 section by section, over HTTP: tables written from the RFC. What all of discovery has to keep is test_rfc7643_discovery.c. */
#include "common/base.h"

#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    int values = tap_table("rfc 7643 values", "tests/tables/rfc7643_values.table", play_row);
    int resources = tap_table("rfc 7643 resources", "tests/tables/rfc7643_resources.table", play_row);
    int people = tap_table("rfc 7643 people", "tests/tables/rfc7643_people.table", play_row);
    return values != 0 || resources != 0 || people != 0;
}
