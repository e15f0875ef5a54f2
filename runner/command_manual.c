#include "common/base.h"

#include "common/error.h"
#include "common/text.h"
#include "runner/commands.h"
#include "runner/compatibility.h"
#include "runner/limits_page.h"

#include <stdio.h>

#define KINDS "one of man, bash, zsh, fish, compatibility, limits"

int command_manual(struct options *options)
{
    struct error err;
    if (options->operand_count != 1) {
        (void)error_set(&err, ERROR_USAGE, options->operands[1], KINDS, "only one can be printed at a time");
        return command_fails(&err);
    }
    struct buffer text = buffer_new(0);
    bool good = true;
    if (text_equal(options->operands[0], "man"))
        options_man(&text, &program);
    else if (text_equal(options->operands[0], "compatibility"))
        compatibility_page(&text);
    else if (text_equal(options->operands[0], "limits"))
        limits_page(&text);
    else
        good = options_completion(&text, &program, options->operands[0], &err) ||
               error_set(&err, ERROR_USAGE, options->operands[0], KINDS, "there is no such manual");
    if (good)
        fputs(buffer_text(&text), stdout);
    buffer_release(&text);
    return good ? 0 : command_fails(&err);
}
