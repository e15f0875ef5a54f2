#include "common/base.h"
#include "common/map.h"

#include "common/memory.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Entries stand in order of insertion; `slots` is an open-addressed table of positions in it. A removed entry keeps its
 * place with a NULL key until the next rebuild, so probing never stops too early. */
struct entry {
    char *key;
    void *value;
    uint64_t hash;
};

struct map {
    struct entry *entries;
    uint32_t *slots;    /* 0: free, else position + 1 */
    size_t used, count; /* entries taken, of these not removed */
    size_t capacity;    /* of slots, a power of two; entries has half of it */
};

#define CAPACITY_MIN 16

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

static uint64_t hash_text(const char *text)
{
    size_t n = strlen(text);
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

/* --- table --- */

struct map *map_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose_secret);
    return mem_alloc(sizeof(struct map));
}

void map_free(struct map *map)
{
    if (map == NULL)
        return;
    for (size_t i = 0; i < map->used; i++)
        mem_free(map->entries[i].key);
    mem_free(map->entries);
    mem_free(map->slots);
    mem_free(map);
}

static struct entry *find(const struct map *map, const char *key, uint64_t hash)
{
    if (map->capacity == 0)
        return NULL;
    for (size_t i = hash & (map->capacity - 1); map->slots[i] != 0; i = (i + 1) & (map->capacity - 1)) {
        struct entry *e = &map->entries[map->slots[i] - 1];
        if (e->key != NULL && e->hash == hash && strcmp(e->key, key) == 0)
            return e;
    }
    return NULL;
}

static void link_entry(struct map *map, size_t position)
{
    size_t i = map->entries[position].hash & (map->capacity - 1);
    while (map->slots[i] != 0)
        i = (i + 1) & (map->capacity - 1);
    map->slots[i] = (uint32_t)(position + 1);
}

/* Makes the table fit its live entries, and drops the removed ones. */
static void rebuild(struct map *map)
{
    size_t capacity = CAPACITY_MIN;
    while (capacity < (map->count + 1) * 4)
        capacity *= 2;
    struct entry *entries = mem_array(capacity / 2, sizeof *entries);
    size_t used = 0;
    for (size_t i = 0; i < map->used; i++)
        if (map->entries[i].key != NULL)
            entries[used++] = map->entries[i];
    mem_free(map->entries);
    mem_free(map->slots);
    map->entries = entries;
    map->slots = mem_array(capacity, sizeof *map->slots);
    map->used = used;
    map->capacity = capacity;
    for (size_t i = 0; i < used; i++)
        link_entry(map, i);
}

void *map_get(const struct map *map, const char *key)
{
    if (map->count == 0)
        return NULL;
    const struct entry *e = find(map, key, hash_text(key));
    return e == NULL ? NULL : e->value;
}

void map_set(struct map *map, const char *key, void *value)
{
    uint64_t hash = hash_text(key);
    struct entry *e = find(map, key, hash);
    if (e != NULL) {
        e->value = value;
        return;
    }
    if (map->used == map->capacity / 2)
        rebuild(map);
    map->entries[map->used] = (struct entry){mem_strdup(key), value, hash};
    link_entry(map, map->used);
    map->used++;
    map->count++;
}

void *map_remove(struct map *map, const char *key)
{
    struct entry *e = find(map, key, hash_text(key));
    if (e == NULL)
        return NULL;
    void *value = e->value;
    mem_free(e->key);
    *e = (struct entry){0};
    map->count--;
    return value;
}

size_t map_count(const struct map *map)
{
    return map->count;
}

bool map_at(const struct map *map, size_t *cursor, const char **key, void **value)
{
    while (*cursor < map->used && map->entries[*cursor].key == NULL)
        ++*cursor;
    if (*cursor >= map->used)
        return false;
    const struct entry *e = &map->entries[(*cursor)++];
    *key = e->key;
    *value = e->value;
    return true;
}
