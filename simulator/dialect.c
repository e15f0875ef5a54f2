#include "common/base.h"
#include "simulator/dialect.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/authorization.h"

#include <string.h>

#define DOCUMENTED EVIDENCE_DOCUMENTED
#define OBSERVED   EVIDENCE_OBSERVED
#define REPORTED   EVIDENCE_REPORTED
#define INFERRED   EVIDENCE_INFERRED

/* Of TLS 1.2 by OpenSSL's names, in Microsoft's order: with Galois counter mode, then with CBC. */
#define ECDHE_SUITES                                                                                                             \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"       \
    "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384"

#define MAX_VALUES     7 /* and a NULL */

#define OKTA_DATE      "2026-10"
#define ENTRA_DATE     "2025-08"
#define VALIDATOR_DATE "2026-02"

struct axis_names {
    const char *name;
    enum axis_turns turns;
    const char *values[MAX_VALUES];
};

static const struct axis_names axis_names[AXIS_COUNT] = {
#define X(code, text, turns, ...) [code] = {text, turns, {__VA_ARGS__}},
    AXES(X)
#undef X
};

static const char *const evidence_names[] = {
#define X(code, name) [code] = name,
    EVIDENCES(X)
#undef X
};

/* --- Okta: what both kinds of app share --- */

#define OKTA_COMMON                                                                                                              \
    [AXIS_TEST_CONNECTION] = {TEST_USERS_COUNT_2, OBSERVED,                                                                      \
                              "captured from an App Integration Wizard app in 2026; the count is a constant"},                   \
    [AXIS_GROUP_IMPORT] = {GROUP_IMPORT_OFF, OBSERVED,                                                                           \
                           "capture of 2026: with group import off /Groups is not called; on, it follows, Okta's reference"},    \
    [AXIS_MEDIA_TYPE] = {MEDIA_SCIM_UTF8, DOCUMENTED, "Okta's header dump of 2018; its test suites also say application/json"},  \
    [AXIS_HEADERS] = {HEADERS_OKTA_DUMP, DOCUMENTED, "Okta's header dump of 2018: these, in this order"},                        \
    [AXIS_PAGE_SIZE] = {100, DOCUMENTED, "Okta's reference: startIndex=1&count=100, of lookups and imports"},                    \
    [AXIS_OPENING] = {OPENING_NONE, OBSERVED, "captures show no request before the lookup"},                                     \
    [AXIS_ACCEPT] = {ACCEPT_SCIM, DOCUMENTED, "Okta's header dump of 2018, same set captured in 2022"},                          \
    [AXIS_CONTENT_TYPE_ON] = {CONTENT_TYPE_BODY_AND_DELETE, DOCUMENTED,                                                          \
                              "Okta's header dump of 2018: DELETE carries it without a body"},                                   \
    [AXIS_USER_AGENT] = {USER_AGENT_OKTA, OBSERVED, "captured in 2022 and 2026"},                                                \
    [AXIS_HEADER_ORDER] = {HEADERS_HOST_LATE, DOCUMENTED, "Okta's header dump of 2018: Content-Length, Host, Connection"},       \
    [AXIS_VERSION_HEADER] = {VERSION_ABSENT, OBSERVED, "in no capture"},                                                         \
    [AXIS_QUERY] = {QUERY_COMPONENT_PAGED, DOCUMENTED, "Okta's reference, raw URL seen in a customer's log of 2024"},            \
    [AXIS_FILTER_VALUE] = {FILTER_QUOTED, DOCUMENTED, "Okta's reference; unquoted ones are told of clients, without a capture"}, \
    [AXIS_MATCH] = {MATCH_USER_NAME, DOCUMENTED, "Okta's reference: the filter is on userName, whatever the unique field"},      \
    [AXIS_NO_MATCH_404] = {NO_MATCH_404_ACCEPTED, DOCUMENTED, "Okta's reference: a 404 counts as an empty list"},                \
    [AXIS_REASSIGN] = {REASSIGN_FILTER, DOCUMENTED, "Okta's reference: assigning again begins with the lookup"},                 \
    [AXIS_GET_BEFORE_PATCH] = {true, DOCUMENTED, "Okta's flow charts: GET stands before PATCH and PUT"},                         \
    [AXIS_OP_CASE] = {OP_LOWER, DOCUMENTED, "Okta's reference"},                                                                 \
    [AXIS_BOOLEAN] = {BOOLEAN_JSON, DOCUMENTED, "Okta's reference"},                                                             \
    [AXIS_PATCH_FORM] = {PATCH_VALUE_OBJECT, DOCUMENTED, "Okta's reference: no path, value is an object"},                       \
    [AXIS_CLEAR] = {CLEAR_OMIT, INFERRED, "unset attributes are left out of a create; no capture of clearing one"},              \
    [AXIS_MANAGER] = {MANAGER_IN_PROFILE, OBSERVED, "capture of 2026: one of the mapping rows, as any attribute"},               \
    [AXIS_MANAGER_VALUE] = {MANAGER_OBJECT, INFERRED,                                                                            \
                            "Okta's example user holds an object; the value is whatever the profile holds"},                     \
    [AXIS_EXTERNAL_ID] = {EXTERNAL_ID_DIRECTORY, DOCUMENTED, "Okta's reference: the Okta user id, 00u..."},                      \
    [AXIS_PASSWORD] = {PASSWORD_PLACEHOLDER, DOCUMENTED,                                                                         \
                       "Okta's reference: eight characters, also when passwords are not synced"},                                \
    [AXIS_KEY_ORDER] = {KEY_ORDER_SAMPLE, DOCUMENTED,                                                                            \
                        "Okta's reference sample of POST /Users; places of other attributes inferred"},                          \
    [AXIS_USER_SCHEMAS] = {USER_SCHEMAS_USED, INFERRED,                                                                          \
                           "capture of 2026: the core URN alone without enterprise values; with some, none is printed"},         \
    [AXIS_GROUP_SCHEMAS] = {GROUP_SCHEMAS_CORE, DOCUMENTED, "Okta's reference"},                                                 \
    [AXIS_GROUP_MEMBERS_IN_POST] = {true, OBSERVED, "capture of 2026: members assigned before are in the POST"},                 \
    [AXIS_LATE_MEMBER] = {LATE_MEMBER_PUSHED, OBSERVED, "capture of 2026: a group PUT some seconds after the user POST"},        \
    [AXIS_ON_DEMAND_MEMBERS] = {0, EVIDENCE_DOCUMENTED, NULL},                                                                   \
    [AXIS_HARD_DELETE] = {HARD_DELETE_NOTHING, DOCUMENTED, "Okta's reference: users are never deleted"},                         \
    [AXIS_RETRY] = {RETRY_BY_HAND, REPORTED, "Okta staff: a failed job waits until it is submitted again"},                      \
    [AXIS_THROTTLED] =                                                                                                           \
        {THROTTLED_WAIT_DOUBLING, DOCUMENTED,                                                                                    \
         "Okta's concept page: waits, each further 429 doubles the wait; that one request is repeated, inferred"},               \
    [AXIS_DEFAULT_WAIT] = {5, DOCUMENTED, "Okta's concept page: five minutes unless Retry-After is a whole number"},             \
    [AXIS_ATTEMPTS] = {10, DOCUMENTED, "Okta's concept page: ten attempts; that the first one counts is inferred"},              \
    [AXIS_SERVER_ERROR] = {SERVER_ERROR_FAIL, INFERRED,                                                                          \
                           "no published schedule; one capture of 2026 shows a 502 tried again after five minutes"},             \
    [AXIS_TIMEOUT] = {60, DOCUMENTED, "Okta's FAQ: closes after 60 s without a byte"},                                           \
    [AXIS_NO_REPLY] = {NO_REPLY_FAIL, INFERRED, "no published schedule: the task fails, as with 5xx"},                           \
    [AXIS_REACTIVATION_DELAY] = {DELAY_ONCE_MORE, REPORTED,                                                                      \
                                 "Okta's text, quoted by an implementer: the job is scheduled anew; when, how often, inferred"}, \
    [AXIS_TLS] = {TLS_LATER_TOO, INFERRED, "nothing is published of what Okta's client offers"},                                 \
    [AXIS_GAP] = {230, OBSERVED, "capture of 2026: 189 to 293 ms between two calls of one job"},                                 \
    [AXIS_CREATE_USERS] = {SETTING_ON, DOCUMENTED, "Okta's provisioning page: To App, Create Users"},                            \
    [AXIS_UPDATE_USERS] = {SETTING_ON, DOCUMENTED, "Okta's provisioning page: To App, Update User Attributes"},                  \
    [AXIS_DEACTIVATE_USERS] = {SETTING_ON, DOCUMENTED, "Okta's reference: active=false only while Deactivate Users is ticked"},  \
    [AXIS_SYNC_PASSWORDS] = {SETTING_ON, DOCUMENTED, "Okta's provisioning page: Sync Password, the same as in Okta"},            \
    [AXIS_RENAME_GROUPS] = {SETTING_ON, DOCUMENTED,                                                                              \
                            "Okta's group push page: the app's group gets the name that it has in Okta"},                        \
    [AXIS_ON_UNASSIGN] =                                                                                                         \
        {UNASSIGN_DEACTIVATE, DOCUMENTED,                                                                                        \
         "Okta's reference; the other two are granular deprovisioning of July 2026, whose wire form is inferred"},               \
    [AXIS_BACK_BY_GROUP] = {REASSIGN_STORED_ID, OBSERVED, "capture of 2026: a PUT by the stored id, no lookup; charts differ"},  \
    [AXIS_ROLES] = {ROLES_VALUE_DISPLAY, DOCUMENTED,                                                                             \
                    "Okta's page on entitlements; apps with a custom attribute send a type, or (a server's review) one text"},   \
    [AXIS_MAPPINGS] = {MAPPINGS_DEFAULT, DOCUMENTED,                                                                             \
                       "Okta's reference sample; trimmed: without displayName, locale and email type, capture of 2026"},         \
    [AXIS_IMPORT_SAFEGUARD] = {20, DOCUMENTED, "Okta's concept page: an import that takes more away is stopped"},                \
    [AXIS_ENTITLEMENTS] =                                                                                                        \
        {SETTING_OFF, DOCUMENTED,                                                                                                \
         "Okta's page on entitlements: discovery when provisioning is enabled; what an import takes over is inferred"},          \
    [AXIS_ENTITLEMENT_PAGE] = {100, INFERRED, "published for no entitlement; as people, while Okta's own test asks for 1"},      \
    [AXIS_AFTER_SCHEMA] = {AFTER_SCHEMA_OFFERED, REPORTED,                                                                       \
                           "an implementer: what the schema lacks or calls readOnly is not pushed after its import"},            \
    [AXIS_UNASSIGN_DELAY] = {0, INFERRED, "release 2026.07.3: at once or delayed; deactivated at once either way, ours"},        \
    [AXIS_PROFILE_SOURCE] = {SETTING_OFF, DOCUMENTED, "Okta's page on profile sources: off until the app is allowed to"},        \
    [AXIS_SOURCE_LEAVERS] = {LEAVERS_DEACTIVATE, DOCUMENTED, "the same page: Deactivate is the default of the three"},           \
    [AXIS_SOURCE_RETURNERS] = {RETURNERS_NOBODY, DOCUMENTED,                                                                     \
                               "the same page: two boxes; that neither is ticked at first is inferred"},                         \
    [AXIS_AUTO_CONFIRM] = {SETTING_OFF, DOCUMENTED,                                                                              \
                           "Okta's page on imports: matches and new people are confirmed by hand unless it is ticked"}

