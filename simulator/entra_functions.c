#include "common/base.h"
#include "simulator/entra_functions.h"

#include "common/digest.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "common/unicode.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define RANDOM_MAX 256 /* letters, by Microsoft */

static const struct value none = {0};

/* --- values --- */

struct value value_of_text(const char *text)
{
    return text == NULL || strlen(text) > EXPRESSION_MAX_RESULT ? none : (struct value){.kind = VALUE_TEXT, .text = text};
}

struct value value_of_number(int64_t number)
{
    return (struct value){.kind = VALUE_NUMBER, .number = number};
}

struct value value_of_bool(bool truth)
{
    return (struct value){.kind = VALUE_BOOL, .number = truth};
}

struct value value_of_date(int64_t ms)
{
    return (struct value){.kind = VALUE_DATE, .number = ms};
}

const char *value_text(struct arena *arena, const struct value *value)
{
    switch (value->kind) {
    case VALUE_TEXT:
        return value->text;
    case VALUE_NUMBER:
        return arena_printf(arena, "%" PRId64, value->number);
    case VALUE_BOOL:
        return value->number != 0 ? "True" : "False";
    case VALUE_DATE:
        return date_text(arena, value->number);
    case VALUE_NONE:
    case VALUE_LIST:
        break;
    }
    return NULL;
}

bool value_is_blank(const struct value *value)
{
    return value->kind == VALUE_NONE || (value->kind == VALUE_TEXT && value->text[0] == '\0') ||
           (value->kind == VALUE_LIST && value->count == 0);
}

const char *argument_text(const struct call *call, size_t at)
{
    return value_text(call->arena, &call->arguments[at]);
}

bool argument_number(const struct call *call, size_t at, int64_t *out)
{
    const struct value *value = &call->arguments[at];
    uint64_t digits;
    if (value->kind == VALUE_NUMBER || value->kind == VALUE_BOOL) {
        *out = value->number;
        return true;
    }
    bool minus = value->kind == VALUE_TEXT && value->text[0] == '-';
    if (value->kind != VALUE_TEXT || !text_to_u64(value->text + minus, INT64_MAX, &digits))
        return false;
    *out = minus ? -(int64_t)digits : (int64_t)digits;
    return true;
}

/* --- letters: one is a code point --- */

static size_t letters_before(const char *text, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    return n;
}

/* Where so many letters are over, or the text is. */
static const char *skip_letters(const char *text, int64_t count)
{
    for (; *text != '\0'; text++) {
        bool begins = ((unsigned char)*text & 0xC0) != 0x80;
        if (begins && count-- <= 0)
            break;
    }
    return text;
}

static struct value part(const struct call *call, const char *start, int64_t letters)
{
    return value_of_text(arena_strndup(call->arena, start, (size_t)(skip_letters(start, letters) - start)));
}

/* --- text --- */

static struct value append(const struct call *call)
{
    const char *source = argument_text(call, 0), *suffix = argument_text(call, 1);
    if (source == NULL)
        return none;
    return value_of_text(arena_printf(call->arena, "%s%s", source, suffix != NULL ? suffix : ""));
}

static void join_one(struct buffer *out, const char *separator, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    if (out->n > 0)
        buffer_add(out, separator);
    buffer_add(out, text);
}

/* Who has no value is passed over, with the separator: Microsoft's "Doe, John" of an empty text, a surname and a given name. */
static struct value join(const struct call *call)
{
    const char *separator = argument_text(call, 0);
    struct buffer out = buffer_new(EXPRESSION_MAX_RESULT);
    for (size_t i = 1; i < call->count; i++) {
        const struct value *value = &call->arguments[i];
        for (size_t k = 0; value->kind == VALUE_LIST && k < value->count; k++)
            join_one(&out, separator != NULL ? separator : "", value->items[k]);
        join_one(&out, separator != NULL ? separator : "", argument_text(call, i));
    }
    bool any = out.n > 0 && !out.full;
    const char *text = buffer_take(&out, call->arena);
    return any ? value_of_text(text) : none;
}

static struct value left(const struct call *call)
{
    const char *text = argument_text(call, 0);
    int64_t letters;
    if (!argument_number(call, 1, &letters))
        return none;
    if (text == NULL)
        return value_of_text("");
    return letters < 0 ? value_of_text(text) : part(call, text, letters);
}

