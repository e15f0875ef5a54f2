#include "common/base.h"
#include "simulator/session.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/console.h"
#include "simulator/directory.h"
#include "simulator/directory_nested.h"
#include "simulator/entra_cycle.h"
#include "simulator/entra_job.h"
#include "simulator/throttle.h"
#include "simulator/wire_patch.h"
#include "simulator/wire_request.h"

#include <string.h>

#define LIST_RESPONSE "urn:ietf:params:scim:api:messages:2.0:ListResponse"

void session_begin(struct session *session, const char **last_error)
{
    session->blame = last_error;
    session->escrow = NULL;
    *last_error = NULL;
}

void simulator_trace(struct simulator *sim, const char *text)
{
    if (sim->trace_count == SIMULATOR_MAX_TRACE)
        return;
    if (sim->trace == NULL)
        sim->trace = arena_array(sim->arena, SIMULATOR_MAX_TRACE, sizeof *sim->trace);
    sim->trace[sim->trace_count++] = (struct trace_line){job_now(sim), text};
}

void session_trace(struct session *session, const char *text)
{
    simulator_trace(session->sim, text);
}

/* --- sending --- */

/* The object at hand has failed. */
static void blame(struct session *session, const char *console)
{
    if (session->out->console == NULL)
        session->out->console = console;
    if (session->blame != NULL)
        *session->blame = console;
    if (session->escrow != NULL)
        job_escrow(session);
}

static bool is_blank(struct bytes body)
{
    for (size_t i = 0; i < body.n; i++)
        if (strchr(" \t\r\n", body.p[i]) == NULL || body.p[i] == '\0')
            return false;
    return true;
}

/* White space, null or []: for Okta's parser all the same as no reply. */
static bool says_nothing(const json *value)
{
    return value != NULL && (json_type(value) == JSON_NULL || (json_is(value, JSON_ARRAY) && json_count(value) == 0));
}

static void take_reply(struct session *session, const struct http_request *request, struct reply *out)
{
    struct error err = {0};
    out->status = out->raw.status;
    out->empty = is_blank(out->raw.body);
    out->body = out->empty ? NULL : json_parse(session->sim->arena, out->raw.body, "reply", &err);
    out->twice = err.code == ERROR_INVALID;
    out->empty = out->empty || says_nothing(out->body);
    if (!json_is(out->body, JSON_OBJECT))
        out->body = NULL;
    if (reply_ok(out) && !text_equal(request->method, "GET"))
        session->out->written++;
    if ((out->status == 0 || out->status >= 500) && text_equal(request->method, "DELETE")) {
        if (session->sim->doubtful == NULL)
            session->sim->doubtful = json_object(session->sim->arena);
        json_set_bool(session->sim->doubtful, request->target, true);
    }
}

bool session_gone(const struct session *session, const char *method, const char *target, const struct reply *reply)
{
    return reply->status == 404 && text_equal(method, "DELETE") && json_get_bool(session->sim->doubtful, target, false);
}

enum flow session_broken(struct session *session)
{
    session->broken = true;
    blame(session, "no reply");
    return FLOW_BROKEN;
}

enum flow session_send_all(struct session *session, const struct http_request *requests, size_t count, struct reply *out)
{
    struct http_response *raw = arena_array(session->sim->arena, count, sizeof *raw);
    if (session->broken)
        return session_broken(session);
    session->out->sent += count;
    if (!session->sim->send(session->sim->context, requests, count, raw, session->err))
        return session_broken(session);
    for (size_t i = 0; i < count; i++) {
        if (!throttle_settle(session, &requests[i], &raw[i]))
            return session_broken(session);
        out[i] = (struct reply){.raw = raw[i]};
        take_reply(session, &requests[i], &out[i]);
    }
    return FLOW_DONE;
}

enum flow session_send(struct session *session, const char *method, const char *target, const json *body, struct reply *out)
{
    struct http_request request = wire_request(session->sim, method, target, body);
    return session_send_all(session, &request, 1, out);
}

