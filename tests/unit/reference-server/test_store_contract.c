/* Both backends do the same: every table of requests is played on SQLite, too. After each request the file holds what the model holds, a refused one
 * leaves it byte for byte as it was, and after each case the server is closed and comes up from the file as it was. */
#include "tests/unit/reference-server/test_server_play.h"

#include "tests/unit/reference-server/stored.h"

#include "reference-server/state.h"

static const char *before; /* the records before the request that runs */

static const char *snapshot_of(struct play *play, const char *id)
{
    struct tenant *tenant = tenant_lock(play->server, id);
    if (tenant == NULL)
        return "";
    const char *text = json_print_pretty(play->arena, organization_snapshot(play->arena, tenant->organization));
    tenant_unlock(tenant);
    return text;
}

/* The dump without what is told of a refusal, which is no part of the state: its entry in the trail, alerts, and the numbers that they take. */
static const char *state_in(struct play *play, const char *dump)
{
    static const char *const told[] = {" sequence ", " notification ", " audit "};
    struct buffer b = buffer_new(0);
    const char *const *lines;
    size_t count = text_split(play->arena, dump, '\n', &lines);
    for (size_t i = 0; i < count; i++) {
        bool tells = false;
        for (size_t k = 0; k < ARRAY_LEN(told); k++)
            tells = tells || text_starts(lines[i] + strcspn(lines[i], " "), told[k]);
        if (!tells)
            buffer_printf(&b, "%s\n", lines[i]);
    }
    return buffer_take(&b, play->arena);
}

/* A failed credential or a wrong body stores nothing; what a defect does is its own affair. */
static void check_request(struct play *play, bool refused)
{
    struct tenant *tenant = tenant_lock(play->server, "acme");
    const char *dump = stored_dump(play->arena, play->store);
    if (refused && !play->wrong && strcmp(state_in(play, before), state_in(play, dump)) != 0)
        play_fail(play, "a refused request changed the file: %.600s", stored_difference(play->arena, before, dump));
    before = dump;
    if (tenant == NULL)
        return;
    const char *stored = stored_snapshot(play->arena, play->store, tenant->organization);
    const char *held = json_print_pretty(play->arena, organization_snapshot(play->arena, tenant->organization));
    tenant_unlock(tenant);
    if (strcmp(stored, held) != 0)
        play_fail(play, "the file does not hold what the model holds: %.600s", stored_difference(play->arena, held, stored));
}

static const char *all_snapshots(struct play *play)
{
    struct buffer b = buffer_new(0);
    const json *ids = tenant_ids(play->server, play->arena);
    for (const json *id = json_first(ids); id != NULL; id = json_next(id))
        buffer_add(&b, snapshot_of(play, json_text(id)));
    return buffer_take(&b, play->arena);
}

static void reopen(struct play *play, const char *path, const int64_t *now)
{
    struct server_options options = {.clock = clock_fixed(now), .admin_token = "admin-secret", .seeded = true, .seed = 1};
    struct error err;
    struct json_document schemas;
    options.schema_count = table_field(play->row, "schemas") != NULL;
    if (options.schema_count > 0)
        play_schemas(play, &schemas);
    options.schemas = &schemas;
    server_free(play->server);
    store_close(play->store);
    options.store = play->store = stored_open(path);
    play->server = server_new(&options, &err);
    assert_non_null(play->server);
    assert_true(server_load(play->server, &err));
}

static void stored_row(void **state)
{
    int64_t now = 1795369537000;
    struct play play = {.arena = arena_new(), .row = *state, .after = check_request};
    const char *path = stored_path(play.arena, "contract");
    before = "";
    stored_remove(play.arena, path);
    play.store = stored_open(path);
    play_start(&play, &now);
    before = stored_dump(play.arena, play.store);
    play_lines(&play, table_need(play.row, "do"));
    const char *held = all_snapshots(&play);
    reopen(&play, path, &now);
    const char *again = all_snapshots(&play);
    if (strcmp(held, again) != 0)
        fail_msg("%s: after a restart: %.600s", play.row->name, stored_difference(play.arena, held, again));
    server_free(play.server);
    store_close(play.store);
    stored_remove(play.arena, path);
    arena_free(play.arena);
}

int main(void)
{
    static const char *const names[] = {"authzen",
                                        "rfc7643_people",
                                        "rfc7643_resources",
                                        "rfc7643_values",
                                        "access_mapping",
                                        "rfc7644_http",
                                        "rfc7644_write",
                                        "rfc7644_read",
                                        "rfc7644_filter",
                                        "rfc7644_patch",
                                        "rfc7644_errors",
                                        "rfc9865",
                                        "scim_http_auth",
                                        "scim_http_auth_addresses",
                                        "scim_http_auth_basic",
                                        "scim_http_auth_certificates",
                                        "scim_http_auth_headers",
                                        "scim_http_auth_oauth",
                                        "scim_http_auth_passwords",
                                        "scim_http_bulk",
                                        "scim_http_cursor",
                                        "scim_http_custom",
                                        "scim_http_defects",
                                        "scim_http_doors",
                                        "scim_http_entitlements",
                                        "scim_http_groups",
                                        "scim_http_hostile",
                                        "scim_http_leavers",
                                        "scim_http_limits",
                                        "scim_http_lists",
                                        "scim_http_negotiation",
                                        "scim_http_nested",
                                        "scim_http_protocol",
                                        "scim_http_providers",
                                        "scim_http_search",
                                        "scim_http_security",
                                        "scim_http_sort",
                                        "scim_http_strict",
                                        "scim_http_users",
                                        "sign_in",
                                        "records_events",
                                        "records_when",
                                        "records_reviews",
                                        "records_reports",
                                        "why"};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int status = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        status |= tap_table(arena_printf(arena, "%s on SQLite", names[i]), arena_printf(arena, "tests/tables/%s.table", names[i]),
                            stored_row);
    return status;
}
