/* formats.h: values whose form RFC 7643 says (§2.3.7, §4.1.1, §4.1.2), for the result of every POST, PUT and PATCH.
 *
 * Always made canonical, as the server should: the domain of an email address in lower case; a `tel:` URI's scheme in lower case and its blanks
 * as `-`; the address of an instant messenger without white space and in lower case. Other telephone numbers stay as they were sent.
 * Refused with 400 invalidValue when the rewrite loose-formats is off, since providers send what their directories hold: a reference that is
 * no URI, a country that is none of ISO 3166-1, a preferredLanguage, locale or time zone that can't be one, an X.509 value that is no DER
 * sequence or has something behind it.
 * An underscore in a locale is taken (§4.1.1 lets us).
 */
#ifndef REFERENCE_SERVER_SCIM_FORMATS_H
#define REFERENCE_SERVER_SCIM_FORMATS_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/scim/compat.h"

struct arena;
struct scim_error;
struct scim_resource_type;

/* Changes the result in place; a refusal leaves it half done, for the caller to drop. */
bool scim_formats_apply(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type, json *result,
                        struct scim_error *err) MUST_USE;

#endif
