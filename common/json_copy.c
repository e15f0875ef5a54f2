/* Copies of trees: node by node, packed into one block, and no copies at all. */
#include "common/base.h"
#include "common/json.h"

#include "common/json_packed.h"
#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

/* --- copies that can be changed --- */

static const int types[] = {[JSON_NULL] = cJSON_NULL,     [JSON_BOOL] = cJSON_False,  [JSON_NUMBER] = cJSON_Number,
                            [JSON_STRING] = cJSON_String, [JSON_ARRAY] = cJSON_Array, [JSON_OBJECT] = cJSON_Object};

static json *new_node(const json *like)
{
    json *node = cJSON_CreateNull();
    if (node == NULL)
        mem_exhausted();
    node->type = json_true(like) ? cJSON_True : types[json_type(like)];
    cJSON_SetNumberHelper(node, json_number(like));
    return node;
}

static json *copy_tree(const json *node)
{
    json *copy = new_node(node), *last = NULL;
    if (json_text(node) != NULL)
        copy->valuestring = mem_strdup(json_text(node));
    for (const json *child = json_first(node); child != NULL; child = json_next(child)) {
        json *made = copy_tree(child);
        if (json_key(child) != NULL)
            made->string = mem_strdup(json_key(child));
        made->prev = last;
        if (last == NULL)
            copy->child = made;
        else
            last->next = made;
        last = made;
    }
    if (last != NULL)
        copy->child->prev = last; /* where cJSON keeps the last child */
    return copy;
}

static void free_root(void *root)
{
    json_free(root);
}

json *json_copy(struct arena *arena, const json *node)
{
    if (node == NULL)
        return NULL;
    json *copy = copy_tree(node);
    if (arena != NULL)
        arena_defer(arena, free_root, copy);
    return copy;
}

/* --- packed copies --- */

/* Names and texts that SCIM resources are full of: one copy does for all packed trees. Sorted. */
static const char *const common_texts[] = {
    "User",
    "active",
    "addresses",
    "costCenter",
    "country",
    "department",
    "display",
    "displayName",
    "division",
    "emails",
    "employeeNumber",
    "externalId",
    "familyName",
    "formatted",
    "givenName",
    "home",
    "honorificPrefix",
    "honorificSuffix",
    "ims",
    "locale",
    "locality",
    "manager",
    "middleName",
    "mobile",
    "name",
    "nickName",
    "organization",
    "other",
    "phoneNumbers",
    "photos",
    "postalCode",
    "preferredLanguage",
    "primary",
    "profileUrl",
    "region",
    "roles",
    "schemas",
    "streetAddress",
    "timezone",
    "title",
    "type",
    "urn:ietf:params:scim:schemas:core:2.0:Group",
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "userName",
    "userType",
    "value",
    "work",
};

static int compare_texts(const void *text, const void *entry)
{
    return strcmp(text, *(const char *const *)entry);
}

/* SIZE_MAX: it is not common. */
static size_t find_common(const char *text)
{
    const char *const *found = bsearch(text, common_texts, ARRAY_LEN(common_texts), sizeof common_texts[0], compare_texts);
    return found == NULL ? SIZE_MAX : (size_t)(found - common_texts);
}

struct size {
    size_t nodes, bytes;
};

static void add_text(struct size *size, const char *text)
{
    if (text != NULL && find_common(text) == SIZE_MAX)
        size->bytes += strlen(text) + 1;
}

static void measure(const json *node, struct size *size)
{
    size->nodes++;
    size->bytes += json_is(node, JSON_NUMBER) ? sizeof(double) : 0;
    add_text(size, json_text(node));
    for (const json *child = json_first(node); child != NULL; child = json_next(child)) {
        add_text(size, json_key(child));
        measure(child, size);
    }
}

/* What is left of the block. */
struct room {
    struct json_packed *nodes;
    char *bytes;
};

static uint32_t distance(const struct json_packed *node, const void *to)
{
    return (uint32_t)((const char *)to - (const char *)node);
}

static uint32_t put_bytes(struct room *room, const struct json_packed *node, const void *bytes, size_t n)
{
    char *place = room->bytes;
    memcpy(place, bytes, n);
    room->bytes += n;
    return distance(node, place);
}

static uint32_t put_text(struct room *room, const struct json_packed *node, const char *text, bool *common)
{
    size_t number = find_common(text);
    *common = number != SIZE_MAX;
    return *common ? (uint32_t)number : put_bytes(room, node, text, strlen(text) + 1);
}

static struct json_packed *put_tree(struct room *room, const json *node)
{
    struct json_packed *packed = room->nodes++, *last = NULL;
    double number = json_number(node);
    packed->type = (uint8_t)json_type(node);
    if (json_is(node, JSON_STRING))
        packed->value = put_text(room, packed, json_text(node), &packed->common_value);
    else if (json_is(node, JSON_NUMBER))
        packed->value = put_bytes(room, packed, &number, sizeof number);
    else if (json_is(node, JSON_BOOL))
        packed->value = json_true(node);
    for (const json *child = json_first(node); child != NULL; child = json_next(child)) {
        struct json_packed *made = put_tree(room, child);
        if (json_key(child) != NULL)
            made->key = put_text(room, made, json_key(child), &made->common_key);
        if (last == NULL)
            packed->value = distance(packed, made);
        else
            last->next = distance(last, made);
        last = made;
    }
    return packed;
}

const json *json_pack(const json *node)
{
    if (node == NULL)
        return NULL;
    struct size size = {0};
    measure(node, &size);
    size_t whole = size.nodes * sizeof(struct json_packed) + size.bytes;
    if (whole > UINT32_MAX)
        mem_exhausted();
    struct json_packed *block = mem_alloc(whole);
    struct room room = {block, (char *)(block + size.nodes)};
    return json_of_packed(put_tree(&room, node));
}

void json_free_packed(const json *root)
{
    mem_free((void *)(uintptr_t)json_packed(root));
}

/* --- reading packed nodes --- */

static const void *at(const struct json_packed *node, uint32_t offset)
{
    return (const char *)node + offset;
}

const json *json_packed_first(const struct json_packed *node)
{
    bool container = node->type == JSON_ARRAY || node->type == JSON_OBJECT;
    return container && node->value != 0 ? json_of_packed(at(node, node->value)) : NULL;
}

const json *json_packed_next(const struct json_packed *node)
{
    return node->next == 0 ? NULL : json_of_packed(at(node, node->next));
}

const char *json_packed_key(const struct json_packed *node)
{
    if (node->common_key)
        return common_texts[node->key];
    return node->key == 0 ? NULL : at(node, node->key);
}

const char *json_packed_text(const struct json_packed *node)
{
    if (node->type != JSON_STRING)
        return NULL;
    return node->common_value ? common_texts[node->value] : at(node, node->value);
}

double json_packed_number(const struct json_packed *node)
{
    double number = 0;
    if (node->type == JSON_NUMBER)
        memcpy(&number, at(node, node->value), sizeof number);
    return number;
}

/* --- shared contents --- */

void json_set_shared(json *object, const char *key, const json *value)
{
    json *node = new_node(value);
    node->type |= cJSON_IsReference; /* child and text are not its own */
    node->child = (json *)(uintptr_t)json_first(value);
    node->valuestring = (char *)(uintptr_t)json_text(value);
    json_put(object, key, node);
}
