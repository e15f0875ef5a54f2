/* pack.h: the published test procedures that scenarios follow: Okta's SPEC and CRUD tests, its QA plan, Microsoft's validator
 * and gallery tests. What they are to us: our rendering of what is published, never the original.
 *
 * A pack is an area: the scenarios whose ids begin with its name ("okta-spec.users-endpoint"), so that `scimulator run okta-spec`
 * plays it. Its scenarios carry the tag `published` when they make the assertions of the procedure, `beyond` when they make
 * those that it leaves out, and say in "source" which test they are.
 *
 * The table is scenarios/packs.tsv, carried by the executable: name, title, source, tabs between.
 */
#ifndef RUNNER_PACK_H
#define RUNNER_PACK_H

#include "common/base.h"

struct arena;

struct pack {
    const char *name, *title, *source;
};

/* In order of the file. The texts live in the arena. */
size_t packs_all(struct arena *arena, const struct pack **out);
/* NULL: no such pack. */
const struct pack *pack_find(struct arena *arena, const char *name);
/* True when the scenario of that id is in the pack. */
bool pack_has(const struct pack *pack, const char *id);

#endif
