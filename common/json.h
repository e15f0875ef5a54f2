/* json.h: the one door to cJSON (1.7.15 on Debian 12); nothing but json.c and json_copy.c includes it.
 *
 * cJSON accepts much that is not JSON, so json_parse first passes every byte through a strict gate (json_gate.c): RFC 8259 syntax,
 * valid UTF-8, no NUL, no BOM, no duplicate member, nesting and number range capped, nothing behind the value. What the gate
 * refuses is reported as file:line:column.
 *
 * Ownership: a root (json_parse, json_object, json_array, json_copy) lives in the arena given; with arena NULL the caller
 * owns it and calls json_free or hands it to json_put/json_push. Children belong to their parent. Text returned points into the tree.
 *
 * Integers up to 2^53 are exact in both directions; the writer prints numbers itself, compactly, and never changes a value.
 * Lookup is linear (cJSON keeps lists): iterate, do not index by number in a loop.
 * Threads: trees are plain data; parsing is safe from several threads.
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include "common/base.h"

struct arena;
struct buffer;
struct error;

typedef struct cJSON json;

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

#define JSON_MAX_DEPTH  64
#define JSON_MAX_BYTES  (16 * MIB)
#define JSON_MAX_VALUES 2000000

/* --- reading --- */

/* name stands in error.where ("request body", a path). NULL on failure: err has code SYNTAX or LIMIT. */
json *json_parse(struct arena *arena, struct bytes text, const char *name, struct error *err) MUST_USE;

/* What this program wrote and has in its own keeping: without the gate, so fast. The caller owns it; NULL: it is no JSON. */
json *json_parse_trusted(struct bytes text) MUST_USE;

/* A document written by people: comments (// and slash-star) are allowed, and the place of every value stays known. */
struct json_document {
    json *root;
    const char *name;
    const struct json_place *places; /* by order of appearance; see json_where */
    size_t count;
};
bool json_read(struct arena *arena, struct bytes text, const char *name, struct json_document *out, struct error *err) MUST_USE;
/* "name:line:column" of a node of the document; of the member's key when the node is a member. */
const char *json_where(struct arena *arena, const struct json_document *document, const json *node);

enum json_type json_type(const json *node);                       /* NULL node: JSON_NULL */
bool json_is(const json *node, enum json_type type);              /* false for a NULL pointer */
const char *json_type_name(enum json_type type);                  /* "object", "array", ... */
const json *json_get(const json *object, const char *key);        /* exact; NULL when absent or not an object */
const json *json_get_nocase(const json *object, const char *key); /* ASCII case-blind: SCIM attribute names */
json *json_edit(json *object, const char *key);                   /* as json_get, for changing */
json *json_edit_nocase(json *object, const char *key);
const char *json_text(const json *node);           /* NULL unless a string */
bool json_true(const json *node);                  /* true only for the literal true */
bool json_integer(const json *node, int64_t *out); /* false unless an integral number within 2^53 */
double json_number(const json *node);
size_t json_count(const json *node);      /* members or elements */
const json *json_first(const json *node); /* iterate: for (n = json_first(x); n; n = json_next(n)) */
const json *json_next(const json *node);
json *json_edit_first(json *node);
json *json_edit_next(json *node);
const char *json_key(const json *node); /* name of a member, else NULL */
/* Shorthands: the text, or fallback when absent or of another type. */
const char *json_get_text(const json *object, const char *key, const char *fallback);
bool json_get_bool(const json *object, const char *key, bool fallback);
int64_t json_get_integer(const json *object, const char *key, int64_t fallback);
/* RFC 6901: "/a/0/b". */
const json *json_pointer(const json *root, const char *pointer);
bool json_equal(const json *a, const json *b); /* members in any order, elements in order, numbers exact */

/* --- building and changing --- */

json *json_object(struct arena *arena);
json *json_array(struct arena *arena);
json *json_copy(struct arena *arena, const json *node); /* NULL of NULL */
json *json_keep(struct arena *arena, json *owned);      /* a root made with arena NULL, from here on the arena's */
json *json_new_text(struct arena *arena, const char *text);
json *json_new_bool(struct arena *arena, bool value);
json *json_new_null(struct arena *arena);
/* A copy in one block, which takes about half the memory: for trees that are kept long and replaced as a whole. It is the caller's, is never changed, and ends
 * with json_free_packed. Names and texts that are common in SCIM are not copied. NULL of NULL. */
const json *json_pack(const json *node);
void json_free_packed(const json *root); /* NULL is fine */
void json_free(json *root);              /* only what was made with arena NULL */
void json_cleanup(json **root);          /* for CLEANUP(json_cleanup) */

/* Set a member: replaces one of the same name in place, else appends. value NULL (text, copy) removes the member. key may be the
 * json_key of the member that is replaced. */
void json_set_text(json *object, const char *key, const char *value);
void json_set_bool(json *object, const char *key, bool value);
void json_set_integer(json *object, const char *key, int64_t value);
void json_set_number(json *object, const char *key, double value);
void json_set_null(json *object, const char *key);
void json_set_copy(json *object, const char *key, const json *value);
/* The member has the contents of value without a copy: for reading only, and no longer than value stays as it is. */
void json_set_shared(json *object, const char *key, const json *value);
json *json_set_object(json *object, const char *key); /* empty; returns it */
json *json_set_array(json *object, const char *key);
/* The same for a name that the object does not have, in constant time: for objects with many members. */
json *json_add_object(json *object, const char *key);
json *json_add(json *object, const char *key, json *owned); /* takes a root made with arena NULL; returns it */
void json_put(json *object, const char *key, json *owned);  /* takes a root made with arena NULL */
void json_remove(json *object, const char *key);            /* exact name; absent is fine */
void json_remove_node(json *parent, json *node);            /* unlink and free a child */
void json_rename(json *node, const char *key);              /* change a member's name, place kept */
void json_push_text(json *array, const char *value);
void json_push_integer(json *array, int64_t value);
void json_push_copy(json *array, const json *value);
json *json_push_object(json *array);
json *json_push_array(json *array);
void json_push(json *array, json *owned);
void json_replace_node(json *parent, json *node, json *owned); /* owned takes node's place (and key) */

/* --- writing --- */

void json_write(struct buffer *b, const json *node);                    /* compact, members in order */
void json_write_pretty(struct buffer *b, const json *node, int indent); /* two blanks a level, starting at indent levels */
void json_write_text(struct buffer *b, const char *text);               /* one quoted string */
void json_write_integer(struct buffer *b, int64_t value);
char *json_print(struct arena *arena, const json *node); /* compact */
char *json_print_pretty(struct arena *arena, const json *node);

#endif