enum flow session_demand(struct session *session, const char *method, const char *target, const json *body, struct reply *out)
{
    enum flow flow = session_send(session, method, target, body, out);
    if (flow == FLOW_DONE && !reply_ok(out) && !session_gone(session, method, target, out))
        return session_refuse(session, out);
    return flow;
}

enum flow session_get(struct session *session, const char *target, struct reply *out)
{
    enum flow flow = session_demand(session, "GET", target, NULL, out);
    if (flow == FLOW_DONE && out->body == NULL)
        return session_unreadable(session, out);
    return flow;
}

/* --- giving up --- */

/* What Microsoft's log says of an object that a later cycle takes up again. A run on demand has none. */
static const char *with_retry(struct session *s, const char *console)
{
    if (s->escrow == NULL || !s->sim->timetable || cycle_on_demand(s))
        return console;
    job_escrow(s);
    return arena_printf(s->sim->arena,
                        "%s. This operation was retried %d times. It will be retried again after this date: %s UTC", console,
                        s->escrow->failures - 1, time_format(s->sim->arena, job_retry_ms(s)));
}

enum flow session_refuse(struct session *session, const struct reply *reply)
{
    struct arena *arena = session->sim->arena;
    session->out->refused++;
    session->denied = session->denied || reply->status == 401 || reply->status == 403;
    if (session->out->first_refusal == 0)
        session->out->first_refusal = reply->status;
    const struct dialect *dialect = session->sim->dialect;
    bool plain = dialect->okta || dialect->plain; /* no code of Microsoft's */
    blame(session, plain ? console_okta(arena, reply) : with_retry(session, console_entra(arena, reply)));
    return FLOW_ENDED;
}

enum flow session_fail(struct session *session, const char *console)
{
    if (session->blame != NULL)
        *session->blame = console;
    if (session->escrow != NULL)
        job_escrow(session);
    return FLOW_ENDED;
}

static const struct {
    const char *rule, *text, *console;
} complaints[COMPLAINT_COUNT] = {
#define X(code, rule, text, console) [code] = {rule, text, console},
    COMPLAINTS(X)
#undef X
};

void session_note(struct session *session, enum complaint complaint)
{
    if (session->out->complaint != NULL)
        return;
    const char *provider = dialect_prefix(session->sim->dialect);
    session->out->complaint = complaints[complaint].text;
    session->out->complaint_rule = arena_printf(session->sim->arena, "%s.%s", provider, complaints[complaint].rule);
}

enum flow session_complain(struct session *session, enum complaint complaint)
{
    bool okta = session->sim->dialect->okta;
    session_note(session, complaint);
    const char *console =
        okta && complaints[complaint].console != NULL ? complaints[complaint].console : complaints[complaint].text;
    blame(session,
          okta || session->sim->dialect->plain
              ? console
              : arena_printf(session->sim->arena, "SystemForCrossDomainIdentityManagementServiceIncompatible. %s", console));
    return FLOW_ENDED;
}

enum flow session_unreadable(struct session *session, const struct reply *reply)
{
    return session_complain(session, reply->twice ? COMPLAINT_TWICE : COMPLAINT_NOT_JSON);
}

/* --- reading --- */

/* "." and ".." can't be the last part of a path: the URI classes of both providers would take them for a step in the tree. */
bool session_usable_id(const char *id)
{
    return id != NULL && id[0] != '\0' && strlen(id) <= SERVER_ID_MAX && !text_equal(id, ".") && !text_equal(id, "..");
}

static const char *read_id(const json *resource)
{
    const char *id = json_get_text(resource, "id", NULL);
    return session_usable_id(id) ? id : NULL;
}

static bool counts_are_integers(const json *list)
{
    static const char *const names[] = {"totalResults", "startIndex", "itemsPerPage"};
    int64_t number = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const json *value = json_get_nocase(list, names[i]); /* Okta reads them in any case */
        if (value != NULL && !json_integer(value, &number))
            return false;
    }
    return true;
}

