/* A made-up directory in chunks: everybody is there once, and each chunk is the same whenever it is made. */
#include "common/base.h"

#include "common/error.h"
#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/crowd.h"
#include "simulator/directory.h"
#include "simulator/server_ids.h"
#include "tests/tap.h"

static struct directory *people(struct arena *arena, const struct crowd *crowd, size_t chunk)
{
    struct error err = {0};
    struct directory *directory = NULL;
    assert_true(crowd_people(arena, crowd, chunk, &directory, &err));
    return directory;
}

static struct directory *groups(struct arena *arena, const struct crowd *crowd, size_t chunk, const struct server_ids *ids)
{
    struct error err = {0};
    struct directory *directory = NULL;
    assert_true(crowd_groups(arena, crowd, chunk, ids, &directory, &err));
    return directory;
}

static void everybody_is_in_one_chunk(void **state)
{
    UNUSED(state);
    static const size_t sizes[] = {1, CROWD_PEOPLE - 1, CROWD_PEOPLE, CROWD_PEOPLE + 1, 5 * CROWD_PEOPLE, 5 * CROWD_PEOPLE + 7};
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        const struct crowd crowd = {.users = sizes[s], .seed = 1, .domain = "acme.test"};
        struct map *names = map_new(), *ids = map_new();
        size_t count = 0;
        for (size_t c = 0; c < crowd_people_chunks(&crowd); c++) {
            const struct directory *chunk = people(arena, &crowd, c);
            assert_in_range(chunk->user_count, 1, CROWD_PEOPLE);
            for (size_t i = 0; i < chunk->user_count; i++, count++) {
                const struct directory_user *user = chunk->users[i];
                assert_null(map_get(names, directory_user_name(user)));
                assert_null(map_get(ids, user->id));
                map_set(names, directory_user_name(user), chunk->users[i]);
                map_set(ids, user->id, chunk->users[i]);
                assert_true(user->assigned);
                assert_null(user->server_id);
                assert_true(text_ends(directory_user_name(user), "@acme.test"));
            }
        }
        assert_int_equal(count, sizes[s]);
        map_free(names);
        map_free(ids);
    }
}

static void assert_same_person(struct arena *arena, const struct directory_user *a, const struct directory_user *b)
{
    assert_string_equal(a->key, b->key);
    assert_string_equal(json_print(arena, a->profile), json_print(arena, b->profile));
}

static void a_chunk_is_the_same_each_time(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct crowd crowd = {.users = 500, .groups = 20, .members = 30, .seed = 9, .okta_ids = true, .domain = "acme.test"};
    struct server_ids *none = server_ids_new(crowd.users);
    const struct directory *a = people(arena, &crowd, 3), *b = people(arena, &crowd, 3);
    for (size_t i = 0; i < a->user_count; i++) {
        assert_same_person(arena, a->users[i], b->users[i]);
        assert_string_equal(a->users[i]->id, b->users[i]->id);
        assert_true(text_starts(a->users[i]->id, "00u"));
    }
    a = groups(arena, &crowd, 2, none), b = groups(arena, &crowd, 2, none);
    for (size_t i = 0; i < a->group_count; i++) {
        assert_string_equal(a->groups[i]->id, b->groups[i]->id);
        assert_string_equal(a->groups[i]->name, b->groups[i]->name);
        for (size_t m = 0; m < crowd.members; m++)
            assert_same_person(arena, a->groups[i]->members[m], b->groups[i]->members[m]);
    }
    server_ids_free(none);
}

static void another_seed_makes_other_ids_and_members(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct crowd crowd = {.users = 500, .groups = 1, .members = 10, .seed = 1, .domain = "acme.test"};
    struct server_ids *none = server_ids_new(crowd.users);
    const struct directory *a = groups(arena, &crowd, 0, none);
    crowd.seed = 2;
    const struct directory *b = groups(arena, &crowd, 0, none);
    size_t same = 0;
    for (size_t i = 0; i < crowd.members; i++)
        same += text_equal(a->groups[0]->members[i]->key, b->groups[0]->members[i]->key);
    assert_in_range(same, 0, crowd.members - 1);
    assert_string_not_equal(a->groups[0]->id, b->groups[0]->id);
    server_ids_free(none);
}

/* Those of the people's own chunks, each once; up to everybody. */
static void members_are_people_of_the_crowd(void **state)
{
    UNUSED(state);
    static const size_t members[] = {0, 1, 20, 59, 60};
    for (size_t s = 0; s < ARRAY_LEN(members); s++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        const struct crowd crowd = {
            .users = 60, .groups = CROWD_GROUPS + 1, .members = members[s], .seed = 4, .domain = "acme.test", .prefix = "x-"};
        struct map *all = map_new();
        struct server_ids *none = server_ids_new(crowd.users);
        for (size_t c = 0; c < crowd_people_chunks(&crowd); c++) {
            const struct directory *chunk = people(arena, &crowd, c);
            for (size_t i = 0; i < chunk->user_count; i++)
                map_set(all, chunk->users[i]->key, chunk->users[i]);
        }
        assert_int_equal(crowd_group_chunks(&crowd), 2);
        for (size_t c = 0; c < 2; c++) {
            const struct directory *chunk = groups(arena, &crowd, c, none);
            assert_int_equal(chunk->group_count, c == 0 ? CROWD_GROUPS : 1);
            for (size_t g = 0; g < chunk->group_count; g++) {
                assert_true(chunk->groups[g]->pushed);
                assert_true(text_starts(chunk->groups[g]->name, "x-"));
                assert_int_equal(chunk->groups[g]->member_count, members[s]); /* the directory takes nobody twice */
                for (size_t m = 0; m < members[s]; m++)
                    assert_same_person(arena, chunk->groups[g]->members[m], map_get(all, chunk->groups[g]->members[m]->key));
            }
        }
        server_ids_free(none);
        map_free(all);
    }
}

static void members_have_the_ids_that_the_server_gave(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct crowd crowd = {.users = 120, .groups = 2, .members = 100, .seed = 4, .domain = "acme.test"};
    struct server_ids *ids = server_ids_new(crowd.users);
    for (size_t i = 0; i < crowd.users; i += 2)
        server_ids_set(ids, i, arena_printf(arena, "id-of-%07zu", i));
    const struct directory *chunk = groups(arena, &crowd, 0, ids);
    for (size_t i = 0; i < chunk->user_count; i++) {
        const struct directory_user *user = chunk->users[i];
        uint64_t number = 0;
        assert_true(text_to_u64(user->key + sizeof "person" - 1, crowd.users, &number));
        if (number % 2 == 0)
            assert_string_equal(user->server_id, arena_printf(arena, "id-of-%07zu", (size_t)number));
        else
            assert_null(user->server_id);
        assert_int_equal(user->pushed_active, number % 2 == 0);
    }
    server_ids_free(ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_in_one_chunk),
        cmocka_unit_test(a_chunk_is_the_same_each_time),
        cmocka_unit_test(another_seed_makes_other_ids_and_members),
        cmocka_unit_test(members_are_people_of_the_crowd),
        cmocka_unit_test(members_have_the_ids_that_the_server_gave),
    };
    return tap_run("crowd", tests);
}
