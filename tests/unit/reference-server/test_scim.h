/* test_scim.h: what the table drivers of the SCIM engine share: the two resources that rows speak about, and how a row says what it expects.
 *
 * Fields every driver knows:
 *   type:    User (default) or Group
 *   with:    members laid over Ada or Sales before the test; null takes one away
 *   rewrites: names of rewrites that stay on, or `all`, or `none` (default: none, so that a row shows the RFC)
 *   error:   "400 invalidPath": status and scimType
 */
#ifndef TESTS_UNIT_REFERENCE_SERVER_TEST_SCIM_H
#define TESTS_UNIT_REFERENCE_SERVER_TEST_SCIM_H

#include "common/json.h"
#include "reference-server/scim/compat.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"
#include "tests/table.h"

static const char ada_text[] =
    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\",\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"]"
    ","
    "\"id\":\"u1\",\"externalId\":\"Ada-1\",\"userName\":\"ada@acme.test\",\"name\":{\"givenName\":\"Ada\",\"familyName\":"
    "\"Lovelace\"},"
    "\"displayName\":\"Ada\",\"title\":\"Engineer\",\"active\":true,"
    "\"emails\":[{\"value\":\"ada@acme.test\",\"type\":\"work\",\"primary\":true},{\"value\":\"ada@home.test\",\"type\":\"home\"}"
    "],"
    "\"phoneNumbers\":[{\"value\":\"+1 555 0100\",\"type\":\"work\"}],\"groups\":[{\"value\":\"g1\",\"display\":\"Sales\"}],"
    "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"employeeNumber\":\"7\",\"department\":\"Math\","
    "\"manager\":{\"value\":\"u9\",\"displayName\":\"Bob\"}},"
    "\"meta\":{\"resourceType\":\"User\",\"created\":\"2026-01-02T03:04:05.000Z\",\"lastModified\":\"2026-02-03T04:05:06.000Z\"}"
    "}";

static const char sales_text[] =
    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"id\":\"g1\",\"displayName\":\"Sales\","
    "\"members\":[{\"value\":\"u1\",\"display\":\"ada@acme.test\"},{\"value\":\"u2\",\"display\":\"bob@acme.test\"}],"
    "\"meta\":{\"resourceType\":\"Group\",\"created\":\"2026-01-02T03:04:05.000Z\",\"lastModified\":\"2026-02-03T04:05:06.000Z\"}"
    "}";

/* A third schema, for what the RFC's own have none of: returned request and always, immutable, integers, lists of plain text. */
static const char extra_text[] =
    "{\"schemas\":[{\"id\":\"urn:example:params:scim:schemas:badge:2.0:User\",\"name\":\"Badge\",\"attributes\":["
    "{\"name\":\"number\",\"type\":\"integer\",\"multiValued\":false,\"mutability\":\"immutable\"},"
    "{\"name\":\"secretHint\",\"type\":\"string\",\"multiValued\":false,\"returned\":\"request\"},"
    "{\"name\":\"colour\",\"type\":\"string\",\"multiValued\":false,\"returned\":\"always\"},"
    "{\"name\":\"doors\",\"type\":\"string\",\"multiValued\":true},"
    "{\"name\":\"height\",\"type\":\"decimal\",\"multiValued\":false},"
    "{\"name\":\"validUntil\",\"type\":\"dateTime\",\"multiValued\":false}]}],"
    "\"resourceTypes\":[{\"name\":\"User\",\"schemaExtensions\":[{\"schema\":"
    "\"urn:example:params:scim:schemas:badge:2.0:User\",\"required\":false}]}]}";

struct scim_test {
    struct arena *arena;
    const struct scim_registry *registry;
    const struct scim_resource_type *type;
    json *resource;
    struct scim_compat compat;
    struct scim_error err;
};

static inline json *test_parse(struct arena *arena, const char *text, const char *name)
{
    struct error err = {0};
    char message[1024];
    json *value = json_parse(arena, (struct bytes){text, strlen(text)}, name, &err);
    if (value == NULL)
        fail_msg("%s", error_text(&err, message, sizeof message));
    return value;
}

/* Lays members over an object; null takes one away. */
static inline void test_overlay(json *object, const json *over)
{
    for (const json *n = json_first(over); n != NULL; n = json_next(n))
        json_set_copy(object, json_key(n), json_type(n) == JSON_NULL ? NULL : n);
}

static inline struct scim_compat test_rewrites(struct arena *arena, const char *text)
{
    struct scim_compat compat = SCIM_COMPAT_NONE;
    const char *const *names = NULL;
    if (text == NULL || text_equal(text, "none"))
        return compat;
    if (text_equal(text, "all"))
        return SCIM_COMPAT_ALL;
    size_t count = text_split(arena, text, ' ', &names);
    for (size_t i = 0; i < count; i++)
        if (!scim_compat_switch(&compat, names[i], true))
            fail_msg("no rewrite is called %s", names[i]);
    return compat;
}

static inline struct scim_test test_begin(const struct table_case *c)
{
    struct scim_test t = {.arena = arena_new()};
    struct error err = {0};
    char message[1024];
    if (!scim_schema_load(t.arena, test_parse(t.arena, extra_text, "extra"), &t.registry, &err))
        fail_msg("%s", error_text(&err, message, sizeof message));
    const char *type = table_field(c, "type");
    t.type = scim_schema_type(t.registry, type != NULL ? type : "User");
    assert_non_null(t.type);
    t.resource = test_parse(t.arena, text_equal(t.type->name, "User") ? ada_text : sales_text, "resource");
    if (table_field(c, "with") != NULL)
        test_overlay(t.resource, test_parse(t.arena, table_field(c, "with"), "with"));
    t.compat = test_rewrites(t.arena, table_field(c, "rewrites"));
    return t;
}

static inline void test_end(struct scim_test *t)
{
    arena_free(t->arena);
}

static inline const char *test_error(struct scim_test *t)
{
    return arena_printf(t->arena, "%d %s", t->err.status, t->err.scim_type != NULL ? t->err.scim_type : "-");
}

/* good: the function under test succeeded. Checks the row's `error`; true when the row expects a result, so that the caller goes on. */
static inline bool test_outcome(const struct table_case *c, struct scim_test *t, bool good)
{
    const char *expected = table_field(c, "error");
    if (!good && expected == NULL)
        fail_msg("refused: %s: %s", test_error(t), t->err.detail);
    if (!good) {
        assert_non_null(t->err.detail);
        assert_string_equal(test_error(t), expected);
        return false;
    }
    if (expected != NULL)
        fail_msg("accepted, but should have been refused with %s", expected);
    return true;
}

/* Equal as JSON values, members in any order; shows both texts when not. */
static inline void test_same(struct scim_test *t, const json *actual, const json *expected)
{
    if (!json_equal(actual, expected))
        assert_string_equal(json_print(t->arena, actual), json_print(t->arena, expected));
}

/* The list separated by commas, as a query carries it. */
static inline struct scim_names test_names(struct scim_test *t, const char *text)
{
    struct scim_names names = {NULL, 0};
    if (text != NULL)
        names.count = text_split(t->arena, text, ',', &names.items);
    return names;
}

#endif
