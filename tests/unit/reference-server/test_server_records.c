/* Records: events of the audit trail, access reviews, reports, and when access changed. */
#include "tests/unit/reference-server/test_server_play.h"

#include "tests/unit/reference-server/stored.h"

static struct play play;
static const struct table_case no_row = {.name = "records"};

static void begin(const int64_t *now)
{
    play = (struct play){.arena = arena_new(), .row = &no_row};
    play_start(&play, now);
}

static void end(void)
{
    server_free(play.server);
    arena_free(play.arena);
}

static const char *send(const char *method, const char *target, const char *body, int status)
{
    body = play_expand(&play, body);
    play_send(&play, method, target, (struct bytes){body, strlen(body)});
    if (play.response.status != status)
        play_fail(&play, "%s %s should be %d", method, target, status);
    return arena_strndup(play.arena, play.response.body.p, play.response.body.n);
}

#define REPORTS "/admin/organizations/acme/reports/"
#define ACTIONS "/admin/organizations/acme/actions"

static void reports_as_csv(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    begin(&now);
    (void)send("POST", PLAY_ROOT "/scim/v2/Users", "{${user},\"userName\":\"=1+1\"}", 201);
    const char *access = send("GET", REPORTS "access?format=csv&user=eve@acme.test", "", 200);
    assert_string_equal(http_header(&play.response.headers, "Content-Type"), "text/csv; charset=utf-8; header=present");
    assert_true(text_glob("user,user_id,status,org_role,resource,role,state,via\r\n"
                          "eve@acme.test,*,active,user,Sales,viewer,member,manual (viewer)\r\n",
                          access));
    const char *changes = send("GET", REPORTS "changes?format=csv&after=1", "", 200);
    assert_true(text_glob("time,sequence,request,actor,action,event,user,user_id,group,resource,field,old,new\r\n"
                          "2026-11-22T17:45:37.000Z,2,2,default,user.create,user_created,'=1+1,*,,,account,,created\r\n",
                          changes));
    const char *success = send("GET", REPORTS "success?format=csv", "", 200);
    assert_true(
        text_starts(success, "operation,succeeded,failed,success_rate\r\nuser.create,1,0,100.0%\r\nuser.replace,0,0,null\r\n"));
    const char *speed = send("GET", REPORTS "speed?format=csv", "", 200);
    assert_true(text_starts(speed, "up_to_seconds,count\r\n0.0001,"));
    end();
}

/* What changed, old and new; a secret by name alone. */
static void the_trail_as_csv(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    begin(&now);
    (void)send("POST", PLAY_ROOT "/scim/v2/Users",
               "{${user},\"userName\":\"ada@acme.test\",\"title\":\"Clerk\",\"password\":\"before it\"}", 201);
    const char *id = json_get_text(json_parse(play.arena, play.response.body, "ada", NULL), "id", "");
    (void)send("PATCH", arena_printf(play.arena, PLAY_ROOT "/scim/v2/Users/%s", id),
               "{${patch},\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"Chief\"},"
               "{\"op\":\"replace\",\"path\":\"password\",\"value\":\"correct horse\"}]}",
               200);
    (void)send("POST", ACTIONS, "{\"action\":\"grant\",\"user\":\"ada@acme.test\",\"resource\":\"Roadmap\",\"role\":\"editor\"}",
               200);
    (void)send("POST", ACTIONS, "{\"action\":\"set-organization\",\"settings\":{\"seats\":9}}", 200);
    const char *csv = send("GET", "/admin/organizations/acme/audit?format=csv&after=2", "", 200);
    assert_true(text_glob("*,request,events,changes\r\n"
                          "3,*,user_updated sync_operations,title: Clerk -> Chief; password:  -> \r\n"
                          "4,*,permission_changes,grant of ada@acme.test on Roadmap: none -> editor; "
                          "access of ada@acme.test on Roadmap: none -> editor\r\n"
                          "5,*,configuration_changes,settings.seats: 0 -> 9\r\n",
                          csv));
    end();
}

