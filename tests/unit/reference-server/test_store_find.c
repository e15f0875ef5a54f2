/* Both backends give the same answers: two servers get the same requests, one in memory and one on SQLite, and are asked the same generated filters. */
#include "common/base.h"

#include "tests/unit/reference-server/stored.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/rng.h"
#include "reference-server/server.h"

#define PEOPLE  150
#define GROUPS  40
#define FILTERS 400

#define SCIM    "/organizations/acme/scim/v2"

static const char organization[] =
    "{\"name\":\"Acme\",\"id\":\"acme\",\"domains\":[\"acme.test\"],\"scimToken\":\"scim-secret\"}";

/* Texts that differ by letter case, composition, length, and order of bytes and of letters. */
static const char *const words[] = {"ada",
                                    "Ada",
                                    "ADAM",
                                    "bob",
                                    "Bob Byron",
                                    "\xC3\x89mile",
                                    "e\xCC\x81mile",
                                    "stra\xC3\x9F"
                                    "e",
                                    "STRASSE",
                                    "zo\xC3\xAB",
                                    "z",
                                    "\xF0\x9F\xA6\x8A",
                                    "\xEF\xBF\xBD",
                                    "a%b_c",
                                    "x'y\\\"z",
                                    "0"};

struct twins {
    struct arena *arena;
    struct server *memory, *stored;
    struct store *store;
    const char *path;
    int64_t now;
    struct rng rng;
    const char *ids[PEOPLE + GROUPS];
    size_t count;
};

static const char *pick(struct twins *t)
{
    return words[rng_below(&t->rng, ARRAY_LEN(words))];
}

static struct http_response send(struct twins *t, struct server *server, const char *method, const char *target, const json *body)
{
    const char *text = body == NULL ? "" : json_print(t->arena, body);
    struct http_request request = {.method = method, .target = target, .body = {text, strlen(text)}, .peer = "192.0.2.1"};
    struct http_response response = {0};
    bool admin = text_starts(target, "/admin");
    http_add_header(t->arena, &request.headers, "Authorization", admin ? "Bearer admin-secret" : "Bearer scim-secret");
    http_add_header(t->arena, &request.headers, "Content-Type", "application/json");
    server_dispatch(server, t->arena, &request, &response);
    return response;
}

/* To both, who have to answer alike. */
static struct http_response ask(struct twins *t, const char *method, const char *target, const json *body)
{
    struct http_response a = send(t, t->memory, method, target, body), b = send(t, t->stored, method, target, body);
    if (a.status != b.status || a.body.n != b.body.n || memcmp(a.body.p, b.body.p, a.body.n) != 0)
        fail_msg("%s %s %s\nin memory: %d %s\nstored:    %d %s", method, target, body == NULL ? "" : json_print(t->arena, body),
                 a.status, a.body.p, b.status, b.body.p);
    return a;
}

static struct server *start(struct twins *t, struct store *store)
{
    struct server_options options = {.clock = clock_fixed(&t->now),
                                     .base_url = "http://test",
                                     .admin_token = "admin-secret",
                                     .seeded = true,
                                     .seed = 1,
                                     .store = store};
    struct error err;
    struct server *server = server_new(&options, &err);
    assert_non_null(server);
    return server;
}

/* --- data --- */

static json *new_user(struct twins *t, size_t number)
{
    json *user = json_object(t->arena);
    json_push_text(json_set_array(user, "schemas"), "urn:ietf:params:scim:schemas:core:2.0:User");
    json_set_text(user, "userName", arena_printf(t->arena, "%s%zu", pick(t), number));
    if (rng_below(&t->rng, 2) == 0)
        json_set_text(user, "displayName", pick(t));
    if (rng_below(&t->rng, 2) == 0)
        json_set_text(user, "externalId", pick(t));
    json *emails = json_set_array(user, "emails");
    for (uint64_t n = rng_below(&t->rng, 3); n > 0; n--)
        json_set_text(json_push_object(emails), "value", arena_printf(t->arena, "%s@%s.test", pick(t), n == 1 ? "work" : "Home"));
    json_set_bool(user, "active", rng_below(&t->rng, 3) > 0);
    return user;
}

static json *new_group(struct twins *t, size_t number)
{
    json *group = json_object(t->arena);
    json_push_text(json_set_array(group, "schemas"), "urn:ietf:params:scim:schemas:core:2.0:Group");
    json_set_text(group, "displayName", arena_printf(t->arena, "%s %zu", pick(t), number));
    if (rng_below(&t->rng, 2) == 0)
        json_set_text(group, "externalId", pick(t));
    return group;
}