static const struct dialect okta_aiw = {
    .name = "okta-aiw",
    .date = OKTA_DATE,
    .title = "Okta, App Integration Wizard app (GET then PUT)",
    .okta = true,
    .axes = {OKTA_COMMON,
             [AXIS_LINK_ACTIVATES] = {LINK_ACTIVATES_INACTIVE, OBSERVED,
                                      "captures: one PUT for an active match, two steps when it was inactive"},
             [AXIS_PROFILE_UPDATE] = {UPDATE_GET_PUT, DOCUMENTED, "Okta's reference, captured in 2022 and 2026"},
             [AXIS_STATUS_UPDATE] = {UPDATE_GET_PUT, OBSERVED, "captured in 2022 and 2026: what GET returned with active turned"},
             [AXIS_PASSWORD_UPDATE] = {UPDATE_GET_PUT, DOCUMENTED, "Okta's reference; the place of the password is inferred"},
             [AXIS_GROUP_LOOKUP] = {GROUP_LOOKUP_ALWAYS, OBSERVED, "capture of 2026: a lookup by name, then POST"},
             [AXIS_GROUP_AFTER_CREATE] = {AFTER_CREATE_GET_PUT, OBSERVED,
                                          "capture of 2026: POST, GET, PUT with the same members"},
             [AXIS_GROUP_UPDATE] = {GROUP_GET_PUT, DOCUMENTED, "Okta's reference, captured in 2026"},
             [AXIS_MEMBER_ADD] = {MEMBER_ADD_FULL_LIST, DOCUMENTED, "Okta's reference, captured in 2026"},
             [AXIS_MEMBER_REMOVE] = {MEMBER_REMOVE_FULL_LIST, DOCUMENTED, "Okta's reference, captured in 2026"},
             [AXIS_MEMBER_REPLACE] = {MEMBER_REPLACE_FULL_LIST, DOCUMENTED, "Okta's reference"},
             [AXIS_AUTHORIZATION] = {AUTHORIZATION_BEARER, OBSERVED,
                                     "capture of 2026: the console adds the scheme; basic is documented"}},
};

