#include "common/base.h"
#include "common/text.h"

#include "common/memory.h"

#include <string.h>
#include <time.h>

#include "tests/tap.h"

static void a_buffer_builds_text(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct buffer b = buffer_new(0);
    assert_string_equal(buffer_text(&b), "");
    buffer_add(&b, "one");
    buffer_add_char(&b, ' ');
    buffer_add_bytes(&b, "twoxx", 3);
    buffer_printf(&b, " %d%s", 3, "!");
    assert_string_equal(buffer_text(&b), "one two 3!");
    assert_int_equal(b.n, 10);
    assert_false(b.full);
    buffer_clear(&b);
    assert_string_equal(buffer_text(&b), "");
    for (int i = 0; i < 10000; i++)
        buffer_printf(&b, "%04d", i);
    char *text = buffer_take(&b, arena);
    assert_int_equal(strlen(text), 40000);
    assert_memory_equal(text + 4 * 9999, "9999", 5);
    assert_null(b.p);
    assert_string_equal(buffer_take(&b, arena), "");
}

static void a_full_buffer_drops_whole_pieces(void **state)
{
    UNUSED(state);
    struct buffer b = buffer_new(5);
    buffer_add(&b, "abc");
    buffer_add(&b, "de");
    assert_false(b.full);
    buffer_add(&b, "");
    assert_false(b.full);
    buffer_add_char(&b, 'f');
    assert_true(b.full);
    assert_string_equal(buffer_text(&b), "abcde");
    buffer_clear(&b);
    assert_false(b.full);
    buffer_printf(&b, "%s", "123456");
    assert_true(b.full);
    buffer_add(&b, "x"); /* would fit, but not behind a hole */
    assert_string_equal(buffer_text(&b), "");
    buffer_release(&b);
    assert_int_equal(b.max, 5);
}

static void comparing(void **state)
{
    UNUSED(state);
    assert_true(text_equal("a", "a"));
    assert_false(text_equal("a", "A"));
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
    assert_false(text_equal("", NULL));
    assert_true(text_equal_nocase("urn:IETF:Params", "URN:ietf:params"));
    assert_false(text_equal_nocase("userName", "userNames"));
    assert_false(text_equal_nocase("userNames", "userName"));
    assert_false(text_equal_nocase("[", "{")); /* differ in the same bit as letters do */
    assert_false(text_equal_nocase("\xC3\x89", "\xC3\xA9"));
    assert_true(text_equal_nocase(NULL, NULL));
    assert_false(text_equal_nocase(NULL, ""));
}

static void beginnings_and_ends(void **state)
{
    UNUSED(state);
    assert_true(text_starts("members[value eq 1]", "members["));
    assert_false(text_starts("mem", "members"));
    assert_true(text_starts("x", ""));
    assert_true(text_starts_nocase("Bearer x", "bearer "));
    assert_false(text_starts_nocase("bear", "bearer"));
    assert_true(text_ends("a/b.json", ".json"));
    assert_false(text_ends("json", ".json"));
    assert_true(text_ends("x", ""));
    assert_true(text_has_word("a bc d", "a") && text_has_word("a bc d", "bc") && text_has_word("a bc d", "d"));
    assert_false(text_has_word("a bc d", "b") || text_has_word("a bc d", "c") || text_has_word("a bc", "a bc"));
    assert_false(text_has_word("", "") || text_has_word("a", "") || text_has_word("", "a"));
    assert_true(text_is_blank(NULL));
    assert_true(text_is_blank(" \t\r\n"));
    assert_false(text_is_blank(" x "));
}