static const char *target_of(struct twins *t, size_t number)
{
    return arena_printf(t->arena, SCIM "/%s/%s", number < PEOPLE ? "Users" : "Groups", t->ids[number]);
}

static void fill(struct twins *t)
{
    for (size_t i = 0; i < PEOPLE + GROUPS; i++) {
        bool user = i < PEOPLE;
        t->now += (int64_t)rng_below(&t->rng, 3000);
        struct http_response reply =
            ask(t, "POST", user ? SCIM "/Users" : SCIM "/Groups", user ? new_user(t, i) : new_group(t, i));
        assert_int_equal(reply.status, 201);
        struct error err;
        t->ids[t->count++] = json_get_text(json_parse(t->arena, reply.body, "reply", &err), "id", NULL);
    }
}

/* Replaces some, and takes some away. */
static void stir(struct twins *t)
{
    for (size_t i = 0; i < PEOPLE + GROUPS; i += 1 + rng_below(&t->rng, 5)) {
        bool gone = rng_below(&t->rng, 4) == 0;
        t->now += (int64_t)rng_below(&t->rng, 3000);
        json *body = gone ? NULL : i < PEOPLE ? new_user(t, i + 1000) : new_group(t, i + 1000);
        (void)ask(t, gone ? "DELETE" : "PUT", target_of(t, i), body);
    }
}

/* --- filters --- */

static void write_filter(struct twins *t, struct buffer *b, unsigned depth)
{
    static const char *const names[] = {"userName", "displayName",  "externalId",
                                        "emails",   "emails.value", "urn:ietf:params:scim:schemas:core:2.0:User:userName"};
    static const char *const times[] = {"meta.created", "meta.lastModified"};
    static const char *const operators[] = {"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"};
    uint64_t dice = rng_below(&t->rng, 10);
    if (depth > 0 && dice < 4) {
        buffer_add(b, dice == 0 ? "not (" : "(");
        write_filter(t, b, depth - 1);
        buffer_add(b, dice == 0 ? "" : dice == 1 ? ") or (" : ") and (");
        if (dice > 0)
            write_filter(t, b, depth - 1);
        buffer_add_char(b, ')');
        return;
    }
    bool time = dice >= 8;
    buffer_add(b, time ? times[rng_below(&t->rng, 2)] : names[rng_below(&t->rng, ARRAY_LEN(names))]);
    buffer_printf(b, " %s ", time ? operators[5 + rng_below(&t->rng, 4)] : operators[rng_below(&t->rng, ARRAY_LEN(operators))]);
    if (time)
        buffer_printf(b, "\"%s\"", time_format(t->arena, t->now - (int64_t)rng_below(&t->rng, 400000)));
    else
        json_write_text(b, dice == 7 ? "e" : pick(t));
}

static void search(struct twins *t)
{
    size_t found = 0;
    for (size_t i = 0; i < FILTERS; i++) {
        struct buffer filter = buffer_new(0);
        write_filter(t, &filter, 2);
        json *body = json_object(t->arena);
        json_push_text(json_set_array(body, "schemas"), "urn:ietf:params:scim:api:messages:2.0:SearchRequest");
        json_set_text(body, "filter", buffer_take(&filter, t->arena));
        json_set_integer(body, "count", 1000);
        struct http_response reply = ask(t, "POST", i % 3 == 0 ? SCIM "/Groups/.search" : SCIM "/Users/.search", body);
        found += reply.status == 200 && strstr(reply.body.p, "\"Resources\":[{") != NULL;
    }
    assert_true(found > FILTERS / 4); /* else the filters say little */
}

static struct twins begin(uint64_t seed)
{
    struct twins t = {.arena = arena_new(), .now = 1795369537000, .rng = rng_new(seed)};
    t.path = stored_path(t.arena, "find");
    stored_remove(t.arena, t.path);
    t.store = stored_open(t.path);
    return t;
}

