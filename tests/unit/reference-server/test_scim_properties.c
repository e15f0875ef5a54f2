/* What holds for every filter, path and patch, tried on generated ones: the seed of a failing round is in its message. */
#include "common/base.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/match.h"
#include "reference-server/scim/patch.h"
#include "reference-server/scim/path.h"

#include "common/rng.h"
#include "tests/unit/reference-server/test_scim.h"

#define ROUNDS 2000
#define BADGE  "urn:example:params:scim:schemas:badge:2.0:User"

static const char *pick(struct rng *rng, const char *const *texts, size_t count)
{
    return texts[rng_below(rng, count)];
}

#define PICK(rng, texts) pick((rng), (texts), ARRAY_LEN(texts))

/* --- generated text --- */

static const char *const blanks[] = {" ", " ", " ", "  "};
static const char *const operators[] = {"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "EQ", "Sw"};
static const char *const values[] = {"\"ada\"",
                                     "\"ADA@acme.test\"",
                                     "\"work\"",
                                     "\"\"",
                                     "\"a \\\"quoted\\\" \\\\ one\"",
                                     "\"\\u00e9 ) and (\"",
                                     "true",
                                     "false",
                                     "null",
                                     "42",
                                     "-1.5e3",
                                     "\"2026-01-02T03:04:05Z\""};
static const char *const names[] = {"userName",
                                    "USERNAME",
                                    "name.givenName",
                                    "name.familyName",
                                    "active",
                                    "title",
                                    "emails",
                                    "emails.value",
                                    "emails.type",
                                    "groups.value",
                                    "meta.lastModified",
                                    "schemas",
                                    "nothing.here",
                                    "urn:ietf:params:scim:schemas:core:2.0:User:displayName",
                                    SCIM_URN_ENTERPRISE_USER ":manager.value",
                                    BADGE ":number",
                                    BADGE ":doors"};
static const char *const subs[] = {"value", "type", "primary", "display", "TYPE"};
static const char *const lists[] = {"emails", "phoneNumbers", "groups", "urn:ietf:params:scim:schemas:core:2.0:User:emails"};

static const char *comparison(struct rng *rng, struct arena *arena, const char *name)
{
    if (rng_below(rng, 5) == 0)
        return arena_printf(arena, "%s%spr", name, PICK(rng, blanks));
    const char *operator= PICK(rng, operators), *value = PICK(rng, values);
    return arena_printf(arena, "%s%s%s %s", name, PICK(rng, blanks), operator, value);
}

/* inside: between the brackets of a value path, where no other one may stand. */
static const char *expression(struct rng *rng, struct arena *arena, int depth, bool inside)
{
    static const char *const words[] = {"and", "AND", "or", "Or"};
    uint64_t what = depth <= 0 ? 0 : rng_below(rng, 10);
    if (what < 4)
        return comparison(rng, arena, inside ? PICK(rng, subs) : PICK(rng, names));
    if (what == 9 && !inside)
        return arena_printf(arena, "%s[%s]", PICK(rng, lists), expression(rng, arena, depth - 1, true));
    const char *left = expression(rng, arena, depth - 1, inside);
    if (what == 4 || what == 9)
        return arena_printf(arena, "(%s)", left);
    if (what == 5)
        return arena_printf(arena, "not%s(%s)", rng_below(rng, 2) == 0 ? " " : "", left);
    const char *word = PICK(rng, words);
    return arena_printf(arena, "%s %s %s", left, word, expression(rng, arena, depth - 1, inside));
}

/* --- filters --- */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_tree(const struct scim_filter *a, const struct scim_filter *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->kind == b->kind && same_text(a->name, b->name) && same_text(a->sub, b->sub) && a->op == b->op &&
           (a->value == NULL ? b->value == NULL : b->value != NULL && json_equal(a->value, b->value)) &&
           same_tree(a->left, b->left) && same_tree(a->right, b->right);
}

static const struct table_case nobody = {.name = "generated"};

#define FAIL_ROUND(seed, text) fail_msg("seed %u: %s", (unsigned)(seed), (text))

/* proves: RFC7644-3.4.2.2-29 RFC7644-3.4.2.2-32 */
static void a_printed_filter_is_read_as_the_same(void **state)
{
    UNUSED(state);
    for (unsigned seed = 0; seed < ROUNDS; seed++) {
        struct arena *arena = arena_new();
        struct rng rng = rng_new(seed);
        struct scim_error err;
        const struct scim_filter *first, *second;
        const char *text = expression(&rng, arena, 4, false);
        if (!scim_filter_parse(arena, text, &first, &err))
            FAIL_ROUND(seed, text);
        const char *printed = scim_filter_print(arena, first);
        if (!scim_filter_parse(arena, printed, &second, &err) || !same_tree(first, second) ||
            strcmp(printed, scim_filter_print(arena, second)) != 0)
            FAIL_ROUND(seed, printed);
        arena_free(arena);
    }
}

/* 1, 0, or -1 when the filter means nothing for users. */
static int holds(struct scim_test *t, const char *text)
{
    const struct scim_filter *filter;
    const struct scim_matcher *matcher;
    if (!scim_filter_parse(t->arena, text, &filter, &t->err))
        fail_msg("refused: %s", text);
    return scim_match_compile(t->arena, t->type, filter, &matcher, &t->err) ? scim_match(matcher, t->resource) : -1;
}

static int both(int a, int b)
{
    return a < 0 || b < 0 ? -1 : a & b;
}

static int either(int a, int b)
{
    return a < 0 || b < 0 ? -1 : a | b;
}

static int opposite(int a)
{
    return a < 0 ? -1 : !a;
}

static void check_logic(struct scim_test *t, unsigned seed, const char *a, const char *b)
{
    int x = holds(t, arena_printf(t->arena, "(%s)", a)), y = holds(t, arena_printf(t->arena, "(%s)", b));
    const struct {
        const char *format;
        int expected;
    } laws[] = {
        {"(%s) and (%s)", both(x, y)},
        {"(%s) or (%s)", either(x, y)},
        {"not (%s) and (%s)", both(opposite(x), y)},
        {"not (%s) or (%s)", either(opposite(x), y)},
        {"not ((%s) and (%s))", opposite(both(x, y))},
        {"not ((%s) or not (%s))", opposite(either(x, opposite(y)))},
        {"title pr or (%s) and (%s)", x < 0 || y < 0 ? -1 : 1},
        {"not (title pr) and (%s) or (%s)", x < 0 ? -1 : y},
    };
    for (size_t i = 0; i < ARRAY_LEN(laws); i++) {
        const char *at = strstr(laws[i].format, "%s"), *behind = strstr(at + 2, "%s");
        const char *text = arena_printf(t->arena, "%.*s%s%.*s%s%s", (int)(at - laws[i].format), laws[i].format, a,
                                        (int)(behind - at - 2), at + 2, b, behind + 2);
        if (holds(t, text) != laws[i].expected)
            FAIL_ROUND(seed, text);
    }
}

/* proves: RFC7644-3.4.2.2-21 RFC7644-3.4.2.2-22 RFC7644-3.4.2.2-23 RFC7644-3.4.2.2-32 */
static void the_laws_of_logic_hold(void **state)
{
    UNUSED(state);
    for (unsigned seed = 0; seed < ROUNDS / 4; seed++) {
        struct scim_test t = test_begin(&nobody);
        struct rng rng = rng_new(seed);
        const char *a = expression(&rng, t.arena, 2, false), *b = expression(&rng, t.arena, 2, false);
        check_logic(&t, seed, a, b);
        test_end(&t);
    }
}

/* --- paths --- */

static const char *path(struct rng *rng, struct arena *arena)
{
    if (rng_below(rng, 2) == 0)
        return PICK(rng, names);
    const char *list = PICK(rng, lists), *filter = expression(rng, arena, 2, true);
    return rng_below(rng, 2) == 0 ? arena_printf(arena, "%s[%s]", list, filter)
                                  : arena_printf(arena, "%s[%s].%s", list, filter, PICK(rng, subs));
}

/* proves: RFC7644-3.5.2-09 */
static void a_printed_path_is_read_as_the_same(void **state)
{
    UNUSED(state);
    for (unsigned seed = 0; seed < ROUNDS; seed++) {
        struct arena *arena = arena_new();
        struct rng rng = rng_new(seed);
        struct scim_error err;
        struct scim_path first, second;
        const char *text = path(&rng, arena);
        if (!scim_path_parse(arena, text, &first, &err))
            FAIL_ROUND(seed, text);
        const char *printed = scim_path_print(arena, &first);
        if (!scim_path_parse(arena, printed, &second, &err) || !same_text(first.name, second.name) ||
            !same_text(first.sub, second.sub) || !same_tree(first.filter, second.filter) ||
            strcmp(printed, scim_path_print(arena, &second)) != 0)
            FAIL_ROUND(seed, printed);
        arena_free(arena);
    }
}

/* --- what the schema says of a resource, found out without the code that checks it --- */

static bool fits(const struct scim_attribute *attribute, const json *value);

static bool fits_one(const struct scim_attribute *attribute, const json *value)
{
    switch (attribute->type) {
    case SCIM_BOOLEAN:
        return json_is(value, JSON_BOOL);
    case SCIM_DECIMAL:
    case SCIM_INTEGER:
        return json_is(value, JSON_NUMBER);
    case SCIM_STRING:
    case SCIM_DATETIME:
    case SCIM_REFERENCE:
    case SCIM_BINARY:
        return json_is(value, JSON_STRING);
    case SCIM_COMPLEX:
        break;
    }
    for (const json *n = json_first(value); n != NULL; n = json_next(n)) {
        const struct scim_attribute *sub = scim_schema_sub(attribute, json_key(n));
        if (sub == NULL || strcmp(sub->name, json_key(n)) != 0 || !fits(sub, n))
            return false;
    }
    return json_is(value, JSON_OBJECT) && json_count(value) > 0;
}

static bool fits(const struct scim_attribute *attribute, const json *value)
{
    if (!attribute->multi_valued)
        return fits_one(attribute, value);
    size_t primaries = 0;
    for (const json *n = json_first(value); n != NULL; n = json_next(n)) {
        if (!fits_one(attribute, n))
            return false;
        primaries += json_true(json_get(n, "primary"));
    }
    return json_is(value, JSON_ARRAY) && json_count(value) > 0 && primaries <= 1;
}

static bool members_fit(const struct scim_schema *schema, const json *object)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->attributes[i].required && json_get(object, schema->attributes[i].name) == NULL)
            return false;
    for (const json *n = json_first(object); n != NULL; n = json_next(n)) {
        const struct scim_attribute *attribute = scim_schema_attribute(schema, json_key(n));
        if (attribute == NULL ? !text_starts(json_key(n), "urn:") && scim_schema_common(json_key(n)) == NULL
                              : strcmp(attribute->name, json_key(n)) != 0 || !fits(attribute, n))
            return false;
    }
    return true;
}

