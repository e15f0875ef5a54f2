/* protocol_lint.h: what every exchange on the SCIM door must keep, whatever the scenario is about.
 *
 * One row of lint_rules (lint_rules.c) is one rule with the requirement that it rests on. Where implementations may differ (the catalogue's permissions, the
 * ambiguous places of the RFCs), a rule accepts every defensible reading: media type application/json only warns, PATCH may answer 200 or 204, meta may be missing
 * under a projection, an empty list may lack Resources. How a server ends its connections is its own business.
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
    ON_CONFIG    /* a 200 of /ServiceProviderConfig */
};

struct lint_at {
    struct arena *arena;
    const char *base;
    const struct http_request *request;
    const struct http_response *response;
    const json *body;           /* NULL: none, or not JSON */
    struct http_target target;  /* of the request */
    const char *type;           /* "User", "Group"; NULL: another endpoint */
    const char *id;             /* of /Users/{id}; NULL */
    const json *resource;       /* ON_RESOURCE, ON_USER, ON_GROUP */
    const char *argument;       /* of the row */
    const char *expected, *actual; /* filled by a rule that does not hold */
};

struct lint_rule {
    const char *requirement;
    enum finding_level level;
    enum lint_on on;
    bool (*holds)(struct lint_at *at);
    const char *argument; /* for rules that are alike: a member, a JSON pointer; NULL */
    const char *hint;     /* what to look at; NULL */
};

extern const struct lint_rule lint_rules[];
extern const size_t lint_rule_count;

/* body: the reply's as JSON or NULL. report is called for each rule that does not hold, at most once a rule. A target that can't be taken apart is not judged. */
void protocol_lint(struct arena *arena, const char *base, const struct http_request *request, const struct http_response *response, const json *body,
                   void (*report)(void *context, const struct lint_rule *rule, const struct lint_at *at), void *context);

/* Shared by the rules. */
bool lint_projected(const struct lint_at *at); /* the request names attributes or excludedAttributes */
bool lint_fails(struct lint_at *at, const char *expected, const char *actual); /* fills and returns false */

#define URN_USER "urn:ietf:params:scim:schemas:core:2.0:User"
#define URN_GROUP "urn:ietf:params:scim:schemas:core:2.0:Group"
#define URN_ENTERPRISE_USER "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define URN_LIST "urn:ietf:params:scim:api:messages:2.0:ListResponse"
#define URN_ERROR "urn:ietf:params:scim:api:messages:2.0:Error"
#define URN_CONFIG "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"

/* Rules about messages (lint_messages.c) and about resources (lint_resources.c), for the table. */
#define LINT_RULES(X)                                                                                                  \
    X(media_type) X(media_type_scim) X(json_body) X(no_server_error) X(www_authenticate) X(etag_in_meta)               \
    X(error_body) X(error_schema) X(error_status) X(scim_type_known) X(conflict_uniqueness)                            \
    X(created_201) X(created_body) X(created_location) X(created_times) X(read_same_id) X(replaced_200) X(patched_body) X(deleted_204)  \
    X(no_match_200) X(list_schema) X(list_total) X(list_resources) X(list_items) X(list_partial) X(list_page_size) X(list_start)         \
    X(list_unique) X(filter_obeyed) X(excluded_absent) X(attributes_only) X(config_schema) X(config_boolean) X(config_integer) X(config_schemes) \
    X(id_present) X(id_reserved) X(schemas_present) X(schemas_unique) X(schemas_base) X(extensions_declared) X(meta_present)             \
    X(meta_type) X(meta_location) X(meta_host) X(meta_time) X(member_names) X(external_id) X(user_name) X(boolean_value) X(array_value)  \
    X(one_primary) X(object_value) X(no_password) X(display_name) X(member_values) X(group_values)

#define X(name) bool lint_##name(struct lint_at *at);
LINT_RULES(X)
#undef X

#endif