static void same_answers_to_generated_filters(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct twins t = begin(seed);
        t.memory = start(&t, NULL);
        t.stored = start(&t, t.store);
        struct error err;
        (void)ask(&t, "POST", "/admin/organizations",
                  json_parse(t.arena, (struct bytes){organization, strlen(organization)}, "", &err));
        fill(&t);
        search(&t);
        stir(&t);
        search(&t);
        server_free(t.stored); /* what comes up from the file answers like what was never away */
        store_close(t.store);
        t.store = stored_open(t.path);
        t.stored = start(&t, t.store);
        assert_true(server_load(t.stored, &err));
        search(&t);
        server_free(t.memory);
        server_free(t.stored);
        store_close(t.store);
        stored_remove(t.arena, t.path);
        arena_free(t.arena);
    }
}

/* --- the interface --- */

static struct record_batch *people(const char *const *names, size_t count)
{
    struct arena *arena = arena_new();
    struct record_batch *batch = arena_alloc(arena, sizeof *batch);
    *batch =
        (struct record_batch){.arena = arena, .organization = "acme", .items = arena_array(arena, count, sizeof *batch->items)};
    for (size_t i = 0; i < count; i++) {
        struct record_terms *terms = arena_alloc(arena, sizeof *terms);
        const char **emails = arena_array(arena, 2, sizeof *emails);
        emails[0] = names[i];
        emails[1] = "all@acme.test";
        *terms = (struct record_terms){
            .name = names[i], .emails = emails, .email_count = 2, .created_ms = (int64_t)i, .modified_ms = 0};
        batch->items[batch->count++] = (struct record){.kind = RECORD_ACCOUNT, .key = names[i], .data = "{}", .terms = terms};
    }
    return batch;
}

static const char *find(struct arena *arena, struct store *store, struct store_query query)
{
    const char *const *keys;
    size_t count;
    struct buffer b = buffer_new(0);
    query.organization = query.organization == NULL ? "acme" : query.organization;
    query.kind = RECORD_ACCOUNT;
    query.ticket = store_newest(store);
    query.limit = query.limit == 0 ? 10 : query.limit;
    if (!store_find(store, arena, &query, &keys, &count))
        return "no index";
    for (size_t i = 0; i < count; i++)
        buffer_printf(&b, "%s%s", i > 0 ? " " : "", keys[i]);
    return buffer_take(&b, arena);
}

static void finds_ranges_in_order_of_creation(void **state)
{
    UNUSED(state);
    static const char *const names[] = {"zed", "bob", "bo", "b\xC3\xB6", "ada"};
    struct twins t = begin(1);
    (void)store_write(t.store, people(names, ARRAY_LEN(names)));
    assert_string_equal(find(t.arena, t.store, (struct store_query){.term = STORE_NAME, .low = "b", .high = "b\xFF"}),
                        "bob bo b\xC3\xB6");
    assert_string_equal(find(t.arena, t.store, (struct store_query){.term = STORE_NAME, .low = "bo", .high = "bo"}), "bo");
    assert_string_equal(find(t.arena, t.store, (struct store_query){.term = STORE_NAME, .low = "bob"}), "zed bob b\xC3\xB6");
    assert_string_equal(find(t.arena, t.store, (struct store_query){.term = STORE_NAME, .high = "bo"}), "bo ada");
    assert_string_equal(find(t.arena, t.store, (struct store_query){.term = STORE_CREATED, .low_ms = 3, .high_ms = INT64_MAX}),
                        "b\xC3\xB6 ada");
    assert_string_equal(find(t.arena, t.store, (struct store_query){.term = STORE_EMAIL, .low = "a", .high = "b"}),
                        "zed bob bo b\xC3\xB6 ada");
    assert_string_equal(find(t.arena, t.store, (struct store_query){.term = STORE_NAME, .organization = "other"}), "");
    assert_string_equal(find(t.arena, t.store, (struct store_query){.term = STORE_EXTERNAL_ID}), "");
    assert_string_equal(find(t.arena, t.store, (struct store_query){.term = STORE_NAME, .limit = 4}), "no index");
    store_close(t.store);
    stored_remove(t.arena, t.path);
    arena_free(t.arena);
}

static void memory_has_no_index(void **state)
{
    UNUSED(state);
    static const char *const names[] = {"ada"};
    struct arena *arena = arena_new();
    struct store *store = stored_open(NULL);
    assert_false(store_keeps(store));
    assert_true(store_wait(store, store_write(store, people(names, 1))));
    assert_string_equal(find(arena, store, (struct store_query){.term = STORE_NAME}), "no index");
    store_close(store);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_answers_to_generated_filters),
        cmocka_unit_test(finds_ranges_in_order_of_creation),
        cmocka_unit_test(memory_has_no_index),
    };
    return tap_run("store find", tests);
}
