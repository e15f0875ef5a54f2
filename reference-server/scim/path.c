#include "common/base.h"
#include "reference-server/scim/path.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/message.h"

#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '$';
}

/* ATTRNAME, and `$ref`. */
static bool is_attribute_name(const char *text, size_t n)
{
    if (n == 0 || !(is_letter(text[0]) || (text[0] == '$' && n > 1)))
        return false;
    for (size_t i = 1; i < n; i++)
        if (!is_name_char(text[i]))
            return false;
    return true;
}

/* The characters of a URN as schemas use it; where the URN ends only the schemas know. */
static bool is_urn(const char *text, size_t n)
{
    for (size_t i = 4; i < n; i++) {
        bool separator = text[i] == '.' || text[i] == ':';
        bool doubled = separator && (text[i - 1] == '.' || text[i - 1] == ':');
        if (!is_name_char(text[i]) && (!separator || doubled || i + 1 == n))
            return false;
    }
    return n > 4;
}

bool scim_path_is_name(const char *text, size_t length)
{
    if (length >= 4 && text_starts_nocase(text, "urn:"))
        return is_urn(text, length);
    const char *dot = memchr(text, '.', length);
    size_t head = dot != NULL ? (size_t)(dot - text) : length;
    return is_attribute_name(text, head) && (dot == NULL || is_attribute_name(dot + 1, length - head - 1));
}

static bool refuse(struct arena *arena, struct scim_error *err, size_t at, const char *what)
{
    return scim_error_set(arena, err, 400, SCIM_INVALID_PATH, "the path is wrong at %zu: %s", at + 1, what);
}

bool scim_path_parse(struct arena *arena, const char *text, struct scim_path *out, struct scim_error *err)
{
    struct scim_path path = {0};
    if (strlen(text) > SCIM_PATH_MAX_LENGTH)
        return refuse(arena, err, SCIM_PATH_MAX_LENGTH, "longer than 4096 bytes");
    size_t n = strcspn(text, "[");
    if (!scim_path_is_name(text, n))
        return refuse(arena, err, 0, "expected the name of an attribute");
    path.name = arena_strndup(arena, text, n);
    if (text[n] == '[') {
        size_t at = n + 1;
        if (!scim_filter_parse_part(arena, text, &at, &path.filter, err))
            return false;
        const char *rest = text + at + 1;
        if (*rest == '.' && is_attribute_name(rest + 1, strlen(rest + 1)))
            path.sub = arena_strdup(arena, rest + 1);
        else if (*rest != '\0')
            return refuse(arena, err, at + 1, "expected a sub-attribute or the end");
    }
    *out = path;
    return true;
}

char *scim_path_print(struct arena *arena, const struct scim_path *path)
{
    if (path->filter == NULL)
        return arena_strdup(arena, path->name);
    return arena_printf(arena, "%s[%s]%s%s", path->name, scim_filter_print(arena, path->filter), path->sub != NULL ? "." : "",
                        path->sub != NULL ? path->sub : "");
}
