/* Reading attribute mappings: each mistake with its row. */
#include "common/base.h"

#include "simulator/entra_mapping_rows.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
#define PRIMARY_ROLE "roles[primary eq \"True\"]"

struct reading {
    struct arena *arena;
    const struct dialect *dialect; /* with the axes that rows have turned */
    struct entra_mapping *mapping;
    const json *row; /* at hand */
    struct error *err;
};

static bool refuse(const struct reading *r, const char *place, const char *remedy, const char *format, ...) PRINTF_LIKE(4, 5);
static bool refuse(const struct reading *r, const char *place, const char *remedy, const char *format, ...)
{
    char message[450], where[256];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    snprintf(where, sizeof where, "attribute-mappings.%.180s%s%s", json_key(r->row), place != NULL ? ": " : "",
             place != NULL ? place : "");
    return error_set(r->err, ERROR_INVALID, where, remedy, "%s", message);
}

/* --- targets --- */

static bool is_name(const char *text, size_t n)
{
    return n > 0 && n <= MAPPING_MAX_TYPE && strspn(text, NAME_LETTERS) >= n;
}

/* emails[type eq "other"].value */
static bool read_element(struct reading *r, const char *path, struct attribute *out)
{
    static const struct {
        const char *list;
        enum attribute_home home;
        const char *members[7];
    } lists[] = {{"emails", HOME_EMAIL, {"value"}},
                 {"phoneNumbers", HOME_PHONE, {"value"}},
                 {"addresses", HOME_ADDRESS, {"formatted", "streetAddress", "locality", "region", "postalCode", "country"}}};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        const char *start = arena_printf(r->arena, "%s[type eq \"", lists[i].list);
        if (!text_starts(path, start))
            continue;
        const char *type = path + strlen(start), *end = strstr(type, "\"].");
        if (end == NULL || !is_name(type, (size_t)(end - type)))
            return false;
        for (size_t k = 0; k < ARRAY_LEN(lists[i].members) && lists[i].members[k] != NULL; k++)
            if (text_equal(end + 3, lists[i].members[k])) {
                *out = (struct attribute){path, lists[i].members[k], arena_strndup(r->arena, type, (size_t)(end - type)),
                                          lists[i].home, false};
                return true;
            }
    }
    return false;
}

static bool read_extension(struct reading *r, const char *path, struct attribute *out)
{
    const char *name = strrchr(path, ':');
    if (!text_starts(path, "urn:") || strlen(path) > 200 || !is_name(name + 1, strlen(name + 1)))
        return false;
    const char *urn = arena_strndup(r->arena, path, (size_t)(name - path));
    bool own = !text_equal_nocase(urn, URN_CORE_USER) && !text_equal_nocase(urn, URN_ENTERPRISE);
    *out = (struct attribute){path, name + 1, urn, HOME_EXTENSION, false};
    return own && strspn(urn, NAME_LETTERS ":.") == strlen(urn);
}

static bool unknown_target(const struct reading *r, const char *path)
{
    const char *names[64];
    size_t count = 0;
    for (; count < attribute_count && count < ARRAY_LEN(names); count++)
        names[count] = attribute_path(r->arena, &attributes[count]);
    const char *near = text_nearest(path, names, count);
    return refuse(r, NULL, near != NULL ? near : "title, name.givenName, emails[type eq \"work\"].value, urn:…:User:name, …",
                  "\"%.100s\" is no attribute that a mapping can feed", path);
}

static bool read_target(struct reading *r, const char *path, struct attribute *out)
{
    for (size_t i = 0; i < attribute_count; i++)
        if (text_equal(attribute_path(r->arena, &attributes[i]), path)) {
            *out = attributes[i];
            return true;
        }
    path = arena_strdup(r->arena, path);
    *out = (struct attribute){path, path, NULL, HOME_TOP, false};
    return text_equal(path, "profileUrl") || read_element(r, path, out) || read_extension(r, path, out) ||
           unknown_target(r, path);
}

