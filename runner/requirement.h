/* requirement.h: the catalogue of SCIM requirements (scenarios/requirements.tsv, carried by the executable).
 *
 * One line each: id, level, kind, binds, area, statement, separated by tabs. Ids are "RFC<n>-<section>-<nn>", numbered by order of
 * appearance in the section. level: MUST, MUST NOT, SHOULD, SHOULD NOT, MAY. kind: obligation (the server must, and it can be
 * seen), permission (it may: no check fails it for that), client (a rule for clients), untestable. binds: server, client, both.
 * docs/conformance.md lists them all, with where the reference server keeps them and what proves it (tools/conformance).
 */
#ifndef RUNNER_REQUIREMENT_H
#define RUNNER_REQUIREMENT_H

#include "common/base.h"

struct arena;

struct requirement {
    const char *id, *level, *kind, *binds, *area, *statement;
};

/* NULL when there is none. Thread-safe. */
const struct requirement *requirement_find(const char *id);
size_t requirement_count(void);
const struct requirement *requirement_at(size_t index); /* by order of the file */
/* "RFC 7644 §3.12" for "RFC7644-3.12-02"; the id itself when it is no requirement. */
const char *requirement_source(struct arena *arena, const char *id);
/* The nearest known id, for "did you mean", or NULL. */
const char *requirement_nearest(const char *id);

#endif
