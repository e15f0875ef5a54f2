/* Steps in the directory's words: the simulated provider changes its directory and sends what it would send. */
#include "common/base.h"

#include "runner/case.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/late.h"
#include "simulator/dialect.h"
#include "simulator/directory_nested.h"

#include <string.h>

/* One step may name several people or groups: one event each, in order. */
struct events {
    struct event *items;
    size_t count;
};

static struct event *next_event(struct play *play, struct events *events, enum event_kind kind, const char *subject)
{
    events->items = arena_grow(play->arena, events->items, events->count, events->count + 1, sizeof *events->items);
    struct event *event = &events->items[events->count++];
    *event = (struct event){.kind = kind, .subject = subject};
    return event;
}

static void name_members(struct play *play, struct event *event, const json *list)
{
    const char **members = arena_array(play->arena, json_count(list) + 1, sizeof(char *));
    for (const json *node = json_first(list); node != NULL; node = json_next(node))
        members[event->member_count++] = json_text(node);
    event->members = members;
}

/* {"add": [...], "remove": [...]} */
static void name_changes(struct play *play, struct event *event, const json *node)
{
    static const char *const lists[][2] = {{"remove", "-"}, {"add", "+"}};
    json *signed_keys = json_array(play->arena);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (const json *key = json_first(json_get(node, lists[i][0])); key != NULL; key = json_next(key))
            json_push_text(signed_keys, arena_printf(play->arena, "%s%s", lists[i][1], json_text(key)));
    name_members(play, event, signed_keys);
}

/* Made-up people of other servers keep their domain. */
static const json *profile_changes(struct play *play, const json *changes)
{
    static const char *const addresses[] = {"email", "userName"};
    json *copy = json_copy(play->arena, changes);
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
        if (json_get_text(copy, addresses[i], NULL) != NULL)
            json_set_text(copy, addresses[i], setup_address(play, json_get_text(copy, addresses[i], "")));
    return copy;
}

static void keyed_event(struct play *play, struct events *events, const struct scenario_step *step, const json *node)
{
    struct event *event = next_event(play, events, step->event, json_key(node));
    if (event_operands(step->event) == 'd')
        name_changes(play, event, node);
    else if (json_is(node, JSON_ARRAY))
        name_members(play, event, node);
    else if (json_is(node, JSON_OBJECT))
        event->changes = profile_changes(play, node);
    else
        event->name = json_text(node);
}

static struct events events_of(struct play *play, const struct scenario_step *step)
{
    struct events events = {0};
    const json *operand = step->operand, *group = json_get(operand, "group");
    char operands = event_operands(step->event);
    if (operands == '-' || operands == 't' || operands == 'c' || operands == 'j') {
        struct event *event = next_event(play, &events, step->event, NULL);
        event->name = json_text(operand);
        event->changes = operands == 'c' || operands == 'j' ? operand : NULL;
        return events;
    }
    if (json_text(operand) != NULL)
        next_event(play, &events, step->event, json_text(operand));
    else if (step->event == EVENT_PUSH_GROUP && group != NULL)
        name_members(play, next_event(play, &events, step->event, json_text(group)), json_get(operand, "members"));
    else
        for (const json *node = json_first(operand); node != NULL; node = json_next(node)) {
            if (json_key(node) != NULL)
                keyed_event(play, &events, step, node);
            else
                next_event(play, &events, step->event, json_text(node));
        }
    return events;
}

/* --- who may change --- */

static bool in_scope(const struct directory_user *user)
{
    return directory_in_scope(user);
}

/* Members that the provider has not told the server yet, or not taken back yet: the next write to the group brings them along. */
static void deed_outstanding(struct play *play, const struct directory_group *group)
{
    for (size_t i = 0; i < group->member_count; i++)
        if (!directory_is_pushed_member(group, group->members[i]))
            deed_user(play, group->members[i]);
    for (size_t i = 0; i < group->pushed_member_count; i++)
        if (!directory_is_member(group, group->pushed_members[i]))
            deed_user(play, group->pushed_members[i]);
    for (size_t i = 0; i < group->inner_count; i++)
        if (!directory_has_pushed_inner(group, group->inner[i]))
            deed_group(play, group->inner[i], true);
    for (size_t i = 0; i < group->pushed_inner_count; i++)
        if (!directory_has_inner(group, group->pushed_inner[i]))
            deed_group(play, group->pushed_inner[i], true);
}

