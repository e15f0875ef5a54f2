#include "common/base.h"
#include "reference-server/scim/schema.h"

#include "common/embedded.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

#define FOLDER "reference-server/schemas/"

/* In the order of /Schemas: what describes people and groups first. Additions stand before the discovery schemas. */
static const char *const resource_schema_files[] = {FOLDER "user.json", FOLDER "enterprise-user.json", FOLDER "group.json"};
static const char *const discovery_schema_files[] = {FOLDER "service-provider-config.json", FOLDER "resource-type.json",
                                                     FOLDER "schema.json"};

static const char *const type_names[] = {"string", "boolean", "decimal", "integer", "dateTime", "reference", "binary", "complex"};
static const char *const mutability_names[] = {"readWrite", "readOnly", "immutable", "writeOnly"};
static const char *const returned_names[] = {"default", "always", "never", "request"};
static const char *const uniqueness_names[] = {"none", "server", "global"};

/* --- common attributes (RFC 7643 §3.1) --- */

#define READ_ONLY_TEXT(label, kind, exact)                                                                                       \
    {                                                                                                                            \
        .name = (label), .type = (kind), .case_exact = (exact), .mutability = SCIM_READ_ONLY                                     \
    }

static const struct scim_attribute meta_subs[] = {
    READ_ONLY_TEXT("resourceType", SCIM_STRING, true), READ_ONLY_TEXT("created", SCIM_DATETIME, false),
    READ_ONLY_TEXT("lastModified", SCIM_DATETIME, false), READ_ONLY_TEXT("location", SCIM_REFERENCE, true),
    READ_ONLY_TEXT("version", SCIM_STRING, true)};

static const struct scim_attribute common_attributes[] = {
    {.name = "schemas", .type = SCIM_REFERENCE, .multi_valued = true, .required = true, .returned = SCIM_RETURNED_ALWAYS},
    {.name = "id",
     .type = SCIM_STRING,
     .case_exact = true,
     .mutability = SCIM_READ_ONLY,
     .returned = SCIM_RETURNED_ALWAYS,
     .uniqueness = SCIM_UNIQUE_SERVER},
    {.name = "externalId", .type = SCIM_STRING, .case_exact = true},
    {.name = "meta", .type = SCIM_COMPLEX, .mutability = SCIM_READ_ONLY, .subs = meta_subs, .sub_count = ARRAY_LEN(meta_subs)},
};

/* --- reading a schema document --- */

struct loader {
    struct arena *arena;
    const char *where; /* id of the schema being read */
    size_t attributes; /* read so far, for the cap */
    bool custom;       /* what is being read comes from a schema file */
    struct error *err;
};

static bool refuse(struct loader *l, const char *what, const char *name)
{
    return error_set(l->err, ERROR_INVALID, l->where, "see RFC 7643 section 7 for the form of a schema", "%s: %s", name, what);
}

/* The index of a member's text among names; fallback when the member is absent. */
static bool read_choice(struct loader *l, const json *object, const char *key, const char *const *names, size_t count,
                        unsigned *out)
{
    const json *node = json_get(object, key);
    if (node == NULL)
        return true;
    const char *text = json_text(node);
    for (size_t i = 0; text != NULL && i < count; i++)
        if (text_equal_nocase(text, names[i])) {
            *out = (unsigned)i;
            return true;
        }
    return refuse(l, "a member has a value that SCIM does not know", key);
}

static const char *const *read_texts(struct loader *l, const json *array, size_t *count)
{
    const char **texts = arena_array(l->arena, json_count(array) + 1, sizeof *texts);
    *count = 0;
    for (const json *n = json_first(array); n != NULL; n = json_next(n))
        if (json_text(n) != NULL)
            texts[(*count)++] = json_text(n);
    return texts;
}

static bool read_characteristics(struct loader *l, const json *node, struct scim_attribute *a)
{
    unsigned type = SCIM_STRING, mutability = SCIM_READ_WRITE, returned = SCIM_RETURNED_DEFAULT, uniqueness = SCIM_UNIQUE_NONE;
    if (!read_choice(l, node, "type", type_names, ARRAY_LEN(type_names), &type) ||
        !read_choice(l, node, "mutability", mutability_names, ARRAY_LEN(mutability_names), &mutability) ||
        !read_choice(l, node, "returned", returned_names, ARRAY_LEN(returned_names), &returned) ||
        !read_choice(l, node, "uniqueness", uniqueness_names, ARRAY_LEN(uniqueness_names), &uniqueness))
        return false;
    a->type = (enum scim_type)type;
    a->mutability = (enum scim_mutability)mutability;
    a->returned = (enum scim_returned)returned;
    a->uniqueness = (enum scim_uniqueness)uniqueness;
    a->multi_valued = json_get_bool(node, "multiValued", false);
    a->required = json_get_bool(node, "required", false);
    a->case_exact = type == SCIM_REFERENCE || type == SCIM_BINARY || json_get_bool(node, "caseExact", false);
    a->canonical_values = read_texts(l, json_get(node, "canonicalValues"), &a->canonical_count);
    a->reference_types = read_texts(l, json_get(node, "referenceTypes"), &a->reference_count);
    return true;
}