static bool names_list_response(const json *list)
{
    const json *schemas = json_get(list, "schemas");
    for (const json *item = json_first(schemas); item != NULL; item = json_next(item))
        if (text_equal_nocase(json_text(item), LIST_RESPONSE))
            return true;
    return false;
}

/* Okta needs Resources even when it is empty; Entra needs schemas and totalResults, and Resources when there are any. */
static enum flow check_list(struct session *session, const json *list)
{
    bool okta = session->sim->dialect->okta;
    if (!counts_are_integers(list))
        return session_complain(session, COMPLAINT_LIST_INTEGERS);
    const json *resources = json_get_nocase(list, "Resources");
    if (okta)
        return json_is(resources, JSON_ARRAY) ? FLOW_DONE : session_complain(session, COMPLAINT_LIST_RESOURCES);
    if (!names_list_response(list))
        return session_complain(session, COMPLAINT_LIST_SCHEMAS);
    int64_t total = json_get_integer(list, "totalResults", -1);
    if (total < 0)
        return session_complain(session, COMPLAINT_LIST_TOTAL);
    if (!json_is(resources, JSON_ARRAY) && (resources != NULL || total > 0))
        return session_complain(session, COMPLAINT_LIST_RESOURCES);
    return FLOW_DONE;
}

enum flow session_read_list(struct session *session, const struct reply *reply, struct match *out)
{
    *out = (struct match){0};
    if (reply->status == 404) {
        bool accepted = dialect_value(session->sim->dialect, AXIS_NO_MATCH_404) == NO_MATCH_404_ACCEPTED;
        return accepted ? FLOW_DONE : session_complain(session, COMPLAINT_NO_MATCH_STATUS);
    }
    if (!reply_ok(reply))
        return session_refuse(session, reply);
    if (reply->body == NULL) /* Okta words an empty body as it does an absent list */
        return reply->empty && session->sim->dialect->okta ? session_complain(session, COMPLAINT_LIST_RESOURCES)
                                                           : session_unreadable(session, reply);
    enum flow flow = check_list(session, reply->body);
    if (flow != FLOW_DONE)
        return flow;
    const json *resources = json_get_nocase(reply->body, "Resources");
    out->count = json_count(resources);
    out->resource = json_first(resources);
    return FLOW_DONE;
}

enum flow session_read_match(struct session *session, const struct reply *reply, struct match *out)
{
    enum flow flow = session_read_list(session, reply, out);
    if (flow != FLOW_DONE || out->count == 0)
        return flow;
    if (out->count > 1 && !session->sim->dialect->okta)
        return session_complain(session, COMPLAINT_ONE_MATCH); /* DuplicateTargetEntries */
    if (out->count > 1)
        session_note(session, COMPLAINT_ONE_MATCH);
    out->id = read_id(out->resource);
    return out->id != NULL ? FLOW_DONE : session_complain(session, COMPLAINT_MATCH_ID);
}

enum flow session_read_created(struct session *session, const struct reply *reply, const char **id)
{
    if (reply->empty)
        return session_complain(session, COMPLAINT_CREATE_BODY);
    if (reply->body == NULL)
        return session_unreadable(session, reply);
    *id = read_id(reply->body);
    return *id != NULL ? FLOW_DONE : session_complain(session, COMPLAINT_CREATE_ID);
}

void session_remember(struct session *session, struct directory_group *group, const struct member_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (changes[i].inner != NULL && changes[i].remove)
            directory_unpush_inner(group, changes[i].inner);
        else if (changes[i].inner != NULL)
            directory_push_inner(session->sim->directory, group, changes[i].inner);
        else if (changes[i].remove)
            directory_unpush_member(group, changes[i].user);
        else
            directory_push_member(session->sim->directory, group, changes[i].user);
}
