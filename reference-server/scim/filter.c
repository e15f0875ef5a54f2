#include "common/base.h"
#include "reference-server/scim/filter.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/limits.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/path.h"

#include <string.h>

static const char *const operator_names[] = {
#define X(name, text) [name] = text,
    SCIM_OPERATORS(X)
#undef X
};

const char *scim_filter_operator_name(enum scim_operator op)
{
    return operator_names[op];
}

/* --- parser: or → and → factor → term, one function each --- */

struct parser {
    struct arena *arena;
    const struct scim_limits *limits;
    const char *text;
    size_t at;
    size_t depth;
    size_t terms;
    bool in_brackets;
    struct scim_error *err;
};

static const struct scim_filter *parse_or(struct parser *p);

/* Refuses with the position, counted from 1; returns NULL for the callers that give a filter. */
static const struct scim_filter *refuse(struct parser *p, size_t at, const char *what)
{
    (void)scim_error_set(p->arena, p->err, 400, SCIM_INVALID_FILTER, "the filter is wrong at %zu: %s", at + 1, what);
    return NULL;
}

static const struct scim_filter *refuse_limit(struct parser *p, size_t limit, const char *what)
{
    return refuse(p, p->at, arena_printf(p->arena, "more than %zu %s", limit, what));
}

static void skip_blanks(struct parser *p)
{
    while (p->text[p->at] == ' ')
        p->at++;
}

static size_t word_length(const char *text)
{
    size_t n = 0;
    while ((text[n] >= 'a' && text[n] <= 'z') || (text[n] >= 'A' && text[n] <= 'Z') || (text[n] >= '0' && text[n] <= '9') ||
           (text[n] != '\0' && strchr("-_.:$", text[n]) != NULL))
        n++;
    return n;
}

static bool word_is(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && text_starts_nocase(text, word);
}

/* Takes " keyword " between two operands; leaves the position alone when another word stands there. */
static bool take_keyword(struct parser *p, const char *keyword)
{
    size_t at = p->at;
    while (p->text[at] == ' ')
        at++;
    size_t n = word_length(p->text + at);
    if (at == p->at || !word_is(p->text + at, n, keyword) || p->text[at + n] != ' ')
        return false;
    p->at = at + n;
    skip_blanks(p);
    return true;
}

static struct scim_filter *new_node(struct parser *p, enum scim_filter_kind kind, const struct scim_filter *left,
                                    const struct scim_filter *right)
{
    struct scim_filter *node = arena_alloc(p->arena, sizeof *node);
    node->kind = kind;
    node->left = left;
    node->right = right;
    return node;
}

/* The length of a literal: a quoted text, or what runs up to a blank or a closing bracket. */
static size_t literal_length(const char *text)
{
    size_t n = 1;
    if (*text != '"')
        return strcspn(text, " )]");
    while (text[n] != '\0' && text[n] != '"')
        n += text[n] == '\\' && text[n + 1] != '\0' ? 2 : 1;
    return text[n] == '"' ? n + 1 : 0;
}

static bool parse_literal(struct parser *p, struct scim_filter *node)
{
    size_t start = p->at, n = literal_length(p->text + start);
    if (n == 0)
        return refuse(p, start, p->text[start] == '"' ? "the text has no closing quote" : "a value is missing") != NULL;
    json *value = json_parse(p->arena, (struct bytes){p->text + start, n}, "filter", NULL);
    if (value == NULL || json_type(value) == JSON_OBJECT || json_type(value) == JSON_ARRAY)
        return refuse(p, start, "a value is a quoted text, a number, true, false or null") != NULL;
    p->at += n;
    node->value = value;
    return true;
}

/* " op value" or " pr" */
static bool parse_comparison(struct parser *p, struct scim_filter *node)
{
    size_t blank = p->at;
    skip_blanks(p);
    size_t n = word_length(p->text + p->at), op = 0;
    while (op < ARRAY_LEN(operator_names) && !word_is(p->text + p->at, n, operator_names[op]))
        op++;
    if (p->at == blank || op == ARRAY_LEN(operator_names))
        return refuse(p, p->at, "expected one of eq ne co sw ew gt ge lt le pr") != NULL;
    node->op = (enum scim_operator)op;
    p->at += n;
    if (++p->terms > p->limits->filter_terms)
        return refuse_limit(p, p->limits->filter_terms, "comparisons") != NULL;
    if (node->op == SCIM_PR)
        return true;
    if (p->text[p->at] != ' ')
        return refuse(p, p->at, "expected a blank and a value") != NULL;
    skip_blanks(p);
    return parse_literal(p, node);
}

