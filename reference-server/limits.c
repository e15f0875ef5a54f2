#include "common/base.h"

#include "reference-server/limits.h"

#include "common/error.h"
#include "common/file.h"
#include "common/http.h"
#include "common/json_gate.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/auth.h"
#include "reference-server/authzen.h"
#include "reference-server/cursor.h"
#include "reference-server/model/account.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/basic.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/client.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/organization_document.h"
#include "reference-server/model/organization_settings.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/policy_attributes.h"
#include "reference-server/model/profile.h"
#include "reference-server/model/profile_edit.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/review.h"
#include "reference-server/model/threat.h"
#include "reference-server/model/token.h"
#include "reference-server/oauth.h"
#include "reference-server/outbox.h"
#include "reference-server/scim/bulk.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/patch_lists.h"
#include "reference-server/scim/path.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim/schema_file.h"
#include "reference-server/serve.h"
#include "reference-server/server.h"
#include "reference-server/trail.h"

#include <stdio.h>
#include <string.h>

#define SET(field, name, unit, preset, smallest, largest, caps, answer, source)                                                  \
    {                                                                                                                            \
        name, unit, preset, smallest, largest, caps, answer, source, offsetof(struct limits, field)                              \
    }
#define FIXED(name, unit, value, caps, answer, source)                                                                           \
    {                                                                                                                            \
        name, unit, value, value, value, caps, answer, source, LIMIT_FIXED                                                       \
    }

#define OWN "this server's own"

