#include "common/base.h"

#include "reference-server/model/plan.h"

#include "common/text.h"

static const struct plan plans[] = {
#define X(name, scim) {name, scim},
    PLANS(X)
#undef X
};

static const char *const words[] = {
#define X(state, word) [state] = word,
    SCIM_STATES(X)
#undef X
};

const struct plan *plan_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < ARRAY_LEN(plans); i++) {
        if (text_equal(plans[i].name, name)) {
            return &plans[i];
        }
    }
    return NULL;
}

const char *plan_names(void)
{
#define X(name, scim) ", " name
    static const char names[] = PLANS(X);
#undef X
    return names + 2;
}

enum scim_state plan_scim(const struct plan *plan, enum feature scim, bool saml)
{
    bool on = scim == FEATURE_BY_PLAN ? plan->scim : scim == FEATURE_ON;
    if (!on) {
        return SCIM_OFF_BY_PLAN;
    }
    return saml ? SCIM_ENABLED : SCIM_OFF_WITHOUT_SAML;
}

const char *scim_state_word(enum scim_state state)
{
    return words[state];
}
