#include "common/base.h"
#include "reference-server/scim/message.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool scim_error_set(struct arena *arena, struct scim_error *err, int status, const char *scim_type, const char *format, ...)
{
    char text[600];
    va_list args;
    if (err == NULL)
        return false;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text[text_utf8_prefix(text, strlen(text))] = '\0'; /* a long name may have been cut inside a character */
    *err = (struct scim_error){status, scim_type, arena_strdup(arena, text)};
    return false;
}

/* --- writing --- */

static json *new_message(struct arena *arena, const char *urn)
{
    json *message = json_object(arena);
    json_push_text(json_set_array(message, "schemas"), urn);
    return message;
}

json *scim_message_error(struct arena *arena, const struct scim_error *err)
{
    char status[16];
    json *message = new_message(arena, SCIM_URN_ERROR);
    snprintf(status, sizeof status, "%d", err->status);
    json_set_text(message, "scimType", err->scim_type);
    json_set_text(message, "detail", err->detail);
    json_set_text(message, "status", status);
    return message;
}

json *scim_message_list(struct arena *arena, json *resources, int64_t total, int64_t start_index)
{
    json *message = new_message(arena, SCIM_URN_LIST);
    json_set_integer(message, "totalResults", total);
    json_set_integer(message, "startIndex", start_index);
    json_set_integer(message, "itemsPerPage", (int64_t)json_count(resources));
    json_put(message, "Resources", resources);
    return message;
}

/* --- searches --- */

static bool check_order(struct arena *arena, const char *text, bool *descending, struct scim_error *err)
{
    if (text_equal_nocase(text, "descending"))
        *descending = true;
    else if (text_equal_nocase(text, "ascending"))
        *descending = false;
    else
        return scim_error_set(arena, err, 400, SCIM_INVALID_VALUE, "sortOrder must be ascending or descending");
    return true;
}

static void keep_page(struct scim_search *out, bool is_count, int64_t number)
{
    if (is_count)
        out->count = number < 0 ? 0 : number;
    else
        out->start_index = number < 1 ? 1 : number;
}

static bool read_names(struct arena *arena, const char *text, const char *what, struct scim_names *out, struct scim_error *err)
{
    const char *const *parts = NULL;
    size_t count = text_split(arena, text, ',', &parts), n = 0;
    if (count > SCIM_MAX_NAMES)
        return scim_error_set(arena, err, 400, SCIM_INVALID_VALUE, "%s names more than %d attributes", what, SCIM_MAX_NAMES);
    const char **names = arena_array(arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        size_t lead = strspn(parts[i], " ");
        size_t length = strlen(parts[i] + lead);
        while (length > 0 && parts[i][lead + length - 1] == ' ')
            length--;
        if (length > 0)
            names[n++] = arena_strndup(arena, parts[i] + lead, length);
    }
    *out = (struct scim_names){names, n};
    return true;
}

static bool read_number(struct arena *arena, const char *text, const char *what, bool is_count, struct scim_search *out,
                        struct scim_error *err)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || *text == ' ' || *text == '+')
        return scim_error_set(arena, err, 400, is_count && out->cursor != NULL ? SCIM_INVALID_COUNT : SCIM_INVALID_VALUE,
                              "%s must be an integer", what);
    keep_page(out, is_count, number);
    return true;
}

/* RFC 9865 §2.4: a request names one method. */
static bool check_method(struct arena *arena, const struct scim_search *search, bool index, struct scim_error *err)
{
    return search->cursor == NULL || !index ||
           scim_error_set(arena, err, 400, SCIM_INVALID_VALUE, "startIndex and cursor are two ways to page: name one");
}

static const char *query_text(const struct http_target *target, const char *name)
{
    const char *text = http_query(target, name);
    return text_is_blank(text) ? NULL : text;
}

bool scim_message_read_query(struct arena *arena, const struct http_target *target, struct scim_search *out,
                             struct scim_error *err)
{
    struct scim_search search = {.start_index = 1, .count = -1};
    const char *text;
    search.filter = http_query(target, "filter"); /* an empty one is refused (RFC 7644 §3.4.2.2), not passed over */
    search.sort_by = query_text(target, "sortBy");
    search.cursor = http_query(target, "cursor");
    if ((text = query_text(target, "attributes")) != NULL && !read_names(arena, text, "attributes", &search.attributes, err))
        return false;
    if ((text = query_text(target, "excludedAttributes")) != NULL &&
        !read_names(arena, text, "excludedAttributes", &search.excluded, err))
        return false;
    if ((text = query_text(target, "sortOrder")) != NULL && !check_order(arena, text, &search.descending, err))
        return false;
    if (!check_method(arena, &search, query_text(target, "startIndex") != NULL, err))
        return false;
    if ((text = query_text(target, "startIndex")) != NULL && !read_number(arena, text, "startIndex", false, &search, err))
        return false;
    if ((text = query_text(target, "count")) != NULL && !read_number(arena, text, "count", true, &search, err))
        return false;
    *out = search;
    return true;
}

static bool wrong_member(struct arena *arena, const char *key, const char *wanted, struct scim_error *err)
{
    return scim_error_set(arena, err, 400, SCIM_INVALID_SYNTAX, "%s must be %s", key, wanted);
}