const struct limit limits_rows[] = {
    /* connections and requests */
    SET(connections, "connections", "", SERVER_CONNECTIONS, 1, 10000, "clients connected at the same time",
        "the one that has been silent longest is closed; 503 with Retry-After when all are at work", OWN),
    SET(idle_s, "idle-seconds", "seconds", SERVER_IDLE_S, 1, 3600, "silence on a connection", "closed", "RFC 9112 §9.5"),
    SET(request_s, "request-seconds", "seconds", SERVER_REQUEST_S, 1, 3600,
        "head and body of a request, from its first byte to its last", "closed", "RFC 9112 §9.5"),
    SET(reply_s, "reply-seconds", "seconds", SERVER_REPLY_S, 1, 3600, "a client taking its reply", "closed", "RFC 9112 §9.5"),
    SET(target_bytes, "target-bytes", "bytes", SERVER_MAX_TARGET, 256, HTTP_MAX_TARGET, "path and query of a request", "414",
        "RFC 9110 §15.5.15"),
    SET(header_bytes, "header-bytes", "bytes", SERVER_MAX_HEADER, KIB, 64 * KIB, "names and values of all headers of a request",
        "431", "RFC 6585 §5"),
    SET(body_bytes, "body-bytes", "bytes", SERVER_MAX_BODY, KIB, JSON_MAX_BYTES, "body of a request", "413", "RFC 9110 §15.5.14"),
    SET(requests_per_second, "requests-per-second", "", 0, 0, 100000,
        "requests of an organization; those without good credentials are counted apart; 0: any number", "429 with Retry-After",
        "RFC 6585 §4"),

    /* JSON */
    FIXED("json-depth", "", JSON_MAX_DEPTH, "arrays and objects inside each other", "400 invalidSyntax", "RFC 8259 §9"),
    FIXED("json-values", "", JSON_MAX_VALUES, "values in a body", "400 invalidSyntax", "RFC 8259 §9"),
    FIXED("json-number", "letters", JSON_GATE_MAX_NUMBER,
          "a number; integers beyond 2^53 and what a double cannot hold are refused", "400 invalidSyntax", "RFC 8259 §9"),
    FIXED("json-members", "", SCIM_MAX_MEMBERS, "members of an object", "400 invalidSyntax", "RFC 8259 §9"),

    /* searches */
    SET(scim.filter_bytes, "filter-bytes", "bytes", SCIM_FILTER_MAX_LENGTH, 64, 32 * KIB, "a filter", "400 invalidFilter",
        "RFC 7644 §3.12"),
    SET(scim.filter_depth, "filter-depth", "", SCIM_FILTER_MAX_DEPTH, 1, 64, "parentheses, not and brackets inside each other",
        "400 invalidFilter", "RFC 7644 §3.12"),
    SET(scim.filter_terms, "filter-terms", "", SCIM_FILTER_MAX_TERMS, 1, 1000, "comparisons in a filter", "400 invalidFilter",
        "RFC 7644 §3.12"),
    SET(scim.search_results, "search-results", "", SCIM_MAX_RESULTS, 1, SCIM_MAX_RESULTS, "resources that match a filter",
        "400 tooMany", "RFC 7644 §3.12"),
    SET(scim.names, "attribute-names", "", SCIM_MAX_NAMES, 1, SCIM_MAX_NAMES, "names in attributes or excludedAttributes",
        "400 invalidValue", "RFC 7644 §3.12"),
    SET(page, "page-size", "", SERVER_PAGE, 1, 10000, "resources in a page when the client does not say", "(a page)",
        "RFC 7644 §3.4.2.4"),
    SET(page_max, "page-maximum", "", SERVER_PAGE_MAX, 1, 10000, "resources in a page", "a smaller page", "RFC 7644 §3.4.2.4"),
    SET(cursor_s, "cursor-seconds", "seconds", CURSOR_TIMEOUT_S, 1, 86400, "the life of a cursor, by the organization's clock",
        "400 expiredCursor", "RFC 9865 §2.1"),
    FIXED("cursor-letters", "letters", CURSOR_MAX, "a cursor", "400 invalidCursor", "RFC 9865 §2.1"),
    FIXED("sort-bytes", "bytes", CURSOR_MAX_KEY, "what of a text counts for sortBy", "the rest does not count", OWN),

    /* writes */
    SET(scim.text_bytes, "text-bytes", "bytes", SCIM_MAX_TEXT, 256, SCIM_MAX_TEXT, "a text in a body", "400 invalidValue",
        "RFC 7644 §3.12"),
    FIXED("patch-work", "", SCIM_PATCH_MAX_WORK, "values of the resource that the operations of a PATCH look at", "413", OWN),
    SET(scim.elements, "elements", "", SCIM_MAX_ELEMENTS, 1, SCIM_MAX_ELEMENTS,
        "values of an attribute in a body, the members of a group too", "400 invalidValue", "RFC 7644 §3.12"),
    SET(scim.patch_operations, "patch-operations", "", SCIM_MAX_OPERATIONS, 1, SCIM_MAX_OPERATIONS, "operations of a PATCH",
        "413", "RFC 9110 §15.5.14"),
    SET(scim.path_bytes, "path-bytes", "bytes", SCIM_PATH_MAX_LENGTH, 64, SCIM_PATH_MAX_LENGTH,
        "the path of a PATCH operation; its filter has 32 levels and 200 comparisons at most", "400 invalidPath",
        "RFC 7644 §3.12"),
    SET(scim.bulk_operations, "bulk-operations", "", SCIM_BULK_MAX_OPERATIONS, 1, SCIM_BULK_MAX_OPERATIONS,
        "operations of a bulk request (maxOperations)", "413", "RFC 7644 §3.7.4"),
    SET(bulk_bytes, "bulk-bytes", "bytes", SCIM_BULK_MAX_PAYLOAD, KIB, JSON_MAX_BYTES, "body of a bulk request (maxPayloadSize)",
        "413", "RFC 7644 §3.7.4"),
    FIXED("user-name", "bytes", ACCOUNT_MAX_NAME, "a userName", "400 invalidValue", OWN),
    FIXED("display-name", "bytes", GROUP_MAX_NAME, "the displayName of a group", "400 invalidValue", OWN),
    FIXED("password", "bytes", ACCOUNT_MAX_PASSWORD, "a password", "400 invalidValue", OWN),
    FIXED("password-work", "", 1, "passwords being hashed at the same time in an organization", "the next one waits", OWN),

    /* credentials */
    FIXED("bearer-letters", "letters", AUTH_MAX_LENGTH, "a bearer token in a request", "401", "RFC 6750 §2.1"),
    FIXED("token-letters", "letters", TOKEN_MAX_LENGTH, "a SCIM token that is given", "400", OWN),
    FIXED("token-name", "bytes", TOKEN_MAX_NAME, "the name of a SCIM token", "400", OWN),
    SET(model.tokens, "tokens", "", MODEL_LIMITS_TOKENS, 1, 1000, "names of SCIM tokens in an organization", "409", OWN),
    SET(model.clients, "clients", "", MODEL_LIMITS_CLIENTS, 1, 1000, "OAuth clients in an organization", "409", OWN),
    FIXED("client-tokens", "", CLIENT_MAX_TOKENS, "good access tokens of a client", "the oldest ends", OWN),
    FIXED("client-letters", "letters", CLIENT_MAX_TEXT, "id and secret of a client", "400", OWN),
    FIXED("basic-bytes", "bytes", BASIC_MAX_TEXT, "user and password of HTTP Basic", "400", OWN),
    FIXED("form-bytes", "bytes", OAUTH_MAX_FORM, "body of a token request", "400 invalid_request", "RFC 6749 §5.2"),
    FIXED("certificates", "", CERTIFICATE_MAX, "client certificates that an organization names", "409", OWN),
    FIXED("certificate-name", "bytes", CERTIFICATE_MAX_NAME, "the name of a client certificate", "400", OWN),
    FIXED("certificate-subject", "bytes", CERTIFICATE_MAX_SUBJECT, "the subject of a client certificate", "400", OWN),
    FIXED("networks", "", ORGANIZATION_MAX_NETWORKS, "scimAllowedAddresses", "400", OWN),
    SET(model.secrets, "secrets", "", MODEL_LIMITS_SECRETS, 1, 100000, "sessions, and API keys, of a person",
        "the oldest session ends; 403 for a key", OWN),

    /* what an organization holds */
    SET(organizations, "organizations", "", SERVER_MAX_ORGANIZATIONS, 1, SERVER_MAX_ORGANIZATIONS, "organizations", "409", OWN),
    SET(model.accounts, "accounts", "", MODEL_LIMITS_ACCOUNTS, 1, 5000000, "accounts in an organization", "403", OWN),
    SET(model.groups, "groups", "", MODEL_LIMITS_GROUPS, 1, 1000000, "groups in an organization", "403", OWN),
    SET(model.group_members, "group-members", "", MODEL_LIMITS_GROUP_MEMBERS, 1, 1000000, "members of a group",
        "400 invalidValue", OWN),
    FIXED("items", "", ORGANIZATION_MAX_ITEMS, "resources of the types that schema files define, in an organization", "403", OWN),
    SET(model.resources, "resources", "", MODEL_LIMITS_RESOURCES, 1, 100000, "workspaces and folders, and as many projects",
        "403", OWN),
    SET(model.invites, "invites", "", MODEL_LIMITS_INVITES, 1, 1000000, "pending invites in an organization", "403", OWN),
    FIXED("organization-id", "letters", ORGANIZATION_DOCUMENT_ID, "the id of an organization", "400", OWN),
    FIXED("name-bytes", "bytes", ORGANIZATION_MAX_NAME, "the name of an organization, workspace, folder, project or API key",
          "400", OWN),
    FIXED("domains", "", ORGANIZATION_DOCUMENT_DOMAINS, "domains of an organization", "400", OWN),
    FIXED("seats", "", ORGANIZATION_SETTINGS_SEATS, "settings.seats", "400", OWN),
    FIXED("alert-name", "bytes", THREAT_MAX_NAME - 1, "the name of somebody whose refused sign-ins are counted",
          "the rest tells nobody apart", OWN),
    FIXED("classifications", "", CLEARANCE_MAX_LEVELS, "settings.classifications", "400", OWN),
    FIXED("classification", "bytes", CLEARANCE_MAX_NAME - 1, "the name of a level", "400", OWN),
    FIXED("action-text", "bytes", ACTIONS_MAX_TEXT, "a text of an action at the admin door", "400", OWN),
    FIXED("project-work", "", PROJECT_MAX_WORK, "comments, and tasks, of a project", "403", OWN),
    FIXED("policy-entries", "", POLICY_MAX_ENTRIES, "entries of a list or an object in a policy block", "400", OWN),
    FIXED("policy-name", "bytes", POLICY_MAX_NAME, "a name in a policy block", "400", OWN),
    FIXED("custom-attributes", "", POLICY_MAX_CUSTOM, "mappings of attributes of the customer's own", "400", OWN),
    FIXED("custom-attribute", "letters", POLICY_MAX_ATTRIBUTE, "the name of such an attribute", "400", OWN),
    FIXED("entitlement-types", "", OFFERED_MAX_TYPES, "resource types in the block entitlements", "400", OWN),
    FIXED("entitlement-name", "letters", OFFERED_MAX_NAME, "the name of such a type, and its endpoint", "400", OWN),
    FIXED("entitlement-id", "letters", OFFERED_MAX_ID, "the id of a role or entitlement", "400", OWN),
    FIXED("entitlement-text", "bytes", OFFERED_MAX_TEXT, "the description of a role or entitlement", "400",
          "Okta takes 1000 characters"),
    FIXED("profile-text", "bytes", PROFILE_MAX_TEXT, "a field of a profile that is edited in the product", "400", OWN),
    FIXED("profile-values", "", PROFILE_MAX_VALUES, "values of one field of a profile", "the rest counts for nothing", OWN),
    FIXED("clock-days", "days", (size_t)(ORGANIZATION_MAX_ADVANCE / DAY_MS), "how far the clock of an organization can be moved",
          "400", OWN),
    FIXED("access-evaluations", "", AUTHZEN_MAX_EVALUATIONS, "evaluations in a request at the access door", "400 tooMany", OWN),
    FIXED("access-page", "", AUTHZEN_PAGE_MAX, "results in a page of a search at the access door", "the page is shorter", OWN),
    FIXED("notifications", "", NOTIFICATION_KEPT, "notifications of an organization", "the oldest goes", OWN),
    FIXED("notification-text", "bytes", NOTIFICATION_MAX_TEXT, "the text of a notification", "it is cut", OWN),
    FIXED("notifications-page", "", OUTBOX_PAGE_MAX, "notifications in a reply", "400", OWN),
    FIXED("audit-page", "", TRAIL_PAGE_MAX, "entries of the audit trail in a reply", "the page is shorter", OWN),
    FIXED("reviews", "", REVIEW_MAX, "access reviews of an organization", "403 limit, or the oldest closed one goes", OWN),
    FIXED("review-items", "", REVIEW_MAX_ITEMS, "grants in an access review", "400 limit", OWN),
    FIXED("audit-export", "bytes", TRAIL_EXPORT_MAX, "an exported audit trail that `scimulator verify` reads", "status 2", OWN),
    FIXED("schema-files", "", SCHEMA_FILE_MAX_FILES, "files of serve --schemas", "does not start", OWN),
    FIXED("schema-file", "bytes", SCHEMA_FILE_MAX_BYTES, "one of them", "does not start", OWN),
    FIXED("schemas", "", SCHEMA_FILE_MAX_SCHEMAS, "schemas in them", "does not start", OWN),
    FIXED("resource-types", "", SCHEMA_FILE_MAX_TYPES, "resource types in them", "does not start", OWN),
    FIXED("schema-name", "letters", SCHEMA_FILE_MAX_NAME, "the name of an attribute or resource type", "does not start", OWN),
    FIXED("schema-text", "bytes", SCHEMA_FILE_MAX_TEXT, "a description or canonical value", "does not start", OWN),
    FIXED("schema-urn", "letters", SCHEMA_FILE_MAX_URN, "the id of a schema", "does not start", OWN),
    FIXED("organization-file", "bytes", SERVER_MAX_FILE, "the file of serve --organization", "does not start", OWN),
    FIXED("organization-export", "bytes", SERVE_EXPORT_MAX, "a document that `scimulator export` writes", "status 2", OWN),
};
const size_t limits_count = ARRAY_LEN(limits_rows);

