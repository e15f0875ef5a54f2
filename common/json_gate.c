#include "common/base.h"
#include "common/json_gate.h"

#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_INTEGER_MAX (UINT64_C(1) << 53)

struct name {
    struct bytes text; /* without escapes */
    size_t at;
};

#define FEW_NAMES 64 /* that are open at once in most texts: they stand on the stack, malloc is not asked */

struct gate {
    const char *p;
    size_t n, at;
    const char *source;
    struct error *err;
    size_t values;
    /* names of the objects that are still open, the innermost last */
    struct name *names, *few; /* the same while there are few */
    size_t name_count, name_capacity;
    struct arena *scratch; /* names that had escapes; NULL while there are none */
    /* documents only */
    char *plain; /* a copy, in which comments are blanked out; NULL: no comments, no places */
    struct json_place *places;
    size_t place_capacity;
    struct json_place mark; /* of marked_at; moves forward only, so that all places cost one walk */
    size_t marked_at;
};

/* --- faults --- */

static void advance(const char *p, size_t from, size_t to, struct json_place *place)
{
    for (; from < to; from++) {
        if (p[from] == '\n')
            *place = (struct json_place){place->line + 1, 1};
        else if (((unsigned char)p[from] & 0xC0) != 0x80) /* not inside a character */
            place->column++;
    }
}

#define WHERE_BYTES 256

/* A long name loses its end rather than the position. */
static const char *where_is(const struct gate *g, size_t at, char out[WHERE_BYTES])
{
    struct json_place place = {1, 1};
    advance(g->p, 0, at, &place);
    snprintf(out, WHERE_BYTES, "%.220s:%u:%u", g->source, place.line, place.column);
    return out;
}

PRINTF_LIKE(4, 5) static bool refuse(struct gate *g, enum error_code code, size_t at, const char *format, ...)
{
    char where[WHERE_BYTES], message[256];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return error_set(g->err, code, where_is(g, at, where), "", "%s", message);
}

static int peek(const struct gate *g)
{
    return g->at < g->n ? (unsigned char)g->p[g->at] : -1;
}

/* "expected X, found Y" at the current byte. */
static bool expected(struct gate *g, const char *what)
{
    int c = peek(g);
    if (c < 0)
        return refuse(g, ERROR_SYNTAX, g->at, "expected %s, found the end of the text", what);
    if (c > ' ' && c < 0x7F)
        return refuse(g, ERROR_SYNTAX, g->at, "expected %s, found '%c'", what, c);
    return refuse(g, ERROR_SYNTAX, g->at, "expected %s, found a character that is not allowed here", what);
}

/* --- white space and comments --- */

/* At "//" or slash-star: finds the byte behind the comment. */
static bool comment_end(struct gate *g, size_t *end)
{
    const char *p = g->p + g->at, *found;
    size_t rest = g->n - g->at;
    if (p[1] == '/') {
        found = memchr(p, '\n', rest);
        *end = found == NULL ? g->n : (size_t)(found - g->p);
        return true;
    }
    for (size_t i = 2; i + 1 < rest; i++) {
        if (p[i] == '*' && p[i + 1] == '/') {
            *end = g->at + i + 2;
            return true;
        }
    }
    return refuse(g, ERROR_SYNTAX, g->at, "this comment has no end");
}

static bool skip_comment(struct gate *g)
{
    size_t end = g->at;
    if (!comment_end(g, &end))
        return false;
    for (; g->at < end; g->at++)
        if (g->p[g->at] != '\n')
            g->plain[g->at] = ' ';
    return true;
}

static bool at_comment(const struct gate *g)
{
    return g->plain != NULL && g->n - g->at >= 2 && g->p[g->at] == '/' && (g->p[g->at + 1] == '/' || g->p[g->at + 1] == '*');
}

static bool skip_space(struct gate *g)
{
    for (;;) {
        int c = peek(g);
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
            g->at++;
        else if (!at_comment(g))
            return true;
        else if (!skip_comment(g))
            return false;
    }
}

static bool expect(struct gate *g, char c, const char *what)
{
    if (peek(g) != c)
        return expected(g, what);
    g->at++;
    return true;
}

