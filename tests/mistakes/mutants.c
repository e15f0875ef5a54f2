/* mutants FOLDER FILE...: of each scenario file one copy for each thing that it expects, with that one thing made wrong.
 *
 * A copy has the id "<id>-m<number>", is played as the first dialect only, and says in "why" what is wrong about it. tests/mistakes/packs
 * plays them all: a copy that passes shows an expectation that can't fail. What is made wrong: statuses, headers, every value that a
 * body is compared with, and every value below "expect". Alternatives ($oneOf) are one thing.
 */
#include "common/base.h"

#include "common/error.h"
#include "common/file.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include <stdio.h>
#include <string.h>

#define FILE_MAX (512 * KIB)

struct mutation {
    struct arena *arena;
    size_t wanted, seen;  /* the number of the thing to make wrong; how many have been passed */
    const char *somebody; /* a key of the directory */
    const char *done;     /* what was made wrong; NULL: nothing yet */
};

static bool is_turn(struct mutation *m, const json *node)
{
    if (m->seen++ != m->wanted)
        return false;
    m->done = arena_printf(m->arena, "%s %s", json_key(node) == NULL ? "element" : json_key(node), json_print(m->arena, node));
    return true;
}

/* Of people and sources the words are others than those of states. */
static const char *other_word_of(const char *part, const char *word)
{
    static const char *const words[][3] = {{"people", "active", "deactivated"}, {"people", "deactivated", "active"},
                                           {"people", "suspended", "active"},   {"sources", "app", "okta"},
                                           {"sources", "okta", "app"},          {"users", "error", "provisioned"},
                                           {"groups", "error", "active"}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_equal(part, words[i][0]) && text_equal(word, words[i][1]))
            return words[i][2];
    return NULL;
}

