/* scenario.h: a scenario file as a value. The format is docs/scenario-format.md; editors check it with
 * scenarios/scenario.schema.json.
 *
 * scenario_load reads a file, checks everything that can be checked without a server, and collects every complaint with
 * file:line:column and what to do, so that one look is enough to repair a file. A scenario without complaints can be played:
 * play.c relies on the checks made here and does not repeat them.
 */
#ifndef RUNNER_SCENARIO_H
#define RUNNER_SCENARIO_H

#include "common/base.h"
#include "common/error.h"
#include "common/json.h"
#include "simulator/simulator.h"

struct arena;
struct dialect;

#define SCENARIO_MAX_BYTES      (512 * KIB)
#define SCENARIO_MAX_STEPS      500
#define SCENARIO_MAX_COMPLAINTS 50

/* enum, word in the file, family */
#define PRODUCT_STEPS(X)                                                                                                         \
    X(STEP_GRANT, "grant")                                                                                                       \
    X(STEP_REVOKE, "revoke")                                                                                                     \
    X(STEP_CREATE_WORKSPACE, "create-workspace")                                                                                 \
    X(STEP_MANAGE_WORKSPACES, "manage-workspaces")                                                                               \
    X(STEP_CREATE_FOLDER, "create-folder")                                                                                       \
    X(STEP_SET_FOLDER, "set-folder")                                                                                             \
    X(STEP_CREATE_PROJECT, "create-project")                                                                                     \
    X(STEP_TRANSFER_PROJECT, "transfer-project")                                                                                 \
    X(STEP_ARCHIVE_PROJECT, "archive-project")                                                                                   \
    X(STEP_INVITE, "invite")                                                                                                     \
    X(STEP_SET_ORGANIZATION, "set-organization")                                                                                 \
    X(STEP_SET_ORG_ROLE, "set-org-role")                                                                                         \
    X(STEP_EDIT_PROFILE, "edit-profile")                                                                                         \
    X(STEP_SET_POLICIES, "set-policies")                                                                                         \
    X(STEP_APPROVE, "approve")                                                                                                   \
    X(STEP_REJECT, "reject")                                                                                                     \
    X(STEP_ASSIGN_PROJECT, "assign-project")                                                                                     \
    X(STEP_UNASSIGN_PROJECT, "unassign-project")                                                                                 \
    X(STEP_CLASSIFY_PROJECT, "classify-project")                                                                                 \
    X(STEP_CREATE_TOKEN, "create-token")                                                                                         \
    X(STEP_ROTATE_TOKEN, "rotate-token")                                                                                         \
    X(STEP_REVOKE_TOKEN, "revoke-token")                                                                                         \
    X(STEP_CREATE_CLIENT, "create-client")                                                                                       \
    X(STEP_FETCH_TOKEN, "fetch-token")                                                                                           \
    X(STEP_OPEN_REVIEW, "open-review")                                                                                           \
    X(STEP_DECIDE_REVIEW, "decide-review")                                                                                       \
    X(STEP_CLOSE_REVIEW, "close-review")                                                                                         \
    X(STEP_ADVANCE_CLOCK, "advance-clock")                                                                                       \
    X(STEP_SIGN_IN, "sign-in")                                                                                                   \
    X(STEP_CLICK, "click")                                                                                                       \
    X(STEP_CREATE_API_KEY, "create-api-key")                                                                                     \
    X(STEP_ACCEPT_INVITE, "accept-invite")                                                                                       \
    X(STEP_MEMBER_CREATES_WORKSPACE, "member-creates-workspace")                                                                 \
    X(STEP_MEMBER_CREATES_PROJECT, "member-creates-project")                                                                     \
    X(STEP_MEMBER_TRANSFERS_PROJECT, "member-transfers-project")                                                                 \
    X(STEP_MEMBER_WORKS, "member-works")                                                                                         \
    X(STEP_MEMBER_INVITES, "member-invites")                                                                                     \
    X(STEP_MEMBER_READS_REPORT, "member-reads-report")

enum product_step {
#define X(code, word) code,
    PRODUCT_STEPS(X)
#undef X
        PRODUCT_STEP_COUNT
};

enum step_family {
    STEP_EVENT,    /* the directory's words; `event` says which */
    STEP_PRODUCT,  /* what an owner or a person does in the product; `product` says which */
    STEP_REQUEST,  /* one raw request */
    STEP_PARALLEL, /* branches of raw requests */
    STEP_EXPECT,   /* nothing but checks */
    STEP_WAIT,     /* time passes, for the organization and the provider */
    STEP_FAULT     /* some of the provider's next requests are answered in the server's stead */
};

struct scenario_branch {
    struct scenario_step *steps; /* family STEP_REQUEST only */
    size_t count;
};

struct scenario_step {
    enum step_family family;
    enum event_kind event;
    enum product_step product;
    const char *word;                 /* "push-group" */
    const char *title;                /* "push-group eng", for people */
    const char *where;                /* file:line:column */
    const char *note;                 /* text for people, or NULL */
    const json *node;                 /* the whole step */
    const json *operand;              /* value of the member `word` */
    const json *refused;              /* the server must refuse; NULL */
    const json *expect;               /* checks after the step; for STEP_EXPECT the operand; NULL */
    bool parallel;                    /* an event sends at the same time what the provider sends at the same time */
    struct scenario_branch *branches; /* STEP_PARALLEL */
    size_t branch_count;
};

struct scenario {
    const char *file; /* name as given to scenario_load */
    const char *id, *title, *why;
    const char *source; /* the published test that it renders, for people; NULL */
    const char *const *covers;
    size_t cover_count;
    const char *const *tags;
    size_t tag_count;
    const struct dialect **dialects; /* to be played as; none when raw is true */
    size_t dialect_count;
    const char *const *needs; /* features of ServiceProviderConfig; on a server that says it has them not the story is skipped */
    size_t need_count;
    bool alone;               /* counts everything there is: not played on a server that others use too */
    bool server_clock;        /* rests on what a server does of itself in the time that `wait` lets pass: likewise */
    bool raw;                 /* "idp": ["rfc"]: request steps only, one case without a simulated provider */
    const json *organization; /* as written, or NULL */
    const json *directory;    /* as written, or NULL */
    struct scenario_step *steps;
    size_t step_count;
};

struct complaints {
    struct error items[SCENARIO_MAX_COMPLAINTS];
    size_t count;
    bool more; /* there were more than fit */
};

/* False when there is any complaint; what came before in `complaints` is kept, so that several files fill one list. */
bool scenario_load(struct arena *arena, struct bytes text, const char *name, struct scenario **out,
                   struct complaints *complaints) MUST_USE;

bool scenario_has_tag(const struct scenario *scenario, const char *tag);
const char *product_step_word(enum product_step step);

#endif
