#include "common/base.h"

#include "reference-server/model/incoming_merge.h"

#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/profile.h"

#include <stdio.h>
#include <string.h>

static const char *const containers[] = {"name", ACCOUNT_URN_ENTERPRISE, ACCOUNT_URN_CUSTOM};

/* What is no part of the profile. */
static const char *const always[] = {"schemas", "active", "externalId", "id", "meta", "groups", "password"};

static bool is_one_of(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(words[i], word)) {
            return true;
        }
    }
    return false;
}

/* --- fields and attributes --- */

/* field, container ("" the resource itself), attribute: what goes with a field besides the path that it has */
static const char *const companions[][3] = {
    {"email", "", "userName"},       {"name", "", "displayName"},         {"firstName", "", "displayName"},
    {"lastName", "", "displayName"}, {"firstName", "name", "formatted"},  {"lastName", "name", "formatted"},
    {"name", "name", "formatted"},   {"name", "name", "givenName"},       {"name", "name", "familyName"},
    {"name", "name", "middleName"},  {"name", "name", "honorificPrefix"}, {"name", "name", "honorificSuffix"},
};

static bool is_mapped(const struct organization *organization, const char *field, const char *attribute)
{
    const struct policy_custom_mappings *mappings = &organization->policies->custom_mappings;
    for (size_t i = 0; i < mappings->count; i++) {
        if (text_equal(mappings->items[i].field, field) && text_equal_nocase(mappings->items[i].attribute, attribute)) {
            return true;
        }
    }
    return false;
}

bool incoming_field_covers(const struct organization *organization, const char *field, const char *container, const char *member,
                           bool wide)
{
    char path[256];
    if (text_equal(container, ACCOUNT_URN_CUSTOM)) {
        return is_mapped(organization, field, member);
    }
    bool name = text_equal(container, "name");
    (void)snprintf(path, sizeof path, "%s%s%s", container == NULL ? "" : container,
                   container == NULL ? ""
                   : name            ? "."
                                     : ":",
                   member);
    if (text_equal(policy_field_path(field), path)) {
        return true;
    }
    for (size_t i = 0; wide && i < ARRAY_LEN(companions); i++) {
        const char *const *row = companions[i];
        if (text_equal(row[0], field) && text_equal(row[1], container == NULL ? "" : container) && text_equal(row[2], member)) {
            return true;
        }
    }
    return false;
}

/* --- laying one resource over another --- */

struct merge {
    const struct organization *organization;
    const struct account *account;
    /* Whether the new value of an attribute counts; before and after may be NULL. */
    bool (*counts)(struct merge *m, const char *container, const char *member, const json *before, const json *after);
    bool whole, conflict;
    json *edits; /* as they become */
};

static bool takes_new(struct merge *m, const char *container, const char *member, const json *before, const json *after)
{
    bool free = container == NULL && is_one_of(always, ARRAY_LEN(always), member);
    return free || m->counts(m, container, member, before, after);
}

static bool is_container(const char *holder, const json *member)
{
    return holder == NULL && is_one_of(containers, ARRAY_LEN(containers), json_key(member));
}

/* Attributes that count as they are in `after`, the others as in `before`. */
static void lay(struct merge *m, const char *container, const json *before, const json *after, json *out)
{
    for (const json *n = json_first(after); n != NULL; n = json_next(n)) {
        if (!is_container(container, n) && takes_new(m, container, json_key(n), json_get(before, json_key(n)), n)) {
            json_set_copy(out, json_key(n), n);
        }
    }
    for (const json *n = json_first(before); n != NULL; n = json_next(n)) {
        const json *now = json_get(after, json_key(n));
        if (!is_container(container, n) && !takes_new(m, container, json_key(n), n, now)) {
            json_set_copy(out, json_key(n), n);
        }
    }
}

