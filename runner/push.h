/* push.h: events pushed by hand: a simulated provider whose memory comes from earlier calls, or from a look at the server.
 *
 * On the bundled server and on one with an admin door a push has an organization of its own, which goes when the push ends; there
 * earlier calls of a state are sent anew. On any other server they are not (push_state.h), and nothing is cleaned up: what was
 * provisioned stays.
 *
 * An event about somebody of whom nothing is remembered begins with recall.h, but for those that begin with a lookup of their
 * own (assign, push-group): so `deactivate` works on people whom another client has provisioned.
 *
 * In a dry run the reads of the provider are sent and its writes are not: foresight.h answers them, and what follows is played on
 * that (push_dry.c). Earlier calls of a state are played as ever, so on a server with an admin door this is for the bundled one.
 */
#ifndef RUNNER_PUSH_H
#define RUNNER_PUSH_H

#include "common/base.h"
#include "common/json.h"
#include "common/rng.h"
#include "runner/connections.h"
#include "runner/foresight.h"
#include "runner/place.h"
#include "simulator/simulator.h"

struct arena;
struct buffer;
struct dialect;
struct error;
struct target;

struct push_options {
    const struct dialect *dialect;
    const struct target *target;
    const json *organization; /* of an organization of its own; NULL: an empty one */
    const json *domains;      /* likewise: array of the domains of its people */
    uint64_t seed;
    const char *password; /* of sync-password (push_secret.h); NULL: none */
    bool headers;         /* show those of requests and replies too */
    bool curl;            /* show how to repeat each request */
    bool dry_run;         /* send no writes */
    const volatile int *stop;
};

struct push {
    struct arena *arena;
    struct push_options options;
    struct rng rng;
    struct connections connections;
    struct place place;
    struct simulator simulator;
    const json *replies; /* of an earlier call that is not sent anew: the next one; else NULL */
    bool replaying;
    const char *looking;        /* why something is looked up that no event asks for: "as nothing is remembered"; NULL */
    json *record;               /* array: the replies of this call */
    struct buffer *out;         /* what people read; NULL: an earlier call */
    bool found;                 /* a finding: a refusal, a complaint, a broken requirement */
    bool denied;                /* 401 or 403 */
    bool unreadable;            /* an answer that can't be read has ended it: a finding, too */
    struct foresight foresight; /* dry run */
    size_t read, unsent;        /* likewise: requests */
};

/* push is used in place from here on; push_close also after a failure. */
bool push_open(struct push *push, struct arena *arena, const struct push_options *options, struct error *err) MUST_USE;
void push_close(struct push *push);

/* An earlier call. */
bool push_replay(struct push *push, const json *call, struct error *err) MUST_USE;
/* One event of a call, told in out. The first needs the call's people and groups, see push_meet. */
bool push_event(struct push *push, const json *call, const json *event, struct buffer *out, struct error *err) MUST_USE;
bool push_meet(struct push *push, const json *call, struct error *err) MUST_USE;
/* The access document as a table; nothing when the server shows none. */
bool push_access(struct push *push, struct buffer *out, struct error *err) MUST_USE;

/* Sends and tells one request; the other: in a dry run (push_dry.c). False: no reply. */
bool push_send(struct push *push, const struct http_request *request, struct http_response *reply, struct error *err) MUST_USE;
bool push_send_dry(struct push *push, const struct http_request *request, struct http_response *reply,
                   struct error *err) MUST_USE;

/* --- as text (push_text.c) --- */
void push_tell_exchange(const struct push *push, const struct exchange *exchange, struct buffer *out);
void push_tell_unsent(const struct push *push, const struct exchange *exchange, struct buffer *out);
void push_tell_overlaid(const struct push *push, const struct http_request *request, const struct http_response *reply,
                        struct buffer *out);
void push_tell_dry_run(const struct push *push, struct buffer *out); /* the last line */
void push_tell_outcome(const struct push *push, const struct event *event, const struct event_outcome *outcome,
                       struct buffer *out);
void push_tell_access(struct arena *arena, const json *document, struct buffer *out);
/* What a reply means to the provider: "nobody matches"; "" when the status says it all. */
const char *push_meaning(const char *method, const char *target, int status, const json *body);

#endif
