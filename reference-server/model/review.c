#include "common/base.h"

#include "reference-server/model/review.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

#include <inttypes.h>
#include <string.h>

static const char *const decision_names[] = {
    [REVIEW_UNDECIDED] = "undecided", [REVIEW_KEEP] = "keep", [REVIEW_REVOKE] = "revoke", [REVIEW_GONE] = "gone"};

const char *review_decision_name(enum review_decision decision)
{
    return decision_names[decision];
}

struct review *review_find(const struct organization *organization, const char *id_or_name)
{
    struct review *named = NULL;
    for (size_t i = organization->reviews.count; i > 0; i--) {
        struct review *review = organization->reviews.items[i - 1];
        if (text_equal(review->id, id_or_name)) {
            return review;
        }
        named = named == NULL && text_equal(review->name, id_or_name) ? review : named;
    }
    return named;
}

/* --- life --- */

static void free_items(struct review *review, size_t from)
{
    for (size_t i = from; i < review->count; i++) {
        mem_free(review->items[i].subject);
        mem_free(review->items[i].name);
        mem_free(review->items[i].path);
        mem_free(review->items[i].note);
    }
    review->count = review->count < from ? review->count : from;
}

static void free_review(struct review *review)
{
    free_items(review, 0);
    mem_free(review->items);
    mem_free(review->id);
    mem_free(review->name);
    mem_free(review->path);
    mem_free(review->subject);
    mem_free(review);
}

void review_free_all(struct organization *organization)
{
    for (size_t i = 0; i < organization->reviews.count; i++) {
        free_review(organization->reviews.items[i]);
    }
    list_release(&organization->reviews);
}

static char *copy(const char *text)
{
    return text == NULL ? NULL : mem_strdup(text);
}

static void note_change(struct organization *organization, const struct review *review)
{
    change_note(organization, RECORD_REVIEW, review->id);
}

/* Makes room for one more: the oldest that is closed and opens no more goes. */
static bool make_room(struct organization *organization)
{
    struct list *reviews = &organization->reviews;
    for (size_t i = 0; i < reviews->count && reviews->count >= REVIEW_MAX; i++) {
        struct review *review = reviews->items[i];
        if (review->closed_ms != 0 && review->next_ms == 0) {
            change_gone(organization, RECORD_REVIEW, review->id);
            list_remove(reviews, review);
            free_review(review);
        }
    }
    return reviews->count < REVIEW_MAX;
}

/* --- what is in it --- */

struct collection {
    struct review_item *items;
    size_t count, capacity;
    const char *subject; /* NULL: all */
};

static void collect_resource(struct collection *c, const struct resource *resource)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if ((c->subject != NULL && strcmp(c->subject, key) != 0) || c->count > REVIEW_MAX_ITEMS) {
            continue;
        }
        if (c->count == c->capacity) {
            c->capacity = c->capacity == 0 ? 16 : c->capacity * 2;
            c->items = mem_grow(c->items, c->capacity, sizeof *c->items);
        }
        c->items[c->count++] = (struct review_item){
            .subject = mem_strdup(key),
            .group = grant->group != NULL,
            .name = mem_strdup(grant->group != NULL ? grant->group->display_name : grant->account->user_name),
            .path = mem_strdup(resource->path),
            .role = grant->role};
    }
    for (size_t i = 0; i < resource->folders.count; i++) {
        collect_resource(c, resource->folders.items[i]);
    }
}

static void collect(const struct organization *organization, struct review *review)
{
    struct collection c = {.subject = review->subject};
    const struct resource *only = review->path == NULL ? NULL : resource_find(organization, review->path);
    for (size_t i = 0; review->path == NULL && i < organization->workspaces.count; i++) {
        collect_resource(&c, organization->workspaces.items[i]);
    }
    if (only != NULL) {
        collect_resource(&c, only);
    }
    review->items = c.items;
    review->count = c.count;
}

static const struct grant *grant_at(const struct organization *organization, const struct review_item *item)
{
    const struct resource *resource = resource_find(organization, item->path);
    return resource == NULL ? NULL : map_get(resource->grants, item->subject);
}

