#include "common/base.h"
#include "common/log.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FORMATTED_MAX (64 * KIB) /* so that what LOG_MAX_LINE keeps is far from this end */

static const char *const level_names[] = {"off", "error", "warning", "info", "debug"};

static struct log_options settings;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* one line at a time */

void log_setup(const struct log_options *options)
{
    settings = *options;
}

void log_teardown(void)
{
    settings = (struct log_options){.level = LOG_OFF};
}

bool log_enabled(enum log_level level)
{
    return level != LOG_OFF && level <= settings.level;
}

const char *log_level_name(enum log_level level)
{
    return level_names[level];
}

bool log_level_parse(const char *name, enum log_level *level)
{
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
        if (text_equal(name, level_names[i])) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

/* One line of valid text: control characters become blanks, a character cut in two goes. */
static void clean(char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            text[i] = ' ';
    for (size_t cut = 0; cut < 4 && n > 0 && !text_is_utf8(text, n); cut++)
        text[--n] = '\0';
    for (size_t i = 0; !text_is_utf8(text, n) && i < n; i++)
        if ((unsigned char)text[i] > 0x7e)
            text[i] = '?';
}

static void compose(struct buffer *line, const char *time, enum log_level level, const char *component, const char *message)
{
    if (!settings.json) {
        buffer_printf(line, "%s %s %s: %s\n", time, level_names[level], component, message);
        return;
    }
    buffer_printf(line, "{\"time\":\"%s\",\"level\":\"%s\",\"component\":", time, level_names[level]);
    json_write_text(line, component);
    buffer_add(line, ",\"message\":");
    json_write_text(line, message);
    buffer_add(line, "}\n");
}

static void write_line(const char *p, size_t n)
{
    pthread_mutex_lock(&lock);
    while (n > 0) {
        ssize_t written = write(settings.fd, p, n);
        if (written <= 0)
            break; /* nobody to tell */
        p += written;
        n -= (size_t)written;
    }
    pthread_mutex_unlock(&lock);
}

/* Hidden first, cut after: a cut must not leave half of a secret. */
static char *make_safe(struct arena *arena, const char *message)
{
    const char *safe = settings.redactor == NULL ? message : redact_text(settings.redactor, arena, message);
    size_t n = strlen(safe);
    char *text = arena_strndup(arena, safe, n < LOG_MAX_LINE ? n : LOG_MAX_LINE);
    clean(text);
    return text;
}

void log_write(enum log_level level, const char *component, const char *format, ...)
{
    if (!log_enabled(level))
        return;
    struct arena *arena = arena_new();
    char *message = arena_alloc(arena, FORMATTED_MAX);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, FORMATTED_MAX, format, arguments);
    va_end(arguments);
    struct buffer line = buffer_new(0);
    compose(&line, time_format(arena, clock_now(settings.clock)), level, component, make_safe(arena, message));
    write_line(buffer_text(&line), line.n);
    buffer_release(&line);
    arena_free(arena);
}
