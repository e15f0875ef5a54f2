/* transcript.h: a request as canonical text, for golden transcripts and for people.
 *
 *     PATCH /Users/2819c223 HTTP/1.1
 *     Accept: application/scim+json
 *
 *     {"schemas":[...]}
 *
 * Method and raw target, headers in wire order, an empty line, the body as it is. Lines end with \n; without a body the text
 * ends after the empty line.
 */
#ifndef SIMULATOR_TRANSCRIPT_H
#define SIMULATOR_TRANSCRIPT_H

#include "common/base.h"

struct buffer;
struct http_request;

void transcript_request(struct buffer *out, const struct http_request *request);

#endif
