/* Reviews as JSON: for people, and for the store. */
#include "common/base.h"

#include "reference-server/model/review.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

#include <string.h>

/* --- for the store --- */

static void write_item(json *out, const struct review_item *item)
{
    json_set_text(out, "subject", item->subject);
    json_set_bool(out, "group", item->group);
    json_set_text(out, "name", item->name);
    json_set_text(out, "path", item->path);
    json_set_text(out, "role", role_name(item->role));
    json_set_text(out, "asked", item->asked == ROLE_NONE ? NULL : role_name(item->asked));
    if (item->timed) {
        json_set_integer(out, "starts", item->window.starts_ms);
        json_set_integer(out, "ends", item->window.ends_ms);
    }
    json_set_integer(out, "decision", item->decision);
    json_set_bool(out, "byRule", item->by_rule);
    json_set_integer(out, "decided", item->decided_ms);
    json_set_text(out, "note", item->note);
}

void review_write(const struct review *review, json *out)
{
    json_set_text(out, "name", review->name);
    json_set_text(out, "path", review->path);
    json_set_text(out, "subject", review->subject);
    json_set_integer(out, "opened", review->opened_ms);
    json_set_integer(out, "due", review->due_ms);
    json_set_integer(out, "closed", review->closed_ms);
    json_set_integer(out, "term", review->term_ms);
    json_set_integer(out, "every", review->every_ms);
    json_set_integer(out, "next", review->next_ms);
    json_set_bool(out, "revokeUndecided", review->revoke_undecided);
    json *items = json_set_array(out, "items");
    for (size_t i = 0; i < review->count; i++) {
        write_item(json_push_object(items), &review->items[i]);
    }
}

static char *copy(const json *data, const char *member)
{
    const char *text = json_get_text(data, member, NULL);
    return text == NULL ? NULL : mem_strdup(text);
}

/* "none" is no role that somebody could name. */
static bool read_role(const json *data, const char *member, enum role *out)
{
    const char *name = json_get_text(data, member, role_name(ROLE_NONE));
    *out = ROLE_NONE;
    return text_equal(name, role_name(ROLE_NONE)) || role_read(name, out);
}

static bool read_item(struct review_item *item, const json *data)
{
    int64_t decision = json_get_integer(data, "decision", -1);
    *item = (struct review_item){.subject = copy(data, "subject"),
                                 .group = json_get_bool(data, "group", false),
                                 .name = copy(data, "name"),
                                 .path = copy(data, "path"),
                                 .decision = (enum review_decision)decision,
                                 .by_rule = json_get_bool(data, "byRule", false),
                                 .decided_ms = json_get_integer(data, "decided", 0),
                                 .note = copy(data, "note")};
    item->timed = json_get(data, "ends") != NULL;
    item->window = (struct grant_window){json_get_integer(data, "starts", INT64_MIN), json_get_integer(data, "ends", INT64_MAX)};
    return item->subject != NULL && item->name != NULL && item->path != NULL && decision >= REVIEW_UNDECIDED &&
           decision <= REVIEW_GONE && read_role(data, "role", &item->role) && read_role(data, "asked", &item->asked);
}

bool review_restore(struct organization *organization, const char *id, const json *data)
{
    const json *items = json_get(data, "items");
    struct review *review = mem_alloc(sizeof *review);
    list_push(&organization->reviews, review);
    review->id = mem_strdup(id);
    review->name = copy(data, "name");
    review->path = copy(data, "path");
    review->subject = copy(data, "subject");
    review->opened_ms = json_get_integer(data, "opened", 0);
    review->due_ms = json_get_integer(data, "due", 0);
    review->closed_ms = json_get_integer(data, "closed", 0);
    review->term_ms = json_get_integer(data, "term", 0);
    review->every_ms = json_get_integer(data, "every", 0);
    review->next_ms = json_get_integer(data, "next", 0);
    review->revoke_undecided = json_get_bool(data, "revokeUndecided", false);
    review->items = mem_array(json_count(items) + 1, sizeof *review->items);
    bool good = review->name != NULL && (review->next_ms == 0 || review->every_ms > 0);
    for (const json *n = json_first(items); good && n != NULL; n = json_next(n)) {
        good = read_item(&review->items[review->count++], n);
    }
    return good;
}

