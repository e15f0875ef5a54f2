/* patch.h: PATCH (RFC 7644 §3.5.2), applied to a copy: all operations or none.
 *
 * Readings where the RFC leaves room (A numbers: READINGS.md):
 *  - replace through a value filter without match: 400 noTarget (A01); add likewise (A02); remove: nothing happens (A03). What the rewrites of
 *    compat.h make of such an operation comes first.
 *  - add and replace of a complex single attribute merge the named sub-attributes (A05); of an element through a filter too (A05, A06: all matches).
 *  - add to a multi-valued attribute appends what is not there yet: elements are the same when their `value` (and `type`, where there is one) is,
 *    and then the new sub-attributes are merged in; elements without `value` when they are equal.
 *  - an element that becomes primary takes the flag from the others; an add without primary leaves it where it is (A40).
 *  - replace of a multi-valued attribute replaces all; null or [] clears; removing members through replace is no change of an immutable value (A10, A13).
 *  - a path to a sub-attribute of a multi-valued attribute without filter changes all elements (A41); with no element there is noTarget.
 *  - readOnly: 400 mutability, unless the value is the one there is (A12). immutable: may be set once; later only the same value. A required attribute
 *    that has a value cannot be removed: 400 mutability (A11).
 *  - when a sub-attribute was removed and nothing is left but labels (type, primary, $ref, readOnly ones), the element or complex attribute goes too.
 *  - a new `value` in a single complex attribute takes away what described the old one: $ref and the readOnly sub-attributes of manager.
 *  - a member of a path-less value that the type doesn't have is passed over, as in POST (A38); a path the type doesn't have is 400 invalidPath.
 *  - operations that would look at more values of the resource than a server can bear are refused: 413 (patch_lists.h).
 *  - `schemas` is kept in step with the extensions that have values.
 */
#ifndef REFERENCE_SERVER_SCIM_PATCH_H
#define REFERENCE_SERVER_SCIM_PATCH_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/scim/compat.h"

struct arena;
struct scim_resource_type;

/* resource: the whole stored resource, writeOnly attributes included; it is not changed. out: the result, root in the arena, valid by scim_check_*;
 * changed: false when it equals resource (then meta.lastModified stays, A45). */
bool scim_patch_apply(struct arena *arena, const struct scim_resource_type *type, struct scim_compat compat, const json *resource,
                      const struct scim_patch *patch, json **out, bool *changed, struct scim_error *err) MUST_USE;

#endif
