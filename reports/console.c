#include "common/base.h"
#include "reports/console.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"
#include "reports/report.h"
#include "reports/view.h"
#include "reports/writers.h"

#include <inttypes.h>
#include <string.h>

#define DEFAULT_WIDTH 100
#define REASONS_MAX   8 /* lines per list of reasons */
#define RULES_MAX     40
#define COLUMN_MAX    40 /* a longer name stands out of its column */

/* --- text ---------------------------------------------------------------------------------------------------------------- */

static const char *const styles[] = {
    [STYLE_PLAIN] = NULL,      [STYLE_BOLD] = "\033[1m",   [STYLE_DIM] = "\033[2m",
    [STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31;1m", [STYLE_WARN] = "\033[33m",
};

static void style_begin(struct console *c, enum console_style style)
{
    if (c->colour && styles[style] != NULL)
        buffer_add(c->out, styles[style]);
}

static void style_end(struct console *c, enum console_style style)
{
    if (c->colour && styles[style] != NULL)
        buffer_add(c->out, "\033[0m");
}

static void blanks(struct buffer *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buffer_add_char(out, ' ');
}

void console_text(struct console *c, enum console_style style, size_t indent, const char *text)
{
    const char *p = view_or(text, "");
    struct view_text shown = {{p, strlen(p)}, 0};
    if (shown.shown.n > CONSOLE_TEXT_MAX) {
        shown.more = shown.shown.n - CONSOLE_TEXT_MAX;
        shown.shown.n = CONSOLE_TEXT_MAX;
    }
    style_begin(c, style);
    for (size_t i = 0; i < shown.shown.n;) {
        const char *newline = memchr(p + i, '\n', shown.shown.n - i);
        size_t end = newline == NULL ? shown.shown.n : (size_t)(newline - p);
        size_t n = end - i - (newline != NULL && end > i && p[end - 1] == '\r');
        markup_add_plain_bytes(c->out, (struct bytes){p + i, n});
        if (newline != NULL && end + 1 < shown.shown.n) {
            buffer_add_char(c->out, '\n');
            blanks(c->out, indent);
        }
        i = end + 1;
    }
    style_end(c, style);
    if (shown.more > 0)
        buffer_printf(c->out, " … %zu more bytes", shown.more);
}

size_t console_columns(const char *text, size_t n)
{
    struct buffer shown = buffer_new(0);
    markup_add_plain_bytes(&shown, (struct bytes){text, n});
    size_t columns = 0;
    for (size_t i = 0; i < shown.n; i++)
        columns += ((unsigned char)shown.p[i] & 0xC0) != 0x80;
    buffer_release(&shown);
    return columns;
}

void console_pad(struct console *c, enum console_style style, const char *text, size_t width)
{
    size_t columns = console_columns(text, strlen(text));
    console_text(c, style, 0, text);
    if (columns < width)
        blanks(c->out, width - columns);
}

void console_cut(struct console *c, enum console_style style, const char *text, size_t columns)
{
    size_t n = strlen(text), end = 0, used = 0;
    while (end < n) {
        uint32_t character;
        size_t bytes = markup_decode(text + end, n - end, &character);
        used += console_columns(text + end, bytes);
        if (used >= columns && end + bytes < n) {
            console_text(c, style, 0, arena_printf(c->arena, "%.*s…", (int)end, text));
            return;
        }
        end += bytes;
    }
    console_text(c, style, 0, text);
}

enum console_style console_outcome_style(enum outcome outcome)
{
    static const enum console_style of[OUTCOME_COUNT] = {
        [OUTCOME_PASSED] = STYLE_GOOD, [OUTCOME_FAILED] = STYLE_BAD,         [OUTCOME_WARNING] = STYLE_WARN,
        [OUTCOME_SKIPPED] = STYLE_DIM, [OUTCOME_NOT_OBSERVABLE] = STYLE_DIM, [OUTCOME_ERROR] = STYLE_BAD,
    };
    return of[outcome];
}

static void case_line(struct console *c, const struct case_result *result)
{
    buffer_add(c->out, "  ");
    console_pad(c, console_outcome_style(result->outcome), outcome_word(result->outcome), 15);
    console_pad(c, STYLE_PLAIN, view_or(result->id, "?"), 45);
    buffer_add_char(c->out, ' ');
    console_pad(c, STYLE_PLAIN, view_or(result->dialect, "?"), 15);
    buffer_printf(c->out, " %4zu %-8s  %s\n", result->requests, result->requests == 1 ? "request" : "requests",
                  view_duration(c->arena, result->duration_us));
}

void report_case_line(const struct case_result *result, const struct report_options *options, struct buffer *out)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct console c = {.out = out, .arena = arena, .colour = options != NULL && options->colour, .width = DEFAULT_WIDTH};
    case_line(&c, result);
}

/* --- rules and reasons, grouped over the whole run ----------------------------------------------------------------------- */

static void heading(struct console *c, const char *text)
{
    console_text(c, STYLE_BOLD, 0, text);
    buffer_add_char(c->out, '\n');
}

static void rule_row(struct console *c, const struct view_rule *rule, size_t width, enum console_style style)
{
    buffer_printf(c->out, "  %5zu  ", rule->cases);
    console_pad(c, style, view_or(rule->first->rule, "?"), width);
    buffer_printf(c->out, "  %-8s  ", finding_class_name(rule->first->class));
    console_text(c, STYLE_PLAIN, 9, view_or(rule->in->id, "?"));
    buffer_add_char(c->out, ' ');
    console_text(c, STYLE_PLAIN, 9, view_or(rule->in->dialect, "?"));
    buffer_add(c->out, "\n         ");
    console_text(c, STYLE_DIM, 9, view_or(rule->first->source, "no source"));
    buffer_add(c->out, ": ");
    console_text(c, STYLE_PLAIN, 9, view_or(rule->first->message, "no message"));
    buffer_add_char(c->out, '\n');
}

/* What a developer reads first: two bugs can fail a hundred cases. */
static void rules(struct console *c, const struct run_result *run, enum finding_level level, const char *title)
{
    struct view_rule *rows;
    size_t count = view_rules(c->arena, run, level, &rows), width = 0;
    if (count == 0)
        return;
    for (size_t i = 0; i < count && i < RULES_MAX; i++) {
        const char *name = view_or(rows[i].first->rule, "?");
        size_t columns = console_columns(name, strlen(name));
        width = columns > width && columns <= COLUMN_MAX ? columns : width;
    }
    heading(c, title);
    buffer_add(c->out, "  cases  ");
    console_pad(c, STYLE_PLAIN, "rule", width);
    buffer_add(c->out, "  class     first case\n");
    for (size_t i = 0; i < count && i < RULES_MAX; i++)
        rule_row(c, &rows[i], width, level == LEVEL_MUST ? STYLE_BAD : STYLE_WARN);
    if (count > RULES_MAX)
        buffer_printf(c->out, "  … %zu more rules\n", count - RULES_MAX);
    buffer_add_char(c->out, '\n');
}

struct tally { /* one line of a list: a text and how often it stands for something */
    const char *text;
    size_t count;
};

static struct tally *tally_of(struct tally *tallies, size_t *count, const char *text)
{
    for (size_t i = 0; i < *count; i++) {
        if (text_equal(tallies[i].text, text))
            return &tallies[i];
    }
    tallies[*count].text = text;
    return &tallies[(*count)++];
}

static void reasons(struct console *c, const struct run_result *run, enum outcome outcome, const char *title)
{
    struct tally *tallies = arena_array(c->arena, run->case_count + 1, sizeof *tallies);
    size_t count = 0, total = 0;
    for (size_t i = 0; i < run->case_count; i++) {
        if (run->cases[i].outcome != outcome)
            continue;
        tally_of(tallies, &count, view_or(run->cases[i].reason, "no reason given"))->count++;
        total++;
    }
    if (total == 0)
        return;
    heading(c, arena_printf(c->arena, "%s: %s", title, view_count(c->arena, total, "case", "cases")));
    for (size_t i = 0; i < count && i < REASONS_MAX; i++) {
        buffer_printf(c->out, "  %4zu  ", tallies[i].count);
        console_text(c, STYLE_PLAIN, 8, tallies[i].text);
        buffer_add_char(c->out, '\n');
    }
    if (count > REASONS_MAX)
        buffer_printf(c->out, "        … %zu more reasons\n", count - REASONS_MAX);
    buffer_add_char(c->out, '\n');
}

/* --- totals -------------------------------------------------------------------------------------------------------------- */

static void number(struct console *c, size_t n, int width, enum console_style style)
{
    style_begin(c, n > 0 ? style : STYLE_DIM);
    buffer_printf(c->out, "%*zu", width, n);
    style_end(c, n > 0 ? style : STYLE_DIM);
}

static void outcome_row(struct console *c, const char *name, const size_t *counts)
{
    size_t total = 0;
    buffer_add(c->out, "  ");
    console_pad(c, STYLE_PLAIN, name, 16);
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        number(c, counts[i], (int)strlen(outcome_word((enum outcome)i)) + 2, console_outcome_style((enum outcome)i));
        total += counts[i];
    }
    number(c, total, 7, STYLE_BOLD);
    buffer_add_char(c->out, '\n');
}

