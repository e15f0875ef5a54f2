/* A server that means harm: whatever it answers, the tool lives on, and every request stays a well-formed one for one resource. */
#include "common/base.h"
#include "tests/tap.h"

#include "common/error.h"
#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"

#include <stdio.h>
#include <string.h>

#define LIST_URN           "urn:ietf:params:scim:api:messages:2.0:ListResponse"
#define USER_URN           "urn:ietf:params:scim:schemas:core:2.0:User"
#define EXTENSION          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define LIST(n, resources) "{\"schemas\":[\"" LIST_URN "\"],\"totalResults\":" n ",\"Resources\":" resources "}"
#define MANY               1000

/* Resources: they come bare to every other request and in a list to a lookup. */
static const char *const resources[] = {
    "{\"id\":\"a/b\",\"active\":true}",
    "{\"id\":\"../Groups/g1\",\"active\":true}",
    "{\"id\":\"..\",\"active\":true}",
    "{\"id\":\".\",\"active\":true}",
    "{\"id\":\"/\",\"active\":true}",
    "{\"id\":\"//evil.test/\",\"active\":true}",
    "{\"id\":\"x?filter=userName%20pr\",\"active\":true}",
    "{\"id\":\"x#y\",\"active\":true}",
    "{\"id\":\"%2e%2e%2f\",\"active\":true}",
    "{\"id\":\"%0d%0aX-Evil: 1\",\"active\":true}",
    "{\"id\":\"a b\",\"active\":true}",
    "{\"id\":\"a\\r\\nX-Evil: 1\\r\\n\\r\\nGET / HTTP/1.1\",\"active\":true}",
    "{\"id\":\"\\n\",\"active\":true}",
    "{\"id\":\"a\\\"] or members[value eq \\\"b\",\"active\":true}",
    "{\"id\":\"a\\\\\",\"active\":true}",
    "{\"id\":\"\\u0001\\u007f\",\"active\":true}",
    "{\"id\":\"\\ud83d\\ude00 \\u202e\",\"active\":true}",
    "{\"id\":\"\",\"active\":true}",
    "{\"id\":7,\"active\":true}",
    "{\"id\":null,\"active\":true}",
    "{\"id\":[\"a1\"],\"active\":true}",
    "{\"id\":{\"value\":\"a1\"},\"active\":true}",
    "{\"ID\":\"a1\",\"active\":true}",
    "{}",
    "{\"id\":\"a1\",\"active\":\"false\"}",
    "{\"id\":\"a1\",\"active\":[]}",
    "{\"id\":\"a1\",\"schemas\":\"" USER_URN "\",\"userName\":7,\"name\":[],\"emails\":\"ada\",\"meta\":null,\"groups\":{}}",
    "{\"id\":\"a1\",\"emails\":[[],null,7,\"x\",{\"type\":[]},{\"type\":\"work\",\"value\":{}}],\"active\":true}",
    "{\"id\":\"a1\",\"active\":true,\"" EXTENSION "\":\"Sales\"}",
    "{\"id\":\"a1\",\"active\":true,\"" EXTENSION "\":{\"manager\":{\"value\":[\"a\"]},\"department\":{}}}",
    "{\"id\":\"a1\",\"active\":true,\"" EXTENSION "\":{\"manager\":{\"value\":\"a\\\"]\\r\\n\"}}}",
    "{\"id\":\"a1\",\"active\":true,\"members\":\"all\"}",
    "{\"id\":\"a1\",\"active\":true,\"members\":[null,[],{\"value\":7}],\"displayName\":{\"$ref\":\"x\"}}",
    "{\"id\":\"a1\",\"active\":true,\"\":{\"\":[]},\"a\\r\\nb\":\"c\\u0000\"}",
    "{\"id\":\"a1\",\"active\":true,\"n\":1e400}",
};

/* Bodies as they are. */
static const char *const bodies[] = {
    "",
    " \r\n",
    "null",
    "true",
    "[]",
    "7",
    "\"text\"",
    "{",
    "{\"id\":\"a1\"",
    "{\"id\":\"a1\"}{\"id\":\"b1\"}",
    "\xff\xfe",
    "\xef\xbb\xbf{\"id\":\"a1\"}",
    "<html>\r\n<script>alert(1)</script>",
    LIST("0", "null"),
    LIST("1", "null"),
    LIST("1", "\"a1\""),
    LIST("1", "{\"id\":\"a1\"}"),
    LIST("1", "[null]"),
    LIST("1", "[[[[]]]]"),
    LIST("\"1\"", "[]"),
    LIST("1.5", "[]"),
    LIST("-1", "[]"),
    LIST("99999999999999999999", "[]"),
    LIST("1e308", "[{\"id\":\"a1\",\"active\":true}]"),
    "{\"schemas\":{\"0\":\"" LIST_URN "\"},\"totalResults\":0,\"Resources\":[]}",
    "{\"schemas\":[[\"" LIST_URN "\"]],\"totalResults\":0,\"Resources\":[]}",
    "{\"schemas\":[\"" LIST_URN "\"],\"totalResults\":0}",
    "{\"detail\":{\"a\":1},\"status\":[],\"scimType\":7}",
};

