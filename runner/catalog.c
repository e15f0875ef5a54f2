#include "common/base.h"

#include "runner/catalog.h"

#include "common/embedded.h"
#include "common/file.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"

#include <string.h>

bool word_is_file(const char *word)
{
    return text_ends(word, ".json") || strchr(word, '/') != NULL;
}

/* --- loading --- */

struct loading {
    struct arena *arena;
    struct catalog *catalog;
    struct complaints *complaints;
    size_t carried; /* the first so many are the executable's own */
};

static void complain(struct complaints *complaints, const char *where, const char *remedy, const char *message)
{
    if (complaints->count == SCENARIO_MAX_COMPLAINTS)
        complaints->more = true;
    else
        (void)error_set(&complaints->items[complaints->count++], ERROR_INVALID, where, remedy, "%s", message);
}

static void load_one(struct loading *loading, struct bytes text, const char *name)
{
    struct scenario *scenario;
    if (!scenario_load(loading->arena, text, name, &scenario, loading->complaints))
        return;
    struct catalog *catalog = loading->catalog;
    size_t at = 0;
    while (at < catalog->count && !text_equal(catalog->scenarios[at]->id, scenario->id))
        at++;
    bool is_carried = at < loading->carried && embedded_find(catalog->scenarios[at]->file) != NULL;
    if (is_carried || (at == catalog->count && at < CATALOG_MAX_SCENARIOS)) {
        catalog->scenarios[at] = scenario;
        catalog->count += at == catalog->count;
    } else if (at < catalog->count && !text_equal(catalog->scenarios[at]->file, name)) {
        complain(loading->complaints, name, "give it an id of its own",
                 arena_printf(loading->arena, "id \"%s\" is already that of %s", scenario->id, catalog->scenarios[at]->file));
    }
}

static void load_embedded(struct loading *loading)
{
    for (size_t i = 0; i < embedded_file_count; i++) {
        const char *name = embedded_files[i].name;
        /* scenarios/<area>/<name>.json; what lies in scenarios/ itself is the schema */
        if (text_starts(name, "scenarios/") && text_ends(name, ".json") && strchr(name + strlen("scenarios/"), '/') != NULL)
            load_one(loading, embedded_files[i].data, name);
    }
    loading->carried = loading->catalog->count;
}

