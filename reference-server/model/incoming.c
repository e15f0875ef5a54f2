#include "common/base.h"

#include "reference-server/model/incoming.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/group.h"
#include "reference-server/model/incoming_merge.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/notification.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/pending.h"
#include "reference-server/model/policies.h"

#include <string.h>

static const struct policy_sync *sync_of(const struct organization *organization)
{
    return &organization->policies->sync;
}

/* With what was noted since audit_aside(). */
static void note_entry(struct organization *organization, const char *action, const char *kind, const char *id, const char *name,
                       int status)
{
    audit_append(organization, &(struct audit_entry){
                                   .actor = "sync", .action = action, .kind = kind, .id = id, .name = name, .status = status});
}

/* --- time --- */

static const int64_t steps_ms[] = {[SYNC_REAL_TIME] = 0, [SYNC_HOURLY] = DAY_MS / 24, [SYNC_DAILY] = DAY_MS};

/* Whole hours and days since 1970 are those of UTC. */
static int64_t next_slot(const struct organization *organization)
{
    int64_t step = steps_ms[sync_of(organization)->frequency], now = organization_now(organization);
    return step == 0 ? now : (now / step + 1) * step;
}

static bool waits(const struct organization *organization)
{
    return sync_of(organization)->frequency != SYNC_REAL_TIME;
}

/* --- creating --- */

/* The rules come into force for somebody. A role that somebody gave in the meantime stays. */
static void welcome(struct organization *organization, struct account *account)
{
    const struct policy_provisioning *rules = &organization->policies->provisioning;
    if (rules->has_default_role && account->org_role == organization->settings.default_org_role) {
        account_set_org_role(organization, account, rules->default_role);
    }
    if (rules->welcome_email && account->active) {
        notification_add(organization, NOTIFICATION_WELCOME, account, account, "Welcome to %s, %s: your account is ready.",
                         organization->name, account_display(account));
    }
}

/* What a write makes of edits in the product. */
struct meeting {
    json *kept;  /* NULL: there were no rules and no edits */
    json *edits; /* as they become */
    bool conflict;
};

static void forget_meeting(struct meeting *meeting)
{
    json_free(meeting->kept);
    json_free(meeting->edits);
}

/* Returns what is to be stored. */
static const json *meet_edits(const struct organization *organization, const struct account *account, const json *resource,
                              bool whole, struct meeting *out)
{
    out->kept = incoming_merge_update(organization, account, resource, whole, &out->edits, &out->conflict);
    return out->kept == NULL ? resource : out->kept;
}

/* It is stored. */
static void keep_edits(struct organization *organization, struct account *account, struct meeting *meeting)
{
    if (meeting->kept == NULL || json_equal(meeting->edits, account->edits)) {
        return;
    }
    account_put_edits(organization, account, json_copy(NULL, meeting->edits));
    if (meeting->conflict) {
        struct audit_notes *request = audit_aside(organization);
        note_entry(organization, "sync.conflict", "User", account->id, account->user_name, 200);
        audit_resume(organization, request);
    }
}

static const struct departed *comes_back(const struct organization *organization, const json *resource)
{
    return organization->steps->recognize == NULL ? NULL : organization->steps->recognize(organization, resource);
}

/* Who is restored may have edits, which the push meets as an update would. */
static const json *meet_kept_edits(const struct organization *organization, const struct departed *departed, const json *resource,
                                   struct meeting *out)
{
    json *edits CLEANUP(json_cleanup) = json_copy(NULL, departed_edits(departed));
    const struct account past = {.resource = departed_user(departed), .edits = edits};
    return edits == NULL ? resource : meet_edits(organization, &past, resource, true, out);
}

bool incoming_create(struct organization *organization, const json *resource, struct account **out, struct model_failure *failure)
{
    const struct policy_provisioning *rules = &organization->policies->provisioning;
    const struct account *holder = account_of_resource(organization, resource);
    json *named CLEANUP(json_cleanup) = incoming_merge_create(organization, holder, resource);
    struct meeting meeting CLEANUP(forget_meeting) = {0};
    const struct departed *past = holder == NULL ? comes_back(organization, resource) : NULL;
    bool returns = past != NULL, linked; /* past ends with the create */
    const json *kept = named == NULL ? resource : named;
    if (holder != NULL) {
        kept = meet_edits(organization, holder, kept, true, &meeting);
    } else if (returns) {
        kept = meet_kept_edits(organization, past, kept, &meeting);
    }
    if (!account_create(organization, kept, out, &linked, failure)) {
        return false;
    }
    if (kept != resource) {
        audit_withheld(organization, *out, kept, resource, "keep-out", 0);
    }
    keep_edits(organization, *out, &meeting);
    if (!rules->there || linked || returns) {
        return true;
    }
    if (rules->trigger == PROVISIONING_USER_ASSIGNED) {
        welcome(organization, *out);
    } else {
        (*out)->rules_wait = true;
        change_note(organization, RECORD_ACCOUNT, (*out)->id);
    }
    return true;
}

