/* clearance.h: classified projects and who may see them (security_integrations: content_classification).
 *
 * A project may have a classification, one of the organization's levels, lowest first (setting `classifications`). With content classification on, who has
 * the access to a project's place still does not get into the project when their clearance, the profile's clearanceLevel, is lower. Without a
 * clearance, or with one that is no level, somebody has the lowest; nobody is excepted, neither the owner of the project nor an admin. Levels are the same
 * without regard to case. A classification that is no level any more keeps out everybody who has not the highest.
 */
#ifndef REFERENCE_SERVER_MODEL_CLEARANCE_H
#define REFERENCE_SERVER_MODEL_CLEARANCE_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"

struct account;
struct organization;
struct place;
struct project;

#define CLEARANCE_MAX_LEVELS 16
#define CLEARANCE_MAX_NAME   64 /* bytes, with the NUL */

struct clearance_levels {
    char names[CLEARANCE_MAX_LEVELS][CLEARANCE_MAX_NAME]; /* lowest first */
    size_t count;
};

extern const struct clearance_levels clearance_levels_preset; /* public, internal, confidential, restricted */

bool clearance_known(const struct clearance_levels *levels, const char *level);
/* May the person see the project, as far as clearance goes? A step of model_steps. */
bool clearance_enough(const struct organization *organization, const struct account *account, const struct project *project);
/* What the person has: the name of a level, never NULL. */
const char *clearance_of(const struct organization *organization, const struct account *account);

/* classification NULL: none any more. Refused when it is no level. */
bool clearance_classify(struct organization *organization, struct project *project, const char *classification,
                        struct model_failure *failure) MUST_USE;
/* The setting "classifications" of a document: two to CLEARANCE_MAX_LEVELS different names; absent leaves *out as it is. */
bool clearance_read_levels(const struct place *at, const json *settings, struct clearance_levels *out,
                           struct model_failure *failure) MUST_USE;
void clearance_write_levels(const struct clearance_levels *levels, json *array);

#endif
