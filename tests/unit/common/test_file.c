#include "common/base.h"
#include "common/file.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/tap.h"

struct fixture {
    struct arena *arena;
    char *folder;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = arena_alloc(arena, sizeof *f);
    const char *base = getenv("TMPDIR");
    f->arena = arena;
    f->folder = arena_printf(arena, "%s/test_file.XXXXXX", base == NULL ? "/tmp" : base);
    *state = f;
    return mkdtemp(f->folder) == NULL;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    const char *const *paths;
    size_t count;
    if (file_walk(f->arena, f->folder, "", &paths, &count, NULL))
        for (size_t i = 0; i < count; i++)
            unlink(paths[i]);
    static const char *const rest[] = {"link", "loop", "pipe", "a/b", "a/loop", "a", ""};
    for (size_t i = 0; i < ARRAY_LEN(rest); i++) {
        const char *path = arena_printf(f->arena, "%s/%s", f->folder, rest[i]);
        if (unlink(path) != 0)
            rmdir(path);
    }
    arena_free(f->arena);
    return 0;
}

static const char *in(const struct fixture *f, const char *name)
{
    return arena_printf(f->arena, "%s/%s", f->folder, name);
}

static void put(const struct fixture *f, const char *name, const char *text)
{
    assert_true(file_write(in(f, name), (struct bytes){text, strlen(text)}, 0644, NULL));
}

static const char *get(const struct fixture *f, const char *name)
{
    struct bytes data = {0};
    assert_true(file_read(f->arena, in(f, name), MIB, &data, NULL));
    return data.p;
}

static void what_is_written_can_be_read(void **state)
{
    const struct fixture *f = *state;
    struct bytes data = {0};
    struct error err;
    assert_false(file_exists(in(f, "x")));
    assert_true(file_write(in(f, "x"), (struct bytes){"a\0b", 3}, 0644, &err));
    assert_true(file_exists(in(f, "x")));
    assert_true(file_read(f->arena, in(f, "x"), 3, &data, &err));
    assert_int_equal(data.n, 3);
    assert_memory_equal(data.p, "a\0b", 4);
    put(f, "x", "");
    assert_string_equal(get(f, "x"), "");
    char *big = arena_alloc(f->arena, MIB + 1);
    memset(big, 'x', MIB);
    put(f, "x", big);
    assert_string_equal(get(f, "x"), big);
}

static void too_much_is_refused(void **state)
{
    const struct fixture *f = *state;
    struct bytes data;
    struct error err;
    put(f, "x", "12345");
    assert_false(file_read(f->arena, in(f, "x"), 4, &data, &err));
    assert_int_equal(err.code, ERROR_LIMIT);
    assert_string_equal(err.where, in(f, "x"));
}

