/* Lookups, order, versions, roles, plans and tokens of the model. */
#include "common/base.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "tests/tap.h"
#include "tests/unit/reference-server/model_random.h"

#include <stdio.h>
#include <string.h>

static int64_t now_ms;

struct fixture {
    struct arena *arena;
    struct organization *organization;
};

static int setup(void **state)
{
    static struct fixture f;
    now_ms = 1000;
    f.arena = arena_new();
    f.organization = organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(&now_ms),
                                      (struct model_random){next_id, next_token, NULL});
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    organization_free(f->organization);
    arena_free(f->arena);
    return 0;
}

static json *user(struct fixture *f, const char *user_name, const char *external_id, const char *email)
{
    json *resource = json_object(f->arena);
    json_set_text(resource, "userName", user_name);
    json_set_text(resource, "externalId", external_id);
    if (email != NULL) {
        json_set_text(json_push_object(json_set_array(resource, "emails")), "value", email);
    }
    return resource;
}

static struct account *create(struct fixture *f, const char *user_name, const char *external_id, const char *email)
{
    struct account *account = NULL;
    assert_true(account_create(f->organization, user(f, user_name, external_id, email), &account, NULL, NULL));
    return account;
}

static void finds_people_by_everything(void **state)
{
    struct fixture *f = *state;
    struct account *ada = create(f, "ada@acme.test", "x1", "Ada.Byron@acme.test"),
                   *bob = create(f, "bob@acme.test", "x1", "bob@home.test");
    assert_ptr_equal(account_by_id(f->organization, ada->id), ada);
    assert_ptr_equal(account_by_user_name(f->organization, "ADA@ACME.TEST"), ada);
    assert_null(account_by_user_name(f->organization, "ada.byron@acme.test"));
    assert_int_equal(accounts_by_email(f->organization, "ada.byron@ACME.test")->count, 1);
    assert_int_equal(accounts_by_external_id(f->organization, "x1")->count, 2);
    assert_int_equal(accounts_by_external_id(f->organization, "X1")->count, 0);
    assert_ptr_equal(account_by_any_address(f->organization, "bob@home.test"), bob);
    assert_null(account_by_address(f->organization, "bob@home.test"));
    assert_null(account_by_id(f->organization, NULL));
}

static void forgets_old_names(void **state)
{
    struct fixture *f = *state;
    struct account *ada = create(f, "ada@acme.test", "x1", "ada@acme.test");
    assert_true(account_replace(f->organization, ada, user(f, "ada.king@acme.test", "x2", "king@acme.test"), NULL));
    assert_null(account_by_user_name(f->organization, "ada@acme.test"));
    assert_null(account_by_address(f->organization, "ada@acme.test"));
    assert_int_equal(accounts_by_email(f->organization, "ada@acme.test")->count, 0);
    assert_int_equal(accounts_by_external_id(f->organization, "x1")->count, 0);
    assert_ptr_equal(account_by_user_name(f->organization, "ada.king@acme.test"), ada);
    assert_ptr_equal(index_first(&f->organization->accounts_by_external_id, "x2"), ada);
}

static void an_address_of_two_people_is_nobodys(void **state)
{
    struct fixture *f = *state;
    create(f, "ada@acme.test", NULL, "team@acme.test");
    create(f, "bob@acme.test", NULL, "team@acme.test");
    assert_null(account_by_any_address(f->organization, "team@acme.test"));
    assert_int_equal(accounts_by_email(f->organization, "team@acme.test")->count, 2);
}

static void keeps_the_order_of_creation(void **state)
{
    struct fixture *f = *state;
    const struct account *a = create(f, "a@acme.test", NULL, NULL);
    struct account *b = create(f, "b@acme.test", NULL, NULL);
    const struct account *c = create(f, "c@acme.test", NULL, NULL);
    assert_true(account_delete(f->organization, b, NULL));
    const struct account *again = create(f, "b@acme.test", NULL, NULL);
    const struct list *all = &f->organization->accounts; /* the break-glass owner is the first */
    assert_int_equal(all->count, 4);
    assert_ptr_equal(all->items[1], a);
    assert_ptr_equal(all->items[2], c);
    assert_ptr_equal(all->items[3], again);
}

