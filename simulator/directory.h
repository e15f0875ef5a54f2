/* directory.h: the customer's directory, as the administrator sees it: people and groups, who is assigned to the app, which
 * groups are pushed.
 *
 * Pure data; the simulator (simulator.h) changes it and turns the change into requests. Keys are the short names of the scenario
 * file ("ada", "eng"). Iteration is in order of definition.
 */
#ifndef SIMULATOR_DIRECTORY_H
#define SIMULATOR_DIRECTORY_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct error;
struct rng;

#define DIRECTORY_MAX_USERS  10000
#define DIRECTORY_MAX_GROUPS 2000
#define DIRECTORY_MAX_TEXT   1024 /* bytes in one value */

enum user_state {
    USER_ACTIVE,
    USER_DEACTIVATED,
    USER_RECYCLED, /* Entra: deleted, and to be restored for some time */
    USER_DELETED   /* for good */
};

/* How often the operations on an object have failed in a row, and before when Entra's cycles leave it alone. */
struct escrow {
    int failures;
    int64_t retry_ms;
    bool counted; /* the failure at hand */
};

struct directory_user {
    const char *key;
    const char *id;       /* the provider's id: Okta "00u" + 17 letters and digits, Entra a GUID */
    json *profile;        /* attributes of attribute.h, text values; manager is a key. displayName is filled in when not given */
    const char *app_name; /* Entra: userName by a mapping of the administrator's; NULL: as the directory has it */
    const char *nickname; /* Entra's mailNickname: the user name before the @, as it was when the person was made */
    enum user_state state;
    bool assigned;            /* to the app */
    const char *const *roles; /* Entra: the app roles that come with the assignment */
    size_t role_count;
    int64_t recycled_ms; /* Entra: when the person was deleted; in the recycle bin only */

    /* Entra, by the settings of the job (job_settings.h) */
    bool covered;  /* all users are in scope, assigned or not */
    bool filtered; /* a scoping filter leaves the person out */

    /* what the provider remembers of the other side */
    const char *server_id;          /* resource id; NULL: not provisioned */
    bool pushed_active;             /* what it was last told */
    json *known;                    /* Entra: the values it believes the server has, by attribute key, text; NULL: none */
    const char *location;           /* Entra: its meta.location; NULL: not told */
    const char *known_manager;      /* Entra: server id of the manager it told the server; NULL: none */
    const char *last_error;         /* the last operation on this user was refused: the administrator's text; NULL */
    bool waiting;                   /* Entra: changed while no cycle runs (job.h) */
    struct escrow escrow;           /* Entra */
    bool removed;                   /* the server has deleted the resource when it was told to */
    bool stale;                     /* Entra: an initial cycle has not matched the person anew yet */
    const char *const *known_roles; /* Entra: it told the server */
    size_t known_role_count;

    bool suspended;       /* Okta: in the directory; the app is not told */
    bool by_group;        /* the app comes to the person by a group that is assigned */
    json *entitlements;   /* Okta: {"roles": [...], "entitlements": [...]} as granted; NULL: never any */
    const char *password; /* Okta: the last one to be synced; NULL: none */
    int okta;             /* enum person_state of okta_state.h */
    json *untold;         /* Okta: changes that the server has not taken, by attribute; NULL: none */
    json *failed_create;  /* Okta: body of the create that failed, for when it is submitted again; NULL */
    json *cleared;        /* attributes that the server has been told to clear, and has taken it; NULL: none */
    bool sourced;         /* Okta: the app masters the profile (okta_source.h) */
    int64_t leaves_ms;    /* Okta: when what was put off at the end of the assignment is due (okta_leave.h); 0: nothing was */
};

struct directory_group {
    const char *key;
    const char *id; /* Okta "00g...", Entra a GUID */
    const char *name;
    struct directory_user **members;
    size_t member_count;
    struct directory_group **inner; /* Entra: groups inside this one (directory_nested.h) */
    size_t inner_count;
    bool pushed, deleted;
    bool filtered; /* Entra: a scoping filter leaves the group out */

    const char *server_id;
    json *known;        /* Entra: displayName and externalId as it believes the server has them; NULL: nothing */
    bool members_shown; /* the server listed members although they were excluded: see axis members-shown-despite-exclusion */
    struct directory_user **pushed_members; /* whom the provider has told the server to be a member and not taken back */
    size_t pushed_member_count;
    struct directory_group **pushed_inner; /* likewise */
    size_t pushed_inner_count;
    const char *last_error;
    bool waiting;
    struct escrow escrow;
    bool removed, stale; /* as of a person */

