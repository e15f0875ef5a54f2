#include "common/base.h"

#include "reference-server/scim/schema_file.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/scim/path.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim/schema_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Where a document of the set comes from. */
struct source {
    const json *node;
    const struct json_document *file;
    bool core, extension; /* schemas: what a resource type uses it as */
};

struct set {
    struct schema_reader reader;
    const struct scim_registry *built_in;
    struct source schemas[SCHEMA_FILE_MAX_SCHEMAS], types[SCHEMA_FILE_MAX_TYPES];
    size_t schema_count, type_count;
    json *schemas_out, *types_out; /* as scim_schema_load takes them */
};

/* --- reading members --- */

bool schema_reader_refuse(const struct schema_reader *r, const json *node, const char *remedy, const char *format, ...)
{
    char message[sizeof r->err->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return error_set(r->err, ERROR_INVALID, json_where(r->arena, r->file, node), remedy, "%s", message);
}

bool schema_reader_members(const struct schema_reader *r, const json *object, const char *const *names, size_t count)
{
    if (!json_is(object, JSON_OBJECT))
        return schema_reader_refuse(r, object, "write an object: {…}", "this must be an object");
    for (const json *n = json_first(object); n != NULL; n = json_next(n)) {
        bool known = false;
        for (size_t i = 0; i < count; i++)
            known = known || text_equal(json_key(n), names[i]);
        const char *near = known ? NULL : text_nearest(json_key(n), names, count);
        if (!known)
            return schema_reader_refuse(r, n, near != NULL ? arena_printf(r->arena, "did you mean %s?", near) : "leave it out",
                                        "there is no member %.*s here", SCHEMA_FILE_MAX_NAME, json_key(n));
    }
    return true;
}

bool schema_reader_text(const struct schema_reader *r, const json *object, const char *key, size_t max, const char **out)
{
    const json *node = json_get(object, key);
    if (node == NULL)
        return true;
    if (json_text(node) == NULL || strlen(json_text(node)) > max)
        return schema_reader_refuse(r, node, "write a text", "%s must be a text of at most %zu bytes", key, max);
    *out = json_text(node);
    return true;
}

bool schema_reader_bool(const struct schema_reader *r, const json *object, const char *key, bool *out)
{
    const json *node = json_get(object, key);
    if (node != NULL && !json_is(node, JSON_BOOL))
        return schema_reader_refuse(r, node, "write true or false, without quotes", "%s must be true or false", key);
    *out = node == NULL ? *out : json_true(node);
    return true;
}

bool schema_reader_array(const struct schema_reader *r, const json *object, const char *key, const json **out)
{
    *out = json_get(object, key);
    return *out == NULL || json_is(*out, JSON_ARRAY) ||
           schema_reader_refuse(r, *out, "write a list: […]", "%s must be a list", key);
}

/* --- schemas --- */

static bool is_urn(const char *id)
{
    size_t n = text_starts_nocase(id, "urn:") ? strcspn(id + 4, ":") : 0;
    return n >= 2 && n <= 32 && id[4] != '-' && id[4 + n] == ':' && scim_path_is_name(id, strlen(id));
}

static struct source *find_schema(struct set *set, const char *id)
{
    for (size_t i = 0; i < set->schema_count; i++)
        if (text_equal_nocase(json_get_text(set->schemas[i].node, "id", ""), id))
            return &set->schemas[i];
    return NULL;
}

/* Whether `longer` could be read as an attribute of the schema `id`. */
static bool goes_on(const char *id, const char *longer)
{
    return text_starts_nocase(longer, id) && longer[strlen(id)] == ':';
}

static bool check_id(struct set *set, const json *node, const char *id)
{
    const struct schema_reader *r = &set->reader;
    const json *place = json_get(node, "id");
    if (id == NULL)
        return schema_reader_refuse(r, node, "write \"id\": \"urn:…\"", "a schema has no id");
    if (!is_urn(id) || text_starts_nocase(id, "urn:ietf:params:scim:api:"))
        return schema_reader_refuse(r, place, "such as urn:example:params:scim:schemas:Device; letters, digits, - _ $ . and :",
                                    "the id of a schema must be a URN of its own");
    if (scim_schema_find(set->built_in, id) != NULL)
        return schema_reader_refuse(r, place, "take another id", "the schema %s is built in", id);
    if (find_schema(set, id) != NULL)
        return schema_reader_refuse(r, place, "leave one of them out", "there are two schemas %s", id);
    for (size_t i = 0; i < set->built_in->schema_count + set->schema_count; i++) {
        const char *other = i < set->built_in->schema_count
                                ? set->built_in->schemas[i].id
                                : json_get_text(set->schemas[i - set->built_in->schema_count].node, "id", "");
        if (goes_on(other, id) || goes_on(id, other))
            return schema_reader_refuse(r, place, "change one of the ids",
                                        "%s cannot be told from an attribute: one of it and %s begins with the other", id, other);
    }
    return true;
}

static bool read_schema(struct set *set, const json *node)
{
    static const char *const members[] = {"id", "name", "description", "attributes", "schemas", "meta"};
    struct schema_reader *r = &set->reader;
    const char *id = NULL, *name = NULL, *description = "";
    const json *attributes;
    if (!schema_reader_members(r, node, members, ARRAY_LEN(members)) ||
        !schema_reader_text(r, node, "id", SCHEMA_FILE_MAX_URN, &id) || !check_id(set, node, id) ||
        !schema_reader_text(r, node, "name", SCHEMA_FILE_MAX_TEXT, &name) ||
        !schema_reader_text(r, node, "description", SCHEMA_FILE_MAX_TEXT, &description) ||
        !schema_reader_array(r, node, "attributes", &attributes))
        return false;
    if (json_count(attributes) == 0)
        return schema_reader_refuse(r, attributes != NULL ? attributes : node, "list them in attributes", "%s has no attributes",
                                    id);
    if (set->schema_count == SCHEMA_FILE_MAX_SCHEMAS)
        return schema_reader_refuse(r, node, "leave some out", "there are more than %d schemas", SCHEMA_FILE_MAX_SCHEMAS);
    set->schemas[set->schema_count++] = (struct source){.node = node, .file = r->file};
    json *out = json_push_object(set->schemas_out);
    json_push_text(json_set_array(out, "schemas"), SCIM_URN_SCHEMA);
    json_set_text(out, "id", id);
    json_set_text(out, "name", text_is_blank(name) ? strrchr(id, ':') + 1 : name);
    json_set_text(out, "description", description);
    return schema_reader_attributes(r, attributes, json_set_array(out, "attributes"));
}

/* --- resource types --- */

/* Paths of the server's own, and names of what is there. */
static const char *const reserved[] = {"Users", "Groups", "Me", "Bulk", "Schemas", "ResourceTypes", "ServiceProviderConfig"};
static const char *const reserved_names[] = {"Me", "Bulk", "Schema", "ResourceType", "ServiceProviderConfig"};

static bool is_among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_nocase(word, words[i]))
            return true;
    return false;
}