static void versions_go_up_with_real_changes_only(void **state)
{
    struct fixture *f = *state;
    struct account *ada = create(f, "ada@acme.test", NULL, NULL);
    now_ms = 2000;
    json *same = json_copy(f->arena, ada->resource);
    assert_true(account_replace(f->organization, ada, same, NULL));
    assert_int_equal(ada->version, 1);
    assert_int_equal(ada->modified_ms, 1000);
    json_set_text(same, "title", "Engineer");
    assert_true(account_replace(f->organization, ada, same, NULL));
    assert_int_equal(ada->version, 2);
    assert_int_equal(ada->modified_ms, 2000);
    assert_int_equal(ada->created_ms, 1000);
}

static void the_resource_says_the_status(void **state)
{
    struct fixture *f = *state;
    struct account *ada = create(f, "ada@acme.test", NULL, NULL);
    assert_true(json_true(json_get(ada->resource, "active")));
    json *off = json_copy(f->arena, ada->resource);
    json_set_bool(off, "active", false);
    assert_true(account_replace(f->organization, ada, off, NULL));
    assert_false(json_get_bool(ada->resource, "active", true));
    json *text = json_copy(f->arena, ada->resource);
    json_set_text(text, "active", "True");
    struct model_failure failure;
    assert_false(account_replace(f->organization, ada, text, &failure));
    assert_int_equal(model_failure_status(&failure), 400);
}

static struct group *make_group(struct fixture *f, const char *name, const char *const *ids, size_t count)
{
    json *resource = json_object(f->arena);
    json_set_text(resource, "displayName", name);
    struct group *group = NULL;
    assert_true(group_create(f->organization, resource, ids, count, &group, NULL));
    return group;
}

static void members_keep_their_order_and_count_once(void **state)
{
    struct fixture *f = *state;
    const char *a = create(f, "a@acme.test", NULL, NULL)->id, *b = create(f, "b@acme.test", NULL, NULL)->id;
    const char *c = create(f, "c@acme.test", NULL, NULL)->id;
    const char *first[] = {b, a, b}, *second[] = {c, a, b}, *gone[] = {a, "nobody"};
    struct group *group = make_group(f, "Eng", first, 3);
    assert_int_equal(group_member_count(group), 2);
    assert_true(group_set_members(f->organization, group, second, 3, NULL));
    group_remove_members(f->organization, group, gone, 2);
    size_t cursor = 0;
    assert_string_equal(member_id(group_member_at(group, &cursor)), b);
    const struct member *member = group_member_at(group, &cursor);
    assert_string_equal(member_id(member), c);
    assert_string_equal(member_display(member), "c@acme.test");
    assert_false(member_is_group(member));
    assert_null(group_member_at(group, &cursor));
}

static void group_versions_go_up_with_real_changes_only(void **state)
{
    struct fixture *f = *state;
    const char *ids[] = {create(f, "a@acme.test", NULL, NULL)->id};
    struct group *group = make_group(f, "Eng", ids, 1);
    now_ms = 2000;
    assert_true(group_add_members(f->organization, group, ids, 1, NULL));
    assert_true(group_set_members(f->organization, group, ids, 1, NULL));
    assert_true(group_replace(f->organization, group, json_copy(f->arena, group->resource), ids, 1, NULL));
    assert_int_equal(group->version, 1);
    group_remove_members(f->organization, group, ids, 1);
    group_remove_members(f->organization, group, ids, 1);
    assert_int_equal(group->version, 2);
    assert_int_equal(group->modified_ms, 2000);
}

static void a_deleted_person_leaves_a_trace_in_the_group(void **state)
{
    struct fixture *f = *state;
    struct account *ada = create(f, "a@acme.test", NULL, NULL);
    const char *ids[] = {ada->id};
    struct group *group = make_group(f, "Eng", ids, 1);
    assert_true(account_delete(f->organization, ada, NULL));
    assert_int_equal(group_member_count(group), 0);
    assert_int_equal(group->version, 2);
}

