/* Bodies as the providers' documents and captures print them. */
#include "common/base.h"
#include "tests/tap.h"

#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"
#include "simulator/wire_group.h"
#include "simulator/wire_patch.h"
#include "simulator/wire_user.h"

#include <string.h>

struct fixture {
    struct arena *arena;
    struct rng rng;
    struct simulator sim;
};

static json *parse(struct arena *arena, const char *text)
{
    struct error err = {0};
    json *root = json_parse(arena, (struct bytes){text, strlen(text)}, "text", &err);
    assert_non_null(root);
    return root;
}

static void set_up(struct fixture *f, const char *dialect, const char *directory)
{
    struct error err = {0};
    *f = (struct fixture){.arena = arena_new(), .rng = rng_new(1)};
    f->sim = (struct simulator){.arena = f->arena, .dialect = dialect_find(dialect), .rng = &f->rng};
    assert_true(
        directory_load(f->arena, parse(f->arena, directory), f->sim.dialect->okta, NULL, &f->rng, &f->sim.directory, &err));
}

static const char test_user[] =
    "{\"users\":{\"t\":{\"givenName\":\"Test\",\"familyName\":\"User\",\"email\":\"test.user@okta.local\"}}}";

/* The sample of POST /Users in Okta's reference, without blanks. */
/* proves: RFC7643-2.1-02 RFC7643-3-01 RFC7643-3.1-09 RFC7643-3.1-12 RFC7643-4.1.1-01 RFC7643-2.4-01 RFC7643-2.3.2-01 */
static void okta_create_is_the_reference_sample(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "okta-template", test_user);
    f.sim.directory->users[0]->id = "00ujl29u0le5T6Aj10h7";
    json *body = wire_user_create(&f.sim, f.sim.directory->users[0]);
    const char *password = json_get_text(body, "password", "");
    assert_int_equal(strlen(password), 8);
    assert_int_equal(strspn(password, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), 8); /* no symbols */
    json_set_text(body, "password", "1mz050nq");
    assert_string_equal(json_print(f.arena, body),
                        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"test.user@okta.local\","
                        "\"name\":{\"givenName\":\"Test\",\"familyName\":\"User\"},"
                        "\"emails\":[{\"primary\":true,\"value\":\"test.user@okta.local\",\"type\":\"work\"}],"
                        "\"displayName\":\"Test User\",\"locale\":\"en-US\",\"externalId\":\"00ujl29u0le5T6Aj10h7\","
                        "\"groups\":[],\"password\":\"1mz050nq\",\"active\":true}");
    arena_free(f.arena);
}

static void okta_deactivation_is_118_bytes(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "okta-template", test_user);
    const char *body = json_print(f.arena, wire_patch_active(&f.sim, false));
    assert_string_equal(body, "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
                              "\"Operations\":[{\"op\":\"replace\",\"value\":{\"active\":false}}]}");
    assert_int_equal(strlen(body), 118);
    arena_free(f.arena);
}

/* After the capture of 2022: what the server said stays, in its order; Okta's values replace or follow. */
static void okta_merge_keeps_what_is_the_servers(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "okta-aiw",
           "{\"users\":{\"t\":{\"givenName\":\"Mona\",\"familyName\":\"Octocat\",\"email\":\"mona@acme.test\",\"department\":"
           "\"R\"}}}");
    f.sim.directory->users[0]->id = "00u1dhhb0000000000x1";
    const json *server = parse(
        f.arena, "{\"id\":\"7\",\"meta\":{\"version\":\"W/1\"},\"name\":{\"formatted\":\"Mona Octocat\",\"middleName\":null},"
                 "\"externalId\":\"x\",\"groups\":[{\"value\":\"g\"}],\"emails\":[{\"value\":\"a@b\"},{\"value\":\"c@d\"}],"
                 "\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\",\"urn:acme:Extra\"],"
                 "\"urn:acme:Extra\":{\"level\":3},\"title\":null,\"active\":false}");
    assert_string_equal(
        json_print(f.arena, wire_user_merge(&f.sim, f.sim.directory->users[0], server, NULL)),
        "{\"id\":\"7\",\"meta\":{\"version\":\"W/1\"},"
        "\"name\":{\"formatted\":\"Mona Octocat\",\"middleName\":null,\"givenName\":\"Mona\",\"familyName\":\"Octocat\"},"
        "\"externalId\":\"00u1dhhb0000000000x1\",\"groups\":[{\"value\":\"g\"}],"
        "\"emails\":[{\"primary\":true,\"value\":\"mona@acme.test\",\"type\":\"work\"}],"
        "\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\",\"urn:acme:Extra\","
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"],"
        "\"urn:acme:Extra\":{\"level\":3},\"title\":null,\"active\":false,\"userName\":\"mona@acme.test\","
        "\"displayName\":\"Mona Octocat\",\"locale\":\"en-US\","
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"department\":\"R\"}}");
    arena_free(f.arena);
}

