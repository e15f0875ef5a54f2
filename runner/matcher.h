/* matcher.h: what a reply must look like, as JSON (docs/scenario-format.md).
 *
 * An object matches member-wise, extra members are fine; an array element by element and of the same length; everything else
 * by equality. Special objects have one member whose name begins with a dollar sign:
 *   {"$any": true}  {"$type": "string"}  {"$absent": true}  {"$contains": x}  {"$size": n}
 *   {"$unordered": [..]}  {"$matches": "glob*"}  {"$oneOf": [..]}  {"$not": m}
 */
#ifndef RUNNER_MATCHER_H
#define RUNNER_MATCHER_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct error;

/* Where and why something does not match. */
struct mismatch {
    const char *path;              /* JSON pointer, "" for the whole */
    const char *expected, *actual; /* short text */
};

/* value NULL: absent. On false, out names the first mismatch by order of the matcher. */
bool matcher_match(struct arena *arena, const json *matcher, const json *value, struct mismatch *out);
/* False when it uses a special object that does not exist or has a wrong operand: err->message says so, *at is the node to
 * blame. */
bool matcher_check(const json *matcher, const json **at, struct error *err) MUST_USE;

/* A value as short text for reports: compact JSON, cut at 200 bytes; "(absent)" for NULL. */
const char *matcher_show(struct arena *arena, const json *value);

#endif
