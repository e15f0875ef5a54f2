/* The audit trail: one entry for each answered change at every door, chained, without secrets; the same on both backends and after a restart.
 * Expected: docs/reference-server.md, "The audit trail". */
#include "common/base.h"

#include "tests/table.h"
#include "tests/unit/reference-server/stored.h"

#include "common/clock.h"
#include "common/digest.h"
#include "common/http.h"
#include "reference-server/serve.h"
#include "reference-server/server.h"

#define ROOT "/organizations/acme"
#define USER "\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"]"

static const char organization[] =
    "{\"name\":\"Acme\",\"id\":\"acme\",\"domains\":[\"acme.test\"],\"scimToken\":\"scim-secret\",\"workspaces\":{\"Sales\":{}}}";

struct fixture {
    struct arena *arena;
    struct server *server;
    struct store *store;
    const char *path; /* NULL: memory */
    const char *defect;
    int64_t now;
    struct http_response response;
};

static json *send(struct fixture *f, const char *token, const char *method, const char *target, const char *body)
{
    struct http_request request = {.method = method, .target = target, .body = {body, strlen(body)}, .peer = "192.0.2.1"};
    if (strcmp(token, "nobody") != 0)
        http_add_header(f->arena, &request.headers, "Authorization", arena_printf(f->arena, "Bearer %s", token));
    http_add_header(f->arena, &request.headers, "Content-Type",
                    strstr(target, "/oauth/") != NULL ? "application/x-www-form-urlencoded" : "application/json");
    f->response = (struct http_response){0};
    server_dispatch(f->server, f->arena, &request, &f->response);
    f->now += 1000;
    struct error err;
    return f->response.body.n == 0 || f->response.body.p[0] != '{' ? NULL : json_parse(f->arena, f->response.body, "reply", &err);
}

static json *scim(struct fixture *f, const char *method, const char *path, const char *body, int status)
{
    json *reply = send(f, "scim-secret", method, arena_printf(f->arena, ROOT "/scim/v2%s", path), body);
    assert_int_equal(f->response.status, status);
    return reply;
}

static json *action(struct fixture *f, const char *body, int status)
{
    json *reply = send(f, "admin-secret", "POST", "/admin" ROOT "/actions", body);
    assert_int_equal(f->response.status, status);
    return reply;
}

static const char *trail(struct fixture *f, const char *query)
{
    struct http_request request = {
        .method = "GET", .target = arena_printf(f->arena, "/admin" ROOT "/audit%s", query), .peer = "192.0.2.1"};
    http_add_header(f->arena, &request.headers, "Authorization", "Bearer admin-secret");
    f->response = (struct http_response){0};
    server_dispatch(f->server, f->arena, &request, &f->response);
    return arena_strndup(f->arena, f->response.body.p, f->response.body.n);
}

static void open_server(struct fixture *f)
{
    struct error err;
    f->store = f->path == NULL ? NULL : stored_open(f->path);
    struct server_options options = {.clock = clock_fixed(&f->now),
                                     .base_url = "http://test",
                                     .admin_token = "admin-secret",
                                     .seeded = true,
                                     .seed = 1,
                                     .defects = &f->defect,
                                     .defect_count = f->defect == NULL ? 0 : 1,
                                     .store = f->store};
    f->server = server_new(&options, &err);
    assert_non_null(f->server);
    assert_true(server_load(f->server, &err));
}

static void close_server(struct fixture *f)
{
    server_free(f->server);
    store_close(f->store);
}

/* In place: the server looks at the clock in it. */
static void setup_wrong(struct fixture *f, bool stored, const char *defect)
{
    *f = (struct fixture){.arena = arena_new(), .now = 1795369537000, .defect = defect};
    f->path = stored ? stored_path(f->arena, "audit") : NULL;
    if (stored)
        stored_remove(f->arena, f->path);
    open_server(f);
    (void)send(f, "admin-secret", "POST", "/admin/organizations", organization);
    assert_int_equal(f->response.status, 201);
}

static void setup(struct fixture *f, bool stored)
{
    setup_wrong(f, stored, NULL);
}

static void teardown(struct fixture *f)
{
    close_server(f);
    if (f->path != NULL)
        stored_remove(f->arena, f->path);
    arena_free(f->arena);
}

