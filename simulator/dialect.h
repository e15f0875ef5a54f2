/* dialect.h: how a provider's SCIM client speaks, as data. A dialect is a preset over named axes; every value names its
 * evidence.
 *
 * Two small state machines (okta.h, entra.h) read the axes and nothing else, so a new habit of a provider is a new value in the
 * table of dialect.c. Which preset to take: an app made in Okta's App Integration Wizard rewrites whole resources (okta-aiw), an
 * app from Okta's catalogue patches (okta-template); Entra ID speaks its legacy PATCH (entra) unless the tenant URL carries the
 * flag aadOptscim062020 (entra-flag), and on demand it is legacy even with the flag (entra-on-demand).
 */
#ifndef SIMULATOR_DIALECT_H
#define SIMULATOR_DIALECT_H

#include "common/base.h"

struct arena;
struct entra_mapping;
struct error;

#define DIALECT_MAX_NUMBER 100000 /* of an axis that is one */

/* How well a value is known. */
#define EVIDENCES(X)                                                                                                             \
    X(EVIDENCE_DOCUMENTED, "documented") /* by the provider */                                                                   \
    X(EVIDENCE_OBSERVED, "observed")     /* in captured traffic */                                                               \
    X(EVIDENCE_REPORTED, "reported")     /* by implementers, in prose */                                                         \
    X(EVIDENCE_INFERRED, "inferred")     /* by us: a hypothesis, kept switchable */

enum evidence {
#define X(code, name) code,
    EVIDENCES(X)
#undef X
};

/* For whom an axis can be turned; for the others it only describes what the client does. */
enum axis_turns { TURNS_NOBODY, TURNS_OKTA, TURNS_ENTRA, TURNS_BOTH };

/* What a person can be found by. */
#define MATCH_NAMES                                                                                                              \
    "userName", "externalId", "emails[type eq \"work\"].value",                                                                  \
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"

/* K98: servers take one of them, or look for the exact text. */
#define MEDIA_TYPES                                                                                                              \
    "application/scim+json; charset=utf-8", "application/scim+json", "application/json; charset=utf-8", "application/json"

