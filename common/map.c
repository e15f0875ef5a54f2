#include "common/base.h"
#include "common/map.h"

#include "common/memory.h"
#include "common/unicode.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Entries stand in order of insertion; `slots` is an open-addressed table of positions in it, for more than SMALL of them. A removed entry keeps its
 * place with a NULL key until the next rebuild, so probing never stops too early. Most maps of a big model have one entry, which stands in the map itself:
 * one piece of memory less to be fetched. */
struct entry {
    const char *key;
    void *value;
    uint64_t hash;
};

struct map {
    struct entry *entries;
    uint32_t *slots;      /* 0: free, else position + 1; twice as many as there is room for entries */
    uint32_t used, count; /* entries taken, of these not removed */
    uint32_t first;       /* none before this one is there any more: so emptying a map from the front is quick */
    uint32_t room;        /* a power of two */
    bool folds, borrows;
    struct entry one; /* the room for one */
};

#define SMALL 8
#define TEXT  256 /* bytes that are folded without an arena */

/* --- hash: SipHash-1-3 (Aumasson and Bernstein), keyed per process --- */

static uint64_t secret[2];

static void choose_secret(void)
{
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read(fd, secret, sizeof secret) == (ssize_t)sizeof secret;
    if (fd >= 0)
        close(fd);
    if (!ok) { /* weaker, but still not known from outside */
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        secret[0] = (uint64_t)t.tv_nsec << 32 ^ (uint64_t)t.tv_sec;
        secret[1] = (uint64_t)(uintptr_t)&t ^ (uint64_t)getpid() << 40;
    }
}

static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static uint64_t hash_text(const char *text, size_t n)
{
    uint64_t v[4] = {secret[0] ^ UINT64_C(0x736F6D6570736575), secret[1] ^ UINT64_C(0x646F72616E646F6D),
                     secret[0] ^ UINT64_C(0x6C7967656E657261), secret[1] ^ UINT64_C(0x7465646279746573)};
    uint64_t last = (uint64_t)n << 56;
    for (size_t i = 0; i + 8 <= n; i += 8) {
        uint64_t word;
        memcpy(&word, text + i, sizeof word);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    memcpy(&last, text + (n & ~(size_t)7), n & 7); /* any byte order will do: the hash never leaves the process */
    last ^= (uint64_t)n << 32;
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xFF;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static uint64_t hash_folded(const char *text)
{
    char folded[TEXT];
    size_t n = 0;
    for (; text[n] != '\0' && n < sizeof folded && (unsigned char)text[n] < 0x80; n++)
        folded[n] = (char)(text[n] >= 'A' && text[n] <= 'Z' ? text[n] - 'A' + 'a' : text[n]);
    if (n < sizeof folded && text[n] == '\0')
        return hash_text(folded, n);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *whole = unicode_fold(arena, text);
    return hash_text(whole, strlen(whole));
}

static uint64_t hash_key(const struct map *map, const char *key)
{
    return map->folds ? hash_folded(key) : hash_text(key, strlen(key));
}

/* --- table --- */

struct map *map_new_with(bool folds, bool borrows)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose_secret);
    struct map *map = mem_alloc(sizeof *map);
    map->folds = folds;
    map->borrows = borrows;
    map->entries = &map->one;
    map->room = 1;
    return map;
}

struct map *map_new(void)
{
    return map_new_with(false, false);
}

static void free_entries(struct map *map)
{
    if (map->entries != &map->one)
        mem_free(map->entries);
}

static void drop_key(const struct map *map, struct entry *e)
{
    if (!map->borrows)
        mem_free((void *)(uintptr_t)e->key); /* made by set_key */
}

static void set_key(const struct map *map, struct entry *e, const char *key)
{
    e->key = map->borrows ? key : mem_strdup(key);
}

void map_free(struct map *map)
{
    if (map == NULL)
        return;
    for (size_t i = 0; i < map->used; i++)
        drop_key(map, &map->entries[i]);
    free_entries(map);
    mem_free(map->slots);
    mem_free(map);
}