/* Where in the talk the harm comes. */
enum place { ON_LOOKUP, ON_READ, ON_CREATE, ON_CHANGE, ON_ALL, PLACES };

struct hostile {
    struct arena *arena;
    enum place place;
    int status;
    const char *resource; /* NULL: body as it is */
    const char *body;
    size_t asked;
};

/* --- what was sent --- */

static void check_target(struct hostile *h, const char *raw)
{
    struct error err = {0};
    struct http_target target = {0};
    for (const char *p = raw; *p != '\0'; p++)
        if (*p <= ' ' || *p >= 0x7F || strchr("\"<>\\^`{|}#", *p) != NULL)
            fail_msg("not a target: %s", raw);
    const char *query = strchr(raw, '?');
    if (query != NULL && strchr(query + 1, '?') != NULL)
        fail_msg("two queries: %s", raw);
    const char *slash = strchr(raw + 1, '/');
    if (slash != NULL && (text_equal(slash, "/.") || text_equal(slash, "/..") || strpbrk(slash + 1, "/") != NULL))
        fail_msg("a step in the tree: %s", raw);
    if (!http_parse_target(h->arena, raw, &target, &err)) /* refuses control characters, even escaped ones */
        assert_true(strstr(raw, "%0") != NULL || strstr(raw, "%7F") != NULL);
    else
        assert_true(text_equal(target.segments[0], "Users") || text_equal(target.segments[0], "Groups"));
}

static void check_request(struct hostile *h, const struct http_request *request)
{
    struct error err = {0};
    check_target(h, request->target);
    for (size_t i = 0; i < request->headers.count; i++)
        assert_null(strpbrk(request->headers.items[i].value, "\r\n"));
    if (request->body.n == 0)
        return;
    const json *body = json_parse(h->arena, request->body, "request", &err);
    if (!json_is(body, JSON_OBJECT))
        fail_msg("not a body: %s", request->body.p);
    const json *operations = json_get(body, "Operations");
    for (const json *op = json_first(operations); op != NULL; op = json_next(op)) {
        const char *path = json_get_text(op, "path", "");
        const char *value = strstr(path, "[value eq ");
        if (value == NULL)
            continue;
        size_t n = strlen(value) - strlen("[value eq ") - 1; /* the literal must be one whole JSON text */
        assert_true(json_is(json_parse(h->arena, (struct bytes){value + strlen("[value eq "), n}, "value", &err), JSON_STRING));
    }
}

/* --- what is answered --- */

static enum place place_of(const struct http_request *request)
{
    if (text_equal(request->method, "GET"))
        return strstr(request->target, "filter=") != NULL ? ON_LOOKUP : ON_READ;
    return text_equal(request->method, "POST") ? ON_CREATE : ON_CHANGE;
}

static const char *good_reply(struct hostile *h, enum place place)
{
    if (place == ON_LOOKUP)
        return LIST("0", "[]");
    return arena_printf(h->arena, "{\"schemas\":[\"" USER_URN "\"],\"id\":\"s%zu\",\"active\":true}", h->asked);
}

static bool answer(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                   struct error *err)
{
    struct hostile *h = context;
    UNUSED(err);
    for (size_t i = 0; i < count; i++) {
        check_request(h, &requests[i]);
        h->asked++;
        enum place place = place_of(&requests[i]);
        const char *body = good_reply(h, place);
        replies[i].status = 200;
        if (h->place == place || h->place == ON_ALL) {
            bool guid = strstr(requests[i].target, "%40") == NULL && place == ON_LOOKUP && h->place != ON_ALL;
            bool list = h->resource != NULL && place == ON_LOOKUP;
            if (!guid) /* harm in the opening probe ends most talks at once */
                body = list                  ? arena_printf(h->arena, LIST("1", "[%s]"), h->resource)
                       : h->resource != NULL ? h->resource
                                             : h->body;
            replies[i].status = h->status;
        }
        replies[i].body = (struct bytes){body, strlen(body)};
    }
    return true;
}

/* --- the talk --- */

static const char organization[] = "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\",\"department\":\"R\"},"
                                   "\"bob\":{\"email\":\"bob@acme.test\",\"manager\":\"ada\"}},"
                                   "\"groups\":{\"eng\":{\"name\":\"Eng@eering\",\"members\":[\"ada\",\"bob\"]}}}";