/* A server that answers with other types than it should is written over where Okta has a value, and echoed where not. */
static void okta_merge_survives_wrong_types(void **state)
{
    UNUSED(state);
    static const char *const odd[] = {"{\"name\":\"Mona\"}",
                                      "{\"name\":[1]}",
                                      "{\"emails\":{}}",
                                      "{\"schemas\":7}",
                                      "{\"schemas\":[null,{}]}",
                                      "{\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":[]}",
                                      "{\"groups\":null}",
                                      "{}",
                                      "[]"};
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        struct fixture f;
        set_up(&f, "okta-aiw",
               "{\"users\":{\"t\":{\"givenName\":\"Mona\",\"email\":\"mona@acme.test\",\"department\":\"R\",\"manager\":\"t\","
               "\"country\":\"FR\"}}}");
        const json *body =
            wire_user_merge(&f.sim, f.sim.directory->users[0], parse(f.arena, odd[i]), parse(f.arena, "{\"title\":null}"));
        assert_string_equal(json_get_text(body, "userName", ""), "mona@acme.test");
        assert_string_equal(json_text(json_pointer(body, "/name/givenName")), "Mona");
        assert_string_equal(json_text(json_pointer(body, "/emails/0/value")), "mona@acme.test");
        arena_free(f.arena);
    }
}

static const char everything[] =
    "{\"users\":{\"t\":{\"userName\":\"t@acme.test\",\"email\":\"m@acme.test\",\"givenName\":\"G\",\"familyName\":\"F\","
    "\"displayName\":\"D\","
    "\"title\":\"T\",\"preferredLanguage\":\"fr\",\"middleName\":\"M\",\"honorificPrefix\":\"P\",\"honorificSuffix\":\"S\","
    "\"streetAddress\":\"1 A "
    "St\",\"locality\":\"L\",\"region\":\"R\",\"postalCode\":\"Z\",\"country\":\"FR\",\"phone\":\"1\",\"mobile\":\"2\","
    "\"fax\":\"3\",\"employeeNumber\":\"E\",\"department\":\"De\",\"costCenter\":\"C\",\"organization\":\"O\",\"division\":"
    "\"Di\","
    "\"nickName\":\"N\",\"locale\":\"fr-FR\",\"timezone\":\"Europe/Paris\",\"userType\":\"U\"}}}";

/* The order of Microsoft's C# data contracts, which the capture of 2024 confirms. */
/* proves: RFC7643-2.1-02 RFC7643-3-01 RFC7643-3.1-09 RFC7643-3.1-12 RFC7643-3.3-05 RFC7643-2.4-01 */
static void entra_create_has_the_contracts_order(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "entra", everything);
    assert_string_equal(
        json_print(f.arena, wire_user_create(&f.sim, f.sim.directory->users[0])),
        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\",\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:"
        "User\"],"
        "\"externalId\":\"t\",\"userName\":\"t@acme.test\",\"active\":true,"
        "\"addresses\":[{\"primary\":false,\"type\":\"work\",\"country\":\"FR\",\"locality\":\"L\",\"postalCode\":\"Z\","
        "\"region\":\"R\","
        "\"streetAddress\":\"1 A "
        "St\"}],\"displayName\":\"D\",\"emails\":[{\"primary\":true,\"type\":\"work\",\"value\":\"m@acme.test\"}],"
        "\"locale\":\"fr-FR\",\"meta\":{\"resourceType\":\"User\"},\"name\":{\"formatted\":\"G "
        "F\",\"familyName\":\"F\",\"givenName\":\"G\","
        "\"honorificPrefix\":\"P\",\"honorificSuffix\":\"S\",\"middleName\":\"M\"},\"nickName\":\"N\","
        "\"phoneNumbers\":[{\"primary\":false,\"type\":\"work\",\"value\":\"1\"},{\"primary\":false,\"type\":\"mobile\","
        "\"value\":\"2\"},"
        "{\"primary\":false,\"type\":\"fax\",\"value\":\"3\"}],\"preferredLanguage\":\"fr\",\"timezone\":\"Europe/"
        "Paris\",\"title\":\"T\","
        "\"userType\":\"U\",\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"costCenter\":\"C\",\"department\":"
        "\"De\","
        "\"division\":\"Di\",\"employeeNumber\":\"E\",\"organization\":\"O\"}}");
    arena_free(f.arena);
}

