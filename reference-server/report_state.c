/* Reports of what is: who has access to what, and what the counters say. */
#include "common/base.h"

#include "reference-server/report_rows.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/health.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/state.h"

#include <string.h>

/* --- access --- */

/* "group Sales (editor), manual (viewer)" */
static const char *via_text(struct exchange *x, const struct access_entry *entry)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < entry->via_count; i++) {
        const struct access_via *via = &entry->via[i];
        buffer_printf(&b, "%s%s%s%s (%s)", i == 0 ? "" : ", ", via_kind_word(via->kind), via->group == NULL ? "" : " ",
                      via->group == NULL ? "" : via->group->display_name, role_name(via->role));
    }
    return buffer_take(&b, x->arena);
}

static void put_person(struct exchange *x, json *rows, const struct account *account, const struct resource *only)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct access_list list = access_of(arena, x->organization, account);
    for (size_t i = 0; i < list.count; i++) {
        const struct access_entry *entry = &list.items[i];
        if (only != NULL && entry->resource != only)
            continue;
        json *row = json_push_object(rows);
        json_set_text(row, "user", account->user_name);
        json_set_text(row, "user_id", account->id);
        json_set_text(row, "status", account->active ? "active" : "inactive");
        json_set_text(row, "org_role", org_role_name(account->org_role));
        json_set_text(row, "resource", entry->resource->path);
        json_set_text(row, "role", role_name(entry->role));
        json_set_text(row, "state", entry->member ? "member" : "joinable");
        json_set_text(row, "via", via_text(x, entry));
    }
}

static bool refuse(struct exchange *x, const char *what, const char *name)
{
    reply_wrong(x, 404, "notFound", "", "there is no %s \"%.300s\"", what, name);
    return false;
}

bool report_access(struct exchange *x, json *body, json *rows)
{
    UNUSED(body);
    const char *user = http_query(&x->target, "user"), *path = http_query(&x->target, "resource");
    const struct account *account = user == NULL ? NULL : account_find(x->organization, user);
    const struct resource *resource = path == NULL ? NULL : resource_find(x->organization, path);
    if (user != NULL && account == NULL)
        return refuse(x, "person", user);
    if (path != NULL && resource == NULL)
        return refuse(x, "workspace or folder", path);
    if (account != NULL)
        put_person(x, rows, account, resource);
    for (size_t i = 0; account == NULL && i < x->organization->accounts.count; i++)
        put_person(x, rows, x->organization->accounts.items[i], resource);
    return true;
}

/* --- speed --- */

/* The upper bound of the bucket that the share falls into: no more than this. Above the highest there is none. */
static void put_percentile(json *out, const char *member, const struct delays *delays, uint64_t all, unsigned percent)
{
    uint64_t wanted = (all * percent + 99) / 100, seen = 0;
    for (size_t i = 0; i < DELAY_BOUNDS; i++) {
        seen += delays->counts[i];
        if (all > 0 && seen >= wanted) {
            json_set_number(out, member, (double)delay_bounds_us[i] / 1e6);
            return;
        }
    }
    json_set_null(out, member);
}

bool report_speed(struct exchange *x, json *body, json *rows)
{
    const struct delays *delays = &x->organization->delays;
    uint64_t all = 0;
    for (size_t i = 0; i <= DELAY_BOUNDS; i++) {
        json *row = json_push_object(rows);
        if (i < DELAY_BOUNDS)
            json_set_number(row, "up_to_seconds", (double)delay_bounds_us[i] / 1e6);
        else
            json_set_null(row, "up_to_seconds");
        json_set_integer(row, "count", (int64_t)delays->counts[i]);
        all += delays->counts[i];
    }
    json_set_integer(body, "measured", (int64_t)all);
    if (all > 0)
        json_set_number(body, "average_seconds", (double)delays->total_us / (double)all / 1e6);
    else
        json_set_null(body, "average_seconds");
    json *percentiles = json_set_object(body, "at_most_seconds");
    put_percentile(percentiles, "50%", delays, all, 50);
    put_percentile(percentiles, "95%", delays, all, 95);
    put_percentile(percentiles, "99%", delays, all, 99);
    return true;
}

/* --- success --- */

static void put_rate(struct exchange *x, json *out, uint64_t good, uint64_t bad)
{
    json_set_integer(out, "succeeded", (int64_t)good);
    json_set_integer(out, "failed", (int64_t)bad);
    if (good + bad == 0)
        json_set_null(out, "success_rate");
    else
        json_set_text(out, "success_rate", arena_printf(x->arena, "%.1f%%", 100.0 * (double)good / (double)(good + bad)));
}

bool report_success(struct exchange *x, json *body, json *rows)
{
    const struct traffic *traffic = &x->tenant->traffic;
    uint64_t good = 0, bad = 0;
    for (size_t type = 0; type < HEALTH_TYPES; type++) {
        for (size_t verb = 0; verb < HEALTH_VERBS; verb++) {
            json *row = json_push_object(rows);
            json_set_text(row, "operation", arena_printf(x->arena, "%s.%s", health_types[type], health_verbs[verb]));
            put_rate(x, row, traffic->operations[type][verb].good, traffic->operations[type][verb].bad);
            good += traffic->operations[type][verb].good;
            bad += traffic->operations[type][verb].bad;
        }
    }
    put_rate(x, body, good, bad);
    return true;
}
