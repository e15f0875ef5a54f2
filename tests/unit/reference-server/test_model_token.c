/* Bearer tokens of the model: lookup, the cap, rotation and expiry. What requests meet is in tests/tables/scim_http_auth.table. */
#include "common/base.h"

#include "common/memory.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/scope.h"
#include "reference-server/model/token.h"
#include "tests/tap.h"
#include "tests/unit/reference-server/model_random.h"

#include <stdio.h>
#include <string.h>

static int64_t now_ms;

static void no_token(void *context, char out[MODEL_TOKEN_SIZE])
{
    UNUSED(context);
    out[0] = '\0';
}

static int setup(void **state)
{
    now_ms = 1000;
    *state = organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(&now_ms),
                              (struct model_random){next_id, next_token, NULL});
    return 0;
}

static int teardown(void **state)
{
    organization_free(*state);
    return 0;
}

static bool create(struct organization *o, const char *name, const char *secret, int64_t life_ms)
{
    char given[TOKEN_MAX_LENGTH + 1];
    struct token_wish wish = {.name = name, .secret = secret, .life_ms = life_ms, .scopes = SCOPE_ALL};
    return token_create(o, &wish, given, NULL, NULL);
}

static bool rotate(struct organization *o, const char *name, const char *secret, bool keep_old)
{
    char given[TOKEN_MAX_LENGTH + 1];
    struct token_wish wish = {.name = name, .secret = secret, .keep_old = keep_old};
    return token_rotate(o, &wish, given, NULL, NULL);
}

static void nothing_is_no_token(void **state)
{
    struct organization *o = *state;
    assert_false(token_valid(o, "x"));
    assert_true(create(o, "a", "one", 0));
    assert_false(token_valid(o, ""));
    assert_false(token_valid(o, NULL));
    assert_false(token_valid(o, "on"));
    assert_false(token_valid(o, "one "));
    assert_true(token_valid(o, "one"));
}

static void without_chance_there_is_no_way_in(void **state)
{
    struct organization *o = *state;
    o->random.token = no_token;
    assert_true(create(o, "a", NULL, 0));
    assert_false(token_valid(o, ""));
}

static void a_name_has_one_current_and_one_previous_secret(void **state)
{
    struct organization *o = *state;
    assert_true(create(o, TOKEN_DEFAULT, "one", 0));
    assert_true(rotate(o, TOKEN_DEFAULT, "two", true));
    assert_true(token_valid(o, "one") && token_valid(o, "two"));
    assert_true(rotate(o, TOKEN_DEFAULT, "three", true));
    assert_false(token_valid(o, "one"));
    assert_true(token_valid(o, "two") && token_valid(o, "three"));
    assert_true(rotate(o, TOKEN_DEFAULT, "four", false));
    assert_false(token_valid(o, "two") || token_valid(o, "three"));
    assert_int_equal(o->scim_tokens.count, 1);
}

static void names_are_capped(void **state)
{
    struct organization *o = *state;
    struct model_failure failure;
    char name[16], secret[TOKEN_MAX_LENGTH + 1];
    for (unsigned i = 0; i < MODEL_LIMITS_TOKENS; i++) {
        (void)snprintf(name, sizeof name, "t%u", i);
        assert_true(create(o, name, NULL, 0));
        assert_true(rotate(o, name, NULL, true)); /* a previous one takes no place */
    }
    struct token_wish wish = {.name = "more", .scopes = SCOPE_ALL};
    assert_false(token_create(o, &wish, secret, NULL, &failure));
    assert_int_equal(model_failure_status(&failure), 409);
    assert_string_equal(failure.code, "tooMany");
    assert_false(rotate(o, TOKEN_DEFAULT, NULL, false)); /* which would make it */
    assert_true(token_revoke_name(o, "t7", NULL));
    assert_true(create(o, "more", NULL, 0));
}

static void expiry_is_exact(void **state)
{
    struct organization *o = *state;
    assert_true(create(o, "a", "one", 500));
    now_ms = 1499;
    assert_true(token_valid(o, "one"));
    now_ms = 1500;
    assert_false(token_valid(o, "one"));
    assert_non_null(token_find(o, "one"));
    assert_true(token_expired(o, token_find(o, "one")));
}

static void the_shape_of_tokens(void **state)
{
    UNUSED(state);
    char text[TOKEN_MAX_LENGTH + 2];
    memset(text, 'x', sizeof text);
    text[TOKEN_MAX_LENGTH + 1] = '\0';
    assert_false(token_well_formed(text));
    text[TOKEN_MAX_LENGTH] = '\0';
    assert_true(token_well_formed(text));
    assert_false(token_well_formed(""));
    assert_false(token_well_formed("a b"));
    assert_false(token_well_formed("a\tb"));
    assert_false(token_well_formed("\xc3\xa4"));
    assert_true(token_well_formed("!~"));
}

static void scopes_as_words(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    unsigned scopes = 0;
    assert_true(scope_read(arena, "scim.write", &scopes));
    assert_int_equal(scopes, SCOPE_WRITE);
    assert_true(scope_read(arena, "scim.write scim.read", &scopes));
    assert_int_equal(scopes, SCOPE_ALL);
    assert_string_equal(scope_text(scopes), "scim.read scim.write");
    scopes = 7;
    assert_false(scope_read(arena, "", &scopes));
    assert_false(scope_read(arena, "scim.read  scim.write", &scopes));
    assert_false(scope_read(arena, "scim.read admin", &scopes));
    assert_false(scope_read(arena, "SCIM.READ", &scopes)); /* RFC 6749 §3.3: case-sensitive */
    assert_int_equal(scopes, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_no_token, setup, teardown),
        cmocka_unit_test_setup_teardown(without_chance_there_is_no_way_in, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_has_one_current_and_one_previous_secret, setup, teardown),
        cmocka_unit_test_setup_teardown(names_are_capped, setup, teardown),
        cmocka_unit_test_setup_teardown(expiry_is_exact, setup, teardown),
        cmocka_unit_test(the_shape_of_tokens),
        cmocka_unit_test(scopes_as_words),
    };
    return tap_run("tokens", tests);
}
