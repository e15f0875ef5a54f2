/* Whatever the gate lets through, cJSON reads, and what the writer makes of it reads back as the same value. */
#include "common/base.h"
#include "common/json.h"

#include "common/error.h"
#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json *reread(struct arena *arena, char *text)
{
    struct error err;
    json *root = json_parse(arena, (struct bytes){text, strlen(text)}, "written", &err);
    if (root == NULL)
        abort();
    return root;
}

static void check_document(struct arena *arena, struct bytes text)
{
    struct json_document document;
    if (!json_read(arena, text, "fuzz", &document, NULL))
        return;
    for (const json *node = json_first(document.root); node != NULL; node = json_next(node))
        if (strcmp(json_where(arena, &document, node), "fuzz") == 0)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct bytes text = {(const char *)data, size};
    struct error err;
    json *root = json_parse(arena, text, "fuzz", &err);
    if (root == NULL && err.code != ERROR_SYNTAX && err.code != ERROR_LIMIT)
        abort();
    if (root != NULL) {
        char *written = json_print(arena, root);
        json *again = reread(arena, written);
        if (!json_equal(root, again) || strcmp(json_print(arena, again), written) != 0 ||
            !json_equal(root, reread(arena, json_print_pretty(arena, root))))
            abort();
    }
    check_document(arena, text);
    return 0;
}