static size_t *field_of(struct limits *limits, const struct limit *row)
{
    return (size_t *)(void *)((char *)limits + row->offset);
}

void limits_preset(struct limits *out)
{
    *out = (struct limits){0};
    for (size_t i = 0; i < limits_count; i++)
        if (limits_rows[i].offset != LIMIT_FIXED)
            *field_of(out, &limits_rows[i]) = limits_rows[i].preset;
}

/* --- from text --- */

static bool refuse_name(const char *name, struct error *err)
{
    const char *names[ARRAY_LEN(limits_rows)];
    for (size_t i = 0; i < limits_count; i++)
        names[i] = limits_rows[i].name;
    const char *nearest = text_nearest(name, names, limits_count);
    char remedy[128];
    snprintf(remedy, sizeof remedy, "did you mean %s?", nearest == NULL ? "" : nearest);
    return error_set(err, ERROR_USAGE, "--limit", nearest == NULL ? "see `scimulator list limits`" : remedy,
                     "there is no limit %.100s", name);
}

static bool read_value(const struct limit *row, const char *text, size_t *out)
{
    static const struct {
        const char *text;
        size_t factor;
    } units[] = {{"KiB", KIB}, {"MiB", MIB}, {"", 1}};
    char digits[32];
    uint64_t number;
    size_t n = strspn(text, "0123456789"), unit = 0;
    if (n == 0 || n >= sizeof digits)
        return false;
    memcpy(digits, text, n);
    digits[n] = '\0';
    while (unit < ARRAY_LEN(units) && strcmp(units[unit].text, text + n) != 0)
        unit++;
    if (unit == ARRAY_LEN(units) || (units[unit].factor > 1 && strcmp(row->unit, "bytes") != 0) ||
        !text_to_u64(digits, UINT32_MAX, &number))
        return false;
    *out = (size_t)number * units[unit].factor;
    return *out >= row->smallest && *out <= row->largest;
}

