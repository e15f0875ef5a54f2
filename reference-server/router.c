#include "common/base.h"

#include "reference-server/router.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/admin.h"
#include "reference-server/app.h"
#include "reference-server/authzen.h"
#include "reference-server/health.h"
#include "reference-server/oauth.h"
#include "reference-server/outbox.h"
#include "reference-server/report.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim_service.h"
#include "reference-server/web.h"
#include "reference-server/trail.h"

#include <string.h>

#define SCIM       "/organizations/{}/scim/" ROUTER_VERSION
#define APP        "/organizations/{}/app"
#define ACCESS     "/organizations/{}/access/v1"
#define WELL_KNOWN "/.well-known/authzen-configuration/organizations/{}"

static const struct route routes[] = {
    {"GET", SCIM "/Users", DOOR_SCIM, scim_list, ROUTE_READ, "User"},
    {"POST", SCIM "/Users", DOOR_SCIM, users_create, ROUTE_BODY, "User"},
    {"POST", SCIM "/Users/.search", DOOR_SCIM, scim_search, ROUTE_BODY | ROUTE_READ, "User"},
    {"GET", SCIM "/Users/{}", DOOR_SCIM, scim_read, ROUTE_READ, "User"},
    {"PUT", SCIM "/Users/{}", DOOR_SCIM, users_replace, ROUTE_BODY, "User"},
    {"PATCH", SCIM "/Users/{}", DOOR_SCIM, users_patch, ROUTE_BODY | ROUTE_PATCH, "User"},
    {"DELETE", SCIM "/Users/{}", DOOR_SCIM, users_delete, 0, "User"},
    {"GET", SCIM "/Groups", DOOR_SCIM, scim_list, ROUTE_READ, "Group"},
    {"POST", SCIM "/Groups", DOOR_SCIM, groups_create, ROUTE_BODY, "Group"},
    {"POST", SCIM "/Groups/.search", DOOR_SCIM, scim_search, ROUTE_BODY | ROUTE_READ, "Group"},
    {"GET", SCIM "/Groups/{}", DOOR_SCIM, scim_read, ROUTE_READ, "Group"},
    {"PUT", SCIM "/Groups/{}", DOOR_SCIM, groups_replace, ROUTE_BODY, "Group"},
    {"PATCH", SCIM "/Groups/{}", DOOR_SCIM, groups_patch, ROUTE_BODY | ROUTE_PATCH, "Group"},
    {"DELETE", SCIM "/Groups/{}", DOOR_SCIM, groups_delete, 0, "Group"},
    {"GET", SCIM, DOOR_SCIM, scim_list_all, ROUTE_READ, NULL},
    {"POST", SCIM "/.search", DOOR_SCIM, scim_search_all, ROUTE_BODY | ROUTE_READ, NULL},
    {"GET", SCIM "/ServiceProviderConfig", DOOR_SCIM, discovery_config, ROUTE_READ | ROUTE_OPEN, NULL},
    {"GET", SCIM "/ResourceTypes", DOOR_SCIM, discovery_types, ROUTE_READ | ROUTE_OPEN, NULL},
    {"GET", SCIM "/ResourceTypes/{}", DOOR_SCIM, discovery_type, ROUTE_READ | ROUTE_OPEN, NULL},
    {"GET", SCIM "/Schemas", DOOR_SCIM, discovery_schemas, ROUTE_READ | ROUTE_OPEN, NULL},
    {"GET", SCIM "/Schemas/{}", DOOR_SCIM, discovery_schema, ROUTE_READ | ROUTE_OPEN, NULL},
    {"GET", SCIM "/Me", DOOR_SCIM, scim_me, ROUTE_READ, NULL},
    {"POST", SCIM "/Me", DOOR_SCIM, scim_me, 0, NULL},
    {"PUT", SCIM "/Me", DOOR_SCIM, scim_me, 0, NULL},
    {"PATCH", SCIM "/Me", DOOR_SCIM, scim_me, 0, NULL},
    {"DELETE", SCIM "/Me", DOOR_SCIM, scim_me, 0, NULL},
    {"POST", SCIM "/Bulk", DOOR_SCIM, scim_bulk, ROUTE_BODY | ROUTE_BULK, NULL},

    {"POST", "/organizations/{}/oauth/token", DOOR_OAUTH, oauth_token, 0, NULL},

    {"POST", APP "/sign-in", DOOR_APP, app_sign_in, ROUTE_BODY | ROUTE_OPEN, NULL},
    {"POST", APP "/invites", DOOR_APP, app_accept_invite, ROUTE_BODY | ROUTE_OPEN, NULL},
    {"GET", APP "/me", DOOR_APP, app_me, ROUTE_READ, NULL},
    {"POST", APP "/open", DOOR_APP, app_open, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"POST", APP "/api-keys", DOOR_APP, app_create_key, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"POST", APP "/profile", DOOR_APP, app_edit_profile, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"POST", APP "/workspaces", DOOR_APP, app_create_workspace, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"POST", APP "/projects", DOOR_APP, app_create_project, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"POST", APP "/work", DOOR_APP, app_work, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"POST", APP "/transfer-project", DOOR_APP, app_transfer_project, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"POST", APP "/archive-project", DOOR_APP, app_archive_project, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"POST", APP "/unarchive-project", DOOR_APP, app_unarchive_project, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"POST", APP "/invite-person", DOOR_APP, app_invite_person, ROUTE_BODY | ROUTE_SESSION, NULL},
    {"GET", APP "/reports/{}", DOOR_APP, app_report, ROUTE_READ | ROUTE_SESSION, NULL},

    {"POST", ACCESS "/evaluation", DOOR_ACCESS, authzen_evaluation, ROUTE_BODY | ROUTE_READ, NULL},
    {"POST", ACCESS "/evaluations", DOOR_ACCESS, authzen_evaluations, ROUTE_BODY | ROUTE_READ, NULL},
    {"POST", ACCESS "/search/subject", DOOR_ACCESS, authzen_search_subject, ROUTE_BODY | ROUTE_READ, NULL},
    {"POST", ACCESS "/search/resource", DOOR_ACCESS, authzen_search_resource, ROUTE_BODY | ROUTE_READ, NULL},
    {"POST", ACCESS "/search/action", DOOR_ACCESS, authzen_search_action, ROUTE_BODY | ROUTE_READ, NULL},
    {"GET", WELL_KNOWN, DOOR_ACCESS, authzen_metadata, ROUTE_READ | ROUTE_OPEN, NULL},

    {"GET", "/admin/organizations", DOOR_ADMIN, admin_list_organizations, ROUTE_READ, NULL},
    {"POST", "/admin/organizations", DOOR_ADMIN, admin_create_organization, ROUTE_BODY, NULL},
    {"DELETE", "/admin/organizations/{}", DOOR_ADMIN, admin_delete_organization, 0, NULL},
    {"GET", "/admin/organizations/{}/access", DOOR_ADMIN, admin_access, ROUTE_READ, NULL},
    {"GET", "/admin/metrics", DOOR_ADMIN, health_metrics, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/profile", DOOR_ADMIN, admin_profile, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/why", DOOR_ADMIN, admin_why, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/health", DOOR_ADMIN, health_document, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/document", DOOR_ADMIN, admin_document, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/waiting", DOOR_ADMIN, admin_waiting, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/policies", DOOR_ADMIN, admin_policies, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/credentials", DOOR_ADMIN, admin_credentials, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/reports/{}", DOOR_ADMIN, report_show, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/reviews", DOOR_ADMIN, admin_reviews, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/approvals", DOOR_ADMIN, admin_approvals, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/audit", DOOR_ADMIN, trail_show, ROUTE_READ, NULL},
    {"GET", "/admin/organizations/{}/notifications", DOOR_ADMIN, outbox_show, ROUTE_READ, NULL},
    {"POST", "/admin/organizations/{}/actions", DOOR_ADMIN, admin_action, ROUTE_BODY, NULL},

    {"GET", "", DOOR_WEB, web_page, ROUTE_READ | ROUTE_OPEN, NULL},
    {"GET", "/web/{}", DOOR_WEB, web_file, ROUTE_READ | ROUTE_OPEN, NULL},
};

/* What every resource type of a schema file has, below its endpoint. */
static const struct route item_routes[] = {
    {"GET", "", DOOR_SCIM, scim_list, ROUTE_READ, NULL},
    {"POST", "", DOOR_SCIM, items_create, ROUTE_BODY, NULL},
    {"POST", "/.search", DOOR_SCIM, scim_search, ROUTE_BODY | ROUTE_READ, NULL},
    {"GET", "/{}", DOOR_SCIM, scim_read, ROUTE_READ, NULL},
    {"PUT", "/{}", DOOR_SCIM, items_replace, ROUTE_BODY, NULL},
    {"PATCH", "/{}", DOOR_SCIM, items_patch, ROUTE_BODY | ROUTE_PATCH, NULL},
    {"DELETE", "/{}", DOOR_SCIM, items_delete, 0, NULL},
};

static struct routes rows_of(struct arena *arena, const struct scim_registry *registry, size_t from, bool writes)
{
    struct route *rows = arena_array(arena, registry->type_count * ARRAY_LEN(item_routes) + 1, sizeof *rows);
    size_t count = 0;
    for (size_t i = from; i < registry->type_count; i++) {
        const struct scim_resource_type *type = &registry->types[i];
        for (size_t k = 0; type->custom && k < ARRAY_LEN(item_routes); k++) {
            if (!writes && (item_routes[k].flags & ROUTE_READ) == 0)
                continue;
            rows[count] = item_routes[k];
            rows[count].pattern = arena_printf(arena, SCIM "%s%s", type->endpoint, item_routes[k].pattern);
            rows[count++].resource = type->name;
        }
    }
    return (struct routes){rows, count};
}

struct routes router_rows(struct arena *arena, const struct scim_registry *registry)
{
    return rows_of(arena, registry, 0, true);
}

struct routes router_rows_offered(struct arena *arena, const struct scim_registry *registry, size_t known)
{
    return rows_of(arena, registry, known, false);
}

static size_t row_count(struct routes more)
{
    return ARRAY_LEN(routes) + more.count;
}

static const struct route *row_at(struct routes more, size_t i)
{
    return i < ARRAY_LEN(routes) ? &routes[i] : &more.rows[i - ARRAY_LEN(routes)];
}

/* Segments without an empty one at the end. */
static size_t segments_of(const struct http_target *target)
{
    size_t n = target->count;
    return n > 0 && target->segments[n - 1][0] == '\0' ? n - 1 : n;
}

static bool segment_is(const struct http_target *target, size_t index, const char *text)
{
    return index < segments_of(target) && strcmp(target->segments[index], text) == 0;
}

/* --- versions --- */

static bool is_version(const char *segment)
{
    return segment[0] == 'v' && segment[1] != '\0' && segment[1 + strspn(segment + 1, "0123456789")] == '\0';
}

static bool in_scim(const struct http_target *target)
{
    return segment_is(target, 0, "organizations") && segments_of(target) > 2 && segment_is(target, 2, "scim");
}

void router_complete_version(struct arena *arena, struct http_target *target)
{
    if (!in_scim(target) || (segments_of(target) > 3 && is_version(target->segments[3])))
        return;
    const char **segments = arena_array(arena, target->count + 1, sizeof *segments);
    memcpy(segments, target->segments, 3 * sizeof *segments);
    segments[3] = ROUTER_VERSION;
    memcpy(segments + 4, target->segments + 3, (target->count - 3) * sizeof *segments);
    target->segments = segments;
    target->count++;
}

bool router_version_known(const struct http_target *target)
{
    return !in_scim(target) || segment_is(target, 3, ROUTER_VERSION);
}

/* --- doors --- */

enum door router_door(const struct http_target *target, const char **organization)
{
    *organization = NULL;
    if (segments_of(target) == 0 || segment_is(target, 0, "web"))
        return DOOR_WEB;
    if (segment_is(target, 0, "admin")) {
        if (segment_is(target, 1, "organizations") && segments_of(target) > 2)
            *organization = target->segments[2];
        return DOOR_ADMIN;
    }
    if (segment_is(target, 0, ".well-known") && segment_is(target, 1, "authzen-configuration") &&
        segment_is(target, 2, "organizations") && segments_of(target) > 3) {
        *organization = target->segments[3];
        return DOOR_ACCESS;
    }
    if (!segment_is(target, 0, "organizations") || segments_of(target) < 3)
        return DOOR_NONE;
    *organization = target->segments[1];
    if (segment_is(target, 2, "scim"))
        return DOOR_SCIM;
    if (segment_is(target, 2, "oauth"))
        return DOOR_OAUTH;
    if (segment_is(target, 2, "access") && segment_is(target, 3, "v1"))
        return DOOR_ACCESS;
    return segment_is(target, 2, "app") ? DOOR_APP : DOOR_NONE;
}

static bool pattern_fits(const char *pattern, const struct http_target *target, const char *parameters[EXCHANGE_PARAMETERS])
{
    size_t count = segments_of(target), index = 0, found = 0;
    for (const char *p = pattern; *p == '/'; index++) {
        size_t length = strcspn(++p, "/");
        if (index >= count)
            return false;
        const char *segment = target->segments[index];
        bool hole = length == 2 && memcmp(p, "{}", 2) == 0;
        if (hole ? segment[0] == '\0' : strncmp(segment, p, length) != 0 || segment[length] != '\0')
            return false;
        if (hole && found < EXCHANGE_PARAMETERS)
            parameters[found++] = segment;
        p += length;
    }
    return index == count;
}

static const char *methods_of(struct arena *arena, struct routes more, const struct http_target *target)
{
    const char *ignored[EXCHANGE_PARAMETERS];
    const char *list = NULL;
    for (size_t i = 0; i < row_count(more); i++) {
        const struct route *route = row_at(more, i);
        if (!pattern_fits(route->pattern, target, ignored))
            continue;
        /* `.search` is no id: its own row alone counts. */
        bool search = text_ends(route->pattern, "/.search");
        if (list == NULL || search)
            list = route->method;
        else
            list = arena_printf(arena, "%s, %s", list, route->method);
        if (strcmp(route->method, "GET") == 0)
            list = arena_printf(arena, "%s, HEAD", list);
        if (search)
            break;
    }
    return list == NULL ? NULL : arena_printf(arena, "%s, OPTIONS", list);
}

const struct route *router_find(struct arena *arena, struct routes more, const struct http_target *target, const char *method,
                                const char *parameters[EXCHANGE_PARAMETERS], const char **allow)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    size_t count = segments_of(target);
    bool search = count > 0 && strcmp(target->segments[count - 1], ".search") == 0;
    for (size_t i = 0; i < row_count(more); i++) {
        const struct route *route = row_at(more, i);
        if (strcmp(route->method, wanted) == 0 && text_ends(route->pattern, "/.search") == search &&
            pattern_fits(route->pattern, target, parameters))
            return route;
    }
    *allow = methods_of(arena, more, target);
    return NULL;
}
