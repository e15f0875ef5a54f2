/* dialect_file.h: a client of somebody's own: a preset with some axes turned, written down in a file.
 *
 *     { "name": "acme-okta", "base": "okta-template@2026-10", "title": "Okta as Acme has set it up",
 *       "axes": { "op-case": "capital", "member-changes-per-patch": 50 } }
 *
 * Or, with an Entra base, "attribute-mappings" (entra_mapping.h), with axes or alone.
 * Comments are allowed. Axes and their values are those of `scimulator show`; what a file turns is marked inferred, with the
 * file as its source.
 */
#ifndef SIMULATOR_DIALECT_FILE_H
#define SIMULATOR_DIALECT_FILE_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct dialect;
struct error;

#define DIALECT_FILE_MAX (256 * KIB)
#define DIALECT_MAX_NAME 40 /* letters a-z, digits and -, beginning with a letter; not that of a preset */

/* By its members: only a dialect has a base. */
bool dialect_file_is(const json *root);

/* The dialect lives in the arena, as the document must. False (ERROR_INVALID): err.where is file:line:column of the first mistake. */
bool dialect_file_read(struct arena *arena, const struct json_document *document, const struct dialect **out,
                       struct error *err) MUST_USE;

#endif
