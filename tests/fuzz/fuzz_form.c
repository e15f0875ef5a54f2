/* Any bytes as a form: refused, or names and values that written anew read the same. */
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

static void check_value(struct arena *arena, const char *value)
{
    const char *again;
    check_text(value);
    if (!http_unescape_form(arena, http_escape_form(arena, value, true), &again) || strcmp(again, value) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct http_headers form, again;
    struct buffer b = buffer_new(0);
    if (!http_parse_form(arena, (struct bytes){(const char *)data, size}, &form, NULL))
        return 0;
    for (size_t i = 0; i < form.count; i++) {
        check_value(arena, form.items[i].name);
        check_value(arena, form.items[i].value);
        buffer_printf(&b, "%s%s=%s", i == 0 ? "" : "&", http_escape_form(arena, form.items[i].name, false),
                      http_escape_form(arena, form.items[i].value, false));
    }
    struct bytes written = {buffer_text(&b), b.n};
    if (written.n <= HTTP_MAX_TARGET) {
        if (!http_parse_form(arena, written, &again, NULL) || again.count != form.count)
            abort();
        for (size_t i = 0; i < form.count; i++)
            if (strcmp(again.items[i].name, form.items[i].name) != 0 || strcmp(again.items[i].value, form.items[i].value) != 0)
                abort();
    }
    buffer_release(&b);
    return 0;
}
