/* exchange.h: one request on its way through the server, and how replies are made.
 *
 * A handler gets a struct exchange with everything the way so far has found out, the lock of its organization held, and fills the reply by one of the
 * functions below. Every one of them ends the exchange: return behind it.
 */
#ifndef REFERENCE_SERVER_EXCHANGE_H
#define REFERENCE_SERVER_EXCHANGE_H

#include "common/base.h"
#include "common/http.h"
#include "common/json.h"

struct arena;
struct scim_error;
struct server;
struct tenant;

#define SCIM_MEDIA_TYPE "application/scim+json"
#define EXCHANGE_PARAMETERS 4

enum door { DOOR_SCIM, DOOR_APP, DOOR_ADMIN, DOOR_NONE };

struct exchange {
    struct server *server;
    struct arena *arena;
    const struct http_request *request;
    struct http_response *response;
    struct http_target target;
    const struct route *route;
    const char *parameters[EXCHANGE_PARAMETERS]; /* what the `{}` of the route's pattern stand for, in order */
    struct tenant *tenant;    /* locked; NULL for admin routes that name none */
    json *body;               /* NULL: none was sent. In the arena, a handler may change it */
    const char *person;       /* app door: id of the account that asks */
    const char *session;      /* app door: the session, NULL with an API key */
    const char *event;        /* defects: what the lifecycle function was told last (defects.h) */
};

void reply_json(struct exchange *x, int status, const json *body); /* application/scim+json at the SCIM door, else application/json */
void reply_empty(struct exchange *x, int status);
void reply_header(struct exchange *x, const char *name, const char *value);
void reply_scim_error(struct exchange *x, const struct scim_error *err);
void reply_refusal(struct exchange *x, int status, const char *scim_type, const char *format, ...) PRINTF_LIKE(4, 5);
/* At the app and admin doors: {"error": code, "message": …, "remedy": …}. */
void reply_problem(struct exchange *x, int status, const char *code, const char *remedy, const char *format, ...) PRINTF_LIKE(5, 6);
/* The same wrong thing in the words of the exchange's door. */
void reply_wrong(struct exchange *x, int status, const char *code, const char *remedy, const char *format, ...) PRINTF_LIKE(5, 6);

/* The body as an object; false: the reply (400) is made. */
bool exchange_object(struct exchange *x, const json **out) MUST_USE;

#endif
