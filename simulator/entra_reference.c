#include "common/base.h"
#include "simulator/entra_reference.h"

#include "simulator/dialect.h"
#include "simulator/entra_cycle.h"
#include "simulator/wire_request.h"

enum flow reference_check(struct session *session, const struct reference *reference, bool *already)
{
    struct reply reply;
    struct match match;
    *already = false;
    if (session_axis(session, AXIS_REFERENCE_CHECK) == REFERENCE_CHECK_NONE)
        return FLOW_DONE;
    const char *target =
        wire_reference_check(session->sim, reference->endpoint, reference->id, reference->attribute, reference->value);
    enum flow flow = cycle_call(session, "GET", target, NULL, &reply);
    if (flow == FLOW_DONE)
        flow = session_read_list(session, &reply, &match);
    if (flow == FLOW_DONE)
        *already = (match.count > 0) != reference->remove;
    return flow;
}