/* `schemas` names the core and each extension that is there, once, and nothing else. */
static bool resource_fits(const struct scim_resource_type *type, const json *resource)
{
    size_t count = 1;
    if (!members_fit(type->schema, resource))
        return false;
    for (const json *n = json_first(resource); n != NULL; n = json_next(n)) {
        if (!text_starts(json_key(n), "urn:"))
            continue;
        const struct scim_extension *extension = scim_schema_extension(type, json_key(n));
        if (extension == NULL || !json_is(n, JSON_OBJECT) || json_count(n) == 0 || !members_fit(extension->schema, n))
            return false;
        count++;
    }
    size_t named = 0;
    for (const json *n = json_first(json_get(resource, "schemas")); n != NULL; n = json_next(n))
        named += text_equal(json_text(n), type->schema->id) || json_get(resource, json_text(n)) != NULL;
    return named == count && json_count(json_get(resource, "schemas")) == count;
}

/* --- patches --- */

static const char *const user_paths[] = {"userName",
                                         "USERNAME",
                                         "title",
                                         "nickName",
                                         "active",
                                         "name",
                                         "name.givenName",
                                         "name.middleName",
                                         "emails",
                                         "emails.display",
                                         "phoneNumbers",
                                         "addresses",
                                         "roles",
                                         "id",
                                         "meta.created",
                                         "groups",
                                         "schemas",
                                         "nothing",
                                         "emails[",
                                         "displayName",
                                         SCIM_URN_ENTERPRISE_USER,
                                         SCIM_URN_ENTERPRISE_USER ":department",
                                         SCIM_URN_ENTERPRISE_USER ":manager",
                                         SCIM_URN_ENTERPRISE_USER ":manager.value",
                                         BADGE ":number",
                                         BADGE ":doors",
                                         BADGE ":validUntil"};