static bool body_text(struct arena *arena, const json *body, const char *key, const char **out, struct scim_error *err)
{
    const json *node = json_get(body, key);
    if (node != NULL && json_type(node) != JSON_NULL && json_type(node) != JSON_STRING)
        return wrong_member(arena, key, "a string", err);
    *out = text_is_blank(json_text(node)) ? NULL : json_text(node);
    return true;
}

static bool body_cursor(struct arena *arena, const json *body, const char **out, struct scim_error *err)
{
    const json *node = json_get(body, "cursor");
    *out = json_text(node);
    return *out != NULL || json_type(node) == JSON_NULL ||
           scim_error_set(arena, err, 400, SCIM_INVALID_CURSOR, "cursor must be a string");
}

static bool body_names(struct arena *arena, const json *body, const char *key, struct scim_names *out, struct scim_error *err)
{
    const json *node = json_get(body, key);
    if (json_type(node) == JSON_STRING)
        return read_names(arena, json_text(node), key, out, err);
    if (json_type(node) == JSON_NULL)
        return true;
    if (json_type(node) != JSON_ARRAY || json_count(node) > SCIM_MAX_NAMES)
        return wrong_member(arena, key, "an array of at most 200 strings", err);
    const char **names = arena_array(arena, json_count(node) + 1, sizeof *names);
    size_t n = 0;
    for (const json *item = json_first(node); item != NULL; item = json_next(item)) {
        if (json_text(item) == NULL)
            return wrong_member(arena, key, "an array of strings", err);
        names[n++] = json_text(item);
    }
    *out = (struct scim_names){names, n};
    return true;
}

static bool body_number(struct arena *arena, const json *body, const char *key, bool is_count, struct scim_search *out,
                        struct scim_error *err)
{
    const json *node = json_get(body, key);
    int64_t number = 0;
    if (json_type(node) == JSON_NULL)
        return true;
    if (!json_integer(node, &number))
        return is_count && out->cursor != NULL ? scim_error_set(arena, err, 400, SCIM_INVALID_COUNT, "count must be an integer")
                                               : wrong_member(arena, key, "an integer", err);
    keep_page(out, is_count, number);
    return true;
}

/* The envelope's URN must be there; others beside it are passed over. */
static bool check_envelope(struct arena *arena, const json *body, const char *urn, struct scim_error *err)
{
    if (!json_is(body, JSON_OBJECT))
        return scim_error_set(arena, err, 400, SCIM_INVALID_SYNTAX, "the body must be a JSON object");
    for (const json *n = json_first(json_get(body, "schemas")); n != NULL; n = json_next(n))
        if (json_text(n) != NULL && text_equal_nocase(json_text(n), urn))
            return true;
    return scim_error_set(arena, err, 400, SCIM_INVALID_SYNTAX, "schemas must hold %s", urn);
}

bool scim_message_read_search(struct arena *arena, const json *body, struct scim_search *out, struct scim_error *err)
{
    struct scim_search search = {.start_index = 1, .count = -1};
    const char *order = NULL;
    if (!check_envelope(arena, body, SCIM_URN_SEARCH, err) || !body_text(arena, body, "filter", &search.filter, err) ||
        !body_text(arena, body, "sortBy", &search.sort_by, err) || !body_text(arena, body, "sortOrder", &order, err) ||
        !body_names(arena, body, "attributes", &search.attributes, err) ||
        !body_names(arena, body, "excludedAttributes", &search.excluded, err) || !body_cursor(arena, body, &search.cursor, err) ||
        !body_number(arena, body, "startIndex", false, &search, err) || !body_number(arena, body, "count", true, &search, err) ||
        !check_method(arena, &search, json_type(json_get(body, "startIndex")) != JSON_NULL, err))
        return false;
    if (order != NULL && !check_order(arena, order, &search.descending, err))
        return false;
    search.filter = json_text(json_get(body, "filter")); /* an empty one is refused, as in a query */
    *out = search;
    return true;
}

/* --- patches --- */

static bool read_operation(struct arena *arena, const json *node, struct scim_operation *out, struct scim_error *err)
{
    const json *path = json_get(node, "path");
    if (!json_is(node, JSON_OBJECT))
        return wrong_member(arena, "an operation", "an object", err);
    out->op = json_text(json_get(node, "op"));
    if (out->op == NULL)
        return wrong_member(arena, "op", "add, remove or replace", err);
    if (json_type(path) != JSON_NULL && json_type(path) != JSON_STRING)
        return wrong_member(arena, "path", "a string", err);
    out->path = json_text(path);
    out->value = json_get(node, "value");
    return true;
}

bool scim_message_read_patch(struct arena *arena, const json *body, struct scim_patch *out, struct scim_error *err)
{
    if (!check_envelope(arena, body, SCIM_URN_PATCH, err))
        return false;
    const json *list = json_get(body, "Operations");
    size_t count = json_count(list), n = 0;
    if (!json_is(list, JSON_ARRAY) || count == 0)
        return wrong_member(arena, "Operations", "an array of at least one operation", err);
    if (count > SCIM_MAX_OPERATIONS)
        return scim_error_set(arena, err, 413, NULL, "a patch may hold %d operations, this one holds %zu", SCIM_MAX_OPERATIONS,
                              count);
    struct scim_operation *items = arena_array(arena, count, sizeof *items);
    for (const json *node = json_first(list); node != NULL; node = json_next(node))
        if (!read_operation(arena, node, &items[n++], err))
            return false;
    *out = (struct scim_patch){items, n};
    return true;
}
