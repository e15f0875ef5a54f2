/* throttle.h: what a provider does with 429, 5xx and no reply at all before it gives a request up: it waits, on virtual time, and sends it again.
 * Internal to the simulator. The axes on-429, wait-minutes, attempts, on-5xx and on-no-reply (dialect.h) say who waits, how long, how often.
 */
#ifndef SIMULATOR_THROTTLE_H
#define SIMULATOR_THROTTLE_H

#include "common/base.h"
#include "simulator/session.h"

#define THROTTLE_WAIT_MAX_MS (31 * DAY_MS) /* who is asked to wait longer gives up */

/* Retry-After as both clients read it: a whole number of seconds (RFC 9110 §10.2.3). False for an HTTP date, nonsense, or none. */
bool throttle_retry_after(const struct http_headers *headers, int64_t *wait_ms);

/* Sends the request again as long as the provider would, and replaces the reply. False: no reply, session->err is set. */
bool throttle_settle(struct session *session, const struct http_request *request, struct http_response *reply);

#endif
