/* Random events of Entra's on a server that answers anything: no undefined state, and when it is well again everything converges. Okta's storms are in
 * test_okta_states.c, beside the tables that its console runs on. */
#include "common/base.h"
#include "tests/unit/simulator/patient.h"

static const char *const settings[] = {
    "{\"scope\":\"all\"}",
    "{\"scope\":\"assigned\",\"app-roles\":\"complex\"}",
    "{\"app-roles\":\"assertive\"}",
    "{\"app-roles\":\"single\"}",
    "{\"scoping-filters\":{\"users\":[[{\"attribute\":\"userName\",\"operator\":\"Includes\",\"value\":\"b\"}]]}}",
    ("{\"scoping-filters\":{\"users\":[[{\"attribute\":\"department\",\"operator\":\"IS NULL\"}]],"
     "\"groups\":[[{\"attribute\":\"displayName\",\"operator\":\"Includes\",\"value\":\"E\"}]]}}"),
    "{\"scoping-filters\":null}",
    "{\"deletion-threshold\":1}",
    "{\"deletion-threshold\":0}",
    "{\"out-of-scope\":\"skip\"}",
    "{\"deprovision\":\"delete\"}",
    "{\"deprovision\":\"disable\"}",
    "{\"match-attribute-2\":\"externalId\",\"match-attribute-3\":\"emails[type eq \\\"work\\\"].value\"}",
    "{\"match-attribute\":\"externalId\"}",
    "{\"create-action\":\"off\"}",
    "{\"update-action\":\"off\"}",
    "{\"delete-action\":\"off\"}",
    "{\"create-action\":\"on\",\"update-action\":\"on\",\"delete-action\":\"on\"}",
};

static void sets(struct patient *p, const char *text)
{
    struct event_outcome outcome;
    scripted_play(&p->s, (struct event){.kind = EVENT_SET_JOB, .changes = scripted_json(&p->s, text)}, &outcome);
}

/* Any event of any kind, sensible or not; one that can't be is refused. */
static void some_event(struct patient *p)
{
    static const char *const comings[] = {"-ada", "+bob", "-cyd"}, *const keys[] = {"ada", "bob", "cyd"},
                             *const roles[] = {"Admin", "User"};
    static const char *const changes[] = {"{\"department\":\"Sales\"}", "{\"department\":null}", "{\"manager\":\"cyd\"}",
                                          "{\"manager\":null}"};
    struct event_outcome outcome;
    struct event event = {.kind = (enum event_kind)rng_below(&p->s.rng, EVENT_COUNT), .later = rng_below(&p->s.rng, 8) == 0};
    if (rng_below(&p->s.rng, 4) == 0) { /* or else hardly anybody is ever assigned */
        event.kind = EVENT_ASSIGN;
    } else if (rng_below(&p->s.rng, 6) == 0) {
        wait(p, (int64_t)rng_below(&p->s.rng, 3 * (uint64_t)DAY_MS));
        return;
    }
    char operands = event_operands(event.kind);
    bool of_group = strchr("gmnd", operands) != NULL;
    event.subject = of_group ? "eng" : keys[rng_below(&p->s.rng, ARRAY_LEN(keys))];
    event.members = operands == 'r' ? roles : operands == 'd' ? comings : keys;
    event.member_count = strchr("rmd", operands) != NULL ? rng_below(&p->s.rng, 3) : 0;
    event.name = rng_below(&p->s.rng, 2) == 0 ? "Engineering" : "Research";
    event.changes = scripted_json(&p->s, operands == 'j' ? settings[rng_below(&p->s.rng, ARRAY_LEN(settings))]
                                                         : changes[rng_below(&p->s.rng, ARRAY_LEN(changes))]);
    if (event.kind != EVENT_DELETE_GROUP || rng_below(&p->s.rng, 10) == 0)
        scripted_play(&p->s, event, &outcome);
}

static void every_state_is_known(const struct patient *p)
{
    static const char *const people[] = {PERSON_STATES}, *const pushes[] = {PUSH_STATES};
    const struct directory *directory = p->s.sim.directory;
    bool known = p->s.sim.job.state < JOB_STATE_COUNT && p->s.sim.trace_count <= SIMULATOR_MAX_TRACE;
    for (size_t i = 0; i < directory->user_count && known; i++) {
        known = false;
        for (size_t k = 0; k < ARRAY_LEN(people); k++)
            known = known || text_equal(people[k], simulator_person_state(&p->s.sim, directory->users[i]));
    }
    bool push = false;
    for (size_t k = 0; k < ARRAY_LEN(pushes); k++)
        push = push || text_equal(pushes[k], simulator_push_state(&p->s.sim, directory->groups[0]));
    assert_true(known && push);
}

static void has_converged(const struct patient *p, const char *dialect, unsigned seed)
{
    const struct directory *directory = p->s.sim.directory;
    for (size_t i = 0; i < directory->user_count; i++) {
        const struct directory_user *user = directory->users[i];
        bool in = directory_in_scope(user);
        const char *word = simulator_person_state(&p->s.sim, user);
        bool fine = in ? text_equal(word, "provisioned") : !text_equal(word, "provisioned") && !text_equal(word, "error");
        bool purged = user->state == USER_DELETED && !user->pushed_active;
        if (!fine && !purged)
            fail_msg("%s, storm %u: %s is %s", dialect, seed, user->key, word);
    }
    const char *push = simulator_push_state(&p->s.sim, directory->groups[0]);
    const struct directory_group *group = directory->groups[0];
    bool wanted = group->pushed && !group->deleted && !group->filtered;
    if (text_equal(push, "active") != wanted)
        fail_msg("%s, storm %u: the group is %s", dialect, seed, push);
}

/* Three days hold every gap that there is: a day of escrow, and 24 hours of quarantine. A disabled job needs its
 * restart. */
static void recovers(struct patient *p)
{
    p->storm = false;
    turn(p, "quarantine-days", "28");
    if (p->s.sim.job.state == JOB_DISABLED)
        happens(p, EVENT_RESTART, NULL);
    sets(p, "{\"create-action\":\"on\",\"update-action\":\"on\",\"delete-action\":\"on\",\"out-of-scope\":\"disable\","
            "\"deletion-threshold\":0,\"match-attribute\":\"userName\"}");
    wait(p, 3 * DAY_MS);
}

/* Thresholds that a handful of people can reach. */
static void impatient(struct patient *p, unsigned seed)
{
    turn(p, "quarantine-failures", "1");
    turn(p, "quarantine-percent", "30");
    turn(p, "quarantine-days", "2");
    turn(p, "deletion-threshold", seed % 2 == 0 ? "1" : "0");
}

static void every_storm_passes(void **state)
{
    static const char *const names[] = {"entra", "entra-flag"};
    UNUSED(state);
    for (size_t d = 0; d < ARRAY_LEN(names); d++)
        for (unsigned seed = 1; seed <= 100; seed++) {
            struct patient p;
            set_up(&p, names[d]);
            p.s.rng = rng_new(seed);
            if (seed % 3 == 0)
                impatient(&p, seed);
            if (seed % 2 == 0)
                turn(&p, "on-429", seed % 4 == 0 ? "wait" : "wait-doubling");
            p.storm = true;
            for (int i = 0; i < 30; i++) {
                some_event(&p);
                every_state_is_known(&p);
            }
            recovers(&p);
            every_state_is_known(&p);
            has_converged(&p, names[d], seed);
            arena_free(p.s.arena);
        }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_storm_passes),
    };
    return tap_run("storms", tests);
}
