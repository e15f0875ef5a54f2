#include "common/base.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"

#include "tests/tap.h"

#include <string.h>

static const struct {
    const char *in;
    size_t n;
    const char *plain, *escaped;
} rows[] = {
#define ROW(in, plain, escaped)                                                                                                  \
    {                                                                                                                            \
        in, sizeof(in) - 1, plain, escaped                                                                                       \
    }
    ROW("", "", ""),
    ROW("a\tb\nc", "a\tb\nc", "a\tb\nc"),
    ROW("a\r\nb\rc\r", "a\nb\\u{d}c\\u{d}", "a\nb\\u{d}c\\u{d}"),
    ROW("<a href=\"x\">'&'</a>", "<a href=\"x\">'&'</a>", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"),
    ROW("\033[31m\a\0z", "\\u{1b}[31m\\u{7}\\u{0}z", "\\u{1b}[31m\\u{7}\\u{0}z"),
    ROW("\x7F\xC2\x9B", "\\u{7f}\\u{9b}", "\\u{7f}\\u{9b}"),
    ROW("\xE2\x80\xAE"
        "cod.exe\xE2\x81\xA6",
        "\\u{202e}cod.exe\\u{2066}", "\\u{202e}cod.exe\\u{2066}"),
    ROW("\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBB\xBF", "\\u{fffe}\\u{ffff}\\u{feff}", "\\u{fffe}\\u{ffff}\\u{feff}"),
    ROW("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80",
        "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"),
    ROW("\xE9", "\xEF\xBF\xBD", "\xEF\xBF\xBD"),                             /* Latin 1 */
    ROW("\xC0\xBC", "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD"), /* '<' in two bytes is not '<' */
    ROW("\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"), /* a surrogate */
    ROW("\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
        "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"),
    ROW("\xE2\x82<", "\xEF\xBF\xBD\xEF\xBF\xBD<", "\xEF\xBF\xBD\xEF\xBF\xBD&lt;"), /* a character cut short swallows nothing */
#undef ROW
};

static void makes_text_safe(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buffer plain = buffer_new(0), escaped = buffer_new(0);
        markup_add_plain_bytes(&plain, (struct bytes){rows[i].in, rows[i].n});
        markup_add_bytes(&escaped, (struct bytes){rows[i].in, rows[i].n});
        assert_string_equal(buffer_text(&plain), rows[i].plain);
        assert_string_equal(buffer_text(&escaped), rows[i].escaped);
        buffer_release(&plain);
        buffer_release(&escaped);
    }
}

static void every_byte_comes_out_harmless(void **state)
{
    UNUSED(state);
    char all[256];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)i;
    struct buffer b = buffer_new(0);
    markup_add_bytes(&b, (struct bytes){all, sizeof all});
    assert_true(text_is_utf8(b.p, b.n));
    for (size_t i = 0; i < b.n; i++)
        assert_true((unsigned char)b.p[i] >= 0x20 || b.p[i] == '\n' || b.p[i] == '\t');
    assert_null(strpbrk(b.p, "<>\"'"));
    buffer_release(&b);
}

static void repairs_text_for_json(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *good = "caf\xC3\xA9\033";
    assert_ptr_equal(markup_utf8(arena, good), good);
    assert_string_equal(markup_utf8(arena, "caf\xE9!"), "caf\xEF\xBF\xBD!");
    assert_null(markup_utf8(arena, NULL));
}

static void wraps_text_in_an_element(void **state)
{
    UNUSED(state);
    struct buffer b = buffer_new(0);
    markup_element(&b, "th scope=\"row\"", "a<b");
    markup_element(&b, "dd", NULL);
    assert_string_equal(buffer_text(&b), "<th scope=\"row\">a&lt;b</th><dd></dd>");
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_text_safe),
        cmocka_unit_test(every_byte_comes_out_harmless),
        cmocka_unit_test(repairs_text_for_json),
        cmocka_unit_test(wraps_text_in_an_element),
    };
    return tap_run("markup", tests);
}
