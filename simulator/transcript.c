#include "common/base.h"
#include "simulator/transcript.h"

#include "common/http.h"
#include "common/text.h"

void transcript_request(struct buffer *out, const struct http_request *request)
{
    buffer_printf(out, "%s %s HTTP/1.1\n", request->method, request->target);
    for (size_t i = 0; i < request->headers.count; i++)
        buffer_printf(out, "%s: %s\n", request->headers.items[i].name, request->headers.items[i].value);
    buffer_add(out, "\n");
    if (request->body.n == 0)
        return;
    buffer_add_bytes(out, request->body.p, request->body.n);
    buffer_add(out, "\n");
}
