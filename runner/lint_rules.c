/* The table of protocol rules. Levels: must where the RFC says so with a capital word or where no client can work otherwise,
 * should for the rest. */
#include "common/base.h"

#include "runner/protocol_lint.h"

#define MUST   LEVEL_MUST
#define SHOULD LEVEL_SHOULD

const struct lint_rule lint_rules[] = {
    /* messages */
    {"RFC7644-3.1-01", MUST, ON_SUCCESS, lint_media_type, NULL,
     "Set Content-Type: application/scim+json on every reply with a body."},
    {"RFC7644-8.1-01", SHOULD, ON_REPLY, lint_media_type_scim, NULL,
     "application/json works with most clients, application/scim+json with all."},
    {"RFC7644-3.2-06", MUST, ON_SUCCESS, lint_json_body, NULL,
     "Look at what a proxy or framework sends in place of the SCIM reply."},
    {"RFC7644-3.12-16", MUST, ON_ERROR, lint_no_server_error, NULL,
     "The server failed while it worked on a request; its log has the reason."},
    {"RFC7644-2-06", MUST, ON_ERROR, lint_www_authenticate, NULL, "Add WWW-Authenticate: Bearer to every 401."},
    {"RFC7643-3.1-24", MUST, ON_SUCCESS, lint_etag_in_meta, NULL, "ETag and meta.version must come from one value."},

    {"RFC7644-3.2-06", SHOULD, ON_SUCCESS, lint_json_names, NULL,
     "RFC 8259 §4: the names in an object SHOULD be unique. Look for an attribute that two parts of the server write."},

    /* errors */
    {"RFC7644-3.12-01", MUST, ON_ERROR, lint_error_body, NULL, "Errors of routers and middleware need the SCIM form too."},
    {"RFC7644-3.12-02", MUST, ON_ERROR, lint_error_schema, NULL, NULL},
    {"RFC7644-3.12-03", MUST, ON_ERROR, lint_error_status, NULL, "status in an error body is a JSON string: \"404\"."},
    {"RFC7644-3.12-18", SHOULD, ON_ERROR, lint_scim_type_known, NULL, NULL},
    {"RFC7644-3.3-10", MUST, ON_ERROR, lint_conflict_uniqueness, "POST",
     "Clients tell a duplicate from other conflicts by scimType \"uniqueness\"."},
    {"RFC7644-3.12-21", SHOULD, ON_ERROR, lint_conflict_uniqueness, "PUT", NULL},
    {"RFC7644-3.12-21", SHOULD, ON_ERROR, lint_conflict_uniqueness, "PATCH", NULL},

    /* single resources */
    {"RFC7644-3.3-07", MUST, ON_CREATED, lint_created_201, NULL, NULL},
    {"RFC7644-3.3-08", SHOULD, ON_CREATED, lint_created_body, NULL,
     "Okta and Entra take the id of the new resource from this body."},
    {"RFC7644-3.3-09", MUST, ON_CREATED, lint_created_location, NULL, NULL},
    {"RFC7643-3.1-22", SHOULD, ON_CREATED, lint_created_times, NULL, "Take both times from one clock."},
    {"RFC7644-3.4.1-02", MUST, ON_READ, lint_read_same_id, NULL, NULL},
    {"RFC7644-3.5.1-13", MUST, ON_REPLACED, lint_replaced_200, NULL, NULL},
    {"RFC7644-3.5.2-27", MUST, ON_PATCHED, lint_patched_body, NULL, "Answer 200 with the whole resource, or 204 without a body."},
    {"RFC7644-3.6-07", MUST, ON_DELETED, lint_deleted_204, NULL,
     "Entra counts another answer as a failure and tries again for ever."},

    /* lists */
    {"RFC7644-3.4.2-10", MUST, ON_QUERY, lint_no_match_200, NULL, "No match is an empty list, not an error."},
    {"RFC7644-3.4.2-04", MUST, ON_LIST, lint_list_schema, NULL, NULL},
    {"RFC7644-3.4.2-05", MUST, ON_LIST, lint_list_total, NULL,
     "totalResults is an integer, the number of matches over all pages."},
    {"RFC7644-3.4.2-07", MUST, ON_LIST, lint_list_resources, NULL, "Resources is an array; never null."},
    {"RFC7644-3.4.2.4-10", SHOULD, ON_LIST, lint_list_items, NULL,
     "itemsPerPage counts what this page holds; it does not repeat the count asked for."},
    {"RFC7644-3.4.2-09", MUST, ON_LIST, lint_list_partial, "itemsPerPage", NULL},
    {"RFC7644-3.4.2-08", MUST, ON_LIST, lint_list_partial, "startIndex", NULL},
    {"RFC7644-3.4.2.4-05", MUST, ON_LIST, lint_list_page_size, NULL, NULL},
    {"RFC7644-3.4.2.4-12", SHOULD, ON_LIST, lint_list_start, NULL, "startIndex counts from 1."},
    {"RFC7643-3.1-07", MUST, ON_LIST, lint_list_unique, NULL, NULL},
    {"RFC9865-2-02", MUST, ON_LIST, lint_cursor_letters, "nextCursor", "A cursor goes into a URL as it stands."},
    {"RFC9865-2-02", MUST, ON_LIST, lint_cursor_letters, "previousCursor", "A cursor goes into a URL as it stands."},
    {"RFC9865-2-14", MUST, ON_LIST, lint_cursor_first, NULL, NULL},
    {"RFC9865-2-10", MUST, ON_LIST, lint_cursor_next, NULL,
     "A client stops where nextCursor is missing: the rest is never seen."},
    {"RFC7644-3.4.2.2-04", MUST, ON_LIST, lint_filter_obeyed, NULL,
     "A filter that is not understood must be refused (400 invalidFilter), never ignored: the provider binds to the wrong "
     "person."},
    {"RFC7644-3.4.2.5-05", MUST, ON_RESOURCE, lint_excluded_absent, NULL,
     "Large groups time out when members are read in spite of excludedAttributes=members."},
    {"RFC7644-3.9-03", MUST, ON_RESOURCE, lint_attributes_only, NULL, NULL},

    /* discovery */
    {"RFC7644-4-02", MUST, ON_CONFIG, lint_config_schema, NULL, NULL},
    {"RFC7643-5-05", MUST, ON_CONFIG, lint_config_boolean, "/patch/supported", NULL},
    {"RFC7643-5-06", MUST, ON_CONFIG, lint_config_boolean, "/bulk/supported", NULL},
    {"RFC7643-5-07", MUST, ON_CONFIG, lint_config_integer, "/bulk/maxOperations", NULL},
    {"RFC7643-5-08", MUST, ON_CONFIG, lint_config_integer, "/bulk/maxPayloadSize", NULL},
    {"RFC7643-5-09", MUST, ON_CONFIG, lint_config_boolean, "/filter/supported", NULL},
    {"RFC7643-5-10", MUST, ON_CONFIG, lint_config_integer, "/filter/maxResults", NULL},
    {"RFC7643-5-11", MUST, ON_CONFIG, lint_config_boolean, "/changePassword/supported", NULL},
    {"RFC7643-5-12", MUST, ON_CONFIG, lint_config_boolean, "/sort/supported", NULL},
    {"RFC7643-5-13", MUST, ON_CONFIG, lint_config_boolean, "/etag/supported", NULL},
    {"RFC7643-5-14", MUST, ON_CONFIG, lint_config_schemes, NULL, NULL},

    /* bulk */
    {"RFC7644-3.7-03", MUST, ON_BULK, lint_bulk_schema, NULL, NULL},
    {"RFC7644-3.7.3-01", MUST, ON_BULK, lint_bulk_operations, NULL, NULL},
    {"RFC7644-3.7-05", MUST, ON_BULK, lint_bulk_no_limit, NULL, "failOnErrors belongs to the request alone."},
    {"RFC7644-3.7-16", MUST, ON_BULK, lint_bulk_status, NULL, "status is the HTTP status as a JSON string: \"201\"."},
    {"RFC7644-3.7-16", SHOULD, ON_BULK, lint_bulk_status_text, NULL,
     "Examples of RFC 7644 show an object with a code; section 3.7.3 and erratum 7916 have the string."},
    {"RFC7644-3.7-13", MUST, ON_BULK, lint_bulk_location, NULL, NULL},
    {"RFC7644-3.7-14", MUST, ON_BULK, lint_bulk_error, NULL, "A client has nothing else to learn the reason from."},

    /* resources */
    {"RFC7643-3.1-06", MUST, ON_RESOURCE, lint_id_present, NULL, "id is a JSON string, whatever the database holds."},
    {"RFC7643-3.1-10", MUST, ON_RESOURCE, lint_id_reserved, NULL, NULL},
    {"RFC7643-3-03", MUST, ON_RESOURCE, lint_schemas_present, NULL, NULL},
    {"RFC7643-3-05", MUST, ON_RESOURCE, lint_schemas_unique, NULL, NULL},
    {"RFC7643-3.3-01", MUST, ON_RESOURCE, lint_schemas_base, NULL, NULL},
    {"RFC7643-2.1-02", MUST, ON_RESOURCE, lint_extensions_declared, NULL,
     "Name the extension in schemas when its attributes are in the resource."},
    {"RFC7643-3.1-02", MUST, ON_RESOURCE, lint_meta_present, NULL, NULL},
    {"RFC7643-3.1-19", MUST, ON_RESOURCE, lint_meta_type, NULL, NULL},
    {"RFC7643-3.1-23", MUST, ON_RESOURCE, lint_meta_location, NULL, NULL},
    {"RFC7643-3.1-23", SHOULD, ON_RESOURCE, lint_meta_host, NULL, "Behind a proxy, make locations from the public URL."},
    {"RFC7643-3.1-20", MUST, ON_RESOURCE, lint_meta_time, "created", NULL},
    {"RFC7643-2.3.5-02", MUST, ON_RESOURCE, lint_meta_time, "lastModified", NULL},
    {"RFC7643-2.1-03", MUST, ON_RESOURCE, lint_member_names, NULL,
     "A dotted key in a PATCH value is a path into the resource, not the name of an attribute."},
    {"RFC7643-3.1-16", MUST, ON_RESOURCE, lint_external_id, NULL, NULL},
    {"RFC7643-4.1.1-01", MUST, ON_USER, lint_user_name, NULL, NULL},
    {"RFC7643-2.3.2-01", MUST, ON_USER, lint_boolean_value, NULL,
     "Entra sends active as \"True\" and \"False\" when it patches; what is read must be a JSON boolean."},
    {"RFC7643-2.4-01", MUST, ON_RESOURCE, lint_array_value, NULL, NULL},
    {"RFC7643-2.4-04", MUST, ON_RESOURCE, lint_one_primary, NULL, NULL},
    {"RFC7644-3.8-11", MUST, ON_USER, lint_object_value, NULL, "Entra stops syncing people whose manager it can't read."},
    {"RFC7643-4.1.1-15", MUST, ON_USER, lint_no_password, NULL, NULL},
    {"RFC7643-4.1.2-18", MUST, ON_USER, lint_group_values, NULL, NULL},
    {"RFC7643-4.2-02", MUST, ON_GROUP, lint_display_name, NULL, NULL},
    {"RFC7643-4.2-04", MUST, ON_GROUP, lint_member_values, NULL, NULL},
};
const size_t lint_rule_count = ARRAY_LEN(lint_rules);
