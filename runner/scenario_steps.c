/* Checks of the steps of a scenario file. What earlier steps make (workspaces, sessions, variables) is known to later ones. */
#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/matcher.h"
#include "common/error.h"
#include "simulator/dialect.h"
#include "simulator/job_settings.h"

#include <string.h>

/* --- events --- */

static void one_or_more(struct lint *lint, const json *operand, lint_check *check, const char *what)
{
    if (!lint_type(lint, operand, IS_TEXT | IS_ARRAY, what))
        return;
    if (json_is(operand, JSON_STRING))
        check(lint, operand);
    else
        lint_each(lint, operand, IS_TEXT, check, what);
}

static void operand_true(struct lint *lint, const struct scenario_step *step)
{
    if (!json_true(step->operand))
        complain(lint, step->operand, "write true", "\"%s\" takes no operand", step->word);
}

static void operand_users(struct lint *lint, const struct scenario_step *step)
{
    one_or_more(lint, step->operand, check_user, step->word);
}

/* Provision on demand takes a few chosen members only (Entra: five). */
static void check_member_count(struct lint *lint, const json *at, size_t count)
{
    for (size_t i = 0; i < lint->scenario->dialect_count; i++) {
        const struct dialect *dialect = lint->scenario->dialects[i];
        int most = dialect_value(dialect, AXIS_ON_DEMAND_MEMBERS);
        if (most > 0 && count > (size_t)most)
            complain(lint, at, arena_printf(lint->arena, "choose members, or leave %s out of \"idp\"", dialect_name(dialect)),
                     "%s pushes a group with at most %d chosen members, here are %zu", dialect_name(dialect), most, count);
    }
}

static void check_chosen(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_user, "\"members\"");
    check_member_count(lint, value, json_count(value));
}

static void check_whole_group(struct lint *lint, const json *value)
{
    check_group(lint, value);
    const json *group = json_get(json_get(lint->scenario->directory, "groups"), json_text(value));
    check_member_count(lint, value, json_count(json_get(group, "members")));
}

static void operand_groups(struct lint *lint, const struct scenario_step *step)
{
    static const struct member members[] = {{"group", IS_TEXT, true, check_group}, {"members", IS_ARRAY, true, check_chosen}};
    bool push = step->event == EVENT_PUSH_GROUP;
    if (push && json_is(step->operand, JSON_OBJECT))
        lint_object(lint, step->operand, members, ARRAY_LEN(members), "\"push-group\"");
    else
        one_or_more(lint, step->operand, push ? check_whole_group : check_group, step->word);
}

/* An object whose members are named by groups or users. */
static bool operand_keyed(struct lint *lint, const struct scenario_step *step, const char *remedy)
{
    if (json_is(step->operand, JSON_OBJECT) && json_count(step->operand) > 0)
        return true;
    complain(lint, step->operand, remedy, "\"%s\" needs an object", step->word);
    return false;
}

