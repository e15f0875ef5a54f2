#include "common/base.h"

#include "runner/push.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "runner/case.h"
#include "runner/protocol_lint.h"
#include "runner/push_secret.h"
#include "runner/push_words.h"
#include "runner/target.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/recall.h"

#include <string.h>

/* --- sending --- */

static void keep_reply(struct push *push, const struct http_request *request, const struct http_response *reply)
{
    json *kept = json_push_object(push->record);
    struct http_response *safe = redact_response(push->place.redactor, push->arena, reply);
    json_set_text(kept, "request", arena_printf(push->arena, "%s %s", request->method, request->target));
    json_set_integer(kept, "status", reply->status);
    json_set_text(kept, "body",
                  text_is_utf8(safe->body.p, safe->body.n) ? arena_strndup(push->arena, safe->body.p, safe->body.n) : "");
}

/* What the server answered when the call was made. */
static bool answer_again(struct push *push, const struct http_request *request, struct http_response *reply, struct error *err)
{
    const json *kept = push->replies;
    const char *line = arena_printf(push->arena, "%s %s", request->method, request->target);
    if (kept == NULL || !text_equal(json_get_text(kept, "request", ""), line))
        return error_set(err, ERROR_INVALID, "--state", "begin another state",
                         "the state does not fit: this program would have sent %.200s", line);
    push->replies = json_next(kept);
    const char *body = json_get_text(kept, "body", "");
    *reply = (struct http_response){.status = (int)json_get_integer(kept, "status", 0), .body = {body, strlen(body)}};
    return reply->status != 0 || error_set(err, ERROR_UNREACHABLE, push->place.scim_base, "", "no reply");
}

struct linted {
    struct push *push;
    struct buffer *out;
};

static void tell_rule(void *context, const struct lint_rule *rule, const struct lint_at *at)
{
    const struct linted *linted = context;
    struct arena *arena = linted->push->arena;
    bool must = rule->level == LEVEL_MUST;
    linted->push->found = linted->push->found || must;
    buffer_printf(linted->out, "    %s %s  %s\n", must ? "!" : "?", rule->requirement, rule_source(arena, rule->requirement));
    if (at->expected != NULL)
        buffer_printf(linted->out, "      expected  %s\n      actual    %s\n", at->expected,
                      at->actual == NULL ? "" : redact_text(linted->push->place.redactor, arena, at->actual));
}

static void tell_sent(struct push *push, size_t at)
{
    struct sent *sent = &push->place.sent[at];
    struct linted linted = {push, push->out};
    if (push->out == NULL)
        return;
    push_tell_exchange(push, &push->place.exchanges[at], push->out);
    if (sent->err.code == ERROR_REPLY)
        buffer_printf(push->out, "    ! protocol.no-reply  %s\n", rule_source(push->arena, "protocol.no-reply"));
    if (sent->response.status != 0)
        protocol_lint(push->arena, sent->base, sent->request, &sent->response, sent_body(push->arena, sent), tell_rule, &linted);
}

bool push_send(struct push *push, const struct http_request *request, struct http_response *reply, struct error *err)
{
    size_t at = push->place.count;
    *reply = (struct http_response){0};
    bool answered = place_send(&push->place, SIDE_IDP, push->place.scim_base, request, reply, NULL, err);
    keep_reply(push, request, reply);
    push->unreadable = push->unreadable || (!answered && err->code == ERROR_REPLY);
    push->denied = push->denied || reply->status == 401 || reply->status == 403;
    if (at < push->place.count)
        tell_sent(push, at);
    return answered;
}

static bool send_one(struct push *push, const struct http_request *request, struct http_response *reply, struct error *err)
{
    if (push->replaying)
        return answer_again(push, request, reply, err);
    bool dry = push->options.dry_run && push->out != NULL; /* earlier calls on the bundled server are sent anew */
    return (dry ? push_send_dry : push_send)(push, request, reply, err);
}

