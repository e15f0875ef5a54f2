/* What holds after every write, tried on generated sequences of writes: a refused one changes nothing; an ETag and lastModified change exactly
 * when what the resource itself says does. The seed of a failing run is in its message. */
#include "tests/unit/reference-server/test_server_play.h"

#include "common/rng.h"

#define RUNS     12
#define WRITES   60
#define KINDS    2
#define PER_KIND 4
#define SCIM     PLAY_ROOT "/scim/v2"

static const struct table_case nobody = {.name = "generated writes"};

/* One resource as it was last seen: what it says itself, its tag, and when it changed. NULL: it is not there. */
struct seen {
    const char *own, *tag, *modified;
};

struct run {
    struct play play;
    struct rng rng;
    unsigned seed;
    int64_t now;
    const char *ids[KINDS][PER_KIND]; /* NULL: none made yet */
    struct seen seen[KINDS][PER_KIND];
    unsigned changed, unchanged, refused;
    const char *last; /* the write, for messages */
};

static const char *const endpoints[KINDS] = {"/Users", "/Groups"};

#define FAIL_RUN(run, what) fail_msg("seed %u: %s: %s", (run)->seed, (run)->last, (what))

/* --- looking --- */

static void read_body(struct run *run, const char *target)
{
    struct error err;
    play_send(&run->play, "GET", target, (struct bytes){0});
    run->play.body = run->play.response.body.n == 0 ? NULL : json_parse(run->play.arena, run->play.response.body, "reply", &err);
}

/* What others make of it (the groups somebody is in, the names of members and managers) and what the tag stands for is left out. */
static void strip_derived(json *resource)
{
    json_remove(resource, "meta");
    json_remove(resource, "groups");
    for (json *member = json_edit_first(json_edit(resource, "members")); member != NULL; member = json_edit_next(member)) {
        json_remove(member, "display");
        json_remove(member, "$ref");
        json_remove(member, "type");
    }
    json *enterprise = json_edit(resource, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User");
    json *manager = enterprise == NULL ? NULL : json_edit(enterprise, "manager");
    if (manager != NULL) {
        json_remove(manager, "displayName");
        json_remove(manager, "$ref");
    }
}

static struct seen look(struct run *run, size_t kind, size_t index)
{
    struct arena *arena = run->play.arena;
    if (run->ids[kind][index] == NULL)
        return (struct seen){0};
    read_body(run, arena_printf(arena, SCIM "%s/%s", endpoints[kind], run->ids[kind][index]));
    if (run->play.response.status != 200)
        return (struct seen){0};
    const char *tag = http_header(&run->play.response.headers, "ETag");
    if (!text_equal(tag, json_text(json_pointer(run->play.body, "/meta/version"))))
        FAIL_RUN(run, "ETag and meta.version differ");
    json *own = json_copy(arena, run->play.body);
    strip_derived(own);
    return (struct seen){json_print(arena, own), tag, json_text(json_pointer(run->play.body, "/meta/lastModified"))};
}

/* Everything an outsider can read, byte by byte. */
static const char *snapshot(struct run *run)
{
    static const char *const targets[] = {"/admin/organizations/acme/access", "/admin/organizations/acme/credentials",
                                          SCIM "/Users?count=1000", SCIM "/Groups?count=1000"};
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        read_body(run, targets[i]);
        buffer_add_bytes(&b, run->play.response.body.p, run->play.response.body.n);
    }
    return buffer_take(&b, run->play.arena);
}

/* --- writing --- */

static const char *any_id(struct run *run, size_t kind)
{
    const char *id = run->ids[kind][rng_below(&run->rng, PER_KIND)];
    return id == NULL ? "nobody" : id;
}

static const char *user_body(struct run *run)
{
    static const char *const names[] = {"ada@acme.test", "bob@acme.test", "ADA@acme.test", "cyd@acme.test", "dan@acme.test", ""};
    static const char *const more[] = {"",
                                       ",\"title\":\"T\"",
                                       ",\"title\":\"T\",\"active\":false",
                                       ",\"active\":true",
                                       ",\"emails\":7",
                                       ",\"emails\":[{\"value\":\"a@x.test\",\"primary\":true}]",
                                       ",\"externalId\":\"e\""};
    const char *name = names[rng_below(&run->rng, ARRAY_LEN(names))];
    return arena_printf(run->play.arena, "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"%s\"%s}",
                        name, more[rng_below(&run->rng, ARRAY_LEN(more))]);
}

static const char *group_body(struct run *run)
{
    static const char *const names[] = {"Sales", "SALES", "Crew", "All", ""};
    const char *name = names[rng_below(&run->rng, ARRAY_LEN(names))];
    const char *one = any_id(run, rng_below(&run->rng, 4) == 0), *other = any_id(run, 0);
    return arena_printf(run->play.arena,
                        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"%s\",\"members\":["
                        "{\"value\":\"%s\"},{\"value\":\"%s\"}]}",
                        name, one, other);
}

static const char *user_operation(struct run *run)
{
    static const char *const plain[] = {
        "{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"}",
        "{\"op\":\"replace\",\"path\":\"title\",\"value\":\"U\"}",
        "{\"op\":\"remove\",\"path\":\"title\"}",
        "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}",
        "{\"op\":\"replace\",\"path\":\"active\",\"value\":true}",
        "{\"op\":\"add\",\"path\":\"emails\",\"value\":[{\"value\":\"b@x.test\",\"type\":\"work\"}]}",
        "{\"op\":\"remove\",\"path\":\"emails[type eq \\\"work\\\"]\"}",
        "{\"op\":\"replace\",\"value\":{\"userName\":\"bob@acme.test\"}}",
        "{\"op\":\"replace\",\"path\":\"id\",\"value\":\"x\"}",
        "{\"op\":\"remove\",\"path\":\"userName\"}",
        "{\"op\":\"remove\"}",
        "{\"op\":\"add\",\"value\":{\"nickName\":\"n\",\"name\":{\"givenName\":\"g\"}}}"};
    uint64_t which = rng_below(&run->rng, ARRAY_LEN(plain) + 1);
    if (which < ARRAY_LEN(plain))
        return plain[which];
    return arena_printf(run->play.arena,
                        "{\"op\":\"add\",\"path\":\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager\","
                        "\"value\":{\"value\":\"%s\"}}",
                        any_id(run, 0));
}

