/* Any bytes as a dialect file: refused with a place, or a dialect all of whose axes have a value. */
#include "common/base.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/dialect_file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct json_document document;
    const struct dialect *dialect = NULL;
    const struct dialect_axis *axes;
    struct error err = {0};
    if (!json_read(arena, (struct bytes){(const char *)data, size}, "d.json", &document, NULL))
        return 0;
    (void)dialect_file_is(document.root);
    if (!dialect_file_read(arena, &document, &dialect, &err)) {
        if (!text_starts(err.where, "d.json") || text_is_blank(err.message))
            abort();
        return 0;
    }
    for (size_t i = dialect_axes(arena, dialect, &axes); i-- > 0;)
        if (axes[i].name == NULL || axes[i].value == NULL)
            abort();
    if (text_is_blank(dialect_title(dialect)) || !text_equal(dialect_file(dialect), "d.json"))
        abort();
    return 0;
}
