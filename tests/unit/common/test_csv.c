/* CSV: RFC 4180 §2, and cells that a spreadsheet would run. */
#include "common/base.h"

#include "common/csv.h"
#include "common/text.h"

#include "tests/tap.h"

static void one(const char *cell, const char *expected)
{
    struct buffer b = buffer_new(0);
    csv_line(&b, &cell, 1);
    assert_string_equal(buffer_text(&b), expected);
    buffer_release(&b);
}

static void cells_are_quoted_where_they_must_be(void **state)
{
    UNUSED(state);
    one("plain", "plain\r\n");
    one("with blanks", "with blanks\r\n");
    one("", "\r\n");
    one(NULL, "\r\n");
    one("a,b", "\"a,b\"\r\n");
    one("say \"hi\"", "\"say \"\"hi\"\"\"\r\n");
    one("\"", "\"\"\"\"\r\n");
    one("a\nb", "\"a\nb\"\r\n");
    one("a\rb", "\"a\rb\"\r\n");
}

static void formulas_are_disarmed(void **state)
{
    UNUSED(state);
    one("=1+1", "'=1+1\r\n");
    one("+1", "'+1\r\n");
    one("-1", "'-1\r\n");
    one("@SUM(A1)", "'@SUM(A1)\r\n");
    one("\tx", "'\tx\r\n");
    one("\rx", "\"'\rx\"\r\n");
    one("=A1,\"b\"", "\"'=A1,\"\"b\"\"\"\r\n");
    one("a=1", "a=1\r\n");
    one("ada@acme.test", "ada@acme.test\r\n");
}

static void lines_hold_all_cells(void **state)
{
    UNUSED(state);
    const char *const cells[] = {"a", NULL, "c", ""};
    struct buffer b = buffer_new(0);
    csv_line(&b, cells, 4);
    csv_line(&b, cells, 1);
    assert_string_equal(buffer_text(&b), "a,,c,\r\na\r\n");
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_quoted_where_they_must_be),
        cmocka_unit_test(formulas_are_disarmed),
        cmocka_unit_test(lines_hold_all_cells),
    };
    return tap_run("csv", tests);
}
