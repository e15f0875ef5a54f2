/* redact_json.h: hides the secret members of a JSON text; the part of redact.h that knows JSON.
 *
 * Works on the bytes, not on a tree: everything else stays as it was, and a body cut short or otherwise broken is masked as well.
 */
#ifndef COMMON_REDACT_JSON_H
#define COMMON_REDACT_JSON_H

#include "common/base.h"

struct buffer;

/* True when something is secret; then `out` holds the text with REDACTED in its place. False: out is untouched. */
bool redact_json(struct bytes text, struct buffer *out);
bool redact_json_is_secret_name(const char *name); /* in any case; see redact.h for the list */

#endif
