/* RFC 7643 sections 2, 5, 6 and 7: what every attribute of every schema that the server shows has to keep, and what many resources show. */
#include "common/base.h"

#include "common/map.h"
#include "tests/unit/reference-server/test_server_play.h"

static const int64_t now = 1795369537000; /* 2026-11-22T17:45:37Z */

struct world {
    struct play play;
    struct table_case row;
    const json *schemas; /* Resources of /Schemas */
};

static const json *get(struct world *w, const char *target)
{
    play_send(&w->play, "GET", target, (struct bytes){0});
    assert_int_equal(w->play.response.status, 200);
    w->play.body = json_parse(w->play.arena, w->play.response.body, "reply", NULL);
    assert_non_null(w->play.body);
    return w->play.body;
}

static int begin(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    *state = w;
    w->row = (struct table_case){.name = "discovery"};
    w->play = (struct play){.arena = arena_new(), .row = &w->row};
    play_start(&w->play, &now);
    w->schemas = json_get(get(w, PLAY_ROOT "/scim/v2/Schemas"), "Resources");
    assert_true(json_count(w->schemas) >= 6);
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;
    server_free(w->play.server);
    arena_free(w->play.arena);
    free(w);
    return 0;
}

/* One attribute definition in its schema; parent is NULL at the top level. */
struct definition {
    const json *schema, *parent, *self;
};

static void broken(const struct definition *d, const char *what)
{
    fail_msg("%s: %s%s%s %s", json_get_text(d->schema, "id", "?"), d->parent == NULL ? "" : json_get_text(d->parent, "name", "?"),
             d->parent == NULL ? "" : ".", json_get_text(d->self, "name", "?"), what);
}

static void visit(const json *schema, const json *parent, const json *list, void (*check)(const struct definition *d))
{
    for (const json *n = json_first(list); n != NULL; n = json_next(n)) {
        struct definition d = {schema, parent, n};
        check(&d);
        visit(schema, n, json_get(n, "subAttributes"), check);
    }
}

static void each_definition(void **state, void (*check)(const struct definition *d))
{
    const struct world *w = *state;
    for (const json *s = json_first(w->schemas); s != NULL; s = json_next(s))
        visit(s, NULL, json_get(s, "attributes"), check);
}

static const char *text(const struct definition *d, const char *key)
{
    return json_get_text(d->self, key, "");
}

static bool is(const struct definition *d, const char *type)
{
    return text_equal(text(d, "type"), type);
}

static bool one_of(const char *value, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(value, *words) == 0)
            return true;
    return false;
}

static bool is_meta_schema(const struct definition *d)
{
    return text_equal(json_get_text(d->schema, "id", ""), "urn:ietf:params:scim:schemas:core:2.0:Schema");
}

/* --- names and types --- */

static void check_simple(const struct definition *d)
{
    if (!is(d, "complex") && json_get(d->self, "subAttributes") != NULL)
        broken(d, "is simple and has sub-attributes");
}

/* proves: RFC7643-1.2-02 */
static void simple_attributes_have_no_sub_attributes(void **state)
{
    each_definition(state, check_simple);
}

static void check_name(const struct definition *d)
{
    const char *name = text(d, "name");
    size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789$-_");
    if (strcmp(name, "$ref") != 0 && (name[0] == '\0' || !isalpha((unsigned char)name[0]) || name[n] != '\0'))
        broken(d, "is no ATTRNAME");
}

/* proves: RFC7643-2.1-03 */
static void names_follow_the_grammar(void **state)
{
    each_definition(state, check_name);
}

static void check_type(const struct definition *d)
{
    static const char *const types[] = {"string",    "boolean", "decimal", "integer", "dateTime",
                                        "reference", "binary",  "complex", NULL};
    if (!one_of(text(d, "type"), types))
        broken(d, "has another type than the eight");
}

/* proves: RFC7643-2.3-01 RFC7643-7-10 */
static void types_are_the_eight(void **state)
{
    each_definition(state, check_type);
}

static void check_boolean(const struct definition *d)
{
    const char *uniqueness = json_get_text(d->self, "uniqueness", "none");
    if ((is(d, "boolean") || is(d, "complex")) && (json_true(json_get(d->self, "caseExact")) || strcmp(uniqueness, "none") != 0))
        broken(d, "has letter case or uniqueness");
}

