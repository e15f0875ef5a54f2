/* Schema files and a data file. `do` is played with the schema file, `without` after a restart without it, `again` after another one with it; the latter
 * two may be missing. `kept`: texts, separated by blanks, that stand in the records at the end of each of them; `never`: that stand there at no end.
 * Source: RFC 7643 sections 3 (what is shown fits the schemas that there are, and nothing stored is lost) and 7 (writeOnly). */
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

static void check_records(const struct play *play, const char *field, bool there)
{
    const char *dump = stored_dump(play->arena, play->store), *words = table_field(play->row, field);
    char *text = arena_strdup(play->arena, words == NULL ? "" : words), *state = NULL;
    for (char *word = strtok_r(text, " ", &state); word != NULL; word = strtok_r(NULL, " ", &state)) {
        if ((strstr(dump, word) != NULL) != there)
            fail_msg("%s: %s %s in the records", play->row->name, word, there ? "is not" : "stands");
    }
}

static void play_stage(struct play *play, const char *field)
{
    const char *lines = table_field(play->row, field);
    if (lines != NULL)
        play_lines(play, lines);
    check_records(play, "kept", true);
    check_records(play, "never", false);
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
    play_stage(&play, "do");
    restart(&play, path, &now, NULL);
    play_stage(&play, "without");
    play_schemas(&play, &schemas);
    restart(&play, path, &now, &schemas);
    play_stage(&play, "again");
    server_free(play.server);
    store_close(play.store);
    stored_remove(play.arena, path);
    arena_free(play.arena);
}

int main(void)
{
    return tap_table("schema files and a data file", "tests/tables/scim_http_schemas_change.table", changed_row);
}
