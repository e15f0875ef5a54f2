#include "common/base.h"

#include "reference-server/store/store_lock.h"

#include "common/error.h"
#include "common/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct store_lock {
    int fd;
    char *path;
};

static bool refuse(int fd, const char *file, struct error *err)
{
    struct flock holder = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    bool known = fcntl(fd, F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK;
    return known ? error_set(err, ERROR_FILE, file, "end it, or name another file",
                             "the server with the process id %ld is using it", (long)holder.l_pid)
                 : error_set(err, ERROR_FILE, file, "name a file on a disk of this machine", "can't be locked: %s",
                             strerror(errno));
}

/* Whoever had it may have removed it between our opening and our locking: then the lock is on a file that nobody else will see. */
static bool is_there(int fd, const char *path)
{
    struct stat ours, theirs;
    return fstat(fd, &ours) == 0 && stat(path, &theirs) == 0 && ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

/* -1: err is set. */
static int lock(const char *path, const char *file, struct error *err)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) {
            (void)error_set(err, ERROR_FILE, file, "let the server's user write it and its folder",
                            "can't make a lock beside it: %s", strerror(errno));
            return -1;
        }
        struct flock wish = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        bool locked = fcntl(fd, F_SETLK, &wish) == 0 || refuse(fd, file, err);
        if (locked && is_there(fd, path))
            return fd;
        close(fd);
        if (!locked)
            return -1;
    }
}

struct store_lock *store_lock_take(const char *file, struct error *err)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *path = arena_printf(arena, "%s-lock", file);
    int fd = lock(path, file, err);
    if (fd < 0)
        return NULL;
    struct store_lock *taken = mem_alloc(sizeof *taken);
    taken->fd = fd;
    taken->path = mem_strdup(path);
    return taken;
}

void store_lock_release(struct store_lock *lock)
{
    if (lock == NULL)
        return;
    unlink(lock->path); /* while it is still ours */
    close(lock->fd);
    mem_free(lock->path);
    mem_free(lock);
}