/* proves: RFC7643-2.3.2-02 RFC7643-2.3.8-02 */
static void booleans_and_complex_ones_have_neither_case_nor_uniqueness(void **state)
{
    each_definition(state, check_boolean);
}

static void check_binary(const struct definition *d)
{
    if (is(d, "binary") && (!json_true(json_get(d->self, "caseExact")) || strcmp(text(d, "uniqueness"), "none") != 0))
        broken(d, "is binary, and not case exact, or unique");
}

/* proves: RFC7643-2.3.6-04 */
static void binary_ones_are_case_exact_and_not_unique(void **state)
{
    each_definition(state, check_binary);
}

static void check_reference(const struct definition *d)
{
    if (!is(d, "reference"))
        return;
    if (!json_true(json_get(d->self, "caseExact")))
        broken(d, "is a reference and not case exact");
    if (json_count(json_get(d->self, "referenceTypes")) == 0)
        broken(d, "does not say what it refers to");
}

/* proves: RFC7643-2.3.7-03 RFC7643-2.3.7-04 */
static void references_are_case_exact_and_say_to_what(void **state)
{
    each_definition(state, check_reference);
}

static void check_reference_types(const struct definition *d)
{
    static const char *const types[] = {"User", "Group", "external", "uri", NULL};
    const json *list = json_get(d->self, "referenceTypes");
    if (list != NULL && (!is(d, "reference") || !json_is(list, JSON_ARRAY)))
        broken(d, "has referenceTypes and is no reference, or they are no array");
    for (const json *n = json_first(list); n != NULL; n = json_next(n))
        if (!one_of(json_text(n) == NULL ? "" : json_text(n), types))
            broken(d, "refers to what is no resource type, external or uri");
}

/* proves: RFC7643-7-38 RFC7643-7-39 */
static void reference_types_are_known_and_on_references_alone(void **state)
{
    each_definition(state, check_reference_types);
}

static void check_depth(const struct definition *d)
{
    if (d->parent != NULL && !is_meta_schema(d) && (is(d, "complex") || json_get(d->self, "subAttributes") != NULL))
        broken(d, "is a complex sub-attribute");
}

/* proves: RFC7643-2.3.8-03 RFC7643-7-05 */
static void sub_attributes_are_simple_but_for_the_schema_of_schemas(void **state)
{
    each_definition(state, check_depth);
}

static void check_meaning(const struct definition *d)
{
    static const char *const rows[][2] = {
        {"type", "string"}, {"primary", "boolean"}, {"display", "string"}, {"$ref", "reference"}};
    if (d->parent == NULL || !json_true(json_get(d->parent, "multiValued")))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(text(d, "name"), rows[i][0]) == 0 && !is(d, rows[i][1]))
            broken(d, "has not the type of its name's meaning");
    if (strcmp(text(d, "name"), "value") == 0 && is(d, "complex"))
        broken(d, "is a value that is complex");
}

/* proves: RFC7643-2.4-03 */
static void well_known_sub_attributes_keep_their_meaning(void **state)
{
    each_definition(state, check_meaning);
}

static bool members_display_seen;

/* Schemas may say otherwise of their own display, and those of the RFC do (section 8.7.1); what says nothing of its own is immutable. */
static void check_display(const struct definition *d)
{
    if (d->parent == NULL || strcmp(text(d, "name"), "display") != 0)
        return;
    if (*text(d, "mutability") == '\0')
        broken(d, "leaves its mutability open");
    if (strcmp(json_get_text(d->parent, "name", ""), "members") != 0)
        return;
    members_display_seen = true;
    if (strcmp(text(d, "mutability"), "immutable") != 0)
        broken(d, "is not immutable");
}

/* proves: RFC7643-2.4-06 */
static void display_is_immutable_unless_the_schema_says_otherwise(void **state)
{
    members_display_seen = false;
    each_definition(state, check_display);
    assert_true(members_display_seen);
}

/* --- characteristics --- */

static void check_words(const struct definition *d)
{
    static const char *const mutabilities[] = {"readOnly", "readWrite", "immutable", "writeOnly", NULL};
    static const char *const returns[] = {"always", "never", "default", "request", NULL};
    static const char *const uniquenesses[] = {"none", "server", "global", NULL};
    if (!one_of(text(d, "mutability"), mutabilities))
        broken(d, "has another mutability than the four");
    if (!one_of(text(d, "returned"), returns))
        broken(d, "has another returned than the four");
    if (!one_of(json_get_text(d->self, "uniqueness", "none"), uniquenesses))
        broken(d, "has another uniqueness than the three");
}