static void talk(struct hostile *h, const struct dialect *dialect)
{
    static const char *const both[] = {"ada", "bob"};
    struct error err = {0};
    struct rng rng = rng_new(1);
    struct arena *arena = arena_new();
    *h = (struct hostile){arena, h->place, h->status, h->resource, h->body, 0};
    struct simulator sim = {.arena = arena, .dialect = dialect, .rng = &rng, .token = "t", .send = answer, .context = h};
    json *spec = json_parse(arena, (struct bytes){organization, strlen(organization)}, "organization", &err);
    json *changes = json_parse(arena, (struct bytes){"{\"title\":\"CTO\",\"department\":null}", 33}, "changes", &err);
    assert_non_null(changes);
    assert_true(directory_load(arena, spec, dialect->okta, NULL, &rng, &sim.directory, &err));
    const struct event story[] = {
        {.kind = EVENT_TEST_CONNECTION},
        {.kind = EVENT_ASSIGN, .subject = "ada"},
        {.kind = EVENT_ASSIGN, .subject = "bob"},
        {.kind = EVENT_PUSH_GROUP, .subject = "eng"},
        {.kind = EVENT_UPDATE, .subject = "ada", .changes = changes},
        {.kind = EVENT_REMOVE_MEMBERS, .subject = "eng", .members = both, .member_count = 2},
        {.kind = EVENT_ADD_MEMBERS, .subject = "eng", .members = both, .member_count = 2},
        {.kind = EVENT_RENAME_GROUP, .subject = "eng", .name = "Rockets"},
        {.kind = EVENT_UPDATE,
         .subject = "bob",
         .changes = json_parse(arena, (struct bytes){"{\"manager\":null}", 16}, "m", &err)},
        {.kind = EVENT_DEACTIVATE, .subject = "bob"},
        {.kind = EVENT_REACTIVATE, .subject = "bob"},
        {.kind = EVENT_SYNC},
        {.kind = EVENT_UNASSIGN, .subject = "ada"},
        {.kind = EVENT_DELETE, .subject = "bob"},
        {.kind = EVENT_DELETE_GROUP, .subject = "eng"},
    };
    for (size_t i = 0; i < ARRAY_LEN(story); i++) {
        struct event_outcome outcome = {0};
        size_t before = h->asked;
        if (!simulator_play(&sim, &story[i], &outcome, &err))
            fail_msg("%s stopped the tool: %s", event_word(story[i].kind), err.message);
        assert_int_equal(outcome.sent, h->asked - before);
        assert_true(outcome.written + outcome.refused <= outcome.sent);
    }
    arena_free(arena);
}

static void everywhere(const char *resource, const char *body)
{
    static const int statuses[] = {200, 201, 500};
    for (size_t d = 0; d < dialect_count; d++)
        for (int place = 0; place < PLACES; place++)
            for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
                struct hostile h = {.place = (enum place)place, .status = statuses[i], .resource = resource, .body = body};
                talk(&h, dialects[d]);
            }
}

static void resources_of_a_hostile_server(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(resources); i++)
        everywhere(resources[i], NULL);
}

static void bodies_of_a_hostile_server(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
        everywhere(NULL, bodies[i]);
}

static const char *repeated(struct arena *arena, const char *before, const char *item, size_t count, const char *after)
{
    struct buffer out = buffer_new(0);
    buffer_add(&out, before);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&out, "%s%s", i > 0 && item[0] == '{' ? "," : "", item);
    buffer_add(&out, after);
    return buffer_take(&out, arena);
}

static void huge_replies(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const char *const huge[] = {
        repeated(arena, "{\"schemas\":[\"" LIST_URN "\"],\"totalResults\":1000,\"Resources\":[",
                 "{\"id\":\"a1\",\"active\":true}", MANY, "]}"),
        repeated(arena, "{\"id\":\"a1\",\"active\":true,\"emails\":[", "{\"type\":\"work\",\"value\":\"ada@acme.test\"}", MANY,
                 "]}"),
        repeated(arena, "{\"id\":\"a1\",\"active\":true,\"members\":[", "{\"value\":\"a1\"}", MANY, "]}"),
        repeated(arena, "{\"id\":\"", "x", 10 * KIB, "\",\"active\":true}"),
        repeated(arena, "{\"id\":\"a1\",\"active\":true,\"title\":\"", "\\u0007", 2 * KIB, "\"}"),
        repeated(arena, "", "[", 10 * KIB, ""),
        repeated(arena, "{\"id\":\"a1\",\"detail\":\"", "\xc3\xa9", 10 * KIB, "\"}"),
    };
    for (size_t i = 0; i < ARRAY_LEN(huge); i++)
        for (size_t d = 0; d < dialect_count; d++)
            for (int place = 0; place < PLACES; place++)
                for (int status = 200; status <= 400; status += 200) {
                    struct hostile h = {.place = (enum place)place, .status = status, .body = huge[i]};
                    talk(&h, dialects[d]);
                }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resources_of_a_hostile_server),
        cmocka_unit_test(bodies_of_a_hostile_server),
        cmocka_unit_test(huge_replies),
    };
    return tap_run("hostile replies", tests);
}
