/* profile.h: what the product knows of a person, field by field (policy_attributes.h names the fields).
 *
 * A field has the value that SCIM shows for it, in the product's words: what the provider wrote, at the place that the standard mapping or a custom mapping
 * names, through the transformation of that field. Nothing of it is stored but the resource itself and what was edited locally, so that the effective
 * profile is always a function of what SCIM reads show and of the policies, and a changed policy counts at once.
 *
 * Standard mappings: userName is the email (where it is no mail address, the primary one of emails), name.givenName firstName, and so on, directly;
 * manager is looked up: its value is the id or, as Okta writes it, the userName of an account, and the field has the userName of whom it finds.
 * Of a list the primary element counts, else the first.
 */
#ifndef REFERENCE_SERVER_MODEL_PROFILE_H
#define REFERENCE_SERVER_MODEL_PROFILE_H

#include "common/base.h"
#include "common/json.h"

struct account;
struct organization;

#define PROFILE_MAX_VALUES 100 /* of one field that count; the rest is stored and shown, and matches nothing */

/* The effective value; of a field that has several, the first. NULL: none, or there is no such field. Lives until account or policies change. */
const char *account_field(const struct organization *organization, const struct account *account, const char *field);
/* All of them, at most PROFILE_MAX_VALUES, into out; returns how many. */
size_t account_field_values(const struct organization *organization, const struct account *account, const char *field,
                            const char *out[PROFILE_MAX_VALUES]);
/* One of its values is this one, without regard to letter case. */
bool account_field_is(const struct organization *organization, const struct account *account, const char *field,
                      const char *value);

/* The text at a path of policy_attributes.h in a User: "name.givenName", "urn:…:User:department", "emails" (the primary one); NULL: none. */
const char *profile_text_at(const json *resource, const char *path);

#endif
