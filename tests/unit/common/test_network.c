/* Networks in CIDR notation: RFC 4632 §3.1, RFC 4291 §2.3 and §2.5.5.2. */
#include "common/base.h"

#include "common/network.h"

#include "tests/tap.h"

#include <string.h>

static void networks_hold_their_addresses(void **state)
{
    UNUSED(state);
    static const struct {
        const char *network, *inside, *outside;
    } rows[] = {
        {"192.0.2.0/24", "192.0.2.0", "192.0.3.0"},
        {"192.0.2.0/24", "192.0.2.255", "192.0.1.255"},
        {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
        {"192.0.2.4/30", "192.0.2.7", "192.0.2.8"},
        {"192.0.2.7/32", "192.0.2.7", "192.0.2.6"},
        {"192.0.2.7", "192.0.2.7", "192.0.2.8"},
        {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
        {"0.0.0.0/0", "255.255.255.255", "2001:db8::1"},
        {"0.0.0.0/0", "::ffff:1.2.3.4", "::1"},
        {"::/0", "2001:db8::1", NULL},
        {"::/0", "192.0.2.1", NULL},
        {"2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
        {"2001:db8:0:8000::/49", "2001:db8:0:8001::1", "2001:db8:0:7fff::1"},
        {"::1", "::1", "::2"},
        {"::1/128", "0:0:0:0:0:0:0:1", "127.0.0.1"},
        {"::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.9"},
        {"192.0.2.0/24", "::ffff:192.0.2.9", "::ffff:192.0.3.9"},
        {"192.0.2.0/24", "::ffff:c000:209", "::192.0.2.9"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct network network;
        if (!network_parse(rows[i].network, &network))
            fail_msg("%s is a network", rows[i].network);
        if (!network_holds(&network, rows[i].inside))
            fail_msg("%s is in %s", rows[i].inside, rows[i].network);
        if (rows[i].outside != NULL && network_holds(&network, rows[i].outside))
            fail_msg("%s is not in %s", rows[i].outside, rows[i].network);
    }
}

static void what_is_no_network_is_refused(void **state)
{
    UNUSED(state);
    static const char *const rows[] = {
        "",
        "/",
        "192.0.2.0/",
        "192.0.2.0/33",
        "192.0.2.0/-1",
        "192.0.2.0/+8",
        "192.0.2.0/ 8",
        "192.0.2",
        "192.0.2.0/24/8",
        "192.0.2.1/24",
        "192.0.2.01",
        "::/129",
        "2001:db8::1/32",
        "example.com",
        "::1%lo",
        "192.0.2.256",
        "0xc0.0.2.1",
        " 192.0.2.1",
        "192.0.2.0/24 ",
        "192.0.2.0/999999999999",
        "1111:2222:3333:4444:5555:6666:7777:8888:1111:2222:3333:4444:5555:6666:7777:8888",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct network network = {.bits = 7};
        if (network_parse(rows[i], &network))
            fail_msg("\"%s\" is no network", rows[i]);
        assert_int_equal(network.bits, 7);
    }
}

static void what_is_no_address_is_in_no_network(void **state)
{
    UNUSED(state);
    struct network all;
    assert_true(network_parse("::/0", &all));
    assert_false(network_holds(&all, NULL));
    assert_false(network_holds(&all, ""));
    assert_false(network_holds(&all, "localhost"));
    assert_false(network_holds(&all, "192.0.2.1:80"));
    assert_false(network_holds(&all, "192.0.2.0/24"));
}

static void networks_are_written_in_their_shortest_form(void **state)
{
    UNUSED(state);
    static const char *const rows[][2] = {
        {"192.0.2.0/24", "192.0.2.0/24"},
        {"192.0.2.7", "192.0.2.7/32"},
        {"0.0.0.0/0", "0.0.0.0/0"},
        {"::/0", "::/0"},
        {"2001:DB8:0:0::/32", "2001:db8::/32"},
        {"::1", "::1/128"},
        {"::ffff:192.0.2.0/120", "192.0.2.0/24"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct network network;
        char text[NETWORK_MAX_TEXT];
        assert_true(network_parse(rows[i][0], &network));
        assert_string_equal(network_format(&network, text), rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_hold_their_addresses),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(what_is_no_address_is_in_no_network),
        cmocka_unit_test(networks_are_written_in_their_shortest_form),
    };
    return tap_run("network", tests);
}