/* --- opening --- */

static struct review *start(struct organization *organization, const char *name, const char *path, const char *subject)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct review *review = mem_alloc(sizeof *review);
    review->id = mem_strdup(arena_printf(arena, "%" PRIu64, organization_next(organization)));
    review->name = copy(name);
    review->path = copy(path);
    review->subject = copy(subject);
    review->opened_ms = organization_now(organization);
    collect(organization, review);
    return review;
}

static bool check_plan(const struct organization *organization, const struct review_plan *plan, struct model_failure *failure)
{
    const struct review *same = review_find(organization, plan->name);
    if (text_is_blank(plan->name) || strlen(plan->name) > ORGANIZATION_MAX_NAME) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "", "the name of a review must be text of 1 to %d bytes",
                                 ORGANIZATION_MAX_NAME);
    }
    if (same != NULL && (same->closed_ms == 0 || same->next_ms != 0)) {
        return model_failure_set(failure, MODEL_CONFLICT, "taken", "close that one first, or take another name",
                                 "the review \"%.200s\" is %s", plan->name,
                                 same->closed_ms == 0 ? "open" : "going to open again");
    }
    return plan->every_ms == 0 || plan->every_ms >= plan->term_ms ||
           model_failure_set(failure, MODEL_INVALID, "invalid", "let `every` be at least as long as `due`",
                             "a review would open again before it is due");
}

bool review_open(struct organization *organization, const struct review_plan *plan, struct review **out,
                 struct model_failure *failure)
{
    if (!check_plan(organization, plan, failure)) {
        return false;
    }
    if (!make_room(organization)) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "limit", "close some", "an organization has at most %d reviews",
                                 REVIEW_MAX);
    }
    const char *subject = plan->account != NULL ? plan->account->id : plan->group != NULL ? plan->group->id : NULL;
    struct review *review = start(organization, plan->name, plan->resource == NULL ? NULL : plan->resource->path, subject);
    if (review->count > REVIEW_MAX_ITEMS) {
        free_review(review);
        return model_failure_set(failure, MODEL_INVALID, "limit", "review one workspace, or one person or group",
                                 "a review has at most %d grants", REVIEW_MAX_ITEMS);
    }
    review->term_ms = plan->term_ms;
    review->due_ms = review->opened_ms + plan->term_ms;
    review->every_ms = plan->every_ms;
    review->next_ms = plan->every_ms == 0 ? 0 : review->opened_ms + plan->every_ms;
    review->revoke_undecided = plan->revoke_undecided;
    list_push(&organization->reviews, review);
    note_change(organization, review);
    *out = review;
    return true;
}

/* --- deciding --- */

static bool take_away(struct organization *organization, const struct grant *grant, struct model_failure *failure)
{
    return grant->group != NULL ? grant_revoke_group(organization, grant->group, grant->resource, failure)
                                : grant_revoke_person(organization, grant->account, grant->resource, failure);
}

static bool decide(struct organization *organization, struct review_item *item, enum review_decision decision,
                   struct model_failure *failure)
{
    const struct grant *grant = grant_at(organization, item);
    if (grant == NULL) {
        decision = REVIEW_GONE;
    } else if (decision == REVIEW_REVOKE && !take_away(organization, grant, failure)) {
        return false;
    }
    item->decision = decision;
    item->decided_ms = organization_now(organization);
    return true;
}

static bool is_final(const struct review_item *item)
{
    return item->decision == REVIEW_REVOKE || item->decision == REVIEW_GONE;
}

static bool refuse_closed(const struct review *review, struct model_failure *failure)
{
    return review->closed_ms == 0 || model_failure_set(failure, MODEL_CONFLICT, "closed", "open another one",
                                                       "the review \"%.200s\" is closed", review->name);
}

