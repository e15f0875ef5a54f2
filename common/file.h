/* file.h: files, capped and whole. Errors carry the path in `where`. */
#ifndef COMMON_FILE_H
#define COMMON_FILE_H

#include "common/base.h"

struct arena;
struct error;

#define FILE_WALK_MAX_FILES 100000
#define FILE_WALK_MAX_DEPTH 32

bool file_read(struct arena *arena, const char *path, size_t max, struct bytes *out,
               struct error *err) MUST_USE; /* "-": standard input */
/* Writes to a neighbour and renames it, so a reader sees the old file or the new one. "-": standard output. mode e.g. 0644,
 * less the umask. What is no regular file (/dev/null, a pipe, a link) is written through instead. */
bool file_write(const char *path, struct bytes data, unsigned mode, struct error *err) MUST_USE;
/* A new file that nobody else can have prepared: fails when anything, a link too, is there by that name. */
bool file_create(const char *path, struct bytes data, unsigned mode, struct error *err) MUST_USE;
bool file_exists(const char *path);
/* Paths of all regular files below `path` whose name ends in suffix, sorted; `path` itself when it is a file. Links are not followed. */
bool file_walk(struct arena *arena, const char *path, const char *suffix, const char *const **out, size_t *count,
               struct error *err) MUST_USE;

#endif
