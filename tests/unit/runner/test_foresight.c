/* What a server would answer to what is not sent, by conversations. */
#include "common/base.h"
#include "tests/table.h"

#include "common/http.h"
#include "common/json.h"
#include "runner/foresight.h"

static const json *parsed(struct arena *arena, const char *text)
{
    const json *root = json_parse(arena, (struct bytes){text, strlen(text)}, "table", NULL);
    if (root == NULL)
        fail_msg("no JSON: %s", text);
    return root;
}

/* "201 {...}" */
static struct http_response reply_of(const char *text)
{
    const char *body = strlen(text) > 4 ? text + 4 : "";
    return (struct http_response){.status = (int)strtol(text, NULL, 10), .body = {body, strlen(body)}};
}

/* "PATCH /Users/1 {...}" */
static struct http_request request_of(struct arena *arena, const char *text)
{
    struct http_request request = {0};
    size_t method = strcspn(text, " "), target = strcspn(text + method + 1, " ");
    request.method = arena_strndup(arena, text, method);
    request.target = arena_strndup(arena, text + method + 1, target);
    const char *body = text[method + 1 + target] == ' ' ? text + method + 2 + target : "";
    request.body = (struct bytes){body, strlen(body)};
    return request;
}

static void assert_reply(struct arena *arena, const struct http_response *reply, const char *expected)
{
    struct http_response wanted = reply_of(expected);
    const char *body = arena_strndup(arena, reply->body.p == NULL ? "" : reply->body.p, reply->body.n);
    bool same = reply->status == wanted.status &&
                (wanted.body.n == 0 ? reply->body.n == 0
                                    : reply->body.n > 0 && json_equal(parsed(arena, body), parsed(arena, wanted.body.p)));
    if (!same)
        fail_msg("%d %s instead of %s", reply->status, body, expected);
}

/* A conversation:
 *     > a request
 *     ? what must be read before it, as a target
 *     < the server's reply, to that or to the request
 *     = what is foreseen: the reply to what is not sent, or the server's as it would be */
static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct foresight foresight;
    struct http_request request = {0}, look = {0};
    struct http_response reply = {0};
    bool changed = false;
    const char *const *lines;
    size_t count = text_split(arena, table_need(c, "conversation"), '\n', &lines);
    foresight_begin(&foresight, arena);
    for (size_t i = 0; i < count; i++) {
        const char *line = lines[i] + 2, *next = i + 1 < count ? lines[i + 1] : "";
        switch (lines[i][0]) {
        case '>':
            request = request_of(arena, line);
            look = (struct http_request){0};
            if (next[0] != '?' && foresight_needs(&foresight, &request) != NULL)
                fail_msg("%s needs a look at %s", line, foresight_needs(&foresight, &request));
            if (next[0] != '?' && foresight_answer(&foresight, &request, &reply) != (next[0] == '='))
                fail_msg("%s: %s", line, next[0] == '=' ? "is to be sent" : "is not to be sent");
            break;
        case '?':
            assert_non_null(foresight_needs(&foresight, &request));
            assert_string_equal(foresight_needs(&foresight, &request), line);
            look = (struct http_request){.method = "GET", .target = line};
            break;
        case '<':
            reply = reply_of(line);
            changed = foresight_learn(&foresight, look.target != NULL ? &look : &request, &reply);
            if (changed != (look.target == NULL && next[0] == '='))
                fail_msg("%s: %s", line, changed ? "became another reply" : "stayed as it was");
            if (look.target != NULL && !foresight_answer(&foresight, &request, &reply))
                fail_msg("still to be sent after %s", line);
            break;
        case '=':
            assert_reply(arena, &reply, line);
            break;
        default:
            fail_msg("%s: not a line of a conversation", lines[i]);
        }
    }
}

int main(void)
{
    return tap_table("foresight", "tests/tables/foresight.table", row);
}