static const char *group_operation(struct run *run)
{
    static const char *const formats[] = {"{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"%s\"}]}",
                                          "{\"op\":\"remove\",\"path\":\"members[value eq \\\"%s\\\"]\"}",
                                          "{\"op\":\"replace\",\"path\":\"members\",\"value\":[{\"value\":\"%s\"}]}",
                                          "{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"Crew\"}",
                                          "{\"op\":\"replace\",\"path\":\"externalId\",\"value\":\"g\"}",
                                          "{\"op\":\"remove\",\"path\":\"members\"}",
                                          "{\"op\":\"remove\",\"path\":\"displayName\"}"};
    const char *format = formats[rng_below(&run->rng, ARRAY_LEN(formats))], *hole = strstr(format, "%s");
    if (hole == NULL)
        return format;
    const char *id = any_id(run, rng_below(&run->rng, 5) == 0);
    return arena_printf(run->play.arena, "%.*s%s%s", (int)(hole - format), format, id, hole + 2);
}

static const char *patch_body(struct run *run, size_t kind)
{
    const char *first = kind == 0 ? user_operation(run) : group_operation(run);
    const char *second = kind == 0 ? user_operation(run) : group_operation(run);
    return arena_printf(run->play.arena,
                        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[%s%s%s]}", first,
                        rng_below(&run->rng, 2) == 0 ? "," : "],\"x\":[", second);
}

static void write_one(struct run *run, const char *method, const char *target, const char *body)
{
    run->last = arena_printf(run->play.arena, "%s %s %s", method, target, body);
    play_send(&run->play, method, arena_printf(run->play.arena, SCIM "%s", target), (struct bytes){body, strlen(body)});
}

static void write_any(struct run *run, size_t kind, size_t index)
{
    struct arena *arena = run->play.arena;
    const char *id = run->ids[kind][index];
    const char *target = arena_printf(arena, "%s/%s", endpoints[kind], id == NULL ? "nobody" : id);
    uint64_t what = rng_below(&run->rng, 12);
    if (id == NULL || what == 0) {
        write_one(run, "POST", endpoints[kind], kind == 0 ? user_body(run) : group_body(run));
        struct error err;
        const json *made = run->play.response.status == 201 ? json_parse(arena, run->play.response.body, "reply", &err) : NULL;
        if (made != NULL) {
            run->ids[kind][index] = arena_strdup(arena, json_get_text(made, "id", ""));
            run->seen[kind][index] = look(run, kind, index); /* the one before goes on, unwatched */
            run->play.response.status = 201;
        }
    } else if (what == 1) {
        write_one(run, "DELETE", target, "");
    } else if (what < 4) {
        write_one(run, "PUT", target, kind == 0 ? user_body(run) : group_body(run));
    } else {
        write_one(run, "PATCH", target, patch_body(run, kind));
    }
}

/* --- what has to hold --- */

static void compare(struct run *run, size_t kind, size_t index)
{
    struct seen *before = &run->seen[kind][index], now = look(run, kind, index);
    if (before->own != NULL && now.own != NULL) {
        bool other = strcmp(before->own, now.own) != 0;
        if (other == text_equal(before->tag, now.tag) || other == text_equal(before->modified, now.modified))
            FAIL_RUN(run, arena_printf(run->play.arena, "%s became %s, and the tag %s %s", before->own, now.own, before->tag,
                                       now.tag));
        run->changed += other;
        run->unchanged += !other;
    }
    *before = now;
}

static void step(struct run *run)
{
    run->now += 1000;
    const char *before = snapshot(run);
    write_any(run, rng_below(&run->rng, KINDS), rng_below(&run->rng, PER_KIND));
    int status = run->play.response.status;
    if (status >= 500)
        FAIL_RUN(run, "the server failed");
    if (status >= 400 && strcmp(before, snapshot(run)) != 0)
        FAIL_RUN(run, "a refused request changed something");
    run->refused += status >= 400;
    for (size_t kind = 0; kind < KINDS; kind++)
        for (size_t index = 0; index < PER_KIND; index++)
            compare(run, kind, index);
}

/* proves: RFC7644-3.14-03 RFC7644-3.5.2-24 RFC7644-3.5.2.1-12 RFC7643-3.1-21 RFC7643-3.1-24 */
static void tags_change_when_resources_do(void **state)
{
    UNUSED(state);
    unsigned changed = 0, unchanged = 0, refused = 0;
    for (unsigned seed = 1; seed <= RUNS; seed++) {
        struct run run = {.play = {.arena = arena_new(), .row = &nobody, .strict = seed % 2 == 0},
                          .rng = rng_new(seed),
                          .seed = seed,
                          .now = 1795369537000};
        play_start(&run.play, &run.now);
        for (unsigned i = 0; i < WRITES; i++)
            step(&run);
        changed += run.changed;
        unchanged += run.unchanged;
        refused += run.refused;
        server_free(run.play.server);
        arena_free(run.play.arena);
    }
    assert_true(changed > RUNS * WRITES / 8 && unchanged > RUNS * WRITES / 8 && refused > RUNS * WRITES / 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tags_change_when_resources_do)};
    return tap_run("properties of writes", tests);
}