/* Behind `name[`: the filter, `]`, and what Entra puts behind it: `.sub op value`. */
static const struct scim_filter *parse_value_path(struct parser *p, struct scim_filter *node, size_t start)
{
    node->kind = SCIM_FILTER_VALUE_PATH;
    if (p->in_brackets)
        return refuse(p, start, "a value path can't hold another one");
    p->at++;
    p->in_brackets = true;
    skip_blanks(p);
    node->left = parse_or(p);
    p->in_brackets = false;
    if (node->left == NULL)
        return NULL;
    skip_blanks(p);
    if (p->text[p->at] != ']')
        return refuse(p, p->at, "expected ]");
    if (p->text[++p->at] != '.')
        return node;
    size_t n = word_length(p->text + ++p->at);
    node->sub = arena_strndup(p->arena, p->text + p->at, n);
    if (!scim_path_is_name(node->sub, n) || strpbrk(node->sub, ".:") != NULL)
        return refuse(p, p->at, "expected the name of a sub-attribute");
    p->at += n;
    return parse_comparison(p, node) ? node : NULL;
}

static const struct scim_filter *parse_term(struct parser *p)
{
    size_t start = p->at, n = word_length(p->text + start);
    struct scim_filter *node = new_node(p, SCIM_FILTER_COMPARE, NULL, NULL);
    if (n == 0 || !scim_path_is_name(p->text + start, n))
        return refuse(p, start, "expected the name of an attribute");
    node->name = arena_strndup(p->arena, p->text + start, n);
    p->at += n;
    if (p->text[p->at] == '[')
        return parse_value_path(p, node, start);
    return parse_comparison(p, node) ? node : NULL;
}

static const struct scim_filter *parse_group(struct parser *p)
{
    p->at++;
    skip_blanks(p);
    const struct scim_filter *inner = parse_or(p);
    if (inner == NULL)
        return NULL;
    skip_blanks(p);
    if (p->text[p->at] != ')')
        return refuse(p, p->at, "expected )");
    p->at++;
    return inner;
}

static const struct scim_filter *parse_factor(struct parser *p)
{
    size_t n = word_length(p->text + p->at), behind = p->at + n;
    while (p->text[behind] == ' ')
        behind++;
    bool negated = word_is(p->text + p->at, n, "not") && p->text[behind] == '(';
    if (negated)
        p->at = behind;
    if (p->text[p->at] != '(')
        return parse_term(p);
    const struct scim_filter *inner = parse_group(p);
    return inner == NULL || !negated ? inner : new_node(p, SCIM_FILTER_NOT, inner, NULL);
}

static const struct scim_filter *parse_and(struct parser *p)
{
    const struct scim_filter *left = parse_factor(p);
    while (left != NULL && take_keyword(p, "and")) {
        const struct scim_filter *right = parse_factor(p);
        left = right == NULL ? NULL : new_node(p, SCIM_FILTER_AND, left, right);
    }
    return left;
}

static const struct scim_filter *parse_or(struct parser *p)
{
    if (++p->depth > p->limits->filter_depth)
        return refuse_limit(p, p->limits->filter_depth, "levels");
    const struct scim_filter *left = parse_and(p);
    while (left != NULL && take_keyword(p, "or")) {
        const struct scim_filter *right = parse_and(p);
        left = right == NULL ? NULL : new_node(p, SCIM_FILTER_OR, left, right);
    }
    p->depth--;
    return left;
}

bool scim_filter_parse_within(struct arena *arena, const struct scim_limits *limits, const char *text,
                              const struct scim_filter **out, struct scim_error *err)
{
    struct parser p = {.arena = arena, .limits = limits, .text = text, .at = limits->filter_bytes, .err = err};
    if (strlen(text) > limits->filter_bytes)
        return refuse_limit(&p, limits->filter_bytes, "bytes") != NULL;
    p.at = 0;
    skip_blanks(&p);
    const struct scim_filter *filter = parse_or(&p);
    if (filter == NULL)
        return false;
    skip_blanks(&p);
    if (text[p.at] != '\0')
        return refuse(&p, p.at, "expected and, or, or the end") != NULL;
    *out = filter;
    return true;
}

