/* Raw requests: one, or branches of them at the same time. Sending happens in any thread with an arena of its own; recording
 * and judging in the case's thread. */
#include "common/base.h"

#include "runner/case.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/matcher.h"

#include <pthread.h>
#include <string.h>

#define SCIM_TYPE "application/scim+json"

/* A run of request steps, one after the other. */
struct branch {
    const struct play *play;
    const struct scenario_step *steps;
    size_t count;
    struct http_client *client;
    struct arena *arena;
    json *saved;       /* variables of this branch */
    struct sent *sent; /* one each; sent of them were sent */
    size_t done;
    struct error err; /* why it ended early; code ERROR_NONE: it did not */
    pthread_t thread;
    bool threaded;
};

/* --- making a request --- */

static bool fill_headers(struct branch *b, const json *headers, struct http_request *request)
{
    for (const json *node = json_first(headers); node != NULL; node = json_next(node)) {
        const char *value;
        if (!variables_fill(b->play, b->arena, b->saved, json_text(node), &value, &b->err))
            return false;
        http_add_header(b->arena, &request->headers, json_key(node), value);
    }
    return true;
}

static bool fill_auth(struct branch *b, const char *auth, struct http_request *request)
{
    const char *value = auth;
    if (text_equal(auth, "none") || http_header(&request->headers, "Authorization") != NULL)
        return true;
    if (auth == NULL)
        value = place_authorization(&b->play->place, b->arena);
    else if (!variables_fill(b->play, b->arena, b->saved, auth, &value, &b->err))
        return false;
    http_add_header(b->arena, &request->headers, "Authorization", value);
    return true;
}

static bool fill_body(struct branch *b, const json *body, struct http_request *request)
{
    json *filled;
    if (body == NULL)
        return true;
    if (!variables_fill_json(b->play, b->arena, b->saved, body, &filled, &b->err))
        return false;
    const char *text = json_text(filled) != NULL ? json_text(filled) : json_print(b->arena, filled);
    request->body = (struct bytes){text, strlen(text)};
    if (http_header(&request->headers, "Content-Type") == NULL)
        http_add_header(b->arena, &request->headers, "Content-Type", SCIM_TYPE);
    return true;
}

static bool fill_request(struct branch *b, const json *spec, struct http_request *request)
{
    request->method = json_get_text(spec, "method", "GET");
    if (!variables_fill(b->play, b->arena, b->saved, json_get_text(spec, "target", "/"), &request->target, &b->err) ||
        !fill_headers(b, json_get(spec, "headers"), request) || !fill_auth(b, json_get_text(spec, "auth", NULL), request) ||
        !fill_body(b, json_get(spec, "body"), request))
        return false;
    if (http_header(&request->headers, "Accept") == NULL)
        http_add_header(b->arena, &request->headers, "Accept", SCIM_TYPE);
    return true;
}

/* --- sending --- */

static void save(struct branch *b, const struct scenario_step *step, const json *body)
{
    for (const json *node = json_first(json_get(step->node, "save")); node != NULL; node = json_next(node)) {
        const json *value = json_pointer(body, json_text(node));
        if (value != NULL)
            json_set_copy(b->saved, json_key(node), value);
    }
}

static bool send_step(struct branch *b, const struct scenario_step *step)
{
    struct http_request *request = arena_alloc(b->arena, sizeof *request);
    if (!fill_request(b, step->operand, request))
        return false;
    struct sent *sent = &b->sent[b->done++];
    *sent =
        (struct sent){.side = SIDE_IDP, .base = b->play->place.scim_base, .request = request, .suites = b->play->place.suites};
    sent_exchange(b->client, b->arena, sent);
    if (sent->response.status == 0) {
        b->err = sent->err;
        return false;
    }
    save(b, step, sent_body(b->arena, sent));
    return true;
}

static void *run_branch(void *context)
{
    struct branch *b = context;
    for (size_t i = 0; i < b->count; i++)
        if (!send_step(b, &b->steps[i]))
            break;
    return NULL;
}

/* --- judging --- */

struct verdict {
    struct play *play;
    const json *response; /* what is expected */
    const struct sent *sent;
    size_t exchange;
};

static void differs(const struct verdict *v, const char *what, const char *expected, const char *actual)
{
    const char *rule = json_get_text(v->response, "rule", "expect.response");
    finding_add(v->play,
                (struct finding){.class = rule_class(rule),
                                 .rule = rule,
                                 .level = rule_level(rule),
                                 .message = arena_printf(v->play->arena, "%s %s: %s", v->sent->request->method,
                                                         v->sent->request->target, what),
                                 .expected = expected,
                                 .actual = actual,
                                 .exchange = (long)v->exchange},
                arena_printf(v->play->arena, "%zu %zu %s", v->play->step, v->exchange, what));
}

static void judge_status(const struct verdict *v)
{
    const json *wanted = json_get(v->response, "status");
    if (!status_fits(wanted, v->sent->response.status))
        differs(v, "another status", json_print(v->play->arena, wanted),
                arena_printf(v->play->arena, "%d", v->sent->response.status));
}

