/* Defects in what is written to the trail, so that everything that reads it sees them: its export, its chain, `why`, the reports. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/lifecycle.h"

static void keep(json *events, bool (*stays)(json *event))
{
    for (json *event = json_edit_first(events), *next; event != NULL; event = next) {
        next = json_edit_next(event);
        if (!stays(event))
            json_remove_node(events, event);
    }
}

/* A step that leaves out the events of which `kept` is false. */
#define TELLS(name, kept)                                                                                                        \
    static bool name##_stays(json *event)                                                                                        \
    {                                                                                                                            \
        return kept;                                                                                                             \
    }                                                                                                                            \
    static bool name##_tells(const struct organization *organization, const struct audit_entry *entry, json *events)             \
    {                                                                                                                            \
        UNUSED(organization);                                                                                                    \
        UNUSED(entry);                                                                                                           \
        keep(events, name##_stays);                                                                                              \
        return true;                                                                                                             \
    }                                                                                                                            \
    void name##_steps(struct model_steps *steps)                                                                                 \
    {                                                                                                                            \
        steps->tells = name##_tells;                                                                                             \
    }

#define UNTOLD(name, unwanted) TELLS(name, !text_equal(json_get_text(event, "event", NULL), audit_event_name(unwanted)))

UNTOLD(s4_untold_created, AUDIT_USER_CREATED)
UNTOLD(s4_untold_updated, AUDIT_USER_UPDATED)
UNTOLD(s4_untold_deprovisioned, AUDIT_USER_DEPROVISIONED)
UNTOLD(s4_untold_login, AUDIT_LOGIN_ATTEMPTS)
UNTOLD(s4_untold_permission, AUDIT_PERMISSION_CHANGES)
UNTOLD(s4_untold_membership, AUDIT_GROUP_MEMBERSHIP)
UNTOLD(s4_untold_operation, AUDIT_SYNC_OPERATIONS)
UNTOLD(s4_untold_error, AUDIT_ERROR_CONDITIONS)
UNTOLD(s4_untold_configuration, AUDIT_CONFIGURATION_CHANGES)
TELLS(s4_refused_untold, !text_equal(json_get_text(event, "result", NULL), "failure"))
TELLS(s4_approval_untold, json_get(event, "approval") == NULL)
TELLS(s4_kept_out_untold, !text_equal(json_get_text(event, "operation_type", NULL), "keep-out"))
TELLS(s4_old_role_untold, (json_remove(event, "old_role"), true))

TELLS(s4_group_permission_untold, !text_equal(json_get_text(event, "of", NULL), "permission"))
TELLS(s4_invite_untold, !text_equal(json_get_text(event, "of", NULL), "invite"))

static bool without_old(json *event)
{
    for (json *change = json_edit_first(json_edit(event, "changes")); change != NULL; change = json_edit_next(change))
        json_remove(change, "old");
    return true;
}

TELLS(s4_old_setting_untold, without_old(event))

static bool nothing_of_the_clock(const struct organization *organization, const struct audit_entry *entry, json *events)
{
    UNUSED(organization);
    UNUSED(events);
    return !text_equal(entry->actor, "clock");
}

void s4_clock_untold_steps(struct model_steps *steps)
{
    steps->tells = nothing_of_the_clock;
}

/* --- a secret in the trail --- */

/* Wherever a client writes it: a resource, or an operation with or without a path. */
static const char *password_of(const json *body)
{
    const char *found = json_get_text(body, "password", NULL);
    for (const json *op = json_first(json_get(body, "Operations")); found == NULL && op != NULL; op = json_next(op)) {
        bool named = text_equal(json_get_text(op, "path", NULL), "password");
        found = named ? json_get_text(op, "value", NULL) : json_get_text(json_get(op, "value"), "password", NULL);
    }
    return found;
}

void s4_secret_told_stored(struct exchange *x, struct change *change)
{
    const struct account *account = account_by_id(x->organization, change->id);
    const char *password = password_of(change->body);
    if (account != NULL && password != NULL)
        audit_field(x->organization, account, "password", NULL, password);
}