static bool is_word(const char *text)
{
    return scim_schema_is_name(text) && strchr(text, '$') == NULL;
}

static bool check_name(const struct set *set, const json *node, const char *name)
{
    const struct schema_reader *r = &set->reader;
    if (name == NULL)
        return schema_reader_refuse(r, node, "write \"name\": \"Device\"", "a resource type has no name");
    if (!is_word(name))
        return schema_reader_refuse(r, json_get(node, "name"), "a letter, then letters, digits, - and _",
                                    "%s is not the name of a resource type", name);
    const struct scim_resource_type *type = scim_schema_type(set->built_in, name);
    if (is_among(name, reserved_names, ARRAY_LEN(reserved_names)) || (type != NULL && !text_equal(type->name, name)))
        return schema_reader_refuse(r, json_get(node, "name"), "take another name", "the name %s is taken", name);
    for (size_t i = 0; i < set->type_count; i++)
        if (type == NULL && text_equal_nocase(json_get_text(set->types[i].node, "name", ""), name))
            return schema_reader_refuse(r, json_get(node, "name"), "take another name", "there are two resource types %s", name);
    const json *id = json_get(node, "id");
    return id == NULL || text_equal(json_text(id), name) ||
           schema_reader_refuse(r, id, "leave id out", "the id of a resource type is its name, %s", name);
}

static const char *bare(const char *endpoint)
{
    return endpoint[0] == '/' ? endpoint + 1 : endpoint;
}

static bool check_endpoint(const struct set *set, const json *node, const char *endpoint)
{
    const struct schema_reader *r = &set->reader;
    const json *place = json_get(node, "endpoint");
    if (endpoint == NULL)
        return schema_reader_refuse(r, node, "write \"endpoint\": \"/Devices\"", "the resource type has no endpoint");
    if (!is_word(bare(endpoint)))
        return schema_reader_refuse(r, place, "such as /Devices: a letter, then letters, digits, - and _",
                                    "%s is not an endpoint", endpoint);
    if (is_among(bare(endpoint), reserved, ARRAY_LEN(reserved)))
        return schema_reader_refuse(r, place, "take another path", "the endpoint %s is the server's own", endpoint);
    for (size_t i = 0; i < set->type_count; i++)
        if (text_equal_nocase(bare(json_get_text(set->types[i].node, "endpoint", "")), bare(endpoint)))
            return schema_reader_refuse(r, place, "take another path", "there are two resource types at %s", endpoint);
    return true;
}

