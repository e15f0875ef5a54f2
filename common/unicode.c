#include "common/base.h"
#include "common/unicode.h"

#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

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

/* RFC 7613 §3.2.2: full-width and half-width characters become what they stand for. */
static ucs4_t map_width(ucs4_t c)
{
    ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
    int tag;
    bool one = uc_decomposition(c, &tag, parts) == 1 && (tag == UC_DECOMP_WIDE || tag == UC_DECOMP_NARROW);
    return one ? parts[0] : c;
}

/* RFC 7613 §4.2.2: so does every other space become the one of ASCII. */
static ucs4_t map_space(ucs4_t c)
{
    return uc_is_general_category(c, UC_SPACE_SEPARATOR) ? ' ' : c;
}

/* Character by character. What a character is mapped to is never longer in UTF-8 than itself. NULL when `text` is not UTF-8. */
static uint8_t *map(struct arena *arena, const char *text, ucs4_t (*one)(ucs4_t c), size_t *n)
{
    size_t length = strlen(text), written = 0;
    uint8_t *out = arena_alloc(arena, length + 1);
    for (size_t at = 0; at < length;) {
        ucs4_t c;
        int used = u8_mbtoucr(&c, (const uint8_t *)text + at, length - at);
        int made = used <= 0 ? -1 : u8_uctomb(out + written, one(c), (ptrdiff_t)(length + 1 - written));
        if (made <= 0)
            return NULL;
        at += (size_t)used;
        written += (size_t)made;
    }
    *n = written;
    return out;
}

/* Folded text from malloc, or NULL when `text` is not UTF-8. */
static uint8_t *fold(struct arena *arena, const char *text, size_t *n)
{
    size_t length;
    uint8_t *mapped = map(arena, text, map_width, &length);
    /* The language argument NULL keeps locale rules (Turkish dotless i) out. */
    return mapped == NULL ? NULL : u8_casefold(mapped, length, NULL, UNINORM_NFC, NULL, n);
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
    uint8_t *folded = fold(arena, text, &n);
    if (folded == NULL)
        return fold_ascii(arena, text);
    const char *copy = arena_strndup(arena, (const char *)folded, n);
    free(folded);
    return copy;
}

const char *unicode_opaque(struct arena *arena, const char *text)
{
    size_t length, n;
    uint8_t *mapped = is_ascii(text) ? NULL : map(arena, text, map_space, &length);
    uint8_t *composed = mapped == NULL ? NULL : u8_normalize(UNINORM_NFC, mapped, length, NULL, &n);
    if (composed == NULL)
        return text;
    const char *copy = arena_strndup(arena, (const char *)composed, n);
    free(composed);
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

/* --- letter case and accents --- */

static const char *kept(struct arena *arena, const char *text, uint8_t *made, size_t n)
{
    if (made == NULL)
        return text;
    const char *copy = arena_strndup(arena, (const char *)made, n);
    free(made);
    return copy;
}

/* "tr-TR" is "tr" to the library. */
static const char *language_of(struct arena *arena, const char *culture)
{
    return culture == NULL ? NULL : arena_strndup(arena, culture, strcspn(culture, "-_"));
}

const char *unicode_lower(struct arena *arena, const char *text, const char *language)
{
    size_t n = 0;
    uint8_t *made = u8_tolower((const uint8_t *)text, strlen(text), language_of(arena, language), NULL, NULL, &n);
    return kept(arena, text, made, n);
}

const char *unicode_upper(struct arena *arena, const char *text, const char *language)
{
    size_t n = 0;
    uint8_t *made = u8_toupper((const uint8_t *)text, strlen(text), language_of(arena, language), NULL, NULL, &n);
    return kept(arena, text, made, n);
}

static bool separates(ucs4_t c, const char *at, size_t used, const char *separators)
{
    if (separators == NULL)
        return c != '\'' && c != 0x2019 && !uc_is_general_category(c, UC_LETTER) && !uc_is_general_category(c, UC_NUMBER) &&
               !uc_is_general_category(c, UC_MARK);
    for (const char *p = separators; (p = strchr(p, at[0])) != NULL; p++)
        if (strncmp(p, at, used) == 0)
            return true;
    return false;
}

const char *unicode_words(struct arena *arena, const char *text, const char *separators)
{
    const char *low = unicode_lower(arena, text, NULL);
    size_t length = strlen(low), written = 0;
    char *out = arena_alloc(arena, length * 2 + 8);
    bool begins = true;
    for (size_t at = 0; at < length;) {
        ucs4_t c;
        int used = u8_mbtoucr(&c, (const uint8_t *)low + at, length - at);
        int made = used <= 0
                       ? -1
                       : u8_uctomb((uint8_t *)out + written, begins ? uc_totitle(c) : c, (ptrdiff_t)(length * 2 + 8 - written));
        if (made <= 0)
            return text;
        begins = separates(c, low + at, (size_t)used, separators);
        at += (size_t)used;
        written += (size_t)made;
    }
    return out;
}

/* Letters without a decomposition. */
static const struct {
    ucs4_t letter;
    const char *plain;
} spelled[] = {{0xC6, "AE"},  {0xE6, "ae"}, {0xD8, "OE"}, {0xF8, "oe"}, {0x152, "OE"},
               {0x153, "oe"}, {0xDF, "ss"}, {0x131, "i"}, {0x141, "L"}, {0x142, "l"}};

const char *unicode_plain(struct arena *arena, const char *text)
{
    size_t n = 0, written = 0;
    uint8_t *parts = is_ascii(text) ? NULL : u8_normalize(UNINORM_NFD, (const uint8_t *)text, strlen(text), NULL, &n);
    if (parts == NULL)
        return text;
    char *out = arena_alloc(arena, n + 1);
    for (size_t at = 0; at < n;) {
        ucs4_t c;
        int used = u8_mbtouc(&c, parts + at, n - at);
        const char *plain = NULL;
        for (size_t i = 0; i < ARRAY_LEN(spelled); i++)
            plain = spelled[i].letter == c ? spelled[i].plain : plain;
        size_t size = plain != NULL ? strlen(plain) : uc_is_general_category(c, UC_NON_SPACING_MARK) ? 0 : (size_t)used;
        memcpy(out + written, plain != NULL ? plain : (const char *)parts + at, size);
        written += size;
        at += (size_t)used;
    }
    free(parts);
    uint8_t *composed = u8_normalize(UNINORM_NFC, (const uint8_t *)out, written, NULL, &n);
    return kept(arena, out, composed, n);
}

struct bytes unicode_utf16(struct arena *arena, const char *text)
{
    size_t n = 0;
    uint16_t *wide = u8_to_u16((const uint8_t *)text, strlen(text), NULL, &n);
    char *out = arena_alloc(arena, n * 2 + 1);
    for (size_t i = 0; wide != NULL && i < n; i++) {
        out[2 * i] = (char)(wide[i] & 0xFF);
        out[2 * i + 1] = (char)(wide[i] >> 8);
    }
    free(wide);
    return (struct bytes){out, n * 2};
}
