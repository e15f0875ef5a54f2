/* test_server_play.h: plays a table of requests through server_dispatch, without sockets.
 *
 * A case:  organization: the document it is set up from (default below)
 *          given: people   ada, bob and cyd are created, and the group Sales with ada and bob; ids in ${ada}, ${bob}, ${cyd}, ${sales}
 *          defect: names, separated by blanks
 *          strict: yes     nothing is rewritten
 *          schemas: FILE   this schema file is loaded
 *          proves: IDS     obligations (scenarios/requirements.tsv) that the case proves; nothing is done with them here
 *          do: lines, in order:
 *            METHOD /target BODY        one request. Target: below the SCIM base; /admin/… and =/… as written; /app/… and /oauth/… below the organization.
 *                                       BODY: JSON (at /oauth/… a form); a list stands for the operations of a PatchOp; nothing: no body
 *            as TOKEN | as nobody       whose next request it is (default: the door's own)
 *            as basic USER:PASSWORD     likewise, by HTTP Basic
 *            from ADDRESS | from nowhere  its peer's address (default: 192.0.2.1)
 *            with Name: value           a header of the next request
 *            bytes TEXT                 its body, with \x escapes, whatever it is
 *            STATUS JSON                what came back: the members and elements written here are in it; a text that begins with ~ is a pattern
 *            header Name: PATTERN       a header of the reply; `header Name` alone: it has none
 *            lacks /pointer             is not in the body
 *            count /pointer N           how many elements or members
 *            equals /pointer JSON       exactly
 *            order /pointer A B …  exactly these texts, or no text (-), at the pointer of each of the Resources, in order
 *            says TEXT                  the body contains it
 *            silent TEXT                neither body nor headers contain it: a secret
 *            keep NAME /pointer         from here on ${NAME} is this text of the body
 * ${user}, ${group}, ${patch}, ${list}, ${search}, ${bulk}, ${results}, ${error} are `schemas` members, ${enterprise} is the URN.
 *
 * Checked without being asked: JSON and media type of every reply, the shape of SCIM errors, and that a refused write changed nothing that an
 * access document or a SCIM read shows (not with a defect).
 */
#ifndef TESTS_UNIT_REFERENCE_SERVER_TEST_SERVER_PLAY_H
#define TESTS_UNIT_REFERENCE_SERVER_TEST_SERVER_PLAY_H

#include "common/base.h"

#include "common/clock.h"
#include "common/digest.h"
#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/server.h"
#include "tests/table.h"

#include <ctype.h>

#define PLAY_ROOT "/organizations/acme"
#define PLAY_PEER "192.0.2.1"

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
    bool wrong; /* a defect is on */
    const char *line;
    const char *kept[PLAY_MAX_KEPT][2];
    size_t kept_count;
    const char *token; /* of the next request; NULL: the door's own */
    const char *peer;  /* likewise; NULL: PLAY_PEER */
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
    if (text_starts(written, "/admin"))
        return written;
    const char *below = text_starts(written, "/app") || text_starts(written, "/oauth") ? PLAY_ROOT : PLAY_ROOT "/scim/v2";
    return arena_printf(play->arena, "%s%s", below, written);
}

static const char *play_door_token(const char *target)
{
    if (text_starts(target, "/admin"))
        return "admin-secret";
    return strstr(target, "/scim/v2") != NULL ? "scim-secret" : "nobody";
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
    bool scim = !text_starts(target, "/admin") && strstr(target, "/app") == NULL && strstr(target, "/oauth") == NULL;
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
    play->token = play->peer = NULL;
    play->headers = (struct http_headers){0};
    play->bytes = (struct bytes){0};
}

/* --- expectations --- */

static bool play_holds(struct play *play, const json *expected, const json *actual);

