#include "common/base.h"
#include "simulator/console.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/session.h"

#include <ctype.h>
#include <string.h>

/* The server's own words, capped and on one line. */
static const char *words(struct arena *arena, struct bytes body)
{
    if (!text_is_utf8(body.p, body.n))
        return "(not text)";
    size_t n = body.n < CONSOLE_MAX ? body.n : CONSOLE_MAX;
    while (n < body.n && n > 0 && ((unsigned char)body.p[n] & 0xC0) == 0x80) /* not inside a letter */
        n--;
    char *text = arena_strndup(arena, body.p, n);
    for (char *p = text; *p != '\0'; p++)
        if (iscntrl((unsigned char)*p))
            *p = ' ';
    return text;
}

/* How Okta's JSON parser puts it. */
static const char *invalid_json(struct arena *arena, struct bytes body)
{
    const char *text = words(arena, body);
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) || text[n] == '_' || text[n] == '$')
        n++;
    if (n == 0)
        return arena_printf(arena, "Invalid JSON: Unexpected character ('%c' (code %d))", text[0], (int)(unsigned char)text[0]);
    return arena_printf(arena, "Invalid JSON: Unrecognized token '%.*s'", (int)n, text);
}

const char *console_okta(struct arena *arena, const struct reply *reply)
{
    if (reply->status == 0)
        return words(arena, reply->raw.body);
    const char *own = reply->raw.reason == NULL ? "" : reply->raw.reason;
    const char *reason = text_is_blank(own) ? http_reason(reply->status) : words(arena, (struct bytes){own, strlen(own)});
    const char *detail = json_get_text(reply->body, "detail", NULL);
    if (detail != NULL)
        detail = words(arena, (struct bytes){detail, strlen(detail)});
    else if (reply->body == NULL && !reply->empty)
        detail = invalid_json(arena, reply->raw.body);
    if (detail == NULL)
        return arena_printf(arena, "%s.", reason);
    return arena_printf(arena, "%s. Errors reported by remote server: %s", reason, detail);
}

static const struct {
    int status;
    const char *name; /* of .NET's HttpStatusCode */
    const char *code; /* of the provisioning log */
} entra_codes[] = {
    {400, "BadRequest", "SystemForCrossDomainIdentityManagementBadRequest"},
    {401, "Unauthorized", "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable"},
    {403, "Forbidden", "InsufficientRights"},
    {404, "NotFound", "InvalidAnchor"},
    {405, "MethodNotAllowed", "MethodNotAllowed"},
    {409, "Conflict", "EntryConflict"},
    {422, "UnprocessableEntity", "UnprocessableEntity"},
    {429, "TooManyRequests", "TooManyRequests"},
    {500, "InternalServerError", "InternalServerError"},
    {501, "NotImplemented", "NotImplemented"},
    {502, "BadGateway", "WebExceptionProtocolError"},
    {503, "ServiceUnavailable", "WebExceptionProtocolError"},
};

const char *console_entra(struct arena *arena, const struct reply *reply)
{
    if (reply->status == 0)
        return arena_printf(arena, "%s%s", text_starts(words(arena, reply->raw.body), "no reply within") ? "Timeout. " : "",
                            words(arena, reply->raw.body));
    const char *name = arena_printf(arena, "%d", reply->status), *code = "WebExceptionProtocolError";
    for (size_t i = 0; i < ARRAY_LEN(entra_codes); i++)
        if (entra_codes[i].status == reply->status) {
            name = entra_codes[i].name;
            code = entra_codes[i].code;
        }
    return arena_printf(
        arena,
        "%s. StatusCode: %s Message: Processing of the HTTP request resulted in an exception. Please see the HTTP response "
        "returned by the 'Response' property of this exception for details. Web Response: %s",
        code, name, words(arena, reply->raw.body));
}
