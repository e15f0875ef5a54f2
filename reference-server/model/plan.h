/* plan.h: the plans and whether SCIM is part of them.
 *
 * Source: "SCIM ships on legacy v3.enterprise, v6.enterprise and v7.team only; organization.scim is off across every v8 tier".
 * An explicit feature flag wins over the plan. SAML comes before SCIM. */
#ifndef REFERENCE_SERVER_MODEL_PLAN_H
#define REFERENCE_SERVER_MODEL_PLAN_H

#include "common/base.h"

/* name, SCIM included */
#define PLANS(X)                                                                                                                 \
    X("free", false)                                                                                                             \
    X("v3.pro", false)                                                                                                           \
    X("v3.enterprise", true)                                                                                                     \
    X("v6.pro", false)                                                                                                           \
    X("v6.enterprise", true)                                                                                                     \
    X("v7.pro", false)                                                                                                           \
    X("v7.team", true)                                                                                                           \
    X("v8.pro", false)                                                                                                           \
    X("v8.team", false)                                                                                                          \
    X("v8.enterprise", false)

#define PLAN_DEFAULT "v7.team"
#define FEATURE_SCIM "organization.scim"

struct plan {
    const char *name;
    bool scim;
};

enum feature { FEATURE_BY_PLAN, FEATURE_OFF, FEATURE_ON };

/* state, word of the access document */
#define SCIM_STATES(X)                                                                                                           \
    X(SCIM_ENABLED, "enabled")                                                                                                   \
    X(SCIM_OFF_BY_PLAN, "plan")                                                                                                  \
    X(SCIM_OFF_WITHOUT_SAML, "saml")

enum scim_state {
#define X(state, word) state,
    SCIM_STATES(X)
#undef X
};

const struct plan *plan_find(const char *name);                                   /* NULL: unknown */
const char *plan_names(void);                                                     /* "free, v3.pro, ..." for messages */
enum scim_state plan_scim(const struct plan *plan, enum feature scim, bool saml); /* the plan is looked at first */
const char *scim_state_word(enum scim_state state);

#endif