static void utf8_is_checked(void **state)
{
    UNUSED(state);
    static const struct {
        const char *p;
        size_t n, prefix;
    } rows[] = {
        {"", 0, 0},
        {"plain", 5, 5},
        {"\xC3\xA9", 2, 2},
        {"\xE2\x82\xAC", 3, 3},
        {"\xED\x9F\xBF\xEE\x80\x80", 6, 6}, /* around the surrogates */
        {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 8, 8},
        {"a\0b", 3, 1},
        {"a\x80", 2, 1},
        {"\xC0\x80", 2, 0},
        {"\xC1\xBF", 2, 0},
        {"\xE0\x9F\xBF", 3, 0},
        {"\xED\xA0\x80", 3, 0},
        {"\xF0\x8F\xBF\xBF", 4, 0},
        {"\xF4\x90\x80\x80", 4, 0},
        {"\xF5\x80\x80\x80", 4, 0},
        {"x\xE2\x82", 3, 1},
        {"\xE2\x28\xA1", 3, 0},
        {"\xF0\x9F\x98", 3, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(text_utf8_prefix(rows[i].p, rows[i].n), rows[i].prefix);
        assert_int_equal(text_is_utf8(rows[i].p, rows[i].n), rows[i].prefix == rows[i].n);
    }
}

static void globs(void **state)
{
    UNUSED(state);
    static const struct {
        const char *pattern, *text;
        bool match;
    } rows[] = {
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "anything", true},
        {"?", "", false},
        {"?", "a", true},
        {"a*", "abc", true},
        {"a*", "ba", false},
        {"*c", "abc", true},
        {"*c", "abcd", false},
        {"a*c", "ac", true},
        {"a*c", "abcbc", true},
        {"a?c", "abc", true},
        {"a?c", "ac", false},
        {"*a*b*", "xxaxxbxx", true},
        {"*a*b*", "xxbxxa", false},
        {"access/*", "access/leaver", true},
        {"ACCESS/*", "access/leaver", false},
        {"**", "x", true},
        {"a**", "a", true},
        {"[a]", "a", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (text_glob(rows[i].pattern, rows[i].text) != rows[i].match)
            fail_msg("%s ~ %s", rows[i].pattern, rows[i].text);
}

static void hostile_globs_end_soon(void **state)
{
    UNUSED(state);
    char text[5001], pattern[201];
    memset(text, 'a', 5000);
    text[5000] = '\0';
    for (size_t i = 0; i < 100; i++)
        memcpy(pattern + 2 * i, "*a", 2);
    pattern[199] = 'b';
    pattern[200] = '\0';
    clock_t start = clock();
    assert_false(text_glob(pattern, text));
    assert_true(clock() - start < CLOCKS_PER_SEC / 2);
}

static void did_you_mean(void **state)
{
    UNUSED(state);
    static const char *const names[] = {"run", "serve", "list", "show", "lint", "okta-template", "entra-on-demand"};
    assert_string_equal(text_nearest("serv", names, ARRAY_LEN(names)), "serve");
    assert_string_equal(text_nearest("srever", names, ARRAY_LEN(names)), "serve");
    assert_string_equal(text_nearest("RUN", names, ARRAY_LEN(names)), "run");
    assert_string_equal(text_nearest("lits", names, ARRAY_LEN(names)), "list");
    assert_string_equal(text_nearest("otka-template", names, ARRAY_LEN(names)), "okta-template");
    assert_null(text_nearest("frobnicate", names, ARRAY_LEN(names)));
    assert_null(text_nearest("", names, ARRAY_LEN(names)));
    assert_null(text_nearest("x", names, ARRAY_LEN(names)));
    assert_null(text_nearest("run", names, 0));
    char long_word[200];
    memset(long_word, 'x', 199);
    long_word[199] = '\0';
    assert_null(text_nearest(long_word, names, ARRAY_LEN(names)));
}

static void splitting(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *const *parts;
    assert_int_equal(text_split(arena, "a,,b,", ',', &parts), 4);
    assert_string_equal(parts[0], "a");
    assert_string_equal(parts[1], "");
    assert_string_equal(parts[2], "b");
    assert_string_equal(parts[3], "");
    assert_int_equal(text_split(arena, "", ',', &parts), 1);
    assert_string_equal(parts[0], "");
}

static void whole_numbers(void **state)
{
    UNUSED(state);
    uint64_t n = 1;
    assert_true(text_to_u64("0", 9, &n));
    assert_int_equal(n, 0);
    assert_true(text_to_u64("18446744073709551615", UINT64_MAX, &n));
    assert_true(n == UINT64_MAX);
    assert_false(text_to_u64("18446744073709551616", UINT64_MAX, &n));
    assert_true(text_to_u64("65535", 65535, &n));
    assert_false(text_to_u64("65536", 65535, &n));
    static const char *const bad[] = {"", " 1", "1 ", "+1", "-1", "1.0", "0x10", "1e3", "\xD9\xA1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(text_to_u64(bad[i], UINT64_MAX, &n));
    assert_false(text_to_u64(NULL, 1, &n));
    assert_int_equal(n, 65535); /* set on success only */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_builds_text),
        cmocka_unit_test(a_full_buffer_drops_whole_pieces),
        cmocka_unit_test(comparing),
        cmocka_unit_test(beginnings_and_ends),
        cmocka_unit_test(utf8_is_checked),
        cmocka_unit_test(globs),
        cmocka_unit_test(hostile_globs_end_soon),
        cmocka_unit_test(did_you_mean),
        cmocka_unit_test(splitting),
        cmocka_unit_test(whole_numbers),
    };
    return tap_run("text", tests);
}