static const char *const group_paths[] = {"displayName",
                                          "externalId",
                                          "members",
                                          "members[value eq \"u1\"]",
                                          "members[value eq \"u2\"].value",
                                          "members[value pr]",
                                          "members[display co \"acme\"]",
                                          "id",
                                          "meta",
                                          "schemas"};
static const char *const patch_values[] = {
    "\"x\"",
    "\"\"",
    "true",
    "\"False\"",
    "null",
    "7",
    "[]",
    "{}",
    "{\"givenName\":\"G\",\"middleName\":null}",
    "[{\"value\":\"n@x.test\",\"type\":\"work\",\"primary\":true}]",
    "{\"value\":\"n@x.test\",\"primary\":true}",
    "[{\"value\":\"1\"},{\"value\":\"2\",\"type\":\"home\"}]",
    "[{\"value\":\"u1\"},{\"value\":\"u3\"}]",
    "[{\"type\":\"work\",\"country\":\"DE\"}]",
    "[\"a\",\"b\",\"a\"]",
    "\"2026-01-02T03:04:05Z\"",
    "{\"department\":\"D\",\"manager\":{\"value\":\"u2\"}}",
    "{\"title\":\"T\",\"emails\":[{\"value\":\"p@x.test\",\"primary\":true}],\"name\":{\"familyName\":\"F\"}}",
    "{\"displayName\":\"D\",\"members\":[{\"value\":\"u9\"}],\"nothing\":1}",
    "{\"" BADGE "\":{\"number\":5,\"doors\":[\"n\"]}}",
    "{\"name.givenName\":\"dotted\",\"" SCIM_URN_ENTERPRISE_USER ":department\":\"D\"}"};

