/* What an index leaves out never matches: on generated filters and people the plan, matched, is the whole list, matched. And what has to be planned, is. */
#include "common/base.h"

#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "reference-server/list_plan.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/match.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"
#include "tests/tap.h"
#include "tests/unit/reference-server/model_random.h"

#include <string.h>

#define PEOPLE  60
#define FILTERS 6000

static int64_t now_ms;

struct world {
    struct arena *arena;
    struct organization *organization;
    const struct scim_registry *registry;
    struct rng rng;
    size_t planned, hits;
};

static size_t below(struct world *w, size_t bound)
{
    return (size_t)rng_below(&w->rng, bound);
}

#define PICK(w, texts) (texts)[below(w, ARRAY_LEN(texts))]

static const char *const mails[] = {"ada@acme.test",          "Ada@Acme.test",          "team@acme.test",
                                    "\xC3\x89mile@acme.test", "\xC3\xA9mile@acme.test", ""};
static const char *const externals[] = {"x1", "X1", "x2", "x3", ""};
static const char *const kinds[] = {"work", "home", "other"};

/* --- people and groups --- */

static json *person(struct world *w, struct arena *arena, size_t number)
{
    json *resource = json_object(arena);
    json_set_text(resource, "userName", arena_printf(arena, "%s%zu@Acme.test", number % 3 == 0 ? "\xC3\x89va" : "Bob", number));
    if (below(w, 3) > 0)
        json_set_text(resource, "externalId", PICK(w, externals));
    if (below(w, 3) > 0)
        json_set_text(resource, "displayName", PICK(w, mails));
    json_set_bool(resource, "active", below(w, 2) == 0);
    size_t count = below(w, 4);
    json *emails = count == 0 ? NULL : json_set_array(resource, "emails");
    for (size_t i = 0; i < count; i++) {
        json *email = json_push_object(emails);
        json_set_text(email, "type", kinds[i]);
        if (below(w, 4) > 0)
            json_set_text(email, "value", PICK(w, mails));
    }
    return resource;
}

static void add_group(struct world *w, size_t number)
{
    struct group *group;
    json *resource = json_object(w->arena);
    json_set_text(resource, "displayName", arena_printf(w->arena, "%s%zu", number % 2 == 0 ? "Sales" : "\xC3\x89quipe", number));
    if (below(w, 2) == 0)
        json_set_text(resource, "externalId", PICK(w, externals));
    assert_true(group_create(w->organization, resource, NULL, 0, &group, NULL));
}

/* Some are changed, so that an index has them in another order; some are gone. */
static void people_come_and_go(struct world *w)
{
    struct account *people[PEOPLE];
    for (size_t i = 0; i < PEOPLE; i++)
        assert_true(account_create(w->organization, person(w, w->arena, i), &people[i], NULL, NULL));
    for (size_t i = 0; i < PEOPLE; i += 1 + below(w, 3))
        assert_true(account_replace(w->organization, people[i], person(w, w->arena, i), NULL));
    for (size_t i = 0; i < PEOPLE; i += 5 + below(w, 5))
        assert_true(account_delete(w->organization, people[i], NULL));
    for (size_t i = 0; i < 20; i++)
        add_group(w, i);
}

static int setup(void **state)
{
    static struct world w;
    struct error err = {0};
    w = (struct world){.arena = arena_new(), .rng = rng_new(11)};
    now_ms = 1000;
    w.organization = organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(&now_ms),
                                      (struct model_random){next_id, next_token, NULL});
    assert_true(scim_schema_load(w.arena, NULL, &w.registry, &err));
    people_come_and_go(&w);
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    organization_free(w->organization);
    arena_free(w->arena);
    return 0;
}

/* --- filters --- */

static const char *id_of_somebody(struct world *w, bool users)
{
    const struct list *all = users ? &w->organization->accounts : &w->organization->groups;
    const void *item = all->items[below(w, all->count)];
    return users ? ((const struct account *)item)->id : ((const struct group *)item)->id;
}

