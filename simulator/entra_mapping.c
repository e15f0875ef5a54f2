#include "common/base.h"
#include "simulator/entra_mapping.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/entra_job.h"
#include "simulator/entra_mapping_rows.h"
#include "simulator/simulator.h"

/* --- the rows of a dialect --- */

size_t mapping_count(const struct dialect *dialect)
{
    return dialect->mapping == NULL ? attribute_count : dialect->mapping->count;
}

const struct attribute *mapping_target(const struct dialect *dialect, size_t at)
{
    static const struct attribute office = {"office", "formatted", "other", HOME_ADDRESS, true};
    if (dialect->mapping != NULL)
        return &dialect->mapping->rows[at].target;
    bool other = dialect_value(dialect, AXIS_OFFICE_TYPE) == OFFICE_OTHER && text_equal(attributes[at].key, office.key);
    return other ? &office : &attributes[at];
}

bool mapping_has_manager(const struct dialect *dialect)
{
    return dialect->mapping == NULL || !dialect->mapping->without_manager;
}

const struct mapping_key *mapping_match(const struct dialect *dialect, size_t at)
{
    static const struct mapping_key by_axis[] = {
        [MATCH_USER_NAME] = {"userName", "userName"},
        [MATCH_EXTERNAL_ID] = {"externalId", "externalId"},
        [MATCH_WORK_MAIL] = {"emails[type eq \"work\"].value", "email"},
        [MATCH_EMPLOYEE_NUMBER] = {URN_ENTERPRISE ":employeeNumber", "employeeNumber"},
    };
    if (dialect->mapping != NULL && dialect->mapping->match_count > 0)
        return at < dialect->mapping->match_count ? &dialect->mapping->matches[at] : NULL;
    const int wanted[] = {dialect_value(dialect, AXIS_MATCH) + 1, dialect_value(dialect, AXIS_MATCH_2),
                          dialect_value(dialect, AXIS_MATCH_3)};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        if (wanted[i] != MATCH_NONE && at-- == 0)
            return &by_axis[wanted[i] - 1];
    return NULL;
}

/* --- values of a person --- */

enum special { PLAIN, PRINCIPAL, OBJECT_ID, NICKNAME, ENABLED, SOFT_DELETED, ROLES };

/* Entra's name, and the directory's. */
static const struct {
    const char *name, *key;
    enum special special;
} sources[] = {{"userPrincipalName", NULL, PRINCIPAL},
               {"objectId", NULL, OBJECT_ID},
               {"mailNickname", NULL, NICKNAME},
               {"accountEnabled", NULL, ENABLED},
               {"IsSoftDeleted", NULL, SOFT_DELETED},
               {"appRoleAssignments", NULL, ROLES},
               {"mail", "email", PLAIN},
               {"jobTitle", "title", PLAIN},
               {"surname", "familyName", PLAIN},
               {"city", "locality", PLAIN},
               {"state", "region", PLAIN},
               {"telephoneNumber", "phone", PLAIN},
               {"facsimileTelephoneNumber", "fax", PLAIN},
               {"employeeId", "employeeNumber", PLAIN},
               {"companyName", "organization", PLAIN},
               {"physicalDeliveryOfficeName", "office", PLAIN},
               {"proxyAddresses", "otherEmail", PLAIN},
               {"officeLocation", "officeLocation", PLAIN},
               {"displayName", "displayName", PLAIN},
               {"givenName", "givenName", PLAIN},
               {"preferredLanguage", "preferredLanguage", PLAIN},
               {"streetAddress", "streetAddress", PLAIN},
               {"postalCode", "postalCode", PLAIN},
               {"country", "country", PLAIN},
               {"mobile", "mobile", PLAIN},
               {"department", "department", PLAIN},
               {"userType", "userType", PLAIN},
               {"employeeType", "employeeType", PLAIN},
               {"middleName", "middleName", PLAIN},
               {"honorificPrefix", "honorificPrefix", PLAIN},
               {"honorificSuffix", "honorificSuffix", PLAIN},
               {"costCenter", "costCenter", PLAIN},
               {"division", "division", PLAIN},
               {"nickName", "nickName", PLAIN},
               {"locale", "locale", PLAIN},
               {"timezone", "timezone", PLAIN},
               {"customCostCenter", "customCostCenter", PLAIN},
               {"securityClearance", "securityClearance", PLAIN}};

size_t mapping_source_names(struct arena *arena, const char *const **out)
{
    const char **names = arena_array(arena, ARRAY_LEN(sources), sizeof *names);
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        names[i] = sources[i].name;
    *out = names;
    return ARRAY_LEN(sources);
}

