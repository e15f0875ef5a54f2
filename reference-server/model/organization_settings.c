#include "common/base.h"

#include "reference-server/model/organization_settings.h"

#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/place.h"
#include "reference-server/model/resource.h"

#include <string.h>

#define MEMBERS_SETTINGS                                                                                                         \
    "membersCreateWorkspaces seats defaultOrgRole breakGlassOwner scimAllowedAddresses signInAllowedAddresses classifications"

static const struct place root;

/* Read into a draft, applied when all is good. */
struct draft {
    const struct plan *plan;
    enum feature scim_feature;
    bool saml;
    const json *saml_settings; /* of the document; NULL: as they are */
    struct organization_settings settings;
    const char *break_glass; /* address; NULL: as it is */
};

static bool read_features(const json *members, struct draft *draft, struct model_failure *failure)
{
    const struct place at = {&root, "features"};
    const json *features = json_get(members, "features");
    if (!place_object(&at, features, FEATURE_SCIM, failure)) {
        return false;
    }
    const json *flag = json_get(features, FEATURE_SCIM);
    if (flag == NULL) {
        return true;
    }
    if (json_type(flag) == JSON_NULL) { /* no override any more */
        draft->scim_feature = FEATURE_BY_PLAN;
        return true;
    }
    bool on = false;
    if (!place_bool(&at, features, FEATURE_SCIM, &on, failure)) {
        return false;
    }
    draft->scim_feature = on ? FEATURE_ON : FEATURE_OFF;
    return true;
}

bool organization_read_org_role(const struct place *at, const json *object, const char *key, enum org_role *out,
                                struct model_failure *failure)
{
    const char *text = NULL;
    if (!place_text(at, object, key, ORGANIZATION_MAX_NAME, &text, failure)) {
        return false;
    }
    if (text != NULL && !org_role_read(text, out)) {
        (void)place_refuse(at, key, failure, "\"%.100s\" is no org role; known are: admin, manager, user", text);
        return place_advise(failure, "use one of these");
    }
    return true;
}

/* An empty list lets everybody in again. */
static bool read_addresses(const struct place *at, const json *settings, const char *key, struct allowed_networks *out,
                           struct model_failure *failure)
{
    const json *list = NULL;
    if (!place_value(at, settings, key, JSON_ARRAY, &list, failure)) {
        return false;
    }
    if (list == NULL) {
        return true;
    }
    if (json_count(list) > ORGANIZATION_MAX_NETWORKS) {
        return place_refuse(at, key, failure, "at most %d networks", ORGANIZATION_MAX_NETWORKS);
    }
    out->count = 0;
    for (const json *entry = json_first(list); entry != NULL; entry = json_next(entry)) {
        const char *text = json_text(entry);
        if (text == NULL || !network_parse(text, &out->items[out->count++])) {
            return place_refuse(at, key, failure,
                                "every entry must be an address or a network such as \"192.0.2.0/24\" or \"2001:db8::/32\", "
                                "without bits behind its prefix");
        }
    }
    return true;
}

static bool read_settings(const json *members, struct draft *draft, struct model_failure *failure)
{
    const struct place at = {&root, "settings"};
    const json *settings = json_get(members, "settings");
    if (!place_object(&at, settings, MEMBERS_SETTINGS, failure)) {
        return false;
    }
    const json *seats = json_get(settings, "seats");
    int64_t count = 0;
    if (seats != NULL && (!json_integer(seats, &count) || count < 1 || count > ORGANIZATION_SETTINGS_SEATS)) {
        return place_refuse(&at, "seats", failure, "seats must be a whole number from 1 to %d", ORGANIZATION_SETTINGS_SEATS);
    }
    if (seats != NULL) {
        draft->settings.seats = (size_t)count;
    }
    return place_bool(&at, settings, "membersCreateWorkspaces", &draft->settings.members_create_workspaces, failure) &&
           read_addresses(&at, settings, "scimAllowedAddresses", &draft->settings.scim_networks, failure) &&
           read_addresses(&at, settings, "signInAllowedAddresses", &draft->settings.sign_in_networks, failure) &&
           clearance_read_levels(&at, settings, &draft->settings.classifications, failure) &&
           organization_read_org_role(&at, settings, "defaultOrgRole", &draft->settings.default_org_role, failure) &&
           place_text(&at, settings, "breakGlassOwner", ACCOUNT_MAX_NAME, &draft->break_glass, failure);
}

