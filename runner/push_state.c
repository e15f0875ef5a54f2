#include "common/base.h"

#include "runner/push_state.h"

#include "common/error.h"
#include "common/file.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

static bool unfit(const char *path, struct error *err, const char *message)
{
    return error_set(err, ERROR_INVALID, path, "name another --state file, or remove this one to begin anew", "%s", message);
}

static bool check_replies(const json *replies)
{
    int64_t status;
    for (const json *reply = json_first(replies); reply != NULL; reply = json_next(reply))
        if (json_get_text(reply, "request", NULL) == NULL || json_get_text(reply, "body", NULL) == NULL ||
            !json_integer(json_get(reply, "status"), &status) || status < 0 || status > 999)
            return false;
    return true;
}

static bool check_calls(const json *calls)
{
    if (!json_is(calls, JSON_ARRAY) || json_count(calls) > PUSH_STATE_MAX_CALLS)
        return false;
    for (const json *call = json_first(calls); call != NULL; call = json_next(call))
        if (!json_is(json_get(call, "events"), JSON_ARRAY) || !check_replies(json_get(call, "replies")))
            return false;
    return true;
}

static bool check(struct arena *arena, const struct push_state *state, const char *dialect, const char *target, uint64_t *seed,
                  struct error *err)
{
    if (json_get_integer(state->root, "push", 0) != 1 || !check_calls(json_get(state->root, "calls")) ||
        !text_to_u64(json_get_text(state->root, "seed", ""), UINT64_MAX, seed))
        return unfit(state->path, err, "this is no state of `scimulator push`");
    const char *was = json_get_text(state->root, "dialect", "");
    if (!text_equal(was, dialect))
        return unfit(state->path, err, arena_printf(arena, "it is the state of a client that speaks %s, not %s", was, dialect));
    was = json_get_text(state->root, "target", "");
    if (!text_equal(was, target))
        return unfit(state->path, err, arena_printf(arena, "it is a state on %s, not on %s", was, target));
    return true;
}

bool push_state_open(struct arena *arena, const char *path, const char *dialect, const char *target, uint64_t *seed,
                     struct push_state *out, struct error *err)
{
    struct bytes text;
    *out = (struct push_state){.path = path};
    if (path != NULL && file_exists(path)) {
        if (!file_read(arena, path, PUSH_STATE_MAX, &text, err))
            return false;
        out->root = json_parse(arena, text, path, err);
        return out->root != NULL && check(arena, out, dialect, target, seed, err);
    }
    out->root = json_object(arena);
    json_set_integer(out->root, "push", 1);
    json_set_text(out->root, "dialect", dialect);
    json_set_text(out->root, "seed", arena_printf(arena, "%llu", (unsigned long long)*seed));
    json_set_text(out->root, "target", target);
    json_set_array(out->root, "calls");
    return true;
}

const json *push_state_calls(const struct push_state *state)
{
    return json_get(state->root, "calls");
}

static void merge(json *to, const json *from)
{
    for (const json *node = json_first(from); node != NULL; node = json_next(node))
        json_set_copy(to, json_key(node), node);
}

/* Names that events gave later are those by which people and groups are called now. */
static void rename_known(json *known, const json *event)
{
    json *user = json_edit(json_edit(known, "users"), json_get_text(event, "subject", ""));
    json *group = json_edit(json_edit(known, "groups"), json_get_text(event, "subject", ""));
    for (const json *change = json_first(json_get(event, "changes")); change != NULL && user != NULL; change = json_next(change))
        json_set_text(user, json_key(change), json_text(change));
    if (group != NULL && json_get(event, "name") != NULL)
        json_set_text(group, "name", json_get_text(event, "name", ""));
}

json *push_state_known(struct arena *arena, const struct push_state *state)
{
    json *known = json_object(arena), *users = json_set_object(known, "users"), *groups = json_set_object(known, "groups");
    for (const json *call = json_first(push_state_calls(state)); call != NULL; call = json_next(call)) {
        merge(users, json_get(call, "users"));
        merge(groups, json_get(call, "groups"));
        for (const json *event = json_first(json_get(call, "events")); event != NULL; event = json_next(event))
            rename_known(known, event);
    }
    return known;
}

bool push_state_keep(struct arena *arena, struct push_state *state, const json *call, struct error *err)
{
    json *calls = json_edit(state->root, "calls");
    if (state->path == NULL)
        return true;
    if (json_count(calls) >= PUSH_STATE_MAX_CALLS)
        return error_set(err, ERROR_LIMIT, state->path, "begin another state", "more than %d calls", PUSH_STATE_MAX_CALLS);
    json_push_copy(calls, call);
    const char *text = arena_printf(arena, "%s\n", json_print_pretty(arena, state->root));
    return file_write(state->path, (struct bytes){text, strlen(text)}, 0600, err);
}
