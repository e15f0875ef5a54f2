/* Protocol rules about messages: media types, errors, lists, single replies. */
#include "common/base.h"

#include "runner/protocol_lint.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "runner/matcher.h"

#include <string.h>

static bool has_body(const struct lint_at *at)
{
    return at->response->body.n > 0;
}

static const char *status_text(const struct lint_at *at)
{
    return arena_printf(at->arena, "%d", at->response->status);
}

static bool schemas_have(const json *object, const char *urn)
{
    const json *schemas = json_get(object, "schemas");
    for (const json *node = json_is(schemas, JSON_ARRAY) ? json_first(schemas) : NULL; node != NULL; node = json_next(node))
        if (text_equal_nocase(json_text(node), urn))
            return true;
    return false;
}

static bool needs_schema(struct lint_at *at, const char *urn)
{
    return schemas_have(at->body, urn) || lint_fails(at, arena_printf(at->arena, "schemas: [\"%s\"]", urn),
                                                     matcher_show(at->arena, json_get(at->body, "schemas")));
}

/* --- every reply --- */

static const char *content_type(const struct lint_at *at)
{
    const char *type = http_header(&at->response->headers, "Content-Type");
    return type == NULL ? "no Content-Type" : type;
}

bool lint_media_type(struct lint_at *at)
{
    const struct http_headers *h = &at->response->headers;
    return !has_body(at) || http_media_type_is(h, "application/scim+json") || http_media_type_is(h, "application/json") ||
           lint_fails(at, "application/scim+json", content_type(at));
}

bool lint_media_type_scim(struct lint_at *at)
{
    return !has_body(at) || !http_media_type_is(&at->response->headers, "application/json") ||
           lint_fails(at, "application/scim+json", "application/json");
}

/* Why the body can't be read; err->code is 0 when it can. */
static void read_again(struct lint_at *at, struct error *err)
{
    *err = (struct error){0};
    if (has_body(at) && at->body == NULL)
        at->body = json_parse(at->arena, at->response->body, "reply", err);
}

bool lint_json_names(struct lint_at *at)
{
    struct error err;
    read_again(at, &err);
    return err.code != ERROR_INVALID || lint_fails(at, "each member of an object once", arena_strdup(at->arena, err.message));
}

bool lint_json_body(struct lint_at *at)
{
    struct error err;
    read_again(at, &err);
    return err.code == ERROR_NONE || err.code == ERROR_INVALID ||
           lint_fails(
               at, "JSON",
               arena_strndup(at->arena, at->response->body.p,
                             text_utf8_prefix(at->response->body.p, at->response->body.n < 80 ? at->response->body.n : 80)));
}

/* 501 is how a server says that it does not have something. */
bool lint_no_server_error(struct lint_at *at)
{
    return at->response->status < 500 || at->response->status == 501 || lint_fails(at, "a status below 500", status_text(at));
}

bool lint_www_authenticate(struct lint_at *at)
{
    return at->response->status != 401 || http_header(&at->response->headers, "WWW-Authenticate") != NULL ||
           lint_fails(at, "WWW-Authenticate", "no such header");
}

static const char *opaque_tag(const char *tag)
{
    return text_starts(tag, "W/") ? tag + 2 : tag;
}

/* Weak and strong spellings of one tag are the same version here. Lists have no version. */
bool lint_etag_in_meta(struct lint_at *at)
{
    const char *etag = http_header(&at->response->headers, "ETag"), *version = json_text(json_pointer(at->body, "/meta/version"));
    bool both = etag != NULL && version != NULL && at->type != NULL;
    return !both || strcmp(opaque_tag(etag), opaque_tag(version)) == 0 ||
           lint_fails(at, arena_printf(at->arena, "ETag: %s", version), etag);
}

/* --- errors --- */

bool lint_error_body(struct lint_at *at)
{
    if (json_is(at->body, JSON_OBJECT))
        return true;
    return lint_fails(at, "a SCIM error as JSON", has_body(at) ? content_type(at) : "no body");
}

