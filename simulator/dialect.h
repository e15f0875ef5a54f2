/* dialect.h: how a provider's SCIM client speaks, as data. A dialect is a preset over named axes; each axis value names its evidence.
 *
 * Evidence marks: documented by the provider, observed in captured traffic, reported by implementers, inferred by us.
 */
#ifndef SIMULATOR_DIALECT_H
#define SIMULATOR_DIALECT_H

#include "common/base.h"

struct dialect; /* defined in dialect.c's header part below by the presets table; see dialects[] */

extern const struct dialect *const dialects[];
extern const size_t dialect_count;
const struct dialect *dialect_find(const char *name);
const char *dialect_name(const struct dialect *dialect);
const char *dialect_title(const struct dialect *dialect); /* "Okta, App Integration Wizard app (GET then PUT)" */
bool dialect_is_okta(const struct dialect *dialect);

/* Every axis as name, value, evidence and source in words: what `scimulator show okta-aiw` prints. */
struct dialect_axis {
    const char *name, *value, *evidence, *source;
};
size_t dialect_axes(const struct dialect *dialect, const struct dialect_axis **out);

#endif
