#include "common/base.h"

#include "reference-server/limits.h"

#include "common/error.h"
#include "common/text.h"
#include "tests/tap.h"

#include <stdio.h>
#include <string.h>

static struct error err;

static bool set(const char *text)
{
    struct limits limits;
    limits_preset(&limits);
    return limits_set(&limits, text, &err);
}

static void every_row_is_whole(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < limits_count; i++) {
        const struct limit *row = &limits_rows[i];
        if (strspn(row->name, "abcdefghijklmnopqrstuvwxyz-") != strlen(row->name) || text_is_blank(row->caps) ||
            text_is_blank(row->answer) || text_is_blank(row->source) || row->preset < row->smallest || row->preset > row->largest)
            fail_msg("%s", row->name);
        for (size_t k = 0; k < i; k++)
            if (strcmp(limits_rows[k].name, row->name) == 0 ||
                (row->offset != LIMIT_FIXED && limits_rows[k].offset == row->offset))
                fail_msg("%s twice", row->name);
    }
}

/* No number of the struct is without a row, and those below agree. */
static void the_presets_are_the_rows(void **state)
{
    UNUSED(state);
    struct limits limits;
    size_t settable = 0;
    limits_preset(&limits);
    for (size_t i = 0; i < limits_count; i++)
        settable += limits_rows[i].offset != LIMIT_FIXED;
    assert_int_equal(settable, sizeof limits / sizeof(size_t));
    assert_memory_equal(&limits.scim, &scim_limits_preset, sizeof limits.scim);
    assert_memory_equal(&limits.model, &model_limits_preset, sizeof limits.model);
    struct limits settled = limits;
    limits_settle(&settled);
    assert_memory_equal(&limits, &settled, sizeof limits);
}

static void every_limit_takes_its_range_and_no_more(void **state)
{
    UNUSED(state);
    char text[128];
    for (size_t i = 0; i < limits_count; i++) {
        const struct limit *row = &limits_rows[i];
        const size_t values[] = {row->smallest, row->largest, row->largest + 1, row->smallest - 1};
        for (size_t k = 0; k < ARRAY_LEN(values); k++) {
            struct limits limits;
            limits_preset(&limits);
            snprintf(text, sizeof text, "%s=%zu", row->name, values[k]);
            bool good = limits_set(&limits, text, &err);
            if (good != (k < 2 && row->offset != LIMIT_FIXED))
                fail_msg("%s", text);
            size_t now = 0;
            if (good)
                memcpy(&now, (const char *)&limits + row->offset, sizeof now);
            assert_true(!good || now == values[k]);
        }
    }
}

static void sizes_have_units(void **state)
{
    UNUSED(state);
    struct limits limits;
    limits_preset(&limits);
    assert_true(limits_set(&limits, "body-bytes=64KiB", &err));
    assert_int_equal(limits.body_bytes, 65536);
    assert_true(limits_set(&limits, "body-bytes=2MiB", &err));
    assert_int_equal(limits.body_bytes, 2097152);
    assert_false(limits_set(&limits, "body-bytes=17MiB", &err));
    assert_int_equal(limits.body_bytes, 2097152);
    assert_false(limits_set(&limits, "page-size=2KiB", &err));
}

static void what_is_wrong_is_said(void **state)
{
    UNUSED(state);
    static const char *const bad[] = {"",
                                      "=",
                                      "=3",
                                      "page-size",
                                      "page-size=",
                                      "page-size=x",
                                      "page-size=1x",
                                      "page-size=-1",
                                      "page-size= 1",
                                      "page-size=1.5",
                                      "page-size=+1",
                                      "page-size=1e3",
                                      "Page-size=3",
                                      "body-bytes=2mib",
                                      "body-bytes=4294967296MiB",
                                      "page-size=18446744073709551617",
                                      "page-size=99999999999999999999999999999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (set(bad[i]))
            fail_msg("%s was taken", bad[i]);
        assert_int_equal(err.code, ERROR_USAGE);
        assert_string_equal(err.where, "--limit");
    }
    assert_false(set("filter-dept=3"));
    assert_string_equal(err.remedy, "did you mean filter-depth?");
    assert_false(set("something-else-entirely=3"));
    assert_non_null(strstr(err.remedy, "list limits"));
    assert_false(set("filter-depth=65"));
    assert_non_null(strstr(err.message, "from 1 to 64"));
    assert_false(set("json-depth=3"));
    assert_non_null(strstr(err.message, "fixed at 64"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(the_presets_are_the_rows),
        cmocka_unit_test(every_limit_takes_its_range_and_no_more),
        cmocka_unit_test(sizes_have_units),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return tap_run("limits", tests);
}
