/* A dry run of push meets a server that answers anything. Lines are a conversation: "PATCH /Users/1 {...}" asks, "200 {...}" is what the server has
 * said to the last request that was sent. Whatever is foreseen is JSON with a status of a server that takes it; a write is never to be sent, and what
 * was written is answered from then on. */
#include "common/base.h"
#include "common/error.h"
#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/foresight.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Deeper than the gate lets through it may have become: a list lays two levels around a resource. */
static void check_reply(struct arena *arena, const struct http_response *reply)
{
    struct error err = {0};
    if (reply->status != 200 && reply->status != 201 && reply->status != 204 && reply->status != 404)
        abort();
    if (reply->body.n > 0 && json_parse(arena, reply->body, "foreseen", &err) == NULL && err.code != ERROR_LIMIT)
        abort();
}

static bool is_item(struct arena *arena, const char *target)
{
    struct http_target parsed;
    return http_parse_target(arena, target, &parsed, NULL) && parsed.count == 2 &&
           (text_equal(parsed.segments[0], "Users") || text_equal(parsed.segments[0], "Groups"));
}

struct talk {
    struct arena *arena;
    struct foresight foresight;
    struct http_request request;
    bool asked; /* the request is on its way */
};

static void ask(struct talk *t, const char *line)
{
    size_t method = strcspn(line, " "), target = line[method] == ' ' ? strcspn(line + method + 1, " ") : 0;
    const char *rest = line + method + (line[method] == ' ') + target;
    const char *body = *rest == ' ' ? rest + 1 : "";
    struct http_response reply = {0};
    t->request = (struct http_request){.method = arena_strndup(t->arena, line, method),
                                       .target = target == 0 ? "/" : arena_strndup(t->arena, line + method + 1, target),
                                       .body = {body, strlen(body)}};
    const char *needed = foresight_needs(&t->foresight, &t->request);
    bool read = text_equal(t->request.method, "GET");
    if (needed != NULL && (read || needed[0] != '/'))
        abort();
    t->asked = !foresight_answer(&t->foresight, &t->request, &reply);
    if (t->asked && !read)
        abort();
    if (!t->asked)
        check_reply(t->arena, &reply);
    struct http_request again = {.method = "GET", .target = t->request.target};
    if (!read && reply.status < 300 && is_item(t->arena, t->request.target) && !foresight_answer(&t->foresight, &again, &reply))
        abort();
}

static void hear(struct talk *t, const char *line)
{
    char *body = NULL;
    struct http_response reply = {.status = (int)strtol(line, &body, 10)};
    body += *body == ' ';
    reply.body = (struct bytes){body, strlen(body)};
    if (t->asked && foresight_learn(&t->foresight, &t->request, &reply))
        check_reply(t->arena, &reply);
    t->asked = false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct talk talk = {.arena = arena};
    const char *const *lines = NULL;
    size_t count = text_split(arena, arena_strndup(arena, (const char *)data, size), '\n', &lines);
    foresight_begin(&talk.foresight, arena);
    for (size_t i = 0; i < count; i++)
        if (lines[i][0] >= '0' && lines[i][0] <= '9')
            hear(&talk, lines[i]);
        else
            ask(&talk, lines[i]);
    return 0;
}
