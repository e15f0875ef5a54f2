/* A case against a small made-up server: what ends a run and what does not, clean-up, other people's servers, secrets, chance. */
#include "common/base.h"

#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/http_server.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/play.h"
#include "runner/scenario.h"
#include "runner/target.h"
#include "simulator/dialect.h"
#include "tests/tap.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define ADMIN_TOKEN "admin-token-of-the-test"
#define SCIM_TOKEN  "scim-token-of-the-test"
#define MAX_LOG     200

/* --- the server ------------------------------------------------------------------------------------------------------------------------------ */

struct fake {
    struct http_server *server;
    pthread_mutex_t lock;
    char log[MAX_LOG][200]; /* "POST /admin/organizations" in order of arrival */
    char bodies[MAX_LOG][600];
    size_t count, users;
    const char *drop;    /* "POST /Users": that request gets no reply */
    bool no_etag;        /* says that it has no versions */
    bool keeps;          /* refuses to delete people */
    bool no_id;          /* the reply to a create tells no id */
    int setup;           /* status of POST /admin/organizations; 0: 201 */
    volatile int *stops; /* set to 1 by POST /Users */
};

static void json_reply(struct arena *arena, struct http_response *response, int status, const char *body)
{
    response->status = status;
    http_add_header(arena, &response->headers, "Content-Type", "application/scim+json");
    response->body = (struct bytes){body, strlen(body)};
}

static const char access_document[] = "{\"scim\": \"enabled\", \"resources\": [], \"groups\": [], \"projects\": [], \"users\": "
                                      "[{\"user\": \"owner@acme.test\", \"account\": \"0\","
                                      " \"status\": \"active\", \"breakGlass\": true, \"signIn\": \"allowed\", \"access\": []}]}";

static void create_user(struct fake *fake, struct arena *arena, struct http_response *response)
{
    const char *id = arena_printf(arena, "u%zu", ++fake->users);
    if (fake->no_id) {
        json_reply(arena, response, 201, "{\"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"], \"userName\": \"x\"}");
        return;
    }
    http_add_header(arena, &response->headers, "Location", arena_printf(arena, "/Users/%s", id));
    json_reply(arena, response, 201,
               arena_printf(arena,
                            "{\"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"], \"id\": \"%s\", \"userName\": "
                            "\"x\", \"active\": true,"
                            " \"meta\": {\"resourceType\": \"User\"}, \"password\": \"" SCIM_TOKEN "\"}",
                            id));
}

static void answer(struct fake *fake, struct arena *arena, const char *line, struct http_response *response)
{
    static const char empty_list[] =
        "{\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"], \"totalResults\": 0, \"Resources\": []}";
    if (strcmp(line, "POST /admin/organizations") == 0)
        json_reply(arena, response, fake->setup != 0 ? fake->setup : 201, "{\"message\": \"no such plan\"}");
    else if (strstr(line, "/access") != NULL)
        json_reply(arena, response, 200, access_document);
    else if (text_ends(line, "/ServiceProviderConfig"))
        json_reply(arena, response, 200,
                   fake->no_etag ? "{\"etag\": {\"supported\": false}}" : "{\"etag\": {\"supported\": true}}");
    else if (text_starts(line, "DELETE ") && strstr(line, "/Users/") != NULL && fake->keeps)
        response->status = 403;
    else if (text_starts(line, "DELETE "))
        response->status = 204;
    else if (text_ends(line, "/scim/v2/Users") && text_starts(line, "POST "))
        create_user(fake, arena, response);
    else
        json_reply(arena, response, 200, empty_list);
}

static void handle(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    struct fake *fake = context;
    const char *line = arena_printf(arena, "%s %s", request->method, request->target);
    pthread_mutex_lock(&fake->lock);
    if (fake->count < MAX_LOG) {
        snprintf(fake->log[fake->count], sizeof fake->log[0], "%s", line);
        snprintf(fake->bodies[fake->count++], sizeof fake->bodies[0], "%.*s", (int)request->body.n,
                 request->body.p == NULL ? "" : request->body.p);
    }
    if (fake->stops != NULL && text_starts(line, "POST ") && text_ends(line, "/Users"))
        __atomic_store_n(fake->stops, 1, __ATOMIC_RELAXED);
    if (fake->drop != NULL && text_starts(line, "POST ") && text_ends(line, fake->drop))
        response->status = HTTP_SERVER_DROP;
    else
        answer(fake, arena, line, response);
    pthread_mutex_unlock(&fake->lock);
}

static size_t seen(struct fake *fake, const char *prefix)
{
    size_t n = 0;
    for (size_t i = 0; i < fake->count; i++)
        n += text_starts(fake->log[i], prefix);
    return n;
}

/* --- a case ------------------------------------------------------------------------------------------------------------------------------------ */

