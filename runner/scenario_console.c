/* Checks of the steps of Okta's console: passwords, links, rules, grants, settings, and that every dialect has the event. */
#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"

void lint_event_is_of(struct lint *lint, const struct scenario_step *step)
{
    for (size_t i = 0; i < lint->scenario->dialect_count; i++) {
        const struct dialect *dialect = lint->scenario->dialects[i];
        if (event_is_of(step->event, dialect))
            continue;
        const char *provider = dialect_provider(dialect);
        complain(lint, step->operand, arena_printf(lint->arena, "leave %s's dialects out of \"idp\"", provider),
                 "%s has no event \"%s\"", provider, step->word);
        return;
    }
}

static void check_fate(struct lint *lint, const json *value)
{
    static const char *const words[] = {"leave", "delete"};
    lint_choice(lint, value, json_text(value), words, ARRAY_LEN(words), "fate of a group");
}

/* {"eng": "leave"}, or the text itself. */
void lint_fates(struct lint *lint, const struct scenario_step *step)
{
    if (json_is(step->operand, JSON_STRING))
        check_fate(lint, step->operand);
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node))
        if (json_is(node, JSON_STRING))
            check_fate(lint, node);
}

void lint_text_operand(struct lint *lint, const struct scenario_step *step)
{
    if (lint_type(lint, step->operand, IS_TEXT, step->word))
        check_name(lint, step->operand);
}

static bool is_keyed(struct lint *lint, const struct scenario_step *step, const char *remedy)
{
    if (json_is(step->operand, JSON_OBJECT) && json_count(step->operand) > 0)
        return true;
    complain(lint, step->operand, remedy, "\"%s\" needs an object", step->word);
    return false;
}

void lint_passwords(struct lint *lint, const struct scenario_step *step)
{
    if (!is_keyed(lint, step, "write {\"user\": \"the new password\"}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->users, "user");
        if (lint_type(lint, node, IS_TEXT, "a password"))
            check_name(lint, node);
    }
}

void lint_grants(struct lint *lint, const struct scenario_step *step)
{
    if (!is_keyed(lint, step, "write {\"user\": {\"roles\": [{\"value\": …}]}}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        struct error err = {0};
        known_key(lint, node, &lint->users, "user");
        if (!event_check_grants(node, &err))
            complain(lint, node, err.remedy, "%s: %s", err.where, err.message);
    }
}

static size_t setting_count(void)
{
    size_t count = 0;
    while (okta_settings[count] != NULL)
        count++;
    return count;
}

/* A word of the setting's axis, or a number. */
static void check_setting(struct lint *lint, const json *node)
{
    const char *const *values = axis_value_names(json_key(node));
    size_t count = 0;
    int64_t number;
    if (values == NULL)
        return;
    while (values[count] != NULL)
        count++;
    if (count > 0 && lint_type(lint, node, IS_TEXT, "a setting"))
        lint_choice(lint, node, json_text(node), values, count, "value");
    else if (count == 0 && (!json_integer(node, &number) || number < 0 || number > DIALECT_MAX_NUMBER))
        complain(lint, node, "write 0, 1, …", "\"%s\" is a number", json_key(node));
}

void lint_console_settings(struct lint *lint, const struct scenario_step *step)
{
    if (!is_keyed(lint, step, "write {\"deactivate-users\": \"off\"}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        lint_choice(lint, node, json_key(node), okta_settings, setting_count(), "setting");
        check_setting(lint, node);
    }
}