/* The widest thing a request can do to a trail: its entry is bounded, and says how much it left out. */
static void a_large_group_has_a_bounded_entry(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    struct buffer b = buffer_new(0);
    begin(&now);
    buffer_add(&b, "{${group},\"displayName\":\"All\",\"members\":[");
    for (size_t i = 0; i < 150; i++) {
        const char *user = arena_printf(play.arena, "{${user},\"userName\":\"p%zu@acme.test\"}", i);
        struct error err;
        const char *reply = send("POST", PLAY_ROOT "/scim/v2/Users", user, 201);
        const json *made = json_parse(play.arena, (struct bytes){reply, strlen(reply)}, "user", &err);
        buffer_printf(&b, "%s{\"value\":\"%s\"}", i == 0 ? "" : ",", json_get_text(made, "id", ""));
    }
    buffer_add(&b, "]}");
    (void)send("POST", PLAY_ROOT "/scim/v2/Groups", buffer_take(&b, play.arena), 201);
    const char *text = send("GET", "/admin/organizations/acme/audit?after=151", "", 200);
    struct error err;
    const json *entry = json_parse(play.arena, (struct bytes){text, strcspn(text, "\n")}, "entry", &err);
    assert_int_equal(json_count(json_get(entry, "events")), 101); /* 100 memberships, and the operation itself */
    assert_int_equal(json_get_integer(entry, "more", 0), 50);
    (void)send("POST", "/admin/organizations/acme/actions",
               "{\"action\":\"grant\",\"group\":\"All\",\"resource\":\"Roadmap\",\"role\":\"viewer\"}", 200);
    text = send("GET", "/admin/organizations/acme/audit?after=152", "", 200);
    entry = json_parse(play.arena, (struct bytes){text, strcspn(text, "\n")}, "entry", &err);
    assert_int_equal(json_count(json_get(entry, "events")), 100); /* the grant, and what it did to 99 */
    end();
}

/* What the clock has done is in the trail for the very request that noticed, with a data file too. */
static void what_the_clock_did_is_told_at_once(void **state)
{
    UNUSED(state);
    int64_t now = 1795369537000;
    play = (struct play){.arena = arena_new(), .row = &no_row};
    const char *path = stored_path(play.arena, "records");
    stored_remove(play.arena, path);
    play.store = stored_open(path);
    play_start(&play, &now);
    (void)send("POST", "/admin/organizations/acme/actions",
               "{\"action\":\"open-review\",\"name\":\"Q4\",\"due\":\"1d\",\"undecided\":\"revoke\",\"user\":\"eve@acme.test\"}",
               200);
    now += 2 * DAY_MS;
    const char *why = send("GET", "/admin/organizations/acme/why?user=eve@acme.test&resource=Sales", "", 200);
    assert_non_null(strstr(why, "\"role\":\"none\""));
    assert_non_null(strstr(why, "\"actor\":\"clock\",\"action\":\"review.close\""));
    server_free(play.server);
    store_close(play.store);
    stored_remove(play.arena, path);
    arena_free(play.arena);
}

/* The same row with a data file. */
static void row_stored(void **state)
{
    int64_t now = 1795369537000;
    play = (struct play){.arena = arena_new(), .row = *state};
    const char *path = stored_path(play.arena, "together");
    stored_remove(play.arena, path);
    play.store = stored_open(path);
    play_start(&play, &now);
    play_lines(&play, table_need(play.row, "do"));
    server_free(play.server);
    store_close(play.store);
    stored_remove(play.arena, path);
    arena_free(play.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_as_csv),
        cmocka_unit_test(the_trail_as_csv),
        cmocka_unit_test(a_large_group_has_a_bounded_entry),
        cmocka_unit_test(what_the_clock_did_is_told_at_once),
    };
    static const char *const tables[] = {"records_events",  "records_when",     "records_reviews",
                                         "records_reports", "records_together", "records_waiting"};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int status = 0;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        status |= tap_table(tables[i], arena_printf(arena, "tests/tables/%s.table", tables[i]), play_row);
    status |= tap_table("records_together, stored", "tests/tables/records_together.table", row_stored);
    return status | tap_run("server records", tests);
}
