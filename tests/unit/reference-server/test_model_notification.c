/* The outbox (reference-server/model/notification.h): what stays, what goes, what is cut. */
#include "common/base.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/notification.h"
#include "tests/unit/reference-server/model_random.h"

#include "tests/tap.h"

#include <string.h>

static struct organization *make(const int64_t *now_ms)
{
    return organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(now_ms),
                            (struct model_random){next_id, next_token, NULL});
}

static struct account *add(struct organization *organization, const char *address)
{
    struct account *account = NULL;
    const struct account_person person = {.address = address, .active = true};
    assert_true(account_add(organization, &person, &account, NULL));
    return account;
}

static size_t count(const struct organization *organization)
{
    size_t n = 0;
    for (size_t i = 0; notification_at(organization, &i) != NULL;)
        n++;
    return n;
}

static const struct notification *first(const struct organization *organization)
{
    size_t i = 0;
    return notification_at(organization, &i);
}

static void the_oldest_makes_room(void **state)
{
    UNUSED(state);
    int64_t now_ms = 1000;
    struct organization *organization = make(&now_ms);
    for (size_t i = 0; i < NOTIFICATION_KEPT + 3; i++)
        notification_add(organization, NOTIFICATION_ALERT, NULL, NULL, "number %zu", i);
    assert_int_equal(count(organization), NOTIFICATION_KEPT);
    assert_string_equal(first(organization)->text, "number 3");
    assert_string_equal(first(organization)->to_name, NOTIFICATION_ADMINS);
    organization_free(organization);
}

static void what_concerns_a_person_can_be_forgotten(void **state)
{
    UNUSED(state);
    int64_t now_ms = 1000;
    struct organization *organization = make(&now_ms);
    struct account *ada = add(organization, "ada@acme.test"), *bob = add(organization, "bob@acme.test");
    notification_add(organization, NOTIFICATION_WELCOME, ada, ada, "to and about ada");
    notification_add(organization, NOTIFICATION_DEPROVISIONED, bob, ada, "about ada");
    notification_add(organization, NOTIFICATION_WELCOME, bob, bob, "bob's own");
    notification_add(organization, NOTIFICATION_TRANSFERRED, ada, bob, "to ada");
    notification_forget(organization, ada->id);
    assert_int_equal(count(organization), 1);
    assert_string_equal(first(organization)->text, "bob's own");
    notification_forget(organization, "nobody");
    assert_int_equal(count(organization), 1);
    organization_free(organization);
}

/* Names are long, and not ASCII: what is cut is still UTF-8. */
static void a_long_text_is_cut_between_characters(void **state)
{
    UNUSED(state);
    int64_t now_ms = 1000;
    struct organization *organization = make(&now_ms);
    for (size_t shift = 0; shift < 4; shift++) {
        struct buffer long_text = buffer_new(0);
        for (size_t i = 0; i < shift; i++)
            buffer_add_char(&long_text, 'x');
        while (long_text.n < 2000)
            buffer_add(&long_text, "\xF0\x9F\x98\x80"); /* four bytes */
        notification_add(organization, NOTIFICATION_ALERT, NULL, NULL, "%s", buffer_text(&long_text));
        buffer_release(&long_text);
        const char *text = first(organization)->text, *dots = strstr(text, "...");
        assert_non_null(dots);
        assert_true(strlen(text) <= NOTIFICATION_MAX_TEXT && dots[3] == '\0');
        assert_int_equal((size_t)(dots - text - (ptrdiff_t)shift) % 4, 0);
        organization_free(organization);
        organization = make(&now_ms);
    }
    organization_free(organization);
}

static void words_and_kinds_agree(void **state)
{
    UNUSED(state);
    static const char *const words[] = {"welcome",         "deprovisioned", "ownership-transferred",
                                        "approval-needed", "review",        "alert"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        enum notification_kind kind;
        assert_true(notification_kind_read(words[i], &kind));
        assert_string_equal(notification_kind_word(kind), words[i]);
        assert_non_null(strstr(notification_kind_words(), words[i]));
    }
    enum notification_kind kind;
    assert_false(notification_kind_read("Welcome", &kind));
    assert_false(notification_kind_read(NULL, &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_makes_room),
        cmocka_unit_test(what_concerns_a_person_can_be_forgotten),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(words_and_kinds_agree),
    };
    return tap_run("the outbox", tests);
}
