#include "common/base.h"
#include "reference-server/scim/match.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"

#include <string.h>

struct scim_matcher {
    enum scim_filter_kind kind;
    const struct scim_matcher *left, *right;
    struct scim_place place; /* attribute NULL and extension NULL: the type has no such attribute, so there is no value */
    const struct scim_attribute *leaf; /* what is compared; NULL for a container */
    enum scim_operator op;             /* never ne: that is the negation of eq, and `eq null` of pr */
    bool negated;
    const char *text; /* the literal, folded unless case_exact */
    int64_t instant;
    double number;
    bool truth;
    bool assumed; /* an element without the value counts as false: primary (RFC 7643 §2.4) */
};

/* --- compiling --- */

struct compiler {
    struct arena *arena;
    const struct scim_resource_type *type; /* for a resource, else NULL */
    const struct scim_attribute *element;  /* for the elements of this attribute, else NULL */
    struct scim_error *err;
};

static const struct scim_matcher *compile(const struct compiler *c, const struct scim_filter *f);

static const struct scim_matcher *refuse(const struct compiler *c, const char *name, const char *what)
{
    (void)scim_error_set(c->arena, c->err, 400, SCIM_INVALID_FILTER, "%s %s", name, what);
    return NULL;
}

static void resolve(const struct compiler *c, const char *name, struct scim_place *out)
{
    *out = (struct scim_place){0};
    if (c->element != NULL)
        out->attribute = scim_schema_sub(c->element, name);
    else if (!scim_schema_resolve(c->type, name, out))
        *out = (struct scim_place){0};
    const struct scim_attribute *leaf = scim_schema_leaf(out);
    if (leaf != NULL && (scim_schema_is_hidden(leaf) || scim_schema_is_hidden(out->attribute)))
        *out = (struct scim_place){0};
}

static bool is_text(enum scim_type type)
{
    return type == SCIM_STRING || type == SCIM_REFERENCE;
}

/* Whether the operator means something for values of the type (RFC 7644 §3.4.2.2, Table 3). */
static bool fits_operator(enum scim_type type, enum scim_operator op)
{
    if (op == SCIM_EQ || op == SCIM_PR)
        return true;
    if (op == SCIM_CO || op == SCIM_SW || op == SCIM_EW)
        return is_text(type);
    return type != SCIM_BOOLEAN && type != SCIM_BINARY;
}

static bool read_literal(const struct compiler *c, const json *value, struct scim_matcher *m)
{
    const char *text = json_text(value);
    switch (m->leaf->type) {
    case SCIM_BOOLEAN:
        m->truth = json_true(value);
        return json_is(value, JSON_BOOL);
    case SCIM_DECIMAL:
    case SCIM_INTEGER:
        m->number = json_number(value);
        return json_is(value, JSON_NUMBER);
    case SCIM_DATETIME:
        return text != NULL && time_parse(text, &m->instant);
    case SCIM_STRING:
    case SCIM_REFERENCE:
    case SCIM_BINARY:
        m->text = text == NULL || m->leaf->case_exact ? text : unicode_fold(c->arena, text);
        return text != NULL;
    case SCIM_COMPLEX:
        return false;
    }
    return false;
}

static bool in_element(const struct compiler *c, const struct scim_matcher *m)
{
    return c->element != NULL ? c->element->multi_valued : m->place.sub != NULL && m->place.attribute->multi_valued;
}

/* " op value" about the place: a plain comparison, or what stands behind a value path. */
static const struct scim_matcher *compile_comparison(const struct compiler *c, const struct scim_filter *f,
                                                     struct scim_matcher *m)
{
    bool null = f->op != SCIM_PR && json_type(f->value) == JSON_NULL;
    m->leaf = scim_schema_leaf(&m->place);
    m->negated = f->op == SCIM_NE;
    m->op = f->op == SCIM_NE ? SCIM_EQ : f->op;
    if (null) { /* unassigned and null are the same (RFC 7643 §2.5) */
        if (m->op != SCIM_EQ)
            return refuse(c, f->name, "can be compared with null by eq and ne only");
        m->op = SCIM_PR;
        m->negated = !m->negated;
    }
    if (m->op == SCIM_PR || (m->leaf == NULL && m->place.extension == NULL))
        return m;
    if (m->leaf != NULL && m->leaf->type == SCIM_COMPLEX && m->place.sub == NULL) {
        m->place.sub = scim_schema_sub(m->leaf, "value");
        m->leaf = m->place.sub;
    }
    if (m->leaf != NULL && scim_schema_is_hidden(m->leaf)) {
        m->place = (struct scim_place){0};
        return m;
    }
    if (m->leaf == NULL || m->leaf->type == SCIM_COMPLEX)
        return refuse(c, f->name, "is complex: compare one of its sub-attributes");
    if (!fits_operator(m->leaf->type, m->op))
        return refuse(c, f->name, "can't be compared by this operator");
    if (!read_literal(c, f->value, m))
        return refuse(c, f->name, "can't have a value like the one it is compared with");
    m->assumed = in_element(c, m) && m->leaf->type == SCIM_BOOLEAN && text_equal(m->leaf->name, "primary");
    return m;
}

