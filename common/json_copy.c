/* Copies of trees: node by node, and packed into one block.
 *
 * A packed tree has its nodes, the root first, and behind them its texts. Every node is marked as one that owns neither children nor text nor name. */
#include "common/base.h"
#include "common/json.h"

#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define OWNS_NOTHING (cJSON_IsReference | cJSON_StringIsConst)

/* cJSON keeps the last child as the first one's predecessor. */
static void append(json *parent, json *child)
{
    json *first = parent->child;
    child->prev = first == NULL ? child : first->prev;
    if (first == NULL)
        parent->child = child;
    else
        first->prev->next = child;
    parent->child->prev = child;
}

/* --- copies that can be changed --- */

/* Not cJSON_Duplicate: that one shares the names of what owns nothing. */
static json *copy_tree(const json *node)
{
    json *copy = cJSON_CreateNull();
    if (copy == NULL)
        mem_exhausted();
    copy->type = node->type & ~OWNS_NOTHING;
    copy->valueint = node->valueint;
    copy->valuedouble = node->valuedouble;
    if (node->valuestring != NULL)
        copy->valuestring = mem_strdup(node->valuestring);
    for (const json *child = node->child; child != NULL; child = child->next) {
        json *made = copy_tree(child);
        if (child->string != NULL)
            made->string = mem_strdup(child->string);
        append(copy, made);
    }
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

static const char *find_common(const char *text)
{
    const char *const *found = bsearch(text, common_texts, ARRAY_LEN(common_texts), sizeof common_texts[0], compare_texts);
    return found == NULL ? NULL : *found;
}

struct size {
    size_t nodes, bytes;
};

static void add_text(struct size *size, const char *text)
{
    if (text != NULL && find_common(text) == NULL)
        size->bytes += strlen(text) + 1;
}

static void measure(const json *node, struct size *size)
{
    size->nodes++;
    add_text(size, node->valuestring);
    for (const json *child = node->child; child != NULL; child = child->next) {
        add_text(size, child->string);
        measure(child, size);
    }
}

/* What is left of the block. */
struct room {
    json *nodes;
    char *bytes;
};

/* cJSON's texts are not const; nobody writes to those of a node that owns nothing. */
static char *put_text(struct room *room, const char *text)
{
    const char *common = text == NULL ? NULL : find_common(text);
    if (text == NULL || common != NULL)
        return (char *)(uintptr_t)common;
    size_t n = strlen(text) + 1;
    char *place = memcpy(room->bytes, text, n);
    room->bytes += n;
    return place;
}

static json *put_tree(struct room *room, const json *node)
{
    json *copy = room->nodes++;
    copy->type = node->type | OWNS_NOTHING;
    copy->valueint = node->valueint;
    copy->valuedouble = node->valuedouble;
    copy->valuestring = put_text(room, node->valuestring);
    for (const json *child = node->child; child != NULL; child = child->next) {
        json *made = put_tree(room, child);
        made->string = put_text(room, child->string);
        append(copy, made);
    }
    return copy;
}

const json *json_pack(const json *node)
{
    if (node == NULL)
        return NULL;
    struct size size = {0};
    measure(node, &size);
    json *block = mem_alloc(size.nodes * sizeof *block + size.bytes);
    struct room room = {block, (char *)(block + size.nodes)};
    return put_tree(&room, node);
}

void json_free_packed(const json *root)
{
    mem_free((void *)(uintptr_t)root);
}

/* --- shared contents --- */

void json_set_shared(json *object, const char *key, const json *value)
{
    json *node = cJSON_CreateNull();
    if (node == NULL)
        mem_exhausted();
    node->type = (value->type & ~cJSON_StringIsConst) | cJSON_IsReference;
    node->child = value->child;
    node->valuestring = value->valuestring;
    node->valueint = value->valueint;
    node->valuedouble = value->valuedouble;
    json_put(object, key, node);
}