/* proves: RFC7643-7-21 RFC7643-7-27 RFC7643-7-33 RFC7643-1.1-02 */
static void keywords_are_those_of_the_rfc(void **state)
{
    each_definition(state, check_words);
}

static void check_shape(const struct definition *d)
{
    if (!json_is(json_get(d->self, "multiValued"), JSON_BOOL))
        broken(d, "does not say whether it is multi-valued");
    if (!json_is(json_get(d->self, "required"), JSON_BOOL))
        broken(d, "does not say whether it is required");
    if (text_is_blank(text(d, "description")))
        broken(d, "has no description");
    if (is(d, "complex") && json_count(json_get(d->self, "subAttributes")) == 0)
        broken(d, "is complex without sub-attributes");
    if (is(d, "string") && !json_is(json_get(d->self, "caseExact"), JSON_BOOL))
        broken(d, "does not say whether case counts");
}

/* Sub-attributes are visited by the same check.
 * What is required is enforced by cases of rfc7643_people.table. */
/* proves: RFC7643-7-11 RFC7643-7-12 RFC7643-7-13 RFC7643-7-14 RFC7643-7-15 */
static void definitions_are_whole(void **state)
{
    each_definition(state, check_shape);
}

static void check_siblings(const struct definition *d)
{
    const json *siblings =
        json_get(d->parent == NULL ? d->schema : d->parent, d->parent == NULL ? "attributes" : "subAttributes");
    int same = 0;
    if (*text(d, "name") == '\0')
        broken(d, "has no name");
    for (const json *n = json_first(siblings); n != NULL; n = json_next(n))
        same += text_equal_nocase(json_get_text(n, "name", ""), text(d, "name"));
    if (same != 1)
        broken(d, "has the name of another");
}

/* proves: RFC7643-7-09 */
static void every_attribute_has_a_name_of_its_own(void **state)
{
    each_definition(state, check_siblings);
}

/* --- schemas as resources --- */

/* proves: RFC7643-7-03 RFC7643-7-04 RFC7643-7-06 RFC7643-7-07 RFC7643-7-08 */
static void schemas_are_resources_with_their_uri_as_id(void **state)
{
    const struct world *w = *state;
    for (const json *s = json_first(w->schemas); s != NULL; s = json_next(s)) {
        const char *id = json_get_text(s, "id", "");
        assert_true(text_starts(id, "urn:"));
        assert_string_equal(json_text(json_first(json_get(s, "schemas"))), "urn:ietf:params:scim:schemas:core:2.0:Schema");
        assert_int_equal(json_count(json_get(s, "schemas")), 1);
        assert_false(text_is_blank(json_get_text(s, "name", "")));
        assert_false(text_is_blank(json_get_text(s, "description", "")));
        for (const json *other = json_next(s); other != NULL; other = json_next(other))
            assert_false(text_equal_nocase(id, json_get_text(other, "id", "")));
    }
}

static const json *schema_of(const struct world *w, const char *id)
{
    for (const json *s = json_first(w->schemas); s != NULL; s = json_next(s))
        if (text_equal(json_get_text(s, "id", ""), id))
            return s;
    return NULL;
}

/* proves: RFC7643-3.2-01 RFC7643-6-07 RFC7643-6-09 RFC7643-6-10 */
static void every_resource_type_has_its_schemas(void **state)
{
    struct world *w = *state;
    for (const json *t = json_first(json_get(get(w, PLAY_ROOT "/scim/v2/ResourceTypes"), "Resources")); t != NULL;
         t = json_next(t)) {
        assert_non_null(schema_of(w, json_get_text(t, "schema", "")));
        for (const json *e = json_first(json_get(t, "schemaExtensions")); e != NULL; e = json_next(e)) {
            assert_non_null(schema_of(w, json_get_text(e, "schema", "")));
            assert_true(json_is(json_get(e, "required"), JSON_BOOL));
        }
    }
}

