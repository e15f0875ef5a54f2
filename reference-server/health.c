#include "common/base.h"

#include "reference-server/health.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/pending.h"
#include "reference-server/router.h"
#include "reference-server/state.h"

#include <inttypes.h>
#include <string.h>

const uint64_t health_bounds_us[HEALTH_BUCKETS] = {100, 500, 1000, 5000, 25000, 100000, 500000, 2500000};

static const char *const doors[] = {[DOOR_NONE] = "none",   [DOOR_SCIM] = "scim",   [DOOR_APP] = "app",
                                    [DOOR_ADMIN] = "admin", [DOOR_OAUTH] = "oauth", [DOOR_ACCESS] = "access"};

/* --- counting --- */

static void note_scim(const struct exchange *x, struct traffic *traffic, uint64_t duration_us)
{
    int status = x->response->status;
    size_t bucket = 0;
    while (bucket < HEALTH_BUCKETS && duration_us > health_bounds_us[bucket])
        bucket++;
    traffic->buckets[bucket]++;
    traffic->total_us += duration_us;
    if (traffic->effect)
        delays_add(&x->organization->delays, duration_us);
    traffic->effect = false;
    if (http_header(&x->request->headers, "Authorization") != NULL) {
        traffic->authenticated = status != 401;
        traffic->refused = status == 401;
    }
    if (x->route == NULL || (x->route->flags & ROUTE_READ) != 0)
        return;
    if (status >= 400)
        traffic->failed_writes++;
    else
        traffic->last_write_ms = organization_now(x->organization);
}

const char *const health_types[HEALTH_TYPES] = {"user", "group", "other"};
const char *const health_verbs[HEALTH_VERBS] = {"create", "replace", "update", "delete"};

void health_operation(const struct exchange *x, const char *operation, bool effect)
{
    size_t type = 0, verb = 0, n = strcspn(operation, ".");
    while (type + 1 < HEALTH_TYPES && (strlen(health_types[type]) != n || strncmp(operation, health_types[type], n) != 0))
        type++;
    while (verb + 1 < HEALTH_VERBS && strcmp(operation + n + (operation[n] == '.'), health_verbs[verb]) != 0)
        verb++;
    struct traffic *traffic = &x->tenant->traffic;
    bool good = x->response->status < 300;
    traffic->operations[type][verb].good += good;
    traffic->operations[type][verb].bad += !good;
    traffic->effect = traffic->effect || effect;
}

void health_note(const struct exchange *x, uint64_t duration_us)
{
    if (x->tenant == NULL || x->organization == NULL)
        return;
    struct traffic *traffic = &x->tenant->traffic;
    int first = x->response->status / 100;
    traffic->requests[x->door][first < 0 || first > 5 ? 0 : first]++;
    if (x->door == DOOR_SCIM)
        note_scim(x, traffic, duration_us);
}

/* --- the health document --- */

static uint64_t scim_requests(const struct traffic *traffic, uint64_t *failed)
{
    uint64_t all = 0;
    for (size_t i = 0; i < 6; i++)
        all += traffic->requests[DOOR_SCIM][i];
    *failed = traffic->requests[DOOR_SCIM][4] + traffic->requests[DOOR_SCIM][5];
    return all;
}

/* Seconds as the guide writes them, "0.8 seconds"; without a request there is nothing to say. */
static void put_performance(struct exchange *x, json *out, const struct traffic *traffic)
{
    uint64_t failed, all = scim_requests(traffic, &failed);
    if (all == 0) {
        json_set_null(out, "average_response_time");
        json_set_null(out, "success_rate");
        json_set_null(out, "error_rate");
        return;
    }
    double errors = 100.0 * (double)failed / (double)all;
    json_set_text(out, "average_response_time",
                  arena_printf(x->arena, "%.6f seconds", (double)traffic->total_us / (double)all / 1e6));
    json_set_text(out, "success_rate", arena_printf(x->arena, "%.1f%%", 100.0 - errors));
    json_set_text(out, "error_rate", arena_printf(x->arena, "%.1f%%", errors));
}

