#include "common/base.h"
#include "common/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int exit_status;
} codes[] = {
#define X(code, name, status) {name, status},
    ERROR_CODES(X)
#undef X
};

/* Removes a UTF-8 character that a full buffer has cut in two. */
static void trim_cut_character(char *text, size_t size)
{
    size_t n = strlen(text);
    if (n + 1 < size)
        return;
    size_t start = n;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0 || (unsigned char)text[start - 1] < 0xC0)
        return; /* the last character is ASCII */
    unsigned char lead = (unsigned char)text[start - 1];
    size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (n - (start - 1) < length)
        text[start - 1] = '\0';
}

static void copy_text(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from == NULL ? "" : from);
    trim_cut_character(to, size);
}

bool error_set(struct error *err, enum error_code code, const char *where, const char *remedy, const char *format, ...)
{
    if (err == NULL)
        return false;
    /* Built aside: an argument may be a text of err itself. */
    struct error made = {.code = code};
    copy_text(made.where, sizeof made.where, where);
    copy_text(made.remedy, sizeof made.remedy, remedy);
    va_list args;
    va_start(args, format);
    vsnprintf(made.message, sizeof made.message, format, args);
    va_end(args);
    trim_cut_character(made.message, sizeof made.message);
    *err = made;
    return false;
}

const char *error_name(enum error_code code)
{
    return (size_t)code < ARRAY_LEN(codes) ? codes[code].name : "unknown";
}

int error_exit_status(enum error_code code)
{
    return (size_t)code < ARRAY_LEN(codes) ? codes[code].exit_status : 5;
}

const char *error_text(const struct error *err, char *out, size_t size)
{
    if (size == 0)
        return out;
    bool where = err->where[0] != '\0', remedy = err->remedy[0] != '\0';
    snprintf(out, size, "%s%s%s%s%s%s", err->where, where ? ": " : "", err->message, remedy ? " (" : "", err->remedy,
             remedy ? ")" : "");
    trim_cut_character(out, size);
    for (char *p = out; *p != '\0'; p++)
        if ((unsigned char)*p < ' ')
            *p = ' ';
    return out;
}
