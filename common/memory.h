/* memory.h: arenas, and allocation that cannot fail.
 *
 * An arena is the life of one unit of work: a request, a case, a run. Everything a function returns lives in the arena it
 * was given; freeing the arena frees all of it, newest first, running what was handed to arena_defer on the way.
 *
 * Out of memory ends the process with a message: this is a tool, and every input is capped before it is kept, so no
 * stranger can cause it.
 *
 * Long-lived things that change one by one (the store of the reference server) use the mem_ functions and free themselves.
 */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

#include "common/base.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);     /* NULL is fine */
void arena_cleanup(struct arena **arena); /* for CLEANUP(arena_cleanup) */

void *arena_alloc(struct arena *arena, size_t size);               /* zeroed, aligned for any type */
void *arena_array(struct arena *arena, size_t count, size_t size); /* zeroed; checks the product for overflow */
/* A bigger copy of an array of `old` elements; the old block stays until the arena goes. */
void *arena_grow(struct arena *arena, const void *block, size_t old, size_t count, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *p, size_t n);
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
struct bytes arena_bytes(struct arena *arena, const void *p, size_t n); /* copy; a NUL stands behind the last byte */
/* Calls function(object) when the arena is freed. */
void arena_defer(struct arena *arena, void (*function)(void *), void *object);

void *mem_alloc(size_t size); /* zeroed */
void *mem_array(size_t count, size_t size);
void *mem_grow(void *block, size_t count, size_t size); /* realloc of an array */
char *mem_strdup(const char *text);
void mem_free(void *block);
NORETURN void mem_exhausted(void); /* how they end when there is no memory: for what a library could not allocate */

#endif
