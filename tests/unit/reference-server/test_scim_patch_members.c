/* A patch applied to the members it names gives what it gives when it is applied to all: generated groups and patches, at the engine and over HTTP. */
#include "common/base.h"
#include "reference-server/scim/patch_members.h"

#include "common/map.h"
#include "common/rng.h"
#include "common/unicode.h"
#include "reference-server/scim/patch.h"

#include "tests/unit/reference-server/test_scim.h"
#include "tests/unit/reference-server/test_server_play.h"

#define ROUNDS 4000
#define PEOPLE 12 /* more than the group ever has */

/* --- generating --- */

static const char *pick(struct rng *rng, const char *const *items, size_t count)
{
    return items[rng_below(rng, count)];
}

/* Somebody, as the client writes the id. */
static const char *some_id(struct rng *rng, struct arena *arena, const char *const *ids)
{
    char *id = arena_strdup(arena, ids[rng_below(rng, PEOPLE)]);
    for (char *p = id; *p != '\0' && rng_below(rng, 8) == 0; p++)
        *p = (char)toupper((unsigned char)*p);
    return rng_below(rng, 40) == 0 ? "nobody-there" : id;
}

static const char *some_element(struct rng *rng, struct arena *arena, const char *const *ids)
{
    static const char *const forms[] = {"{\"value\":\"%s\"}",
                                        "{\"value\":\"%s\"}",
                                        "{\"value\":\"%s\",\"display\":\"Ada\"}",
                                        "{\"value\":\"%s\",\"type\":\"User\",\"$ref\":\"https://x.test/1\"}",
                                        "{\"$ref\":null,\"Value\":\"%s\"}",
                                        "{\"value\":\"%s\",\"type\":\"Group\"}",
                                        "\"%s\""};
    static const char *const odd[] = {"{\"value\":\"{\\\"value\\\":\\\"%s\\\"}\"}",
                                      "{\"display\":\"%s\"}",
                                      "{\"value\":[\"%s\"]}",
                                      "{}",
                                      "{\"value\":\"\"}",
                                      "{\"value\":null}",
                                      "7"};
    const char *id = some_id(rng, arena, ids);
    const char *form = rng_below(rng, 25) == 0 ? pick(rng, odd, ARRAY_LEN(odd)) : pick(rng, forms, ARRAY_LEN(forms));
    const char *at = strstr(form, "%s");
    return at == NULL ? form : arena_printf(arena, "%.*s%s%s", (int)(at - form), form, id, at + 2);
}

static const char *some_list(struct rng *rng, struct arena *arena, const char *const *ids)
{
    struct buffer b = buffer_new(0);
    size_t count = rng_below(rng, 30) == 0 ? 20 : rng_below(rng, 4);
    if (count == 1 && rng_below(rng, 4) == 0)
        return some_element(rng, arena, ids);
    buffer_add_char(&b, '[');
    for (size_t i = 0; i < count; i++)
        buffer_printf(&b, "%s%s", i > 0 ? "," : "", some_element(rng, arena, ids));
    buffer_add_char(&b, ']');
    return buffer_take(&b, arena);
}

static const char *some_filter(struct rng *rng, struct arena *arena, const char *const *ids)
{
    const char *a = some_id(rng, arena, ids), *b = some_id(rng, arena, ids);
    switch (rng_below(rng, 12)) {
    case 0:
        return arena_printf(arena, "VALUE EQ \"%s\"", a);
    case 1:
        return arena_printf(arena, "value eq \"%s\" or value eq \"%s\"", a, b);
    case 2:
        return arena_printf(arena, "value eq \"%s\" and not (display pr)", a);
    case 3:
        return arena_printf(arena, "not (value eq \"%s\")", a);
    case 4:
        return arena_printf(arena, "value ne \"%s\"", a);
    case 5:
        return arena_printf(arena, "value co \"%.3s\" or value eq \"%s\"", a, b);
    case 6:
        return "value eq null";
    case 7:
        return "type eq \"User\"";
    default:
        return arena_printf(arena, "value eq \"%s\"", a);
    }
}

/* What is neither an add nor a filtered removal. */
static const char *some_other(struct rng *rng, struct arena *arena, const char *const *ids)
{
    const char *list = some_list(rng, arena, ids), *filter = some_filter(rng, arena, ids), *id = some_id(rng, arena, ids);
    switch (rng_below(rng, 12)) {
    case 0:
        return arena_printf(arena, "{\"op\":\"replace\",\"path\":\"members\",\"value\":%s}", list);
    case 1:
        return "{\"op\":\"remove\",\"path\":\"members\"}";
    case 2:
        return arena_printf(arena, "{\"op\":\"replace\",\"value\":{\"displayName\":\"B\",\"members\":%s}}", list);
    case 3:
        return arena_printf(arena, "{\"op\":\"add\",\"path\":\"members[value eq \\\"%s\\\"].display\",\"value\":\"x\"}", id);
    case 4:
        return arena_printf(arena, "{\"op\":\"add\",\"path\":\"members.value\",\"value\":\"%s\"}", id);
    case 5:
        return arena_printf(arena, "{\"op\":\"add\",\"value\":{\"members.value\":\"%s\"}}", id);
    case 6:
        return arena_printf(arena, "{\"op\":\"move\",\"path\":\"members\",\"value\":%s}", list);
    case 7:
        return "{\"op\":\"remove\",\"path\":\"displayName\"}";
    case 8:
        return "{\"op\":\"add\",\"path\":\"nothing\",\"value\":1}";
    case 9:
        return arena_printf(arena, "{\"op\":\"remove\",\"path\":\"members[value eq \\\"%s\\\"].display\"}", id);
    case 10:
        return arena_printf(arena, "{\"op\":\"add\",\"path\":\"members[%s]\",\"value\":%s}", "value eq 7", list);
    default:
        return strchr(filter, '"') == NULL ? "{\"op\":\"replace\",\"path\":\"externalId\",\"value\":null}"
                                           : "{\"op\":\"remove\",\"path\":\"members[broken\"}";
    }
}

