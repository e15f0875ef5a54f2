/* RFC 7643 on schemas that the RFC does not print itself: what a definition leaves out, and extensions that are required. */
#include "common/base.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/project.h"

#include "tests/unit/reference-server/test_scim.h"

/* A definition of nothing but its name is a string, not required, not case exact, readWrite, returned by default, not unique. */
/* proves: RFC7643-2.2-01 RFC7643-2.2-02 RFC7643-2.2-03 RFC7643-2.2-04 RFC7643-2.2-05 RFC7643-2.2-06 */
static void what_a_definition_leaves_out_has_its_default(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_registry *registry = NULL;
    struct error err = {0};
    const json *extra = test_parse(arena, "{\"schemas\":[{\"id\":\"urn:x:y\",\"attributes\":[{\"name\":\"a\"}]}]}", "extra");
    assert_true(scim_schema_load(arena, extra, &registry, &err));
    const struct scim_attribute *a = scim_schema_attribute(scim_schema_find(registry, "urn:x:y"), "a");
    assert_non_null(a);
    assert_int_equal(a->type, SCIM_STRING);
    assert_false(a->required);
    assert_false(a->case_exact);
    assert_false(a->multi_valued);
    assert_int_equal(a->mutability, SCIM_READ_WRITE);
    assert_int_equal(a->returned, SCIM_RETURNED_DEFAULT);
    assert_int_equal(a->uniqueness, SCIM_UNIQUE_NONE);
    UNUSED(state);
}

/* The User type with the badge of test_scim.h required, and its number too. */
static struct scim_resource_type with_required_badge(struct scim_test *t, bool number)
{
    struct scim_extension *extensions = arena_array(t->arena, t->type->extension_count, sizeof *extensions);
    memcpy(extensions, t->type->extensions, t->type->extension_count * sizeof *extensions);
    struct scim_extension *badge = &extensions[t->type->extension_count - 1];
    struct scim_schema *schema = arena_alloc(t->arena, sizeof *schema);
    struct scim_attribute *attributes = arena_array(t->arena, badge->schema->count, sizeof *attributes);
    memcpy(attributes, badge->schema->attributes, badge->schema->count * sizeof *attributes);
    attributes[0].required = number;
    *schema = *badge->schema;
    schema->attributes = attributes;
    *badge = (struct scim_extension){.schema = schema, .required = true};
    struct scim_resource_type type = *t->type;
    type.extensions = extensions;
    return type;
}

static bool creates(struct scim_test *t, const struct scim_resource_type *type, const char *extension)
{
    json *out = NULL;
    const char *text = arena_printf(t->arena, "{\"schemas\":[\"%s\"],\"userName\":\"eve\"%s}", SCIM_URN_USER, extension);
    bool good = scim_check_create(t->arena, type, test_parse(t->arena, text, "body"), &out, &t->err);
    if (good) {
        const json *urn = json_next(json_first(json_get(out, "schemas")));
        assert_string_equal(json_text(urn), "urn:example:params:scim:schemas:badge:2.0:User");
    } else {
        assert_int_equal(t->err.status, 400);
        assert_string_equal(t->err.scim_type, SCIM_INVALID_VALUE);
    }
    return good;
}

/* proves: RFC7643-6-11 */
static void a_required_extension_has_to_be_there_with_what_it_requires(void **state)
{
    static const char badge[] = ",\"urn:example:params:scim:schemas:badge:2.0:User\":";
    static const struct table_case row = {.name = "required extension"};
    struct scim_test t = test_begin(&row);
    struct scim_resource_type loose = with_required_badge(&t, false), tight = with_required_badge(&t, true);
    assert_false(creates(&t, &loose, ""));
    assert_false(creates(&t, &loose, arena_printf(t.arena, "%s{}", badge)));
    assert_true(creates(&t, &loose, arena_printf(t.arena, "%s{\"colour\":\"red\"}", badge)));
    assert_false(creates(&t, &tight, arena_printf(t.arena, "%s{\"colour\":\"red\"}", badge)));
    assert_true(creates(&t, &tight, arena_printf(t.arena, "%s{\"colour\":\"red\",\"number\":5}", badge)));
    test_end(&t);
    UNUSED(state);
}

/* A schema that lists id and externalId, as 2.0 allows and 1.1 did, with characteristics of its own. */
static struct scim_resource_type with_listed_common_attributes(struct scim_test *t)
{
    struct scim_schema *schema = arena_alloc(t->arena, sizeof *schema);
    struct scim_attribute *attributes = arena_array(t->arena, t->type->schema->count + 2, sizeof *attributes);
    memcpy(attributes, t->type->schema->attributes, t->type->schema->count * sizeof *attributes);
    *schema = *t->type->schema;
    attributes[schema->count++] = (struct scim_attribute){.name = "id", .returned = SCIM_RETURNED_REQUEST};
    attributes[schema->count++] = (struct scim_attribute){.name = "externalId", .returned = SCIM_RETURNED_NEVER};
    schema->attributes = attributes;
    struct scim_resource_type type = *t->type;
    type.schema = schema;
    return type;
}

/* proves: RFC7643-3.1-05 */
static void common_attributes_keep_the_characteristics_of_the_rfc(void **state)
{
    static const struct table_case row = {.name = "common attributes"};
    struct scim_test t = test_begin(&row);
    struct scim_resource_type type = with_listed_common_attributes(&t);
    const struct scim_projection *projection = NULL;
    struct scim_place place;
    json *out = NULL;
    assert_true(scim_project_prepare(t.arena, &type, test_names(&t, NULL), test_names(&t, "id,title"), &projection, &t.err));
    const json *shown = scim_project(t.arena, &type, projection, t.resource);
    assert_string_equal(json_get_text(shown, "id", ""), "u1");            /* always */
    assert_string_equal(json_get_text(shown, "externalId", ""), "Ada-1"); /* by default */
    const char *text = "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"eve\",\"id\":\"mine\"}";
    assert_true(scim_check_create(t.arena, &type, test_parse(t.arena, text, "body"), &out, &t.err));
    assert_null(json_get(out, "id")); /* readOnly */
    assert_true(scim_schema_resolve(&type, "externalId", &place) && scim_schema_leaf(&place)->case_exact);
    assert_true(scim_schema_resolve(&type, "id", &place) && scim_schema_leaf(&place)->case_exact);
    test_end(&t);
    UNUSED(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_definition_leaves_out_has_its_default),
        cmocka_unit_test(common_attributes_keep_the_characteristics_of_the_rfc),
        cmocka_unit_test(a_required_extension_has_to_be_there_with_what_it_requires),
    };
    return tap_run("rfc 7643 engine", tests);
}