/* --- where the value comes from --- */

static bool read_constant(const struct reading *r, const char *member, const char **out)
{
    const char *text = json_get_text(r->row, member, NULL);
    if (text == NULL || text[0] == '\0' || strlen(text) > DIRECTORY_MAX_TEXT)
        return refuse(r, NULL, "write it in quotes", "\"%s\" must be a text of 1 to %d bytes", member, DIRECTORY_MAX_TEXT);
    *out = arena_strdup(r->arena, text);
    return true;
}

static bool read_source(const struct reading *r, const char **out)
{
    const char *const *names, *text = json_get_text(r->row, "source", "");
    size_t count = mapping_source_names(r->arena, &names);
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], text) && !text_equal(text, "appRoleAssignments")) {
            *out = names[i];
            return true;
        }
    const char *near = text_nearest(text, names, count);
    return refuse(r, NULL, near != NULL ? near : "userPrincipalName, mail, givenName, surname, department, …",
                  "a person of the directory has no attribute \"%.80s\" to send as it is", text);
}

static bool read_expression(const struct reading *r, struct mapping_row *row)
{
    const char *const *names, *text = json_get_text(r->row, "expression", "");
    size_t count = mapping_source_names(r->arena, &names);
    struct error err = {0};
    if (!expression_read(r->arena, text, names, count, &row->expression, &err))
        return refuse(r, err.where, arena_strdup(r->arena, err.remedy), "%s", err.message);
    row->written = arena_strdup(r->arena, text);
    return true;
}

static bool read_from(const struct reading *r, struct mapping_row *row)
{
    static const char *const ways[] = {"source", "constant", "expression"};
    size_t found = 0;
    for (size_t i = 0; i < ARRAY_LEN(ways); i++)
        found += json_get(r->row, ways[i]) != NULL;
    if (found != 1)
        return refuse(r, NULL, "write one of them", "a mapping has a source, a constant or an expression");
    if (json_get(r->row, "source") != NULL)
        return read_source(r, &row->source);
    return json_get(r->row, "constant") != NULL ? read_constant(r, "constant", &row->constant) : read_expression(r, row);
}

static bool read_apply(const struct reading *r, struct mapping_row *row)
{
    const json *apply = json_get(r->row, "apply");
    row->creation_only = text_equal(json_text(apply), "only-during-creation");
    if (apply != NULL && !row->creation_only && !text_equal(json_text(apply), "always"))
        return refuse(r, NULL, "write \"always\" or \"only-during-creation\"", "\"apply\" has no such value");
    return true;
}

static bool read_match(const struct reading *r, struct mapping_row *row)
{
    const json *match = json_get(r->row, "match");
    int64_t number = 0;
    if (match != NULL && (!json_integer(match, &number) || number < 1 || number > MAPPING_MAX_MATCHES))
        return refuse(r, NULL, "1 is tried first", "\"match\" must be a number from 1 to %d", MAPPING_MAX_MATCHES);
    row->match = (int)number;
    return true;
}

static bool check_members(const struct reading *r)
{
    static const char *const names[] = {"source", "constant", "expression", "default", "apply", "match"};
    if (!json_is(r->row, JSON_OBJECT))
        return refuse(r, NULL, "write {\"source\": …}, or null for none", "is %s, must be an object",
                      json_type_name(json_type(r->row)));
    for (const json *member = json_first(r->row); member != NULL; member = json_next(member)) {
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            known = known || text_equal(names[i], json_key(member));
        const char *near = text_nearest(json_key(member), names, ARRAY_LEN(names));
        if (!known)
            return refuse(r, NULL, near != NULL ? near : "source, constant, expression, default, apply, match",
                          "a mapping has no member \"%.80s\"", json_key(member));
    }
    return true;
}

