/* session.h: one event being played: sending, counting, reading replies, and what the administrator reads. Internal to the
 * simulator.
 *
 * A flow (okta.c, entra.c) is a chain of steps, each returning how it went. The server's replies are never trusted: wrong types
 * and absent members end the flow with a complaint, they never stop the tool.
 */
#ifndef SIMULATOR_SESSION_H
#define SIMULATOR_SESSION_H

#include "common/base.h"
#include "common/http.h"
#include "common/json.h"
#include "simulator/dialect.h"
#include "simulator/simulator.h"

struct directory_group;
struct directory_user;
struct error;
struct escrow;
struct member_change;

#define SERVER_ID_MAX 512 /* bytes of an id the provider takes from a reply */
#define CONSOLE_MAX   600 /* bytes of the server's own words in a console text */

enum flow {
    FLOW_DONE,  /* go on */
    FLOW_ENDED, /* the provider gives this object up; told in the outcome */
    FLOW_BROKEN /* no reply; err is set */
};

struct session {
    struct simulator *sim;
    const struct event *event;
    struct event_outcome *out;
    struct error *err;
    struct directory_user *user;       /* subject, else NULL */
    struct directory_group *group;     /* subject, else NULL */
    struct directory_user **members;   /* of the event, resolved */
    size_t member_count, leaver_count; /* those who leave come first */
    struct directory_group **inner;    /* of the event: groups inside a group */
    size_t inner_count;
    struct directory_user **affected; /* to whom the app has come, or from whom it has gone, by a group */
    size_t affected_count;
    bool was_assigned;                       /* the subject, before the event */
    bool broken;                             /* there was no reply: what else the event asks for fails unsent */
    bool opened;                             /* Entra: the opening probe has been sent */
    bool halted;                             /* Entra: quarantine, the cycle ends */
    bool timed;                              /* Entra: a cycle of the timetable */
    bool full;                               /* Entra: an initial cycle, everything is matched again */
    bool denied;                             /* 401 or 403 */
    bool delayed;                            /* Okta: somebody reactivated still shows inactive */
    bool staged;                             /* Entra: too many deletions, this cycle holds them back */
    bool reference;                          /* Entra: members and managers are being told */
    const char **blame;                      /* last_error of the object at hand; NULL */
    struct escrow *escrow;                   /* Entra: likewise */
    size_t tried, failed, failed_references; /* Entra: objects of this cycle */
};

struct reply {
    int status; /* 0: none came; raw.body says why */
    json *body; /* NULL when it is empty or not a JSON object */
    bool empty; /* nothing, null or [] */
    bool twice; /* body NULL since an object has a member twice */
    struct http_response raw;
};

static inline bool reply_ok(const struct reply *reply)
{
    return reply->status >= 200 && reply->status < 300;
}

static inline int session_axis(const struct session *session, enum axis axis)
{
    return dialect_value(session->sim->dialect, axis);
}

/* The object that refusals are noted on from now; forgets its last error. */
void session_begin(struct session *session, const char **last_error);

/* A line of the simulator's trace. */
void session_trace(struct session *session, const char *text);

/* body NULL: none. FLOW_DONE for every HTTP status; an answered write is counted. */
enum flow session_send(struct session *session, const char *method, const char *target, const json *body, struct reply *out);
/* Requests that do not depend on each other, at the same time when the caller can. out has count elements. */
enum flow session_send_all(struct session *session, const struct http_request *requests, size_t count, struct reply *out);
/* As session_send, but a status other than 2xx ends the flow as refused. */
enum flow session_demand(struct session *session, const char *method, const char *target, const json *body, struct reply *out);
/* True for the 404 to a DELETE whose forerunner had no reply or a 5xx: it was carried out after all, and nobody has refused anything.
 * Inferred: no provider has published what it makes of it. */
bool session_gone(const struct session *session, const char *method, const char *target, const struct reply *reply);
/* GET that must give an object. */
enum flow session_get(struct session *session, const char *target, struct reply *out);

enum flow session_broken(struct session *session);                            /* FLOW_BROKEN: err is set */
enum flow session_refuse(struct session *session, const struct reply *reply); /* FLOW_ENDED */
enum flow session_fail(struct session *session,
                       const char *console); /* the object, without a request and so without blame for the server: FLOW_ENDED */

/* What a provider can't go on with. enum, suffix of the rule id ("okta." or "entra." before it), what is wrong, what Okta's
 * console says (NULL: the same) */
