/* compat.h: what Okta and Entra send outside the RFC, made into RFC shape.
 *
 * This is the only place that knows. Each row of SCIM_REWRITES is one rewrite with a name, who sends it, and what becomes of it; all are on
 * unless switched off by their bit; `serve --strict` switches all of them off. docs/compatibility.md and `list rewrites` are made of this table.
 * Two doors: scim_compat_resource() for the body of a POST or PUT, scim_compat_split() and scim_compat_operation() for one PATCH operation, which
 * scim_patch_apply() calls with the resource as the operations before have left it (Entra sets country, locality and street of an address that isn't there
 * yet in three operations: the first creates, the others join).
 */
#ifndef REFERENCE_SERVER_SCIM_COMPAT_H
#define REFERENCE_SERVER_SCIM_COMPAT_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/scim/message.h"

struct arena;
struct patch_lists;
struct scim_filter;
struct scim_resource_type;

/* bit name, name, who, what, what a strict server does instead */
#define SCIM_REWRITES(X)                                                                                                         \
    X(SCIM_REWRITE_OP_CASE, "op-case", "Entra", "Add, Replace and Remove are read as add, replace and remove (A07)",             \
      "400 invalidSyntax")                                                                                                       \
    X(SCIM_REWRITE_BOOLEAN_TEXT, "boolean-text", "Entra",                                                                        \
      "\"True\", \"false\" and the like become booleans where the attribute is one, in values and filter literals (A08)",        \
      "400 invalidValue; in a filter 400 invalidFilter")                                                                         \
    X(SCIM_REWRITE_REMOVE_VALUES, "remove-values", "Entra",                                                                      \
      "remove of a multi-valued attribute with a list of values removes just those, not all (A09)",                              \
      "400 invalidValue; nobody is removed")                                                                                     \
    X(SCIM_REWRITE_DOTTED_KEYS, "dotted-keys", "Entra", "keys such as name.givenName in an object mean the sub-attribute (A04)", \
      "400 invalidPath in a PATCH; passed over as unknown in a POST or PUT")                                                     \
    X(SCIM_REWRITE_URN_KEYS, "urn-keys", "Entra",                                                                                \
      "keys such as urn:…:User:department in an object mean the attribute of that schema (A04)",                                 \
      "400 invalidPath in a PATCH; passed over as unknown in a POST or PUT")                                                     \
    X(SCIM_REWRITE_ECHO, "echo", "Okta, Entra",                                                                                  \
      "schemas and meta in a path-less value, and readOnly sub-attributes in any value, are passed over (A12)",                  \
      "400 mutability, unless it is what there is")                                                                              \
    X(SCIM_REWRITE_SHORT_NAME, "short-name", "Entra", "a path may name an extension's attribute without its URN: manager",       \
      "400 invalidPath; in a filter 400 invalidFilter")                                                                          \
    X(SCIM_REWRITE_BARE_VALUE, "bare-value", "Entra",                                                                            \
      "a bare text for a complex attribute means {\"value\": text}: manager, members", "400 invalidValue")                       \
    X(SCIM_REWRITE_EMPTY_VALUE, "empty-value", "Entra",                                                                          \
      "\"\" or {\"value\":\"\"} written to a complex attribute removes it: manager; so does \"\" or null behind a value filter", \
      "400 invalidValue; behind a value filter the empty text that it is")                                                       \
    X(SCIM_REWRITE_SINGLE_FILTER, "single-filter", "Entra",                                                                      \
      "a value filter on a single-valued attribute asks that one value: manager[value eq \"x\"]", "400 invalidPath")             \
    X(SCIM_REWRITE_CREATE_ON_MISS, "create-on-miss", "Entra",                                                                    \
      "add or replace through a value filter that matches nothing creates the element with the filter's eq literals (A01, A02)", \
      "400 noTarget")                                                                                                            \
    X(SCIM_REWRITE_JSON_TEXT, "json-text", "Entra", "a role whose value is a JSON object in a text is that object",              \
      "stored as the text it is")                                                                                                \
    X(SCIM_REWRITE_DISPLAY_NAME, "display-name", "Entra", "displayName inside an element that has display means display: roles", \
      "passed over as unknown")                                                                                                  \
    X(SCIM_REWRITE_EXTRA_SCHEMAS, "extra-schemas", "Entra", "unknown URNs in schemas are passed over: the ADSCIM group",         \
      "400 invalidSyntax")                                                                                                       \
    X(SCIM_REWRITE_WRAP, "wrap", "Okta, Entra", "one value where a list is expected becomes a list of one",                      \
      "400 invalidValue, but for one value added or replaced in a PATCH")                                                        \
    X(SCIM_REWRITE_UNWRAP, "unwrap", "Entra", "a list of one where a single value is expected becomes the value: manager",       \
      "400 invalidValue")                                                                                                        \
    X(SCIM_REWRITE_LOOSE_FORMATS, "loose-formats", "Okta, Entra",                                                                \
      "values that miss the form RFC 7643 asks for are kept as they are: a country's name, a time zone of Windows",              \
      "400 invalidValue")

enum scim_rewrite {
#define X(bit, name, who, text, strict) bit,
    SCIM_REWRITES(X)
#undef X
        SCIM_REWRITE_COUNT
};

struct scim_compat {
    uint32_t off; /* bit n set: rewrite n is off; {0}: all on */
};

#define SCIM_COMPAT_ALL  ((struct scim_compat){0})
#define SCIM_COMPAT_NONE ((struct scim_compat){UINT32_MAX})

struct scim_rewrite_row {
    const char *name, *who, *text, *strict;
};
extern const struct scim_rewrite_row scim_compat_rows[SCIM_REWRITE_COUNT]; /* indexed by enum scim_rewrite */

bool scim_compat_on(struct scim_compat compat, enum scim_rewrite rewrite);
bool scim_compat_switch(struct scim_compat *compat, const char *name, bool on); /* false: no such rewrite */

/* The body of a POST or PUT in RFC shape, as far as the rewrites reach; what they don't know stays for scim_check_*. Root in the arena. */
json *scim_compat_resource(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type,
                           const json *body);
/* One PATCH operation as none, one or several in RFC shape, in two steps: split takes the keys of a path-less value apart that are paths;
 * operation treats what split gave, one by one. current: the resource as it stands, with what is known of its
 * lists; it is not changed. They never fail: what they can't read they leave alone. */
struct scim_patch scim_compat_split(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type,
                                    const struct scim_operation *operation);
struct scim_patch scim_compat_operation(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type,
                                        json *current, struct patch_lists *lists, const struct scim_operation *operation);
/* A search filter, with boolean-text and short-name applied: `roles[primary eq "True"].value eq "admin"`. */
const struct scim_filter *scim_compat_filter(struct arena *arena, struct scim_compat compat,
                                             const struct scim_resource_type *type, const struct scim_filter *filter);

#endif
