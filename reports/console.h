/* console.h: what the two halves of the console report share: console.c (lists and totals) and console_case.c (one case in full).
 * Whatever comes from outside goes through console_text, never straight into the buffer. */
#ifndef REPORTS_CONSOLE_H
#define REPORTS_CONSOLE_H

#include "common/base.h"
#include "reports/result.h"

struct arena;
struct buffer;
struct report_options;

struct console {
    struct buffer *out;
    struct arena *arena;
    bool colour;
    size_t width;
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

/* A case that failed or broke: findings, requests, access. */
void console_case(struct console *c, const struct run_result *run, const struct case_result *result);

#endif
