#include "common/base.h"
#include "common/unicode.h"

#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <uninorm.h>

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Folded text from malloc, or NULL when `text` is not UTF-8. */
static uint8_t *fold(const char *text, size_t *n)
{
    /* The language argument NULL keeps locale rules (Turkish dotless i) out. */
    return u8_casefold((const uint8_t *)text, strlen(text), NULL, UNINORM_NFC, NULL, n);
}

static char *fold_ascii(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *p = copy; *p != '\0'; p++)
        *p = (char)lower(*p);
    return copy;
}

const char *unicode_fold(struct arena *arena, const char *text)
{
    if (is_ascii(text))
        return fold_ascii(arena, text);
    size_t n;
    uint8_t *folded = fold(text, &n);
    if (folded == NULL)
        return fold_ascii(arena, text);
    const char *copy = arena_strndup(arena, (const char *)folded, n);
    free(folded);
    return copy;
}

static int compare_ascii(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) - lower(*b);
}

int unicode_compare_fold(const char *a, const char *b)
{
    if (is_ascii(a) && is_ascii(b))
        return compare_ascii(a, b);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    return strcmp(unicode_fold(arena, a), unicode_fold(arena, b));
}

bool unicode_equal_fold(const char *a, const char *b)
{
    return unicode_compare_fold(a, b) == 0;
}
