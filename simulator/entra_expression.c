#include "common/base.h"
#include "simulator/entra_expression.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/entra_functions.h"
#include "simulator/entra_pattern.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

enum kind { IS_NOTHING, IS_CONSTANT, IS_ATTRIBUTE, IS_CALL, IS_COMPARISON };
enum comparison { EQUAL, DIFFERENT, LESS_OR_EQUAL, GREATER_OR_EQUAL, LESS, GREATER };

static const char *const signs[] = {
    [EQUAL] = "=", [DIFFERENT] = "<>", [LESS_OR_EQUAL] = "<=", [GREATER_OR_EQUAL] = ">=", [LESS] = "<", [GREATER] = ">"};

struct expression {
    enum kind kind;
    struct value constant;
    const char *name; /* of an attribute */
    const struct function *function;
    const struct pattern *pattern; /* of Replace */
    enum comparison comparison;
    const struct expression **arguments; /* of a call; two of a comparison */
    size_t count;
};

/* --- reading --- */

struct reader {
    struct arena *arena;
    const char *start, *at;
    const char *const *names;
    size_t name_count, depth;
    struct error *err;
};

static bool refuse(struct reader *r, const char *place, const char *remedy, const char *format, ...) PRINTF_LIKE(4, 5);
static bool refuse(struct reader *r, const char *place, const char *remedy, const char *format, ...)
{
    char message[400];
    size_t column = 1;
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    for (const char *p = r->start; p < place; p++)
        column += ((unsigned char)*p & 0xC0) != 0x80;
    return error_set(r->err, ERROR_INVALID, arena_printf(r->arena, "column %zu", column), remedy, "%s", message);
}

static void skip_blanks(struct reader *r)
{
    r->at += strspn(r->at, " \t\r\n");
}

static bool read_argument(struct reader *r, const struct expression **out);

static struct expression *new_node(struct reader *r, enum kind kind)
{
    struct expression *node = arena_alloc(r->arena, sizeof *node);
    node->kind = kind;
    return node;
}

static bool read_text(struct reader *r, struct expression **out)
{
    const char *start = r->at++;
    struct buffer text = buffer_new(0);
    for (; *r->at != '\0' && *r->at != '"'; r->at++) {
        if (*r->at == '\\' && r->at[1] != '"' && r->at[1] != '\\') {
            buffer_release(&text);
            return refuse(r, r->at, "write \\\\ for a backslash, \\\" for a quote", "a backslash stands before %.1s",
                          r->at[1] == '\0' ? "nothing" : &r->at[1]);
        }
        r->at += *r->at == '\\';
        buffer_add_char(&text, *r->at);
    }
    *out = new_node(r, IS_CONSTANT);
    (*out)->constant = value_of_text(buffer_take(&text, r->arena));
    if (*r->at == '\0')
        return refuse(r, start, "write \" behind it", "the text is not closed");
    r->at++;
    return true;
}

static bool read_attribute(struct reader *r, struct expression **out)
{
    const char *start = r->at, *end = strchr(start, ']');
    if (end == NULL)
        return refuse(r, start, "write ] behind it", "the attribute is not closed");
    *out = new_node(r, IS_ATTRIBUTE);
    (*out)->name = arena_strndup(r->arena, start + 1, (size_t)(end - start - 1));
    r->at = end + 1;
    for (size_t i = 0; i < r->name_count; i++)
        if (text_equal(r->names[i], (*out)->name))
            return true;
    const char *near = text_nearest((*out)->name, r->names, r->name_count);
    return refuse(r, start, near != NULL ? near : "userPrincipalName, mail, givenName, surname, department, ...",
                  "a person of the directory has no attribute \"%.80s\"", (*out)->name);
}

