#include "common/base.h"
#include "simulator/crowd.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/directory.h"
#include "simulator/okta_state.h"
#include "simulator/server_ids.h"

#include <string.h>

#define PERSON "person"

static const char *const given[] = {"Ada", "Bob",   "Carol", "Dave", "Zoë",  "José",
                                    "Eve", "Grace", "Heidi", "Ivan", "Judy", "Mallory"};
static const char *const family[] = {"Byron", "Smith", "Müller", "Østergaard", "Nowak", "Rossi", "Tanaka", "O'Brien", "van Dijk"};
static const char *const titles[] = {"Engineer", "Account Manager", "Analyst", "Technical Writer", "Director"};
static const char *const departments[] = {"Engineering", "Sales", "Finance", "People & Places", "Support", "Legal"};

static const char *pick(struct rng *rng, const char *const *list, size_t count)
{
    return list[rng_below(rng, count)];
}

static size_t chunks(size_t count, size_t size)
{
    return (count + size - 1) / size;
}

size_t crowd_people_chunks(const struct crowd *crowd)
{
    return chunks(crowd->users, CROWD_PEOPLE);
}

size_t crowd_group_chunks(const struct crowd *crowd)
{
    return chunks(crowd->groups, CROWD_GROUPS);
}

static struct rng rng_of(const struct crowd *crowd, const char *what, size_t number)
{
    char name[40];
    struct buffer text = buffer_new(sizeof name);
    buffer_printf(&text, "%s %zu", what, number);
    struct rng rng = rng_for(crowd->seed, buffer_text(&text));
    buffer_release(&text);
    return rng;
}

static const char *person_key(struct arena *arena, size_t number)
{
    return arena_printf(arena, PERSON "%07zu", number);
}

static void describe_person(struct arena *arena, const struct crowd *crowd, size_t number, json *users)
{
    const char *key = person_key(arena, number);
    if (json_get(users, key) != NULL)
        return;
    struct rng rng = rng_of(crowd, "person", number);
    json *person = json_set_object(users, key);
    json_set_text(person, "email", arena_printf(arena, "%s@%s", key, crowd->domain));
    json_set_text(person, "givenName", pick(&rng, given, ARRAY_LEN(given)));
    json_set_text(person, "familyName", pick(&rng, family, ARRAY_LEN(family)));
    json_set_text(person, "title", pick(&rng, titles, ARRAY_LEN(titles)));
    json_set_text(person, "department", pick(&rng, departments, ARRAY_LEN(departments)));
    json_set_text(person, "employeeNumber", arena_printf(arena, "%07zu", number));
}

/* ids come from the chunk's own sequence. */
static bool load(struct arena *arena, const struct crowd *crowd, const char *what, size_t chunk, const json *spec,
                 struct directory **out, struct error *err)
{
    struct rng rng = rng_of(crowd, what, chunk);
    if (!directory_load(arena, spec, crowd->okta_ids, crowd->prefix, &rng, out, err))
        return false;
    for (size_t i = 0; i < (*out)->user_count; i++)
        (*out)->users[i]->assigned = true;
    return true;
}

static size_t chunk_end(size_t chunk, size_t size, size_t count)
{
    size_t end = (chunk + 1) * size;
    return end < count ? end : count;
}

bool crowd_people(struct arena *arena, const struct crowd *crowd, size_t chunk, struct directory **out, struct error *err)
{
    json *spec = json_object(arena), *users = json_set_object(spec, "users");
    for (size_t i = chunk * CROWD_PEOPLE; i < chunk_end(chunk, CROWD_PEOPLE, crowd->users); i++)
        describe_person(arena, crowd, i, users);
    return load(arena, crowd, "people", chunk, spec, out, err);
}

/* --- groups --- */

static bool has(const size_t *numbers, size_t count, size_t number)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

/* As many different people as a group has members, by Floyd's way: no draw is wasted however large the share. */
static void draw_members(const struct crowd *crowd, size_t group, size_t *out)
{
    struct rng rng = rng_of(crowd, "members", group);
    size_t taken = 0;
    for (size_t top = crowd->users - crowd->members; top < crowd->users; top++) {
        size_t number = (size_t)rng_below(&rng, top + 1);
        out[taken] = has(out, taken, number) ? top : number;
        taken++;
    }
}

static void describe_group(struct arena *arena, const struct crowd *crowd, size_t number, json *spec)
{
    json *users = json_edit(spec, "users"),
         *group = json_set_object(json_edit(spec, "groups"), arena_printf(arena, "g%06zu", number));
    struct rng rng = rng_of(crowd, "group", number);
    size_t *members = arena_array(arena, crowd->members + 1, sizeof *members);
    json_set_text(group, "name", arena_printf(arena, "%s %06zu", pick(&rng, departments, ARRAY_LEN(departments)), number));
    json *list = json_set_array(group, "members");
    draw_members(crowd, number, members);
    for (size_t i = 0; i < crowd->members; i++) {
        describe_person(arena, crowd, members[i], users);
        json_push_text(list, person_key(arena, members[i]));
    }
}

/* As after the person's own turn, when the server took it. */
static void remember(struct directory_user *user, const char *server_id)
{
    user->server_id = server_id;
    user->pushed_active = true;
    user->okta = PERSON_PROVISIONED;
}

bool crowd_groups(struct arena *arena, const struct crowd *crowd, size_t chunk, const struct server_ids *people,
                  struct directory **out, struct error *err)
{
    json *spec = json_object(arena);
    json_set_object(spec, "users");
    json_set_object(spec, "groups");
    for (size_t i = chunk * CROWD_GROUPS; i < chunk_end(chunk, CROWD_GROUPS, crowd->groups); i++)
        describe_group(arena, crowd, i, spec);
    if (!load(arena, crowd, "groups", chunk, spec, out, err))
        return false;
    for (size_t i = 0; i < (*out)->group_count; i++)
        (*out)->groups[i]->pushed = true;
    for (size_t i = 0; i < (*out)->user_count; i++) {
        uint64_t number = 0;
        struct directory_user *user = (*out)->users[i];
        bool known = text_to_u64(user->key + strlen(PERSON), CROWD_MAX_USERS, &number);
        const char *id = known ? server_ids_get(people, (size_t)number, arena) : NULL;
        if (id != NULL)
            remember(user, id);
    }
    return true;
}
