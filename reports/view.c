#include "common/base.h"
#include "reports/view.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- findings ------------------------------------------------------------------------------------------------------------ */

static bool same_group(const struct finding *a, const struct finding *b)
{
    return a->class == b->class && a->level == b->level && text_equal(a->rule, b->rule);
}

static struct view_group *group_of(struct view_group *groups, size_t count, const struct finding *finding)
{
    for (size_t i = 0; i < count; i++) {
        if (same_group(groups[i].first, finding))
            return &groups[i];
    }
    return NULL;
}

size_t view_groups(struct arena *arena, const struct case_result *result, struct view_group **out)
{
    struct view_group *groups = arena_array(arena, result->finding_count + 1, sizeof *groups);
    size_t count = 0;
    static const enum finding_level levels[] = {LEVEL_MUST, LEVEL_SHOULD};
    for (size_t l = 0; l < ARRAY_LEN(levels); l++) {
        for (size_t i = 0; i < result->finding_count; i++) {
            const struct finding *finding = &result->findings[i];
            if (finding->level != levels[l])
                continue;
            struct view_group *group = group_of(groups, count, finding);
            if (group == NULL) {
                group = &groups[count++];
                group->first = finding;
            }
            group->count++;
        }
    }
    for (size_t g = 0; g < count; g++) {
        groups[g].items = arena_array(arena, groups[g].count, sizeof *groups[g].items);
        for (size_t i = 0, n = 0; i < result->finding_count; i++) {
            if (same_group(groups[g].first, &result->findings[i]))
                groups[g].items[n++] = &result->findings[i];
        }
    }
    *out = groups;
    return count;
}

static struct view_rule *rule_of(struct view_rule *rules, size_t *count, const struct finding *finding)
{
    for (size_t i = 0; i < *count; i++) {
        if (same_group(rules[i].first, finding))
            return &rules[i];
    }
    rules[*count] = (struct view_rule){.first = finding};
    return &rules[(*count)++];
}

/* Keeps the order of what is equal. */
static void sort_rules(struct view_rule *rules, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct view_rule moving = rules[i];
        size_t to = i;
        for (; to > 0 && rules[to - 1].cases < moving.cases; to--)
            rules[to] = rules[to - 1];
        rules[to] = moving;
    }
}

static size_t count_findings(const struct run_result *run)
{
    size_t n = 0;
    for (size_t i = 0; i < run->case_count; i++)
        n += run->cases[i].finding_count;
    return n;
}

size_t view_rules(struct arena *arena, const struct run_result *run, enum finding_level level, struct view_rule **out)
{
    struct view_rule *rules = arena_array(arena, count_findings(run) + 1, sizeof *rules);
    size_t *last = arena_array(arena, count_findings(run) + 1, sizeof *last); /* number of the case that was counted last */
    size_t count = 0;
    for (size_t i = 0; i < run->case_count; i++) {
        for (size_t f = 0; f < run->cases[i].finding_count; f++) {
            const struct finding *finding = &run->cases[i].findings[f];
            if (finding->level != level)
                continue;
            struct view_rule *rule = rule_of(rules, &count, finding);
            if (rule->findings++ == 0) {
                rule->in = &run->cases[i];
                rule->number = i + 1;
            }
            rule->cases += last[rule - rules] != i + 1;
            last[rule - rules] = i + 1;
        }
    }
    sort_rules(rules, count);
    *out = rules;
    return count;
}

const struct exchange *view_exchange(const struct case_result *result, const struct finding *finding)
{
    const struct exchange *named = NULL, *last = NULL;
    if (finding->exchange >= 0 && (size_t)finding->exchange < result->exchange_count)
        named = &result->exchanges[finding->exchange];
    if (named != NULL && (finding->class != FINDING_ACCESS || named->side == SIDE_IDP))
        return named;
    for (size_t i = 0; i < result->exchange_count; i++) {
        if (result->exchanges[i].step == finding->step && result->exchanges[i].side == SIDE_IDP)
            last = &result->exchanges[i];
    }
    return last != NULL ? last : named;
}

bool view_needs_attention(const struct case_result *result)
{
    return result->outcome == OUTCOME_FAILED || result->outcome == OUTCOME_ERROR;
}

/* --- bodies -------------------------------------------------------------------------------------------------------------- */

struct view_text view_body(struct arena *arena, struct bytes body, size_t max)
{
    struct view_text text = {body, 0};
    struct error *ignored = NULL;
    const json *value = body.n > 0 ? json_parse(arena, body, "body", ignored) : NULL;
    if (value != NULL) {
        const char *pretty = json_print_pretty(arena, value);
        text.shown = (struct bytes){pretty, strlen(pretty)};
    }
    while (text.shown.n > 0 && text.shown.p[text.shown.n - 1] == '\n')
        text.shown.n--;
    if (text.shown.n > max) {
        size_t cut = max;
        while (cut > 0 && ((unsigned char)text.shown.p[cut] & 0xC0) == 0x80)
            cut--;
        text.more = text.shown.n - cut;
        text.shown.n = cut;
    }
    return text;
}

