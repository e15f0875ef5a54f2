/* The bytes behind each known failure mode of servers: what a dialect sends that they get wrong (tests/tables/failure_modes.table).
 *
 * A small server that keeps what it is told answers the provider: it finds people by userName and groups by displayName. */
#include "common/base.h"
#include "tests/table.h"

#include "common/http.h"
#include "common/json.h"
#include "common/rng.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"

#define KEPT_MAX 16
#define SENT_MAX 64

struct kept {
    const char *id; /* "u1", "g1": by order of creation */
    json *resource;
};

struct world {
    struct arena *arena;
    struct rng rng;
    struct simulator sim;
    struct kept kept[KEPT_MAX];
    size_t count, users, groups;
    bool hides;     /* inactive people are not found */
    bool listening; /* the event itself, not those before it */
    struct http_request sent[SENT_MAX];
    size_t sent_count;
};

/* --- the server --- */

static struct kept *find(struct world *w, const char *id)
{
    for (size_t i = 0; i < w->count; i++)
        if (text_equal(w->kept[i].id, id))
            return &w->kept[i];
    return NULL;
}

static void reply(struct world *w, struct http_response *out, int status, const json *body)
{
    const char *text = body == NULL ? "" : json_print(w->arena, body);
    *out = (struct http_response){.status = status, .body = {text, strlen(text)}};
}

/* What stands between the quotes of the filter. */
static const char *wanted(struct world *w, const struct http_target *target)
{
    const char *filter = http_query(target, "filter"), *open = filter == NULL ? NULL : strchr(filter, '"');
    return open == NULL ? "" : arena_strndup(w->arena, open + 1, strcspn(open + 1, "\""));
}

static bool is_hidden(const struct world *w, const json *resource)
{
    return w->hides && !json_get_bool(resource, "active", true);
}

static void search(struct world *w, const struct http_target *target, struct http_response *out)
{
    json *list = json_object(w->arena);
    json_push_text(json_set_array(list, "schemas"), "urn:ietf:params:scim:api:messages:2.0:ListResponse");
    json *resources = json_set_array(list, "Resources");
    char kind = text_equal(target->segments[0], "Users") ? 'u' : 'g';
    const char *name = wanted(w, target), *member = kind == 'u' ? "userName" : "displayName";
    for (size_t i = 0; i < w->count; i++)
        if (w->kept[i].id[0] == kind && !is_hidden(w, w->kept[i].resource) &&
            text_equal_nocase(json_get_text(w->kept[i].resource, member, ""), name))
            json_push_copy(resources, w->kept[i].resource);
    json_set_integer(list, "totalResults", (int64_t)json_count(resources));
    reply(w, out, 200, list);
}

