#include "common/base.h"

#include "common/csv.h"

#include "common/text.h"

#include <string.h>

static void add_cell(struct buffer *b, const char *text)
{
    bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    buffer_add(b, quoted ? "\"" : "");
    buffer_add(b, formula ? "'" : "");
    for (const char *p = text; *p != '\0'; p++) {
        buffer_add_char(b, *p);
        if (*p == '"')
            buffer_add_char(b, '"');
    }
    buffer_add(b, quoted ? "\"" : "");
}

void csv_line(struct buffer *b, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_add(b, i == 0 ? "" : ",");
        add_cell(b, cells[i] == NULL ? "" : cells[i]);
    }
    buffer_add(b, "\r\n");
}
