#include "common/base.h"
#include "common/json.h"

#include "common/memory.h"
#include "common/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_write_text(struct buffer *b, const char *text)
{
    static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    buffer_add_char(b, '"');
    while (*text != '\0') {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= ' ' && text[plain] != '"' && text[plain] != '\\')
            plain++;
        buffer_add_bytes(b, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        const char *found = strchr(special, *text);
        if (found != NULL) {
            buffer_add_char(b, '\\');
            buffer_add_char(b, letters[found - special]);
        } else {
            buffer_printf(b, "\\u%04x", (unsigned)(unsigned char)*text);
        }
        text++;
    }
    buffer_add_char(b, '"');
}

/* Integers in full, everything else in the fewest digits that read back as the same double. */
static void write_number(struct buffer *b, const json *node)
{
    int64_t integer;
    double value = json_number(node);
    if (!isfinite(value)) { /* JSON has no name for it; can only come from our own arithmetic */
        buffer_add(b, "null");
    } else if (json_integer(node, &integer) && !(integer == 0 && signbit(value))) {
        buffer_printf(b, "%" PRId64, integer);
    } else {
        char text[32];
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, value);
            if (strtod(text, NULL) == value)
                break;
        }
        buffer_add(b, text);
        if (value != 0 && strpbrk(text, ".e") == NULL)
            buffer_add(b, ".0"); /* beyond 2^53: written as an integer it would claim digits that it has not */
    }
}

static void line_break(struct buffer *b, bool pretty, int level)
{
    if (!pretty)
        return;
    buffer_add_char(b, '\n');
    for (int i = 0; i < level; i++)
        buffer_add(b, "  ");
}

/* level: depth of the line on which the value begins. */
static void write_value(struct buffer *b, const json *node, bool pretty, int level);

static void write_children(struct buffer *b, const json *node, bool pretty, int level)
{
    bool object = json_is(node, JSON_OBJECT);
    const json *child = json_first(node);
    if (child == NULL) {
        buffer_add(b, object ? "{}" : "[]");
        return;
    }
    buffer_add_char(b, object ? '{' : '[');
    for (; child != NULL; child = json_next(child)) {
        line_break(b, pretty, level + 1);
        if (object) {
            json_write_text(b, json_key(child));
            buffer_add(b, pretty ? ": " : ":");
        }
        write_value(b, child, pretty, level + 1);
        if (json_next(child) != NULL)
            buffer_add_char(b, ',');
    }
    line_break(b, pretty, level);
    buffer_add_char(b, object ? '}' : ']');
}

static void write_value(struct buffer *b, const json *node, bool pretty, int level)
{
    switch (json_type(node)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        write_children(b, node, pretty, level);
        break;
    case JSON_STRING:
        json_write_text(b, json_text(node));
        break;
    case JSON_NUMBER:
        write_number(b, node);
        break;
    case JSON_BOOL:
        buffer_add(b, json_true(node) ? "true" : "false");
        break;
    case JSON_NULL:
        buffer_add(b, "null");
        break;
    }
}

void json_write(struct buffer *b, const json *node)
{
    write_value(b, node, false, 0);
}

void json_write_pretty(struct buffer *b, const json *node, int indent)
{
    write_value(b, node, true, indent);
}

char *json_print(struct arena *arena, const json *node)
{
    struct buffer b = buffer_new(SIZE_MAX / 4); /* a tree in memory is bounded already */
    json_write(&b, node);
    return buffer_take(&b, arena);
}

char *json_print_pretty(struct arena *arena, const json *node)
{
    struct buffer b = buffer_new(SIZE_MAX / 4); /* a tree in memory is bounded already */
    json_write_pretty(&b, node, 0);
    return buffer_take(&b, arena);
}