static void create(struct world *w, const struct http_target *target, json *body, struct http_response *out)
{
    bool user = text_equal(target->segments[0], "Users");
    assert_true(w->count < KEPT_MAX);
    struct kept *kept = &w->kept[w->count++];
    kept->id = arena_printf(w->arena, "%c%zu", user ? 'u' : 'g', user ? ++w->users : ++w->groups);
    kept->resource = body;
    json_set_text(body, "id", kept->id);
    json_remove(body, "password");
    json *extension = json_edit(body, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User");
    const char *manager = json_get_text(extension, "manager", NULL);
    if (manager != NULL) { /* a reply has an object */
        manager = arena_strdup(w->arena, manager);
        json_set_text(json_set_object(extension, "manager"), "value", manager);
    }
    reply(w, out, 201, body);
}

/* An operation on a value at the top, of `name` or of an extension; what else there is stays as it was. */
static void take(json *resource, const char *path, const json *value)
{
    const char *colon = text_starts(path, "urn:") ? strrchr(path, ':') : strchr(path, '.');
    const char *name = colon != NULL ? colon + 1 : path;
    char parent[200] = "";
    if (colon != NULL)
        snprintf(parent, sizeof parent, "%.*s", (int)(colon - path), path);
    json *target = colon == NULL ? resource : json_edit(resource, parent);
    if (strchr(path, '[') != NULL || text_equal(path, "members"))
        return;
    if (target == NULL)
        target = json_set_object(resource, parent);
    if (text_equal(name, "active"))
        json_set_bool(target, name, json_is(value, JSON_BOOL) ? json_true(value) : text_equal(json_text(value), "True"));
    else if (text_equal(name, "manager"))
        json_set_copy(json_set_object(target, name), "value", value);
    else
        json_set_copy(target, name, value);
}

static void patch(json *resource, const json *body)
{
    for (const json *op = json_first(json_get(body, "Operations")); op != NULL; op = json_next(op)) {
        const json *value = json_get(op, "value");
        const char *path = json_get_text(op, "path", NULL);
        if (value != NULL && path != NULL)
            take(resource, path, value);
        for (const json *member = path == NULL ? json_first(value) : NULL; member != NULL; member = json_next(member))
            take(resource, json_key(member), member);
    }
}

static void answer(struct world *w, const struct http_request *request, struct http_response *out)
{
    struct http_target target;
    struct error err;
    assert_true(http_parse_target(w->arena, request->target, &target, &err));
    json *body = request->body.n == 0 ? NULL : json_parse(w->arena, request->body, "body", &err);
    struct kept *kept = target.count == 2 ? find(w, target.segments[1]) : NULL;
    if (text_equal(request->method, "POST"))
        create(w, &target, body, out);
    else if (target.count == 1)
        search(w, &target, out);
    else if (kept == NULL)
        reply(w, out, 404, NULL);
    else if (text_equal(request->method, "GET"))
        reply(w, out, 200, kept->resource);
    else if (text_equal(request->method, "PUT"))
        reply(w, out, 200, kept->resource = body);
    else {
        patch(kept->resource, body);
        reply(w, out, 204, NULL);
    }
}

static bool receive(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                    struct error *err)
{
    struct world *w = context;
    UNUSED(err);
    for (size_t i = 0; i < count; i++) {
        assert_true(w->sent_count < SENT_MAX);
        if (w->listening)
            w->sent[w->sent_count++] = *http_request_copy(w->arena, &requests[i]);
        answer(w, &requests[i], &replies[i]);
    }
    return true;
}

/* --- the events --- */

/* "update ada {...}", "add-members eng bob cyd", "rename-group eng New Name". */
static void play(struct world *w, const char *line)
{
    const char *const *words = NULL;
    struct error err = {0};
    struct event event = {0};
    struct event_outcome outcome;
    size_t count = text_split(w->arena, line, ' ', &words);
    if (!event_find(words[0], &event.kind))
        fail_msg("no event %s", words[0]);
    event.subject = count > 1 ? words[1] : NULL;
    const char *rest = count > 2 ? line + strlen(words[0]) + strlen(words[1]) + 2 : "";
    if (rest[0] == '{')
        event.changes = json_parse(w->arena, (struct bytes){rest, strlen(rest)}, "changes", &err);
    else if (event.kind == EVENT_RENAME_GROUP)
        event.name = rest;
    else if (count > 2) {
        event.members = words + 2;
        event.member_count = count - 2;
    }
    if (!simulator_play(&w->sim, &event, &outcome, &err))
        fail_msg("%s: %s", line, err.message);
    if (outcome.console != NULL)
        fail_msg("%s: %s", line, outcome.console);
}

static void play_all(struct world *w, const char *lines)
{
    const char *const *events = NULL;
    size_t count = text_split(w->arena, lines, '\n', &events);
    for (size_t i = 0; i < count; i++)
        if (events[i][0] != '\0')
            play(w, events[i]);
}

/* --- what was sent --- */

static const char *transcript(struct world *w)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < w->sent_count; i++)
        buffer_printf(&b, "\n%s %s\n%.*s", w->sent[i].method, w->sent[i].target, (int)w->sent[i].body.n,
                      w->sent[i].body.n == 0 ? "" : w->sent[i].body.p);
    return buffer_take(&b, w->arena);
}

static bool is(struct world *w, const struct http_request *request, const char *glob)
{
    return text_glob(glob, arena_printf(w->arena, "%s %s", request->method, request->target));
}

/* The requests that a row names come in that order; others may stand between. The last one's place, or the count. */
static size_t last_of(struct world *w, const char *lines)
{
    const char *const *globs = NULL;
    size_t count = text_split(w->arena, lines, '\n', &globs), at = 0;
    for (size_t i = 0; i < count; i++) {
        while (at < w->sent_count && !is(w, &w->sent[at], globs[i]))
            at++;
        if (at == w->sent_count)
            fail_msg("%s is not sent: %s", globs[i], transcript(w));
        at += i + 1 < count;
    }
    return at;
}

