/* OAuth clients of the model: the caps, and what ends access tokens. What requests meet is in tests/tables/scim_http_auth_oauth.table. */
#include "common/base.h"

#include "reference-server/model/client.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/scope.h"
#include "reference-server/model/token.h"
#include "tests/tap.h"
#include "tests/unit/reference-server/model_random.h"

#include <stdio.h>

static int64_t now_ms;

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

static struct client *create(struct organization *o, const char *id, const char *secret)
{
    char given[CLIENT_MAX_TEXT + 1];
    const struct client *client;
    struct client_wish wish = {.id = id, .secret = secret, .scopes = SCOPE_ALL};
    assert_true(client_create(o, &wish, given, &client, NULL));
    return client_authenticate(o, client->id, given);
}

static bool good(struct organization *o, const char *secret)
{
    const struct token *token = client_token_find(o, secret);
    return token != NULL && !token_expired(o, token);
}

static void clients_are_capped(void **state)
{
    struct organization *o = *state;
    struct model_failure failure;
    char secret[CLIENT_MAX_TEXT + 1];
    const struct client *client;
    for (unsigned i = 0; i < MODEL_LIMITS_CLIENTS; i++) {
        assert_non_null(create(o, NULL, NULL));
    }
    struct client_wish wish = {.scopes = SCOPE_ALL};
    assert_false(client_create(o, &wish, secret, &client, &failure));
    assert_int_equal(model_failure_status(&failure), 409);
    assert_string_equal(failure.code, "tooMany");
}

static void the_oldest_access_token_makes_room(void **state)
{
    struct organization *o = *state;
    struct client *client = create(o, "entra", NULL), *other = create(o, "audit", NULL);
    char first[MODEL_TOKEN_SIZE], second[MODEL_TOKEN_SIZE], more[MODEL_TOKEN_SIZE], foreign[MODEL_TOKEN_SIZE];
    client_issue(o, other, SCOPE_READ, foreign);
    client_issue(o, client, SCOPE_READ, first);
    client_issue(o, client, SCOPE_READ, second);
    for (unsigned i = 2; i < CLIENT_MAX_TOKENS; i++) {
        client_issue(o, client, SCOPE_READ, more);
    }
    assert_true(good(o, first));
    client_issue(o, client, SCOPE_READ, more);
    assert_false(good(o, first));
    assert_true(good(o, second) && good(o, more) && good(o, foreign));
    assert_int_equal(client->tokens.count, CLIENT_MAX_TOKENS);
}

static void expired_access_tokens_make_room_first(void **state)
{
    struct organization *o = *state;
    struct client *client = create(o, "entra", NULL);
    char old[MODEL_TOKEN_SIZE], fresh[MODEL_TOKEN_SIZE];
    client_issue(o, client, SCOPE_ALL, old);
    now_ms += CLIENT_LIFE_MS;
    assert_false(good(o, old));
    assert_non_null(client_token_find(o, old));
    client_issue(o, client, SCOPE_ALL, fresh);
    assert_null(client_token_find(o, old));
    assert_int_equal(client->tokens.count, 1);
}

static void who_a_client_is(void **state)
{
    struct organization *o = *state;
    struct client *entra = create(o, "entra", "one-client-secret"), *audit = create(o, "audit", "one-client-secret");
    assert_ptr_equal(client_authenticate(o, "entra", "one-client-secret"), entra);
    assert_ptr_equal(client_authenticate(o, "audit", "one-client-secret"), audit);
    assert_null(client_authenticate(o, "nobody", "one-client-secret"));
    assert_null(client_authenticate(o, "entra", "two-client-secret"));
    assert_null(client_authenticate(o, "entra", ""));
    assert_null(client_authenticate(o, NULL, "one-client-secret"));
    assert_null(client_authenticate(o, "entra", NULL));
    assert_null(client_token_find(o, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(clients_are_capped, setup, teardown),
        cmocka_unit_test_setup_teardown(the_oldest_access_token_makes_room, setup, teardown),
        cmocka_unit_test_setup_teardown(expired_access_tokens_make_room_first, setup, teardown),
        cmocka_unit_test_setup_teardown(who_a_client_is, setup, teardown),
    };
    return tap_run("clients", tests);
}
