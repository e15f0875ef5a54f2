#include "common/base.h"
#include "common/json.h"

#include "common/memory.h"
#include "common/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes up to the end, or to the next one that may not stand in a string as it is. */
static size_t plain_bytes(const char *text)
{
    size_t n = 0;
    while ((unsigned char)text[n] >= ' ' && text[n] != '"' && text[n] != '\\')
        n++;
    return n;
}

static void write_escaped(struct buffer *b, char c)
{
    static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = strchr(special, c);
    if (found != NULL) {
        buffer_add_char(b, '\\');
        buffer_add_char(b, letters[found - special]);
    } else {
        buffer_printf(b, "\\u%04x", (unsigned)(unsigned char)c);
    }
}

void json_write_text(struct buffer *b, const char *text)
{
    size_t plain = plain_bytes(text);
    if (text[plain] == '\0') { /* most often: in one go */
        char *p = buffer_extend(b, plain + 2);
        if (p != NULL) {
            p[0] = '"';
            memcpy(p + 1, text, plain);
            p[plain + 1] = '"';
        }
        return;
    }
    buffer_add_char(b, '"');
    for (; *text != '\0'; plain = plain_bytes(text)) {
        buffer_add_bytes(b, text, plain);
        text += plain;
        if (*text != '\0')
            write_escaped(b, *text++);
    }
    buffer_add_char(b, '"');
}

void json_write_integer(struct buffer *b, int64_t value)
{
    char digits[24], *p = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        *--p = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0)
        *--p = '-';
    buffer_add_bytes(b, p, (size_t)(digits + sizeof digits - p));
}

/* Integers in full, everything else in the fewest digits that read back as the same double. */
static void write_number(struct buffer *b, const json *node)
{
    int64_t integer;
    double value = json_number(node);
    if (!isfinite(value)) { /* JSON has no name for it; can only come from our own arithmetic */
        buffer_add(b, "null");
    } else if (json_integer(node, &integer) && !(integer == 0 && signbit(value))) {
        json_write_integer(b, integer);
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