/* The rule as it is told to others, not as the server computes it. */
static void check_chain(struct fixture *f, const char *lines, const char *first_previous)
{
    const char *previous = first_previous;
    for (const char *line = lines; *line != '\0'; line = strchr(line, '\n') + 1) {
        size_t n = strcspn(line, "\n"), tail = strlen(",\"hash\":\"\"}") + 64;
        assert_true(n > tail);
        const char *plain = arena_printf(f->arena, "%.*s}", (int)(n - tail), line);
        char hash[65];
        digest_sha256_hex((struct bytes){plain, strlen(plain)}, hash);
        assert_memory_equal(line + n - tail, arena_printf(f->arena, ",\"hash\":\"%s\"}", hash), tail);
        if (previous != NULL)
            assert_non_null(strstr(plain, arena_printf(f->arena, "\"previous\":\"%s\"}", previous)));
        previous = arena_strdup(f->arena, hash);
    }
}

/* "1 admin organization.create Organization Acme" a line */
static const char *outline(struct fixture *f, const char *lines)
{
    struct buffer b = buffer_new(0);
    for (const char *line = lines; *line != '\0'; line = strchr(line, '\n') + 1) {
        struct error err;
        const json *entry = json_parse(f->arena, (struct bytes){line, strcspn(line, "\n")}, "line", &err),
                   *target = json_get(entry, "target");
        assert_non_null(entry);
        buffer_printf(&b, "%d %s %s %s %s\n", (int)json_get_integer(entry, "sequence", 0), json_get_text(entry, "actor", "-"),
                      json_get_text(entry, "action", "-"), json_get_text(target, "kind", "-"),
                      json_get_text(target, "name", "-"));
    }
    return buffer_take(&b, f->arena);
}

