/* Time: what passes of it, for the organization and the provider at once, and what the provider does of itself meanwhile. */
#include "common/base.h"

#include "runner/case.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/late.h"

#include <string.h>

/* --- time --- */

void play_token_ages(struct play *play, int64_t ms)
{
    play->place.access.aged_ms += ms;
    if (play->token_left_ms == 0)
        return;
    play->token_left_ms = play->token_left_ms > ms ? play->token_left_ms - ms : 0;
    play->token_revoked = play->token_revoked || play->token_left_ms == 0;
}

static bool move_organization(struct play *play, int64_t ms, struct error *err)
{
    struct reply reply;
    json *body = json_object(play->arena);
    json_set_text(body, "action", "advance-clock");
    json_set_text(body, "by", arena_printf(play->arena, "%lldms", (long long)ms));
    if (!place_admin(&play->place, "POST", "/actions", body, &reply, err))
        return false;
    if (reply.status / 100 != 2)
        return error_set(err, ERROR_INVALID, "wait", json_get_text(reply.body, "remedy", ""),
                         "the organization's clock did not move: %d %s", reply.status, json_get_text(reply.body, "message", ""));
    return true;
}

static void move_provider(struct play *play, int64_t ms)
{
    play->now_ms += ms;
    play_token_ages(play, ms);
}

bool play_pass(struct play *play, int64_t ms, struct error *err)
{
    if (ms <= 0)
        return true;
    if (place_stopped(&play->place))
        return error_set(err, ERROR_INTERRUPTED, "", "", "interrupted");
    if (play->place.organization != NULL && !move_organization(play, ms, err))
        return false;
    move_provider(play, ms);
    return true;
}

/* What passes in truth passes for every server: nobody's clock is moved. */
bool play_back_off(void *context, int64_t ms, struct error *err)
{
    struct play *play = context;
    const struct pace *pace = play->options->pace;
    if (pace == NULL)
        return play_pass(play, ms, err);
    if (ms > 0 && !pace->rest(pace->context, ms, play->options->stop))
        return error_set(err, ERROR_INTERRUPTED, "", "", "interrupted");
    move_provider(play, ms);
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
    size_t blind = play->faults.blind;
    play->deed.first_exchange = play->place.count;
    late_begin(play);
    if (!simulator_act(&play->simulator, &outcome, &problem)) {
        if (survive(play, &problem))
            return true;
        *err = problem;
        return false;
    }
    play->deed.written += outcome.written;
    play->deed.waited_ms += outcome.waited_ms;
    if (play->faults.blind == blind)
        judge_cycle(play, step, &outcome, met);
    return late_end(play, err) || survive(play, err);
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
    play->simulator.token = place_credential_again(&play->place);
    while (simulator_next(&play->simulator, &due) && due <= end)
        if (!pass_until(play, due, err) || !play_cycle(play, step, &met, err))
            return false;
    if (!pass_until(play, end, err))
        return false;
    if (step->refused != NULL && !met)
        judge_expected_refusal(play, step->refused, false, 0, NULL);
    return true;
}
