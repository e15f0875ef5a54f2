/* simulator.h: the mock identity provider. An event in the directory's words becomes exactly the requests that Okta or Microsoft
 * Entra ID would send.
 *
 * Knows HTTP messages, not sockets: the caller hands in `send`. Replies steer what comes next (no match: POST, a match: link),
 * as with the real client. Deterministic: ids and probe GUIDs come from the rng given.
 */
#ifndef SIMULATOR_SIMULATOR_H
#define SIMULATOR_SIMULATOR_H

#include "common/base.h"
#include "common/clock.h"
#include "common/json.h"
#include "simulator/job.h"

struct arena;
struct dialect;
struct directory;
struct directory_group;
struct directory_user;
struct error;
struct http_request;
struct http_response;
struct map;
struct rng;
struct scoping;

/* Sends count requests that do not depend on each other and fills count replies; more than one may go out at the same time when
 * the caller can. The simulator passes count > 1 only where the real client sends in parallel. Returns false when there was no
 * reply (err set): the event ends there, and the simulator's memory stays as the client's would: unknown outcome. */
typedef bool simulator_send(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                            struct error *err);

/* Lets ms of virtual time pass: in simulator.clock, and wherever else it must. */
typedef bool simulator_pass(void *context, int64_t ms, struct error *err);

#define SIMULATOR_MAX_TRACE 1000 /* lines; what comes after is left out */

struct trace_line {
    int64_t at_ms;
    const char *text; /* "429 to POST /Users: waits 30 s", "job: incremental -> quarantine, ..." */
};

struct simulator {
    struct arena *arena; /* of the case: requests and what is remembered live here */
    const struct dialect *dialect;
    struct directory *directory;
    struct rng *rng;
    const char *token; /* for the Authorization header: the credential of authorization.h */
    /* Asked before each request where credentials end; its text is good until asked again. NULL: token. */
    const char *(*credential)(void *context);
    bool parallel; /* member changes go out at the same time where the provider does that */
    simulator_send *send;
    void *context;

    struct clock clock;   /* the provider's, read only when pass is there */
    simulator_pass *pass; /* NULL: there is no time; a refusal is final until the next event, whatever Retry-After says */
    bool hasty; /* set by send: the clock of the server that has replied stands still meanwhile, so waiting is in vain */
    json *
        doubtful; /* targets of DELETEs without a reply, or answered 5xx: the next may find them gone (session_gone); NULL: none */
    /* Entra's cycles come by the clock (simulator_act), and what happens in quarantine waits for one; what Okta has put off comes.
     * Else every event is a cycle that comes at once. */
    bool timetable;
    struct provision_job job; /* of Entra */

    const json *imported_groups; /* Okta: {"displayName": "id"} of the last import of groups; NULL: none */
    struct map *offered;         /* Okta: what the last import of entitlements found, id -> json; NULL: none */
    const json *kept_back;       /* Okta: keys of attributes that the imported schema does not offer; NULL: it offers all */
    const char *push_rule;       /* Okta: groups whose name begins so are pushed; NULL: there is no rule */
    const struct scoping *scope; /* Entra: its scoping filters (scoping.h); NULL: none */
    struct trace_line *trace;    /* waits and changes of the job's state, oldest first */
    size_t trace_count;
};

/* enum, word in scenario files, what it names: users (u), groups (g), members of groups (m), members who come and go (d),
 * profile changes (p), a group and a text (n), groups inside a group (i), a user and a text (s), a user and what is granted (e),
 * a text (t), settings (c), app roles (r), settings of the job (j), or nothing (-) */