    bool assigned;      /* the app comes to the members */
    int okta;           /* enum push_state of okta_state.h */
    bool by_rule;       /* Okta: pushed because of its name */
    bool erased;        /* Okta: deleted on the server, and not in the directory */
    const char *target; /* Okta: name on the server while that is another one; of a group to be linked; NULL: the directory's */
};

struct directory {
    struct arena *arena;
    const char *prefix; /* stands before every address and group name; NULL */
    struct directory_user **users;
    size_t user_count;
    struct directory_group **groups;
    size_t group_count;
    json *role_ids; /* Entra: ids of the app roles by their names */
};

/* From the "directory" member of a scenario: {"users": {key: {...}}, "groups": {key: {"name": ..., "members": [key...],
 * "groups": [key...]}}}.
 * "groups" are groups inside the group, which Okta has not. A person needs email or userName; the other attributes are those of
 * attribute.h. provider decides the form of the ids, which come from rng. prefix (NULL or "run7f-") makes addresses and group names
 * unique on shared targets. Everything is copied into the arena. Errors are ERROR_INVALID or ERROR_LIMIT with where
 * "directory.users.ada.email". */
bool directory_load(struct arena *arena, const json *spec, bool okta_ids, const char *prefix, struct rng *rng,
                    struct directory **out, struct error *err) MUST_USE;
/* More people and groups, in the same form; false leaves the directory as it was. */
bool directory_add(struct directory *directory, const json *spec, bool okta_ids, struct rng *rng, struct error *err) MUST_USE;
struct directory_user *directory_user(const struct directory *directory, const char *key);
struct directory_group *directory_group(const struct directory *directory, const char *key);
bool directory_is_member(const struct directory_group *group, const struct directory_user *user);
bool directory_is_pushed_member(const struct directory_group *group, const struct directory_user *user);
const char *directory_user_name(const struct directory_user *user);      /* userName as sent: app_name, else the principal name */
const char *directory_principal_name(const struct directory_user *user); /* profile.userName, else email */
const char *directory_text(const struct directory_user *user,
                           const char *attribute); /* profile value, NULL when absent or null */
/* The server has taken a profile: what is null in changes (NULL: nothing) is cleared there, what has a value is not. */
void directory_told(struct directory *directory, struct directory_user *user, const json *changes);
const struct directory_user *directory_manager(const struct directory *directory, const struct directory_user *user); /* NULL */

const char *directory_app_name(const struct directory_group *group); /* what the group is called on the server */
const char *directory_prefixed(const struct directory *directory, const char *name);
/* The app comes to the person by a group: assigned, not deleted, and the person is in it. */
bool directory_has_app_by_group(const struct directory *directory, const struct directory_user *user);
bool directory_name_starts(const struct directory *directory, const struct directory_group *group, const char *start);
/* The app is for this person: assigned, or everybody is, and no scoping filter is against it. in_scope: and the person is neither
 * disabled nor deleted in the directory. */
static inline bool directory_is_covered(const struct directory_user *user)
{
    return (user->assigned || user->covered) && !user->filtered;
}
static inline bool directory_in_scope(const struct directory_user *user)
{
    return directory_is_covered(user) && user->state == USER_ACTIVE;
}

/* Changes by the administrator. Members that are there already (or not there) change nothing. */
void directory_add_member(struct directory *directory, struct directory_group *group, struct directory_user *user);
void directory_remove_member(struct directory_group *group, const struct directory_user *user);
void directory_rename(struct directory *directory, struct directory_group *group, const char *name);
/* Applies {"title": "CTO", "department": null}; refuses unknown attributes, other types, a user name that is taken. */
bool directory_update(struct directory *directory, struct directory_user *user, const json *changes, struct error *err) MUST_USE;
/* The app roles of a person, in this order; ids are made up for names that are new. Copied into the arena. */
void directory_set_roles(struct directory *directory, struct directory_user *user, const char *const *roles, size_t count,
                         struct rng *rng);
const char *directory_role_id(const struct directory *directory, const char *role);
/* Gone for good, and out of every group. */
void directory_purge(const struct directory *directory, struct directory_user *user);
/* The person is made anew after a deletion: a new id, nothing remembered of the other side. */
void directory_recreate(struct directory *directory, struct directory_user *user, bool okta_ids, struct rng *rng);

/* The provider's memory of members. */
void directory_push_member(struct directory *directory, struct directory_group *group, struct directory_user *user);
void directory_unpush_member(struct directory_group *group, const struct directory_user *user);
void directory_unpush_everywhere(struct directory *directory, const struct directory_user *user);

#endif