bool scim_filter_parse(struct arena *arena, const char *text, const struct scim_filter **out, struct scim_error *err)
{
    return scim_filter_parse_within(arena, &scim_limits_preset, text, out, err);
}

bool scim_filter_parse_part(struct arena *arena, const char *text, size_t *at, const struct scim_filter **out,
                            struct scim_error *err)
{
    struct parser p = {.arena = arena, .limits = &scim_limits_preset, .text = text, .at = *at, .in_brackets = true, .err = err};
    skip_blanks(&p);
    const struct scim_filter *filter = parse_or(&p);
    if (filter == NULL)
        return false;
    skip_blanks(&p);
    if (text[p.at] != ']')
        return refuse(&p, p.at, "expected ]") != NULL;
    *at = p.at;
    *out = filter;
    return true;
}

/* --- printing --- */

static void print_node(struct buffer *b, const struct scim_filter *f);

static void print_operand(struct buffer *b, const struct scim_filter *f, bool parentheses)
{
    if (parentheses)
        buffer_add_char(b, '(');
    print_node(b, f);
    if (parentheses)
        buffer_add_char(b, ')');
}

static void print_comparison(struct buffer *b, const struct scim_filter *f)
{
    buffer_printf(b, " %s", operator_names[f->op]);
    if (f->op == SCIM_PR)
        return;
    buffer_add_char(b, ' ');
    json_write(b, f->value);
}

/* Both chains grow to the left, so a right operand of the same kind keeps its parentheses. */
static void print_chain(struct buffer *b, const struct scim_filter *f)
{
    bool and = f->kind == SCIM_FILTER_AND;
    print_operand(b, f->left, and&&f->left->kind == SCIM_FILTER_OR);
    buffer_add(b, and? " and " : " or ");
    print_operand(b, f->right, f->right->kind == f->kind || (and&&f->right->kind == SCIM_FILTER_OR));
}

static void print_node(struct buffer *b, const struct scim_filter *f)
{
    switch (f->kind) {
    case SCIM_FILTER_OR:
    case SCIM_FILTER_AND:
        print_chain(b, f);
        return;
    case SCIM_FILTER_NOT:
        buffer_add(b, "not ");
        print_operand(b, f->left, true);
        return;
    case SCIM_FILTER_COMPARE:
        buffer_add(b, f->name);
        print_comparison(b, f);
        return;
    case SCIM_FILTER_VALUE_PATH:
        buffer_printf(b, "%s[", f->name);
        print_node(b, f->left);
        buffer_add_char(b, ']');
        if (f->sub == NULL)
            return;
        buffer_printf(b, ".%s", f->sub);
        print_comparison(b, f);
        return;
    }
}

char *scim_filter_print(struct arena *arena, const struct scim_filter *filter)
{
    struct buffer b = buffer_new(0);
    print_node(&b, filter);
    return buffer_take(&b, arena);
}

/* --- questions --- */

bool scim_filter_equality(const struct scim_filter *filter, const char **name, const char **value)
{
    if (filter->kind != SCIM_FILTER_COMPARE || filter->op != SCIM_EQ || json_text(filter->value) == NULL)
        return false;
    *name = filter->name;
    *value = json_text(filter->value);
    return true;
}

static bool collect_literals(const struct scim_filter *filter, json *out)
{
    if (filter->kind == SCIM_FILTER_AND)
        return collect_literals(filter->left, out) && collect_literals(filter->right, out);
    if (filter->kind != SCIM_FILTER_COMPARE || filter->op != SCIM_EQ || json_type(filter->value) == JSON_NULL)
        return false;
    const json *before = json_get_nocase(out, filter->name);
    if (before != NULL)
        return json_equal(before, filter->value); /* `type eq "a" and type eq "b"` describes nothing */
    json_set_copy(out, filter->name, filter->value);
    return true;
}

json *scim_filter_literals(struct arena *arena, const struct scim_filter *filter)
{
    json *out = json_object(arena);
    return collect_literals(filter, out) ? out : NULL;
}