/* The map holds one reference, this request another: the others wait for their turn. */
static uint64_t waiting(struct tenant *tenant)
{
    unsigned references = atomic_load(&tenant->references);
    return references > 2 ? references - 2 : 0;
}

static uint64_t pending_changes(struct tenant *tenant)
{
    return waiting(tenant) + pending_count(tenant->organization);
}

static const char *const authentications[] = {"valid", "invalid", "unused"};

static const char *authentication(const struct traffic *traffic)
{
    return authentications[traffic->authenticated ? 0 : traffic->refused ? 1 : 2];
}

static void put_sync(struct exchange *x, json *out, const struct traffic *traffic)
{
    if (traffic->last_write_ms == 0)
        json_set_null(out, "last_sync");
    else
        json_set_text(out, "last_sync", time_format(x->arena, traffic->last_write_ms));
    json_set_integer(out, "pending_changes", (int64_t)pending_changes(x->tenant));
    json_set_integer(out, "failed_operations", (int64_t)traffic->failed_writes);
}

void health_document(struct exchange *x)
{
    const struct traffic *traffic = &x->tenant->traffic;
    json *out = json_object(x->arena), *health = json_set_object(out, "health_monitoring");
    json *connectivity = json_set_object(health, "connectivity");
    json_set_bool(connectivity, "endpoint_reachability", organization_scim(x->organization) == SCIM_ENABLED);
    json_set_text(connectivity, "authentication_status", authentication(traffic));
    int64_t until_ms = atomic_load(&x->server->certificate_until_ms);
    if (until_ms == 0)
        json_set_null(connectivity, "certificate_validity");
    else
        json_set_text(connectivity, "certificate_validity",
                      arena_strndup(x->arena, time_format(x->arena, until_ms), strlen("2026-11-22")));
    put_performance(x, json_set_object(health, "performance"), traffic);
    put_sync(x, json_set_object(health, "sync_status"), traffic);
    reply_json(x, 200, out);
}

/* --- Prometheus --- */

/* Label values: backslash, quote and newline are escaped. Ids of organizations hold none of them; who writes a text format escapes. */
static const char *label(struct arena *arena, const char *text)
{
    struct buffer b = buffer_new(0);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\\' || *p == '"')
            buffer_add_char(&b, '\\');
        if (*p == '\n')
            buffer_add(&b, "\\n");
        else
            buffer_add_char(&b, *p);
    }
    return buffer_take(&b, arena);
}

/* One metric: its head, then a line or several for each organization. */
struct metric {
    const char *name, *type, *help;
    void (*write)(struct buffer *b, const char *name, const char *id, struct tenant *tenant);
};

static void write_requests(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    for (size_t door = 0; door < ARRAY_LEN(doors); door++)
        for (size_t class = 0; class < 6; class ++)
            if (tenant->traffic.requests[door][class] > 0)
                buffer_printf(b, "%s{organization=\"%s\",door=\"%s\",code=\"%zuxx\"} %" PRIu64 "\n", name, id, doors[door], class,
                              tenant->traffic.requests[door][class]);
}

static void write_seconds(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < HEALTH_BUCKETS; i++) {
        sum += tenant->traffic.buckets[i];
        buffer_printf(b, "%s_bucket{organization=\"%s\",le=\"%g\"} %" PRIu64 "\n", name, id, (double)health_bounds_us[i] / 1e6,
                      sum);
    }
    sum += tenant->traffic.buckets[HEALTH_BUCKETS];
    buffer_printf(b, "%s_bucket{organization=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, id, sum);
    buffer_printf(b, "%s_sum{organization=\"%s\"} %.6f\n", name, id, (double)tenant->traffic.total_us / 1e6);
    buffer_printf(b, "%s_count{organization=\"%s\"} %" PRIu64 "\n", name, id, sum);
}

static void write_failed(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    buffer_printf(b, "%s{organization=\"%s\"} %" PRIu64 "\n", name, id, tenant->traffic.failed_writes);
}