static void roles_may_what_the_table_says(void **state)
{
    UNUSED(state);
    /* read, complete, comment, edit, automate, manage, own */
    static const struct {
        enum role role;
        const char *name, *may;
    } rows[] = {{ROLE_OWNER, "owner", "yyyyyyy"},
                {ROLE_MAINTAINER, "maintainer", "yyyyyyn"},
                {ROLE_EDITOR, "editor", "yyyyynn"},
                {ROLE_COMMENTER, "commenter", "ynynnnn"},
                {ROLE_COLLABORATOR, "collaborator", "yyynynn"},
                {ROLE_PARTICIPANT, "participant", "yyynnnn"},
                {ROLE_VIEWER, "viewer", "ynnnnnn"},
                {ROLE_NONE, "none", "nnnnnnn"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enum role role;
        assert_string_equal(role_name(rows[i].role), rows[i].name);
        assert_int_equal(role_read(rows[i].name, &role), rows[i].role != ROLE_NONE);
        for (size_t k = 0; k < 7; k++) {
            assert_int_equal(role_may(rows[i].role, (enum permission)k), rows[i].may[k] == 'y');
        }
        assert_true(i == 0 || rows[i].role < rows[i - 1].role);
    }
}

static void permissions_have_names(void **state)
{
    UNUSED(state);
    enum permission permission;
    assert_true(permission_read("automate", &permission));
    assert_int_equal(permission, PERMISSION_AUTOMATE);
    assert_string_equal(permission_name(PERMISSION_OWN), "own");
    assert_false(permission_read("fly", &permission));
}

static void plans_have_scim_or_not(void **state)
{
    UNUSED(state);
    static const char *const with[] = {"v3.enterprise", "v6.enterprise", "v7.team"};
    static const char *const without[] = {"free", "v3.pro", "v6.pro", "v7.pro", "v8.pro", "v8.team", "v8.enterprise"};
    for (size_t i = 0; i < ARRAY_LEN(with); i++) {
        assert_int_equal(plan_scim(plan_find(with[i]), FEATURE_BY_PLAN, true), SCIM_ENABLED);
        assert_int_equal(plan_scim(plan_find(with[i]), FEATURE_OFF, true), SCIM_OFF_BY_PLAN);
        assert_int_equal(plan_scim(plan_find(with[i]), FEATURE_BY_PLAN, false), SCIM_OFF_WITHOUT_SAML);
    }
    for (size_t i = 0; i < ARRAY_LEN(without); i++) {
        assert_int_equal(plan_scim(plan_find(without[i]), FEATURE_BY_PLAN, false), SCIM_OFF_BY_PLAN);
        assert_int_equal(plan_scim(plan_find(without[i]), FEATURE_ON, true), SCIM_ENABLED);
    }
    assert_null(plan_find("v9.team"));
}

static void says_why_scim_is_off(void **state)
{
    struct fixture *f = *state;
    struct model_failure failure;
    assert_true(organization_scim_check(f->organization, &failure));
    f->organization->saml = false;
    assert_false(organization_scim_check(f->organization, &failure));
    assert_int_equal(model_failure_status(&failure), 403);
    assert_non_null(strstr(failure.message, "SAML"));
    f->organization->plan = plan_find("v8.enterprise");
    assert_false(organization_scim_check(f->organization, &failure));
    assert_non_null(strstr(failure.message, "v8.enterprise"));
    assert_non_null(strstr(failure.message, "organization.scim"));
}

static void the_clock_only_goes_forward(void **state)
{
    struct fixture *f = *state;
    assert_true(organization_advance(f->organization, DAY_MS, NULL));
    assert_int_equal(organization_now(f->organization), 1000 + DAY_MS);
    assert_false(organization_advance(f->organization, -1, NULL));
    assert_false(organization_advance(f->organization, INT64_MAX, NULL));
}

/* Sizes of a large customer; each step touches what it is about, so this takes a moment and not minutes. */
static void large_organizations_stay_quick(void **state)
{
    struct fixture *f = *state;
    enum { PEOPLE = 20000 };
    const char **ids = arena_array(f->arena, PEOPLE, sizeof *ids);
    for (size_t i = 0; i < PEOPLE; i++) {
        ids[i] = create(f, arena_printf(f->arena, "u%zu@acme.test", i), NULL, NULL)->id;
    }
    struct resource *workspace;
    assert_true(resource_add_workspace(f->organization, "All", true, NULL, &workspace, NULL));
    struct group *group = make_group(f, "Everybody", ids, PEOPLE);
    assert_true(grant_group(f->organization, group, workspace, ROLE_EDITOR, NULL));
    for (size_t i = 0; i < PEOPLE; i++) {
        struct account *account = account_by_id(f->organization, ids[i]);
        struct access_list list = access_of(f->arena, f->organization, account);
        assert_int_equal(list.count, 1);
        access_join(f->organization, account, workspace);
        group_remove_members(f->organization, group, &ids[i], i % 2);
    }
    assert_int_equal(group_member_count(group), PEOPLE / 2);
    assert_true(grant_revoke_group(f->organization, group, workspace, NULL));
    for (size_t i = 0; i < PEOPLE; i++) {
        assert_true(account_delete(f->organization, account_by_id(f->organization, ids[i]), NULL));
    }
    assert_int_equal(group_member_count(group), 0);
}

/* A file may bring a group that was made under a higher limit: people have to be able to leave it. */
static void a_group_above_the_limit_does_not_grow(void **state)
{
    struct fixture *f = *state;
    const char *ids[] = {create(f, "a@acme.test", NULL, NULL)->id, create(f, "b@acme.test", NULL, NULL)->id,
                         create(f, "c@acme.test", NULL, NULL)->id, create(f, "d@acme.test", NULL, NULL)->id};
    struct model_limits limits = model_limits_preset;
    struct group *group;
    json *resource = json_object(f->arena);
    json_set_text(resource, "displayName", "Sales");
    assert_true(group_create(f->organization, resource, ids, 3, &group, NULL));
    limits.group_members = 1;
    f->organization->limits = &limits;
    struct model_failure failure;
    assert_false(group_edit(f->organization, group, &(struct group_edit){NULL, &ids[3], NULL, 1, 0}, &failure));
    assert_false(group_replace(f->organization, group, NULL, ids, 4, &failure));
    assert_int_equal(group_member_count(group), 3);
    json_set_text(resource, "displayName", "Marketing");
    assert_true(group_edit(f->organization, group, &(struct group_edit){resource, NULL, NULL, 0, 0}, &failure));
    assert_true(group_edit(f->organization, group, &(struct group_edit){NULL, &ids[3], &ids[0], 1, 1}, &failure));
    assert_true(group_replace(f->organization, group, NULL, &ids[1], 3, &failure));
    assert_true(group_edit(f->organization, group, &(struct group_edit){NULL, NULL, &ids[3], 0, 1}, &failure));
    assert_int_equal(group_member_count(group), 2);
    assert_false(group_replace(f->organization, group, NULL, ids, 3, &failure));
    assert_true(group_replace(f->organization, group, NULL, &ids[1], 1, &failure));
    json_set_text(resource, "displayName", "Support");
    assert_false(group_create(f->organization, resource, ids, 2, &group, &failure));
    f->organization->limits = &model_limits_preset;
}

int main(void)
{
#define T(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(finds_people_by_everything),
        T(forgets_old_names),
        T(an_address_of_two_people_is_nobodys),
        T(keeps_the_order_of_creation),
        T(versions_go_up_with_real_changes_only),
        T(the_resource_says_the_status),
        T(members_keep_their_order_and_count_once),
        T(group_versions_go_up_with_real_changes_only),
        T(a_deleted_person_leaves_a_trace_in_the_group),
        T(roles_may_what_the_table_says),
        T(permissions_have_names),
        T(plans_have_scim_or_not),
        T(says_why_scim_is_off),
        T(the_clock_only_goes_forward),
        T(a_group_above_the_limit_does_not_grow),
        T(large_organizations_stay_quick),
    };
    return tap_run("model", tests);
}
