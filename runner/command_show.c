#include "common/base.h"

#include "common/error.h"
#include "common/file.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/serve.h"
#include "runner/catalog.h"
#include "runner/commands.h"
#include "runner/pack.h"
#include "runner/requirement.h"
#include "simulator/dialect.h"
#include "simulator/dialect_file.h"
#include "simulator/entra_mapping.h"

#include <stdio.h>

static bool show_requirement(const char *id)
{
    const struct requirement *requirement = requirement_find(id);
    if (requirement == NULL)
        return false;
    printf("%s  %s  (%s, %s)\n\n  %s\n", requirement->id, requirement->level, requirement->kind, requirement->area,
           requirement->statement);
    return true;
}

static bool show_defect(const char *id)
{
    size_t count;
    const struct serve_defect *defects = serve_defects(&count);
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(defects[i].name, id))
            continue;
        printf("%s\n\n  %s\n\n  See it caught: scimulator run --defect %s\n", id, defects[i].text, id);
        return true;
    }
    return false;
}

static bool show_dialect(struct arena *arena, const struct dialect *dialect)
{
    if (dialect == NULL)
        return false;
    const struct dialect_axis *axes;
    size_t count = dialect_axes(arena, dialect, &axes);
    const struct dialect *preset = dialect_preset(dialect);
    printf("%s@%s: %s\n", dialect_name(dialect), dialect_date(dialect), dialect_title(dialect));
    printf(preset == dialect ? "\n" : "  %s with some axes turned\n\n", dialect_name(preset));
    for (size_t i = 0; i < count; i++)
        printf("  %-24s %-26s [%s] %s\n", axes[i].name, axes[i].value, axes[i].evidence, axes[i].source);
    const char *mappings = mapping_text(arena, dialect);
    if (mappings == NULL)
        return true;
    const char *const *lines;
    printf("\n  attribute mappings besides the default ones\n");
    for (size_t i = 0, count_of = text_split(arena, mappings, '\n', &lines); i + 1 < count_of; i++)
        printf("    %s\n", lines[i]);
    return true;
}

static void print_words(const char *head, const char *const *words, size_t count)
{
    if (count == 0)
        return;
    printf("  %-8s", head);
    for (size_t i = 0; i < count; i++)
        printf(" %s", words[i]);
    printf("\n");
}

static void print_scenario(struct arena *arena, const struct scenario *scenario)
{
    printf("%s: %s\n", scenario->id, scenario->title);
    if (scenario->why != NULL)
        printf("\n  %s\n", scenario->why);
    printf("\n  %-8s %s\n", "file", scenario->file);
    if (scenario->source != NULL)
        printf("  %-8s %s\n", "renders", scenario->source);
    print_words("covers", scenario->covers, scenario->cover_count);
    print_words("tags", scenario->tags, scenario->tag_count);
    printf("  %-8s", "as");
    for (size_t i = 0; i < scenario->dialect_count; i++)
        printf(" %s", dialect_name(scenario->dialects[i]));
    printf("%s\n\n", scenario->raw ? " rfc" : "");
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct scenario_step *step = &scenario->steps[i];
        printf("  %2zu. %s\n", i + 1, step->title);
        if (step->note != NULL)
            printf("      %s\n", step->note);
        if (step->refused != NULL)
            printf("      must be refused: %s\n", json_print(arena, step->refused));
        if (step->expect != NULL)
            printf("      expect %s\n", json_print(arena, step->expect));
    }
}

/* A published procedure and the tests of it. */
static bool show_pack(struct arena *arena, const struct catalog *catalog, const char *name)
{
    const struct pack *pack = pack_find(arena, name);
    if (pack == NULL)
        return false;
    printf("%s: %s\n\n  %-8s %s\n  %-8s scimulator run %s\n\n", pack->name, pack->title, "source", pack->source, "play it",
           pack->name);
    for (size_t i = 0; i < catalog->count; i++) {
        const struct scenario *scenario = catalog->scenarios[i];
        if (!pack_has(pack, scenario->id))
            continue;
        printf("  %s%s\n    %s\n", scenario->id, scenario_has_tag(scenario, "beyond") ? "  (beyond what is published)" : "",
               scenario->title);
        if (scenario->source != NULL)
            printf("    %s\n", scenario->source);
    }
    return true;
}

