#include "common/base.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/serve.h"
#include "runner/catalog.h"
#include "runner/commands.h"
#include "runner/limits_page.h"
#include "runner/pack.h"
#include "runner/requirement.h"
#include "simulator/dialect.h"

#include <stdio.h>

/* What a list is made from. */
struct listing {
    struct arena *arena;
    const struct options *options;
    struct selection selection; /* without the word that names the list */
    bool names;                 /* only */
};

static void print_row(const struct listing *listing, int width, const char *name, const char *text)
{
    if (listing->names)
        printf("%s\n", name);
    else
        printf("%-*s  %s\n", width, name, text);
}

static bool load(struct listing *listing, struct catalog *catalog, struct error *err)
{
    struct complaints *complaints = arena_alloc(listing->arena, sizeof *complaints);
    if (catalog_load(listing->arena, options_text(listing->options, "scenarios"), &listing->selection, catalog, complaints, err))
        return true;
    if (complaints->count > 1) {
        complaints->count--; /* the first one is err, which the caller says */
        for (size_t i = 0; i < complaints->count; i++)
            complaints->items[i] = complaints->items[i + 1];
        command_complain(complaints);
    }
    return false;
}

/* One row a scenario, with the dialects of the selection that it is played in. */
static bool list_scenarios(struct listing *listing, struct error *err)
{
    struct catalog catalog;
    struct job *jobs;
    size_t count, scenarios = 0;
    if (!load(listing, &catalog, err) || !catalog_select(listing->arena, &catalog, &listing->selection, &jobs, &count, err))
        return false;
    for (size_t i = 0; i < count;) {
        const struct scenario *scenario = jobs[i].scenario;
        struct buffer dialects_played = buffer_new(0);
        for (; i < count && jobs[i].scenario == scenario; i++)
            buffer_printf(&dialects_played, " %s", jobs[i].dialect == NULL ? "rfc" : dialect_name(jobs[i].dialect));
        print_row(listing, 36, scenario->id, scenario->title);
        if (!listing->names)
            printf("%-36s   %s\n", "", buffer_text(&dialects_played) + 1);
        buffer_release(&dialects_played);
        scenarios++;
    }
    if (!listing->names)
        printf("%zu scenario%s, %zu case%s\n", scenarios, scenarios == 1 ? "" : "s", count, count == 1 ? "" : "s");
    return true;
}

static bool list_dialects(struct listing *listing, struct error *err)
{
    UNUSED(err);
    for (size_t i = 0; i < dialect_count; i++)
        print_row(listing, 18, dialect_name(dialects[i]), dialect_title(dialects[i]));
    print_row(listing, 18, dialect_name(&dialect_rfc), dialect_title(&dialect_rfc));
    return true;
}

static bool list_tags(struct listing *listing, struct error *err)
{
    struct catalog catalog;
    if (!load(listing, &catalog, err))
        return false;
    for (size_t i = 0; i < catalog.count; i++) {
        for (size_t k = 0; k < catalog.scenarios[i]->tag_count; k++) {
            const char *tag = catalog.scenarios[i]->tags[k];
            size_t uses = 0, first = catalog.count;
            for (size_t n = 0; n < catalog.count; n++) {
                if (!scenario_has_tag(catalog.scenarios[n], tag))
                    continue;
                uses++;
                first = n < first ? n : first;
            }
            if (first == i)
                print_row(listing, 18, tag, arena_printf(listing->arena, "%zu scenario%s", uses, uses == 1 ? "" : "s"));
        }
    }
    return true;
}

static bool list_packs(struct listing *listing, struct error *err)
{
    struct catalog catalog;
    const struct pack *packs;
    size_t count = packs_all(listing->arena, &packs);
    if (!load(listing, &catalog, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t scenarios = 0;
        for (size_t k = 0; k < catalog.count; k++)
            scenarios += pack_has(&packs[i], catalog.scenarios[k]->id);
        print_row(listing, 18, packs[i].name,
                  arena_printf(listing->arena, "%3zu scenario%s  %s", scenarios, scenarios == 1 ? " " : "s", packs[i].title));
    }
    return true;
}

static bool list_defects(struct listing *listing, struct error *err)
{
    UNUSED(err);
    size_t count;
    const struct serve_defect *defects = serve_defects(&count);
    for (size_t i = 0; i < count; i++)
        print_row(listing, 40, defects[i].name, defects[i].text);
    return true;
}

static bool list_rewrites(struct listing *listing, struct error *err)
{
    UNUSED(err);
    size_t count;
    const struct serve_rewrite *rewrites = serve_rewrites(&count);
    for (size_t i = 0; i < count; i++)
        print_row(listing, 18, rewrites[i].name, arena_printf(listing->arena, "%-11s  %s", rewrites[i].who, rewrites[i].text));
    return true;
}

static bool list_limits(struct listing *listing, struct error *err)
{
    UNUSED(err);
    struct serve_limit limit;
    for (size_t i = 0; serve_limit_at(i, &limit); i++)
        print_row(listing, 20, limit.name,
                  arena_printf(listing->arena, "%-9s  %s", limits_amount(listing->arena, &limit, limit.preset), limit.caps));
    return true;
}

static bool list_requirements(struct listing *listing, struct error *err)
{
    UNUSED(err);
    for (size_t i = 0; i < requirement_count(); i++) {
        const struct requirement *requirement = requirement_at(i);
        print_row(listing, 22, requirement->id,
                  arena_printf(listing->arena, "%-10s  %s", requirement->level, requirement->statement));
    }
    return true;
}

static const struct {
    const char *word;
    bool (*list)(struct listing *listing, struct error *err);
} lists[] = {{"scenarios", list_scenarios}, {"dialects", list_dialects},        {"packs", list_packs},
             {"tags", list_tags},           {"defects", list_defects},          {"rewrites", list_rewrites},
             {"limits", list_limits},       {"requirements", list_requirements}};

int command_list(struct options *options)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct listing listing = {.arena = arena, .options = options, .names = options_flag(options, "names")};
    struct error err = {0};
    if (!command_selection(arena, options, &listing.selection, &err))
        return command_fails(&err);
    size_t kind = 0;
    for (size_t i = 0; i < ARRAY_LEN(lists) && listing.selection.word_count > 0; i++) {
        if (!text_equal(listing.selection.words[0], lists[i].word))
            continue;
        kind = i;
        listing.selection.words++;
        listing.selection.word_count--;
        break;
    }
    return lists[kind].list(&listing, &err) ? 0 : command_fails(&err);
}
