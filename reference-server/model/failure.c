#include "common/base.h"

#include "reference-server/model/failure.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    int status;
    const char *scim_type;
} kinds[] = {
#define X(kind, status, scim_type) [kind] = {status, scim_type},
    MODEL_FAILURES(X)
#undef X
};

bool model_failure_set(struct model_failure *failure, enum model_failure_kind kind, const char *code, const char *remedy,
                       const char *format, ...)
{
    if (failure == NULL) {
        return false;
    }
    *failure = (struct model_failure){.kind = kind, .code = code};
    (void)snprintf(failure->remedy, sizeof failure->remedy, "%s", remedy == NULL ? "" : remedy);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(failure->message, sizeof failure->message, format, arguments);
    va_end(arguments);
    return false;
}

int model_failure_status(const struct model_failure *failure)
{
    return kinds[failure->kind].status;
}

const char *model_failure_scim_type(const struct model_failure *failure)
{
    return kinds[failure->kind].scim_type;
}
