/* The functions of Entra's expressions that deal with dates, and dates as text. Dates are UTC. */
#include "common/base.h"

#include "simulator/entra_functions.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND_MS       ((int64_t)1000)
#define MINUTE_MS       (60 * SECOND_MS)
#define HOUR_MS         (60 * MINUTE_MS)
#define TICKS_PER_MS    10000
#define MS_1601_TO_1970 11644473600000 /* Active Directory counts from 1601, in steps of 100 ns */
#define DATE_MAX_NUMBER 100000000
#define NOT_REBUILT     "g%'\"\\" /* of .NET's formats: eras and quoting */

struct date {
    int year, month, day, hour, minute, second, ms;
    int offset; /* minutes east */
};

/* --- between milliseconds and parts --- */

static struct date parts_of(int64_t ms)
{
    struct date d = {0};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int *const parts[] = {&d.year, &d.month, &d.day, &d.hour, &d.minute, &d.second, &d.ms};
    size_t at = 0;
    for (const char *p = time_format(arena, ms); *p != '\0' && at < ARRAY_LEN(parts); p++) {
        if (*p >= '0' && *p <= '9')
            *parts[at] = *parts[at] * 10 + (*p - '0');
        else
            at++;
    }
    return d;
}

static bool ms_of(const struct date *d, int64_t *ms)
{
    char text[80];
    bool sane = d->year >= 1 && d->year <= 9999 && d->ms >= 0 && d->ms < 1000;
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d->year, d->month, d->day, d->hour, d->minute, d->second,
             d->ms);
    if (!sane || !time_parse(text, ms))
        return false;
    *ms -= d->offset * MINUTE_MS;
    return *ms >= DATE_LEAST_MS && *ms <= DATE_MOST_MS;
}

/* --- .NET's custom formats, both ways --- */

/* The letter at p as often as it stands there. */
static size_t run_of(const char *p)
{
    size_t n = 1;
    while (p[n] == p[0])
        n++;
    return n;
}

/* Up to `most` digits, at least one; exact: that many. */
static bool take_number(const char **text, size_t most, bool exact, int *out)
{
    size_t n = strspn(*text, "0123456789");
    n = n > most ? most : n;
    if (n == 0 || (exact && n != most))
        return false;
    for (*out = 0; n > 0; n--)
        *out = *out * 10 + (*(*text)++ - '0');
    return true;
}

static bool take_offset(const char **text, int *minutes)
{
    int hours = 0, rest = 0, sign = **text == '-' ? -1 : 1;
    if (**text == 'Z') {
        ++*text;
        return true;
    }
    if (**text != '+' && **text != '-')
        return false;
    ++*text;
    if (!take_number(text, 2, false, &hours))
        return false;
    if (**text == ':' && (++*text, !take_number(text, 2, true, &rest)))
        return false;
    *minutes = sign * (hours * 60 + rest);
    return hours < 24 && rest < 60;
}

static bool take_half(const char **text, int *half)
{
    *half = text_starts_nocase(*text, "PM") ? 12 : 0;
    bool fine = *half > 0 || text_starts_nocase(*text, "AM");
    *text += fine ? 2 : 0;
    return fine;
}

static bool take_fraction(const char **text, size_t n, int *ms)
{
    int digits = 0;
    const char *start = *text;
    if (n > 7 || !take_number(text, n, true, &digits))
        return false;
    *ms = 0;
    for (size_t i = 0; i < 3; i++)
        *ms = *ms * 10 + (i < n ? start[i] - '0' : 0);
    return true;
}

struct letter {
    char letter;
    size_t most; /* how often it may stand */
    size_t part; /* of struct date */
};

/* Numbers: one letter takes and gives as many digits as there are, two (of the year four) exactly that many. */
static const struct letter letters[] = {{'y', 4, offsetof(struct date, year)},  {'M', 2, offsetof(struct date, month)},
                                        {'d', 2, offsetof(struct date, day)},   {'H', 2, offsetof(struct date, hour)},
                                        {'h', 2, offsetof(struct date, hour)},  {'m', 2, offsetof(struct date, minute)},
                                        {'s', 2, offsetof(struct date, second)}};

