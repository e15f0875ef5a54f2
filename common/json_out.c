#include "common/base.h"
#include "common/json_out.h"

#include "common/text.h"

#include <assert.h>

struct json_out json_out_new(struct buffer *buffer)
{
    return (struct json_out){.buffer = buffer};
}

struct json_out json_out_pretty(struct buffer *buffer)
{
    return (struct json_out){.buffer = buffer, .pretty = true};
}

static void line_break(const struct json_out *out)
{
    buffer_add_char(out->buffer, '\n');
    for (size_t i = 0; i < out->depth; i++)
        buffer_add(out->buffer, "  ");
}

static bool in_object(const struct json_out *out)
{
    return out->depth > 0 && (out->objects >> (out->depth - 1) & 1u) != 0;
}

/* What stands before a value. */
static void lead_in(struct json_out *out, const char *name)
{
    assert((name != NULL) == in_object(out));
    assert(out->depth > 0 || !out->follows);
    if (out->follows)
        buffer_add_char(out->buffer, ',');
    if (out->pretty && out->depth > 0)
        line_break(out);
    if (name != NULL) {
        json_write_text(out->buffer, name);
        buffer_add(out->buffer, out->pretty ? ": " : ":");
    }
    out->follows = true;
}

static void begin(struct json_out *out, const char *name, bool object)
{
    lead_in(out, name);
    assert(out->depth < JSON_MAX_DEPTH);
    uint64_t bit = (uint64_t)1 << out->depth++;
    out->objects = object ? out->objects | bit : out->objects & ~bit;
    out->follows = false;
    buffer_add_char(out->buffer, object ? '{' : '[');
}

void json_out_object(struct json_out *out, const char *name)
{
    begin(out, name, true);
}

void json_out_array(struct json_out *out, const char *name)
{
    begin(out, name, false);
}

void json_out_end(struct json_out *out)
{
    assert(out->depth > 0);
    char closing = in_object(out) ? '}' : ']';
    out->depth--;
    if (out->pretty && out->follows)
        line_break(out);
    buffer_add_char(out->buffer, closing);
    out->follows = true;
}

void json_out_text(struct json_out *out, const char *name, const char *value)
{
    lead_in(out, name);
    json_write_text(out->buffer, value);
}

void json_out_bool(struct json_out *out, const char *name, bool value)
{
    lead_in(out, name);
    buffer_add(out->buffer, value ? "true" : "false");
}

void json_out_integer(struct json_out *out, const char *name, int64_t value)
{
    lead_in(out, name);
    json_write_integer(out->buffer, value);
}

void json_out_json(struct json_out *out, const char *name, const json *value)
{
    lead_in(out, name);
    if (out->pretty)
        json_write_pretty(out->buffer, value, (int)out->depth);
    else
        json_write(out->buffer, value);
}

void json_out_members(struct json_out *out, const json *object)
{
    for (const json *member = json_first(object); member != NULL; member = json_next(member))
        json_out_json(out, json_key(member), member);
}

bool json_out_is_whole(const struct json_out *out)
{
    return out->depth == 0 && out->follows;
}
