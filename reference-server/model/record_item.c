/* Records of resources whose types schema files define. One whose type is defined no more is kept, and shown again when it is. */
#include "common/base.h"

#include "reference-server/model/record_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/item.h"
#include "reference-server/model/organization.h"

bool record_put_item(const struct record_put *put)
{
    const struct item *item = map_get(put->organization->items_by_id, put->key);
    if (item == NULL) {
        return false;
    }
    json_set_text(put->data, "type", item->type);
    record_put_times(put->data, item->created_ms, item->modified_ms, item->version, item->order);
    put->record->body = json_print(put->arena, item->resource);
    return true;
}

bool record_read_item(const struct record_read *read)
{
    json *resource CLEANUP(json_cleanup) = record_read_body(read);
    const struct item_record record = {
        .id = read->key,
        .type = json_get_text(read->data, "type", NULL),
        .resource = resource,
        .created_ms = json_get_integer(read->data, "created", 0),
        .modified_ms = json_get_integer(read->data, "modified", 0),
        .version = (uint64_t)json_get_integer(read->data, "version", 0),
        .order = (uint64_t)json_get_integer(read->data, "order", 0),
    };
    if (resource == NULL || record.type == NULL || map_get(read->organization->items_by_id, read->key) != NULL) {
        return false;
    }
    (void)item_restore(read->organization, &record);
    return true;
}
