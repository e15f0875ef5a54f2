/* Checks of the `expect` part `audit`. */
#include "common/base.h"

#include "runner/scenario_lint.h"

#include "common/memory.h"
#include "common/text.h"

static const char *const event_names[] = {"user_created",    "user_updated",       "user_deprovisioned",
                                          "login_attempts",  "permission_changes", "group_membership",
                                          "sync_operations", "error_conditions",   "configuration_changes"};

static void check_event_name(struct lint *lint, const json *value)
{
    lint_choice(lint, value, json_text(value), event_names, ARRAY_LEN(event_names), "event");
}

static void check_true(struct lint *lint, const json *value)
{
    if (!json_true(value))
        complain(lint, value, "leave it out, or write true", "\"%s\" is true or not there", json_key(value));
}

static void check_event(struct lint *lint, const json *value)
{
    static const struct member members[] = {
        {"event", IS_TEXT, false, check_event_name},
        {"user", IS_TEXT, false, check_person},
        {"group", IS_TEXT, false, check_group},
        {"nothing", IS_BOOL, false, check_true},
        {"not", IS_BOOL, false, check_true},
        {"of", IS_TEXT, false, NULL},
        {"resource", IS_TEXT, false, NULL},
        {"old_role", IS_TEXT | IS_NULL, false, NULL},
        {"new_role", IS_TEXT | IS_NULL, false, NULL},
        {"approval", IS_TEXT, false, NULL},
        {"source", IS_TEXT, false, NULL},
        {"action", IS_TEXT, false, NULL},
        {"reason", IS_TEXT | IS_NULL, false, NULL},
        {"method", IS_TEXT, false, NULL},
        {"result", IS_TEXT, false, NULL},
        {"actor", IS_TEXT, false, NULL},
        {"initiator", IS_TEXT, false, NULL},
        {"changed_by", IS_TEXT, false, NULL},
        {"operation_type", IS_TEXT, false, NULL},
        {"status", IS_TEXT, false, NULL},
        {"error_type", IS_TEXT, false, NULL},
        {"detail", IS_TEXT, false, NULL},
        {"resolution", IS_TEXT, false, NULL},
        {"field", IS_TEXT, false, NULL},
        {"old", IS_TEXT | IS_NULL, false, NULL},
        {"new", IS_TEXT | IS_NULL, false, NULL},
    };
    lint_object(lint, value, members, ARRAY_LEN(members), "\"audit\"");
    if (json_get(value, "event") == NULL && json_get(value, "nothing") == NULL)
        complain(lint, value, "write \"event\": \"permission_changes\", or \"nothing\": true", "\"audit\" names no event");
    if (json_get(value, "nothing") != NULL && json_count(value) > 1)
        complain(lint, value, "write it alone", "\"nothing\" goes with nothing else");
    if (json_get(value, "field") == NULL && (json_get(value, "old") != NULL || json_get(value, "new") != NULL))
        complain(lint, value, "name the \"field\"", "\"old\" and \"new\" are of a field");
}

void lint_audit(struct lint *lint, const json *value)
{
    if (json_count(value) == 0)
        complain(lint, value, "name an event", "\"audit\" expects nothing");
    lint_each(lint, value, IS_OBJECT, check_event, "\"audit\"");
}
