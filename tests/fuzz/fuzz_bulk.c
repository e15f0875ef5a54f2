/* Any JSON as a bulk message: refused, or operations that are whole or say what is wrong with them; references never change what was handed in. */
#include "common/base.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/bulk.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ids for what begins with a letter, none for the rest. */
static const char *lookup(void *context, const char *bulk_id)
{
    return *bulk_id >= 'a' && *bulk_id <= 'z' ? context : NULL;
}

static void check_operation(struct arena *arena, const struct scim_bulk_operation *operation)
{
    if (operation->wrong.status != 0) {
        if (operation->wrong.status != 400 || operation->wrong.detail == NULL)
            abort();
        return;
    }
    bool bare = strcmp(operation->method, "DELETE") == 0;
    if (operation->path[0] != '/' || bare != (operation->data == NULL) ||
        (strcmp(operation->method, "POST") == 0 && text_is_blank(operation->bulk_id)))
        abort();
    char *id = arena_strdup(arena, "2819c223");
    if (scim_bulk_path(arena, operation->path, lookup, id)[0] != '/')
        abort();
    if (operation->data == NULL)
        return;
    const json *before = json_copy(arena, operation->data);
    const json *after = scim_bulk_data(arena, operation->data, lookup, id);
    if (!json_equal(before, operation->data) || !json_is(after, JSON_OBJECT))
        abort();
    /* A second time there is nothing left to do. */
    if (strstr(json_print(arena, after), "bulkId:") == NULL && !json_equal(after, scim_bulk_data(arena, after, lookup, id)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct scim_bulk bulk;
    struct scim_error err;
    const json *body = json_parse(arena, (struct bytes){(const char *)data, size}, "fuzz", NULL);
    if (body == NULL)
        return 0;
    if (!scim_bulk_read(arena, body, 10, &bulk, &err)) {
        if ((err.status != 400 && err.status != 413) || err.detail == NULL)
            abort();
        return 0;
    }
    if (bulk.count > 10)
        abort();
    for (size_t i = 0; i < bulk.count; i++)
        check_operation(arena, &bulk.items[i]);
    return 0;
}
