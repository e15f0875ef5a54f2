/* Any JSON as an organization's document: refused with a place, or an organization whose export sets up the same one again. */
#include "common/base.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/organization_document.h"
#include "reference-server/model/organization_export.h"
#include "reference-server/model/organization_snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t now = 1795369537000;
static unsigned counter;

static void next_id(void *context, char out[37])
{
    UNUSED(context);
    (void)snprintf(out, 37, "00000000-0000-4000-8000-%012u", ++counter);
}

static void next_token(void *context, char out[MODEL_TOKEN_SIZE])
{
    UNUSED(context);
    (void)snprintf(out, MODEL_TOKEN_SIZE, "secret-%06u", ++counter);
}

static struct organization *read_document(const json *document, struct model_failure *failure)
{
    struct organization *organization = NULL;
    char token[ORGANIZATION_DOCUMENT_TOKEN];
    bool good = organization_document_read(document, "fuzz", clock_fixed(&now), (struct model_random){next_id, next_token, NULL},
                                           &organization, token, failure);
    if (good != (organization != NULL))
        abort();
    return organization;
}

static const json *exported(struct arena *arena, const struct organization *organization)
{
    const char *text = organization_export_text(arena, organization);
    const json *document = json_parse(arena, (struct bytes){text, strlen(text)}, "export", NULL);
    if (document == NULL)
        abort();
    return document;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct json_document text;
    struct model_failure failure = {.code = ""};
    if (!json_read(arena, (struct bytes){(const char *)data, size}, "fuzz.json", &text, NULL))
        return 0;
    struct organization *first = read_document(text.root, &failure);
    if (first == NULL) {
        if (failure.code[0] == '\0' || failure.message[0] == '\0')
            abort();
        return 0;
    }
    const json *document = exported(arena, first);
    struct organization *second = read_document(document, &failure);
    if (second == NULL || !json_equal(exported(arena, second), document) ||
        !json_equal(access_document(arena, second), access_document(arena, first)))
        abort();
    (void)organization_snapshot(arena, second);
    organization_free(second);
    organization_free(first);
    return 0;
}
