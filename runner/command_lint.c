#include "common/base.h"

#include "common/error.h"
#include "common/file.h"
#include "common/json.h"
#include "common/memory.h"
#include "runner/commands.h"
#include "runner/scenario.h"
#include "runner/target.h"

#include <stdio.h>

/* What a file is shows in its members: only a scenario has steps, only a target names a server. */
static bool is_target(const json *root)
{
    return json_get(root, "steps") == NULL && (json_get(root, "scim") != NULL || json_get(root, "admin") != NULL);
}

static bool lint_file(struct arena *arena, const char *path, struct complaints *complaints, struct error *err)
{
    struct bytes text;
    struct json_document document;
    if (!file_read(arena, path, SCENARIO_MAX_BYTES, &text, err) || !json_read(arena, text, path, &document, err))
        return false;
    if (is_target(document.root))
        return target_file_check(arena, path, err);
    struct scenario *scenario;
    complaints->count = 0;
    return scenario_load(arena, text, path, &scenario, complaints);
}

int command_lint(struct options *options)
{
    int status = 0;
    if (options->operand_count == 0) {
        struct error err;
        (void)error_set(&err, ERROR_USAGE, "lint", "scimulator lint FILE...", "no file is named");
        return command_fails(&err);
    }
    for (size_t i = 0; i < options->operand_count; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
        const char *const *files;
        size_t count;
        struct error err = {0};
        if (!file_walk(arena, options->operands[i], ".json", &files, &count, &err)) {
            status = command_fails(&err);
            continue;
        }
        for (size_t k = 0; k < count; k++) {
            if (lint_file(arena, files[k], complaints, &err)) {
                printf("%s: good\n", files[k]);
                continue;
            }
            if (complaints->count > 0)
                command_complain(complaints);
            else
                (void)command_fails(&err);
            status = error_exit_status(ERROR_INVALID);
        }
    }
    return status;
}
