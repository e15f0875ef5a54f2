/* The judge on made-up observations, by tests/tables/judge.table. No server: what was seen before and after a step is written down, the judge says what is wrong. */
#include "common/base.h"

#include "common/map.h"
#include "common/redact.h"
#include "common/rng.h"
#include "runner/case.h"
#include "simulator/dialect.h"
#include "tests/table.h"

/* ada and bob are in the group eng, which may edit the workspace Roadmap; bob owns a project there. */
static const char world[] =
    "{\"users\": ["
    "{\"user\": \"ada@acme.test\", \"account\": \"1\", \"status\": \"active\", \"managed\": true, \"seat\": true, \"orgRole\": "
    "\"user\", \"breakGlass\": false,"
    " \"signIn\": \"allowed\", \"sessions\": 0, \"apiKeys\": 0, \"invites\": 0, \"permissions\": [\"basic_access\"],"
    " \"access\": [{\"resource\": \"Roadmap\", \"role\": \"editor\", \"state\": \"member\", \"via\": [{\"grant\": \"group\", "
    "\"group\": \"Eng\", \"role\": \"editor\"}]}]},"
    "{\"user\": \"bob@acme.test\", \"account\": \"2\", \"status\": \"active\", \"managed\": true, \"seat\": true, \"orgRole\": "
    "\"user\", \"breakGlass\": false,"
    " \"signIn\": \"allowed\", \"sessions\": 0, \"apiKeys\": 0, \"invites\": 0, \"permissions\": [\"basic_access\"],"
    " \"access\": [{\"resource\": \"Roadmap\", \"role\": \"editor\", \"state\": \"joinable\", \"via\": [{\"grant\": \"group\", "
    "\"group\": \"Eng\", \"role\": \"editor\"}]}]},"
    "{\"user\": \"owner@acme.test\", \"account\": \"0\", \"status\": \"active\", \"managed\": false, \"seat\": true, "
    "\"orgRole\": \"admin\", \"breakGlass\": true,"
    " \"signIn\": \"allowed\", \"sessions\": 0, \"apiKeys\": 0, \"invites\": 0, \"permissions\": [\"all\"],"
    " \"access\": [{\"resource\": \"Roadmap\", \"role\": \"owner\", \"state\": \"member\", \"via\": [{\"grant\": \"manual\", "
    "\"role\": \"owner\"}]}]}],"
    "\"resources\": [{\"resource\": \"Roadmap\", \"kind\": \"workspace\", \"managed\": true}],"
    "\"groups\": [{\"group\": \"9\", \"displayName\": \"Eng\", \"members\": [\"ada@acme.test\", \"bob@acme.test\"],"
    " \"grants\": [{\"resource\": \"Roadmap\", \"role\": \"editor\"}]}],"
    "\"projects\": [{\"project\": \"Roadmap/Launch\", \"owner\": \"bob@acme.test\", \"archived\": false}],"
    "\"scimUsers\": [{\"id\": \"1\", \"userName\": \"ada@acme.test\", \"active\": true, \"name\": {\"givenName\": \"Ada\"}, "
    "\"displayName\": \"Ada\","
    " \"emails\": [{\"type\": \"work\", \"value\": \"ada@acme.test\"}], \"groups\": [{\"value\": \"9\"}], \"meta\": "
    "{\"version\": \"1\"}},"
    "{\"id\": \"2\", \"userName\": \"bob@acme.test\", \"active\": true, \"name\": {\"givenName\": \"Bob\"}, \"displayName\": "
    "\"Bob\","
    " \"emails\": [{\"type\": \"work\", \"value\": \"bob@acme.test\"}], \"groups\": [{\"value\": \"9\"}], \"meta\": "
    "{\"version\": \"1\"}}],"
    "\"scimGroups\": [{\"id\": \"9\", \"displayName\": \"Eng\", \"members\": [{\"value\": \"1\"}, {\"value\": \"2\"}]}]}";

static const char directory_text_json[] = "{\"users\": {\"ada\": {\"givenName\": \"Ada\", \"email\": \"ada@acme.test\"}, "
                                          "\"bob\": {\"givenName\": \"Bob\", \"email\": \"bob@acme.test\"}},"
                                          " \"groups\": {\"eng\": {\"name\": \"Eng\", \"members\": [\"ada\", \"bob\"]}}}";

static json *parse(struct arena *arena, const char *text)
{
    struct error err = {0};
    json *value = json_parse(arena, (struct bytes){text, strlen(text)}, "table", &err);
    if (value == NULL)
        fail_msg("%s in %s", err.message, text);
    return value;
}

