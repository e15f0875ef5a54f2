/* crowd.h: a made-up directory of any size, of which a chunk at a time is in memory.
 *
 * Everything about a person or a group follows from the seed and its number: names, profile, the provider's id, who is in a group. So
 * a chunk can be made again whenever it is needed, in any order, by any thread, and nothing of it is kept in between but the ids that
 * the server gave (server_ids.h).
 */
#ifndef SIMULATOR_CROWD_H
#define SIMULATOR_CROWD_H

#include "common/base.h"

#define CROWD_MAX_USERS   1000000
#define CROWD_MAX_GROUPS  100000
#define CROWD_MAX_MEMBERS 1000 /* of a group */
#define CROWD_PEOPLE      50   /* in a chunk */
#define CROWD_GROUPS      5    /* likewise; their members come with them */

struct arena;
struct directory;
struct error;
struct server_ids;

struct crowd {
    size_t users, groups, members; /* members: of each group, at most users */
    uint64_t seed;
    bool okta_ids;
    const char *domain; /* of their addresses */
    const char *prefix; /* of names; NULL */
};

size_t crowd_people_chunks(const struct crowd *crowd);
size_t crowd_group_chunks(const struct crowd *crowd);

/* Numbers CROWD_PEOPLE * chunk and on, in order: people to whom the app is assigned and of whom the server knows nothing. */
bool crowd_people(struct arena *arena, const struct crowd *crowd, size_t chunk, struct directory **out,
                  struct error *err) MUST_USE;
/* Numbers CROWD_GROUPS * chunk and on, in order: groups to be pushed. Their members are as the provider remembers them after their
 * turn: the server's id is that of `people`, and who has none there is not provisioned. */
bool crowd_groups(struct arena *arena, const struct crowd *crowd, size_t chunk, const struct server_ids *people,
                  struct directory **out, struct error *err) MUST_USE;

#endif
