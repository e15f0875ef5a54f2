/* test_server_play.h: plays a table of requests through server_dispatch, without sockets.
 *
 * A case:  organization: the document it is set up from (default below)
 *          given: people   ada, bob and cyd are created, and the group Sales with ada and bob; ids in ${ada}, ${bob}, ${cyd}, ${sales}
 *          given: crew     an organization with ann, ben, cat and dot, who differ in many attributes, behind owner@acme.test; ids in ${ann} …
 *          defect: names, separated by blanks
 *          strict: yes     nothing is rewritten
 *          https: yes      client certificates can be shown
 *          limits: NAME=VALUE, separated by blanks (reference-server/limits.h)
 *          schemas: FILE   this schema file is loaded
 *          proves: IDS     obligations (scenarios/requirements.tsv) that the case proves; nothing is done with them here
 *          do: lines, in order:
 *            METHOD /target BODY        one request. Target: below the SCIM base; /admin/…, =/… and a whole URL as written; /app/…, /oauth/… and
 *                                       /access/… below the organization.
 *                                       BODY: JSON (at /oauth/… a form); a list stands for the operations of a PatchOp; nothing: no body
 *            as TOKEN | as nobody       whose next request it is (default: the door's own)
 *            as basic USER:PASSWORD     likewise, by HTTP Basic
 *            certificate FINGERPRINT SUBJECT  likewise: what its connection has shown in the handshake
 *            from ADDRESS | from nowhere  its peer's address (default: 192.0.2.1)
 *            with Name: value           a header of the next request
 *            bytes TEXT                 its body, with \x escapes, whatever it is
 *            find /target FILTER        GET with that filter, percent-encoded (RFC 3986)
 *            STATUS JSON                what came back: the members and elements written here are in it; a text that begins with ~ is a pattern
 *            header Name: PATTERN       a header of the reply; `header Name` alone: it has none
 *            lacks /pointer             is not in the body
 *            count /pointer N           how many elements or members
 *            equals /pointer JSON       exactly
 *            order /pointer A B …  exactly these texts, or no text (-), at the pointer of each of the Resources, in order
 *            says TEXT                  the body contains it
 *            silent TEXT                neither body nor headers contain it: a secret
 *            keep NAME /pointer         from here on ${NAME} is this text of the body
 *            hold NAME [/pointer]       remembers this part of the body, or all of it
 *            same NAME [/pointer]       it is equal to what was remembered
 *            differs NAME [/pointer]    it is not
 *            each /pointer JSON         every element of the list, of which there is at least one, holds this
 *            only /pointer LETTERS      a text that is not empty and made of these
 *            empty                      there is no body
 *            policies JSON              the action set-policies with these blocks; a reply is expected as ever
 *            profile NAME JSON          that person's profile document, which holds this
 *            advance DURATION           the organization's clock
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

static const json *play_part(struct play *play, const char *pointer)
{
    if (play->body == NULL)
        play_fail(play, "the reply has no body");
    const json *part = pointer[0] == '\0' ? play->body : json_pointer(play->body, pointer);
    if (part == NULL)
        play_fail(play, "%s is missing", pointer);
    return part;
}

static void play_hold(struct play *play, const char *rest)
{
    const char *name = play_split(play, &rest);
    if (play->held_count == PLAY_MAX_KEPT)
        play_fail(play, "too much to hold");
    play->held[play->held_count++] = (struct play_held){name, json_copy(play->arena, play_part(play, rest))};
}

static void play_compare(struct play *play, bool same, const char *rest)
{
    const char *name = play_split(play, &rest);
    const json *before = NULL, *now = play_part(play, rest);
    for (size_t i = 0; i < play->held_count; i++)
        if (strcmp(play->held[i].name, name) == 0)
            before = play->held[i].value;
    if (before == NULL)
        play_fail(play, "nothing is held as %s", name);
    if (json_equal(before, now) != same)
        play_fail(play, "%s: it was %s", same ? "this has changed" : "this should have changed", json_print(play->arena, before));
}

static void play_each(struct play *play, const char *rest)
{
    const char *pointer = play_split(play, &rest);
    const json *expected = play_json(play, rest), *list = play_part(play, pointer);
    if (json_count(list) == 0)
        play_fail(play, "%s has no elements", pointer);
    for (const json *n = json_first(list); n != NULL; n = json_next(n))
        if (!play_holds(play, expected, n))
            play_fail(play, "one element is %s", json_print(play->arena, n));
}

static void play_only(struct play *play, const char *rest)
{
    const char *pointer = play_split(play, &rest);
    const char *text = json_text(play_part(play, pointer));
    if (text_is_blank(text) || text[strspn(text, rest)] != '\0')
        play_fail(play, "%s has other letters", pointer);
}

/* --- a case --- */

static void play_certificate(struct play *play, const char *rest)
{
    play->certificate.fingerprint = play_split(play, &rest);
    play->certificate.subject = *rest == '\0' ? NULL : rest;
}