static bool check_expression(const struct reading *r, const struct mapping_row *row)
{
    if (row->expression == NULL)
        return true;
    if (expression_lists(row->expression))
        return refuse(r, NULL, "take one of them with Item", "the expression gives several values, and the attribute holds one");
    if (expression_draws(row->expression) && !row->creation_only)
        return refuse(r, NULL, "write \"apply\": \"only-during-creation\"", "the expression gives another value in every cycle");
    return true;
}

/* --- targets that are axes --- */

static bool turn(struct reading *r, const char *axis, const char *value)
{
    return dialect_with(r->arena, r->dialect, axis, value, &r->dialect, r->err);
}

static bool only(const struct reading *r, const char *member, const char *value)
{
    return json_count(r->row) == 1 && text_equal(json_get_text(r->row, member, NULL), value);
}

static bool read_active(struct reading *r)
{
    if (json_type(r->row) == JSON_NULL)
        return turn(r, "deprovision", "delete");
    bool enabled = only(r, "source", "accountEnabled");
    if (!enabled && !only(r, "expression", "Not([IsSoftDeleted])") &&
        !only(r, "expression", "Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\")"))
        return refuse(
            r, NULL, "write {\"source\": \"accountEnabled\"}, {\"expression\": \"Not([IsSoftDeleted])\"}, or null for no mapping",
            "active comes from IsSoftDeleted or accountEnabled");
    return turn(r, "deprovision", "disable") && turn(r, "active-source", enabled ? "accountEnabled" : "IsSoftDeleted");
}

static bool read_roles(struct reading *r, bool single)
{
    static const char *const all[][2] = {{"AppRoleAssignmentsComplex([appRoleAssignments])", "complex"},
                                         {"AssertiveAppRoleAssignmentsComplex([appRoleAssignments])", "assertive"}};
    if (json_type(r->row) == JSON_NULL)
        return turn(r, "app-roles", "not-mapped");
    if (single && only(r, "expression", "SingleAppRoleAssignment([appRoleAssignments])"))
        return turn(r, "app-roles", "single");
    for (size_t i = 0; i < ARRAY_LEN(all) && !single; i++)
        if (only(r, "expression", all[i][0]))
            return turn(r, "app-roles", all[i][1]);
    return refuse(
        r, NULL,
        single ? "write {\"expression\": \"SingleAppRoleAssignment([appRoleAssignments])\"}"
               : "write {\"expression\": \"AppRoleAssignmentsComplex([appRoleAssignments])\"}, or with Assertive before it",
        "roles come from a function of app roles");
}

static bool read_manager(struct reading *r)
{
    r->mapping->without_manager = json_type(r->row) == JSON_NULL;
    return r->mapping->without_manager || only(r, "source", "manager") ||
           refuse(r, NULL, "write {\"source\": \"manager\"}, or null for no mapping", "manager is a reference");
}

/* --- rows --- */

static struct mapping_row *row_of(const struct entra_mapping *mapping, const char *path)
{
    for (size_t i = 0; i < mapping->count; i++)
        if (text_equal(mapping->rows[i].path, path))
            return &mapping->rows[i];
    return NULL;
}

static bool delete_row(const struct reading *r, struct mapping_row *row)
{
    struct entra_mapping *mapping = r->mapping;
    if (row == NULL)
        return true;
    if (text_equal(row->target.key, "userName"))
        return refuse(r, NULL, "map something to it", "userName is required");
    memmove(row, row + 1, (size_t)(mapping->rows + mapping->count - row - 1) * sizeof *row);
    mapping->count--;
    return true;
}

static bool read_row(struct reading *r)
{
    struct mapping_row row = {.path = arena_strdup(r->arena, json_key(r->row))};
    struct mapping_row *before = row_of(r->mapping, row.path);
    if (!read_target(r, row.path, &row.target))
        return false;
    if (json_type(r->row) == JSON_NULL)
        return delete_row(r, before);
    if (!check_members(r) || !read_from(r, &row) || !read_apply(r, &row) || !read_match(r, &row) || !check_expression(r, &row) ||
        (json_get(r->row, "default") != NULL && !read_constant(r, "default", &row.fallback)))
        return false;
    if (before == NULL)
        before = &r->mapping->rows[r->mapping->count++];
    *before = row;
    return true;
}