static int *part_of(struct date *d, char letter, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(letters); i++)
        if (letters[i].letter == letter && n <= letters[i].most && (letter != 'y' || n != 3))
            return (int *)(void *)((char *)d + letters[i].part);
    return NULL;
}

/* One piece of the format at *p; false: the text does not have it, or the format means nothing. */
static bool take_piece(const char **p, const char **text, struct date *d, int *half)
{
    size_t n = run_of(*p);
    int *part = part_of(d, **p, n);
    char letter = **p;
    *p += n;
    if (part != NULL) {
        if (!take_number(text, n == 1 ? 2 : n, n > 1, part))
            return false;
        *part += letter == 'y' && n < 4 ? 2000 : 0;
        return true;
    }
    if (letter == 't')
        return n == 2 && take_half(text, half);
    if (letter == 'z' || letter == 'K')
        return n <= 3 && take_offset(text, &d->offset);
    if (letter == 'f' || letter == 'F')
        return take_fraction(text, n, &d->ms);
    for (; n > 0; n--)
        if (*(*text)++ != letter)
            return false;
    return true;
}

static bool read_by(const char *text, const char *format, int64_t *ms)
{
    struct date d = {.year = 1970, .month = 1, .day = 1};
    int half = -1;
    text += strspn(text, " ");
    for (const char *p = format; *p != '\0';)
        if (!take_piece(&p, &text, &d, &half))
            return false;
    text += strspn(text, " ");
    if (*text != '\0' || (half >= 0 && (d.hour < 1 || d.hour > 12)))
        return false;
    if (half >= 0)
        d.hour = d.hour % 12 + half;
    return ms_of(&d, ms);
}

static void add_piece(struct buffer *out, const char **p, struct date *d)
{
    size_t n = run_of(*p);
    char letter = **p;
    const int *part = part_of(d, letter, n);
    int number = part == NULL ? 0 : letter == 'h' ? (*part + 11) % 12 + 1 : letter == 'y' && n < 4 ? *part % 100 : *part;
    *p += n;
    if (part != NULL)
        buffer_printf(out, "%0*d", (int)n, number);
    else if (letter == 't')
        buffer_add(out, d->hour < 12 ? "AM" : "PM");
    else if (letter == 'z' || letter == 'K')
        buffer_add(out, letter == 'K' ? "Z" : n == 3 ? "+00:00" : "+00");
    else if ((letter == 'f' || letter == 'F') && n <= 3)
        buffer_printf(out, "%0*d", (int)n, n == 3 ? d->ms : n == 2 ? d->ms / 10 : d->ms / 100);
    else
        for (; n > 0; n--)
            buffer_add_char(out, letter);
}

static const char *write_by(struct arena *arena, int64_t ms, const char *format)
{
    struct date d = parts_of(ms);
    struct buffer out = buffer_new(EXPRESSION_MAX_RESULT);
    for (const char *p = format; *p != '\0';)
        add_piece(&out, &p, &d);
    return buffer_take(&out, arena);
}

const char *date_text(struct arena *arena, int64_t ms)
{
    return write_by(arena, ms, "M/d/yyyy h:mm:ss tt");
}

bool date_read(const char *text, int64_t *ms)
{
    static const char *const formats[] = {
        "yyyy-MM-dd",          "yyyy-MM-ddzzz",          "yyyy-MM-ddTHH:mm:sszzz",     "yyyy-MM-ddTHH:mm:ss",
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.fffzzz", "M/d/yyyy",
        "M/d/yyyy h:mm:ss tt"};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (read_by(text, formats[i], ms))
            return true;
    return false;
}

/* --- functions --- */

/* A date, or text that is one. */
static bool argument_date(const struct call *call, size_t at, int64_t *ms)
{
    const struct value *value = &call->arguments[at];
    if (value->kind == VALUE_DATE) {
        *ms = value->number;
        return true;
    }
    return value->kind == VALUE_TEXT && date_read(value->text, ms);
}

struct value function_cdate(const struct call *call)
{
    int64_t ms;
    return argument_date(call, 0, &ms) ? value_of_date(ms) : (struct value){0};
}

