#include "common/base.h"

#include "runner/push_secret.h"

#include "common/error.h"
#include "common/memory.h"
#include "runner/push_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool push_secret_wanted(const json *call)
{
    for (const json *event = json_first(json_get(call, "events")); event != NULL; event = json_next(event)) {
        enum event_kind kind;
        if (event_find(json_get_text(event, "event", ""), &kind) && event_operands(kind) == PUSH_SECRET)
            return true;
    }
    return false;
}

static bool missing(struct error *err)
{
    return error_set(err, ERROR_USAGE, "sync-password", "set " PUSH_SECRET_VARIABLE ", or write it to standard input",
                     "there is no password");
}

static bool too_long(const char *text, struct error *err)
{
    return strlen(text) > PUSH_SECRET_MAX &&
           !error_set(err, ERROR_LIMIT, "sync-password", "", "the password is longer than %d bytes", PUSH_SECRET_MAX);
}

bool push_secret_read(struct arena *arena, const char **out, struct error *err)
{
    const char *given = getenv(PUSH_SECRET_VARIABLE);
    char line[PUSH_SECRET_MAX + 3] = "";
    if (given == NULL && !isatty(STDIN_FILENO) && fgets(line, sizeof line, stdin) != NULL)
        line[strcspn(line, "\r\n")] = '\0';
    *out = arena_strdup(arena, given != NULL ? given : line);
    memset(line, 0, sizeof line);
    if (too_long(*out, err))
        return false;
    return **out != '\0' || missing(err);
}
