/* Any text as an address or network: what is taken reads back the same from its shortest form, and holds its own first address. */
#include "common/base.h"
#include "common/memory.h"
#include "common/network.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const struct network *a, const struct network *b)
{
    return a->bits == b->bits && memcmp(a->address, b->address, sizeof a->address) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *text = arena_strndup(arena, (const char *)data, size);
    struct network network, again;
    char written[NETWORK_MAX_TEXT];
    if (!network_parse(text, &network))
        return 0;
    if (network.bits > 128 || strlen(network_format(&network, written)) >= sizeof written || !network_parse(written, &again) ||
        !same(&network, &again))
        abort();
    if (!network_holds(&network, arena_strndup(arena, written, strcspn(written, "/"))))
        abort();
    return 0;
}