static const struct dialect okta_template = {
    .name = "okta-template",
    .date = OKTA_DATE,
    .title = "Okta, app from the catalogue (PATCH)",
    .okta = true,
    .axes =
        {OKTA_COMMON,
         [AXIS_LINK_ACTIVATES] = {LINK_ACTIVATES_ALWAYS, DOCUMENTED, "Okta's flow chart: active=true first, then the profile"},
         [AXIS_PROFILE_UPDATE] = {UPDATE_GET_PUT, DOCUMENTED,
                                  "Okta's reference: only status and password are patched; its FAQ says PATCH"},
         [AXIS_STATUS_UPDATE] = {UPDATE_PATCH, DOCUMENTED, "Okta's reference, body of 118 bytes"},
         [AXIS_PASSWORD_UPDATE] = {UPDATE_PATCH, DOCUMENTED, "Okta's reference and flow chart; the body is inferred"},
         [AXIS_GROUP_LOOKUP] = {GROUP_LOOKUP_ALWAYS, INFERRED, "as the wizard's apps do; no capture of a catalogue app"},
         [AXIS_GROUP_AFTER_CREATE] = {AFTER_CREATE_METADATA, DOCUMENTED,
                                      "Okta's reference: id and displayName, right after the create"},
         [AXIS_GROUP_UPDATE] = {GROUP_PATCH_AFTER_METADATA, DOCUMENTED,
                                "Okta's reference: the rename goes with every membership update; that it goes first is inferred"},
         [AXIS_MEMBER_ADD] = {MEMBER_ADD_LIST, DOCUMENTED, "Okta's reference: removals first, one add with a list"},
         [AXIS_MEMBER_REMOVE] = {MEMBER_REMOVE_FILTER, DOCUMENTED, "Okta's reference: one filtered remove a member"},
         [AXIS_MEMBER_REPLACE] = {MEMBER_REPLACE_PATH, DOCUMENTED, "Okta's reference; some implementers saw it without a path"},
         [AXIS_BATCH] = {100, DOCUMENTED, "Okta's submission form: 100 changes in one PATCH unless told otherwise"},
         [AXIS_AUTHORIZATION] = {AUTHORIZATION_BEARER, DOCUMENTED,
                                 "Okta's wizard page and test apps; raw and basic are documented, too"}},
};