#define EVENTS(X)                                                                                                                \
    X(EVENT_TEST_CONNECTION, "test-connection", '-')                                                                             \
    X(EVENT_ASSIGN, "assign", 'u') /* the app to a person; somebody deleted is made anew */                                      \
    X(EVENT_UNASSIGN, "unassign", 'u')                                                                                           \
    X(EVENT_UPDATE, "update", 'p') /* profile attributes; null clears */                                                         \
    X(EVENT_PUSH_GROUP, "push-group", 'g')                                                                                       \
    X(EVENT_ADD_MEMBERS, "add-members", 'm')                                                                                     \
    X(EVENT_REMOVE_MEMBERS, "remove-members", 'm')                                                                               \
    X(EVENT_RENAME_GROUP, "rename-group", 'n') /* n: a group and a name */                                                       \
    X(EVENT_DELETE_GROUP, "delete-group", 'g')                                                                                   \
    X(EVENT_DEACTIVATE, "deactivate", 'u')     /* the person in the directory */                                                 \
    X(EVENT_REACTIVATE, "reactivate", 'u')     /* and assigned again, as both consoles do for group assignment */                \
    X(EVENT_DELETE, "delete", 'u')             /* hard: Entra sends DELETE, Okta nothing more after the deactivation */          \
    X(EVENT_SYNC, "sync", '-')                 /* the next cycle with nothing changed; push now of every group */                \
    X(EVENT_RESTART, "restart", '-')           /* Entra's "Restart provisioning"; Okta: every failed task submitted again */     \
    X(EVENT_ASSIGN_GROUP, "assign-group", 'g') /* the app to whoever is in the group, now and later */                           \
    X(EVENT_UNASSIGN_GROUP, "unassign-group", 'g')                                                                               \
    /* The rest is Okta's. */                                                                                                    \
    X(EVENT_SUSPEND, "suspend", 'u')                                                                                             \
    X(EVENT_UNSUSPEND, "unsuspend", 'u')                                                                                         \
    X(EVENT_SYNC_PASSWORD, "sync-password", 's')                                                                                 \
    X(EVENT_LINK_GROUP, "link-group", 'n')     /* the name of a group on the server */                                           \
    X(EVENT_UNLINK_GROUP, "unlink-group", 'n') /* "leave" or "delete": the group on the server */                                \
    X(EVENT_PUSH_NOW, "push-now", 'g')                                                                                           \
    X(EVENT_DEACTIVATE_PUSH, "deactivate-push", 'g')                                                                             \
    X(EVENT_ACTIVATE_PUSH, "activate-push", 'g')                                                                                 \
    X(EVENT_CHANGE_MEMBERS, "change-members", 'd') /* some leave, some come, as one change of the group */                       \
    X(EVENT_PUSH_RULE, "push-rule", 't')           /* groups whose name begins so */                                             \
    X(EVENT_END_PUSH_RULE, "end-push-rule", 't')   /* "leave" or "delete": the groups that the rule has pushed */                \
    X(EVENT_IMPORT, "import", '-')                                                                                               \
    X(EVENT_IMPORT_ENTITLEMENTS, "import-entitlements", '-')                                                                     \
    X(EVENT_IMPORT_SCHEMA, "import-user-schema", '-')                                                                            \
    X(EVENT_ENTITLE, "entitle", 'e')       /* {"roles": [{"value": ...}], "entitlements": [...]} */                              \
    X(EVENT_FORCE_SYNC, "force-sync", '-') /* profiles of whoever is there */                                                    \
    X(EVENT_SETTINGS, "settings", 'c')     /* of the console, axes: saved, which tests the connection */                         \
    /* These are Entra's. */                                                                                                     \
    X(EVENT_SOFT_DELETE, "soft-delete", 'u') /* Entra: into the recycle bin, for 30 days */                                      \
    X(EVENT_RESTORE, "restore", 'u')         /* Entra: out of it */                                                              \
    X(EVENT_ADD_GROUPS, "add-groups", 'i')   /* Entra: groups into a group */                                                    \
    X(EVENT_REMOVE_GROUPS, "remove-groups", 'i')                                                                                 \
    X(EVENT_SET_APP_ROLES, "set-app-roles", 'r')     /* Entra: those that a person's assignment carries */                       \
    X(EVENT_SET_JOB, "set-job", 'j')                 /* Entra: the settings of provisioning (job_settings.h) */                  \
    X(EVENT_ALLOW_DELETIONS, "allow-deletions", '-') /* Entra: those that its guard has staged */