static bool send_requests(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                          struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!send_one(context, &requests[i], &replies[i], err))
            return false;
    return true;
}

/* --- opening --- */

static json *organization_of(const struct push *push)
{
    const json *given = push->options.organization;
    json *document = given == NULL ? json_object(push->arena) : json_copy(push->arena, given);
    if (json_get(document, "name") == NULL)
        json_set_text(document, "name", "Acme");
    if (json_get(document, "domains") == NULL)
        json_set_copy(document, "domains", push->options.domains);
    if (json_get(document, "plan") == NULL)
        json_set_text(document, "plan", "v7.team");
    if (json_get(document, "saml") == NULL)
        json_set_bool(document, "saml", true);
    return document;
}

static const char *push_credential(void *context)
{
    return place_credential(&((struct push *)context)->place);
}

bool push_open(struct push *push, struct arena *arena, const struct push_options *options, struct error *err)
{
    *push = (struct push){.arena = arena,
                          .options = *options,
                          .rng = rng_for(options->seed, "push"),
                          .connections = {.stop = options->stop, .files = options->target->files},
                          .record = json_array(arena)};
    foresight_begin(&push->foresight, arena);
    struct directory *directory;
    char letters[11];
    struct rng names = rng_for(options->seed, "push place");
    rng_text(&names, "abcdefghijklmnopqrstuvwxyz0123456789", 10, letters);
    if (!directory_load(arena, json_object(arena), dialect_is_okta(options->dialect), NULL, &push->rng, &directory, err) ||
        !place_open(arena, options->target, organization_of(push), arena_printf(arena, "p%s", letters), &push->connections,
                    &push->place, err) ||
        !place_authorize(&push->place, dialect_value(options->dialect, AXIS_AUTHORIZATION), err))
        return false;
    if (options->password != NULL)
        redactor_add(push->place.redactor, options->password);
    push->place.idle_ms = (unsigned)dialect_value(options->dialect, AXIS_TIMEOUT) * 1000;
    push->place.suites = dialect_tls_suites(options->dialect);
    push->simulator = (struct simulator){.arena = arena,
                                         .dialect = options->dialect,
                                         .directory = directory,
                                         .rng = &push->rng,
                                         .token = place_credential(&push->place),
                                         .credential = push_credential,
                                         .send = send_requests,
                                         .context = push};
    return true;
}

void push_close(struct push *push)
{
    push->place.created_count = 0; /* what was provisioned by hand stays */
    place_close(&push->place);
    connections_close(&push->connections);
}

/* --- playing --- */

