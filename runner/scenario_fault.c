/* Checks of the step "fault": the members that its kind takes, by the table of fault.h. */
#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/fault.h"

#include <string.h>

#define EVERYBODY "kind method target skip times for"

static void check_count(struct lint *lint, const json *value, int64_t least, int64_t most, const char *what, const char *remedy)
{
    int64_t n;
    if (!json_integer(value, &n) || n < least || n > most)
        complain(lint, value, remedy, "not a number of %s", what);
}

static void check_times(struct lint *lint, const json *value)
{
    check_count(lint, value, 1, FAULT_SKIP_MAX, "requests", "write 1, 2, …");
}

static void check_skip(struct lint *lint, const json *value)
{
    check_count(lint, value, 0, FAULT_SKIP_MAX, "requests", "write 0, 1, …");
}

static void check_bytes(struct lint *lint, const json *value)
{
    check_count(lint, value, 0, FAULT_BYTES_MAX, "bytes", "write 0, 1, …");
}

static void check_one_status(struct lint *lint, const json *value)
{
    int64_t n;
    if (!json_integer(value, &n) || n < 200 || n > 599)
        complain(lint, value, "write 429, 503, …", "a reply's status is a number from 200 to 599");
}

static void check_method(struct lint *lint, const json *value)
{
    static const char *const words[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "method");
}

static void check_reply_headers(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node))
        lint_type(lint, node, IS_TEXT, "a header");
}

static const struct member members[] = {
    {"kind", IS_TEXT, false, NULL},
    {"method", IS_TEXT, false, check_method},
    {"target", IS_TEXT, false, NULL},
    {"skip", IS_NUMBER, false, check_skip},
    {"times", IS_NUMBER, false, check_times},
    {"for", IS_TEXT, false, check_duration},
    {"status", IS_NUMBER, false, check_one_status},
    {"headers", IS_OBJECT, false, check_reply_headers},
    {"body", IS_ANY, false, NULL},
    {"sees", IS_TEXT, false, NULL},
    {"by", IS_TEXT, false, check_duration},
    {"bytes", IS_NUMBER, false, check_bytes},
};

/* Whether a list of words holds the name; *needed: with a star. */
static bool listed(const char *words, const char *name, bool *needed)
{
    size_t n = strlen(name);
    *needed = false;
    for (const char *p = words; (p = strstr(p, name)) != NULL; p += n) {
        bool starts = p == words || p[-1] == ' ';
        *needed = p[n] == '*';
        if (starts && (p[n] == '\0' || p[n] == ' ' || p[n] == '*'))
            return true;
    }
    return false;
}

static void check_members(struct lint *lint, const json *fault, enum fault_kind kind)
{
    const struct fault_row *row = &fault_rows[kind];
    struct member own[ARRAY_LEN(members)];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        bool needed, common = listed(EVERYBODY, members[i].name, &needed);
        if (!common && !listed(row->operands, members[i].name, &needed))
            continue;
        own[count] = members[i];
        own[count++].required = needed;
    }
    lint_object(lint, fault, own, count, "\"fault\"");
}

static void check_sees(struct lint *lint, const json *fault, enum fault_kind kind)
{
    const char *const *words = fault_sees(kind), *sees = json_get_text(fault, "sees", NULL);
    if (words[0] != NULL && sees != NULL)
        lint_choice(lint, json_get(fault, "sees"), sees, words, 2, "thing to see");
}

static void check_fault(struct lint *lint, const json *fault)
{
    const char *words[FAULT_KIND_COUNT], *word = json_get_text(fault, "kind", "answer");
    enum fault_kind kind = FAULT_ANSWER;
    for (int i = 0; i < FAULT_KIND_COUNT; i++)
        words[i] = fault_rows[i].word;
    if (!fault_kind_find(word, &kind)) {
        lint_choice(lint, json_get(fault, "kind"), word, words, FAULT_KIND_COUNT, "fault");
        return;
    }
    check_members(lint, fault, kind);
    check_sees(lint, fault, kind);
    if (json_get(fault, "times") != NULL && json_get(fault, "for") != NULL)
        complain(lint, fault, "leave one out", "\"times\" and \"for\" can't stand together");
}

void lint_fault(struct lint *lint, const struct scenario_step *step)
{
    if (lint->scenario->raw)
        complain(lint, step->operand, "name dialects in \"idp\"", "\"fault\" needs an identity provider, \"rfc\" has none");
    if (!lint_type(lint, step->operand, IS_OBJECT | IS_ARRAY, "\"fault\""))
        return;
    if (json_is(step->operand, JSON_OBJECT)) {
        check_fault(lint, step->operand);
        return;
    }
    if (json_count(step->operand) == 0 || json_count(step->operand) > FAULTS_MAX) {
        complain(lint, step->operand, arena_printf(lint->arena, "write 1 to %d of them", FAULTS_MAX),
                 "so many faults can't be armed at a time");
        return;
    }
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node))
        if (lint_type(lint, node, IS_OBJECT, "a fault"))
            check_fault(lint, node);
}
