#include "common/base.h"

#include "runner/pack.h"

#include "common/embedded.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

#define PACKS_FILE "scenarios/packs.tsv"

size_t packs_all(struct arena *arena, const struct pack **out)
{
    const struct embedded_file *file = embedded_find(PACKS_FILE);
    const char *const *lines = NULL, *const *parts = NULL;
    size_t n = file == NULL ? 0 : text_split(arena, arena_strndup(arena, file->data.p, file->data.n), '\n', &lines), count = 0;
    struct pack *packs = arena_array(arena, n + 1, sizeof *packs);
    for (size_t i = 0; i < n; i++)
        if (lines[i][0] != '#' && text_split(arena, lines[i], '\t', &parts) == 3)
            packs[count++] = (struct pack){parts[0], parts[1], parts[2]};
    *out = packs;
    return count;
}

const struct pack *pack_find(struct arena *arena, const char *name)
{
    const struct pack *packs;
    size_t count = packs_all(arena, &packs);
    for (size_t i = 0; i < count; i++)
        if (text_equal(packs[i].name, name))
            return &packs[i];
    return NULL;
}

bool pack_has(const struct pack *pack, const char *id)
{
    return text_starts(id, pack->name) && id[strlen(pack->name)] == '.';
}
