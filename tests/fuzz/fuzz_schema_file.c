/* Any bytes as a schema file: refused with a place and a remedy, or a registry whose documents make the same registry again. */
#include "common/base.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim/schema_file.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is custom, as a file. */
static char *print(struct arena *arena, const struct scim_registry *registry)
{
    json *out = json_object(arena), *schemas = json_set_array(out, "schemas"), *types = json_set_array(out, "resourceTypes");
    for (size_t i = 0; i < registry->schema_count; i++)
        if (registry->schemas[i].custom)
            json_push_copy(schemas, registry->schemas[i].document);
    for (size_t i = 0; i < registry->type_count; i++) {
        const struct scim_resource_type *type = &registry->types[i];
        if (type->custom)
            json_push_copy(types, type->document);
        json *one = type->custom ? NULL : json_push_object(types);
        json_set_text(one, "name", type->name);
        json *list = one == NULL ? NULL : json_set_array(one, "schemaExtensions");
        for (size_t k = 0; list != NULL && k < type->extension_count; k++)
            if (type->extensions[k].schema->custom) {
                json *extension = json_push_object(list);
                json_set_text(extension, "schema", type->extensions[k].schema->id);
                json_set_bool(extension, "required", type->extensions[k].required);
            }
    }
    return json_print(arena, out);
}

static bool load(struct arena *arena, struct bytes text, const struct scim_registry **out, struct error *err)
{
    struct json_document document;
    return json_read(arena, text, "file", &document, err) && schema_file_load(arena, &document, 1, out, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_registry *registry, *again;
    struct error err = {0};
    if (!load(arena, (struct bytes){(const char *)data, size}, &registry, &err)) {
        if (err.message[0] == '\0' || !text_starts(err.where, "file") || (err.code == ERROR_INVALID && err.remedy[0] == '\0'))
            abort();
        return 0;
    }
    char *text = print(arena, registry);
    if (!load(arena, (struct bytes){text, strlen(text)}, &again, &err) || strcmp(print(arena, again), text) != 0)
        abort();
    return 0;
}
