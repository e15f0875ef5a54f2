/* scripted_server.h: answers a simulator with replies written down beforehand, and remembers what was asked. */
#ifndef TESTS_UNIT_SIMULATOR_SCRIPTED_SERVER_H
#define TESTS_UNIT_SIMULATOR_SCRIPTED_SERVER_H

#include "common/base.h"
#include "common/error.h"
#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

#define SCRIPT_MAX 64

struct scripted {
    struct arena *arena;
    struct rng rng;
    struct simulator sim;
    const char *replies[SCRIPT_MAX]; /* "201 {...}"; NULL: the connection breaks */
    size_t count, at;
    const char *asked[SCRIPT_MAX]; /* "PATCH /Users/a1" */
    size_t together[SCRIPT_MAX];   /* how many requests came in one call */
    size_t calls;
};

static inline bool scripted_send(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                                 struct error *err)
{
    struct scripted *s = context;
    s->together[s->calls++] = count;
    for (size_t i = 0; i < count; i++) {
        if (s->at == SCRIPT_MAX)
            return error_set(err, ERROR_LIMIT, "test", "", "too many requests");
        s->asked[s->at] = arena_printf(s->arena, "%s %s", requests[i].method, requests[i].target);
        const char *reply = s->at < s->count ? s->replies[s->at] : NULL;
        s->at++;
        if (reply == NULL)
            return error_set(err, ERROR_UNREACHABLE, "test", "", "no reply");
        char *body = NULL;
        replies[i].status = (int)strtol(reply, &body, 10);
        body += *body == ' ' ? 1 : 0;
        replies[i].body = (struct bytes){body, strlen(body)};
    }
    return true;
}

static inline json *scripted_json(struct scripted *s, const char *text)
{
    struct error err = {0};
    json *root = json_parse(s->arena, (struct bytes){text, strlen(text)}, "text", &err);
    assert_non_null(root);
    return root;
}

static inline void scripted_set_up(struct scripted *s, const char *dialect, const char *directory)
{
    struct error err = {0};
    memset(s, 0, sizeof *s);
    s->arena = arena_new();
    s->rng = rng_new(1);
    s->sim = (struct simulator){
        .arena = s->arena, .dialect = dialect_find(dialect), .rng = &s->rng, .token = "t", .send = scripted_send, .context = s};
    assert_non_null(s->sim.dialect);
    assert_true(
        directory_load(s->arena, scripted_json(s, directory), s->sim.dialect->okta, NULL, &s->rng, &s->sim.directory, &err));
}

/* Sets the replies of what comes next: lines of "status body". */
static inline void scripted_replies(struct scripted *s, const char *lines)
{
    const char *const *parts = NULL;
    size_t count = text_split(s->arena, lines, '\n', &parts);
    s->count = s->at = s->calls = 0;
    for (size_t i = 0; i < count && i < SCRIPT_MAX; i++)
        s->replies[s->count++] = parts[i];
}

static inline bool scripted_play(struct scripted *s, struct event event, struct event_outcome *out)
{
    struct error err = {0};
    return simulator_play(&s->sim, &event, out, &err);
}

#define SCRIPTED_NONE                                                                                                            \
    "200 {\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":0,\"Resources\":[]}"

#endif
