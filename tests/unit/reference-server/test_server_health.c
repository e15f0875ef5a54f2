/* The health document and the metrics: what they count is what was sent. */
#include "tests/unit/reference-server/test_server_play.h"

#define HEALTH  "/admin/organizations/acme/health"
#define METRICS "/admin/metrics"
#define USERS   PLAY_ROOT "/scim/v2/Users"

static const struct table_case no_row = {.name = "health"};

static struct play begin(const int64_t *now)
{
    struct play play = {.arena = arena_new(), .row = &no_row};
    play_start(&play, now);
    return play;
}

static void end(struct play *play)
{
    server_free(play->server);
    arena_free(play->arena);
}

static void send(struct play *play, const char *method, const char *target, const char *body, int status)
{
    body = body == NULL ? "" : play_expand(play, body);
    play_send(play, method, target, (struct bytes){body, strlen(body)});
    if (play->response.status != status)
        play_fail(play, "%s %s should be %d", method, target, status);
}

static const char *at(struct play *play, const char *pointer)
{
    struct error err;
    send(play, "GET", HEALTH, NULL, 200);
    const json *body = json_parse(play->arena, play->response.body, "health", &err);
    const json *value = json_pointer(body, pointer);
    assert_non_null(value);
    return json_print(play->arena, value);
}

static bool has_line(struct play *play, const char *line)
{
    const char *const *lines;
    send(play, "GET", METRICS, NULL, 200);
    size_t count = text_split(play->arena, play->response.body.p, '\n', &lines);
    for (size_t i = 0; i < count; i++)
        if (text_glob(line, lines[i]))
            return true;
    return false;
}

static void nothing_has_happened(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    struct play play = begin(&now);
    assert_string_equal(at(&play, "/health_monitoring/connectivity/endpoint_reachability"), "true");
    assert_string_equal(at(&play, "/health_monitoring/connectivity/authentication_status"), "\"unused\"");
    assert_string_equal(at(&play, "/health_monitoring/connectivity/certificate_validity"), "null");
    assert_string_equal(at(&play, "/health_monitoring/performance/average_response_time"), "null");
    assert_string_equal(at(&play, "/health_monitoring/performance/success_rate"), "null");
    assert_string_equal(at(&play, "/health_monitoring/sync_status/last_sync"), "null");
    assert_string_equal(at(&play, "/health_monitoring/sync_status/pending_changes"), "0");
    assert_string_equal(at(&play, "/health_monitoring/sync_status/failed_operations"), "0");
    end(&play);
}

static void rates_and_times_are_those_of_scim_requests(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    struct play play = begin(&now);
    send(&play, "POST", USERS, "{${user},\"userName\":\"ada@acme.test\"}", 201);
    now += 5000;
    send(&play, "POST", USERS, "{${user},\"userName\":\"ada@acme.test\"}", 409);
    send(&play, "GET", USERS, NULL, 200);
    send(&play, "GET", USERS "/nobody", NULL, 404);
    assert_string_equal(at(&play, "/health_monitoring/connectivity/authentication_status"), "\"valid\"");
    assert_string_equal(at(&play, "/health_monitoring/performance/success_rate"), "\"50.0%\"");
    assert_string_equal(at(&play, "/health_monitoring/performance/error_rate"), "\"50.0%\"");
    assert_true(text_glob("\"0.* seconds\"", at(&play, "/health_monitoring/performance/average_response_time")));
    assert_string_equal(at(&play, "/health_monitoring/sync_status/last_sync"), "\"2026-11-22T17:45:37.000Z\"");
    assert_string_equal(at(&play, "/health_monitoring/sync_status/failed_operations"), "1");
    end(&play);
}

static void a_wrong_token_shows(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    struct play play = begin(&now);
    play.token = "wrong";
    send(&play, "GET", USERS, NULL, 401);
    play.token = NULL;
    assert_string_equal(at(&play, "/health_monitoring/connectivity/authentication_status"), "\"invalid\"");
    assert_true(has_line(&play, "scimulator_scim_authentication{organization=\"acme\",status=\"invalid\"} 1"));
    assert_true(has_line(&play, "scimulator_scim_authentication{organization=\"acme\",status=\"valid\"} 0"));
    send(&play, "GET", USERS, NULL, 200);
    assert_string_equal(at(&play, "/health_monitoring/connectivity/authentication_status"), "\"valid\"");
    end(&play);
}

static void the_certificate_has_a_last_day(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    struct play play = begin(&now);
    server_set_certificate_until(play.server, INT64_C(1798761600000));
    assert_string_equal(at(&play, "/health_monitoring/connectivity/certificate_validity"), "\"2027-01-01\"");
    assert_true(has_line(&play, "scimulator_certificate_until_timestamp_seconds 1798761600"));
    end(&play);
}

