/* The command line of `scimulator push` as a call. */
#include "common/base.h"
#include "tests/table.h"

#include "common/json.h"
#include "runner/push_words.h"

static json *parsed(struct arena *arena, const char *text)
{
    struct error err;
    json *root = json_parse(arena, (struct bytes){text, strlen(text)}, "table", &err);
    assert_non_null(root);
    return root;
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *lines = table_need(c, "words"), *known = table_field(c, "known"), *error = table_field(c, "error");
    const char *const *words = NULL;
    size_t count = lines[0] == '\0' ? 0 : text_split(arena, lines, '\n', &words);
    struct error err = {0};
    json *call = NULL;
    const char *other = table_field(c, "other");
    enum event_kind kind = EVENT_COUNT;
    json *directory = parsed(arena, known == NULL ? "{}" : known);
    assert_true(other == NULL || event_find(other, &kind));
    bool read = other == NULL ? push_words_read(arena, words, count, directory, &call, &err)
                              : push_words_other(arena, kind, words, count, directory, &call, &err);
    if (error != NULL) {
        assert_false(read);
        assert_int_equal(err.code, ERROR_USAGE);
        if (strstr(err.message, error) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, error);
        return;
    }
    if (!read)
        fail_msg("%s: %s", err.where, err.message);
    if (!json_equal(call, parsed(arena, table_need(c, "call"))))
        fail_msg("%s", json_print(arena, call));
    for (const json *node = json_first(json_get(call, "events")); node != NULL; node = json_next(node)) {
        struct event event;
        assert_true(push_event_read(arena, node, &event));
        assert_string_equal(event_word(event.kind), json_get_text(node, "event", ""));
        assert_int_equal(event.member_count, json_count(json_get(node, "members")));
    }
}

int main(void)
{
    return tap_table("push_words", "tests/tables/push_words.table", row);
}
