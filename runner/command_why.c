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
    const struct serve_why question = {.organization = options_text(options, "organization"),
                                       .data = options_text(options, "data"),
                                       .id = options_text(options, "id"),
                                       .user = options->operands[0],
                                       .resource = options->operands[1]};
    bool told = serve_why(&question, &text, &err);
    if (told)
        fputs(buffer_text(&text), stdout);
    buffer_release(&text);
    return told ? 0 : command_fails(&err);
}
