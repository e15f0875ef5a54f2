#include "common/base.h"
#include "reference-server/scim/project.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/path.h"
#include "reference-server/scim/schema.h"

struct scim_projection {
    const struct scim_place *places;
    size_t count;
    bool excluding;                   /* the places are left out; else they are what is wanted */
    bool whole_core;                  /* the core URN was named: everything outside extensions */
    const struct scim_place *written; /* what a write has named */
    size_t written_count;
};

bool scim_project_prepare(struct arena *arena, const struct scim_resource_type *type, struct scim_names attributes,
                          struct scim_names excluded, const struct scim_projection **out, struct scim_error *err)
{
    if (attributes.count > 0 && excluded.count > 0)
        return scim_error_set(arena, err, 400, SCIM_INVALID_VALUE, "attributes and excludedAttributes can't be combined");
    struct scim_names names = excluded.count > 0 ? excluded : attributes;
    *out = NULL;
    if (names.count == 0)
        return true;
    struct scim_projection *p = arena_alloc(arena, sizeof *p);
    struct scim_place *places = arena_array(arena, names.count, sizeof *places);
    p->excluding = excluded.count > 0;
    p->places = places;
    for (size_t i = 0; i < names.count; i++) {
        if (text_equal_nocase(names.items[i], type->schema->id))
            p->whole_core = true;
        else if (scim_schema_resolve(type, names.items[i], &places[p->count]))
            p->count++;
    }
    *out = p;
    return true;
}

/* --- what a write names --- */

struct writing {
    struct arena *arena;
    const struct scim_resource_type *type;
    struct scim_place *places;
    size_t count, capacity;
};

static void note(struct writing *w, struct scim_place place)
{
    if (w->count == w->capacity) {
        w->places = arena_grow(w->arena, w->places, w->count, w->capacity * 2 + 8, sizeof *w->places);
        w->capacity = w->capacity * 2 + 8;
    }
    w->places[w->count++] = place;
}

/* The sub-attributes of an object or of the elements of a list. */
static void note_subs(struct writing *w, struct scim_place place, const json *value)
{
    bool many = json_is(value, JSON_ARRAY);
    for (const json *element = many ? json_first(value) : value; element != NULL; element = many ? json_next(element) : NULL)
        for (const json *n = json_is(element, JSON_OBJECT) ? json_first(element) : NULL; n != NULL; n = json_next(n))
            if ((place.sub = scim_schema_sub(place.attribute, json_key(n))) != NULL)
                note(w, place);
}

static void note_value(struct writing *w, const char *name, const json *value)
{
    struct scim_place place;
    if (!scim_schema_resolve(w->type, name, &place))
        return;
    if (place.attribute != NULL) {
        note(w, place);
        if (place.sub == NULL)
            note_subs(w, place, value);
        return;
    }
    for (const json *n = json_is(value, JSON_OBJECT) ? json_first(value) : NULL; n != NULL; n = json_next(n)) {
        place.attribute = scim_schema_attribute(place.extension, json_key(n));
        if (place.attribute == NULL)
            continue;
        place.sub = NULL;
        note(w, place);
        note_subs(w, place, n);
    }
}

static void note_object(struct writing *w, const json *object)
{
    for (const json *n = json_is(object, JSON_OBJECT) ? json_first(object) : NULL; n != NULL; n = json_next(n))
        note_value(w, json_key(n), n);
}

static void note_operation(struct writing *w, const json *operation)
{
    const char *text = json_get_text(operation, "path", NULL);
    const json *value = json_get(operation, "value");
    struct scim_path path;
    struct scim_error unread;
    if (text == NULL)
        note_object(w, value);
    else if (scim_path_parse(w->arena, text, &path, &unread))
        note_value(w, path.sub == NULL ? path.name : arena_printf(w->arena, "%s.%s", path.name, path.sub), value);
}

const struct scim_projection *scim_project_written(struct arena *arena, const struct scim_resource_type *type,
                                                   const struct scim_projection *projection, const json *body)
{
    struct writing w = {.arena = arena, .type = type};
    if (!type->on_request || (projection != NULL && !projection->excluding))
        return projection;
    const json *operations = json_get(body, "Operations");
    if (operations == NULL)
        note_object(&w, body);
    for (const json *n = json_first(operations); n != NULL; n = json_next(n))
        note_operation(&w, n);
    struct scim_projection *p = arena_alloc(arena, sizeof *p);
    if (projection != NULL)
        *p = *projection;
    p->excluding = true; /* nothing, unless names were given */
    p->written = w.places;
    p->written_count = w.count;
    return p;
}

static bool was_written(const struct scim_projection *p, const struct scim_schema *extension, const struct scim_attribute *a,
                        const struct scim_attribute *sub)
{
    for (size_t i = 0; i < p->written_count; i++) {
        const struct scim_place *place = &p->written[i];
        if (place->extension == extension && place->attribute == a && (sub == NULL || place->sub == sub))
            return true;
    }
    return false;
}

/* --- what is shown --- */

/* How a list speaks about an attribute. */
struct mention {
    bool whole;  /* by itself, or with its extension */
    bool named;  /* by itself */
    bool inside; /* by one of its sub-attributes */
};

