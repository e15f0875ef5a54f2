/* Any text as base64: what is taken is exactly what its bytes are written as; and any bytes come back. */
#include "common/base.h"
#include "common/digest.h"
#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *text = arena_strndup(arena, (const char *)data, size);
    struct bytes out, again;
    if (base64_decode(arena, text, &out) && (out.p[out.n] != '\0' || strcmp(base64_encode(arena, out), text) != 0))
        abort();
    if (!base64_decode(arena, base64_encode(arena, (struct bytes){(const char *)data, size}), &again) || again.n != size ||
        (size > 0 && memcmp(again.p, data, size) != 0))
        abort();
    return 0;
}
