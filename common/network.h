/* network.h: IP addresses and networks (CIDR, RFC 4632 and RFC 4291 §2.3), for deciding who may come in.
 *
 * An IPv4 address and its IPv4-mapped IPv6 form (::ffff:192.0.2.1), as a socket for both shows it, are the same.
 */
#ifndef COMMON_NETWORK_H
#define COMMON_NETWORK_H

#include "common/base.h"

#define NETWORK_MAX_TEXT 64 /* of an address or network, with the NUL */

struct network {
    uint8_t address[16]; /* IPv4 as IPv4-mapped */
    unsigned bits;       /* of 128 that count */
};

/* "192.0.2.0/24", "2001:db8::/32", or an address alone. False: neither, or bits are set behind the prefix, which would be a guess. */
bool network_parse(const char *text, struct network *out);
/* address: numeric, as a peer's; false for what is none, NULL too. */
bool network_holds(const struct network *network, const char *address);
/* The shortest form, "192.0.2.0/24". Returns out. */
const char *network_format(const struct network *network, char out[NETWORK_MAX_TEXT]);

#endif
