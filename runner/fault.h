/* fault.h: what may happen to a request between the provider and the server. The step "fault" arms some, `run --fault` one for the whole run.
 *
 * One table says what there is: its word, and the operands that it takes beside those of all (kind, method, target, skip, times, for); how each
 * is played is a row in play_fault.c. Faults are played on virtual time; nothing but what `delay`, a time-out or a back-off takes passes.
 */
#ifndef RUNNER_FAULT_H
#define RUNNER_FAULT_H

#include "common/base.h"
#include "common/http.h"
#include "common/json.h"

struct arena;
struct error;

#define FAULTS_MAX      8 /* armed at a time */
#define FAULT_SKIP_MAX  100000
#define FAULT_BYTES_MAX 1000000

/* enum, word, operands ("*": must be there), in words */
#define FAULT_KINDS(X)                                                                                                           \
    X(FAULT_ANSWER, "answer", "status* headers body", "answered in the server's stead")                                          \
    X(FAULT_MASK, "mask", "status* headers body", "done by the server, and the client is told something else")                   \
    X(FAULT_LOSE_REQUEST, "lose-request", "sees", "never arrives; the client waits for its time-out, or has no connection")      \
    X(FAULT_LATE, "late", "", "arrives when the client has given up, behind the requests of the next event")                     \
    X(FAULT_LOSE_REPLY, "lose-reply", "sees", "done by the server; the client waits for its time-out, or is cut off")            \
    X(FAULT_DUPLICATE, "duplicate", "sees", "arrives twice; the client sees the first reply, or the second")                     \
    X(FAULT_REORDER, "reorder", "", "requests that are under way at once arrive in the other order")                             \
    X(FAULT_DELAY, "delay", "by*", "the reply comes late; later than the time-out, it is lost")                                  \
    X(FAULT_CUT, "cut", "bytes", "the connection breaks within the body of the reply")                                           \
    X(FAULT_TRUNCATE, "truncate", "bytes", "the body of the reply ends early, and nothing says so")                              \
    X(FAULT_END_TOKEN, "end-token", "", "the provider's token ends before the request arrives (needs an admin door)")

enum fault_kind {
#define X(code, ...) code,
    FAULT_KINDS(X)
#undef X
        FAULT_KIND_COUNT
};

struct fault_row {
    const char *word, *operands, *says;
};
extern const struct fault_row fault_rows[FAULT_KIND_COUNT];
bool fault_kind_find(const char *word, enum fault_kind *out);
/* Operands of the kind "sees", the default first; NULL-terminated. */
const char *const *fault_sees(enum fault_kind kind);

struct fault {
    enum fault_kind kind;
    const char *method, *target; /* target: a pattern, "/Groups*"; NULL: any */
    int64_t skip;                /* so many that fit pass by first */
    int64_t times;               /* still to be met; no matter when until_ms is set */
    int64_t until_ms;            /* by the provider's clock; 0: counted in times */
    bool otherwise;              /* `sees` says the second of the two */
    int64_t by_ms;               /* delay */
    int64_t bytes;               /* of the body that arrive; -1: half of it */
    struct http_response reply;  /* answer, mask */
};

/* Reads the operand of a step that has been checked (scenario_fault.c). now_ms: the provider's clock. The texts of the operand must live as
 * long as the fault. */
void fault_read(struct arena *arena, const json *operand, int64_t now_ms, struct fault *out);

/* True when the fault meets this request; counts it. */
bool fault_meets(struct fault *fault, const struct http_request *request, int64_t now_ms);

/* A request that is held (late.h). */
struct late {
    const struct http_request *request;
    size_t event; /* whose it is */
    size_t after; /* exchanges of the case from here on are newer */
};

/* Those of a case, and what they have done so far. */
struct faults {
    struct fault items[FAULTS_MAX];
    size_t count;
    size_t blind;        /* requests whose reply was not the server's own, or was caused by the fault: no refusal by the server */
    size_t unknown;      /* the server has acted on them, and the client does not know */
    bool storm;          /* the fault of the whole run may come */
    int64_t until_storm; /* requests that pass by before it does */
    struct late *late;
    size_t late_count, events; /* events so far */
    const char **overtaken;    /* paths of resources that a late request has written */
    size_t overtaken_count;
};

/* `run --fault KIND` or `KIND=N`: every Nth request of the provider meets it (default 5). Kinds that need operands have none here but `answer`
 * and `mask`, which say 503, and `delay`, which takes 30 s. ERROR_USAGE names what there is. */
struct fault_storm {
    struct fault fault;
    int64_t every;
};
#define FAULT_STORM_EVERY 5
bool fault_storm_read(const char *text, struct fault_storm *out, struct error *err) MUST_USE;

#endif
