#include "common/base.h"
#include "tests/tap.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"

#include <string.h>

static void presets_by_name(void **state)
{
    UNUSED(state);
    static const char *const names[] = {"okta-aiw",   "okta-template",   "okta-oiw",       "entra",
                                        "entra-flag", "entra-on-demand", "entra-validator"};
    assert_int_equal(dialect_count, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct dialect *dialect = dialect_find(names[i]);
        assert_non_null(dialect);
        assert_string_equal(dialect_name(dialect), names[i]);
        assert_false(text_is_blank(dialect_title(dialect)));
        assert_int_equal(dialect_is_okta(dialect), text_starts(names[i], "okta"));
    }
    assert_null(dialect_find("okta"));
}

static void every_axis_names_its_evidence(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    for (size_t d = 0; d < dialect_count; d++) {
        const struct dialect_axis *axes = NULL;
        size_t count = dialect_axes(arena, dialects[d], &axes);
        assert_true(count > 25);
        for (size_t i = 0; i < count; i++) {
            assert_false(text_is_blank(axes[i].name));
            assert_false(text_is_blank(axes[i].value));
            assert_false(text_is_blank(axes[i].evidence));
            assert_false(text_is_blank(axes[i].source));
        }
    }
    arena_free(arena);
}

/* Axes without a meaning for a provider's dialects, from one to another; `but` is the one dialect that has them. */
static const struct {
    enum axis first, last;
    bool okta; /* Okta's dialects lack them, else Entra's */
    const char *but;
} left_out[] = {
    {AXIS_MEMBERS_SHOWN, AXIS_MEMBERS_SHOWN, true, NULL},
    {AXIS_TOMBSTONE, AXIS_TOMBSTONE, true, NULL},
    {AXIS_ON_DEMAND_MEMBERS, AXIS_ON_DEMAND_MEMBERS, true, NULL},
    {AXIS_ON_DEMAND_MEMBERS, AXIS_ON_DEMAND_MEMBERS, false, "entra-on-demand"},
    {AXIS_GROUP_IMPORT, AXIS_GROUP_IMPORT, false, NULL},
    {AXIS_CYCLE, AXIS_QUARANTINE_REFERENCES, true, NULL},
    {AXIS_CREATE_USERS, AXIS_AUTO_CONFIRM, false, NULL},
    {AXIS_REACTIVATION_DELAY, AXIS_REACTIVATION_DELAY, false, NULL},
    {AXIS_HEADER_ORDER, AXIS_HEADER_ORDER, false, NULL},
    {AXIS_SCOPE, AXIS_RECYCLE_DAYS, true, NULL}, /* Entra's provisioning page */
    {AXIS_FLAG, AXIS_FLAG, true, NULL},
    {AXIS_MATCH_2, AXIS_MATCH_2, true, NULL},
    {AXIS_MATCH_3, AXIS_MATCH_3, true, NULL},
    {AXIS_GROUP_MATCH, AXIS_GROUP_MATCH, true, NULL},
    {AXIS_MANAGER_POST, AXIS_OFFICE_TYPE, true, NULL},
    {AXIS_INNER_GROUPS, AXIS_INNER_GROUPS, true, NULL},
    {AXIS_MANAGER_REMOVE, AXIS_MANAGER_REMOVE, true, NULL}, /* the axis clear says it */
    {AXIS_PARALLEL, AXIS_PARALLEL, true, NULL},
};

static bool lacks(const struct dialect *dialect, enum axis axis)
{
    if (axis == AXIS_BATCH && text_equal(dialect->name, "okta-aiw")) /* it sends the whole list by PUT */
        return true;
    for (size_t i = 0; i < ARRAY_LEN(left_out); i++)
        if (axis >= left_out[i].first && axis <= left_out[i].last && dialect->okta == left_out[i].okta &&
            !text_equal(dialect->name, left_out[i].but))
            return true;
    return false;
}