/* --- strings --- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits at p, or -1. */
static int32_t hex4(const char *p, size_t n)
{
    int32_t unit = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = i < n ? hex_digit(p[i]) : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static bool is_high(int32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(int32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* At the backslash of \uXXXX: passes it, and the second half of a pair. */
static bool pass_unicode_escape(struct gate *g)
{
    const char *p = g->p + g->at;
    size_t rest = g->n - g->at;
    int32_t unit = hex4(p + 2, rest - 2);
    if (unit < 0)
        return refuse(g, ERROR_SYNTAX, g->at, "\\u needs four hex digits");
    if (unit == 0)
        return refuse(g, ERROR_SYNTAX, g->at, "\\u0000 (NUL) is not supported in a string");
    bool pair = is_high(unit) && rest >= 12 && p[6] == '\\' && p[7] == 'u' && is_low(hex4(p + 8, 4));
    if (!pair && (is_high(unit) || is_low(unit)))
        return refuse(g, ERROR_SYNTAX, g->at, "half a surrogate pair");
    g->at += pair ? 12 : 6;
    return true;
}

static bool pass_escape(struct gate *g)
{
    char c = g->n - g->at > 1 ? g->p[g->at + 1] : '\0';
    if (c == 'u')
        return pass_unicode_escape(g);
    if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL)
        return refuse(g, ERROR_SYNTAX, g->at, "unknown escape in a string");
    g->at += 2;
    return true;
}

/* At the opening quote. raw: what stands between the quotes; may be NULL. */
static bool pass_string(struct gate *g, struct bytes *raw, bool *escaped)
{
    size_t start = g->at++;
    for (;;) {
        int c = peek(g);
        if (c < 0)
            return refuse(g, ERROR_SYNTAX, start, "this string has no end");
        if (c < ' ')
            return refuse(g, ERROR_SYNTAX, g->at, "a control character in a string must be written as \\u%04x", (unsigned)c);
        if (c == '"')
            break;
        if (c != '\\')
            g->at++;
        else if (!pass_escape(g))
            return false;
        else
            *escaped = true;
    }
    *raw = (struct bytes){g->p + start + 1, g->at - start - 1};
    g->at++;
    return true;
}

/* --- names of members --- */

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(leads[n] | c);
    return n;
}

/* Undoes one escape, already known to be right; returns its length in the text. */
static size_t unescape(const char *p, char *out, size_t *n)
{
    static const char letters[] = "bfnrt", meaning[] = "\b\f\n\r\t";
    if (p[1] != 'u') {
        const char *letter = strchr(letters, p[1]);
        out[(*n)++] = letter == NULL ? p[1] : meaning[letter - letters];
        return 2;
    }
    int32_t unit = hex4(p + 2, 4);
    bool pair = is_high(unit);
    if (pair)
        unit = 0x10000 + ((unit - 0xD800) << 10) + (hex4(p + 8, 4) - 0xDC00);
    *n += put_utf8(out + *n, (uint32_t)unit);
    return pair ? 12 : 6;
}

static struct bytes without_escapes(struct gate *g, struct bytes raw)
{
    if (g->scratch == NULL)
        g->scratch = arena_new();
    char *out = arena_alloc(g->scratch, raw.n);
    size_t n = 0;
    for (size_t i = 0; i < raw.n;) {
        if (raw.p[i] == '\\')
            i += unescape(raw.p + i, out, &n);
        else
            out[n++] = raw.p[i++];
    }
    return (struct bytes){out, n};
}

static void grow_names(struct gate *g)
{
    bool few = g->names == g->few;
    g->name_capacity *= 2;
    g->names = mem_grow(few ? NULL : g->names, g->name_capacity, sizeof *g->names);
    if (few)
        memcpy(g->names, g->few, g->name_count * sizeof *g->names);
}

static bool pass_name(struct gate *g)
{
    size_t at = g->at;
    struct bytes raw;
    bool escaped = false;
    if (peek(g) != '"')
        return expected(g, "a member name in double quotes");
    if (!pass_string(g, &raw, &escaped))
        return false;
    if (g->name_count == g->name_capacity)
        grow_names(g);
    g->names[g->name_count++] = (struct name){escaped ? without_escapes(g, raw) : raw, at};
    return true;
}

static int compare_names(const void *left, const void *right)
{
    const struct name *a = left, *b = right;
    if (a->text.n != b->text.n)
        return a->text.n < b->text.n ? -1 : 1;
    int order = memcmp(a->text.p, b->text.p, a->text.n);
    return order != 0 ? order : a->at < b->at ? -1 : a->at > b->at;
}

static bool same_name(const struct name *a, const struct name *b)
{
    return a->text.n == b->text.n && memcmp(a->text.p, b->text.p, a->text.n) == 0;
}

/* The object whose names begin at `first` ends: no two may be the same. Sorting keeps that cheap for any number of them,
 * and no choice of names can make it slow. */
static bool close_names(struct gate *g, size_t first)
{
    struct name *names = g->names + first, *twice = NULL;
    size_t count = g->name_count - first;
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 1; i < count; i++)
        if (same_name(&names[i - 1], &names[i]) && (twice == NULL || names[i].at < twice->at))
            twice = &names[i];
    g->name_count = first;
    if (twice == NULL)
        return true;
    char where[WHERE_BYTES];
    return error_set(g->err, ERROR_INVALID, where_is(g, twice->at, where), "leave one of the two",
                     "the member \"%.*s\" occurs twice in this object", (int)(twice->text.n < 100 ? twice->text.n : 100),
                     twice->text.p);
}

