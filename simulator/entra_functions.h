/* entra_functions.h: the functions of Entra's expressions (entra_expression.h), one row each. Internal to the expressions.
 *
 * Where Microsoft's reference is silent about an argument without a value, the result has none either.
 */
#ifndef SIMULATOR_ENTRA_FUNCTIONS_H
#define SIMULATOR_ENTRA_FUNCTIONS_H

#include "common/base.h"
#include "simulator/entra_expression.h"

struct arena;
struct pattern;

struct call {
    struct arena *arena;
    const struct expression_source *source;
    const struct value *arguments; /* as many as the function takes at most, or as there are; the others have no value */
    size_t count;                  /* as written */
    const struct pattern *pattern; /* of Replace; NULL: none */
};

typedef struct value function_value(const struct call *call);

enum function_trait {
    TRAIT_CHANCE = 1,  /* another value each time */
    TRAIT_LIST = 2,    /* gives several values */
    TRAIT_PAIRS = 4,   /* an even number of arguments */
    TRAIT_TOP = 8,     /* stands alone: the job itself makes a list of objects of it */
    TRAIT_REFUSED = 16 /* Microsoft supports it for other directories only */
};

#define ANY_NUMBER SIZE_MAX

struct function {
    const char *name;
    size_t least, most; /* arguments; most may be ANY_NUMBER */
    function_value *value;
    unsigned traits;
};

extern const struct function functions[];
extern const size_t function_count;

function_value function_cdate, function_date_add, function_date_diff, function_date_from_num, function_format_date_time,
    function_now, function_num_from_date, function_replace; /* entra_dates.c, entra_pattern.c */

/* --- values --- */

struct value value_of_text(const char *text); /* NULL: none */
struct value value_of_number(int64_t number);
struct value value_of_bool(bool truth);
struct value value_of_date(int64_t ms);
const char *argument_text(const struct call *call, size_t at); /* NULL: none */
bool argument_number(const struct call *call, size_t at, int64_t *out);

#define DATE_LEAST_MS (-62135596800000) /* 0001-01-01 */
#define DATE_MOST_MS  253402300799999   /* 9999-12-31 */

const char *date_text(struct arena *arena, int64_t ms); /* M/d/yyyy h:mm:ss tt */
bool date_read(const char *text, int64_t *ms);          /* the forms of Microsoft's examples: ISO 8601, or M/d/yyyy h:mm:ss tt */

#endif