static const char customs[] =
    "{\"users\":{\"t\":{\"email\":\"t@acme.test\",\"employeeType\":\"contractor\",\"customCostCenter\":\"CC-7\"}}}";

/* In the extension's container, whose URN Microsoft's own example leaves out of schemas. */
static void entra_sends_custom_attributes(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "entra", customs);
    const json *body = wire_user_create(&f.sim, f.sim.directory->users[0]);
    assert_int_equal(json_count(json_get(body, "schemas")), 2);
    assert_string_equal(json_print(f.arena, json_get(body, URN_CUSTOM)),
                        "{\"employeeType\":\"contractor\",\"costCenter\":\"CC-7\"}");
    arena_free(f.arena);
}

/* The attribute's external namespace is the key, and a schema that is used is named. */
static void okta_sends_custom_attributes(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "okta-aiw", customs);
    const json *body = wire_user_create(&f.sim, f.sim.directory->users[0]);
    assert_string_equal(json_print(f.arena, json_get(body, "schemas")), "[\"" URN_CORE_USER "\",\"" URN_CUSTOM "\"]");
    assert_string_equal(json_print(f.arena, json_get(body, URN_CUSTOM)),
                        "{\"employeeType\":\"contractor\",\"costCenter\":\"CC-7\"}");
    arena_free(f.arena);
}

/* Somebody without a mail address: the attribute is absent, not null. */
static void entra_leaves_out_what_is_not_there(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "entra", "{\"users\":{\"t\":{\"userName\":\"t@acme.test\"}}}");
    assert_string_equal(
        json_print(f.arena, wire_user_create(&f.sim, f.sim.directory->users[0])),
        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\",\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:"
        "User\"],"
        "\"externalId\":\"t\",\"userName\":\"t@acme.test\",\"active\":true,\"meta\":{\"resourceType\":\"User\"}}");
    arena_free(f.arena);
}

/* What was created is read back without a difference, so that a faithful server gets no PATCH. */
static void entra_finds_no_difference_in_what_it_created(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "entra", everything);
    const json *stored = wire_user_create(&f.sim, f.sim.directory->users[0]);
    const json *wanted = wire_user_flat(&f.sim, f.sim.directory->users[0], true);
    assert_true(json_equal(wanted, wire_user_read(&f.sim, stored)));
    assert_null(wire_patch_user(&f.sim, wanted, wire_user_read(&f.sim, stored)));
    arena_free(f.arena);
}

/* Microsoft's compatibility page, the row "several attributes", with and without the flag. */
static void entra_differences_take_both_forms(void **state)
{
    UNUSED(state);
    const char *wanted =
        "{\"displayName\":\"Bjfe\",\"email\":\"Test@test.microsoft.com\",\"givenName\":\"Kkom\",\"familyName\":\"Unua\","
        "\"externalId\":\"Aklq\",\"employeeNumber\":\"Aklq\"}";
    const char *known = "{\"displayName\":\"-\",\"email\":\"-\",\"givenName\":\"-\",\"familyName\":\"-\",\"externalId\":\"-\","
                        "\"employeeNumber\":\"-\"}";
    struct fixture f;
    set_up(&f, "entra-flag", test_user);
    assert_string_equal(
        json_print(f.arena, wire_patch_user(&f.sim, parse(f.arena, wanted), parse(f.arena, known))),
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
        "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"Test@test.microsoft.com\"},"
        "{\"op\":\"replace\",\"value\":{\"displayName\":\"Bjfe\",\"name.givenName\":\"Kkom\",\"name.familyName\":\"Unua\","
        "\"externalId\":\"Aklq\","
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber\":\"Aklq\"}}]}");
    f.sim.dialect = dialect_find("entra");
    assert_string_equal(
        json_print(f.arena, wire_patch_user(&f.sim, parse(f.arena, wanted), parse(f.arena, known))),
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
        "{\"op\":\"Replace\",\"path\":\"displayName\",\"value\":\"Bjfe\"},"
        "{\"op\":\"Replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"Test@test.microsoft.com\"},"
        "{\"op\":\"Replace\",\"path\":\"name.givenName\",\"value\":\"Kkom\"},{\"op\":\"Replace\",\"path\":\"name.familyName\","
        "\"value\":\"Unua\"},"
        "{\"op\":\"Replace\",\"path\":\"externalId\",\"value\":\"Aklq\"},"
        "{\"op\":\"Replace\",\"path\":\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber\",\"value\":"
        "\"Aklq\"}]}");
    arena_free(f.arena);
}

