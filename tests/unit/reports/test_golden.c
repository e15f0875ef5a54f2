/* The writers against the sample: exactly the text in tests/reports/. `UPDATE=1 test_golden` writes it anew, to be read before it is committed. */
#include "common/base.h"
#include "common/embedded.h"
#include "common/error.h"
#include "common/file.h"
#include "common/memory.h"
#include "common/text.h"
#include "reports/report.h"

#include "tests/tap.h"
#include "tests/unit/reports/sample.h"

#include <stdio.h>
#include <stdlib.h>

struct golden {
    const char *writer, *file;
    struct report_options options;
};

static const struct golden goldens[] = {
    {"console", "tests/reports/console.txt", {0}},
    {"console", "tests/reports/console-colour.txt", {.colour = true, .verbose = true, .width = 60}},
    {"json", "tests/reports/report.json", {0}},
    {"json", "tests/reports/report-exchanges.json", {.exchanges = true}},
    {"junit", "tests/reports/junit.xml", {0}},
    {"html", "tests/reports/page.html", {0}},
};

/* Style and script have files of their own; their text and their hashes are no part of the golden page. */
static void cut(struct buffer *b, const char *from, const char *to)
{
    char *start = strstr(b->p, from), *end = start == NULL ? NULL : strstr(start + strlen(from), to);
    if (end == NULL)
        return;
    start += strlen(from);
    memmove(start, end, strlen(end) + 1);
    b->n -= (size_t)(end - start);
}

static void writes(void **state)
{
    const struct golden *golden = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct buffer out = buffer_new(0);
    const struct report_writer *writer = report_find(golden->writer);
    assert_non_null(writer);
    writer->write(sample(), &golden->options, &out);
    assert_false(out.full);
    if (text_equal(golden->writer, "html")) {
        cut(&out, "<style>", "</style>");
        cut(&out, "\n<script>", "</script>");
        cut(&out, "style-src '", "'");
        cut(&out, "script-src '", "'");
    }
    struct error err;
    struct bytes expected;
    if (getenv("UPDATE") != NULL)
        assert_true(file_write(golden->file, (struct bytes){out.p, out.n}, 0644, &err));
    assert_true(file_read(arena, golden->file, MIB, &expected, &err));
    assert_string_equal(buffer_text(&out), expected.p);
    buffer_release(&out);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(goldens)];
    for (size_t i = 0; i < ARRAY_LEN(goldens); i++)
        tests[i] = (struct CMUnitTest){goldens[i].file, writes, NULL, NULL, (void *)(uintptr_t)&goldens[i]};
    return tap_run("report goldens", tests);
}