struct stage {
    struct arena *arena;
    struct fake fake;
    struct target target;
    struct case_result result;
    struct error err;
};

static void open_stage(struct stage *stage, bool own)
{
    memset(stage, 0, sizeof *stage);
    stage->arena = arena_new();
    pthread_mutex_init(&stage->fake.lock, NULL);
    assert_true(http_client_setup(&stage->err));
    stage->fake.server = http_server_start(&(struct http_server_options){0}, handle, &stage->fake, &stage->err);
    assert_non_null(stage->fake.server);
    const char *base = arena_printf(stage->arena, "http://127.0.0.1:%u", http_server_port(stage->fake.server));
    stage->target = (struct target){.name = "fake",
                                    .scim_base = arena_printf(stage->arena, "%s/scim/v2", base),
                                    .credentials.token = SCIM_TOKEN,
                                    .admin_base = own ? arena_printf(stage->arena, "%s/admin", base) : NULL,
                                    .admin_token = own ? ADMIN_TOKEN : NULL};
}

static void close_stage(struct stage *stage)
{
    if (stage->fake.server != NULL)
        http_server_stop(stage->fake.server);
    arena_free(stage->arena);
    pthread_mutex_destroy(&stage->fake.lock);
}

#define ORGANIZATION "\"organization\": {\"plan\": \"v8.pro\"}, "

static bool play(struct stage *stage, const char *extra, const char *idp, const char *steps, const volatile int *stop,
                 uint64_t seed)
{
    const char *text = arena_printf(
        stage->arena,
        "{\"id\": \"a.b\", \"title\": \"T\", \"why\": \"W\", \"covers\": [\"K01\"], \"tags\": [\"t\"], \"idp\": [\"%s\"], %s"
        "\"directory\": {\"users\": {\"ada\": {\"givenName\": \"Ada\", \"email\": \"ada@acme.test\"}}}, \"steps\": [%s]}",
        idp, extra, steps);
    struct complaints *complaints = arena_alloc(stage->arena, sizeof *complaints);
    struct scenario *scenario = NULL;
    if (!scenario_load(stage->arena, (struct bytes){text, strlen(text)}, "t.json", &scenario, complaints))
        fail_msg("%s: %s", complaints->items[0].where, complaints->items[0].message);
    const struct dialect *dialect = strcmp(idp, "rfc") == 0 ? NULL : dialect_find(idp);
    struct play_options options = {.seed = seed, .stop = stop, .exchanges = true};
    return case_play(&stage->target, scenario, dialect, &options, stage->arena, &stage->result, &stage->err);
}

static bool has_rule(const struct stage *stage, const char *rule)
{
    for (size_t i = 0; i < stage->result.finding_count; i++)
        if (strcmp(stage->result.findings[i].rule, rule) == 0)
            return true;
    return false;
}

/* --- promises ------------------------------------------------------------------------------------------------------------------------------------ */

static void a_lost_reply_is_a_finding(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    s.fake.drop = "/Users";
    assert_true(play(&s, "", "okta-aiw", "{\"assign\": \"ada\"}, {\"test-connection\": true}", NULL, 1));
    assert_int_equal(s.result.outcome, OUTCOME_FAILED);
    assert_true(has_rule(&s, "protocol.no-reply"));
    assert_int_equal(s.result.step_count, 3); /* set-up and both steps: the story went on */
    assert_int_equal(seen(&s.fake, "DELETE /admin/organizations/"), 1);
    close_stage(&s);
}

static void a_server_that_is_gone_ends_the_run(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    http_server_stop(s.fake.server);
    s.fake.server = NULL;
    assert_false(play(&s, "", "okta-aiw", "{\"assign\": \"ada\"}", NULL, 1));
    assert_int_equal(s.err.code, ERROR_UNREACHABLE);
    assert_int_equal(s.result.outcome, OUTCOME_ERROR);
    assert_string_equal(s.result.id, "a.b");
    assert_non_null(s.result.reason);
    close_stage(&s);
}

static void refused_credentials_end_the_run(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    s.fake.setup = 401;
    assert_false(play(&s, "", "okta-aiw", "{\"assign\": \"ada\"}", NULL, 1));
    assert_int_equal(s.err.code, ERROR_CREDENTIALS);
    close_stage(&s);
}

static void a_refused_setup_is_an_error_of_the_case(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    s.fake.setup = 400;
    assert_true(play(&s, "", "okta-aiw", "{\"assign\": \"ada\"}", NULL, 1));
    assert_int_equal(s.result.outcome, OUTCOME_ERROR);
    assert_non_null(strstr(s.result.reason, "no such plan"));
    close_stage(&s);
}