/* The schema of these files that is named at the place. */
static bool find_named(struct set *set, const json *place, const char *id, struct source **out)
{
    const struct schema_reader *r = &set->reader;
    *out = find_schema(set, id);
    if (*out != NULL)
        return true;
    if (scim_schema_find(set->built_in, id) != NULL)
        return schema_reader_refuse(r, place, "take a schema of your own", "the schema %s is built in and is used already", id);
    const char *ids[SCHEMA_FILE_MAX_SCHEMAS];
    for (size_t i = 0; i < set->schema_count; i++)
        ids[i] = json_get_text(set->schemas[i].node, "id", "");
    const char *near = text_nearest(id, ids, set->schema_count);
    return schema_reader_refuse(r, place, near != NULL ? arena_printf(r->arena, "did you mean %s?", near) : "write it in schemas",
                                "there is no schema %s", id);
}

/* *id: as the schema itself spells it. */
static bool read_core(struct set *set, const json *node, const char **id)
{
    const struct schema_reader *r = &set->reader;
    struct source *schema;
    if (*id == NULL)
        return schema_reader_refuse(r, node, "write \"schema\": \"urn:…\"", "the resource type has no schema");
    if (!find_named(set, json_get(node, "schema"), *id, &schema))
        return false;
    if (schema->core || schema->extension)
        return schema_reader_refuse(r, json_get(node, "schema"), "give each resource type a schema of its own",
                                    "the schema %s is used by another resource type", *id);
    schema->core = true;
    *id = json_get_text(schema->node, "id", *id);
    return true;
}

/* What a built-in type says about itself has to be so. */
static bool check_built_in(const struct set *set, const json *node, const struct scim_resource_type *type, const char *endpoint,
                           const char *schema)
{
    const struct schema_reader *r = &set->reader;
    if (endpoint != NULL && !text_equal(bare(endpoint), bare(type->endpoint)))
        return schema_reader_refuse(r, json_get(node, "endpoint"), "leave endpoint out", "%s is at %s", type->name,
                                    type->endpoint);
    if (schema != NULL && !text_equal_nocase(schema, type->schema->id))
        return schema_reader_refuse(r, json_get(node, "schema"), "leave schema out, and name yours in schemaExtensions",
                                    "the schema of %s is %s", type->name, type->schema->id);
    return true;
}

static bool read_extension(struct set *set, const json *node, json *out)
{
    static const char *const members[] = {"schema", "required"};
    const struct schema_reader *r = &set->reader;
    const char *id = NULL;
    bool required = false;
    struct source *schema;
    if (!schema_reader_members(r, node, members, ARRAY_LEN(members)) ||
        !schema_reader_text(r, node, "schema", SCHEMA_FILE_MAX_URN, &id) || !schema_reader_bool(r, node, "required", &required))
        return false;
    if (id == NULL || json_get(node, "required") == NULL)
        return schema_reader_refuse(r, node, "write \"schema\": \"urn:…\", \"required\": false",
                                    "an extension needs schema and required (RFC 7643 section 6)");
    if (!find_named(set, json_get(node, "schema"), id, &schema))
        return false;
    if (schema->core)
        return schema_reader_refuse(r, json_get(node, "schema"), "take another one",
                                    "the schema %s is what a resource type consists of, so it extends none", id);
    for (const json *n = json_first(out); n != NULL; n = json_next(n))
        if (text_equal_nocase(json_get_text(n, "schema", ""), id))
            return schema_reader_refuse(r, json_get(node, "schema"), "leave one of them out", "the extension %s is named twice",
                                        id);
    schema->extension = true;
    json *extension = json_push_object(out);
    json_set_text(extension, "schema", json_get_text(schema->node, "id", ""));
    json_set_bool(extension, "required", required);
    return true;
}

static json *type_out(struct set *set, const char *name)
{
    for (json *n = json_edit_first(set->types_out); n != NULL; n = json_edit_next(n))
        if (text_equal(json_get_text(n, "name", ""), name))
            return n;
    json *out = json_push_object(set->types_out);
    json_push_text(json_set_array(out, "schemas"), SCIM_URN_RESOURCE_TYPE);
    json_set_text(out, "id", name);
    json_set_text(out, "name", name);
    return out;
}

