#include "common/base.h"
#include "reference-server/scim/seal.h"

#include "common/digest.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/scim/schema.h"

#include <string.h>

#define PREFIX    "sha256$"
#define HEX_CHARS 64

struct sealing {
    struct arena *arena;
    const char *salt;
    bool trusts;
    const struct scim_schema *schema;
    const json *before; /* value of the attribute at the top */
};

static bool holds_secrets(const struct scim_attribute *a)
{
    bool secret = a->mutability == SCIM_WRITE_ONLY;
    for (size_t i = 0; !secret && i < a->sub_count; i++)
        secret = a->subs[i].mutability == SCIM_WRITE_ONLY;
    return secret;
}

static bool schema_concerns(const struct scim_schema *schema)
{
    bool concerns = false;
    for (size_t i = 0; schema->custom && !concerns && i < schema->count; i++)
        concerns = holds_secrets(&schema->attributes[i]);
    return concerns;
}

bool scim_seal_concerns(const struct scim_resource_type *type)
{
    bool concerns = schema_concerns(type->schema);
    for (size_t i = 0; !concerns && i < type->extension_count; i++)
        concerns = schema_concerns(type->extensions[i].schema);
    return concerns;
}

static bool holds(const json *value, const char *text)
{
    if (json_is(value, JSON_STRING))
        return text_equal(json_text(value), text);
    for (const json *n = json_first(value); n != NULL; n = json_next(n))
        if (holds(n, text))
            return true;
    return false;
}

static bool looks_sealed(const char *text)
{
    const char *hash = text_starts(text, PREFIX) ? strchr(text + strlen(PREFIX), '$') : NULL;
    return hash != NULL && strlen(hash + 1) == HEX_CHARS && strspn(hash + 1, "0123456789abcdef") == HEX_CHARS;
}

static bool is_sealed(const struct sealing *s, const char *text)
{
    return looks_sealed(text) && (s->trusts || holds(s->before, text));
}

static const char *sealed(const struct sealing *s, const struct scim_attribute *a, const char *text)
{
    char hash[HEX_CHARS + 1];
    bool unique = a->uniqueness != SCIM_UNIQUE_NONE;
    const char *salt = unique ? "" : s->salt;
    const char *counts = unique && !a->case_exact ? unicode_fold(s->arena, text) : text;
    const char *whole = arena_printf(s->arena, "%s\n%s:%s\n%s", salt, s->schema->id, a->name, counts);
    digest_sha256_hex((struct bytes){whole, strlen(whole)}, hash);
    return arena_printf(s->arena, PREFIX "%s$%s", salt, hash);
}

static bool has_text(const struct scim_attribute *a)
{
    return a->type == SCIM_STRING || a->type == SCIM_BINARY || a->type == SCIM_REFERENCE;
}

/* secret: because of the attribute around. As deep as an element of a list of a complex attribute with a list in it. */
static void seal_value(const struct sealing *s, const struct scim_attribute *a, bool secret, json *parent, json *value)
{
    secret = secret || a->mutability == SCIM_WRITE_ONLY;
    if (json_is(value, JSON_STRING)) {
        if (secret && has_text(a) && !is_sealed(s, json_text(value)))
            json_replace_node(parent, value, json_new_text(NULL, sealed(s, a, json_text(value))));
        return;
    }
    for (json *n = json_edit_first(value), *next; n != NULL; n = next) {
        const struct scim_attribute *sub = json_is(value, JSON_OBJECT) ? scim_schema_sub(a, json_key(n)) : a;
        next = json_edit_next(n);
        if (sub != NULL)
            seal_value(s, sub, secret, value, n);
    }
}

static void seal_schema(struct sealing *s, const struct scim_schema *schema, const json *before, json *holder)
{
    s->schema = schema;
    for (size_t i = 0; schema->custom && i < schema->count; i++) {
        const struct scim_attribute *a = &schema->attributes[i];
        json *value = holds_secrets(a) ? json_edit(holder, a->name) : NULL;
        s->before = json_get(before, a->name);
        if (value != NULL)
            seal_value(s, a, false, holder, value);
    }
}

static void seal_resource(struct sealing *s, const struct scim_resource_type *type, const json *before, json *resource)
{
    seal_schema(s, type->schema, before, resource);
    for (size_t i = 0; i < type->extension_count; i++) {
        const struct scim_schema *schema = type->extensions[i].schema;
        json *holder = json_edit(resource, schema->id);
        if (holder != NULL)
            seal_schema(s, schema, json_get(before, schema->id), holder);
    }
}

void scim_seal(struct arena *arena, const struct scim_resource_type *type, const char *salt, const json *before, json *resource)
{
    seal_resource(&(struct sealing){.arena = arena, .salt = salt}, type, before, resource);
}

void scim_seal_trusted(struct arena *arena, const struct scim_resource_type *type, const char *salt, json *resource)
{
    seal_resource(&(struct sealing){.arena = arena, .salt = salt, .trusts = true}, type, NULL, resource);
}
