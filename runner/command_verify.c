#include "common/base.h"

#include "common/error.h"
#include "common/text.h"
#include "reference-server/serve.h"
#include "runner/commands.h"

#include <stdio.h>

int command_verify(struct options *options)
{
    struct error err = {0};
    struct buffer text = buffer_new(MIB);
    bool whole = false, read = serve_verify(options->operands[0], &text, &whole, &err);
    if (read)
        fputs(buffer_text(&text), stdout);
    buffer_release(&text);
    return !read ? command_fails(&err) : whole ? 0 : 1;
}
