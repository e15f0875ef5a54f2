#include "common/base.h"

#include "reference-server/cursor.h"

#include "common/digest.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/organization.h"
#include "reference-server/scim/message.h"
#include "reference-server/state.h"

#include <string.h>

#define SIGNATURE 64 /* letters */

static void add_names(json *query, const char *key, struct scim_names names)
{
    json *list = json_set_array(query, key);
    for (size_t i = 0; i < names.count; i++)
        json_push_text(list, names.items[i]);
}

/* All that has to be the same from page to page. */
static const char *walk_of(const struct exchange *x, const struct scim_search *search)
{
    json *query = json_object(x->arena);
    json_set_text(query, "path", x->target.path);
    json_set_text(query, "filter", search->filter);
    json_set_text(query, "sortBy", search->sort_by);
    json_set_bool(query, "descending", search->descending);
    add_names(query, "attributes", search->attributes);
    add_names(query, "excluded", search->excluded);
    return json_print(x->arena, query);
}

/* The secret goes around twice, as in HMAC: a text that goes on behind the signed one has another signature. */
static void sign(const struct exchange *x, const struct scim_search *search, const char *payload, char out[65])
{
    char inner[65];
    const char *secret = x->server->cursor_secret;
    const char *text = arena_printf(x->arena, "%s\n%s\n%s", secret, payload, walk_of(x, search));
    digest_sha256_hex((struct bytes){text, strlen(text)}, inner);
    text = arena_printf(x->arena, "%s\n%s", secret, inner);
    digest_sha256_hex((struct bytes){text, strlen(text)}, out);
}

const char *cursor_write(const struct exchange *x, const struct scim_search *search, const struct cursor *cursor)
{
    char signature[65];
    struct buffer b = buffer_new(0);
    json *payload = json_object(x->arena);
    json_set_integer(payload, "until", organization_now(x->organization) + (int64_t)x->server->limits.cursor_s * 1000);
    json_set_integer(payload, "count", search->count);
    json_set_integer(payload, "part", (int64_t)cursor->part);
    json_set_integer(payload, "order", (int64_t)cursor->order);
    json_set_integer(payload, "total", (int64_t)cursor->total);
    json_set_integer(payload, "revision", (int64_t)cursor->revision);
    json_set_copy(payload, "key", cursor->key);
    const char *text = json_print(x->arena, payload);
    sign(x, search, text, signature);
    buffer_add(&b, signature);
    for (const char *p = text; *p != '\0'; p++)
        buffer_printf(&b, "%02x", (unsigned)(unsigned char)*p);
    return buffer_take(&b, x->arena);
}

static bool read_digit(char c, unsigned *out)
{
    static const char digits[] = "0123456789abcdef";
    const char *p = c == '\0' ? NULL : strchr(digits, c);
    *out = p == NULL ? 0 : (unsigned)(p - digits);
    return p != NULL;
}

/* NULL: these are no pairs of hex digits that make text. */
static const char *decode(struct arena *arena, const char *text)
{
    size_t n = strlen(text) / 2;
    unsigned high, low;
    char *out = arena_alloc(arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!read_digit(text[2 * i], &high) || !read_digit(text[2 * i + 1], &low))
            return NULL;
        out[i] = (char)(high << 4 | low);
        if (out[i] == '\0')
            return NULL;
    }
    return strlen(text) % 2 == 0 ? out : NULL;
}

static json *read_payload(const struct exchange *x, const struct scim_search *search)
{
    char signature[65];
    const char *text = search->cursor;
    size_t n = strlen(text);
    const char *payload = n > SIGNATURE && n <= CURSOR_MAX ? decode(x->arena, text + SIGNATURE) : NULL;
    if (payload == NULL)
        return NULL;
    sign(x, search, payload, signature);
    if (!digest_equal(signature, arena_strndup(x->arena, text, SIGNATURE)))
        return NULL;
    return json_parse(x->arena, (struct bytes){payload, strlen(payload)}, "cursor", NULL);
}

bool cursor_read(const struct exchange *x, const struct scim_search *search, struct cursor *out, struct scim_error *err)
{
    const json *payload = read_payload(x, search);
    if (payload == NULL)
        return scim_error_set(x->arena, err, 400, SCIM_INVALID_CURSOR,
                              "the cursor was not made by this server for this query: begin with an empty one");
    if (json_get_integer(payload, "until", 0) < organization_now(x->organization))
        return scim_error_set(x->arena, err, 400, SCIM_EXPIRED_CURSOR, "the cursor was good for %zu seconds: begin again",
                              x->server->limits.cursor_s);
    if (json_get_integer(payload, "count", 0) != search->count)
        return scim_error_set(x->arena, err, 400, SCIM_INVALID_COUNT, "count has to stay what it was on the first page");
    *out = (struct cursor){.key = json_get(payload, "key"),
                           .part = (size_t)json_get_integer(payload, "part", 0),
                           .order = (uint64_t)json_get_integer(payload, "order", 0),
                           .total = (size_t)json_get_integer(payload, "total", 0),
                           .revision = (uint64_t)json_get_integer(payload, "revision", 0)};
    return true;
}
