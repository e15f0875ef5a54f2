#include "common/base.h"
#include "simulator/scoping.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/attribute.h"
#include "simulator/directory.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

struct comparison;

struct clause {
    const char *attribute, *value; /* value NULL: the operator takes none */
    const struct comparison *how;
    regex_t *pattern; /* of REGEX MATCH */
};

struct filter {
    struct clause *clauses;
    size_t count;
};

struct filters {
    struct filter *items;
    size_t count;
};

struct scoping {
    struct filters users, groups;
};

/* --- operators; text is never NULL --- */

static bool equals(const struct clause *clause, const char *text)
{
    return text_equal(text, clause->value);
}

static bool differs(const struct clause *clause, const char *text)
{
    return !equals(clause, text);
}

static bool is_there(const struct clause *clause, const char *text)
{
    UNUSED(clause);
    return text[0] != '\0';
}

static bool matches(const struct clause *clause, const char *text)
{
    return regexec(clause->pattern, text, 0, NULL, 0) == 0;
}

static bool matches_not(const struct clause *clause, const char *text)
{
    return !matches(clause, text);
}

static bool both_numbers(const struct clause *clause, const char *text, uint64_t *have, uint64_t *wanted)
{
    return text_to_u64(text, UINT64_MAX, have) && text_to_u64(clause->value, UINT64_MAX, wanted);
}

static bool greater(const struct clause *clause, const char *text)
{
    uint64_t have, wanted;
    return both_numbers(clause, text, &have, &wanted) && have > wanted;
}

static bool greater_or_equal(const struct clause *clause, const char *text)
{
    uint64_t have, wanted;
    return both_numbers(clause, text, &have, &wanted) && have >= wanted;
}

static bool bits_set(const struct clause *clause, const char *text)
{
    uint64_t have, wanted;
    return both_numbers(clause, text, &have, &wanted) && (have & wanted) == wanted;
}

static bool bits_not_set(const struct clause *clause, const char *text)
{
    uint64_t have, wanted;
    return both_numbers(clause, text, &have, &wanted) && (have & wanted) != wanted;
}

static bool includes(const struct clause *clause, const char *text)
{
    return strstr(text, clause->value) != NULL;
}

static bool ends_with(const struct clause *clause, const char *text)
{
    return text_ends(text, clause->value);
}

static bool is_true(const struct clause *clause, const char *text)
{
    UNUSED(clause);
    return text_equal(text, "True");
}

static bool is_false(const struct clause *clause, const char *text)
{
    UNUSED(clause);
    return text_equal(text, "False");
}

enum takes { TAKES_NOTHING, TAKES_TEXT, TAKES_NUMBER, TAKES_PATTERN };

static const struct comparison {
    const char *name;
    bool (*holds)(const struct clause *clause, const char *text); /* NULL: IS NULL */
    enum takes takes;
} operators[] = {{"EQUALS", equals, TAKES_TEXT},          {"NOT EQUALS", differs, TAKES_TEXT},
                 {"IS NULL", NULL, TAKES_NOTHING},        {"IS NOT NULL", is_there, TAKES_NOTHING},
                 {"REGEX MATCH", matches, TAKES_PATTERN}, {"NOT REGEX MATCH", matches_not, TAKES_PATTERN},
                 {"Greater_Than", greater, TAKES_NUMBER}, {"Greater_Than_OR_EQUALS", greater_or_equal, TAKES_NUMBER},
                 {"Includes", includes, TAKES_TEXT},      {"ENDS_WITH", ends_with, TAKES_TEXT},
                 {"IS TRUE", is_true, TAKES_NOTHING},     {"IS FALSE", is_false, TAKES_NOTHING},
                 {"&", bits_set, TAKES_NUMBER},           {"!&", bits_not_set, TAKES_NUMBER}};

/* --- reading --- */

struct reading {
    struct arena *arena;
    bool groups;
    const char *where; /* "scoping-filters.users[0][1]" */
    struct error *err;
};

static const char *member_of(const struct reading *r, const char *name)
{
    return arena_printf(r->arena, "%s.%s", r->where, name);
}