static void outcome_table(struct console *c, const struct run_result *run, const struct run_summary *summary)
{
    buffer_printf(c->out, "  %-16s", "Cases");
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        buffer_printf(c->out, "  %s", outcome_word((enum outcome)i));
    buffer_add(c->out, "  total\n");
    const char **names = arena_array(c->arena, run->case_count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < run->case_count; i++) {
        const char *name = view_or(run->cases[i].dialect, "?");
        size_t n = 0;
        while (n < count && !text_equal(names[n], name))
            n++;
        if (n == count)
            names[count++] = name;
    }
    for (size_t n = 0; n < count; n++) {
        size_t counts[OUTCOME_COUNT] = {0};
        for (size_t i = 0; i < run->case_count; i++) {
            if (text_equal(view_or(run->cases[i].dialect, "?"), names[n]))
                counts[run->cases[i].outcome]++;
        }
        outcome_row(c, names[n], counts);
    }
    if (count != 1)
        outcome_row(c, "total", summary->outcomes);
}

static void class_table(struct console *c, const struct run_summary *summary)
{
    static const char *const meaning[FINDING_CLASS_COUNT] = {
        [FINDING_PROTOCOL] = "breaks a requirement of the SCIM RFCs",
        [FINDING_DIALECT] = "breaks with Okta or Entra",
        [FINDING_ACCESS] = "gives or takes access wrongly",
    };
    buffer_printf(c->out, "\n  %-16s  %6s  %8s\n", "Findings", "must", "should");
    for (size_t i = 0; i < FINDING_CLASS_COUNT; i++) {
        buffer_printf(c->out, "  %-16s  ", finding_class_name((enum finding_class)i));
        number(c, summary->findings[i], 6, STYLE_BAD);
        number(c, summary->warnings[i], 10, STYLE_WARN);
        buffer_add(c->out, "   ");
        console_text(c, STYLE_DIM, 0, meaning[i]);
        buffer_add_char(c->out, '\n');
    }
    buffer_add_char(c->out, '\n');
}

