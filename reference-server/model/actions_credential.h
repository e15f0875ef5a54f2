/* actions_credential.h: the admin's actions on what opens the SCIM door; rows of the table in actions.c, for that file alone. */
#ifndef REFERENCE_SERVER_MODEL_ACTIONS_CREDENTIAL_H
#define REFERENCE_SERVER_MODEL_ACTIONS_CREDENTIAL_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/organization.h"

/* What an action works on. */
struct call {
    struct organization *organization;
    const json *request;
    json *result;
    struct model_failure *failure;
};

bool actions_credential_create(const struct call *call);
bool actions_credential_rotate(const struct call *call);
bool actions_credential_revoke(const struct call *call);
bool actions_credential_create_client(const struct call *call);
bool actions_credential_rotate_client_secret(const struct call *call);
bool actions_credential_delete_client(const struct call *call);
bool actions_credential_set_basic(const struct call *call);
bool actions_credential_remove_basic(const struct call *call);
bool actions_credential_add_certificate(const struct call *call);
bool actions_credential_remove_certificate(const struct call *call);

#endif