static const struct scim_attribute *find_attribute(const struct scim_attribute *attributes, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_nocase(attributes[i].name, name))
            return &attributes[i];
    return NULL;
}

bool scim_schema_is_name(const char *name)
{
    if (name == NULL || *name == '\0')
        return false;
    for (const char *p = text_equal(name, "$ref") ? name + 1 : name; *p != '\0'; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
        bool later = (*p >= '0' && *p <= '9') || *p == '-' || *p == '_' || *p == '$';
        if (!letter && !(p > name && later))
            return false;
    }
    return true;
}

/* Schemas nest two levels, no more: sub-attributes are never complex in what a client can name; the Schema schema's own third level is
 * only ever shown. */
static bool read_attributes(struct loader *l, const json *array, int depth, const struct scim_attribute **out, size_t *count)
{
    if (array != NULL && !json_is(array, JSON_ARRAY))
        return refuse(l, "must be an array of attributes", "attributes");
    struct scim_attribute *list = arena_array(l->arena, json_count(array) + 1, sizeof *list);
    size_t n = 0;
    for (const json *node = json_first(array); node != NULL; node = json_next(node)) {
        struct scim_attribute *a = &list[n];
        a->name = json_get_text(node, "name", NULL);
        a->custom = l->custom;
        if (++l->attributes > SCIM_SCHEMA_MAX_ATTRIBUTES)
            return refuse(l, "too many attributes", "attributes");
        if (!scim_schema_is_name(a->name) || find_attribute(list, n, a->name) != NULL)
            return refuse(l, "not a name, or twice in one place", a->name != NULL ? a->name : "name");
        if (!read_characteristics(l, node, a))
            return false;
        if (a->type == SCIM_COMPLEX && depth < 2 &&
            !read_attributes(l, json_get(node, "subAttributes"), depth + 1, &a->subs, &a->sub_count))
            return false;
        n++;
    }
    *out = list;
    *count = n;
    return true;
}

static bool read_schema(struct loader *l, const json *document, struct scim_schema *out)
{
    out->id = json_get_text(document, "id", NULL);
    l->where = out->id != NULL ? out->id : "schema";
    l->attributes = 0;
    if (out->id == NULL || !text_starts_nocase(out->id, "urn:"))
        return refuse(l, "must be a URN", "id");
    out->name = json_get_text(document, "name", out->id);
    out->document = document;
    return read_attributes(l, json_get(document, "attributes"), 0, &out->attributes, &out->count);
}

static bool read_file(struct loader *l, const char *name, const json **out)
{
    const struct embedded_file *file = embedded_find(name);
    if (file == NULL)
        return error_set(l->err, ERROR_INTERNAL, name, "build the executable anew", "the executable does not carry this file");
    *out = json_parse(l->arena, file->data, name, l->err);
    return *out != NULL;
}

/* --- the registry --- */

static bool add_schema(struct loader *l, struct scim_registry *registry, struct scim_schema *schemas, const json *document)
{
    if (!read_schema(l, document, &schemas[registry->schema_count]))
        return false;
    if (scim_schema_find(registry, schemas[registry->schema_count].id) != NULL)
        return refuse(l, "there is a schema of this id already", "id");
    registry->schema_count++;
    return true;
}

static bool add_files(struct loader *l, struct scim_registry *registry, struct scim_schema *schemas, const char *const *files,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const json *document = NULL;
        if (!read_file(l, files[i], &document) || !add_schema(l, registry, schemas, document))
            return false;
    }
    return true;
}

static bool load_schemas(struct loader *l, const json *additions, struct scim_registry *registry)
{
    size_t most = ARRAY_LEN(resource_schema_files) + ARRAY_LEN(discovery_schema_files) + json_count(additions);
    struct scim_schema *schemas = arena_array(l->arena, most, sizeof *schemas);
    registry->schemas = schemas;
    if (!add_files(l, registry, schemas, resource_schema_files, ARRAY_LEN(resource_schema_files)))
        return false;
    l->custom = true;
    for (const json *n = json_first(additions); n != NULL; n = json_next(n)) {
        schemas[registry->schema_count].custom = true;
        if (!add_schema(l, registry, schemas, n))
            return false;
    }
    l->custom = false;
    return add_files(l, registry, schemas, discovery_schema_files, ARRAY_LEN(discovery_schema_files));
}

