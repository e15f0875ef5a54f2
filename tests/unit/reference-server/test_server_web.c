#include "common/base.h"
#include "reference-server/server.h"

#include "common/clock.h"
#include "common/embedded.h"
#include "common/http.h"

#include "tests/table.h"

#include <ctype.h>

static const char organization[] =
    "{\"name\":\"Acme\",\"id\":\"acme\",\"domains\":[\"acme.test\"],\"scimToken\":\"scim-secret\"}";

struct visit {
    struct arena *arena;
    struct server *server;
    const char *token;
    struct http_response reply;
};

static void send(struct visit *v, const char *method, const char *target, const char *body)
{
    struct http_request request = {.method = method, .target = target, .body = {body, strlen(body)}, .peer = "192.0.2.1"};
    if (v->token != NULL)
        http_add_header(v->arena, &request.headers, "Authorization", arena_printf(v->arena, "Bearer %s", v->token));
    v->reply = (struct http_response){0};
    v->token = NULL;
    server_dispatch(v->server, v->arena, &request, &v->reply);
}

static bool said(const struct visit *v, const char *text)
{
    for (size_t i = 0; i < v->reply.headers.count; i++)
        if (strstr(v->reply.headers.items[i].value, text) != NULL)
            return true;
    return v->reply.body.p != NULL && strstr(v->reply.body.p, text) != NULL;
}

static bool header_fits(struct visit *v, const char *rest)
{
    const char *colon = strstr(rest, ": ");
    const char *name = colon == NULL ? rest : arena_strndup(v->arena, rest, (size_t)(colon - rest));
    const char *value = http_header(&v->reply.headers, name);
    return colon == NULL ? value == NULL : value != NULL && text_glob(colon + 2, value);
}

/* False: what the line expects is not so. */
static bool line_holds(struct visit *v, const char *line)
{
    const char *blank = strchr(line, ' '), *rest = blank == NULL ? "" : blank + 1;
    const char *word = blank == NULL ? line : arena_strndup(v->arena, line, (size_t)(blank - line));
    if (strcmp(word, "as") == 0)
        v->token = rest;
    else if (isupper((unsigned char)word[0]))
        send(v, word, rest, "");
    else if (isdigit((unsigned char)word[0]))
        return v->reply.status == atoi(word);
    else if (strcmp(word, "header") == 0)
        return header_fits(v, rest);
    else if (strcmp(word, "says") == 0)
        return said(v, rest);
    else if (strcmp(word, "silent") == 0)
        return !said(v, rest);
    else if (strcmp(word, "empty") == 0)
        return v->reply.body.n == 0;
    else
        fail_msg("the table has no word %s", word);
    return true;
}

static void row(void **state)
{
    const struct table_case *c = *state;
    int64_t now = 1795369537000; /* 2026-11-22T17:45:37Z */
    struct error err;
    struct visit v = {.arena = arena_new()};
    v.server =
        server_new(&(struct server_options){.clock = clock_fixed(&now), .admin_token = "admin-secret", .seeded = true}, &err);
    assert_non_null(v.server);
    v.token = "admin-secret";
    send(&v, "POST", "/admin/organizations", organization);
    assert_int_equal(v.reply.status, 201);
    const char *const *lines;
    size_t count = text_split(v.arena, table_need(c, "do"), '\n', &lines);
    for (size_t i = 0; i < count; i++)
        if (!line_holds(&v, lines[i]))
            fail_msg("%s:%u: %s\n  reply: %d %s", c->name, c->line, lines[i], v.reply.status,
                     v.reply.body.p == NULL ? "" : v.reply.body.p);
    server_free(v.server);
    arena_free(v.arena);
}

int main(void)
{
    return tap_table("server web", "tests/tables/web.table", row);
}
