/* profile_edit.h: fields of the profile that somebody changes in the product, beside the provider, and the profile as a
 * document.
 *
 * An edited field has the edited value, in the product's words; where SCIM has an attribute for the field that attribute changes
 * too, so that a SCIM read shows it. The account remembers which fields were edited, and, under local_wins, what the provider
 * has said otherwise since; incoming.h decides which of the two counts when the provider writes.
 *
 * email and name are no fields to edit: the address is who somebody is to the provider, and the name is made of its parts.
 * People edit of their own profile what no access rests on: firstName, lastName, phone, address. */
#ifndef REFERENCE_SERVER_MODEL_PROFILE_EDIT_H
#define REFERENCE_SERVER_MODEL_PROFILE_EDIT_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"

struct account;
struct arena;
struct organization;
struct place;

#define PROFILE_MAX_TEXT 1024 /* bytes of an edited value */

/* fields: {"title": "Chief", "location": null}; null gives the field back to the provider, whose next push counts again. The
 * manager is named by id or address. own: the person does it. All or nothing; the place of the object is `at`. */
bool profile_edit(struct organization *organization, struct account *account, const struct place *at, const json *fields,
                  bool own, struct model_failure *failure) MUST_USE;

/* {"user", "profile": {"title": "Chief", "location": ["Oslo", "Bergen"]}, "edited": {"title": {"value", "provider"}}, "pending":
 * {"due"}}; the last two only where there are such. */
json *profile_document(struct arena *arena, const struct organization *organization, const struct account *account);

#endif