static void an_interrupted_case_cleans_up(void **state)
{
    UNUSED(state);
    struct stage s;
    volatile int stop = 0;
    open_stage(&s, true);
    s.fake.stops = &stop;
    assert_false(play(&s, "", "okta-aiw", "{\"assign\": \"ada\"}, {\"assign\": \"ada\"}", &stop, 1));
    assert_int_equal(s.err.code, ERROR_INTERRUPTED);
    assert_int_equal(seen(&s.fake, "DELETE /admin/organizations/"), 1);
    close_stage(&s);
}

static void other_servers_get_prefixed_names_and_are_cleaned(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    s.target.user_domain = "example.org";
    assert_true(play(&s, "", "okta-template", "{\"assign\": \"ada\"}, {\"expect\": {\"access\": {\"ada\": {}}}}", NULL, 1));
    size_t posts = 0;
    for (size_t i = 0; i < s.fake.count; i++)
        if (strcmp(s.fake.log[i], "POST /scim/v2/Users") == 0) {
            posts++;
            assert_non_null(strstr(s.fake.bodies[i], "-ada@example.org\""));
        }
    assert_int_equal(posts, 1);
    assert_int_equal(seen(&s.fake, "DELETE /scim/v2/Users/u1"), 1);
    assert_int_equal(seen(&s.fake, "POST /admin"), 0);
    assert_non_null(strstr(s.result.reason, "not observable"));
    close_stage(&s);
}

static void what_cannot_be_deleted_is_told(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    s.fake.keeps = true;
    assert_true(play(&s, "", "okta-template", "{\"assign\": \"ada\"}", NULL, 1));
    assert_string_equal(s.result.leftovers, "/Users/u1");
    assert_non_null(strstr(s.result.reason, "left on the server: /Users/u1"));
    close_stage(&s);
}

static void a_story_that_needs_another_plan_is_skipped_there(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    assert_true(play(&s, ORGANIZATION, "entra", "{\"assign\": \"ada\"}", NULL, 1));
    assert_int_equal(s.result.outcome, OUTCOME_SKIPPED);
    assert_non_null(s.result.reason);
    assert_int_equal(s.fake.count, 0);
    close_stage(&s);
}

static void a_story_that_needs_what_the_server_lacks_is_skipped(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    s.fake.no_etag = true;
    assert_true(play(&s, "\"needs\": [\"etag\"], ", "entra", "{\"assign\": \"ada\"}", NULL, 1));
    assert_int_equal(s.result.outcome, OUTCOME_SKIPPED);
    assert_non_null(strstr(s.result.reason, "etag"));
    assert_int_equal(s.fake.users, 0);
    assert_int_equal(seen(&s.fake, "DELETE /admin/organizations/"), 1);
    s.fake.no_etag = false;
    assert_true(play(&s, "\"needs\": [\"etag\"], ", "entra", "{\"assign\": \"ada\"}", NULL, 1));
    assert_int_not_equal(s.result.outcome, OUTCOME_SKIPPED);
    assert_int_equal(s.fake.users, 1);
    close_stage(&s);
}

static void what_the_provider_cannot_use_is_a_finding(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    s.fake.no_id = true;
    assert_true(play(&s, "", "okta-aiw", "{\"assign\": \"ada\"}", NULL, 1));
    assert_true(has_rule(&s, "okta.create-needs-id"));
    close_stage(&s);
}

static void a_requirement_that_says_should_gives_a_warning(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    assert_true(play(&s, "", "rfc",
                     "{\"request\": {\"method\": \"GET\", \"target\": \"/a\"}, \"response\": {\"status\": 404, \"rule\": "
                     "\"RFC7644-3.5.2.1-10\"}}",
                     NULL, 1));
    bool warned = false;
    for (size_t i = 0; i < s.result.finding_count; i++)
        warned = warned ||
                 (strcmp(s.result.findings[i].rule, "RFC7644-3.5.2.1-10") == 0 && s.result.findings[i].level == LEVEL_SHOULD);
    assert_true(warned);
    close_stage(&s);
}

static void check_clean(const char *text, size_t n)
{
    for (size_t i = 0; text != NULL && i + strlen(SCIM_TOKEN) <= n; i++)
        if (memcmp(text + i, SCIM_TOKEN, strlen(SCIM_TOKEN)) == 0 || memcmp(text + i, ADMIN_TOKEN, strlen(SCIM_TOKEN)) == 0)
            fail_msg("a secret in %.*s", (int)n, text);
}

static void check_headers(const struct http_headers *headers)
{
    for (size_t i = 0; i < headers->count; i++)
        check_clean(headers->items[i].value, strlen(headers->items[i].value));
}

