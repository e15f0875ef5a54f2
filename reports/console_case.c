/* One case: what is wrong by which rule, then the evidence step by step. What earlier cases told is only referred to. */
#include "common/base.h"
#include "reports/console.h"

#include "common/embedded.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"
#include "reports/told.h"
#include "reports/view.h"

#include <inttypes.h>
#include <string.h>

#define SAME_RULE_MAX 3 /* findings of one rule told in words */
#define STEPS_MAX     3 /* steps shown with evidence */

static void line_end(struct console *c)
{
    buffer_add_char(c->out, '\n');
}

/* --- what is new --------------------------------------------------------------------------------------------------------- */

/* A case with what was told of it before. */
struct telling {
    struct console *c;
    const struct case_result *result;
    struct view_group *groups; /* of level must come first */
    size_t group_count;
    const char **key;                 /* per finding */
    const struct case_result **where; /* per finding: the case that told it; this case: an earlier finding of it; NULL: news */
    bool *news;                       /* per finding: of level must, and told here */
};

static const struct case_result *told_where(const struct telling *telling, size_t index)
{
    const char *key = telling->key[index];
    const struct case_result *where = key == NULL ? NULL : map_get(telling->c->told, key);
    for (size_t i = 0; i < index && key != NULL && where == NULL; i++) {
        if (telling->news[i] && text_equal(telling->key[i], key))
            where = telling->result;
    }
    return where;
}

static struct telling telling_of(struct console *c, const struct case_result *result)
{
    struct telling telling = {.c = c, .result = result};
    telling.group_count = view_groups(c->arena, result, &telling.groups);
    telling.key = arena_array(c->arena, result->finding_count + 1, sizeof *telling.key);
    telling.where = arena_array(c->arena, result->finding_count + 1, sizeof *telling.where);
    telling.news = arena_array(c->arena, result->finding_count + 1, sizeof *telling.news);
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].level != LEVEL_MUST)
            continue;
        telling.key[i] = told_key(c->arena, result, &result->findings[i]);
        telling.where[i] = told_where(&telling, i);
        telling.news[i] = telling.where[i] == NULL;
    }
    return telling;
}

static size_t index_of(const struct telling *telling, const struct finding *finding)
{
    return (size_t)(finding - telling->result->findings);
}

static bool is_must(const struct view_group *group)
{
    return group->first->level == LEVEL_MUST;
}

static size_t news_of_group(const struct telling *telling, const struct view_group *group)
{
    size_t n = 0;
    for (size_t i = 0; i < group->count; i++)
        n += telling->news[index_of(telling, group->items[i])];
    return n;
}

static size_t news_of_step(const struct telling *telling, size_t step)
{
    size_t n = 0;
    for (size_t i = 0; i < telling->result->finding_count; i++)
        n += telling->news[i] && telling->result->findings[i].step == step;
    return n;
}

/* --- findings ------------------------------------------------------------------------------------------------------------ */

static void compared(struct console *c, const char *name, const char *text, enum console_style style)
{
    if (text == NULL)
        return;
    buffer_printf(c->out, "      %-9s ", name);
    console_text(c, style, 16, text[0] == '\0' ? "(nothing)" : text);
    line_end(c);
}

/* Below the name of its step, unless the finding above stands there already. */
static void one_finding(struct console *c, const struct case_result *result, const struct finding *finding,
                        const struct finding *above)
{
    if (above == NULL || above->step != finding->step) {
        buffer_add(c->out, "    ");
        console_text(c, STYLE_DIM, 4, view_step(c->arena, result, finding->step));
        line_end(c);
    }
    buffer_add(c->out, "    ");
    console_text(c, STYLE_BOLD, 4, view_or(finding->message, "no message"));
    line_end(c);
    compared(c, "expected", finding->expected, STYLE_GOOD);
    compared(c, "actual", finding->actual, STYLE_BAD);
}

/* Each step once, of those that `rule` left out. */
static void left_out(const struct telling *telling, const struct view_group *group, size_t told)
{
    if (group->count == told)
        return;
    struct console *c = telling->c;
    buffer_printf(c->out, "    … %zu more by this rule, in step", group->count - told);
    size_t named = 0, in_words = 0, last = SIZE_MAX;
    for (size_t i = 0; i < group->count && named < 12; i++) {
        if (telling->news[index_of(telling, group->items[i])] && in_words++ < SAME_RULE_MAX)
            continue;
        if (group->items[i]->step == last)
            continue;
        last = group->items[i]->step;
        buffer_printf(c->out, "%s %zu", named++ == 0 ? "" : ",", last);
    }
    line_end(c);
}

