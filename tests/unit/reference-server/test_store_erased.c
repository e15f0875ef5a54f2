/* What is purged is really gone: not in the model, not in the records, not in the bytes of the file. Source: the access model, "delete". */
#include "tests/unit/reference-server/stored.h"

#include "common/file.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/organization_document.h"
#include "tests/unit/reference-server/model_random.h"

#include <poll.h>
#include <sys/wait.h>

#define TRACE "Trace-of-Ada-7391"

static const char document[] = "{\"name\":\"Acme\",\"domains\":[\"acme.test\"],"
                               "\"deprovisioning_rules\":{\"user_removal\":{\"retention_period\":\"30_days\"}}}";

static bool file_holds(struct arena *arena, const char *path, const char *text)
{
    struct bytes bytes;
    struct error err;
    assert_true(file_read(arena, path, 64 * MIB, &bytes, &err));
    size_t n = strlen(text);
    for (size_t i = 0; i + n <= bytes.n; i++) {
        if (memcmp(bytes.p + i, text, n) == 0) {
            return true;
        }
    }
    return false;
}

static struct organization *make(struct arena *arena, int64_t *now_ms)
{
    struct model_failure failure;
    struct organization *organization;
    struct error err;
    char token[ORGANIZATION_DOCUMENT_TOKEN];
    const json *parsed = json_parse(arena, (struct bytes){document, sizeof document - 1}, "document", &err);
    assert_non_null(parsed);
    assert_true(organization_document_read(parsed, "acme", clock_fixed(now_ms), (struct model_random){next_id, next_token, NULL},
                                           &organization, token, &failure));
    return organization;
}

/* Somebody with a trace in every text that is kept of a person. */
static struct account *add_traced(struct arena *arena, struct organization *organization)
{
    json *user = json_object(arena);
    json_set_text(user, "userName", TRACE "@acme.test");
    json_set_text(user, "externalId", TRACE);
    json_set_text(user, "title", TRACE);
    json_set_text(json_push_object(json_set_array(user, "emails")), "value", TRACE "@mail.test");
    struct account *account;
    struct model_failure failure;
    assert_true(account_create(organization, user, &account, NULL, &failure));
    return account;
}

static void keep(struct store *store, struct organization *organization)
{
    (void)store_write(store, record_collect(organization));
    assert_true(store_wait(store, store_newest(store)));
}

static void purged_leaves_no_byte(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int64_t now_ms = 1795369537000;
    const char *path = stored_path(arena, "erased");
    struct model_failure failure;
    stored_remove(arena, path);
    struct organization *organization = make(arena, &now_ms);
    struct store *store = stored_open(path);
    struct account *account = add_traced(arena, organization);
    keep(store, organization);
    assert_true(account_delete(organization, account, &failure));
    keep(store, organization);
    store_close(store);
    assert_true(file_holds(arena, path, TRACE)); /* else the search below would prove nothing */

    store = stored_open(path);
    assert_true(organization_advance(organization, 30 * DAY_MS, &failure));
    keep(store, organization);
    const char *held = json_print_pretty(arena, organization_snapshot(arena, organization));
    assert_null(strstr(held, TRACE));
    assert_string_equal(held, stored_snapshot(arena, store, organization));
    store_close(store);
    assert_false(file_holds(arena, path, TRACE));
    stored_remove(arena, path);
    organization_free(organization);
}

/* The same while the server runs: the write-ahead log, where everything stood that was written, holds nothing of the purged either. */

static bool trace_left(struct arena *arena, const char *path)
{
    return file_holds(arena, path, TRACE) || file_holds(arena, arena_printf(arena, "%s-wal", path), TRACE);
}

static struct organization *make_with_departed(struct arena *arena, struct store *store, int64_t *now_ms)
{
    struct model_failure failure;
    struct organization *organization = make(arena, now_ms);
    struct account *account = add_traced(arena, organization);
    audit_append(organization, &(struct audit_entry){.actor = "admin", .action = "organization.create", .status = 201});
    keep(store, organization);
    assert_true(account_delete(organization, account, &failure));
    keep(store, organization);
    return organization;
}

static void purged_leaves_no_byte_in_the_log(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int64_t now_ms = 1795369537000;
    const char *path = stored_path(arena, "erased-log");
    struct model_failure failure;
    stored_remove(arena, path);
    struct store *store = stored_open(path);
    struct organization *organization = make_with_departed(arena, store, &now_ms);
    assert_true(trace_left(arena, path));
    assert_true(organization_advance(organization, 30 * DAY_MS, &failure));
    keep(store, organization);
    assert_false(trace_left(arena, path));
    store_close(store);
    stored_remove(arena, path);
    organization_free(organization);
}