static void operand_members(struct lint *lint, const struct scenario_step *step)
{
    if (!operand_keyed(lint, step, "write {\"group\": [\"user\", …]}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->groups, "group");
        if (lint_type(lint, node, IS_ARRAY, "the members"))
            lint_each(lint, node, IS_TEXT, check_user, step->word);
    }
}

static void operand_inner(struct lint *lint, const struct scenario_step *step)
{
    if (!operand_keyed(lint, step, "write {\"group\": [\"another group\", …]}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->groups, "group");
        if (lint_type(lint, node, IS_ARRAY, "the groups"))
            lint_each(lint, node, IS_TEXT, check_group, step->word);
    }
}

static void check_comers(struct lint *lint, const json *value)
{
    lint_each(lint, value, IS_TEXT, check_user, "\"change-members\"");
}

static void operand_comings(struct lint *lint, const struct scenario_step *step)
{
    static const struct member members[] = {{"add", IS_ARRAY, true, check_comers}, {"remove", IS_ARRAY, true, check_comers}};
    if (!operand_keyed(lint, step, "write {\"group\": {\"add\": [\"user\"], \"remove\": [\"user\"]}}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->groups, "group");
        lint_object(lint, node, members, ARRAY_LEN(members), "a change of members");
        for (const json *one = json_first(json_get(node, "add")); one != NULL; one = json_next(one))
            for (const json *other = json_first(json_get(node, "remove")); other != NULL; other = json_next(other))
                if (json_text(one) != NULL && text_equal(json_text(one), json_text(other)))
                    complain(lint, other, "name the person once", "\"%s\" both leaves and comes", json_text(other));
    }
}

static void operand_profiles(struct lint *lint, const struct scenario_step *step)
{
    if (!operand_keyed(lint, step, "write {\"user\": {\"title\": …}}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->users, "user");
        lint_attributes(lint, node, true);
    }
}

static void operand_names(struct lint *lint, const struct scenario_step *step)
{
    if (!operand_keyed(lint, step, "write {\"group\": \"New name\"}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->groups, "group");
        if (lint_type(lint, node, IS_TEXT, "the new name"))
            check_name(lint, node);
    }
}

static void operand_roles(struct lint *lint, const struct scenario_step *step)
{
    if (!operand_keyed(lint, step, "write {\"user\": [\"Admin\"]}"))
        return;
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        known_key(lint, node, &lint->users, "user");
        if (lint_type(lint, node, IS_ARRAY, "the roles") && json_count(node) > 0)
            lint_each(lint, node, IS_TEXT, check_name, step->word);
    }
}

static void operand_settings(struct lint *lint, const struct scenario_step *step)
{
    for (size_t i = 0; i < lint->scenario->dialect_count; i++) {
        struct job_settings settings = {.dialect = lint->scenario->dialects[i]};
        struct error err = {0};
        if (dialect_is_okta(settings.dialect) || job_settings_change(lint->arena, step->operand, &settings, &err))
            continue;
        complain(lint, settings.at != NULL ? settings.at : step->operand, err.remedy, "%s: %s", err.where, err.message);
        return;
    }
}

/* Only Entra has cycles that an event can wait for. */
static void check_later(struct lint *lint, const struct scenario_step *step)
{
    const json *later = json_get(step->node, "later");
    for (size_t i = 0; i < lint->scenario->dialect_count; i++)
        if (later != NULL && dialect_is_okta(lint->scenario->dialects[i])) {
            complain(lint, later, "leave Okta's dialects out of \"idp\"", "%s does not wait for a cycle",
                     dialect_name(lint->scenario->dialects[i]));
            return;
        }
}

static void lint_event(struct lint *lint, const struct scenario_step *step)
{
    static const struct {
        char operands;
        void (*check)(struct lint *lint, const struct scenario_step *step);
    } rows[] = {{'-', operand_true},     {'u', operand_users},         {'g', operand_groups}, {'m', operand_members},
                {'p', operand_profiles}, {'n', operand_names},         {'s', lint_passwords}, {'t', lint_text_operand},
                {'e', lint_grants},      {'c', lint_console_settings}, {'r', operand_roles},  {'j', operand_settings},
                {'i', operand_inner},    {'d', operand_comings}};
    if (lint->scenario->raw)
        complain(lint, step->operand, "name dialects in \"idp\"", "\"%s\" needs an identity provider, \"rfc\" has none",
                 step->word);
    check_later(lint, step);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].operands == event_operands(step->event))
            rows[i].check(lint, step);
    if (step->event == EVENT_UNLINK_GROUP || step->event == EVENT_END_PUSH_RULE)
        lint_fates(lint, step);
    lint_event_is_of(lint, step);
}

/* --- requests --- */

static void check_target(struct lint *lint, const json *value)
{
    if (json_text(value)[0] != '/')
        complain(lint, value, "targets are relative to the SCIM base: \"/Users\"", "\"%s\" does not begin with a slash",
                 json_text(value));
    check_variables(lint, value);
}

static void check_headers(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node))
        if (lint_type(lint, node, IS_TEXT, "a header"))
            check_variables(lint, node);
}

static bool status_valid(const json *value)
{
    int64_t n;
    return json_integer(value, &n) && n >= 100 && n <= 599;
}

static void check_status(struct lint *lint, const json *value)
{
    bool fine = status_valid(value) || (json_is(value, JSON_ARRAY) && json_count(value) > 0);
    for (const json *node = json_is(value, JSON_ARRAY) ? json_first(value) : NULL; node != NULL; node = json_next(node))
        fine = fine && status_valid(node);
    if (!fine)
        complain(lint, value, "write 201, or [200, 204]", "a status is a number from 100 to 599");
}

