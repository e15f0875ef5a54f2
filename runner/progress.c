#include "common/base.h"

#include "runner/progress.h"

#include "common/clock.h"
#include "common/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_US 80000

bool terminal_is(int fd)
{
    return isatty(fd) && !text_equal(getenv("TERM"), "dumb");
}

bool terminal_colour(int fd, const char *wish)
{
    if (text_equal(wish, "always"))
        return true;
    if (text_equal(wish, "never"))
        return false;
    const char *off = getenv("NO_COLOR"), *on = getenv("CLICOLOR_FORCE");
    if (off != NULL && *off != '\0')
        return false;
    return terminal_is(fd) || (on != NULL && *on != '\0' && !text_equal(on, "0"));
}

unsigned terminal_width(int fd)
{
#ifdef TIOCGWINSZ
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0)
        return size.ws_col;
#endif
    UNUSED(fd);
    return 0;
}

struct progress progress_new(size_t total, bool quiet, bool colour)
{
    return (struct progress){
        .live = !quiet && terminal_is(STDERR_FILENO),
        .line = {.colour = colour, .width = terminal_width(STDERR_FILENO), .verbose = true},
        .total = total,
        .started_us = clock_monotonic_us(),
    };
}

static void clear_status(void)
{
    fputs("\r\033[K", stderr);
}

static void draw_status(struct progress *progress, uint64_t now)
{
    double seconds = (double)(now - progress->started_us) / 1e6;
    double left = progress->done == 0 ? 0 : seconds / (double)progress->done * (double)(progress->total - progress->done);
    fprintf(stderr, "  %zu of %zu cases, %zu failed, %.1f s, about %.0f s left", progress->done, progress->total,
            progress->failed, seconds, left);
    progress->drawn_us = now;
}

void progress_case(struct progress *progress, const struct case_result *result)
{
    progress->done++;
    progress->failed += result->outcome == OUTCOME_FAILED || result->outcome == OUTCOME_ERROR;
    if (!progress->live)
        return;
    struct buffer line = buffer_new(16 * KIB);
    report_case_line(result, &progress->line, &line);
    clear_status();
    fputs(buffer_text(&line), stderr);
    buffer_release(&line);
    uint64_t now = clock_monotonic_us();
    if (now - progress->drawn_us >= REDRAW_US || progress->done == progress->total)
        draw_status(progress, now);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (!progress->live)
        return;
    clear_status();
    fflush(stderr);
}
