/* store_lock.h: keeps a second server away from a file: a POSIX lock on a file beside it, FILE-lock, which ends with the process however that ends.
 * (Not on the file itself: SQLite has locks there, and closing any other descriptor of it would drop them.) */
#ifndef REFERENCE_SERVER_STORE_STORE_LOCK_H
#define REFERENCE_SERVER_STORE_STORE_LOCK_H

#include "common/base.h"

struct error;
struct store_lock;

/* NULL: ERROR_FILE, with the process that has it. */
struct store_lock *store_lock_take(const char *file, struct error *err);
void store_lock_release(struct store_lock *lock); /* NULL is fine */

#endif
