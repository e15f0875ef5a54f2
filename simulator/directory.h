/* directory.h: the customer's directory, as the administrator sees it: people and groups, who is assigned to the app, which groups are pushed.
 *
 * Pure data; the simulator (simulator.h) changes it and turns the change into requests. Keys are the short names of the
 * scenario file ("ada", "eng"). Iteration is in order of definition.
 */
#ifndef SIMULATOR_DIRECTORY_H
#define SIMULATOR_DIRECTORY_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct error;
struct rng;

enum user_state { USER_ACTIVE, USER_DEACTIVATED, USER_DELETED };

struct directory_user {
    const char *key;
    const char *id; /* the provider's id: Okta "00u" + 17 letters and digits, Entra a GUID */
    json *profile;  /* givenName, familyName, email, userName, displayName, title, department, manager (a key), ...; see directory.c */
    enum user_state state;
    bool assigned; /* to the app */

    /* what the provider remembers of the other side */
    const char *server_id;   /* resource id; NULL: not provisioned */
    bool pushed_active;      /* what it was last told */
    const char *last_error;  /* the last operation on this user was refused: the administrator's text; NULL */
};

struct directory_group {
    const char *key;
    const char *id; /* Okta "00g...", Entra a GUID */
    const char *name;
    struct directory_user **members;
    size_t member_count;
    bool pushed, deleted;

    const char *server_id;
    struct directory_user **pushed_members; /* whom the provider has told the server to be a member and not taken back */
    size_t pushed_member_count;
    const char *last_error;
};

struct directory {
    struct arena *arena;
    struct directory_user **users;
    size_t user_count;
    struct directory_group **groups;
    size_t group_count;
};

/* From the "directory" member of a scenario: {"users": {key: {...}}, "groups": {key: {"name": ..., "members": [key...]}}}.
 * provider decides the form of the ids, which come from rng. prefix (NULL or "run7f-") makes addresses and group names unique on shared targets. */
bool directory_load(struct arena *arena, const json *spec, bool okta_ids, const char *prefix, struct rng *rng, struct directory **out,
                    struct error *err) MUST_USE;
struct directory_user *directory_user(const struct directory *directory, const char *key);
struct directory_group *directory_group(const struct directory *directory, const char *key);
bool directory_is_member(const struct directory_group *group, const struct directory_user *user);
const char *directory_user_name(const struct directory_user *user); /* userName as sent: profile.userName, else email */

#endif
