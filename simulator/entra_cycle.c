#include "common/base.h"
#include "simulator/entra_cycle.h"

#include "common/rng.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/entra_job.h"
#include "simulator/wire_request.h"

/* What the administrator can do by a click on "Provision on demand"; the rest waits for the cycle. */
bool cycle_on_demand(const struct session *s)
{
    static const bool by_click[EVENT_COUNT] = {
        [EVENT_ASSIGN] = true,      [EVENT_UNASSIGN] = true,       [EVENT_UPDATE] = true,       [EVENT_PUSH_GROUP] = true,
        [EVENT_ADD_MEMBERS] = true, [EVENT_REMOVE_MEMBERS] = true, [EVENT_RENAME_GROUP] = true,
    };
    return session_axis(s, AXIS_ON_DEMAND_MEMBERS) > 0 && by_click[s->event->kind];
}

/* --- the opening probe --- */

static enum flow probe(struct session *s, bool groups)
{
    char guid[37];
    struct reply reply;
    struct match match;
    rng_uuid(s->sim->rng, guid);
    enum flow flow =
        session_send(s, "GET", groups ? wire_group_lookup(s->sim, guid) : wire_user_lookup(s->sim, guid), NULL, &reply);
    if (flow == FLOW_DONE)
        flow = session_read_list(s, &reply, &match);
    if (flow == FLOW_DONE && match.count > 0)
        session_note(s, COMPLAINT_PROBE);
    s->halted = flow != FLOW_DONE; /* a service that fails the probe is not compliant: quarantine */
    return flow;
}

enum flow cycle_probe(struct session *s, bool both)
{
    enum flow flow = probe(s, false);
    return flow == FLOW_DONE && both ? probe(s, true) : flow;
}

/* Before the first real request of an event, so that an event with nothing to tell stays silent. */
enum flow cycle_open(struct session *s)
{
    if (s->opened)
        return s->halted ? FLOW_ENDED : FLOW_DONE;
    s->opened = true;
    bool by_cycle = session_axis(s, AXIS_ON_DEMAND_MEMBERS) > 0 && !cycle_on_demand(s);
    int opening = by_cycle ? OPENING_USERS_AND_GROUPS : session_axis(s, AXIS_OPENING);
    return opening == OPENING_NONE ? FLOW_DONE : cycle_probe(s, opening == OPENING_USERS_AND_GROUPS);
}

/* A request of the cycle: opens it, and ends it when the credentials fail. */
enum flow cycle_call(struct session *s, const char *method, const char *target, const json *body, struct reply *reply)
{
    enum flow flow = cycle_open(s);
    if (flow == FLOW_DONE)
        flow = session_send(s, method, target, body, reply);
    if (flow == FLOW_DONE && (reply->status == 401 || reply->status == 403))
        s->halted = true;
    return flow;
}

enum flow cycle_demand(struct session *s, const char *method, const char *target, const json *body, struct reply *reply)
{
    enum flow flow = cycle_call(s, method, target, body, reply);
    bool refused = flow == FLOW_DONE && !reply_ok(reply) && !session_gone(s, method, target, reply);
    return refused ? session_refuse(s, reply) : flow;
}

bool cycle_begin(struct session *s, const char **last_error, struct escrow *escrow)
{
    if (s->timed && *last_error != NULL && escrow->retry_ms > job_now(s->sim))
        return false;
    session_begin(s, last_error);
    s->escrow = escrow;
    escrow->counted = false;
    s->tried += !s->reference;
    return true;
}

bool cycle_in_scope(const struct directory_user *user)
{
    return directory_in_scope(user);
}