/* The option names of the wizard are documented, what they do on the wire is taken from the catalogue's apps. */
static const struct dialect okta_oiw = {
    .name = "okta-oiw",
    .date = OKTA_DATE,
    .title = "Okta, app of the newer Integration Wizard (PATCH for people, too)",
    .okta = true,
    .axes = {OKTA_COMMON, [AXIS_LINK_ACTIVATES] = {LINK_ACTIVATES_ALWAYS, INFERRED, "as a catalogue app"},
             [AXIS_PROFILE_UPDATE] = {UPDATE_PATCH, INFERRED,
                                      "Okta's wizard page: Support PATCH for User is ticked; the body is in no capture"},
             [AXIS_STATUS_UPDATE] = {UPDATE_PATCH, INFERRED, "Okta's wizard page: Deactivate; the form of a catalogue app"},
             [AXIS_PASSWORD_UPDATE] = {UPDATE_PATCH, INFERRED, "Okta's wizard page: Change password; the body is in no capture"},
             [AXIS_GROUP_LOOKUP] = {GROUP_LOOKUP_ALWAYS, INFERRED, "as the other apps"},
             [AXIS_GROUP_AFTER_CREATE] = {AFTER_CREATE_METADATA, INFERRED, "as a catalogue app"},
             [AXIS_GROUP_UPDATE] = {GROUP_PATCH_AFTER_METADATA, INFERRED, "Okta's wizard page: Update (Uses PATCH)"},
             [AXIS_MEMBER_ADD] = {MEMBER_ADD_LIST, INFERRED, "as a catalogue app"},
             [AXIS_MEMBER_REMOVE] = {MEMBER_REMOVE_FILTER, INFERRED, "as a catalogue app"},
             [AXIS_MEMBER_REPLACE] = {MEMBER_REPLACE_PATH, INFERRED, "as a catalogue app"},
             [AXIS_BATCH] = {100, INFERRED, "the wizard's form has no such field; as a catalogue app"},
             [AXIS_AUTHORIZATION] = {AUTHORIZATION_BEARER, DOCUMENTED, "Okta's wizard page; raw is documented, too"}},
};

/* --- Entra ID: what all three share --- */

#define CYCLE_READS   "seen in 2018, and among the tutorial's calls; the log of a run on demand has none"
#define MANAGER_LATER "a reference, told when both people exist; four servers have seen a bare text in the POST"

