/* Who is a member, and remains one: the part of access.h that is remembered. */
#include "common/base.h"

#include "reference-server/model/access.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/account.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/candidates.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"

void access_join(struct organization *organization, struct account *account, struct resource *resource)
{
    if (map_get(account->joined, resource->id) != NULL) {
        return;
    }
    change_note_pair(organization, RECORD_JOINED, account->id, resource->path);
    map_put(&account->joined, resource->id, resource);
    map_set(resource->joined, account->id, account);
}

void access_leave(struct organization *organization, struct account *account, struct resource *resource)
{
    change_gone_pair(organization, RECORD_JOINED, account->id, resource->path);
    map_remove(account->joined, resource->id);
    map_remove(resource->joined, account->id);
}

static void settle_joined(struct organization *organization, struct account *account, const struct candidates *list)
{
    struct resource **lost = arena_array(list->arena, map_count(account->joined) + 1, sizeof(struct resource *));
    size_t count = 0;
    const char *key;
    void *resource;
    const struct candidate *own;
    for (size_t i = 0; map_at(account->joined, &i, &key, &resource);) {
        if (candidates_on(list, resource, &own) == 0) {
            lost[count++] = resource;
        }
    }
    for (size_t i = 0; i < count; i++) {
        access_leave(organization, account, lost[i]);
    }
}

static void settle_approvals(struct organization *organization, struct account *account, const struct candidates *list)
{
    const char **sources = arena_array(list->arena, list->count + list->waiting_count + 1, sizeof *sources);
    size_t count = 0;
    for (size_t i = 0; i < list->count + list->waiting_count; i++) {
        const struct access_via *via = i < list->count ? &list->items[i].via : &list->waiting[i - list->count].via;
        if (via->kind == VIA_MAPPING || via->kind == VIA_RULE) {
            sources[count++] = approval_source(list->arena, via);
        }
    }
    approval_settle(organization, account, sources, count);
}

void access_settle(struct organization *organization, struct account *account)
{
    if (map_count(account->joined) == 0 && map_count(account->approvals) == 0) {
        return;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct candidates list = candidates_of(arena, organization, account, true);
    settle_joined(organization, account, &list);
    settle_approvals(organization, account, &list);
}

void access_settle_resource(struct organization *organization, struct resource *resource)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct account **people = arena_array(arena, map_count(resource->joined) + 1, sizeof(struct account *));
    size_t count = 0;
    const char *key;
    void *account;
    for (size_t i = 0; map_at(resource->joined, &i, &key, &account);) {
        people[count++] = account;
    }
    for (size_t i = 0; i < count; i++) {
        access_settle(organization, people[i]);
    }
}

/* --- windows --- */

/* A look at every window: which have begun or ended since the last look, and when the next one does. */
struct look {
    struct organization *organization;
    int64_t since_ms, now_ms, next_ms;
};

static bool crosses(struct look *look, int64_t at_ms)
{
    if (at_ms == INT64_MIN || at_ms == INT64_MAX) {
        return false;
    }
    if (at_ms > look->now_ms && at_ms < look->next_ms) {
        look->next_ms = at_ms;
    }
    return at_ms > look->since_ms && at_ms <= look->now_ms;
}

/* Both ends are looked at, whatever the first one says: each may be the next. */
static bool window_crosses(struct look *look, int64_t starts_ms, int64_t ends_ms)
{
    bool starts = crosses(look, starts_ms), ends = crosses(look, ends_ms);
    return starts || ends;
}

/* Whom it concerns, as long as their access is the one before. */
static void watch_rule(struct organization *organization, const struct policy_access_rule *rule)
{
    for (size_t i = 0; i < organization->accounts.count; i++) {
        if (candidates_meets(organization, organization->accounts.items[i], rule)) {
            audit_watch(organization, organization->accounts.items[i]);
        }
    }
}

static void watch_grants(struct look *look, const struct resource *resource)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if (!grant->timed || !window_crosses(look, grant->window.starts_ms, grant->window.ends_ms)) {
            continue;
        }
        if (grant->account != NULL) {
            audit_watch(look->organization, grant->account);
        } else {
            audit_watch_group(look->organization, grant->group);
        }
    }
    for (size_t i = 0; i < resource->folders.count; i++) {
        watch_grants(look, resource->folders.items[i]);
    }
}

/* As of the last look: the clock is turned back for it. */
static void watch_all(struct look *look)
{
    struct organization *organization = look->organization;
    const struct policy_access_rules *rules = &organization->policies->access_rules;
    int64_t offset_ms = organization->clock_offset_ms;
    organization->clock_offset_ms -= look->now_ms - look->since_ms;
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        watch_grants(look, organization->workspaces.items[i]);
    }
    for (size_t i = 0; i < rules->count; i++) {
        if (window_crosses(look, rules->items[i].starts_ms, rules->items[i].ends_ms)) {
            watch_rule(organization, &rules->items[i]);
        }
    }
    organization->clock_offset_ms = offset_ms;
}

static bool look_at_grants(struct look *look, struct resource *resource)
{
    const char *key;
    void *value;
    bool crossed = false;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if (!grant->timed || !window_crosses(look, grant->window.starts_ms, grant->window.ends_ms)) {
            continue;
        }
        crossed = true;
        if (grant->account != NULL && grant_role_now(look->organization, grant) != ROLE_NONE) {
            access_join(look->organization, grant->account, resource);
        }
    }
    return crossed;
}

static void look_at_rules(struct look *look)
{
    const struct policy_access_rules *rules = &look->organization->policies->access_rules;
    for (size_t i = 0; i < rules->count; i++) {
        struct resource *resource = resource_find(look->organization, rules->items[i].resource);
        if (window_crosses(look, rules->items[i].starts_ms, rules->items[i].ends_ms) && resource != NULL) {
            access_settle_resource(look->organization, resource);
        }
    }
}

static void look_at(struct look *look, struct resource *resource)
{
    if (look_at_grants(look, resource)) {
        access_settle_resource(look->organization, resource);
    }
    for (size_t i = 0; i < resource->folders.count; i++) {
        look_at(look, resource->folders.items[i]); /* folders have none */
    }
}

void access_tick(struct organization *organization)
{
    int64_t now = organization_now(organization);
    if (now < organization->window_next_ms) {
        organization->window_seen_ms = now; /* nothing was between */
        return;
    }
    struct look look = {organization, organization->window_seen_ms, now, INT64_MAX};
    struct audit_notes *request = audit_aside(organization);
    if (look.since_ms != 0) {
        watch_all(&look);
    }
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        look_at(&look, organization->workspaces.items[i]);
    }
    look_at_rules(&look);
    organization->window_seen_ms = now;
    organization->window_next_ms = look.next_ms;
    bool told = audit_any(organization);
    if (told || look.next_ms != INT64_MAX) { /* else there is no window that a restart could look at twice */
        change_note(organization, RECORD_ORGANIZATION, "");
    }
    if (told) {
        audit_append(organization,
                     &(struct audit_entry){.actor = "clock", .action = "access.window", .kind = "window", .status = 200});
    }
    audit_resume(organization, request);
}

void access_window_ahead(struct organization *organization, struct grant_window window)
{
    struct look look = {organization, organization_now(organization), organization_now(organization),
                        organization->window_next_ms};
    if (look.now_ms < organization->window_next_ms) {
        organization->window_seen_ms = look.now_ms; /* what it gives from here on is told with the grant */
        change_note(organization, RECORD_ORGANIZATION, "");
    }
    (void)window_crosses(&look, window.starts_ms, window.ends_ms);
    organization->window_next_ms = look.next_ms;
}
