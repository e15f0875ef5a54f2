/* filter.h: the filter language (RFC 7644 §3.4.2.2, Figure 1), parsed and printed.
 *
 * Operators and attribute names are case-blind; `not` may stand directly before its parenthesis (A21). Precedence: grouping, not, and, or.
 * Literals are JSON: text, number, true, false, null. A value path cannot hold another one (A21). Beyond the figure,
 * `emails[type eq "work"].value eq "x"` is read as well, since Entra sends it (A16): the sub-attribute of the element that the brackets select.
 *
 * scim_filter_print writes one canonical form (operators and keywords in lower case, single blanks, only the parentheses needed, names as written);
 * parsing that gives the same tree.
 */
#ifndef REFERENCE_SERVER_SCIM_FILTER_H
#define REFERENCE_SERVER_SCIM_FILTER_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct scim_error;
struct scim_limits;

/* Of paths, and of searches unless the server says otherwise (limits.h). */
#define SCIM_FILTER_MAX_LENGTH (8 * KIB)
#define SCIM_FILTER_MAX_DEPTH  32                 /* parentheses, not and brackets inside each other */
#define SCIM_FILTER_MAX_TERMS  200                /* comparisons */
#define SCIM_MAX_RESULTS       ((size_t)10000000) /* that match the filter of a search */

/* enum name, text */
#define SCIM_OPERATORS(X)                                                                                                        \
    X(SCIM_EQ, "eq")                                                                                                             \
    X(SCIM_NE, "ne")                                                                                                             \
    X(SCIM_CO, "co")                                                                                                             \
    X(SCIM_SW, "sw")                                                                                                             \
    X(SCIM_EW, "ew")                                                                                                             \
    X(SCIM_GT, "gt")                                                                                                             \
    X(SCIM_GE, "ge")                                                                                                             \
    X(SCIM_LT, "lt")                                                                                                             \
    X(SCIM_LE, "le")                                                                                                             \
    X(SCIM_PR, "pr")

enum scim_operator {
#define X(name, text) name,
    SCIM_OPERATORS(X)
#undef X
};

enum scim_filter_kind {
    SCIM_FILTER_OR,        /* left, right */
    SCIM_FILTER_AND,       /* left, right */
    SCIM_FILTER_NOT,       /* left */
    SCIM_FILTER_COMPARE,   /* name op value */
    SCIM_FILTER_VALUE_PATH /* name[left], and when sub is not NULL: name[left].sub op value */
};

struct scim_filter {
    enum scim_filter_kind kind;
    const struct scim_filter *left, *right;
    const char *name; /* as written: "emails.type", "urn:…:User:userName" */
    const char *sub;
    enum scim_operator op;
    const json *value; /* NULL for pr */
};

/* 400 invalidFilter; the detail names the position ("at 12: …", counted from 1). */
bool scim_filter_parse(struct arena *arena, const char *text, const struct scim_filter **out, struct scim_error *err) MUST_USE;
/* The same within other limits than those above. */
bool scim_filter_parse_within(struct arena *arena, const struct scim_limits *limits, const char *text,
                              const struct scim_filter **out, struct scim_error *err) MUST_USE;
/* For a path: reads the filter between brackets. *at: offset in text of what stands behind `[`; afterwards that of the `]`. */
bool scim_filter_parse_part(struct arena *arena, const char *text, size_t *at, const struct scim_filter **out,
                            struct scim_error *err) MUST_USE;
char *scim_filter_print(struct arena *arena, const struct scim_filter *filter);
const char *scim_filter_operator_name(enum scim_operator op);

/* True when the whole filter is `name eq "text"`, so that a store may answer from an index. name is as written; resolve it with
 * scim_schema_resolve() and compare by the attribute's case_exact. */
bool scim_filter_equality(const struct scim_filter *filter, const char **name, const char **value);
/* The `eq` literals of a filter that is nothing but `a eq x and b eq y …`, as a new object {"a":x,"b":y} in the arena; NULL for any other filter. */
json *scim_filter_literals(struct arena *arena, const struct scim_filter *filter);

#endif
