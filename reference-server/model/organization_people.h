/* organization_people.h: what an organization document says of people and groups beyond accounts by hand: what the provider has
 * pushed, who is a member of what. For organization_document.c. */
#ifndef REFERENCE_SERVER_MODEL_ORGANIZATION_PEOPLE_H
#define REFERENCE_SERVER_MODEL_ORGANIZATION_PEOPLE_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/organization.h"

struct account;
struct account_person;
struct place;
struct resource;

#define MEMBERS_PUSHED "id managed login scim joined edits" /* of an account's entry, beyond those for everybody */

/* A new account: person, with the SCIM resource of its own that the entry may have (the server has checked it:
 * organization_file.h), its id and login. Whoever has a resource is managed unless the entry says otherwise. */
bool organization_people_add(struct organization *organization, const struct place *at, const json *entry,
                             const struct account_person *person, struct account **out, struct model_failure *failure) MUST_USE;
/* The same for an account that is there. */
bool organization_people_describe(struct organization *organization, const struct place *at, const json *entry,
                                  struct account *account, struct model_failure *failure) MUST_USE;
/* A generator that gives this id (NULL: as random does) for as long as the text is there. */
struct model_random organization_people_random(struct model_random random, const char *id);
/* "groups" of the document: all of them first, then who is in them. */
bool organization_people_groups(struct organization *organization, const json *document, struct model_failure *failure) MUST_USE;
/* "edits" of every account: fields of the profile that somebody has changed in the product. When all else is there. */
bool organization_people_edited(struct organization *organization, const json *document, struct model_failure *failure) MUST_USE;
/* "joined" of every account. */
bool organization_people_joined(struct organization *organization, const json *document, struct model_failure *failure) MUST_USE;

#endif
