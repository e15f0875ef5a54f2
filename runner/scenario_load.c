/* Reading: from JSON to struct scenario. All checks are in scenario_check.c and scenario_steps.c; what is wrong there is
 * left out here. */
#include "common/base.h"

#include "runner/scenario.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/scenario_lint.h"
#include "simulator/dialect.h"

#include <string.h>

static const char *const product_words[] = {
#define X(code, word) [code] = word,
    PRODUCT_STEPS(X)
#undef X
};

const char *product_step_word(enum product_step step)
{
    return product_words[step];
}

static bool product_step_find(const char *word, enum product_step *out)
{
    for (size_t i = 0; i < PRODUCT_STEP_COUNT; i++)
        if (text_equal(product_words[i], word)) {
            *out = (enum product_step)i;
            return true;
        }
    return false;
}

/* --- steps --- */

/* What a member's name makes of a step; false for the members that stand beside it. */
static bool step_kind(const char *word, struct scenario_step *step)
{
    if (event_find(word, &step->event))
        step->family = STEP_EVENT;
    else if (product_step_find(word, &step->product))
        step->family = STEP_PRODUCT;
    else if (text_equal(word, "request"))
        step->family = STEP_REQUEST;
    else if (text_equal(word, "wait"))
        step->family = STEP_WAIT;
    else if (text_equal(word, "fault"))
        step->family = STEP_FAULT;
    else
        return false;
    return true;
}

/* "parallel" is a step of its own when it holds branches, a flag of an event when it is true. */
static void read_kind(const json *node, struct scenario_step *step)
{
    for (const json *member = json_first(node); member != NULL; member = json_next(member)) {
        if (!step_kind(json_key(member), step))
            continue;
        step->word = json_key(member);
        step->operand = member;
        return;
    }
    const json *branches = json_get(node, "parallel"), *expect = json_get(node, "expect");
    step->family = branches != NULL ? STEP_PARALLEL : STEP_EXPECT;
    step->word = branches != NULL ? "parallel" : "expect";
    step->operand = branches != NULL ? branches : expect;
}

static void title_list(struct buffer *b, const json *list)
{
    for (const json *node = json_first(list); node != NULL; node = json_next(node))
        if (json_text(node) != NULL)
            buffer_printf(b, "%s%s", node == json_first(list) ? " " : ", ", json_text(node));
}

/* {"eng": ["bob"]} reads "eng: bob"; {"user": "ada", "name": "ci"} reads "ada ci". */
static void title_object(struct buffer *b, const struct scenario_step *step)
{
    bool keyed = step->family == STEP_EVENT && !text_equal(step->word, "push-group");
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        if (keyed)
            buffer_printf(b, " %s%s", json_key(node), json_is(node, JSON_OBJECT) ? "" : ":");
        bool secret = (keyed && step->event == EVENT_SYNC_PASSWORD) || text_equal(json_key(node), "password");
        if (json_text(node) != NULL)
            buffer_printf(b, " %s", secret ? "***" : json_text(node));
        title_list(b, json_is(node, JSON_ARRAY) ? node : NULL);
        for (const json *change = keyed ? json_first(node) : NULL; change != NULL; change = json_next(change))
            if (json_key(change) != NULL)
                buffer_printf(b, " %s", json_key(change));
    }
}

static void title_fault(struct buffer *b, const json *fault)
{
    const char *kind = json_get_text(fault, "kind", NULL);
    if (kind != NULL)
        buffer_printf(b, " %s", kind);
    if (json_get(fault, "status") != NULL)
        buffer_printf(b, " %d", (int)json_get_integer(fault, "status", 0));
}

static void title_faults(struct buffer *b, const json *operand)
{
    if (!json_is(operand, JSON_ARRAY))
        title_fault(b, operand);
    for (const json *node = json_is(operand, JSON_ARRAY) ? json_first(operand) : NULL; node != NULL; node = json_next(node))
        title_fault(b, node);
}

static const char *step_title(struct arena *arena, const struct scenario_step *step)
{
    struct buffer b = buffer_new(160);
    buffer_add(&b, step->word);
    if (step->family == STEP_REQUEST)
        buffer_printf(&b, " %s %s", json_get_text(step->operand, "method", "?"), json_get_text(step->operand, "target", "?"));
    else if (step->family == STEP_FAULT)
        title_faults(&b, step->operand);
    else if (step->family == STEP_EVENT || step->family == STEP_PRODUCT || step->family == STEP_WAIT) {
        if (json_text(step->operand) != NULL)
            buffer_printf(&b, " %s", json_text(step->operand));
        else if (json_is(step->operand, JSON_ARRAY))
            title_list(&b, step->operand);
        else
            title_object(&b, step);
    }
    return buffer_take(&b, arena);
}

static void read_steps(struct arena *arena, const struct json_document *document, const json *list, struct scenario_step **out,
                       size_t *count);

static void read_branches(struct arena *arena, const struct json_document *document, struct scenario_step *step)
{
    step->branches = arena_array(arena, json_count(step->operand) + 1, sizeof *step->branches);
    for (const json *node = json_first(step->operand); node != NULL; node = json_next(node)) {
        struct scenario_branch *branch = &step->branches[step->branch_count++];
        read_steps(arena, document, node, &branch->steps, &branch->count);
    }
}

