/* wire_request.h: requests as they stand on the wire: targets with their encoding, headers in their order, compact bodies.
 *
 * Okta, from its header dumps: Accept, Accept-Charset, Content-Type, User-Agent, Authorization, Connection, Accept-Encoding;
 * queries escape a blank as %20 and page with startIndex and count. Entra, from access logs: no User-Agent, ADSCIMVersion, a
 * blank is `+`, no paging; the order of its headers is in no capture.
 */
#ifndef SIMULATOR_WIRE_REQUEST_H
#define SIMULATOR_WIRE_REQUEST_H

#include "common/base.h"
#include "common/http.h"
#include "common/json.h"

struct simulator;

/* body NULL: none. */
struct http_request wire_request(const struct simulator *simulator, const char *method, const char *target, const json *body);

const char *wire_user_lookup(const struct simulator *simulator, const char *value); /* value of the matching attribute */
const char *wire_user_lookup_by(const struct simulator *simulator, const char *attribute, const char *value); /* of a name */
const char *wire_group_lookup(const struct simulator *simulator, const char *name);
const char *wire_group_item(const struct simulator *simulator, const char *id); /* Entra: without its members */
/* Entra: does the resource refer to that one? "/Groups", "9", "members", "2819...": Microsoft's tutorial prints it for managers. */
const char *wire_reference_check(const struct simulator *simulator, const char *endpoint, const char *id, const char *attribute,
                                 const char *value);
const char *wire_item(const struct simulator *simulator, const char *endpoint,
                      const char *id); /* "/Users", id: "/Users/2819..." */

#endif
