/* What an organization has decided, before and after an admin's action. */
#include "common/base.h"

#include "reference-server/trail.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"

static const char *number(const struct exchange *x, uint64_t value)
{
    return arena_printf(x->arena, "%llu", (unsigned long long)value);
}

static const char *yes_or_no(bool value)
{
    return value ? "true" : "false";
}

static const char *networks(const struct exchange *x)
{
    const struct organization_settings *settings = &x->organization->settings;
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < settings->scim_networks.count; i++) {
        char text[NETWORK_MAX_TEXT];
        buffer_printf(&b, "%s%s", i == 0 ? "" : " ", network_format(&settings->scim_networks.items[i], text));
    }
    return buffer_take(&b, x->arena);
}

json *trail_settings(const struct exchange *x)
{
    const struct organization *organization = x->organization;
    static const char *const features[] = {[FEATURE_BY_PLAN] = "by plan", [FEATURE_OFF] = "false", [FEATURE_ON] = "true"};
    const char *const rows[][2] = {
        {"plan", organization->plan->name},
        {"features." FEATURE_SCIM, features[organization->scim_feature]},
        {"saml", yes_or_no(organization->saml)},
        {"settings.membersCreateWorkspaces", yes_or_no(organization->settings.members_create_workspaces)},
        {"settings.seats", number(x, organization->settings.seats)},
        {"settings.defaultOrgRole", org_role_name(organization->settings.default_org_role)},
        {"settings.scimAllowedAddresses", networks(x)},
        {"settings.breakGlassOwner", organization->break_glass->user_name},
    };
    json *out = json_object(x->arena), *policies = json_object(x->arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        json_set_text(out, rows[i][0], rows[i][1]);
    policies_write(organization, policies);
    for (const json *block = json_first(policies); block != NULL; block = json_next(block))
        json_set_text(out, json_key(block), json_print(x->arena, block));
    return out;
}

bool trail_note_settings(struct exchange *x, const json *before)
{
    const json *after = trail_settings(x);
    bool any = false;
    for (const json *n = json_first(before); n != NULL; n = json_next(n)) {
        const char *now = json_get_text(after, json_key(n), NULL);
        if (text_equal(now, json_text(n)))
            continue;
        audit_configuration(x->organization, json_key(n), json_text(n), now);
        any = true;
    }
    for (const json *n = json_first(after); n != NULL; n = json_next(n)) {
        if (json_get(before, json_key(n)) != NULL)
            continue;
        audit_configuration(x->organization, json_key(n), NULL, json_text(n));
        any = true;
    }
    return any;
}