static const char *verdict(const struct run_result *run, const struct run_summary *summary)
{
    return run->interrupted                                        ? "Interrupted"
           : run->problem != NULL                                  ? "Ended early"
           : summary->outcomes[OUTCOME_ERROR] > 0                  ? "Error"
           : summary->outcomes[OUTCOME_FAILED] > 0                 ? "Failed"
           : run->case_count == summary->outcomes[OUTCOME_SKIPPED] ? "Nothing played"
           : summary->outcomes[OUTCOME_PASSED] + summary->outcomes[OUTCOME_WARNING] == 0
               ? "No finding, but not all was observable"
               : "Passed";
}

static void last_line(struct console *c, const struct run_result *run, const struct run_summary *summary)
{
    static const struct {
        enum outcome outcome;
        const char *text;
    } parts[] = {
        {OUTCOME_ERROR, "broken off by an error"},
        {OUTCOME_WARNING, "with warnings"},
        {OUTCOME_SKIPPED, "skipped"},
        {OUTCOME_NOT_OBSERVABLE, "not observable"},
    };
    bool good = run_exit_status(run) == 0 && !run->interrupted && run->problem == NULL;
    console_text(c, good ? STYLE_GOOD : STYLE_BAD, 0, verdict(run, summary));
    buffer_add(c->out, ": ");
    if (summary->outcomes[OUTCOME_FAILED] > 0)
        buffer_printf(c->out, "%zu of %s failed", summary->outcomes[OUTCOME_FAILED],
                      view_count(c->arena, run->case_count, "case", "cases"));
    else
        buffer_printf(c->out, "%s%s", view_count(c->arena, run->case_count, "case", "cases"),
                      run->case_count > 0 ? ", none failed" : "");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (summary->outcomes[parts[i].outcome] > 0)
            buffer_printf(c->out, ", %zu %s", summary->outcomes[parts[i].outcome], parts[i].text);
    }
    buffer_printf(c->out, "; %s in %s\n", view_count(c->arena, summary->requests, "request", "requests"),
                  view_duration(c->arena, run->duration_us));
}

