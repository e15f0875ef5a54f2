#include "common/base.h"

#include "reference-server/web.h"

#include "common/embedded.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"

#define FOLDER "reference-server/web/"

static const struct {
    const char *ending, *media_type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
};

static const struct {
    const char *name, *value;
} headers[] = {
    {"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                                "require-trusted-types-for 'script'; trusted-types 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
};

bool web_enter(struct exchange *x)
{
    for (size_t i = 0; i < ARRAY_LEN(headers); i++)
        reply_header(x, headers[i].name, headers[i].value);
    return true;
}

static void reply_file(struct exchange *x, const char *name, const char *media_type)
{
    const struct embedded_file *file = embedded_find(arena_printf(x->arena, FOLDER "%s", name));
    if (file == NULL) {
        reply_wrong(x, 404, "notFound", "the page is at /", "there is nothing at %s", x->target.path);
        return;
    }
    reply_text(x, media_type, file->data.p);
}

void web_page(struct exchange *x)
{
    reply_file(x, "index.html", "text/html; charset=utf-8");
}

void web_file(struct exchange *x)
{
    const char *name = x->parameters[0];
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (text_ends(name, types[i].ending)) {
            reply_file(x, name, types[i].media_type);
            return;
        }
    }
    reply_wrong(x, 404, "notFound", "the page is at /", "there is nothing at %s", x->target.path);
}