bool review_decide(struct organization *organization, struct review *review, const char *subject, const char *path,
                   enum review_decision decision, struct model_failure *failure)
{
    struct review_item *item = NULL;
    for (size_t i = 0; i < review->count; i++) {
        bool fits = strcmp(review->items[i].subject, subject) == 0 && strcmp(review->items[i].path, path) == 0;
        item = fits ? &review->items[i] : item;
    }
    if (!refuse_closed(review, failure)) {
        return false;
    }
    if (item == NULL) {
        return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "", "the review \"%.200s\" has no such grant on %.200s",
                                 review->name, path);
    }
    if (is_final(item)) {
        return model_failure_set(failure, MODEL_CONFLICT, "decided", "grant it again where it is needed",
                                 "the grant of %.200s on %.200s is gone already", item->name, path);
    }
    if (!decide(organization, item, decision, failure)) {
        return false;
    }
    item->by_rule = false;
    note_change(organization, review);
    return true;
}

/* --- closing --- */

static void close_item(struct organization *organization, struct review *review, struct review_item *item)
{
    struct model_failure failure;
    if (item->decision != REVIEW_UNDECIDED) {
        return;
    }
    item->by_rule = true;
    if (!decide(organization, item, review->revoke_undecided ? REVIEW_REVOKE : REVIEW_KEEP, &failure)) {
        item->decision = REVIEW_KEEP;
        item->decided_ms = organization_now(organization);
        item->note = mem_strdup(failure.message);
    }
}

static void finish(struct organization *organization, struct review *review)
{
    for (size_t i = 0; i < review->count; i++) {
        close_item(organization, review, &review->items[i]);
    }
    review->closed_ms = organization_now(organization);
    note_change(organization, review);
}

bool review_close(struct organization *organization, struct review *review, bool repeat, struct model_failure *failure)
{
    bool ends = review->closed_ms != 0 && review->next_ms != 0 && !repeat;
    if (!ends && !refuse_closed(review, failure)) {
        return false;
    }
    if (!ends) {
        finish(organization, review);
    }
    review->next_ms = repeat ? review->next_ms : 0;
    note_change(organization, review);
    return true;
}

/* --- the clock --- */

static void record(struct organization *organization, const struct review *review, const char *action)
{
    audit_configuration(organization, action, NULL, review->name);
    audit_append(
        organization,
        &(struct audit_entry){
            .actor = "clock", .action = action, .kind = "review", .id = review->id, .name = review->name, .status = 200});
}

static void reopen(struct organization *organization, struct review *old)
{
    int64_t now = organization_now(organization), next = old->next_ms;
    struct review *review = start(organization, old->name, old->path, old->subject);
    free_items(review, REVIEW_MAX_ITEMS); /* as many as there may be, rather than none */
    review->term_ms = old->term_ms;
    review->due_ms = now + old->term_ms;
    review->every_ms = old->every_ms;
    review->revoke_undecided = old->revoke_undecided;
    review->next_ms = next + (now - next) / old->every_ms * old->every_ms + old->every_ms; /* the rhythm stays */
    if (review->next_ms < review->due_ms) {
        review->next_ms += old->every_ms; /* not before this one is due */
    }
    old->next_ms = 0;
    note_change(organization, old);
    (void)make_room(organization); /* old may go now; what is under way stays whatever there is */
    list_push(&organization->reviews, review);
    note_change(organization, review);
    record(organization, review, "review.open");
}

bool review_settle(struct organization *organization)
{
    int64_t now = organization_now(organization);
    bool any = false;
    for (size_t i = 0; i < organization->reviews.count; i++) {
        struct review *review = organization->reviews.items[i];
        if (review->closed_ms == 0 && review->due_ms <= now) {
            any = true;
            audit_listen(organization, (struct audit_secrecy){NULL, NULL});
            finish(organization, review);
            record(organization, review, "review.close");
        }
    }
    for (size_t i = 0; i < organization->reviews.count; i++) {
        struct review *review = organization->reviews.items[i];
        if (review->next_ms != 0 && review->next_ms <= now) {
            any = true;
            audit_listen(organization, (struct audit_secrecy){NULL, NULL});
            reopen(organization, review);
            i = SIZE_MAX; /* from the beginning: the list is another one */
        }
    }
    return any;
}
