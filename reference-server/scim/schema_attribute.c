/* The attributes of a schema file, held against RFC 7643 §2 and §7. */
#include "common/base.h"

#include "reference-server/scim/schema_reader.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/scim/schema.h"
#include "reference-server/scim/schema_file.h"

#include <string.h>

/* What a type may say about itself (RFC 7643 §2.3). */
enum may { MAY_CHOOSE_CASE = 1, MAY_BE_UNIQUE = 2, MAY_SUGGEST = 4, IS_EXACT = 8 };

static const struct kind {
    const char *name;
    unsigned may;
} kinds[] = {{"string", MAY_CHOOSE_CASE | MAY_BE_UNIQUE | MAY_SUGGEST},
             {"boolean", 0},
             {"decimal", MAY_BE_UNIQUE},
             {"integer", MAY_BE_UNIQUE},
             {"dateTime", MAY_BE_UNIQUE},
             {"reference", MAY_BE_UNIQUE | IS_EXACT},
             {"binary", IS_EXACT},
             {"complex", 0}};

static const char *const members[] = {
    "name",      "type",       "multiValued", "description", "required",       "canonicalValues",
    "caseExact", "mutability", "returned",    "uniqueness",  "referenceTypes", "subAttributes"};
static const char *const mutabilities[] = {"readWrite", "readOnly", "immutable", "writeOnly"};
static const char *const returneds[] = {"default", "always", "never", "request"};
static const char *const uniquenesses[] = {"none", "server", "global"};

/* RFC 7643 §2.4: what the elements of a multi-valued attribute have unless it says otherwise. */
static const struct default_sub {
    const char *name, *type, *description, *mutability;
} default_subs[] = {{"value", "string", "The value itself.", "readWrite"},
                    {"display", "string", "A name for people to read.", "immutable"},
                    {"type", "string", "What the value is used for.", "readWrite"},
                    {"primary", "boolean", "Whether this is the preferred value; at most one is.", "readWrite"},
                    {"$ref", "reference", "The address of what the value stands for.", "readWrite"}};

/* One attribute on its way. */
struct attribute {
    const json *node;
    const struct kind *kind;
    const char *name, *mutability, *returned, *uniqueness, *description;
    bool multi_valued, required, case_exact;
    bool sub, of_element; /* a sub-attribute; of a multi-valued attribute */
};

static const char *list_of(struct arena *arena, const char *const *words, size_t count)
{
    struct buffer b = buffer_new(KIB);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&b, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i]);
    return buffer_take(&b, arena);
}

static bool read_word(const struct schema_reader *r, const json *object, const char *key, const char *const *words, size_t count,
                      const char **out)
{
    const json *node = json_get(object, key);
    const char *text = json_text(node);
    if (node == NULL)
        return true;
    for (size_t i = 0; i < count; i++)
        if (text_equal(text, words[i])) {
            *out = words[i];
            return true;
        }
    return schema_reader_refuse(r, node, arena_printf(r->arena, "write %s", list_of(r->arena, words, count)),
                                "%s is none that SCIM knows", key);
}

static bool read_type(const struct schema_reader *r, const json *node, const struct kind **out)
{
    const char *words[ARRAY_LEN(kinds)], *word = kinds[0].name;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        words[i] = kinds[i].name;
    if (!read_word(r, node, "type", words, ARRAY_LEN(words), &word))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (text_equal(word, kinds[i].name))
            *out = &kinds[i];
    return true;
}

static bool read_name(const struct schema_reader *r, const json *node, bool sub, const char **out)
{
    const char *remedy = "a letter, then letters, digits, $, - and _ (RFC 7643 section 2.1)";
    if (!schema_reader_text(r, node, "name", SCHEMA_FILE_MAX_NAME, out))
        return false;
    if (*out == NULL)
        return schema_reader_refuse(r, node, remedy, "an attribute has no name");
    if (!scim_schema_is_name(*out) || (!sub && text_equal(*out, "$ref")))
        return schema_reader_refuse(r, json_get(node, "name"), remedy, "%s is not the name of an attribute", *out);
    if (!sub && scim_schema_common(*out) != NULL)
        return schema_reader_refuse(r, json_get(node, "name"), "leave it out, or take another name",
                                    "every resource has the attribute %s already", *out);
    return true;
}

/* --- what goes with what --- */

static bool check_case(const struct schema_reader *r, const struct attribute *a)
{
    const json *node = json_get(a->node, "caseExact");
    bool exact = json_true(node);
    if (node == NULL || (a->kind->may & MAY_CHOOSE_CASE) != 0 || exact == ((a->kind->may & IS_EXACT) != 0))
        return true;
    return schema_reader_refuse(r, node, "leave caseExact out", exact ? "a %s has no letter case" : "a %s is always case-exact",
                                a->kind->name);
}

