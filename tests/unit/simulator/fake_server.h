/* fake_server.h: a small SCIM server with a memory, for simulated providers: people and groups as Okta asks for them, what may be granted
 * (`discovery`, unless the test takes it away), and as well or as sick as the test says. It knows the shapes that Okta sends and nothing else: everything else is 400.
 *
 * What it answers (`answer`): "ok"; "inactive": everybody who was there is found inactive; a status: every write gets it, 404 every
 * request but a POST; "503 to reads", "503 to later reads" (after the first write that was taken), "503 to later writes"; "429": the first
 * request gets it with Retry-After, then all is well; "storm": anything may come, with or without the write.
 */
#ifndef TESTS_UNIT_SIMULATOR_FAKE_SERVER_H
#define TESTS_UNIT_SIMULATOR_FAKE_SERVER_H

#include "tests/unit/simulator/scripted_server.h"

#include "simulator/attribute.h"

#define FAKE_MAX_LOG 4096

struct fake {
    struct arena *arena;
    struct rng rng;
    json *lists;     /* {"Users": [...], "Groups": [...]} */
    json *discovery; /* {"ResourceTypes": [...], "Schemas": [...], "Roles": [...], "Licenses": [...]}; NULL: no such endpoints */
    const char *answer;
    bool throttled; /* the 429 has been given */
    bool taken;     /* a write, since `answer` was said */
    size_t made;
    struct http_request log[FAKE_MAX_LOG];
    int statuses[FAKE_MAX_LOG];
    struct bytes replies[FAKE_MAX_LOG]; /* their bodies */
    size_t logged;
    int64_t now_ms;
};

static inline struct http_response fake_reply(const struct fake *f, int status, const json *body)
{
    struct http_response reply = {.status = status};
    if (body != NULL) {
        reply.body.p = json_print(f->arena, body);
        reply.body.n = strlen(reply.body.p);
    }
    http_add_header(f->arena, &reply.headers, "Content-Type", "application/scim+json");
    return reply;
}

static inline struct http_response fake_refusal(const struct fake *f, int status, const char *detail)
{
    json *body = json_object(f->arena);
    json_push_text(json_set_array(body, "schemas"), "urn:ietf:params:scim:api:messages:2.0:Error");
    json_set_text(body, "detail", detail);
    json_set_text(body, "status", arena_printf(f->arena, "%d", status));
    return fake_reply(f, status, body);
}

/* "/Users/u1": the list, and the resource in it (NULL: no such). */
static inline json *fake_item(const struct fake *f, const char *path, json **list)
{
    bool users = text_starts(path, "/Users");
    const char *id = strchr(path + 1, '/');
    *list = json_edit(f->lists, users ? "Users" : "Groups");
    for (json *item = json_edit_first(*list); item != NULL; item = json_edit_next(item))
        if (id != NULL && text_equal(json_get_text(item, "id", NULL), id + 1))
            return item;
    return NULL;
}

/* userName eq "x", displayName eq "x", or no filter. */
static inline bool fake_matches(const json *item, const char *filter)
{
    const char *name = json_get_text(item, "userName", json_get_text(item, "displayName", ""));
    const char *quote = filter == NULL ? NULL : strchr(filter, '"');
    if (quote == NULL)
        return true;
    size_t n = strcspn(quote + 1, "\"");
    return strlen(name) == n && strncmp(name, quote + 1, n) == 0;
}

static inline struct http_response fake_list(const struct fake *f, const json *list, const struct http_target *target)
{
    json *body = json_object(f->arena), *resources = NULL;
    const char *first = http_query(target, "startIndex"), *most = http_query(target, "count");
    int64_t start = first == NULL ? 1 : strtoll(first, NULL, 10), count = most == NULL ? 1000 : strtoll(most, NULL, 10),
            total = 0;
    json_push_text(json_set_array(body, "schemas"), "urn:ietf:params:scim:api:messages:2.0:ListResponse");
    json_set_integer(body, "totalResults", 0);
    json_set_integer(body, "startIndex", start);
    json_set_integer(body, "itemsPerPage", 0);
    resources = json_set_array(body, "Resources");
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        if (!fake_matches(item, http_query(target, "filter")))
            continue;
        total++;
        if (total >= start && total < start + count)
            json_push_copy(resources, item);
    }
    json_set_integer(body, "totalResults", total);
    json_set_integer(body, "itemsPerPage", (int64_t)json_count(resources));
    return fake_reply(f, 200, body);
}

