#include "common/base.h"

#include "reference-server/model/failure.h"

#include "common/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int status;
    const char *scim_type;
} kinds[] = {
#define X(kind, status, scim_type) [kind] = {status, scim_type},
    MODEL_FAILURES(X)
#undef X
};

/* A "%.300s" may have cut a name inside a character, and the buffer the end: what is left of it goes. */
static void drop_cut_characters(char *text)
{
    char *out = text;
    while (*text != '\0') {
        size_t good = text_utf8_prefix(text, strlen(text));
        memmove(out, text, good);
        out += good;
        text += good;
        text += *text != '\0';
    }
    *out = '\0';
}

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
    drop_cut_characters(failure->message);
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