static bool read_number(struct reader *r, struct expression **out)
{
    bool minus = *r->at == '-', hex = text_starts_nocase(r->at, "&H");
    const char *start = r->at, *first = start + (minus ? 1 : hex ? 2 : 0);
    size_t n = strspn(first, hex ? DIGITS "abcdefABCDEF" : DIGITS);
    int64_t number = 0;
    if (n == 0 || n > (hex ? 15u : 18u))
        return refuse(r, start, "write a whole number of up to 18 digits", "this is no number");
    for (size_t i = 0; i < n; i++) {
        char c = first[i];
        number = number * (hex ? 16 : 10) + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    *out = new_node(r, IS_CONSTANT);
    (*out)->constant = value_of_number(minus ? -number : number);
    r->at = first + n;
    return true;
}

static const struct function *find_function(const char *name)
{
    for (size_t i = 0; i < function_count; i++)
        if (text_equal(functions[i].name, name))
            return &functions[i];
    return NULL;
}

static bool unknown_function(struct reader *r, const char *place, const char *name)
{
    const char *names[64];
    size_t n = 0;
    for (; n < function_count && n < ARRAY_LEN(names); n++)
        names[n] = functions[n].name;
    for (size_t i = 0; i < n; i++)
        if (text_equal_nocase(names[i], name))
            return refuse(r, place, names[i], "names have their letter case, \"%.60s\" has another", name);
    const char *near = text_nearest(name, names, n);
    return refuse(r, place, near != NULL ? near : "Join, Switch, Replace, ToLower, ...: those of Microsoft's reference",
                  "there is no function \"%.60s\"", name);
}

static bool read_arguments(struct reader *r, struct expression *call)
{
    const char *start = r->at++;
    skip_blanks(r);
    call->arguments = arena_array(r->arena, EXPRESSION_MAX_ARGUMENTS, sizeof(struct expression *));
    bool more = *r->at != ')';
    while (more) {
        if (call->count == EXPRESSION_MAX_ARGUMENTS)
            return refuse(r, r->at, "take fewer", "a function has more than %d arguments", EXPRESSION_MAX_ARGUMENTS);
        if (!read_argument(r, &call->arguments[call->count++]))
            return false;
        more = *r->at == ',';
        r->at += more;
    }
    if (*r->at != ')')
        return *r->at == '\0' ? refuse(r, start, "write ) behind it", "the parenthesis is not closed")
                              : refuse(r, r->at, "write , or )", "an argument ends here, and no other begins");
    r->at++;
    return true;
}

/* A pattern is written down, so that its mistakes are seen when it is read. */
static bool check_replace(struct reader *r, const char *place, struct expression *call)
{
    const struct expression *pattern = call->arguments[2], *group = call->arguments[3];
    struct error err = {0};
    if (pattern->kind == IS_NOTHING)
        return true;
    if (pattern->kind != IS_CONSTANT || pattern->constant.kind != VALUE_TEXT)
        return refuse(r, place, "write it in quotes", "the pattern of Replace must be a text");
    if (!pattern_read(r->arena, pattern->constant.text, &call->pattern, &err))
        return refuse(r, place, arena_strdup(r->arena, err.remedy), "%s", err.message);
    bool named = group->kind == IS_CONSTANT && group->constant.kind == VALUE_TEXT;
    if (group->kind != IS_NOTHING && (!named || !pattern_has_group(call->pattern, group->constant.text)))
        return refuse(r, place, "name one of its groups: (?<name>…)", "the pattern has no such group");
    return true;
}

static const char *how_many(struct arena *arena, const struct function *f)
{
    if (f->most == ANY_NUMBER)
        return arena_printf(arena, "write at least %zu", f->least);
    if (f->least == f->most)
        return arena_printf(arena, "write %zu, with commas where one is left out", f->least);
    return arena_printf(arena, "write %zu to %zu", f->least, f->most);
}

static bool check_call(struct reader *r, const char *place, struct expression *call)
{
    const struct function *f = call->function;
    if (f->traits & TRAIT_REFUSED)
        return refuse(r, place, "leave it to the app to refuse what is not unique",
                      "Microsoft supports %s for Active Directory only, not for SCIM", f->name);
    if (call->count < f->least || call->count > f->most)
        return refuse(r, place, how_many(r->arena, f), "%s has %zu argument%s", f->name, call->count,
                      call->count == 1 ? "" : "s");
    if (f->traits & TRAIT_PAIRS && call->count % 2 != 0)
        return refuse(r, place, "source, default, and a value for each key", "%s needs an even number of arguments", f->name);
    if (f->traits & TRAIT_TOP && (r->depth > 1 || call->arguments[0]->kind != IS_ATTRIBUTE))
        return refuse(r, place, arena_printf(r->arena, "write %s([appRoleAssignments])", f->name), "%s stands alone", f->name);
    return f->value != function_replace || check_replace(r, place, call);
}

static bool read_call(struct reader *r, struct expression **out)
{
    const char *start = r->at;
    size_t n = strspn(start, LETTERS DIGITS);
    const char *name = arena_strndup(r->arena, start, n);
    r->at += n;
    skip_blanks(r);
    if (text_equal(name, "vbTextCompare") || text_equal(name, "vbBinaryCompare")) {
        *out = new_node(r, IS_CONSTANT);
        (*out)->constant = value_of_text(name);
        return true;
    }
    if (*r->at != '(')
        return refuse(r, start, "attributes stand in [brackets], text in \"quotes\", functions have (arguments)",
                      "\"%.60s\" is nothing of that", name);
    *out = new_node(r, IS_CALL);
    (*out)->function = find_function(name);
    if ((*out)->function == NULL)
        return unknown_function(r, start, name);
    if (r->depth == EXPRESSION_MAX_DEPTH)
        return refuse(r, start, "nest less", "more than %d functions in each other", EXPRESSION_MAX_DEPTH);
    r->depth++;
    bool fine = read_arguments(r, *out) && check_call(r, start, *out);
    r->depth--;
    return fine;
}

static bool read_operand(struct reader *r, struct expression **out)
{
    skip_blanks(r);
    bool fine;
    if (*r->at == '"')
        fine = read_text(r, out);
    else if (*r->at == '[')
        fine = read_attribute(r, out);
    else if (strspn(r->at, DIGITS "-&") > 0)
        fine = read_number(r, out);
    else if (strspn(r->at, LETTERS) > 0)
        fine = read_call(r, out);
    else
        return refuse(r, r->at, "write a function, an [attribute], a \"text\" or a number", "here is nothing to work out");
    skip_blanks(r);
    return fine;
}

static bool read_argument(struct reader *r, const struct expression **out)
{
    struct expression *first = NULL, *second = NULL;
    skip_blanks(r);
    if (*r->at == ',' || *r->at == ')') {
        *out = new_node(r, IS_NOTHING);
        return true;
    }
    if (!read_operand(r, &first))
        return false;
    *out = first;
    /* Two signs before one of them. */
    static const enum comparison order[] = {DIFFERENT, LESS_OR_EQUAL, GREATER_OR_EQUAL, EQUAL, LESS, GREATER};
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (!text_starts(r->at, signs[order[i]]))
            continue;
        r->at += strlen(signs[order[i]]);
        if (!read_operand(r, &second))
            return false;
        struct expression *node = new_node(r, IS_COMPARISON);
        node->comparison = order[i];
        node->arguments = arena_array(r->arena, 2, sizeof(struct expression *));
        node->arguments[0] = first;
        node->arguments[1] = second;
        node->count = 2;
        *out = node;
        return true;
    }
    return true;
}