static void check_matcher(struct lint *lint, const json *value)
{
    const json *at = value;
    struct error err = {0};
    if (!matcher_check(value, &at, &err))
        complain(lint, at, err.remedy, "%s", err.message);
    check_variables(lint, value);
}

static void check_request(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"method", IS_TEXT, true, check_name},
                                            {"target", IS_TEXT, true, check_target},
                                            {"headers", IS_OBJECT, false, check_headers},
                                            {"auth", IS_TEXT, false, check_variables},
                                            {"body", IS_ANY, false, check_variables}};
    lint_object(lint, value, members, ARRAY_LEN(members), "a request");
}

static void check_response(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"status", IS_NUMBER | IS_ARRAY, false, check_status},
                                            {"headers", IS_OBJECT, false, check_headers},
                                            {"body", IS_ANY, false, check_matcher},
                                            {"within", IS_TEXT, false, check_duration},
                                            {"rule", IS_TEXT, false, check_rule}};
    lint_object(lint, value, members, ARRAY_LEN(members), "a response");
}

static void check_save(struct lint *lint, const json *value)
{
    for (const json *node = json_first(value); node != NULL; node = json_next(node)) {
        if (lint_type(lint, node, IS_TEXT, "what is saved") && json_text(node)[0] != '/')
            complain(lint, node, "write a JSON pointer: \"/id\"", "\"%s\" is no JSON pointer", json_text(node));
        if (json_key(node)[0] == '\0' || strpbrk(json_key(node), ":}$") != NULL)
            complain(lint, node, "use letters and digits", "\"%s\" is no name for a variable", json_key(node));
        names_add(lint, &lint->variables, json_key(node));
    }
}

/* --- the whole step --- */

static void check_refused(struct lint *lint, const json *value)
{
    static const struct member members[] = {{"status", IS_NUMBER | IS_ARRAY, false, check_status},
                                            {"scimType", IS_TEXT, false, check_name},
                                            {"detail", IS_TEXT, false, check_name},
                                            {"error", IS_TEXT, false, check_name},
                                            {"rule", IS_TEXT, false, check_rule}};
    lint_object(lint, value, members, ARRAY_LEN(members), "\"refused\"");
}

static void lint_step(struct lint *lint, const struct scenario_step *step);

/* Branches play at the same time, so none may use what another saves. */
static void lint_branches(struct lint *lint, const struct scenario_step *step)
{
    struct names before = lint->variables, all = before;
    for (size_t i = 0; i < step->branch_count; i++) {
        lint->variables = (struct names){0};
        for (size_t k = 0; k < before.count; k++)
            names_add(lint, &lint->variables, before.items[k]);
        for (size_t k = 0; k < step->branches[i].count; k++) {
            const struct scenario_step *inner = &step->branches[i].steps[k];
            if (inner->family == STEP_REQUEST)
                lint_step(lint, inner);
            else
                complain(lint, inner->node, "play other steps before or after", "branches hold \"request\" steps only");
        }
        for (size_t k = 0; k < lint->variables.count; k++)
            names_add(lint, &all, lint->variables.items[k]);
    }
    lint->variables = all;
}

static void lint_parallel(struct lint *lint, const struct scenario_step *step)
{
    bool fine = json_is(step->operand, JSON_ARRAY) && json_count(step->operand) >= 2;
    for (const json *node = json_first(step->operand); node != NULL && fine; node = json_next(node))
        fine = json_is(node, JSON_ARRAY) && json_count(node) > 0;
    if (fine)
        lint_branches(lint, step);
    else
        complain(lint, step->operand, "write [[…], […]]",
                 "\"parallel\" takes two or more lists of steps, or stands as true beside an event");
}

