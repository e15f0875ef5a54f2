#include "common/base.h"

#include "reference-server/model/profile_edit.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/pending.h"
#include "reference-server/model/place.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/profile.h"

#include <stdio.h>
#include <string.h>

static const char *const fields_known[] = {
#define X(field, path) field,
    PROFILE_FIELDS(X)
#undef X
};

/* --- what may be edited --- */

static bool is_among(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(words[i], word)) {
            return true;
        }
    }
    return false;
}

static bool check_field(const struct organization *organization, const struct place *at, const json *entry, bool own,
                        struct model_failure *failure)
{
    static const char *const never[] = {"email", "name"}, *const theirs[] = {"firstName", "lastName", "phone", "address"};
    const char *field = json_key(entry), *text = json_text(entry);
    if (!policy_field_known(field)) {
        return place_refuse(at, field, failure, "\"%.100s\" is no field of the profile", field);
    }
    if (is_among(never, ARRAY_LEN(never), field)) {
        return place_refuse(at, field, failure,
                            "%s is not edited here: it is the provider's, and a name has firstName and lastName", field);
    }
    if (own && !is_among(theirs, ARRAY_LEN(theirs), field)) {
        return place_refuse(at, field, failure, "people edit their firstName, lastName, phone and address; %s is an admin's",
                            field);
    }
    if (!json_is(entry, JSON_NULL) && (text_is_blank(text) || strlen(text) > PROFILE_MAX_TEXT)) {
        return place_refuse(at, field, failure, "%s must be text of 1 to %d bytes, or null", field, PROFILE_MAX_TEXT);
    }
    if (text_equal(field, "manager") && text != NULL && account_find(organization, text) == NULL) {
        return place_refuse(at, field, failure, "there is no person \"%.300s\"", text);
    }
    return true;
}

/* --- into the resource --- */

static json *object_in(json *resource, const char *key)
{
    json *object = json_edit(resource, key);
    return object == NULL ? json_set_object(resource, key) : object;
}

/* The primary element, else the first, else a new one. */
static void set_in_list(json *resource, const char *key, const char *member, const char *value)
{
    json *list = json_edit(resource, key), *element = NULL;
    list = list == NULL ? json_set_array(resource, key) : list;
    for (json *e = json_edit_first(list); e != NULL; e = json_edit_next(e)) {
        element = element == NULL || json_true(json_get(e, "primary")) ? e : element;
    }
    if (element == NULL) {
        element = json_push_object(list);
        json_set_text(element, "type", "work");
    }
    json_set_text(element, member, value);
}

static void name_enterprise(json *resource)
{
    json *schemas = object_in(resource, "schemas");
    for (const json *n = json_first(schemas); n != NULL; n = json_next(n)) {
        if (text_equal_nocase(json_text(n), ACCOUNT_URN_ENTERPRISE)) {
            return;
        }
    }
    json_push_text(schemas, ACCOUNT_URN_ENTERPRISE);
}

static void put(const struct organization *organization, json *resource, const char *field, const char *value)
{
    const char *path = policy_field_path(field);
    if (path == NULL) {
        return; /* the product keeps it */
    }
    if (text_equal(path, "phoneNumbers")) {
        set_in_list(resource, path, "value", value);
    } else if (text_equal(path, "addresses")) {
        set_in_list(resource, path, "formatted", value);
    } else if (text_starts(path, "name.")) {
        json_set_text(object_in(resource, "name"), path + strlen("name."), value);
    } else if (text_starts(path, ACCOUNT_URN_ENTERPRISE)) {
        json *enterprise = object_in(resource, ACCOUNT_URN_ENTERPRISE);
        name_enterprise(resource);
        if (text_equal(field, "manager")) {
            json_set_text(json_set_object(enterprise, "manager"), "value", account_find(organization, value)->id);
        } else {
            json_set_text(enterprise, path + strlen(ACCOUNT_URN_ENTERPRISE ":"), value);
        }
    } else {
        json_set_text(resource, path, value);
    }
}

bool profile_edit(struct organization *organization, struct account *account, const struct place *at, const json *fields,
                  bool own, struct model_failure *failure)
{
    if (!place_object(at, fields, NULL, failure)) {
        return false;
    }
    for (const json *entry = json_first(fields); entry != NULL; entry = json_next(entry)) {
        if (!check_field(organization, at, entry, own, failure)) {
            return false;
        }
    }
    json *resource CLEANUP(json_cleanup) = json_copy(NULL, account->resource);
    json *edits = account->edits == NULL ? json_object(NULL) : json_copy(NULL, account->edits);
    for (const json *entry = json_first(fields); entry != NULL; entry = json_next(entry)) {
        bool hidden = policy_field_path(json_key(entry)) == NULL, back = json_is(entry, JSON_NULL);
        if (hidden || back) { /* the User does not show it */
            audit_field(organization, account, json_key(entry), json_get_text(json_get(edits, json_key(entry)), "value", NULL),
                        json_text(entry));
        }
        if (back) {
            json_remove(edits, json_key(entry));
        } else {
            json_set_text(json_set_object(edits, json_key(entry)), "value", json_text(entry));
            put(organization, resource, json_key(entry), json_text(entry));
        }
    }
    account_edit(organization, account, resource, edits);
    return true;
}

/* --- the document --- */

static void put_field(json *out, const struct organization *organization, const struct account *account, const char *field)
{
    const char *values[PROFILE_MAX_VALUES];
    size_t count = account_field_values(organization, account, field, values);
    if (count == 1) {
        json_set_text(out, field, values[0]);
        return;
    }
    json *list = count == 0 ? NULL : json_set_array(out, field);
    for (size_t i = 0; i < count; i++) {
        json_push_text(list, values[i]);
    }
}

json *profile_document(struct arena *arena, const struct organization *organization, const struct account *account)
{
    json *out = json_object(arena);
    json_set_text(out, "user", account->user_name);
    json *profile = json_set_object(out, "profile");
    for (size_t i = 0; i < ARRAY_LEN(fields_known); i++) {
        put_field(profile, organization, account, fields_known[i]);
    }
    if (account->edits != NULL) {
        json_set_copy(out, "edited", account->edits);
    }
    const struct pending *pending = pending_of(organization, account->id);
    if (pending != NULL) {
        json_set_text(json_set_object(out, "pending"), "due", time_format(arena, pending->due_ms));
    }
    return out;
}
