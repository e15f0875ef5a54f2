/* job_settings.h: what an administrator sets on the provisioning page of an Entra application, as the step set-job and its reader.
 *
 *     { "scope": "all", "match-attribute": "externalId", "match-attribute-2": "userName", "deletion-threshold": 2,
 *       "scoping-filters": { "users": [ [ { "attribute": "department", "operator": "EQUALS", "value": "Sales" } ] ] } }
 *
 * Members are axes of the dialect (dialect.h) that belong to the job and not to the client, values as `scimulator show` prints
 * them, scoping-filters (scoping.h; null takes them away) and attribute-mappings (entra_mapping.h; null brings the default ones
 * back). A change of the scope or of a mapping is followed by an initial cycle (Microsoft's how-provisioning-works); the threshold
 * and the boxes of actions are not. Two of the ways to send app roles can't stand together with all users being in scope (Microsoft's page on mappings).
 */
#ifndef SIMULATOR_JOB_SETTINGS_H
#define SIMULATOR_JOB_SETTINGS_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct dialect;
struct error;
struct scoping;

struct job_settings {
    const struct dialect *dialect;
    const struct scoping *scope; /* NULL: no filters */
    bool anew;                   /* an initial cycle follows */
    const json *at;              /* where the mistake is, when that is known; NULL */
};

/* Changes *settings, or on a mistake (ERROR_INVALID, ERROR_USAGE, ERROR_LIMIT) nothing. */
bool job_settings_change(struct arena *arena, const json *changes, struct job_settings *settings, struct error *err) MUST_USE;

#endif