static void errors_carry_the_path(void **state)
{
    const struct fixture *f = *state;
    struct bytes data;
    struct error err;
    assert_false(file_read(f->arena, in(f, "absent"), 4, &data, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_string_equal(err.where, in(f, "absent"));
    assert_string_equal(err.message, "cannot open: No such file or directory");
    assert_false(file_read(f->arena, f->folder, 4, &data, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_false(file_write(in(f, "absent/x"), (struct bytes){"", 0}, 0644, &err));
    assert_int_equal(err.code, ERROR_FILE);
    assert_string_equal(err.where, in(f, "absent/x"));
    assert_false(file_write(f->folder, (struct bytes){"", 0}, 0644, &err)); /* a folder */
    assert_int_equal(err.code, ERROR_FILE);
}

static void the_mode_is_kept_and_no_neighbour_stays(void **state)
{
    const struct fixture *f = *state;
    struct stat status;
    const char *const *paths;
    size_t count = 0;
    mode_t before = umask(022);
    assert_true(file_write(in(f, "secret"), (struct bytes){"s", 1}, 0600, NULL));
    assert_true(file_write(in(f, "open"), (struct bytes){"s", 1}, 0666, NULL));
    umask(before);
    assert_int_equal(stat(in(f, "secret"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(in(f, "open"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    assert_true(file_walk(f->arena, f->folder, "", &paths, &count, NULL));
    assert_int_equal(count, 2);
}

static void an_open_reader_keeps_the_old_file(void **state)
{
    const struct fixture *f = *state;
    char old[4] = "";
    put(f, "x", "old");
    int fd = open(in(f, "x"), O_RDONLY);
    put(f, "x", "new");
    assert_int_equal(read(fd, old, 3), 3);
    close(fd);
    assert_string_equal(old, "old");
    assert_string_equal(get(f, "x"), "new");
}

static void devices_and_links_are_written_through(void **state)
{
    const struct fixture *f = *state;
    struct stat status;
    put(f, "x", "old");
    assert_int_equal(symlink(in(f, "x"), in(f, "link")), 0);
    put(f, "link", "n");
    assert_string_equal(get(f, "x"), "n");
    assert_int_equal(lstat(in(f, "link"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_true(file_write("/dev/null", (struct bytes){"x", 1}, 0644, NULL));
    assert_int_equal(lstat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
}

static void a_new_file_takes_no_name_that_is_there(void **state)
{
    const struct fixture *f = *state;
    struct error err;
    struct stat status;
    assert_true(file_create(in(f, "new"), (struct bytes){"s", 1}, 0600, &err));
    assert_int_equal(stat(in(f, "new"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_false(file_create(in(f, "new"), (struct bytes){"t", 1}, 0600, &err));
    assert_int_equal(symlink(in(f, "elsewhere"), in(f, "link")), 0);
    assert_false(file_create(in(f, "link"), (struct bytes){"t", 1}, 0600, &err));
    assert_false(file_exists(in(f, "elsewhere")));
}

static void walking_finds_files_in_order(void **state)
{
    const struct fixture *f = *state;
    const char *const *paths = NULL;
    size_t count = 0;
    assert_true(file_walk(f->arena, f->folder, ".json", &paths, &count, NULL));
    assert_int_equal(count, 0);
    assert_int_equal(mkdir(in(f, "a"), 0755), 0);
    assert_int_equal(mkdir(in(f, "a/b"), 0755), 0);
    assert_int_equal(symlink(f->folder, in(f, "a/loop")), 0);
    put(f, "z.json", "1");
    put(f, "a/b/c.json", "1");
    put(f, "a/z.json", "1");
    put(f, "a/z.txt", "1");
    put(f, "a.json", "1");
    assert_int_equal(symlink(in(f, "z.json"), in(f, "link")), 0);
    assert_true(file_walk(f->arena, arena_printf(f->arena, "%s/", f->folder), ".json", &paths, &count, NULL));
    assert_int_equal(count, 4);
    assert_string_equal(paths[0], in(f, "a.json"));
    assert_string_equal(paths[1], in(f, "a/b/c.json"));
    assert_string_equal(paths[2], in(f, "a/z.json"));
    assert_string_equal(paths[3], in(f, "z.json"));
    assert_true(file_walk(f->arena, in(f, "a/z.txt"), ".json", &paths, &count, NULL));
    assert_int_equal(count, 1);
    assert_string_equal(paths[0], in(f, "a/z.txt"));
    struct error err;
    assert_false(file_walk(f->arena, in(f, "absent"), ".json", &paths, &count, &err));
    assert_string_equal(err.where, in(f, "absent"));
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(what_is_written_can_be_read),
        WITH_FOLDER(too_much_is_refused),
        WITH_FOLDER(errors_carry_the_path),
        WITH_FOLDER(the_mode_is_kept_and_no_neighbour_stays),
        WITH_FOLDER(an_open_reader_keeps_the_old_file),
        WITH_FOLDER(devices_and_links_are_written_through),
        WITH_FOLDER(a_new_file_takes_no_name_that_is_there),
        WITH_FOLDER(walking_finds_files_in_order),
    };
    return tap_run("file", tests);
}
