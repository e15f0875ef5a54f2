#include "common/base.h"
#include "simulator/okta_leave.h"

#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/entra_job.h"
#include "simulator/okta_user.h"

static int64_t delay_ms(const struct session *s)
{
    return DAY_MS * session_axis(s, AXIS_UNASSIGN_DELAY);
}

static bool has_come(const struct simulator *sim, const struct directory_user *user)
{
    return user->leaves_ms != 0 && user->leaves_ms <= job_now(sim);
}

enum person_ask okta_leave_ask(const struct session *session, const struct directory_user *user)
{
    bool today = has_come(session->sim, user);
    int action = session_axis(session, AXIS_ON_UNASSIGN);
    if (action == UNASSIGN_DELETE && (today || delay_ms(session) == 0))
        return PERSON_ASK_ERASE;
    return action == UNASSIGN_ENTITLEMENTS && today ? PERSON_ASK_STRIP : PERSON_ASK_OUT;
}

bool okta_leaves_bare(const struct session *session)
{
    return session_axis(session, AXIS_ON_UNASSIGN) == UNASSIGN_ENTITLEMENTS && delay_ms(session) == 0;
}

void okta_leave_later(const struct session *session, struct directory_user *user)
{
    if (session_axis(session, AXIS_ON_UNASSIGN) != UNASSIGN_DEACTIVATE && delay_ms(session) > 0 && user->leaves_ms == 0)
        user->leaves_ms = job_now(session->sim) + delay_ms(session);
}

void okta_leave_cancel(struct directory_user *user)
{
    user->leaves_ms = 0;
}

/* Of a task that has failed the day is over: it waits for somebody. */
static bool waits_for_the_day(const struct directory_user *user)
{
    return user->leaves_ms != 0 && user->okta == PERSON_DEACTIVATED;
}

bool okta_leave_next(struct simulator *simulator, int64_t *due_ms)
{
    const struct directory *directory = simulator->directory;
    bool any = false;
    for (size_t i = 0; i < directory->user_count; i++) {
        const struct directory_user *user = directory->users[i];
        if (!waits_for_the_day(user) || (any && *due_ms <= user->leaves_ms))
            continue;
        *due_ms = user->leaves_ms;
        any = true;
    }
    return any;
}

enum flow okta_leave_due(struct session *session)
{
    const struct directory *directory = session->sim->directory;
    for (size_t i = 0; i < directory->user_count; i++) {
        struct directory_user *user = directory->users[i];
        if (!waits_for_the_day(user) || !has_come(session->sim, user))
            continue;
        enum person_ask ask = okta_ask_out(session, user);
        if (ask == PERSON_ASK_ERASE || ask == PERSON_ASK_STRIP)
            okta_person(session, user, ask, NULL);
        else
            okta_leave_cancel(user); /* by now nothing more is to become of leavers */
    }
    return session->broken ? FLOW_BROKEN : FLOW_DONE;
}