static inline struct http_response fake_create(struct fake *f, json *list, const json *body)
{
    const char *name = json_get_text(body, "userName", NULL);
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        if (name != NULL && text_equal(json_get_text(item, "userName", NULL), name))
            return fake_refusal(f, 409, "userName is taken");
    json *made = json_copy(f->arena, body);
    json_remove(made, "password");
    json_set_text(made, "id", arena_printf(f->arena, "%s%zu", name == NULL ? "g" : "u", ++f->made));
    json_push_copy(list, made);
    return fake_reply(f, 201, made);
}

static inline void fake_remove_member(json *group, const char *path)
{
    json *members = json_edit(group, "members");
    const char *quote = strchr(path, '"');
    for (json *member = json_edit_first(members), *next; member != NULL && quote != NULL; member = next) {
        const char *id = json_get_text(member, "value", "");
        next = json_edit_next(member);
        if (strncmp(id, quote + 1, strlen(id)) == 0 && quote[1 + strlen(id)] == '"')
            json_remove_node(members, member);
    }
}

/* Okta's operations: no path and an object; members replaced, added, or one removed. */
static inline bool fake_operate(json *item, const json *operation)
{
    const char *op = json_get_text(operation, "op", ""), *path = json_get_text(operation, "path", NULL);
    const json *value = json_get(operation, "value");
    if (path == NULL && text_equal(op, "replace")) {
        for (const json *member = json_first(value); member != NULL; member = json_next(member))
            json_set_copy(item, json_key(member), member);
        return json_is(value, JSON_OBJECT);
    }
    if (text_equal(op, "remove") && path != NULL && text_starts(path, "members[")) {
        fake_remove_member(item, path);
        return true;
    }
    if (!text_equal(path, "members"))
        return false;
    if (text_equal(op, "replace") || json_get(item, "members") == NULL)
        json_set_array(item, "members");
    for (const json *member = json_first(value); member != NULL; member = json_next(member))
        json_push_copy(json_edit(item, "members"), member);
    return text_equal(op, "replace") || text_equal(op, "add");
}

static inline struct http_response fake_write(struct fake *f, const char *method, json *list, json *item, const json *body)
{
    if (text_equal(method, "DELETE")) {
        json_remove_node(list, item);
        return (struct http_response){.status = 204};
    }
    if (text_equal(method, "PATCH")) {
        for (const json *o = json_first(json_get(body, "Operations")); o != NULL; o = json_next(o))
            if (!fake_operate(item, o))
                return fake_refusal(f, 400, "no operation of Okta's");
    } else {
        const char *id = arena_strdup(f->arena, json_get_text(item, "id", ""));
        while (json_first(item) != NULL)
            json_remove_node(item, json_edit_first(item));
        for (const json *member = json_first(body); member != NULL; member = json_next(member))
            json_set_copy(item, json_key(member), member);
        json_set_text(item, "id", id);
    }
    json_remove(item, "password");
    return fake_reply(f, 200, item);
}

static inline struct http_response fake_well(struct fake *f, const struct http_request *request)
{
    struct http_target target;
    struct error err = {0};
    json *list = NULL;
    assert_true(http_parse_target(f->arena, request->target, &target, &err));
    if (json_get(f->discovery, target.path + 1) != NULL)
        return fake_list(f, json_get(f->discovery, target.path + 1), &target);
    if (!text_starts(target.path, "/Users") && !text_starts(target.path, "/Groups"))
        return fake_refusal(f, 404, "no such endpoint");
    json *item = fake_item(f, target.path, &list);
    json *body = request->body.n > 0 ? json_parse(f->arena, request->body, "body", &err) : NULL;
    if (text_equal(request->method, "POST"))
        return fake_create(f, list, body);
    if (strchr(target.path + 1, '/') == NULL)
        return fake_list(f, list, &target);
    if (item == NULL)
        return fake_refusal(f, 404, "no such resource");
    return text_equal(request->method, "GET") ? fake_reply(f, 200, item) : fake_write(f, request->method, list, item, body);
}

