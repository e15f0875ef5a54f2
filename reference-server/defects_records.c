/* Defects in what is restored, and in what groups and projects leave behind, by the seed whose rule they break. What the trail tells: defects_trail.c. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/deprovisioning.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

#include <string.h>

/* --- what comes back --- */

void s4_lasting_stored(struct exchange *x, struct change *change)
{
    struct account *account = change->current == NULL ? account_by_id(x->organization, change->id) : NULL;
    struct resource *places[16];
    size_t count = 0;
    const char *key;
    void *value;
    for (size_t i = 0; account != NULL && count < ARRAY_LEN(places) && map_at(account->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if (grant->timed)
            places[count++] = grant->resource;
    }
    for (size_t i = 0; i < count; i++)
        (void)grant_put(x->organization, places[i], account, NULL, grant_timed_of(places[i], account->id)->role);
}

/* What the trail says that a group of this name has lost. */
static void give_again(struct exchange *x, struct group *group, const json *entry)
{
    for (const json *event = json_first(json_get(entry, "events")); event != NULL; event = json_next(event)) {
        struct resource *place = resource_find(x->organization, json_get_text(event, "resource", NULL));
        enum role role;
        if (place != NULL && text_equal(json_get_text(event, "of", NULL), "grant") &&
            text_equal(json_get_text(event, "group", NULL), group->display_name) &&
            text_equal(json_get_text(event, "new_role", NULL), "none") &&
            role_read(json_get_text(event, "old_role", NULL), &role))
            (void)grant_put(x->organization, place, NULL, group, role);
    }
}

void s2_reborn_stored(struct exchange *x, struct change *change)
{
    struct group *group = change->current == NULL ? group_by_id(x->organization, change->id) : NULL;
    const char *line;
    for (uint64_t i = 1; group != NULL && i < x->organization->audit.next; i++) {
        line = audit_line(x->organization, i);
        json *entry CLEANUP(json_cleanup) = line == NULL ? NULL : json_parse_trusted((struct bytes){line, strlen(line)});
        give_again(x, group, entry);
    }
}

static void keep_assignments(struct organization *organization, const struct removal *removal)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    bool *was = arena_array(arena, removal->count + 1, sizeof *was);
    for (size_t i = 0; i < removal->count; i++)
        was[i] = assigned(removal->items[i].account, removal->items[i].project);
    deprovisioning_let_go(organization, removal);
    for (size_t i = 0; i < removal->count; i++)
        if (was[i])
            assign(organization, removal->items[i].account, removal->items[i].project);
}

void s4_assigned_steps(struct model_steps *steps)
{
    steps->let_go = keep_assignments;
}
