#include "common/base.h"
#include "simulator/authorization.h"

#include "common/digest.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"

#include <string.h>

struct offer {
    const char *dialect;
    bool has[AUTHORIZATION_COUNT];
    const char *remedy; /* for what it does not have */
};

#define OKTA_CODE "Okta's OAuth 2 asks somebody to sign in at a browser: take bearer with the access token"

static const struct offer offers[] = {
    {"okta-aiw",
     {[AUTHORIZATION_BEARER] = true, [AUTHORIZATION_BASIC] = true},
     "one of: bearer, basic; the wizard's HTTP Header adds Bearer itself; " OKTA_CODE},
    {"okta-template",
     {[AUTHORIZATION_BEARER] = true, [AUTHORIZATION_RAW] = true, [AUTHORIZATION_BASIC] = true},
     "one of: bearer, raw, basic; " OKTA_CODE},
    {"okta-oiw",
     {[AUTHORIZATION_BEARER] = true, [AUTHORIZATION_RAW] = true},
     "one of: bearer, raw; the newer wizard has no Basic; " OKTA_CODE},
    {"entra", {[AUTHORIZATION_BEARER] = true, [AUTHORIZATION_CLIENT] = true}, "one of: bearer, client-credentials"},
    {"entra-flag", {[AUTHORIZATION_BEARER] = true, [AUTHORIZATION_CLIENT] = true}, "one of: bearer, client-credentials"},
    {"entra-on-demand", {[AUTHORIZATION_BEARER] = true, [AUTHORIZATION_CLIENT] = true}, "one of: bearer, client-credentials"},
    {"entra-validator", {[AUTHORIZATION_BEARER] = true}, "bearer is the only one; entra has client-credentials, too"},
};

bool authorization_offered(const struct dialect *dialect, int form, struct error *err)
{
    const char *name = dialect_name(dialect_preset(dialect));
    for (size_t i = 0; i < ARRAY_LEN(offers); i++)
        if (text_equal(offers[i].dialect, name))
            return offers[i].has[form] || error_set(err, ERROR_USAGE, "authorization", offers[i].remedy,
                                                    "%s does not offer \"%s\"", name, axis_value_name(AXIS_AUTHORIZATION, form));
    return true;
}

const char *authorization_value(struct arena *arena, int form, const char *credential)
{
    const char *text = credential == NULL ? "" : credential;
    if (form == AUTHORIZATION_RAW)
        return arena_strdup(arena, text);
    if (form == AUTHORIZATION_BASIC)
        return arena_printf(arena, "Basic %s", base64_encode(arena, (struct bytes){text, strlen(text)}));
    return arena_printf(arena, "Bearer %s", text);
}