/* The members that may stand beside the kind of a step. */
static unsigned beside(const struct scenario_step *step, const char *name)
{
    static const struct {
        const char *name;
        unsigned families, types;
    } rows[] = {{"note",
                 1 << STEP_EVENT | 1 << STEP_PRODUCT | 1 << STEP_REQUEST | 1 << STEP_PARALLEL | 1 << STEP_EXPECT |
                     1 << STEP_WAIT | 1 << STEP_FAULT,
                 IS_TEXT},
                {"expect",
                 1 << STEP_EVENT | 1 << STEP_PRODUCT | 1 << STEP_REQUEST | 1 << STEP_PARALLEL | 1 << STEP_EXPECT | 1 << STEP_WAIT,
                 IS_OBJECT},
                {"refused", 1 << STEP_EVENT | 1 << STEP_PRODUCT | 1 << STEP_WAIT, IS_OBJECT},
                {"parallel", 1 << STEP_EVENT, IS_BOOL},
                {"later", 1 << STEP_EVENT, IS_BOOL},
                {"response", 1 << STEP_REQUEST, IS_OBJECT},
                {"save", 1 << STEP_REQUEST, IS_OBJECT}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (text_equal(rows[i].name, name) && (rows[i].families & (1u << step->family)))
            return rows[i].types;
    return text_equal(name, "click") && step->family == STEP_PRODUCT && step->product == STEP_SIGN_IN ? IS_TEXT : 0;
}

static void unknown_in_step(struct lint *lint, const json *node, const struct scenario_step *step)
{
    const char *words[EVENT_COUNT + PRODUCT_STEP_COUNT + 10];
    size_t n = 0;
    for (int i = 0; i < EVENT_COUNT; i++)
        words[n++] = event_word((enum event_kind)i);
    for (int i = 0; i < PRODUCT_STEP_COUNT; i++)
        words[n++] = product_step_word((enum product_step)i);
    static const char *const others[] = {"request",  "parallel", "expect", "note", "refused",
                                         "response", "save",     "click",  "wait", "fault"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        words[n++] = others[i];
    const char *key = json_key(node), *nearest = NULL;
    for (size_t i = 0; i < n; i++)
        if (text_equal(words[i], key)) {
            complain(lint, node, "make it a step of its own", "\"%s\" can't stand beside \"%s\"", key, step->word);
            return;
        }
    nearest = text_nearest(key, words, n);
    complain(lint, node,
             nearest == NULL ? "see docs/scenario-format.md" : arena_printf(lint->arena, "did you mean \"%s\"?", nearest),
             "unknown step \"%s\"", key);
}

static void lint_beside(struct lint *lint, const struct scenario_step *step)
{
    for (const json *node = json_first(step->node); node != NULL; node = json_next(node)) {
        unsigned types = node == step->operand ? IS_ANY : beside(step, json_key(node));
        if (types == 0)
            unknown_in_step(lint, node, step);
        else if (node != step->operand)
            lint_type(lint, node, types, arena_printf(lint->arena, "\"%s\"", json_key(node)));
    }
}

static void lint_step(struct lint *lint, const struct scenario_step *step)
{
    if (!lint_type(lint, step->node, IS_OBJECT, "a step"))
        return;
    size_t before = lint->complaints->count;
    lint_beside(lint, step);
    if (lint->complaints->count != before)
        return;
    if (step->operand == NULL) {
        complain(lint, step->node, "see docs/scenario-format.md", "a step that does nothing");
        return;
    }
    if (step->family == STEP_EVENT)
        lint_event(lint, step);
    else if (step->family == STEP_PRODUCT)
        lint_product(lint, step);
    else if (step->family == STEP_REQUEST)
        check_request(lint, step->operand);
    else if (step->family == STEP_PARALLEL)
        lint_parallel(lint, step);
    else if (step->family == STEP_WAIT)
        lint_wait(lint, step);
    else if (step->family == STEP_FAULT)
        lint_fault(lint, step);
    const json *response = json_get(step->node, "response"), *save = json_get(step->node, "save"),
               *click = json_get(step->node, "click");
    if (response != NULL)
        check_response(lint, response);
    if (save != NULL)
        check_save(lint, save);
    if (click != NULL && click != step->operand)
        check_resource(lint, click);
    if (step->refused != NULL)
        check_refused(lint, step->refused);
    if (step->expect != NULL)
        lint_expect(lint, step->expect);
}

void lint_steps(struct lint *lint)
{
    for (size_t i = 0; i < lint->scenario->step_count; i++)
        lint_step(lint, &lint->scenario->steps[i]);
}
