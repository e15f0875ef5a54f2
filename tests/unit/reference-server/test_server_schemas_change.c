/* A data file and a server that is started with other schema files: `do` is played with them, `without` after a restart without, `again` after another
 * one with them. What is shown fits the schemas that there are, and nothing that was stored is lost. Source: RFC 7643 section 3. */
#include "tests/unit/reference-server/stored.h"
#include "tests/unit/reference-server/test_server_play.h"

static void restart(struct play *play, const char *path, const int64_t *now, struct json_document *schemas)
{
    struct server_options options = {.clock = clock_fixed(now), .admin_token = "admin-secret", .seeded = true, .seed = 1};
    struct error err;
    options.schema_count = schemas != NULL;
    options.schemas = schemas;
    server_free(play->server);
    store_close(play->store);
    options.store = play->store = stored_open(path);
    play->server = server_new(&options, &err);
    assert_non_null(play->server);
    assert_true(server_load(play->server, &err));
}

static void changed_row(void **state)
{
    int64_t now = 1795369537000;
    struct play play = {.arena = arena_new(), .row = *state};
    struct json_document schemas;
    const char *path = stored_path(play.arena, "schemas-change");
    stored_remove(play.arena, path);
    play.store = stored_open(path);
    play_start(&play, &now);
    play_lines(&play, table_need(play.row, "do"));
    restart(&play, path, &now, NULL);
    play_lines(&play, table_need(play.row, "without"));
    play_schemas(&play, &schemas);
    restart(&play, path, &now, &schemas);
    play_lines(&play, table_need(play.row, "again"));
    server_free(play.server);
    store_close(play.store);
    stored_remove(play.arena, path);
    arena_free(play.arena);
}

int main(void)
{
    return tap_table("other schema files after a restart", "tests/tables/scim_http_schemas_change.table", changed_row);
}
