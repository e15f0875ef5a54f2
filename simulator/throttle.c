#include "common/base.h"
#include "simulator/throttle.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"

#define MINUTE_MS    ((int64_t)60000)
#define AGAIN_WAIT_M 5

bool throttle_retry_after(const struct http_headers *headers, int64_t *wait_ms)
{
    const char *text = http_header(headers, "Retry-After");
    uint64_t seconds = 0;
    if (text == NULL || !text_to_u64(text, DURATION_MAX_MS / 1000, &seconds))
        return false;
    *wait_ms = (int64_t)seconds * 1000;
    return true;
}

/* wait_ms holds the wait before, and becomes the next. */
static bool wait_for_429(const struct session *s, const struct http_response *reply, int attempt, int64_t *wait_ms)
{
    int way = session_axis(s, AXIS_THROTTLED);
    if (way == THROTTLED_FAIL || attempt >= session_axis(s, AXIS_ATTEMPTS))
        return false;
    if (way == THROTTLED_WAIT_DOUBLING && *wait_ms > 0)
        *wait_ms *= 2;
    else if (!throttle_retry_after(&reply->headers, wait_ms))
        *wait_ms = MINUTE_MS * session_axis(s, AXIS_DEFAULT_WAIT);
    else
        return *wait_ms <= THROTTLE_WAIT_MAX_MS; /* also none at all: at once */
    return *wait_ms > 0 && *wait_ms <= THROTTLE_WAIT_MAX_MS;
}

static bool goes_on(const struct session *s, const struct http_response *reply, int attempt, int64_t *wait_ms)
{
    if (s->sim->pass == NULL || s->sim->hasty)
        return false;
    if (reply->status == 429)
        return wait_for_429(s, reply, attempt, wait_ms);
    bool again = (reply->status == 0 && session_axis(s, AXIS_NO_REPLY) == NO_REPLY_ONCE_MORE) ||
                 (reply->status >= 500 && session_axis(s, AXIS_SERVER_ERROR) == SERVER_ERROR_ONCE_MORE);
    if (!again || attempt > 1)
        return false;
    *wait_ms = AGAIN_WAIT_M * MINUTE_MS;
    return true;
}

bool throttle_settle(struct session *s, const struct http_request *request, struct http_response *reply)
{
    int64_t wait_ms = 0;
    for (int attempt = 1; goes_on(s, reply, attempt, &wait_ms); attempt++) {
        const char *asked = http_header(&reply->headers, "Retry-After");
        const char *what = reply->status == 0 ? "no reply" : arena_printf(s->sim->arena, "%d", reply->status);
        session_trace(s, arena_printf(s->sim->arena, "%s to %s %.80s, Retry-After %.40s: waits %lld s, then attempt %d", what,
                                      request->method, request->target, asked == NULL ? "absent" : asked,
                                      (long long)(wait_ms / 1000), attempt + 1));
        if (wait_ms > 0 && !s->sim->pass(s->sim->context, wait_ms, s->err))
            return false;
        s->out->waits++;
        s->out->waited_ms += wait_ms;
        s->out->sent++;
        *reply = (struct http_response){0};
        if (!s->sim->send(s->sim->context, request, 1, reply, s->err))
            return false;
    }
    return true;
}