static void check_parts(struct world *w, const struct http_request *request, const char *parts, bool there)
{
    const char *const *lines = NULL;
    const char *body = arena_strndup(w->arena, request->body.n == 0 ? "" : request->body.p, request->body.n);
    size_t count = parts == NULL ? 0 : text_split(w->arena, parts, '\n', &lines);
    for (size_t i = 0; i < count; i++)
        if ((strstr(body, lines[i]) != NULL) != there)
            fail_msg("%s %s in %s", lines[i], there ? "is not" : "is", body);
}

/* A member of the body is the one that the first person was made with. */
static void check_same(struct world *w, const struct http_request *request, const char *member)
{
    struct error err;
    const json *body = member == NULL ? NULL : json_parse(w->arena, request->body, "body", &err);
    if (member != NULL)
        assert_string_equal(json_get_text(body, member, "none"), json_get_text(w->kept[0].resource, member, ""));
}

static void check(struct world *w, const struct table_case *c)
{
    const char *sends = table_field(c, "sends"), *never = table_field(c, "never"), *header = table_field(c, "header");
    if (sends != NULL) {
        const struct http_request *request = &w->sent[last_of(w, sends)];
        check_parts(w, request, table_field(c, "with"), true);
        check_parts(w, request, table_field(c, "without"), false);
        check_same(w, request, table_field(c, "same"));
        if (header != NULL) {
            const char *colon = strchr(header, ':'), *name = arena_strndup(w->arena, header, (size_t)(colon - header));
            assert_string_equal(http_header(&request->headers, name), colon + 2);
        }
    }
    for (size_t i = 0; i < w->sent_count && never != NULL; i++)
        if (is(w, &w->sent[i], never))
            fail_msg("%s is sent: %s", never, transcript(w));
    if (sends == NULL && never == NULL)
        fail_msg("line %u: the case expects nothing", c->line);
}

static const char people_and_groups[] =
    "{\"users\":{\"ada\":{\"givenName\":\"Ada\",\"familyName\":\"Byron\",\"email\":\"Ada@acme.test\",\"title\":\"Engineer\"},"
    "\"bob\":{\"givenName\":\"Bob\",\"familyName\":\"Noyce\",\"email\":\"bob@acme.test\",\"manager\":\"ada\"},"
    "\"cyd\":{\"givenName\":\"Cyd\",\"familyName\":\"Moore\",\"email\":\"cyd@acme.test\"},"
    "\"one\":{\"givenName\":\"Una\",\"familyName\":\"One\",\"email\":\"1@acme.test\"}},"
    "\"groups\":{\"eng\":{\"name\":\"Engineering\",\"members\":[\"ada\",\"bob\"]}}}";

static void play_as(const struct table_case *c, const char *name)
{
    struct arena *arena = arena_new();
    struct error err = {0};
    struct world *w = arena_alloc(arena, sizeof *w);
    const char *axis = table_field(c, "axis");
    *w =
        (struct world){.arena = arena, .rng = rng_new(1), .hides = text_equal(table_field(c, "server"), "hides who is inactive")};
    w->sim = (struct simulator){
        .arena = arena, .dialect = dialect_find(name), .rng = &w->rng, .token = "t", .send = receive, .context = w};
    if (w->sim.dialect == NULL)
        fail_msg("no dialect %s", name);
    if (axis != NULL) {
        size_t n = strcspn(axis, "=");
        assert_true(dialect_with(arena, w->sim.dialect, arena_strndup(arena, axis, n), axis + n + 1, &w->sim.dialect, &err));
    }
    json *spec = json_parse(arena, (struct bytes){people_and_groups, strlen(people_and_groups)}, "directory", &err);
    assert_true(directory_load(arena, spec, w->sim.dialect->okta, NULL, &w->rng, &w->sim.directory, &err));
    play_all(w, table_field(c, "before") == NULL ? "" : table_field(c, "before"));
    w->listening = true;
    w->sim.parallel = true;
    play_all(w, table_need(c, "event"));
    check(w, c);
    arena_free(arena);
}

static void the_bytes_are_sent(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *const *names = NULL;
    if (!text_starts(table_need(c, "mode"), "K"))
        fail_msg("line %u: a failure mode is K and a number", c->line);
    size_t count = text_split(arena, table_need(c, "dialects"), ' ', &names);
    for (size_t i = 0; i < count; i++)
        play_as(c, names[i]);
}

int main(void)
{
    return tap_table("failure_modes", "tests/tables/failure_modes.table", the_bytes_are_sent);
}
