#include "common/base.h"

#include "reference-server/scim_service.h"

#include "common/http.h"
#include "common/memory.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/group.h"
#include "reference-server/scim/message.h"
#include "reference-server/service.h"
#include "reference-server/view.h"

struct ids {
    const char **items;
    size_t count;
};

/* The ids of the members, and the resource without them. What else a member says (display, type, $ref) is derived, so it is passed over. */
static bool take_members(struct exchange *x, json *resource, struct ids *out)
{
    const json *members = json_get(resource, "members");
    out->items = arena_array(x->arena, json_count(members) + 1, sizeof *out->items);
    out->count = 0;
    for (const json *member = json_first(members); member != NULL; member = json_next(member)) {
        const char *id = json_get_text(member, "value", NULL);
        if (id == NULL) {
            reply_refusal(x, 400, SCIM_INVALID_VALUE, "members[%zu] has no value", out->count);
            return false;
        }
        out->items[out->count++] = arena_strdup(x->arena, id);
    }
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

/* The common part of PUT and PATCH. *asked: the query names attributes, so somebody wants to see the group. */
static bool update(struct exchange *x, bool (*read)(struct exchange *x, struct change *change), struct subject *subject,
                   const struct scim_projection **projection, bool *asked)
{
    struct model_failure failure;
    struct ids ids;
    if (!service_projection(x, projection, asked) || !service_subject(x, subject))
        return false;
    struct change change = {.resource = "Group", .id = subject->group->id, .current = view_current(x, x->arena, *subject)};
    if (!read(x, &change) || !take_members(x, change.result, &ids))
        return false;
    if (!group_replace(x->organization, subject->group, change.result, ids.items, ids.count, &failure)) {
        reply_failure(x, &failure);
        return false;
    }
    defects_stored(x, &change);
    return true;
}

void groups_replace(struct exchange *x)
{
    struct subject subject;
    const struct scim_projection *projection;
    bool asked;
    if (update(x, service_read_replace, &subject, &projection, &asked))
        service_reply(x, 200, subject, projection);
}

void groups_patch(struct exchange *x)
{
    struct subject subject;
    const struct scim_projection *projection;
    bool asked;
    if (!update(x, service_read_patch, &subject, &projection, &asked))
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
