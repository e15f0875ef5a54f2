#include "common/base.h"
#include "common/clock.h"

#include "common/memory.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#define SECOND_MS ((int64_t)1000)
#define MINUTE_MS ((int64_t)60000)
#define HOUR_MS   ((int64_t)3600000)

static int64_t real_now(const void *context)
{
    UNUSED(context);
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t fixed_now(const void *context)
{
    return *(const int64_t *)context;
}

struct clock clock_real(void)
{
    return (struct clock){real_now, NULL};
}

struct clock clock_fixed(const int64_t *now_ms)
{
    return (struct clock){fixed_now, now_ms};
}

int64_t clock_now(struct clock clock)
{
    return clock.now_ms(clock.context);
}

uint64_t clock_monotonic_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* --- calendar: Gregorian, years counted from March so that the leap day is the last of its year --- */

#define DAYS_PER_ERA 146097 /* 400 years */
#define DAYS_TO_1970 719468 /* from 0000-03-01 */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t days_from_date(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = floor_div(year, 400), year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

static void date_from_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += DAYS_TO_1970;
    int64_t era = floor_div(days, DAYS_PER_ERA), day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
    *month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

char *time_format(struct arena *arena, int64_t ms)
{
    int64_t days = floor_div(ms, DAY_MS), rest = ms - days * DAY_MS, year;
    int month, day;
    date_from_days(days, &year, &month, &day);
    return arena_printf(arena, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day, (int)(rest / HOUR_MS),
                        (int)(rest / MINUTE_MS % 60), (int)(rest / SECOND_MS % 60), (int)(rest % SECOND_MS));
}

/* --- reading --- */

/* Exactly `count` digits at *p, then *p behind them. */
static bool digits(const char **p, int count, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*p)++) {
        if (**p < '0' || **p > '9')
            return false;
        value = value * 10 + (**p - '0');
    }
    *out = value;
    return true;
}

static bool take(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

static bool parse_date(const char **p, int64_t *days)
{
    int year, month, day;
    if (!digits(p, 4, &year) || !take(p, '-') || !digits(p, 2, &month) || !take(p, '-') || !digits(p, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    *days = days_from_date(year, month, day);
    return true;
}

/* ".25" and so on: any number of digits, of which the first three count. Absent is 0. */
static bool parse_fraction(const char **p, int *ms)
{
    *ms = 0;
    if (!take(p, '.'))
        return true;
    int unit = 100;
    const char *first = *p;
    for (; **p >= '0' && **p <= '9'; (*p)++, unit /= 10)
        *ms += (**p - '0') * unit;
    return *p > first;
}

static bool parse_time_of_day(const char **p, int64_t *ms, bool *leap_second)
{
    int hour, minute, second, fraction;
    if (!digits(p, 2, &hour) || !take(p, ':') || !digits(p, 2, &minute) || !take(p, ':') || !digits(p, 2, &second) ||
        !parse_fraction(p, &fraction))
        return false;
    *leap_second = second == 60;
    *ms = hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + fraction;
    return minute < 60 && second <= 60 && (hour < 24 || *ms == DAY_MS); /* 24:00:00 is xsd:dateTime's end of the day */
}

static bool parse_offset(const char **p, int64_t *ms)
{
    int hour = 0, minute = 0;
    bool west = **p == '-';
    *ms = 0;
    if (**p == '\0' || take(p, 'Z') || take(p, 'z'))
        return true;
    if ((!take(p, '+') && !take(p, '-')) || !digits(p, 2, &hour) || !take(p, ':') || !digits(p, 2, &minute))
        return false;
    *ms = (hour * HOUR_MS + minute * MINUTE_MS) * (west ? -1 : 1);
    return hour < 24 && minute < 60;
}

bool time_parse(const char *text, int64_t *ms)
{
    int64_t days, in_day, offset;
    bool leap_second;
    if (text == NULL || !parse_date(&text, &days) || (!take(&text, 'T') && !take(&text, 't')) ||
        !parse_time_of_day(&text, &in_day, &leap_second) || !parse_offset(&text, &offset) || *text != '\0')
        return false;
    int64_t result = days * DAY_MS + in_day - offset;
    /* RFC 3339 §5.7: a leap second is 23:59:60 UTC; counted in milliseconds since 1970 it is the second that follows. */
    if (leap_second && result - floor_div(result, DAY_MS) * DAY_MS >= SECOND_MS)
        return false;
    *ms = result;
    return true;
}

bool duration_parse(const char *text, int64_t *ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {
        {"ms", 1},        {"s", SECOND_MS},       {"m", MINUTE_MS},       {"h", HOUR_MS},
        {"d", DAY_MS},    {"second", SECOND_MS},  {"minute", MINUTE_MS},  {"hour", HOUR_MS},
        {"day", DAY_MS},  {"seconds", SECOND_MS}, {"minutes", MINUTE_MS}, {"hours", HOUR_MS},
        {"days", DAY_MS},
    };
    if (text == NULL)
        return false;
    size_t n = strspn(text, "0123456789");
    const char *unit = text + n + (n > 0 && text[n] == '_');
    if (n == 0 || n > 15)
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (text[i] - '0');
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (strcmp(unit, units[i].name) != 0)
            continue;
        if (value > DURATION_MAX_MS / units[i].ms)
            return false;
        *ms = value * units[i].ms;
        return true;
    }
    return false;
}