#define ENTRA_COMMON                                                                                                             \
    [AXIS_TEST_CONNECTION] = {TEST_GUID, DOCUMENTED, "Microsoft's tutorial: a random GUID; access logs show the literal"},       \
    [AXIS_MEDIA_TYPE] = {MEDIA_SCIM_UTF8, OBSERVED, "raw exports of 2026; Microsoft's tutorial prints it without charset"},      \
    [AXIS_HEADERS] = {HEADERS_AUTHORIZATION_FIRST, INFERRED, "the order of Entra's headers is in no capture"},                   \
    [AXIS_PAGE_SIZE] = {100, INFERRED, "used with the query component-paged only: Entra's own asks for no page"},                \
    [AXIS_PARALLEL] = {1, INFERRED, "a library saw members sent at the same time; how many is not published"},                   \
    [AXIS_ACCEPT] = {ACCEPT_ABSENT, INFERRED, "no capture shows it; absent is the harder test"},                                 \
    [AXIS_CONTENT_TYPE_ON] = {CONTENT_TYPE_BODY, INFERRED, "no capture of a DELETE"},                                            \
    [AXIS_USER_AGENT] = {USER_AGENT_ABSENT, OBSERVED, "access logs of 2025 and 2026 show none"},                                 \
    [AXIS_VERSION_HEADER] = {VERSION_5_0, OBSERVED, "value captured in 2019; servers still know Entra by the header"},           \
    [AXIS_QUERY] = {QUERY_FORM, OBSERVED, "access log of 2025: `+`, %22, %40"},                                                  \
    [AXIS_FILTER_VALUE] = {FILTER_QUOTED, OBSERVED,                                                                              \
                           "all captures; only Microsoft's collection of its own library's tests has none"},                     \
    [AXIS_MATCH] = {MATCH_USER_NAME, DOCUMENTED, "Microsoft's tutorial: first matching attribute"},                              \
    [AXIS_MATCH_2] = {MATCH_NONE, DOCUMENTED, "Microsoft's page on mappings: several by precedence, the first hit ends it"},     \
    [AXIS_MATCH_3] = {MATCH_NONE, DOCUMENTED, "the same page"},                                                                  \
    [AXIS_GROUP_MATCH] = {GROUP_MATCH_NAME, DOCUMENTED, "Microsoft's tutorial; tenants of before 2020 look by externalId"},      \
    [AXIS_NO_MATCH_404] = {NO_MATCH_404_REFUSED, DOCUMENTED, "Microsoft's tutorial: 200 with an empty list, never 404"},         \
    [AXIS_LINK_ACTIVATES] = {LINK_ACTIVATES_AS_ATTRIBUTE, DOCUMENTED, "active is one more mapped attribute that differs"},       \
    [AXIS_PROFILE_UPDATE] = {UPDATE_PATCH, DOCUMENTED, "Microsoft's tutorial"},                                                  \
    [AXIS_STATUS_UPDATE] = {UPDATE_PATCH, DOCUMENTED, "Microsoft's tutorial"},                                                   \
    [AXIS_CLEAR] = {CLEAR_NEVER, DOCUMENTED, "Microsoft's known issues: null values are not provisioned"},                       \
    [AXIS_MANAGER] = {MANAGER_REFERENCE_PATCH, OBSERVED, "after both people exist, one PATCH with a bare string"},               \
    [AXIS_REFERENCE_CHECK] = {REFERENCE_CHECK_NONE, DOCUMENTED,                                                                  \
                              "Microsoft's tutorial describes the query, no capture shows it"},                                  \
    [AXIS_REPLY_TYPES] = {REPLY_ALL, INFERRED,                                                                                   \
                          "manager: observed; the others stand in the same data contract of Microsoft's library"},               \
    [AXIS_OFFICE_TYPE] = {OFFICE_WORK, OBSERVED, "two captures; Microsoft's tutorial says other"},                               \
    [AXIS_FLAG] = {false, INFERRED, "the query of the tenant URL is taken away; no source says so"},                             \
    [AXIS_EXTERNAL_ID] = {EXTERNAL_ID_NICKNAME, DOCUMENTED, "Microsoft's default mapping; many vendors map objectId"},           \
    [AXIS_PASSWORD] = {PASSWORD_ABSENT, DOCUMENTED, "Microsoft's tutorial"},                                                     \
    [AXIS_KEY_ORDER] = {KEY_ORDER_CONTRACT, OBSERVED, "capture of 2024 agrees with the order of Microsoft's C# library"},        \
    [AXIS_USER_SCHEMAS] = {USER_SCHEMAS_BOTH, OBSERVED, "capture of 2024 and Microsoft's tutorial"},                             \
    [AXIS_GROUP_SCHEMAS] = {GROUP_SCHEMAS_CORE, INFERRED,                                                                        \
                            "the tutorial still prints a second URI, Microsoft's validator does not send it"},                   \
    [AXIS_GROUP_MEMBERS_IN_POST] = {false, DOCUMENTED, "Microsoft's tutorial: groups are made empty"},                           \
    [AXIS_GROUP_AFTER_CREATE] = {AFTER_CREATE_NOTHING, DOCUMENTED, "Microsoft's tutorial"},                                      \
    [AXIS_GROUP_UPDATE] = {GROUP_PATCH, DOCUMENTED, "Microsoft's tutorial"},                                                     \
    [AXIS_MEMBER_REPLACE] = {MEMBER_REPLACE_UNUSED, OBSERVED, "members go one by one"},                                          \
    [AXIS_BATCH] = {1, OBSERVED, "an implementer counted 300 PATCHes for 300 members"},                                          \
    [AXIS_INNER_GROUPS] = {INNER_MEMBER_ID, OBSERVED,                                                                            \
                           "a Microsoft developer's answer of 2019: the inner group's id, and never its people"},                \
    [AXIS_SCOPE] = {SCOPE_ASSIGNED, DOCUMENTED, "Microsoft's how-provisioning-works: who is assigned, or all users"},            \
    [AXIS_OUT_OF_SCOPE] = {OUT_OF_SCOPE_DISABLE, DOCUMENTED, "Microsoft's page on SkipOutOfScopeDeletions: off unless set"},     \
    [AXIS_DEPROVISION] = {DEPROVISION_DISABLE, DOCUMENTED,                                                                       \
                          "Microsoft's how-provisioning-works: DELETE at once when `active` is not mapped"},                     \
    [AXIS_ACTIVE_SOURCE] = {SOURCE_SOFT_DELETED, DOCUMENTED,                                                                     \
                            "Microsoft's default mapping; with accountEnabled who loses the app is not told, reported"},         \
    [AXIS_CREATE] = {true, DOCUMENTED, "Microsoft's page on mappings: a box an action"},                                         \
    [AXIS_UPDATE] = {true, DOCUMENTED, "the same page; that disabling counts as an update is inferred"},                         \
    [AXIS_DELETE] = {true, DOCUMENTED, "the same page"},                                                                         \
    [AXIS_APP_ROLES] = {ROLES_NOT_MAPPED, DOCUMENTED, "Microsoft's default mapping has none; its page on mappings has three"},   \
    [AXIS_GUARD] = {0, DOCUMENTED, "Microsoft's page on accidental deletions: off until a threshold is set"},                    \
    [AXIS_RECYCLE_DAYS] = {30, DOCUMENTED, "Microsoft's how-provisioning-works: purged 30 days after the deletion"},             \
    [AXIS_HARD_DELETE] = {HARD_DELETE_SENT, DOCUMENTED, "Microsoft's how-provisioning-works: DELETE when a person is purged"},   \
    [AXIS_RETRY] = {RETRY_NEXT_CYCLE, DOCUMENTED,                                                                                \
                    "Microsoft's quarantine page: failed objects are tried again in later cycles"},                              \
    [AXIS_THROTTLED] = {THROTTLED_FAIL, REPORTED, "sources disagree: a failure, or (2025) a pause for Retry-After"},             \
    [AXIS_DEFAULT_WAIT] = {0, INFERRED, "nothing is known of a wait that the server does not ask for"},                          \
    [AXIS_ATTEMPTS] = {10, INFERRED, "no limit is published"},                                                                   \
    [AXIS_SERVER_ERROR] = {SERVER_ERROR_FAIL, DOCUMENTED, "Microsoft's log reference: tried again in 40 minutes"},               \
    [AXIS_TIMEOUT] = {60, REPORTED, "length not published; an implementer saw over 60 s reported as a time-out"},                \
    [AXIS_NO_REPLY] = {NO_REPLY_FAIL, DOCUMENTED, "Microsoft's log reference: Timeout is tried again in 40 minutes"},            \
    [AXIS_TLS] = {TLS_1_2_ECDHE, DOCUMENTED, "Microsoft's tutorial: TLS 1.2 and eight suites with ECDHE"},                       \
    [AXIS_GAP] = {0, INFERRED, "no capture shows times between the calls of a cycle"},                                           \
    [AXIS_CYCLE] = {40, DOCUMENTED, "Microsoft's how-provisioning-works: about every 40 minutes, not to be set"},                \
    [AXIS_ESCROW] = {ESCROW_DOUBLING, INFERRED, "Microsoft: the next cycle, then ever less often; doubling up to a day, ours"},  \
    [AXIS_QUARANTINE_RETRY] = {QUARANTINE_STEPS, DOCUMENTED, "Microsoft's quarantine page; elsewhere it says once a day"},       \
    [AXIS_QUARANTINE_DAYS] = {28, DOCUMENTED, "Microsoft's quarantine page: more than four weeks and the job is disabled"},      \
    [AXIS_QUARANTINE_FAILURES] = {5000, DOCUMENTED, "Microsoft's quarantine page: fewer failures never count; per cycle, ours"}, \
    [AXIS_QUARANTINE_PERCENT] = {40, DOCUMENTED, "Microsoft's quarantine page: of the operations without references"},           \
    [AXIS_QUARANTINE_MANY] = {40000, DOCUMENTED, "Microsoft's quarantine page: more than these, whatever the share"},            \
    [AXIS_QUARANTINE_REFERENCES] = {60000, DOCUMENTED, "Microsoft's quarantine page: references counted"}