static void work(struct fixture *f)
{
    const char *ada = json_get_text(scim(f, "POST", "/Users", "{" USER ",\"userName\":\"ada@acme.test\"}", 201), "id", "");
    (void)scim(f, "POST", "/Users", "{" USER ",\"userName\":\"ada@acme.test\"}", 409);
    (void)scim(f, "GET", "/Users", "", 200); /* read: no entry */
    (void)action(
        f, arena_printf(f->arena, "{\"action\":\"grant\",\"user\":\"%s\",\"resource\":\"Sales\",\"role\":\"editor\"}", ada), 200);
    (void)action(f, "{\"action\":\"create-client\",\"client\":\"okta\",\"clientSecret\":\"client-secret-of-okta\"}", 200);
    const json *token = send(f, "nobody", "POST", ROOT "/oauth/token",
                             "grant_type=client_credentials&client_id=okta&client_secret=client-secret-of-okta");
    const char *access = json_get_text(token, "access_token", "");
    (void)send(
        f, access, "PATCH", arena_printf(f->arena, ROOT "/scim/v2/Users/%s", ada),
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"add\",\"path\":\"title\","
        "\"value\":\"Countess\"}]}");
    assert_int_equal(f->response.status, 200);
    (void)send(f, "nobody", "POST", ROOT "/app/sign-in", "{\"user\":\"ada@acme.test\",\"method\":\"sso\"}");
    assert_int_equal(f->response.status, 200);
    (void)scim(f, "POST", "/Bulk",
               "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":["
               "{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"a\",\"data\":{" USER ",\"userName\":\"bob@acme.test\"}},"
               "{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b\",\"data\":{" USER ",\"userName\":\"bob@acme.test\"}}]}",
               200);
    (void)scim(f, "DELETE", arena_printf(f->arena, "/Users/%s", ada), "", 204);
}

static const char expected[] = "1 admin organization.create Organization Acme\n"
                               "2 default user.create User ada@acme.test\n"
                               "3 default user.create User ada@acme.test\n" /* refused */
                               "4 admin admin.grant user ada@acme.test\n"
                               "5 admin admin.create-client client okta\n"
                               "6 okta oauth.token - -\n"
                               "7 okta user.update User ada@acme.test\n"
                               "8 ada@acme.test app.sign-in user ada@acme.test\n"
                               "9 default user.create User bob@acme.test\n"
                               "10 default user.create User bob@acme.test\n" /* refused, in the same bulk job */
                               "11 default user.delete User ada@acme.test\n";

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

static void each_change_has_an_entry(bool stored)
{
    struct fixture f;
    setup(&f, stored);
    work(&f);
    const char *lines = trail(&f, "");
    assert_int_equal(f.response.status, 200);
    assert_string_equal(http_header(&f.response.headers, "Content-Type"), "application/x-ndjson");
    assert_string_equal(outline(&f, lines), expected);
    assert_null(strstr(lines, "secret"));
    check_chain(&f, lines, zeros);
    assert_string_equal(outline(&f, trail(&f, "?after=8&limit=1")), "9 default user.create User bob@acme.test\n");
    assert_string_equal(trail(&f, "?after=11"), "");
    (void)trail(&f, "?limit=1001");
    assert_int_equal(f.response.status, 400);
    (void)trail(&f, "?after=-1");
    assert_int_equal(f.response.status, 400);
    (void)send(&f, "scim-secret", "GET", "/admin" ROOT "/audit", "");
    assert_int_equal(f.response.status, 401);
    teardown(&f);
}

static void each_change_has_an_entry_in_memory(void **state)
{
    UNUSED(state);
    each_change_has_an_entry(false);
}

static void each_change_has_an_entry_on_sqlite(void **state)
{
    UNUSED(state);
    each_change_has_an_entry(true);
}

static void the_chain_goes_on_after_a_restart(void **state)
{
    UNUSED(state);
    struct fixture f;
    setup(&f, true);
    work(&f);
    const char *before = trail(&f, "");
    close_server(&f);
    open_server(&f);
    assert_string_equal(trail(&f, ""), before);
    (void)action(&f, "{\"action\":\"advance-clock\",\"by\":\"1d\"}", 200);
    const char *after = trail(&f, "");
    check_chain(&f, after, zeros);
    assert_true(text_starts(after, before));
    assert_non_null(strstr(after + strlen(before), "\"sequence\":12,\"time\":\"2026-11-23T"));
    (void)send(&f, "admin-secret", "DELETE", "/admin" ROOT, "");
    (void)send(&f, "admin-secret", "POST", "/admin/organizations", organization);
    assert_string_equal(outline(&f, trail(&f, "")), "1 admin organization.create Organization Acme\n"); /* another organization */
    teardown(&f);
}

static void memory_keeps_the_newest(void **state)
{
    UNUSED(state);
    struct fixture f;
    setup(&f, false);
    for (size_t i = 0; i < 2100; i++)
        (void)action(&f, "{\"action\":\"advance-clock\",\"by\":\"1s\"}", 200);
    const char *lines = trail(&f, "?limit=1000"); /* 2101 entries, of which 2000 are kept */
    assert_true(text_starts(lines, "{\"sequence\":102,"));
    check_chain(&f, lines, NULL);
    teardown(&f);
}

static const char *verified(struct fixture *f, bool good)
{
    struct buffer out = buffer_new(0);
    struct error err;
    bool whole;
    assert_true(serve_verify(f->path, &out, &whole, &err));
    assert_int_equal(whole, good);
    return buffer_take(&out, f->arena);
}

/* What a file looks like whose newest entries were removed: it goes on from an entry that isn't there. */
static void pretend_more(struct fixture *f)
{
    struct arena *arena = arena_new();
    struct record_batch *batch = arena_alloc(arena, sizeof *batch);
    struct record record = {.kind = RECORD_SEQUENCE, .key = ""};
    record.data = arena_printf(arena, "{\"next\":100,\"audit\":14,\"hash\":\"%s\"}", zeros);
    struct store *store = stored_open(f->path);
    *batch =
        (struct record_batch){.arena = arena, .organization = "acme", .items = arena_alloc(arena, sizeof record), .count = 1};
    batch->items[0] = record;
    assert_true(store_wait(store, store_write(store, batch)));
    store_close(store);
}

static void a_data_file_is_verified(void **state)
{
    UNUSED(state);
    struct fixture f;
    struct buffer out = buffer_new(0);
    struct error err;
    bool whole;
    setup(&f, true);
    work(&f);
    close_server(&f);
    assert_string_equal(verified(&f, true), "acme: 11 entries are good\n");
    pretend_more(&f);
    assert_string_equal(verified(&f, false),
                        "acme: 11 entries are good; the end: removed: the trail went on to sequence 13, or its "
                        "last entry was another\n");
    assert_false(serve_verify("/nowhere/acme.db", &out, &whole, &err));
    assert_int_equal(error_exit_status(err.code), 2);
    open_server(&f);
    (void)send(&f, "admin-secret", "DELETE", "/admin" ROOT, "");
    close_server(&f);
    assert_string_equal(verified(&f, true), arena_printf(f.arena, "%s: no organization is in it\n", f.path));
    f.server = NULL;
    f.store = NULL;
    teardown(&f);
}

/* What a defect of the trail leaves out was never written: no form of the export has it, nor the data file, and the chain holds. */
static void what_is_not_told_is_not_written(void **state)
{
    static const char *const rows[][2] = {
        {NULL, "hello"},
        {"S4-trail-no-created", "user_created"},
        {"S4-trail-no-updated", "user_updated"},
        {"S4-trail-no-deprovisioned", "user_deprovisioned"},
        {"S4-trail-no-login", "login_attempts"},
        {"S4-trail-no-permissions", "permission_changes"},
        {"S4-trail-no-old-role", "old_role"},
        {"S4-trail-no-operations", "sync_operations"},
        {"S4-trail-no-errors", "error_conditions"},
        {"S4-trail-no-configuration", "configuration_changes"},
    };
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        setup_wrong(&f, true, rows[i][0]);
        work(&f);
        const char *lines = trail(&f, "");
        assert_string_equal(outline(&f, lines), expected);
        check_chain(&f, lines, zeros);
        for (size_t k = 1; k < ARRAY_LEN(rows); k++)
            assert_int_equal(strstr(lines, rows[k][1]) == NULL, k == i || (i == 5 && k == 6)); /* no change, no old role */
        if (i > 0 && i != 6)
            assert_null(strstr(trail(&f, "?format=csv"), rows[i][1]));
        close_server(&f);
        assert_string_equal(verified(&f, true), "acme: 11 entries are good\n");
        f.server = NULL;
        f.store = NULL;
        teardown(&f);
    }
}