static struct value text_value(const char *text)
{
    return text == NULL ? (struct value){0} : (struct value){.kind = VALUE_TEXT, .text = text};
}

static struct value truth_value(bool truth)
{
    return (struct value){.kind = VALUE_BOOL, .number = truth};
}

static struct value attribute_value(const void *context, const char *name)
{
    const struct directory_user *user = context;
    size_t i = 0;
    while (i < ARRAY_LEN(sources) && !text_equal(sources[i].name, name))
        i++;
    switch (i == ARRAY_LEN(sources) ? PLAIN : sources[i].special) {
    case PLAIN:
        return text_value(i == ARRAY_LEN(sources) ? NULL : directory_text(user, sources[i].key));
    case PRINCIPAL:
        return text_value(directory_principal_name(user));
    case OBJECT_ID:
        return text_value(user->id);
    case NICKNAME:
        return text_value(user->nickname);
    case ENABLED:
        return truth_value(user->state != USER_DEACTIVATED);
    case SOFT_DELETED:
        return truth_value(!directory_in_scope(user));
    case ROLES:
        return (struct value){.kind = VALUE_LIST, .items = user->roles, .count = user->role_count};
    }
    return (struct value){0};
}

static struct value row_value(const struct simulator *sim, const struct directory_user *user, const struct mapping_row *row)
{
    if (row->constant != NULL)
        return text_value(row->constant);
    if (row->source != NULL)
        return attribute_value(user, row->source);
    const struct expression_source source = {attribute_value, user, sim->rng, job_now(sim)};
    return expression_value(sim->arena, row->expression, &source);
}

struct mapped mapping_value(const struct simulator *simulator, const struct directory_user *user, size_t at, bool creating)
{
    const struct mapping_row *row = simulator->dialect->mapping == NULL ? NULL : &simulator->dialect->mapping->rows[at];
    if (row == NULL || !mapping_row_is_own(row))
        return (struct mapped){0};
    if (!creating && row->creation_only)
        return (struct mapped){.own = true, .kept = true};
    struct value value = row_value(simulator, user, row);
    const char *text = value_text(simulator->arena, &value);
    bool left = value.ignored || (text == NULL && row->fallback != NULL);
    if (creating)
        return (struct mapped){.own = true, .text = text != NULL || value.ignored ? text : row->fallback};
    return (struct mapped){.own = true, .kept = left, .text = text};
}

const char *mapping_user_name(const struct simulator *simulator, const struct directory_user *user)
{
    for (size_t i = 0; simulator->dialect->mapping != NULL && i < mapping_count(simulator->dialect); i++) {
        if (!text_equal(mapping_target(simulator->dialect, i)->key, "userName"))
            continue;
        struct mapped name = mapping_value(simulator, user, i, user->known == NULL);
        return name.kept ? json_get_text(user->known, "userName", NULL) : name.text;
    }
    return NULL;
}

/* --- shown --- */

static void show_row(struct buffer *out, const struct mapping_row *row)
{
    const char *mark = row->constant != NULL ? "\"" : "";
    const char *from = row->constant != NULL ? row->constant : row->source != NULL ? row->source : row->written;
    buffer_printf(out, "%s <- %s%s%s", row->path, mark, from, mark);
    if (row->fallback != NULL)
        buffer_printf(out, ", default \"%s\"", row->fallback);
    if (row->creation_only)
        buffer_add(out, ", only during creation");
    if (row->match > 0)
        buffer_printf(out, ", match %d", row->match);
    buffer_add_char(out, '\n');
}

const char *mapping_text(struct arena *arena, const struct dialect *dialect)
{
    const struct entra_mapping *mapping = dialect->mapping;
    struct buffer out = buffer_new(0);
    if (mapping == NULL)
        return NULL;
    for (size_t i = 0; i < mapping->count; i++)
        if (mapping_row_is_own(&mapping->rows[i]))
            show_row(&out, &mapping->rows[i]);
    for (size_t i = 0; i < attribute_count; i++) {
        const char *path = attribute_path(arena, &attributes[i]);
        bool there = false;
        for (size_t k = 0; k < mapping->count && !there; k++)
            there = text_equal(mapping->rows[k].path, path);
        if (!there || (attributes[i].home == HOME_MANAGER && mapping->without_manager))
            buffer_printf(&out, "%s: no mapping\n", path);
    }
    return buffer_take(&out, arena);
}
