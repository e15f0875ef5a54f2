/* Client certificates of the model: the cap, and who counts first. What requests meet is in tests/tables/scim_http_auth_certificates.table. */
#include "common/base.h"

#include "reference-server/model/certificate.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/scope.h"
#include "tests/tap.h"
#include "tests/unit/reference-server/model_random.h"

#include <stdio.h>
#include <string.h>

#define DIGITS "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

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

static void names_are_capped_and_a_removed_one_makes_room(void **state)
{
    struct organization *o = *state;
    struct model_failure failure;
    char name[32], subject[32];
    struct certificate_wish wish = {.name = name, .subject = subject, .scopes = SCOPE_ALL};
    for (unsigned i = 0; i <= CERTIFICATE_MAX; i++) {
        (void)snprintf(name, sizeof name, "name-%u", i);
        (void)snprintf(subject, sizeof subject, "CN=%u", i);
        assert_int_equal(certificate_add(o, &wish, &failure), i < CERTIFICATE_MAX);
    }
    assert_int_equal(model_failure_status(&failure), 409);
    assert_string_equal(failure.code, "tooMany");
    assert_true(certificate_remove(o, "name-7", NULL));
    assert_true(certificate_add(o, &wish, NULL));
    assert_null(certificate_find(o, DIGITS, "CN=7"));
    assert_non_null(certificate_find(o, DIGITS, subject));
}

static void what_has_no_subject_is_found_by_fingerprint_only(void **state)
{
    struct organization *o = *state;
    struct certificate_wish pinned = {.name = "pinned", .fingerprint = DIGITS, .scopes = SCOPE_READ};
    struct certificate_wish named = {.name = "named", .subject = "CN=okta", .scopes = SCOPE_WRITE};
    assert_true(certificate_add(o, &pinned, NULL));
    assert_true(certificate_add(o, &named, NULL));
    assert_string_equal(certificate_find(o, DIGITS, NULL)->name, "pinned");
    assert_string_equal(certificate_find(o, DIGITS, "CN=okta")->name, "pinned");
    assert_string_equal(certificate_find(o, "bb", "CN=okta")->name, "named");
    assert_null(certificate_find(o, "bb", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_are_capped_and_a_removed_one_makes_room, setup, teardown),
        cmocka_unit_test_setup_teardown(what_has_no_subject_is_found_by_fingerprint_only, setup, teardown),
    };
    return tap_run("client certificates of the model", tests);
}