/* --- numbers and words --- */

static size_t pass_digits(struct gate *g)
{
    size_t start = g->at;
    while (g->at < g->n && g->p[g->at] >= '0' && g->p[g->at] <= '9')
        g->at++;
    return g->at - start;
}

/* RFC 8259 §6: [minus] int [frac] [exp]. */
static bool pass_number_syntax(struct gate *g, bool *integral)
{
    if (peek(g) == '-')
        g->at++;
    size_t first = g->at, digits = pass_digits(g);
    if (digits == 0)
        return expected(g, "a digit");
    if (digits > 1 && g->p[first] == '0')
        return refuse(g, ERROR_SYNTAX, first, "a number must not begin with 0");
    if (peek(g) == '.') {
        *integral = false;
        g->at++;
        if (pass_digits(g) == 0)
            return expected(g, "a digit");
    }
    if (peek(g) == 'e' || peek(g) == 'E') {
        *integral = false;
        g->at++;
        if (peek(g) == '+' || peek(g) == '-')
            g->at++;
        if (pass_digits(g) == 0)
            return expected(g, "a digit");
    }
    return true;
}

static bool pass_number(struct gate *g)
{
    size_t start = g->at;
    bool integral = true;
    if (!pass_number_syntax(g, &integral))
        return false;
    char copy[JSON_GATE_MAX_NUMBER + 1];
    size_t n = g->at - start;
    if (n > JSON_GATE_MAX_NUMBER)
        return refuse(g, ERROR_LIMIT, start, "a number of more than %d characters", JSON_GATE_MAX_NUMBER);
    memcpy(copy, g->p + start, n);
    copy[n] = '\0';
    uint64_t magnitude;
    if (integral && !text_to_u64(copy + (copy[0] == '-'), EXACT_INTEGER_MAX, &magnitude))
        return refuse(g, ERROR_LIMIT, start, "the integer %s is beyond 2^53 and would lose digits", copy);
    if (!integral && !isfinite(strtod(copy, NULL)))
        return refuse(g, ERROR_LIMIT, start, "the number %s is too big", copy);
    return true;
}

static bool pass_word(struct gate *g, const char *word)
{
    size_t n = strlen(word);
    if (g->n - g->at < n || memcmp(g->p + g->at, word, n) != 0)
        return refuse(g, ERROR_SYNTAX, g->at, "expected %s", word);
    g->at += n;
    return true;
}

/* --- values --- */

static bool note_value(struct gate *g, size_t at)
{
    if (g->values == JSON_MAX_VALUES)
        return refuse(g, ERROR_LIMIT, at, "more than %d values", JSON_MAX_VALUES);
    if (g->plain != NULL) {
        if (g->values == g->place_capacity) {
            g->place_capacity = g->place_capacity == 0 ? 256 : g->place_capacity * 2;
            g->places = mem_grow(g->places, g->place_capacity, sizeof *g->places);
        }
        advance(g->p, g->marked_at, at, &g->mark);
        g->marked_at = at;
        g->places[g->values] = g->mark;
    }
    g->values++;
    return true;
}

