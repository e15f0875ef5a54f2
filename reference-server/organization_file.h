/* organization_file.h: the document that sets an organization up, from a file or from the executable. */
#ifndef REFERENCE_SERVER_ORGANIZATION_FILE_H
#define REFERENCE_SERVER_ORGANIZATION_FILE_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct error;

/* path NULL: the demo organization that the executable carries. Checked as JSON only. */
bool organization_file_read(struct arena *arena, const char *path, struct json_document *out, struct error *err) MUST_USE;

#endif
