/* negotiate.h: which media type a reply at the SCIM door has (RFC 7644 §3.8; RFC 9110 §12.5.1).
 *
 * There are two names for one representation: application/scim+json, the default and the winner of a tie, and application/json. The most specific range
 * decides about each; parameters other than q are passed over, a q that cannot be read counts as 1.
 * RFC 7644 is silent about an Accept that names neither. Of the two answers that RFC 9110 §15.5.7 leaves, this server takes 406, before anything is
 * done: a client that could not read the reply would not learn what became of its write.
 */
#ifndef REFERENCE_SERVER_NEGOTIATE_H
#define REFERENCE_SERVER_NEGOTIATE_H

#include "common/base.h"

struct http_headers;

/* One of the two, static; NULL: neither is wanted. */
const char *negotiate_media_type(const struct http_headers *headers);

#endif
