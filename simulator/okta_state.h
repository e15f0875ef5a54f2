/* okta_state.h: what Okta's console shows of a person and of a group push, as two state machines: tables that okta_user.c and
 * okta_group.c run on. Internal to the simulator.
 *
 * A row says: in this state, asked this, do that task, and be in that state when it went well. Where there is no row, nothing
 * is sent and nothing changes; that is how the silences of the real client are written down (a person who is not there gets no
 * profile push, a push that is deactivated or has failed gets no member changes). A task that fails leads to the error state
 * that fits what the server is believed to have.
 *
 * Sources: Okta's SCIM reference and concept pages (assign, update, deactivate, reactivate), its group push pages (link, unlink,
 * deactivate, push now, error), its OIN test plan (C9315 to C9331), Okta staff on failed tasks (they wait until they are
 * submitted again), a capture of 2026 (members come within seconds of the person; a leaver by group comes back by the stored id).
 */
#ifndef SIMULATOR_OKTA_STATE_H
#define SIMULATOR_OKTA_STATE_H

#include "common/base.h"

/* --- a person --- */

/* enum, what the trace calls it, what the console calls it */
#define PERSON_STATES_OF_OKTA(X)                                                                                                 \
    X(PERSON_UNASSIGNED, "unassigned", "unassigned")                                                                             \
    X(PERSON_ASSIGNED, "assigned", "assigned") /* and not there yet: users are not created, axis create-users */                 \
    X(PERSON_PROVISIONED, "provisioned", "provisioned")                                                                          \
    X(PERSON_SUSPENDED, "suspended", "suspended") /* in Okta; the server is told nothing */                                      \
    X(PERSON_DEACTIVATED, "deactivated", "deactivated")                                                                          \
    X(PERSON_ERROR_ABSENT, "error, not there", "error") /* a failed task waits until it is submitted again */                    \
    X(PERSON_ERROR_ACTIVE, "error, there", "error")                                                                              \
    X(PERSON_ERROR_UNSURE, "error, there, status unsure", "error") /* a change of active has failed */

enum person_state {
#define X(code, trace, word) code,
    PERSON_STATES_OF_OKTA(X)
#undef X
        PERSON_STATE_COUNT
};

/* What is asked of a person's provisioning. enum, words for the trace */
#define PERSON_ASKS(X)                                                                                                           \
    X(PERSON_ASK_IN, "has the app")                                                                                              \
    X(PERSON_ASK_HOLD, "has the app while users are not created")                                                                \
    X(PERSON_ASK_BACK, "is back and has the app by a group")                                                                     \
    X(PERSON_ASK_OUT, "has the app no longer")                                                                                   \
    X(PERSON_ASK_DROP, "has the app no longer while users are not deactivated")                                                  \
    X(PERSON_ASK_ERASE, "has the app no longer and is to be deleted")                                                            \
    X(PERSON_ASK_STRIP, "is to lose what was granted")                                                                           \
    X(PERSON_ASK_PROFILE, "has another profile")                                                                                 \
    X(PERSON_ASK_PASSWORD, "has another password")                                                                               \
    X(PERSON_ASK_AGAIN, "the task is submitted again")                                                                           \
    X(PERSON_ASK_SUSPEND, "is suspended")                                                                                        \
    X(PERSON_ASK_UNSUSPEND, "is suspended no longer")                                                                            \
    X(PERSON_ASK_FOUND, "is found by the import")                                                                                \
    X(PERSON_ASK_LOST, "is not in the import")

enum person_ask {
#define X(code, words) code,
    PERSON_ASKS(X)
#undef X
        PERSON_ASK_COUNT
};

enum person_task {
    PERSON_TASK_NOTHING,
    PERSON_TASK_PROVISION, /* lookup, then create or link */
    PERSON_TASK_BACK,      /* active=true and the profile, by the stored id */
    PERSON_TASK_OUT,       /* active=false */
    PERSON_TASK_ERASE,     /* DELETE: granular deprovisioning */
    PERSON_TASK_STRIP,     /* no roles and entitlements: likewise */
    PERSON_TASK_PROFILE,
    PERSON_TASK_PASSWORD,
    PERSON_TASK_AGAIN, /* the profile, and a password that failed */
    PERSON_TASK_FORGET /* the app user is removed in Okta; nothing is sent */
};

struct person_step {
    enum person_task task;
    enum person_state done;
};

struct person_step okta_person_step(enum person_state state, enum person_ask ask);
const char *okta_person_word(enum person_state state);  /* the console's: "error" */
const char *okta_person_trace(enum person_state state); /* "error, not there" */
const char *okta_person_asked(enum person_ask ask);
bool okta_person_failed(enum person_state state);

/* --- a group push --- */

#define PUSH_STATES_OF_OKTA(X)                                                                                                   \
    X(PUSH_INACTIVE, "not pushed", "inactive")                                                                                   \
    X(PUSH_ACTIVE, "active", "active")                                                                                           \
    X(PUSH_PAUSED, "deactivated", "inactive")                                                                                    \
    X(PUSH_ERROR_ABSENT, "error, not there", "error")                                                                            \
    X(PUSH_ERROR_THERE, "error, there", "error") /* membership changes stop until push now, or until it is submitted again */    \
    X(PUSH_ERROR_DELETE, "error, to be deleted", "error")

enum push_state {
#define X(code, trace, word) code,
    PUSH_STATES_OF_OKTA(X)
#undef X
        PUSH_STATE_COUNT
};

#define PUSH_ASKS(X)                                                                                                             \
    X(PUSH_ASK_PUSH, "is pushed")                                                                                                \
    X(PUSH_ASK_LINK, "is linked")                                                                                                \
    X(PUSH_ASK_NOW, "push now")                                                                                                  \
    X(PUSH_ASK_MEMBERS, "has other members")                                                                                     \
    X(PUSH_ASK_RENAME, "has another name")                                                                                       \
    X(PUSH_ASK_PAUSE, "the push is deactivated")                                                                                 \
    X(PUSH_ASK_RESUME, "the push is activated")                                                                                  \
    X(PUSH_ASK_LEAVE, "is unlinked and left")                                                                                    \
    X(PUSH_ASK_DELETE, "is to be deleted")                                                                                       \
    X(PUSH_ASK_AGAIN, "the task is submitted again")

enum push_ask {
#define X(code, words) code,
    PUSH_ASKS(X)
#undef X
        PUSH_ASK_COUNT
};

enum push_task {
    PUSH_TASK_NOTHING,
    PUSH_TASK_CREATE, /* lookup, then create, or link the match */
    PUSH_TASK_LINK,   /* the group chosen by the administrator */
    PUSH_TASK_ALL,    /* the name and the whole list of members */
    PUSH_TASK_MEMBERS,
    PUSH_TASK_RENAME,
    PUSH_TASK_DELETE,
    PUSH_TASK_FORGET
};

struct push_step {
    enum push_task task;
    enum push_state done;
};

struct push_step okta_push_step(enum push_state state, enum push_ask ask);
const char *okta_push_word(enum push_state state);
const char *okta_push_trace(enum push_state state);
const char *okta_push_asked(enum push_ask ask);
bool okta_push_failed(enum push_state state);

#endif
