/* What an organization has decided, before and after an admin's action. */
#include "common/base.h"

#include "reference-server/trail.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/clearance.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"

#include <string.h>

static const char *number(const struct exchange *x, uint64_t value)
{
    return arena_printf(x->arena, "%llu", (unsigned long long)value);
}

static const char *yes_or_no(bool value)
{
    return value ? "true" : "false";
}

static const char *networks(const struct exchange *x, const struct allowed_networks *allowed)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < allowed->count; i++) {
        char text[NETWORK_MAX_TEXT];
        buffer_printf(&b, "%s%s", i == 0 ? "" : " ", network_format(&allowed->items[i], text));
    }
    return buffer_take(&b, x->arena);
}

static const char *levels(const struct exchange *x)
{
    json *list = json_array(x->arena);
    clearance_write_levels(&x->organization->settings.classifications, list);
    struct buffer b = buffer_new(0);
    for (const json *level = json_first(list); level != NULL; level = json_next(level))
        buffer_printf(&b, "%s%s", b.n == 0 ? "" : " ", json_text(level));
    return buffer_take(&b, x->arena);
}

static void put_saml(const struct exchange *x, json *out)
{
    const json *settings = x->organization->saml_settings;
    json_set_text(out, "saml.entityId", json_get_text(settings, "entityId", ""));
    json_set_text(out, "saml.signOnUrl", json_get_text(settings, "signOnUrl", ""));
    json_set_text(out, "saml.passwordSignIn", yes_or_no(json_get_bool(settings, "passwordSignIn", true)));
}

static void put_managed(const struct exchange *x, json *out, const struct resource *workspace)
{
    json_set_text(out, arena_printf(x->arena, "workspaces.%s.managed", workspace->path), yes_or_no(workspace->managed));
}

/* What an action about places is about; of others nothing, so that they cost no more where there are many. */
static void put_places(const struct exchange *x, json *out)
{
    const char *action = json_get_text(x->body, "action", "");
    const struct list *workspaces = &x->organization->workspaces;
    for (size_t i = 0; strcmp(action, "manage-workspaces") == 0 && i < workspaces->count; i++)
        put_managed(x, out, workspaces->items[i]);
    const struct resource *folder = strcmp(action, "set-folder") == 0 || strcmp(action, "create-folder") == 0
                                        ? resource_find(x->organization, json_get_text(x->body, "folder", ""))
                                        : NULL;
    if (folder != NULL && folder->kind == RESOURCE_FOLDER)
        json_set_text(out, arena_printf(x->arena, "folders.%s.teamAccess", folder->path), team_access_name(folder->team_access));
    const struct resource *workspace =
        strcmp(action, "create-workspace") == 0 ? resource_find(x->organization, json_get_text(x->body, "workspace", "")) : NULL;
    if (workspace != NULL)
        put_managed(x, out, workspace);
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
        {"settings.scimAllowedAddresses", networks(x, &organization->settings.scim_networks)},
        {"settings.signInAllowedAddresses", networks(x, &organization->settings.sign_in_networks)},
        {"settings.classifications", levels(x)},
        {"settings.breakGlassOwner", organization->break_glass->user_name},
    };
    json *out = json_object(x->arena), *policies = json_object(x->arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        json_set_text(out, rows[i][0], rows[i][1]);
    put_saml(x, out);
    put_places(x, out);
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
