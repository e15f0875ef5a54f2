#include "common/base.h"
#include "simulator/first_sync.h"

#include "simulator/directory.h"
#include "simulator/entra.h"
#include "simulator/entra_cycle.h"
#include "simulator/entra_group.h"
#include "simulator/entra_scope.h"
#include "simulator/okta.h"

static const char *const words[] = {
#define X(code, word) [code] = word,
    FIRST_PARTS(X)
#undef X
};

const char *first_sync_word(enum first_part part)
{
    return words[part];
}

static enum flow play_okta(struct session *s, enum first_part part, size_t at)
{
    if (part == FIRST_PEOPLE) {
        s->user = s->sim->directory->users[at];
        return okta_assign(s);
    }
    if (part != FIRST_GROUPS)
        return FLOW_DONE;
    s->group = s->sim->directory->groups[at];
    return okta_push_group(s);
}

static enum flow play_entra(struct session *s, enum first_part part, size_t at)
{
    s->full = true;
    s->opened = part != FIRST_PROBE;
    if (part == FIRST_PROBE)
        return cycle_open(s);
    scope_refresh(s);
    if (part == FIRST_PEOPLE)
        return entra_converge_user(s, s->sim->directory->users[at]);
    struct directory_group *group = s->sim->directory->groups[at];
    return part == FIRST_GROUPS ? entra_converge_group(s, group) : entra_converge_members(s, group);
}

bool first_sync_play(struct simulator *simulator, enum first_part part, size_t at, struct event_outcome *out, struct error *err)
{
    static const struct event cycle = {.kind = EVENT_SYNC}, assign = {.kind = EVENT_ASSIGN}, push = {.kind = EVENT_PUSH_GROUP};
    bool okta = dialect_is_okta(simulator->dialect);
    *out = (struct event_outcome){0};
    struct session session = {.sim = simulator, .out = out, .err = err};
    session.event = !okta ? &cycle : part == FIRST_PEOPLE ? &assign : &push;
    return (okta ? play_okta : play_entra)(&session, part, at) != FLOW_BROKEN;
}
