/* entra_expression.h: the expressions of Entra's attribute mappings, by Microsoft's "Reference for writing expressions for attribute
 * mappings".
 *
 *     Join(", ", [surname], [givenName])
 *     Switch(ToLower([country]), "none", "norway", "NO", "", "unknown")
 *     IIF([department]="Sales", "seller", "staff")
 *
 * An expression is a function: its name, with its letter case, and arguments in parentheses. An argument is another function, an
 * attribute in brackets, text in double quotes (\" and \\ in it), a whole number (also &HF7), or nothing at all where the function
 * can do without. `=`, `<>`, `<`, `<=`, `>` and `>=` compare two arguments. Which functions there are: entra_functions.c.
 *
 * Reading finds what is wrong with the text: an unknown function or attribute, a wrong number of arguments, a pattern that is none.
 * Evaluating never fails: what can't be worked out (letters where a number belongs, a date that is none) has no value, and Entra
 * provisions no null. Pure: time and chance are handed in.
 */
#ifndef SIMULATOR_ENTRA_EXPRESSION_H
#define SIMULATOR_ENTRA_EXPRESSION_H

#include "common/base.h"

struct arena;
struct error;
struct expression;
struct rng;

#define EXPRESSION_MAX_TEXT      4096 /* bytes of an expression */
#define EXPRESSION_MAX_DEPTH     16   /* functions in functions */
#define EXPRESSION_MAX_ARGUMENTS 64   /* of one function */
#define EXPRESSION_MAX_RESULT    8192 /* bytes; what becomes longer has no value */

enum value_kind { VALUE_NONE, VALUE_TEXT, VALUE_NUMBER, VALUE_BOOL, VALUE_DATE, VALUE_LIST };

struct value {
    enum value_kind kind;
    const char *text;
    int64_t number; /* also of a bool, and of a date: milliseconds since 1970 */
    const char *const *items;
    size_t count;
    bool ignored; /* IgnoreFlowIfNullOrEmpty: there is no value, and what the app has stays as it is */
};

/* Of whom the expression is. */
struct expression_source {
    struct value (*attribute)(const void *context, const char *name);
    const void *context;
    struct rng *rng;
    int64_t now_ms;
};

/* names: the attributes there are. Everything is copied into the arena. ERROR_INVALID or ERROR_LIMIT with where "column 12". */
bool expression_read(struct arena *arena, const char *text, const char *const *names, size_t count, const struct expression **out,
                     struct error *err) MUST_USE;
struct value expression_value(struct arena *arena, const struct expression *expression, const struct expression_source *source);

bool expression_is(const struct expression *expression, const char *function, const char *attribute); /* Function([attribute]) */
bool expression_draws(const struct expression *expression); /* another value each time */
bool expression_lists(const struct expression *expression); /* gives several values */

/* As it is sent: True and False, dates as M/d/yyyy h:mm:ss tt. NULL: no value, or several. */
const char *value_text(struct arena *arena, const struct value *value);
bool value_is_blank(const struct value *value); /* none, or "" */

#endif