static const char *some_operation(struct rng *rng, struct arena *arena, const char *const *ids)
{
    static const char *const adds[] = {"add", "add", "Add"}, *const removes[] = {"remove", "remove", "Remove"};
    static const char *const paths[] = {"members", "members", "Members", "urn:ietf:params:scim:schemas:core:2.0:Group:members"};
    const char *list = some_list(rng, arena, ids), *add = pick(rng, adds, 3), *remove = pick(rng, removes, 3),
               *path = pick(rng, paths, 4);
    json *text = json_new_text(arena, arena_printf(arena, "%s[%s]", path, some_filter(rng, arena, ids)));
    switch (rng_below(rng, 12)) {
    case 0:
    case 1:
    case 2:
        return arena_printf(arena, "{\"op\":\"%s\",\"path\":\"%s\",\"value\":%s}", add, path, list);
    case 3:
        return arena_printf(arena, "{\"op\":\"%s\",\"value\":{\"members\":%s}}", add, list);
    case 4:
        return arena_printf(arena, "{\"op\":\"%s\",\"value\":{\"MEMBERS\":%s,\"displayName\":\"C\"}}", add, list);
    case 5:
    case 6:
    case 7:
        return arena_printf(arena, "{\"op\":\"%s\",\"path\":%s}", remove, json_print(arena, text));
    case 8:
    case 9:
        return arena_printf(arena, "{\"op\":\"%s\",\"path\":\"%s\",\"value\":%s}", remove, path, list);
    case 10:
        return rng_below(rng, 2) == 0 ? "{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"D\"}"
                                      : "{\"op\":\"replace\",\"value\":{\"id\":\"g1\",\"displayName\":\"E\"}}";
    default:
        return some_other(rng, arena, ids);
    }
}

static const char *some_patch(struct rng *rng, struct arena *arena, const char *const *ids)
{
    struct buffer b = buffer_new(0);
    size_t count = 1 + rng_below(rng, 3);
    buffer_printf(&b, "{\"schemas\":[\"%s\"],\"Operations\":[", SCIM_URN_PATCH);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&b, "%s%s", i > 0 ? "," : "", some_operation(rng, arena, ids));
    buffer_add(&b, "]}");
    return buffer_take(&b, arena);
}

/* --- at the engine --- */

static struct map *folded(struct arena *arena, const struct scim_names *names)
{
    struct map *set = map_new();
    for (size_t i = 0; i < names->count; i++)
        map_set(set, unicode_fold(arena, names->items[i]), set);
    return set;
}

/* The members that are in the set, or those that are not. */
static json *keep_members(struct arena *arena, const json *resource, const struct map *set, bool in)
{
    json *kept = json_array(arena);
    for (const json *n = json_first(json_get(resource, "members")); n != NULL; n = json_next(n)) {
        const char *value = json_get_text(n, "value", NULL);
        bool named = value == NULL || map_get(set, unicode_fold(arena, value)) != NULL;
        if (named == in)
            json_push_copy(kept, n);
    }
    return kept;
}

static void compare(struct scim_test *t, const struct scim_patch *patch, const struct scim_names *names)
{
    struct map *set = folded(t->arena, names);
    struct scim_error whole_err = {0}, part_err = {0};
    json *part = json_copy(t->arena, t->resource), *whole_out = NULL, *part_out = NULL;
    bool changed;
    json_set_copy(part, "members", keep_members(t->arena, t->resource, set, true));
    if (json_count(json_get(part, "members")) == 0)
        json_remove(part, "members");
    bool whole_good = scim_patch_apply(t->arena, t->type, t->compat, t->resource, patch, &whole_out, &changed, &whole_err);
    bool part_good = scim_patch_apply(t->arena, t->type, t->compat, part, patch, &part_out, &changed, &part_err);
    assert_int_equal(part_good, whole_good);
    if (!whole_good) {
        assert_int_equal(part_err.status, whole_err.status);
        assert_string_equal(part_err.scim_type, whole_err.scim_type);
        assert_string_equal(part_err.detail, whole_err.detail);
    } else {
        test_same(t, keep_members(t->arena, whole_out, set, false), keep_members(t->arena, t->resource, set, false));
        test_same(t, keep_members(t->arena, whole_out, set, true), keep_members(t->arena, part_out, set, true));
        assert_int_equal(json_count(keep_members(t->arena, part_out, set, false)), 0);
        json_remove(whole_out, "members");
        json_remove(part_out, "members");
        test_same(t, part_out, whole_out);
    }
    map_free(set);
}

