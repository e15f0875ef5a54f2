/* audit_event.h: what a request does, event by event, until it becomes part of the request's entry in the trail (audit.h).
 *
 * Mutators of this folder note their events, so every cause (SCIM, an admin, a person in the product, the clock, a policy) is recorded the same way;
 * who asked, and when, is said once, by the entry. Nobody listens while an organization is set up or comes back from the store: then a note costs
 * nothing and is forgotten.
 *
 * The three families and the names of the events are those of the product's integration guide ("audit_logs"). In an entry each event is
 *     {"family","event", "user_id","user", and the members below}
 * where user is the userName at that time. Values are texts, cut at AUDIT_VALUE_BYTES bytes, and never objects: nothing that a client sent can pass
 * for a member (audit_filter.h).
 *     user_created           initiated by the entry's actor; reason "restored" of somebody who was deleted (departed.h)
 *     user_updated           changed_fields: [{"field","old","new"}], names as SCIM paths; a secret has its name only
 *     user_deprovisioned     reason: "deactivated", "deleted", or "purged" when the retention period is over
 *     login_attempts         method, result: "success" or "failure", reason
 *     permission_changes     of: "access" (what the person may do in effect), "grant" (user or group_id and group; starts, ends of one with a window),
 *                            "organization" (the org role, in effect), "approval" (approval: "asked", "approved", "rejected", "ended"; source of what
 *                            a rule or mapping gives), "project" ("owner", "assigned"), "invite" (user: the address), "permission" (of the
 *                            organization, that a group gives: standing.h; each by itself); resource; old_role, new_role ("none")
 *     group_membership       group_id, group, action: "added" or "removed"; of a group in a group member_id and member in place of the user
 *     sync_operations        operation_type, status: "success" or "failure"; of a group that is changed changed_fields.
 *                            What does not count, or not yet: operation_type "keep-out" or "postpone", user, group, action as in group_membership,
 *                            changed_fields with what stays (old) and what the provider said (new), due
 *     error_conditions       error_type, detail, resolution
 *     configuration_changes  changes: [{"field","old","new"}]
 *
 * "access" is found by comparing the access of the people concerned before and after (access.h): whoever changes something that access depends on
 * calls audit_watch() BEFORE. Bounded: an entry has at most AUDIT_EVENTS_TOLD events and `more` counts the others; at most AUDIT_PEOPLE_WATCHED
 * people are watched in a request, so that what is done to a large group costs as much as it did; AUDIT_EVERYBODY when policies change.
 */
#ifndef REFERENCE_SERVER_MODEL_AUDIT_EVENT_H
#define REFERENCE_SERVER_MODEL_AUDIT_EVENT_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/role.h"

struct account;
struct arena;
struct grant;
struct group;
struct organization;
struct project;
struct resource;

#define AUDIT_EVENTS_TOLD    100
#define AUDIT_PEOPLE_WATCHED 100
#define AUDIT_EVERYBODY      2000 /* people looked at when policies change */
#define AUDIT_VALUE_BYTES    200  /* bytes */

/* event, family, name */
#define AUDIT_EVENTS(X)                                                                                                          \
    X(AUDIT_USER_CREATED, "provisioning_events", "user_created")                                                                 \
    X(AUDIT_USER_UPDATED, "provisioning_events", "user_updated")                                                                 \
    X(AUDIT_USER_DEPROVISIONED, "provisioning_events", "user_deprovisioned")                                                     \
    X(AUDIT_LOGIN_ATTEMPTS, "access_events", "login_attempts")                                                                   \
    X(AUDIT_PERMISSION_CHANGES, "access_events", "permission_changes")                                                           \
    X(AUDIT_GROUP_MEMBERSHIP, "access_events", "group_membership")                                                               \
    X(AUDIT_SYNC_OPERATIONS, "system_events", "sync_operations")                                                                 \
    X(AUDIT_ERROR_CONDITIONS, "system_events", "error_conditions")                                                               \
    X(AUDIT_CONFIGURATION_CHANGES, "system_events", "configuration_changes")

enum audit_event {
#define X(event, family, name) event,
    AUDIT_EVENTS(X)
#undef X
        AUDIT_EVENT_COUNT
};

