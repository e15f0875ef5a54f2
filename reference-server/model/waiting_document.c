#include "common/base.h"

#include "reference-server/model/waiting_document.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/account.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/pending.h"
#include "reference-server/model/policies.h"

#include <string.h>

/* Nothing waits for a word without the block, and looking for it asks everybody. */
static size_t put_approvals(struct arena *arena, json *out, const struct organization *organization)
{
    json *all = json_array(arena), *shown = json_set_array(out, "approvals");
    if (organization->policies->approvals.there) {
        approval_list(organization, all);
    }
    size_t count = 0;
    for (const json *entry = json_first(all); entry != NULL; entry = json_next(entry)) {
        if (count++ < WAITING_SHOWN) {
            json_push_copy(shown, entry);
        }
    }
    return count;
}

/* "group id/member id" or the id of an account. Names and addresses are those of now; who is gone by now is passed over. */
static bool put_change(struct arena *arena, json *array, const struct organization *organization, const struct pending *pending)
{
    const char *slash = pending->resource == NULL ? strchr(pending->key, '/') : NULL;
    const char *member = slash == NULL ? pending->key : slash + 1;
    const struct group *group =
        slash == NULL ? NULL : group_by_id(organization, arena_strndup(arena, pending->key, (size_t)(slash - pending->key)));
    const struct account *account = account_by_id(organization, member);
    const struct group *nested = account == NULL ? group_by_id(organization, member) : NULL;
    if ((slash != NULL && group == NULL) || (account == NULL && nested == NULL)) {
        return false;
    }
    json *out = json_push_object(array);
    json_set_text(out, "change", slash == NULL ? "profile" : pending->joins ? "joins" : "leaves");
    json_set_text(out, account != NULL ? "user" : "member", account != NULL ? account->user_name : nested->display_name);
    json_set_text(out, "group", group == NULL ? NULL : group->display_name);
    json_set_text(out, "due", time_format(arena, pending->due_ms));
    return true;
}

static size_t put_changes(struct arena *arena, json *out, const struct organization *organization)
{
    json *array = json_set_array(out, "changes");
    const struct pending *pending;
    size_t shown = 0;
    for (size_t i = 0; shown < WAITING_SHOWN && (pending = pending_at(organization, &i)) != NULL;) {
        shown += put_change(arena, array, organization, pending);
    }
    return pending_count(organization);
}

static size_t put_departed(struct arena *arena, json *out, const struct organization *organization)
{
    const struct map *all = organization->departures.by_id;
    int64_t retention_ms = organization->policies->deprovisioning.retention_ms;
    json *array = json_set_array(out, "departed");
    const char *id;
    void *value;
    size_t shown = 0;
    for (size_t i = 0; shown < WAITING_SHOWN && map_at(all, &i, &id, &value); shown++) {
        const struct departed *departed = value;
        json *entry = json_push_object(array);
        json_set_text(entry, "user", json_get_text(json_get(departed->kept, "user"), "userName", ""));
        json_set_text(entry, "account", id);
        json_set_text(entry, "deleted", time_format(arena, departed->deleted_ms));
        json_set_text(entry, "until", time_format(arena, departed->deleted_ms + retention_ms));
    }
    return map_count(all);
}

json *waiting_document(struct arena *arena, const struct organization *organization)
{
    json *out = json_object(arena);
    json_set_text(out, "organization", organization->id);
    json_set_text(out, "time", time_format(arena, organization_now(organization)));
    json *counts = json_set_object(out, "counts");
    json_set_integer(counts, "approvals", (int64_t)put_approvals(arena, out, organization));
    json_set_integer(counts, "changes", (int64_t)put_changes(arena, out, organization));
    json_set_integer(counts, "departed", (int64_t)put_departed(arena, out, organization));
    return out;
}
