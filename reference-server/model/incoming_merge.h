/* incoming_merge.h: which parts of a User a write may change, attribute by attribute. For incoming.c alone; what counts stands in incoming.h. */
#ifndef REFERENCE_SERVER_MODEL_INCOMING_MERGE_H
#define REFERENCE_SERVER_MODEL_INCOMING_MERGE_H

#include "common/base.h"
#include "common/json.h"

struct account;
struct organization;

/* Roots that the caller frees. NULL: no rule, the resource counts as it is. */
json *incoming_merge_create(const struct organization *organization, const struct account *holder, const json *resource);
/* *edits: the account's, as they are after it (NULL of none); *conflict: something was edited that the provider now says otherwise. */
json *incoming_merge_update(const struct organization *organization, const struct account *account, const json *resource,
                            bool whole, json **edits, bool *conflict);
/* The account's own with what never waits: active and externalId. */
json *incoming_merge_at_once(const struct account *account, const json *resource);

/* Whether a field of the profile is about this attribute: of the resource (container NULL), of its name or of an extension. wide: userName goes with the
 * email, displayName and name.formatted with each part of the name. */
bool incoming_field_covers(const struct organization *organization, const char *field, const char *container, const char *member,
                           bool wide);

#endif
