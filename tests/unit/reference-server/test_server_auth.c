#include "tests/unit/reference-server/test_server_play.h"

int main(void)
{
    int bearer = tap_table("bearer tokens", "tests/tables/scim_http_auth.table", play_row);
    int oauth = tap_table("client credentials", "tests/tables/scim_http_auth_oauth.table", play_row);
    int basic = tap_table("http basic", "tests/tables/scim_http_auth_basic.table", play_row);
    int addresses = tap_table("allowed addresses", "tests/tables/scim_http_auth_addresses.table", play_row);
    int certificates = tap_table("client certificates", "tests/tables/scim_http_auth_certificates.table", play_row);
    int headers = tap_table("authorization headers at every door", "tests/tables/scim_http_auth_headers.table", play_row);
    int passwords = tap_table("passwords", "tests/tables/scim_http_auth_passwords.table", play_row);
    return bearer != 0 || oauth != 0 || basic != 0 || addresses != 0 || passwords != 0 || certificates != 0 || headers != 0;
}
