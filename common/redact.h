/* redact.h: secrets never leave the place where they are born.
 *
 * Everything that will be kept or shown (exchanges, log lines, messages) passes redact_* at the moment it is made. What is hidden: registered values
 * wherever they occur, the credentials of Authorization, Proxy-Authorization, Cookie and Set-Cookie headers (scheme kept: "Bearer ***"), and the JSON members
 * password, token, access_token, refresh_token, client_secret, session, apiKey, key, secret, invite, scimToken at any depth, in any
 * case, when their value is a string or a list of strings; the value of a PATCH operation whose path ends in such a name; and parameters of such a name in a
 * query or a form. All other bytes stay as they were, also those of a body that is not quite JSON. A registered value is also found in its percent-encoded
 * and JSON-escaped forms.
 * Thread-safe: registration takes a lock.
 */
#ifndef COMMON_REDACT_H
#define COMMON_REDACT_H

#include "common/base.h"

struct arena;
struct http_request;
struct http_response;

#define REDACTED "***"

struct redactor;

struct redactor *redactor_new(void);
void redactor_free(struct redactor *redactor);
void redactor_add(struct redactor *redactor, const char *secret); /* shorter than 6 bytes: ignored */
const char *redact_text(struct redactor *redactor, struct arena *arena, const char *text);
struct http_request *redact_request(struct redactor *redactor, struct arena *arena, const struct http_request *request);
struct http_response *redact_response(struct redactor *redactor, struct arena *arena, const struct http_response *response);

#endif