static bool is_named(const json *schemas, const char *urn)
{
    for (const json *n = json_first(schemas); n != NULL; n = json_next(n)) {
        if (text_equal_nocase(json_text(n), urn)) {
            return true;
        }
    }
    return false;
}

/* RFC 7643 §3: schemas names the extensions that are there, and after all that was kept out no others. */
static void name_schemas(json *resource)
{
    json *schemas = json_edit(resource, "schemas");
    for (json *n = json_edit_first(schemas), *next; n != NULL; n = next) {
        next = json_edit_next(n);
        if (!text_equal_nocase(json_text(n), ACCOUNT_URN_USER) && json_get_nocase(resource, json_text(n)) == NULL) {
            json_remove_node(schemas, n);
        }
    }
    for (const json *n = json_first(resource); n != NULL; n = json_next(n)) {
        if (schemas != NULL && text_starts_nocase(json_key(n), "urn:") && !is_named(schemas, json_key(n))) {
            json_push_text(schemas, json_key(n));
        }
    }
}

static json *merge(struct merge *m, const json *before, const json *after)
{
    json *out = json_object(NULL);
    lay(m, NULL, before, after, out);
    for (size_t i = 0; i < ARRAY_LEN(containers); i++) {
        json *inner = json_object(NULL);
        lay(m, containers[i], json_get(before, containers[i]), json_get(after, containers[i]), inner);
        if (json_count(inner) == 0) {
            json_free(inner);
            continue;
        }
        json_put(out, containers[i], inner);
    }
    name_schemas(out);
    return out;
}

/* What custom_mappings names is asked for by that, unless a list speaks of such attributes itself, by a field that only they can fill. */
struct listing {
    bool covers, speaks;
};

static void look_at_row(const struct merge *m, const char *field, const char *container, const char *member, struct listing *out)
{
    out->covers = out->covers || incoming_field_covers(m->organization, field, container, member, true);
    out->speaks = out->speaks || policy_field_path(field) == NULL;
}

static bool is_in(const struct merge *m, const struct listing *listing, const char *container, const char *member)
{
    const struct policy_custom_mappings *mappings = &m->organization->policies->custom_mappings;
    bool in = listing->covers;
    for (size_t i = 0; i < mappings->count && !listing->speaks && text_equal(container, ACCOUNT_URN_CUSTOM); i++) {
        in = in || text_equal_nocase(mappings->items[i].attribute, member);
    }
    return in;
}

/* --- creating --- */

static bool counts_in_create(struct merge *m, const char *container, const char *member, const json *before, const json *after)
{
    UNUSED(before);
    UNUSED(after);
    const struct policy_provisioning *rules = &m->organization->policies->provisioning;
    struct listing listing = {container == NULL && text_equal(member, "userName"), false};
    for (size_t i = 0; i < rules->attribute_count; i++) {
        look_at_row(m, rules->attributes[i].field, container, member, &listing);
    }
    return is_in(m, &listing, container, member);
}

static json *holder_of(json *resource, const char *path, const char **member)
{
    const char *container = text_starts(path, ACCOUNT_URN_ENTERPRISE) ? ACCOUNT_URN_ENTERPRISE
                            : text_starts(path, "name.")              ? "name"
                                                                      : NULL;
    *member = container == NULL ? path : path + strlen(container) + 1;
    if (container == NULL) {
        return resource;
    }
    json *holder = json_edit(resource, container);
    return holder == NULL ? json_set_object(resource, container) : holder;
}

/* "department": "user.division": the field gets the value of another attribute. */
static void copy_sources(const struct policy_provisioning *rules, const json *from, json *to)
{
    for (size_t i = 0; i < rules->attribute_count; i++) {
        const struct policy_source *source = &rules->attributes[i];
        if (source->path == NULL) {
            continue;
        }
        const char *member;
        json *holder = holder_of(to, policy_field_path(source->field), &member);
        json_set_text(holder, member, profile_text_at(from, source->path));
        if (holder != to && json_count(holder) == 0) {
            json_remove_node(to, holder);
        }
    }
    name_schemas(to);
}

