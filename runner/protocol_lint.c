#include "common/base.h"

#include "runner/protocol_lint.h"

#include "common/memory.h"
#include "common/text.h"

#include <string.h>

bool lint_fails(struct lint_at *at, const char *expected, const char *actual)
{
    at->expected = expected;
    at->actual = actual;
    return false;
}

bool lint_projected(const struct lint_at *at)
{
    return http_query(&at->target, "attributes") != NULL || http_query(&at->target, "excludedAttributes") != NULL;
}

static bool is_method(const struct lint_at *at, const char *method)
{
    return text_equal(at->request->method, method);
}

static bool ok(const struct lint_at *at)
{
    return at->response->status >= 200 && at->response->status < 300;
}

static bool is_collection(const struct lint_at *at)
{
    return at->type != NULL && at->target.count == 1;
}

static bool is_one(const struct lint_at *at)
{
    return at->type != NULL && at->id != NULL;
}

static bool at_endpoint(const struct lint_at *at, const char *name)
{
    return at->target.count == 1 && text_equal(at->target.segments[0], name);
}

static bool is_list_endpoint(const struct lint_at *at)
{
    bool search = at->target.count > 0 && text_equal(at->target.segments[at->target.count - 1], ".search");
    bool get = is_method(at, "GET") && (is_collection(at) || at_endpoint(at, "Schemas") || at_endpoint(at, "ResourceTypes"));
    return get || (search && is_method(at, "POST"));
}

static bool answered(const struct lint_at *at, const char *method, const char *endpoint)
{
    return at->response->status == 200 && is_method(at, method) && at_endpoint(at, endpoint) && json_is(at->body, JSON_OBJECT);
}

/* Whether a rule about messages looks at this exchange at all. */
static bool concerns(const struct lint_at *at, enum lint_on on)
{
    switch (on) {
    case ON_REPLY:
        return true;
    case ON_SUCCESS:
        return ok(at);
    case ON_ERROR:
        return at->response->status >= 400;
    case ON_CREATED:
        return ok(at) && is_method(at, "POST") && is_collection(at);
    case ON_READ:
        return at->response->status == 200 && is_method(at, "GET") && is_one(at);
    case ON_REPLACED:
        return ok(at) && is_method(at, "PUT") && is_one(at);
    case ON_PATCHED:
        return ok(at) && is_method(at, "PATCH") && is_one(at);
    case ON_DELETED:
        return ok(at) && is_method(at, "DELETE") && is_one(at);
    case ON_QUERY:
        return is_method(at, "GET") && is_collection(at);
    case ON_LIST:
        return at->response->status == 200 && is_list_endpoint(at) && json_is(at->body, JSON_OBJECT);
    case ON_CONFIG:
        return answered(at, "GET", "ServiceProviderConfig");
    case ON_BULK:
        return answered(at, "POST", "Bulk");
    case ON_RESOURCE:
    case ON_USER:
    case ON_GROUP:
        return false;
    }
    return false;
}

static bool about_resources(enum lint_on on)
{
    return on == ON_RESOURCE || on == ON_USER || on == ON_GROUP;
}

static bool fits_type(const struct lint_at *at, enum lint_on on)
{
    return on == ON_RESOURCE || text_equal(at->type, on == ON_USER ? "User" : "Group");
}

struct linting {
    struct lint_at *at;
    bool reported[128]; /* by rule */
    void (*report)(void *context, const struct lint_rule *rule, const struct lint_at *at);
    void *context;
};

static void apply(struct linting *l, size_t row)
{
    const struct lint_rule *rule = &lint_rules[row];
    l->at->argument = rule->argument;
    l->at->expected = l->at->actual = NULL;
    if (l->reported[row] || rule->holds(l->at))
        return;
    l->reported[row] = true;
    l->report(l->context, rule, l->at);
}

static void apply_to_resource(struct linting *l, const json *resource)
{
    l->at->resource = resource;
    for (size_t i = 0; i < lint_rule_count; i++)
        if (about_resources(lint_rules[i].on) && fits_type(l->at, lint_rules[i].on))
            apply(l, i);
    l->at->resource = NULL;
}

static void apply_to_resources(struct linting *l)
{
    const struct lint_at *at = l->at;
    if (!ok(at) || at->type == NULL || !json_is(at->body, JSON_OBJECT))
        return;
    const json *list = json_get(at->body, "Resources");
    if (is_list_endpoint(at)) {
        for (const json *node = json_is(list, JSON_ARRAY) ? json_first(list) : NULL; node != NULL; node = json_next(node))
            apply_to_resource(l, node);
    } else if (!is_method(at, "DELETE"))
        apply_to_resource(l, at->body);
}

static void find_type(struct lint_at *at)
{
    static const char *const endpoints[][2] = {{"Users", "User"}, {"Groups", "Group"}};
    for (size_t i = 0; i < ARRAY_LEN(endpoints) && at->target.count > 0; i++)
        if (text_equal(at->target.segments[0], endpoints[i][0]))
            at->type = endpoints[i][1];
    if (at->type != NULL && at->target.count == 2 && at->target.segments[1][0] != '\0' &&
        !text_equal(at->target.segments[1], ".search"))
        at->id = at->target.segments[1];
}

void protocol_lint(struct arena *arena, const char *base, const struct http_request *request,
                   const struct http_response *response, const json *body,
                   void (*report)(void *context, const struct lint_rule *rule, const struct lint_at *at), void *context)
{
    struct lint_at at = {.arena = arena, .base = base, .request = request, .response = response, .body = body};
    bool judged = response->status >= 200 && !text_equal(request->method, "HEAD") && !text_equal(request->method, "OPTIONS");
    if (!judged || lint_rule_count > ARRAY_LEN(((struct linting *)NULL)->reported) ||
        !http_parse_target(arena, request->target, &at.target, NULL))
        return;
    find_type(&at);
    struct linting l = {.at = &at, .report = report, .context = context};
    for (size_t i = 0; i < lint_rule_count; i++)
        if (!about_resources(lint_rules[i].on) && concerns(&at, lint_rules[i].on))
            apply(&l, i);
    apply_to_resources(&l);
}
