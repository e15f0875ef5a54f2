/* model_access_checks.h: what holds after every event of tests/tables/access_*.table: the invariants of the access model, bystanders, and that the store has all of it. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_CHECKS_H
#define TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_CHECKS_H

#include "common/base.h"

#include "reference-server/model/access.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization_snapshot.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "tests/unit/reference-server/model_access_world.h"

static void check_inactive(const struct world *w, const struct account *account)
{
    struct model_failure failure;
    struct account *entered;
    char session[MODEL_TOKEN_SIZE];
    assert_int_equal(access_of(w->arena, w->organization, account).count, 0);
    assert_int_equal(account->sessions.count + account->api_keys.count, 0);
    assert_int_equal(signin_invite_count(w->organization, account), 0);
    assert_false(account_has_seat(account));
    assert_false(
        signin(w->organization, &(struct sign_in){.user = account->user_name, .method = ENTRY_SSO}, session, &entered, &failure));
    assert_false(signin(w->organization,
                        &(struct sign_in){.user = account->login, .method = ENTRY_PASSWORD, .password = "secret"}, session,
                        &entered, &failure));
}

static void check_account(const struct world *w, struct account *account)
{
    const char *id;
    void *value;
    if (!account->active) {
        check_inactive(w, account);
    }
    assert_ptr_equal(account_by_id(w->organization, account->id), account);
    assert_ptr_equal(account_by_user_name(w->organization, account->user_name), account);
    assert_ptr_equal(account_by_address(w->organization, account->login), account);
    assert_int_equal(json_get_bool(account->resource, "active", !account->active), account->active);
    for (size_t i = 0; map_at(account->joined, &i, &id, &value);) {
        assert_ptr_equal(map_get(((const struct resource *)value)->joined, account->id), account);
    }
    for (size_t i = 0; map_at(account->groups, &i, &id, &value);) {
        assert_true(group_has_member(value, account->id));
    }
    /* A membership ends with its last candidate. */
    struct access_list list = access_potential(w->arena, w->organization, account);
    size_t joined = 0;
    for (size_t i = 0; i < list.count; i++) {
        joined += map_get(account->joined, list.items[i].resource->id) != NULL;
    }
    assert_int_equal(joined, map_count(account->joined));
}

static void check_resource(const struct world *w, const struct resource *resource)
{
    const char *id;
    void *value;
    for (size_t i = 0; map_at(resource->joined, &i, &id, &value);) {
        assert_non_null(account_by_id(w->organization, id));
    }
    for (size_t i = 0; map_at(resource->grants, &i, &id, &value);) {
        const char *subject = grant_subject(value);
        assert_true(account_by_id(w->organization, subject) != NULL || group_by_id(w->organization, subject) != NULL);
    }
    for (size_t i = 0; i < resource->folders.count; i++) {
        check_resource(w, resource->folders.items[i]);
    }
}

static void check_invariants(const struct world *w)
{
    size_t seats = 0;
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        struct account *account = w->organization->accounts.items[i];
        check_account(w, account);
        seats += account->active && account != w->organization->break_glass;
    }
    assert_int_equal(seats, w->organization->seats_used);
    assert_true(w->organization->break_glass->active);
    for (size_t i = 0; i < w->organization->workspaces.count; i++) {
        assert_non_null(lifecycle_active_owner(w->organization->workspaces.items[i], NULL));
        check_resource(w, w->organization->workspaces.items[i]);
    }
}

static const char *snapshot(const struct world *w)
{
    return json_print_pretty(w->arena, organization_snapshot(w->arena, w->organization));
}

static bool may_be_touched(const struct world *w, const char *subject, const struct account *account)
{
    if (account == account_find(w->organization, address(w, subject)) || account == account_find(w->organization, subject)) {
        return true;
    }
    return w->touched != NULL && strstr(w->touched, short_name(w, account->user_name)) != NULL;
}

/* The state of everybody but the subject (and the touched): account id -> document. */
static struct map *bystanders(const struct world *w, const char *subject)
{
    struct map *map = map_new();
    for (size_t i = 0; i < w->organization->accounts.count; i++) {
        const struct account *account = w->organization->accounts.items[i];
        if (!may_be_touched(w, subject, account)) {
            map_set(map, account->id, json_print(w->arena, access_document_user(w->arena, w->organization, account)));
        }
    }
    return map;
}

static void check_bystanders(const struct world *w, struct map *before, struct map *after, const char *line)
{
    UNUSED(w);
    const char *id;
    void *text;
    for (size_t i = 0; map_at(before, &i, &id, &text);) {
        const char *now = map_get(after, id);
        if (now != NULL && !text_equal(now, text)) {
            fail_msg("\"%s\" changed a bystander:\n%s\n%s", line, (const char *)text, now);
        }
    }
    map_free(before);
    map_free(after);
}

/* What the mutators have noted is enough to bring the organization back as it is. */
static void check_stored(const struct world *w)
{
    (void)store_write(w->store, record_collect(w->organization));
    const char *held = snapshot(w), *stored = stored_snapshot(w->arena, w->store, w->organization);
    if (!text_equal(held, stored)) {
        fail_msg("the store does not hold what the model holds: %.600s", stored_difference(w->arena, held, stored));
    }
}

#endif
