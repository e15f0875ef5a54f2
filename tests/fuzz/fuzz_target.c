/* Any bytes as a request target: refused, or taken apart into clean text that escapes back to itself. */
#include "common/base.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    if (!text_is_utf8(text, strlen(text)))
        abort();
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            abort();
}

/* Written anew, the target must mean the same. */
static void check_round_trip(struct arena *arena, const struct http_target *target)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < target->count; i++)
        buffer_printf(&b, "/%s", http_escape_component(arena, target->segments[i]));
    if (target->count == 0)
        buffer_add(&b, "/");
    for (size_t i = 0; i < target->query.count; i++)
        buffer_printf(&b, "%c%s=%s", i == 0 ? '?' : '&', http_escape_form(arena, target->query.items[i].name, true),
                      http_escape_component(arena, target->query.items[i].value));
    struct http_target again;
    if (b.n <= HTTP_MAX_TARGET && !http_parse_target(arena, buffer_text(&b), &again, NULL))
        abort();
    if (b.n <= HTTP_MAX_TARGET && (again.count != target->count || again.query.count != target->query.count))
        abort();
    for (size_t i = 0; b.n <= HTTP_MAX_TARGET && i < target->count; i++)
        if (strcmp(again.segments[i], target->segments[i]) != 0)
            abort();
    for (size_t i = 0; b.n <= HTTP_MAX_TARGET && i < target->query.count; i++)
        if (strcmp(again.query.items[i].value, target->query.items[i].value) != 0)
            abort();
    buffer_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *raw = arena_bytes(arena, data, size).p;
    struct http_target target;
    if (http_parse_target(arena, raw, &target, NULL)) {
        for (size_t i = 0; i < target.count; i++)
            check_text(target.segments[i]);
        for (size_t i = 0; i < target.query.count; i++) {
            check_text(target.query.items[i].name);
            check_text(target.query.items[i].value);
        }
        check_round_trip(arena, &target);
    }
    arena_free(arena);
    return 0;
}