/* Good ones by themselves, so that enough is accepted. */
static const char *const user_operations[] = {
    "{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"}",
    "{\"op\":\"remove\",\"path\":\"emails[type eq \\\"work\\\"]\"}",
    "{\"op\":\"add\",\"path\":\"emails\",\"value\":[{\"value\":\"n@x.test\",\"primary\":true}]}",
    "{\"op\":\"add\",\"value\":{\"emails\":[{\"value\":\"m@x.test\",\"type\":\"home\"}],\"name\":{\"middleName\":\"M\"}}}",
    "{\"op\":\"replace\",\"path\":\"name\",\"value\":{\"givenName\":\"G\"}}",
    "{\"op\":\"remove\",\"path\":\"name.givenName\"}",
    "{\"op\":\"remove\",\"path\":\"" SCIM_URN_ENTERPRISE_USER ":manager\"}",
    "{\"op\":\"remove\",\"path\":\"" SCIM_URN_ENTERPRISE_USER "\"}",
    "{\"op\":\"add\",\"path\":\"" SCIM_URN_ENTERPRISE_USER ":department\",\"value\":\"D\"}",
    "{\"op\":\"add\",\"path\":\"" BADGE ":doors\",\"value\":[\"n\",\"s\"]}",
    "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}",
    "{\"op\":\"remove\",\"path\":\"phoneNumbers.value\"}"};
static const char *const group_operations[] = {
    "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"u3\"},{\"value\":\"u1\"}]}",
    "{\"op\":\"remove\",\"path\":\"members[value eq \\\"u1\\\"]\"}", "{\"op\":\"replace\",\"path\":\"members\",\"value\":[]}",
    "{\"op\":\"replace\",\"value\":{\"displayName\":\"D\",\"members\":[{\"value\":\"u9\"}]}}"};

