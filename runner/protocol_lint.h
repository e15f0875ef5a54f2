/* protocol_lint.h: what every exchange on the SCIM door must keep, whatever the scenario is about.
 *
 * One row of lint_rules (lint_rules.c) is one rule with the requirement that it rests on. Where implementations may differ
 * (the catalogue's permissions, the ambiguous places of the RFCs), a rule accepts every defensible reading: media type
 * application/json only warns, PATCH may answer 200 or 204, meta may be missing under a projection, an empty list may lack
 * Resources. How a server ends its connections is its own business.
 */
#ifndef RUNNER_PROTOCOL_LINT_H
#define RUNNER_PROTOCOL_LINT_H

#include "common/base.h"
#include "common/http.h"
#include "common/json.h"
#include "reports/result.h"

struct arena;

/* What a rule looks at; a row is applied once for each. */
enum lint_on {
    ON_REPLY,    /* every reply */
    ON_SUCCESS,  /* 2xx */
    ON_ERROR,    /* 4xx, 5xx */
    ON_CREATED,  /* 2xx to POST /Users or /Groups */
    ON_READ,     /* 200 to GET of one resource */
    ON_REPLACED, /* 2xx to PUT */
    ON_PATCHED,  /* 2xx to PATCH */
    ON_DELETED,  /* 2xx to DELETE */
    ON_QUERY,    /* any reply to a GET of /Users or /Groups */
    ON_LIST,     /* a 200 that must be a ListResponse */
    ON_RESOURCE, /* each User or Group in a reply */
    ON_USER,
    ON_GROUP,
    ON_CONFIG, /* a 200 of /ServiceProviderConfig */
    ON_BULK    /* a 200 to POST /Bulk */
};

struct lint_at {
    struct arena *arena;
    const char *base;
    const struct http_request *request;
    const struct http_response *response;
    const json *body;              /* NULL: none, or not JSON */
    struct http_target target;     /* of the request */
    const char *type;              /* "User", "Group"; NULL: another endpoint */
    const char *id;                /* of /Users/{id}; NULL */
    const json *resource;          /* ON_RESOURCE, ON_USER, ON_GROUP */
    const char *argument;          /* of the row */
    const char *expected, *actual; /* filled by a rule that does not hold */
};

/* True when the rule holds; else at->expected and at->actual say what is wrong. */
typedef bool lint_holds(struct lint_at *at);

struct lint_rule {
    const char *requirement;
    enum finding_level level;
    enum lint_on on;
    lint_holds *holds;
    const char *argument; /* for rules that are alike: a member, a JSON pointer; NULL */
    const char *hint;     /* what to look at; NULL */
};

extern const struct lint_rule lint_rules[];
extern const size_t lint_rule_count;

/* body: the reply's as JSON or NULL. report is called for each rule that does not hold, at most once a rule. A target that
 * can't be taken apart is not judged. */
void protocol_lint(struct arena *arena, const char *base, const struct http_request *request,
                   const struct http_response *response, const json *body,
                   void (*report)(void *context, const struct lint_rule *rule, const struct lint_at *at), void *context);

/* Shared by the rules. */
bool lint_projected(const struct lint_at *at); /* the request names attributes or excludedAttributes */
bool lint_fails(struct lint_at *at, const char *expected, const char *actual); /* fills and returns false */

#define URN_USER            "urn:ietf:params:scim:schemas:core:2.0:User"
#define URN_GROUP           "urn:ietf:params:scim:schemas:core:2.0:Group"
#define URN_ENTERPRISE_USER "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define URN_LIST            "urn:ietf:params:scim:api:messages:2.0:ListResponse"
#define URN_ERROR           "urn:ietf:params:scim:api:messages:2.0:Error"
#define URN_CONFIG          "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"

/* Rules about messages (lint_messages.c) */
lint_holds lint_media_type, lint_media_type_scim, lint_json_body, lint_json_names, lint_no_server_error, lint_www_authenticate,
    lint_etag_in_meta, lint_error_body, lint_error_schema, lint_error_status, lint_scim_type_known, lint_conflict_uniqueness,
    lint_created_201, lint_created_body, lint_created_location, lint_created_times, lint_read_same_id, lint_replaced_200,
    lint_patched_body, lint_deleted_204, lint_no_match_200, lint_list_schema, lint_list_total, lint_list_resources,
    lint_list_items, lint_list_partial, lint_list_page_size, lint_list_start, lint_list_unique, lint_filter_obeyed,
    lint_config_schema, lint_config_boolean, lint_config_integer, lint_config_schemes;
/* Rules about walks by cursor (lint_cursor.c) */
lint_holds lint_cursor_letters, lint_cursor_first, lint_cursor_next;
/* Rules about bulk replies (lint_bulk.c) */
lint_holds lint_bulk_schema, lint_bulk_operations, lint_bulk_no_limit, lint_bulk_status, lint_bulk_status_text,
    lint_bulk_location, lint_bulk_error;
/* Rules about resources (lint_resources.c) */
lint_holds lint_excluded_absent, lint_attributes_only, lint_id_present, lint_id_reserved, lint_schemas_present,
    lint_schemas_unique, lint_schemas_base, lint_extensions_declared, lint_meta_present, lint_meta_type, lint_meta_location,
    lint_meta_host, lint_meta_time, lint_member_names, lint_external_id, lint_user_name, lint_boolean_value, lint_array_value,
    lint_one_primary, lint_object_value, lint_no_password, lint_display_name, lint_member_values, lint_group_values;

#endif
