/* csv.h: writing CSV (RFC 4180: CRLF, quotes where they are needed, doubled inside).
 *
 * Spreadsheets take a cell that begins with = + - @, a tab or a carriage return for a formula and run it, and names come from strangers: such a cell gets an
 * apostrophe before it. Who reads the file by program takes one apostrophe off such a cell.
 */
#ifndef COMMON_CSV_H
#define COMMON_CSV_H

#include "common/base.h"

struct buffer;

/* A line of cells; NULL: an empty cell. */
void csv_line(struct buffer *b, const char *const *cells, size_t count);

#endif