/* enum, name, who can turn it, values in the order of the enums below; an axis without values is a number */
#define AXES(X)                                                                                                                  \
    X(AXIS_TEST_CONNECTION, "test-connection", TURNS_NOBODY, "users-count-2", "guid-users-and-groups")                           \
    X(AXIS_GROUP_IMPORT, "group-import", TURNS_OKTA, "off", "on") /* on: test-connection lists groups too */                     \
    X(AXIS_MEDIA_TYPE, "media-type", TURNS_BOTH, MEDIA_TYPES)     /* of what is sent */                                          \
    X(AXIS_HEADERS, "headers", TURNS_BOTH, "okta-dump", "authorization-first",                                                   \
      "content-type-first") /* wire_request.c has the lists */                                                                   \
    X(AXIS_PAGE_SIZE, "page-size", TURNS_BOTH, NULL)                                                                             \
    X(AXIS_PARALLEL, "parallel-requests", TURNS_ENTRA, NULL) /* member changes of a group that go out at the same time */        \
    X(AXIS_OPENING, "opening-probe", TURNS_ENTRA, "none", "users",                                                               \
      "users-and-groups") /* before an event's first real request */                                                             \
    X(AXIS_ACCEPT, "accept", TURNS_BOTH, "absent", "application/scim+json")                                                      \
    X(AXIS_CONTENT_TYPE_ON, "content-type-on", TURNS_BOTH, "body", "body-and-delete")                                            \
    X(AXIS_USER_AGENT, "user-agent", TURNS_BOTH, "absent", "Okta SCIM Client 1.0.0")                                             \
    X(AXIS_HEADER_ORDER, "header-order", TURNS_OKTA, "host-first", "host-before-connection") /* with Content-Length before it */ \
    X(AXIS_VERSION_HEADER, "adscimversion", TURNS_ENTRA, "absent", "5.0")                                                        \
    X(AXIS_QUERY, "query", TURNS_BOTH, "component-paged", "form") /* %20 and startIndex=1&count=100; or `+` and no paging */     \
    X(AXIS_FILTER_VALUE, "filter-value", TURNS_BOTH, "quoted", "unquoted")                                                       \
    X(AXIS_FLAG, "flag-in-query", TURNS_ENTRA, "absent", "aadOptscim062020")                                                     \
    X(AXIS_MATCH, "match-attribute", TURNS_ENTRA, MATCH_NAMES)                                                                   \
    X(AXIS_MATCH_2, "match-attribute-2", TURNS_ENTRA, "none", MATCH_NAMES) /* where the one before finds nobody */               \
    X(AXIS_MATCH_3, "match-attribute-3", TURNS_ENTRA, "none", MATCH_NAMES)                                                       \
    X(AXIS_GROUP_MATCH, "group-match-attribute", TURNS_ENTRA, "displayName", "externalId")                                       \
    X(AXIS_NO_MATCH_404, "no-match-404", TURNS_BOTH, "accepted", "refused")                                                      \
    X(AXIS_REASSIGN, "reassign", TURNS_ENTRA, "filter", "stored-id")                                                             \
    X(AXIS_LINK_ACTIVATES, "link-activates", TURNS_OKTA, "when-inactive", "always", "as-attribute")                              \
    X(AXIS_PROFILE_UPDATE, "profile-update", TURNS_OKTA, "get-put", "patch")                                                     \
    X(AXIS_STATUS_UPDATE, "status-update", TURNS_OKTA, "get-put", "patch")                                                       \
    X(AXIS_GET_BEFORE_PATCH, "get-before-patch", TURNS_BOTH, "no", "yes")                                                        \
    X(AXIS_OP_CASE, "op-case", TURNS_BOTH, "lower", "capital")                                                                   \
    X(AXIS_BOOLEAN, "boolean-form", TURNS_ENTRA, "json", "string")                                                               \
    X(AXIS_PATCH_FORM, "patch-form", TURNS_ENTRA, "value-object", "path-per-attribute", "merged")                                \
    X(AXIS_CLEAR, "clear", TURNS_BOTH, "omit", "never", "empty", "null")                                                         \
    X(AXIS_MANAGER, "manager", TURNS_NOBODY, "in-profile", "reference-patch")                                                    \
    X(AXIS_MANAGER_VALUE, "manager-value", TURNS_BOTH, "text", "object", "list")     /* of the PATCH; Okta: in the profile */    \
    X(AXIS_MANAGER_POST, "manager-in-post", TURNS_ENTRA, "absent", "text", "object") /* of somebody who is there already */      \
    X(AXIS_REFERENCE_CHECK, "reference-check", TURNS_ENTRA, "none", "filter")        /* before a member or manager is written */ \
    X(AXIS_REPLY_TYPES, "reply-types", TURNS_ENTRA, "manager", "and-active",                                                     \
      "and-primary-and-meta")                                                /* what makes a reply unreadable */                 \
    X(AXIS_OFFICE_TYPE, "office-address-type", TURNS_ENTRA, "work", "other") /* where physicalDeliveryOfficeName goes */         \
    X(AXIS_MANAGER_REMOVE, "manager-remove", TURNS_ENTRA, "path", "value-filter", "empty")                                       \
    X(AXIS_EXTERNAL_ID, "external-id", TURNS_BOTH, "directory-id", "mail-nickname")                                              \
    X(AXIS_PASSWORD, "password-in-post", TURNS_OKTA, "absent", "placeholder")                                                    \
    X(AXIS_KEY_ORDER, "post-key-order", TURNS_NOBODY, "reference-sample", "data-contract", "without-meta")                       \
    X(AXIS_USER_SCHEMAS, "user-schemas", TURNS_BOTH, "used-only", "core-and-enterprise", "core-only")                            \
    X(AXIS_GROUP_SCHEMAS, "group-schemas", TURNS_BOTH, "core", "core-and-adscim")                                                \
    X(AXIS_GROUP_MEMBERS_IN_POST, "members-in-group-post", TURNS_OKTA, "no", "yes")                                              \
    X(AXIS_GROUP_AFTER_CREATE, "after-group-create", TURNS_OKTA, "nothing", "get-put", "metadata-patch")                         \
    X(AXIS_GROUP_UPDATE, "group-update", TURNS_OKTA, "get-put", "patch", "patch-after-metadata")                                 \
    X(AXIS_MEMBER_ADD, "member-add", TURNS_BOTH, "full-list", "add-value-list", "add-with-null-ref", "replace-value-list")       \
    X(AXIS_MEMBER_REMOVE, "member-remove", TURNS_BOTH, "full-list", "value-filter", "value-list")                                \
    X(AXIS_MEMBER_REPLACE, "member-replace", TURNS_OKTA, "full-list", "replace-path", "replace-no-path", "not-used")             \
    X(AXIS_MEMBERS_SHOWN, "members-shown-despite-exclusion", TURNS_ENTRA, "ignored", "replace-one")                              \
    X(AXIS_INNER_GROUPS, "inner-groups", TURNS_ENTRA, "left-out", "member-id") /* a group inside a group */                      \
    X(AXIS_LATE_MEMBER, "member-assigned-later", TURNS_BOTH, "pushed", "next-sync")                                              \
    X(AXIS_BATCH, "member-changes-per-patch", TURNS_BOTH, NULL)                                                                  \
    X(AXIS_ON_DEMAND_MEMBERS, "members-on-demand", TURNS_ENTRA, NULL) /* 0: the dialect does not provision on demand */          \
    X(AXIS_SCOPE, "scope", TURNS_ENTRA, "assigned", "all")                                                                       \
    X(AXIS_OUT_OF_SCOPE, "out-of-scope", TURNS_ENTRA, "disable", "skip") /* SkipOutOfScopeDeletions */                           \
    X(AXIS_DEPROVISION, "deprovision", TURNS_ENTRA, "disable", "delete") /* delete: `active` is not mapped */                    \
    X(AXIS_ACTIVE_SOURCE, "active-source", TURNS_ENTRA, "IsSoftDeleted", "accountEnabled")                                       \
    X(AXIS_CREATE, "create-action", TURNS_ENTRA, "off", "on")                                                                    \
    X(AXIS_UPDATE, "update-action", TURNS_ENTRA, "off", "on")                                                                    \
    X(AXIS_DELETE, "delete-action", TURNS_ENTRA, "off", "on")                                                                    \
    X(AXIS_APP_ROLES, "app-roles", TURNS_ENTRA, "not-mapped", "single", "complex", "assertive")                                  \
    X(AXIS_APP_ROLE_FORM, "app-role-patch", TURNS_ENTRA, "json-in-text", "as-in-post")                                           \
    X(AXIS_GUARD, "deletion-threshold", TURNS_ENTRA, NULL) /* more in one cycle are staged; 0: no guard */                       \
    X(AXIS_RECYCLE_DAYS, "recycle-days", TURNS_ENTRA, NULL)                                                                      \
    X(AXIS_HARD_DELETE, "hard-delete", TURNS_ENTRA, "nothing", "delete")                                                         \
    X(AXIS_TOMBSTONE, "soft-delete-renames", TURNS_ENTRA, "no", "yes")                                                           \
    X(AXIS_RETRY, "retry", TURNS_NOBODY, "by-hand", "next-cycle")                                                                \
    X(AXIS_THROTTLED, "on-429", TURNS_BOTH, "fail", "wait", "wait-doubling")                                                     \
    X(AXIS_DEFAULT_WAIT, "wait-minutes", TURNS_BOTH, NULL) /* Retry-After is no whole number of seconds; 0: fail */              \
    X(AXIS_ATTEMPTS, "attempts", TURNS_BOTH, NULL)         /* the first counts */                                                \
    X(AXIS_SERVER_ERROR, "on-5xx", TURNS_OKTA, "fail", "once-more")                                                              \
    X(AXIS_TIMEOUT, "timeout-seconds", TURNS_BOTH, NULL)             /* without a byte of the reply */                           \
    X(AXIS_NO_REPLY, "on-no-reply", TURNS_OKTA, "fail", "once-more") /* lost, cut or timed out */                                \
    X(AXIS_REACTIVATION_DELAY, "on-reactivation-delay", TURNS_OKTA, "fail",                                                      \
      "once-more")                                               /* active=true was taken without effect */                      \
    X(AXIS_TLS, "tls", TURNS_BOTH, "1.2-and-later", "1.2-ecdhe") /* what the client offers; http_client.h */                     \
    X(AXIS_GAP, "gap-milliseconds", TURNS_BOTH, NULL) /* between two requests of a task; passes with --pace real only */         \
    X(AXIS_CYCLE, "cycle-minutes", TURNS_ENTRA, NULL)                                                                            \
    X(AXIS_ESCROW, "escrow-gaps", TURNS_ENTRA, "every-cycle", "doubling")                                                        \
    X(AXIS_QUARANTINE_RETRY, "quarantine-retry", TURNS_ENTRA, "daily", "6h-12h-24h-daily")                                       \
    X(AXIS_QUARANTINE_DAYS, "quarantine-days", TURNS_ENTRA, NULL) /* then the job is disabled */                                 \
    X(AXIS_QUARANTINE_FAILURES, "quarantine-failures", TURNS_ENTRA, NULL)                                                        \
    X(AXIS_QUARANTINE_PERCENT, "quarantine-percent", TURNS_ENTRA, NULL)                                                          \
    X(AXIS_QUARANTINE_MANY, "quarantine-many", TURNS_ENTRA, NULL)                                                                \
    X(AXIS_QUARANTINE_REFERENCES, "quarantine-references", TURNS_ENTRA, NULL)                                                    \
    X(AXIS_CREATE_USERS, "create-users", TURNS_OKTA, "off", "on") /* this and the next: settings of the console */               \
    X(AXIS_UPDATE_USERS, "update-users", TURNS_OKTA, "off", "on")                                                                \
    X(AXIS_DEACTIVATE_USERS, "deactivate-users", TURNS_OKTA, "off", "on")                                                        \
    X(AXIS_SYNC_PASSWORDS, "sync-passwords", TURNS_OKTA, "off", "on")                                                            \
    X(AXIS_RENAME_GROUPS, "rename-groups", TURNS_OKTA, "off", "on")                                                              \
    X(AXIS_PASSWORD_UPDATE, "password-update", TURNS_OKTA, "get-put", "patch")                                                   \
    X(AXIS_ON_UNASSIGN, "on-unassign", TURNS_OKTA, "deactivate", "delete-user", "remove-entitlements")                           \
    X(AXIS_BACK_BY_GROUP, "reactivate-by-group", TURNS_OKTA, "filter", "stored-id")                                              \
    X(AXIS_ROLES, "roles-form", TURNS_OKTA, "value-and-display", "type-and-value", "text")                                       \
    X(AXIS_GROUP_LOOKUP, "group-lookup", TURNS_OKTA, "always", "never") /* before a group is created */                          \
    X(AXIS_MAPPINGS, "mappings", TURNS_OKTA, "default", "trimmed")                                                               \
    X(AXIS_IMPORT_SAFEGUARD, "import-safeguard-percent", TURNS_OKTA, NULL)                                                       \
    X(AXIS_ENTITLEMENTS, "entitlement-management", TURNS_OKTA, "off", "on") /* a setting of the console */                       \
    X(AXIS_ENTITLEMENT_PAGE, "entitlement-page", TURNS_OKTA, NULL)          /* resources asked for at a time */                  \
    X(AXIS_AFTER_SCHEMA, "after-schema-import", TURNS_OKTA, "offered-only", "everything")                                        \
    X(AXIS_UNASSIGN_DELAY, "unassign-delay-days", TURNS_OKTA, NULL)   /* of on-unassign; 0: at once */                           \
    X(AXIS_PROFILE_SOURCE, "profile-source", TURNS_OKTA, "off", "on") /* the app masters profiles, imports take them over */     \
    X(AXIS_SOURCE_LEAVERS, "source-deactivates", TURNS_OKTA, "nothing", "deactivate", "suspend")                                 \
    X(AXIS_SOURCE_RETURNERS, "source-reactivates", TURNS_OKTA, "nobody", "suspended", "deactivated", "both")                     \
    X(AXIS_AUTO_CONFIRM, "auto-confirm", TURNS_OKTA, "off", "on") /* who is in an import and has no app gets it */               \
    X(AXIS_AUTHORIZATION, "authorization", TURNS_BOTH, "bearer", "raw", "basic", "client-credentials") /* authorization.h */

