/* store_sqlite.h: the backend that keeps a file, and the one door to SQLite (3.35 or newer).
 *
 * The file is a SQLite database with `application_id` "SCIM" and the schema's version in `user_version`, mode 600 when it is made here, in WAL
 * mode with synchronous=FULL. Tables: `record`, whose rowid is the order in which records came to be, with columns to search accounts and groups by;
 * `email`, for the same; and `audit`. A lock on FILE-lock (store_lock.h) keeps a second server out.
 * One connection writes, for the writer's thread alone; another reads, one query at a time.
 *
 * Who is purged leaves no byte behind: deleted content is overwritten in the file (secure_delete), and after a commit that purges the write-ahead log is
 * emptied into the file and cut to nothing. Whoever reads an older state meanwhile, here or in another process, keeps it: then that is still to do.
 */
#ifndef REFERENCE_SERVER_STORE_STORE_SQLITE_H
#define REFERENCE_SERVER_STORE_STORE_SQLITE_H

#include "common/base.h"
#include "reference-server/store/store.h"

struct store_sqlite;

struct store_sqlite *store_sqlite_open(const char *file, struct error *err);
void store_sqlite_close(struct store_sqlite *sqlite); /* NULL is fine */
bool store_sqlite_load(struct store_sqlite *sqlite, store_visitor *visit, void *context, struct error *err) MUST_USE;
/* All of them or none. */
bool store_sqlite_commit(struct store_sqlite *sqlite, struct record_batch *const *batches, size_t count,
                         struct error *err) MUST_USE;
/* Empties the log when that is still to do, unless somebody reads from it. Every commit tries, too. The writer's thread alone. */
void store_sqlite_tidy(struct store_sqlite *sqlite);
bool store_sqlite_is_tidy(const struct store_sqlite *sqlite);

bool store_sqlite_find(struct store_sqlite *sqlite, struct arena *arena, const struct store_query *query,
                       const char *const **keys, size_t *count);

bool store_sqlite_read_trail(struct store_sqlite *sqlite, const struct store_trail *query, store_trail_reader *read,
                             void *context);
bool store_sqlite_visit_trails(struct store_sqlite *sqlite, store_trail_visitor *visit, void *context, struct error *err);

#endif