/* --- access -------------------------------------------------------------------------------------------------------------- */

static void add_name(const char **names, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++) {
        if (text_equal(names[i], name))
            return;
    }
    names[(*count)++] = name;
}

static size_t index_of(const char *const *names, size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && !text_equal(names[i], name))
        i++;
    return i;
}

enum { BEFORE, AFTER, EXPECTED, MATRICES };

static void frame(struct arena *arena, const struct access_matrix *const *matrices, struct view_matrix *out)
{
    size_t users = 0, resources = 0;
    for (size_t m = 0; m < MATRICES; m++) {
        users += matrices[m] == NULL ? 0 : matrices[m]->users;
        resources += matrices[m] == NULL ? 0 : matrices[m]->resources;
    }
    out->row = arena_array(arena, users + 1, sizeof *out->row);
    out->column = arena_array(arena, resources + 1, sizeof *out->column);
    out->column[out->columns++] = "sign-in";
    for (size_t m = 0; m < MATRICES; m++) {
        for (size_t i = 0; matrices[m] != NULL && i < matrices[m]->users; i++)
            add_name(out->row, &out->rows, matrices[m]->user[i]);
        size_t named = out->columns - 1;
        for (size_t i = 0; matrices[m] != NULL && i < matrices[m]->resources; i++)
            add_name(out->column + 1, &named, matrices[m]->resource[i]);
        out->columns = named + 1;
    }
    out->cells = arena_array(arena, out->rows * out->columns + 1, sizeof *out->cells);
}

static const char **slot(struct view_cell *cell, size_t matrix)
{
    return matrix == BEFORE ? &cell->before : matrix == AFTER ? &cell->after : &cell->expected;
}

/* Copies one of the three matrices in. A resource or person that an observed matrix does not name gives no access. */
static void lay(struct view_matrix *out, const struct access_matrix *matrix, size_t which)
{
    for (size_t i = 0; which != EXPECTED && i < out->rows * out->columns; i++)
        *slot(&out->cells[i], which) = i % out->columns == 0 ? NULL : "";
    for (size_t u = 0; u < matrix->users; u++) {
        struct view_cell *row = &out->cells[index_of(out->row, out->rows, matrix->user[u]) * out->columns];
        if (matrix->sign_in != NULL)
            *slot(&row[0], which) = matrix->sign_in[u];
        for (size_t r = 0; r < matrix->resources; r++) {
            const char *cell = matrix->cell[u * matrix->resources + r];
            if (cell != NULL)
                *slot(&row[1 + index_of(out->column + 1, out->columns - 1, matrix->resource[r])], which) = cell;
        }
    }
}

static bool differ(const char *a, const char *b)
{
    return a != NULL && b != NULL && !text_equal(a, b);
}

bool view_matrix(struct arena *arena, const struct step_result *step, struct view_matrix *out)
{
    const struct access_matrix *matrices[MATRICES] = {step->before, step->after, step->expected};
    *out = (struct view_matrix){0};
    if (step->after == NULL)
        return false;
    frame(arena, matrices, out);
    for (size_t m = 0; m < MATRICES; m++) {
        if (matrices[m] != NULL)
            lay(out, matrices[m], m);
    }
    for (size_t i = 0; i < out->rows * out->columns; i++) {
        struct view_cell *cell = &out->cells[i];
        cell->changed = differ(cell->before, cell->after);
        cell->wrong = differ(cell->expected, cell->after);
        out->changed += cell->changed;
        out->wrong += cell->wrong;
    }
    out->compared = step->expected != NULL;
    return true;
}

const char *view_access(const char *cell)
{
    return cell == NULL ? "?" : cell[0] == '\0' ? "none" : cell;
}

/* --- words --------------------------------------------------------------------------------------------------------------- */

const char *view_or(const char *text, const char *fallback)
{
    return text == NULL ? fallback : text;
}

const char *view_step(struct arena *arena, const struct case_result *result, size_t step)
{
    const char *title = step < result->step_count ? result->steps[step].title : NULL;
    if (step == 0)
        return title == NULL || text_equal(title, "set-up") ? "set-up" : arena_printf(arena, "set-up: %s", title);
    return title == NULL ? arena_printf(arena, "step %zu", step) : arena_printf(arena, "step %zu: %s", step, title);
}

const char *view_side(enum exchange_side side)
{
    return side == SIDE_IDP ? "identity provider" : side == SIDE_OBSERVER ? "observer" : "administrator";
}

const char *view_duration(struct arena *arena, uint64_t us)
{
    uint64_t ms = us / 1000 + (us % 1000 >= 500);
    if (ms < 1000)
        return arena_printf(arena, "%" PRIu64 " ms", ms);
    if (ms < 60000)
        return arena_printf(arena, "%" PRIu64 ".%" PRIu64 " s", ms / 1000, ms % 1000 / 100);
    return arena_printf(arena, "%" PRIu64 " min %" PRIu64 " s", ms / 60000, ms / 1000 % 60);
}

const char *view_count(struct arena *arena, size_t n, const char *one, const char *many)
{
    return arena_printf(arena, "%zu %s", n, n == 1 ? one : many);
}
