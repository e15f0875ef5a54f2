/* Okta asks a hostile server what there is: /ResourceTypes, /Schemas, the endpoints of roles and entitlements. Lines are its replies ("200 {...}"), the
 * last one for ever. Nothing stops the tool but a broken connection; every request is a GET of one path below the base, without steps elsewhere, or a
 * write about a person; what was found can be granted. */
#include "common/base.h"
#include "common/error.h"
#include "common/http.h"
#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"

#include <stdlib.h>
#include <string.h>

#define MOST_REQUESTS 60 /* of an event; then the connection breaks */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char people[] = "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\",\"department\":\"R\"}}}";

struct server {
    struct arena *arena;
    const char *const *replies;
    size_t count, at, asked;
};

static void check_request(struct server *s, const struct http_request *request)
{
    struct http_target target;
    if (!http_parse_target(s->arena, request->target, &target, NULL))
        return; /* an escaped control character of an id */
    for (size_t i = 0; i < target.count; i++)
        if (text_equal(target.segments[i], ".") || text_equal(target.segments[i], ".."))
            abort();
    if (!text_equal(request->method, "GET") && !text_equal(target.segments[0], "Users"))
        abort();
    if (request->body.n > 0 && json_parse(s->arena, request->body, "request", NULL) == NULL)
        abort();
}

static bool answer(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                   struct error *err)
{
    struct server *s = context;
    for (size_t i = 0; i < count; i++) {
        char *body = NULL;
        const char *line = s->replies[s->at];
        check_request(s, &requests[i]);
        if (s->asked++ == MOST_REQUESTS)
            return error_set(err, ERROR_UNREACHABLE, "fuzz", "", "no reply");
        s->at += s->at + 1 < s->count;
        replies[i] = (struct http_response){.status = (int)strtol(line, &body, 10)};
        if (replies[i].status < 200 || replies[i].status > 599)
            replies[i].status = 200;
        body += *body == ' ';
        replies[i].body = (struct bytes){body, strlen(body)};
    }
    return true;
}

static void play(struct simulator *sim, struct server *s, struct event event)
{
    struct event_outcome outcome = {0};
    struct error err = {0};
    s->asked = 0;
    bool played = simulator_play(sim, &event, &outcome, &err);
    if ((!played && err.code != ERROR_UNREACHABLE) || outcome.written + outcome.refused > outcome.sent)
        abort();
}

static json *value_of(struct arena *arena, const char *text)
{
    return json_parse(arena, (struct bytes){text, strlen(text)}, "text", NULL);
}

/* The first that was found can be granted, and what was not found can't. */
static void grant(struct simulator *sim, struct server *s, const char *id, bool there)
{
    json *grants = json_object(s->arena);
    struct event_outcome outcome = {0};
    struct error err = {0};
    json_set_text(json_push_object(json_set_array(grants, "roles")), "value", id);
    s->asked = 0;
    bool played =
        simulator_play(sim, &(struct event){.kind = EVENT_ENTITLE, .subject = "ada", .changes = grants}, &outcome, &err);
    if (!played && err.code != (there ? ERROR_UNREACHABLE : ERROR_INVALID))
        abort();
    if (played && !there)
        abort();
}

static void talk(struct arena *arena, const char *dialect, const char *const *lines, size_t count)
{
    struct rng rng = rng_new(1);
    struct server s = {.arena = arena, .replies = lines, .count = count};
    struct simulator sim = {
        .arena = arena, .dialect = dialect_find(dialect), .rng = &rng, .token = "t", .send = answer, .context = &s};
    if (!directory_load(arena, value_of(arena, people), true, NULL, &rng, &sim.directory, NULL))
        abort();
    play(&sim, &s, (struct event){.kind = EVENT_IMPORT_ENTITLEMENTS});
    const char *id;
    void *offer;
    size_t cursor = 0;
    bool found = map_at(sim.offered, &cursor, &id, &offer);
    if (sim.offered != NULL)
        grant(&sim, &s, "nobody offers this", false);
    if (found)
        grant(&sim, &s, id, true);
    s.at = 0;
    play(&sim, &s, (struct event){.kind = EVENT_IMPORT_SCHEMA});
    play(&sim, &s, (struct event){.kind = EVENT_ASSIGN, .subject = "ada"});
    play(&sim, &s, (struct event){.kind = EVENT_UPDATE, .subject = "ada", .changes = value_of(arena, "{\"title\":\"CTO\"}")});
    s.at = 0;
    play(&sim, &s, (struct event){.kind = EVENT_SETTINGS, .changes = value_of(arena, "{\"entitlement-management\":\"on\"}")});
    play(&sim, &s, (struct event){.kind = EVENT_IMPORT});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *const *lines = NULL;
    size_t count = text_split(arena, arena_strndup(arena, (const char *)data, size), '\n', &lines);
    talk(arena, "okta-aiw", lines, count);
    talk(arena, "okta-template", lines, count);
    return 0;
}
