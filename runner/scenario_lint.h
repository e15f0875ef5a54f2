/* scenario_lint.h: how a scenario file is checked: tables of members, and a list of complaints. Private to scenario_*.c.
 *
 * The format is described by tables of struct member; lint_object walks an object along its table and calls the check of each
 * value. A check sees a value of the right type.
 */
#ifndef RUNNER_SCENARIO_LINT_H
#define RUNNER_SCENARIO_LINT_H

#include "common/base.h"
#include "common/json.h"
#include "runner/scenario.h"

enum {
    IS_NULL = 1 << JSON_NULL,
    IS_BOOL = 1 << JSON_BOOL,
    IS_NUMBER = 1 << JSON_NUMBER,
    IS_TEXT = 1 << JSON_STRING,
    IS_ARRAY = 1 << JSON_ARRAY,
    IS_OBJECT = 1 << JSON_OBJECT,
    IS_ANY = IS_NULL | IS_BOOL | IS_NUMBER | IS_TEXT | IS_ARRAY | IS_OBJECT
};

/* Names known at some place of the file. */
struct names {
    const char **items;
    size_t count;
};

struct lint {
    struct arena *arena;
    const struct json_document *document;
    struct scenario *scenario;
    struct complaints *complaints;
    struct names users, groups;       /* directory keys */
    struct names people;              /* keys and addresses of everybody */
    struct names holders;             /* who may be named in the organization's set-up: accounts and the break-glass owner */
    struct names workspaces, folders; /* there so far: "Sales", "Sales/Pricing" */
    struct names variables;           /* saved so far */
    struct names signed_in, invited;  /* people, so far */
};

typedef void lint_check(struct lint *lint, const json *value);

struct member {
    const char *name;
    unsigned types;
    bool required;
    lint_check *check; /* may be NULL */
};

void complain(struct lint *lint, const json *at, const char *remedy, const char *format, ...) PRINTF_LIKE(4, 5);
void names_add(struct lint *lint, struct names *names, const char *name);
bool names_have(const struct names *names, const char *name);

/* False (and a complaint) when the value's type is not among types. what: "the operand of assign". */
bool lint_type(struct lint *lint, const json *value, unsigned types, const char *what);
/* what: "the scenario". */
void lint_object(struct lint *lint, const json *object, const struct member *members, size_t count, const char *what);
void lint_each(struct lint *lint, const json *array, unsigned types, lint_check *check,
               const char *what); /* array of values; must not be empty */
/* A text out of a list; a complaint names the nearest. kind: "role". */
void lint_choice(struct lint *lint, const json *value, const char *text, const char *const *choices, size_t count,
                 const char *kind);

/* Checks of single values. */
void check_user(struct lint *lint, const json *value);   /* a key of directory.users */
void check_group(struct lint *lint, const json *value);  /* a key of directory.groups */
void check_person(struct lint *lint, const json *value); /* a key, or the address of somebody of the organization */
void check_workspace(struct lint *lint, const json *value);
void check_folder(struct lint *lint, const json *value);
void check_duration(struct lint *lint, const json *value);
void check_resource(struct lint *lint, const json *value); /* a workspace, or a folder */
void check_role(struct lint *lint, const json *value);
void check_team_access(struct lint *lint, const json *value);
void check_plan(struct lint *lint, const json *value);
void check_org_role(struct lint *lint, const json *value);
void check_name(struct lint *lint, const json *value);      /* a text that is not blank */
void check_rule(struct lint *lint, const json *value);      /* a requirement id when it begins with RFC */
void check_variables(struct lint *lint, const json *value); /* ${...} in every text of the value */
/* A member's key as a user, group or person. */
bool known_key(struct lint *lint, const json *member, const struct names *names, const char *kind);
bool role_known(const char *word);

/* Parts of the file, in this order. */
void lint_head(struct lint *lint);
void lint_directory(struct lint *lint);
void lint_organization(struct lint *lint);
void lint_steps(struct lint *lint);
void lint_product(struct lint *lint, const struct scenario_step *step);
void lint_expect(struct lint *lint, const json *expect);
void lint_wait(struct lint *lint, const struct scenario_step *step);
void lint_fault(struct lint *lint, const struct scenario_step *step);
void lint_audit(struct lint *lint, const json *value);    /* expect.audit */
void lint_provider(struct lint *lint, const json *value); /* expect.provider */
/* Of the console's steps. */
void lint_event_is_of(struct lint *lint, const struct scenario_step *step); /* every dialect of the story has the event */
void lint_fates(struct lint *lint, const struct scenario_step *step);       /* "leave" or "delete" */
void lint_text_operand(struct lint *lint, const struct scenario_step *step);
void lint_passwords(struct lint *lint, const struct scenario_step *step);
void lint_grants(struct lint *lint, const struct scenario_step *step);
void lint_console_settings(struct lint *lint, const struct scenario_step *step);
void lint_settings(struct lint *lint, const json *value);                /* of set-organization: plan, features, saml, settings */
void lint_attributes(struct lint *lint, const json *value, bool update); /* of a directory user */

#endif
