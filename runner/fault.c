#include "common/base.h"
#include "runner/fault.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

const struct fault_row fault_rows[FAULT_KIND_COUNT] = {
#define X(code, word, operands, says) [code] = {word, operands, says},
    FAULT_KINDS(X)
#undef X
};

bool fault_kind_find(const char *word, enum fault_kind *out)
{
    for (int i = 0; i < FAULT_KIND_COUNT; i++)
        if (text_equal(fault_rows[i].word, word)) {
            *out = (enum fault_kind)i;
            return true;
        }
    return false;
}

const char *const *fault_sees(enum fault_kind kind)
{
    static const char *const lost_request[] = {"time-out", "no-connection", NULL},
                             *const lost_reply[] = {"time-out", "cut", NULL}, *const twice[] = {"first", "second", NULL},
                             *const nothing[] = {NULL};
    return kind == FAULT_LOSE_REQUEST ? lost_request
           : kind == FAULT_LOSE_REPLY ? lost_reply
           : kind == FAULT_DUPLICATE  ? twice
                                      : nothing;
}

/* --- reading --- */

static struct bytes body_of(struct arena *arena, const json *body)
{
    const char *text = body == NULL ? "" : (json_text(body) != NULL ? json_text(body) : json_print(arena, body));
    return (struct bytes){text, strlen(text)};
}

/* What somebody between the two answers names them, as RFC 9110 §7.6.3 asks for. */
static void read_reply(struct arena *arena, const json *operand, struct http_response *reply)
{
    reply->status = (int)json_get_integer(operand, "status", 503);
    reply->body = body_of(arena, json_get(operand, "body"));
    for (const json *node = json_first(json_get(operand, "headers")); node != NULL; node = json_next(node))
        http_add_header(arena, &reply->headers, json_key(node), json_text(node));
    http_add_header(arena, &reply->headers, "Via", "1.1 fault");
}

void fault_read(struct arena *arena, const json *operand, int64_t now_ms, struct fault *out)
{
    int64_t span = 0;
    *out = (struct fault){.method = json_get_text(operand, "method", NULL),
                          .target = json_get_text(operand, "target", NULL),
                          .skip = json_get_integer(operand, "skip", 0),
                          .times = json_get_integer(operand, "times", 1),
                          .bytes = json_get_integer(operand, "bytes", -1)};
    if (!fault_kind_find(json_get_text(operand, "kind", "answer"), &out->kind))
        out->kind = FAULT_ANSWER;
    const char *const *sees = fault_sees(out->kind);
    out->otherwise = sees[0] != NULL && text_equal(json_get_text(operand, "sees", sees[0]), sees[1]);
    if (duration_parse(json_get_text(operand, "for", ""), &span))
        out->until_ms = now_ms + span;
    if (duration_parse(json_get_text(operand, "by", ""), &span))
        out->by_ms = span;
    read_reply(arena, operand, &out->reply);
}

/* --- meeting --- */

bool fault_meets(struct fault *fault, const struct http_request *request, int64_t now_ms)
{
    bool armed = fault->until_ms != 0 ? now_ms < fault->until_ms : fault->times > 0;
    if (!armed || (fault->method != NULL && !text_equal(fault->method, request->method)) ||
        (fault->target != NULL && !text_glob(fault->target, request->target)))
        return false;
    if (fault->skip > 0) {
        fault->skip--;
        return false;
    }
    fault->times -= fault->until_ms == 0;
    return true;
}

/* --- for a whole run --- */

bool fault_storm_read(const char *text, struct fault_storm *out, struct error *err)
{
    char word[32] = "";
    uint64_t every = FAULT_STORM_EVERY;
    const char *equals = strchr(text, '=');
    size_t n = equals == NULL ? strlen(text) : (size_t)(equals - text);
    if (n < sizeof word)
        memcpy(word, text, n);
    *out = (struct fault_storm){.fault = {.times = INT64_MAX, .by_ms = 30000, .bytes = -1, .reply.status = 503}};
    if (!fault_kind_find(word, &out->fault.kind) || out->fault.kind == FAULT_END_TOKEN)
        return error_set(err, ERROR_USAGE, "--fault",
                         "answer, mask, lose-request, late, lose-reply, duplicate, reorder, delay, cut or truncate",
                         "there is no fault \"%.40s\"", text);
    if (equals != NULL && (!text_to_u64(equals + 1, 1000, &every) || every == 0))
        return error_set(err, ERROR_USAGE, "--fault", "write --fault lose-reply=5", "\"%.40s\" is no number from 1 to 1000",
                         equals + 1);
    out->every = (int64_t)every;
    return true;
}
