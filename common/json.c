#include "common/base.h"
#include "common/json.h"

#include "common/error.h"
#include "common/json_gate.h"
#include "common/json_packed.h"
#include "common/memory.h"
#include "common/pieces.h"
#include "common/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define INTEGER_MAX ((double)(INT64_C(1) << 53))

/* --- nodes: a thread keeps those of its last trees for the next (pieces.h) --- */

static void *allocate(size_t size)
{
    return size == sizeof(json) ? piece_take() : malloc(size);
}

/* Before there is a second thread; what a node had in malloc's place is freed as ever. */
__attribute__((constructor)) static void keep_nodes(void)
{
    static_assert(sizeof(json) <= PIECE_BYTES, "a node is a piece");
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = allocate, .free_fn = free});
}

/* As cJSON_Delete does, with the siblings behind the node. */
static void delete_tree(json *node)
{
    for (json *next; node != NULL; node = next) {
        bool own = (node->type & cJSON_IsReference) == 0;
        next = node->next;
        if (own) {
            delete_tree(node->child);
            free(node->valuestring);
        }
        if ((node->type & cJSON_StringIsConst) == 0)
            free(node->string);
        piece_give(node);
    }
}

/* --- roots --- */

static void free_root(void *root)
{
    delete_tree(root);
}

/* A new root: cJSON's only failure in making one is lack of memory, which ends the process like everywhere (memory.h). */
static json *adopt(struct arena *arena, json *root)
{
    if (root == NULL)
        mem_exhausted();
    if (arena != NULL)
        arena_defer(arena, free_root, root);
    return root;
}

void json_free(json *root)
{
    delete_tree(root);
}

void json_cleanup(json **root)
{
    delete_tree(*root);
    *root = NULL;
}

json *json_object(struct arena *arena)
{
    return adopt(arena, cJSON_CreateObject());
}

json *json_array(struct arena *arena)
{
    return adopt(arena, cJSON_CreateArray());
}

json *json_new_text(struct arena *arena, const char *text)
{
    return adopt(arena, cJSON_CreateString(text));
}

json *json_new_bool(struct arena *arena, bool value)
{
    return adopt(arena, cJSON_CreateBool(value));
}

json *json_new_null(struct arena *arena)
{
    return adopt(arena, cJSON_CreateNull());
}

/* A member's name belongs to cJSON, which takes it from malloc as mem_ does. */
static void set_name(json *node, const char *key)
{
    char *copy = mem_strdup(key);
    cJSON_free(node->string);
    node->string = copy;
}

json *json_keep(struct arena *arena, json *owned)
{
    return adopt(arena, owned);
}

/* --- parsing --- */

json *json_parse(struct arena *arena, struct bytes text, const char *name, struct error *err)
{
    if (!json_gate(text, name, err))
        return NULL;
    json *root = cJSON_ParseWithLengthOpts(text.p, text.n, NULL, false);
    if (root != NULL)
        return adopt(arena, root);
    error_set(err, ERROR_INTERNAL, name, "please report this text", "the JSON gate and the parser disagree");
    return NULL;
}

json *json_parse_trusted(struct bytes text)
{
    return cJSON_ParseWithLengthOpts(text.p, text.n, NULL, false);
}

bool json_read(struct arena *arena, struct bytes text, const char *name, struct json_document *out, struct error *err)
{
    struct json_document document = {.name = arena_strdup(arena, name)};
    if (text.n > JSON_MAX_BYTES)
        return error_set(err, ERROR_LIMIT, name, "", "longer than %zu bytes", JSON_MAX_BYTES);
    char *plain = mem_array(text.n, 1);
    bool ok = json_gate_document(arena, text, name, plain, &document.places, &document.count, err);
    if (ok)
        document.root = json_parse(arena, (struct bytes){plain, text.n}, name, err);
    mem_free(plain);
    if (!ok || document.root == NULL)
        return false;
    *out = document;
    return true;
}

/* Counts nodes in order of appearance until it meets `wanted`. */
static bool find_index(const json *node, const json *wanted, size_t *index)
{
    if (node == wanted)
        return true;
    ++*index;
    for (const json *child = node->child; child != NULL; child = child->next)
        if (find_index(child, wanted, index))
            return true;
    return false;
}

const char *json_where(struct arena *arena, const struct json_document *document, const json *node)
{
    size_t index = 0;
    if (node == NULL || !find_index(document->root, node, &index) || index >= document->count)
        return document->name;
    struct json_place place = document->places[index];
    return arena_printf(arena, "%s:%u:%u", document->name, place.line, place.column);
}

/* --- looking --- */

enum json_type json_type(const json *node)
{
    const struct json_packed *packed = json_packed(node);
    if (packed != NULL)
        return (enum json_type)packed->type;
    if (cJSON_IsObject(node))
        return JSON_OBJECT;
    if (cJSON_IsArray(node))
        return JSON_ARRAY;
    if (cJSON_IsString(node))
        return JSON_STRING;
    if (cJSON_IsNumber(node))
        return JSON_NUMBER;
    return cJSON_IsBool(node) ? JSON_BOOL : JSON_NULL;
}