enum axis {
#define X(code, ...) code,
    AXES(X)
#undef X
        AXIS_COUNT
};

/* Values, in the order of the names above. */
enum { TEST_USERS_COUNT_2, TEST_GUID };
enum { GROUP_IMPORT_OFF, GROUP_IMPORT_ON };
enum { MEDIA_SCIM_UTF8, MEDIA_SCIM, MEDIA_JSON_UTF8, MEDIA_JSON };
enum { HEADERS_OKTA_DUMP, HEADERS_AUTHORIZATION_FIRST, HEADERS_CONTENT_TYPE_FIRST, HEADERS_COUNT };
enum { OPENING_NONE, OPENING_USERS, OPENING_USERS_AND_GROUPS };
enum { ACCEPT_ABSENT, ACCEPT_SCIM };
enum { CONTENT_TYPE_BODY, CONTENT_TYPE_BODY_AND_DELETE };
enum { USER_AGENT_ABSENT, USER_AGENT_OKTA };
enum { HEADERS_HOST_FIRST, HEADERS_HOST_LATE };
enum { VERSION_ABSENT, VERSION_5_0 };
enum { QUERY_COMPONENT_PAGED, QUERY_FORM };
enum { FILTER_QUOTED, FILTER_UNQUOTED };
enum { MATCH_USER_NAME, MATCH_EXTERNAL_ID, MATCH_WORK_MAIL, MATCH_EMPLOYEE_NUMBER };
enum { MATCH_NONE }; /* of the second and third: 0; else one more than the above */
enum { GROUP_MATCH_NAME, GROUP_MATCH_EXTERNAL_ID };
enum { NO_MATCH_404_ACCEPTED, NO_MATCH_404_REFUSED };
enum { REASSIGN_FILTER, REASSIGN_STORED_ID };
enum { LINK_ACTIVATES_INACTIVE, LINK_ACTIVATES_ALWAYS, LINK_ACTIVATES_AS_ATTRIBUTE };
enum { UPDATE_GET_PUT, UPDATE_PATCH };
enum { OP_LOWER, OP_CAPITAL };
enum { BOOLEAN_JSON, BOOLEAN_STRING };
enum { PATCH_VALUE_OBJECT, PATCH_PATH_PER_ATTRIBUTE, PATCH_MERGED };
enum { CLEAR_OMIT, CLEAR_NEVER, CLEAR_EMPTY, CLEAR_NULL };
enum { MANAGER_IN_PROFILE, MANAGER_REFERENCE_PATCH };
enum { MANAGER_TEXT, MANAGER_OBJECT, MANAGER_LIST };
enum { MANAGER_POST_ABSENT, MANAGER_POST_TEXT, MANAGER_POST_OBJECT };
enum { REFERENCE_CHECK_NONE, REFERENCE_CHECK_FILTER };
enum { REPLY_MANAGER, REPLY_ACTIVE, REPLY_ALL };
enum { OFFICE_WORK, OFFICE_OTHER };
enum { TLS_LATER_TOO, TLS_1_2_ECDHE };
enum { MANAGER_REMOVE_PATH, MANAGER_REMOVE_FILTER, MANAGER_REMOVE_EMPTY };
enum { EXTERNAL_ID_DIRECTORY, EXTERNAL_ID_NICKNAME };
enum { PASSWORD_ABSENT, PASSWORD_PLACEHOLDER };
enum { KEY_ORDER_SAMPLE, KEY_ORDER_CONTRACT, KEY_ORDER_PLAIN };
enum { USER_SCHEMAS_USED, USER_SCHEMAS_BOTH, USER_SCHEMAS_CORE };
enum { GROUP_SCHEMAS_CORE, GROUP_SCHEMAS_ADSCIM };
enum { AFTER_CREATE_NOTHING, AFTER_CREATE_GET_PUT, AFTER_CREATE_METADATA };
enum { GROUP_GET_PUT, GROUP_PATCH, GROUP_PATCH_AFTER_METADATA };
enum { MEMBER_ADD_FULL_LIST, MEMBER_ADD_LIST, MEMBER_ADD_NULL_REF, MEMBER_ADD_REPLACE };
enum { MEMBER_REMOVE_FULL_LIST, MEMBER_REMOVE_FILTER, MEMBER_REMOVE_LIST };
enum { MEMBER_REPLACE_FULL_LIST, MEMBER_REPLACE_PATH, MEMBER_REPLACE_NO_PATH, MEMBER_REPLACE_UNUSED };
enum { MEMBERS_SHOWN_IGNORED, MEMBERS_SHOWN_REPLACE };
enum { INNER_LEFT_OUT, INNER_MEMBER_ID };
enum { LATE_MEMBER_PUSHED, LATE_MEMBER_NEXT_SYNC };
enum { SCOPE_ASSIGNED, SCOPE_ALL };
enum { OUT_OF_SCOPE_DISABLE, OUT_OF_SCOPE_SKIP };
enum { DEPROVISION_DISABLE, DEPROVISION_DELETE };
enum { SOURCE_SOFT_DELETED, SOURCE_ACCOUNT_ENABLED };
enum { ROLES_NOT_MAPPED, ROLES_SINGLE, ROLES_COMPLEX, ROLES_ASSERTIVE };
enum { ROLE_JSON_IN_TEXT, ROLE_AS_IN_POST };
enum { HARD_DELETE_NOTHING, HARD_DELETE_SENT };
enum { RETRY_BY_HAND, RETRY_NEXT_CYCLE };
enum { THROTTLED_FAIL, THROTTLED_WAIT, THROTTLED_WAIT_DOUBLING };
enum { SERVER_ERROR_FAIL, SERVER_ERROR_ONCE_MORE };
enum { NO_REPLY_FAIL, NO_REPLY_ONCE_MORE };
enum { DELAY_FAIL, DELAY_ONCE_MORE };
enum { ESCROW_EVERY_CYCLE, ESCROW_DOUBLING };
enum { SETTING_OFF, SETTING_ON };
enum { UNASSIGN_DEACTIVATE, UNASSIGN_DELETE, UNASSIGN_ENTITLEMENTS };
enum { ROLES_VALUE_DISPLAY, ROLES_TYPE_VALUE, ROLES_TEXT };
enum { GROUP_LOOKUP_ALWAYS, GROUP_LOOKUP_NEVER };
enum { MAPPINGS_DEFAULT, MAPPINGS_TRIMMED };
enum { AFTER_SCHEMA_OFFERED, AFTER_SCHEMA_EVERYTHING };
enum { QUARANTINE_DAILY, QUARANTINE_STEPS };
enum { LEAVERS_NOTHING, LEAVERS_DEACTIVATE, LEAVERS_SUSPEND };
enum { RETURNERS_NOBODY, RETURNERS_SUSPENDED, RETURNERS_DEACTIVATED, RETURNERS_BOTH };
enum { AUTHORIZATION_BEARER, AUTHORIZATION_RAW, AUTHORIZATION_BASIC, AUTHORIZATION_CLIENT, AUTHORIZATION_COUNT };

