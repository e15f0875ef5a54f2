/* table.h: test cases as rows of a text file, so that a new case is a few lines of text.
 *
 * Format of tests/tables/<name>.table, blocks separated by blank lines:
 *     # a comment (at the beginning of a line)
 *     == name of the case
 *     key: value on one line, as it stands
 *     longer:
 *       lines indented by two blanks,
 *       which are taken off
 * A value over several lines has no newline at its end; an empty line in it is written as two blanks. Case names and the keys
 * of a case are unique. A table with a mistake fails as a whole.
 *     proves: RFC7643-2.2-03 RFC7644-3.3-09
 * may stand in the cases of every table: the requirements (scenarios/requirements.tsv) that the case proves, which means that it
 * fails when the server breaks one of them. Drivers pass it over; tools/conformance makes docs/conformance.md of it.
 *
 * A driver is a program of its own:
 *     static void row(void **state)
 *     {
 *         const struct table_case *c = *state;
 *         assert_string_equal(f(table_need(c, "in")), table_need(c, "out"));
 *     }
 *     int main(void) { return tap_table("f", "tests/tables/f.table", row); }
 * Each row is one test of its own in the output. Programs run in the top folder.
 */
#ifndef TESTS_TABLE_H
#define TESTS_TABLE_H

#include "common/base.h"
#include "common/error.h"
#include "common/file.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_MAX_BYTES (4 * MIB)

struct table_entry {
    const char *key, *value;
};

struct table_case {
    const char *name;
    unsigned line; /* of the name */
    struct table_entry *fields;
    size_t count;
};

struct table {
    struct table_case *cases;
    size_t count;
};

/* The value of a field, or NULL when the case has no such field. */
static inline const char *table_field(const struct table_case *c, const char *key)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->fields[i].key, key) == 0)
            return c->fields[i].value;
    return NULL;
}

/* The same where its absence is a mistake in the table: fails the test. */
static inline const char *table_need(const struct table_case *c, const char *key)
{
    const char *value = table_field(c, key);
    if (value != NULL)
        return value;
    fail_msg("line %u: case \"%s\" has no field \"%s\"", c->line, c->name, key);
    return ""; /* not reached, but fail_msg does not say so */
}

/* Undoes \n \r \t \\ and \xNN: for values that are no text, or end in blanks. */
static inline struct bytes table_bytes(struct arena *arena, const char *value)
{
    struct bytes copy = arena_bytes(arena, value, strlen(value));
    char *out = arena_alloc(arena, copy.n + 1);
    size_t n = 0;
    for (const char *p = value; *p != '\0'; p++) {
        unsigned byte;
        if (p[0] != '\\' || p[1] == '\0') {
            out[n++] = *p;
        } else if (*++p == 'x') {
            if (sscanf(p + 1, "%2x", &byte) != 1)
                fail_msg("bad escape in \"%s\"", value);
            out[n++] = (char)byte;
            p += 2;
        } else {
            out[n++] = *p == 'n' ? '\n' : *p == 'r' ? '\r' : *p == 't' ? '\t' : *p;
        }
    }
    return (struct bytes){out, n};
}

/* --- reading a table --- */

struct table_reader {
    struct arena *arena;
    const char *path;
    const char *const *lines;
    size_t count, at;
    struct error *err;
};

static inline bool table_fault(const struct table_reader *r, const char *what)
{
    return error_set(r->err, ERROR_SYNTAX, arena_printf(r->arena, "%s:%zu", r->path, r->at + 1), "", "%s", what);
}

static inline const char *table_long_value(struct table_reader *r)
{
    struct buffer b = buffer_new(TABLE_MAX_BYTES);
    for (bool first = true; r->at < r->count && text_starts(r->lines[r->at], "  "); r->at++, first = false) {
        buffer_add(&b, first ? "" : "\n");
        buffer_add(&b, r->lines[r->at] + 2);
    }
    return buffer_take(&b, r->arena);
}

static inline bool table_read_field(struct table_reader *r, struct table_case *c)
{
    const char *line = r->lines[r->at], *colon = strchr(line, ':');
    if (colon == NULL || colon == line || (colon[1] != '\0' && colon[1] != ' '))
        return table_fault(r, "expected \"key: value\" or \"key:\"");
    const char *key = arena_strndup(r->arena, line, (size_t)(colon - line));
    if (table_field(c, key) != NULL)
        return table_fault(r, "this field occurs twice");
    r->at++;
    const char *value = colon[1] == '\0' ? table_long_value(r) : arena_strdup(r->arena, colon + 2);
    c->fields = arena_grow(r->arena, c->fields, c->count, c->count + 1, sizeof *c->fields);
    c->fields[c->count++] = (struct table_entry){key, value};
    return true;
}

static inline bool table_read_case(struct table_reader *r, struct table *t)
{
    if (!text_starts(r->lines[r->at], "== "))
        return table_fault(r, "expected \"== name\"");
    struct table_case c = {.name = r->lines[r->at] + 3, .line = (unsigned)r->at + 1};
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->cases[i].name, c.name) == 0)
            return table_fault(r, "this name is taken");
    for (r->at++; r->at < r->count && r->lines[r->at][0] != '\0';) {
        if (r->lines[r->at][0] == '#')
            r->at++;
        else if (!table_read_field(r, &c))
            return false;
    }
    if ((t->count & (t->count - 1)) == 0) /* full at each power of two */
        t->cases = arena_grow(r->arena, t->cases, t->count, t->count == 0 ? 1 : t->count * 2, sizeof *t->cases);
    t->cases[t->count++] = c;
    return true;
}

static inline bool table_load(struct arena *arena, const char *path, struct table *out, struct error *err)
{
    struct bytes text;
    if (!file_read(arena, path, TABLE_MAX_BYTES, &text, err))
        return false;
    struct table t = {0};
    struct table_reader r = {.arena = arena, .path = path, .err = err};
    if (!text_is_utf8(text.p, text.n))
        return table_fault(&r, "not UTF-8 text; write such bytes as \\xNN and read them with table_bytes");
    r.count = text_split(arena, text.p, '\n', &r.lines);
    while (r.at < r.count) {
        if (r.lines[r.at][0] == '\0' || r.lines[r.at][0] == '#')
            r.at++;
        else if (!table_read_case(&r, &t))
            return false;
    }
    *out = t;
    return true;
}

/* Runs function once per case, with *state the case. The value is main's. */
static inline int tap_table(const char *group, const char *path, CMUnitTestFunction function)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct table t = {0};
    struct error err;
    char text[1024];
    if (!table_load(arena, path, &t, &err)) {
        printf("1..1\nnot ok 1 - %s\n", error_text(&err, text, sizeof text));
        return 1;
    }
    struct CMUnitTest *tests = arena_array(arena, t.count + 1, sizeof *tests);
    for (size_t i = 0; i < t.count; i++)
        tests[i] = (struct CMUnitTest){
            .name = arena_printf(arena, "%s (%s:%u)", t.cases[i].name, path, t.cases[i].line),
            .test_func = function,
            .initial_state = &t.cases[i],
        };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return _cmocka_run_group_tests(group, tests, t.count, NULL, NULL);
}

#endif