static bool play_holds_all(struct play *play, const json *expected, const json *actual)
{
    for (const json *e = json_first(expected); e != NULL; e = json_next(e)) {
        bool found = false;
        if (json_is(expected, JSON_OBJECT)) {
            found = json_get(actual, json_key(e)) != NULL && play_holds(play, e, json_get(actual, json_key(e)));
        } else {
            for (const json *a = json_first(actual); a != NULL && !found; a = json_next(a))
                found = play_holds(play, e, a);
        }
        if (!found)
            return false;
    }
    return true;
}

static bool play_holds(struct play *play, const json *expected, const json *actual)
{
    if (json_type(expected) != json_type(actual))
        return false;
    if (json_is(expected, JSON_OBJECT) || json_is(expected, JSON_ARRAY))
        return play_holds_all(play, expected, actual);
    if (json_is(expected, JSON_STRING) && json_text(expected)[0] == '~')
        return text_glob(json_text(expected) + 1, json_text(actual));
    return json_equal(expected, actual);
}

static json *play_json(struct play *play, const char *text)
{
    struct error err;
    json *value = json_parse(play->arena, (struct bytes){text, strlen(text)}, "expectation", &err);
    if (value == NULL)
        play_fail(play, "%s: %s", err.where, err.message);
    return value;
}

static void play_expect(struct play *play, const char *status, const char *rest)
{
    if (play->response.status != atoi(status))
        play_fail(play, "the status should be %s", status);
    if (*rest != '\0' && !play_holds(play, play_json(play, rest), play->body))
        play_fail(play, "the body should hold %s", rest);
}

static void play_header(struct play *play, const char *rest)
{
    const char *colon = strchr(rest, ':');
    const char *name = colon == NULL ? rest : arena_strndup(play->arena, rest, (size_t)(colon - rest));
    const char *value = http_header(&play->response.headers, name);
    if (colon == NULL ? value != NULL : value == NULL || !text_glob(colon + 2, value))
        play_fail(play, "the header %s is %s", name, value == NULL ? "missing" : value);
}

static void play_look(struct play *play, const char *what, const char *rest)
{
    const char *pointer = play_split(play, &rest);
    const json *value = play->body == NULL ? NULL : json_pointer(play->body, pointer);
    if (strcmp(what, "lacks") == 0 ? value != NULL : value == NULL)
        play_fail(play, "%s is %s", pointer, value == NULL ? "missing" : json_print(play->arena, value));
    if (strcmp(what, "count") == 0 && (int)json_count(value) != atoi(rest))
        play_fail(play, "%s has %zu", pointer, json_count(value));
    if (strcmp(what, "equals") == 0 && !json_equal(value, play_json(play, rest)))
        play_fail(play, "%s is %s", pointer, json_print(play->arena, value));
}

static void play_silent(struct play *play, const char *text)
{
    const struct http_headers *headers = &play->response.headers;
    if (play->response.body.p != NULL && strstr(play->response.body.p, text) != NULL)
        play_fail(play, "the reply says %s", text);
    for (size_t i = 0; i < headers->count; i++)
        if (strstr(headers->items[i].value, text) != NULL)
            play_fail(play, "the header %s says %s", headers->items[i].name, text);
}

static void play_order(struct play *play, const char *rest)
{
    const char *pointer = play_split(play, &rest);
    struct buffer b = buffer_new(0);
    for (const json *n = json_first(json_get(play->body, "Resources")); n != NULL; n = json_next(n)) {
        const char *text = json_text(json_pointer(n, pointer));
        buffer_printf(&b, "%s%s", b.n > 0 ? " " : "", text == NULL ? "-" : text);
    }
    const char *found = buffer_take(&b, play->arena);
    if (strcmp(found, rest) != 0)
        play_fail(play, "the order is %s", found);
}

static void play_keep(struct play *play, const char *rest)
{
    const char *name = play_split(play, &rest);
    const char *text = json_text(json_pointer(play->body, rest));
    if (text == NULL || play->kept_count == PLAY_MAX_KEPT)
        play_fail(play, "%s is no text to keep", rest);
    play->kept[play->kept_count][0] = name;
    play->kept[play->kept_count++][1] = text;
}

