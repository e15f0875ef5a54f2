/* Defects in what comes in and what goes out. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/group.h"
#include "reference-server/router.h"
#include "reference-server/scim/compat.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim_service.h"

#include <ctype.h>
#include <string.h>

/* --- in --- */

static bool is_patch(const struct exchange *x)
{
    return (x->route->flags & ROUTE_PATCH) != 0;
}

static bool is_list(const struct exchange *x)
{
    return x->route != NULL && x->route->handle == scim_list;
}

static const json *first_operation(const struct exchange *x)
{
    return json_first(json_get_nocase(x->body, "Operations"));
}

bool k03_request(struct exchange *x)
{
    for (const json *o = is_patch(x) ? first_operation(x) : NULL; o != NULL; o = json_next(o)) {
        const char *op = json_get_text(o, "op", "");
        if (isupper((unsigned char)op[0])) {
            reply_refusal(x, 400, SCIM_INVALID_SYNTAX, "%s is not one of add, replace, remove", op);
            return true;
        }
    }
    return false;
}

static bool absent(const struct group *group, const char *id)
{
    return group != NULL && id != NULL && !group_has_member(group, id);
}

/* Whom one operation would remove although they are out already: values, or the one of a filter. */
static const char *removes_absent(struct exchange *x, const struct group *group, const json *operation)
{
    const char *path = json_text(json_get_nocase(operation, "path")), *quote = path == NULL ? NULL : strchr(path, '"');
    if (!text_equal_nocase(json_text(json_get_nocase(operation, "op")), "remove") || path == NULL)
        return NULL;
    for (const json *node = json_first(json_get_nocase(operation, "value")); node != NULL; node = json_next(node))
        if (absent(group, json_get_text(node, "value", NULL)))
            return json_get_text(node, "value", NULL);
    const char *id = quote == NULL ? NULL : arena_strndup(x->arena, quote + 1, strcspn(quote + 1, "\""));
    return absent(group, id) ? id : NULL;
}

bool k59_request(struct exchange *x)
{
    if (!is_patch(x) || !text_equal(x->route->resource, "Group"))
        return false;
    const struct group *group = group_by_id(x->organization, x->parameters[1]);
    for (const json *o = first_operation(x); o != NULL; o = json_next(o)) {
        const char *id = removes_absent(x, group, o);
        if (id == NULL)
            continue;
        reply_refusal(x, 400, SCIM_NO_TARGET, "%s is not a member", id);
        return true;
    }
    return false;
}

bool k106_request(struct exchange *x)
{
    for (const json *o = is_patch(x) ? first_operation(x) : NULL; o != NULL; o = json_next(o)) {
        const char *value = json_get_text(o, "value", "");
        if (text_equal_nocase(json_get_text(o, "path", ""), "active") && text_equal_nocase(value, "true")) {
            reply_refusal(x, 400, SCIM_INVALID_VALUE, "invalid patch");
            return true;
        }
    }
    return false;
}

bool k85_request(struct exchange *x)
{
    const char *filter = http_query(&x->target, "filter");
    if (!is_list(x) || filter == NULL)
        return false;
    if (text_glob("* and *", filter) || text_glob("* or *", filter) || strchr(filter, '[') != NULL)
        http_remove_header(&x->target.query, "filter");
    return false;
}

static bool without(struct exchange *x, enum scim_rewrite rewrite)
{
    x->compat.off |= (uint32_t)1 << rewrite;
    return false;
}

bool k86_request(struct exchange *x)
{
    return without(x, SCIM_REWRITE_CREATE_ON_MISS);
}

bool k88_request(struct exchange *x)
{
    return without(x, SCIM_REWRITE_BARE_VALUE);
}

bool k97_request(struct exchange *x)
{
    http_remove_header(&x->target.query, "excludedAttributes");
    return false;
}

bool k98_request(struct exchange *x)
{
    if (x->door != DOOR_SCIM || x->body == NULL || !http_media_type_is(&x->request->headers, SCIM_MEDIA_TYPE))
        return false;
    reply_refusal(x, 415, NULL, "send application/json");
    return true;
}

static bool holds_null(const json *node) /* depth is bounded by json_parse */
{
    if (json_is(node, JSON_NULL))
        return true;
    for (const json *child = json_first(node); child != NULL; child = json_next(child))
        if (holds_null(child))
            return true;
    return false;
}

bool k99_request(struct exchange *x)
{
    if (x->door != DOOR_SCIM || x->body == NULL || !holds_null(x->body))
        return false;
    reply_refusal(x, 400, SCIM_INVALID_VALUE, "null is no value");
    return true;
}

