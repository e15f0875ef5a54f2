/* A dry run of push: reads are sent, writes are told and answered by foresight.h. */
#include "common/base.h"

#include "runner/push.h"

#include "common/redact.h"
#include "simulator/simulator.h"

static void tell_unsent(struct push *push, const struct http_request *request, const struct http_response *reply)
{
    struct exchange exchange = {.side = SIDE_IDP,
                                .base = push->place.scim_base,
                                .request = redact_request(push->place.redactor, push->arena, request),
                                .response = reply};
    push->unsent++;
    push_tell_unsent(push, &exchange, push->out);
}

static bool read_sent(struct push *push, const struct http_request *request, struct http_response *reply, struct error *err)
{
    push->read++;
    if (!push_send(push, request, reply, err))
        return false;
    if (foresight_learn(&push->foresight, request, reply))
        push_tell_overlaid(push, request, reply, push->out);
    return true;
}

/* The write would be to something that the provider remembers by its id alone, from a state. */
static bool look_before(struct push *push, const char *target, const struct http_request *request, struct error *err)
{
    struct http_request look = {.method = "GET", .target = target};
    struct http_response reply;
    static const char *const kept[] = {"Accept", "User-Agent", "Authorization"};
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        if (http_header(&request->headers, kept[i]) != NULL)
            http_add_header(push->arena, &look.headers, kept[i], http_header(&request->headers, kept[i]));
    push->looking = "to foresee what follows";
    bool answered = read_sent(push, &look, &reply, err);
    push->looking = NULL;
    return answered;
}

bool push_send_dry(struct push *push, const struct http_request *request, struct http_response *reply, struct error *err)
{
    const char *look = foresight_needs(&push->foresight, request);
    if (look != NULL && !look_before(push, look, request, err))
        return false;
    if (!foresight_answer(&push->foresight, request, reply))
        return read_sent(push, request, reply, err);
    tell_unsent(push, request, reply);
    return true;
}
