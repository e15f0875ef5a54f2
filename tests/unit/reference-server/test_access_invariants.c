/* The invariants of the access model hold after every event of random stories, with policies that come and go: 1 no way in, 2 bystanders, 3 refusals,
 * 4 repetition, 6 one person, 9 owners. What needs two stories side by side, 5, 7 and 8: test_access_changes.c; 10: test_server_effective.c. */
#include "reference-server/model/pending.h"
#include "tests/unit/reference-server/access_world.h"

/* --- 1: inactive or deleted, no way in --- */

static void check_no_way_in(const struct world *w, const struct account *account)
{
    struct account *entered;
    char session[MODEL_TOKEN_SIZE];
    const struct sign_in sso = {.user = account->user_name, .method = ENTRY_SSO};
    assert_int_equal(access_of(w->arena, w->organization, account).count, 0);
    assert_int_equal(account->sessions.count + account->api_keys.count, 0);
    assert_int_equal(signin_invite_count(w->organization, account), 0);
    assert_false(account_has_seat(account));
    assert_false(signin(w->organization, &sso, session, &entered, NULL));
}

#define PASSWORD "Correct-Horse-1" /* at the end of a story: trying one takes its time */

static void give_passwords(const struct world *w, uint64_t seed)
{
    for (size_t i = 1; seed % 5 == 0 && i < w->organization->accounts.count; i += 3) {
        assert_true(account_set_password(w->organization, w->organization->accounts.items[i], PASSWORD, NULL));
    }
}

static void check_passwords(const struct world *w)
{
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        const struct account *account = w->organization->accounts.items[i];
        struct account *entered;
        char session[MODEL_TOKEN_SIZE];
        const struct sign_in wish = {.user = account->user_name, .method = ENTRY_PASSWORD, .password = PASSWORD};
        if (account->password != NULL) {
            assert_int_equal(signin(w->organization, &wish, session, &entered, NULL), account->active);
        }
    }
}

/* What was ever handed out opens nothing for anybody but its active owner. */
static void check_secrets(const struct world *w)
{
    for (size_t i = 0; i < w->secret_count; i++) {
        const struct world_secret *kept = &w->secrets[i];
        struct account *account;
        enum entry entry;
        if (kept->person != NULL && signin_who(w->organization, kept->text, NULL, &account, &entry, NULL)) {
            assert_string_equal(account->id, kept->person);
            assert_true(account->active);
        }
    }
}

/* --- 2: nobody outside the event's subjects changes --- */

struct bystander {
    const char *id, *document;
    const enum role *roles;
};

static struct bystander *bystanders(const struct world *w, size_t *count)
{
    struct bystander *out = arena_array(w->arena, w->organization->accounts.count + 1, sizeof *out);
    *count = w->organization->accounts.count;
    for (size_t i = 0; i < *count; i++) {
        const struct account *account = w->organization->accounts.items[i];
        out[i].id = arena_strdup(w->arena, account->id);
        out[i].document = json_print(w->arena, access_document_user(w->arena, w->organization, account));
        out[i].roles = roles_of(w, account);
    }
    return out;
}

/* Whoever takes over a workspace has gained it, and lost nothing. */
static bool has_inherited(const struct world *w, const struct account *account, const enum role *before)
{
    struct resource **places;
    size_t count = places_of(w, &places);
    const enum role *after = roles_of(w, account);
    bool gained = false;
    for (size_t i = 0; i < count; i++) {
        gained |= places[i]->kind == RESOURCE_WORKSPACE && after[i] == ROLE_OWNER && before[i] != ROLE_OWNER;
        if (after[i] < before[i]) {
            return false;
        }
    }
    return gained;
}

static void check_bystanders(const struct world *w, const struct bystander *before, size_t count, const char *event)
{
    for (size_t i = 0; i < count; i++) {
        const struct account *account = account_by_id(w->organization, before[i].id);
        if (world_touched(w, before[i].id)) {
            continue;
        }
        assert_non_null(account);
        const char *now = json_print(w->arena, access_document_user(w->arena, w->organization, account));
        if (!text_equal(now, before[i].document) && !has_inherited(w, account, before[i].roles)) {
            fail_msg("%s changed a bystander:\n%s\n%s", event, before[i].document, now);
        }
    }
}

/* --- 6: one person, one account; ids stay --- */

static bool is_among(const struct bystander *people, size_t count, const char *id)
{
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        found = strcmp(people[i].id, id) == 0;
    }
    return found;
}

/* Nobody comes but by a create or an invite, nobody goes but by a deletion; and every address leads to one account. */
static void check_ids(const struct world *w, const struct bystander *before, size_t count, const struct world_event *event)
{
    size_t gone = 0, come = 0;
    for (size_t i = 0; i < count; i++) {
        gone += account_by_id(w->organization, before[i].id) == NULL;
    }
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        const struct account *account = w->organization->accounts.items[i];
        come += !is_among(before, count, account->id);
        assert_ptr_equal(account_by_id(w->organization, account->id), account);
        assert_ptr_equal(account_by_user_name(w->organization, account->user_name), account);
        assert_ptr_equal(account_by_address(w->organization, account->login), account);
    }
    assert_true(gone <= (event->run == run_delete));
    assert_true(come <=
                (event->run == run_create || event->run == run_return || event->run == run_accept || event->run == run_come));
}

/* --- at any moment --- */

static void put_source(const struct world *w, struct map *sources, const struct access_via *via)
{
    if (via->kind == VIA_MAPPING || via->kind == VIA_RULE) {
        map_set(sources, approval_source(w->arena, via), sources);
    }
}