static bool load_path(struct loading *loading, const char *path, struct error *err)
{
    const char *const *files;
    size_t count;
    if (!file_walk(loading->arena, path, ".json", &files, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (text_ends(files[i], ".schema.json"))
            continue;
        struct bytes text;
        if (!file_read(loading->arena, files[i], SCENARIO_MAX_BYTES, &text, err))
            return false;
        load_one(loading, text, files[i]);
    }
    if (count == 0)
        return error_set(err, ERROR_USAGE, path, "scenario files end in .json", "no scenario file there");
    return true;
}

bool catalog_load(struct arena *arena, const char *directory, const struct selection *selection, struct catalog *out,
                  struct complaints *complaints, struct error *err)
{
    out->count = 0;
    out->scenarios = arena_array(arena, CATALOG_MAX_SCENARIOS, sizeof *out->scenarios);
    struct loading loading = {arena, out, complaints, 0};
    if (directory == NULL)
        load_embedded(&loading);
    else if (!load_path(&loading, directory, err))
        return false;
    for (size_t i = 0; i < selection->word_count; i++)
        if (word_is_file(selection->words[i]) && !load_path(&loading, selection->words[i], err))
            return false;
    if (complaints->count == 0)
        return true;
    *err = complaints->items[0];
    return false;
}

const struct scenario *catalog_find(const struct catalog *catalog, const char *id)
{
    for (size_t i = 0; i < catalog->count; i++)
        if (text_equal(catalog->scenarios[i]->id, id))
            return catalog->scenarios[i];
    return NULL;
}

/* --- selecting --- */

/* "lifecycle" selects lifecycle.leaver, but not lifecycles.x. */
static bool word_selects(const char *word, const struct scenario *scenario)
{
    size_t n = strlen(word);
    if (word_is_file(word))
        return text_equal(scenario->file, word) ||
               (text_starts(scenario->file, word) && (text_ends(word, "/") || scenario->file[n] == '/'));
    if (strpbrk(word, "*?") != NULL)
        return text_glob(word, scenario->id);
    return text_starts(scenario->id, word) && (scenario->id[n] == '\0' || scenario->id[n] == '.');
}

static bool is_selected(const struct selection *selection, const struct scenario *scenario)
{
    bool by_word = selection->word_count == 0, by_tag = selection->tag_count == 0;
    for (size_t i = 0; i < selection->word_count && !by_word; i++)
        by_word = word_selects(selection->words[i], scenario);
    for (size_t i = 0; i < selection->tag_count && !by_tag; i++)
        by_tag = scenario_has_tag(scenario, selection->tags[i]);
    return by_word && by_tag;
}

static bool wants_dialect(const struct selection *selection, const struct dialect *dialect)
{
    for (size_t i = 0; i < selection->dialect_count; i++)
        if (selection->dialects[i] == dialect)
            return true;
    return selection->dialect_count == 0 && selection->own_count == 0;
}

/* See selection.plain in catalog.h. */
static bool is_for_everybody(const struct scenario *scenario)
{
    bool okta = false, entra = false, faults = false;
    for (size_t i = 0; i < scenario->dialect_count; i++) {
        okta = okta || dialect_is_okta(scenario->dialects[i]);
        entra = entra || !dialect_is_okta(scenario->dialects[i]);
    }
    for (size_t i = 0; i < scenario->step_count; i++)
        faults = faults || scenario->steps[i].family == STEP_FAULT;
    return okta && entra && !faults;
}

static bool names_dialect(const struct scenario *scenario, const struct dialect *dialect)
{
    if (dialect == &dialect_rfc)
        return is_for_everybody(scenario);
    for (size_t i = 0; i < scenario->dialect_count; i++)
        if (scenario->dialects[i] == dialect)
            return true;
    return false;
}

static bool check_words(struct arena *arena, const struct catalog *catalog, const struct selection *selection, struct error *err)
{
    for (size_t i = 0; i < selection->word_count; i++) {
        bool found = false;
        for (size_t k = 0; k < catalog->count && !found; k++)
            found = word_selects(selection->words[i], catalog->scenarios[k]);
        if (found)
            continue;
        const char **ids = arena_array(arena, catalog->count, sizeof *ids);
        for (size_t k = 0; k < catalog->count; k++)
            ids[k] = catalog->scenarios[k]->id;
        const char *near = text_nearest(selection->words[i], ids, catalog->count);
        return error_set(err, ERROR_USAGE, selection->words[i],
                         near == NULL ? "`scimulator list` shows what there is" : arena_printf(arena, "did you mean %s?", near),
                         "selects no scenario");
    }
    return true;
}

bool catalog_select(struct arena *arena, const struct catalog *catalog, const struct selection *selection, struct job **jobs,
                    size_t *count, struct error *err)
{
    if (!check_words(arena, catalog, selection, err))
        return false;
    *jobs = arena_array(arena, catalog->count * (dialect_count + selection->own_count + 2), sizeof **jobs);
    *count = 0;
    for (size_t i = 0; i < catalog->count; i++) {
        const struct scenario *scenario = catalog->scenarios[i];
        if (!is_selected(selection, scenario))
            continue;
        if (scenario->raw && selection->raw)
            (*jobs)[(*count)++] = (struct job){scenario, NULL};
        if (selection->plain && is_for_everybody(scenario))
            (*jobs)[(*count)++] = (struct job){scenario, &dialect_rfc};
        for (size_t k = 0; k < scenario->dialect_count; k++)
            if (wants_dialect(selection, scenario->dialects[k]))
                (*jobs)[(*count)++] = (struct job){scenario, scenario->dialects[k]};
        for (size_t k = 0; k < selection->own_count; k++)
            if (names_dialect(scenario, dialect_preset(selection->own[k])))
                (*jobs)[(*count)++] = (struct job){scenario, selection->own[k]};
    }
    if (*count == 0)
        return error_set(err, ERROR_USAGE, "", "loosen --idp, --tag or the selection; `scimulator list` shows what there is",
                         "nothing is selected");
    return true;
}