static struct value mid(const struct call *call)
{
    const char *text = argument_text(call, 0);
    int64_t start, letters;
    if (text == NULL || !argument_number(call, 1, &start) || !argument_number(call, 2, &letters) || start < 1)
        return none;
    return part(call, skip_letters(text, start - 1), letters);
}

/* Letters are counted from 1; 0: it is not there. */
static struct value in_str(const struct call *call)
{
    const char *text = argument_text(call, 0), *part_text = argument_text(call, 1), *how = argument_text(call, 3);
    int64_t start = 1;
    if (text == NULL || part_text == NULL || (call->arguments[2].kind != VALUE_NONE && !argument_number(call, 2, &start)) ||
        start < 1)
        return none;
    if (text_equal(how, "vbTextCompare")) {
        text = unicode_lower(call->arena, text, NULL);
        part_text = unicode_lower(call->arena, part_text, NULL);
    }
    const char *found = strstr(skip_letters(text, start - 1), part_text);
    return value_of_number(found == NULL ? 0 : (int64_t)letters_before(text, (size_t)(found - text)) + 1);
}

/* Microsoft's sample splits "One, Two" at the comma into "One" and "Two". */
static struct value split(const struct call *call)
{
    const char *text = argument_text(call, 0), *delimiter = argument_text(call, 1);
    if (text == NULL || delimiter == NULL || delimiter[0] == '\0')
        return none;
    size_t length = strlen(delimiter), count = 0;
    const char **items = arena_array(call->arena, strlen(text) / length + 1, sizeof *items);
    for (const char *end; text != NULL; text = end == NULL ? NULL : end + length) {
        end = strstr(text, delimiter);
        size_t n = end == NULL ? strlen(text) : (size_t)(end - text), blank = strspn(text, " ");
        blank = blank < n ? blank : n;
        while (n > blank && text[n - 1] == ' ')
            n--;
        items[count++] = arena_strndup(call->arena, text + blank, n - blank);
    }
    return (struct value){.kind = VALUE_LIST, .items = items, .count = count};
}

static struct value strip_spaces(const struct call *call)
{
    const char *text = argument_text(call, 0);
    if (text == NULL)
        return none;
    char *out = arena_alloc(call->arena, strlen(text) + 1);
    size_t n = 0;
    for (; *text != '\0'; text++)
        if (*text != ' ')
            out[n++] = *text;
    return value_of_text(out);
}

static struct value to_lower(const struct call *call)
{
    const char *text = argument_text(call, 0);
    return value_of_text(text != NULL ? unicode_lower(call->arena, text, argument_text(call, 1)) : NULL);
}

static struct value to_upper(const struct call *call)
{
    const char *text = argument_text(call, 0);
    return value_of_text(text != NULL ? unicode_upper(call->arena, text, argument_text(call, 1)) : NULL);
}

static struct value p_case(const struct call *call)
{
    const char *text = argument_text(call, 0);
    return value_of_text(text != NULL ? unicode_words(call->arena, text, argument_text(call, 1)) : NULL);
}

static struct value normalize_diacritics(const struct call *call)
{
    const char *text = argument_text(call, 0);
    return value_of_text(text != NULL ? unicode_plain(call->arena, text) : NULL);
}

/* Delimiters are single letters beyond none: bytes of ASCII. */
static struct value word(const struct call *call)
{
    const char *text = argument_text(call, 0), *delimiters = argument_text(call, 2);
    int64_t number;
    if (delimiters == NULL || !argument_number(call, 1, &number))
        return none;
    for (; text != NULL && number >= 1; number--) {
        text += strspn(text, delimiters);
        size_t n = strcspn(text, delimiters);
        if (number == 1 && n > 0 && text_is_utf8(text, n))
            return value_of_text(arena_strndup(call->arena, text, n));
        if (n == 0)
            break;
        text += n;
    }
    return value_of_text("");
}

/* .NET's "Unicode" is UTF-16, little end first. */
static struct value convert_to_base64(const struct call *call)
{
    const char *text = argument_text(call, 0);
    if (text == NULL)
        return none;
    return value_of_text(base64_encode(call->arena, unicode_utf16(call->arena, text)));
}