void incoming_joined(struct organization *organization, struct account *account)
{
    if (!account->rules_wait) {
        return;
    }
    account->rules_wait = false;
    change_note(organization, RECORD_ACCOUNT, account->id);
    if (organization->policies->provisioning.there) {
        welcome(organization, account);
    }
}

/* --- changing --- */

static bool apply(struct organization *organization, struct account *account, const json *resource, bool whole,
                  struct model_failure *failure)
{
    struct meeting meeting CLEANUP(forget_meeting) = {0};
    const json *kept = meet_edits(organization, account, resource, whole, &meeting);
    if (!account_replace(organization, account, kept, failure)) {
        return false;
    }
    if (kept != resource) {
        audit_withheld(organization, account, kept, resource, "keep-out", 0);
    }
    keep_edits(organization, account, &meeting);
    return true;
}

/* Whether it would change anything but what may not wait. */
static bool has_effect(const struct account *account, const struct meeting *meeting, const json *kept)
{
    json *whole CLEANUP(json_cleanup) = json_copy(NULL, kept);
    json_set_bool(whole, "active", account->active);
    bool edited = meeting->kept != NULL && !json_equal(meeting->edits, account->edits);
    return edited || !json_equal(whole, account->resource);
}

/* What may not wait is done; the rest is kept as the provider wrote it, since edits may come in between. */
static bool hold(struct organization *organization, struct account *account, const json *resource, bool whole,
                 struct model_failure *failure)
{
    struct meeting meeting CLEANUP(forget_meeting) = {0};
    const json *kept = meet_edits(organization, account, resource, whole, &meeting);
    json *now CLEANUP(json_cleanup) = incoming_merge_at_once(account, resource);
    if (!account_may_replace(organization, account, kept, failure) || !account_replace(organization, account, now, failure)) {
        return false;
    }
    if (kept != resource) {
        audit_withheld(organization, account, kept, resource, "keep-out", 0);
    }
    if (has_effect(account, &meeting, kept)) {
        audit_withheld(organization, account, account->resource, kept, "postpone", next_slot(organization));
        pending_put_profile(organization, account->id, json_copy(NULL, resource), whole, next_slot(organization));
    } else {
        pending_remove(organization, account->id);
    }
    return true;
}

bool incoming_replace(struct organization *organization, struct account *account, const json *resource, bool whole,
                      struct model_failure *failure)
{
    bool linking = !account->managed;
    if (linking || !waits(organization)) {
        return apply(organization, account, resource, whole, failure);
    }
    return hold(organization, account, resource, whole, failure);
}

const json *incoming_resource(const struct organization *organization, const struct account *account)
{
    const struct pending *pending = pending_of(organization, account->id);
    return pending == NULL ? account->resource : pending->resource;
}

/* --- memberships --- */

bool incoming_holds_members(const struct organization *organization)
{
    const struct policy_sync *sync = sync_of(organization);
    return sync->there && (waits(organization) || (sync->triggers & 1u << SYNC_MEMBERSHIP) == 0);
}

/* Who is in the group, without who waits to leave, and who waits to join. */
static struct map *members_of(const struct organization *organization, const struct group *group)
{
    struct map *members = map_new();
    const struct member *member;
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        map_set(members, member_id(member), members);
    }
    const struct pending *pending;
    size_t n = strlen(group->id);
    for (size_t i = 0; (pending = pending_at(organization, &i)) != NULL;) {
        bool mine = strncmp(pending->key, group->id, n) == 0 && pending->key[n] == '/';
        if (mine && pending->joins) {
            map_set(members, pending->key + n + 1, members);
        } else if (mine) {
            map_remove(members, pending->key + n + 1);
        }
    }
    return members;
}

size_t incoming_members(struct arena *arena, const struct organization *organization, const struct group *group,
                        const char *const **out)
{
    struct map *members = members_of(organization, group);
    const char **ids = arena_array(arena, map_count(members) + 1, sizeof *ids);
    const char *id;
    void *value;
    size_t count = 0;
    for (size_t i = 0; map_at(members, &i, &id, &value);) {
        ids[count++] = arena_strdup(arena, id);
    }
    map_free(members);
    *out = ids;
    return count;
}