static struct mention find_mention(const struct scim_projection *p, const struct scim_schema *extension,
                                   const struct scim_attribute *a)
{
    struct mention m = {.whole = p->whole_core && extension == NULL};
    for (size_t i = 0; i < p->count; i++) {
        const struct scim_place *place = &p->places[i];
        if (place->extension != extension || (place->attribute != NULL && place->attribute != a))
            continue;
        m.named = m.named || (place->attribute == a && place->sub == NULL);
        m.whole = m.whole || place->sub == NULL;
        m.inside = m.inside || place->sub != NULL;
    }
    return m;
}

static bool names_sub(const struct scim_projection *p, const struct scim_schema *extension, const struct scim_attribute *a,
                      const struct scim_attribute *sub)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->places[i].extension == extension && p->places[i].attribute == a && p->places[i].sub == sub)
            return true;
    return false;
}

static bool shows(const struct scim_projection *p, const struct scim_schema *extension, const struct scim_attribute *a)
{
    if (scim_schema_is_hidden(a) || a->returned == SCIM_RETURNED_ALWAYS)
        return !scim_schema_is_hidden(a);
    if (p == NULL)
        return a->returned == SCIM_RETURNED_DEFAULT;
    struct mention m = find_mention(p, extension, a);
    if (a->returned == SCIM_RETURNED_REQUEST)
        return p->excluding ? !m.whole && was_written(p, extension, a, NULL) : m.named || m.inside;
    return p->excluding ? !m.whole : m.whole || m.inside;
}

static bool shows_sub(const struct scim_projection *p, const struct scim_schema *extension, const struct scim_attribute *a,
                      const struct scim_attribute *sub)
{
    if (scim_schema_is_hidden(sub) || sub->returned == SCIM_RETURNED_ALWAYS)
        return !scim_schema_is_hidden(sub);
    bool named = p != NULL && names_sub(p, extension, a, sub);
    if (sub->returned == SCIM_RETURNED_REQUEST)
        return p != NULL && (p->excluding ? !named && was_written(p, extension, a, sub) : named);
    if (p == NULL || p->excluding)
        return !named;
    return named || find_mention(p, extension, a).whole || a->returned == SCIM_RETURNED_ALWAYS;
}

/* --- building the reply --- */

struct view {
    const struct scim_projection *projection;
    const struct scim_schema *extension;
    const struct scim_attribute *attribute;
    const bool *subs; /* by index: shown */
};

static bool copy_element(const struct view *v, const json *element, json *out)
{
    const struct scim_attribute *a = v->attribute;
    for (const json *n = json_first(element); n != NULL; n = json_next(n)) {
        const struct scim_attribute *sub = scim_schema_sub(a, json_key(n));
        if (sub != NULL && v->subs[sub - a->subs])
            json_set_shared(out, sub->name, n);
    }
    return json_first(out) != NULL;
}

static void put_complex(const struct view *v, const json *value, json *out)
{
    bool many = json_is(value, JSON_ARRAY);
    json *list = many ? json_array(NULL) : NULL;
    for (const json *n = many ? json_first(value) : value; n != NULL; n = many ? json_next(n) : NULL) {
        json *element = json_object(NULL);
        if (!copy_element(v, n, element))
            json_free(element);
        else if (many)
            json_push(list, element);
        else
            json_put(out, v->attribute->name, element);
    }
    if (many && json_first(list) != NULL)
        json_put(out, v->attribute->name, list);
    else
        json_free(list);
}

static void put_attribute(const struct scim_projection *p, const struct scim_schema *extension, const struct scim_attribute *a,
                          const json *value, json *out)
{
    bool subs[SCIM_SCHEMA_MAX_ATTRIBUTES], all = true;
    if (a == NULL || !shows(p, extension, a))
        return;
    for (size_t i = 0; i < a->sub_count; i++) {
        subs[i] = shows_sub(p, extension, a, &a->subs[i]);
        all = all && subs[i];
    }
    if (all) {
        json_set_shared(out, a->name, value);
        return;
    }
    struct view v = {p, extension, a, subs};
    put_complex(&v, value, out);
}

static void put_extension(const struct scim_projection *p, const struct scim_schema *schema, const json *container, json *out)
{
    json *kept = json_object(NULL);
    for (const json *n = json_first(container); n != NULL; n = json_next(n))
        put_attribute(p, schema, scim_schema_attribute(schema, json_key(n)), n, kept);
    if (json_first(kept) != NULL)
        json_put(out, schema->id, kept);
    else
        json_free(kept);
}

json *scim_project(struct arena *arena, const struct scim_resource_type *type, const struct scim_projection *projection,
                   const json *resource)
{
    json *out = json_object(arena);
    for (const json *n = json_first(resource); n != NULL; n = json_next(n)) {
        const struct scim_extension *extension = scim_schema_extension(type, json_key(n));
        if (extension != NULL) {
            put_extension(projection, extension->schema, n, out);
            continue;
        }
        const struct scim_attribute *a = scim_schema_common(json_key(n));
        put_attribute(projection, NULL, a != NULL ? a : scim_schema_attribute(type->schema, json_key(n)), n, out);
    }
    return out;
}

bool scim_project_wants(const struct scim_resource_type *type, const struct scim_projection *projection, const char *name)
{
    struct scim_place place;
    return scim_schema_resolve(type, name, &place) && place.attribute != NULL &&
           shows(projection, place.extension, place.attribute);
}