bool expression_read(struct arena *arena, const char *text, const char *const *names, size_t count, const struct expression **out,
                     struct error *err)
{
    struct reader r = {.arena = arena, .start = text, .at = text, .names = names, .name_count = count, .err = err};
    struct expression *root = NULL;
    if (strlen(text) > EXPRESSION_MAX_TEXT)
        return error_set(err, ERROR_LIMIT, "column 1", "shorten it", "is longer than %d bytes", EXPRESSION_MAX_TEXT);
    if (!read_operand(&r, &root))
        return false;
    if (root->kind != IS_CALL)
        return refuse(&r, text, root->kind == IS_ATTRIBUTE ? "write \"source\" instead" : "write \"constant\" instead",
                      "an expression is a function");
    if (*r.at != '\0')
        return refuse(&r, r.at, "end it there", "something stands behind the expression");
    *out = root;
    return true;
}

/* --- asking --- */

bool expression_is(const struct expression *expression, const char *function, const char *attribute)
{
    return expression->kind == IS_CALL && text_equal(expression->function->name, function) && expression->count == 1 &&
           text_equal(expression->arguments[0]->name, attribute);
}

bool expression_draws(const struct expression *expression)
{
    bool draws = expression->kind == IS_CALL && expression->function->traits & TRAIT_CHANCE;
    for (size_t i = 0; i < expression->count && !draws; i++)
        draws = expression_draws(expression->arguments[i]);
    return draws;
}

