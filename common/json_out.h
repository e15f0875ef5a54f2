/* json_out.h: JSON text without a tree, for big documents: what is said is written at once, commas and quotes come by themselves.
 *
 * What comes out is always JSON: a member needs a name and an element has none, each of json_out_object and json_out_array is ended by json_out_end, and there
 * is one value at the top. Anything else is a mistake of ours and ends the process. Names are not looked at: each once is the caller's business.
 * The bytes are those that json_write (json.h) would make of the same values, of json_out_pretty those of json_write_pretty.
 * Depth: JSON_MAX_DEPTH. Errors: the buffer's `full`.
 */
#ifndef COMMON_JSON_OUT_H
#define COMMON_JSON_OUT_H

#include "common/base.h"
#include "common/json.h"

struct buffer;

struct json_out {
    struct buffer *buffer; /* the caller's */
    size_t depth;          /* objects and arrays that are open */
    uint64_t objects;      /* a bit for each of them */
    bool follows;          /* something stands before the next value on its level */
    bool pretty;           /* each value on a line of its own */
};

struct json_out json_out_new(struct buffer *buffer);
struct json_out json_out_pretty(struct buffer *buffer);

/* name: of the member; NULL in an array and at the top. */
void json_out_object(struct json_out *out, const char *name);
void json_out_array(struct json_out *out, const char *name);
void json_out_end(struct json_out *out); /* of the object or array that was begun last */
void json_out_text(struct json_out *out, const char *name, const char *value);
void json_out_bool(struct json_out *out, const char *name, bool value);
void json_out_integer(struct json_out *out, const char *name, int64_t value);
void json_out_json(struct json_out *out, const char *name, const json *value); /* a tree */
void json_out_members(struct json_out *out, const json *object);               /* those of a tree, into the object that is open */
bool json_out_is_whole(const struct json_out *out);                            /* there is a value, and nothing is open */

#endif
