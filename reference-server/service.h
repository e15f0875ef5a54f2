/* service.h: what the SCIM handlers have in common: finding the resource, conditions, projections, and the way of a write. */
#ifndef REFERENCE_SERVER_SERVICE_H
#define REFERENCE_SERVER_SERVICE_H

#include "common/base.h"
#include "common/json.h"

#include "reference-server/view.h"

struct change;
struct exchange;
struct scim_patch;
struct scim_projection;

/* In all of these false means: the reply is made. */

/* The resource that the path names (404), when the request's If-Match and If-None-Match allow it (412, 304; RFC 7644 §3.14). */
bool service_subject(struct exchange *x, struct subject *out) MUST_USE;
/* `attributes` and `excludedAttributes` of the query. *asked: there are any. */
bool service_projection(struct exchange *x, const struct scim_projection **out, bool *asked) MUST_USE;

/* The body as a new resource (POST), as a replacement (PUT), or as a patch applied to change->current; into change->result. */
bool service_read_create(struct exchange *x, struct change *change) MUST_USE;
bool service_read_replace(struct exchange *x, struct change *change) MUST_USE;
bool service_read_patch(struct exchange *x, struct change *change) MUST_USE;
/* The last one in two steps, for who wants to see the operations before it brings up change->current. */
bool service_read_operations(struct exchange *x, struct change *change, struct scim_patch *out) MUST_USE;
bool service_apply_operations(struct exchange *x, struct change *change, const struct scim_patch *patch) MUST_USE;

/* 200 or 201 with the resource, ETag, Content-Location and (201) Location. */
void service_reply(struct exchange *x, int status, struct subject subject, const struct scim_projection *projection);

#endif
