#include "common/base.h"
#include "simulator/server_ids.h"

#include "common/memory.h"

#include <string.h>

#define SLOT_BYTES 16
#define UUID_TEXT  36

enum form { FORM_NONE, FORM_UUID, FORM_SHORT, FORM_LONG };

struct server_ids {
    size_t count;
    unsigned char (*slots)[SLOT_BYTES]; /* a UUID, a text that ends with NUL, or a pointer to one */
    unsigned char *forms;
};

struct server_ids *server_ids_new(size_t count)
{
    struct server_ids *ids = mem_alloc(sizeof *ids);
    ids->count = count;
    ids->slots = mem_array(count + 1, SLOT_BYTES);
    ids->forms = mem_array(count + 1, 1);
    return ids;
}

static char *long_text(const struct server_ids *ids, size_t at)
{
    char *text;
    memcpy(&text, ids->slots[at], sizeof text);
    return text;
}

static void clear(struct server_ids *ids, size_t at)
{
    if (ids->forms[at] == FORM_LONG)
        mem_free(long_text(ids, at));
    ids->forms[at] = FORM_NONE;
}

void server_ids_free(struct server_ids *ids)
{
    if (ids == NULL)
        return;
    for (size_t i = 0; i < ids->count; i++)
        clear(ids, i);
    mem_free(ids->slots);
    mem_free(ids->forms);
    mem_free(ids);
}

/* --- UUIDs --- */

static const char digits[] = "0123456789abcdef";

static bool has_dash(size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

/* Only what comes back as it was: 8-4-4-4-12 in lower case. */
static bool pack(const char *id, unsigned char out[SLOT_BYTES])
{
    size_t n = 0;
    if (strlen(id) != UUID_TEXT)
        return false;
    memset(out, 0, SLOT_BYTES);
    for (size_t i = 0; i < UUID_TEXT; i++) {
        const char *digit = strchr(digits, id[i]);
        if (has_dash(i) ? id[i] != '-' : digit == NULL)
            return false;
        if (has_dash(i))
            continue;
        out[n / 2] = (unsigned char)(out[n / 2] << 4 | (digit - digits));
        n++;
    }
    return true;
}

static char *unpack(const unsigned char bytes[SLOT_BYTES], struct arena *arena)
{
    char *text = arena_alloc(arena, UUID_TEXT + 1);
    size_t n = 0;
    for (size_t i = 0; i < UUID_TEXT; i++) {
        if (has_dash(i)) {
            text[i] = '-';
            continue;
        }
        text[i] = digits[n % 2 == 0 ? bytes[n / 2] >> 4 : bytes[n / 2] & 15];
        n++;
    }
    return text;
}

/* --- */

void server_ids_set(struct server_ids *ids, size_t at, const char *id)
{
    clear(ids, at);
    if (id == NULL)
        return;
    if (pack(id, ids->slots[at])) {
        ids->forms[at] = FORM_UUID;
    } else if (strlen(id) < SLOT_BYTES) {
        memcpy(ids->slots[at], id, strlen(id) + 1);
        ids->forms[at] = FORM_SHORT;
    } else {
        const char *copy = mem_strdup(id);
        memcpy(ids->slots[at], &copy, sizeof copy);
        ids->forms[at] = FORM_LONG;
    }
}

const char *server_ids_get(const struct server_ids *ids, size_t at, struct arena *arena)
{
    switch (ids->forms[at]) {
    case FORM_UUID:
        return unpack(ids->slots[at], arena);
    case FORM_SHORT:
        return arena_strdup(arena, (const char *)ids->slots[at]);
    case FORM_LONG:
        return arena_strdup(arena, long_text(ids, at));
    default:
        return NULL;
    }
}

size_t server_ids_known(const struct server_ids *ids)
{
    size_t known = 0;
    for (size_t i = 0; i < ids->count; i++)
        known += ids->forms[i] != FORM_NONE;
    return known;
}

size_t server_ids_bytes(const struct server_ids *ids)
{
    size_t bytes = sizeof *ids + (ids->count + 1) * (SLOT_BYTES + 1);
    for (size_t i = 0; i < ids->count; i++)
        bytes += ids->forms[i] == FORM_LONG ? strlen(long_text(ids, i)) + 1 : 0;
    return bytes;
}
