/* json_gate.h: the strict gate in front of cJSON. Part of json.h; nobody else needs it.
 *
 * Accepts exactly the texts of RFC 8259 that are valid UTF-8, and refuses with name:line:column (columns count characters):
 *  - a byte order mark (§8.1), a NUL, also as \u0000, and half a surrogate pair (§8.2);
 *  - a member name that occurs twice in its object, compared after undoing escapes (§4);
 *  - more than JSON_MAX_DEPTH levels, JSON_MAX_BYTES bytes or JSON_MAX_VALUES values, and numbers that a double can't keep (§9):
 *    integers beyond 2^53, values beyond its range, more than JSON_GATE_MAX_NUMBER characters (cJSON reads no longer ones).
 * Caps are ERROR_LIMIT, a name that an object has twice (JSON by RFC 8259 §4, but no two readers agree on it) is ERROR_INVALID, the
 * rest ERROR_SYNTAX. Reports the first fault, but a doubled name only where its object ends.
 * Pure; thread-safe.
 */
#ifndef COMMON_JSON_GATE_H
#define COMMON_JSON_GATE_H

#include "common/base.h"

struct arena;
struct error;

#define JSON_GATE_MAX_NUMBER 63

/* Where a value stands: its first character, or that of its member's name. Counted from 1. */
struct json_place {
    uint32_t line, column;
};

bool json_gate(struct bytes text, const char *name, struct error *err) MUST_USE;

/* The same for a document written by people: comments count as white space; `plain` (as long as the text) receives it with
 * blanks in their place. Tells the places of all values in the order in which the values begin. */
bool json_gate_document(struct arena *arena, struct bytes text, const char *name, char *plain, const struct json_place **places,
                        size_t *count, struct error *err) MUST_USE;

#endif
