/* Any JSON as the Operations of a patch, with all rewrites on and off: refused, or a resource that is well-formed; the original is never touched. */
#include "common/base.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/patch.h"
#include "reference-server/scim/schema.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char user[] =
    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\",\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"]"
    ",\"id\":\"u1\","
    "\"userName\":\"ada\",\"active\":true,\"name\":{\"givenName\":\"Ada\"},\"emails\":[{\"value\":\"a@b.test\",\"type\":\"work\","
    "\"primary\":true},"
    "{\"value\":\"b@b.test\"}],\"groups\":[{\"value\":\"g1\"}],\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":"
    "{\"manager\":{\"value\":\"u9\",\"displayName\":\"Bob\"}}}";

static const struct scim_resource_type *user_type(void)
{
    static struct arena *arena; /* for the whole run */
    static const struct scim_registry *registry;
    if (arena == NULL && !scim_schema_load(arena = arena_new(), NULL, &registry, NULL))
        abort();
    return scim_schema_type(registry, "User");
}

/* What a patch leaves must be what a PUT of it would leave. */
static void check_result(struct arena *arena, const json *result)
{
    struct scim_error err;
    json *again = NULL;
    if (!text_equal(json_get_text(result, "id", ""), "u1") || !scim_check_whole(arena, user_type(), result, &err))
        abort();
    if (!scim_check_replace(arena, user_type(), result, result, &again, &err) || json_count(again) != json_count(result))
        abort();
}

static void check_patch(struct arena *arena, const struct scim_patch *patch, struct scim_compat compat)
{
    json *resource = json_parse(arena, (struct bytes){user, strlen(user)}, "user", NULL), *out = NULL;
    json *before = json_copy(arena, resource);
    struct scim_error err = {0};
    bool changed = false;
    bool good = scim_patch_apply(arena, user_type(), compat, resource, patch, &out, &changed, &err);
    if (!json_equal(resource, before))
        abort();
    if (good)
        check_result(arena, out);
    else if (err.status != 400 || err.scim_type == NULL || err.detail == NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct scim_error err;
    struct scim_patch patch;
    json *operations = json_parse(arena, (struct bytes){(const char *)data, size}, "fuzz", NULL);
    json *body = json_object(arena);
    if (operations == NULL)
        return 0;
    json_push_text(json_set_array(body, "schemas"), SCIM_URN_PATCH);
    json_set_copy(body, "Operations", operations);
    if (!scim_message_read_patch(arena, body, &patch, &err))
        return 0;
    check_patch(arena, &patch, SCIM_COMPAT_NONE);
    check_patch(arena, &patch, SCIM_COMPAT_ALL);
    return 0;
}