struct axis_setting {
    int value;
    enum evidence evidence;
    const char *source; /* in words; NULL: the axis has no meaning for this provider */
};

struct dialect {
    const char *name;  /* "okta-aiw" */
    const char *date;  /* "2026-10": when its facts were last looked at */
    const char *title; /* "Okta, App Integration Wizard app (GET then PUT)" */
    bool okta;
    bool plain; /* no provider's client (dialect_rfc.c): goes about it as Entra's job does, in the words of the RFC */
    const struct dialect *base; /* of one from a file (dialect_file.h): its preset; NULL: a preset */
    const char *file;           /* likewise */
    const struct entra_mapping
        *mapping; /* Entra: attribute mappings of the administrator's (entra_mapping.h); NULL: the default ones */
    struct axis_setting axes[AXIS_COUNT];
};

extern const struct dialect *const dialects[];
extern const size_t dialect_count;
/* "rfc", a plain RFC 7644 client: dialect_find finds it, the list of providers' dialects does not hold it. */
extern const struct dialect dialect_rfc;
/* "okta-aiw", or with its date: "okta-aiw@2026-10". NULL: there is none, or none of that date. */
const struct dialect *dialect_find(const char *name);
const char *dialect_name(const struct dialect *dialect);
const char *dialect_title(const struct dialect *dialect);
const char *dialect_date(const struct dialect *dialect);
const char *dialect_file(const struct dialect *dialect);             /* NULL: a preset */
const struct dialect *dialect_preset(const struct dialect *dialect); /* its base, or itself */
bool dialect_is_okta(const struct dialect *dialect);
const char *dialect_provider(const struct dialect *dialect); /* "Okta", "Entra"; "a plain client" */
const char *dialect_prefix(const struct dialect *dialect);   /* of rules about what it reads and sends: "okta", "entra", "rfc" */
int dialect_value(const struct dialect *dialect, enum axis axis);
const char *axis_value_name(enum axis axis, int value); /* "userName"; "" for a number */
/* Values of the axis of that name: NULL-terminated, empty for a number; NULL: there is no such axis. */
const char *const *axis_value_names(const char *axis);
/* The lowest value of a number. */
int axis_least(enum axis axis);
/* The text of the value: for header axes it is what goes on the wire. */
const char *dialect_value_name(const struct dialect *dialect, enum axis axis);

/* What the client offers in TLS handshakes, for http_client_offer: suites of TLS 1.2, its only version; NULL: no such limit. */
const char *dialect_tls_suites(const struct dialect *dialect);

/* A copy of base with one axis turned, named as in `scimulator show`: ("profile-update", "patch"). ERROR_USAGE names what there
 * is; axes that only describe the dialect can't be turned. */
bool dialect_with(struct arena *arena, const struct dialect *base, const char *axis, const char *value,
                  const struct dialect **out, struct error *err) MUST_USE;

/* Turned, a copy of base, under a name of its own; title NULL: base's. All texts must live as long as the arena. */
const struct dialect *dialect_own(struct arena *arena, const struct dialect *turned, const struct dialect *base, const char *name,
                                  const char *title, const char *file);

/* Every axis that has a meaning for the provider, as name, value, evidence and source in words: what `scimulator show okta-aiw`
 * prints. *out lives in the arena. */
struct dialect_axis {
    const char *name, *value, *evidence, *source;
};
size_t dialect_axes(struct arena *arena, const struct dialect *dialect, const struct dialect_axis **out);

#endif