struct value function_now(const struct call *call)
{
    return value_of_date(call->source->now_ms);
}

/* Without an input format there is no way to read the source. */
struct value function_format_date_time(const struct call *call)
{
    int64_t ms;
    const char *source = argument_text(call, 0), *in = argument_text(call, 2), *out = argument_text(call, 3);
    bool given = source != NULL && in != NULL && out != NULL;
    if (!given || strpbrk(in, NOT_REBUILT) != NULL || strpbrk(out, NOT_REBUILT) != NULL || !read_by(source, in, &ms))
        return (struct value){0};
    return value_of_text(write_by(call->arena, ms, out));
}

struct value function_date_from_num(const struct call *call)
{
    int64_t ticks;
    if (!argument_number(call, 0, &ticks) || ticks < 0)
        return (struct value){0};
    int64_t ms = ticks / TICKS_PER_MS - MS_1601_TO_1970;
    return ms <= DATE_MOST_MS ? value_of_date(ms) : (struct value){0};
}

struct value function_num_from_date(const struct call *call)
{
    int64_t ms;
    if (!argument_date(call, 0, &ms) || ms < -MS_1601_TO_1970)
        return (struct value){0};
    return value_of_number((ms + MS_1601_TO_1970) * TICKS_PER_MS);
}

/* --- intervals, as Visual Basic counts them --- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t months_of(int64_t ms)
{
    struct date d = parts_of(ms);
    return (int64_t)d.year * 12 + d.month - 1;
}

static int64_t weeks_of(int64_t ms) /* they begin on Sunday; 1970 began on a Thursday */
{
    return floor_div(floor_div(ms, DAY_MS) + 4, 7);
}

/* yyyy, m and ww are counted by the calendar, the others by the time between; 0: by the calendar. */
static const struct interval {
    const char *word;
    int64_t ms, months;
} intervals[] = {{"yyyy", 0, 12},   {"m", 0, 1},         {"d", DAY_MS, 0},   {"ww", 7 * DAY_MS, 0},
                 {"h", HOUR_MS, 0}, {"n", MINUTE_MS, 0}, {"s", SECOND_MS, 0}};

static const struct interval *interval_of(const struct call *call)
{
    for (size_t i = 0; i < ARRAY_LEN(intervals); i++)
        if (text_equal(argument_text(call, 0), intervals[i].word))
            return &intervals[i];
    return NULL;
}

/* A month later on the same day, or on the last one when that month is shorter. */
static bool add_months(int64_t ms, int64_t months, int64_t *out)
{
    struct date d = parts_of(ms);
    int64_t all = months_of(ms) + months;
    d.year = (int)(all / 12);
    d.month = (int)(all % 12) + 1;
    while (d.day > 28 && !ms_of(&d, out))
        d.day--;
    return ms_of(&d, out);
}

struct value function_date_add(const struct call *call)
{
    const struct interval *interval = interval_of(call);
    int64_t number, ms;
    bool fine = argument_number(call, 1, &number) && argument_date(call, 2, &ms);
    if (!fine || interval == NULL || number > DATE_MAX_NUMBER || number < -DATE_MAX_NUMBER)
        return (struct value){0};
    if (interval->months > 0)
        fine = months_of(ms) + number * interval->months > 12 && months_of(ms) + number * interval->months < 12 * 10000 &&
               add_months(ms, number * interval->months, &ms);
    else
        ms += number * interval->ms;
    return fine && ms >= DATE_LEAST_MS && ms <= DATE_MOST_MS ? value_of_date(ms) : (struct value){0};
}

struct value function_date_diff(const struct call *call)
{
    const struct interval *interval = interval_of(call);
    int64_t from, to;
    if (interval == NULL || !argument_date(call, 1, &from) || !argument_date(call, 2, &to))
        return (struct value){0};
    if (text_equal(interval->word, "yyyy"))
        return value_of_number(parts_of(to).year - parts_of(from).year);
    if (text_equal(interval->word, "m"))
        return value_of_number(months_of(to) - months_of(from));
    if (text_equal(interval->word, "ww"))
        return value_of_number(weeks_of(to) - weeks_of(from));
    return value_of_number((to - from) / interval->ms);
}
