/* Protocol rules about User and Group resources, wherever they are in a reply. Names of attributes are compared without case
 * (RFC 7643 §2.1). */
#include "common/base.h"

#include "runner/protocol_lint.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/matcher.h"

#include <ctype.h>
#include <string.h>

static const json *attribute(const struct lint_at *at, const char *name)
{
    return json_get_nocase(at->resource, name);
}

static bool assigned(const json *node) /* absent, null and [] are one state (RFC 7643 §2.5) */
{
    return node != NULL && !json_is(node, JSON_NULL);
}

static bool needs_text(struct lint_at *at, const json *node, const char *name)
{
    return (json_text(node) != NULL && json_text(node)[0] != '\0') ||
           lint_fails(at, arena_printf(at->arena, "%s: a string that is not empty", name), matcher_show(at->arena, node));
}

/* --- what every resource has --- */

bool lint_id_present(struct lint_at *at)
{
    return needs_text(at, json_get(at->resource, "id"), "id");
}

bool lint_id_reserved(struct lint_at *at)
{
    const char *id = json_get_text(at->resource, "id", "");
    return strstr(id, "bulkId") == NULL || lint_fails(at, "an id without the word bulkId", id);
}

bool lint_schemas_present(struct lint_at *at)
{
    const json *schemas = json_get(at->resource, "schemas");
    bool fine = json_is(schemas, JSON_ARRAY) && json_count(schemas) > 0;
    for (const json *node = fine ? json_first(schemas) : NULL; node != NULL; node = json_next(node))
        fine = fine && json_text(node) != NULL;
    return fine || (schemas == NULL && lint_projected(at)) ||
           lint_fails(at, "an array of URNs", matcher_show(at->arena, schemas));
}

bool lint_schemas_unique(struct lint_at *at)
{
    const json *schemas = json_get(at->resource, "schemas");
    for (const json *a = json_is(schemas, JSON_ARRAY) ? json_first(schemas) : NULL; a != NULL; a = json_next(a))
        for (const json *b = json_next(a); b != NULL; b = json_next(b))
            if (json_text(a) != NULL && text_equal_nocase(json_text(a), json_text(b)))
                return lint_fails(at, "every URN once", matcher_show(at->arena, schemas));
    return true;
}

static bool declares(const struct lint_at *at, const char *urn)
{
    const json *schemas = json_get(at->resource, "schemas");
    for (const json *node = json_is(schemas, JSON_ARRAY) ? json_first(schemas) : NULL; node != NULL; node = json_next(node))
        if (text_equal_nocase(json_text(node), urn))
            return true;
    return false;
}

bool lint_schemas_base(struct lint_at *at)
{
    const char *urn = text_equal(at->type, "User") ? URN_USER : URN_GROUP;
    const json *schemas = json_get(at->resource, "schemas");
    return !json_is(schemas, JSON_ARRAY) || declares(at, urn) || lint_fails(at, urn, matcher_show(at->arena, schemas));
}

bool lint_extensions_declared(struct lint_at *at)
{
    if (json_get(at->resource, "schemas") == NULL)
        return true;
    for (const json *node = json_first(at->resource); node != NULL; node = json_next(node))
        if (text_starts_nocase(json_key(node), "urn:") && assigned(node) && !declares(at, json_key(node)))
            return lint_fails(at, arena_printf(at->arena, "%s in schemas", json_key(node)),
                              matcher_show(at->arena, json_get(at->resource, "schemas")));
    return true;
}

bool lint_meta_present(struct lint_at *at)
{
    const json *meta = json_get(at->resource, "meta");
    return json_is(meta, JSON_OBJECT) || (meta == NULL && lint_projected(at)) ||
           lint_fails(at, "meta: an object", matcher_show(at->arena, meta));
}

bool lint_meta_type(struct lint_at *at)
{
    const json *type = json_pointer(at->resource, "/meta/resourceType");
    bool absent = type == NULL && (lint_projected(at) || json_get(at->resource, "meta") == NULL);
    return absent || text_equal(json_text(type), at->type) ||
           lint_fails(at, arena_printf(at->arena, "\"%s\"", at->type), matcher_show(at->arena, type));
}

static const char *location(const struct lint_at *at)
{
    return json_text(json_pointer(at->resource, "/meta/location"));
}