static const char *other_word(const struct mutation *m, const char *word)
{
    static const char *const pairs[][2] = {{"allowed", "refused"},
                                           {"refused", "allowed"},
                                           {"alive", "dead"},
                                           {"dead", "alive"},
                                           {"editor", "viewer"},
                                           {"editor, joinable", "viewer, joinable"},
                                           {"string", "number"},
                                           {"number", "string"},
                                           {"boolean", "string"},
                                           {"array", "string"},
                                           {"active", "inactive"},
                                           {"inactive", "active"},
                                           {"provisioned", "unassigned"},
                                           {"unassigned", "provisioned"},
                                           {"deactivated", "provisioned"},
                                           {"suspended", "provisioned"}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (text_equal(word, pairs[i][0]))
            return pairs[i][1];
    return arena_printf(m->arena, "%s-other", word);
}

static void spoil_leaf(struct mutation *m, json *parent, json *node)
{
    int64_t number = 0;
    json *wrong;
    if (!is_turn(m, node))
        return;
    if (json_text(node) != NULL) {
        const char *other = other_word_of(json_key(parent), json_text(node));
        wrong = json_new_text(NULL, other != NULL ? other : other_word(m, json_text(node)));
    } else if (json_is(node, JSON_BOOL))
        wrong = json_new_bool(NULL, !json_true(node));
    else if (json_integer(node, &number)) {
        json *holder = json_object(m->arena);
        json_set_integer(holder, "n", number + 1);
        wrong = json_copy(NULL, json_get(holder, "n"));
    } else
        wrong = json_new_text(NULL, "something");
    json_replace_node(parent, node, wrong);
}

static void spoil(struct mutation *m, json *parent, json *node);

static void spoil_all(struct mutation *m, json *parent)
{
    for (json *node = json_edit_first(parent), *next; node != NULL && m->done == NULL; node = next) {
        next = json_edit_next(node);
        spoil(m, parent, node);
    }
}

static void replace_with(json *parent, json *node, const char *special, const char *text)
{
    json *wrong = json_object(NULL);
    if (text_equal(special, "$oneOf"))
        json_push_text(json_set_array(wrong, special), text);
    else
        json_set_text(wrong, special, text);
    json_replace_node(parent, node, wrong);
}

static void spoil(struct mutation *m, json *parent, json *node)
{
    if (json_get(node, "$absent") != NULL) {
        if (is_turn(m, node))
            replace_with(parent, node, "$type", "string");
    } else if (json_get(node, "$not") != NULL) {
        if (is_turn(m, node))
            replace_with(parent, node, "$type", "object");
    } else if (json_get(node, "$oneOf") != NULL) {
        if (is_turn(m, node))
            replace_with(parent, node, "$oneOf", "no such value");
    } else if (json_is(node, JSON_OBJECT) || json_is(node, JSON_ARRAY)) {
        spoil_all(m, node);
    } else {
        spoil_leaf(m, parent, node);
    }
}

/* Lists of people lose one, or get one. */
static void spoil_members(struct mutation *m, json *groups)
{
    for (json *list = json_edit_first(groups); list != NULL && m->done == NULL; list = json_edit_next(list)) {
        if (!is_turn(m, list))
            continue;
        if (json_count(list) > 0)
            json_remove_node(list, json_edit_first(list));
        else if (m->somebody != NULL)
            json_push_text(list, m->somebody);
    }
}

static void spoil_expect(struct mutation *m, json *expect)
{
    for (json *part = json_edit_first(expect); part != NULL && m->done == NULL; part = json_edit_next(part)) {
        if (text_equal(json_key(part), "members"))
            spoil_members(m, part);
        else if (json_is(part, JSON_OBJECT)) /* same-account, which names people, has its mistakes in mistakes.tsv */
            spoil_all(m, part);
    }
}

static void spoil_status(struct mutation *m, json *response)
{
    json *status = json_edit(response, "status");
    if (status != NULL && is_turn(m, status))
        json_set_integer(response, "status", 418);
}

static void spoil_step(struct mutation *m, json *step)
{
    static const char *const refusing[] = {"response", "refused"};
    for (size_t i = 0; i < ARRAY_LEN(refusing) && m->done == NULL; i++)
        spoil_status(m, json_edit(step, refusing[i]));
    json *response = json_edit(step, "response");
    if (m->done == NULL)
        spoil_all(m, json_edit(response, "headers"));
    if (m->done == NULL && json_edit(response, "body") != NULL)
        spoil(m, response, json_edit(response, "body"));
    if (m->done == NULL)
        spoil_expect(m, json_edit(step, "expect"));
}

/* False when there is no thing of that number. */
static bool spoil_scenario(struct mutation *m, json *root)
{
    m->somebody = json_key(json_first(json_get(json_get(root, "directory"), "users")));
    for (json *step = json_edit_first(json_edit(root, "steps")); step != NULL && m->done == NULL; step = json_edit_next(step))
        spoil_step(m, step);
    return m->done != NULL;
}

static bool write_mutants(const char *folder, const char *path, size_t *count, struct error *err)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct bytes text;
    struct json_document document;
    if (!file_read(arena, path, FILE_MAX, &text, err) || !json_read(arena, text, path, &document, err))
        return false;
    const char *id = json_get_text(document.root, "id", "");
    for (size_t n = 0;; n++) {
        struct mutation m = {.arena = arena, .wanted = n};
        json *copy = json_copy(arena, document.root), *idp = json_edit(copy, "idp");
        if (!spoil_scenario(&m, copy))
            return true;
        while (json_count(idp) > 1)
            json_remove_node(idp, json_edit_next(json_edit_first(idp)));
        json_set_text(copy, "id", arena_printf(arena, "%s-m%zu", id, n));
        json_set_text(copy, "why", m.done);
        const char *out = json_print_pretty(arena, copy);
        if (!file_write(arena_printf(arena, "%s/%s-m%zu.json", folder, id, n), (struct bytes){out, strlen(out)}, 0644, err))
            return false;
        ++*count;
    }
}

int main(int argc, char **argv)
{
    struct error err;
    char text[1100];
    size_t count = 0;
    for (int i = 2; i < argc; i++)
        if (!write_mutants(argv[1], argv[i], &count, &err)) {
            fprintf(stderr, "mutants: %s\n", error_text(&err, text, sizeof text));
            return 1;
        }
    printf("%zu\n", count);
    return 0;
}
