#include "common/base.h"
#include "common/network.h"

#include "common/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define MAPPED_BITS 96 /* of ::ffff:0:0/96 */

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_mapped(const uint8_t address[16])
{
    return memcmp(address, mapped, sizeof mapped) == 0;
}

/* four: it was written as IPv4. */
static bool read_address(const char *text, uint8_t out[16], bool *four)
{
    struct in_addr v4;
    struct in6_addr v6;
    *four = inet_pton(AF_INET, text, &v4) == 1;
    if (*four) {
        memcpy(out, mapped, sizeof mapped);
        memcpy(out + sizeof mapped, &v4, 4);
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6) != 1)
        return false;
    memcpy(out, &v6, 16);
    return true;
}

static bool bit(const uint8_t address[16], unsigned at)
{
    return (address[at / 8] >> (7 - at % 8) & 1) != 0;
}

bool network_parse(const char *text, struct network *out)
{
    char address[NETWORK_MAX_TEXT];
    struct network network;
    bool four;
    size_t n = strcspn(text, "/");
    if (n >= sizeof address)
        return false;
    memcpy(address, text, n);
    address[n] = '\0';
    if (!read_address(address, network.address, &four))
        return false;
    uint64_t bits = four ? 32 : 128;
    if (text[n] == '/' && !text_to_u64(text + n + 1, bits, &bits))
        return false;
    network.bits = (unsigned)bits + (four ? MAPPED_BITS : 0);
    for (unsigned i = network.bits; i < 128; i++)
        if (bit(network.address, i))
            return false;
    *out = network;
    return true;
}

bool network_holds(const struct network *network, const char *address)
{
    uint8_t bytes[16];
    bool four;
    if (address == NULL || !read_address(address, bytes, &four))
        return false;
    for (unsigned i = 0; i < network->bits; i++)
        if (bit(network->address, i) != bit(bytes, i))
            return false;
    return true;
}

const char *network_format(const struct network *network, char out[NETWORK_MAX_TEXT])
{
    char address[INET6_ADDRSTRLEN] = "";
    bool four = network->bits >= MAPPED_BITS && is_mapped(network->address);
    inet_ntop(four ? AF_INET : AF_INET6, network->address + (four ? sizeof mapped : 0), address, sizeof address);
    (void)snprintf(out, NETWORK_MAX_TEXT, "%s/%u", address, network->bits - (four ? MAPPED_BITS : 0));
    return out;
}