bool lint_error_schema(struct lint_at *at)
{
    return !json_is(at->body, JSON_OBJECT) || needs_schema(at, URN_ERROR);
}

bool lint_error_status(struct lint_at *at)
{
    const json *status = json_get(at->body, "status");
    return !json_is(at->body, JSON_OBJECT) || text_equal(json_text(status), status_text(at)) ||
           lint_fails(at, arena_printf(at->arena, "\"%s\"", status_text(at)), matcher_show(at->arena, status));
}

/* RFC 7644 table 9 and RFC 9865 table 3 */
bool lint_scim_type_known(struct lint_at *at)
{
    static const char *const words[] = {"invalidFilter", "tooMany",       "uniqueness",   "mutability",  "invalidSyntax",
                                        "invalidPath",   "noTarget",      "invalidValue", "invalidVers", "sensitive",
                                        "invalidCursor", "expiredCursor", "invalidCount"};
    const json *type = json_get(at->body, "scimType");
    if (type == NULL)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_equal(words[i], json_text(type)))
            return true;
    return lint_fails(at, "a keyword of RFC 7644 table 9", matcher_show(at->arena, type));
}

bool lint_conflict_uniqueness(struct lint_at *at)
{
    const json *type = json_get(at->body, "scimType");
    bool concerned = at->response->status == 409 && text_equal(at->request->method, at->argument) && at->type != NULL;
    return !concerned || text_equal(json_text(type), "uniqueness") ||
           lint_fails(at, "scimType \"uniqueness\"", matcher_show(at->arena, type));
}

/* --- single replies --- */

bool lint_created_201(struct lint_at *at)
{
    return at->response->status == 201 || lint_fails(at, "201", status_text(at));
}

bool lint_created_body(struct lint_at *at)
{
    return json_is(at->body, JSON_OBJECT) || lint_fails(at, "the new resource", has_body(at) ? "something else" : "no body");
}

static const char *path_of(const char *url)
{
    const char *host = strstr(url, "://");
    return host == NULL ? url : host + 3 + strcspn(host + 3, "/");
}

/* Relative and absolute forms of one location agree. */
static bool same_location(const char *a, const char *b)
{
    bool both = strstr(a, "://") != NULL && strstr(b, "://") != NULL;
    return both ? strcmp(a, b) == 0 : text_ends(path_of(a), path_of(b)) || text_ends(path_of(b), path_of(a));
}

bool lint_created_location(struct lint_at *at)
{
    const char *header = http_header(&at->response->headers, "Location"),
               *member = json_text(json_pointer(at->body, "/meta/location"));
    if (header == NULL)
        return lint_fails(at, "a Location header", "no such header");
    return member == NULL || same_location(header, member) || lint_fails(at, member, header);
}

/* Later is fine: a POST may take over an account that was there before. */
bool lint_created_times(struct lint_at *at)
{
    const char *created = json_text(json_pointer(at->body, "/meta/created")),
               *modified = json_text(json_pointer(at->body, "/meta/lastModified"));
    int64_t first, last;
    if (created == NULL || modified == NULL || !time_parse(created, &first) || !time_parse(modified, &last))
        return true;
    return last >= first || lint_fails(at, arena_printf(at->arena, "%s or later", created), modified);
}

static bool same_id(struct lint_at *at)
{
    const json *id = json_get(at->body, "id");
    return id == NULL || text_equal(json_text(id), at->id) ||
           lint_fails(at, arena_printf(at->arena, "id \"%s\"", at->id), matcher_show(at->arena, id));
}

bool lint_read_same_id(struct lint_at *at)
{
    return json_is(at->body, JSON_OBJECT) ? same_id(at)
                                          : lint_fails(at, "the resource", has_body(at) ? "something else" : "no body");
}

bool lint_replaced_200(struct lint_at *at)
{
    if (at->response->status != 200)
        return lint_fails(at, "200", status_text(at));
    return json_is(at->body, JSON_OBJECT) ? same_id(at)
                                          : lint_fails(at, "the whole resource", has_body(at) ? "something else" : "no body");
}