/* Ends in /Users/{id}; ids may be percent-encoded there. */
bool lint_meta_location(struct lint_at *at)
{
    const char *text = location(at), *id = json_get_text(at->resource, "id", NULL);
    if (text == NULL || id == NULL)
        return true;
    const char *plain = arena_printf(at->arena, "/%ss/%s", at->type, id);
    const char *encoded = arena_printf(at->arena, "/%ss/%s", at->type, http_escape_component(at->arena, id));
    if (!text_ends(text, plain) && !text_ends(text, encoded))
        return lint_fails(at, arena_printf(at->arena, "…%s", plain), text);
    const char *header = http_header(&at->response->headers, "Content-Location");
    bool one = header != NULL && at->resource == at->body;
    return !one || text_ends(header, plain) || text_ends(header, encoded) || lint_fails(at, text, header);
}

static size_t origin_length(const char *url)
{
    const char *host = strstr(url, "://");
    return host == NULL ? 0 : (size_t)(host - url) + 3 + strcspn(host + 3, "/?");
}

bool lint_meta_host(struct lint_at *at)
{
    const char *text = location(at);
    size_t n = text == NULL ? 0 : origin_length(text), base = origin_length(at->base);
    return n == 0 || (n == base && strncmp(text, at->base, n) == 0) ||
           lint_fails(at, arena_strndup(at->arena, at->base, base), text);
}

bool lint_meta_time(struct lint_at *at)
{
    int64_t ms;
    const json *node = json_get(json_get(at->resource, "meta"), at->argument);
    return !assigned(node) || (json_text(node) != NULL && time_parse(json_text(node), &ms)) ||
           lint_fails(at, arena_printf(at->arena, "meta.%s: a DateTime", at->argument), matcher_show(at->arena, node));
}

/* ATTRNAME = ALPHA *(nameChar), nameChar = "-" / "_" / DIGIT / ALPHA; "$ref" is the RFC's own exception. */
bool lint_member_names(struct lint_at *at)
{
    for (const json *node = json_first(at->resource); node != NULL; node = json_next(node)) {
        const char *name = json_key(node);
        if (name == NULL || text_starts_nocase(name, "urn:"))
            continue;
        bool fine = isalpha((unsigned char)name[0]) || name[0] == '$';
        for (const char *p = name; *p != '\0'; p++)
            fine = fine && (isalnum((unsigned char)*p) || strchr("-_$", *p) != NULL);
        if (!fine)
            return lint_fails(at, "names of letters, digits, - and _", name);
    }
    return true;
}

bool lint_external_id(struct lint_at *at)
{
    const json *node = attribute(at, "externalId");
    return !assigned(node) || json_is(node, JSON_STRING) || lint_fails(at, "externalId: a string", matcher_show(at->arena, node));
}

/* --- types --- */

bool lint_user_name(struct lint_at *at)
{
    const json *node = attribute(at, "userName");
    return (node == NULL && lint_projected(at)) || needs_text(at, node, "userName");
}

static const char *const multi_valued[] = {"emails", "phoneNumbers", "addresses", "ims",          "photos",
                                           "groups", "roles",        "members",   "entitlements", "x509Certificates"};

bool lint_boolean_value(struct lint_at *at)
{
    const json *active = attribute(at, "active");
    if (assigned(active) && !json_is(active, JSON_BOOL))
        return lint_fails(at, "active: true or false", matcher_show(at->arena, active));
    for (size_t i = 0; i < ARRAY_LEN(multi_valued); i++)
        for (const json *node = json_first(attribute(at, multi_valued[i])); node != NULL; node = json_next(node)) {
            const json *primary = json_get_nocase(node, "primary");
            if (assigned(primary) && !json_is(primary, JSON_BOOL))
                return lint_fails(at, "primary: true or false", matcher_show(at->arena, primary));
        }
    return true;
}

bool lint_array_value(struct lint_at *at)
{
    for (size_t i = 0; i < ARRAY_LEN(multi_valued); i++) {
        const json *node = attribute(at, multi_valued[i]);
        if (assigned(node) && !json_is(node, JSON_ARRAY))
            return lint_fails(at, arena_printf(at->arena, "%s: an array", multi_valued[i]), matcher_show(at->arena, node));
    }
    return true;
}

