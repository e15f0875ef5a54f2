#include "common/base.h"

#include "reference-server/store/store.h"

#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "common/log.h"
#include "common/memory.h"
#include "reference-server/model/list.h"
#include "reference-server/store/store_sqlite.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

struct store {
    struct store_sqlite *sqlite; /* NULL: memory, and nothing below is used */
    pthread_t writer;
    pthread_mutex_t lock; /* of all that follows and is not atomic */
    pthread_cond_t work, done;
    struct list queue; /* of struct record_batch * */
    uint64_t newest;   /* ticket of the last one in the queue */
    bool closing;
    _Atomic uint64_t durable; /* everything up to this ticket is on the disk */
    atomic_bool failed;
    struct error err; /* set before failed is */
};

/* --- the writer --- */

static void fail(struct store *store, const struct error *err)
{
    char text[1024];
    log_write(LOG_ERROR, "store", "%s; everything is answered with 503 from now on", error_text(err, text, sizeof text));
    store->err = *err;
    atomic_store(&store->failed, true);
}

static void release(struct list *batches)
{
    for (size_t i = 0; i < batches->count; i++)
        arena_free(((struct record_batch *)batches->items[i])->arena);
    list_release(batches);
}

/* Until there is something to do. With a log that could not be emptied, since somebody read from it, that is so after a moment, too. */
static void await_work(struct store *store)
{
    if (store_sqlite_is_tidy(store->sqlite)) {
        pthread_cond_wait(&store->work, &store->lock);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec++;
    if (pthread_cond_timedwait(&store->work, &store->lock, &until) == ETIMEDOUT) {
        pthread_mutex_unlock(&store->lock);
        store_sqlite_tidy(store->sqlite);
        pthread_mutex_lock(&store->lock);
    }
}

/* Waits for something to do; false: there is nothing, and nothing will come. */
static bool take(struct store *store, struct list *batches, uint64_t *ticket)
{
    pthread_mutex_lock(&store->lock);
    while (store->queue.count == 0 && !store->closing)
        await_work(store);
    *batches = store->queue;
    store->queue = (struct list){0};
    *ticket = store->newest;
    pthread_mutex_unlock(&store->lock);
    return batches->count > 0;
}

static void *write_all(void *context)
{
    struct store *store = context;
    struct list batches;
    uint64_t ticket;
    while (take(store, &batches, &ticket)) {
        struct error err;
        bool good = store_failed(store) == NULL &&
                    store_sqlite_commit(store->sqlite, (struct record_batch *const *)batches.items, batches.count, &err);
        pthread_mutex_lock(&store->lock);
        if (good)
            atomic_store(&store->durable, ticket);
        else if (store_failed(store) == NULL)
            fail(store, &err);
        pthread_cond_broadcast(&store->done);
        pthread_mutex_unlock(&store->lock);
        release(&batches);
    }
    return NULL;
}

/* --- life --- */

struct store *store_open(const char *file, struct error *err)
{
    struct store *store = mem_alloc(sizeof *store);
    if (file == NULL)
        return store;
    store->sqlite = store_sqlite_open(file, err);
    if (store->sqlite == NULL) {
        mem_free(store);
        return NULL;
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&store->lock, NULL);
    pthread_cond_init(&store->work, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&store->done, NULL);
    if (pthread_create(&store->writer, NULL, write_all, store) == 0)
        return store;
    error_set(err, ERROR_INTERNAL, "", "", "can't start a thread");
    store_sqlite_close(store->sqlite);
    mem_free(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    if (store->sqlite != NULL) {
        pthread_mutex_lock(&store->lock);
        store->closing = true;
        pthread_cond_signal(&store->work);
        pthread_mutex_unlock(&store->lock);
        pthread_join(store->writer, NULL);
        store_sqlite_close(store->sqlite);
        pthread_cond_destroy(&store->done);
        pthread_cond_destroy(&store->work);
        pthread_mutex_destroy(&store->lock);
    }
    mem_free(store);
}

bool store_keeps(const struct store *store)
{
    return store->sqlite != NULL;
}

bool store_load(struct store *store, store_visitor *visit, void *context, struct error *err)
{
    return store->sqlite == NULL || store_sqlite_load(store->sqlite, visit, context, err);
}

/* --- writing --- */

uint64_t store_write(struct store *store, struct record_batch *batch)
{
    if (batch == NULL || store->sqlite == NULL) {
        arena_free(batch == NULL ? NULL : batch->arena);
        return 0;
    }
    pthread_mutex_lock(&store->lock);
    list_push(&store->queue, batch);
    uint64_t ticket = ++store->newest;
    pthread_cond_signal(&store->work);
    pthread_mutex_unlock(&store->lock);
    return ticket;
}

uint64_t store_newest(struct store *store)
{
    if (store->sqlite == NULL)
        return 0;
    pthread_mutex_lock(&store->lock);
    uint64_t newest = store->newest;
    pthread_mutex_unlock(&store->lock);
    return newest;
}

bool store_wait(struct store *store, uint64_t ticket)
{
    if (atomic_load(&store->durable) >= ticket)
        return true;
    pthread_mutex_lock(&store->lock);
    while (atomic_load(&store->durable) < ticket && store_failed(store) == NULL)
        pthread_cond_wait(&store->done, &store->lock);
    bool good = atomic_load(&store->durable) >= ticket;
    pthread_mutex_unlock(&store->lock);
    return good;
}

const struct error *store_failed(const struct store *store)
{
    return atomic_load(&store->failed) ? &store->err : NULL;
}

/* --- looking up --- */

bool store_find(struct store *store, struct arena *arena, const struct store_query *query, const char *const **keys,
                size_t *count)
{
    return store->sqlite != NULL && store_wait(store, query->ticket) &&
           store_sqlite_find(store->sqlite, arena, query, keys, count);
}

bool store_read_trail(struct store *store, const struct store_trail *query, store_trail_reader *read, void *context)
{
    return store->sqlite != NULL && store_wait(store, query->ticket) &&
           store_sqlite_read_trail(store->sqlite, query, read, context);
}

bool store_visit_trails(struct store *store, store_trail_visitor *visit, void *context, struct error *err)
{
    return store->sqlite == NULL || store_sqlite_visit_trails(store->sqlite, visit, context, err);
}

/* What SQLite's files begin with. */
bool store_is(const char *file)
{
    static const char magic[] = "SQLite format 3";
    char start[sizeof magic];
    FILE *f = file == NULL || strcmp(file, "-") == 0 ? NULL : fopen(file, "rb");
    size_t n = f == NULL ? 0 : fread(start, 1, sizeof start, f);
    if (f != NULL)
        (void)fclose(f);
    return n == sizeof start && memcmp(start, magic, sizeof start) == 0;
}
