/* What `scimulator push` shows: exchanges, what they mean, what became of an event, access. */
#include "common/base.h"

#include "runner/push.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"
#include "reports/view.h"
#include "runner/observe.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"

#include <string.h>

#define BODY_SHOWN (8 * KIB)

/* --- meaning --- */

/* method (NULL: any), what the target begins with (NULL: anything), status (from, to), text. The first row that fits. */
static const struct {
    const char *method, *target;
    int from, to;
    const char *text;
} meanings[] = {
    {NULL, NULL, 0, 0, "the provider does not know what became of it"},
    {NULL, NULL, 401, 401, "the server refuses the token"},
    {NULL, NULL, 403, 403, "the server does not let this token do it"},
    {NULL, NULL, 429, 429, "too many requests: the provider would try again later"},
    {NULL, NULL, 500, 599, "the server failed: the provider would try again"},
    {"GET", NULL, 404, 404, "it is not there"},
    {"GET", "/Users/", 200, 200, "what the server has is compared, or goes back with the changes laid over it"},
    {"GET", "/Groups/", 200, 200, "the group as the server has it"},
    {"POST", NULL, 200, 299, "made; the id in the reply is what the provider remembers"},
    {"POST", NULL, 409, 409, "the server says that there is one already: the provider can't go on"},
    {"PUT", NULL, 200, 299, "taken over"},
    {"PATCH", NULL, 200, 299, "taken over"},
    {"DELETE", NULL, 200, 299, "gone"},
    {NULL, NULL, 400, 499, "refused: the change did not reach the server"},
};

static const char *meaning_of_list(const json *body)
{
    int64_t total;
    if (!json_integer(json_get(body, "totalResults"), &total))
        return "no list that the provider can read";
    return total == 0 ? "nothing matches" : total == 1 ? "one matches" : "several match";
}

const char *push_meaning(const char *method, const char *target, int status, const json *body)
{
    if (text_equal(method, "GET") && status == 200 && (text_starts(target, "/Users?") || text_starts(target, "/Groups?")))
        return meaning_of_list(body);
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if ((meanings[i].method == NULL || text_equal(meanings[i].method, method)) &&
            (meanings[i].target == NULL || text_starts(target, meanings[i].target)) && status >= meanings[i].from &&
            status <= meanings[i].to)
            return meanings[i].text;
    return "";
}

/* --- exchanges --- */

static void tell_body(struct arena *arena, struct bytes body, struct buffer *out)
{
    struct view_text text = view_body(arena, body, BODY_SHOWN);
    for (size_t i = 0; i < text.shown.n;) {
        const char *newline = memchr(text.shown.p + i, '\n', text.shown.n - i);
        size_t end = newline == NULL ? text.shown.n : (size_t)(newline - text.shown.p);
        buffer_add(out, "    ");
        markup_add_plain_bytes(out, (struct bytes){text.shown.p + i, end - i});
        buffer_add_char(out, '\n');
        i = end + 1;
    }
    if (text.more > 0)
        buffer_printf(out, "    … %zu more bytes\n", text.more);
}

static void tell_headers(const struct http_headers *headers, struct buffer *out)
{
    for (size_t i = 0; i < headers->count; i++) {
        buffer_printf(out, "    %s: ", headers->items[i].name);
        markup_add_plain_bytes(out, (struct bytes){headers->items[i].value, strlen(headers->items[i].value)});
        buffer_add_char(out, '\n');
    }
}

static void tell_reply(const struct push *push, const struct exchange *exchange, struct buffer *out)
{
    const struct http_response *reply = exchange->response;
    const char *reason = http_reason(reply->status);
    const json *body = json_parse(push->arena, reply->body, "reply", NULL);
    const char *meaning = push_meaning(exchange->request->method, exchange->request->target, reply->status, body);
    if (reply->status == 0)
        buffer_printf(out, "  < %s: %s", push->unreadable ? "no reply that can be read" : "no reply",
                      view_or(exchange->problem, "unknown reason"));
    else
        buffer_printf(out, "  < %d%s%s, %zu bytes", reply->status, reason[0] == '\0' ? "" : " ", reason, reply->body.n);
    buffer_printf(out, "%s%s\n", meaning[0] == '\0' ? "" : ": ", meaning);
    if (push->options.headers)
        tell_headers(&reply->headers, out);
    /* A list that matches nothing says nothing more, and neither does what is only looked up. */
    bool dull = text_equal(meaning, "nothing matches") || (push->looking != NULL && reply->status == 200);
    if (!dull || push->options.headers)
        tell_body(push->arena, reply->body, out);
}

