/* `scimulator push`: one event by hand. */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/file.h"
#include "common/http_client.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "runner/commands.h"
#include "runner/interrupt.h"
#include "runner/push.h"
#include "runner/push_secret.h"
#include "runner/push_state.h"
#include "runner/push_words.h"
#include "runner/target.h"
#include "simulator/dialect.h"

#include <stdio.h>
#include <string.h>

#define PUSH_FILE_MAX (4 * MIB) /* a directory, an organization */

/* One `push`, from options to the last line. Everything lives in the arena. */
struct pushing {
    struct arena *arena;
    struct options *options;
    const struct dialect *dialect;
    uint64_t seed;
    struct push_state state;
    json *known, *call;
    const char *password;
    const json *organization;
    struct target_options server;
    struct target target;
    struct push push;
};

/* --- what is asked for --- */

/* "okta" and "entra" are what most people mean by them: an app that an administrator has made, and the gallery's default. */
static const struct {
    const char *word, *dialect;
} short_names[] = {{"okta", "okta-aiw"}};

static bool read_dialect(struct pushing *p, struct error *err)
{
    const char *word = p->options->operand_count > 0 ? p->options->operands[0] : NULL;
    if (word == NULL)
        return error_set(err, ERROR_USAGE, "push", "scimulator push okta hire ada@acme.test", "as which client?");
    if (text_ends(word, ".json") || strchr(word, '/') != NULL)
        return command_read_dialect(p->arena, word, &p->dialect, err);
    for (size_t i = 0; i < ARRAY_LEN(short_names); i++)
        word = text_equal(word, short_names[i].word) ? short_names[i].dialect : word;
    p->dialect = dialect_find(word);
    if (p->dialect != NULL)
        return true;
    const char **names = arena_array(p->arena, dialect_count, sizeof *names);
    for (size_t i = 0; i < dialect_count; i++)
        names[i] = dialect_name(dialects[i]);
    const char *near = text_nearest(word, names, dialect_count);
    return error_set(err, ERROR_USAGE, word,
                     near == NULL ? "`scimulator list dialects` shows what there is"
                                  : arena_printf(p->arena, "did you mean %s?", near),
                     "there is no such dialect");
}

static bool read_json(struct pushing *p, const char *option, const json **out, struct error *err)
{
    const char *path = options_text(p->options, option);
    struct bytes text;
    struct json_document document;
    *out = NULL;
    if (path == NULL)
        return true;
    if (!file_read(p->arena, path, PUSH_FILE_MAX, &text, err) || !json_read(p->arena, text, path, &document, err))
        return false;
    *out = document.root;
    return json_is(*out, JSON_OBJECT) || error_set(err, ERROR_INVALID, path, "", "the file must hold an object");
}

/* Whom the file has and the state has not: the file's own description of the others is out of date by now. */
static bool read_directory(struct pushing *p, json *fresh, struct error *err)
{
    static const char *const parts[] = {"users", "groups"};
    const json *file;
    if (!read_json(p, "directory", &file, err))
        return false;
    const json *directory = json_get(file, "directory") != NULL ? json_get(file, "directory") : file; /* of a scenario */
    for (size_t i = 0; i < ARRAY_LEN(parts) && directory != NULL; i++) {
        json *known = json_edit(p->known, parts[i]), *new = json_set_object(fresh, parts[i]);
        if (json_get(directory, parts[i]) != NULL && !json_is(json_get(directory, parts[i]), JSON_OBJECT))
            return error_set(err, ERROR_INVALID, options_text(p->options, "directory"), "write {\"users\": {\"ada\": {...}}}",
                             "\"%s\" must be an object", parts[i]);
        for (const json *node = json_first(json_get(directory, parts[i])); node != NULL; node = json_next(node))
            if (json_get(known, json_key(node)) == NULL) {
                json_set_copy(new, json_key(node), node);
                json_set_copy(known, json_key(node), node);
            }
    }
    return true;
}

/* The file's people come before those that the words make up. */
static void join(json *call, const json *fresh)
{
    for (const json *part = json_first(fresh); part != NULL; part = json_next(part)) {
        json *all = json_copy(NULL, part);
        for (const json *node = json_first(json_get(call, json_key(part))); node != NULL; node = json_next(node))
            json_set_copy(all, json_key(node), node);
        json_put(call, json_key(part), all);
    }
}

static bool read_call(struct pushing *p, struct error *err)
{
    json *fresh = json_object(p->arena);
    p->known = push_state_known(p->arena, &p->state);
    if (!read_directory(p, fresh, err) ||
        !push_words_read(p->arena, p->options->operands + 1, p->options->operand_count - 1, p->known, &p->call, err))
        return false;
    join(p->call, fresh);
    return !push_secret_wanted(p->call) || push_secret_read(p->arena, &p->password, err);
}

static bool read_plan(struct pushing *p, struct error *err)
{
    const char *target = options_text(p->options, "target");
    uint64_t seed = ((uint64_t)clock_now(clock_real()) ^ clock_monotonic_us()) & 0xffffffff;
    return read_dialect(p, err) && options_u64(p->options, "seed", target == NULL ? 1 : seed, UINT64_MAX, &p->seed, err) &&
           push_state_open(p->arena, options_text(p->options, "state"), dialect_name(p->dialect),
                           target == NULL ? "the bundled server" : target, &p->seed, &p->state, err) &&
           read_call(p, err) && read_json(p, "organization", &p->organization, err);
}

