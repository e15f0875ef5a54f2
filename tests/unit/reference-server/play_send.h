/* play_send.h: the server of a case of test_server_play.h, its fixtures, and a request to it, word by word. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_PLAY_SEND_H
#define TESTS_UNIT_REFERENCE_SERVER_PLAY_SEND_H

#include "common/base.h"

#include "common/clock.h"
#include "common/digest.h"
#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/limits.h"
#include "reference-server/server.h"
#include "tests/table.h"

#include <ctype.h>

#define PLAY_ROOT "/organizations/acme"
#define PLAY_PEER "192.0.2.1"
#define PLAY_BASE "http://test"

static const char play_organization[] =
    "{\"name\":\"Acme\",\"id\":\"acme\",\"domains\":[\"acme.test\"],\"scimToken\":\"scim-secret\",\"accounts\":{"
    "\"eve@acme.test\":{\"givenName\":\"Eve\",\"familyName\":\"Old\",\"password\":\"before-scim\"},"
    "\"root@acme.test\":{\"orgRole\":\"admin\"}},"
    "\"workspaces\":{\"Sales\":{\"members\":{\"eve@acme.test\":\"viewer\"},\"folders\":{\"Pricing\":{\"teamAccess\":\"invite-"
    "only\"}}},"
    "\"Roadmap\":{}}}";

static const char play_people[] =
    "POST /Users "
    "{${user},\"userName\":\"ada@acme.test\",\"name\":{\"givenName\":\"Ada\",\"familyName\":\"Byron\"},\"displayName\":\"Ada "
    "Byron\","
    "\"externalId\":\"00u-ada\",\"title\":\"Countess\",\"emails\":[{\"value\":\"ada@acme.test\",\"type\":\"work\",\"primary\":"
    "true}],\"active\":true}\n"
    "201\nkeep ada /id\n"
    "POST /Users {${user},\"userName\":\"bob@acme.test\",\"externalId\":\"00u-bob\",\"active\":true}\n201\nkeep bob /id\n"
    "POST /Users {${user},\"userName\":\"cyd@acme.test\",\"active\":true}\n201\nkeep cyd /id\n"
    "POST /Groups "
    "{${group},\"displayName\":\"Sales\",\"externalId\":\"g-1\",\"members\":[{\"value\":\"${ada}\"},{\"value\":\"${bob}\"}]}\n"
    "201\nkeep sales /id";

static const char play_bare_organization[] =
    "{\"name\":\"Acme\",\"id\":\"acme\",\"domains\":[\"acme.test\"],\"scimToken\":\"scim-secret\"}";

static const char play_crew[] =
    "POST /Users {${user},\"userName\":\"ann@acme.test\",\"externalId\":\"A-1\",\"displayName\":\"Ann Alpha\",\"title\":\"Boss\","
    "\"name\":{\"givenName\":\"Ann\",\"familyName\":\"Zeta\"},\"emails\":[{\"value\":\"ann@home.test\",\"type\":\"home\"},"
    "{\"value\":\"ann@work.test\",\"type\":\"work\",\"primary\":true}],\"active\":true}\n"
    "201\nkeep ann /id\n"
    "POST /Users {\"schemas\":[\"${core}\",\"${enterprise}\"],\"userName\":\"Ben@acme.test\",\"externalId\":\"a-1\","
    "\"displayName\":\"Ben Beta\",\"title\":\"boss\",\"name\":{\"familyName\":\"alpha\"},\"emails\":[{\"value\":"
    "\"ben@home.test\",\"type\":\"home\"}],\"${enterprise}\":{\"employeeNumber\":\"7\",\"department\":\"Math\","
    "\"manager\":{\"value\":\"${ann}\"}}}\n"
    "201\nkeep ben /id\n"
    "POST /Users {${user},\"userName\":\"cat@acme.test\",\"displayName\":\"Cat Gamma\",\"title\":\"Clerk\",\"active\":false,"
    "\"emails\":[{\"value\":\"cat@work.test\",\"type\":\"work\"}],\"x509Certificates\":[{\"value\":\"MIIDQzCC\"}]}\n"
    "201\nkeep cat /id\n"
    "POST /Users {${user},\"userName\":\"dot@acme.test\",\"nickName\":\"d\",\"displayName\":\"\\\"Dot\\\" Delta\"}\n"
    "201\nkeep dot /id";

static const char *const play_words[][2] = {
    {"user", "\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"]"},
    {"group", "\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"]"},
    {"patch", "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"]"},
    {"list", "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"]"},
    {"search", "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:SearchRequest\"]"},
    {"bulk", "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"]"},
    {"results", "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkResponse\"]"},
    {"error", "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"]"},
    {"enterprise", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"},
    {"custom", "urn:ietf:params:scim:schemas:extension:custom:2.0:User"},
    {"core", "urn:ietf:params:scim:schemas:core:2.0:User"},
    /* of docs/device.schemas.json */
    {"device", "\"schemas\":[\"urn:example:params:scim:schemas:core:2.0:Device\"]"},
    {"warranty", "urn:example:params:scim:schemas:extension:warranty:2.0:Device"},
    {"badge", "urn:example:params:scim:schemas:extension:badge:2.0:User"},
    /* of tests/tables/schemas/things.json */
    {"thing", "\"schemas\":[\"urn:example:Thing\"]"},
};