bool json_is(const json *node, enum json_type type)
{
    return node != NULL && json_type(node) == type;
}

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};
    return (size_t)type < ARRAY_LEN(names) ? names[type] : "unknown";
}

json *json_edit(json *object, const char *key)
{
    json *node = json_edit_first(cJSON_IsObject(object) ? object : NULL);
    while (node != NULL && strcmp(node->string, key) != 0)
        node = node->next;
    return node;
}

json *json_edit_nocase(json *object, const char *key)
{
    json *node = json_edit_first(cJSON_IsObject(object) ? object : NULL);
    while (node != NULL && !text_equal_nocase(node->string, key))
        node = node->next;
    return node;
}

const json *json_get(const json *object, const char *key)
{
    const json *node = json_is(object, JSON_OBJECT) ? json_first(object) : NULL;
    while (node != NULL && strcmp(json_key(node), key) != 0)
        node = json_next(node);
    return node;
}

const json *json_get_nocase(const json *object, const char *key)
{
    const json *node = json_is(object, JSON_OBJECT) ? json_first(object) : NULL;
    while (node != NULL && !text_equal_nocase(json_key(node), key))
        node = json_next(node);
    return node;
}

const char *json_text(const json *node)
{
    const struct json_packed *packed = json_packed(node);
    if (packed != NULL)
        return json_packed_text(packed);
    return cJSON_IsString(node) ? node->valuestring : NULL;
}

bool json_true(const json *node)
{
    const struct json_packed *packed = json_packed(node);
    return packed != NULL ? packed->type == JSON_BOOL && packed->value != 0 : cJSON_IsTrue(node);
}

bool json_integer(const json *node, int64_t *out)
{
    double number = json_number(node);
    if (!json_is(node, JSON_NUMBER) || !(fabs(number) <= INTEGER_MAX) || number != trunc(number))
        return false;
    *out = (int64_t)number;
    return true;
}

double json_number(const json *node)
{
    const struct json_packed *packed = json_packed(node);
    if (packed != NULL)
        return json_packed_number(packed);
    return cJSON_IsNumber(node) ? node->valuedouble : 0;
}

size_t json_count(const json *node)
{
    size_t count = 0;
    for (const json *child = json_first(node); child != NULL; child = json_next(child))
        count++;
    return count;
}

const json *json_first(const json *node)
{
    const struct json_packed *packed = json_packed(node);
    if (packed != NULL)
        return json_packed_first(packed);
    return node == NULL ? NULL : node->child;
}

const json *json_next(const json *node)
{
    const struct json_packed *packed = json_packed(node);
    if (packed != NULL)
        return json_packed_next(packed);
    return node == NULL ? NULL : node->next;
}

json *json_edit_first(json *node)
{
    return node == NULL ? NULL : node->child;
}

json *json_edit_next(json *node)
{
    return node == NULL ? NULL : node->next;
}

const char *json_key(const json *node)
{
    const struct json_packed *packed = json_packed(node);
    if (packed != NULL)
        return json_packed_key(packed);
    return node == NULL ? NULL : node->string;
}

const char *json_get_text(const json *object, const char *key, const char *fallback)
{
    const char *text = json_text(json_get(object, key));
    return text == NULL ? fallback : text;
}

bool json_get_bool(const json *object, const char *key, bool fallback)
{
    const json *node = json_get(object, key);
    return json_is(node, JSON_BOOL) ? json_true(node) : fallback;
}

int64_t json_get_integer(const json *object, const char *key, int64_t fallback)
{
    int64_t value;
    return json_integer(json_get(object, key), &value) ? value : fallback;
}

/* --- pointers (RFC 6901) --- */

/* Compares a reference token, in which ~1 means '/' and ~0 means '~', with a name. */
static bool token_is(const char *token, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++, name++) {
        char c = token[i];
        if (c == '~') {
            if (++i == n || (token[i] != '0' && token[i] != '1'))
                return false;
            c = token[i] == '0' ? '~' : '/';
        }
        if (*name != c)
            return false;
    }
    return *name == '\0';
}

