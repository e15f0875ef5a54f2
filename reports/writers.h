/* writers.h: the functions behind the rows of report.c; see report.h for what they take. */
#ifndef REPORTS_WRITERS_H
#define REPORTS_WRITERS_H

#include "common/base.h"
#include "reports/report.h"

void report_write_console(const struct run_result *run, const struct report_options *options, struct buffer *out);
void report_write_json(const struct run_result *run, const struct report_options *options, struct buffer *out);
void report_write_junit(const struct run_result *run, const struct report_options *options, struct buffer *out);
void report_write_html(const struct run_result *run, const struct report_options *options, struct buffer *out);

#endif
