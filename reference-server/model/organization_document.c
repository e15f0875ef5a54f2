#include "common/base.h"

#include "reference-server/model/organization_document.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization_people.h"
#include "reference-server/model/place.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/scope.h"
#include "reference-server/model/token.h"

#include <stdio.h>
#include <string.h>

#define MEMBERS_SET "plan features saml settings"
#define MEMBERS_SETTINGS                                                                                                         \
    "membersCreateWorkspaces seats defaultOrgRole breakGlassOwner scimAllowedAddresses signInAllowedAddresses classifications"
#define MEMBERS_ALL                                                                                                              \
    "$schema name id domains clock scimToken scimCertificates accounts groups workspaces " POLICY_NAMES " " MEMBERS_SET
#define MEMBERS_ACCOUNT   "givenName familyName orgRole password active " MEMBERS_PUSHED
#define MEMBERS_WORKSPACE "managed members groups folders projects"
#define MEMBERS_FOLDER    "teamAccess members groups projects"
#define MEMBERS_PROJECT   "owner archived classification people"

static const struct place root;

/* --- plan, features, saml, settings: read into a draft, applied when all is good --- */

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

static bool read_org_role(const struct place *at, const json *object, const char *key, enum org_role *out,
                          struct model_failure *failure)
{
    const char *text = NULL;
    if (!place_text(at, object, key, ORGANIZATION_MAX_NAME, &text, failure)) {
        return false;
    }
    if (text != NULL && !org_role_read(text, out)) {
        return place_refuse(at, key, failure, "\"%.100s\" is no org role; known are: admin, manager, user", text);
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
    if (seats != NULL && (!json_integer(seats, &count) || count < 1 || count > ORGANIZATION_DOCUMENT_SEATS)) {
        return place_refuse(&at, "seats", failure, "seats must be a whole number from 1 to %d", ORGANIZATION_DOCUMENT_SEATS);
    }
    if (seats != NULL) {
        draft->settings.seats = (size_t)count;
    }
    return place_bool(&at, settings, "membersCreateWorkspaces", &draft->settings.members_create_workspaces, failure) &&
           read_addresses(&at, settings, "scimAllowedAddresses", &draft->settings.scim_networks, failure) &&
           read_addresses(&at, settings, "signInAllowedAddresses", &draft->settings.sign_in_networks, failure) &&
           clearance_read_levels(&at, settings, &draft->settings.classifications, failure) &&
           read_org_role(&at, settings, "defaultOrgRole", &draft->settings.default_org_role, failure) &&
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

bool organization_document_set(struct organization *organization, const json *members, struct model_failure *failure)
{
    struct draft draft = draft_of(organization);
    if (!place_object(&root, members, MEMBERS_SET, failure) || !read_draft(members, &draft, failure)) {
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
    apply_draft(organization, &draft);
    change_note(organization, RECORD_ORGANIZATION, "");
    organization->break_glass = owner; /* one leaves the seat count, the other enters it */
    return true;
}

/* --- accounts --- */

static bool is_address(const char *text)
{
    const char *at = strchr(text, '@');
    return at != NULL && at != text && at[1] != '\0' && strlen(text) <= ACCOUNT_MAX_NAME && strpbrk(text, " \t\r\n") == NULL;
}

/* The break-glass owner is there already; an entry of the document says more about that person. */
static bool describe_break_glass(struct organization *organization, const struct place *at, const json *entry,
                                 const struct account_person *person, struct model_failure *failure)
{
    struct account *account = organization->break_glass;
    if (!person->active) {
        return place_refuse(at, "active", failure, "the break-glass owner is always active");
    }
    if (person->given_name != NULL || person->family_name != NULL) {
        account_set_name(organization, organization->break_glass, person->given_name, person->family_name);
    }
    account_set_org_role(organization, account, person->org_role);
    return organization_people_describe(organization, at, entry, account, failure);
}

static bool read_account(struct organization *organization, const struct place *up, const json *entry,
                         struct model_failure *failure)
{
    const struct place at = {up, json_key(entry)};
    struct account_person person = {
        .address = json_key(entry), .active = true, .org_role = organization->settings.default_org_role};
    const char *password = NULL;
    struct account *account = account_by_user_name(organization, person.address);
    bool known = account != NULL && account == organization->break_glass;
    person.org_role = known ? account->org_role : person.org_role;
    const json *scim = NULL;
    if (!place_object(&at, entry, MEMBERS_ACCOUNT, failure) ||
        !place_text(&at, entry, "givenName", ORGANIZATION_MAX_NAME, &person.given_name, failure) ||
        !place_text(&at, entry, "familyName", ORGANIZATION_MAX_NAME, &person.family_name, failure) ||
        !place_text(&at, entry, "password", ACCOUNT_MAX_PASSWORD, &password, failure) ||
        !place_bool(&at, entry, "active", &person.active, failure) ||
        !read_org_role(&at, entry, "orgRole", &person.org_role, failure) ||
        !place_value(&at, entry, "scim", JSON_OBJECT, &scim, failure)) {
        return false;
    }
    if (scim == NULL && !is_address(person.address)) {
        return place_refuse(&at, NULL, failure, "\"%.200s\" is no mail address", person.address);
    }
    if (known ? !describe_break_glass(organization, &at, entry, &person, failure)
              : !organization_people_add(organization, &at, entry, &person, &account, failure)) {
        return false;
    }
    return password == NULL || account_set_password(organization, account, password, failure);
}

static bool read_accounts(struct organization *organization, const json *document, struct model_failure *failure)
{
    const struct place at = {&root, "accounts"};
    const json *accounts = json_get(document, "accounts");
    if (!place_object(&at, accounts, NULL, failure)) {
        return false;
    }
    for (const json *entry = json_first(accounts); entry != NULL; entry = json_next(entry)) {
        if (!read_account(organization, &at, entry, failure)) {
            return false;
        }
    }
    return true;
}

/* --- workspaces --- */

static struct account *read_person(const struct organization *organization, const struct place *at, const char *key,
                                   const char *name, struct model_failure *failure)
{
    struct account *account = account_by_user_name(organization, name);
    if (account == NULL) {
        place_refuse(at, key, failure, "\"%.200s\" is not in accounts", name);
    }
    return account;
}

/* owners_only: just those who own; else everybody. */
static bool read_members(struct organization *organization, const struct place *up, const json *holder, struct resource *resource,
                         bool owners_only, struct model_failure *failure)
{
    const struct place at = {up, "members"};
    const json *members = json_get(holder, "members");
    if (!place_object(&at, members, NULL, failure)) {
        return false;
    }
    for (const json *member = json_first(members); member != NULL; member = json_next(member)) {
        enum role role;
        struct account *account = read_person(organization, &at, json_key(member), json_key(member), failure);
        if (account == NULL) {
            return false;
        }
        if (!role_read(json_text(member), &role)) {
            return place_refuse(&at, json_key(member), failure,
                                "a role must be one of owner, maintainer, editor, commenter, collaborator, "
                                "participant, viewer, edit, check, view");
        }
        if ((!owners_only || role == ROLE_OWNER) && !grant_person(organization, account, resource, role, failure)) {
            return place_mark(&at, json_key(member), failure);
        }
    }
    return true;
}

/* Who is assigned to a project. */
static bool read_assigned(struct organization *organization, const struct place *up, const json *entry, struct project *project,
                          struct model_failure *failure)
{
    const json *people = NULL;
    if (!place_value(up, entry, "people", JSON_ARRAY, &people, failure)) {
        return false;
    }
    for (const json *person = json_first(people); person != NULL; person = json_next(person)) {
        const char *name = json_text(person) == NULL ? "" : json_text(person);
        struct account *account = read_person(organization, up, "people", name, failure);
        if (account == NULL) {
            return false;
        }
        assign(organization, account, project);
    }
    return true;
}

static bool read_project(struct organization *organization, const struct place *up, const json *entry, struct resource *workspace,
                         struct model_failure *failure)
{
    const struct place at = {up, json_key(entry)};
    const char *name = organization->break_glass->user_name, *classification = NULL;
    if (!place_object(&at, entry, MEMBERS_PROJECT, failure) ||
        !place_text(&at, entry, "owner", ACCOUNT_MAX_NAME, &name, failure) ||
        !place_text(&at, entry, "classification", CLEARANCE_MAX_NAME - 1, &classification, failure)) {
        return false;
    }
    struct account *owner = read_person(organization, &at, "owner", name, failure);
    if (owner == NULL) {
        return false;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct project *project;
    bool archived = false;
    if (!place_bool(&at, entry, "archived", &archived, failure)) {
        return false;
    }
    if (!resource_add_project(organization, arena_printf(arena, "%s/%s", workspace->path, json_key(entry)), owner, &project,
                              failure)) {
        return place_mark(&at, NULL, failure);
    }
    project->archived = archived;
    if (!clearance_classify(organization, project, classification, failure)) {
        return place_mark(&at, "classification", failure);
    }
    return read_assigned(organization, &at, entry, project, failure);
}

typedef bool child_reader(struct organization *, const struct place *, const json *, struct resource *, struct model_failure *);

static bool read_children(struct organization *organization, const struct place *up, const json *holder, const char *key,
                          struct resource *workspace, child_reader *read, struct model_failure *failure)
{
    const struct place at = {up, key};
    const json *children = json_get(holder, key);
    if (!place_object(&at, children, NULL, failure)) {
        return false;
    }
    for (const json *entry = json_first(children); entry != NULL; entry = json_next(entry)) {
        if (!read(organization, &at, entry, workspace, failure)) {
            return false;
        }
    }
    return true;
}

static bool read_folder(struct organization *organization, const struct place *up, const json *entry, struct resource *workspace,
                        struct model_failure *failure)
{
    const struct place at = {up, json_key(entry)};
    const char *text = NULL;
    enum team_access team_access = TEAM_ACCESS_WORKSPACE;
    if (!place_object(&at, entry, MEMBERS_FOLDER, failure) ||
        !place_text(&at, entry, "teamAccess", ORGANIZATION_MAX_NAME, &text, failure)) {
        return false;
    }
    if (text != NULL && !team_access_read(text, &team_access)) {
        return place_refuse(&at, "teamAccess", failure, "teamAccess must be \"workspace\" or \"invite-only\"");
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct resource *folder;
    if (!resource_add_folder(organization, arena_printf(arena, "%s/%s", workspace->path, json_key(entry)), team_access, &folder,
                             failure)) {
        return place_mark(&at, NULL, failure);
    }
    return read_members(organization, &at, entry, folder, false, failure) &&
           organization_people_grants(organization, &at, entry, folder, failure) &&
           read_children(organization, &at, entry, "projects", folder, read_project, failure);
}

/* The break-glass owner holds a workspace until a named owner who is active takes it. */
static bool read_owners(struct organization *organization, const struct place *at, const json *entry, struct resource *workspace,
                        struct model_failure *failure)
{
    if (!read_members(organization, at, entry, workspace, true, failure)) {
        return false;
    }
    const json *named = json_get(json_get(entry, "members"), organization->break_glass->user_name);
    if (named == NULL && lifecycle_active_owner(workspace, organization->break_glass) != NULL) {
        return grant_revoke_person(organization, organization->break_glass, workspace, failure);
    }
    return true;
}

static bool read_workspace(struct organization *organization, const struct place *up, const json *entry,
                           struct model_failure *failure)
{
    const struct place at = {up, json_key(entry)};
    bool managed = true;
    if (!place_object(&at, entry, MEMBERS_WORKSPACE, failure) || !place_bool(&at, entry, "managed", &managed, failure)) {
        return false;
    }
    struct resource *workspace;
    if (!resource_add_workspace(organization, json_key(entry), managed, NULL, &workspace, failure)) {
        return place_mark(&at, NULL, failure);
    }
    return read_owners(organization, &at, entry, workspace, failure) &&
           read_members(organization, &at, entry, workspace, false, failure) &&
           organization_people_grants(organization, &at, entry, workspace, failure) &&
           read_children(organization, &at, entry, "folders", workspace, read_folder, failure) &&
           read_children(organization, &at, entry, "projects", workspace, read_project, failure);
}

static bool read_workspaces(struct organization *organization, const json *document, struct model_failure *failure)
{
    const struct place at = {&root, "workspaces"};
    const json *workspaces = json_get(document, "workspaces");
    if (!place_object(&at, workspaces, NULL, failure)) {
        return false;
    }
    for (const json *entry = json_first(workspaces); entry != NULL; entry = json_next(entry)) {
        if (!read_workspace(organization, &at, entry, failure)) {
            return false;
        }
    }
    return true;
}

/* --- client certificates, by name --- */

static bool read_certificates(struct organization *organization, const json *document, struct model_failure *failure)
{
    const struct place list = {&root, "scimCertificates"};
    const json *certificates = json_get(document, "scimCertificates");
    if (!place_object(&list, certificates, NULL, failure)) {
        return false;
    }
    for (const json *entry = json_first(certificates); entry != NULL; entry = json_next(entry)) {
        const struct place at = {&list, json_key(entry)};
        struct certificate_wish wish = {.name = json_key(entry)};
        if (text_is_blank(wish.name) || strlen(wish.name) > CERTIFICATE_MAX_NAME) {
            return place_refuse(&at, NULL, failure, "a name has 1 to %d bytes", CERTIFICATE_MAX_NAME);
        }
        if (!place_object(&at, entry, CERTIFICATE_MEMBERS, failure) || !certificate_wish_read(&at, entry, &wish, failure)) {
            return false;
        }
        if (!certificate_add(organization, &wish, failure)) {
            return place_mark(&at, NULL, failure);
        }
    }
    return true;
}

/* --- the whole --- */

struct head {
    const char *name, *id, *token, *first_domain, *break_glass;
    const json *domains;
};

static bool id_valid(const char *id)
{
    return strlen(id) <= ORGANIZATION_DOCUMENT_ID && id[0] != '-' &&
           strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id);
}

/* "Acme Ltd" gives "acme-ltd". */
static char *id_from_name(struct arena *arena, const char *name)
{
    char id[ORGANIZATION_DOCUMENT_ID + 1];
    size_t n = 0;
    for (; *name != '\0' && n < ORGANIZATION_DOCUMENT_ID; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain || (n > 0 && id[n - 1] != '-')) {
            id[n++] = plain ? c : '-';
        }
    }
    while (n > 0 && id[n - 1] == '-') {
        n--;
    }
    return n == 0 ? arena_strdup(arena, "organization") : arena_strndup(arena, id, n);
}

const char *organization_document_id(struct arena *arena, const json *document)
{
    const char *id = json_get_text(document, "id", NULL), *name = json_get_text(document, "name", NULL);
    return id != NULL ? arena_strdup(arena, id) : name != NULL ? id_from_name(arena, name) : NULL;
}

static bool read_domains(const json *domains, const char **first, struct model_failure *failure)
{
    if (json_count(domains) > ORGANIZATION_DOCUMENT_DOMAINS) {
        return place_refuse(&root, "domains", failure, "at most %d domains", ORGANIZATION_DOCUMENT_DOMAINS);
    }
    for (const json *domain = json_first(domains); domain != NULL; domain = json_next(domain)) {
        const char *text = json_text(domain);
        if (text == NULL || !resource_name_valid(text) || strpbrk(text, "@ \t") != NULL) {
            return place_refuse(&root, "domains", failure, "every domain must be text such as \"acme.test\"");
        }
        *first = *first == NULL ? text : *first;
    }
    return true;
}

static bool read_head(const json *document, struct head *head, struct model_failure *failure)
{
    if (!place_object(&root, document, MEMBERS_ALL, failure) || document == NULL ||
        !place_text(&root, document, "name", ORGANIZATION_MAX_NAME, &head->name, failure) ||
        !place_text(&root, document, "id", ORGANIZATION_DOCUMENT_ID, &head->id, failure) ||
        !place_text(&root, document, "scimToken", ORGANIZATION_DOCUMENT_TOKEN - 1, &head->token, failure) ||
        !place_value(&root, document, "domains", JSON_ARRAY, &head->domains, failure)) {
        return false;
    }
    if (head->name == NULL) {
        return place_refuse(&root, "name", failure, "an organization needs a name");
    }
    if (head->id != NULL && !id_valid(head->id)) {
        return place_refuse(&root, "id", failure, "an id has 1 to %d of a-z, 0-9 and -, and doesn't start with -",
                            ORGANIZATION_DOCUMENT_ID);
    }
    if (head->token != NULL && !token_well_formed(head->token)) {
        return place_refuse(&root, "scimToken", failure, "a token has no blanks and only ASCII characters");
    }
    const struct place settings = {&root, "settings"};
    head->break_glass = json_get_text(json_get(document, "settings"), "breakGlassOwner", NULL);
    if (head->break_glass != NULL && !is_address(head->break_glass)) {
        return place_refuse(&settings, "breakGlassOwner", failure, "\"%.200s\" is no mail address", head->break_glass);
    }
    return read_domains(head->domains, &head->first_domain, failure);
}

/* "clock": how far the organization's clock has been moved forward. */
static bool read_clock(struct organization *organization, const json *document, struct model_failure *failure)
{
    const char *text = NULL;
    int64_t ms = 0;
    if (!place_text(&root, document, "clock", 64, &text, failure)) {
        return false;
    }
    if (text != NULL && (!duration_parse(text, &ms) || !organization_advance(organization, ms, failure))) {
        return place_refuse(&root, "clock", failure, "\"%.60s\" is no duration such as \"30d\" that the clock is ahead", text);
    }
    return true;
}

static bool read_rest(struct organization *organization, const json *document, struct model_failure *failure)
{
    struct draft draft = draft_of(organization);
    if (!read_draft(document, &draft, failure)) {
        return false;
    }
    apply_draft(organization, &draft);
    const json *domain = json_first(json_get(document, "domains"));
    while (domain != NULL && (domain = json_next(domain)) != NULL) {
        list_push(&organization->domains, mem_strdup(json_text(domain)));
    }
    return read_clock(organization, document, failure) && read_certificates(organization, document, failure) &&
           read_accounts(organization, document, failure) && organization_people_groups(organization, document, failure) &&
           read_workspaces(organization, document, failure) && organization_people_joined(organization, document, failure) &&
           policies_set(organization, &root, document, failure);
}

/* The id that the document gives the first account; NULL: none. */
static const char *break_glass_id(struct arena *arena, const json *document, const struct head *head)
{
    const char *address = organization_break_glass(arena, head->id, head->first_domain, head->break_glass);
    return json_get_text(json_get(json_get(document, "accounts"), address), "id", NULL);
}

bool organization_document_read(const json *document, const char *id, struct clock clock, struct model_random random,
                                struct organization **out, char scim_token[ORGANIZATION_DOCUMENT_TOKEN],
                                struct model_failure *failure)
{
    struct model_failure local;
    failure = failure == NULL ? &local : failure;
    *failure = (struct model_failure){.kind = MODEL_INVALID, .code = "invalid", .message = "expected an object"};
    struct head head = {.break_glass = NULL};
    if (!read_head(document, &head, failure)) {
        return false;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    head.id = head.id != NULL ? head.id : id != NULL ? id : id_from_name(arena, head.name);
    const struct model_random first = organization_people_random(random, break_glass_id(arena, document, &head));
    struct organization *organization = organization_new(head.id, head.name, head.first_domain, head.break_glass, clock, first);
    organization->random = random;
    failure->message[0] = '\0';
    if (!read_rest(organization, document, failure)) {
        organization_free(organization);
        return false;
    }
    const struct token_wish wish = {.name = TOKEN_DEFAULT, .secret = head.token, .scopes = SCOPE_ALL};
    if (!token_create(organization, &wish, scim_token, NULL, failure)) {
        organization_free(organization);
        return false;
    }
    *out = organization;
    return true;
}