/* How long the reply may take, as a procedure asks for it. */
static void judge_time(const struct verdict *v)
{
    int64_t most;
    const char *within = json_get_text(v->response, "within", NULL);
    if (within != NULL && duration_parse(within, &most) && v->sent->duration_us > (uint64_t)most * 1000)
        differs(v, "it takes too long", arena_printf(v->play->arena, "at most %s", within),
                arena_printf(v->play->arena, "%llu ms", (unsigned long long)(v->sent->duration_us / 1000)));
}

static bool judge_headers(const struct verdict *v, const json *saved, struct error *err)
{
    for (const json *node = json_first(json_get(v->response, "headers")); node != NULL; node = json_next(node)) {
        const char *pattern, *value = http_header(&v->sent->response.headers, json_key(node));
        if (!variables_fill(v->play, v->play->arena, saved, json_text(node), &pattern, err))
            return false;
        if (value == NULL || !text_glob(pattern, value))
            differs(v, arena_printf(v->play->arena, "another header %s", json_key(node)), pattern,
                    value == NULL ? "no such header" : value);
    }
    return true;
}

static bool judge_body(const struct verdict *v, const json *saved, const json *body, struct error *err)
{
    struct mismatch mismatch;
    json *matcher;
    if (json_get(v->response, "body") == NULL)
        return true;
    if (!variables_fill_json(v->play, v->play->arena, saved, json_get(v->response, "body"), &matcher, err))
        return false;
    if (!matcher_match(v->play->arena, matcher, body, &mismatch))
        differs(v, mismatch.path[0] == '\0' ? "another body" : arena_printf(v->play->arena, "another value at %s", mismatch.path),
                mismatch.expected, mismatch.actual);
    return true;
}

/* Reads change nothing, and .search is one. */
static bool is_write(const struct http_request *request)
{
    bool post = text_equal(request->method, "POST") && strstr(request->target, ".search") == NULL;
    return post || text_equal(request->method, "PUT") || text_equal(request->method, "PATCH") ||
           text_equal(request->method, "DELETE");
}

static void note_deed(struct play *play, const struct sent *sent)
{
    int status = sent->response.status;
    if (!is_write(sent->request))
        return;
    play->deed.written += status < 400; /* no reply: unknown, so perhaps */
    play->deed.refused += status >= 400;
    play->disturbed = play->disturbed || status < 400;
}

static bool judge_branch(struct play *play, struct branch *b, struct error *err)
{
    for (size_t i = 0; i < b->done; i++) {
        size_t at = place_record(&play->place, &b->sent[i]);
        struct verdict v = {play, json_get(b->steps[i].node, "response"), &play->place.sent[at], at};
        note_deed(play, v.sent);
        if (v.response == NULL || v.sent->response.status == 0)
            continue;
        judge_status(&v);
        judge_time(&v);
        if (!judge_headers(&v, b->saved, err) || !judge_body(&v, b->saved, sent_body(play->arena, &play->place.sent[at]), err))
            return false;
    }
    for (const json *node = json_first(b->saved); node != NULL; node = json_next(node))
        json_set_copy(play->variables, json_key(node), node);
    if (b->err.code == ERROR_NONE)
        return true;
    *err = b->err;
    return survive(play, &b->err);
}

static struct branch new_branch(struct play *play, struct arena *arena, struct http_client *client,
                                const struct scenario_step *steps, size_t count)
{
    return (struct branch){.play = play,
                           .steps = steps,
                           .count = count,
                           .client = client,
                           .arena = arena,
                           .saved = json_object(arena),
                           .sent = arena_array(arena, count + 1, sizeof(struct sent))};
}

bool play_request(struct play *play, const struct scenario_step *step, struct error *err)
{
    struct branch branch = new_branch(play, play->arena, play->place.client, step, 1);
    play->deed.wide = true;
    (void)place_credential(&play->place);
    run_branch(&branch);
    return judge_branch(play, &branch, err);
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

bool play_parallel(struct play *play, const struct scenario_step *step, struct error *err)
{
    struct branch *branches = arena_array(play->arena, step->branch_count + 1, sizeof *branches);
    bool fine = true;
    play->deed.wide = true;
    (void)place_credential(&play->place);
    for (size_t i = 0; i < step->branch_count; i++) {
        struct arena *arena = arena_new(); /* an arena belongs to one thread */
        arena_defer(play->arena, free_arena, arena);
        branches[i] = new_branch(play, arena, place_client(&play->place, i % PLACE_PARALLEL), step->branches[i].steps,
                                 step->branches[i].count);
    }
    for (size_t first = 0; first < step->branch_count; first += PLACE_PARALLEL) {
        size_t last = first + PLACE_PARALLEL < step->branch_count ? first + PLACE_PARALLEL : step->branch_count;
        for (size_t i = first; i < last; i++)
            branches[i].threaded = pthread_create(&branches[i].thread, NULL, run_branch, &branches[i]) == 0;
        for (size_t i = first; i < last; i++) {
            if (branches[i].threaded)
                pthread_join(branches[i].thread, NULL);
            else
                run_branch(&branches[i]);
        }
    }
    for (size_t i = 0; i < step->branch_count; i++)
        fine = judge_branch(play, &branches[i], err) && fine;
    return fine;
}