static bool check_uniqueness(const struct schema_reader *r, const struct attribute *a)
{
    if (text_equal(a->uniqueness, "none") || (a->kind->may & MAY_BE_UNIQUE) != 0)
        return true;
    return schema_reader_refuse(r, json_get(a->node, "uniqueness"), "leave uniqueness out, or give it to a sub-attribute",
                                "a %s cannot be unique", a->kind->name);
}

/* RFC 7643 §7: what is writeOnly is never returned, so anything else would not be true. */
static bool check_returned(const struct schema_reader *r, struct attribute *a)
{
    if (!text_equal(a->mutability, "writeOnly"))
        return true;
    if (json_get(a->node, "returned") != NULL && !text_equal(a->returned, "never"))
        return schema_reader_refuse(r, json_get(a->node, "returned"), "write never",
                                    "what is writeOnly is never returned (RFC 7643 section 7)");
    a->returned = "never";
    return true;
}

/* RFC 7643 §2.4: these keep their meaning wherever they appear. */
static bool check_meaning(const struct schema_reader *r, const struct attribute *a)
{
    static const char *const known[][2] = {
        {"type", "string"}, {"display", "string"}, {"primary", "boolean"}, {"$ref", "reference"}};
    for (size_t i = 0; a->of_element && i < ARRAY_LEN(known); i++) {
        if (!text_equal_nocase(a->name, known[i][0]))
            continue;
        if (!text_equal(a->kind->name, known[i][1]) || a->multi_valued)
            return schema_reader_refuse(r, a->node, "see RFC 7643 section 2.4", "the sub-attribute %s is one %s", known[i][0],
                                        known[i][1]);
    }
    return true;
}

static bool check_texts(const struct schema_reader *r, const struct attribute *a, const char *key, bool allowed, const char *of)
{
    const json *node = json_get(a->node, key);
    if (node == NULL)
        return true;
    if (!allowed)
        return schema_reader_refuse(r, node, "leave it out", "only a %s has %s", of, key);
    if (!json_is(node, JSON_ARRAY) || json_count(node) == 0)
        return schema_reader_refuse(r, node, "write a list of texts", "%s must be a list that is not empty", key);
    for (const json *n = json_first(node); n != NULL; n = json_next(n))
        if (text_is_blank(json_text(n)) || strlen(json_text(n)) > SCHEMA_FILE_MAX_TEXT)
            return schema_reader_refuse(r, n, "write a text", "%s holds something that is not a text of 1 to %d bytes", key,
                                        SCHEMA_FILE_MAX_TEXT);
    return true;
}

static bool check_lists(const struct schema_reader *r, const struct attribute *a)
{
    bool reference = text_equal(a->kind->name, "reference");
    if (!check_texts(r, a, "canonicalValues", (a->kind->may & MAY_SUGGEST) != 0, "string") ||
        !check_texts(r, a, "referenceTypes", reference, "reference"))
        return false;
    return !reference || json_get(a->node, "referenceTypes") != NULL ||
           schema_reader_refuse(r, a->node, "name resource types, external or uri (RFC 7643 section 7)",
                                "the reference %s has no referenceTypes", a->name);
}

static bool check_subs(const struct schema_reader *r, const struct attribute *a)
{
    const json *subs = json_get(a->node, "subAttributes");
    bool complex = text_equal(a->kind->name, "complex");
    if (!complex && subs != NULL)
        return schema_reader_refuse(r, subs, "make it complex, or leave them out", "a %s has no subAttributes", a->kind->name);
    if (complex && a->sub)
        return schema_reader_refuse(r, a->node, "give it a type that is not complex",
                                    "the sub-attribute %s is complex, which RFC 7643 section 2.3.8 does not allow", a->name);
    if (!complex || json_count(subs) > 0 || (subs == NULL && a->multi_valued))
        return true;
    return schema_reader_refuse(r, subs != NULL ? subs : a->node, "list them in subAttributes",
                                "%s is complex and has no subAttributes", a->name);
}

/* --- one attribute --- */