static void totals(struct console *c, const struct run_result *run)
{
    struct run_summary summary = run_summarize(run);
    if (run->case_count > 0) {
        outcome_table(c, run, &summary);
        class_table(c, &summary);
    }
    buffer_add(c->out, "  target ");
    console_text(c, STYLE_PLAIN, 4, view_or(run->target, "?"));
    buffer_printf(c->out, ", seed %" PRIu64 ", scimulator %s\n", run->seed, view_or(run->version, "?"));
    if (run->problem != NULL) {
        buffer_add(c->out, "  ");
        console_text(c, STYLE_BAD, 4, run->problem);
        buffer_add_char(c->out, '\n');
    }
    last_line(c, run, &summary);
}

static void free_map(void *map)
{
    map_free(map);
}

/* Each in an arena of its own, so that memory does not grow with the run. */
static void cases(struct console *c, const struct run_result *run)
{
    struct arena *whole = c->arena;
    c->told = map_new();
    arena_defer(whole, free_map, c->told);
    for (size_t i = 0; i < run->case_count; i++) {
        struct arena *one CLEANUP(arena_cleanup) = arena_new();
        c->arena = one;
        if (view_needs_attention(&run->cases[i]))
            console_case(c, run, &run->cases[i]);
    }
    c->arena = whole;
    console_cases_end(c);
}

void report_write_console(const struct run_result *run, const struct report_options *options, struct buffer *out)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct console c = {
        .out = out, .arena = arena, .colour = options->colour, .width = options->width == 0 ? DEFAULT_WIDTH : options->width};
    for (size_t i = 0; options->verbose && i < run->case_count; i++)
        case_line(&c, &run->cases[i]);
    if (options->verbose && run->case_count > 0)
        buffer_add_char(out, '\n');
    cases(&c, run);
    rules(&c, run, LEVEL_MUST, "Findings by rule");
    rules(&c, run, LEVEL_SHOULD, "Warnings by rule");
    reasons(&c, run, OUTCOME_SKIPPED, "Skipped");
    reasons(&c, run, OUTCOME_NOT_OBSERVABLE, "Not observable");
    totals(&c, run);
}