static struct value convert_to_utf8_hex(const struct call *call)
{
    const char *text = argument_text(call, 0);
    struct buffer out = buffer_new(EXPRESSION_MAX_RESULT);
    for (const char *p = text; p != NULL && *p != '\0'; p++)
        buffer_printf(&out, "%02X", (unsigned char)*p);
    bool full = out.full;
    const char *hex = buffer_take(&out, call->arena);
    return text != NULL && !full ? value_of_text(hex) : none;
}

/* --- choices --- */

static struct value coalesce(const struct call *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (call->arguments[i].kind != VALUE_NONE)
            return call->arguments[i];
    return none;
}

/* Who has no value goes by the key "". */
static struct value switch_(const struct call *call)
{
    const char *source = argument_text(call, 0);
    for (size_t i = 2; i + 1 < call->count; i += 2) {
        const char *key = argument_text(call, i);
        if (text_equal(source != NULL ? source : "", key != NULL ? key : ""))
            return call->arguments[i + 1];
    }
    return call->arguments[1];
}

static struct value not_(const struct call *call)
{
    return value_of_bool(!text_equal(argument_text(call, 0), "True"));
}

static struct value c_bool(const struct call *call)
{
    int64_t number;
    if (argument_number(call, 0, &number))
        return value_of_bool(number != 0);
    const char *text = argument_text(call, 0);
    return text == NULL ? none : value_of_bool(text_equal_nocase(text, "true"));
}

static struct value c_str(const struct call *call)
{
    return value_of_text(argument_text(call, 0));
}

static struct value bit_and(const struct call *call)
{
    int64_t a, b;
    return argument_number(call, 0, &a) && argument_number(call, 1, &b) ? value_of_number(a & b) : none;
}

static struct value is_null(const struct call *call)
{
    return value_of_bool(call->arguments[0].kind == VALUE_NONE);
}

static struct value is_null_or_empty(const struct call *call)
{
    return value_of_bool(value_is_blank(&call->arguments[0]));
}

static struct value is_present(const struct call *call)
{
    return value_of_bool(!value_is_blank(&call->arguments[0]));
}

static struct value is_string(const struct call *call)
{
    return value_of_bool(call->arguments[0].kind == VALUE_TEXT);
}

static struct value ignore_flow(const struct call *call)
{
    return value_is_blank(&call->arguments[0]) ? (struct value){.ignored = true} : call->arguments[0];
}

static struct value redact(const struct call *call)
{
    return call->arguments[0]; /* what is written to Microsoft's logs is nobody's business here */
}

/* --- several values --- */

static struct value count(const struct call *call)
{
    const struct value *value = &call->arguments[0];
    return value_of_number(value->kind == VALUE_LIST ? (int64_t)value->count : value->kind != VALUE_NONE);
}

/* Counted from 1. */
static struct value item(const struct call *call)
{
    const struct value *value = &call->arguments[0];
    int64_t at;
    if (!argument_number(call, 1, &at) || at < 1)
        return none;
    if (value->kind == VALUE_LIST)
        return (uint64_t)at <= value->count ? value_of_text(value->items[at - 1]) : none;
    return at == 1 ? *value : none;
}

static struct value remove_duplicates(const struct call *call)
{
    const struct value *value = &call->arguments[0];
    if (value->kind != VALUE_LIST)
        return *value;
    struct value out = {.kind = VALUE_LIST};
    const char **items = arena_array(call->arena, value->count + 1, sizeof *items);
    for (size_t i = 0; i < value->count; i++) {
        bool seen = false;
        for (size_t k = 0; k < out.count && !seen; k++)
            seen = text_equal(items[k], value->items[i]);
        if (!seen)
            items[out.count++] = value->items[i];
    }
    out.items = items;
    return out;
}

static struct value single_role(const struct call *call)
{
    const struct value *value = &call->arguments[0];
    return value->kind == VALUE_LIST && value->count > 0 ? value_of_text(value->items[0]) : none;
}

/* --- chance --- */

static struct value guid(const struct call *call)
{
    char text[37];
    rng_uuid(call->source->rng, text);
    return value_of_text(arena_strdup(call->arena, text));
}

