/* Any JSON as scoping filters: refused with place and remedy, or an answer for everybody of a directory, the same one when asked again. */
#include "common/base.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/directory.h"
#include "simulator/scoping.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char people[] = "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\",\"department\":\"Research and development "
                             "(Oslo)\",\"employeeNumber\":\"1000\"},"
                             "\"bob\":{\"email\":\"bob@acme.test\",\"department\":"
                             "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\",\"locality\":\"Oslo\"}},"
                             "\"groups\":{\"r\":{\"name\":\"Team R\"}}}";

static const struct directory *the_directory(void)
{
    static struct directory *directory; /* for the whole run */
    struct rng rng = rng_new(1);
    if (directory == NULL) {
        struct arena *arena = arena_new();
        json *spec = json_parse(arena, (struct bytes){people, strlen(people)}, "people", NULL);
        if (!directory_load(arena, spec, false, NULL, &rng, &directory, NULL))
            abort();
    }
    return directory;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct directory *directory = the_directory();
    const struct scoping *scope = NULL;
    struct error err = {0};
    const json *spec = json_parse(arena, (struct bytes){(const char *)data, size}, "fuzz", NULL);
    if (spec == NULL)
        return 0;
    if (!scoping_read(arena, spec, &scope, &err)) {
        if (!text_starts(err.where, "scoping-filters") || text_is_blank(err.message))
            abort();
        return 0;
    }
    for (size_t i = 0; i < directory->user_count; i++)
        if (scoping_has_user(scope, directory->users[i]) != scoping_has_user(scope, directory->users[i]))
            abort();
    (void)scoping_has_group(scope, directory->groups[0]);
    return 0;
}
