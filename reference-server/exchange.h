/* exchange.h: one request on its way through the server, and how replies are made.
 *
 * A handler gets a struct exchange with everything the way so far has found out, the lock of its organization held, and fills the reply by one of the
 * functions below.
 */
#ifndef REFERENCE_SERVER_EXCHANGE_H
#define REFERENCE_SERVER_EXCHANGE_H

#include "common/base.h"
#include "common/http.h"
#include "common/json.h"

#include "reference-server/model/lifecycle.h"
#include "reference-server/scim/compat.h"

struct account;
struct arena;
struct model_failure;
struct organization;
struct route;
struct scim_error;
struct server;
struct tenant;

#define SCIM_MEDIA_TYPE     "application/scim+json"
#define EXCHANGE_PARAMETERS 2

enum door { DOOR_NONE, DOOR_SCIM, DOOR_APP, DOOR_ADMIN, DOOR_OAUTH, DOOR_ACCESS, DOOR_WEB };

struct exchange {
    struct server *server;
    struct arena *arena;
    const struct http_request *request;
    struct http_response *response;
    enum door door;
    const char *media_type; /* of a reply at the SCIM door (negotiate.h); NULL: the client wants none that there is */
    struct http_target target;
    const struct route *route;
    const char *parameters[EXCHANGE_PARAMETERS]; /* what the `{}` of the route's pattern stand for, in order: organization, id */
    struct tenant *tenant;                       /* locked; NULL where the path names no organization */
    struct organization *organization;           /* the tenant's */
    json *body;                                  /* NULL: none was sent */
    struct scim_compat compat;
    struct account *person;    /* app door: who asks; NULL where nobody needs to say */
    enum entry entry;          /* how their session began, or that it is an API key */
    const char *person_entry;  /* "session" or "apiKey" */
    const char *actor;         /* name of the credential at the SCIM and OAuth doors, for the trail */
    const char *target_name;   /* of what the request is about, as it was before; NULL: not known */
    const char *trail_request; /* what the request is called there; NULL: not known yet */
    json *settings;            /* for the trail: what the organization had decided before */
    /* The body of the reply, written out at the end, before the lock is given up: it may share what is stored; NULL: none. */
    json *reply;
    const char *text; /* likewise, where it is no JSON */
    json *stale;      /* for defects */
    size_t seats;     /* for defects */
};

void reply_json(struct exchange *x, int status, json *body); /* what was negotiated at the SCIM door, else application/json */
void reply_text(struct exchange *x, const char *media_type, const char *text); /* 200; text lives in the arena */
void reply_empty(struct exchange *x, int status);
void reply_header(struct exchange *x, const char *name, const char *value);
void reply_scim_error(struct exchange *x, const struct scim_error *err);
/* A SCIM error. */
void reply_refusal(struct exchange *x, int status, const char *scim_type, const char *format, ...) PRINTF_LIKE(4, 5);
/* What the model refuses, in the words of the exchange's door. */
void reply_failure(struct exchange *x, const struct model_failure *failure);
/* Something wrong with the request, in the words of the exchange's door. remedy may be NULL. */
void reply_wrong(struct exchange *x, int status, const char *code, const char *remedy, const char *format, ...) PRINTF_LIKE(5, 6);
/* Writes x->reply into the response. */
void reply_finish(struct exchange *x);

/* The body as an object; false: the reply (400) is made. */
bool exchange_object(struct exchange *x, json **out) MUST_USE;

#endif