bool lint_patched_body(struct lint_at *at)
{
    if (at->response->status == 204)
        return !has_body(at) || lint_fails(at, "204 without a body", "a body");
    if (at->response->status != 200)
        return lint_fails(at, "200 or 204", status_text(at));
    return json_is(at->body, JSON_OBJECT)
               ? same_id(at)
               : lint_fails(at, "200 with the whole resource", has_body(at) ? "something else" : "no body");
}

bool lint_deleted_204(struct lint_at *at)
{
    if (at->response->status != 204)
        return lint_fails(at, "204", status_text(at));
    return !has_body(at) || lint_fails(at, "204 without a body", "a body");
}

/* --- lists --- */

bool lint_no_match_200(struct lint_at *at)
{
    return at->response->status != 404 || lint_fails(at, "200 with totalResults 0", "404");
}

bool lint_list_schema(struct lint_at *at)
{
    return needs_schema(at, URN_LIST);
}

static int64_t number_of(const struct lint_at *at, const char *member)
{
    int64_t n;
    return json_integer(json_get(at->body, member), &n) ? n : -1;
}

static int64_t asked(const struct lint_at *at, const char *name, int64_t fallback)
{
    uint64_t n;
    const char *text = http_query(&at->target, name);
    return text != NULL && text_to_u64(text, 1000000000, &n) ? (int64_t)n : fallback;
}

static size_t returned(const struct lint_at *at)
{
    const json *list = json_get(at->body, "Resources");
    return json_is(list, JSON_ARRAY) ? json_count(list) : 0;
}

static bool cursor_paged(const struct lint_at *at) /* RFC 9865 */
{
    return http_query(&at->target, "cursor") != NULL || json_get(at->body, "nextCursor") != NULL ||
           json_get(at->body, "previousCursor") != NULL;
}

/* RFC 9865 §2: with cursors a total that can't be told is left out. */
bool lint_list_total(struct lint_at *at)
{
    if (cursor_paged(at) && json_get(at->body, "totalResults") == NULL)
        return true;
    return number_of(at, "totalResults") >= (int64_t)returned(at) ||
           lint_fails(at, arena_printf(at->arena, "an integer, at least %zu", returned(at)),
                      matcher_show(at->arena, json_get(at->body, "totalResults")));
}

/* May be missing when nothing was found or asked for, or behind the last result. */
bool lint_list_resources(struct lint_at *at)
{
    const json *list = json_get(at->body, "Resources");
    int64_t total = number_of(at, "totalResults"), start = asked(at, "startIndex", 1);
    if (json_is(list, JSON_ARRAY))
        return true;
    bool may_lack = list == NULL && (total <= 0 || asked(at, "count", 1) == 0 || start > total);
    return may_lack || lint_fails(at, "an array", matcher_show(at->arena, list));
}

bool lint_list_items(struct lint_at *at)
{
    const json *items = json_get(at->body, "itemsPerPage");
    return items == NULL || number_of(at, "itemsPerPage") == (int64_t)returned(at) ||
           lint_fails(at, arena_printf(at->arena, "%zu", returned(at)), matcher_show(at->arena, items));
}

bool lint_list_partial(struct lint_at *at)
{
    bool partial = (int64_t)returned(at) < number_of(at, "totalResults") && returned(at) > 0 && !cursor_paged(at);
    return !partial || number_of(at, at->argument) >= 0 ||
           lint_fails(at, arena_printf(at->arena, "an integer \"%s\"", at->argument),
                      matcher_show(at->arena, json_get(at->body, at->argument)));
}

bool lint_list_page_size(struct lint_at *at)
{
    int64_t count = asked(at, "count", -1);
    return count < 0 || (int64_t)returned(at) <= count ||
           lint_fails(at, arena_printf(at->arena, "at most %lld", (long long)count),
                      arena_printf(at->arena, "%zu", returned(at)));
}