#define ENTRA_AUTHORIZATION                                                                                                      \
    [AXIS_AUTHORIZATION] = {AUTHORIZATION_BEARER, DOCUMENTED,                                                                    \
                            "Microsoft's tutorial: Secret Token; client-credentials by client_secret_basic is observed"}

/* The PATCH shapes without the flag aadOptscim062020. */
#define ENTRA_LEGACY                                                                                                             \
    [AXIS_OP_CASE] = {OP_CAPITAL, DOCUMENTED, "Microsoft's tutorial: Add, Replace, Remove"},                                     \
    [AXIS_BOOLEAN] = {BOOLEAN_STRING, DOCUMENTED, "Microsoft's compatibility page: \"False\""},                                  \
    [AXIS_PATCH_FORM] = {PATCH_PATH_PER_ATTRIBUTE, DOCUMENTED, "Microsoft's compatibility page"},                                \
    [AXIS_TOMBSTONE] = {true, OBSERVED, "seen in 2026: the address of the recycle bin, user name and mail, with active false"},  \
    [AXIS_MANAGER_VALUE] = {MANAGER_TEXT, OBSERVED, "reported to four libraries; an edition of the tutorial has a list"},        \
    [AXIS_APP_ROLE_FORM] = {ROLE_JSON_IN_TEXT, DOCUMENTED, "Microsoft's page on mappings, two roles captured"},                  \
    [AXIS_MANAGER_REMOVE] = {MANAGER_REMOVE_PATH, INFERRED, "no capture of the legacy form"},                                    \
    [AXIS_MEMBER_ADD] = {MEMBER_ADD_LIST, OBSERVED, "captures leave out the \"$ref\":null of the tutorial"},                     \
    [AXIS_MEMBER_REMOVE] = {MEMBER_REMOVE_LIST, OBSERVED, "Microsoft's compatibility page and many captures"},                   \
    [AXIS_MEMBERS_SHOWN] = {MEMBERS_SHOWN_IGNORED, INFERRED, "the replacing form was seen in lower case only"}

static const struct dialect entra = {
    .name = "entra",
    .date = ENTRA_DATE,
    .title = "Microsoft Entra ID, legacy PATCH (no flag)",
    .axes = {ENTRA_COMMON, ENTRA_LEGACY, ENTRA_AUTHORIZATION,
             [AXIS_OPENING] = {OPENING_USERS_AND_GROUPS, OBSERVED,
                               "a gateway's author: a lookup of nobody and of no group opens every cycle"},
             [AXIS_GET_BEFORE_PATCH] = {true, OBSERVED, CYCLE_READS},
             [AXIS_MANAGER_POST] = {MANAGER_POST_ABSENT, DOCUMENTED, MANAGER_LATER},
             [AXIS_REASSIGN] = {REASSIGN_STORED_ID, DOCUMENTED, "Microsoft's how-provisioning-works: matched by stored id"},
             [AXIS_LATE_MEMBER] = {LATE_MEMBER_PUSHED, INFERRED,
                                   "people come before members in a cycle; some tenants need a restart"},
             [AXIS_ON_DEMAND_MEMBERS] = {0, EVIDENCE_DOCUMENTED, NULL}},
};

static const struct dialect entra_flag = {
    .name = "entra-flag",
    .date = ENTRA_DATE,
    .title = "Microsoft Entra ID with aadOptscim062020",
    .axes = {ENTRA_COMMON, ENTRA_AUTHORIZATION,
             [AXIS_OPENING] = {OPENING_USERS_AND_GROUPS, OBSERVED,
                               "a gateway's author: a lookup of nobody and of no group opens every cycle"},
             [AXIS_GET_BEFORE_PATCH] = {true, OBSERVED, CYCLE_READS},
             [AXIS_MANAGER_POST] = {MANAGER_POST_ABSENT, DOCUMENTED, MANAGER_LATER},
             [AXIS_REASSIGN] = {REASSIGN_STORED_ID, DOCUMENTED, "Microsoft's how-provisioning-works: matched by stored id"},
             [AXIS_OP_CASE] = {OP_LOWER, DOCUMENTED, "Microsoft's compatibility page"},
             [AXIS_BOOLEAN] = {BOOLEAN_JSON, DOCUMENTED, "Microsoft's compatibility page"},
             [AXIS_PATCH_FORM] = {PATCH_MERGED, DOCUMENTED,
                                  "Microsoft's compatibility page: filtered paths first, the rest in one object"},
             [AXIS_TOMBSTONE] = {true, OBSERVED,
                                 "seen in 2026: the address of the recycle bin, user name and mail, with active false"},
             [AXIS_MANAGER_VALUE] = {MANAGER_TEXT, OBSERVED, "lower-case add with a bare GUID, reported to a library"},
             [AXIS_APP_ROLE_FORM] = {ROLE_AS_IN_POST, DOCUMENTED, "Microsoft's page on mappings: the same format as in POST"},
             [AXIS_MANAGER_REMOVE] = {MANAGER_REMOVE_FILTER, OBSERVED, "manager[value eq \"...\"], reported to a PATCH library"},
             [AXIS_MEMBER_ADD] = {MEMBER_ADD_LIST, INFERRED, "as legacy, in lower case"},
             [AXIS_MEMBER_REMOVE] = {MEMBER_REMOVE_FILTER, DOCUMENTED, "Microsoft's compatibility page"},
             [AXIS_MEMBERS_SHOWN] = {MEMBERS_SHOWN_REPLACE, OBSERVED,
                                     "captures of 2026: members listed despite excludedAttributes are replaced"},
             [AXIS_LATE_MEMBER] = {LATE_MEMBER_PUSHED, INFERRED,
                                   "people come before members in a cycle; some tenants need a restart"},
             [AXIS_ON_DEMAND_MEMBERS] = {0, EVIDENCE_DOCUMENTED, NULL}},
};