static const struct limit *find(const char *name)
{
    for (size_t i = 0; i < limits_count; i++)
        if (strcmp(limits_rows[i].name, name) == 0)
            return &limits_rows[i];
    return NULL;
}

bool limits_set(struct limits *limits, const char *text, struct error *err)
{
    char name[64];
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text)
        return error_set(err, ERROR_USAGE, "--limit", "write it as NAME=VALUE", "%.100s says no value", text);
    snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    const struct limit *row = find(name);
    if (row == NULL)
        return refuse_name(name, err);
    if (row->offset == LIMIT_FIXED)
        return error_set(err, ERROR_USAGE, "--limit", "see `scimulator list limits`", "%s is fixed at %zu", name, row->preset);
    size_t value;
    if (!read_value(row, equals + 1, &value))
        return error_set(err, ERROR_USAGE, "--limit", "", "%s takes a whole number%s%s from %zu to %zu, not %.40s", name,
                         row->unit[0] == '\0' ? "" : " of ", row->unit, row->smallest, row->largest, equals + 1);
    *field_of(limits, row) = value;
    return true;
}

static void at_most(size_t *value, size_t most)
{
    if (*value > most)
        *value = most;
}

void limits_settle(struct limits *limits)
{
    at_most(&limits->bulk_bytes, limits->body_bytes);
    at_most(&limits->page, limits->page_max);
}