/* --- doing it --- */

static json *domains_of(const struct pushing *p)
{
    static const char *const names[] = {"email", "userName"};
    json *domains = json_object(p->arena), *list = json_array(p->arena);
    for (const json *user = json_first(json_get(p->known, "users")); user != NULL; user = json_next(user))
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            const char *at = strrchr(json_get_text(user, names[i], ""), '@');
            if (at != NULL && at[1] != '\0' && json_get(domains, at + 1) == NULL) {
                json_set_bool(domains, at + 1, true);
                json_push_text(list, at + 1);
            }
        }
    if (json_count(list) == 0)
        json_push_text(list, "acme.test");
    return list;
}

static void say(struct buffer *text)
{
    fputs(buffer_text(text), stdout);
    fflush(stdout);
    buffer_clear(text);
}

/* What was sent is kept, also when an event in the middle ends it all. */
static bool play_call(struct pushing *p, struct error *err)
{
    struct buffer text = buffer_new(0);
    json *events = json_array(p->arena);
    bool fine = push_meet(&p->push, p->call, err);
    for (const json *event = json_first(json_get(p->call, "events")); event != NULL && fine; event = json_next(event)) {
        fine = push_event(&p->push, p->call, event, &text, err);
        if (fine || err->code != ERROR_INVALID)
            json_push_copy(events, event);
        say(&text);
    }
    if (json_count(events) > 0 && !p->push.options.dry_run) {
        struct error unsaved;
        json_set_copy(p->call, "events", events);
        json_set_copy(p->call, "replies", p->push.record);
        if (!push_state_keep(p->arena, &p->state, p->call, fine ? err : &unsaved))
            fine = false;
    }
    if (p->push.options.dry_run)
        push_tell_dry_run(&p->push, &text);
    else if (fine)
        fine = push_access(&p->push, &text, err);
    say(&text);
    buffer_release(&text);
    return fine;
}

static bool play_all(struct pushing *p, struct error *err)
{
    size_t earlier = 0;
    for (const json *call = json_first(push_state_calls(&p->state)); call != NULL; call = json_next(call)) {
        if (!push_replay(&p->push, call, err))
            return false;
        earlier += json_count(json_get(call, "events"));
    }
    printf("%s on %s%s%s\n", dialect_name(p->dialect), p->target.name,
           earlier == 0 ? "" : arena_printf(p->arena, ", after %zu earlier event%s", earlier, earlier == 1 ? "" : "s"),
           p->push.options.dry_run ? ", dry run" : "");
    return play_call(p, err);
}

/* On a server that makes an organization for each call there would be a write of ours, and nobody's data to spare. */
static bool may_be_dry(const struct pushing *p, struct error *err)
{
    return !options_flag(p->options, "dry-run") || p->server.url == NULL || p->target.admin_base == NULL ||
           error_set(err, ERROR_USAGE, "--dry-run", "leave it out",
                     "on a server with an admin door a push has an organization of its own, which goes with it");
}

static int push_on_target(struct pushing *p, const volatile int *stop)
{
    struct error err = {0};
    if (!target_open(p->arena, &p->server, &p->target, &err))
        return command_fails(&err);
    if (!may_be_dry(p, &err)) {
        target_close(&p->target);
        return command_fails(&err);
    }
    const struct push_options options = {.dialect = p->dialect,
                                         .target = &p->target,
                                         .organization = p->organization,
                                         .domains = domains_of(p),
                                         .seed = p->seed,
                                         .password = p->password,
                                         .headers = options_flag(p->options, "headers"),
                                         .curl = options_flag(p->options, "curl"),
                                         .dry_run = options_flag(p->options, "dry-run"),
                                         .stop = stop};
    bool fine = push_open(&p->push, p->arena, &options, &err) && play_all(p, &err);
    int status = !fine ? command_fails(&err) : p->push.denied ? error_exit_status(ERROR_CREDENTIALS) : p->push.found;
    if (err.code == ERROR_REPLY && p->push.unreadable)
        status = 1; /* the exchange has been shown: what it says is about the server */
    push_close(&p->push);
    target_close(&p->target);
    return status;
}

int command_push(struct options *options)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct pushing pushing = {.arena = arena, .options = options};
    struct error err = {0};
    if (!read_plan(&pushing, &err) || !http_client_setup(&err))
        return command_fails(&err);
    const volatile int *stop = interrupt_watch();
    struct redactor *redactor = redactor_new();
    size_t defect_count;
    const char *const *defects = options_list(options, "defect", &defect_count);
    pushing.server = (struct target_options){
        .url = options_text(options, "target"),
        .defects = defects,
        .defect_count = defect_count,
        .strict = options_flag(options, "strict-server"),
        .quick_passwords = true,
        .files = {options_text(options, "ca"), options_text(options, "client-certificate"), options_text(options, "client-key")},
        .seed = pushing.seed,
        .stop = stop,
        .redactor = redactor,
    };
    int status = push_on_target(&pushing, stop);
    redactor_free(redactor);
    http_client_teardown();
    return status;
}
