#include "common/base.h"

#include "reference-server/exchange.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/model/failure.h"
#include "reference-server/oauth.h"
#include "reference-server/scim/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_MAX 1000

void reply_header(struct exchange *x, const char *name, const char *value)
{
    http_set_header(x->arena, &x->response->headers, name, value);
}

void reply_text(struct exchange *x, const char *media_type, const char *text)
{
    x->response->status = 200;
    x->reply = NULL;
    x->text = text;
    reply_header(x, "Content-Type", media_type);
}

void reply_empty(struct exchange *x, int status)
{
    x->response->status = status;
    x->reply = NULL;
    x->text = NULL;
    http_remove_header(&x->response->headers, "Content-Type");
}

void reply_json(struct exchange *x, int status, json *body)
{
    x->response->status = status;
    x->reply = body;
    x->text = NULL;
    bool scim = x->door == DOOR_SCIM || x->door == DOOR_NONE;
    reply_header(x, "Content-Type", !scim ? "application/json" : x->media_type != NULL ? x->media_type : SCIM_MEDIA_TYPE);
}

void reply_finish(struct exchange *x)
{
    const char *other = x->text == NULL ? "" : x->text;
    const char *text = x->reply == NULL ? other : json_print(x->arena, x->reply);
    x->response->body = (struct bytes){text, strlen(text)};
}

void reply_scim_error(struct exchange *x, const struct scim_error *err)
{
    reply_json(x, err->status, scim_message_error(x->arena, err));
}

static const char *format_message(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static const char *format_message(struct arena *arena, const char *format, va_list arguments)
{
    char text[MESSAGE_MAX];
    vsnprintf(text, sizeof text, format, arguments);
    return arena_strndup(arena, text, text_utf8_prefix(text, strlen(text))); /* the cut may fall inside a character */
}

void reply_refusal(struct exchange *x, int status, const char *scim_type, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct scim_error err = {status, scim_type, format_message(x->arena, format, arguments)};
    va_end(arguments);
    reply_scim_error(x, &err);
}

struct wrong {
    int status;
    const char *code, *scim_type, *message, *remedy;
};

static void reply_in_words_of_door(struct exchange *x, const struct wrong *wrong)
{
    const char *remedy = text_is_blank(wrong->remedy) ? NULL : wrong->remedy;
    if (x->door == DOOR_OAUTH) {
        oauth_refuse(x, wrong->status, "invalid_request", wrong->message);
        return;
    }
    if (x->door == DOOR_APP || x->door == DOOR_ADMIN || x->door == DOOR_ACCESS || x->door == DOOR_WEB) {
        json *body = json_object(x->arena);
        json_set_text(body, "error", wrong->code);
        json_set_text(body, "message", wrong->message);
        json_set_text(body, "remedy", remedy == NULL ? "" : remedy);
        reply_json(x, wrong->status, body);
        return;
    }
    const char *detail = remedy == NULL ? wrong->message : arena_printf(x->arena, "%s: %s", wrong->message, remedy);
    struct scim_error err = {wrong->status, wrong->scim_type, detail};
    reply_scim_error(x, &err);
}

void reply_wrong(struct exchange *x, int status, const char *code, const char *remedy, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *message = format_message(x->arena, format, arguments);
    va_end(arguments);
    reply_in_words_of_door(x, &(struct wrong){status, code, status == 400 ? SCIM_INVALID_SYNTAX : NULL, message, remedy});
}

void reply_failure(struct exchange *x, const struct model_failure *failure)
{
    const char *message = failure->message, *remedy = failure->remedy;
    bool placed = failure->pointer[0] != '\0' && x->door != DOOR_SCIM;
    if (placed)
        message = arena_printf(x->arena, "%s: %s", failure->pointer, message);
    if (placed && *remedy == '\0')
        remedy = "correct it there, or leave it out";
    reply_in_words_of_door(x, &(struct wrong){model_failure_status(failure), failure->code, model_failure_scim_type(failure),
                                              arena_strdup(x->arena, message), arena_strdup(x->arena, remedy)});
}

bool exchange_object(struct exchange *x, json **out)
{
    if (json_is(x->body, JSON_OBJECT)) {
        *out = x->body;
        return true;
    }
    reply_wrong(x, 400, "invalid", "send a JSON object", "%s",
                x->body == NULL ? "the request has no body" : "the body is not a JSON object");
    return false;
}