const char *audit_event_name(enum audit_event event);
const char *audit_event_family(enum audit_event event);

/* Forgets what was noted and listens from here on. */
void audit_listen(struct organization *organization);
void audit_forget(struct organization *organization); /* and does not listen any more */
/* What happens beside the request, by the clock or by a rule, has entries of its own: between these two it is noted apart. audit_append takes what
 * was noted there, audit_resume forgets the rest and goes on with the request, if there is one. */
struct audit_notes *audit_aside(struct organization *organization) MUST_USE;
void audit_resume(struct organization *organization, struct audit_notes *request);
/* Notes what has changed for those who are watched, and watches them no more: what follows is told by others. */
void audit_settle(const struct organization *organization);
bool audit_any(
    const struct organization *organization); /* whether anything was noted, or has changed for those who are watched */
/* What was refused has changed nothing: what is noted stays only when it is an attempt to sign in. True: such a one is there. */
bool audit_refuse(struct organization *organization);

/* --- notes, all of them free when nobody listens --- */

void audit_created(struct organization *organization, const struct account *account);
void audit_updated(struct organization *organization, const struct account *account, const json *old, const json *new);
void audit_field(struct organization *organization, const struct account *account, const char *field, const char *old,
                 const char *new);
void audit_secret(struct organization *organization, const struct account *account,
                  const char *field); /* changed, not said to what */
void audit_deprovisioned(struct organization *organization, const struct account *account,
                         const char *reason); /* the first reason counts */
void audit_group_updated(struct organization *organization, const json *old, const json *new);
void audit_membership(struct organization *organization, const struct group *group, const struct account *account,
                      const struct group *nested, bool added);
void audit_org_role(struct organization *organization, const struct account *account, enum org_role old, enum org_role new);
void audit_grant(struct organization *organization, const struct grant *grant, enum role old, enum role new);
void audit_restored(struct organization *organization, const struct account *account); /* who was just noted as created */
void audit_purged(struct organization *organization, const char *id);                  /* without the name: it is what goes */
void audit_login(struct organization *organization, const struct account *account, const char *method,
                 const char *refusal); /* refusal NULL: let in */
/* what: "asked", "approved", "rejected", "ended"; role: that was asked for. Before the grant changes. */
void audit_approval(struct organization *organization, const struct grant *grant, enum role role, const char *what);
/* About what a rule or mapping gives. resource NULL: wherever it gives it. source: approval.h. */
void audit_invite(struct organization *organization, const struct account *account, const char *address, const char *resource,
                  enum role role); /* account NULL: nobody's yet */
void audit_answer(struct organization *organization, const struct account *account, const char *resource, enum role role,
                  const char *source, bool given);
void audit_project(struct organization *organization, const struct account *account, const char *project, const char *old,
                   const char *new); /* "none", "owner", "assigned" */
/* What the provider said that does not count (operation "keep-out"), or not yet ("postpone", due_ms; else 0). */
void audit_withheld(struct organization *organization, const struct account *account, const json *stays, const json *said,
                    const char *operation, int64_t due_ms);
void audit_withheld_member(struct organization *organization, const struct group *group, const char *member, bool joins,
                           const char *operation, int64_t due_ms);
void audit_operation(struct organization *organization, const char *operation, bool good);
void audit_error(struct organization *organization, const char *type, const char *detail, const char *resolution);
void audit_configuration(struct organization *organization, const char *field, const char *old, const char *new);

/* About to change what the access of these depends on. */
void audit_watch(struct organization *organization, const struct account *account);
void audit_watch_group(struct organization *organization, const struct group *group);          /* its people, nested ones too */
void audit_watch_resource(struct organization *organization, const struct resource *resource); /* who has grants on it or in it */
void audit_watch_project(struct organization *organization, const struct project *project);    /* its owner and who is assigned */
void audit_watch_everybody(struct organization *organization);                                 /* the first AUDIT_EVERYBODY */
void audit_watch_admins(struct organization *organization);

/* What was noted, with the changes of access, as an array that is there until audit_forget; NULL: nothing. *more: how many do not stand there. Once. */
json *audit_events_told(struct organization *organization, size_t *more);

#endif
