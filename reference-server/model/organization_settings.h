/* organization_settings.h: plan, feature flag, SAML and settings of an organization, as the organization document and the action
 * set-organization write them. */
#ifndef REFERENCE_SERVER_MODEL_ORGANIZATION_SETTINGS_H
#define REFERENCE_SERVER_MODEL_ORGANIZATION_SETTINGS_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/role.h"

struct organization;
struct place;

#define ORGANIZATION_SETTINGS       "plan features saml settings" /* members */
#define ORGANIZATION_SETTINGS_SEATS 1000000

/* These members alone: what is left out stays. All or nothing, noted for the store. */
bool organization_settings_set(struct organization *organization, const json *members, struct model_failure *failure) MUST_USE;
/* The same for a new organization, of whose document they are a part. The break-glass owner is there already. */
bool organization_settings_found(struct organization *organization, const json *document, struct model_failure *failure) MUST_USE;

bool organization_address_valid(const char *text); /* has the form of a mail address */
bool organization_read_org_role(const struct place *at, const json *object, const char *key, enum org_role *out,
                                struct model_failure *failure) MUST_USE;

#endif
