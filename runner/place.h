/* place.h: where one case is played: its view of the target, and everything that is sent there.
 *
 * On a target with an admin door a place is an organization of its own, made by place_open and removed by place_close. On any
 * other server it is the one SCIM base, where names carry a prefix; what the case created there is deleted by place_close.
 *
 * Every exchange is kept twice: redacted for reports (struct exchange), and as it was for the judge (struct sent), until the
 * place's arena goes.
 */
#ifndef RUNNER_PLACE_H
#define RUNNER_PLACE_H

#include "common/base.h"
#include "common/error.h"
#include "common/http.h"
#include "common/json.h"
#include "reports/result.h"
#include "runner/connections.h"
#include "runner/credentials.h"

struct arena;
struct http_client;
struct redactor;
struct target;

#define PLACE_PARALLEL      CONNECTIONS_PARALLEL /* requests in the air at a time */
#define PLACE_MAX_EXCHANGES 20000

/* One exchange as it was. */
struct sent {
    enum exchange_side side;
    const char *base;
    const struct http_request *request;
    struct http_response response; /* status 0: no reply */
    struct error err;              /* why not */
    uint64_t duration_us;
    const char *suites; /* that the client offers, see http_client_offer */
    unsigned idle_ms;   /* without a byte; 0: CONNECTIONS_IDLE_MS */
    bool timed_out;
    bool fault;       /* answered in the server's stead */
    const json *body; /* see sent_body */
    bool parsed;
};

struct place {
    struct arena *arena;
    const struct target *target;
    struct redactor *redactor;       /* of the case */
    struct connections *connections; /* the worker's */
    struct http_client *client;      /* of the case's own thread */
    unsigned idle_ms;                /* of the provider's requests, axis timeout-seconds; 0: CONNECTIONS_IDLE_MS */

    const char *organization; /* its id; NULL: a server without an admin door */
    const char *scim_base;
    const char *token;              /* SCIM token, which changes with rotate-token; NULL: a server without one */
    int form;                       /* how the provider shows who it is: a value of AXIS_AUTHORIZATION */
    struct credentials credentials; /* for that: made for the case, or the target's */
    struct access_token access;     /* client credentials: the last one */
    const char *app_base;           /* NULL likewise */
    const char *prefix;             /* of names on shared servers; NULL on an organization of our own */

    size_t step; /* that exchanges belong to */
    struct exchange *exchanges;
    struct sent *sent; /* as many */
    size_t count, capacity;
    size_t requests;
    const char *suites; /* that the provider's client offers (dialect_tls_suites); everybody else takes the library's */

    const char **created; /* "/Users/2819…" to be deleted on shared servers */
    size_t created_count;
    const char *leftovers; /* what could not be deleted, for people; NULL */
};

/* organization: the document for POST /admin/organizations without id and scimToken, which are added here. name: unique for
 * the case, of [a-z0-9-]; it becomes the id of the organization, or the prefix of names. ERROR_UNREACHABLE and
 * ERROR_CREDENTIALS end the run; ERROR_INVALID: the set-up was refused. */
bool place_open(struct arena *arena, const struct target *target, const json *organization, const char *name,
                struct connections *connections, struct place *out, struct error *err) MUST_USE;
void place_close(struct place *place); /* also after place_open has failed */

/* From now on the provider shows who it is in this form (AXIS_AUTHORIZATION); without it, and for a server with one way only, in the first
 * that there is. On an organization of our own what the form takes is made by the admin door: a pair, a client; and `raw` is the token
 * with its scheme before it. ERROR_CREDENTIALS ends the run: the token endpoint refuses. */
bool place_authorize(struct place *place, int form, struct error *err) MUST_USE;
/* What the simulator is given for it; an access token is fetched anew when it has ended. One that can't be had is left to the server to
 * refuse. Only from the case's thread. */
const char *place_credential(struct place *place);
/* The next event begins: after a 401 an access token is fetched anew. As place_credential. */
const char *place_credential_again(struct place *place);
/* The Authorization header of requests that are not the provider's: the SCIM token, where there is one. Fetches nothing. */
const char *place_authorization(const struct place *place, struct arena *arena);

/* Sends one request and records it. False: no reply. *at (may be NULL) becomes its index in exchanges. */
bool place_send(struct place *place, enum exchange_side side, const char *base, const struct http_request *request,
                struct http_response *reply, size_t *at, struct error *err) MUST_USE;
/* Several requests to the SCIM base at the same time, recorded in order. */
bool place_send_parallel(struct place *place, const struct http_request *requests, size_t count, struct http_response *replies,
                         struct error *err) MUST_USE;
/* True when the SCIM base or the admin door still answers: a lost reply is then the server's fault and not the end of the run. */
bool place_alive(struct place *place);
bool place_stopped(const struct place *place); /* we were told to stop */

/* For threads of their own: sending without recording, then recording in the case's thread. The body of `sent` lives in
 * `arena`. */
void sent_exchange(struct http_client *client, struct arena *arena, struct sent *sent);
size_t place_record(struct place *place, const struct sent *sent);   /* index in exchanges */
struct http_client *place_client(struct place *place, size_t which); /* which < PLACE_PARALLEL; only from the case's thread */

/* The reply's body as JSON, parsed once; NULL when it is none. */
const json *sent_body(struct arena *arena, struct sent *sent);

/* The admin and app doors, and reads by the judge. path is relative to the organization: "/access". */
struct reply {
    int status;
    const json *body; /* NULL: none, or not JSON */
    size_t exchange;
};
bool place_admin(struct place *place, const char *method, const char *path, const json *body, struct reply *reply,
                 struct error *err) MUST_USE;
/* The token endpoint: client credentials as Entra sends them, id and secret by HTTP Basic (RFC 6749 §4.4). scope NULL: none asked for. */
const char *place_token_endpoint(struct place *place); /* of an organization of our own */
bool place_token(struct place *place, const char *client, const char *secret, const char *scope, struct reply *reply,
                 struct error *err) MUST_USE;
/* credential NULL: none. side SIDE_ADMIN for steps, SIDE_OBSERVER for probes. */
bool place_app(struct place *place, enum exchange_side side, const char *method, const char *path, const char *credential,
               const json *body, struct reply *reply, struct error *err) MUST_USE;
bool place_read(struct place *place, const char *target, struct reply *reply,
                struct error *err) MUST_USE; /* GET on the SCIM base */

#endif