static void scim_that_is_off_is_not_reachable(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    struct play play = begin(&now);
    send(&play, "POST", "/admin/organizations/acme/actions", "{\"action\":\"set-organization\",\"saml\":false}", 200);
    assert_string_equal(at(&play, "/health_monitoring/connectivity/endpoint_reachability"), "false");
    assert_true(has_line(&play, "scimulator_scim_reachable{organization=\"acme\"} 0"));
    end(&play);
}

static void what_waits_for_its_slot_is_pending(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    struct play play = begin(&now);
    send(&play, "POST", USERS, "{${user},\"userName\":\"ada@acme.test\",\"externalId\":\"a\"}", 201);
    assert_true(has_line(&play, "scimulator_pending_changes{organization=\"acme\"} 0"));
    send(&play, "POST", "/admin/organizations/acme/actions",
         "{\"action\":\"set-policies\",\"policies\":{\"sync_config\":{\"sync_frequency\":\"hourly\"}}}", 200);
    send(&play, "GET", USERS "?filter=userName%20eq%20%22ada@acme.test%22", NULL, 200);
    struct error err;
    const json *body = json_parse(play.arena, play.response.body, "list", &err);
    const char *target = arena_printf(play.arena, USERS "/%s", json_text(json_pointer(body, "/Resources/0/id")));
    send(&play, "PATCH", target, "{${patch},\"Operations\":[{\"op\":\"add\",\"path\":\"title\",\"value\":\"Chief\"}]}", 200);
    assert_string_equal(at(&play, "/health_monitoring/sync_status/pending_changes"), "1");
    assert_true(has_line(&play, "scimulator_pending_changes{organization=\"acme\"} 1"));
    end(&play);
}

static void metrics_are_the_same_counters(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    struct play play = begin(&now);
    send(&play, "POST", USERS, "{${user},\"userName\":\"ada@acme.test\"}", 201);
    send(&play, "POST", USERS, "{${user},\"userName\":\"ada@acme.test\"}", 409);
    send(&play, "GET", USERS, NULL, 200);
    assert_true(has_line(&play, "scimulator_requests_total{organization=\"acme\",door=\"scim\",code=\"2xx\"} 2"));
    assert_true(has_line(&play, "scimulator_requests_total{organization=\"acme\",door=\"scim\",code=\"4xx\"} 1"));
    assert_true(has_line(&play, "scimulator_scim_request_seconds_count{organization=\"acme\"} 3"));
    assert_true(has_line(&play, "scimulator_scim_request_seconds_bucket{organization=\"acme\",le=\"+Inf\"} 3"));
    assert_true(has_line(&play, "scimulator_scim_failed_writes_total{organization=\"acme\"} 1"));
    assert_true(has_line(&play, "scimulator_scim_last_write_timestamp_seconds{organization=\"acme\"} 1795369537.000"));
    assert_true(has_line(&play, "scimulator_users{organization=\"acme\"} 4")); /* ada, eve, root and the break-glass owner */
    assert_true(has_line(&play, "scimulator_groups{organization=\"acme\"} 0"));
    assert_true(has_line(&play, "scimulator_scim_reachable{organization=\"acme\"} 1"));
    assert_true(has_line(&play, "scimulator_scim_authentication{organization=\"acme\",status=\"valid\"} 1"));
    assert_string_equal(http_header(&play.response.headers, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    end(&play);
}

static void organizations_count_apart(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    struct play play = begin(&now);
    send(&play, "POST", "/admin/organizations", "{\"name\":\"Other\",\"id\":\"other\",\"scimToken\":\"other-secret\"}", 201);
    send(&play, "GET", USERS, NULL, 200);
    assert_true(has_line(&play, "scimulator_requests_total{organization=\"acme\",door=\"scim\",code=\"2xx\"} 1"));
    assert_false(has_line(&play, "scimulator_requests_total{organization=\"other\",door=\"scim\",*"));
    end(&play);
}

static void only_the_admin_token_opens_them(void **state)
{
    UNUSED(state);
    static const char *const tokens[] = {"nobody", "scim-secret", "wrong"};
    int64_t now = 1795369537000;
    struct play play = begin(&now);
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        play.token = tokens[i];
        send(&play, "GET", HEALTH, NULL, 401);
        send(&play, "GET", METRICS, NULL, 401);
    }
    end(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_happened),
        cmocka_unit_test(rates_and_times_are_those_of_scim_requests),
        cmocka_unit_test(a_wrong_token_shows),
        cmocka_unit_test(the_certificate_has_a_last_day),
        cmocka_unit_test(scim_that_is_off_is_not_reachable),
        cmocka_unit_test(what_waits_for_its_slot_is_pending),
        cmocka_unit_test(metrics_are_the_same_counters),
        cmocka_unit_test(organizations_count_apart),
        cmocka_unit_test(only_the_admin_token_opens_them),
    };
    return tap_run("server health", tests);
}