/* --- a case --- */

static void play_prepare_header(struct play *play, const char *rest)
{
    const char *colon = strstr(rest, ": ");
    if (colon == NULL)
        play_fail(play, "expected \"with Name: value\"");
    http_add_header(play->arena, &play->headers, arena_strndup(play->arena, rest, (size_t)(colon - rest)), colon + 2);
}

static void play_line(struct play *play, const char *line)
{
    play->line = line = play_expand(play, line);
    const char *rest = line, *word = play_split(play, &rest);
    if (isupper((unsigned char)word[0]))
        play_request(play, word, rest);
    else if (isdigit((unsigned char)word[0]))
        play_expect(play, word, rest);
    else if (strcmp(word, "as") == 0)
        play->token = rest;
    else if (strcmp(word, "from") == 0)
        play->peer = rest;
    else if (strcmp(word, "with") == 0)
        play_prepare_header(play, rest);
    else if (strcmp(word, "bytes") == 0)
        play->bytes = table_bytes(play->arena, rest);
    else if (strcmp(word, "header") == 0)
        play_header(play, rest);
    else if (strcmp(word, "order") == 0)
        play_order(play, rest);
    else if (strcmp(word, "keep") == 0)
        play_keep(play, rest);
    else if (strcmp(word, "silent") == 0)
        play_silent(play, rest);
    else if (strcmp(word, "says") == 0 && (play->response.body.p == NULL || strstr(play->response.body.p, rest) == NULL))
        play_fail(play, "the reply does not say %s", rest);
    else if (strcmp(word, "says") != 0)
        play_look(play, word, rest);
}

static inline void play_lines(struct play *play, const char *text)
{
    const char *const *lines;
    size_t count = text_split(play->arena, text, '\n', &lines);
    for (size_t i = 0; i < count; i++)
        play_line(play, lines[i]);
}

static void play_schemas(struct play *play, struct json_document *out)
{
    struct error err;
    char text[1024];
    struct bytes bytes;
    const char *path = table_field(play->row, "schemas");
    bool good = file_read(play->arena, path, MIB, &bytes, &err) && json_read(play->arena, bytes, path, out, &err);
    if (!good)
        fail_msg("%s", error_text(&err, text, sizeof text));
}

static void play_start(struct play *play, const int64_t *now)
{
    struct error err;
    char text[1024];
    const char *defect = table_field(play->row, "defect"), *organization = table_field(play->row, "organization");
    const char *const *names = NULL;
    struct json_document schemas;
    size_t schema_count = table_field(play->row, "schemas") != NULL;
    if (schema_count > 0)
        play_schemas(play, &schemas);
    size_t count = defect == NULL ? 0 : text_split(play->arena, defect, ' ', &names);
    struct server_options options = {.clock = clock_fixed(now),
                                     .base_url = "http://test",
                                     .admin_token = "admin-secret",
                                     .defects = names,
                                     .defect_count = count,
                                     .schemas = &schemas,
                                     .schema_count = schema_count,
                                     .strict = table_field(play->row, "strict") != NULL,
                                     .seeded = true,
                                     .seed = 1};
    play->wrong = defect != NULL;
    play->server = server_new(&options, &err);
    if (play->server == NULL)
        fail_msg("%s", error_text(&err, text, sizeof text));
    play->line = "setting up";
    const char *document = organization == NULL ? play_organization : organization;
    play_send(play, "POST", "/admin/organizations", (struct bytes){document, strlen(document)});
    if (play->response.status != 201)
        play_fail(play, "the organization was refused");
    if (table_field(play->row, "given") != NULL)
        play_lines(play, play_people);
}

static inline void play_row(void **state)
{
    int64_t now = 1795369537000; /* 2026-11-22T17:45:37Z */
    struct play play = {.arena = arena_new(), .row = *state};
    play_start(&play, &now);
    play_lines(&play, table_need(play.row, "do"));
    server_free(play.server);
    arena_free(play.arena);
}

#endif
