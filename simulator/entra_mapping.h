/* entra_mapping.h: the attribute mappings of an Entra application: which attribute of the app is fed by what.
 *
 *     { "title":       { "source": "jobTitle" },
 *       "userType":    { "constant": "employee" },
 *       "displayName": { "expression": "Join(\", \", [surname], [givenName])" },
 *       "nickName":    { "source": "givenName", "default": "none", "apply": "only-during-creation" },
 *       "externalId":  { "source": "objectId", "match": 1 },
 *       "emails[type eq \"other\"].value": { "expression": "Append([mailNickname], \"@old.acme.test\")" },
 *       "phoneNumbers[type eq \"fax\"].value": null }
 *
 * A member is one row of the page "Attribute Mapping" (Microsoft's page on customizing mappings); rows that are not named stay as they
 * are, null deletes one. Targets are the attributes of attribute.h by their path, elements of emails, phoneNumbers and addresses of other
 * types, profileUrl, and attributes of any extension ("urn:…:User:name"). Sources have Entra's names (userPrincipalName, mail, surname,
 * jobTitle, …) where Entra has the attribute, else the directory's (costCenter, division, …). Expressions: entra_expression.h.
 *
 * default: sent when a person without the value is created, and never afterwards. apply: "always", or "only-during-creation". match: the
 * precedence by which somebody is looked for; rows with it take the place of the axes match-attribute(-2, -3).
 *
 * Three targets are no text, so their rows turn axes: `active` from IsSoftDeleted or accountEnabled (active-source; null: deprovision),
 * `roles` and roles[primary eq "True"].value from the functions of app roles (app-roles), and `manager`, which has its own source or null.
 * userName can't be deleted. Guid and RandomString give another value each time, so they are for creation only.
 */
#ifndef SIMULATOR_ENTRA_MAPPING_H
#define SIMULATOR_ENTRA_MAPPING_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct attribute;
struct dialect;
struct directory_user;
struct error;
struct simulator;

#define MAPPING_MAX_ROWS    100
#define MAPPING_MAX_MATCHES 5
#define MAPPING_MAX_TYPE    40 /* bytes of an element's type, of a name in an extension */

/* A copy of base with these mappings over those it has; spec NULL or null: the default ones again. Everything is copied into the arena.
 * False (ERROR_INVALID, ERROR_LIMIT): err.where is "attribute-mappings.title", with ": column 12" of an expression, and *at the row. */
bool entra_mapping_read(struct arena *arena, const json *spec, const struct dialect *base, const struct dialect **out,
                        const json **at, struct error *err) MUST_USE;

/* The rows, in the order of operations of a PATCH; the default ones are the table of attribute.h. */
size_t mapping_count(const struct dialect *dialect);
const struct attribute *mapping_target(const struct dialect *dialect, size_t at);
bool mapping_has_manager(const struct dialect *dialect);

/* What a row gives. creating: the person is new to the app. */
struct mapped {
    bool own;         /* the administrator wrote the row */
    bool kept;        /* what the app has stays as it is */
    const char *text; /* NULL: nothing */
};
struct mapped mapping_value(const struct simulator *simulator, const struct directory_user *user, size_t at, bool creating);
const char *mapping_user_name(const struct simulator *simulator, const struct directory_user *user); /* NULL: by default */

/* What people are looked for by: path in filters, key in flat values (wire_user.h). NULL: there are fewer. */
struct mapping_key {
    const char *path, *key;
};
const struct mapping_key *mapping_match(const struct dialect *dialect, size_t at);

/* The rows that the administrator wrote, one line each: `title <- jobTitle`. NULL: none. */
const char *mapping_text(struct arena *arena, const struct dialect *dialect);

#endif
