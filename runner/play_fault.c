/* The way of the provider's requests to the server, and what happens to them there: fault.h says what, a row here how. */
#include "common/base.h"

#include "runner/case.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/late.h"
#include "simulator/dialect.h"

#include <string.h>

/* --- the step --- */

bool play_fault(struct play *play, const struct scenario_step *step, struct error *err)
{
    struct faults *faults = &play->faults;
    UNUSED(err);
    faults->count = 0;
    if (json_is(step->operand, JSON_OBJECT))
        fault_read(play->arena, step->operand, play->now_ms, &faults->items[faults->count++]);
    for (const json *node = json_is(step->operand, JSON_ARRAY) ? json_first(step->operand) : NULL; node != NULL;
         node = json_next(node))
        fault_read(play->arena, node, play->now_ms, &faults->items[faults->count++]);
    return true;
}

/* --- one request --- */

struct delivery {
    struct play *play;
    const struct fault *fault;
    const struct http_request *request;
    struct http_response *reply;
    struct error *err;
};

static void tell(const struct delivery *d, const char *what)
{
    struct play *play = d->play;
    simulator_trace(&play->simulator,
                    arena_printf(play->arena, "fault: %s %.80s %s", d->request->method, d->request->target, what));
}

static bool send_it(const struct delivery *d)
{
    return place_send(&d->play->place, SIDE_IDP, d->play->place.scim_base, d->request, d->reply, NULL, d->err);
}

/* An exchange that nobody but the client knows of. status 0: without a reply. */
static void record(const struct delivery *d, const struct http_response *response)
{
    struct play *play = d->play;
    struct sent sent = {.side = SIDE_IDP,
                        .base = play->place.scim_base,
                        .request = http_request_copy(play->arena, d->request),
                        .response = *response,
                        .fault = true};
    if (response->status == 0)
        (void)error_set(&sent.err, ERROR_UNREACHABLE, "fault", "", "%s", fault_rows[d->fault->kind].says);
    place_record(&play->place, &sent);
}

static bool no_reply(const struct delivery *d, const char *why)
{
    *d->reply = (struct http_response){.body = {why, strlen(why)}};
    d->play->faults.blind++;
    return true;
}

static bool time_out(const struct delivery *d)
{
    int seconds = dialect_value(d->play->dialect, AXIS_TIMEOUT);
    return play_back_off(d->play, (int64_t)seconds * 1000, d->err) &&
           no_reply(d, arena_printf(d->play->arena, "no reply within %d s", seconds));
}

static bool answer(const struct delivery *d)
{
    record(d, &d->fault->reply);
    d->play->faults.blind++;
    *d->reply = d->fault->reply;
    return true;
}

static bool mask(const struct delivery *d)
{
    d->play->faults.unknown++;
    tell(d, "is done, and the client is told something else");
    return send_it(d) && answer(d);
}

static bool lose_request(const struct delivery *d)
{
    tell(d, "never arrives");
    record(d, &(struct http_response){0});
    return d->fault->otherwise ? no_reply(d, "no connection") : time_out(d);
}

static bool come_late(const struct delivery *d)
{
    tell(d, "is under way for too long");
    record(d, &(struct http_response){0});
    late_hold(d->play, d->request);
    return time_out(d);
}

static bool lose_reply(const struct delivery *d)
{
    d->play->faults.unknown++;
    tell(d, "is done, and the reply is lost");
    if (!send_it(d))
        return false;
    return d->fault->otherwise ? no_reply(d, "the connection was closed before the reply came") : time_out(d);
}

/* At the same time when the provider sends so; the first is then the one that was carried out. */
static bool send_twice(const struct delivery *d, struct http_response replies[2])
{
    struct http_request both[2] = {*d->request, *d->request};
    if (!d->play->simulator.parallel) {
        bool sent = send_it(d);
        replies[0] = *d->reply;
        sent = sent && send_it(d);
        replies[1] = *d->reply;
        return sent;
    }
    if (!place_send_parallel(&d->play->place, both, 2, replies, d->err))
        return false;
    struct http_response late = replies[0];
    if (late.status / 100 != 2 && replies[1].status / 100 == 2) {
        replies[0] = replies[1];
        replies[1] = late;
    }
    return true;
}

static bool duplicate(const struct delivery *d)
{
    struct http_response replies[2];
    tell(d, "arrives twice");
    if (!send_twice(d, replies))
        return false;
    *d->reply = replies[d->fault->otherwise ? 1 : 0];
    d->play->faults.blind += d->fault->otherwise;
    d->play->faults.unknown += d->fault->otherwise;
    return true;
}

static bool delay(const struct delivery *d)
{
    if (d->fault->by_ms >= (int64_t)dialect_value(d->play->dialect, AXIS_TIMEOUT) * 1000)
        return lose_reply(d);
    tell(d, "is answered late");
    return send_it(d) && play_back_off(d->play, d->fault->by_ms, d->err);
}

static size_t bytes_left(const struct delivery *d)
{
    size_t n = d->fault->bytes < 0 ? d->reply->body.n / 2 : (size_t)d->fault->bytes;
    return n < d->reply->body.n ? n : d->reply->body.n;
}

