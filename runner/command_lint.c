#include "common/base.h"

#include "common/error.h"
#include "common/file.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/serve.h"
#include "runner/commands.h"
#include "runner/scenario.h"
#include "runner/target.h"
#include "simulator/dialect_file.h"

#include <stdio.h>

/* What a file is shows in its members: only a scenario has steps, only a target names a server. */
static bool is_target(const json *root)
{
    return json_get(root, "steps") == NULL && (json_get(root, "scim") != NULL || json_get(root, "admin") != NULL);
}

/* An organization has people or places, and no steps. */
static bool is_organization(const json *root)
{
    static const char *const members[] = {"workspaces", "accounts", "domains", "plan", "settings", "groups"};
    bool has = false;
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        has = has || json_get(root, members[i]) != NULL;
    return has && json_get(root, "steps") == NULL && json_get(root, "name") != NULL;
}

/* True when there is nothing to complain about. */
static bool lint_file(struct arena *arena, const char *path, struct complaints *complaints)
{
    struct bytes text;
    struct json_document document;
    struct scenario *scenario;
    struct error *err = &complaints->items[0];
    complaints->count = 0;
    complaints->more = false;
    bool read = file_read(arena, path, SCENARIO_MAX_BYTES, &text, err) && json_read(arena, text, path, &document, err);
    if (read && dialect_file_is(document.root)) {
        const struct dialect *dialect;
        if (dialect_file_read(arena, &document, &dialect, err))
            return true;
        complaints->count = 1;
        return false;
    }
    if (read && is_organization(document.root)) {
        if (serve_check_organization(path, err))
            return true;
        complaints->count = 1;
        return false;
    }
    if (read && !is_target(document.root))
        return scenario_load(arena, text, path, &scenario, complaints);
    if (read && target_file_check(arena, path, err))
        return true;
    complaints->count = 1;
    return false;
}

/* A file, or all of a folder. */
static int lint_path(const char *path)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    const char *const *files;
    size_t count;
    int status = 0;
    if (!file_walk(arena, path, ".json", &files, &count, &complaints->items[0])) {
        complaints->count = 1;
        command_complain(complaints);
        return error_exit_status(complaints->items[0].code);
    }
    for (size_t i = 0; i < count; i++) {
        if (text_ends(files[i], ".schema.json"))
            continue;
        if (lint_file(arena, files[i], complaints)) {
            printf("%s: good\n", files[i]);
            continue;
        }
        command_complain(complaints);
        status = error_exit_status(ERROR_INVALID);
    }
    return status;
}

int command_lint(struct options *options)
{
    int status = 0;
    for (size_t i = 0; i < options->operand_count; i++) {
        int one = lint_path(options->operands[i]);
        status = one != 0 ? one : status;
    }
    return status;
}