/* The groups that hold it: what comes into being, or goes, is a member of theirs. */
static void deed_holders(struct play *play, const struct directory_group *group)
{
    for (size_t i = 0; i < play->directory->group_count; i++)
        if (directory_has_inner(play->directory->groups[i], group))
            deed_group(play, play->directory->groups[i], false);
}

static void deed_outstanding_groups(struct play *play, const struct directory_user *user)
{
    for (size_t i = 0; i < play->directory->group_count; i++)
        if (play->directory->groups[i]->pushed && directory_is_member(play->directory->groups[i], user))
            deed_outstanding(play, play->directory->groups[i]);
}

static void note_person(struct play *play, const struct directory_user *user)
{
    if (user == NULL)
        return;
    deed_user(play, user);
    deed_outstanding_groups(play, user);
}

/* Events that may concern every group that is pushed, or everybody. */
static bool is_wide(enum event_kind kind)
{
    return kind == EVENT_SYNC || kind == EVENT_RESTART || kind == EVENT_PUSH_RULE || kind == EVENT_END_PUSH_RULE ||
           kind == EVENT_FORCE_SYNC || kind == EVENT_SET_JOB || kind == EVENT_ALLOW_DELETIONS;
}

/* Whether policies give members something by the name of their group. */
static bool goes_by_name(const struct play *play)
{
    static const char *const blocks[] = {"group_mappings", "group_hierarchy", "rollout"};
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        if (json_get(play->scenario->organization, blocks[i]) != NULL)
            return true;
    return false;
}

static void note_subjects(struct play *play, const struct event *event)
{
    const struct directory_user *user = event->subject == NULL ? NULL : directory_user(play->directory, event->subject);
    const struct directory_group *group = event->subject == NULL ? NULL : directory_group(play->directory, event->subject);
    char operands = event_operands(event->kind);
    if (strchr("upser", operands) != NULL && user != NULL) {
        note_person(play, user);
    }
    if (strchr("gmnid", operands) != NULL && group != NULL) {
        deed_group(play, group, operands == 'g' || operands == 'i' || (operands == 'n' && goes_by_name(play)));
        deed_outstanding(play, group);
        deed_holders(play, group);
        for (size_t i = 0; i < event->member_count; i++)
            note_person(play, operands == 'i' ? NULL : directory_user(play->directory, event_member(event, i)));
        for (size_t i = 0; group->assigned && i < group->member_count; i++)
            note_person(play, group->members[i]);
    }
    play->deed.renamed_group = play->deed.renamed_group || operands == 'n';
}

static bool group_settled(const struct directory_group *group)
{
    if (!group->pushed)
        return true;
    for (size_t i = 0; i < group->member_count; i++)
        if (in_scope(group->members[i]) && !directory_is_pushed_member(group, group->members[i]))
            return false;
    for (size_t i = 0; i < group->pushed_member_count; i++)
        if (!directory_is_member(group, group->pushed_members[i]))
            return false;
    for (size_t i = 0; i < group->inner_count; i++)
        if (!directory_has_pushed_inner(group, group->inner[i]))
            return false;
    for (size_t i = 0; i < group->pushed_inner_count; i++)
        if (!directory_has_inner(group, group->pushed_inner[i]))
            return false;
    return group->last_error == NULL && !group->waiting && (group->deleted || group->server_id != NULL);
}

/* Nothing is left to do, so a cycle must change nothing. */
static bool settled(const struct play *play)
{
    for (size_t i = 0; i < play->directory->user_count; i++) {
        const struct directory_user *user = play->directory->users[i];
        bool told =
            in_scope(user) ? user->server_id != NULL && user->pushed_active : !user->pushed_active && user->state != USER_DELETED;
        if (user->last_error != NULL || user->waiting || (user->state == USER_DELETED ? user->server_id != NULL : !told))
            return false;
    }
    for (size_t i = 0; i < play->directory->group_count; i++)
        if (!group_settled(play->directory->groups[i]))
            return false;
    return !play->disturbed && !late_unsettled(play);
}