static bool attribute_known(const struct reading *r, const char *name)
{
    if (r->groups)
        return text_equal(name, "displayName");
    bool excluded = text_equal(name, "userType") || text_equal(name, "manager");
    return !excluded && (text_equal(name, "accountEnabled") || attribute_find(name) != NULL);
}

static void free_pattern(void *pattern)
{
    regfree(pattern);
}

static bool is_tame(const char *pattern)
{
    for (const char *p = pattern; *p != '\0'; p++) {
        if (*p == '{' || (*p == '\\' && isdigit((unsigned char)p[1])))
            return false;
        p += *p == '\\' && p[1] != '\0';
    }
    return true;
}

static bool read_pattern(const struct reading *r, struct clause *clause)
{
    if (!is_tame(clause->value))
        return error_set(r->err, ERROR_INVALID, member_of(r, "value"), "write the repetition out",
                         "has a {count} or a back reference");
    clause->pattern = arena_alloc(r->arena, sizeof *clause->pattern);
    if (regcomp(clause->pattern, clause->value, REG_EXTENDED | REG_NOSUB) != 0)
        return error_set(r->err, ERROR_INVALID, member_of(r, "value"), "write an extended regular expression of POSIX",
                         "is no regular expression");
    arena_defer(r->arena, free_pattern, clause->pattern);
    return true;
}

static bool read_value(const struct reading *r, const json *spec, struct clause *clause)
{
    uint64_t number;
    const char *value = json_get_text(spec, "value", NULL);
    enum takes takes = clause->how->takes;
    if (takes == TAKES_NOTHING)
        return json_get(spec, "value") == NULL ||
               error_set(r->err, ERROR_INVALID, member_of(r, "value"), "leave it out", "%s takes no value", clause->how->name);
    if (value == NULL || value[0] == '\0')
        return error_set(r->err, ERROR_INVALID, member_of(r, "value"), "write it in quotes", "%s needs a value",
                         clause->how->name);
    if (strlen(value) > SCOPING_MAX_VALUE)
        return error_set(r->err, ERROR_LIMIT, member_of(r, "value"), "shorten it", "is longer than %d bytes", SCOPING_MAX_VALUE);
    if (takes == TAKES_NUMBER && !text_to_u64(value, UINT64_MAX, &number))
        return error_set(r->err, ERROR_INVALID, member_of(r, "value"), "write \"1000\"", "%s needs a whole number",
                         clause->how->name);
    clause->value = arena_strdup(r->arena, value);
    return takes != TAKES_PATTERN || read_pattern(r, clause);
}

static bool read_operator(const struct reading *r, const char *name, struct clause *clause)
{
    const char *names[ARRAY_LEN(operators)];
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        names[i] = operators[i].name;
        if (text_equal(name, names[i]))
            clause->how = &operators[i];
    }
    if (clause->how != NULL)
        return true;
    const char *near = text_nearest(name, names, ARRAY_LEN(names));
    return error_set(r->err, ERROR_INVALID, member_of(r, "operator"),
                     near != NULL ? near : "EQUALS, NOT EQUALS, IS NULL, IS NOT NULL, REGEX MATCH, Includes, ...",
                     "there is no operator \"%.80s\"", name);
}

static bool read_clause(const struct reading *r, const json *spec, struct clause *clause)
{
    if (!json_is(spec, JSON_OBJECT))
        return error_set(r->err, ERROR_INVALID, r->where, "write {\"attribute\": …, \"operator\": …, \"value\": …}",
                         "is %s, must be an object", json_type_name(json_type(spec)));
    for (const json *item = json_first(spec); item != NULL; item = json_next(item)) {
        const char *key = json_key(item);
        if (!text_equal(key, "attribute") && !text_equal(key, "operator") && !text_equal(key, "value"))
            return error_set(r->err, ERROR_INVALID, r->where, "a clause has attribute, operator and value",
                             "unknown member \"%.80s\"", key);
    }
    const char *attribute = json_get_text(spec, "attribute", "");
    if (!attribute_known(r, attribute))
        return error_set(r->err, ERROR_INVALID, member_of(r, "attribute"),
                         r->groups ? "displayName" : "accountEnabled, or an attribute of a person but userType and manager",
                         "no filter can look at \"%.80s\"", attribute);
    clause->attribute = arena_strdup(r->arena, attribute);
    return read_operator(r, json_get_text(spec, "operator", ""), clause) && read_value(r, spec, clause);
}

