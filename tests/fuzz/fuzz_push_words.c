/* Any lines of UTF-8 (common/options.h lets nothing else in) as the words of `scimulator push`: refused with a reason, or a call whose events are events, and that says the same once it is written and read. */
#include "common/base.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/push_words.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char people[] =
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"}},\"groups\":{\"eng\":{\"name\":\"Engineering\"}}}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *const *words = NULL;
    struct error err = {0};
    json *known = json_parse(arena, (struct bytes){people, strlen(people)}, "people", NULL), *call = NULL;
    size_t count = text_split(arena, arena_strndup(arena, (const char *)data, size), '\n', &words);
    if (!text_is_utf8((const char *)data, size))
        return 0;
    if (!push_words_read(arena, words, count, known, &call, &err)) {
        if (text_is_blank(err.message))
            abort();
        return 0;
    }
    const json *again = json_parse(arena, (struct bytes){json_print(arena, call), strlen(json_print(arena, call))}, "call", NULL);
    if (again == NULL || !json_equal(again, call))
        abort();
    for (const json *node = json_first(json_get(call, "events")); node != NULL; node = json_next(node)) {
        struct event event;
        if (!push_event_read(arena, node, &event) || text_is_blank(push_event_title(arena, node)))
            abort();
    }
    return 0;
}