static bool read_type(struct set *set, const json *node)
{
    static const char *const members[] = {"id",      "name", "description", "endpoint", "schema", "schemaExtensions",
                                          "schemas", "meta"};
    struct schema_reader *r = &set->reader;
    const char *name = NULL, *endpoint = NULL, *schema = NULL, *description = "";
    const json *list;
    if (!schema_reader_members(r, node, members, ARRAY_LEN(members)) ||
        !schema_reader_text(r, node, "name", SCHEMA_FILE_MAX_NAME, &name) || !check_name(set, node, name) ||
        !schema_reader_text(r, node, "endpoint", SCHEMA_FILE_MAX_NAME, &endpoint) ||
        !schema_reader_text(r, node, "schema", SCHEMA_FILE_MAX_URN, &schema) ||
        !schema_reader_text(r, node, "description", SCHEMA_FILE_MAX_TEXT, &description) ||
        !schema_reader_array(r, node, "schemaExtensions", &list))
        return false;
    const struct scim_resource_type *built_in = scim_schema_type(set->built_in, name);
    if (built_in != NULL ? !check_built_in(set, node, built_in, endpoint, schema)
                         : !check_endpoint(set, node, endpoint) || !read_core(set, node, &schema))
        return false;
    if (set->type_count == SCHEMA_FILE_MAX_TYPES)
        return schema_reader_refuse(r, node, "leave some out", "there are more than %d resource types", SCHEMA_FILE_MAX_TYPES);
    set->types[set->type_count++] = (struct source){.node = node, .file = r->file};
    json *out = type_out(set, name);
    if (built_in == NULL) {
        json_set_text(out, "endpoint", arena_printf(r->arena, "/%s", bare(endpoint)));
        json_set_text(out, "description", description);
        json_set_text(out, "schema", schema);
    }
    json *extensions = json_edit(out, "schemaExtensions");
    extensions = extensions != NULL ? extensions : json_set_array(out, "schemaExtensions");
    for (const json *n = json_first(list); n != NULL; n = json_next(n))
        if (!read_extension(set, n, extensions))
            return false;
    return true;
}

/* --- the set --- */

static bool read_member(struct set *set, const struct json_document *file, const char *key,
                        bool (*read)(struct set *set, const json *node))
{
    static const char *const members[] = {"schemas", "resourceTypes", "$schema"}; /* the last is for editors */
    const json *list;
    set->reader.file = file;
    if (!schema_reader_members(&set->reader, file->root, members, ARRAY_LEN(members)) ||
        !schema_reader_array(&set->reader, file->root, key, &list))
        return false;
    for (const json *n = json_first(list); n != NULL; n = json_next(n))
        if (!read(set, n))
            return false;
    return true;
}

static bool knows_target(const struct set *set, const char *name)
{
    const struct scim_resource_type *type = scim_schema_type(set->built_in, name);
    if (text_equal(name, "external") || text_equal(name, "uri") || (type != NULL && text_equal(type->name, name)))
        return true;
    for (size_t i = 0; i < set->type_count; i++)
        if (text_equal(json_get_text(set->types[i].node, "name", ""), name))
            return true;
    return false;
}

/* What references point at can be checked once all types are known. Attributes nest two levels. */
static bool check_targets(struct set *set, const json *attributes)
{
    for (const json *a = json_first(attributes); a != NULL; a = json_next(a)) {
        for (const json *n = json_first(json_get(a, "referenceTypes")); n != NULL; n = json_next(n))
            if (!knows_target(set, json_text(n)))
                return schema_reader_refuse(&set->reader, n, "name a resource type, external or uri",
                                            "there is no resource type %.*s", SCHEMA_FILE_MAX_NAME, json_text(n));
        if (!check_targets(set, json_get(a, "subAttributes")))
            return false;
    }
    return true;
}

static bool check_schemas(struct set *set)
{
    for (size_t i = 0; i < set->schema_count; i++) {
        const struct source *schema = &set->schemas[i];
        set->reader.file = schema->file;
        if (!schema->core && !schema->extension)
            return schema_reader_refuse(&set->reader, schema->node, "name it in schema or schemaExtensions of a resource type",
                                        "no resource type uses %s", json_get_text(schema->node, "id", ""));
        if (!check_targets(set, json_get(schema->node, "attributes")))
            return false;
    }
    return true;
}

bool schema_file_load(struct arena *arena, const struct json_document *files, size_t count, const struct scim_registry **out,
                      struct error *err)
{
    const struct scim_registry *built_in;
    if (!scim_schema_load(arena, NULL, &built_in, err))
        return false;
    if (count == 0) {
        *out = built_in;
        return true;
    }
    struct set *set = arena_alloc(arena, sizeof *set);
    json *additions = json_object(arena);
    set->reader = (struct schema_reader){.arena = arena, .err = err};
    set->built_in = built_in;
    set->schemas_out = json_set_array(additions, "schemas");
    set->types_out = json_set_array(additions, "resourceTypes");
    for (size_t i = 0; i < count; i++)
        if (!read_member(set, &files[i], "schemas", read_schema))
            return false;
    for (size_t i = 0; i < count; i++)
        if (!read_member(set, &files[i], "resourceTypes", read_type))
            return false;
    return check_schemas(set) && scim_schema_load(arena, additions, out, err);
}