static bool check_list(const struct reading *r, const json *list, size_t most, const char *what)
{
    if (!json_is(list, JSON_ARRAY) || json_count(list) == 0)
        return error_set(r->err, ERROR_INVALID, r->where, "write [[{…}]]: filters of clauses", "is no list of %s", what);
    if (json_count(list) > most)
        return error_set(r->err, ERROR_LIMIT, r->where, "take fewer", "has %zu %s, at most %zu are allowed", json_count(list),
                         what, most);
    return true;
}

static bool read_filter(struct reading *r, const json *spec, struct filter *filter)
{
    const char *where = r->where;
    if (!check_list(r, spec, SCOPING_MAX_CLAUSES, "clauses"))
        return false;
    filter->clauses = arena_array(r->arena, json_count(spec), sizeof *filter->clauses);
    for (const json *clause = json_first(spec); clause != NULL; clause = json_next(clause)) {
        r->where = arena_printf(r->arena, "%s[%zu]", where, filter->count);
        if (!read_clause(r, clause, &filter->clauses[filter->count++]))
            return false;
    }
    return true;
}

static bool read_filters(struct arena *arena, const json *spec, bool groups, struct filters *filters, struct error *err)
{
    const char *where = groups ? "scoping-filters.groups" : "scoping-filters.users";
    struct reading r = {arena, groups, where, err};
    if (spec == NULL)
        return true;
    if (!check_list(&r, spec, SCOPING_MAX_FILTERS, "filters"))
        return false;
    filters->items = arena_array(arena, json_count(spec), sizeof *filters->items);
    for (const json *filter = json_first(spec); filter != NULL; filter = json_next(filter)) {
        r.where = arena_printf(arena, "%s[%zu]", where, filters->count);
        if (!read_filter(&r, filter, &filters->items[filters->count++]))
            return false;
    }
    return true;
}

bool scoping_read(struct arena *arena, const json *spec, const struct scoping **out, struct error *err)
{
    if (!json_is(spec, JSON_OBJECT))
        return error_set(err, ERROR_INVALID, "scoping-filters", "write {\"users\": [[{…}]]}", "is %s, must be an object",
                         json_type_name(json_type(spec)));
    for (const json *part = json_first(spec); part != NULL; part = json_next(part))
        if (!text_equal(json_key(part), "users") && !text_equal(json_key(part), "groups"))
            return error_set(err, ERROR_INVALID, "scoping-filters", "there are users and groups", "unknown member \"%.80s\"",
                             json_key(part));
    struct scoping *scope = arena_alloc(arena, sizeof *scope);
    *out = scope;
    return read_filters(arena, json_get(spec, "users"), false, &scope->users, err) &&
           read_filters(arena, json_get(spec, "groups"), true, &scope->groups, err);
}

/* --- asking --- */

static bool holds(const struct clause *clause, const char *text)
{
    if (clause->how->holds == NULL)
        return text == NULL;
    return text != NULL && clause->how->holds(clause, text);
}

static const char *user_text(const struct directory_user *user, const char *attribute)
{
    if (text_equal(attribute, "accountEnabled"))
        return user->state == USER_DEACTIVATED ? "False" : "True";
    return text_equal(attribute, "userName") ? directory_principal_name(user) : directory_text(user, attribute);
}

static bool any_holds(const struct filters *filters, const struct directory_user *user, const struct directory_group *group)
{
    for (size_t i = 0; i < filters->count; i++) {
        const struct filter *filter = &filters->items[i];
        bool all = true;
        for (size_t k = 0; k < filter->count && all; k++)
            all = holds(&filter->clauses[k], user != NULL ? user_text(user, filter->clauses[k].attribute) : group->name);
        if (all)
            return true;
    }
    return filters->count == 0;
}

bool scoping_has_user(const struct scoping *scope, const struct directory_user *user)
{
    return scope == NULL || any_holds(&scope->users, user, NULL);
}

bool scoping_has_group(const struct scoping *scope, const struct directory_group *group)
{
    return scope == NULL || any_holds(&scope->groups, NULL, group);
}
