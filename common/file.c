#include "common/base.h"
#include "common/file.h"

#include "common/error.h"
#include "common/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(struct error *err, const char *path, const char *what, int code)
{
    char reason[128];
    if (strerror_r(code, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", code);
    return error_set(err, ERROR_FILE, path,
                     code == ENOENT   ? "check the path"
                     : code == EACCES ? "check the permissions"
                                      : "",
                     "cannot %s: %s", what, reason);
}

/* --- reading --- */

static bool read_all(struct arena *arena, int fd, const char *path, size_t max, struct bytes *out, struct error *err)
{
    size_t n = 0, capacity = 8 * KIB;
    char *p = mem_alloc(capacity);
    for (;;) {
        ssize_t got = read(fd, p + n, capacity - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            bool ok = got == 0 || fail(err, path, "read", errno);
            if (ok)
                *out = arena_bytes(arena, p, n);
            mem_free(p);
            return ok;
        }
        n += (size_t)got;
        if (n > max) {
            mem_free(p);
            return error_set(err, ERROR_LIMIT, path, "", "longer than the limit of %zu bytes", max);
        }
        if (n == capacity)
            p = mem_grow(p, capacity *= 2, 1);
    }
}

bool file_read(struct arena *arena, const char *path, size_t max, struct bytes *out, struct error *err)
{
    if (strcmp(path, "-") == 0)
        return read_all(arena, STDIN_FILENO, "standard input", max, out, err);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(err, path, "open", errno);
    bool ok = read_all(arena, fd, path, max, out, err);
    close(fd);
    return ok;
}

/* --- writing --- */

static bool write_all(int fd, struct bytes data)
{
    for (size_t at = 0; at < data.n;) {
        ssize_t n = write(fd, data.p + at, data.n - at);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            at += (size_t)n;
    }
    return true;
}

static bool write_and_close(int fd, struct bytes data)
{
    int code = write_all(fd, data) ? 0 : errno;
    if (close(fd) != 0 && code == 0)
        code = errno;
    errno = code;
    return code == 0;
}

/* A device, a pipe or a link must not be replaced by a file: it is written through. */
static bool write_through(const char *path, struct bytes data, struct error *err)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (fd < 0)
        return fail(err, path, "open for writing", errno);
    return write_and_close(fd, data) || fail(err, path, "write", errno);
}

/* Opens path.1.tmp, or the next free number. The umask counts, as for any new file. */
static int open_neighbour(const char *path, unsigned mode, char *name, size_t size)
{
    for (unsigned i = 1; i <= 1000; i++) {
        if (snprintf(name, size, "%s.%u.tmp", path, i) >= (int)size) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

bool file_write(const char *path, struct bytes data, unsigned mode, struct error *err)
{
    if (strcmp(path, "-") == 0)
        return write_all(STDOUT_FILENO, data) || fail(err, "standard output", "write", errno);
    struct stat status;
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return write_through(path, data, err);
    char neighbour[4096];
    int fd = open_neighbour(path, mode, neighbour, sizeof neighbour);
    if (fd < 0)
        return fail(err, path, "create", errno);
    if (write_and_close(fd, data) && rename(neighbour, path) == 0)
        return true;
    int code = errno;
    unlink(neighbour);
    return fail(err, path, "write", code);
}

bool file_create(const char *path, struct bytes data, unsigned mode, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return fail(err, path, "create", errno);
    if (write_and_close(fd, data))
        return true;
    int code = errno;
    unlink(path);
    return fail(err, path, "write", code);
}

bool file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

/* --- walking --- */

struct walk {
    struct arena *arena;
    const char *suffix;
    const char **paths;
    size_t count, capacity;
    struct error *err;
};

static bool add_path(struct walk *w, const char *path)
{
    if (w->count == FILE_WALK_MAX_FILES)
        return error_set(w->err, ERROR_LIMIT, path, "name a smaller folder", "more than %d files", FILE_WALK_MAX_FILES);
    if (w->count == w->capacity) {
        w->capacity = w->capacity == 0 ? 64 : w->capacity * 2;
        w->paths = arena_grow(w->arena, w->paths, w->count, w->capacity, sizeof *w->paths);
    }
    w->paths[w->count++] = path;
    return true;
}

static bool ends_with(const char *text, const char *suffix)
{
    size_t n = strlen(text), m = strlen(suffix);
    return n >= m && strcmp(text + n - m, suffix) == 0;
}

static bool walk_folder(struct walk *w, const char *path, int depth);

static bool walk_entry(struct walk *w, const char *folder, const char *name, int depth)
{
    struct stat status;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    bool slash = folder[0] != '\0' && folder[strlen(folder) - 1] == '/';
    const char *path = arena_printf(w->arena, "%s%s%s", folder, slash ? "" : "/", name);
    if (lstat(path, &status) != 0)
        return errno == ENOENT || fail(w->err, path, "read", errno); /* gone meanwhile */
    if (S_ISDIR(status.st_mode))
        return walk_folder(w, path, depth + 1);
    return !S_ISREG(status.st_mode) || !ends_with(name, w->suffix) || add_path(w, path);
}

static bool walk_folder(struct walk *w, const char *path, int depth)
{
    if (depth > FILE_WALK_MAX_DEPTH)
        return error_set(w->err, ERROR_LIMIT, path, "", "folders nested deeper than %d", FILE_WALK_MAX_DEPTH);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return fail(w->err, path, "open", errno);
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(folder)) != NULL;)
        ok = walk_entry(w, path, entry->d_name, depth);
    closedir(folder);
    return ok;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool file_walk(struct arena *arena, const char *path, const char *suffix, const char *const **out, size_t *count,
               struct error *err)
{
    struct walk w = {.arena = arena, .suffix = suffix, .err = err};
    struct stat status;
    if (stat(path, &status) != 0)
        return fail(err, path, "open", errno);
    bool ok = S_ISDIR(status.st_mode) ? walk_folder(&w, path, 0) : add_path(&w, arena_strdup(arena, path));
    if (!ok)
        return false;
    if (w.count > 0)
        qsort(w.paths, w.count, sizeof *w.paths, compare_paths);
    *out = w.paths;
    *count = w.count;
    return true;
}