/* --- out --- */

static bool is_page(const struct exchange *x)
{
    return x->door == DOOR_SCIM && x->response->status == 200 && json_get(x->reply, "totalResults") != NULL;
}

void k26_response(struct exchange *x)
{
    if (x->route == NULL || !text_equal(x->route->resource, "Group") || (x->route->flags & ROUTE_READ) == 0)
        return;
    json_remove(x->reply, "members");
    for (json *group = json_edit_first(json_edit(x->reply, "Resources")); group != NULL; group = json_edit_next(group))
        json_remove(group, "members");
}

/* Drops what `hide` says from the page of a filtered list, and counts anew. */
static void hide_from_page(struct exchange *x, bool (*hide)(const json *resource, const char *value), const char *value)
{
    json *resources = json_edit(x->reply, "Resources");
    for (json *resource = json_edit_first(resources), *next; resource != NULL; resource = next) {
        next = json_edit_next(resource);
        if (hide(resource, value))
            json_remove_node(resources, resource);
    }
    json_set_integer(x->reply, "totalResults", (int64_t)json_count(resources));
    json_set_integer(x->reply, "itemsPerPage", (int64_t)json_count(resources));
}

static bool other_case(const json *resource, const char *value)
{
    const char *name = json_text(json_get(resource, "userName"));
    return name != NULL && strcmp(name, value) != 0;
}

void k71_response(struct exchange *x)
{
    const char *text = is_list(x) ? http_query(&x->target, "filter") : NULL;
    const struct scim_filter *filter;
    struct scim_error err;
    const char *name, *value;
    if (text != NULL && is_page(x) && scim_filter_parse(x->arena, text, &filter, &err) &&
        scim_filter_equality(filter, &name, &value) && text_equal_nocase(name, "userName"))
        hide_from_page(x, other_case, value);
}

static bool is_inactive(const json *resource, const char *value)
{
    UNUSED(value);
    return !json_get_bool(resource, "active", true);
}

static bool only_created(const json *resource, const char *value)
{
    UNUSED(value);
    return text_equal(json_get_text(json_get(resource, "meta"), "version", ""), "W/\"1\"");
}

void k73_response(struct exchange *x)
{
    if (is_list(x) && is_page(x) && http_query(&x->target, "filter") != NULL)
        hide_from_page(x, only_created, NULL);
}

void k75_response(struct exchange *x)
{
    if (is_list(x) && is_page(x) && http_query(&x->target, "filter") != NULL)
        hide_from_page(x, is_inactive, NULL);
}

void k89_response(struct exchange *x)
{
    json *extension = json_edit(x->reply, SCIM_URN_ENTERPRISE_USER);
    const char *manager = json_text(json_get(json_get(extension, "manager"), "value"));
    if (manager != NULL)
        json_set_text(extension, "manager", arena_strdup(x->arena, manager));
}

void k91_response(struct exchange *x)
{
    if (x->door == DOOR_SCIM && strcmp(x->request->method, "DELETE") == 0 && x->response->status == 204)
        reply_json(x, 200, json_object(x->arena));
}

void k93_response(struct exchange *x)
{
    if (x->response->status == 409)
        json_remove(x->reply, "scimType");
}

void k94_response(struct exchange *x)
{
    if (is_list(x) && is_page(x))
        json_set_integer(x->reply, "totalResults", (int64_t)json_count(json_get(x->reply, "Resources")));
}

void k94_small_response(struct exchange *x)
{
    json *resources = is_list(x) && is_page(x) ? json_edit(x->reply, "Resources") : NULL;
    size_t count = 0;
    for (json *item = json_edit_first(resources), *next; item != NULL; item = next) {
        next = json_edit_next(item);
        if (++count > 10)
            json_remove_node(resources, item);
    }
    if (count > 10)
        json_set_integer(x->reply, "itemsPerPage", 10);
}

void k96_response(struct exchange *x)
{
    if (is_page(x) && json_count(json_get(x->reply, "Resources")) == 0)
        json_set_null(x->reply, "Resources");
}

void k98_response(struct exchange *x)
{
    if (x->door == DOOR_SCIM && x->reply != NULL)
        reply_header(x, "Content-Type", "application/json+scim");
}

void k101_response(struct exchange *x)
{
    bool discovery = x->route != NULL && (x->route->handle == discovery_types || x->route->handle == discovery_schemas);
    if (discovery && is_page(x))
        x->reply = json_copy(x->arena, json_get(x->reply, "Resources"));
}
