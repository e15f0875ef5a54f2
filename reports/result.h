/* result.h: the result of a run, as data.
 *
 * The runner fills this tree; every report is one writer over it (report.h); none decides anything. A result owns all it shows
 * (it lives in the run's arena; a case is filled by one worker in the case's arena and handed over whole) and points back to nothing. Everything in it has been
 * redacted where it was born.
 *
 * Three classes of findings are never mixed: protocol (breaks an RFC requirement), dialect (right by the RFC, breaks with Okta or Entra), access (breaks an
 * invariant, or the policy that the target declares).
 */
#ifndef REPORTS_RESULT_H
#define REPORTS_RESULT_H

#include "common/base.h"

struct arena;
struct buffer;
struct http_request;
struct http_response;

/* enum, name in reports (JSON contract), word for people */
#define OUTCOMES(X)                                                                                                              \
    X(OUTCOME_PASSED, "passed", "passed")                                                                                        \
    X(OUTCOME_FAILED, "failed", "FAILED")                                                                                        \
    X(OUTCOME_WARNING, "warning", "warning")                                                                                     \
    X(OUTCOME_SKIPPED, "skipped", "skipped")                                                                                     \
    X(OUTCOME_NOT_OBSERVABLE, "notObservable", "not observable") /* some check had nothing to look at; none failed */            \
    X(OUTCOME_ERROR, "error", "ERROR")                           /* the tool's own */

enum outcome {
#define X(code, name, word) code,
    OUTCOMES(X)
#undef X
        OUTCOME_COUNT
};

#define FINDING_CLASSES(X)                                                                                                       \
    X(FINDING_PROTOCOL, "protocol")                                                                                              \
    X(FINDING_DIALECT, "dialect")                                                                                                \
    X(FINDING_ACCESS, "access")

enum finding_class {
#define X(code, name) code,
    FINDING_CLASSES(X)
#undef X
        FINDING_CLASS_COUNT
};

enum finding_level { LEVEL_MUST, LEVEL_SHOULD }; /* "must" fails the case, "should" warns */

/* One thing that is wrong with the server under test. */
struct finding {
    enum finding_class class;
    const char *rule;   /* stable id: "RFC7644-3.12-02", "access.inactive-no-way-in", "okta.reactivate-same-id" */
    const char *source; /* where the rule comes from, for people: "RFC 7644 §3.12", "access model, deactivate" */
    enum finding_level level;
    const char *message;  /* one sentence */
    const char *expected; /* short text; NULL when there is nothing to compare */
    const char *actual;
    const char *hint; /* what to look at; NULL */
    size_t step;      /* number of the step, from 1; 0: set-up */
    long exchange;    /* index into the case's exchanges, -1: none */
};

enum exchange_side {
    SIDE_IDP,
    SIDE_OBSERVER,
    SIDE_ADMIN
}; /* who sent it: the simulated provider, the judge, the product's admin or a person */

struct exchange {
    size_t step;
    enum exchange_side side;
    const char *base;                     /* URL that request->target is relative to */
    const struct http_request *request;   /* redacted */
    const struct http_response *response; /* redacted; status 0: no reply */
    const char *problem;                  /* why there was no reply, else NULL */
    uint64_t duration_us;
};

/* Who can do what: one row a person, one column a resource ("Sales", "Sales/Pricing"). A cell is "" (none), "editor" or
 * "editor, joinable". Row heads carry sign-in: "allowed" or "refused". */
struct access_matrix {
    size_t users, resources;
    const char **user;    /* keys of the scenario, "ada" */
    const char **sign_in; /* per user */
    const char **resource;
    const char **cell; /* users x resources, row-major */
};

struct step_result {
    const char *title;                          /* "deactivate ada", in the directory's words */
    const struct access_matrix *before, *after; /* NULL when the target's access can't be observed */
    const struct access_matrix *expected;       /* what the expectation of this step named, else NULL; unnamed cells and
                                                 * sign-ins are NULL. Spelled as in after: reports mark what differs as wrong */
    uint64_t duration_us;
    const char **trace; /* "2026-01-01T06:40:00.000Z job: quarantine -> incremental, the cycle ended": waits and states of the
                         * simulated provider, by its clock */
    size_t trace_count;
};

struct case_result {
    const char *id; /* scenario id */
    const char *title;
    const char *dialect;      /* "okta-aiw", ...; "rfc" for scenarios of raw requests */
    const char *dialect_file; /* of a dialect that came from a file; NULL: the suite's own */
    const char *file;         /* scenario file */
    enum outcome outcome;
    const char *reason;    /* why skipped, not observable or error; else NULL */
    const char *leftovers; /* what could not be deleted on a server that others use too: "/Users/1, /Groups/2"; NULL: nothing */
    uint64_t duration_us;
    size_t requests; /* sent by the simulated provider and by request steps */
    struct finding *findings;
    size_t finding_count;
    struct exchange *exchanges;
    size_t exchange_count;
    struct step_result *steps; /* steps[0] is the set-up */
    size_t step_count;
};

struct run_result {
    const char *version;
    uint64_t seed;
    const char *target; /* URL, or "bundled reference server" */
    const char
        *again; /* options that a command line needs to meet the same server, quoted: "--defect K35-remove-values-clears "; never
                            * a secret; NULL: none */
    const char *scenarios; /* directory that the scenarios came from; NULL: the executable's own, and files named one by one */
    const char *started;   /* RFC 3339 */
    uint64_t duration_us;
    bool interrupted;
    const char *problem;       /* what ended the run early ("target unreachable after case 12"), else NULL */
    struct case_result *cases; /* in the order of the plan, whatever order they ran in */
    size_t case_count;
};

struct run_summary {
    size_t outcomes[OUTCOME_COUNT];
    size_t findings[FINDING_CLASS_COUNT]; /* level must only */
    size_t warnings[FINDING_CLASS_COUNT];
    size_t requests;
};

const char *outcome_name(enum outcome outcome);
const char *outcome_word(enum outcome outcome);
const char *finding_class_name(enum finding_class class);
const char *finding_level_name(enum finding_level level);
struct run_summary run_summarize(const struct run_result *run);
/* 0 all good, 1 a finding of level must, 2 every case was skipped, so nothing was judged, 5 a case with outcome error. Pure. */
int run_exit_status(const struct run_result *run);
/* The outcome that follows from findings; skipped and error are set by the runner and stay. */
void case_decide(struct case_result *result, bool unobserved);
/* "curl -sS -i -X PATCH -H ... --data-binary ... URL", quoted for a POSIX shell. Base and target as in http_client.h. Credentials are variables: those
 * that `scimulator run` reads, $SCIMULATOR_TOKEN and (base ends in /admin) $SCIMULATOR_ADMIN_TOKEN, and $SESSION for what a person does (base ends in /app). */
const char *exchange_curl(struct arena *arena, const struct exchange *exchange);
/* One word of a POSIX shell's command line: as it is when no shell could take it apart, else in single quotes. */
void shell_word(struct buffer *b, const char *text);

#endif
