#include "common/base.h"

#include "reference-server/model/item.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/unique.h"

#include <string.h>

/* All items of one resource type. */
struct item_set {
    char *type;
    struct list items;
    struct index by_external_id;
};

static const struct list no_items;

/* --- lookup --- */

struct item *item_by_id(const struct organization *organization, const char *type, const char *id)
{
    struct item *item = id == NULL ? NULL : map_get(organization->items_by_id, id);
    return item != NULL && strcmp(item->type, type) == 0 ? item : NULL;
}

const struct list *items_of(const struct organization *organization, const char *type)
{
    const struct item_set *set = map_get(organization->item_sets, type);
    return set == NULL ? &no_items : &set->items;
}

const struct list *items_by_external_id(const struct organization *organization, const char *type, const char *external_id)
{
    const struct item_set *set = map_get(organization->item_sets, type);
    return set == NULL ? &no_items : index_get(&set->by_external_id, external_id);
}

static struct item_set *set_of(struct organization *organization, const char *type)
{
    struct item_set *set = map_get(organization->item_sets, type);
    if (set == NULL) {
        set = mem_alloc(sizeof *set);
        set->type = mem_strdup(type);
        index_init(&set->by_external_id, false);
        map_set(organization->item_sets, type, set);
    }
    return set;
}

/* --- indexes --- */

static void index_item(struct organization *organization, struct item *item)
{
    index_add(&set_of(organization, item->type)->by_external_id, json_get_text(item->resource, "externalId", NULL), item);
    unique_add(organization, item->type, item->resource, item->id);
    organization->revision++;
}

static void unindex_item(struct organization *organization, struct item *item)
{
    index_remove(&set_of(organization, item->type)->by_external_id, json_get_text(item->resource, "externalId", NULL), item);
    unique_remove(organization, item->type, item->resource, item->id);
    organization->revision++;
}

/* --- changes --- */

struct item *item_restore(struct organization *organization, const struct item_record *record)
{
    struct item_set *set = set_of(organization, record->type);
    struct item *item = mem_alloc(sizeof *item);
    item->id = mem_strdup(record->id);
    item->type = set->type;
    item->resource = json_copy(NULL, record->resource);
    item->created_ms = record->created_ms;
    item->modified_ms = record->modified_ms;
    item->version = record->version;
    item->order = record->order;
    if (organization->sequence <= record->order) {
        organization->sequence = record->order + 1;
    }
    list_push(&set->items, item);
    map_set(organization->items_by_id, item->id, item);
    index_item(organization, item);
    return item;
}

bool item_add(struct organization *organization, const char *type, const json *resource, struct item **out,
              struct model_failure *failure)
{
    char id[37];
    int64_t now = organization_now(organization);
    if (map_count(organization->items_by_id) >= ORGANIZATION_MAX_ITEMS) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "limit", "",
                                 "an organization holds at most %d resources besides people and groups", ORGANIZATION_MAX_ITEMS);
    }
    if (!unique_check(organization, type, resource, NULL, failure)) {
        return false;
    }
    organization->random.id(organization->random.context, id);
    struct item_record record = {.id = id,
                                 .type = type,
                                 .resource = resource,
                                 .created_ms = now,
                                 .modified_ms = now,
                                 .version = 1,
                                 .order = organization_next(organization)};
    *out = item_restore(organization, &record);
    change_note(organization, RECORD_ITEM, id);
    return true;
}

bool item_replace(struct organization *organization, struct item *item, const json *resource, struct model_failure *failure)
{
    if (!unique_check(organization, item->type, resource, item->id, failure)) {
        return false;
    }
    if (json_equal(resource, item->resource)) {
        return true;
    }
    unindex_item(organization, item);
    json_free(item->resource);
    item->resource = json_copy(NULL, resource);
    item->modified_ms = organization_now(organization);
    item->version++;
    index_item(organization, item);
    change_note(organization, RECORD_ITEM, item->id);
    return true;
}

static void free_item(struct item *item)
{
    json_free(item->resource);
    mem_free(item->id);
    mem_free(item);
}

void item_remove(struct organization *organization, struct item *item)
{
    change_gone(organization, RECORD_ITEM, item->id);
    unindex_item(organization, item);
    map_remove(organization->items_by_id, item->id);
    list_remove(&set_of(organization, item->type)->items, item);
    free_item(item);
}

void item_free_all(struct organization *organization)
{
    const char *type;
    void *value;
    for (size_t i = 0; map_at(organization->item_sets, &i, &type, &value);) {
        struct item_set *set = value;
        for (size_t k = 0; k < set->items.count; k++) {
            free_item(set->items.items[k]);
        }
        list_release(&set->items);
        index_release(&set->by_external_id);
        mem_free(set->type);
        mem_free(set);
    }
    map_free(organization->item_sets);
    map_free(organization->items_by_id);
}