/* Okta's reference: removals first, one filtered remove a member, then one add with a list. */
/* proves: RFC7643-4.1.2-19 RFC7643-4.2-04 */
static void okta_member_changes_go_in_one_patch(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "okta-template",
           "{\"users\":{\"a\":{\"userName\":\"a\"},\"b\":{\"userName\":\"test.user@okta.local\"}},\"groups\":{\"g\":{\"name\":"
           "\"G\"}}}");
    struct directory_user *a = f.sim.directory->users[0], *b = f.sim.directory->users[1];
    a->server_id = "89bb1940";
    b->server_id = "23a35c27";
    const struct member_change changes[] = {{.user = b}, {.user = a, .remove = true}};
    assert_string_equal(
        json_print(f.arena, wire_patch_members(&f.sim, f.sim.directory->groups[0], changes, 2)),
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
        "{\"op\":\"remove\",\"path\":\"members[value eq \\\"89bb1940\\\"]\"},"
        "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"23a35c27\",\"display\":\"test.user@okta.local\"}]}]}");
    arena_free(f.arena);
}

/* Legacy Entra with more than one change a request: one Remove with all the values. */
static void entra_legacy_removals_share_a_list(void **state)
{
    UNUSED(state);
    struct fixture f;
    set_up(&f, "entra",
           "{\"users\":{\"a\":{\"userName\":\"a\"},\"b\":{\"userName\":\"b\"}},\"groups\":{\"g\":{\"name\":\"G\"}}}");
    struct directory_user *a = f.sim.directory->users[0], *b = f.sim.directory->users[1];
    a->server_id = "123456";
    b->server_id = "654321";
    const struct member_change changes[] = {{.user = a, .remove = true}, {.user = b, .remove = true}};
    assert_string_equal(json_print(f.arena, wire_patch_members(&f.sim, f.sim.directory->groups[0], changes, 2)),
                        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
                        "{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"123456\"},{\"value\":\"654321\"}]}]}");
    arena_free(f.arena);
}

/* The tutorial's POST of a group; the second schema URI is a switch. */
static void entra_group_is_made_without_members(void **state)
{
    UNUSED(state);
    struct fixture f;
    struct error err = {0};
    set_up(&f, "entra", "{\"groups\":{\"g\":{\"name\":\"displayName\"}}}");
    f.sim.directory->groups[0]->id = "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159";
    assert_true(dialect_with(f.arena, f.sim.dialect, "group-schemas", "core-and-adscim", &f.sim.dialect, &err));
    assert_string_equal(json_print(f.arena, wire_group_create(&f.sim, f.sim.directory->groups[0], (struct people){NULL, 0})),
                        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\","
                        "\"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group\"],"
                        "\"externalId\":\"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159\",\"displayName\":\"displayName\",\"meta\":{"
                        "\"resourceType\":\"Group\"}}");
    arena_free(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(okta_create_is_the_reference_sample),
        cmocka_unit_test(okta_deactivation_is_118_bytes),
        cmocka_unit_test(okta_merge_keeps_what_is_the_servers),
        cmocka_unit_test(okta_merge_survives_wrong_types),
        cmocka_unit_test(entra_create_has_the_contracts_order),
        cmocka_unit_test(entra_sends_custom_attributes),
        cmocka_unit_test(okta_sends_custom_attributes),
        cmocka_unit_test(entra_leaves_out_what_is_not_there),
        cmocka_unit_test(entra_finds_no_difference_in_what_it_created),
        cmocka_unit_test(entra_differences_take_both_forms),
        cmocka_unit_test(okta_member_changes_go_in_one_patch),
        cmocka_unit_test(entra_legacy_removals_share_a_list),
        cmocka_unit_test(entra_group_is_made_without_members),
    };
    return tap_run("wire", tests);
}
