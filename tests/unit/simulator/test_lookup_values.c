/* Every letter in every dialect's lookup: one request line, one filter, and the value in it. */
#include "common/base.h"
#include "tests/tap.h"

#include "common/error.h"
#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/simulator.h"
#include "simulator/wire_request.h"

#include <string.h>

/* UTF-8 of one code point below U+0800. */
static const char *letter(struct arena *arena, unsigned code)
{
    if (code < 0x80)
        return arena_printf(arena, "%c", (int)code);
    return arena_printf(arena, "%c%c", (int)(0xC0 | code >> 6), (int)(0x80 | (code & 0x3F)));
}

static const char *filter_of(struct arena *arena, const char *raw)
{
    struct error err = {0};
    struct http_target target = {0};
    for (const char *p = raw; *p != '\0'; p++)
        if (*p <= ' ' || *p >= 0x7F || strchr("\"<>\\^`{|}#", *p) != NULL)
            fail_msg("not a target: %s", raw);
    if (!http_parse_target(arena, raw, &target, &err))
        fail_msg("%s: %s", raw, err.message);
    assert_int_equal(http_header_count(&target.query, "filter"), 1);
    assert_true(target.query.count == 1 || (target.query.count == 2 && http_query(&target, "excludedAttributes") != NULL) ||
                (target.query.count == 3 && http_query(&target, "count") != NULL));
    return http_query(&target, "filter");
}

/* Okta's literal is JSON (RFC 7644 §3.4.2.2), so nothing gets out of it; Entra's is the value between two quotes. */
static void check_filter(struct arena *arena, const struct dialect *dialect, const char *filter, const char *attribute,
                         const char *value)
{
    struct error err = {0};
    const char *start = arena_printf(arena, "%s eq ", attribute);
    assert_true(text_starts(filter, start));
    const char *literal = filter + strlen(start);
    if (dialect_is_okta(dialect))
        assert_string_equal(json_text(json_parse(arena, (struct bytes){literal, strlen(literal)}, "literal", &err)), value);
    else
        assert_string_equal(literal, arena_printf(arena, "\"%s\"", value));
}

/* proves: RFC7644-1.2-01 RFC7644-3.4.2.2-30 */
static void every_letter_stays_in_the_value(void **state)
{
    UNUSED(state);
    for (size_t d = 0; d < dialect_count; d++)
        for (unsigned code = ' '; code < 0x400; code++) {
            if (code >= 0x7F && code < 0xA0) /* control characters */
                continue;
            struct arena *arena = arena_new();
            struct simulator sim = {.arena = arena, .dialect = dialects[d]};
            const char *value = arena_printf(arena, "a%sz", letter(arena, code));
            check_filter(arena, dialects[d], filter_of(arena, wire_user_lookup(&sim, value)), "userName", value);
            check_filter(arena, dialects[d], filter_of(arena, wire_group_lookup(&sim, value)), "displayName", value);
            arena_free(arena);
        }
}

/* A server refuses them, but they must not end the line. */
static void control_characters_stay_escaped(void **state)
{
    UNUSED(state);
    for (size_t d = 0; d < dialect_count; d++)
        for (unsigned code = 1; code < 0xA0; code = code == 0x1F ? 0x7F : code + 1) {
            struct arena *arena = arena_new();
            struct simulator sim = {.arena = arena, .dialect = dialects[d]};
            const char *value = arena_printf(arena, "a%s HTTP/1.1%sz", letter(arena, code), letter(arena, code));
            for (const char *p = wire_user_lookup(&sim, value); *p != '\0'; p++)
                assert_true(*p > ' ' && *p < 0x7F);
            for (const char *p = wire_group_lookup(&sim, value); *p != '\0'; p++)
                assert_true(*p > ' ' && *p < 0x7F);
            arena_free(arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_letter_stays_in_the_value),
        cmocka_unit_test(control_characters_stay_escaped),
    };
    return tap_run("lookup values", tests);
}