#define PLAY_MAX_KEPT 32

struct play {
    struct arena *arena;
    struct server *server;
    const struct table_case *row;
    bool wrong;                                     /* a defect is on */
    bool strict;                                    /* nothing is rewritten */
    struct store *store;                            /* NULL: memory */
    void (*after)(struct play *play, bool refused); /* each request of the case; NULL: nothing */
    const char *line;
    const char *kept[PLAY_MAX_KEPT][2];
    size_t kept_count;
    struct play_held {
        const char *name;
        json *value;
    } held[PLAY_MAX_KEPT];
    size_t held_count;
    const char *token;                   /* of the next request; NULL: the door's own */
    const char *peer;                    /* likewise; NULL: PLAY_PEER */
    struct http_certificate certificate; /* likewise; no fingerprint: none */
    struct http_headers headers;
    struct bytes bytes;
    struct http_response response;
    json *body;
};

#define play_fail(play, ...)                                                                                                     \
    fail_msg("%s:%u: %s\n  reply: %d %.*s\n  %s", (play)->row->name, (play)->row->line, (play)->line, (play)->response.status,   \
             (int)(play)->response.body.n, (play)->response.body.p == NULL ? "" : (play)->response.body.p,                       \
             arena_printf((play)->arena, __VA_ARGS__))

/* --- words --- */

static const char *play_word(struct play *play, const char *name)
{
    for (size_t i = play->kept_count; i > 0; i--)
        if (strcmp(play->kept[i - 1][0], name) == 0)
            return play->kept[i - 1][1];
    for (size_t i = 0; i < ARRAY_LEN(play_words); i++)
        if (strcmp(play_words[i][0], name) == 0)
            return play_words[i][1];
    play_fail(play, "nothing is called ${%s}", name);
    return "";
}

static const char *play_expand(struct play *play, const char *line)
{
    struct buffer b = buffer_new(TABLE_MAX_BYTES);
    for (const char *p = line; *p != '\0';) {
        const char *end = p[0] == '$' && p[1] == '{' ? strchr(p, '}') : NULL;
        if (end == NULL) {
            buffer_add_char(&b, *p++);
            continue;
        }
        buffer_add(&b, play_word(play, arena_strndup(play->arena, p + 2, (size_t)(end - p - 2))));
        p = end + 1;
    }
    return buffer_take(&b, play->arena);
}

static const char *play_split(struct play *play, const char **rest)
{
    const char *start = *rest, *blank = strchr(start, ' ');
    *rest = blank == NULL ? "" : blank + 1;
    return blank == NULL ? start : arena_strndup(play->arena, start, (size_t)(blank - start));
}

/* --- requests --- */

static const char *play_target(struct play *play, const char *written)
{
    if (written[0] == '=')
        return written + 1;
    if (text_starts(written, PLAY_BASE))
        return written + strlen(PLAY_BASE);
    if (text_starts(written, "/admin"))
        return written;
    bool door = text_starts(written, "/app") || text_starts(written, "/oauth") || text_starts(written, "/access");
    const char *below = door ? PLAY_ROOT : PLAY_ROOT "/scim/v2";
    return arena_printf(play->arena, "%s%s", below, written);
}

static const char *play_door_token(const char *target)
{
    if (text_starts(target, "/admin") || strstr(target, "/access/v1") != NULL)
        return "admin-secret";
    return strstr(target, "/scim") != NULL ? "scim-secret" : "nobody";
}

static const char *play_credentials(struct play *play, const char *token)
{
    if (!text_starts(token, "basic "))
        return arena_printf(play->arena, "Bearer %s", token);
    const char *plain = token + strlen("basic ");
    return arena_printf(play->arena, "Basic %s", base64_encode(play->arena, (struct bytes){plain, strlen(plain)}));
}