/* proves: RFC7643-3.3-03 RFC7643-3.3-04 */
static void extensions_define_nothing_anew_and_are_written_alike(void **state)
{
    struct world *w = *state;
    const json *core = schema_of(w, "urn:ietf:params:scim:schemas:core:2.0:User");
    const json *extension = schema_of(w, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User");
    static const char *const common[] = {"id", "externalId", "meta", "schemas", NULL};
    for (const json *n = json_first(json_get(extension, "attributes")); n != NULL; n = json_next(n)) {
        const char *name = json_get_text(n, "name", "");
        assert_true(islower((unsigned char)name[0]));
        assert_null(strpbrk(name, "_-$ "));
        assert_false(one_of(name, common));
        for (const json *c = json_first(json_get(core, "attributes")); c != NULL; c = json_next(c))
            assert_false(text_equal_nocase(name, json_get_text(c, "name", "")));
    }
}

/* --- many resources --- */

#define MANY 1100 /* more than one page may have */

static const char *create(struct world *w, const char *target, const char *body)
{
    play_send(&w->play, "POST", target, (struct bytes){body, strlen(body)});
    assert_int_equal(w->play.response.status, 201);
    return json_get_text(json_parse(w->play.arena, w->play.response.body, "reply", NULL), "id", "");
}

/* proves: RFC7643-3.1-07 RFC7643-3.1-10 RFC7643-3.1-11 RFC7643-5-10 */
static void ids_are_unique_over_all_types_and_pages_keep_the_maximum(void **state)
{
    struct world *w = *state;
    struct map *seen = map_new();
    static int mark;
    for (int i = 0; i < MANY; i++) {
        bool group = i % 4 == 0;
        const char *core = group ? "Group\"],\"displayName" : "User\"],\"userName";
        const char *text =
            arena_printf(w->play.arena, "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:%s\":\"n%d\"}", core, i);
        const char *id = create(w, group ? PLAY_ROOT "/scim/v2/Groups" : PLAY_ROOT "/scim/v2/Users", text);
        assert_true(strlen(id) > 0);
        assert_null(map_get(seen, id));
        map_set(seen, id, &mark);
        for (const char *p = id; *p != '\0'; p++)
            assert_false(text_starts_nocase(p, "bulkId"));
    }
    map_free(seen);
    const json *config = get(w, PLAY_ROOT "/scim/v2/ServiceProviderConfig");
    int64_t most;
    assert_true(json_integer(json_get(json_get(config, "filter"), "maxResults"), &most));
    assert_true(most < MANY);
    const json *list = get(w, PLAY_ROOT "/scim/v2/?count=5000");
    assert_int_equal(json_count(json_get(list, "Resources")), most);
}

/* proves: RFC7643-3.1-11 */
static void letters_of_an_id_in_a_path_count(void **state)
{
    struct world *w = *state;
    const char *id = create(w, PLAY_ROOT "/scim/v2/Users",
                            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ada\"}");
    char *upper = arena_strdup(w->play.arena, id);
    for (char *p = upper; *p != '\0'; p++)
        *p = (char)toupper((unsigned char)*p);
    assert_string_not_equal(id, upper);
    (void)get(w, arena_printf(w->play.arena, PLAY_ROOT "/scim/v2/Users/%s", id));
    play_send(&w->play, "GET", arena_printf(w->play.arena, PLAY_ROOT "/scim/v2/Users/%s", upper), (struct bytes){0});
    assert_int_equal(w->play.response.status, 404);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(simple_attributes_have_no_sub_attributes),
        TEST(names_follow_the_grammar),
        TEST(types_are_the_eight),
        TEST(booleans_and_complex_ones_have_neither_case_nor_uniqueness),
        TEST(binary_ones_are_case_exact_and_not_unique),
        TEST(references_are_case_exact_and_say_to_what),
        TEST(reference_types_are_known_and_on_references_alone),
        TEST(sub_attributes_are_simple_but_for_the_schema_of_schemas),
        TEST(well_known_sub_attributes_keep_their_meaning),
        TEST(display_is_immutable_unless_the_schema_says_otherwise),
        TEST(keywords_are_those_of_the_rfc),
        TEST(definitions_are_whole),
        TEST(every_attribute_has_a_name_of_its_own),
        TEST(schemas_are_resources_with_their_uri_as_id),
        TEST(every_resource_type_has_its_schemas),
        TEST(extensions_define_nothing_anew_and_are_written_alike),
        TEST(ids_are_unique_over_all_types_and_pages_keep_the_maximum),
        TEST(letters_of_an_id_in_a_path_count),
    };
    int table = tap_table("rfc 7643 discovery", "tests/tables/rfc7643_discovery.table", play_row);
    return tap_run("rfc 7643 discovery of everything", tests) != 0 || table != 0;
}
