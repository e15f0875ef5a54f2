/* Tampered trails: tests/tables/audit_chain.table. The good one is made here by the rule as it is told to others, not by the server. */
#include "common/base.h"

#include "common/digest.h"
#include "common/json.h"
#include "reference-server/model/audit_chain.h"

#include "tests/table.h"

#define ENTRIES 6

struct trail {
    struct arena *arena;
    const char *lines[ENTRIES + 1];
    size_t count;
};

static const char *seal(struct arena *arena, const char *plain, char hash[65])
{
    digest_sha256_hex((struct bytes){plain, strlen(plain)}, hash);
    return arena_printf(arena, "%.*s,\"hash\":\"%s\"}", (int)strlen(plain) - 1, plain, hash);
}

static void make(struct trail *trail)
{
    char hash[65] = "0000000000000000000000000000000000000000000000000000000000000000";
    for (size_t i = 0; i < ENTRIES; i++)
        trail->lines[trail->count++] =
            seal(trail->arena,
                 arena_printf(trail->arena,
                              "{\"sequence\":%zu,\"time\":\"2026-11-22T17:45:37.000Z\",\"actor\":\"okta\",\"action\":"
                              "\"user.create\",\"target\":{\"kind\":\"User\"},\"status\":201,\"previous\":\"%s\"}",
                              i + 1, hash),
                 hash);
}

static const char *replace(struct arena *arena, const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    assert_non_null(at);
    return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

static const char *reseal(struct arena *arena, const char *line)
{
    char hash[65];
    return seal(arena, arena_printf(arena, "%.*s}", (int)(strstr(line, ",\"hash\"") - line), line), hash);
}

static void take_out(struct trail *trail, size_t at)
{
    for (size_t i = at; i + 1 < trail->count; i++)
        trail->lines[i] = trail->lines[i + 1];
    trail->count--;
}

static void tamper(struct trail *trail, const char *what)
{
    struct arena *arena = trail->arena;
    char verb[16];
    unsigned n, m = 0;
    assert_true(sscanf(what, "%15s %u %u", verb, &n, &m) >= 2 && n >= 1 && n <= trail->count);
    const char **line = &trail->lines[n - 1];
    if (strcmp(verb, "edit") == 0)
        *line = replace(arena, *line, "okta", "eve");
    else if (strcmp(verb, "rewrite") == 0)
        *line = reseal(arena, replace(arena, *line, "okta", "eve"));
    else if (strcmp(verb, "renumber") == 0)
        *line = reseal(arena, replace(arena, *line, arena_printf(arena, "\"sequence\":%u", n + 1),
                                      arena_printf(arena, "\"sequence\":%u", m)));
    else if (strcmp(verb, "remove") == 0)
        take_out(trail, n - 1);
    else if (strcmp(verb, "garbage") == 0)
        *line = "{\"sequence\":2,";
    else if (strcmp(verb, "hashless") == 0)
        *line = arena_printf(arena, "%.*s}", (int)(strstr(*line, ",\"hash\"") - *line), *line);
    else if (strcmp(verb, "cut") == 0)
        trail->count -= n;
    else if (strcmp(verb, "swap") == 0) {
        const char *other = trail->lines[m - 1];
        trail->lines[m - 1] = *line;
        *line = other;
    } else if (strcmp(verb, "repeat") == 0) {
        memmove(line + 1, line, (trail->count - (n - 1)) * sizeof *line);
        trail->count++;
    } else {
        fail_msg("no such tampering: %s", what);
    }
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct trail trail = {.arena = arena_new()};
    const char *const *steps;
    make(&trail);
    const char *last = strstr(trail.lines[ENTRIES - 1], ",\"hash\":\"") + strlen(",\"hash\":\"");
    const char *hash = arena_strndup(trail.arena, last, 64);
    size_t count = table_field(c, "do") == NULL ? 0 : text_split(trail.arena, table_field(c, "do"), '\n', &steps);
    for (size_t i = 0; i < count; i++)
        tamper(&trail, steps[i]);
    struct audit_chain chain = audit_chain_new(table_field(c, "whole") != NULL);
    for (size_t i = 0; i < trail.count; i++)
        audit_chain_take(&chain, (struct bytes){trail.lines[i], strlen(trail.lines[i])});
    if (table_field(c, "end") != NULL)
        audit_chain_end(&chain, (uint64_t)strtoul(table_field(c, "end"), NULL, 10) + 1, hash);
    struct buffer says = buffer_new(0);
    audit_chain_tell(&chain, &says);
    assert_string_equal(buffer_text(&says), table_need(c, "says"));
    buffer_release(&says);
    arena_free(trail.arena);
}

int main(void)
{
    return tap_table("audit chain", "tests/tables/audit_chain.table", row);
}