static const struct dialect entra_on_demand = {
    .name = "entra-on-demand",
    .date = ENTRA_DATE,
    .title = "Microsoft Entra ID, provision on demand (legacy PATCH even with the flag)",
    .axes = {ENTRA_COMMON, ENTRA_LEGACY, ENTRA_AUTHORIZATION,
             [AXIS_OPENING] = {OPENING_USERS, OBSERVED, "access log of an on-demand run in 2025: GUID lookup, lookup, PATCH"},
             [AXIS_GET_BEFORE_PATCH] = {false, OBSERVED,
                                        "access log of an on-demand run in 2025: no GET by id between lookup and PATCH"},
             [AXIS_MANAGER_POST] = {MANAGER_POST_ABSENT, DOCUMENTED, MANAGER_LATER},
             [AXIS_REASSIGN] = {REASSIGN_FILTER, OBSERVED, "the same log: the person is looked up on every run"},
             [AXIS_LATE_MEMBER] = {LATE_MEMBER_NEXT_SYNC, DOCUMENTED,
                                   "Microsoft's page on it: one person or one group at a time"},
             [AXIS_ON_DEMAND_MEMBERS] = {5, DOCUMENTED, "Microsoft's page on it: up to five members"}},
};

/* Another program than the sync engine: what passes it need not work with the engine. Here its shapes on the engine's events. */
static const struct dialect entra_validator = {
    .name = "entra-validator",
    .date = VALIDATOR_DATE,
    .title = "Microsoft's SCIM Validator: its shapes, default attributes (not the sync engine)",
    .axes =
        {ENTRA_COMMON, [AXIS_OPENING] = {OPENING_NONE, OBSERVED, "raw exports of 2026: each test begins with its own requests"},
         [AXIS_GET_BEFORE_PATCH] = {false, OBSERVED, "raw exports of 2026: a test writes, and reads afterwards"},
         [AXIS_MANAGER_POST] = {MANAGER_POST_OBJECT, OBSERVED,
                                "export with default attributes; bare text with a discovered schema"},
         [AXIS_REASSIGN] = {REASSIGN_STORED_ID, INFERRED, "the validator assigns nobody again; as the engine"},
         [AXIS_OP_CASE] = {OP_LOWER, OBSERVED, "raw exports of 2026"},
         [AXIS_BOOLEAN] = {BOOLEAN_JSON, OBSERVED, "raw exports of 2026: \"value\":false"},
         [AXIS_PATCH_FORM] = {PATCH_PATH_PER_ATTRIBUTE, OBSERVED,
                              "export with default attributes; with a discovered schema the rest is merged"},
         [AXIS_TOMBSTONE] = {false, INFERRED, "the validator has no recycle bin"},
         [AXIS_MANAGER_VALUE] = {MANAGER_OBJECT, OBSERVED, "export with default attributes; bare text with a discovered schema"},
         [AXIS_APP_ROLE_FORM] = {ROLE_AS_IN_POST, INFERRED, "the validator makes roles up instead of reading assignments"},
         [AXIS_MANAGER_REMOVE] = {MANAGER_REMOVE_EMPTY, OBSERVED, "raw exports of 2026: replaced by an empty value"},
         [AXIS_MEMBER_ADD] = {MEMBER_ADD_REPLACE, OBSERVED,
                              "raw exports of 2026: Add Member replaces; that it names all is ours"},
         [AXIS_MEMBER_REMOVE] = {MEMBER_REMOVE_FILTER, OBSERVED, "raw exports of 2026"},
         [AXIS_MEMBERS_SHOWN] = {MEMBERS_SHOWN_IGNORED, INFERRED, "it replaces in any case"},
         [AXIS_LATE_MEMBER] = {LATE_MEMBER_PUSHED, INFERRED, "the validator makes its people first"},
         [AXIS_AUTHORIZATION] = {AUTHORIZATION_BEARER, INFERRED, "no source tells of another way than a token"},
         [AXIS_ON_DEMAND_MEMBERS] = {0, EVIDENCE_DOCUMENTED, NULL}},
};

const struct dialect *const dialects[] = {&okta_aiw,   &okta_template,   &okta_oiw,       &entra,
                                          &entra_flag, &entra_on_demand, &entra_validator};
const size_t dialect_count = ARRAY_LEN(dialects);

static bool is_called(const struct dialect *dialect, const char *name)
{
    size_t n = strlen(dialect->name);
    return strncmp(dialect->name, name, n) == 0 &&
           (name[n] == '\0' || (name[n] == '@' && text_equal(name + n + 1, dialect->date)));
}

const struct dialect *dialect_find(const char *name)
{
    for (size_t i = 0; i < dialect_count; i++)
        if (is_called(dialects[i], name))
            return dialects[i];
    return is_called(&dialect_rfc, name) ? &dialect_rfc : NULL;
}

const char *dialect_provider(const struct dialect *dialect)
{
    return dialect->okta ? "Okta" : dialect->plain ? "a plain client" : "Entra";
}