/* What the group is anyway need not wait. */
static void hold_member(struct organization *organization, const struct group *group, const char *id, bool joins)
{
    const struct pending *pending = pending_of_member(organization, group->id, id);
    if (group_has_member(group, id) != joins) {
        if (pending == NULL || pending->joins != joins) {
            audit_withheld_member(organization, group, id, joins, "postpone", next_slot(organization));
        }
        pending_put_member(organization, group->id, id, joins, next_slot(organization));
    } else if (pending != NULL) {
        pending_remove(organization, pending->key);
    }
}

static void note_kept_out(struct organization *organization, const struct group *group, const char *const *ids, size_t count)
{
    struct map *wanted = map_new();
    const struct member *member;
    for (size_t i = 0; i < count; i++) {
        map_set(wanted, ids[i], wanted);
        if (!group_has_member(group, ids[i])) {
            audit_withheld_member(organization, group, ids[i], true, "keep-out", 0);
        }
    }
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        if (map_get(wanted, member_id(member)) == NULL) {
            audit_withheld_member(organization, group, member_id(member), false, "keep-out", 0);
        }
    }
    map_free(wanted);
}

bool incoming_set_members(struct organization *organization, struct group *group, const char *const *ids, size_t count,
                          struct model_failure *failure)
{
    if (!group_may_join(organization, group, ids, count, failure)) {
        return false;
    }
    if ((sync_of(organization)->triggers & 1u << SYNC_MEMBERSHIP) == 0) {
        note_kept_out(organization, group, ids, count);
        return true;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *const *before;
    size_t had = incoming_members(arena, organization, group, &before);
    struct map *wanted = map_new();
    for (size_t i = 0; i < count; i++) {
        map_set(wanted, ids[i], wanted);
        hold_member(organization, group, ids[i], true);
    }
    for (size_t i = 0; i < had; i++) {
        if (map_get(wanted, before[i]) == NULL) {
            hold_member(organization, group, before[i], false);
        }
    }
    map_free(wanted);
    return true;
}

/* --- slots --- */

static void note_delay(struct organization *organization, const struct pending *pending)
{
    int64_t ms = pending->due_ms - pending->asked_ms;
    delays_add(&organization->delays, ms <= 0 ? 0 : (uint64_t)ms * 1000);
}

static void apply_profile(struct organization *organization, const struct pending *pending)
{
    struct account *account = account_by_id(organization, pending->key);
    struct model_failure failure;
    if (account == NULL) {
        return;
    }
    json *resource CLEANUP(json_cleanup) = json_copy(NULL, pending->resource);
    json_set_bool(resource, "active", account->active);
    json_set_copy(resource, "externalId", json_get(account->resource, "externalId"));
    uint64_t version = account->version;
    bool good = apply(organization, account, resource, pending->whole, &failure);
    if (account->version != version) {
        note_delay(organization, pending);
    }
    note_entry(organization, good ? "sync.apply" : "sync.fail", "User", account->id, account->user_name, good ? 200 : 409);
}

static void apply_member(struct organization *organization, const struct pending *pending)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct model_failure failure;
    const char *slash = strchr(pending->key, '/'), *id = slash + 1;
    struct group *group = group_by_id(organization, arena_strndup(arena, pending->key, (size_t)(slash - pending->key)));
    if (group == NULL) {
        return;
    }
    bool good = true;
    if (pending->joins) {
        good = group_add_members(organization, group, &id, 1, &failure);
    } else {
        group_remove_members(organization, group, &id, 1);
    }
    if (good) {
        note_delay(organization, pending);
    }
    note_entry(organization, good ? "sync.apply" : "sync.fail", "Group", group->id, group->display_name, good ? 200 : 409);
}

void incoming_settle(struct organization *organization)
{
    const struct pending *pending = pending_first(organization);
    int64_t now = pending == NULL ? 0 : organization_now(organization);
    while (pending != NULL && pending->due_ms <= now) {
        struct audit_notes *request = audit_aside(organization);
        (pending->resource != NULL ? apply_profile : apply_member)(organization, pending);
        audit_resume(organization, request);
        pending_remove(organization, pending->key);
        pending = pending_first(organization);
    }
}

void incoming_reslot(struct organization *organization)
{
    if (pending_count(organization) > 0) {
        pending_set_due(organization, next_slot(organization));
        incoming_settle(organization);
    }
}
