#include "common/base.h"

#include "reference-server/model/organization_document.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/organization_people.h"
#include "reference-server/model/organization_places.h"
#include "reference-server/model/organization_settings.h"
#include "reference-server/model/place.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/scope.h"
#include "reference-server/model/token.h"

#include <stdio.h>
#include <string.h>

#define MEMBERS_ALL                                                                                                              \
    "$schema name id domains clock scimToken scimCertificates accounts groups workspaces " POLICY_NAMES " " ORGANIZATION_SETTINGS
#define MEMBERS_ACCOUNT "givenName familyName orgRole password active " MEMBERS_PUSHED

static const struct place root;

/* --- accounts --- */

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
        !organization_read_org_role(&at, entry, "orgRole", &person.org_role, failure) ||
        !place_value(&at, entry, "scim", JSON_OBJECT, &scim, failure)) {
        return false;
    }
    if (scim == NULL && !organization_address_valid(person.address)) {
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
    if (head->break_glass != NULL && !organization_address_valid(head->break_glass)) {
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
    if (!organization_settings_found(organization, document, failure)) {
        return false;
    }
    const json *domain = json_first(json_get(document, "domains"));
    while (domain != NULL && (domain = json_next(domain)) != NULL) {
        list_push(&organization->domains, mem_strdup(json_text(domain)));
    }
    return read_clock(organization, document, failure) && read_certificates(organization, document, failure) &&
           read_accounts(organization, document, failure) && organization_people_groups(organization, document, failure) &&
           organization_places_read(organization, document, failure) &&
           organization_people_joined(organization, document, failure) && policies_set(organization, &root, document, failure) &&
           organization_people_edited(organization, document, failure);
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
