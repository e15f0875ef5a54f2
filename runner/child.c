#include "common/base.h"

#include "runner/child.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct child {
    pid_t pid;
    int input, output; /* our ends of its pipes */
};

const char *child_own_path(struct arena *arena)
{
    char path[4096];
    static const char *const links[] = {"/proc/self/exe", "/proc/curproc/file"};
    for (size_t i = 0; i < ARRAY_LEN(links); i++) {
        ssize_t n = readlink(links[i], path, sizeof path - 1);
        if (n > 0)
            return arena_strndup(arena, path, (size_t)n);
    }
    return NULL;
}

static bool names_same_variable(const char *a, const char *b)
{
    size_t n = strcspn(a, "=");
    return n == strcspn(b, "=") && strncmp(a, b, n) == 0;
}

static char **make_environment(struct arena *arena, const char *const *extra)
{
    size_t old = 0, more = 0;
    while (environ[old] != NULL)
        old++;
    while (extra[more] != NULL)
        more++;
    char **out = arena_array(arena, old + more + 1, sizeof *out);
    size_t n = 0;
    for (size_t i = 0; i < old; i++) {
        bool replaced = false;
        for (size_t k = 0; k < more && !replaced; k++)
            replaced = names_same_variable(environ[i], extra[k]);
        if (!replaced)
            out[n++] = environ[i];
    }
    for (size_t k = 0; k < more; k++)
        out[n++] = arena_strdup(arena, extra[k]);
    return out;
}

static char **make_arguments(struct arena *arena, const char *program, const char *const *arguments)
{
    size_t count = 0;
    while (arguments[count] != NULL)
        count++;
    char **out = arena_array(arena, count + 2, sizeof *out);
    out[0] = arena_strdup(arena, program);
    for (size_t i = 0; i < count; i++)
        out[i + 1] = arena_strdup(arena, arguments[i]);
    return out;
}

/* A pipe whose ends no other child inherits: they would keep it open. */
static bool make_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    return true;
}

static int spawn(struct child *child, const char *program, char **arguments, char **environment)
{
    int input[2], output[2];
    if (!make_pipe(input))
        return errno;
    if (!make_pipe(output)) {
        int problem = errno;
        close(input[0]);
        close(input[1]);
        return problem;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], 0);
    posix_spawn_file_actions_adddup2(&actions, output[1], 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    /* Its own group: Ctrl-C reaches us only, and we end it in order. */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    int problem = posix_spawn(&child->pid, program, &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(input[0]);
    close(output[1]);
    child->input = input[1];
    child->output = output[0];
    return problem;
}

/* Waits until there is something to read or the pipe's other end is closed. */
static bool readable(int fd, uint64_t deadline_us)
{
    for (;;) {
        uint64_t now = clock_monotonic_us();
        if (now >= deadline_us)
            return false;
        struct pollfd wait = {fd, POLLIN, 0};
        int n = poll(&wait, 1, (int)((deadline_us - now) / 1000) + 1);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
    }
}

static bool read_line(struct child *child, char *line, size_t size)
{
    uint64_t deadline = clock_monotonic_us() + (uint64_t)CHILD_START_MS * 1000;
    size_t n = 0;
    while (n + 1 < size && readable(child->output, deadline)) {
        if (read(child->output, line + n, 1) != 1)
            return false;
        if (line[n] == '\n') {
            line[n] = '\0';
            return true;
        }
        n++;
    }
    return false;
}

bool child_start(struct arena *arena, const struct child_options *options, struct child **out, const char **line,
                 struct error *err)
{
    const char *program = child_own_path(arena);
    if (program == NULL)
        return error_set(err, ERROR_INTERNAL, "", "start `scimulator serve` yourself and name it with --target",
                         "this system does not tell where the executable is");
    struct child *child = mem_alloc(sizeof *child);
    int problem =
        spawn(child, program, make_arguments(arena, program, options->arguments), make_environment(arena, options->environment));
    if (problem != 0) {
        mem_free(child);
        return error_set(err, ERROR_INTERNAL, program, "", "can't start the bundled server: %s", strerror(problem));
    }
    char text[1024];
    if (!read_line(child, text, sizeof text)) {
        (void)child_stop(child);
        return error_set(err, ERROR_UNREACHABLE, "bundled server", "run `scimulator serve --port 0` to see why",
                         "it ended or kept silent before it was ready");
    }
    *out = child;
    *line = arena_strdup(arena, text);
    return true;
}

bool child_stop(struct child *child)
{
    if (child == NULL)
        return true;
    close(child->input);
    /* Its output ends when it does; whatever it still says is of no use. */
    uint64_t deadline = clock_monotonic_us() + (uint64_t)CHILD_STOP_MS * 1000;
    char rest[256];
    bool ended = false;
    while (!ended && readable(child->output, deadline))
        ended = read(child->output, rest, sizeof rest) <= 0;
    if (!ended)
        kill(child->pid, SIGKILL);
    close(child->output);
    int status = 0;
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    mem_free(child);
    return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
