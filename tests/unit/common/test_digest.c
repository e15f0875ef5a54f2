#include "common/base.h"
#include "common/digest.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/tap.h"

#include <string.h>

static struct bytes bytes_of(const char *text)
{
    return (struct bytes){text, strlen(text)};
}

/* FIPS 180-2, appendix B */
static void sha256_of_known_texts(void **state)
{
    UNUSED(state);
    char out[65];
    digest_sha256_hex(bytes_of("abc"), out);
    assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_sha256_hex((struct bytes){NULL, 0}, out);
    assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* RFC 4648 section 10 */
static void base64_of_known_texts(void **state)
{
    UNUSED(state);
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"},
                                          {"\xff\xef\xbe", "/+++"}};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(base64_encode(arena, bytes_of(rows[i][0])), rows[i][1]);
    arena_free(arena);
}

static void base64_is_read_strictly(void **state)
{
    UNUSED(state);
    static const char *const good[][2] = {{"", ""}, {"Zg==", "f"}, {"Zm8=", "fo"}, {"Zm9v", "foo"}, {"Zm9vYmFy", "foobar"}};
    static const char *const bad[] = {"Z",    "Zg",   "Zg=",  "Zm8",   "Zm9vY", "====", "Z===",  "=g==",      "Zg==Zg==",
                                      "Zm-v", "Zm_v", "Zm v", "Zm9\n", "Zh==",  "Zm9=", "Zm9v=", "\xc3\xa4gg"};
    struct arena *arena = arena_new();
    struct bytes out;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_true(base64_decode(arena, good[i][0], &out));
        assert_int_equal(out.n, strlen(good[i][1]));
        assert_string_equal(out.p, good[i][1]);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (base64_decode(arena, bad[i], &out))
            fail_msg("%s is no base64", bad[i]);
    assert_true(base64_decode(arena, "AAH/", &out));
    assert_memory_equal(out.p, "\0\1\377", 3);
    arena_free(arena);
}

/* RFC 7914 §12, with parameters of its own. */
/* proves: RFC7643-4.1.1-16 RFC7643-4.1.1-17 RFC7643-9.2-01 */
static void passwords_are_kept_as_scrypt(void **state)
{
    UNUSED(state);
    static const char vector[] = "scrypt$10$8$16$NaCl$fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162";
    struct arena *arena = arena_new();
    assert_true(digest_password_is(vector, "password"));
    assert_false(digest_password_is(vector, "Password"));
    const char *kept = digest_password(arena, "salt", "geheim");
    assert_true(strncmp(kept, "scrypt$11$8$1$salt$", 19) == 0 && strlen(kept) == 19 + 64);
    assert_null(strstr(kept, "geheim"));
    assert_true(digest_password_is(kept, "geheim"));
    assert_false(digest_password_is(kept, "geheim "));
    assert_false(digest_password_is(kept, ""));
    assert_string_not_equal(kept, digest_password(arena, "salt2", "geheim"));
    assert_string_equal(kept, digest_password(arena, "salt", "geheim"));
    arena_free(arena);
}

/* What was kept at one cost stays a password at another. */
static void the_cost_is_of_what_comes(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const char *before = digest_password(arena, "salt", "geheim");
    for (unsigned cost = PASSWORD_LEAST_LOG_N; cost <= 13; cost += 9) {
        digest_password_cost(cost);
        const char *kept = digest_password(arena, "salt", "geheim"), *begin = arena_printf(arena, "scrypt$%u$8$1$salt$", cost);
        assert_true(text_starts(kept, begin));
        assert_true(digest_password_is(kept, "geheim"));
        assert_false(digest_password_is(kept, "Geheim"));
        assert_true(digest_password_is(before, "geheim"));
    }
    digest_password_cost(PASSWORD_LOG_N);
    assert_string_equal(digest_password(arena, "salt", "geheim"), before);
    arena_free(arena);
}

static void what_is_no_kept_password_is_nobodys(void **state)
{
    UNUSED(state);
    static const char *const rows[] = {"",
                                       "$",
                                       "scrypt$12$8$1$salt",
                                       "scrypt$0$8$1$s$",
                                       "scrypt$12$0$1$s$",
                                       "scrypt$99$8$1$s$",
                                       "scrypt$-1$8$1$s$",
                                       "md5$12$8$1$salt$geheim",
                                       "geheim"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_false(digest_password_is(rows[i], "geheim"));
    assert_false(digest_password_is(NULL, "geheim"));
    assert_false(digest_password_is(NULL, ""));
}

static void equality_is_of_all_bytes(void **state)
{
    UNUSED(state);
    assert_true(digest_equal("token", "token"));
    assert_true(digest_equal("", ""));
    assert_false(digest_equal("token", "tokem"));
    assert_false(digest_equal("token", "token2"));
    assert_false(digest_equal("", "x"));
}

static void tokens_are_url_safe_and_differ(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    char *a = NULL, *b = NULL;
    assert_true(random_token(arena, 32, &a, NULL));
    assert_true(random_token(arena, 32, &b, NULL));
    assert_int_equal(strlen(a), 43);
    assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_string_not_equal(a, b);
    struct error err = {0};
    assert_false(random_token(arena, RANDOM_TOKEN_MAX + 1, &a, &err));
    assert_int_equal(err.code, ERROR_LIMIT);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_of_known_texts),     cmocka_unit_test(base64_of_known_texts),
        cmocka_unit_test(base64_is_read_strictly),   cmocka_unit_test(passwords_are_kept_as_scrypt),
        cmocka_unit_test(the_cost_is_of_what_comes), cmocka_unit_test(what_is_no_kept_password_is_nobodys),
        cmocka_unit_test(equality_is_of_all_bytes),  cmocka_unit_test(tokens_are_url_safe_and_differ),
    };
    return tap_run("digest", tests);
}