bool push_meet(struct push *push, const json *call, struct error *err)
{
    json *spec = json_object(push->arena);
    static const char *const parts[] = {"users", "groups"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        json_set_copy(spec, parts[i], json_get(call, parts[i]));
    for (json *user = json_edit_first(json_edit(spec, "users")), *next; user != NULL; user = next) {
        next = json_edit_next(user);
        if (directory_user(push->simulator.directory, json_key(user)) != NULL) /* an import has brought them */
            json_remove_node(json_edit(spec, "users"), user);
    }
    return directory_add(push->simulator.directory, spec, dialect_is_okta(push->options.dialect), &push->rng, err);
}

static bool is_made_up(const json *call, const char *key)
{
    for (const json *node = json_first(json_get(call, "madeUp")); node != NULL; node = json_next(node))
        if (text_equal(json_text(node), key))
            return true;
    return false;
}

/* Of whom the provider remembers nothing at all. */
static bool is_stranger(const struct directory_user *user)
{
    return user != NULL && user->server_id == NULL && !user->assigned && user->state == USER_ACTIVE && user->last_error == NULL;
}

struct recalling {
    struct push *push;
    const json *call;
    const struct event *event;
    struct event_outcome *out;
    struct error *err;
};

static bool recall_person(const struct recalling *r, struct directory_user *user)
{
    if (!is_stranger(user) || r->out->refused > 0)
        return true;
    enum recall what = is_made_up(r->call, user->key) ? RECALL_MADE_UP : RECALL_MEMORY;
    return recall_user(&r->push->simulator, user, what, r->out, r->err);
}

/* An assignment looks for the account itself. On a server that is not ours the names of somebody who is made up are no reason to
 * rename a real account. */
static bool recall_assigned(const struct recalling *r, struct directory_user *user)
{
    if (!is_stranger(user) || r->push->place.organization != NULL || !is_made_up(r->call, user->key))
        return true;
    return recall_user(&r->push->simulator, user, RECALL_PROFILE, r->out, r->err);
}

/* The members of a group first: so they are known when the group's own list is read. */
static bool recall_subject(const struct recalling *r)
{
    const struct directory *directory = r->push->simulator.directory;
    const char *key = r->event->subject == NULL ? "" : r->event->subject;
    struct directory_user *user = directory_user(directory, key);
    if (user != NULL)
        return (r->event->kind == EVENT_ASSIGN ? recall_assigned : recall_person)(r, user);
    struct directory_group *group = directory_group(directory, key);
    if (group == NULL)
        return true;
    for (size_t i = 0; i < r->event->member_count; i++)
        if (!recall_person(r, directory_user(directory, event_member(r->event, i))))
            return false;
    for (size_t i = 0; i < group->member_count; i++)
        if (!recall_person(r, group->members[i]))
            return false;
    if (r->event->kind == EVENT_PUSH_GROUP || group->server_id != NULL || group->pushed || group->deleted || r->out->refused > 0)
        return true;
    enum recall what = is_made_up(r->call, key) ? RECALL_MADE_UP : RECALL_MEMORY;
    return recall_group(&r->push->simulator, group, what, r->out, r->err);
}

static bool play(struct push *push, const json *call, const json *node, struct error *err)
{
    struct event event;
    struct event_outcome outcome = {0};
    if (!push_event_read(push->arena, node, &event))
        return error_set(err, ERROR_INVALID, "--state", "begin another state", "it holds an event that there is not");
    if (event_operands(event.kind) == PUSH_SECRET) /* an earlier one is not kept */
        event.name = push->out != NULL ? push->options.password : PUSH_SECRET_GONE;
    push->simulator.token = place_credential_again(&push->place);
    struct recalling recalling = {push, call, &event, &outcome, err};
    push->looking = "as nothing is remembered";
    bool recalled = recall_subject(&recalling);
    push->looking = NULL;
    if (!recalled)
        return false;
    if (outcome.refused == 0 && outcome.complaint == NULL && !simulator_play(&push->simulator, &event, &outcome, err))
        return false;
    push->found = push->found || (push->out != NULL && (outcome.refused > 0 || outcome.complaint != NULL));
    if (push->out != NULL)
        push_tell_outcome(push, &event, &outcome, push->out);
    return true;
}

bool push_replay(struct push *push, const json *call, struct error *err)
{
    push->replaying = push->place.organization == NULL;
    push->replies = json_first(json_get(call, "replies"));
    bool fine = push_meet(push, call, err);
    for (const json *event = json_first(json_get(call, "events")); event != NULL && fine; event = json_next(event))
        fine = play(push, call, event, err) || err->code == ERROR_UNREACHABLE;
    push->replaying = false;
    push->record = json_array(push->arena);
    push->denied = push->found = false;
    return fine;
}

bool push_event(struct push *push, const json *call, const json *event, struct buffer *out, struct error *err)
{
    push->out = out;
    buffer_printf(out, "\n%s\n", push_event_title(push->arena, event));
    bool fine = play(push, call, event, err);
    push->out = NULL;
    return fine;
}

bool push_access(struct push *push, struct buffer *out, struct error *err)
{
    struct reply reply;
    if (push->place.organization == NULL)
        return true;
    if (!place_admin(&push->place, "GET", "/access", NULL, &reply, err))
        return false;
    push_tell_access(push->arena, reply.body, out);
    return true;
}
