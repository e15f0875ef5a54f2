/* taker.h: a server that takes everything: lookups find nobody (or `found`), a create gets the next id of its kind ("u1", "g1"), the rest 204. What
 * leaves is kept as lines, without the opening probes. Events come as lines of text. */
#ifndef TESTS_UNIT_SIMULATOR_TAKER_H
#define TESTS_UNIT_SIMULATOR_TAKER_H

#include "tests/unit/simulator/scripted_server.h"

#include "common/error.h"

struct taker {
    struct arena *arena;
    struct rng rng;
    struct simulator sim;
    struct buffer log; /* "POST /Users {...}" a line; lookups without the probe's GUIDs */
    size_t users, groups;
    const char *found; /* what a lookup finds; NULL: nobody */
};

/* A GUID is looked for, and nobody found. */
static inline bool taker_is_probe(const char *target)
{
    size_t n = strlen(target);
    const char *value = n > 42 ? target + n - 42 : "";
    return text_starts(value, "%22") && value[11] == '-' && value[16] == '-' && value[21] == '-';
}

static inline bool taker_take(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                              struct error *err)
{
    struct taker *t = context;
    UNUSED(err);
    for (size_t i = 0; i < count; i++) {
        bool get = text_equal(requests[i].method, "GET"), post = text_equal(requests[i].method, "POST");
        bool hit = get && t->found != NULL && !taker_is_probe(requests[i].target);
        const char *body =
            get    ? arena_printf(t->arena,
                                  "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],"
                                     "\"totalResults\":%d,\"Resources\":[%s]}",
                                  hit, hit ? t->found : "")
            : post ? (text_equal(requests[i].target, "/Groups") ? arena_printf(t->arena, "{\"id\":\"g%zu\"}", ++t->groups)
                                                                : arena_printf(t->arena, "{\"id\":\"u%zu\"}", ++t->users))
                   : "";
        replies[i].status = get ? 200 : post ? 201 : 204;
        replies[i].body = (struct bytes){body, strlen(body)};
        if (!get || !taker_is_probe(requests[i].target))
            buffer_printf(&t->log, "%s%s %s%s%.*s", t->log.n > 0 ? "\n" : "", requests[i].method, requests[i].target,
                          get ? "" : " ", (int)requests[i].body.n, requests[i].body.n > 0 ? requests[i].body.p : "");
    }
    return true;
}

static inline json *taker_json(struct taker *t, const char *text)
{
    struct error err = {0};
    json *root = json_parse(t->arena, (struct bytes){text, strlen(text)}, "text", &err);
    assert_non_null(root);
    return root;
}

/* "assign ada", "update ada {...}", "set-app-roles ada Admin", "set-job {...}", "sync" */
static inline void taker_play(struct taker *t, const char *line)
{
    struct event event = {0};
    struct event_outcome out;
    struct error err = {0};
    const char *brace = strchr(line, '{'), *const * words;
    char text[1100];
    size_t count = text_split(t->arena, line, ' ', &words);
    assert_true(event_find(words[0], &event.kind));
    event.subject = count > 1 && brace != line + strlen(words[0]) + 1 ? words[1] : NULL;
    event.members = strchr("rim", event_operands(event.kind)) != NULL ? words + 2 : NULL;
    event.member_count = event.members != NULL ? count - 2 : 0;
    event.changes = brace != NULL ? taker_json(t, brace) : NULL;
    if (count > 2 && event_operands(event.kind) == 'n')
        event.name = words[2];
    if (!simulator_play(&t->sim, &event, &out, &err))
        buffer_printf(&t->log, "%s%s", t->log.n > 0 ? "\n" : "", error_text(&err, text, sizeof text));
}

static inline void taker_set_up(struct taker *t, const char *dialect, const char *directory, const char *found)
{
    struct error err = {0};
    memset(t, 0, sizeof *t);
    t->arena = arena_new();
    t->rng = rng_new(3);
    t->log = buffer_new(0);
    t->found = found;
    t->sim = (struct simulator){.arena = t->arena,
                                .dialect = dialect_find(dialect != NULL ? dialect : "entra"),
                                .rng = &t->rng,
                                .token = "t",
                                .send = taker_take,
                                .context = t};
    if (!t->sim.dialect->okta) /* what it takes can't be read back */
        assert_true(dialect_with(t->arena, t->sim.dialect, "get-before-patch", "no", &t->sim.dialect, &err));
    assert_true(directory_load(t->arena, taker_json(t, directory), t->sim.dialect->okta, NULL, &t->rng, &t->sim.directory, &err));
}

static inline void taker_play_lines(struct taker *t, const char *text)
{
    const char *const *lines;
    for (size_t i = 0, n = text == NULL ? 0 : text_split(t->arena, text, '\n', &lines); i < n; i++)
        taker_play(t, lines[i]);
}

static inline void taker_tear_down(struct taker *t)
{
    buffer_release(&t->log);
    arena_free(t->arena);
}

#endif
