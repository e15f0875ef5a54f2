/* `scimulator bench`: a first synchronization of very many people and groups. */
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
#include "runner/load.h"
#include "runner/progress.h"
#include "runner/target.h"
#include "simulator/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define USERS       1000
#define GROUPS_PER  100 /* people, by default a group for so many */
#define MEMBERS     20
#define CONNECTIONS 4
#define STATUS_FILE "/proc/self/status"

struct bench {
    struct arena *arena;
    struct options *options;
    struct load_options load;
    struct target_options server;
    struct target target;
};

/* --- what is asked for --- */

static bool read_dialect(struct bench *b, struct error *err)
{
    size_t names, files;
    const char *const *name = options_list(b->options, "idp", &names), *const *file = options_list(b->options, "dialect", &files);
    if (names + files > 1)
        return error_set(err, ERROR_USAGE, files > 0 ? "--dialect" : "--idp", "give one", "a load is played as one client");
    if (files == 1)
        return command_read_dialect(b->arena, file[0], &b->load.dialect, err);
    b->load.dialect = dialect_find(names == 1 ? name[0] : "entra");
    return true;
}

static bool read_count(const struct bench *b, const char *name, uint64_t fallback, uint64_t least, uint64_t most, size_t *out,
                       struct error *err)
{
    uint64_t number;
    if (!options_u64(b->options, name, fallback, most, &number, err))
        return false;
    *out = (size_t)number;
    return number >= least || error_set(err, ERROR_USAGE, arena_printf(b->arena, "--%s", name), "give at least 1", "is 0");
}

static bool read_plan(struct bench *b, struct error *err)
{
    struct crowd *crowd = &b->load.crowd;
    size_t connections;
    bool bundled = options_text(b->options, "target") == NULL;
    uint64_t seed = bundled ? 1 : ((uint64_t)clock_now(clock_real()) ^ clock_monotonic_us()) & 0xffffffff;
    if (!read_dialect(b, err) || !read_count(b, "users", USERS, 1, CROWD_MAX_USERS, &crowd->users, err) ||
        !read_count(b, "groups", crowd->users / GROUPS_PER, 0, CROWD_MAX_GROUPS, &crowd->groups, err) ||
        !read_count(b, "members", crowd->users < MEMBERS ? crowd->users : MEMBERS, 0, CROWD_MAX_MEMBERS, &crowd->members, err) ||
        !read_count(b, "connections", CONNECTIONS, 1, LOAD_MAX_CONNECTIONS, &connections, err) ||
        !options_u64(b->options, "seed", seed, UINT64_MAX, &crowd->seed, err))
        return false;
    b->load.connections = (unsigned)connections;
    return crowd->members <= crowd->users ||
           error_set(err, ERROR_USAGE, "--members", "give fewer, or more --users", "a group of %zu can't be made of %zu people",
                     crowd->members, crowd->users);
}

/* --- what people see --- */

static void draw(void *context, const struct load_status *status)
{
    UNUSED(context);
    struct buffer line = buffer_new(KIB);
    load_tell_status(status, terminal_width(STDERR_FILENO), &line);
    fprintf(stderr, "\r\033[K%s", buffer_text(&line));
    fflush(stderr);
    buffer_release(&line);
}

/* The highest that the system has seen of this program alone; getrusage would count what it was before exec, too. */
static size_t peak_memory_kib(struct arena *arena)
{
    struct bytes text;
    struct error ignored;
    struct rusage usage;
    const char *line = file_exists(STATUS_FILE) && file_read(arena, STATUS_FILE, 64 * KIB, &text, &ignored)
                           ? strstr(arena_strndup(arena, text.p, text.n), "VmHWM:")
                           : NULL;
    if (line != NULL)
        return (size_t)strtoull(line + sizeof "VmHWM:" - 1, NULL, 10);
    return getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss > 0 ? (size_t)usage.ru_maxrss : 0;
}

static void tell(struct bench *b, const struct load_result *result)
{
    struct buffer text = buffer_new(0);
    load_tell_result(b->arena, result, peak_memory_kib(b->arena), &text);
    fputs(buffer_text(&text), stdout);
    fflush(stdout);
    buffer_release(&text);
}

/* --- doing it --- */

static const char *counted(const struct bench *b, size_t count, const char *what)
{
    return arena_printf(b->arena, "%s %s%s", load_number(b->arena, count), what, count == 1 ? "" : "s");
}

static int play(struct bench *b)
{
    struct load_result *result = arena_alloc(b->arena, sizeof *result);
    const struct crowd *crowd = &b->load.crowd;
    struct error err = {0};
    if (!target_probe(&b->target, &err))
        return command_fails(&err);
    printf("%s on %s: %s, %s of %s, %s, seed %llu\n", dialect_name(b->load.dialect), b->target.name,
           counted(b, crowd->users, "user"), counted(b, crowd->groups, "group"), load_number(b->arena, crowd->members),
           counted(b, b->load.connections, "connection"), (unsigned long long)crowd->seed);
    fflush(stdout);
    bool fine = load_play(b->arena, &b->load, result, &err), refused = result->lost > 0;
    if (b->load.tick != NULL)
        fputs("\r\033[K", stderr);
    for (size_t i = 0; i < FIRST_PART_COUNT; i++)
        refused = refused || result->parts[i].refused > 0;
    if (result->parts[FIRST_PROBE].total + result->parts[FIRST_PEOPLE].total > 0)
        tell(b, result);
    return fine ? refused : command_fails(&err);
}

int command_bench(struct options *options)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct bench bench = {.arena = arena, .options = options};
    struct error err = {0};
    if (!read_plan(&bench, &err) || !http_client_setup(&err))
        return command_fails(&err);
    struct redactor *redactor = redactor_new();
    bench.server = (struct target_options){
        .url = options_text(options, "target"),
        .files = {options_text(options, "ca"), options_text(options, "client-certificate"), options_text(options, "client-key")},
        .seed = bench.load.crowd.seed,
        .stop = interrupt_watch(),
        .redactor = redactor,
    };
    int status;
    if (target_open(arena, &bench.server, &bench.target, &err)) {
        bench.load.target = &bench.target;
        bench.load.stop = bench.server.stop;
        bench.load.tick = terminal_is(STDERR_FILENO) && !options_flag(options, "quiet") ? draw : NULL;
        status = play(&bench);
        target_close(&bench.target);
    } else {
        status = command_fails(&err);
    }
    redactor_free(redactor);
    http_client_teardown();
    return status;
}
