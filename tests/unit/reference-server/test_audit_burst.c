/* More entries of the trail at once than stay in memory: all of them reach the store, and the chain is whole. */
#include "common/base.h"

#include "reference-server/model/audit.h"
#include "reference-server/model/audit_chain.h"
#include "tests/unit/reference-server/model_random.h"
#include "tests/unit/reference-server/stored.h"

#define BURST ((size_t)3 * AUDIT_KEPT + 7)

static void take(void *context, const char *organization, uint64_t sequence, const char *line)
{
    UNUSED(organization);
    UNUSED(sequence);
    audit_chain_take(context, (struct bytes){line, strlen(line)});
}

static void store_all(struct store *store, struct organization *organization)
{
    (void)store_write(store, record_collect(organization));
    assert_true(store_wait(store, store_newest(store)));
}

static void append(struct organization *organization, size_t count)
{
    for (size_t i = 0; i < count; i++)
        audit_append(organization, &(struct audit_entry){.actor = "clock", .action = "sync.apply", .status = 200});
}

static void a_burst_reaches_the_store(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int64_t now_ms = 1795369537000;
    const char *path = stored_path(arena, "burst");
    struct error err;
    stored_remove(arena, path);
    struct organization *organization = organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(&now_ms),
                                                         (struct model_random){next_id, next_token, NULL});
    struct store *store = stored_open(path);
    append(organization, BURST);
    store_all(store, organization);
    append(organization, BURST);
    store_all(store, organization);
    struct audit_chain chain = audit_chain_new(true);
    assert_true(store_visit_trails(store, take, &chain, &err));
    audit_chain_end(&chain, organization->audit.next, organization->audit.hash);
    assert_int_equal(organization->audit.next, 2 * BURST + 1);
    assert_int_equal(chain.fault, AUDIT_WHOLE);
    assert_non_null(audit_line(organization, organization->audit.next - AUDIT_KEPT));
    store_close(store);
    stored_remove(arena, path);
    organization_free(organization);
}

/* Nobody stores it: the newest stay, and no more. */
static void without_a_store_the_newest_stay(void **state)
{
    UNUSED(state);
    int64_t now_ms = 1795369537000;
    struct organization *organization =
        organization_bare("acme", "Acme", clock_fixed(&now_ms), (struct model_random){next_id, next_token, NULL});
    append(organization, BURST);
    assert_non_null(audit_line(organization, BURST));
    assert_non_null(audit_line(organization, BURST - AUDIT_KEPT + 1));
    assert_null(audit_line(organization, BURST - AUDIT_KEPT));
    organization_free(organization);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_burst_reaches_the_store),
                                       cmocka_unit_test(without_a_store_the_newest_stay)};
    return tap_run("bursts of the trail", tests);
}
