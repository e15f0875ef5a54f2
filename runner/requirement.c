#include "common/base.h"

#include "runner/requirement.h"

#include "common/embedded.h"
#include "common/memory.h"
#include "common/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define REQUIREMENTS_FILE "scenarios/requirements.tsv"
#define REQUIREMENTS_MAX  4096

static struct {
    struct requirement *items; /* by order of the file */
    struct requirement **by_id;
    const char **ids;
    size_t count;
} catalogue;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static int compare_ids(const void *a, const void *b)
{
    const struct requirement *const *left = a, *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

static void add_line(struct arena *arena, const char *line)
{
    const char *const *parts;
    if (line[0] == '#' || text_split(arena, line, '\t', &parts) != 6 || catalogue.count == REQUIREMENTS_MAX)
        return;
    struct requirement *r = &catalogue.items[catalogue.count++];
    *r = (struct requirement){parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]};
}

/* The catalogue lives as long as the process. */
static void load(void)
{
    static struct arena *arena;
    arena = arena_new();
    catalogue.items = arena_array(arena, REQUIREMENTS_MAX, sizeof *catalogue.items);
    const struct embedded_file *file = embedded_find(REQUIREMENTS_FILE);
    if (file == NULL)
        return;
    const char *const *lines;
    size_t n = text_split(arena, arena_strndup(arena, file->data.p, file->data.n), '\n', &lines);
    for (size_t i = 0; i < n; i++)
        add_line(arena, lines[i]);
    catalogue.by_id = arena_array(arena, catalogue.count + 1, sizeof(struct requirement *));
    catalogue.ids = arena_array(arena, catalogue.count + 1, sizeof(char *));
    for (size_t i = 0; i < catalogue.count; i++) {
        catalogue.by_id[i] = &catalogue.items[i];
        catalogue.ids[i] = catalogue.items[i].id;
    }
    qsort(catalogue.by_id, catalogue.count, sizeof(struct requirement *), compare_ids);
}

const struct requirement *requirement_find(const char *id)
{
    pthread_once(&once, load);
    const struct requirement key = {.id = id}, *const wanted = &key;
    if (id == NULL || catalogue.count == 0)
        return NULL;
    struct requirement **found = bsearch(&wanted, catalogue.by_id, catalogue.count, sizeof(struct requirement *), compare_ids);
    return found == NULL ? NULL : *found;
}

size_t requirement_count(void)
{
    pthread_once(&once, load);
    return catalogue.count;
}

const struct requirement *requirement_at(size_t index)
{
    pthread_once(&once, load);
    return index < catalogue.count ? &catalogue.items[index] : NULL;
}

const char *requirement_source(struct arena *arena, const char *id)
{
    const char *const *parts;
    if (requirement_find(id) == NULL || text_split(arena, id, '-', &parts) != 3 || strlen(parts[0]) <= 3)
        return id;
    return arena_printf(arena, "RFC %s §%s", parts[0] + 3, parts[1]);
}

/* Most slips are in the last number: look in the section first. */
const char *requirement_nearest(const char *id)
{
    pthread_once(&once, load);
    const char *dash = strrchr(id, '-'), *in_section[256];
    size_t n = 0, prefix = dash == NULL ? 0 : (size_t)(dash - id) + 1;
    for (size_t i = 0; i < catalogue.count && prefix > 0 && n < ARRAY_LEN(in_section); i++)
        if (strncmp(catalogue.ids[i], id, prefix) == 0)
            in_section[n++] = catalogue.ids[i];
    const char *nearest = text_nearest(id, in_section, n);
    return nearest != NULL ? nearest : text_nearest(id, catalogue.ids, catalogue.count);
}