/* --- tests/tables/audit_filter.table --- */

static const char *with_ids(struct fixture *f, const char *text, const char *ada, const char *group)
{
    const char *const words[][2] = {{"${ada}", ada}, {"${group}", group}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        for (const char *at; (at = strstr(text, words[i][0])) != NULL;)
            text = arena_printf(f->arena, "%.*s%s%s", (int)(at - text), text, words[i][1], at + strlen(words[i][0]));
    return text;
}

static const char *target_id(struct fixture *f, const char *query)
{
    struct error err;
    const char *line = trail(f, query);
    const json *entry = json_parse(f->arena, (struct bytes){line, strcspn(line, "\n")}, "line", &err);
    assert_non_null(entry);
    return json_get_text(json_get(entry, "target"), "id", "");
}

static const char *sequences(struct fixture *f, const char *lines)
{
    struct buffer b = buffer_new(0);
    for (const char *line = lines; *line != '\0'; line = strchr(line, '\n') + 1)
        buffer_printf(&b, "%s%d", line == lines ? "" : " ", atoi(line + strlen("{\"sequence\":")));
    return buffer_take(&b, f->arena);
}

static void check_csv(struct fixture *f, const char *csv, const char *expected_lines)
{
    const char *const *wanted, *const *lines;
    assert_string_equal(http_header(&f->response.headers, "Content-Type"), "text/csv; charset=utf-8; header=present");
    size_t count = text_split(f->arena, expected_lines, '\n', &wanted), n = text_split(f->arena, csv, '\n', &lines);
    assert_int_equal(n, count + 1); /* the last one ends */
    assert_string_equal(lines[n - 1], "");
    for (size_t i = 0; i < count; i++) {
        assert_true(text_ends(lines[i], "\r"));
        if (!text_starts(lines[i], wanted[i]))
            fail_msg("%s does not begin with %s", lines[i], wanted[i]);
    }
}

static void check_answer(struct fixture *f, const struct table_case *c)
{
    const char *ada = target_id(f, "?after=1"), *group = target_id(f, "?after=11");
    const char *body = trail(f, with_ids(f, table_need(c, "query"), ada, group));
    const char *refused = table_field(c, "refused"), *csv = table_field(c, "csv");
    assert_int_equal(f->response.status, refused == NULL ? 200 : 400);
    if (refused != NULL && strstr(body, refused) == NULL)
        fail_msg("%s does not say %s", body, refused);
    if (csv != NULL)
        check_csv(f, body, with_ids(f, csv, ada, group));
    if (refused == NULL && csv == NULL)
        assert_string_equal(sequences(f, body), table_need(c, "gives"));
}

static void filter_row(const struct table_case *c, bool stored)
{
    struct fixture f;
    setup(&f, stored);
    work(&f);
    (void)scim(&f, "POST", "/Groups",
               "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"=SUM(A1,\\\"x\\\")\"}", 201);
    check_answer(&f, c);
    teardown(&f);
}

static void filter_in_memory(void **state)
{
    filter_row(*state, false);
}

static void filter_on_sqlite(void **state)
{
    filter_row(*state, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_has_an_entry_in_memory),
        cmocka_unit_test(each_change_has_an_entry_on_sqlite),
        cmocka_unit_test(the_chain_goes_on_after_a_restart),
        cmocka_unit_test(memory_keeps_the_newest),
        cmocka_unit_test(a_data_file_is_verified),
        cmocka_unit_test(what_is_not_told_is_not_written),
    };
    int filters = tap_table("audit filters in memory", "tests/tables/audit_filter.table", filter_in_memory);
    int stored = tap_table("audit filters on SQLite", "tests/tables/audit_filter.table", filter_on_sqlite);
    return tap_run("server audit", tests) + filters + stored;
}
