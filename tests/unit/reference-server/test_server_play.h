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

#include "tests/unit/reference-server/play_expect.h"

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