/* --- for people --- */

static void put_time(struct arena *arena, json *out, const char *member, int64_t ms)
{
    json_set_text(out, member, ms == 0 ? NULL : time_format(arena, ms));
}

/* By the name of now, where there is one. */
static const char *name_now(const struct organization *organization, const struct review_item *item)
{
    const struct account *account = item->group ? NULL : account_by_id(organization, item->subject);
    const struct group *group = item->group ? group_by_id(organization, item->subject) : NULL;
    return account != NULL ? account->user_name : group != NULL ? group->display_name : item->name;
}

static void put_item(struct arena *arena, json *out, const struct organization *organization, const struct review_item *item)
{
    json_set_text(out, item->group ? "group" : "user", name_now(organization, item));
    json_set_text(out, item->group ? "group_id" : "user_id", item->subject);
    json_set_text(out, "resource", item->path);
    json_set_text(out, "role", role_name(item->role));
    json_set_text(out, "asked", item->asked == ROLE_NONE ? NULL : role_name(item->asked));
    if (item->timed) {
        json_set_bool(out, "temporary", true);
        put_time(arena, out, "starts", item->window.starts_ms == INT64_MIN ? 0 : item->window.starts_ms);
        put_time(arena, out, "ends", item->window.ends_ms == INT64_MAX ? 0 : item->window.ends_ms);
    }
    json_set_text(out, "decision", review_decision_name(item->decision));
    if (item->decided_ms != 0) {
        put_time(arena, out, "decided", item->decided_ms);
        json_set_text(out, "by", item->by_rule ? "campaign" : "admin");
    }
    json_set_text(out, "note", item->note);
}

/* "90d"; terms are given in whole seconds at least. */
static const char *duration(struct arena *arena, int64_t ms)
{
    return ms % DAY_MS == 0 ? arena_printf(arena, "%lldd", (long long)(ms / DAY_MS))
                            : arena_printf(arena, "%lldms", (long long)ms);
}

static void put_scope(json *out, const struct organization *organization, const struct review *review)
{
    const struct account *account = account_by_id(organization, review->subject);
    const struct group *group = group_by_id(organization, review->subject);
    json_set_text(out, "resource", review->path);
    json_set_text(out, "user", account == NULL ? NULL : account->user_name);
    json_set_text(out, "group", group == NULL ? NULL : group->display_name);
}

static void put_review(struct arena *arena, json *out, const struct organization *organization, const struct review *review)
{
    size_t counts[REVIEW_GONE + 1] = {0};
    json_set_text(out, "review", review->id);
    json_set_text(out, "name", review->name);
    json_set_text(out, "status", review->closed_ms == 0 ? "open" : "closed");
    put_time(arena, out, "opened", review->opened_ms);
    put_time(arena, out, "due", review->due_ms);
    put_time(arena, out, "closed", review->closed_ms);
    json_set_text(out, "undecided", review->revoke_undecided ? "revoke" : "keep");
    json_set_text(out, "every", review->every_ms == 0 ? NULL : duration(arena, review->every_ms));
    put_time(arena, out, "next", review->next_ms);
    put_scope(json_set_object(out, "scope"), organization, review);
    json *numbers = json_set_object(out, "counts"), *items = json_set_array(out, "items");
    for (size_t i = 0; i < review->count; i++) {
        counts[review->items[i].decision]++;
        put_item(arena, json_push_object(items), organization, &review->items[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        json_set_integer(numbers, review_decision_name((enum review_decision)i), (int64_t)counts[i]);
    }
}

json *review_document(struct arena *arena, const struct organization *organization, const char *status)
{
    json *out = json_object(arena);
    json_set_text(out, "organization", organization->id);
    json_set_text(out, "time", time_format(arena, organization_now(organization)));
    json *reviews = json_set_array(out, "reviews");
    for (size_t i = 0; i < organization->reviews.count; i++) {
        const struct review *review = organization->reviews.items[i];
        if (status == NULL || text_equal(status, review->closed_ms == 0 ? "open" : "closed")) {
            put_review(arena, json_push_object(reviews), organization, review);
        }
    }
    return out;
}
