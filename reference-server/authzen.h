/* authzen.h: the access door: OpenID AuthZEN Authorization API 1.0, final. Whoever speaks it can ask who may do what, without
 * knowing this product.
 *
 * Below /organizations/{}: POST /access/v1/evaluation and /evaluations, /access/v1/search/subject, /resource and /action; the
 * metadata is at /.well-known/authzen-configuration/organizations/{} (§ "Obtaining Policy Decision Point Metadata": between host
 * and path), open to everybody. The others take the admin token. Subjects, actions and resources are those of
 * model/decision.h; the context of a decision is {"reason", "role", "state", "via"}.
 *
 * Unknown members are passed over, a required one that is missing is 400; a deny is 200. X-Request-ID comes back as it was sent.
 * One evaluation of several that is malformed is a deny with context.error, as the specification shows.
 */
#ifndef REFERENCE_SERVER_AUTHZEN_H
#define REFERENCE_SERVER_AUTHZEN_H

#include "common/base.h"
#include "common/json.h"

struct exchange;
struct question;

#define AUTHZEN_MAX_EVALUATIONS 1000
#define AUTHZEN_PAGE            100 /* results when the request does not say */
#define AUTHZEN_PAGE_MAX        1000

void authzen_evaluation(struct exchange *x);
void authzen_evaluations(struct exchange *x);
void authzen_search_subject(struct exchange *x);
void authzen_search_resource(struct exchange *x);
void authzen_search_action(struct exchange *x);
void authzen_metadata(struct exchange *x);

/* Of every reply at this door. */
void authzen_request_id(struct exchange *x);

/* An object of the request: its members type and id, or name. */
enum authzen_need { AUTHZEN_TYPE_AND_ID, AUTHZEN_TYPE, AUTHZEN_NAME };
/* request.key, with own.key before it where own (may be NULL) has one. NULL when it is as it must be; else what is the matter, in the arena. *type may
 * be NULL for AUTHZEN_NAME. */
const char *authzen_entity(struct exchange *x, const json *request, const json *own, const char *key, enum authzen_need need,
                           const char **type, const char **id);

#endif