static bool pass_value(struct gate *g, size_t at, int depth);

static bool pass_member(struct gate *g, int depth)
{
    size_t at = g->at;
    return pass_name(g) && skip_space(g) && expect(g, ':', "':'") && skip_space(g) && pass_value(g, at, depth);
}

/* At the opening bracket: passes what is inside and the closing one. */
static bool pass_container(struct gate *g, char closing, int depth)
{
    bool object = closing == '}';
    size_t first_name = g->name_count;
    if (depth > JSON_MAX_DEPTH)
        return refuse(g, ERROR_LIMIT, g->at, "nested deeper than %d levels", JSON_MAX_DEPTH);
    g->at++;
    if (!skip_space(g))
        return false;
    if (peek(g) == closing) {
        g->at++;
        return true;
    }
    for (;;) {
        if (!(object ? pass_member(g, depth) : pass_value(g, g->at, depth)) || !skip_space(g))
            return false;
        if (peek(g) == closing)
            break;
        if (!expect(g, ',', object ? "',' or '}'" : "',' or ']'") || !skip_space(g))
            return false;
    }
    g->at++;
    return !object || close_names(g, first_name);
}

/* at: where the value counts as standing. depth: of the container around it. */
static bool pass_value(struct gate *g, size_t at, int depth)
{
    struct bytes raw;
    bool escaped;
    if (!note_value(g, at))
        return false;
    switch (peek(g)) {
    case '{':
        return pass_container(g, '}', depth + 1);
    case '[':
        return pass_container(g, ']', depth + 1);
    case '"':
        return pass_string(g, &raw, &escaped);
    case 't':
        return pass_word(g, "true");
    case 'f':
        return pass_word(g, "false");
    case 'n':
        return pass_word(g, "null");
    case '-':
        return pass_number(g);
    default:
        return peek(g) >= '0' && peek(g) <= '9' ? pass_number(g) : expected(g, "a value");
    }
}

static bool check_bytes(struct gate *g)
{
    if (g->n > JSON_MAX_BYTES)
        return refuse(g, ERROR_LIMIT, 0, "longer than %zu bytes", JSON_MAX_BYTES);
    if (g->n >= 3 && memcmp(g->p, "\xEF\xBB\xBF", 3) == 0)
        return refuse(g, ERROR_SYNTAX, 0, "a byte order mark stands before the text");
    size_t good = text_utf8_prefix(g->p, g->n);
    if (good == g->n)
        return true;
    return refuse(g, ERROR_SYNTAX, good, "%s", g->p[good] == '\0' ? "a NUL byte" : "not valid UTF-8");
}

static bool pass_whole(struct gate *g)
{
    if (!check_bytes(g) || !skip_space(g) || !pass_value(g, g->at, 0) || !skip_space(g))
        return false;
    return g->at == g->n || expected(g, "the end of the text");
}

static bool pass_text(struct gate *g)
{
    struct name few[FEW_NAMES];
    g->mark = (struct json_place){1, 1};
    g->names = g->few = few;
    g->name_capacity = FEW_NAMES;
    bool ok = pass_whole(g);
    if (g->names != few)
        mem_free(g->names);
    arena_free(g->scratch);
    return ok;
}

bool json_gate(struct bytes text, const char *name, struct error *err)
{
    struct gate g = {.p = text.p, .n = text.n, .source = name, .err = err};
    return pass_text(&g);
}

bool json_gate_document(struct arena *arena, struct bytes text, const char *name, char *plain, const struct json_place **places,
                        size_t *count, struct error *err)
{
    struct gate g = {.p = text.p, .n = text.n, .source = name, .err = err, .plain = plain};
    if (text.n > 0)
        memcpy(plain, text.p, text.n);
    bool ok = pass_text(&g);
    if (ok) {
        *places = arena_grow(arena, g.places, g.values, g.values, sizeof *g.places);
        *count = g.values;
    }
    mem_free(g.places);
    return ok;
}
