#include "common/base.h"

#include "reference-server/model/policy_reading.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/policies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool policy_not_too_many(const struct policy_reading *reading, const struct place *at, const json *value)
{
    return json_count(value) <= POLICY_MAX_ENTRIES ||
           place_refuse(at, NULL, reading->failure, "at most %d entries", POLICY_MAX_ENTRIES);
}

bool policy_names(const struct policy_reading *reading, const struct place *at, const json *object, const char *key,
                  const char *const **out, size_t *count)
{
    const struct place list = {at, key};
    const json *values = NULL;
    *count = 0;
    if (!place_value(at, object, key, JSON_ARRAY, &values, reading->failure) || !policy_not_too_many(reading, &list, values)) {
        return false;
    }
    const char **names = arena_array(reading->policies->arena, json_count(values) + 1, sizeof *names);
    for (const json *value = json_first(values); value != NULL; value = json_next(value)) {
        const char *name = json_text(value);
        if (text_is_blank(name) || strlen(name) > POLICY_MAX_NAME) {
            char position[24];
            (void)snprintf(position, sizeof position, "%zu", *count);
            return place_refuse(&list, position, reading->failure, "expected a name of 1 to %d bytes", POLICY_MAX_NAME);
        }
        names[(*count)++] = name;
    }
    *out = names;
    return true;
}

/* "30_days" */
static bool read_period(const char *text, int64_t *ms)
{
    static const struct {
        const char *word;
        int64_t ms;
    } units[] = {{"_hours", DAY_MS / 24}, {"_days", DAY_MS}, {"_weeks", 7 * DAY_MS}};
    size_t digits = text == NULL ? 0 : strspn(text, "0123456789");
    if (digits == 0 || digits > 6) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (strcmp(text + digits, units[i].word) == 0) {
            *ms = strtol(text, NULL, 10) * units[i].ms;
            return *ms <= 36525 * DAY_MS;
        }
    }
    return false;
}

bool policy_period(const struct policy_reading *reading, const struct place *at, const json *object, const char *key, int64_t *ms)
{
    const json *value = json_get(object, key);
    return value == NULL || read_period(json_text(value), ms) ||
           place_refuse(at, key, reading->failure, "%s must be a period such as \"30_days\", \"12_hours\" or \"4_weeks\"", key);
}
