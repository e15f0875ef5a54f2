/* What is purged is really gone: not in the model, not in the records, not in the bytes of the file. Source: the access model, "delete". */
#include "tests/unit/reference-server/stored.h"

#include "common/file.h"
#include "reference-server/model/account.h"
#include "reference-server/model/organization_document.h"
#include "tests/unit/reference-server/model_random.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(purged_leaves_no_byte)};
    return tap_run("what is purged", tests);
}
