#include "common/base.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/commands.h"

#include <stdio.h>
#include <stdlib.h>

static int print_help(const struct options *options)
{
    struct buffer text = buffer_new(0);
    options_help(&text, &program, options->command);
    fputs(buffer_text(&text), stdout);
    buffer_release(&text);
    return 0;
}

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct options options;
    struct error err;
    if (!options_parse(arena, &program, argc, argv, getenv, &options, &err))
        return command_fails(&err);
    if (options.help)
        return print_help(&options);
    if (options.version) {
        printf("scimulator %s\n", SCIMULATOR_VERSION);
        return 0;
    }
    return options.command->run(&options);
}
