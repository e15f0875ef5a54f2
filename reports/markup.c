#include "common/base.h"
#include "reports/markup.h"

#include "common/memory.h"
#include "common/text.h"

#include <string.h>

#define REPLACEMENT 0xFFFDu

/* Characters that change how the text around them looks, or that XML refuses. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x00, 0x08},     {0x0B, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, {0x200B, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
};

static bool is_hidden(uint32_t c)
{
    if ((c & 0xFFFE) == 0xFFFE)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
        if (c >= hidden[i].first && c <= hidden[i].last)
            return true;
    }
    return false;
}

size_t markup_decode(const char *p, size_t n, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *u = (const unsigned char *)p;
    size_t length = u[0] < 0x80 ? 1 : u[0] < 0xC2 ? 0 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : u[0] < 0xF5 ? 4 : 0;
    *character = REPLACEMENT;
    if (length == 0 || length > n)
        return 1;
    uint32_t c = length == 1 ? u[0] : u[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 1;
        c = c << 6 | (u[i] & 0x3Fu);
    }
    if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 1;
    *character = c;
    return length;
}

static const char *entity(uint32_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static bool is_ordinary(unsigned char c, bool escape)
{
    return (c >= 0x20 && c < 0x7F && !(escape && entity(c) != NULL)) || c == '\n' || c == '\t';
}

/* Adds what stands at p and says how many bytes it took. */
static size_t add_one(struct buffer *b, const char *p, size_t n, bool escape)
{
    uint32_t c;
    size_t length = markup_decode(p, n, &c);
    if (c == '\r' && n > 1 && p[1] == '\n')
        return 1;
    if (escape && entity(c) != NULL)
        buffer_add(b, entity(c));
    else if (is_hidden(c))
        buffer_printf(b, "\\u{%x}", (unsigned)c);
    else if (c == REPLACEMENT)
        buffer_add(b, "\xEF\xBF\xBD");
    else
        buffer_add_bytes(b, p, length);
    return length;
}

static void add(struct buffer *b, struct bytes data, bool escape)
{
    for (size_t i = 0; i < data.n;) {
        size_t run = i;
        while (run < data.n && is_ordinary((unsigned char)data.p[run], escape))
            run++;
        if (run > i)
            buffer_add_bytes(b, data.p + i, run - i);
        i = run;
        if (i < data.n)
            i += add_one(b, data.p + i, data.n - i, escape);
    }
}

static struct bytes bytes_of(const char *text)
{
    return text == NULL ? (struct bytes){"", 0} : (struct bytes){text, strlen(text)};
}

void markup_add(struct buffer *b, const char *text)
{
    add(b, bytes_of(text), true);
}

void markup_add_bytes(struct buffer *b, struct bytes data)
{
    add(b, data, true);
}

void markup_element(struct buffer *b, const char *name, const char *text)
{
    buffer_printf(b, "<%s>", name);
    markup_add(b, text);
    buffer_printf(b, "</%.*s>", (int)strcspn(name, " "), name);
}

void markup_add_plain(struct buffer *b, const char *text)
{
    add(b, bytes_of(text), false);
}

void markup_add_plain_bytes(struct buffer *b, struct bytes data)
{
    add(b, data, false);
}

const char *markup_utf8(struct arena *arena, const char *text)
{
    if (text == NULL || text_is_utf8(text, strlen(text)))
        return text;
    struct buffer b = buffer_new(0);
    size_t n = strlen(text);
    for (size_t i = 0; i < n;) {
        uint32_t c;
        size_t length = markup_decode(text + i, n - i, &c);
        if (c == REPLACEMENT)
            buffer_add(&b, "\xEF\xBF\xBD");
        else
            buffer_add_bytes(&b, text + i, length);
        i += length;
    }
    return buffer_take(&b, arena);
}
