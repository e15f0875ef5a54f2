#include "common/base.h"

#include "reference-server/scim_service.h"

#include "common/http.h"
#include "common/map.h"
#include "common/memory.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/group.h"
#include "reference-server/model/incoming.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/patch_members.h"
#include "reference-server/service.h"
#include "reference-server/view.h"

struct ids {
    const char **items;
    size_t count;
};

/* The ids of the members. What else a member says (display, type, $ref) is derived, so it is passed over. */
static bool read_members(struct exchange *x, const json *resource, struct ids *out)
{
    const json *members = json_get(resource, "members");
    out->items = arena_array(x->arena, json_count(members) + 1, sizeof *out->items);
    out->count = 0;
    for (const json *member = json_first(members); member != NULL; member = json_next(member)) {
        const char *id = json_get_text(member, "value", NULL);
        if (id == NULL) {
            reply_refusal(x, 400, SCIM_INVALID_VALUE, "a member has no value: it must be the id of a user or group");
            return false;
        }
        out->items[out->count++] = arena_strdup(x->arena, id);
    }
    return true;
}

/* Leaves the resource without them. */
static bool take_members(struct exchange *x, json *resource, struct ids *out)
{
    if (!read_members(x, resource, out))
        return false;
    view_strip(resource);
    return true;
}

void groups_create(struct exchange *x)
{
    struct change change = {.resource = "Group"};
    struct model_failure failure;
    struct subject subject = {0};
    const struct scim_projection *projection;
    struct ids ids;
    if (!service_projection(x, &projection, NULL) || !service_read_create(x, &change) || !take_members(x, change.result, &ids))
        return;
    if (!group_create(x->organization, change.result, ids.items, ids.count, &subject.group, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    change.id = subject.group->id;
    defects_stored(x, &change);
    service_reply(x, 201, subject, projection);
}

/* --- writes that are about the whole group --- */

static bool store_whole(struct exchange *x, struct group *group, struct change *change)
{
    struct model_failure failure;
    struct ids ids;
    if (!take_members(x, change->result, &ids))
        return false;
    if (!group_replace(x->organization, group, change->result, ids.items, ids.count, &failure)) {
        reply_failure(x, &failure);
        return false;
    }
    defects_stored(x, change);
    return true;
}

/* --- memberships that wait, or do not count (model/incoming.h) --- */

static json *current_as_left(struct exchange *x, struct subject subject)
{
    const char *const *ids;
    size_t count = incoming_members(x->arena, x->organization, subject.group, &ids);
    json *current = view_current(x, x->arena, subject);
    json_remove(current, "members");
    json *list = count == 0 ? NULL : json_set_array(current, "members");
    for (size_t i = 0; i < count; i++)
        json_set_text(json_push_object(list), "value", ids[i]);
    return current;
}

static bool store_held(struct exchange *x, struct group *group, struct change *change)
{
    struct model_failure failure;
    struct ids ids;
    if (!take_members(x, change->result, &ids))
        return false;
    if (!group_may_join(x->organization, group, ids.items, ids.count, &failure) ||
        !group_replace(x->organization, group, change->result, NULL, 0, &failure) ||
        !incoming_set_members(x->organization, group, ids.items, ids.count, &failure)) {
        reply_failure(x, &failure);
        return false;
    }
    defects_stored(x, change);
    return true;
}

void groups_replace(struct exchange *x)
{
    struct subject subject;
    const struct scim_projection *projection;
    if (!service_projection(x, &projection, NULL) || !service_subject(x, &subject))
        return;
    bool held = incoming_holds_members(x->organization);
    struct change change = {.resource = "Group",
                            .id = subject.group->id,
                            .current = held ? current_as_left(x, subject) : view_current(x, x->arena, subject)};
    if (service_read_replace(x, &change) && (held ? store_held : store_whole)(x, subject.group, &change))
        service_reply(x, 200, subject, projection);
}

/* --- patches that name the members they are about: the size of the group does not matter --- */

static struct ids without(struct exchange *x, const struct ids *some, const struct ids *others)
{
    struct ids left = {arena_array(x->arena, some->count + 1, sizeof *left.items), 0};
    struct map *seen = map_new();
    for (size_t i = 0; i < others->count; i++)
        map_set(seen, others->items[i], seen);
    for (size_t i = 0; i < some->count; i++)
        if (map_get(seen, some->items[i]) == NULL)
            left.items[left.count++] = some->items[i];
    map_free(seen);
    return left;
}

static bool store_named(struct exchange *x, struct group *group, struct change *change)
{
    struct model_failure failure;
    struct ids before, after;
    if (!read_members(x, change->current, &before) || !take_members(x, change->result, &after))
        return false;
    struct ids joining = without(x, &after, &before), leaving = without(x, &before, &after);
    struct group_edit edit = {change->result, joining.items, leaving.items, joining.count, leaving.count};
    if (!group_edit(x->organization, group, &edit, &failure)) {
        reply_failure(x, &failure);
        return false;
    }
    defects_stored(x, change);
    return true;
}

static bool patch_held(struct exchange *x, struct subject subject)
{
    struct change change = {.resource = "Group", .id = subject.group->id, .current = current_as_left(x, subject)};
    struct scim_patch operations;
    return service_read_operations(x, &change, &operations) && service_apply_operations(x, &change, &operations) &&
           store_held(x, subject.group, &change);
}

static bool patch(struct exchange *x, struct subject subject)
{
    if (incoming_holds_members(x->organization))
        return patch_held(x, subject);

    struct change change = {.resource = "Group", .id = subject.group->id};
    struct scim_patch operations;
    struct scim_names named;
    bool whole = defects_look_at_wholes(x);
    if (whole)
        change.current = view_current(x, x->arena, subject);
    if (!service_read_operations(x, &change, &operations))
        return false;
    if (!whole && scim_patch_members(x->arena, view_type(x, subject), &operations, &named)) {
        change.current = view_current_named(x, x->arena, subject, &named);
        return service_apply_operations(x, &change, &operations) && store_named(x, subject.group, &change);
    }
    if (!whole)
        change.current = view_current(x, x->arena, subject);
    return service_apply_operations(x, &change, &operations) && store_whole(x, subject.group, &change);
}

void groups_patch(struct exchange *x)
{
    struct subject subject;
    const struct scim_projection *projection;
    bool asked; /* the query names attributes, so somebody wants to see the group */
    if (!service_projection(x, &projection, &asked) || !service_subject(x, &subject) || !patch(x, subject))
        return;
    if (asked) {
        service_reply(x, 200, subject, projection);
        return;
    }
    reply_empty(x, 204);
    reply_header(x, "ETag", view_etag(x->arena, subject));
}

void groups_delete(struct exchange *x)
{
    struct subject subject;
    if (!service_subject(x, &subject))
        return;
    group_delete(x->organization, subject.group);
    reply_empty(x, 204);
}
