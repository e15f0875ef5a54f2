#include "common/base.h"

#include "reference-server/model/clearance.h"

#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/place.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/profile.h"
#include "reference-server/model/resource.h"

#include <stdio.h>
#include <string.h>

const struct clearance_levels clearance_levels_preset = {{"public", "internal", "confidential", "restricted"}, 4};

/* count: it is no level. */
static size_t level_of(const struct clearance_levels *levels, const char *level)
{
    size_t i = 0;
    while (i < levels->count && (level == NULL || !unicode_equal_fold(levels->names[i], level))) {
        i++;
    }
    return i;
}

bool clearance_known(const struct clearance_levels *levels, const char *level)
{
    return level_of(levels, level) < levels->count;
}

static size_t level_held(const struct organization *organization, const struct account *account)
{
    const struct clearance_levels *levels = &organization->settings.classifications;
    size_t level = level_of(levels, account_field(organization, account, "clearanceLevel"));
    return level == levels->count ? 0 : level;
}

const char *clearance_of(const struct organization *organization, const struct account *account)
{
    return organization->settings.classifications.names[level_held(organization, account)];
}

bool clearance_enough(const struct organization *organization, const struct account *account, const struct project *project)
{
    const struct clearance_levels *levels = &organization->settings.classifications;
    if (!organization->policies->security.content_classification || project->classification == NULL) {
        return true;
    }
    size_t needed = level_of(levels, project->classification);
    return level_held(organization, account) >= (needed == levels->count ? levels->count - 1 : needed);
}

static bool refuse_level(const struct organization *organization, const char *level, struct model_failure *failure)
{
    const struct clearance_levels *levels = &organization->settings.classifications;
    struct buffer known = buffer_new(0);
    for (size_t i = 0; i < levels->count; i++) {
        buffer_printf(&known, "%s%s", i == 0 ? "" : ", ", levels->names[i]);
    }
    model_failure_set(failure, MODEL_INVALID, "invalid", "use a level, or add it to the setting classifications",
                      "\"%.100s\" is no classification; known are: %s", level, buffer_text(&known));
    buffer_release(&known);
    return false;
}

bool clearance_classify(struct organization *organization, struct project *project, const char *classification,
                        struct model_failure *failure)
{
    size_t level = level_of(&organization->settings.classifications, classification);
    if (classification != NULL && level == organization->settings.classifications.count) {
        return refuse_level(organization, classification, failure);
    }
    const char *name = classification == NULL ? NULL : organization->settings.classifications.names[level];
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    audit_configuration(organization, arena_printf(arena, "%s classification", project->path), project->classification, name);
    mem_free(project->classification);
    project->classification = name == NULL ? NULL : mem_strdup(name);
    change_note(organization, RECORD_PROJECT, project->path);
    return true;
}

bool clearance_read_levels(const struct place *at, const json *settings, struct clearance_levels *out,
                           struct model_failure *failure)
{
    const struct place list_at = {at, "classifications"};
    const json *list = NULL;
    struct clearance_levels levels = {.count = 0};
    if (!place_value(at, settings, "classifications", JSON_ARRAY, &list, failure)) {
        return false;
    }
    if (list == NULL) {
        return true;
    }
    if (json_count(list) < 2 || json_count(list) > CLEARANCE_MAX_LEVELS) {
        return place_refuse(&list_at, NULL, failure, "expected 2 to %d levels, the lowest first", CLEARANCE_MAX_LEVELS);
    }
    for (const json *entry = json_first(list); entry != NULL; entry = json_next(entry)) {
        const char *name = json_text(entry);
        if (text_is_blank(name) || strlen(name) >= CLEARANCE_MAX_NAME || clearance_known(&levels, name)) {
            return place_refuse(&list_at, NULL, failure, "every level is a name of 1 to %d bytes, and no two are the same",
                                CLEARANCE_MAX_NAME - 1);
        }
        (void)snprintf(levels.names[levels.count++], CLEARANCE_MAX_NAME, "%s", name);
    }
    *out = levels;
    return true;
}

void clearance_write_levels(const struct clearance_levels *levels, json *array)
{
    for (size_t i = 0; i < levels->count; i++) {
        json_push_text(array, levels->names[i]);
    }
}