static const char *name_of_somebody(struct world *w, struct arena *arena)
{
    return arena_printf(arena, "%s%zu%s", below(w, 2) == 0 ? "\xC3\xA9VA" : "bob", below(w, PEOPLE),
                        below(w, 8) == 0 ? "" : "@acme.TEST");
}

static const char *group_name(struct world *w, struct arena *arena)
{
    return arena_printf(arena, "%s%zu", below(w, 2) == 0 ? "SALES" : "\xC3\xA9quipe", below(w, 20));
}

/* Mostly eq, since it is what indexes answer. */
static const char *comparison(struct world *w, struct arena *arena, const char *name, const char *value)
{
    static const char *const operators[] = {"eq", "eq", "eq", "eq", "EQ", "ne", "co", "sw"};
    if (below(w, 12) == 0)
        return arena_printf(arena, "%s %s", name, below(w, 2) == 0 ? "pr" : below(w, 2) == 0 ? "eq null" : "ne null");
    return arena_printf(arena, "%s %s \"%s\"", name, PICK(w, operators), value);
}

static const char *inside_brackets(struct world *w, struct arena *arena, int depth)
{
    if (depth < 2 && below(w, 2) == 0)
        return arena_printf(arena, "%s %s %s", inside_brackets(w, arena, depth + 1), below(w, 2) == 0 ? "and" : "or",
                            inside_brackets(w, arena, depth + 1));
    if (depth < 2 && below(w, 6) == 0)
        return arena_printf(arena, "not (%s)", inside_brackets(w, arena, depth + 1));
    return below(w, 2) == 0 ? comparison(w, arena, "type", PICK(w, kinds)) : comparison(w, arena, "value", PICK(w, mails));
}

static const char *about_people(struct world *w, struct arena *arena)
{
    switch (below(w, 9)) {
    case 0:
        return comparison(w, arena, "id", id_of_somebody(w, true));
    case 1:
        return comparison(w, arena, below(w, 2) == 0 ? "USERNAME" : ACCOUNT_URN_USER ":userName", name_of_somebody(w, arena));
    case 2:
        return comparison(w, arena, "externalId", PICK(w, externals));
    case 3:
        return comparison(w, arena, below(w, 2) == 0 ? "emails" : "emails.value", PICK(w, mails));
    case 4:
        return comparison(w, arena, below(w, 2) == 0 ? "emails.type" : "displayName", PICK(w, kinds));
    case 5:
        return "active eq true";
    case 6:
        return comparison(w, arena, arena_printf(arena, "emails[%s].value", inside_brackets(w, arena, 0)), PICK(w, mails));
    case 7:
        return comparison(w, arena, arena_printf(arena, "emails[%s].type", inside_brackets(w, arena, 0)), PICK(w, kinds));
    default:
        return arena_printf(arena, "emails[%s]", inside_brackets(w, arena, 0));
    }
}

static const char *about_groups(struct world *w, struct arena *arena)
{
    switch (below(w, 3)) {
    case 0:
        return comparison(w, arena, "id", id_of_somebody(w, false));
    case 1:
        return comparison(w, arena, "displayName", group_name(w, arena));
    default:
        return comparison(w, arena, "externalId", PICK(w, externals));
    }
}

static const char *any_filter(struct world *w, struct arena *arena, bool users, int depth)
{
    size_t kind = depth < 3 ? below(w, 6) : 0;
    if (kind < 2)
        return users ? about_people(w, arena) : about_groups(w, arena);
    const char *left = any_filter(w, arena, users, depth + 1);
    if (kind == 2)
        return arena_printf(arena, "not (%s)", left);
    return arena_printf(arena, kind == 3 ? "(%s) or (%s)" : "(%s) and (%s)", left, any_filter(w, arena, users, depth + 1));
}

/* --- what is promised --- */

static const struct list *plan(struct world *w, struct arena *arena, bool users, const char *text,
                               const struct scim_matcher **matcher)
{
    struct scim_error err = {0};
    const struct scim_filter *filter;
    const struct list_plan plan = {arena, w->organization, scim_schema_type(w->registry, users ? "User" : "Group"), users};
    if (!scim_filter_parse(arena, text, &filter, &err) || !scim_match_compile(arena, plan.type, filter, matcher, &err))
        fail_msg("%s: %s", text, err.detail);
    return list_plan(&plan, filter);
}

