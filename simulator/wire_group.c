#include "common/base.h"
#include "simulator/wire_group.h"

#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"

void wire_members(json *array, struct people members)
{
    for (size_t i = 0; i < members.count; i++) {
        json *item = json_push_object(array);
        json_set_text(item, "value", members.items[i]->server_id);
        json_set_text(item, "display", directory_user_name(members.items[i]));
    }
}

static json *with_schemas(const struct simulator *sim)
{
    json *body = json_object(sim->arena), *schemas = json_set_array(body, "schemas");
    json_push_text(schemas, URN_CORE_GROUP);
    if (dialect_value(sim->dialect, AXIS_GROUP_SCHEMAS) == GROUP_SCHEMAS_ADSCIM)
        json_push_text(schemas, URN_ADSCIM_GROUP);
    return body;
}

json *wire_group_create(const struct simulator *simulator, const struct directory_group *group, struct people members)
{
    json *body = with_schemas(simulator);
    int order = dialect_value(simulator->dialect, AXIS_KEY_ORDER);
    if (order != KEY_ORDER_SAMPLE)
        json_set_text(body, "externalId", group->id);
    json_set_text(body, "displayName", group->name);
    if (dialect_value(simulator->dialect, AXIS_GROUP_MEMBERS_IN_POST))
        wire_members(json_set_array(body, "members"), members);
    if (order == KEY_ORDER_CONTRACT)
        json_set_text(json_set_object(body, "meta"), "resourceType", "Group");
    return body;
}

json *wire_group_put(const struct simulator *simulator, const struct directory_group *group, struct people members)
{
    json *body = with_schemas(simulator);
    json_set_text(body, "id", group->server_id);
    json_set_text(body, "displayName", directory_app_name(group));
    wire_members(json_set_array(body, "members"), members);
    return body;
}

json *wire_group_flat(const struct simulator *simulator, const struct directory_group *group)
{
    json *flat = json_object(simulator->arena);
    json_set_text(flat, "displayName", group->name);
    json_set_text(flat, "externalId", group->id);
    return flat;
}

json *wire_group_read(const struct simulator *simulator, const json *resource)
{
    json *flat = json_object(simulator->arena);
    json_set_text(flat, "displayName", json_get_text(resource, "displayName", NULL));
    json_set_text(flat, "externalId", json_get_text(resource, "externalId", NULL));
    return flat;
}
