#include "common/base.h"
#include "reference-server/scim/schema.h"

#include "tests/unit/reference-server/test_scim.h"

static const struct scim_registry *load(struct arena *arena)
{
    const struct scim_registry *registry = NULL;
    struct error err = {0};
    if (!scim_schema_load(arena, NULL, &registry, &err))
        fail_msg("%s: %s", err.where, err.message);
    return registry;
}

/* RFC 7643 section 8.7.1, with the errata: what a client may rely on. */
static void knows_the_attributes_of_the_rfc(void **state)
{
    static const struct {
        const char *schema, *path;
        enum scim_type type;
        bool multi, required, exact;
        enum scim_mutability mutability;
        enum scim_returned returned;
        enum scim_uniqueness unique;
    } rows[] = {
        {SCIM_URN_USER, "userName", SCIM_STRING, 0, 1, 0, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_SERVER},
        {SCIM_URN_USER, "name", SCIM_COMPLEX, 0, 0, 0, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_USER, "active", SCIM_BOOLEAN, 0, 0, 0, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_USER, "password", SCIM_STRING, 0, 0, 1, SCIM_WRITE_ONLY, SCIM_RETURNED_NEVER, SCIM_UNIQUE_NONE},
        {SCIM_URN_USER, "profileUrl", SCIM_REFERENCE, 0, 0, 1, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_USER, "emails", SCIM_COMPLEX, 1, 0, 0, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_USER, "emails.primary", SCIM_BOOLEAN, 0, 0, 0, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_USER, "groups", SCIM_COMPLEX, 1, 0, 0, SCIM_READ_ONLY, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_USER, "groups.value", SCIM_STRING, 0, 0, 0, SCIM_READ_ONLY, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_USER, "x509Certificates.value", SCIM_BINARY, 0, 0, 1, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_GROUP, "displayName", SCIM_STRING, 0, 1, 0, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_GROUP, "members", SCIM_COMPLEX, 1, 0, 0, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_GROUP, "members.value", SCIM_STRING, 0, 0, 0, SCIM_IMMUTABLE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_GROUP, "members.$ref", SCIM_REFERENCE, 0, 0, 1, SCIM_IMMUTABLE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_ENTERPRISE_USER, "department", SCIM_STRING, 0, 0, 0, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
        {SCIM_URN_ENTERPRISE_USER, "manager.value", SCIM_STRING, 0, 0, 1, SCIM_READ_WRITE, SCIM_RETURNED_DEFAULT,
         SCIM_UNIQUE_NONE},
        {SCIM_URN_ENTERPRISE_USER, "manager.displayName", SCIM_STRING, 0, 0, 0, SCIM_READ_ONLY, SCIM_RETURNED_DEFAULT,
         SCIM_UNIQUE_NONE},
        {SCIM_URN_SERVICE_PROVIDER_CONFIG, "patch.supported", SCIM_BOOLEAN, 0, 1, 0, SCIM_READ_ONLY, SCIM_RETURNED_DEFAULT,
         SCIM_UNIQUE_NONE},
        {SCIM_URN_RESOURCE_TYPE, "endpoint", SCIM_REFERENCE, 0, 1, 1, SCIM_READ_ONLY, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_SERVER},
        {SCIM_URN_SCHEMA, "attributes.type", SCIM_STRING, 0, 1, 0, SCIM_READ_ONLY, SCIM_RETURNED_DEFAULT, SCIM_UNIQUE_NONE},
    };
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_registry *registry = load(arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *const *parts = NULL;
        size_t count = text_split(arena, rows[i].path, '.', &parts);
        const struct scim_attribute *a = scim_schema_attribute(scim_schema_find(registry, rows[i].schema), parts[0]);
        if (count == 2)
            a = scim_schema_sub(a, parts[1]);
        if (a == NULL || a->type != rows[i].type || a->multi_valued != rows[i].multi || a->required != rows[i].required ||
            a->case_exact != rows[i].exact || a->mutability != rows[i].mutability || a->returned != rows[i].returned ||
            a->uniqueness != rows[i].unique)
            fail_msg("%s is not as RFC 7643 has it", rows[i].path);
    }
    UNUSED(state);
}

static void knows_the_common_attributes(void **state)
{
    assert_true(scim_schema_common("ID")->case_exact);
    assert_int_equal(scim_schema_common("id")->returned, SCIM_RETURNED_ALWAYS);
    assert_int_equal(scim_schema_common("id")->mutability, SCIM_READ_ONLY);
    assert_true(scim_schema_common("externalId")->case_exact);
    assert_int_equal(scim_schema_common("externalid")->mutability, SCIM_READ_WRITE);
    assert_int_equal(scim_schema_sub(scim_schema_common("meta"), "lastModified")->type, SCIM_DATETIME);
    assert_null(scim_schema_common("userName"));
    UNUSED(state);
}

static void finds_resource_types(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_registry *registry = load(arena);
    const struct scim_resource_type *user = scim_schema_type_at(registry, "/Users");
    assert_ptr_equal(user, scim_schema_type(registry, "User"));
    assert_ptr_equal(user, scim_schema_type_at(registry, "Users"));
    assert_null(scim_schema_type_at(registry, "Devices"));
    assert_string_equal(user->schema->id, SCIM_URN_USER);
    assert_string_equal(scim_schema_extension(user, SCIM_URN_ENTERPRISE_USER)->schema->name, "EnterpriseUser");
    assert_null(scim_schema_extension(scim_schema_type(registry, "Group"), SCIM_URN_ENTERPRISE_USER));
    UNUSED(state);
}

/* Every document carries what /Schemas must return: id, name, and attributes with all their characteristics (RFC 7643 section 7). */
static void documents_are_complete(void **state)
{
    static const char *const wanted[] = {"name", "type", "multiValued", "description", "required", "mutability", "returned"};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_registry *registry = load(arena);
    assert_int_equal(registry->schema_count, 6);
    for (size_t i = 0; i < registry->schema_count; i++) {
        const json *attributes = json_get(registry->schemas[i].document, "attributes");
        assert_non_null(json_get(registry->schemas[i].document, "description"));
        for (const json *n = json_first(attributes); n != NULL; n = json_next(n)) {
            for (size_t k = 0; k < ARRAY_LEN(wanted); k++)
                if (json_get(n, wanted[k]) == NULL)
                    fail_msg("%s.%s has no %s", registry->schemas[i].id, json_get_text(n, "name", "?"), wanted[k]);
            bool complex = text_equal(json_get_text(n, "type", ""), "complex");
            assert_true(complex == (json_get(n, "subAttributes") != NULL));
        }
    }
    UNUSED(state);
}

static void takes_further_extensions(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_registry *registry = NULL;
    struct scim_place place;
    struct error err = {0};
    assert_true(scim_schema_load(arena, test_parse(arena, extra_text, "extra"), &registry, &err));
    const struct scim_resource_type *user = scim_schema_type(registry, "User");
    assert_int_equal(registry->schema_count, 7);
    assert_true(scim_schema_resolve(user, "urn:example:params:scim:schemas:badge:2.0:User:colour", &place));
    assert_int_equal(place.attribute->returned, SCIM_RETURNED_ALWAYS);
    assert_int_equal(json_count(json_get(user->document, "schemaExtensions")), 2);
    UNUSED(state);
}

/* RFC 7643 section 7, mutability: values of what is writeOnly are not returned, whatever `returned` says. */
static void hides_what_is_write_only(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *text = "{\"schemas\":[{\"id\":\"urn:ex:pin\",\"attributes\":[{\"name\":\"pin\",\"mutability\":\"writeOnly\"},"
                       "{\"name\":\"hint\",\"returned\":\"never\"},{\"name\":\"label\"}]}]}";
    const struct scim_registry *registry = NULL;
    struct error err = {0};
    assert_true(scim_schema_load(arena, test_parse(arena, text, "additions"), &registry, &err));
    const struct scim_schema *schema = scim_schema_find(registry, "urn:ex:pin");
    assert_true(scim_schema_is_hidden(scim_schema_attribute(schema, "pin")));
    assert_true(scim_schema_is_hidden(scim_schema_attribute(schema, "hint")));
    assert_false(scim_schema_is_hidden(scim_schema_attribute(schema, "label")));
    UNUSED(state);
}

static void refuses_bad_extensions(void **state)
{
    static const char *const bad[] = {
        "[]",
        "{\"schemas\":[{\"name\":\"no id\"}]}",
        "{\"schemas\":[{\"id\":\"not-a-urn\",\"attributes\":[]}]}",
        "{\"schemas\":[{\"id\":\"urn:x:y\",\"attributes\":{}}]}",
        "{\"schemas\":[{\"id\":\"urn:x:y\",\"attributes\":[{\"type\":\"string\"}]}]}",
        "{\"schemas\":[{\"id\":\"urn:x:y\",\"attributes\":[{\"name\":\"a b\"}]}]}",
        "{\"schemas\":[{\"id\":\"urn:x:y\",\"attributes\":[{\"name\":\"a\"},{\"name\":\"A\"}]}]}",
        "{\"schemas\":[{\"id\":\"urn:x:y\",\"attributes\":[{\"name\":\"a\",\"type\":\"text\"}]}]}",
        "{\"schemas\":[{\"id\":\"urn:x:y\",\"attributes\":[{\"name\":\"a\",\"returned\":5}]}]}",
        "{\"schemas\":[{\"id\":\"urn:ietf:params:scim:schemas:core:2.0:User\",\"attributes\":[]}]}",
        "{\"schemas\":[{\"id\":\"urn:x:y\",\"attributes\":[]},{\"id\":\"URN:X:Y\",\"attributes\":[]}]}",
        "{\"resourceTypes\":[{\"name\":\"Device\",\"endpoint\":\"/Devices\",\"schema\":\"urn:x:y\"}]}",
        "{\"resourceTypes\":[{\"name\":\"User\",\"schemaExtensions\":[{\"schema\":\"urn:x:y\"}]}]}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        const struct scim_registry *registry = NULL;
        struct error err = {0};
        if (scim_schema_load(arena, test_parse(arena, bad[i], "bad"), &registry, &err))
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(err.code, ERROR_INVALID);
    }
    UNUSED(state);
}

/* The dot and the colons in a URN belong to it: the longest schema id wins (RFC 7644 section 3.10). */
static void splits_urns_by_the_longest_schema(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *nested = "{\"schemas\":[{\"id\":\"urn:x:base\",\"attributes\":[{\"name\":\"deep\"}]},{\"id\":\"urn:x:base:more\","
                         "\"attributes\":[{\"name\":\"a\"}]}],\"resourceTypes\":[{\"name\":\"User\",\"schemaExtensions\":["
                         "{\"schema\":\"urn:x:base\"},{\"schema\":\"urn:x:base:more\"}]}]}";
    const struct scim_registry *registry = NULL;
    struct scim_place place;
    struct error err = {0};
    assert_true(scim_schema_load(arena, test_parse(arena, nested, "extra"), &registry, &err));
    const struct scim_resource_type *user = scim_schema_type(registry, "User");
    assert_true(scim_schema_resolve(user, "urn:x:base:more:a", &place));
    assert_string_equal(scim_schema_place_name(arena, &place), "urn:x:base:more:a");
    assert_true(scim_schema_resolve(user, "urn:x:base:more", &place));
    assert_null(place.attribute);
    assert_true(scim_schema_resolve(user, "urn:x:base:deep", &place));
    assert_false(scim_schema_resolve(user, "urn:x:base:a", &place));
    UNUSED(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_attributes_of_the_rfc),
        cmocka_unit_test(knows_the_common_attributes),
        cmocka_unit_test(finds_resource_types),
        cmocka_unit_test(documents_are_complete),
        cmocka_unit_test(takes_further_extensions),
        cmocka_unit_test(hides_what_is_write_only),
        cmocka_unit_test(refuses_bad_extensions),
        cmocka_unit_test(splits_urns_by_the_longest_schema),
    };
    return tap_run("scim schema", tests);
}