const char *dialect_prefix(const struct dialect *dialect)
{
    return dialect->okta ? "okta" : dialect->plain ? "rfc" : "entra";
}

const char *dialect_name(const struct dialect *dialect)
{
    return dialect->name;
}

const char *dialect_title(const struct dialect *dialect)
{
    return dialect->title;
}

const char *dialect_date(const struct dialect *dialect)
{
    return dialect->date;
}

const char *dialect_file(const struct dialect *dialect)
{
    return dialect->file;
}

const struct dialect *dialect_preset(const struct dialect *dialect)
{
    return dialect->base == NULL ? dialect : dialect->base;
}

bool dialect_is_okta(const struct dialect *dialect)
{
    return dialect->okta;
}

int dialect_value(const struct dialect *dialect, enum axis axis)
{
    return dialect->axes[axis].value;
}

static bool is_number(enum axis axis)
{
    return axis_names[axis].values[0] == NULL;
}

int axis_least(enum axis axis)
{
    static const enum axis counts[] = {AXIS_PAGE_SIZE, AXIS_PARALLEL};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        if (counts[i] == axis)
            return 1;
    return 0;
}

const char *axis_value_name(enum axis axis, int value)
{
    return is_number(axis) ? "" : axis_names[axis].values[value];
}

const char *const *axis_value_names(const char *axis)
{
    for (size_t i = 0; i < AXIS_COUNT; i++)
        if (text_equal(axis_names[i].name, axis))
            return axis_names[i].values;
    return NULL;
}

const char *dialect_value_name(const struct dialect *dialect, enum axis axis)
{
    return axis_value_name(axis, dialect->axes[axis].value);
}

const char *dialect_tls_suites(const struct dialect *dialect)
{
    return dialect_value(dialect, AXIS_TLS) == TLS_1_2_ECDHE ? ECDHE_SUITES : NULL;
}

/* --- turning one axis --- */

static bool find_axis(const struct dialect *base, const char *name, enum axis *out, struct error *err)
{
    const char *names[AXIS_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < AXIS_COUNT; i++) {
        enum axis_turns turns = axis_names[i].turns;
        if (base->axes[i].source == NULL || (turns != TURNS_BOTH && turns != (base->okta ? TURNS_OKTA : TURNS_ENTRA)))
            continue;
        if (text_equal(axis_names[i].name, name)) {
            *out = (enum axis)i;
            return true;
        }
        names[count++] = axis_names[i].name;
    }
    const char *near = text_nearest(name, names, count);
    return error_set(err, ERROR_USAGE, base->name, near != NULL ? near : "see `scimulator show` of the dialect",
                     "the dialect has no axis \"%.80s\" that can be turned", name);
}

static bool find_value(enum axis axis, const char *text, int *out, struct error *err)
{
    uint64_t number = 0;
    if (is_number(axis)) {
        if (!text_to_u64(text, DIALECT_MAX_NUMBER, &number))
            return error_set(err, ERROR_USAGE, axis_names[axis].name, "give a number up to 100000", "\"%.80s\" is not a number",
                             text);
        *out = (int)number;
        return *out >= axis_least(axis) ||
               error_set(err, ERROR_USAGE, axis_names[axis].name, "give a number from 1", "can't be 0");
    }
    struct buffer names = buffer_new(200);
    for (int i = 0; i < MAX_VALUES && axis_names[axis].values[i] != NULL; i++) {
        if (text_equal(axis_names[axis].values[i], text)) {
            *out = i;
            buffer_release(&names);
            return true;
        }
        buffer_printf(&names, "%s%s", i > 0 ? ", " : "one of: ", axis_names[axis].values[i]);
    }
    error_set(err, ERROR_USAGE, axis_names[axis].name, buffer_text(&names), "has no value \"%.80s\"", text);
    buffer_release(&names);
    return false;
}

bool dialect_with(struct arena *arena, const struct dialect *base, const char *axis, const char *value,
                  const struct dialect **out, struct error *err)
{
    enum axis which = AXIS_TEST_CONNECTION;
    int number = 0;
    if (!find_axis(base, axis, &which, err) || !find_value(which, value, &number, err))
        return false;
    if (which == AXIS_AUTHORIZATION && !authorization_offered(base, number, err))
        return false;
    struct dialect *copy = arena_alloc(arena, sizeof *copy);
    *copy = *base;
    copy->axes[which] = (struct axis_setting){number, INFERRED, "turned by hand"};
    *out = copy;
    return true;
}

const struct dialect *dialect_own(struct arena *arena, const struct dialect *turned, const struct dialect *base, const char *name,
                                  const char *title, const char *file)
{
    struct dialect *own = arena_alloc(arena, sizeof *own);
    *own = *turned;
    own->name = name;
    own->title = title == NULL ? base->title : title;
    own->base = base;
    own->file = file;
    for (size_t i = 0; i < AXIS_COUNT; i++)
        if (own->axes[i].source != base->axes[i].source)
            own->axes[i].source = file;
    return own;
}

size_t dialect_axes(struct arena *arena, const struct dialect *dialect, const struct dialect_axis **out)
{
    struct dialect_axis *rows = arena_array(arena, AXIS_COUNT, sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; i < AXIS_COUNT; i++) {
        const struct axis_setting *setting = &dialect->axes[i];
        if (setting->source == NULL)
            continue;
        const char *value =
            is_number((enum axis)i) ? arena_printf(arena, "%d", setting->value) : axis_names[i].values[setting->value];
        rows[count++] = (struct dialect_axis){axis_names[i].name, value, evidence_names[setting->evidence], setting->source};
    }
    *out = rows;
    return count;
}