static void tell_request(const struct push *push, const struct exchange *exchange, struct buffer *out)
{
    buffer_printf(out, "  > %s ", exchange->request->method);
    markup_add_plain_bytes(out, (struct bytes){exchange->request->target, strlen(exchange->request->target)});
    buffer_add_char(out, '\n');
    if (push->options.headers)
        tell_headers(&exchange->request->headers, out);
    tell_body(push->arena, exchange->request->body, out);
}

static void tell_curl(const struct push *push, const struct exchange *exchange, struct buffer *out)
{
    if (push->options.curl)
        buffer_printf(out, "  $ %s\n", exchange_curl(push->arena, exchange));
}

void push_tell_exchange(const struct push *push, const struct exchange *exchange, struct buffer *out)
{
    buffer_add_char(out, '\n');
    if (push->looking != NULL)
        buffer_printf(out, "  looked up, %s\n", push->looking);
    tell_request(push, exchange, out);
    tell_reply(push, exchange, out);
    tell_curl(push, exchange, out);
}

/* --- dry runs --- */

void push_tell_unsent(const struct push *push, const struct exchange *exchange, struct buffer *out)
{
    const struct http_request *request = exchange->request;
    int status = exchange->response->status;
    const char *meaning = push_meaning(request->method, request->target, status, NULL);
    if (text_equal(request->method, "POST"))
        meaning = arena_printf(push->arena, "made; predicted-%zu stands for the id in the reply", push->foresight.made);
    else if (text_equal(request->method, "GET") && status == 200)
        meaning = "as it would be by now";
    buffer_add(out, "\n  not sent\n");
    tell_request(push, exchange, out);
    buffer_printf(out, "  < %d %s, predicted: %s\n", status, http_reason(status), meaning);
    tell_curl(push, exchange, out);
}

void push_tell_overlaid(const struct push *push, const struct http_request *request, const struct http_response *reply,
                        struct buffer *out)
{
    const json *body = json_parse(push->arena, reply->body, "reply", NULL);
    buffer_printf(out, "  with what was not sent: %s\n", push_meaning(request->method, request->target, 200, body));
}

void push_tell_dry_run(const struct push *push, struct buffer *out)
{
    buffer_printf(out, "\ndry run: %s sent, to read; %s not sent, and nothing is kept\n",
                  view_count(push->arena, push->read, "request was", "requests were"),
                  view_count(push->arena, push->unsent, "was", "were"));
}

/* --- what became of an event --- */

void push_tell_outcome(const struct push *push, const struct event *event, const struct event_outcome *outcome,
                       struct buffer *out)
{
    const struct directory *directory = push->simulator.directory;
    const char *key = event->subject == NULL ? "" : event->subject;
    const struct directory_user *user = directory_user(directory, key);
    const struct directory_group *group = user == NULL ? directory_group(directory, key) : NULL;
    buffer_add_char(out, '\n');
    if (outcome->sent == 0)
        buffer_add(out, "  nothing is sent: there is nothing that the provider would tell the server\n");
    if (outcome->complaint != NULL)
        buffer_printf(out, "  ! %s: %s\n", outcome->complaint_rule, outcome->complaint);
    if (outcome->console != NULL) {
        buffer_add(out, outcome->complaint == NULL ? "  ! the administrator reads: " : "    the administrator reads: ");
        markup_add_plain_bytes(out, (struct bytes){outcome->console, strlen(outcome->console)});
        buffer_add_char(out, '\n');
    }
    const char *would = push->options.dry_run ? "would be " : "";
    if (user != NULL)
        buffer_printf(out, "  %s: %s%s\n", directory_user_name(user), would, simulator_person_state(&push->simulator, user));
    if (group != NULL)
        buffer_printf(out, "  %s: %s%s\n", group->name, would, simulator_push_state(&push->simulator, group));
}

void push_tell_access(struct arena *arena, const json *document, struct buffer *out)
{
    buffer_add(out, "\naccess afterwards\n");
    for (const json *user = json_first(json_get(document, "users")); user != NULL; user = json_next(user)) {
        buffer_printf(out, "  %-28s  sign-in %s", json_get_text(user, "user", "?"), json_get_text(user, "signIn", "?"));
        for (const json *entry = json_first(json_get(user, "access")); entry != NULL; entry = json_next(entry))
            buffer_printf(out, ", %s: %s", json_get_text(entry, "resource", "?"), access_cell(arena, entry));
        buffer_add_char(out, '\n');
    }
    for (const json *group = json_first(json_get(document, "groups")); group != NULL; group = json_next(group))
        buffer_printf(out, "  group %s: %s\n", json_get_text(group, "displayName", "?"),
                      view_count(arena, json_count(json_get(group, "members")), "member", "members"));
}