bool expression_lists(const struct expression *expression)
{
    return expression->kind == IS_CALL && expression->function->traits & TRAIT_LIST;
}

/* --- evaluating --- */

/* A text of digits beside a number is one. */
static bool number_of(const struct value *value, int64_t *out)
{
    uint64_t digits;
    *out = value->number;
    if (value->kind != VALUE_TEXT)
        return true;
    bool fine = text_to_u64(value->text, INT64_MAX, &digits);
    *out = fine ? (int64_t)digits : 0;
    return fine;
}

static struct value compare(struct arena *arena, enum comparison comparison, const struct value *a, const struct value *b)
{
    const char *x = value_text(arena, a), *y = value_text(arena, b);
    int64_t m, n;
    if (x == NULL || y == NULL)
        return (struct value){0};
    bool numbers = (a->kind == b->kind && a->kind != VALUE_TEXT) || a->kind == VALUE_NUMBER || b->kind == VALUE_NUMBER;
    int order = numbers && number_of(a, &m) && number_of(b, &n) ? (m > n) - (m < n) : strcmp(x, y);
    const bool holds[] = {[EQUAL] = order == 0,
                          [DIFFERENT] = order != 0,
                          [LESS_OR_EQUAL] = order <= 0,
                          [GREATER_OR_EQUAL] = order >= 0,
                          [LESS] = order<0, [GREATER] = order> 0};
    return value_of_bool(holds[comparison]);
}

/* Microsoft's known limitation of IIF: an attribute in the condition that is empty makes the whole fail. */
static bool asks_nothing(const struct expression *node, const struct expression_source *source)
{
    if (node->kind == IS_ATTRIBUTE) {
        struct value value = source->attribute(source->context, node->name);
        return value_is_blank(&value);
    }
    for (size_t i = 0; i < node->count; i++)
        if (asks_nothing(node->arguments[i], source))
            return true;
    return false;
}

static struct value choose(struct arena *arena, const struct expression *call, const struct expression_source *source)
{
    if (asks_nothing(call->arguments[0], source))
        return (struct value){0};
    struct value condition = expression_value(arena, call->arguments[0], source);
    const char *text = value_text(arena, &condition);
    bool truth = condition.kind == VALUE_NUMBER ? condition.number != 0 : text_equal(text, "True");
    return text == NULL ? (struct value){0} : expression_value(arena, call->arguments[truth ? 1 : 2], source);
}

static struct value call_value(struct arena *arena, const struct expression *node, const struct expression_source *source)
{
    if (node->function->value == NULL)
        return node->count == 3 ? choose(arena, node, source) : (struct value){0}; /* the job makes roles of it */
    size_t room = node->count > 8 ? node->count : 8;
    struct value *arguments = arena_array(arena, room, sizeof *arguments);
    for (size_t i = 0; i < node->count; i++)
        arguments[i] = expression_value(arena, node->arguments[i], source);
    const struct call call = {arena, source, arguments, node->count, node->pattern};
    return node->function->value(&call);
}

struct value expression_value(struct arena *arena, const struct expression *expression, const struct expression_source *source)
{
    switch (expression->kind) {
    case IS_CONSTANT:
        return expression->constant;
    case IS_ATTRIBUTE:
        return source->attribute(source->context, expression->name);
    case IS_CALL:
        return call_value(arena, expression, source);
    case IS_COMPARISON: {
        struct value a = expression_value(arena, expression->arguments[0], source);
        struct value b = expression_value(arena, expression->arguments[1], source);
        return compare(arena, expression->comparison, &a, &b);
    }
    case IS_NOTHING:
        break;
    }
    return (struct value){0};
}
