#include "common/base.h"
#include "simulator/entra_scope.h"

#include "common/memory.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/entra_cycle.h"
#include "simulator/entra_job.h"
#include "simulator/entra_mapping.h"
#include "simulator/scoping.h"

enum leaving scope_leaving(const struct session *s, const struct directory_user *user)
{
    if (user->server_id == NULL || directory_in_scope(user))
        return LEAVES_NOT;
    bool deletes = session_axis(s, AXIS_DELETE), covered = directory_is_covered(user);
    if (user->state == USER_DELETED)
        return covered && deletes && session_axis(s, AXIS_HARD_DELETE) == HARD_DELETE_SENT ? LEAVES_DELETED : LEAVES_NOT;
    bool skipped =
        session_axis(s, AXIS_OUT_OF_SCOPE) == OUT_OF_SCOPE_SKIP || session_axis(s, AXIS_ACTIVE_SOURCE) == SOURCE_ACCOUNT_ENABLED;
    if (!covered && skipped)
        return LEAVES_NOT;
    if (session_axis(s, AXIS_DEPROVISION) == DEPROVISION_DELETE)
        return deletes ? LEAVES_DELETED : LEAVES_NOT;
    return user->pushed_active && session_axis(s, AXIS_UPDATE) ? LEAVES_DISABLED : LEAVES_NOT;
}

bool scope_group_wanted(const struct directory_group *group)
{
    return group->pushed && !group->deleted && !group->filtered;
}

bool scope_group_leaves(const struct session *s, const struct directory_group *group)
{
    return group->server_id != NULL && !scope_group_wanted(group) && session_axis(s, AXIS_DELETE);
}

static void refresh_user(const struct session *s, struct directory_user *user)
{
    const struct simulator *sim = s->sim;
    int64_t keep_ms = DAY_MS * session_axis(s, AXIS_RECYCLE_DAYS);
    bool by_clock = user->state == USER_RECYCLED && sim->pass != NULL;
    if (by_clock && job_now(sim) - user->recycled_ms >= keep_ms)
        directory_purge(sim->directory, user);
    user->covered = session_axis(s, AXIS_SCOPE) == SCOPE_ALL;
    user->filtered = !scoping_has_user(sim->scope, user);
    user->app_name = mapping_user_name(sim, user);
}

static size_t count_leaving(const struct session *s)
{
    const struct directory *directory = s->sim->directory;
    size_t count = 0;
    for (size_t i = 0; i < directory->user_count; i++)
        count += scope_leaving(s, directory->users[i]) != LEAVES_NOT;
    for (size_t i = 0; i < directory->group_count; i++)
        count += scope_group_leaves(s, directory->groups[i]);
    return count;
}

/* A click on demand is no cycle, and one person cannot be too many. */
static void guard(struct session *s)
{
    struct provision_job *job = &s->sim->job;
    size_t most = (size_t)session_axis(s, AXIS_GUARD), count = 0;
    if (most == 0 || job->deletions_allowed || cycle_on_demand(s) || s->event->kind == EVENT_TEST_CONNECTION)
        return;
    count = count_leaving(s);
    s->staged = count > most;
    if (s->staged)
        session_trace(s,
                      arena_printf(s->sim->arena, "StagedDelete: %zu deletions in one cycle, the threshold is %zu", count, most));
}

void scope_refresh(struct session *s)
{
    const struct directory *directory = s->sim->directory;
    for (size_t i = 0; i < directory->user_count; i++)
        refresh_user(s, directory->users[i]);
    for (size_t i = 0; i < directory->group_count; i++)
        directory->groups[i]->filtered = !scoping_has_group(s->sim->scope, directory->groups[i]);
    guard(s);
}
