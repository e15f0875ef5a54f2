#include "common/base.h"
#include "common/pieces.h"

#include "common/memory.h"

#include <pthread.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define KEPT 0 /* so that no mistake hides in a piece that is used again */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEPT 0
#endif
#endif
#ifndef KEPT
#define KEPT PIECES_KEPT
#endif

struct piece {
    struct piece *next;
};

struct kept {
    struct piece *first;
    size_t count;
    bool ends; /* the thread frees them at its end */
};

static pthread_key_t key;
static _Thread_local struct kept kept;

static void free_kept(void *object)
{
    struct kept *mine = object;
    for (struct piece *piece = mine->first, *next; piece != NULL; piece = next) {
        next = piece->next;
        free(piece);
    }
    *mine = (struct kept){0}; /* what else ends with the thread may still give some */
}

static void make_key(void)
{
    if (pthread_key_create(&key, free_kept) != 0)
        mem_exhausted();
}

void *piece_take(void)
{
    struct piece *piece = kept.first;
    if (piece == NULL)
        return malloc(PIECE_BYTES);
    kept.first = piece->next;
    kept.count--;
    return piece;
}

void piece_give(void *object)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct piece *piece = object;
    if (piece == NULL)
        return;
    if (kept.count + 1 > KEPT) {
        free(piece);
        return;
    }
    if (!kept.ends) {
        pthread_once(&once, make_key);
        kept.ends = pthread_setspecific(key, &kept) == 0;
    }
    piece->next = kept.first;
    kept.first = piece;
    kept.count++;
}
