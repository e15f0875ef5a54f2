/* Time: what passes of it, for the organization and the provider at once, and what the provider does of itself meanwhile. And
 * faults: replies in the server's stead. */
#include "common/base.h"

#include "runner/case.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

/* --- time --- */

void play_token_ages(struct play *play, int64_t ms)
{
    if (play->token_left_ms == 0)
        return;
    play->token_left_ms = play->token_left_ms > ms ? play->token_left_ms - ms : 0;
    play->token_revoked = play->token_revoked || play->token_left_ms == 0;
}

bool play_pass(void *context, int64_t ms, struct error *err)
{
    struct play *play = context;
    struct reply reply;
    if (ms <= 0)
        return true;
    if (place_stopped(&play->place))
        return error_set(err, ERROR_INTERRUPTED, "", "", "interrupted");
    json *body = json_object(play->arena);
    json_set_text(body, "action", "advance-clock");
    json_set_text(body, "by", arena_printf(play->arena, "%lldms", (long long)ms));
    if (!place_admin(&play->place, "POST", "/actions", body, &reply, err))
        return false;
    if (reply.status / 100 != 2)
        return error_set(err, ERROR_INVALID, "wait", json_get_text(reply.body, "remedy", ""),
                         "the organization's clock did not move: %d %s", reply.status, json_get_text(reply.body, "message", ""));
    play->now_ms += ms;
    play_token_ages(play, ms);
    return true;
}

/* With `refused` one of the cycles must have been refused like that; without, none may be. */
static void judge_cycle(struct play *play, const struct scenario_step *step, const struct event_outcome *outcome, bool *met)
{
    if (step->refused == NULL) {
        judge_refusal(play, outcome);
        return;
    }
    if (outcome->refused == 0)
        return;
    *met = true;
    judge_refusal(play, outcome);
}

static bool play_cycle(struct play *play, const struct scenario_step *step, bool *met, struct error *err)
{
    struct event_outcome outcome;
    struct error problem = {0};
    size_t answered = play->fault.answered;
    play->deed.first_exchange = play->place.count;
    if (!simulator_act(&play->simulator, &outcome, &problem)) {
        if (survive(play, &problem))
            return true;
        *err = problem;
        return false;
    }
    play->deed.written += outcome.written;
    play->deed.waited_ms += outcome.waited_ms;
    if (play->fault.answered == answered)
        judge_cycle(play, step, &outcome, met);
    return true;
}

static bool pass_until(struct play *play, int64_t then_ms, struct error *err)
{
    return then_ms <= play->now_ms || play_pass(play, then_ms - play->now_ms, err);
}

bool play_wait(struct play *play, const struct scenario_step *step, struct error *err)
{
    int64_t span = 0, due = 0;
    bool met = false;
    if (!duration_parse(json_text(step->operand), &span))
        return error_set(err, ERROR_INVALID, step->where, "write \"40m\"", "no duration");
    int64_t end = play->now_ms + span;
    play->deed.event = play->deed.wide = true;
    play->simulator.token = play->place.token;
    while (simulator_next(&play->simulator, &due) && due <= end)
        if (!pass_until(play, due, err) || !play_cycle(play, step, &met, err))
            return false;
    if (!pass_until(play, end, err))
        return false;
    if (step->refused != NULL && !met)
        judge_expected_refusal(play, step->refused, false, 0, NULL);
    return true;
}

/* --- faults --- */

static struct bytes fault_body(struct play *play, const json *body)
{
    const char *text = body == NULL ? "" : (json_text(body) != NULL ? json_text(body) : json_print(play->arena, body));
    return (struct bytes){text, strlen(text)};
}

/* A new fault takes the place of the one before. The replies name the intermediary that gave them, as RFC 9110 §7.6.3 asks for. */
bool play_fault(struct play *play, const struct scenario_step *step, struct error *err)
{
    const json *operand = step->operand, *body = json_get(operand, "body");
    int64_t span = 0;
    UNUSED(err);
    struct fault fault = {.method = json_get_text(operand, "method", NULL),
                          .times = json_get_integer(operand, "times", 1),
                          .answered = play->fault.answered};
    if (json_get(operand, "for") != NULL && duration_parse(json_get_text(operand, "for", ""), &span))
        fault.until_ms = play->now_ms + span;
    fault.reply.status = (int)json_get_integer(operand, "status", 500);
    fault.reply.body = fault_body(play, body);
    for (const json *node = json_first(json_get(operand, "headers")); node != NULL; node = json_next(node))
        http_add_header(play->arena, &fault.reply.headers, json_key(node), json_text(node));
    http_add_header(play->arena, &fault.reply.headers, "Via", "1.1 fault");
    play->fault = fault;
    return true;
}

bool play_fault_answers(struct play *play, const struct http_request *request, struct http_response *reply)
{
    struct fault *fault = &play->fault;
    bool armed = fault->until_ms != 0 ? play->now_ms < fault->until_ms : fault->times > 0;
    if (!armed || (fault->method != NULL && !text_equal(fault->method, request->method)))
        return false;
    struct sent sent = {.side = SIDE_IDP,
                        .base = play->place.scim_base,
                        .request = http_request_copy(play->arena, request),
                        .response = fault->reply,
                        .fault = true};
    place_record(&play->place, &sent);
    fault->times -= fault->until_ms == 0;
    fault->answered++;
    *reply = fault->reply;
    return true;
}