static const char *operation(struct rng *rng, struct arena *arena, bool user)
{
    if (rng_below(rng, 3) > 0)
        return user ? PICK(rng, user_operations) : PICK(rng, group_operations);
    static const char *const ops[] = {"add", "add", "replace", "replace", "remove", "Add", "Replace"};
    const char *op = PICK(rng, ops), *value = PICK(rng, patch_values);
    const char *where = !user ? PICK(rng, group_paths) : rng_below(rng, 3) == 0 ? path(rng, arena) : PICK(rng, user_paths);
    struct buffer b = buffer_new(0);
    buffer_printf(&b, "{\"op\":\"%s\"", op);
    if (rng_below(rng, 5) > 0) {
        buffer_add(&b, ",\"path\":");
        json_write_text(&b, where);
    }
    if (text_equal(op, "remove") ? rng_below(rng, 6) == 0 : rng_below(rng, 12) > 0)
        buffer_printf(&b, ",\"value\":%s", value);
    buffer_add(&b, "}");
    return buffer_take(&b, arena);
}

static const char *generated_patch(struct rng *rng, struct arena *arena, bool user)
{
    const char *text = operation(rng, arena, user);
    for (uint64_t more = rng_below(rng, 3); more > 0; more--)
        text = arena_printf(arena, "%s,%s", text, operation(rng, arena, user));
    return arena_printf(arena, "{\"schemas\":[\"" SCIM_URN_PATCH "\"],\"Operations\":[%s]}", text);
}

/* True when it was accepted. */
static bool patch_once(struct scim_test *t, unsigned seed, const char *text)
{
    struct scim_patch patch;
    json *out = NULL, *again = NULL, *before = json_copy(t->arena, t->resource);
    bool changed = false;
    bool good = scim_message_read_patch(t->arena, test_parse(t->arena, text, "patch"), &patch, &t->err) &&
                scim_patch_apply(t->arena, t->type, t->compat, t->resource, &patch, &out, &changed, &t->err);
    if (!json_equal(t->resource, before))
        FAIL_ROUND(seed, arena_printf(t->arena, "the original has changed by %s", text));
    if (!good && (t->err.status != 400 || t->err.scim_type == NULL || text_is_blank(t->err.detail)))
        FAIL_ROUND(seed, text);
    if (!good)
        return false;
    if (!resource_fits(t->type, out) || !scim_check_whole(t->arena, t->type, out, &t->err) ||
        !text_equal(json_get_text(out, "id", ""), json_get_text(before, "id", "")) || changed == json_equal(out, before))
        FAIL_ROUND(seed, arena_printf(t->arena, "%s makes %s", text, json_print(t->arena, out)));
    /* A PUT of it is taken, and leaves nothing out but elements that a value filter has made equal. */
    if (!scim_check_replace(t->arena, t->type, out, out, &again, &t->err) || json_count(out) != json_count(again))
        FAIL_ROUND(seed, arena_printf(t->arena, "%s makes %s, which a PUT would not keep", text, json_print(t->arena, out)));
    t->resource = out;
    return true;
}

static void patches_keep_the_schema(struct scim_compat compat, const char *type)
{
    struct table_entry fields[] = {{"type", type}};
    const struct table_case row = {.name = "generated", .fields = fields, .count = 1};
    unsigned accepted = 0;
    for (unsigned seed = 0; seed < ROUNDS / 4; seed++) {
        struct scim_test t = test_begin(&row);
        struct rng rng = rng_new(seed);
        t.compat = compat;
        for (unsigned i = 0; i < 6; i++)
            accepted += patch_once(&t, seed, generated_patch(&rng, t.arena, text_equal(type, "User")));
        test_end(&t);
    }
    assert_in_range(accepted, ROUNDS / 4, ROUNDS * 6 / 4 - ROUNDS / 4); /* both outcomes have been seen, often */
}

/* proves: RFC7644-3.5.2-11 RFC7644-3.5.2-14 RFC7644-3.5.2-23 RFC7644-3.5.2-24 */
static void what_a_patch_leaves_fits_the_schema(void **state)
{
    UNUSED(state);
    patches_keep_the_schema(SCIM_COMPAT_NONE, "User");
    patches_keep_the_schema(SCIM_COMPAT_ALL, "User");
    patches_keep_the_schema(SCIM_COMPAT_NONE, "Group");
    patches_keep_the_schema(SCIM_COMPAT_ALL, "Group");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_printed_filter_is_read_as_the_same),
        cmocka_unit_test(the_laws_of_logic_hold),
        cmocka_unit_test(a_printed_path_is_read_as_the_same),
        cmocka_unit_test(what_a_patch_leaves_fits_the_schema),
    };
    return tap_run("properties of the engine", tests);
}