bool lint_list_start(struct lint_at *at)
{
    const json *start = json_get(at->body, "startIndex");
    int64_t wanted = asked(at, "startIndex", 1);
    if (start == NULL || returned(at) == 0 || cursor_paged(at))
        return true;
    return number_of(at, "startIndex") == (wanted < 1 ? 1 : wanted) ||
           lint_fails(at, arena_printf(at->arena, "%lld", (long long)(wanted < 1 ? 1 : wanted)), matcher_show(at->arena, start));
}

bool lint_list_unique(struct lint_at *at)
{
    const json *list = json_get(at->body, "Resources");
    if (!json_is(list, JSON_ARRAY) || at->type == NULL || json_count(list) > 500)
        return true;
    for (const json *a = json_first(list); a != NULL; a = json_next(a))
        for (const json *b = json_next(a); b != NULL; b = json_next(b))
            if (json_get(a, "id") != NULL && json_equal(json_get(a, "id"), json_get(b, "id")))
                return lint_fails(at, "every id once",
                                  arena_printf(at->arena, "twice: %s", matcher_show(at->arena, json_get(a, "id"))));
    return true;
}

/* The lookups that providers send: one attribute, eq, a quoted value without escapes. */
static bool simple_filter(const struct lint_at *at, const char **attribute, const char **value)
{
    const char *filter = http_query(&at->target, "filter");
    const char *eq = filter == NULL ? NULL : strstr(filter, " eq \"");
    size_t n = filter == NULL ? 0 : strlen(filter);
    if (eq == NULL || filter[n - 1] != '"' || strchr(filter, '\\') != NULL || strcspn(filter, " [(") != (size_t)(eq - filter))
        return false;
    const char *text = eq + strlen(" eq \"");
    if ((size_t)(text - filter) > n - 1 || strcspn(text, "\"") != strlen(text) - 1)
        return false;
    *attribute = arena_strndup(at->arena, filter, (size_t)(eq - filter));
    *value = arena_strndup(at->arena, text, strlen(text) - 1);
    return true;
}

bool lint_filter_obeyed(struct lint_at *at)
{
    static const struct {
        const char *name;
        bool case_exact;
    } judged[] = {{"userName", false}, {"displayName", false}, {"externalId", true}, {"id", true}};
    const char *attribute, *value;
    const json *list = json_get(at->body, "Resources");
    if (!json_is(list, JSON_ARRAY) || !simple_filter(at, &attribute, &value))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(judged); i++)
        for (const json *node = json_first(list); text_equal_nocase(attribute, judged[i].name) && node != NULL;
             node = json_next(node)) {
            const char *has = json_text(json_get_nocase(node, judged[i].name));
            if (has != NULL && !(judged[i].case_exact ? strcmp(has, value) == 0 : unicode_equal_fold(has, value)))
                return lint_fails(at, arena_printf(at->arena, "only resources with %s \"%s\"", judged[i].name, value),
                                  arena_printf(at->arena, "\"%s\"", has));
        }
    return true;
}

/* --- /ServiceProviderConfig --- */

bool lint_config_schema(struct lint_at *at)
{
    return needs_schema(at, URN_CONFIG);
}

bool lint_config_boolean(struct lint_at *at)
{
    const json *node = json_pointer(at->body, at->argument);
    return json_is(node, JSON_BOOL) ||
           lint_fails(at, arena_printf(at->arena, "a boolean at %s", at->argument), matcher_show(at->arena, node));
}

bool lint_config_integer(struct lint_at *at)
{
    int64_t n;
    const json *node = json_pointer(at->body, at->argument);
    return json_integer(node, &n) ||
           lint_fails(at, arena_printf(at->arena, "an integer at %s", at->argument), matcher_show(at->arena, node));
}

bool lint_config_schemes(struct lint_at *at)
{
    const json *node = json_get(at->body, "authenticationSchemes");
    return json_is(node, JSON_ARRAY) || lint_fails(at, "an array authenticationSchemes", matcher_show(at->arena, node));
}
