/* Any text as a PATCH path: refused as invalidPath or invalidFilter, or printed in a form that reads back the same. */
#include "common/base.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/path.h"
#include "reference-server/scim/schema.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct scim_registry *registry(void)
{
    static struct arena *arena; /* for the whole run */
    static const struct scim_registry *loaded;
    if (arena == NULL && !scim_schema_load(arena = arena_new(), NULL, &loaded, NULL))
        abort();
    return loaded;
}

static void check_place(struct arena *arena, const struct scim_path *path)
{
    struct scim_place place, again;
    const struct scim_resource_type *type = scim_schema_type(registry(), "User");
    if (!scim_schema_resolve(type, path->name, &place))
        return;
    if (!scim_schema_resolve(type, scim_schema_place_name(arena, &place), &again) || place.extension != again.extension ||
        place.attribute != again.attribute || place.sub != again.sub)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct scim_path path, again;
    struct scim_error err;
    if (!text_is_utf8((const char *)data, size))
        return 0;
    if (!scim_path_parse(arena, arena_strndup(arena, (const char *)data, size), &path, &err)) {
        if (err.status != 400 ||
            (!text_equal(err.scim_type, SCIM_INVALID_PATH) && !text_equal(err.scim_type, SCIM_INVALID_FILTER)))
            abort();
        return 0;
    }
    char *text = scim_path_print(arena, &path);
    if (strlen(text) <= SCIM_PATH_MAX_LENGTH &&
        (!scim_path_parse(arena, text, &again, &err) || strcmp(scim_path_print(arena, &again), text) != 0))
        abort();
    check_place(arena, &path);
    return 0;
}
