/* Any text as a filter: refused as invalidFilter, or printed in a form that reads back the same, and answered without harm. */
#include "common/base.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/compat.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/match.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char user[] = "{\"userName\":\"ada\",\"active\":true,\"name\":{\"givenName\":\"Ada\"},\"emails\":[{\"value\":\"a@b."
                           "test\",\"type\":\"work\","
                           "\"primary\":true}],\"meta\":{\"created\":\"2026-01-01T00:00:00Z\"},\"displayName\":\"\xc3\x89mile\"}";

static const struct scim_resource_type *user_type(void)
{
    static struct arena *arena; /* for the whole run */
    static const struct scim_registry *registry;
    if (arena == NULL && !scim_schema_load(arena = arena_new(), NULL, &registry, NULL))
        abort();
    return scim_schema_type(registry, "User");
}

static void must_be(const struct scim_error *err)
{
    if (err->status != 400 || !text_equal(err->scim_type, SCIM_INVALID_FILTER) || !text_is_utf8(err->detail, strlen(err->detail)))
        abort();
}

static void check_print(struct arena *arena, const struct scim_filter *filter)
{
    struct scim_error err;
    const struct scim_filter *again = NULL;
    char *text = scim_filter_print(arena, filter);
    if (strlen(text) > SCIM_FILTER_MAX_LENGTH)
        return;
    if (!scim_filter_parse(arena, text, &again, &err) || strcmp(scim_filter_print(arena, again), text) != 0)
        abort();
}

static void check_match(struct arena *arena, const struct scim_filter *filter)
{
    struct scim_error err;
    const struct scim_matcher *matcher = NULL;
    json *resource = json_parse(arena, (struct bytes){user, strlen(user)}, "user", NULL);
    if (!scim_match_compile(arena, user_type(), filter, &matcher, &err)) {
        must_be(&err);
        return;
    }
    struct scim_filter negation = {.kind = SCIM_FILTER_NOT, .left = filter};
    const struct scim_matcher *opposite = NULL;
    if (!scim_match_compile(arena, user_type(), &negation, &opposite, &err) ||
        scim_match(matcher, resource) == scim_match(opposite, resource))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_filter *filter = NULL;
    struct scim_error err;
    if (!text_is_utf8((const char *)data, size)) /* the HTTP door lets nothing else in */
        return 0;
    if (!scim_filter_parse(arena, arena_strndup(arena, (const char *)data, size), &filter, &err)) {
        must_be(&err);
        return 0;
    }
    check_print(arena, filter);
    check_match(arena, filter);
    check_match(arena, scim_compat_filter(arena, SCIM_COMPAT_ALL, user_type(), filter));
    (void)scim_filter_literals(arena, filter);
    return 0;
}
