/* Any bytes as a scenario file: complaints with their place, or a scenario whose steps can be walked. */
#include "common/base.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/scenario.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct scenario_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (steps[i].operand == NULL || steps[i].word == NULL || steps[i].title == NULL)
            abort();
        if ((steps[i].family == STEP_PARALLEL) != (steps[i].branch_count > 0))
            abort();
        for (size_t k = 0; k < steps[i].branch_count; k++)
            walk(steps[i].branches[k].steps, steps[i].branches[k].count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct scenario *scenario = NULL;
    if (scenario_load(arena, arena_bytes(arena, data, size), "fuzz.json", &scenario, complaints)) {
        if (complaints->count != 0 || scenario->step_count == 0)
            abort();
        walk(scenario->steps, scenario->step_count);
    } else if (complaints->count == 0) {
        abort();
    }
    for (size_t i = 0; i < complaints->count; i++)
        if (!text_starts(complaints->items[i].where, "fuzz.json") || complaints->items[i].message[0] == '\0')
            abort();
    arena_free(arena);
    return 0;
}