static const struct scim_matcher *compile_value_path(const struct compiler *c, const struct scim_filter *f,
                                                     struct scim_matcher *m)
{
    const struct scim_attribute *attribute = m->place.attribute;
    if (m->place.sub != NULL || (attribute == NULL && m->place.extension != NULL) ||
        (attribute != NULL && attribute->type != SCIM_COMPLEX))
        return refuse(c, f->name, "is not complex, so its elements can't be selected");
    if (attribute == NULL) { /* no such attribute: nothing matches, as for a plain comparison */
        m->kind = SCIM_FILTER_COMPARE;
        return f->sub != NULL ? compile_comparison(c, f, m) : (m->op = SCIM_PR, m);
    }
    struct compiler inner = {.arena = c->arena, .element = attribute, .err = c->err};
    if ((m->left = compile(&inner, f->left)) == NULL || f->sub == NULL)
        return m->left != NULL ? m : NULL;
    struct scim_matcher *behind = arena_alloc(c->arena, sizeof *behind);
    behind->kind = SCIM_FILTER_COMPARE;
    resolve(&inner, f->sub, &behind->place);
    if (compile_comparison(&inner, f, behind) == NULL)
        return NULL;
    m->negated = behind->negated; /* `ne` speaks about all selected elements, so it is turned round outside */
    behind->negated = false;
    m->right = behind;
    return m;
}

static const struct scim_matcher *compile(const struct compiler *c, const struct scim_filter *f)
{
    struct scim_matcher *m = arena_alloc(c->arena, sizeof *m);
    m->kind = f->kind;
    switch (f->kind) {
    case SCIM_FILTER_OR:
    case SCIM_FILTER_AND:
        m->left = compile(c, f->left);
        m->right = m->left != NULL ? compile(c, f->right) : NULL;
        return m->right != NULL ? m : NULL;
    case SCIM_FILTER_NOT:
        m->left = compile(c, f->left);
        return m->left != NULL ? m : NULL;
    case SCIM_FILTER_COMPARE:
        /* RFC 7644 §3.4.2.2: what stands in brackets is about sub-attributes of the parent. */
        if (c->element != NULL && scim_schema_sub(c->element, f->name) == NULL)
            return refuse(c, f->name, arena_printf(c->arena, "is no sub-attribute of %s", c->element->name));
        resolve(c, f->name, &m->place);
        return compile_comparison(c, f, m);
    case SCIM_FILTER_VALUE_PATH:
        if (c->element != NULL)
            return refuse(c, f->name, "is inside a value path, where no other may stand");
        resolve(c, f->name, &m->place);
        return compile_value_path(c, f, m);
    }
    return NULL;
}

bool scim_match_compile(struct arena *arena, const struct scim_resource_type *type, const struct scim_filter *filter,
                        const struct scim_matcher **out, struct scim_error *err)
{
    struct compiler c = {.arena = arena, .type = type, .err = err};
    const struct scim_matcher *m = compile(&c, filter);
    if (m != NULL)
        *out = m;
    return m != NULL;
}

bool scim_match_compile_element(struct arena *arena, const struct scim_attribute *attribute, const struct scim_filter *filter,
                                const struct scim_matcher **out, struct scim_error *err)
{
    struct compiler c = {.arena = arena, .element = attribute, .err = err};
    const struct scim_matcher *m = compile(&c, filter);
    if (m != NULL)
        *out = m;
    return m != NULL;
}