/* The words that look at what came before or at all of something; false: it is none of them. */
static bool play_word_of_parts(struct play *play, const char *word, const char *rest)
{
    if (strcmp(word, "hold") == 0)
        play_hold(play, rest);
    else if (strcmp(word, "same") == 0 || strcmp(word, "differs") == 0)
        play_compare(play, word[0] == 's', rest);
    else if (strcmp(word, "each") == 0)
        play_each(play, rest);
    else if (strcmp(word, "only") == 0)
        play_only(play, rest);
    else if (strcmp(word, "empty") != 0)
        return false;
    else if (play->response.body.n > 0)
        play_fail(play, "there should be no body");
    return true;
}

static void play_find(struct play *play, const char *rest)
{
    const char *target = play_split(play, &rest);
    play_request(play, "GET",
                 arena_printf(play->arena, "%s%cfilter=%s", target, strchr(target, '?') == NULL ? '?' : '&',
                              http_escape_component(play->arena, rest)));
}

static void play_act(struct play *play, const char *action, const char *members)
{
    play_request(play, "POST",
                 arena_printf(play->arena, "/admin/organizations/acme/actions {\"action\":\"%s\",%s}", action, members));
}

static void play_profile(struct play *play, const char *rest)
{
    const char *name = play_split(play, &rest);
    play_request(play, "GET", arena_printf(play->arena, "/admin/organizations/acme/profile?user=%s@acme.test", name));
    play_expect(play, "200", rest);
}

static bool play_product(struct play *play, const char *word, const char *rest)
{
    if (strcmp(word, "policies") == 0)
        play_act(play, "set-policies", arena_printf(play->arena, "\"policies\":%s", rest));
    else if (strcmp(word, "advance") == 0)
        play_act(play, "advance-clock", arena_printf(play->arena, "\"by\":\"%s\"", rest));
    else if (strcmp(word, "profile") == 0)
        play_profile(play, rest);
    else
        return false;
    return true;
}

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
    else if (strcmp(word, "find") == 0)
        play_find(play, rest);
    else if (isdigit((unsigned char)word[0]))
        play_expect(play, word, rest);
    else if (strcmp(word, "as") == 0)
        play->token = rest;
    else if (strcmp(word, "from") == 0)
        play->peer = rest;
    else if (strcmp(word, "certificate") == 0)
        play_certificate(play, rest);
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
    else if (strcmp(word, "says") != 0 && !play_product(play, word, rest) && !play_word_of_parts(play, word, rest))
        play_look(play, word, rest);
}

static inline void play_lines(struct play *play, const char *text)
{
    const char *const *lines;
    size_t count = text_split(play->arena, text, '\n', &lines);
    for (size_t i = 0; i < count; i++)
        play_line(play, lines[i]);
}

static void play_limits(struct play *play, struct limits *limits)
{
    const char *const *items = NULL;
    const char *text = table_field(play->row, "limits");
    size_t count = text == NULL ? 0 : text_split(play->arena, text, ' ', &items);
    limits_preset(limits);
    for (size_t i = 0; i < count; i++)
        assert_true(limits_set(limits, items[i], NULL));
    limits_settle(limits);
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
    struct limits limits;
    play_limits(play, &limits);
    struct server_options options = {.clock = clock_fixed(now),
                                     .base_url = PLAY_BASE,
                                     .admin_token = "admin-secret",
                                     .defects = names,
                                     .defect_count = count,
                                     .schemas = &schemas,
                                     .schema_count = schema_count,
                                     .strict = play->strict || table_field(play->row, "strict") != NULL,
                                     .client_certificates = table_field(play->row, "https") != NULL,
                                     .seeded = true,
                                     .seed = 1,
                                     .limits = &limits,
                                     .store = play->store};
    play->wrong = defect != NULL;
    digest_password_cost(PASSWORD_LEAST_LOG_N); /* what is tested here is not how dear they are */
    play->server = server_new(&options, &err);
    if (play->server == NULL)
        fail_msg("%s", error_text(&err, text, sizeof text));
    play->line = "setting up";
    const char *given = table_field(play->row, "given");
    bool crew = given != NULL && strcmp(given, "crew") == 0;
    const char *document = organization != NULL ? organization : crew ? play_bare_organization : play_organization;
    play_send(play, "POST", "/admin/organizations", (struct bytes){document, strlen(document)});
    if (play->response.status != 201)
        play_fail(play, "the organization was refused");
    if (given != NULL)
        play_lines(play, crew ? play_crew : play_people);
}

static inline void play_case(const struct table_case *row, bool strict)
{
    int64_t now = 1795369537000; /* 2026-11-22T17:45:37Z */
    struct play play = {.arena = arena_new(), .row = row, .strict = strict};
    play_start(&play, &now);
    play_lines(&play, table_need(play.row, "do"));
    server_free(play.server);
    arena_free(play.arena);
}

static inline void play_row(void **state)
{
    play_case(*state, false);
}

/* The same by a server that rewrites nothing: what the RFCs say holds in both. */
static inline void play_row_strictly(void **state)
{
    play_case(*state, true);
}

#endif
