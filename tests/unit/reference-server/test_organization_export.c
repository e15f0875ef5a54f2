/* What goes out comes in again: after each case of the tables of requests the organization is exported, set up elsewhere from the document, and exported again. Both documents are
 * the same, and so is everybody's access. */
#include "tests/unit/reference-server/test_server_play.h"

#include "tests/unit/reference-server/stored.h"

#include "common/json_out.h"
#include "common/text.h"

#include "reference-server/model/access_document.h"
#include "reference-server/model/organization_export.h"
#include "reference-server/state.h"

/* What the document leaves behind. */
static void strip(json *access)
{
    static const char *const gone[] = {"sessions", "apiKeys", "invites"};
    json_remove(access, "time");
    for (json *user = json_edit_first(json_edit(access, "users")); user != NULL; user = json_edit_next(user))
        for (size_t i = 0; i < ARRAY_LEN(gone); i++)
            json_remove(user, gone[i]);
}

struct shown {
    const char *document_text, *access_text;
};

/* As `scimulator export` prints it; at the admin door it is the same without blanks, and both are what a tree of it would be printed as. */
static const char *document(struct arena *arena, const struct organization *organization)
{
    struct buffer buffer = buffer_new(SIZE_MAX / 4);
    struct json_out out = json_out_pretty(&buffer);
    organization_export(&out, organization);
    const char *text = buffer_take(&buffer, arena), *compact = organization_export_text(arena, organization);
    struct error err;
    const json *tree = json_parse(arena, (struct bytes){compact, strlen(compact)}, "export", &err);
    assert_non_null(tree);
    assert_string_equal(compact, json_print(arena, tree));
    assert_string_equal(text, json_print_pretty(arena, tree));
    return text;
}

static bool show(struct arena *arena, struct server *server, const char *id, struct shown *out)
{
    struct tenant *tenant = tenant_lock(server, id);
    if (tenant == NULL)
        return false;
    out->document_text = document(arena, tenant->organization);
    json *access = access_document(arena, tenant->organization);
    tenant_unlock(tenant);
    strip(access);
    out->access_text = json_print_pretty(arena, access);
    return true;
}

static struct server *other_server(struct play *play, const int64_t *now)
{
    struct server_options options = {.clock = clock_fixed(now), .admin_token = "admin-secret", .seeded = true, .seed = 2};
    struct json_document schemas;
    struct error err;
    options.schema_count = table_field(play->row, "schemas") != NULL;
    if (options.schema_count > 0)
        play_schemas(play, &schemas);
    options.schemas = &schemas;
    struct server *server = server_new(&options, &err);
    assert_non_null(server);
    return server;
}

static void round_trip(struct play *play, const struct shown *first, const int64_t *now)
{
    struct server *server = other_server(play, now);
    struct json_document document;
    struct shown again;
    json *introduction;
    struct error err;
    char text[1024];
    const struct bytes bytes = {first->document_text, strlen(first->document_text)};
    if (!json_read(play->arena, bytes, "export", &document, &err) ||
        !server_add_organization(server, play->arena, &document, &introduction, &err))
        fail_msg("%s: the export can't be loaded: %s", play->row->name, error_text(&err, text, sizeof text));
    assert_true(show(play->arena, server, "acme", &again));
    if (strcmp(first->document_text, again.document_text) != 0)
        fail_msg("%s: the second export: %.800s", play->row->name,
                 stored_difference(play->arena, first->document_text, again.document_text));
    bool waits = strstr(first->access_text, "\"waiting\"") != NULL; /* which the document leaves behind */
    if (!waits && strcmp(first->access_text, again.access_text) != 0)
        fail_msg("%s: access: %.800s", play->row->name, stored_difference(play->arena, first->access_text, again.access_text));
    server_free(server);
}

static void exported_row(void **state)
{
    int64_t now = 1795369537000;
    struct play play = {.arena = arena_new(), .row = *state};
    struct shown first;
    play_start(&play, &now);
    play_lines(&play, table_need(play.row, "do"));
    if (show(play.arena, play.server, "acme", &first) && table_field(play.row, "defects") == NULL)
        round_trip(&play, &first, &now);
    server_free(play.server);
    arena_free(play.arena);
}

int main(void)
{
    static const char *const names[] = {"rfc7643_people",     "rfc7643_resources", "rfc7644_write",      "rfc7644_patch",
                                        "scim_http_bulk",     "scim_http_custom",  "scim_http_groups",   "scim_http_nested",
                                        "scim_http_search",   "scim_http_users",   "scim_http_protocol", "why",
                                        "organization_export"};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int status = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        status |= tap_table(arena_printf(arena, "%s goes out and comes in", names[i]),
                            arena_printf(arena, "tests/tables/%s.table", names[i]), exported_row);
    return status;
}