bool lint_one_primary(struct lint_at *at)
{
    for (size_t i = 0; i < ARRAY_LEN(multi_valued); i++) {
        size_t primaries = 0;
        const json *list = attribute(at, multi_valued[i]);
        for (const json *node = json_is(list, JSON_ARRAY) ? json_first(list) : NULL; node != NULL; node = json_next(node))
            primaries += json_true(json_get_nocase(node, "primary"));
        if (primaries > 1)
            return lint_fails(at, arena_printf(at->arena, "%s: at most one primary", multi_valued[i]),
                              arena_printf(at->arena, "%zu", primaries));
    }
    return true;
}

static bool needs_object(struct lint_at *at, const json *node, const char *name)
{
    return !assigned(node) || json_is(node, JSON_OBJECT) ||
           lint_fails(at, arena_printf(at->arena, "%s: an object", name), matcher_show(at->arena, node));
}

bool lint_object_value(struct lint_at *at)
{
    const json *enterprise = attribute(at, URN_ENTERPRISE_USER);
    return needs_object(at, attribute(at, "name"), "name") && needs_object(at, enterprise, "the enterprise extension") &&
           needs_object(at, json_get_nocase(enterprise, "manager"), "manager");
}

bool lint_no_password(struct lint_at *at)
{
    return attribute(at, "password") == NULL || lint_fails(at, "no password", "a member \"password\"");
}

bool lint_display_name(struct lint_at *at)
{
    const json *node = attribute(at, "displayName");
    return (node == NULL && lint_projected(at)) || needs_text(at, node, "displayName");
}

static bool elements_have_value(struct lint_at *at, const char *name)
{
    const json *list = attribute(at, name);
    for (const json *node = json_is(list, JSON_ARRAY) ? json_first(list) : NULL; node != NULL; node = json_next(node))
        if (!needs_text(at, json_get_nocase(node, "value"), arena_printf(at->arena, "value of %s", name)))
            return lint_projected(at);
    return true;
}

bool lint_member_values(struct lint_at *at)
{
    return elements_have_value(at, "members");
}

bool lint_group_values(struct lint_at *at)
{
    return elements_have_value(at, "groups");
}

/* --- projection --- */

static const char *without_urn(const char *name)
{
    const char *last = strrchr(name, ':');
    return text_starts_nocase(name, "urn:") && last != NULL ? last + 1 : name;
}

/* Whether a list of attribute names has this top-level attribute, or a part of it. */
static bool listed(const struct lint_at *at, const char *list, const char *name, bool whole)
{
    const char *const *parts;
    size_t n = text_split(at->arena, list, ',', &parts);
    for (size_t i = 0; i < n; i++) {
        const char *part = parts[i] + strspn(parts[i], " "), *plain = without_urn(part);
        size_t length = strcspn(plain, ". ");
        const char *top = arena_strndup(at->arena, plain, length);
        if ((text_equal_nocase(top, name) && (!whole || plain[length] != '.')) || text_equal_nocase(part, name))
            return true;
        if (!whole && text_starts_nocase(name, "urn:") && text_starts_nocase(part, name))
            return true;
    }
    return false;
}

static bool always_returned(const char *name)
{
    return text_equal_nocase(name, "id") || text_equal_nocase(name, "schemas") || text_equal_nocase(name, "meta");
}

bool lint_excluded_absent(struct lint_at *at)
{
    const char *list = http_query(&at->target, "excludedAttributes");
    if (list == NULL || http_query(&at->target, "attributes") != NULL || !text_equal(at->request->method, "GET"))
        return true;
    for (const json *node = json_first(at->resource); node != NULL; node = json_next(node))
        if (!always_returned(json_key(node)) && assigned(node) && listed(at, list, json_key(node), true))
            return lint_fails(at, arena_printf(at->arena, "no \"%s\"", json_key(node)), matcher_show(at->arena, node));
    return true;
}

bool lint_attributes_only(struct lint_at *at)
{
    const char *list = http_query(&at->target, "attributes");
    if (text_is_blank(list) || http_query(&at->target, "excludedAttributes") != NULL || !text_equal(at->request->method, "GET"))
        return true;
    for (const json *node = json_first(at->resource); node != NULL; node = json_next(node))
        if (!always_returned(json_key(node)) && assigned(node) && !listed(at, list, json_key(node), false) &&
            !(text_starts_nocase(json_key(node), "urn:") && strstr(list, "urn:") != NULL))
            return lint_fails(at, arena_printf(at->arena, "only %s", list),
                              arena_printf(at->arena, "\"%s\" too", json_key(node)));
    return true;
}