/* An axis without a source has no meaning for the provider; these are the ones. */
static void only_these_axes_are_left_out(void **state)
{
    UNUSED(state);
    for (size_t d = 0; d < dialect_count; d++)
        for (int axis = 0; axis < AXIS_COUNT; axis++)
            if ((dialects[d]->axes[axis].source == NULL) != lacks(dialects[d], (enum axis)axis))
                fail_msg("%s, axis %d of dialect.h: %s", dialects[d]->name, axis,
                         dialects[d]->axes[axis].source == NULL ? "has no source" : "has a source");
}

static void one_axis_can_be_turned(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct error err = {0};
    const struct dialect *base = dialect_find("okta-template"), *turned = NULL;
    assert_true(dialect_with(arena, base, "profile-update", "patch", &turned, &err));
    assert_int_equal(dialect_value(turned, AXIS_PROFILE_UPDATE), UPDATE_PATCH);
    assert_int_equal(dialect_value(base, AXIS_PROFILE_UPDATE), UPDATE_GET_PUT);
    assert_true(dialect_with(arena, base, "member-changes-per-patch", "7", &turned, &err));
    assert_int_equal(dialect_value(turned, AXIS_BATCH), 7);
    arena_free(arena);
}

static void a_wrong_axis_or_value_says_what_there_is(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct error err = {0};
    const struct dialect *base = dialect_find("entra"), *turned = NULL;
    assert_false(dialect_with(arena, base, "op-caze", "lower", &turned, &err));
    assert_int_equal(err.code, ERROR_USAGE);
    assert_string_equal(err.remedy, "op-case");
    assert_false(dialect_with(arena, base, "op-case", "upper", &turned, &err));
    assert_string_equal(err.remedy, "one of: lower, capital");
    assert_false(dialect_with(arena, base, "member-changes-per-patch", "many", &turned, &err));
    assert_false(dialect_with(arena, base, "retry", "by-hand", &turned, &err));          /* only describes */
    assert_false(dialect_with(arena, base, "profile-update", "get-put", &turned, &err)); /* Okta's to turn */
    assert_null(turned);
    arena_free(arena);
}

/* Okta's pages on provisioning, its two wizards, Microsoft's tutorial: what the console of each has. */
static void who_offers_which_authorization(void **state)
{
    UNUSED(state);
    static const struct {
        const char *dialect, *has;
    } rows[] = {{"okta-aiw", "bearer basic"},
                {"okta-template", "bearer raw basic"},
                {"okta-oiw", "bearer raw"},
                {"entra", "bearer client-credentials"},
                {"entra-flag", "bearer client-credentials"},
                {"entra-on-demand", "bearer client-credentials"},
                {"entra-validator", "bearer"}};
    static const char *const forms[] = {"bearer", "raw", "basic", "client-credentials"};
    assert_int_equal(ARRAY_LEN(rows), dialect_count);
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(forms); i++) {
        struct error err;
        const char *form = forms[i % ARRAY_LEN(forms)], *has = rows[i / ARRAY_LEN(forms)].has;
        const struct dialect *base = dialect_find(rows[i / ARRAY_LEN(forms)].dialect), *turned = NULL;
        bool offered = strstr(has, form) != NULL;
        assert_int_equal(dialect_value(base, AXIS_AUTHORIZATION), AUTHORIZATION_BEARER);
        assert_int_equal(dialect_with(arena, base, "authorization", form, &turned, &err), offered);
        if (offered)
            continue;
        assert_null(turned);
        assert_string_equal(err.where, "authorization");
        assert_non_null(strstr(err.message, form));
        assert_non_null(strstr(err.remedy, "bearer"));
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_by_name),
        cmocka_unit_test(every_axis_names_its_evidence),
        cmocka_unit_test(only_these_axes_are_left_out),
        cmocka_unit_test(one_axis_can_be_turned),
        cmocka_unit_test(a_wrong_axis_or_value_says_what_there_is),
        cmocka_unit_test(who_offers_which_authorization),
    };
    return tap_run("dialect", tests);
}