static void play_send(struct play *play, const char *method, const char *target, struct bytes body)
{
    struct http_request request = {.method = method, .target = target, .headers = play->headers, .body = body, .peer = PLAY_PEER};
    if (play->peer != NULL)
        request.peer = strcmp(play->peer, "nowhere") == 0 ? NULL : play->peer;
    if (play->certificate.fingerprint != NULL)
        request.certificate = &play->certificate;
    const char *token = play->token == NULL ? play_door_token(target) : play->token;
    if (strcmp(token, "nobody") != 0)
        http_add_header(play->arena, &request.headers, "Authorization", play_credentials(play, token));
    if (body.n > 0 && http_header(&request.headers, "Content-Type") == NULL)
        http_add_header(play->arena, &request.headers, "Content-Type",
                        strstr(target, "/oauth/") != NULL ? "application/x-www-form-urlencoded"
                                                          : "application/scim+json; charset=utf-8");
    play->response = (struct http_response){0};
    play->body = NULL;
    server_dispatch(play->server, play->arena, &request, &play->response);
}

/* Without a wish of the client; with one, the case says what it expects. */
static bool play_media_type_good(struct play *play, bool scim)
{
    const struct http_headers *headers = &play->response.headers;
    bool json_wanted = http_header(&play->headers, "Accept") != NULL && http_media_type_is(headers, "application/json");
    return play->wrong || json_wanted || http_media_type_is(headers, scim ? "application/scim+json" : "application/json");
}

static void play_check_reply(struct play *play, const char *target)
{
    struct error err;
    if (play->response.body.n == 0)
        return;
    play->body = json_parse(play->arena, play->response.body, "reply", &err);
    if (play->body == NULL)
        play_fail(play, "the reply is not JSON");
    bool scim = !text_starts(target, "/admin") && strstr(target, "/app") == NULL && strstr(target, "/oauth") == NULL &&
                strstr(target, "/access/v1") == NULL && strstr(target, "/.well-known") == NULL;
    if (!play_media_type_good(play, scim))
        play_fail(play, "the reply's media type is %s", http_header(&play->response.headers, "Content-Type"));
    if (!scim || play->response.status < 400)
        return;
    const char *schema = json_text(json_first(json_get(play->body, "schemas")));
    if (!text_equal(schema, "urn:ietf:params:scim:api:messages:2.0:Error") ||
        text_is_blank(json_get_text(play->body, "detail", "")) ||
        !text_equal(json_get_text(play->body, "status", ""), arena_printf(play->arena, "%d", play->response.status)))
        play_fail(play, "this is no SCIM error");
}

/* What outsiders can see of the organization. */
static const char *play_state(struct play *play)
{
    static const char *const targets[] = {"/admin/organizations/acme/access", PLAY_ROOT "/scim/v2/Users?count=1000",
                                          PLAY_ROOT "/scim/v2/Groups?count=1000", PLAY_ROOT "/scim/v2?count=1000"};
    size_t count = ARRAY_LEN(targets) - (table_field(play->row, "schemas") == NULL); /* the last is for other types */
    struct play other = *play;
    struct buffer b = buffer_new(0);
    other.token = other.peer = NULL;
    other.certificate = (struct http_certificate){0};
    other.headers = (struct http_headers){0};
    for (size_t i = 0; i < count; i++) {
        play_send(&other, "GET", targets[i], (struct bytes){0});
        buffer_add_bytes(&b, other.response.body.p, other.response.body.n);
    }
    return buffer_take(&b, play->arena);
}

static struct bytes play_body(struct play *play, const char *text)
{
    if (play->bytes.p != NULL)
        return play->bytes;
    if (text[0] == '[')
        text = arena_printf(play->arena, "{%s,\"Operations\":%s}", play_word(play, "patch"), text);
    return (struct bytes){text, strlen(text)};
}

static void play_request(struct play *play, const char *method, const char *rest)
{
    const char *target = play_target(play, play_split(play, &rest));
    const char *before = play->wrong ? "" : play_state(play);
    play_send(play, method, target, play_body(play, rest));
    play_check_reply(play, target);
    if (!play->wrong && play->response.status >= 400 && strcmp(before, play_state(play)) != 0)
        play_fail(play, "a refused request changed something");
    if (play->after != NULL)
        play->after(play, play->response.status >= 400);
    play->token = play->peer = NULL;
    play->certificate = (struct http_certificate){0};
    play->headers = (struct http_headers){0};
    play->bytes = (struct bytes){0};
}

#endif
