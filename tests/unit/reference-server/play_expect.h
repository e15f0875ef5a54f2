/* play_expect.h: what a reply has to be, in the words of test_server_play.h: one function for each kind of line. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_PLAY_EXPECT_H
#define TESTS_UNIT_REFERENCE_SERVER_PLAY_EXPECT_H

#include "common/base.h"

#include "tests/unit/reference-server/play_send.h"

static bool play_holds(struct play *play, const json *expected, const json *actual);

static bool play_holds_all(struct play *play, const json *expected, const json *actual)
{
    for (const json *e = json_first(expected); e != NULL; e = json_next(e)) {
        bool found = false;
        if (json_is(expected, JSON_OBJECT)) {
            found = json_get(actual, json_key(e)) != NULL && play_holds(play, e, json_get(actual, json_key(e)));
        } else {
            for (const json *a = json_first(actual); a != NULL && !found; a = json_next(a))
                found = play_holds(play, e, a);
        }
        if (!found)
            return false;
    }
    return true;
}

static bool play_holds(struct play *play, const json *expected, const json *actual)
{
    if (json_type(expected) != json_type(actual))
        return false;
    if (json_is(expected, JSON_OBJECT) || json_is(expected, JSON_ARRAY))
        return play_holds_all(play, expected, actual);
    if (json_is(expected, JSON_STRING) && json_text(expected)[0] == '~')
        return text_glob(json_text(expected) + 1, json_text(actual));
    return json_equal(expected, actual);
}

static json *play_json(struct play *play, const char *text)
{
    struct error err;
    json *value = json_parse(play->arena, (struct bytes){text, strlen(text)}, "expectation", &err);
    if (value == NULL)
        play_fail(play, "%s: %s", err.where, err.message);
    return value;
}

static void play_expect(struct play *play, const char *status, const char *rest)
{
    if (play->response.status != atoi(status))
        play_fail(play, "the status should be %s", status);
    if (*rest != '\0' && !play_holds(play, play_json(play, rest), play->body))
        play_fail(play, "the body should hold %s", rest);
}

static void play_header(struct play *play, const char *rest)
{
    const char *colon = strchr(rest, ':');
    const char *name = colon == NULL ? rest : arena_strndup(play->arena, rest, (size_t)(colon - rest));
    const char *value = http_header(&play->response.headers, name);
    if (colon == NULL ? value != NULL : value == NULL || !text_glob(colon + 2, value))
        play_fail(play, "the header %s is %s", name, value == NULL ? "missing" : value);
}

static void play_look(struct play *play, const char *what, const char *rest)
{
    const char *pointer = play_split(play, &rest);
    const json *value = play->body == NULL ? NULL : json_pointer(play->body, pointer);
    if (strcmp(what, "lacks") == 0 ? value != NULL : value == NULL)
        play_fail(play, "%s is %s", pointer, value == NULL ? "missing" : json_print(play->arena, value));
    if (strcmp(what, "count") == 0 && (int)json_count(value) != atoi(rest))
        play_fail(play, "%s has %zu", pointer, json_count(value));
    if (strcmp(what, "equals") == 0 && !json_equal(value, play_json(play, rest)))
        play_fail(play, "%s is %s", pointer, json_print(play->arena, value));
}

static void play_silent(struct play *play, const char *text)
{
    const struct http_headers *headers = &play->response.headers;
    if (play->response.body.p != NULL && strstr(play->response.body.p, text) != NULL)
        play_fail(play, "the reply says %s", text);
    for (size_t i = 0; i < headers->count; i++)
        if (strstr(headers->items[i].value, text) != NULL)
            play_fail(play, "the header %s says %s", headers->items[i].name, text);
}

static void play_order(struct play *play, const char *rest)
{
    const char *pointer = play_split(play, &rest);
    struct buffer b = buffer_new(0);
    for (const json *n = json_first(json_get(play->body, "Resources")); n != NULL; n = json_next(n)) {
        const char *text = json_text(json_pointer(n, pointer));
        buffer_printf(&b, "%s%s", b.n > 0 ? " " : "", text == NULL ? "-" : text);
    }
    const char *found = buffer_take(&b, play->arena);
    if (strcmp(found, rest) != 0)
        play_fail(play, "the order is %s", found);
}

static void play_keep(struct play *play, const char *rest)
{
    const char *name = play_split(play, &rest);
    const char *text = json_text(json_pointer(play->body, rest));
    if (text == NULL || play->kept_count == PLAY_MAX_KEPT)
        play_fail(play, "%s is no text to keep", rest);
    play->kept[play->kept_count][0] = name;
    play->kept[play->kept_count++][1] = text;
}

static const json *play_part(struct play *play, const char *pointer)
{
    if (play->body == NULL)
        play_fail(play, "the reply has no body");
    const json *part = pointer[0] == '\0' ? play->body : json_pointer(play->body, pointer);
    if (part == NULL)
        play_fail(play, "%s is missing", pointer);
    return part;
}

static void play_hold(struct play *play, const char *rest)
{
    const char *name = play_split(play, &rest);
    if (play->held_count == PLAY_MAX_KEPT)
        play_fail(play, "too much to hold");
    play->held[play->held_count++] = (struct play_held){name, json_copy(play->arena, play_part(play, rest))};
}

static void play_compare(struct play *play, bool same, const char *rest)
{
    const char *name = play_split(play, &rest);
    const json *before = NULL, *now = play_part(play, rest);
    for (size_t i = 0; i < play->held_count; i++)
        if (strcmp(play->held[i].name, name) == 0)
            before = play->held[i].value;
    if (before == NULL)
        play_fail(play, "nothing is held as %s", name);
    if (json_equal(before, now) != same)
        play_fail(play, "%s: it was %s", same ? "this has changed" : "this should have changed", json_print(play->arena, before));
}

static void play_each(struct play *play, const char *rest)
{
    const char *pointer = play_split(play, &rest);
    const json *expected = play_json(play, rest), *list = play_part(play, pointer);
    if (json_count(list) == 0)
        play_fail(play, "%s has no elements", pointer);
    for (const json *n = json_first(list); n != NULL; n = json_next(n))
        if (!play_holds(play, expected, n))
            play_fail(play, "one element is %s", json_print(play->arena, n));
}

static void play_only(struct play *play, const char *rest)
{
    const char *pointer = play_split(play, &rest);
    const char *text = json_text(play_part(play, pointer));
    if (text_is_blank(text) || text[strspn(text, rest)] != '\0')
        play_fail(play, "%s has other letters", pointer);
}

#endif