/* §4: "0", or digits without a leading zero. */
static const json *element(const json *array, const char *token, size_t n)
{
    size_t index = 0;
    if (n == 0 || n > 9 || (n > 1 && token[0] == '0'))
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (token[i] < '0' || token[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(token[i] - '0');
    }
    const json *node = json_first(array);
    while (node != NULL && index-- > 0)
        node = json_next(node);
    return node;
}

const json *json_pointer(const json *root, const char *pointer)
{
    const json *node = root;
    while (node != NULL && *pointer != '\0') {
        if (*pointer++ != '/')
            return NULL;
        size_t n = strcspn(pointer, "/");
        if (json_is(node, JSON_ARRAY)) {
            node = element(node, pointer, n);
        } else {
            node = json_is(node, JSON_OBJECT) ? json_first(node) : NULL;
            while (node != NULL && !token_is(pointer, n, json_key(node)))
                node = json_next(node);
        }
        pointer += n;
    }
    return node;
}

/* --- equality --- */

static bool equal_elements(const json *a, const json *b)
{
    for (a = json_first(a), b = json_first(b); a != NULL && b != NULL; a = json_next(a), b = json_next(b))
        if (!json_equal(a, b))
            return false;
    return a == NULL && b == NULL;
}

static bool equal_members(const json *a, const json *b)
{
    const json *same_place = json_first(b); /* most objects to compare have their members in the same order */
    for (const json *member = json_first(a); member != NULL; member = json_next(member)) {
        const json *other = same_place;
        if (other == NULL || strcmp(json_key(other), json_key(member)) != 0)
            other = json_get(b, json_key(member));
        if (other == NULL || !json_equal(member, other))
            return false;
        same_place = json_next(other);
    }
    return json_count(a) == json_count(b);
}

bool json_equal(const json *a, const json *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (json_type(a) != json_type(b))
        return false;
    switch (json_type(a)) {
    case JSON_OBJECT:
        return equal_members(a, b);
    case JSON_ARRAY:
        return equal_elements(a, b);
    case JSON_STRING:
        return strcmp(json_text(a), json_text(b)) == 0;
    case JSON_NUMBER:
        return json_number(a) == json_number(b);
    case JSON_BOOL:
        return json_true(a) == json_true(b);
    case JSON_NULL:
        break;
    }
    return true;
}

/* --- changing --- */

void json_replace_node(json *parent, json *node, json *owned)
{
    if (node->string != NULL)
        set_name(owned, node->string);
    cJSON_ReplaceItemViaPointer(parent, node, owned);
}

void json_put(json *object, const char *key, json *owned)
{
    json *old = json_edit(object, key);
    if (old != NULL)
        json_replace_node(object, old, owned);
    else if (!cJSON_IsObject(object) || !cJSON_AddItemToObject(object, key, owned))
        delete_tree(owned);
}

void json_push(json *array, json *owned)
{
    if (!cJSON_IsArray(array) || !cJSON_AddItemToArray(array, owned))
        delete_tree(owned);
}

void json_remove_node(json *parent, json *node)
{
    delete_tree(cJSON_DetachItemViaPointer(parent, node));
}

void json_remove(json *object, const char *key)
{
    json *node = json_edit(object, key);
    if (node != NULL)
        json_remove_node(object, node);
}

void json_rename(json *node, const char *key)
{
    set_name(node, key);
}

void json_set_text(json *object, const char *key, const char *value)
{
    if (value == NULL)
        json_remove(object, key);
    else
        json_put(object, key, json_new_text(NULL, value));
}

void json_set_bool(json *object, const char *key, bool value)
{
    json_put(object, key, json_new_bool(NULL, value));
}

void json_set_integer(json *object, const char *key, int64_t value)
{
    json_set_number(object, key, (double)value);
}

void json_set_number(json *object, const char *key, double value)
{
    json_put(object, key, adopt(NULL, cJSON_CreateNumber(value)));
}

void json_set_null(json *object, const char *key)
{
    json_put(object, key, json_new_null(NULL));
}

void json_set_copy(json *object, const char *key, const json *value)
{
    if (value == NULL)
        json_remove(object, key);
    else
        json_put(object, key, json_copy(NULL, value));
}

/* The key may be that of the member which is replaced, so it is not looked at again. */
static json *put_new(json *object, const char *key, json *owned)
{
    json_put(object, key, owned);
    return cJSON_IsObject(object) ? owned : NULL;
}

json *json_set_object(json *object, const char *key)
{
    return put_new(object, key, json_object(NULL));
}

json *json_add(json *object, const char *key, json *owned)
{
    if (!cJSON_IsObject(object) || !cJSON_AddItemToObject(object, key, owned)) {
        delete_tree(owned);
        return NULL;
    }
    return owned;
}

json *json_add_object(json *object, const char *key)
{
    return json_add(object, key, json_object(NULL));
}

json *json_set_array(json *object, const char *key)
{
    return put_new(object, key, json_array(NULL));
}

void json_push_text(json *array, const char *value)
{
    json_push(array, json_new_text(NULL, value));
}

void json_push_integer(json *array, int64_t value)
{
    json_push(array, adopt(NULL, cJSON_CreateNumber((double)value)));
}

void json_push_copy(json *array, const json *value)
{
    json_push(array, json_copy(NULL, value));
}

/* The newest element: cJSON keeps the last child as the first one's predecessor. */
static json *last(json *array)
{
    return cJSON_IsArray(array) && array->child != NULL ? array->child->prev : NULL;
}

json *json_push_object(json *array)
{
    json_push(array, json_object(NULL));
    return last(array);
}

json *json_push_array(json *array)
{
    json_push(array, json_array(NULL));
    return last(array);
}