/* A built-in type's document with the extensions that additions name for it. */
static json *type_document(struct loader *l, const json *written, const json *additions)
{
    json *document = json_copy(l->arena, written);
    for (const json *n = json_first(additions); n != NULL; n = json_next(n)) {
        if (!text_equal_nocase(json_get_text(n, "name", ""), json_get_text(written, "name", "")))
            continue;
        json *list = json_edit(document, "schemaExtensions");
        if (list == NULL)
            list = json_set_array(document, "schemaExtensions");
        for (const json *e = json_first(json_get(n, "schemaExtensions")); e != NULL; e = json_next(e))
            json_push_copy(list, e);
    }
    return document;
}

static bool has_on_request(const struct scim_attribute *attributes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (attributes[i].returned == SCIM_RETURNED_REQUEST || has_on_request(attributes[i].subs, attributes[i].sub_count))
            return true;
    return false;
}

static bool read_type(struct loader *l, const struct scim_registry *registry, const json *document,
                      struct scim_resource_type *out)
{
    const json *list = json_get(document, "schemaExtensions");
    struct scim_extension *extensions = arena_array(l->arena, json_count(list) + 1, sizeof *extensions);
    out->document = document;
    out->name = json_get_text(document, "name", "");
    out->endpoint = json_get_text(document, "endpoint", "");
    out->schema = scim_schema_find(registry, json_get_text(document, "schema", ""));
    out->extensions = extensions;
    if (out->schema == NULL || out->endpoint[0] != '/')
        return refuse(l, "has no endpoint, or names a schema that there is not", out->name);
    out->on_request = has_on_request(out->schema->attributes, out->schema->count);
    for (const json *n = json_first(list); n != NULL; n = json_next(n)) {
        const struct scim_schema *schema = scim_schema_find(registry, json_get_text(n, "schema", ""));
        if (schema == NULL)
            return refuse(l, "names a schema that there is not", out->name);
        extensions[out->extension_count++] = (struct scim_extension){schema, json_get_bool(n, "required", false)};
        out->on_request = out->on_request || has_on_request(schema->attributes, schema->count);
    }
    return true;
}

static bool load_types(struct loader *l, const json *additions, struct scim_registry *registry)
{
    const json *written = NULL;
    l->where = FOLDER "resource-types.json";
    if (!read_file(l, l->where, &written))
        return false;
    struct scim_resource_type *types = arena_array(l->arena, json_count(written) + json_count(additions) + 1, sizeof *types);
    registry->types = types;
    for (const json *n = json_first(written); n != NULL; n = json_next(n)) {
        if (!read_type(l, registry, type_document(l, n, additions), &types[registry->type_count]))
            return false;
        registry->type_count++;
    }
    for (const json *n = json_first(additions); n != NULL; n = json_next(n)) {
        if (scim_schema_type(registry, json_get_text(n, "name", "")) != NULL)
            continue;
        types[registry->type_count].custom = true;
        if (!read_type(l, registry, n, &types[registry->type_count]))
            return false;
        registry->type_count++;
    }
    return true;
}

bool scim_schema_load(struct arena *arena, const json *additions, const struct scim_registry **out, struct error *err)
{
    struct scim_registry *registry = arena_alloc(arena, sizeof *registry);
    struct loader l = {.arena = arena, .where = "schemas", .err = err};
    if (additions != NULL && !json_is(additions, JSON_OBJECT))
        return refuse(&l, "must be an object with schemas and resourceTypes", "additions");
    json *kept = json_copy(arena, additions);
    if (!load_schemas(&l, json_get(kept, "schemas"), registry) || !load_types(&l, json_get(kept, "resourceTypes"), registry))
        return false;
    registry->additions = kept;
    *out = registry;
    return true;
}

bool scim_schema_load_more(struct arena *arena, const struct scim_registry *base, const json *additions,
                           const struct scim_registry **out, struct error *err)
{
    static const char *const lists[] = {"schemas", "resourceTypes"};
    json *all = json_object(arena);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        json *list = json_set_array(all, lists[i]);
        for (const json *n = json_first(json_get(base->additions, lists[i])); n != NULL; n = json_next(n))
            json_push_copy(list, n);
        for (const json *n = json_first(json_get(additions, lists[i])); n != NULL; n = json_next(n))
            json_push_copy(list, n);
    }
    return scim_schema_load(arena, all, out, err);
}

