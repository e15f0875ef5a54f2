#include "common/base.h"

#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/serve.h"
#include "runner/commands.h"

#include <stdio.h>
#include <stdlib.h>

/* From a running server, by its admin door: ".../organizations/acme" is what the last part says. */
static bool fetch(struct arena *arena, const char *url, const char *organization, struct buffer *out, struct error *err)
{
    const char *token = getenv("SCIMULATOR_ADMIN_TOKEN");
    if (text_is_blank(token))
        return error_set(err, ERROR_USAGE, "SCIMULATOR_ADMIN_TOKEN", "set it to the admin token of that server", "it is not set");
    if (organization == NULL)
        return error_set(err, ERROR_USAGE, url, "`scimulator export URL ORGANIZATION`",
                         "a server has many organizations: name one");
    if (!http_check_base_url(url, "SOURCE", err))
        return false;
    struct http_client *client = http_client_new(&(const struct http_client_options){0});
    struct http_request request = {
        .method = "GET",
        .target = arena_printf(arena, "/admin/organizations/%s/document", http_escape_component(arena, organization))};
    struct http_response reply;
    http_add_header(arena, &request.headers, "Authorization", arena_printf(arena, "Bearer %s", token));
    bool good = http_client_send(client, url, &request, arena, &reply, err);
    http_client_free(client);
    const json *body = good ? json_parse(arena, reply.body, url, err) : NULL;
    if (body == NULL)
        return false;
    if (reply.status != 200)
        return error_set(err, reply.status == 404 ? ERROR_USAGE : ERROR_UNREACHABLE, url, json_get_text(body, "remedy", ""),
                         "%d %s", reply.status, json_get_text(body, "message", ""));
    json_write_pretty(out, body, 0);
    buffer_add_char(out, '\n');
    return true;
}

int command_export(struct options *options)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const char *source = options->operands[0], *organization = options->operand_count > 1 ? options->operands[1] : NULL;
    bool remote = text_starts(source, "http://") || text_starts(source, "https://");
    struct error err = {0};
    struct buffer text = buffer_new(SERVE_EXPORT_MAX);
    bool good = remote ? fetch(arena, source, organization, &text, &err) : serve_export(source, organization, &text, &err);
    if (good && text.full)
        good = error_set(&err, ERROR_LIMIT, source, "", "the document has more than %zu MiB", SERVE_EXPORT_MAX / MIB);
    if (good)
        fputs(buffer_text(&text), stdout);
    if (good && text.n > JSON_MAX_BYTES)
        fprintf(stderr, "this document of %zu MiB is for reading: `serve --organization` takes %zu MiB at most\n", text.n / MIB,
                JSON_MAX_BYTES / MIB);
    buffer_release(&text);
    return good ? 0 : command_fails(&err);
}
