#include "common/base.h"
#include "common/memory.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES     ((size_t)1024) /* of the first: many arenas hold a line or two */
#define BLOCK_BYTES_MAX ((size_t)256 * 1024)

struct block {
    struct block *next; /* older */
    size_t used, size;
    max_align_t data[];
};

struct deferred {
    struct deferred *next; /* older */
    void (*function)(void *);
    void *object;
};

/* Most arenas are small and short-lived: one piece of memory, of a size that malloc has at hand, is the arena and its first block. */
#define FIRST_BYTES ((size_t)928)

struct arena {
    struct block *block, *first; /* the arena itself is the first thing in the first one */
    struct deferred *deferred;
};

void mem_exhausted(void)
{
    fputs("scimulator: out of memory\n", stderr);
    abort();
}

static size_t product(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        mem_exhausted();
    return count * size;
}

/* Not zeroed. */
static void *allocate(size_t size)
{
    void *block = malloc(size > 0 ? size : 1);
    if (block == NULL)
        mem_exhausted();
    return block;
}

/* calloc knows which big pieces are zero already, but glibc's passes by the pieces that a thread has at hand. */
#define SMALL ((size_t)1024)

void *mem_alloc(size_t size)
{
    if (size <= SMALL)
        return memset(allocate(size), 0, size);
    void *block = calloc(1, size);
    if (block == NULL)
        mem_exhausted();
    return block;
}

void *mem_array(size_t count, size_t size)
{
    return mem_alloc(product(count, size));
}

void *mem_grow(void *block, size_t count, size_t size)
{
    size_t bytes = product(count, size);
    void *grown = realloc(block, bytes > 0 ? bytes : 1);
    if (grown == NULL)
        mem_exhausted();
    return grown;
}

char *mem_strdup(const char *text)
{
    size_t n = strlen(text) + 1;
    return memcpy(allocate(n), text, n);
}

void mem_free(void *block)
{
    free(block);
}

static size_t whole_units(size_t size)
{
    const size_t unit = sizeof(max_align_t);
    return size == 0 ? unit : (size + unit - 1) / unit * unit;
}

struct arena *arena_new(void)
{
    struct block *first = allocate(sizeof *first + FIRST_BYTES);
    struct arena *arena = (void *)first->data;
    *first = (struct block){.used = whole_units(sizeof *arena), .size = FIRST_BYTES};
    *arena = (struct arena){.block = first, .first = first};
    return arena;
}

/* --- the spare block: each thread keeps one of the blocks of its last arenas for the next, since malloc is slow at pieces of this size --- */

#if defined(__SANITIZE_ADDRESS__)
#define SPARE_MAX ((size_t)0) /* so that no mistake hides in a block that is used again */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SPARE_MAX ((size_t)0)
#endif
#endif
#ifndef SPARE_MAX
#define SPARE_MAX ((size_t)32 * 1024)
#endif

static pthread_key_t spare_key;
static _Thread_local struct block *spare;

static void make_spare_key(void)
{
    if (pthread_key_create(&spare_key, free) != 0)
        mem_exhausted();
}

/* NULL: none that big. */
static struct block *take_spare(size_t need)
{
    struct block *b = spare;
    if (b == NULL || b->size < need)
        return NULL;
    spare = NULL;
    pthread_setspecific(spare_key, NULL);
    return b;
}

static void release(struct block *b)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (b->size > SPARE_MAX || (spare != NULL && spare->size >= b->size)) {
        free(b);
        return;
    }
    pthread_once(&once, make_spare_key);
    free(spare);
    spare = b;
    pthread_setspecific(spare_key, b); /* frees it when the thread ends */
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    for (struct deferred *d = arena->deferred; d != NULL; d = d->next)
        d->function(d->object);
    for (struct block *b = arena->block, *older; b != arena->first; b = older) {
        older = b->next;
        release(b);
    }
    free(arena->first);
}

void arena_cleanup(struct arena **arena)
{
    arena_free(*arena);
    *arena = NULL;
}

/* Blocks double, so that a big arena has few of them; something bigger than a block gets one of its own size. */
static struct block *add_block(struct arena *arena, size_t need)
{
    size_t size = arena->block->size * 2 < BLOCK_BYTES ? BLOCK_BYTES : arena->block->size * 2;
    if (size > BLOCK_BYTES_MAX)
        size = BLOCK_BYTES_MAX;
    if (size < need)
        size = need;
    struct block *b = take_spare(need);
    if (b != NULL)
        size = b->size;
    else
        b = allocate(sizeof *b + size);
    *b = (struct block){.next = arena->block, .size = size};
    arena->block = b;
    return b;
}

/* Not zeroed. */
static void *take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        mem_exhausted();
    size_t need = whole_units(size);
    struct block *b = arena->block;
    if (b->size - b->used < need)
        b = add_block(arena, need);
    void *p = (char *)b->data + b->used;
    b->used += need;
    return p;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(take(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    return arena_alloc(arena, product(count, size));
}

void *arena_grow(struct arena *arena, const void *block, size_t old, size_t count, size_t size)
{
    void *grown = arena_array(arena, count, size);
    if (block != NULL && old > 0)
        memcpy(grown, block, product(old < count ? old : count, size));
    return grown;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *p, size_t n)
{
    char *copy = take(arena, n + 1);
    if (n > 0)
        memcpy(copy, p, n);
    copy[n] = '\0';
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    char small[256]; /* most texts fit, and are formatted once */
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    char *text = arena_strndup(arena, small, n > 0 && (size_t)n < sizeof small ? (size_t)n : 0);
    if (n > 0 && (size_t)n >= sizeof small) {
        text = arena_alloc(arena, (size_t)n + 1);
        vsnprintf(text, (size_t)n + 1, format, again);
    }
    va_end(again);
    return text;
}

struct bytes arena_bytes(struct arena *arena, const void *p, size_t n)
{
    return (struct bytes){arena_strndup(arena, p, n), n};
}

void arena_defer(struct arena *arena, void (*function)(void *), void *object)
{
    struct deferred *d = arena_alloc(arena, sizeof *d);
    *d = (struct deferred){arena->deferred, function, object};
    arena->deferred = d;
}