static void read_step(struct arena *arena, const struct json_document *document, const json *node, struct scenario_step *step)
{
    step->node = node;
    step->where = json_where(arena, document, node);
    read_kind(node, step);
    step->note = json_get_text(node, "note", NULL);
    step->refused = json_get(node, "refused");
    step->expect = json_get(node, "expect");
    step->parallel = json_get_bool(node, "parallel", false);
    step->title = step_title(arena, step);
}

static void read_steps(struct arena *arena, const struct json_document *document, const json *list, struct scenario_step **out,
                       size_t *count)
{
    *out = arena_array(arena, json_count(list) + 1, sizeof **out);
    for (const json *node = json_first(list); node != NULL && *count < SCENARIO_MAX_STEPS; node = json_next(node)) {
        struct scenario_step *step = &(*out)[(*count)++];
        read_step(arena, document, node, step);
        /* Branches hold request steps only, so this does not go deeper than one level in a scenario that may be played. */
        if (step->family == STEP_PARALLEL && json_is(step->operand, JSON_ARRAY))
            read_branches(arena, document, step);
    }
}

/* --- the head --- */

static size_t read_words(struct arena *arena, const json *list, const char *const **out)
{
    const char **words = arena_array(arena, json_count(list) + 1, sizeof(char *));
    size_t n = 0;
    for (const json *node = json_first(list); node != NULL; node = json_next(node))
        if (json_text(node) != NULL)
            words[n++] = json_text(node);
    *out = words;
    return n;
}

static void read_dialects(struct arena *arena, const json *idp, struct scenario *scenario)
{
    scenario->dialects = arena_array(arena, dialect_count + json_count(idp) + 1, sizeof(struct dialect *));
    if (text_equal(json_text(idp), "all"))
        for (size_t i = 0; i < dialect_count; i++)
            scenario->dialects[scenario->dialect_count++] = dialects[i];
    for (const json *node = json_first(idp); node != NULL; node = json_next(node)) {
        const struct dialect *dialect = json_text(node) == NULL ? NULL : dialect_find(json_text(node));
        if (text_equal(json_text(node), "rfc"))
            scenario->raw = true; /* nobody's client: its requests stand there as they are */
        else if (dialect != NULL)
            scenario->dialects[scenario->dialect_count++] = dialect;
    }
}

static struct scenario *read_scenario(struct arena *arena, const struct json_document *document)
{
    const json *root = document->root;
    struct scenario *scenario = arena_alloc(arena, sizeof *scenario);
    scenario->file = arena_strdup(arena, document->name);
    scenario->id = json_get_text(root, "id", "");
    scenario->title = json_get_text(root, "title", "");
    scenario->why = json_get_text(root, "why", "");
    scenario->source = json_get_text(root, "source", NULL);
    scenario->cover_count = read_words(arena, json_get(root, "covers"), &scenario->covers);
    scenario->tag_count = read_words(arena, json_get(root, "tags"), &scenario->tags);
    scenario->need_count = read_words(arena, json_get(root, "needs"), &scenario->needs);
    scenario->alone = json_get_bool(root, "alone", false);
    scenario->server_clock = json_get_bool(root, "server-clock", false);
    read_dialects(arena, json_get(root, "idp"), scenario);
    scenario->organization = json_get(root, "organization");
    scenario->directory = json_get(root, "directory");
    const json *steps = json_get(root, "steps");
    read_steps(arena, document, json_is(steps, JSON_ARRAY) ? steps : NULL, &scenario->steps, &scenario->step_count);
    return scenario;
}

bool scenario_load(struct arena *arena, struct bytes text, const char *name, struct scenario **out, struct complaints *complaints)
{
    struct json_document *document = arena_alloc(arena, sizeof *document);
    struct error err = {0};
    bool read = text.n <= SCENARIO_MAX_BYTES
                    ? json_read(arena, text, name, document, &err)
                    : error_set(&err, ERROR_LIMIT, name, "split it", "a scenario file can't be larger than %zu KiB",
                                SCENARIO_MAX_BYTES / KIB);
    if (!read) {
        if (complaints->count < SCENARIO_MAX_COMPLAINTS)
            complaints->items[complaints->count++] = err;
        else
            complaints->more = true;
        return false;
    }
    struct lint lint = {.arena = arena, .document = document, .complaints = complaints};
    size_t before = complaints->count;
    bool full = before == SCENARIO_MAX_COMPLAINTS;
    if (!lint_type(&lint, document->root, IS_OBJECT, "a scenario"))
        return false;
    lint.scenario = read_scenario(arena, document);
    lint_head(&lint);
    lint_directory(&lint);
    lint_organization(&lint);
    lint_steps(&lint);
    if (complaints->count != before || full)
        return false;
    *out = lint.scenario;
    return true;
}

bool scenario_has_tag(const struct scenario *scenario, const char *tag)
{
    for (size_t i = 0; i < scenario->tag_count; i++)
        if (text_equal(scenario->tags[i], tag))
            return true;
    return false;
}
