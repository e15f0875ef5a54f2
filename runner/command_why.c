#include "common/base.h"

#include "common/error.h"
#include "common/text.h"
#include "reference-server/serve.h"
#include "runner/commands.h"

#include <stdio.h>

int command_why(struct options *options)
{
    struct error err = {0};
    struct buffer text = buffer_new(MIB);
    bool told = serve_why(options_text(options, "organization"), options->operands[0], options->operands[1], &text, &err);
    if (told)
        fputs(buffer_text(&text), stdout);
    buffer_release(&text);
    return told ? 0 : command_fails(&err);
}