static bool matches(const struct scim_matcher *matcher, bool users, const void *item)
{
    const struct account *account = item;
    const struct group *group = item;
    json *whole CLEANUP(json_cleanup) = json_copy(NULL, users ? account->resource : group->resource);
    json_set_text(whole, "id", users ? account->id : group->id);
    return scim_match(matcher, whole);
}

/* The plan is a part of all, in the same order, and has everybody who matches. */
static void check(struct world *w, bool users, const char *text)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_matcher *matcher;
    const struct list *all = users ? &w->organization->accounts : &w->organization->groups,
                      *planned = plan(w, arena, users, text, &matcher);
    size_t next = 0;
    if (planned == NULL)
        return;
    w->planned++;
    for (size_t i = 0; i < all->count; i++) {
        bool match = matches(matcher, users, all->items[i]),
             there = next < planned->count && planned->items[next] == all->items[i];
        next += there;
        w->hits += match;
        if (match && !there)
            fail_msg("%s: somebody who matches is not in the plan", text);
    }
    if (next != planned->count)
        fail_msg("%s: the plan is not in order, or has somebody twice", text);
}

static void no_plan_leaves_out_who_matches(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < FILTERS; i++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        bool users = i % 4 != 0;
        check(w, users, any_filter(w, arena, users, 0));
    }
    assert_true(w->planned > FILTERS / 5);
    assert_true(w->hits > FILTERS / 5);
}

static void filters_on_what_is_indexed_are_planned(void **state)
{
    static const char *const people[] = {
        "userName eq \"bob1@acme.test\"",
        "externalId eq \"x1\"",
        "id eq \"x\"",
        "emails eq \"ada@acme.test\"",
        "emails.value eq \"ada@acme.test\"",
        "emails[value eq \"ada@acme.test\"]",
        "emails[type eq \"work\" and value eq \"ada@acme.test\"]",
        "emails[type eq \"work\"].value eq \"ada@acme.test\"",
        "active eq true and userName eq \"bob1@acme.test\"",
        "userName eq \"bob1@acme.test\" or (externalId eq \"x1\" and not (active eq true))",
        ACCOUNT_URN_USER ":emails.value eq \"ada@acme.test\"",
    };
    static const char *const groups[] = {"displayName eq \"sales2\"", "id eq \"x\" and members eq \"y\"", "externalId eq \"x1\""};
    struct world *w = *state;
    const struct scim_matcher *matcher;
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        assert_non_null(plan(w, w->arena, true, people[i], &matcher));
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        assert_non_null(plan(w, w->arena, false, groups[i], &matcher));
}

static void what_an_index_cannot_tell_is_not_planned(void **state)
{
    static const char *const people[] = {
        "userName ne \"bob1@acme.test\"",
        "userName sw \"bob1\"",
        "userName pr",
        "not (userName eq \"bob1@acme.test\")",
        "userName eq \"bob1@acme.test\" or active eq true",
        "emails[value eq \"ada@acme.test\"].type ne \"work\"",
        "emails[value eq \"ada@acme.test\"].type eq null",
        "emails[not (value eq \"ada@acme.test\")]",
        "emails[value eq \"ada@acme.test\" or type eq \"work\"]",
        "emails.type eq \"work\"",
        "displayName eq \"ada\"",
    };
    struct world *w = *state;
    const struct scim_matcher *matcher;
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        if (plan(w, w->arena, true, people[i], &matcher) != NULL)
            fail_msg("%s is planned", people[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_plan_leaves_out_who_matches, setup, teardown),
        cmocka_unit_test_setup_teardown(filters_on_what_is_indexed_are_planned, setup, teardown),
        cmocka_unit_test_setup_teardown(what_an_index_cannot_tell_is_not_planned, setup, teardown),
    };
    return tap_run("list plan", tests);
}