static bool read_attribute(const struct schema_reader *r, const json *node, const struct attribute *parent, struct attribute *a)
{
    *a = (struct attribute){.node = node,
                            .sub = parent != NULL,
                            .of_element = parent != NULL && parent->multi_valued,
                            .mutability = mutabilities[0],
                            .returned = returneds[0],
                            .uniqueness = uniquenesses[0],
                            .description = ""};
    return schema_reader_members(r, node, members, ARRAY_LEN(members)) && read_name(r, node, a->sub, &a->name) &&
           read_type(r, node, &a->kind) && schema_reader_bool(r, node, "multiValued", &a->multi_valued) &&
           schema_reader_text(r, node, "description", SCHEMA_FILE_MAX_TEXT, &a->description) &&
           schema_reader_bool(r, node, "required", &a->required) && schema_reader_bool(r, node, "caseExact", &a->case_exact) &&
           read_word(r, node, "mutability", mutabilities, ARRAY_LEN(mutabilities), &a->mutability) &&
           read_word(r, node, "returned", returneds, ARRAY_LEN(returneds), &a->returned) &&
           read_word(r, node, "uniqueness", uniquenesses, ARRAY_LEN(uniquenesses), &a->uniqueness) && check_case(r, a) &&
           check_uniqueness(r, a) && check_returned(r, a) && check_meaning(r, a) && check_lists(r, a) && check_subs(r, a);
}

/* All of it written out (RFC 7643 §7), but for what the type does not have. */
static json *write_attribute(const struct attribute *a)
{
    bool exact = (a->kind->may & IS_EXACT) != 0;
    json *out = json_object(NULL);
    json_set_text(out, "name", a->name);
    json_set_text(out, "type", a->kind->name);
    json_set_bool(out, "multiValued", a->multi_valued);
    json_set_text(out, "description", a->description);
    json_set_bool(out, "required", a->required);
    json_set_copy(out, "canonicalValues", json_get(a->node, "canonicalValues"));
    if (exact || (a->kind->may & MAY_CHOOSE_CASE) != 0)
        json_set_bool(out, "caseExact", exact || a->case_exact);
    json_set_text(out, "mutability", a->mutability);
    json_set_text(out, "returned", a->returned);
    if ((a->kind->may & MAY_BE_UNIQUE) != 0)
        json_set_text(out, "uniqueness", a->uniqueness);
    json_set_copy(out, "referenceTypes", json_get(a->node, "referenceTypes"));
    return out;
}

static void add_default_subs(json *out)
{
    for (size_t i = 0; i < ARRAY_LEN(default_subs); i++) {
        const struct default_sub *row = &default_subs[i];
        json *sub = json_push_object(out);
        bool reference = text_equal(row->type, "reference");
        json_set_text(sub, "name", row->name);
        json_set_text(sub, "type", row->type);
        json_set_bool(sub, "multiValued", false);
        json_set_text(sub, "description", row->description);
        json_set_bool(sub, "required", false);
        if (!text_equal(row->type, "boolean"))
            json_set_bool(sub, "caseExact", reference);
        json_set_text(sub, "mutability", row->mutability);
        json_set_text(sub, "returned", "default");
        if (!text_equal(row->type, "boolean"))
            json_set_text(sub, "uniqueness", "none");
        if (reference)
            json_push_text(json_set_array(sub, "referenceTypes"), "uri");
    }
}

/* The name is not that of an element before it, in whatever case (RFC 7643 §2.1). */
static bool is_new(const json *array, const json *node, const char *name)
{
    for (const json *n = json_first(array); n != node; n = json_next(n))
        if (text_equal_nocase(json_get_text(n, "name", ""), name))
            return false;
    return true;
}

static bool read_list(struct schema_reader *r, const json *array, const struct attribute *parent, json *out)
{
    for (const json *n = json_first(array); n != NULL; n = json_next(n)) {
        struct attribute a;
        if (++r->attributes > SCIM_SCHEMA_MAX_ATTRIBUTES)
            return schema_reader_refuse(r, n, "make several schemas of it", "a schema has at most %d attributes",
                                        SCIM_SCHEMA_MAX_ATTRIBUTES);
        if (!read_attribute(r, n, parent, &a))
            return false;
        if (!is_new(array, n, a.name))
            return schema_reader_refuse(r, json_get(n, "name"), "letter case does not tell names apart",
                                        "there are two attributes %s", a.name);
        json *one = write_attribute(&a);
        json_push(out, one);
        const json *subs = json_get(n, "subAttributes");
        if (!text_equal(a.kind->name, "complex"))
            continue;
        json *list = json_set_array(one, "subAttributes");
        if (subs == NULL)
            add_default_subs(list);
        else if (!json_is(subs, JSON_ARRAY))
            return schema_reader_refuse(r, subs, "write a list", "subAttributes must be a list of attributes");
        else if (!read_list(r, subs, &a, list))
            return false;
    }
    return true;
}

bool schema_reader_attributes(struct schema_reader *r, const json *node, json *out)
{
    r->attributes = 0;
    return read_list(r, node, NULL, out);
}
