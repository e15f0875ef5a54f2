/* embedded.h: the data files that the executable carries, so that it works from any folder.
 *
 * tools/embed.c makes one table of a list of files at build time; names are the paths from the top folder
 * ("scenarios/access/leaver.json"). Sorted by name. Read-only, thread-safe.
 */
#ifndef COMMON_EMBEDDED_H
#define COMMON_EMBEDDED_H

#include "common/base.h"

struct embedded_file {
    const char *name;
    struct bytes data;
};

extern const struct embedded_file embedded_files[];
extern const size_t embedded_file_count;

const struct embedded_file *embedded_find(const char *name); /* NULL when there is none */

#endif
