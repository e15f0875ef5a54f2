#include "common/base.h"

#include "reference-server/model/place.h"

#include "common/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void write_key(struct buffer *b, const char *key)
{
    buffer_add_char(b, '/');
    for (; *key != '\0'; key++) {
        if (*key == '~' || *key == '/') {
            buffer_add(b, *key == '~' ? "~0" : "~1");
        } else {
            buffer_add_char(b, *key);
        }
    }
}

static void write_place(struct buffer *b, const struct place *place)
{
    if (place->up != NULL) {
        write_place(b, place->up);
    }
    if (place->key != NULL) {
        write_key(b, place->key);
    }
}

bool place_mark(const struct place *place, const char *key, struct model_failure *failure)
{
    if (failure == NULL) {
        return false;
    }
    struct buffer b = buffer_new(0);
    write_place(&b, place);
    if (key != NULL) {
        write_key(&b, key);
    }
    (void)snprintf(failure->pointer, sizeof failure->pointer, "%s", buffer_text(&b));
    failure->pointer[text_utf8_prefix(failure->pointer, strlen(failure->pointer))] = '\0'; /* cut inside a character */
    buffer_release(&b);
    return false;
}

bool place_refuse(const struct place *place, const char *key, struct model_failure *failure, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    model_failure_set(failure, MODEL_INVALID, "invalid", "", "%s", message);
    return place_mark(place, key, failure);
}

bool place_object(const struct place *place, const json *value, const char *allowed, struct model_failure *failure)
{
    if (value == NULL) {
        return true;
    }
    if (!json_is(value, JSON_OBJECT)) {
        return place_refuse(place, NULL, failure, "expected an object, found %s", json_type_name(json_type(value)));
    }
    for (const json *member = json_first(value); allowed != NULL && member != NULL; member = json_next(member)) {
        if (!text_has_word(allowed, json_key(member))) {
            return place_refuse(place, json_key(member), failure, "unknown member \"%.100s\"; known are: %s", json_key(member),
                                allowed);
        }
    }
    return true;
}

bool place_value(const struct place *place, const json *object, const char *key, enum json_type type, const json **out,
                 struct model_failure *failure)
{
    const json *value = json_get(object, key);
    if (value == NULL) {
        return true;
    }
    if (!json_is(value, type)) {
        return place_refuse(place, key, failure, "%s must be %s, not %s", key, json_type_name(type),
                            json_type_name(json_type(value)));
    }
    *out = value;
    return true;
}

bool place_text(const struct place *place, const json *object, const char *key, size_t max, const char **out,
                struct model_failure *failure)
{
    const json *value = NULL;
    if (!place_value(place, object, key, JSON_STRING, &value, failure)) {
        return false;
    }
    if (value == NULL) {
        return true;
    }
    const char *text = json_text(value);
    if (text_is_blank(text) || strlen(text) > max) {
        return place_refuse(place, key, failure, "%s must be text of 1 to %zu bytes", key, max);
    }
    *out = text;
    return true;
}

bool place_bool(const struct place *place, const json *object, const char *key, bool *out, struct model_failure *failure)
{
    const json *value = NULL;
    if (!place_value(place, object, key, JSON_BOOL, &value, failure)) {
        return false;
    }
    if (value != NULL) {
        *out = json_true(value);
    }
    return true;
}

static size_t word_index(const char *text, const char *const words[], size_t count)
{
    size_t i = 0;
    while (i < count && (text == NULL || strcmp(words[i], text) != 0)) {
        i++;
    }
    return i;
}

bool place_advise(struct model_failure *failure, const char *remedy)
{
    if (failure != NULL) {
        (void)snprintf(failure->remedy, sizeof failure->remedy, "%s", remedy);
    }
    return false;
}

static bool refuse_word(const struct place *place, const char *key, const json *value, const char *const words[], size_t count,
                        struct model_failure *failure)
{
    struct buffer known = buffer_new(0);
    for (size_t i = 0; i < count; i++) {
        buffer_printf(&known, "%s\"%s\"", i == 0 ? "" : ", ", words[i]);
    }
    const char *text = json_text(value);
    if (text == NULL) {
        place_refuse(place, key, failure, "expected one of %s, found %s", buffer_text(&known), json_type_name(json_type(value)));
    } else {
        place_refuse(place, key, failure, "\"%.100s\" is not known here; known are: %s", text, buffer_text(&known));
    }
    buffer_release(&known);
    return false;
}

bool place_choice(const struct place *place, const json *object, const char *key, const char *const words[], size_t count,
                  size_t *out, struct model_failure *failure)
{
    const json *value = json_get(object, key);
    if (value == NULL) {
        return true;
    }
    size_t i = word_index(json_text(value), words, count);
    if (i == count) {
        return refuse_word(place, key, value, words, count, failure);
    }
    *out = i;
    return true;
}

bool place_choices(const struct place *place, const json *object, const char *key, const char *const words[], size_t count,
                   uint32_t *out, struct model_failure *failure)
{
    const struct place list = {place, key};
    const json *values = NULL;
    if (!place_value(place, object, key, JSON_ARRAY, &values, failure)) {
        return false;
    }
    *out = values == NULL ? *out : 0;
    size_t position = 0;
    for (const json *value = json_first(values); value != NULL; value = json_next(value), position++) {
        char at[24];
        (void)snprintf(at, sizeof at, "%zu", position);
        size_t i = word_index(json_text(value), words, count);
        if (i == count) {
            return refuse_word(&list, at, value, words, count, failure);
        }
        if ((*out >> i & 1u) != 0) {
            return place_refuse(&list, at, failure, "\"%s\" stands there twice", words[i]);
        }
        *out |= 1u << i;
    }
    return true;
}