static bool read_any(struct reading *r)
{
    const char *path = json_key(r->row);
    if (text_equal(path, "active"))
        return read_active(r);
    if (text_equal(path, "roles"))
        return read_roles(r, false);
    if (text_equal(path, PRIMARY_ROLE ".value"))
        return read_roles(r, true);
    if (text_equal(path, URN_ENTERPRISE ":manager"))
        return read_manager(r);
    return read_row(r);
}

/* The rows there are, with room for as many more. */
static struct entra_mapping *begin(struct arena *arena, const struct dialect *base, size_t more)
{
    const struct entra_mapping *before = base->mapping;
    struct entra_mapping *mapping = arena_alloc(arena, sizeof *mapping);
    if (before != NULL)
        *mapping = *before;
    else
        mapping->count = attribute_count;
    struct mapping_row *rows = arena_array(arena, mapping->count + more, sizeof *rows);
    for (size_t i = 0; i < mapping->count; i++)
        rows[i] = before != NULL ? before->rows[i]
                                 : (struct mapping_row){.target = *mapping_target(base, i),
                                                        .path = attribute_path(arena, mapping_target(base, i))};
    mapping->rows = rows;
    return mapping;
}

static bool rank(const struct reading *r)
{
    struct entra_mapping *mapping = r->mapping;
    const struct mapping_row *by[MAPPING_MAX_MATCHES + 1] = {NULL};
    for (size_t i = 0; i < mapping->count; i++) {
        const struct mapping_row *row = &mapping->rows[i];
        if (row->match > 0 && by[row->match] != NULL)
            return error_set(r->err, ERROR_INVALID, "attribute-mappings", "give each a precedence of its own",
                             "%.80s and %.80s both have \"match\": %d", by[row->match]->path, row->path, row->match);
        by[row->match] = row;
    }
    mapping->match_count = 0;
    for (size_t i = 1; i <= MAPPING_MAX_MATCHES; i++)
        if (by[i] != NULL)
            mapping->matches[mapping->match_count++] = (struct mapping_key){by[i]->path, by[i]->target.key};
    return true;
}

static bool check_table(const json *spec, struct error *err)
{
    if (!json_is(spec, JSON_OBJECT) || json_count(spec) == 0)
        return error_set(err, ERROR_INVALID, "attribute-mappings", "write {\"title\": {\"source\": \"jobTitle\"}}",
                         "must be an object of mappings");
    if (json_count(spec) > MAPPING_MAX_ROWS)
        return error_set(err, ERROR_LIMIT, "attribute-mappings", "take fewer", "has %zu mappings, at most %d are allowed",
                         json_count(spec), MAPPING_MAX_ROWS);
    return true;
}

bool entra_mapping_read(struct arena *arena, const json *spec, const struct dialect *base, const struct dialect **out,
                        const json **at, struct error *err)
{
    struct reading r = {.arena = arena, .dialect = base, .err = err};
    *at = spec;
    if (dialect_is_okta(base))
        return error_set(err, ERROR_INVALID, "attribute-mappings", "take a base of Entra's", "Okta's mappings can't be written");
    bool restored = spec == NULL || json_type(spec) == JSON_NULL;
    if (!restored && !check_table(spec, err))
        return false;
    r.mapping = restored ? NULL : begin(arena, base, json_count(spec));
    for (const json *row = json_first(spec); row != NULL; row = json_next(row)) {
        *at = r.row = row;
        if (!read_any(&r))
            return false;
    }
    *at = spec;
    if (!restored && !rank(&r))
        return false;
    struct dialect *copy = arena_alloc(arena, sizeof *copy);
    *copy = *r.dialect;
    copy->mapping = r.mapping;
    *out = copy;
    return true;
}
