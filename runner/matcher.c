#include "common/base.h"

#include "runner/matcher.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

#define SHOW_MAX 200

struct match {
    struct arena *arena;
    struct mismatch *out; /* NULL: only the answer counts */
};

static bool match(const struct match *m, const json *matcher, const json *value, const char *path);

const char *matcher_show(struct arena *arena, const json *value)
{
    if (value == NULL)
        return "(absent)";
    const char *text = json_print(arena, value);
    size_t n = strlen(text);
    if (n <= SHOW_MAX)
        return text;
    return arena_printf(arena, "%.*s…", (int)text_utf8_prefix(text, SHOW_MAX), text);
}

static bool fail(const struct match *m, const char *path, const char *expected, const json *value)
{
    if (m->out != NULL)
        *m->out = (struct mismatch){path, expected, matcher_show(m->arena, value)};
    return false;
}

static bool matches(const struct match *m, const json *matcher, const json *value)
{
    return match(&(struct match){m->arena, NULL}, matcher, value, "");
}

/* --- special objects --- */

static bool special_any(const struct match *m, const json *operand, const json *value, const char *path)
{
    UNUSED(operand);
    return value != NULL || fail(m, path, "anything", value);
}

static bool special_absent(const struct match *m, const json *operand, const json *value, const char *path)
{
    UNUSED(operand);
    return value == NULL || fail(m, path, "(absent)", value);
}

static bool is_type(const json *value, const char *name)
{
    int64_t n;
    if (text_equal(name, "integer"))
        return json_integer(value, &n);
    return value != NULL && text_equal(json_type_name(json_type(value)), name);
}

static bool special_type(const struct match *m, const json *operand, const json *value, const char *path)
{
    const char *name = json_text(operand);
    return is_type(value, name) || fail(m, path, arena_printf(m->arena, "of type %s", name), value);
}

static bool special_contains(const struct match *m, const json *operand, const json *value, const char *path)
{
    if (json_is(value, JSON_STRING) && json_is(operand, JSON_STRING) && strstr(json_text(value), json_text(operand)) != NULL)
        return true;
    for (const json *node = json_is(value, JSON_ARRAY) ? json_first(value) : NULL; node != NULL; node = json_next(node))
        if (matches(m, operand, node))
            return true;
    return fail(m, path, arena_printf(m->arena, "containing %s", matcher_show(m->arena, operand)), value);
}

static bool special_size(const struct match *m, const json *operand, const json *value, const char *path)
{
    int64_t n = -1;
    json_integer(operand, &n);
    size_t size = json_is(value, JSON_STRING) ? strlen(json_text(value)) : json_count(value);
    bool sized = json_is(value, JSON_ARRAY) || json_is(value, JSON_OBJECT) || json_is(value, JSON_STRING);
    return (sized && (int64_t)size == n) || fail(m, path, arena_printf(m->arena, "of size %lld", (long long)n), value);
}

/* Can every matcher from `at` on have an element of its own? Small lists only, so a plain search is enough. */
static bool assign(const struct match *m, const json *matcher, const json *const *elements, bool *taken, size_t count)
{
    if (matcher == NULL)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (taken[i] || !matches(m, matcher, elements[i]))
            continue;
        taken[i] = true;
        if (assign(m, json_next(matcher), elements, taken, count))
            return true;
        taken[i] = false;
    }
    return false;
}

#define UNORDERED_MAX 8 /* beyond it the first fit counts: a search could take for ever */

static bool first_fit(const struct match *m, const json *matcher, const json *const *elements, bool *taken, size_t count)
{
    for (; matcher != NULL; matcher = json_next(matcher)) {
        size_t i = 0;
        while (i < count && (taken[i] || !matches(m, matcher, elements[i])))
            i++;
        if (i == count)
            return false;
        taken[i] = true;
    }
    return true;
}

static bool special_unordered(const struct match *m, const json *operand, const json *value, const char *path)
{
    size_t count = json_count(value), i = 0;
    if (json_is(value, JSON_ARRAY) && count == json_count(operand)) {
        const json **elements = arena_array(m->arena, count + 1, sizeof *elements);
        bool *taken = arena_array(m->arena, count + 1, sizeof *taken);
        for (const json *node = json_first(value); node != NULL; node = json_next(node))
            elements[i++] = node;
        if ((count <= UNORDERED_MAX ? assign : first_fit)(m, json_first(operand), elements, taken, count))
            return true;
    }
    return fail(m, path, arena_printf(m->arena, "in any order %s", matcher_show(m->arena, operand)), value);
}

static bool special_matches(const struct match *m, const json *operand, const json *value, const char *path)
{
    return (json_text(value) != NULL && text_glob(json_text(operand), json_text(value))) ||
           fail(m, path, arena_printf(m->arena, "like %s", matcher_show(m->arena, operand)), value);
}

static bool special_one_of(const struct match *m, const json *operand, const json *value, const char *path)
{
    for (const json *node = json_first(operand); node != NULL; node = json_next(node))
        if (matches(m, node, value))
            return true;
    return fail(m, path, arena_printf(m->arena, "one of %s", matcher_show(m->arena, operand)), value);
}

static bool special_not(const struct match *m, const json *operand, const json *value, const char *path)
{
    return !matches(m, operand, value) || fail(m, path, arena_printf(m->arena, "not %s", matcher_show(m->arena, operand)), value);
}

enum operand_form { OPERAND_TRUE, OPERAND_TYPE_NAME, OPERAND_SIZE, OPERAND_TEXT, OPERAND_LIST, OPERAND_MATCHER };

