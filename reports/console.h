/* console.h: what the parts of the console report share: console.c (lists and totals), console_case.c (one case) and
 * console_step.c (the evidence of one of its steps).
 * Whatever comes from outside goes through console_text, never straight into the buffer. */
#ifndef REPORTS_CONSOLE_H
#define REPORTS_CONSOLE_H

#include "common/base.h"
#include "reports/result.h"

struct arena;
struct buffer;
struct map;
struct report_options;

struct console {
    struct buffer *out;
    struct arena *arena;
    bool colour;
    size_t width;
    struct map *told; /* told_key -> the case_result that told it in full */
    bool in_lines;    /* the last case was one line */
};

enum console_style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_BAD, STYLE_WARN };

#define CONSOLE_BODY_MAX 1500 /* bytes of a body shown */
#define CONSOLE_TEXT_MAX 2000 /* bytes of a message, header or target shown */
#define CONSOLE_CURL_MAX 4000 /* a longer line is left to the other reports */

/* Text of any number of lines; each further line starts with `indent` blanks. At most CONSOLE_TEXT_MAX bytes. */
void console_text(struct console *c, enum console_style style, size_t indent, const char *text);
/* One line's worth of text, filled up with blanks to `width` columns. */
void console_pad(struct console *c, enum console_style style, const char *text, size_t width);
size_t console_columns(const char *text, size_t n); /* characters, as markup_add_plain shows them */
enum console_style console_outcome_style(enum outcome outcome);
/* One line's worth of text, cut with "…" to at most so many columns. */
void console_cut(struct console *c, enum console_style style, const char *text, size_t columns);

/* A case that failed or broke. What earlier cases told already is one line, often the whole case; the rest is told in full: findings, requests, access. */
void console_case(struct console *c, const struct run_result *run, const struct case_result *result);
void console_cases_end(struct console *c); /* after the last of them */
/* A step as evidence: its exchanges, how to repeat one, access afterwards. `news` says of each finding of the case whether it is told here. */
void console_step(struct console *c, const struct case_result *result, size_t step, const bool *news);

#endif