static void rule_head(struct console *c, const struct finding *first)
{
    buffer_add(c->out, "  ");
    console_text(c, STYLE_BAD, 0, "! ");
    console_text(c, STYLE_BAD, 4, view_or(first->rule, "?"));
    buffer_printf(c->out, "  [%s]", finding_class_name(first->class));
    if (first->source != NULL) {
        buffer_add(c->out, "  ");
        console_text(c, STYLE_PLAIN, 4, first->source);
    }
    line_end(c);
}

static void rule(const struct telling *telling, const struct view_group *group)
{
    struct console *c = telling->c;
    const struct finding *above = NULL;
    size_t told = 0;
    rule_head(c, group->first);
    for (size_t i = 0; i < group->count && told < SAME_RULE_MAX; i++) {
        if (!telling->news[index_of(telling, group->items[i])])
            continue;
        one_finding(c, telling->result, group->items[i], above);
        above = group->items[i];
        told++;
    }
    left_out(telling, group, told);
    for (size_t i = 0; i < group->count; i++) {
        if (group->items[i]->hint == NULL)
            continue;
        buffer_add(c->out, "    hint: ");
        console_text(c, STYLE_PLAIN, 10, group->items[i]->hint);
        line_end(c);
        break;
    }
}

/* --- what is not new ----------------------------------------------------------------------------------------------------- */

/* The case that told this rule, when all of the group was told. */
static const struct case_result *origin(const struct telling *telling, const struct view_group *group)
{
    bool old = is_must(group) && news_of_group(telling, group) == 0;
    return old ? telling->where[index_of(telling, group->first)] : NULL;
}

/* "RULE, RULE", of one origin or (NULL) of all */
static void old_rules(const struct telling *telling, const struct case_result *of)
{
    bool first = true;
    for (size_t i = 0; i < telling->group_count; i++) {
        const struct case_result *where = origin(telling, &telling->groups[i]);
        if (where == NULL || (of != NULL && where != of))
            continue;
        if (!first)
            buffer_add(telling->c->out, ", ");
        console_text(telling->c, STYLE_PLAIN, 4, view_or(telling->groups[i].first->rule, "?"));
        first = false;
    }
}

static bool origin_named(const struct telling *telling, size_t before, const struct case_result *where)
{
    for (size_t i = 0; i < before; i++) {
        if (origin(telling, &telling->groups[i]) == where)
            return true;
    }
    return false;
}

static void also(const struct telling *telling)
{
    struct console *c = telling->c;
    bool any = false;
    for (size_t i = 0; i < telling->group_count; i++) {
        const struct case_result *where = origin(telling, &telling->groups[i]);
        if (where == NULL || origin_named(telling, i, where))
            continue;
        buffer_add(c->out, any ? "; " : "\n  also: ");
        old_rules(telling, where);
        buffer_add(c->out, " (shown above in ");
        console_text(c, STYLE_PLAIN, 4, view_or(where->id, "?"));
        buffer_add_char(c->out, ' ');
        console_text(c, STYLE_PLAIN, 4, view_or(where->dialect, "?"));
        buffer_add_char(c->out, ')');
        any = true;
    }
    if (any)
        line_end(c);
}

static bool all_told(const struct telling *telling)
{
    size_t must = 0, news = 0;
    for (size_t i = 0; i < telling->group_count; i++) {
        must += is_must(&telling->groups[i]);
        news += news_of_group(telling, &telling->groups[i]);
    }
    return telling->result->outcome == OUTCOME_FAILED && must > 0 && news == 0;
}

static void name(struct console *c, const struct case_result *result)
{
    console_text(c, console_outcome_style(result->outcome), 0, outcome_word(result->outcome));
    buffer_add(c->out, "  ");
    console_text(c, STYLE_BOLD, 4, view_or(result->id, "?"));
    buffer_add(c->out, "  ");
    console_text(c, STYLE_PLAIN, 4, view_or(result->dialect, "?"));
}

static void one_line(const struct telling *telling)
{
    name(telling->c, telling->result);
    buffer_add(telling->c->out, ": ");
    old_rules(telling, NULL);
    buffer_add(telling->c->out, " as above\n");
}