/* A pack may be called like the dialect that it speaks. */
static bool show_named(struct arena *arena, const struct catalog *catalog, const char *id)
{
    bool shown = show_dialect(arena, dialect_find(id)) || show_defect(id) || show_requirement(id);
    if (shown && pack_find(arena, id) != NULL)
        printf("\n");
    return show_pack(arena, catalog, id) || shown;
}

static struct error *unknown(struct arena *arena, const struct catalog *catalog, const char *id, struct error *err)
{
    size_t defect_count, count = 0;
    const struct serve_defect *defects = serve_defects(&defect_count);
    const struct pack *packs;
    size_t pack_count = packs_all(arena, &packs);
    const char **names = arena_array(arena, catalog->count + dialect_count + defect_count + pack_count, sizeof *names);
    for (size_t i = 0; i < catalog->count; i++)
        names[count++] = catalog->scenarios[i]->id;
    for (size_t i = 0; i < pack_count; i++)
        names[count++] = packs[i].name;
    for (size_t i = 0; i < dialect_count; i++)
        names[count++] = dialect_name(dialects[i]);
    for (size_t i = 0; i < defect_count; i++)
        names[count++] = defects[i].name;
    const char *near = text_nearest(id, names, count);
    (void)error_set(
        err, ERROR_USAGE, id,
        near != NULL ? arena_printf(arena, "did you mean %s?", near)
                     : "`scimulator list`, `list packs`, `list dialects`, `list defects`, `list requirements` name what there is",
        "nothing has this name");
    return err;
}

/* Only a file that can be read and has a base; whatever else is the matter with a file, the catalogue says. */
static bool is_dialect_file(struct arena *arena, const char *word)
{
    struct bytes text;
    struct json_document document;
    struct error err;
    return word_is_file(word) && file_read(arena, word, DIALECT_FILE_MAX, &text, &err) &&
           json_read(arena, text, word, &document, &err) && dialect_file_is(document.root);
}

static bool show_dialect_files(struct arena *arena, const struct options *options, struct selection *others, struct error *err)
{
    const char **words = arena_array(arena, options->operand_count, sizeof *words);
    for (size_t i = 0; i < options->operand_count; i++) {
        const struct dialect *dialect;
        const char *word = options->operands[i];
        if (!is_dialect_file(arena, word)) {
            words[others->word_count++] = word;
            continue;
        }
        if (!command_read_dialect(arena, word, &dialect, err) || !show_dialect(arena, dialect))
            return false;
    }
    others->words = words;
    return true;
}

int command_show(struct options *options)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct error err = {0};
    struct selection files = {0};
    struct catalog catalog;
    if (!show_dialect_files(arena, options, &files, &err))
        return command_fails(&err);
    if (!catalog_load(arena, options_text(options, "scenarios"), &files, &catalog, complaints, &err)) {
        command_complain(complaints);
        return complaints->count > 0 ? error_exit_status(ERROR_INVALID) : command_fails(&err);
    }
    for (size_t i = 0; i < files.word_count; i++) {
        const char *id = files.words[i];
        const struct scenario *scenario = catalog_find(&catalog, id);
        for (size_t k = 0; k < catalog.count && scenario == NULL; k++)
            if (text_equal(catalog.scenarios[k]->file, id))
                scenario = catalog.scenarios[k];
        if (scenario != NULL) {
            print_scenario(arena, scenario);
        } else if (!show_named(arena, &catalog, id)) {
            return command_fails(unknown(arena, &catalog, id, &err));
        }
        if (i + 1 < files.word_count)
            printf("\n");
    }
    return 0;
}