const char *scim_match_value(const struct scim_matcher *m)
{
    if (m->kind == SCIM_FILTER_AND) {
        const char *value = scim_match_value(m->left);
        return value != NULL ? value : scim_match_value(m->right);
    }
    bool equality =
        m->kind == SCIM_FILTER_COMPARE && m->op == SCIM_EQ && !m->negated && m->leaf != NULL && is_text(m->leaf->type);
    return equality && text_equal(m->leaf->name, "value") ? m->text : NULL;
}

/* --- comparing --- */

/* Text in the form it is compared by. Most is short and ASCII, and then a buffer on the stack does; *scratch holds what is not. */
struct folder {
    char small[256];
    struct arena *scratch;
};

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static const char *fold(struct folder *f, const char *text)
{
    size_t n = 0;
    for (; text[n] != '\0' && n < sizeof f->small - 1 && (unsigned char)text[n] < 0x80; n++)
        f->small[n] = lower(text[n]);
    f->small[n] = '\0';
    if (text[n] == '\0')
        return f->small;
    f->scratch = arena_new();
    return unicode_fold(f->scratch, text);
}

static bool decide(enum scim_operator op, int order)
{
    return op == SCIM_EQ   ? order == 0
           : op == SCIM_GT ? order > 0
           : op == SCIM_GE ? order >= 0
           : op == SCIM_LT ? order < 0
                           : order <= 0;
}

/* Most values are told apart by their first ASCII letters, without folding: no later letter can make those equal. */
static bool surely_differs(const struct scim_matcher *m, const char *text)
{
    const char *wanted = m->text;
    if (m->op != SCIM_EQ && m->op != SCIM_SW)
        return false;
    for (; (unsigned char)*text < 0x80 && (unsigned char)*wanted < 0x80; text++, wanted++) {
        if (lower(*text) != *wanted)
            return *wanted != '\0' || m->op == SCIM_EQ;
        if (*text == '\0')
            return false;
    }
    return false;
}

static bool compare_text(const struct scim_matcher *m, const char *text)
{
    if (!m->leaf->case_exact && surely_differs(m, text))
        return false;
    struct folder folder = {.scratch = NULL};
    const char *value = m->leaf->case_exact ? text : fold(&folder, text);
    bool yes = m->op == SCIM_CO   ? strstr(value, m->text) != NULL
               : m->op == SCIM_SW ? text_starts(value, m->text)
               : m->op == SCIM_EW ? text_ends(value, m->text)
                                  : decide(m->op, strcmp(value, m->text));
    arena_free(folder.scratch);
    return yes;
}

/* Something that counts as a value (RFC 7643 §2.5): not null, not empty, and not made of such. */
static bool is_present(const json *value, int depth)
{
    switch (json_type(value)) {
    case JSON_NULL:
        return false;
    case JSON_BOOL:
    case JSON_NUMBER:
        return true;
    case JSON_STRING:
        return *json_text(value) != '\0';
    case JSON_ARRAY:
    case JSON_OBJECT:
        for (const json *n = json_first(value); n != NULL && depth < 8; n = json_next(n))
            if (is_present(n, depth + 1))
                return true;
        return false;
    }
    return false;
}

static bool compare(const struct scim_matcher *m, const json *value)
{
    int64_t instant = 0;
    if (m->op == SCIM_PR)
        return is_present(value, 0);
    switch (m->leaf->type) {
    case SCIM_BOOLEAN:
        return json_is(value, JSON_BOOL) ? json_true(value) == m->truth : m->assumed && value == NULL && !m->truth;
    case SCIM_DECIMAL:
    case SCIM_INTEGER: {
        double number = json_number(value);
        return json_is(value, JSON_NUMBER) && decide(m->op, (number > m->number) - (number < m->number));
    }
    case SCIM_DATETIME:
        return json_text(value) != NULL && time_parse(json_text(value), &instant) &&
               decide(m->op, (instant > m->instant) - (instant < m->instant));
    case SCIM_STRING:
    case SCIM_REFERENCE:
    case SCIM_BINARY:
        return json_text(value) != NULL && compare_text(m, json_text(value));
    case SCIM_COMPLEX:
        return false;
    }
    return false;
}

/* --- walking --- */

static bool any_value(const struct scim_matcher *m, const json *node)
{
    if (!json_is(node, JSON_ARRAY) || m->op == SCIM_PR)
        return compare(m, node);
    for (const json *n = json_first(node); n != NULL; n = json_next(n))
        if (compare(m, n))
            return true;
    return false;
}

static const json *holder_of(const struct scim_place *place, const json *resource)
{
    return place->extension != NULL ? json_get(resource, place->extension->id) : resource;
}

