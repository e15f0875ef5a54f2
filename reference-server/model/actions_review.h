/* actions_review.h: the admin's actions on access reviews; rows of the table in actions.c, for that file alone. */
#ifndef REFERENCE_SERVER_MODEL_ACTIONS_REVIEW_H
#define REFERENCE_SERVER_MODEL_ACTIONS_REVIEW_H

#include "reference-server/model/actions_credential.h"

bool actions_review_open(const struct call *call);
bool actions_review_decide(const struct call *call);
bool actions_review_close(const struct call *call);

#endif