static const struct special {
    const char *name;
    enum operand_form form;
    bool (*match)(const struct match *m, const json *operand, const json *value, const char *path);
} specials[] = {
    {"$any", OPERAND_TRUE, special_any},         {"$type", OPERAND_TYPE_NAME, special_type},
    {"$absent", OPERAND_TRUE, special_absent},   {"$contains", OPERAND_MATCHER, special_contains},
    {"$size", OPERAND_SIZE, special_size},       {"$unordered", OPERAND_LIST, special_unordered},
    {"$matches", OPERAND_TEXT, special_matches}, {"$oneOf", OPERAND_LIST, special_one_of},
    {"$not", OPERAND_MATCHER, special_not},
};

static const struct special *special_of(const json *matcher)
{
    const json *only = json_first(matcher);
    if (!json_is(matcher, JSON_OBJECT) || only == NULL)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(specials); i++)
        if (text_equal(specials[i].name, json_key(only)))
            return &specials[i];
    return NULL;
}

/* --- ordinary values --- */

static const char *below(const struct match *m, const char *path, const char *name)
{
    if (m->out == NULL)
        return "";
    struct buffer b = buffer_new(0);
    buffer_printf(&b, "%s/", path);
    for (const char *p = name; *p != '\0'; p++) /* RFC 6901 */
        if (*p == '~' || *p == '/')
            buffer_add(&b, *p == '~' ? "~0" : "~1");
        else
            buffer_add_char(&b, *p);
    return buffer_take(&b, m->arena);
}

static bool match_object(const struct match *m, const json *matcher, const json *value, const char *path)
{
    if (!json_is(value, JSON_OBJECT))
        return fail(m, path, matcher_show(m->arena, matcher), value);
    for (const json *node = json_first(matcher); node != NULL; node = json_next(node))
        if (!match(m, node, json_get(value, json_key(node)), below(m, path, json_key(node))))
            return false;
    return true;
}

static bool match_array(const struct match *m, const json *matcher, const json *value, const char *path)
{
    if (!json_is(value, JSON_ARRAY) || json_count(value) != json_count(matcher))
        return fail(m, path, matcher_show(m->arena, matcher), value);
    const json *element = json_first(value);
    size_t i = 0;
    for (const json *node = json_first(matcher); node != NULL; node = json_next(node), element = json_next(element), i++)
        if (!match(m, node, element, m->out == NULL ? "" : arena_printf(m->arena, "%s/%zu", path, i)))
            return false;
    return true;
}

static bool match(const struct match *m, const json *matcher, const json *value, const char *path)
{
    const struct special *special = special_of(matcher);
    if (special != NULL)
        return special->match(m, json_first(matcher), value, path);
    if (json_is(matcher, JSON_OBJECT))
        return match_object(m, matcher, value, path);
    if (json_is(matcher, JSON_ARRAY))
        return match_array(m, matcher, value, path);
    return (value != NULL && json_equal(matcher, value)) || fail(m, path, matcher_show(m->arena, matcher), value);
}

bool matcher_match(struct arena *arena, const json *matcher, const json *value, struct mismatch *out)
{
    struct mismatch unused;
    return match(&(struct match){arena, out == NULL ? &unused : out}, matcher, value, "");
}

/* --- checking a matcher --- */

static bool is_type_name(const char *text)
{
    static const char *const names[] = {"null", "boolean", "number", "integer", "string", "array", "object"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_equal(names[i], text))
            return true;
    return false;
}

static bool operand_fits(const json *operand, enum operand_form form)
{
    int64_t n;
    switch (form) {
    case OPERAND_TRUE:
        return json_true(operand);
    case OPERAND_TYPE_NAME:
        return is_type_name(json_text(operand));
    case OPERAND_SIZE:
        return json_integer(operand, &n) && n >= 0;
    case OPERAND_TEXT:
        return json_text(operand) != NULL;
    case OPERAND_LIST:
        return json_is(operand, JSON_ARRAY);
    case OPERAND_MATCHER:
        return true;
    }
    return false;
}

static bool check_special(const json *matcher, const json **at, struct error *err)
{
    static const char *const remedies[] = {
        "write true", "name a JSON type or \"integer\"", "write a number of elements", "write a text", "write a list", ""};
    const char *names[ARRAY_LEN(specials)];
    for (size_t i = 0; i < ARRAY_LEN(specials); i++)
        names[i] = specials[i].name;
    const json *only = json_first(matcher);
    const struct special *special = special_of(matcher);
    *at = only;
    if (special == NULL) {
        const char *nearest = text_nearest(json_key(only), names, ARRAY_LEN(names));
        return error_set(err, ERROR_INVALID, "", nearest == NULL ? "see docs/scenario-format.md" : nearest,
                         "unknown matcher \"%s\"", json_key(only));
    }
    if (json_count(matcher) != 1)
        return error_set(err, ERROR_INVALID, "", "put it into an object of its own", "\"%s\" stands with other members",
                         special->name);
    if (!operand_fits(only, special->form))
        return error_set(err, ERROR_INVALID, "", remedies[special->form], "\"%s\" has a wrong operand", special->name);
    return true;
}

bool matcher_check(const json *matcher, const json **at, struct error *err)
{
    const json *first = json_is(matcher, JSON_OBJECT) ? json_first(matcher) : NULL;
    if (first != NULL && json_key(first)[0] == '$' && strcmp(json_key(first), "$ref") != 0 && !check_special(matcher, at, err))
        return false;
    for (const json *node = json_first(matcher); node != NULL; node = json_next(node))
        if (!matcher_check(node, at, err))
            return false;
    return true;
}