/* --- edits: "/users/0/status = \"inactive\"" sets, "/users/0 gone" removes, "/users/- = {}" appends ------------------------------------------- */

static json *child(json *parent, const char *name)
{
    uint64_t index;
    if (!json_is(parent, JSON_ARRAY))
        return json_edit(parent, name);
    if (!text_to_u64(name, 1000, &index))
        return NULL;
    json *node = json_edit_first(parent);
    while (node != NULL && index-- > 0)
        node = json_edit_next(node);
    return node;
}

static void edit(struct arena *arena, json *root, const char *line)
{
    const char *equals = strstr(line, " = "), *gone = strstr(line, " gone"), *end = equals != NULL ? equals : gone;
    if (end == NULL)
        fail_msg("no edit: %s", line);
    const char *pointer = arena_strndup(arena, line, (size_t)(end - line));
    const char *const *parts;
    size_t n = text_split(arena, pointer + 1, '/', &parts);
    json *parent = root;
    for (size_t i = 0; i + 1 < n; i++)
        parent = child(parent, parts[i]);
    json *node = child(parent, parts[n - 1]);
    const json *value = equals == NULL ? NULL : parse(arena, equals + 3);
    if (equals == NULL && node != NULL)
        json_remove_node(parent, node);
    else if (json_is(parent, JSON_OBJECT))
        json_set_copy(parent, parts[n - 1], value);
    else if (node == NULL)
        json_push_copy(parent, value);
    else
        json_replace_node(parent, node, json_copy(NULL, value));
}

static void edit_all(struct arena *arena, json *root, const char *lines)
{
    const char *const *parts;
    size_t n = lines == NULL ? 0 : text_split(arena, lines, '\n', &parts);
    for (size_t i = 0; i < n; i++)
        edit(arena, root, parts[i]);
}

static struct observation observation_of(struct arena *arena, const json *all)
{
    struct observation o = {.scim = true, .access = all};
    const json *users = json_get(all, "scimUsers"), *groups = json_get(all, "scimGroups");
    o.users = arena_array(arena, json_count(users) + 1, sizeof *o.users);
    o.groups = arena_array(arena, json_count(groups) + 1, sizeof *o.groups);
    for (const json *u = json_first(users); u != NULL; u = json_next(u))
        o.users[o.user_count++] =
            (struct seen_user){json_get_text(u, "id", ""), json_get_text(u, "userName", ""), json_get_bool(u, "active", true), u};
    for (const json *g = json_first(groups); g != NULL; g = json_next(g))
        o.groups[o.group_count++] =
            (struct seen_group){json_get_text(g, "id", ""), json_get_text(g, "displayName", ""), json_get(g, "members"), g};
    return o;
}

/* --- the case -------------------------------------------------------------------------------------------------------------------------------------- */

static void free_redactor(void *redactor)
{
    redactor_free(redactor);
}

static void free_map(void *map)
{
    map_free(map);
}

static struct play *new_play(struct arena *arena, const char *dialect)
{
    struct play *play = arena_alloc(arena, sizeof *play);
    struct error err = {0};
    *play = (struct play){.arena = arena, .dialect = dialect_find(dialect), .rng = rng_new(1), .reported = map_new(), .step = 1};
    play->place = (struct place){.arena = arena, .redactor = redactor_new(), .organization = "acme"};
    arena_defer(arena, free_redactor, play->place.redactor);
    arena_defer(arena, free_map, play->reported);
    if (!directory_load(arena, parse(arena, directory_text_json), true, NULL, &play->rng, &play->directory, &err))
        fail_msg("%s", err.message);
    struct directory *d = play->directory;
    play->user_memory = arena_array(arena, d->user_count, sizeof *play->user_memory);
    play->group_memory = arena_array(arena, d->group_count, sizeof *play->group_memory);
    for (size_t i = 0; i < d->user_count; i++) {
        d->users[i]->server_id = i == 0 ? "1" : "2";
        d->users[i]->assigned = d->users[i]->pushed_active = true;
        play->user_memory[i].first_id = play->user_memory[i].last_id = d->users[i]->server_id;
        directory_push_member(d, d->groups[0], d->users[i]);
    }
    d->groups[0]->server_id = play->group_memory[0].last_id = "9";
    d->groups[0]->pushed = true;
    return play;
}

