/* A load as text: the line that is redrawn, and the table at the end. */
#include "common/base.h"

#include "runner/load.h"

#include "common/memory.h"
#include "common/text.h"
#include "reports/markup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BAR         20  /* letters */
#define REFUSAL_MAX 300 /* bytes */

static const double percents[] = {50, 95, 99};

const char *load_number(struct arena *arena, uint64_t number)
{
    const char *digits = arena_printf(arena, "%" PRIu64, number);
    size_t n = strlen(digits), at = 0;
    char *text = arena_alloc(arena, n + n / 3 + 1);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    return text;
}

/* --- the line --- */

/* "42 s", "7 min", "2 h": what a person plans with. */
static const char *left_text(struct arena *arena, double seconds)
{
    if (seconds < 120)
        return arena_printf(arena, "%.0f s", seconds);
    if (seconds < 7200)
        return arena_printf(arena, "%.0f min", seconds / 60);
    return arena_printf(arena, "%.0f h", seconds / 3600);
}

void load_tell_status(const struct load_status *status, unsigned width, struct buffer *out)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct buffer line = buffer_new(KIB);
    size_t full = status->total == 0 ? BAR : status->done * BAR / status->total;
    buffer_printf(&line, "%s [", status->part);
    for (size_t i = 0; i < BAR; i++)
        buffer_add_char(&line, i < full ? '#' : '.');
    buffer_printf(&line, "] %s of %s", load_number(arena, status->done), load_number(arena, status->total));
    if (status->refused > 0)
        buffer_printf(&line, ", %s refused", load_number(arena, status->refused));
    if (status->done > 0 && status->us > 0) {
        double rate = (double)status->done * 1e6 / (double)status->us;
        buffer_printf(&line, "  %s/s  %s left", load_number(arena, (uint64_t)rate),
                      left_text(arena, (double)(status->total - status->done) / rate));
    }
    size_t room = width > 1 ? width - 1 : line.n;
    buffer_add_bytes(out, buffer_text(&line), line.n < room ? line.n : room);
    buffer_release(&line);
}

/* --- the table --- */

static const char *milliseconds(struct arena *arena, uint64_t us)
{
    return arena_printf(arena, us < 100000 ? "%.2f" : "%.0f", (double)us / 1000);
}

static void tell_row(struct arena *arena, const char *name, const struct load_part *part, struct buffer *out)
{
    const struct latency *latency = &part->latency;
    double seconds = (double)part->us / 1e6;
    uint64_t rate = seconds > 0 ? (uint64_t)((double)latency->count / seconds) : 0;
    buffer_printf(out, "%-8s %9s %8s %9s %9.3f %7s", name, load_number(arena, part->done), load_number(arena, part->refused),
                  load_number(arena, latency->count), seconds, load_number(arena, rate));
    for (size_t i = 0; i < ARRAY_LEN(percents); i++)
        buffer_printf(out, " %7s", milliseconds(arena, latency_percentile(latency, percents[i])));
    buffer_add_char(out, '\n');
}

static void tell_parts(struct arena *arena, const struct load_result *result, struct buffer *out)
{
    struct load_part *all = arena_alloc(arena, sizeof *all);
    buffer_printf(out, "%-8s %9s %8s %9s %9s %7s %7s %7s %7s\n", "", "done", "refused", "replies", "seconds", "per s", "p50 ms",
                  "p95 ms", "p99 ms");
    for (enum first_part i = FIRST_PROBE; i < FIRST_PART_COUNT; i++) {
        const struct load_part *part = &result->parts[i];
        all->done += part->done;
        all->refused += part->refused;
        all->us += part->us;
        latency_join(&all->latency, &part->latency);
        if (part->total > 0 && i != FIRST_PROBE)
            tell_row(arena, first_sync_word(i), part, out);
    }
    all->done -= result->parts[FIRST_PROBE].done;
    tell_row(arena, "all", all, out);
    buffer_printf(out, "slowest reply  %s ms\n", milliseconds(arena, all->latency.most));
}

/* The server's words are a stranger's. */
static void tell_refusal(const char *refusal, struct buffer *out)
{
    size_t n = strlen(refusal), shown = n <= REFUSAL_MAX ? n : text_utf8_prefix(refusal, REFUSAL_MAX);
    buffer_add(out, "first refusal  ");
    markup_add_plain_bytes(out, (struct bytes){refusal, shown});
    buffer_add(out, shown < n ? "…\n" : "\n");
}

void load_tell_result(struct arena *arena, const struct load_result *result, size_t memory_kib, struct buffer *out)
{
    tell_parts(arena, result, out);
    if (memory_kib > 0)
        buffer_printf(out, "peak memory    %.1f MB\n", (double)memory_kib / 1024);
    for (enum first_part i = FIRST_PROBE; i < FIRST_PART_COUNT; i++)
        if (result->parts[i].done < result->parts[i].total)
            buffer_printf(out, "not done       %s of %s %s\n", load_number(arena, result->parts[i].total - result->parts[i].done),
                          load_number(arena, result->parts[i].total), first_sync_word(i));
    if (result->lost > 0)
        buffer_printf(out, "no reply       %s\n", load_number(arena, result->lost));
    if (result->waits > 0)
        buffer_printf(out, "waits (429)    %s\n", load_number(arena, result->waits));
    if (result->refusal != NULL)
        tell_refusal(result->refusal, out);
    if (result->removed > 0)
        buffer_printf(out, "removed        %s\n", load_number(arena, result->removed));
    if (result->left > 0)
        buffer_printf(out, "left behind    %s, with names that begin with %s\n", load_number(arena, result->left),
                      result->prefix != NULL ? result->prefix : "");
}