static bool match_comparison(const struct scim_matcher *m, const json *resource)
{
    const json *holder = holder_of(&m->place, resource);
    if (m->place.attribute == NULL)
        return m->place.extension != NULL && m->op == SCIM_PR && is_present(holder, 0);
    const json *node = json_get(holder, m->place.attribute->name);
    if (m->place.sub == NULL)
        return any_value(m, node);
    if (!json_is(node, JSON_ARRAY))
        return node != NULL && any_value(m, json_get(node, m->place.sub->name));
    for (const json *n = json_first(node); n != NULL; n = json_next(n))
        if (any_value(m, json_get(n, m->place.sub->name)))
            return true;
    return false;
}

static bool match_element(const struct scim_matcher *m, const json *element)
{
    return scim_match(m->left, element) && (m->right == NULL || scim_match(m->right, element));
}

static bool match_value_path(const struct scim_matcher *m, const json *resource)
{
    const json *node = json_get(holder_of(&m->place, resource), m->place.attribute->name);
    if (json_is(node, JSON_OBJECT))
        return match_element(m, node);
    for (const json *n = json_first(node); n != NULL; n = json_next(n))
        if (match_element(m, n))
            return true;
    return false;
}

bool scim_match(const struct scim_matcher *m, const json *resource)
{
    switch (m->kind) {
    case SCIM_FILTER_OR:
        return scim_match(m->left, resource) || scim_match(m->right, resource);
    case SCIM_FILTER_AND:
        return scim_match(m->left, resource) && scim_match(m->right, resource);
    case SCIM_FILTER_NOT:
        return !scim_match(m->left, resource);
    case SCIM_FILTER_COMPARE:
        return match_comparison(m, resource) != m->negated;
    case SCIM_FILTER_VALUE_PATH:
        return match_value_path(m, resource) != m->negated;
    }
    return false;
}

/* --- order --- */

static const json *value_part(const struct scim_attribute *a, const struct scim_attribute *sub, const json *element)
{
    if (sub == NULL)
        sub = scim_schema_sub(a, "value");
    return sub == NULL || scim_schema_is_hidden(sub) ? NULL : json_get(element, sub->name);
}

const json *scim_match_sort_value(const struct scim_place *place, const json *resource)
{
    if (place->attribute == NULL || scim_schema_is_hidden(place->attribute) || scim_schema_is_hidden(scim_schema_leaf(place)))
        return NULL; /* an order would tell what may not be read */
    const struct scim_attribute *sub = place->sub;
    const json *node = json_get(holder_of(place, resource), place->attribute->name);
    if (json_is(node, JSON_ARRAY)) {
        const json *chosen = json_first(node);
        for (const json *n = chosen; n != NULL; n = json_next(n))
            if (json_true(json_get(n, "primary"))) {
                chosen = n;
                break;
            }
        node = chosen;
    }
    if (json_is(node, JSON_OBJECT))
        node = value_part(place->attribute, sub, node);
    return is_present(node, 0) ? node : NULL;
}

static int order_values(const struct scim_attribute *leaf, const json *a, const json *b)
{
    int64_t x = 0, y = 0;
    if (json_is(a, JSON_NUMBER) && json_is(b, JSON_NUMBER))
        return (json_number(a) > json_number(b)) - (json_number(a) < json_number(b));
    if (json_is(a, JSON_BOOL) && json_is(b, JSON_BOOL))
        return json_true(a) - json_true(b);
    if (json_text(a) == NULL || json_text(b) == NULL)
        return 0;
    if (leaf->type == SCIM_DATETIME && time_parse(json_text(a), &x) && time_parse(json_text(b), &y))
        return (x > y) - (x < y);
    int order = leaf->case_exact ? strcmp(json_text(a), json_text(b)) : unicode_compare_fold(json_text(a), json_text(b));
    return (order > 0) - (order < 0);
}

int scim_match_order_values(const struct scim_place *place, bool descending, const json *a, const json *b)
{
    int order = a == NULL || b == NULL ? (a == NULL) - (b == NULL) : order_values(scim_schema_leaf(place), a, b);
    return descending ? -order : order;
}

int scim_match_order(const struct scim_place *place, bool descending, const json *a, const json *b)
{
    return scim_match_order_values(place, descending, scim_match_sort_value(place, a), scim_match_sort_value(place, b));
}
