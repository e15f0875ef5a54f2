/* Attribute mappings of an Entra app: rows of tests/tables/entra_mappings.table, played against a server that takes everything. */
#include "common/base.h"

#include "simulator/entra_mapping.h"
#include "tests/table.h"
#include "tests/unit/simulator/scripted_server.h"

#include "common/error.h"

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\",\"givenName\":\"Ada\",\"familyName\":\"Byron\",\"department\":\"Sales\"}," \
    "\"bob\":{\"email\":\"bob@acme.test\"}}}"

struct taker {
    struct arena *arena;
    struct rng rng;
    struct simulator sim;
    struct buffer log; /* "POST /Users {...}" a line; lookups without the probe's GUIDs */
    const char *found; /* what a lookup finds; NULL: nobody */
};

/* A GUID is looked for, and nobody found. */
static bool is_probe(const char *target)
{
    size_t n = strlen(target);
    const char *value = n > 42 ? target + n - 42 : "";
    return text_starts(value, "%22") && value[11] == '-' && value[16] == '-' && value[21] == '-';
}

static bool take(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                 struct error *err)
{
    struct taker *t = context;
    UNUSED(err);
    for (size_t i = 0; i < count; i++) {
        bool get = text_equal(requests[i].method, "GET"), post = text_equal(requests[i].method, "POST");
        bool hit = get && t->found != NULL && !is_probe(requests[i].target);
        const char *body = get    ? arena_printf(t->arena,
                                                 "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],"
                                                    "\"totalResults\":%d,\"Resources\":[%s]}",
                                                 hit, hit ? t->found : "")
                           : post ? "{\"id\":\"u1\"}"
                                  : "";
        replies[i].status = get ? 200 : post ? 201 : 204;
        replies[i].body = (struct bytes){body, strlen(body)};
        if (!get || !is_probe(requests[i].target))
            buffer_printf(&t->log, "%s%s %s%s%.*s", t->log.n > 0 ? "\n" : "", requests[i].method, requests[i].target,
                          get ? "" : " ", (int)requests[i].body.n, requests[i].body.n > 0 ? requests[i].body.p : "");
    }
    return true;
}

static json *parsed(struct taker *t, const char *text)
{
    struct error err = {0};
    json *root = json_parse(t->arena, (struct bytes){text, strlen(text)}, "text", &err);
    assert_non_null(root);
    return root;
}

/* "assign ada", "update ada {...}", "set-app-roles ada Admin", "set-job {...}", "sync" */
static void play(struct taker *t, const char *line)
{
    struct event event = {0};
    struct event_outcome out;
    struct error err = {0};
    const char *brace = strchr(line, '{'), *const * words;
    char text[1100];
    size_t count = text_split(t->arena, line, ' ', &words);
    assert_true(event_find(words[0], &event.kind));
    event.subject = count > 1 && brace != line + strlen(words[0]) + 1 ? words[1] : NULL;
    event.members = event_operands(event.kind) == 'r' ? words + 2 : NULL;
    event.member_count = event.members != NULL ? count - 2 : 0;
    event.changes = brace != NULL ? parsed(t, brace) : NULL;
    if (!simulator_play(&t->sim, &event, &out, &err))
        fail_msg("%s: %s", line, error_text(&err, text, sizeof text));
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct taker t = {.arena = arena_new(), .rng = rng_new(3), .log = buffer_new(0), .found = table_field(c, "found")};
    struct error err = {0};
    const json *at = NULL;
    const char *wrong = table_field(c, "error"), *shows = table_field(c, "shows"), *sent = table_field(c, "sent"), *const * lines;
    const char *name = table_field(c, "dialect");
    char text[1100];
    t.sim = (struct simulator){.arena = t.arena,
                               .dialect = dialect_find(name != NULL ? name : "entra"),
                               .rng = &t.rng,
                               .token = "t",
                               .send = take,
                               .context = &t};
    assert_true(directory_load(t.arena, parsed(&t, DIRECTORY), false, NULL, &t.rng, &t.sim.directory, &err));
    bool read = entra_mapping_read(t.arena, parsed(&t, table_need(c, "mappings")), t.sim.dialect, &t.sim.dialect, &at, &err);
    if (wrong != NULL) {
        assert_false(read);
        assert_non_null(at);
        if (!text_glob(wrong, error_text(&err, text, sizeof text)))
            fail_msg("%s: %s", c->name, text);
    } else if (!read) {
        fail_msg("%s: %s", c->name, error_text(&err, text, sizeof text));
    }
    for (size_t i = 0, n = table_field(c, "play") == NULL ? 0 : text_split(t.arena, table_need(c, "play"), '\n', &lines); i < n;
         i++)
        play(&t, lines[i]);
    if (sent != NULL && !text_glob(sent, buffer_text(&t.log)))
        assert_string_equal(buffer_text(&t.log), sent);
    if (shows != NULL)
        assert_string_equal(mapping_text(t.arena, t.sim.dialect), arena_printf(t.arena, "%s\n", shows));
    assert_true(wrong != NULL || sent != NULL || shows != NULL);
    buffer_release(&t.log);
    arena_free(t.arena);
}

int main(void)
{
    return tap_table("entra mappings", "tests/tables/entra_mappings.table", row);
}