enum event_kind {
#define X(code, word, operands) code,
    EVENTS(X)
#undef X
        EVENT_COUNT
};

struct event {
    enum event_kind kind;
    const char *subject; /* key of a user or group; NULL for events without one */
    const char *const *
        members; /* add/remove members; push-group on demand: only these; other providers push all whatever this says; set-app-roles:
                     the roles; change-members: "-" or "+" before each key */
    size_t member_count;
    const json *changes; /* update: {"title": "CTO", "department": null}; entitle, settings and set-job: theirs */
    const char *name;    /* the text of n, s and t: a new name, a password, "leave" */
    bool later;          /* Entra: no cycle runs for it, the next one finds it */
};

const char *event_word(enum event_kind kind);
char event_operands(enum event_kind kind);
const char *event_member(const struct event *event, size_t at); /* its key, without a sign */
bool event_find(const char *word, enum event_kind *out);
bool event_is_of(enum event_kind kind, const struct dialect *dialect); /* the provider has such an event */
/* Axes that the settings of an app in Okta's console turn, by name; NULL ends the list. */
extern const char *const okta_settings[];
/* Okta does not push this attribute of the profile (or "roles", "entitlements"): okta_schema.h. */
bool simulator_keeps_back(const struct simulator *simulator, const char *attribute);
/* What may be granted by `entitle`: lists of roles and of entitlements. err names what is wrong. */
bool event_check_grants(const json *grants, struct error *err) MUST_USE;

/* What became of an event, seen from the console. */
struct event_outcome {
    size_t sent;  /* requests */
    size_t waits; /* times that the provider waited before it sent a request again */
    int64_t waited_ms;
    size_t written; /* write requests answered 2xx */
    /* requests answered other than 2xx where that stops the provider: writes, and reads such as a 401 to the lookup */
    size_t refused;
    int first_refusal; /* its status; 0: none */
    const char
        *console; /* what the administrator reads: "Conflict. Errors reported by remote server: ..."; NULL: all went well */
    /* The provider can't go on with what it got ("the reply to the create has no usable id"), or got over something that it should not
     * have to; NULL. Becomes a dialect finding. */
    const char *complaint;
    const char *complaint_rule; /* its rule id, "okta.create-needs-id" */
};

/* A line of the trace, by the provider's clock; text outlives the simulator. */
void simulator_trace(struct simulator *simulator, const char *text);

/* Changes the directory, then plays the traffic. The directory changes even when the server refuses: the administrator did it.
 * An event that leaves nothing to tell (a person who was never assigned is deactivated) sends nothing. false: no reply, or an
 * event that can't be (ERROR_INVALID: unknown key, a deleted group), in which case nothing changed. */
bool simulator_play(struct simulator *simulator, const struct event *event, struct event_outcome *out,
                    struct error *err) MUST_USE;

/* When the provider does something of itself next, by its clock: a cycle of Entra's; with Okta what granular deprovisioning has
 * put off (okta_leave.h). False: never (nothing is put off; a disabled job; no timetable). */
bool simulator_next(struct simulator *simulator, int64_t *due_ms) MUST_USE;
/* Does what is due: the cycle of that time, the end of a job that was in quarantine for too long, what was put off. As
 * simulator_play. */
bool simulator_act(struct simulator *simulator, struct event_outcome *out, struct error *err) MUST_USE;

/* Words of the states that an administrator sees. A person: unassigned, assigned (not there yet), provisioned, deactivated, error
 * (Okta: a failed task; Entra: in escrow), waiting (changed while the job is in quarantine), suspended (Okta, where these states are
 * those of okta_state.h). A group push: inactive, active, error, waiting. */
#define PERSON_STATES "unassigned", "assigned", "provisioned", "deactivated", "error", "waiting", "suspended"
#define PUSH_STATES   "inactive", "active", "error", "waiting"
const char *simulator_person_state(const struct simulator *simulator, const struct directory_user *user);
const char *simulator_push_state(const struct simulator *simulator, const struct directory_group *group);

#endif
