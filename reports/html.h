/* html.h: what the two halves of the HTML report share: html.c (the page) and html_case.c (one case).
 *
 * The page is written whole on our side, so that it reads without JavaScript; report.js only filters and moves the focus. It loads nothing: style and
 * script stand in it, allowed by their hash, and nothing else is (Content-Security-Policy). No style attributes for that reason.
 */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include "common/base.h"
#include "reports/result.h"

struct buffer;

#define HTML_BODY_MAX        (16 * KIB) /* shown of a body in a case that did not pass */
#define HTML_BODY_MAX_PASSED (2 * KIB)  /* in one that did */
/* Beyond these sizes of the page exchanges are one line each, but for those that findings name. */
#define HTML_DETAILS_MAX        (14 * MIB)
#define HTML_DETAILS_MAX_PASSED (7 * MIB) /* in cases that passed */
#define HTML_RULES_MAX          100       /* rows of the table of rules */

/* The section of a case; its id is "case-<number>", its steps "case-<number>-step-<step>", its exchanges "case-<number>-x<index>". */
void html_case(struct buffer *out, const struct case_result *result, size_t number);

#endif