static void deleted_without_retention_leaves_no_byte(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int64_t now_ms = 1795369537000;
    const char *path = stored_path(arena, "erased-at-once");
    struct model_failure failure;
    stored_remove(arena, path);
    struct store *store = stored_open(path);
    struct organization *organization = organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(&now_ms),
                                                         (struct model_random){next_id, next_token, NULL});
    struct account *account = add_traced(arena, organization);
    keep(store, organization);
    assert_true(trace_left(arena, path));
    assert_true(account_delete(organization, account, &failure));
    keep(store, organization);
    assert_false(trace_left(arena, path));
    (void)add_traced(arena, organization);
    keep(store, organization);
    assert_true(trace_left(arena, path));
    (void)store_write(store, record_erase(organization->id)); /* and so with a whole organization */
    assert_true(store_wait(store, store_newest(store)));
    assert_false(trace_left(arena, path));
    store_close(store);
    stored_remove(arena, path);
    organization_free(organization);
}

struct reading {
    struct arena *arena;
    const char *path;
    struct store *store;
    struct organization *organization;
    bool read;
};

/* In the middle of a reading, which goes on with the state that it began with. */
static bool purge_meanwhile(void *context, uint64_t sequence, const char *line)
{
    struct reading *r = context;
    struct model_failure failure;
    UNUSED(sequence);
    UNUSED(line);
    r->read = true;
    assert_true(organization_advance(r->organization, 30 * DAY_MS, &failure));
    keep(r->store, r->organization);
    assert_true(trace_left(r->arena, r->path));
    return false;
}

static void who_reads_holds_the_log_no_longer_than_that(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int64_t now_ms = 1795369537000;
    const char *path = stored_path(arena, "erased-read");
    stored_remove(arena, path);
    struct store *store = stored_open(path);
    struct reading reading = {arena, path, store, make_with_departed(arena, store, &now_ms), false};
    struct store_trail trail = {.organization = "acme", .ticket = store_newest(store)};
    assert_true(store_read_trail(store, &trail, purge_meanwhile, &reading));
    assert_true(reading.read);
    audit_append(reading.organization, &(struct audit_entry){.actor = "admin", .action = "organization.read", .status = 200});
    keep(store, reading.organization); /* any write does */
    assert_false(trace_left(arena, path));
    store_close(store);
    stored_remove(arena, path);
    organization_free(reading.organization);
}

/* Nobody writes any more: the store does it by itself, and within seconds. */
static void the_log_is_emptied_without_a_write(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int64_t now_ms = 1795369537000;
    const char *path = stored_path(arena, "erased-idle");
    stored_remove(arena, path);
    struct store *store = stored_open(path);
    struct reading reading = {arena, path, store, make_with_departed(arena, store, &now_ms), false};
    struct store_trail trail = {.organization = "acme", .ticket = store_newest(store)};
    assert_true(store_read_trail(store, &trail, purge_meanwhile, &reading));
    uint64_t start = clock_monotonic_us();
    while (trace_left(arena, path)) {
        assert_true(clock_monotonic_us() - start < 20000000);
        (void)poll(NULL, 0, 20);
    }
    store_close(store);
    stored_remove(arena, path);
    organization_free(reading.organization);
}

static bool purge_and_die(void *context, uint64_t sequence, const char *line)
{
    (void)purge_meanwhile(context, sequence, line);
    _exit(0);
}

/* Killed between the purge and the emptying: the next one does it. */
static void what_was_cut_off_is_made_good(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int64_t now_ms = 1795369537000;
    const char *path = stored_path(arena, "erased-killed");
    int status;
    stored_remove(arena, path);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store *store = stored_open(path);
        struct reading reading = {arena, path, store, make_with_departed(arena, store, &now_ms), false};
        struct store_trail trail = {.organization = "acme", .ticket = store_newest(store)};
        (void)store_read_trail(store, &trail, purge_and_die, &reading);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(trace_left(arena, path));
    struct store *store = stored_open(path);
    struct organization *other =
        organization_new("other", "Other", NULL, NULL, clock_fixed(&now_ms), (struct model_random){next_id, next_token, NULL});
    keep(store, other); /* any write does */
    assert_false(trace_left(arena, path));
    store_close(store);
    stored_remove(arena, path);
    organization_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(purged_leaves_no_byte),
        cmocka_unit_test(purged_leaves_no_byte_in_the_log),
        cmocka_unit_test(deleted_without_retention_leaves_no_byte),
        cmocka_unit_test(who_reads_holds_the_log_no_longer_than_that),
        cmocka_unit_test(the_log_is_emptied_without_a_write),
        cmocka_unit_test(what_was_cut_off_is_made_good),
    };
    return tap_run("what is purged", tests);
}