/* Of each kind as many as are asked for at least, the rest small letters, then shuffled. */
static struct value random_string(const struct call *call)
{
    static const char *const kinds[] = {"0123456789", "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/", "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                        "abcdefghijklmnopqrstuvwxyz"};
    const char *avoid = argument_text(call, 5);
    int64_t length, least[ARRAY_LEN(kinds)], sum = 0;
    char out[RANDOM_MAX + 1] = "";
    size_t n = 0;
    if (!argument_number(call, 0, &length) || length < 0 || length > RANDOM_MAX)
        return none;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!argument_number(call, i + 1, &least[i]) || least[i] < 0 || least[i] > length)
            return none;
        sum += least[i];
    }
    least[ARRAY_LEN(kinds) - 1] += length - sum;
    for (size_t i = 0; i < ARRAY_LEN(kinds) && sum <= length; i++) {
        char usable[64] = "";
        for (const char *p = kinds[i]; *p != '\0'; p++)
            if (avoid == NULL || strchr(avoid, *p) == NULL)
                usable[strlen(usable)] = *p;
        if (usable[0] == '\0' && least[i] > 0)
            return none;
        for (int64_t k = 0; k < least[i]; k++)
            out[n++] = usable[rng_below(call->source->rng, strlen(usable))];
    }
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)rng_below(call->source->rng, i);
        char swap = out[i - 1];
        out[i - 1] = out[k];
        out[k] = swap;
    }
    return n == (size_t)length ? value_of_text(arena_strdup(call->arena, out)) : none;
}

/* --- the table --- */

/* IIF is worked out by entra_expression.c, which looks at the attributes of its condition. */
const struct function functions[] = {
    {"Append", 2, 2, append, 0},
    {"AppRoleAssignmentsComplex", 1, 1, NULL, TRAIT_LIST | TRAIT_TOP},
    {"AssertiveAppRoleAssignmentsComplex", 1, 1, NULL, TRAIT_LIST | TRAIT_TOP},
    {"BitAnd", 2, 2, bit_and, 0},
    {"CBool", 1, 1, c_bool, 0},
    {"CDate", 1, 1, function_cdate, 0},
    {"Coalesce", 1, ANY_NUMBER, coalesce, 0},
    {"ConvertToBase64", 1, 1, convert_to_base64, 0},
    {"ConvertToUTF8Hex", 1, 1, convert_to_utf8_hex, 0},
    {"Count", 1, 1, count, 0},
    {"CStr", 1, 1, c_str, 0},
    {"DateAdd", 3, 3, function_date_add, 0},
    {"DateDiff", 3, 3, function_date_diff, 0},
    {"DateFromNum", 1, 1, function_date_from_num, 0},
    {"FormatDateTime", 4, 4, function_format_date_time, 0},
    {"Guid", 0, 0, guid, TRAIT_CHANCE},
    {"IgnoreFlowIfNullOrEmpty", 1, 1, ignore_flow, 0},
    {"IIF", 3, 3, NULL, 0},
    {"InStr", 2, 4, in_str, 0},
    {"IsNull", 1, 1, is_null, 0},
    {"IsNullOrEmpty", 1, 1, is_null_or_empty, 0},
    {"IsPresent", 1, 1, is_present, 0},
    {"IsString", 1, 1, is_string, 0},
    {"Item", 2, 2, item, 0},
    {"Join", 2, ANY_NUMBER, join, 0},
    {"Left", 2, 2, left, 0},
    {"Mid", 3, 3, mid, 0},
    {"NormalizeDiacritics", 1, 1, normalize_diacritics, 0},
    {"Not", 1, 1, not_, 0},
    {"Now", 0, 0, function_now, 0},
    {"NumFromDate", 1, 1, function_num_from_date, 0},
    {"PCase", 1, 2, p_case, 0},
    {"RandomString", 5, 6, random_string, TRAIT_CHANCE},
    {"Redact", 1, 1, redact, 0},
    {"RemoveDuplicates", 1, 1, remove_duplicates, TRAIT_LIST},
    {"Replace", 7, 7, function_replace, 0},
    {"SelectUniqueValue", 2, ANY_NUMBER, NULL, TRAIT_REFUSED},
    {"SingleAppRoleAssignment", 1, 1, single_role, 0},
    {"Split", 2, 2, split, TRAIT_LIST},
    {"StripSpaces", 1, 1, strip_spaces, 0},
    {"Switch", 4, ANY_NUMBER, switch_, TRAIT_PAIRS},
    {"ToLower", 1, 2, to_lower, 0},
    {"ToUpper", 1, 2, to_upper, 0},
    {"Word", 3, 3, word, 0},
};
const size_t function_count = ARRAY_LEN(functions);
