/* Any bytes as the state file of `scimulator push`: refused with place and remedy, or calls that say who is known; its events are events or none. */
#include "common/base.h"
#include "common/error.h"
#include "common/file.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/push_state.h"
#include "runner/push_words.h"

#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[] = "/tmp/scimulator-fuzz-XXXXXX";

static void end(void)
{
    unlink(path);
}

static void begin(void)
{
    static bool begun;
    int fd = begun ? -1 : mkstemp(path);
    if (!begun && (fd < 0 || close(fd) != 0 || atexit(end) != 0))
        abort();
    begun = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct push_state state;
    struct error err = {0};
    uint64_t seed = 7;
    begin();
    if (!file_write(path, (struct bytes){(const char *)data, size}, 0600, NULL))
        abort();
    if (!push_state_open(arena, path, "entra", "the bundled server", &seed, &state, &err)) {
        if (text_is_blank(err.where) || text_is_blank(err.message))
            abort();
        return 0;
    }
    if (json_get(push_state_known(arena, &state), "users") == NULL)
        abort();
    for (const json *call = json_first(push_state_calls(&state)); call != NULL; call = json_next(call))
        for (const json *node = json_first(json_get(call, "events")); node != NULL; node = json_next(node)) {
            struct event event;
            if (push_event_read(arena, node, &event))
                (void)push_event_title(arena, node);
        }
    return 0;
}