static void part_and_whole_agree(void **state)
{
    UNUSED(state);
    struct rng rng = rng_new(1);
    size_t named = 0;
    const char *ids[PEOPLE];
    struct arena *outer CLEANUP(arena_cleanup) = arena_new();
    for (size_t i = 0; i < PEOPLE; i++)
        ids[i] = arena_printf(outer, "id-%zu", i);
    const struct table_case group = {.name = "generated", .fields = (struct table_entry[]){{"type", "Group"}}, .count = 1};
    for (size_t round = 0; round < ROUNDS; round++) {
        struct scim_test t = test_begin(&group);
        struct scim_patch patch;
        struct scim_names names;
        json *members = json_set_array(t.resource, "members");
        for (size_t i = 0; i < PEOPLE; i++)
            if (rng_below(&rng, 2) == 0)
                json_set_text(json_push_object(members), "value", ids[i]);
        t.compat = rng_below(&rng, 3) == 0 ? SCIM_COMPAT_NONE : SCIM_COMPAT_ALL;
        json *body = test_parse(t.arena, some_patch(&rng, t.arena, ids), "patch");
        assert_true(scim_message_read_patch(t.arena, body, &patch, &t.err));
        if (scim_patch_members(t.arena, t.type, &patch, &names)) {
            named++;
            compare(&t, &patch, &names);
        }
        test_end(&t);
    }
    assert_true(named > ROUNDS / 3);
    assert_true(named < ROUNDS);
}

/* --- over HTTP: a defect that has nothing to do with it makes a server bring up whole groups --- */

static void send_to_both(struct play both[2], const char *method, const char *target, const char *body)
{
    for (size_t i = 0; i < 2; i++) {
        both[i].line = body;
        play_send(&both[i], method, arena_printf(both[i].arena, PLAY_ROOT "/scim/v2%s", target),
                  (struct bytes){body, strlen(body)});
        play_check_reply(&both[i], "");
    }
    const char *tags[] = {http_header(&both[0].response.headers, "ETag"), http_header(&both[1].response.headers, "ETag")};
    assert_int_equal(both[0].response.status, both[1].response.status);
    assert_string_equal(tags[0] == NULL ? "" : tags[0], tags[1] == NULL ? "" : tags[1]);
    if (both[0].body != NULL)
        assert_string_equal(json_print(both[0].arena, both[0].body), json_print(both[1].arena, both[1].body));
}

static void make_people(struct play both[2], struct arena *arena, const char *ids[PEOPLE])
{
    for (size_t i = 0; i < PEOPLE; i++) {
        const char *kind = i < PEOPLE - 2 ? "user" : "group";
        send_to_both(both, "POST", i < PEOPLE - 2 ? "/Users" : "/Groups",
                     arena_printf(arena, "{%s,\"userName\":\"p%zu@acme.test\",\"displayName\":\"P%zu\"}",
                                  play_word(&both[0], kind), i, i));
        assert_int_equal(both[0].response.status, 201);
        ids[i] = arena_strdup(arena, json_get_text(both[0].body, "id", ""));
    }
}

static void servers_agree(bool strict)
{
    static struct table_entry fields[] = {{"defect", "K77-external-id-dropped"}, {"strict", "yes"}};
    const struct table_case rows[2] = {{.name = "named", .fields = fields + 1, .count = strict},
                                       {.name = "whole", .fields = fields, .count = strict ? 2 : 1}};
    int64_t now = 1795369537000;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct play both[2] = {{.arena = arena_new(), .row = &rows[0]}, {.arena = arena_new(), .row = &rows[1]}};
    struct rng rng = rng_new(strict ? 2 : 3);
    const char *ids[PEOPLE];
    for (size_t i = 0; i < 2; i++)
        play_start(&both[i], &now);
    make_people(both, arena, ids);
    const char *group = arena_printf(arena, "/Groups/%s", ids[PEOPLE - 1]);
    for (size_t round = 0; round < ROUNDS / 4; round++) {
        now += 1000;
        bool asks = rng_below(&rng, 2) == 0;
        send_to_both(both, "PATCH", asks ? arena_printf(arena, "%s?excludedAttributes=members", group) : group,
                     some_patch(&rng, arena, ids));
        send_to_both(both, "GET", group, "");
    }
    for (size_t i = 0; i < 2; i++) {
        server_free(both[i].server);
        arena_free(both[i].arena);
    }
}

static void servers_agree_with_rewrites(void **state)
{
    UNUSED(state);
    servers_agree(false);
}

static void strict_servers_agree(void **state)
{
    UNUSED(state);
    servers_agree(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(part_and_whole_agree), cmocka_unit_test(servers_agree_with_rewrites),
                                       cmocka_unit_test(strict_servers_agree)};
    return tap_run("scim patch members", tests);
}