/* --- playing --- */

static bool play_alone(struct play *play, const struct event *event, struct error *err)
{
    struct event_outcome outcome;
    struct error problem = {0};
    size_t blind = play->faults.blind, unknown = play->faults.unknown;
    play->deed.first_exchange = play->place.count;
    note_subjects(play, event);
    if (!simulator_play(&play->simulator, event, &outcome, &problem)) {
        note_subjects(play, event);
        play->deed.wide = true; /* how far it came is unknown */
        if (survive(play, &problem))
            return true;
        *err = problem;
        return false;
    }
    note_subjects(play, event); /* ids and names are others by now */
    bool refused = outcome.refused > 0 || (outcome.console != NULL && outcome.complaint == NULL);
    play->deed.written += outcome.written;
    bool certain = play->faults.unknown == unknown;
    play->deed.refused += refused && certain;
    play->deed.waited_ms += outcome.waited_ms;
    play->deed.wide = play->deed.wide || !certain || outcome.waits > 0; /* time has passed for everybody */
    if (play->faults.blind == blind || play->deed.step->refused != NULL)
        judge_refusal(play, &outcome); /* what a fault answered is not the server's doing */
    return true;
}

static bool play_one(struct play *play, const struct event *event, struct error *err)
{
    late_begin(play);
    if (!play_alone(play, event, err))
        return false;
    if (event->kind == EVENT_RESTART && !dialect_is_okta(play->dialect))
        late_forget(play); /* an initial cycle has matched everybody anew */
    return late_end(play, err) || survive(play, err);
}

/* --- faults of the whole run --- */

/* A story with faults or refusals of its own, or with cycles that come by the clock, has storms enough. */
static bool has_weather_of_its_own(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct scenario_step *step = &scenario->steps[i];
        if (step->family == STEP_FAULT || step->family == STEP_WAIT || step->refused != NULL)
            return true;
    }
    return false;
}

/* What an administrator does who sees failed objects: Okta's failed tasks are submitted again; Entra's next cycle finds what is still to be
 * told; members that were picked on demand are picked again, and an import is begun again. */
static bool recover(struct play *play, const struct event *event, struct error *err)
{
    static const struct event restart = {.kind = EVENT_RESTART}, sync = {.kind = EVENT_SYNC};
    char operands = event_operands(event->kind);
    bool picked = dialect_value(play->dialect, AXIS_ON_DEMAND_MEMBERS) > 0 && (operands == 'g' || operands == 'm') &&
                  event->kind != EVENT_DELETE_GROUP;
    bool again = picked || event->kind == EVENT_IMPORT;
    return play_one(play, again ? event : dialect_is_okta(play->dialect) ? &restart : &sync, err);
}

/* One event with the storm on, and when it has struck once more without. */
static bool play_in_storm(struct play *play, const struct event *event, struct error *err)
{
    struct faults *faults = &play->faults;
    size_t before = faults->blind + faults->unknown;
    bool storm = play->options->storm != NULL && !has_weather_of_its_own(play->scenario);
    faults->storm = storm;
    bool fine = play_one(play, event, err);
    faults->storm = false;
    if (!fine || !storm || faults->blind + faults->unknown == before)
        return fine;
    play->deed.wide = true;
    return recover(play, event, err);
}

bool play_event(struct play *play, const struct scenario_step *step, struct error *err)
{
    struct events events = events_of(play, step);
    play->deed.event = true;
    play->deed.repeat = (step->event == EVENT_SYNC || step->event == EVENT_RESTART) && settled(play);
    play->deed.wide = is_wide(step->event) && !play->deed.repeat;
    play->simulator.token = place_credential_again(&play->place);
    play->simulator.parallel = step->parallel;
    for (size_t i = 0; i < events.count; i++) {
        events.items[i].later = json_true(json_get(step->node, "later"));
        if (!play_in_storm(play, &events.items[i], err))
            return false;
    }
    return true;
}