static bool cut(const struct delivery *d)
{
    d->play->faults.unknown++;
    tell(d, "is done, and the connection breaks within the reply");
    return send_it(d) && no_reply(d, arena_printf(d->play->arena, "the connection broke after %zu of %zu bytes of the reply",
                                                  bytes_left(d), d->reply->body.n));
}

static bool truncate_reply(const struct delivery *d)
{
    d->play->faults.unknown++;
    d->play->faults.blind++;
    tell(d, "is done, and the reply ends early");
    if (!send_it(d))
        return false;
    d->reply->body.n = bytes_left(d);
    return true;
}

/* It is revoked: a server that can't tell an ended token from a good one has no other way to know. */
static bool end_token(const struct delivery *d)
{
    struct play *play = d->play;
    struct reply reply;
    json *body = json_object(play->arena);
    json_set_text(body, "action", "revoke-token");
    json_set_text(body, "token", play->place.token);
    play->faults.blind++;
    tell(d, "comes when the token has ended");
    if (!place_admin(&play->place, "POST", "/actions", body, &reply, d->err))
        return false;
    if (reply.status / 100 != 2)
        return error_set(d->err, ERROR_INVALID, "fault", "", "the token could not be ended: %d", reply.status);
    play->token_revoked = true;
    return send_it(d);
}

static bool (*const deliver[FAULT_KIND_COUNT])(const struct delivery *d) = {
    [FAULT_ANSWER] = answer,
    [FAULT_MASK] = mask,
    [FAULT_LOSE_REQUEST] = lose_request,
    [FAULT_LATE] = come_late,
    [FAULT_LOSE_REPLY] = lose_reply,
    [FAULT_DUPLICATE] = duplicate,
    [FAULT_REORDER] = send_it,
    [FAULT_DELAY] = delay,
    [FAULT_CUT] = cut,
    [FAULT_TRUNCATE] = truncate_reply,
    [FAULT_END_TOKEN] = end_token,
};

/* --- all of them --- */

/* The armed fault that this request meets; orders: whether it is about the order of several, or about one. */
static const struct fault *met(struct play *play, const struct http_request *request, bool orders)
{
    struct faults *faults = &play->faults;
    for (size_t i = 0; i < faults->count; i++)
        if ((faults->items[i].kind == FAULT_REORDER) == orders && fault_meets(&faults->items[i], request, play->now_ms))
            return &faults->items[i];
    const struct fault_storm *storm = play->options->storm;
    if (storm == NULL || !faults->storm || (storm->fault.kind == FAULT_REORDER) != orders || faults->until_storm-- > 0)
        return NULL;
    faults->until_storm = storm->every - 1;
    return &storm->fault;
}

/* Time between two requests of one task, where time passes at all. */
static bool breathe(struct play *play, struct error *err)
{
    bool first = play->place.count == play->deed.first_exchange;
    return play->options->pace == NULL || first || play_back_off(play, dialect_value(play->dialect, AXIS_GAP), err);
}

/* A server that others use too has a clock of its own: it asks in vain to be given time that does not pass. */
static bool asks_in_vain(const struct play *play)
{
    return play->place.organization == NULL && play->options->pace == NULL;
}

static bool send_one(struct play *play, const struct fault *fault, const struct http_request *request,
                     struct http_response *reply, struct error *err)
{
    const struct delivery plain = {play, NULL, request, reply, err};
    if (!breathe(play, err))
        return false;
    size_t blind = play->faults.blind;
    bool sent = fault == NULL ? send_it(&plain) : deliver[fault->kind](&(struct delivery){play, fault, request, reply, err});
    play->simulator.hasty = asks_in_vain(play) && play->faults.blind == blind;
    return sent;
}

/* Those that nothing happens to go out at the same time; then, one by one, those that meet a fault. */
static bool send_at_once(struct play *play, const struct http_request *requests, size_t count, struct http_response *replies,
                         struct error *err)
{
    const struct fault **faults = arena_array(play->arena, count, sizeof *faults);
    struct http_request *plain = arena_array(play->arena, count, sizeof *plain);
    struct http_response *answers = arena_array(play->arena, count, sizeof *answers);
    size_t calm = 0;
    for (size_t i = 0; i < count; i++) {
        faults[i] = met(play, &requests[i], false);
        if (faults[i] == NULL)
            plain[calm++] = requests[i];
    }
    if (!place_send_parallel(&play->place, plain, calm, answers, err))
        return false;
    calm = 0;
    for (size_t i = 0; i < count; i++) {
        if (faults[i] == NULL)
            replies[i] = answers[calm++];
        else if (!send_one(play, faults[i], &requests[i], &replies[i], err))
            return false;
    }
    return true;
}

bool play_send(void *context, const struct http_request *requests, size_t count, struct http_response *replies, struct error *err)
{
    struct play *play = context;
    play->simulator.hasty = asks_in_vain(play);
    bool backwards = count > 1 && met(play, &requests[0], true) != NULL;
    if (count > 1 && play->simulator.parallel && !backwards)
        return send_at_once(play, requests, count, replies, err);
    for (size_t i = 0; i < count; i++) {
        size_t at = backwards ? count - 1 - i : i;
        if (!send_one(play, met(play, &requests[at], false), &requests[at], &replies[at], err))
            return false;
    }
    return true;
}
