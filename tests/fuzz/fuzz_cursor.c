/* Any text as a cursor: 400, unless it is exactly what the server gave. The first letter of the input says whether the rest is written over a good one. */
#include "common/base.h"
#include "common/clock.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/server.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char organization[] =
    "{\"name\":\"Acme\",\"id\":\"acme\",\"scimToken\":\"scim-secret\",\"accounts\":{\"eve@acme.test\":{}}}";
static const int64_t now = 1795369537000;

static struct server *the_server(void)
{
    static struct server *server; /* for the whole run */
    const struct server_options options = {.clock = clock_fixed(&now), .admin_token = "admin-secret", .seeded = true, .seed = 1};
    if (server != NULL)
        return server;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct json_document document;
    json *introduction;
    server = server_new(&options, NULL);
    if (server == NULL || !json_read(arena, (struct bytes){organization, strlen(organization)}, "acme", &document, NULL) ||
        !server_add_organization(server, arena, &document, &introduction, NULL))
        abort();
    return server;
}

static struct http_response page(struct arena *arena, const char *cursor)
{
    struct http_request request = {.method = "GET",
                                   .target =
                                       arena_printf(arena, "/organizations/acme/scim/v2/Users?count=1&sortBy=userName&cursor=%s",
                                                    http_escape_component(arena, cursor))};
    struct http_response response = {0};
    http_add_header(arena, &request.headers, "Authorization", "Bearer scim-secret");
    server_dispatch(the_server(), arena, &request, &response);
    return response;
}

static const char *text_of(struct arena *arena, const struct http_response *response, const char *name)
{
    return json_get_text(json_parse(arena, response->body, "reply", NULL), name, "");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct http_response first = page(arena, "");
    char *good = arena_strdup(arena, text_of(arena, &first, "nextCursor"));
    if (size == 0 || *good == '\0' || !text_is_utf8((const char *)data, size))
        return 0;
    const char *text = arena_strndup(arena, (const char *)data + 1, size - 1), *cursor = text;
    if (data[0] == '+') { /* one place of a good one: "+12abc" */
        size_t digits = strspn(text, "0123456789");
        size_t at = (size_t)strtoul(text, NULL, 10) % strlen(good), n = strlen(text + digits);
        char *changed = arena_strdup(arena, good);
        memcpy(changed + at, text + digits, n < strlen(good) - at ? n : strlen(good) - at);
        cursor = changed;
    }
    struct http_response response = page(arena, cursor);
    bool ours = *cursor == '\0' || strcmp(cursor, good) == 0;
    if (response.status != (ours ? 200 : 400))
        abort();
    const char *type = text_of(arena, &response, "scimType");
    if (!ours && !text_equal(type, "invalidCursor") && !text_equal(type, "invalidSyntax"))
        abort();
    return 0;
}
