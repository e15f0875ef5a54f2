/* report.h: the report writers, one row each (report.c). A writer turns a result into text and decides nothing. */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "common/base.h"
#include "reports/result.h"

struct buffer;
struct error;

struct report_options {
    bool colour;    /* console only */
    bool exchanges; /* JSON: with all exchanges */
    unsigned width; /* console: columns; 0: 100 */
    bool verbose;   /* console: passed cases too */
};

struct report_writer {
    const char *name;    /* "console", "json", "junit", "html" */
    const char *summary; /* for --help */
    void (*write)(const struct run_result *run, const struct report_options *options, struct buffer *out);
};

extern const struct report_writer report_writers[];
extern const size_t report_writer_count;
const struct report_writer *report_find(const char *name);

/* One line for a finished case, for progress: "  passed  access.leaver  okta-aiw  12 requests  34 ms". */
void report_case_line(const struct case_result *result, const struct report_options *options, struct buffer *out);

#endif