/* What the provider did meanwhile: "ada out", "ada refused", "ada cleared title", "ada deleted", "ada not in eng", "eng deleted", "nobody knows" (a raw request wrote). */
static void change_directory(struct play *play, const char *line)
{
    struct directory_user *ada = play->directory->users[0];
    struct directory_group *eng = play->directory->groups[0];
    if (strcmp(line, "ada out") == 0) {
        ada->assigned = ada->pushed_active = false;
    } else if (strcmp(line, "ada refused") == 0) {
        ada->last_error = "Conflict";
    } else if (text_starts(line, "ada cleared ")) {
        json *changes = json_object(play->arena);
        json_set_null(changes, line + 12);
        json_remove(ada->profile, line + 12);
        directory_told(play->directory, ada, changes);
    } else if (strcmp(line, "ada deleted") == 0) {
        ada->state = USER_DELETED;
        ada->server_id = NULL;
        play->user_memory[0] = (struct memory){.last_id = "1", .gone = true};
        directory_unpush_member(eng, ada);
    } else if (strcmp(line, "ada not in eng") == 0) {
        directory_unpush_member(eng, ada);
    } else if (strcmp(line, "ada has another id") == 0) {
        ada->server_id = "7";
    } else if (strcmp(line, "eng deleted") == 0) {
        eng->deleted = true;
        eng->server_id = NULL;
        play->group_memory[0].gone = true;
    } else if (strcmp(line, "nobody knows") == 0) {
        play->disturbed = true;
    } else {
        fail_msg("unknown change of the directory: %s", line);
    }
}

static void note_deed(struct play *play, const char *line)
{
    struct deed *deed = &play->deed;
    if (text_starts(line, "of "))
        deed_subject(play, line + 3);
    else if (strcmp(line, "refused") == 0)
        deed->refused = 1;
    else if (strcmp(line, "wide") == 0)
        deed->wide = true;
    else if (strcmp(line, "repeat") == 0)
        deed->repeat = true;
    else if (strcmp(line, "rename") == 0)
        deed->renamed_group = true;
    else if (strcmp(line, "event") == 0)
        deed->event = true;
    else
        fail_msg("unknown deed: %s", line);
}

static void each_line(struct play *play, const char *lines, void (*apply)(struct play *play, const char *line))
{
    const char *const *parts;
    size_t n = lines == NULL ? 0 : text_split(play->arena, lines, '\n', &parts);
    for (size_t i = 0; i < n; i++)
        apply(play, parts[i]);
}

/* "/Groups/9 = {...}": what the provider got when it read that before its first write. */
static void note_read(struct play *play, const char *line)
{
    const char *equals = strstr(line, " = ");
    struct place *place = &play->place;
    if (equals == NULL)
        fail_msg("no read: %s", line);
    struct http_request *request = arena_alloc(play->arena, sizeof *request);
    *request = (struct http_request){.method = "GET", .target = arena_strndup(play->arena, line, (size_t)(equals - line))};
    place->sent = arena_grow(play->arena, place->sent, place->count, place->count + 1, sizeof *place->sent);
    place->sent[place->count++] = (struct sent){.side = SIDE_IDP,
                                                .request = request,
                                                .response = {.status = 200},
                                                .body = parse(play->arena, equals + 3),
                                                .parsed = true};
}

static const char *found(struct play *play)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < play->finding_count; i++) {
        const struct finding *f = &play->findings[i];
        assert_non_null(f->source);
        buffer_printf(&b, "%s%s: %s", i == 0 ? "" : "\n", f->rule, f->message);
    }
    return buffer_take(&b, play->arena);
}

static void row(void **state)
{
    const struct table_case *c = *state;
    static const struct scenario_step step = {.title = "step"};
    static const struct scenario scenario = {.id = "story"};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct play *play = new_play(arena, table_field(c, "dialect") != NULL ? table_need(c, "dialect") : "okta-aiw");
    json *before = parse(arena, world);
    edit_all(arena, before, table_field(c, "before"));
    json *after = json_copy(arena, before);
    edit_all(arena, after, table_field(c, "after"));
    play->before = observation_of(arena, before);
    play->after = observation_of(arena, after);
    play->scenario = &scenario;
    play->deed.step = &step;
    each_line(play, table_field(c, "directory"), change_directory);
    each_line(play, table_field(c, "deed"), note_deed);
    each_line(play, table_field(c, "reads"), note_read);
    judge_access_document(play);
    judge_convergence(play);
    judge_changes(play);
    judge_reads(play);
    assert_string_equal(found(play), table_field(c, "found") == NULL ? "" : table_need(c, "found"));
}

int main(void)
{
    return tap_table("judge", "tests/tables/judge.table", row);
}