/* Lost before or after the write, or answered with nonsense. A DELETE is never done and denied, since a second one is 404; and nobody
 * gets over a server that says yes and does not, or shows a resource that is another than it has. */
static inline bool fake_storm(struct fake *f, const struct http_request *request, struct http_response *reply)
{
    static const int statuses[] = {200, 201, 204, 400, 401, 404, 409, 429, 500, 501, 502, 503};
    static const char *const bodies[] = {"", "{}", "[]", "null", "<html>", "{\"totalResults\":", "{\"Resources\":{},\"id\":7}"};
    uint64_t luck = rng_below(&f->rng, 10);
    bool remove = text_equal(request->method, "DELETE");
    if (luck >= 4) {
        *reply = fake_well(f, request);
        return true;
    }
    if (luck >= 2 && !remove)
        fake_well(f, request);
    if (luck == 0 || luck == 2)
        return false;
    const char *body = bodies[rng_below(&f->rng, ARRAY_LEN(bodies))];
    *reply = (struct http_response){.status = statuses[rng_below(&f->rng, ARRAY_LEN(statuses))], .body = {body, strlen(body)}};
    bool lie = text_equal(request->method, "GET") ? body[0] == '{' : luck < 2 || remove;
    if (reply->status < 300 && lie)
        reply->status = 503;
    return true;
}

static inline bool fake_refuses(const struct fake *f, int status, const char *method)
{
    bool read = text_equal(method, "GET"), later = strstr(f->answer, "later") != NULL;
    if (status == 404)
        return !text_equal(method, "POST");
    return read == text_ends(f->answer, "reads") && (f->taken || !later);
}

static inline struct http_response fake_sick(struct fake *f, const struct http_request *request)
{
    int status = (int)strtol(f->answer, NULL, 10);
    if (status == 429 && !f->throttled) {
        struct http_response reply = fake_refusal(f, 429, "too many requests");
        f->throttled = true;
        http_add_header(f->arena, &reply.headers, "Retry-After", "30");
        return reply;
    }
    if (status == 0 || status == 429 || !fake_refuses(f, status, request->method)) {
        f->taken = f->taken || !text_equal(request->method, "GET");
        return fake_well(f, request);
    }
    return fake_refusal(f, status, arena_printf(f->arena, "the server answers %d", status));
}

static inline bool fake_send(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                             struct error *err)
{
    struct fake *f = context;
    for (size_t i = 0; i < count; i++) {
        if (f->logged == FAKE_MAX_LOG)
            return error_set(err, ERROR_LIMIT, "test", "", "too many requests");
        f->log[f->logged] = *http_request_copy(f->arena, &requests[i]);
        if (!text_equal(f->answer, "storm"))
            replies[i] = fake_sick(f, &requests[i]);
        else if (!fake_storm(f, &requests[i], &replies[i]))
            replies[i].status = 0;
        f->replies[f->logged] = replies[i].body;
        f->statuses[f->logged++] = replies[i].status;
        if (replies[i].status == 0)
            return error_set(err, ERROR_UNREACHABLE, "test", "", "no reply");
    }
    return true;
}

static inline bool fake_pass(void *context, int64_t ms, struct error *err)
{
    UNUSED(err);
    ((struct fake *)context)->now_ms += ms;
    return true;
}