/* --- a case in full ------------------------------------------------------------------------------------------------------ */

static size_t last_step(const struct case_result *result)
{
    size_t last = result->step_count;
    for (size_t i = 0; i < result->finding_count; i++)
        last = result->findings[i].step >= last ? result->findings[i].step + 1 : last;
    return last;
}

/* Only what stands there in words and with its evidence counts as told. */
static void note_told(const struct telling *telling, size_t steps_before)
{
    for (size_t g = 0; g < telling->group_count; g++) {
        size_t in_words = 0;
        for (size_t i = 0; i < telling->groups[g].count; i++) {
            size_t index = index_of(telling, telling->groups[g].items[i]);
            if (!telling->news[index] || in_words++ >= SAME_RULE_MAX)
                continue;
            if (telling->key[index] != NULL && telling->result->findings[index].step < steps_before)
                map_set(telling->c->told, telling->key[index], (void *)(uintptr_t)telling->result);
        }
    }
}

static void evidence(const struct telling *telling)
{
    struct console *c = telling->c;
    size_t shown = 0, steps = last_step(telling->result), end = steps;
    for (size_t step = 0; step < steps; step++) {
        if (news_of_step(telling, step) == 0)
            continue;
        if (shown++ < STEPS_MAX)
            console_step(c, telling->result, step, telling->news);
        else
            end = step < end ? step : end;
    }
    if (shown > STEPS_MAX)
        buffer_printf(c->out, "\n  … %s with findings: see the HTML or JSON report\n",
                      view_count(c->arena, shown - STEPS_MAX, "more step", "more steps"));
    note_told(telling, end);
}

/* How to play this case alone: a scenario of the suite or of a directory by its id, one from a file of its own by that file. Only for names that no
 * shell takes apart. */
static void again(struct console *c, const struct run_result *run, const struct case_result *result)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-";
    const char *file = view_or(result->file, ""), *dialect = view_or(result->dialect, "");
    bool by_id = run->scenarios != NULL || *file == '\0' || embedded_find(file) != NULL;
    const char *select = by_id ? view_or(result->id, "") : file;
    if (*select == '\0' || *dialect == '\0' || select[strspn(select, plain)] != '\0' || dialect[strspn(dialect, plain)] != '\0')
        return;
    struct buffer line = buffer_new(0);
    buffer_printf(&line, "  again: scimulator run %s", view_or(run->again, ""));
    if (run->scenarios != NULL) {
        buffer_add(&line, "--scenarios ");
        shell_word(&line, run->scenarios);
        buffer_add_char(&line, ' ');
    }
    buffer_printf(&line, "%s %s ", select, result->dialect_file == NULL ? "--idp" : "--dialect");
    shell_word(&line, result->dialect_file == NULL ? dialect : result->dialect_file);
    buffer_printf(&line, " --seed %" PRIu64 "\n", run->seed);
    markup_add_plain(c->out, buffer_text(&line));
    buffer_release(&line);
}

static void head(struct console *c, const struct run_result *run, const struct case_result *result)
{
    name(c, result);
    line_end(c);
    if (result->title != NULL) {
        buffer_add(c->out, "  ");
        console_text(c, STYLE_PLAIN, 2, result->title);
        line_end(c);
    }
    buffer_add(c->out, "  ");
    console_text(c, STYLE_DIM, 2, view_or(result->file, "no file"));
    line_end(c);
    again(c, run, result);
    if (result->reason != NULL) {
        buffer_add(c->out, "  ");
        console_text(c, STYLE_BAD, 2, result->reason);
        line_end(c);
    }
}

void console_cases_end(struct console *c)
{
    if (c->in_lines)
        line_end(c);
    c->in_lines = false;
}

void console_case(struct console *c, const struct run_result *run, const struct case_result *result)
{
    const struct telling telling = telling_of(c, result);
    if (all_told(&telling)) {
        one_line(&telling);
        c->in_lines = true;
        return;
    }
    console_cases_end(c);
    head(c, run, result);
    for (size_t i = 0; i < telling.group_count; i++) {
        if (news_of_group(&telling, &telling.groups[i]) == 0)
            continue;
        line_end(c);
        rule(&telling, &telling.groups[i]);
    }
    also(&telling);
    evidence(&telling);
    line_end(c);
}
