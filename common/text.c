#include "common/base.h"
#include "common/text.h"

#include "common/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- buffer --- */

struct buffer buffer_new(size_t max)
{
    return (struct buffer){.max = max == 0 ? BUFFER_MAX : max};
}

void buffer_release(struct buffer *b)
{
    mem_free(b->p);
    *b = buffer_new(b->max);
}

void buffer_clear(struct buffer *b)
{
    b->n = 0;
    b->full = false;
    if (b->p != NULL)
        b->p[0] = '\0';
}

/* Makes room for n more bytes and a NUL. Once full it stays full: what follows a dropped piece would make no sense. */
static bool reserve(struct buffer *b, size_t n)
{
    size_t max = b->max == 0 ? BUFFER_MAX : b->max;
    if (b->full || n > max - b->n) {
        b->full = true;
        return false;
    }
    if (b->n + n + 1 > b->capacity) {
        size_t capacity = b->capacity == 0 ? 256 : b->capacity;
        while (capacity < b->n + n + 1)
            capacity *= 2;
        b->p = mem_grow(b->p, capacity, 1);
        b->capacity = capacity;
    }
    return true;
}

char *buffer_extend(struct buffer *b, size_t n)
{
    if (!reserve(b, n))
        return NULL;
    char *end = b->p + b->n;
    b->n += n;
    b->p[b->n] = '\0';
    return end;
}

void buffer_add_bytes(struct buffer *b, const void *p, size_t n)
{
    if (!reserve(b, n))
        return;
    if (n > 0)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buffer_add(struct buffer *b, const char *text)
{
    buffer_add_bytes(b, text, strlen(text));
}

void buffer_add_char(struct buffer *b, char c)
{
    char *end = buffer_extend(b, 1);
    if (end != NULL)
        *end = c;
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n >= 0 && reserve(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

const char *buffer_text(const struct buffer *b)
{
    return b->p == NULL ? "" : b->p;
}

char *buffer_take(struct buffer *b, struct arena *arena)
{
    char *copy = arena_strndup(arena, buffer_text(b), b->n);
    buffer_release(b);
    return copy;
}

/* --- comparing --- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool text_equal_nocase(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_starts_nocase(const char *text, const char *prefix)
{
    while (*prefix != '\0' && lower(*text) == lower(*prefix)) {
        text++;
        prefix++;
    }
    return *prefix == '\0';
}

bool text_ends(const char *text, const char *suffix)
{
    size_t n = strlen(text), m = strlen(suffix);
    return n >= m && memcmp(text + n - m, suffix, m) == 0;
}

bool text_has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = n == 0 || strchr(word, ' ') != NULL ? NULL : strstr(words, word); at != NULL;
         at = strstr(at + 1, word)) {
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    }
    return false;
}

bool text_is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n\v\f")] == '\0';
}

/* Length of the well-formed UTF-8 sequence at p (Unicode table 3-7), 0 when there is none or it is a NUL. */
static size_t sequence_length(const unsigned char *p, size_t n)
{
    unsigned char c = p[0], low = 0x80, high = 0xBF;
    if (c < 0x80)
        return c != 0;
    size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || n < length)
        return 0;
    if (c == 0xE0)
        low = 0xA0;
    else if (c == 0xED)
        high = 0x9F;
    else if (c == 0xF0)
        low = 0x90;
    else if (c == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if (p[i] < 0x80 || p[i] > 0xBF)
            return 0;
    return length;
}

size_t text_utf8_prefix(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t at = 0;
    while (at < n) {
        size_t length = sequence_length(u + at, n - at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

bool text_is_utf8(const char *p, size_t n)
{
    return text_utf8_prefix(p, n) == n;
}

/* Only the last star is ever tried again: a star before it may keep its shortest match, so the cost stays below
 * pattern times text. */
bool text_glob(const char *pattern, const char *text)
{
    const char *star = NULL, *resume = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

/* --- did you mean --- */

#define NEAREST_MAX 64

static size_t least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Edits (insert, delete, replace, swap neighbours; letter case is free) between words of at most NEAREST_MAX bytes. */
static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][NEAREST_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= m; j++)
        before[j] = last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            bool same = lower(a[i - 1]) == lower(b[j - 1]);
            now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + !same);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                now[j] = least(now[j], before[j - 2] + 1, now[j]);
        }
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[m];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count)
{
    size_t n = strlen(word);
    if (n == 0 || n > NEAREST_MAX)
        return NULL;
    size_t best = n <= 3 ? 2 : n <= 6 ? 3 : 4; /* first distance that is too far */
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t m = strlen(candidates[i]);
        if (m > NEAREST_MAX)
            continue;
        size_t distance = edit_distance(word, n, candidates[i], m);
        if (distance < best && distance < n) {
            best = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}

/* --- taking apart --- */

size_t text_split(struct arena *arena, const char *text, char separator, const char *const **parts)
{
    size_t count = 1;
    for (const char *p = text; *p != '\0'; p++)
        count += *p == separator;
    const char **list = arena_array(arena, count, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        const char *end = strchr(text, separator);
        size_t n = end == NULL ? strlen(text) : (size_t)(end - text);
        list[i] = arena_strndup(arena, text, n);
        text += n + 1;
    }
    *parts = list;
    return count;
}

bool text_to_u64(const char *text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    if (text == NULL || *text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (value > max)
        return false;
    *out = value;
    return true;
}
