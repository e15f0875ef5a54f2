/* Records: events of the audit trail, access reviews, reports, and when access changed. */
#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    return tap_table("audit events", "tests/tables/records_events.table", play_row) |
           tap_table("since when", "tests/tables/records_when.table", play_row);
}
