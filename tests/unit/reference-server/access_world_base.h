/* access_world_base.h: what a random organization is (access_world.h), whom an event is about, and what it draws its operands from. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_ACCESS_WORLD_BASE_H
#define TESTS_UNIT_REFERENCE_SERVER_ACCESS_WORLD_BASE_H

#include "common/base.h"

#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/account.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/organization_snapshot.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "tests/tap.h"
#include "tests/unit/reference-server/model_random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_ALL_STORIES 100 /* enough for everything to happen */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WORLD_STORIES 20
#else
#define WORLD_STORIES WORLD_ALL_STORIES
#endif
#define WORLD_EVENTS      60
#define WORLD_SECRETS     (WORLD_EVENTS * 4)
#define HOUR_MILLISECONDS (DAY_MS / 24)

static int64_t world_now_ms;

/* Something that lets a person in, handed out once. */
struct world_secret {
    const char *text, *person; /* the id; NULL: an invite */
};

struct world {
    struct arena *arena;
    struct organization *organization;
    struct rng rng;
    size_t people, groups, places; /* as many as there have been, for names */
    struct map *touched;           /* ids and names that the event is about */
    bool everybody;                /* it is about everybody */
    struct world_secret secrets[WORLD_SECRETS + 1];
    size_t secret_count;
};

/* --- whom an event is about --- */

static inline void world_listen(struct world *w)
{
    map_free(w->touched);
    w->touched = map_new();
    w->everybody = false;
}

/* For many people: nobody asks whom an event is about. */
static inline void world_ignore(struct world *w)
{
    map_free(w->touched);
    w->touched = NULL;
}

static inline void world_touch(struct world *w, const char *what)
{
    if (w->touched != NULL) {
        map_set(w->touched, what, w->arena);
    }
}

static inline void world_touch_group(struct world *w, const struct group *group)
{
    struct account *const *people;
    size_t count = w->touched == NULL ? 0 : group_people(w->arena, group, &people);
    world_touch(w, group->id);
    for (size_t i = 0; i < count; i++) {
        world_touch(w, people[i]->id);
    }
}

static inline bool world_touched(const struct world *w, const char *what)
{
    return w->everybody || map_get(w->touched, what) != NULL;
}

/* --- operands --- */

static inline struct account *any_person(struct world *w)
{
    return w->organization->accounts.items[rng_below(&w->rng, w->organization->accounts.count)];
}

static inline struct group *any_group(struct world *w)
{
    return w->organization->groups.items[rng_below(&w->rng, w->organization->groups.count)];
}

static inline struct resource *any_place(struct world *w)
{
    struct resource *workspace = w->organization->workspaces.items[rng_below(&w->rng, w->organization->workspaces.count)];
    size_t which = rng_below(&w->rng, workspace->folders.count + 1);
    return which == 0 ? workspace : workspace->folders.items[which - 1];
}

static inline enum role any_role(struct world *w)
{
    return (enum role)(ROLE_VIEWER + rng_below(&w->rng, ROLE_OWNER - ROLE_VIEWER));
}

static inline bool one_of(struct world *w, unsigned n)
{
    return rng_below(&w->rng, n) == 0;
}

static const char *const world_titles[] = {"Lead", "Clerk", "Head", "Engineer"};

static inline const char *any_title(struct world *w)
{
    return world_titles[rng_below(&w->rng, ARRAY_LEN(world_titles))];
}

#endif