static void write_last(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    if (tenant->traffic.last_write_ms != 0)
        buffer_printf(b, "%s{organization=\"%s\"} %.3f\n", name, id, (double)tenant->traffic.last_write_ms / 1000.0);
}

static void write_waiting(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    buffer_printf(b, "%s{organization=\"%s\"} %" PRIu64 "\n", name, id, waiting(tenant));
}

static void write_pending(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    buffer_printf(b, "%s{organization=\"%s\"} %" PRIu64 "\n", name, id, pending_changes(tenant));
}

static void write_reachable(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    buffer_printf(b, "%s{organization=\"%s\"} %d\n", name, id, organization_scim(tenant->organization) == SCIM_ENABLED);
}

/* One of the states is 1. */
static void write_authentication(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    const char *now = authentication(&tenant->traffic);
    for (size_t i = 0; i < ARRAY_LEN(authentications); i++)
        buffer_printf(b, "%s{organization=\"%s\",status=\"%s\"} %d\n", name, id, authentications[i],
                      strcmp(now, authentications[i]) == 0);
}

static void write_users(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    buffer_printf(b, "%s{organization=\"%s\"} %zu\n", name, id, tenant->organization->accounts.count);
}

static void write_groups(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    buffer_printf(b, "%s{organization=\"%s\"} %zu\n", name, id, tenant->organization->groups.count);
}

static void write_seats(struct buffer *b, const char *name, const char *id, struct tenant *tenant)
{
    buffer_printf(b, "%s{organization=\"%s\"} %zu\n", name, id, tenant->organization->seats_used);
}

static const struct metric metrics[] = {
    {"scimulator_requests_total", "counter", "Requests by door and first digit of the status.", write_requests},
    {"scimulator_scim_request_seconds", "histogram", "Time from a SCIM request to its reply.", write_seconds},
    {"scimulator_scim_failed_writes_total", "counter", "SCIM writes that were refused or failed.", write_failed},
    {"scimulator_scim_last_write_timestamp_seconds", "gauge", "Time of the last SCIM write, by the organization's clock.",
     write_last},
    {"scimulator_waiting_requests", "gauge", "Requests that wait for their turn.", write_waiting},
    {"scimulator_pending_changes", "gauge", "What waits, for its turn or for its slot.", write_pending},
    {"scimulator_scim_reachable", "gauge", "Whether plan and SAML let SCIM be used.", write_reachable},
    {"scimulator_scim_authentication", "gauge", "How the last SCIM request with credentials came in.", write_authentication},
    {"scimulator_users", "gauge", "Accounts, active and inactive.", write_users},
    {"scimulator_groups", "gauge", "Groups.", write_groups},
    {"scimulator_seats_used", "gauge", "Seats that are taken.", write_seats},
};

static void write_metric(struct exchange *x, const struct metric *metric, const json *ids, struct buffer *b)
{
    buffer_printf(b, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name, metric->type);
    for (const json *id = json_first(ids); id != NULL; id = json_next(id)) {
        struct tenant *tenant = tenant_lock(x->server, json_text(id));
        if (tenant == NULL)
            continue;
        metric->write(b, metric->name, label(x->arena, json_text(id)), tenant);
        tenant_unlock(tenant);
    }
}

/* The one certificate of the server, with https. */
static void write_certificate(struct exchange *x, struct buffer *b)
{
    static const char name[] = "scimulator_certificate_until_timestamp_seconds";
    int64_t until_ms = atomic_load(&x->server->certificate_until_ms);
    if (until_ms != 0)
        buffer_printf(b, "# HELP %s End of the server's certificate.\n# TYPE %s gauge\n%s %" PRId64 "\n", name, name, name,
                      until_ms / 1000);
}

void health_metrics(struct exchange *x)
{
    struct buffer b = buffer_new(0);
    const json *ids = tenant_ids(x->server, x->arena);
    for (size_t i = 0; i < ARRAY_LEN(metrics); i++)
        write_metric(x, &metrics[i], ids, &b);
    write_certificate(x, &b);
    reply_text(x, "text/plain; version=0.0.4; charset=utf-8", buffer_take(&b, x->arena));
}