static bool is_entry(const struct map *map, const struct entry *e, const char *key, uint64_t hash)
{
    return e->key != NULL && e->hash == hash && (map->folds ? unicode_equal_fold(e->key, key) : strcmp(e->key, key) == 0);
}

static struct entry *find(const struct map *map, const char *key, uint64_t hash)
{
    size_t mask = (size_t)map->room * 2 - 1;
    for (size_t i = 0; map->slots == NULL && i < map->used; i++)
        if (is_entry(map, &map->entries[i], key, hash))
            return &map->entries[i];
    for (size_t i = hash & mask; map->slots != NULL && map->slots[i] != 0; i = (i + 1) & mask)
        if (is_entry(map, &map->entries[map->slots[i] - 1], key, hash))
            return &map->entries[map->slots[i] - 1];
    return NULL;
}

/* In the first slot that is free, or whose entry is gone: so a key that comes and goes does not leave a trail behind that is to be walked from then on. */
static void link_entry(struct map *map, size_t position)
{
    size_t mask = (size_t)map->room * 2 - 1, i = map->entries[position].hash & mask;
    while (map->slots[i] != 0 && map->entries[map->slots[i] - 1].key != NULL)
        i = (i + 1) & mask;
    map->slots[i] = (uint32_t)(position + 1);
}

/* Makes room for the live entries and a third of it to come, and drops the removed ones. */
static void rebuild(struct map *map)
{
    size_t room = 1;
    while (room < (size_t)map->count + map->count / 2 + 1)
        room *= 2;
    if (room > UINT32_MAX / 4)
        mem_exhausted();
    struct entry *entries = room == 1 ? &map->one : mem_array(room, sizeof *entries);
    uint32_t used = 0;
    for (size_t i = 0; i < map->used; i++)
        if (map->entries[i].key != NULL)
            entries[used++] = map->entries[i];
    if (map->entries != entries)
        free_entries(map);
    mem_free(map->slots);
    map->entries = entries;
    map->used = used;
    map->first = 0;
    map->room = (uint32_t)room;
    map->slots = room > SMALL ? mem_array(room * 2, sizeof *map->slots) : NULL;
    for (size_t i = 0; map->slots != NULL && i < used; i++)
        link_entry(map, i);
}

void *map_get(const struct map *map, const char *key)
{
    if (map == NULL || map->count == 0)
        return NULL;
    const struct entry *e = find(map, key, hash_key(map, key));
    return e == NULL ? NULL : e->value;
}

void map_set(struct map *map, const char *key, void *value)
{
    uint64_t hash = hash_key(map, key);
    struct entry *e = find(map, key, hash);
    if (e != NULL) {
        e->value = value;
        if (map->borrows)
            e->key = key;
        return;
    }
    if (map->used == map->room)
        rebuild(map);
    e = &map->entries[map->used];
    e->value = value;
    e->hash = hash;
    set_key(map, e, key);
    if (map->slots != NULL)
        link_entry(map, map->used);
    map->used++;
    map->count++;
}

void map_put(struct map **map, const char *key, void *value)
{
    if (*map == NULL)
        *map = map_new();
    map_set(*map, key, value);
}

void *map_remove(struct map *map, const char *key)
{
    struct entry *e = map == NULL || map->count == 0 ? NULL : find(map, key, hash_key(map, key));
    if (e == NULL)
        return NULL;
    void *value = e->value;
    drop_key(map, e);
    *e = (struct entry){0};
    map->count--;
    while (map->first < map->used && map->entries[map->first].key == NULL)
        map->first++;
    return value;
}

size_t map_count(const struct map *map)
{
    return map == NULL ? 0 : map->count;
}

bool map_at(const struct map *map, size_t *cursor, const char **key, void **value)
{
    if (map == NULL)
        return false;
    if (*cursor < map->first)
        *cursor = map->first;
    while (*cursor < map->used && map->entries[*cursor].key == NULL)
        ++*cursor;
    if (*cursor >= map->used)
        return false;
    const struct entry *e = &map->entries[(*cursor)++];
    *key = e->key;
    *value = e->value;
    return true;
}
