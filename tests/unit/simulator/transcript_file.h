/* transcript_file.h: golden transcripts, tests/transcripts/<dialect>/<event>.txt.
 *
 *     # Which fact it rests on, in words.
 *     given: ada=a1 eng=g1:ada        who is provisioned with which id before the event
 *     event: deactivate ada
 *     outcome: refused 409            optional, see check_outcome in test_transcripts.c
 *
 *     # fact: Microsoft's page (documented)   which fact this request rests on; every one of Entra's has such a line
 *     > PATCH /Users/a1 HTTP/1.1      what must be sent, byte for byte (simulator/transcript.h)
 *     > ...
 *     < 204                           what the server answers: the status, then the body
 *     < 429 Retry-After: 30           or the status with a header
 *
 * {guid} and {password} stand for a random GUID and for eight letters and digits. `given` knows: "ada" (assigned), "ada=a1"
 * (assigned and provisioned), "ada=a1:inactive" (unassigned, told to be inactive), "eng=g1:ada,bob" (pushed with these members),
 * "axis:name=value", and "time": the provider has a clock. "later update ada {...}" is left to the next cycle. With it the event "wait 40m" plays what comes due. A transcript may go on with another event, its outcome and its exchanges.
 */
#ifndef TESTS_UNIT_SIMULATOR_TRANSCRIPT_FILE_H
#define TESTS_UNIT_SIMULATOR_TRANSCRIPT_FILE_H

#include "common/base.h"
#include "common/error.h"
#include "common/file.h"
#include "common/memory.h"
#include "common/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TRANSCRIPT_MAX_BYTES     (256 * KIB)
#define TRANSCRIPT_MAX_EXCHANGES 64
#define TRANSCRIPT_MAX_STEPS     8

struct transcript_exchange {
    const char *request, *fact; /* fact NULL: none is named */
    int status;
    const char *header, *value; /* NULL: none */
    const char *body;
};

/* An event and its exchanges, which begin where those of the step before end. */
struct transcript_step {
    const char *event, *outcome;
    size_t end;
};

struct transcript {
    const char *path, *dialect, *fact, *given;
    struct transcript_exchange exchanges[TRANSCRIPT_MAX_EXCHANGES];
    size_t count;
    struct transcript_step steps[TRANSCRIPT_MAX_STEPS];
    size_t step_count;
};

/* Takes the lines that begin with `mark`, without it, joined by newlines. */
static inline const char *transcript_block(struct arena *arena, const char *const *lines, size_t count, size_t *at, char mark)
{
    struct buffer text = buffer_new(0);
    for (; *at < count && lines[*at][0] == mark; ++*at) {
        buffer_add(&text, lines[*at][1] == ' ' ? lines[*at] + 2 : lines[*at] + 1);
        buffer_add_char(&text, '\n');
    }
    return buffer_take(&text, arena);
}

static inline bool transcript_field(struct transcript *t, const char *line)
{
    if (text_starts(line, "event: ")) {
        if (t->step_count == TRANSCRIPT_MAX_STEPS)
            return false;
        t->steps[t->step_count++] = (struct transcript_step){.event = line + strlen("event: "), .end = t->count};
        return true;
    }
    const char *none = NULL;
    const struct {
        const char *key;
        const char **value;
    } fields[] = {{"# ", &t->fact},
                  {"given: ", &t->given},
                  {"outcome: ", t->step_count > 0 ? &t->steps[t->step_count - 1].outcome : &none}};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (text_starts(line, fields[i].key)) {
            if (*fields[i].value == NULL)
                *fields[i].value = line + strlen(fields[i].key);
            return true;
        }
    return line[0] == '\0';
}

static inline bool transcript_load(struct arena *arena, const char *path, struct transcript *out, struct error *err)
{
    struct bytes bytes;
    const char *const *lines = NULL;
    if (!file_read(arena, path, TRANSCRIPT_MAX_BYTES, &bytes, err))
        return false;
    *out = (struct transcript){.path = path};
    size_t count = text_split(arena, bytes.p, '\n', &lines), at = 0;
    const char *fact = NULL;
    while (at < count) {
        if (text_starts(lines[at], "# fact: ")) {
            fact = lines[at++] + strlen("# fact: ");
            continue;
        }
        if (lines[at][0] != '>' && lines[at][0] != '<') {
            if (!transcript_field(out, lines[at]))
                return error_set(err, ERROR_SYNTAX, arena_printf(arena, "%s:%zu", path, at + 1), "",
                                 "not a line of a transcript");
            at++;
            continue;
        }
        if (out->count == TRANSCRIPT_MAX_EXCHANGES)
            return error_set(err, ERROR_LIMIT, path, "", "too many exchanges");
        if (out->step_count == 0)
            return error_set(err, ERROR_SYNTAX, path, "", "an exchange before the first event");
        struct transcript_exchange *exchange = &out->exchanges[out->count++];
        out->steps[out->step_count - 1].end = out->count;
        exchange->fact = fact;
        fact = NULL;
        exchange->request = transcript_block(arena, lines, count, &at, '>');
        const char *reply = transcript_block(arena, lines, count, &at, '<');
        char *body = NULL;
        exchange->status = (int)strtol(reply, &body, 10);
        if (*body == ' ') {
            size_t name = strcspn(body + 1, ":"), line = strcspn(body, "\n");
            exchange->header = arena_strndup(arena, body + 1, name);
            exchange->value = arena_strndup(arena, body + name + 3, line - name - 3);
            body += line;
        }
        body += strspn(body, "\n");
        exchange->body = arena_strndup(arena, body, strlen(body) > 0 ? strlen(body) - 1 : 0); /* without the last newline */
    }
    if (out->fact == NULL || out->step_count == 0)
        return error_set(err, ERROR_SYNTAX, path, "", "a transcript needs a fact and an event");
    const char *slash = strrchr(path, '/'), *start = slash;
    while (start > path && start[-1] != '/')
        start--;
    out->dialect = arena_strndup(arena, start, (size_t)(slash - start));
    return true;
}

/* Compares byte for byte, the two placeholders aside. */
static inline bool transcript_same(const char *expected, const char *actual)
{
    while (*expected != '\0') {
        size_t n = text_starts(expected, "{guid}") ? 36 : text_starts(expected, "{password}") ? 8 : 0;
        if (n == 0 && *expected++ != *actual++)
            return false;
        if (n == 0)
            continue;
        for (size_t i = 0; i < n; i++, actual++)
            if (!isalnum((unsigned char)*actual) && !(n == 36 && *actual == '-'))
                return false;
        expected = strchr(expected, '}') + 1;
    }
    return *actual == '\0';
}

#endif