/* --- looking up --- */

const struct scim_schema *scim_schema_find(const struct scim_registry *registry, const char *id)
{
    for (size_t i = 0; i < registry->schema_count; i++)
        if (text_equal_nocase(registry->schemas[i].id, id))
            return &registry->schemas[i];
    return NULL;
}

const struct scim_resource_type *scim_schema_type(const struct scim_registry *registry, const char *name)
{
    for (size_t i = 0; i < registry->type_count; i++)
        if (text_equal_nocase(registry->types[i].name, name))
            return &registry->types[i];
    return NULL;
}

const struct scim_resource_type *scim_schema_type_at(const struct scim_registry *registry, const char *endpoint)
{
    const char *wanted = *endpoint == '/' ? endpoint + 1 : endpoint;
    for (size_t i = 0; i < registry->type_count; i++)
        if (text_equal(registry->types[i].endpoint + 1, wanted))
            return &registry->types[i];
    return NULL;
}

const struct scim_attribute *scim_schema_attribute(const struct scim_schema *schema, const char *name)
{
    return find_attribute(schema->attributes, schema->count, name);
}

const struct scim_attribute *scim_schema_sub(const struct scim_attribute *attribute, const char *name)
{
    return attribute == NULL ? NULL : find_attribute(attribute->subs, attribute->sub_count, name);
}

const struct scim_attribute *scim_schema_common(const char *name)
{
    return find_attribute(common_attributes, ARRAY_LEN(common_attributes), name);
}

const struct scim_extension *scim_schema_extension(const struct scim_resource_type *type, const char *id)
{
    for (size_t i = 0; i < type->extension_count; i++)
        if (text_equal_nocase(type->extensions[i].schema->id, id))
            return &type->extensions[i];
    return NULL;
}

/* --- resolving names --- */

/* How much of name the schema's id takes: its length when name is the id or goes on with a colon, else 0. */
static size_t id_length(const struct scim_schema *schema, const char *name)
{
    size_t n = strlen(schema->id);
    return text_starts_nocase(name, schema->id) && (name[n] == ':' || name[n] == '\0') ? n : 0;
}

/* "attr" or "attr.sub" within one schema. */
static bool resolve_within(const struct scim_schema *schema, bool core, const char *name, struct scim_place *out)
{
    char head[256];
    const char *dot = strchr(name, '.');
    size_t n = dot != NULL ? (size_t)(dot - name) : strlen(name);
    if (n == 0 || n >= sizeof head)
        return false;
    memcpy(head, name, n);
    head[n] = '\0';
    const struct scim_attribute *attribute = core ? scim_schema_common(head) : NULL;
    if (attribute == NULL)
        attribute = scim_schema_attribute(schema, head);
    const struct scim_attribute *sub = dot != NULL ? scim_schema_sub(attribute, dot + 1) : NULL;
    if (attribute == NULL || (dot != NULL && sub == NULL))
        return false;
    *out = (struct scim_place){core ? NULL : schema, attribute, sub};
    return true;
}

bool scim_schema_resolve(const struct scim_resource_type *type, const char *name, struct scim_place *out)
{
    const struct scim_schema *best = NULL;
    size_t length = id_length(type->schema, name);
    bool core = true;
    for (size_t i = 0; i < type->extension_count; i++) {
        size_t n = id_length(type->extensions[i].schema, name);
        if (n > length) {
            length = n;
            best = type->extensions[i].schema;
            core = false;
        }
    }
    if (length == 0)
        return resolve_within(type->schema, true, name, out);
    if (name[length] == ':')
        return resolve_within(core ? type->schema : best, core, name + length + 1, out);
    *out = (struct scim_place){.extension = best}; /* the whole extension; the core schema has no container */
    return !core;
}

const struct scim_attribute *scim_schema_leaf(const struct scim_place *place)
{
    return place->sub != NULL ? place->sub : place->attribute;
}

const char *scim_schema_place_name(struct arena *arena, const struct scim_place *place)
{
    const char *urn = place->extension != NULL ? place->extension->id : "";
    if (place->attribute == NULL)
        return urn;
    return arena_printf(arena, "%s%s%s%s%s", urn, *urn != '\0' ? ":" : "", place->attribute->name, place->sub != NULL ? "." : "",
                        place->sub != NULL ? place->sub->name : "");
}

const char *scim_schema_type_name(enum scim_type type)
{
    return type_names[type];
}

bool scim_schema_is_hidden(const struct scim_attribute *attribute)
{
    return attribute->returned == SCIM_RETURNED_NEVER || attribute->mutability == SCIM_WRITE_ONLY;
}
