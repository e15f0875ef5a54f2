/* patient.h: a server that is as well or as sick as a test says, and a provider with a clock in front of it. */
#ifndef TESTS_UNIT_SIMULATOR_PATIENT_H
#define TESTS_UNIT_SIMULATOR_PATIENT_H

#include "common/base.h"
#include "tests/unit/simulator/scripted_server.h"

#include "common/clock.h"

#define MINUTE ((int64_t)60000)
#define HOUR   (60 * MINUTE)

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"},\"bob\":{\"email\":\"bob@acme.test\",\"manager\":\"ada\"},"               \
    "\"cyd\":{\"email\":\"cyd@acme.test\"}},\"groups\":{\"eng\":{\"name\":\"Engineering\",\"members\":[\"ada\",\"bob\"]}}}"

/* A server that is as well or as sick as the test says. */
struct patient {
    struct scripted s;
    int64_t now_ms;
    bool storm;      /* anything may come */
    int status;      /* of writes; 0: all is well */
    int read_status; /* of reads; 0: all is well */
    size_t requests, made;
    const char *first; /* the first request since it was set to NULL */
};

static inline struct http_response reply_of(struct patient *p, int status, const char *body)
{
    struct http_response reply = {.status = status, .body = {body, strlen(body)}};
    http_add_header(p->s.arena, &reply.headers, "Content-Type", "application/scim+json");
    return reply;
}

static inline struct http_response well(struct patient *p, const struct http_request *request)
{
    if (strstr(request->target, "filter=") != NULL)
        return reply_of(p, 200, &SCRIPTED_NONE[strlen("200 ")]);
    if (text_equal(request->method, "POST"))
        return reply_of(p, 201, arena_printf(p->s.arena, "{\"id\":\"n%zu\",\"active\":true}", ++p->made));
    if (text_equal(request->method, "GET"))
        return reply_of(p, 200, "{\"id\":\"x\",\"active\":true}");
    return reply_of(p, text_equal(request->method, "PUT") ? 200 : 204,
                    text_equal(request->method, "PUT") ? "{\"id\":\"x\"}" : "");
}

static inline bool storm(struct patient *p, struct http_response *reply)
{
    static const int statuses[] = {200, 201, 204, 301, 400, 401, 403, 404, 409, 412, 422, 429, 429, 500, 501, 502, 503};
    static const char *const bodies[] = {"", "{}", "[]", "null", "<html>", "{\"totalResults\":", "{\"Resources\":{},\"id\":7}"};
    static const char *const waits[] = {"0", "1", "30", "-1", "soon", "99999999999999999999", "Sun, 22 Nov 2026 18:00:00 GMT"};
    if (rng_below(&p->s.rng, 20) == 0)
        return false;
    if (rng_below(&p->s.rng, 20) == 0) { /* lost, and the client goes on */
        *reply = reply_of(p, 0, "no reply within 60 s");
        return true;
    }
    *reply = reply_of(p, statuses[rng_below(&p->s.rng, ARRAY_LEN(statuses))], bodies[rng_below(&p->s.rng, ARRAY_LEN(bodies))]);
    if (rng_below(&p->s.rng, 2) == 0)
        http_add_header(p->s.arena, &reply->headers, "Retry-After", waits[rng_below(&p->s.rng, ARRAY_LEN(waits))]);
    return true;
}

static inline bool answer(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                          struct error *err)
{
    struct patient *p = context;
    for (size_t i = 0; i < count; i++) {
        bool read = text_equal(requests[i].method, "GET");
        int status = read ? p->read_status : p->status;
        p->requests++;
        if (p->first == NULL)
            p->first = arena_printf(p->s.arena, "%s %s", requests[i].method, requests[i].target);
        if (p->storm && !storm(p, &replies[i]))
            return error_set(err, ERROR_UNREACHABLE, "test", "", "no reply");
        if (!p->storm)
            replies[i] = status != 0 ? reply_of(p, status, "{}") : well(p, &requests[i]);
    }
    return true;
}

static inline bool pass(void *context, int64_t ms, struct error *err)
{
    UNUSED(err);
    assert_true(ms > 0);
    ((struct patient *)context)->now_ms += ms;
    return true;
}

static inline void set_up(struct patient *p, const char *dialect)
{
    memset(p, 0, sizeof *p);
    scripted_set_up(&p->s, dialect, DIRECTORY);
    p->s.sim.send = answer;
    p->s.sim.context = p;
    p->s.sim.pass = pass;
    p->s.sim.clock = clock_fixed(&p->now_ms);
    p->s.sim.timetable = true;
}

static inline void turn(struct patient *p, const char *axis, const char *value)
{
    struct error err = {0};
    assert_true(dialect_with(p->s.arena, p->s.sim.dialect, axis, value, &p->s.sim.dialect, &err));
}

static inline void happens(struct patient *p, enum event_kind kind, const char *subject)
{
    struct event_outcome outcome;
    scripted_play(&p->s, (struct event){.kind = kind, .subject = subject}, &outcome);
}

/* Lets time pass; how many cycles came in it. */
static inline size_t wait(struct patient *p, int64_t span)
{
    int64_t due = 0, end = p->now_ms + span;
    size_t cycles = 0;
    while (simulator_next(&p->s.sim, &due) && due <= end) {
        struct event_outcome outcome;
        struct error err = {0};
        if (due > p->now_ms)
            p->now_ms = due;
        int64_t before = p->now_ms;
        bool played = simulator_act(&p->s.sim, &outcome, &err);
        assert_true(played || err.code == ERROR_UNREACHABLE);
        assert_true(!simulator_next(&p->s.sim, &due) || due > before); /* never twice at the same time */
        cycles++;
    }
    if (p->now_ms < end)
        p->now_ms = end;
    return cycles;
}

static inline const char *job(const struct patient *p)
{
    return job_state_word(p->s.sim.job.state);
}

static inline const char *ada(const struct patient *p)
{
    return simulator_person_state(&p->s.sim, p->s.sim.directory->users[0]);
}

#endif
