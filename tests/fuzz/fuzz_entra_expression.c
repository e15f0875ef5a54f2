/* Any UTF-8 as an expression of Entra's mappings: refused with a column and a reason, or a value of valid UTF-8 within the cap, the same one for the same
 * seed. */
#include "common/base.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/entra_expression.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"givenName", "surname", "mail", "appRoleAssignments"};

static struct value attribute(const void *context, const char *name)
{
    static const char *const roles[] = {"Admin", "User", "Admin"};
    UNUSED(context);
    if (text_equal(name, "appRoleAssignments"))
        return (struct value){.kind = VALUE_LIST, .items = roles, .count = ARRAY_LEN(roles)};
    return text_equal(name, "mail")
               ? (struct value){0}
               : (struct value){.kind = VALUE_TEXT, .text = "Zoë, aaaaaaaaaaaaaaaaaaaaaaaaaaab 2020-03-16-07:00"};
}

static const char *value_of(struct arena *arena, const struct expression *expression)
{
    struct rng rng = rng_new(1);
    const struct expression_source source = {attribute, NULL, &rng, 1629913278000};
    struct value value = expression_value(arena, expression, &source);
    for (size_t i = 0; value.kind == VALUE_LIST && i < value.count; i++)
        if (!text_is_utf8(value.items[i], strlen(value.items[i])))
            abort();
    return value_text(arena, &value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct expression *expression = NULL;
    struct error err = {0};
    if (!text_is_utf8((const char *)data, size))
        return 0;
    if (!expression_read(arena, arena_strndup(arena, (const char *)data, size), names, ARRAY_LEN(names), &expression, &err)) {
        if (!text_starts(err.where, "column ") || text_is_blank(err.message))
            abort();
        return 0;
    }
    const char *text = value_of(arena, expression);
    if (text != NULL && (!text_is_utf8(text, strlen(text)) || strlen(text) > EXPRESSION_MAX_RESULT))
        abort();
    if (!text_equal(text, value_of(arena, expression)))
        abort();
    return 0;
}