#define COMPLAINTS(X)                                                                                                            \
    X(COMPLAINT_NOT_JSON, "reply-not-json", "the reply is not a JSON object", NULL)                                              \
    X(COMPLAINT_TWICE, "reply-member-twice",                                                                                     \
      "an object of the reply has a member twice: which of the two counts is up to who reads it (RFC 8259 §4)", NULL)            \
    X(COMPLAINT_LIST_RESOURCES, "list-needs-resources", "the list has no array \"Resources\"", "No results for users returned")  \
    X(COMPLAINT_LIST_INTEGERS, "list-integers", "totalResults, startIndex and itemsPerPage of a list must be JSON integers",     \
      NULL)                                                                                                                      \
    X(COMPLAINT_LIST_SCHEMAS, "list-needs-schemas", "the list does not name the ListResponse schema", NULL)                      \
    X(COMPLAINT_LIST_TOTAL, "list-needs-total", "the list has no totalResults", NULL)                                            \
    X(COMPLAINT_NO_MATCH_STATUS, "no-match-must-be-200", "a lookup without a match must be answered 200 with an empty list",     \
      NULL)                                                                                                                      \
    X(COMPLAINT_MATCH_ID, "match-needs-id", "a resource in the list has no usable id", NULL)                                     \
    X(COMPLAINT_ONE_MATCH, "one-match", "the lookup by a unique attribute found more than one resource", NULL)                   \
    X(COMPLAINT_PROBE, "probe-must-be-empty", "the lookup of a random GUID found a resource", NULL)                              \
    X(COMPLAINT_CREATE_BODY, "create-needs-body", "the reply to the create has no body", "Create new user returned empty user.") \
    X(COMPLAINT_CREATE_ID, "create-needs-id", "the reply to the create has no usable id", NULL)                                  \
    X(COMPLAINT_REACTIVATE, "reactivate-takes-effect", "the user is still inactive after active=true was accepted",              \
      "provision to app failed due to delay in reactivating remote User. Rescheduling provision job.")                           \
    X(COMPLAINT_LINK, "link-needs-group", "the group that was chosen to be linked is not found", NULL)                           \
    X(COMPLAINT_PAGE_SHORT, "import-pages-of-100",                                                                               \
      "pages of the size asked for do not hold all of totalResults; the import goes on by that size and loses the rest", NULL)   \
    X(COMPLAINT_PAGE_ENDLESS, "import-ends", "totalResults promises more pages than an import reads", NULL)                      \
    X(COMPLAINT_IMPORT_TOTAL, "import-total",                                                                                    \
      "the pages of roles or entitlements hold another number of them than totalResults says", NULL)                             \
    X(COMPLAINT_OFFER, "entitlement-needs-attributes",                                                                           \
      "a role needs id and displayName, an entitlement a type too, which is the name of its resource type; a description has "   \
      "at "                                                                                                                      \
      "most 1000 characters",                                                                                                    \
      NULL)                                                                                                                      \
    X(COMPLAINT_USER_SCHEMA, "schemas-need-user", "the schemas do not define the core User", NULL)                               \
    X(COMPLAINT_MANAGER, "manager-must-be-object", "manager in a reply must be an object with value", NULL)                      \
    X(COMPLAINT_ACTIVE, "active-must-be-boolean", "active in a reply must be a JSON boolean", NULL)                              \
    X(COMPLAINT_PRIMARY, "primary-must-be-boolean", "primary in a reply must be a JSON boolean", NULL)                           \
    X(COMPLAINT_DATE, "dates-must-be-dates", "meta.created and meta.lastModified in a reply must be dates as text", NULL)        \
    X(COMPLAINT_MEMBERS, "excluded-members-returned", "members are in the reply although excludedAttributes=members was asked",  \
      NULL)

enum complaint {
#define X(code, rule, text, console) code,
    COMPLAINTS(X)
#undef X
        COMPLAINT_COUNT
};

enum flow session_complain(struct session *session, enum complaint complaint); /* FLOW_ENDED */
void session_note(struct session *session, enum complaint complaint);          /* a complaint that the provider gets over */

enum flow session_unreadable(struct session *session,
                             const struct reply *reply); /* of a reply without a body that can be read: FLOW_ENDED */

/* An id that both providers can put into a URL. */
bool session_usable_id(const char *id);

struct match {
    const json *resource; /* the first of the list; NULL: nothing matched */
    const char *id;
    size_t count;
};
enum flow session_read_list(struct session *session, const struct reply *reply, struct match *out); /* count and resource only */
/* The reply to a lookup: none or one. Of several Okta takes the first, Entra gives up. */
enum flow session_read_match(struct session *session, const struct reply *reply, struct match *out);
/* id of a created resource. */
enum flow session_read_created(struct session *session, const struct reply *reply, const char **id);

/* The server took these member changes: the provider remembers. */
void session_remember(struct session *session, struct directory_group *group, const struct member_change *changes, size_t count);

#endif
