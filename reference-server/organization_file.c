#include "common/base.h"

#include "reference-server/organization_file.h"

#include "common/embedded.h"
#include "common/error.h"
#include "common/file.h"
#include "common/memory.h"

#include "reference-server/server.h"

#define DEMO "reference-server/schemas/demo.organization.json"

bool organization_file_read(struct arena *arena, const char *path, struct json_document *out, struct error *err)
{
    struct bytes text;
    if (path == NULL) {
        const struct embedded_file *demo = embedded_find(DEMO);
        if (demo == NULL)
            return error_set(err, ERROR_INTERNAL, DEMO, "", "is not part of this executable");
        path = DEMO;
        text = demo->data;
    } else if (!file_read(arena, path, SERVER_MAX_FILE, &text, err)) {
        return false;
    }
    return json_read(arena, text, path, out, err);
}
