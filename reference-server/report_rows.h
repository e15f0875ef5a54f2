/* report_rows.h: the reports (report.h) by the file they are made in; rows of the table in report.c. */
#ifndef REFERENCE_SERVER_REPORT_ROWS_H
#define REFERENCE_SERVER_REPORT_ROWS_H

#include "common/base.h"
#include "common/json.h"

struct exchange;

/* Fills the rows, objects, and for JSON what stands beside them. False: the reply is made. */
typedef bool report_maker(struct exchange *x, json *body, json *rows);

report_maker report_access, report_changes, report_speed, report_success;

#endif