json *incoming_merge_create(const struct organization *organization, const struct account *holder, const json *resource)
{
    struct merge m = {.organization = organization, .counts = counts_in_create};
    if (organization->policies->provisioning.attributes == NULL) {
        return NULL;
    }
    json *out = merge(&m, holder == NULL ? NULL : holder->resource, resource);
    copy_sources(&organization->policies->provisioning, resource, out);
    return out;
}

/* --- changing --- */

/* The provider says something about a field that was edited in the product. Whether its word counts. */
static bool meets_edit(struct merge *m, const char *field, bool custom, const json *before, const json *after)
{
    json *edit = json_edit(m->edits, field);
    bool differs = !json_equal(before, after);
    if (m->organization->policies->sync.conflict == SYNC_OKTA_WINS) {
        if (edit != NULL && (differs || (m->whole && after != NULL))) {
            json_remove(m->edits, field);
        }
        return true;
    }
    if (edit != NULL && differs && !json_equal(json_get(edit, "provider"), after)) {
        m->conflict = true;
        if (after == NULL) {
            json_set_null(edit, "provider");
        } else {
            json_set_copy(edit, "provider", after);
        }
    }
    return custom || edit == NULL; /* what a mapping is made of may change: the edited field hides it */
}

static bool meets_edits(struct merge *m, const char *container, const char *member, const json *before, const json *after)
{
    bool counts = true;
    for (const json *edit = json_first(m->account->edits); edit != NULL; edit = json_next(edit)) {
        const char *field = json_key(edit);
        if (incoming_field_covers(m->organization, field, container, member, false)) {
            counts = meets_edit(m, field, text_equal(container, ACCOUNT_URN_CUSTOM), before, after) && counts;
        }
    }
    return counts;
}

static bool is_listed(const struct merge *m, const char *container, const char *member)
{
    const struct policy_sync *sync = &m->organization->policies->sync;
    if (sync->attributes == NULL) {
        return true;
    }
    struct listing listing = {false, false};
    for (size_t i = 0; i < sync->attribute_count; i++) {
        look_at_row(m, sync->attributes[i], container, member, &listing);
    }
    return is_in(m, &listing, container, member);
}

static bool counts_in_update(struct merge *m, const char *container, const char *member, const json *before, const json *after)
{
    const struct policy_sync *sync = &m->organization->policies->sync;
    bool manager = text_equal(container, ACCOUNT_URN_ENTERPRISE) && text_equal(member, "manager");
    enum sync_trigger trigger = manager ? SYNC_MANAGER : SYNC_PROFILE;
    bool open = !sync->there || !m->account->managed ||
                ((sync->triggers & 1u << trigger) != 0 && (manager || is_listed(m, container, member)));
    return open && meets_edits(m, container, member, before, after);
}

json *incoming_merge_update(const struct organization *organization, const struct account *account, const json *resource,
                            bool whole, json **edits, bool *conflict)
{
    struct merge m = {.organization = organization, .account = account, .counts = counts_in_update, .whole = whole};
    *conflict = false;
    if (account->edits == NULL && (!organization->policies->sync.there || !account->managed)) {
        return NULL;
    }
    m.edits = json_copy(NULL, account->edits);
    json *out = merge(&m, account->resource, resource);
    *edits = m.edits;
    *conflict = m.conflict;
    return out;
}

static bool counts_at_once(struct merge *m, const char *container, const char *member, const json *before, const json *after)
{
    UNUSED(m);
    UNUSED(container);
    UNUSED(member);
    UNUSED(before);
    UNUSED(after);
    return false;
}

json *incoming_merge_at_once(const struct account *account, const json *resource)
{
    struct merge m = {.account = account, .counts = counts_at_once};
    return merge(&m, account->resource, resource);
}