/* true, false, or its settings, which say that it is configured. */
static bool read_saml(const json *members, struct draft *draft, struct model_failure *failure)
{
    const struct place at = {&root, "saml"};
    const json *saml = json_get(members, "saml");
    const char *entity = NULL, *url = NULL;
    bool password = true;
    if (!json_is(saml, JSON_OBJECT)) {
        return place_bool(&root, members, "saml", &draft->saml, failure);
    }
    if (!place_object(&at, saml, "entityId signOnUrl passwordSignIn", failure) ||
        !place_text(&at, saml, "entityId", 1024, &entity, failure) || !place_text(&at, saml, "signOnUrl", 2048, &url, failure) ||
        !place_bool(&at, saml, "passwordSignIn", &password, failure)) {
        return false;
    }
    if (entity == NULL || url == NULL || !text_starts(url, "https://")) {
        return place_refuse(&at, entity == NULL ? "entityId" : "signOnUrl", failure,
                            "SAML needs the provider's entityId and its signOnUrl, which is https");
    }
    draft->saml = true;
    draft->saml_settings = saml;
    return true;
}

static bool read_draft(const json *members, struct draft *draft, struct model_failure *failure)
{
    const char *plan = NULL;
    if (!place_text(&root, members, "plan", ORGANIZATION_MAX_NAME, &plan, failure) || !read_saml(members, draft, failure)) {
        return false;
    }
    if (plan != NULL && (draft->plan = plan_find(plan)) == NULL) {
        return place_refuse(&root, "plan", failure, "there is no plan \"%.100s\"; known are: %s", plan, plan_names());
    }
    return read_features(members, draft, failure) && read_settings(members, draft, failure);
}

static struct draft draft_of(const struct organization *organization)
{
    return (struct draft){organization->plan, organization->scim_feature, organization->saml, NULL, organization->settings, NULL};
}

static void apply_draft(struct organization *organization, const struct draft *draft)
{
    organization->plan = draft->plan;
    organization->scim_feature = draft->scim_feature;
    organization->saml = draft->saml;
    organization->settings = draft->settings;
    if (draft->saml_settings != NULL || !draft->saml) {
        json_free_packed(organization->saml_settings);
        organization->saml_settings = json_pack(draft->saml_settings);
    }
}

/* What is classified keeps a level that there is. */
static bool classifies_all(const struct organization *organization, const struct clearance_levels *levels, const struct place *at,
                           struct model_failure *failure)
{
    for (size_t i = 0; i < organization->projects.count; i++) {
        const struct project *project = organization->projects.items[i];
        if (project->classification != NULL && !clearance_known(levels, project->classification)) {
            return place_refuse(at, "classifications", failure, "the project \"%.300s\" is %s: classify it otherwise first",
                                project->path, project->classification);
        }
    }
    return true;
}

bool organization_settings_set(struct organization *organization, const json *members, struct model_failure *failure)
{
    struct draft draft = draft_of(organization);
    if (!place_object(&root, members, ORGANIZATION_SETTINGS, failure) || !read_draft(members, &draft, failure)) {
        return false;
    }
    const struct place settings = {&root, "settings"};
    if (draft.settings.seats != 0 && draft.settings.seats < organization->seats_used) {
        return place_refuse(&settings, "seats", failure, "%zu seats are taken", organization->seats_used);
    }
    struct account *owner = draft.break_glass == NULL ? organization->break_glass : account_find(organization, draft.break_glass);
    if (owner == NULL || !owner->active) {
        return place_refuse(&settings, "breakGlassOwner", failure, "\"%.300s\" is no active account", draft.break_glass);
    }
    if (!classifies_all(organization, &draft.settings.classifications, &settings, failure)) {
        return false;
    }
    apply_draft(organization, &draft);
    change_note(organization, RECORD_ORGANIZATION, "");
    organization->break_glass = owner; /* one leaves the seat count, the other enters it */
    return true;
}

bool organization_settings_found(struct organization *organization, const json *document, struct model_failure *failure)
{
    struct draft draft = draft_of(organization);
    if (!read_draft(document, &draft, failure)) {
        return false;
    }
    apply_draft(organization, &draft);
    return true;
}

bool organization_address_valid(const char *text)
{
    const char *at = strchr(text, '@');
    return at != NULL && at != text && at[1] != '\0' && strlen(text) <= ACCOUNT_MAX_NAME && strpbrk(text, " \t\r\n") == NULL;
}