/* An answer is about something that there is, or would be if the person were active. */
static void check_answers(const struct world *w, const struct account *account, const struct access_list *potential)
{
    struct access_waiting_list waiting = access_waiting(w->arena, w->organization, account);
    struct map *sources = map_new();
    const char *source;
    void *answer;
    for (size_t i = 0; i < waiting.count; i++) {
        put_source(w, sources, &waiting.items[i].via);
    }
    for (size_t i = 0; i < potential->count; i++) {
        for (size_t k = 0; k < potential->items[i].via_count; k++) {
            put_source(w, sources, &potential->items[i].via[k]);
        }
    }
    for (size_t i = 0; map_at(account->approvals, &i, &source, &answer);) {
        if (map_get(sources, source) == NULL) {
            fail_msg("%s has an answer about %s, which gives nothing", account->user_name, source);
        }
    }
    map_free(sources);
}

static void check_person(const struct world *w, const struct account *account)
{
    struct access_list list = access_of(w->arena, w->organization, account), potential;
    potential = access_potential(w->arena, w->organization, account);
    size_t joined = 0;
    if (!account->active) {
        check_no_way_in(w, account);
    }
    for (size_t i = 0; i < list.count; i++) {
        assert_true(list.items[i].via_count > 0);
        assert_int_equal(list.items[i].role, list.items[i].via[0].role);
        assert_true(adds_up(list.items[i].resource) || list.items[i].via[0].kind != VIA_RULE);
    }
    check_answers(w, account, &potential);
    for (size_t i = 0; i < potential.count; i++) {
        joined += map_get(account->joined, potential.items[i].resource->id) != NULL;
    }
    assert_int_equal(joined, map_count(account->joined)); /* losing every reason ends membership */
}

static void check(const struct world *w)
{
    size_t seats = 0;
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        const struct account *account = w->organization->accounts.items[i];
        check_person(w, account);
        seats += account->active && account != w->organization->break_glass;
    }
    assert_int_equal(seats, w->organization->seats_used);
    check_secrets(w);
    for (size_t i = 0; i < w->organization->workspaces.count; i++) { /* 9 */
        assert_non_null(lifecycle_active_owner(w->organization->workspaces.items[i], NULL));
    }
}

/* --- 4: the same again, and the next cycle, change nothing more --- */

static void repeat(struct world *w, const struct world_event *event, const struct rng *operands)
{
    const char *before = world_snapshot(w);
    struct rng rng = w->rng;
    if ((event->traits & WORLD_REPEATS) != 0) {
        w->rng = *operands;
        (void)event->run(w);
        w->rng = rng;
        if (!text_equal(before, world_snapshot(w))) {
            fail_msg("%s, again, is not the same:\n%s\n%s", event->name, before, world_snapshot(w));
        }
    }
    organization_pass_time(w->organization);
    assert_string_equal(before, world_snapshot(w));
}

static void step(struct world *w)
{
    const struct world_event *event = any_event(w);
    const struct rng operands = w->rng;
    const char *before = world_snapshot(w);
    size_t count;
    struct bystander *people = bystanders(w, &count);
    bool done = world_play(w, event);
    if (!done) {
        assert_string_equal(before, world_snapshot(w)); /* 3 */
    }
    check_bystanders(w, people, count, event->name);
    check(w);
    check_ids(w, people, count, event);
    if (done) {
        repeat(w, event, &operands);
    }
}

static void what_happens_in_whatever_order_the_invariants_hold(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 1; seed <= WORLD_STORIES; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct world w = world_begin(arena, seed, 8, 4, 3);
        give_passwords(&w, seed);
        for (size_t i = 0; i < WORLD_EVENTS; i++) {
            step(&w);
        }
        check_passwords(&w);
        world_end(&w);
    }
}

/* The stories are worth something: each event happens, and each policy is there at some time. */
static void everything_happens(void **state)
{
    size_t done[ARRAY_LEN(world_events)] = {0}, blocks[POLICY_BLOCK_COUNT] = {0}, restored = 0, inherited = 0, held = 0;
    UNUSED(state);
    for (uint64_t seed = 1; seed <= WORLD_ALL_STORIES; seed++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        struct world w = world_begin(arena, seed, 8, 4, 3);
        for (size_t i = 0; i < WORLD_EVENTS; i++) {
            const struct world_event *event = any_event(&w);
            size_t kept = map_count(w.organization->departures.by_id);
            const char *owners = owners_of(&w);
            done[event - world_events] += world_play(&w, event);
            held += pending_count(w.organization);
            inherited += event->run == run_status && !text_equal(owners, owners_of(&w));
            restored += event->run == run_return && map_count(w.organization->departures.by_id) < kept;
        }
        for (size_t i = 0; i < POLICY_BLOCK_COUNT; i++) {
            blocks[i] += w.organization->policies->blocks[i] != NULL;
        }
        world_end(&w);
    }
    for (size_t i = 0; i < ARRAY_LEN(world_events); i++) {
        if (done[i] == 0) {
            fail_msg("\"%s\" has never happened", world_events[i].name);
        }
    }
    static const enum policy_block on[] = {
        POLICY_SYNC,         POLICY_DEPROVISIONING, POLICY_GROUP_MAPPINGS, POLICY_GROUP_HIERARCHY,
        POLICY_ACCESS_RULES, POLICY_APPROVALS,      POLICY_ROLLOUT};
    for (size_t i = 0; i < ARRAY_LEN(on); i++) {
        assert_true(blocks[on[i]] > 0);
    }
    assert_true(restored > 0);
    assert_true(held > 0);
    assert_true(inherited > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happens_in_whatever_order_the_invariants_hold),
        cmocka_unit_test(everything_happens),
    };
    return tap_run("invariants of the access model", tests);
}