/* What Okta's page on entitlements and RFC 7643 section 7 write. Of people nickName is missing and preferredLanguage is readOnly. */
#define FAKE_DISCOVERY                                                                                                           \
    "{\"ResourceTypes\":["                                                                                                       \
    "{\"name\":\"User\",\"endpoint\":\"/Users\",\"schema\":\"" URN_CORE_USER                                                     \
    "\",\"schemaExtensions\":[{\"schema\":\"" URN_ENTERPRISE "\"},{\"schema\":\"urn:acme:User\"}]},"                             \
    "{\"name\":\"Role\",\"endpoint\":\"/Roles\",\"schema\":\"urn:okta:scim:schemas:core:1.0:Role\"},"                            \
    "{\"name\":\"License\",\"endpoint\":\"/Licenses\",\"schema\":\"urn:okta:scim:schemas:core:1.0:Entitlement\"}],"              \
    "\"Schemas\":[{\"id\":\"" URN_CORE_USER "\",\"attributes\":[{\"name\":\"userName\"},{\"name\":\"name\",\"subAttributes\":["  \
    "{\"name\":\"givenName\"},{\"name\":\"familyName\"}]},{\"name\":\"displayName\"},{\"name\":\"title\"},{\"name\":\"emails\"}" \
    ","                                                                                                                          \
    "{\"name\":\"active\"},{\"name\":\"roles\"},{\"name\":\"preferredLanguage\",\"mutability\":\"readOnly\"},"                   \
    "{\"name\":\"phoneNumbers\",\"subAttributes\":[{\"name\":\"value\",\"mutability\":\"readOnly\"}]}]},"                        \
    "{\"id\":\"" URN_ENTERPRISE "\",\"attributes\":[{\"name\":\"department\"}]}],"                                               \
    "\"Roles\":[{\"id\":\"role123\",\"displayName\":\"First Role\"},{\"id\":\"role124\",\"displayName\":\"Second Role\"}],"      \
    "\"Licenses\":[{\"id\":\"entitlement123\",\"displayName\":\"First Entitlement\",\"type\":\"License\"}]}"

/* sim with a directory (JSON), on the fake server, well. */
static inline void fake_set_up(struct fake *f, struct simulator *sim, struct rng *rng, const char *dialect, const char *directory)
{
    struct error err = {0};
    memset(f, 0, sizeof *f);
    f->arena = arena_new();
    f->rng = rng_new(1);
    *rng = rng_new(1);
    f->answer = "ok";
    f->lists = json_object(f->arena);
    json_set_array(f->lists, "Users");
    json_set_array(f->lists, "Groups");
    f->discovery = json_parse(f->arena, (struct bytes){FAKE_DISCOVERY, strlen(FAKE_DISCOVERY)}, "discovery", &err);
    assert_non_null(f->discovery);
    *sim = (struct simulator){.arena = f->arena,
                              .dialect = dialect_find(dialect),
                              .rng = rng,
                              .token = "secret-token",
                              .send = fake_send,
                              .context = f,
                              .pass = fake_pass,
                              .clock = clock_fixed(&f->now_ms)};
    assert_non_null(sim->dialect);
    json *spec = json_parse(f->arena, (struct bytes){directory, strlen(directory)}, "directory", &err);
    assert_true(directory_load(f->arena, spec, sim->dialect->okta, NULL, rng, &sim->directory, &err));
}

/* "update ada {...}", "add-members eng ada bob", "rename-group eng New Name", "push-rule Team". */
static inline struct event fake_event(struct arena *arena, const char *text)
{
    struct event event = {0};
    const char *const *words = NULL;
    struct error err = {0};
    size_t count = text_split(arena, text, ' ', &words);
    if (!event_find(words[0], &event.kind))
        fail_msg("no event %s", words[0]);
    char operands = event_operands(event.kind);
    bool whole = operands == 'c' || operands == 't';
    event.subject = count > 1 && !whole ? words[1] : NULL;
    const char *rest = whole ? text + strlen(words[0]) + 1 : count > 2 ? text + strlen(words[0]) + strlen(words[1]) + 2 : NULL;
    if (strchr("pec", operands) != NULL) {
        event.changes = json_parse(arena, (struct bytes){rest, strlen(rest)}, "changes", &err);
        assert_non_null(event.changes);
    } else if (strchr("nst", operands) != NULL) {
        event.name = rest;
    } else if (count > 2) {
        event.members = words + 2;
        event.member_count = count - 2;
    }
    return event;
}

#endif
