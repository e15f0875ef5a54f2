/* Checks of the step "wait", and of what is expected of the provider. */
#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/play_provider.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"

#include <string.h>

#define WAIT_MAX_MS (100 * DAY_MS) /* 3600 cycles of Entra's, each with its requests in memory */

void lint_wait(struct lint *lint, const struct scenario_step *step)
{
    if (lint->scenario->raw)
        complain(lint, step->operand, "name dialects in \"idp\"", "\"wait\" needs an identity provider, \"rfc\" has none");
    if (!lint_type(lint, step->operand, IS_TEXT, "\"wait\""))
        return;
    int64_t ms;
    check_duration(lint, step->operand);
    if (duration_parse(json_text(step->operand), &ms) && ms > WAIT_MAX_MS)
        complain(lint, step->operand, "write \"100d\" or less", "\"%s\" is too long to wait", json_text(step->operand));
}

static void check_job(struct lint *lint, const json *value)
{
    static const char *const words[] = {
#define X(code, word) word,
        JOB_STATES(X)
#undef X
    };
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "state");
    for (size_t i = 0; i < lint->scenario->dialect_count; i++)
        if (dialect_is_okta(lint->scenario->dialects[i])) {
            complain(lint, value, "leave Okta's dialects out of \"idp\"", "%s has no job",
                     dialect_name(lint->scenario->dialects[i]));
            return;
        }
}

static void check_states(struct lint *lint, const json *object, const struct names *names, const char *kind,
                         const char *const *words, size_t count)
{
    for (const json *node = json_first(object); node != NULL; node = json_next(node)) {
        known_key(lint, node, names, kind);
        if (lint_type(lint, node, IS_TEXT, "a state"))
            lint_choice(lint, node, json_text(node), words, count, "state");
    }
}

static void check_people(struct lint *lint, const json *value)
{
    static const char *const words[] = {PERSON_STATES};
    check_states(lint, value, &lint->users, "user", words, ARRAY_LEN(words));
}

static void check_pushes(struct lint *lint, const json *value)
{
    static const char *const words[] = {PUSH_STATES};
    check_states(lint, value, &lint->groups, "group", words, ARRAY_LEN(words));
}

/* Who is not in the directory yet is named by the address. */
static void check_somebody(struct lint *lint, const json *node)
{
    if (strchr(json_key(node), '@') == NULL)
        known_key(lint, node, &lint->users, "user");
}

static void check_in_directory(struct lint *lint, const json *value)
{
    static const char *const words[] = {DIRECTORY_STATES};
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        check_somebody(lint, node);
        if (lint_type(lint, node, IS_TEXT, "a state"))
            lint_choice(lint, node, json_text(node), words, ARRAY_LEN(words), "state");
    }
}

static void check_sources(struct lint *lint, const json *value)
{
    static const char *const words[] = {PROFILE_SOURCES};
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        check_somebody(lint, node);
        if (lint_type(lint, node, IS_TEXT, "a source"))
            lint_choice(lint, node, json_text(node), words, ARRAY_LEN(words), "source");
    }
}

static void check_profile(struct lint *lint, const json *profile)
{
    for (const json *node = json_first(profile); node != NULL; node = json_next(node)) {
        if (attribute_find(json_key(node)) == NULL)
            complain(lint, node, "attributes of people stand in docs/scenario-format.md", "a person has no attribute \"%s\"",
                     json_key(node));
        if (json_type(node) != JSON_NULL)
            lint_type(lint, node, IS_TEXT, "an attribute");
    }
}

static void check_profiles(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        check_somebody(lint, node);
        if (lint_type(lint, node, IS_OBJECT, "a profile"))
            check_profile(lint, node);
    }
}

void lint_provider(struct lint *lint, const json *value)
{
    static const struct member members[] = {
        {"job", IS_TEXT, false, check_job},           {"users", IS_OBJECT, false, check_people},
        {"groups", IS_OBJECT, false, check_pushes},   {"people", IS_OBJECT, false, check_in_directory},
        {"sources", IS_OBJECT, false, check_sources}, {"profiles", IS_OBJECT, false, check_profiles},
        {"waited", IS_TEXT, false, check_duration}};
    if (lint->scenario->raw)
        complain(lint, value, "name dialects in \"idp\"", "\"provider\" needs an identity provider, \"rfc\" has none");
    if (json_count(value) == 0)
        complain(lint, value, "name job, users, groups, people, sources, profiles or waited", "\"provider\" expects nothing");
    lint_object(lint, value, members, ARRAY_LEN(members), "\"provider\"");
}