static void exchanges_hold_no_secret(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    assert_true(play(&s, "", "entra", "{\"assign\": \"ada\"}", NULL, 1));
    assert_true(s.result.exchange_count > 3);
    for (size_t i = 0; i < s.result.exchange_count; i++) {
        const struct exchange *x = &s.result.exchanges[i];
        check_headers(&x->request->headers);
        check_headers(&x->response->headers);
        check_clean(x->request->body.p, x->request->body.n);
        check_clean(x->response->body.p, x->response->body.n);
    }
    for (size_t i = 0; i < s.result.finding_count; i++)
        if (s.result.findings[i].actual != NULL)
            check_clean(s.result.findings[i].actual, strlen(s.result.findings[i].actual));
    close_stage(&s);
}

static void chance_follows_from_seed_and_case(void **state)
{
    UNUSED(state);
    struct stage s;
    char first[3][200];
    open_stage(&s, true);
    for (uint64_t i = 0; i < 3; i++) { /* twice seed 1, then another */
        s.fake.count = 0;
        assert_true(play(&s, "", "entra", "{\"assign\": \"ada\"}", NULL, i < 2 ? 1 : 2));
        for (size_t k = 0; k < s.fake.count; k++)
            if (text_starts(s.fake.log[k], "DELETE /admin"))
                snprintf(first[i], sizeof first[i], "%s", s.fake.log[k]);
    }
    assert_string_equal(first[0], first[1]);
    assert_string_not_equal(first[0], first[2]);
    close_stage(&s);
}

static void counts_what_the_provider_sent(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    assert_true(play(&s, "", "okta-aiw", "{\"assign\": \"ada\"}", NULL, 1));
    size_t provider = 0;
    for (size_t i = 0; i < s.result.exchange_count; i++)
        provider += s.result.exchanges[i].side == SIDE_IDP;
    assert_int_equal(s.result.requests, provider);
    assert_int_equal(s.result.requests, 2); /* Okta looks the person up, then creates */
    close_stage(&s);
}

static void raw_requests_save_and_match(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    assert_true(play(
        &s, "", "rfc",
        "{\"request\": {\"method\": \"POST\", \"target\": \"/Users\", \"body\": {\"a\": 1}}, \"response\": {\"status\": 201,"
        " \"headers\": {\"Location\": \"*\"}, \"body\": {\"id\": {\"$matches\": \"u*\"}}}, \"save\": {\"id\": \"/id\"}},"
        "{\"request\": {\"method\": \"GET\", \"target\": \"/Users/${id}\", \"auth\": \"none\"}, \"response\": {\"status\": 404}}",
        NULL, 1));
    assert_true(has_rule(&s, "expect.response")); /* the second one: 200, not 404 */
    size_t mismatches = 0;
    for (size_t i = 0; i < s.result.finding_count; i++)
        mismatches += strcmp(s.result.findings[i].rule, "expect.response") == 0;
    assert_int_equal(mismatches, 1);
    bool by_id = false;
    for (size_t i = 0; i < s.fake.count; i++)
        by_id = by_id || text_ends(s.fake.log[i], "/scim/v2/Users/u1");
    assert_true(by_id);
    close_stage(&s);
}

static void branches_are_recorded_in_order(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    assert_true(play(&s, "", "rfc",
                     "{\"parallel\": [[{\"request\": {\"method\": \"GET\", \"target\": \"/a\"}}, {\"request\": {\"method\": "
                     "\"GET\", \"target\": \"/b\"}}],"
                     " [{\"request\": {\"method\": \"GET\", \"target\": \"/c\"}}]]}",
                     NULL, 1));
    const char *targets = "";
    for (size_t i = 0; i < s.result.exchange_count; i++)
        if (s.result.exchanges[i].side == SIDE_IDP)
            targets = arena_printf(s.arena, "%s%s", targets, s.result.exchanges[i].request->target);
    assert_string_equal(targets, "/a/b/c");
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_reply_is_a_finding),
        cmocka_unit_test(a_server_that_is_gone_ends_the_run),
        cmocka_unit_test(refused_credentials_end_the_run),
        cmocka_unit_test(a_refused_setup_is_an_error_of_the_case),
        cmocka_unit_test(an_interrupted_case_cleans_up),
        cmocka_unit_test(other_servers_get_prefixed_names_and_are_cleaned),
        cmocka_unit_test(a_story_that_needs_what_the_server_lacks_is_skipped),
        cmocka_unit_test(what_the_provider_cannot_use_is_a_finding),
        cmocka_unit_test(a_requirement_that_says_should_gives_a_warning),
        cmocka_unit_test(what_cannot_be_deleted_is_told),
        cmocka_unit_test(a_story_that_needs_another_plan_is_skipped_there),
        cmocka_unit_test(exchanges_hold_no_secret),
        cmocka_unit_test(chance_follows_from_seed_and_case),
        cmocka_unit_test(counts_what_the_provider_sent),
        cmocka_unit_test(raw_requests_save_and_match),
        cmocka_unit_test(branches_are_recorded_in_order),
    };
    return tap_run("play", tests);
}
