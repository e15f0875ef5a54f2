/* view.h: what more than one report shows, worked out once: groups of findings, bodies for people, a step's access side by side. Pure. */
#ifndef REPORTS_VIEW_H
#define REPORTS_VIEW_H

#include "common/base.h"
#include "reports/result.h"

struct arena;
struct buffer;

/* Findings of one case that share class, rule and level. */
struct view_group {
    const struct finding *first;
    const struct finding **items; /* first among them */
    size_t count;
};
/* Groups of level must first, then in order of appearance. */
size_t view_groups(struct arena *arena, const struct case_result *result, struct view_group **out);

/* One rule in the whole run: how many cases broke it, and where it first was. */
struct view_rule {
    const struct finding *first;
    const struct case_result *in; /* the first's case */
    size_t number;                /* of that case, from 1 */
    size_t cases, findings;
};
/* Rules of one level, those of the most cases first. */
size_t view_rules(struct arena *arena, const struct run_result *run, enum finding_level level, struct view_rule **out);

/* A body as people read it: JSON indented, anything else as it is; cut at a character after at most max bytes. Still to be escaped. */
struct view_text {
    struct bytes shown;
    size_t more; /* bytes left out */
};
struct view_text view_body(struct arena *arena, struct bytes body, size_t max);

/* What a step did to access, and what it should have done. Rows are people; column 0 is sign-in, the others are resources: all
 * that any of the three matrices names. NULL: that matrix is not there or doesn't name the cell. */
struct view_cell {
    const char *before, *after, *expected;
    bool changed; /* before and after are known and differ */
    bool wrong;   /* expected and after are known and differ */
};
struct view_matrix {
    size_t rows, columns;
    const char **row, **column;
    struct view_cell *cells; /* row-major */
    size_t changed, wrong;   /* how many cells are */
    bool compared;           /* something was expected */
};
/* False when access wasn't observed after the step. */
bool view_matrix(struct arena *arena, const struct step_result *step, struct view_matrix *out);
const char *view_access(const char *cell); /* "none" for "", "?" for NULL */

const char *view_step(struct arena *arena, const struct case_result *result, size_t step); /* "step 2: deactivate ada" */
const char *view_side(enum exchange_side side);                                            /* "identity provider", ... */
const char *view_duration(struct arena *arena, uint64_t us);                               /* "34 ms", "1.2 s", "2 min 3 s" */
const char *view_count(struct arena *arena, size_t n, const char *one, const char *many);  /* "1 case", "2 cases" */
const char *view_or(const char *text, const char *fallback);                               /* fallback for NULL */
/* The exchange to repeat: the one that the finding names, but for access (which an observer reads) and for a finding that names none
 * the provider's last one of its step. NULL when there is none. */
const struct exchange *view_exchange(const struct case_result *result, const struct finding *finding);
bool view_needs_attention(const struct case_result *result); /* failed or error: shown in full */

#endif
