/* POST /Bulk (RFC 7644 §3.7): many writes in one request, each as it would be alone.
 *
 * Operations run in the order of the request, but what an operation refers to is created before it (forward references). Where references make a circle, the
 * one that closes it is created without the reference and completed by a replace once the circle's outermost operation is done. A circle that cannot be
 * completed, such as two groups inside each other, is undone: all its operations are 409 (RFC 7644 §3.7.1), and nothing of it stays.
 * The organization is locked all the time, so nobody sees anything half done.
 */
#include "common/base.h"

#include "reference-server/scim_service.h"

#include "common/error.h"
#include "common/http.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/organization.h"
#include "reference-server/registry.h"
#include "reference-server/router.h"
#include "reference-server/scim/bulk.h"
#include "reference-server/scim/message.h"
#include "reference-server/state.h"
#include "reference-server/trail.h"

#include <string.h>

#define NO_CIRCLE SIZE_MAX

enum stage { WAITING, RUNNING, DONE };

/* One operation on its way. */
struct job {
    const struct scim_bulk_operation *operation;
    enum stage stage;
    int status; /* 0: not processed */
    const json *error;
    const char *id, *path, *version; /* path: with ids in it, below the base */
    bool made;                       /* it was not there before */
    size_t depth;                    /* RUNNING: how many others wait for this one */
    size_t circle;                   /* depth of the outermost operation of the circle that this one is part of */
    bool incomplete;                 /* made without some of its references */
};

struct bulk {
    struct exchange *x;
    const char *prefix; /* "/organizations/acme/scim/v2" */
    struct scim_bulk list;
    struct job *jobs;
    struct job **running;   /* by depth */
    size_t depth;           /* how many are running */
    struct map *by_bulk_id; /* those that create */
    size_t errors;
};

static bool stopped(const struct bulk *bulk)
{
    return bulk->list.fail_on_errors > 0 && bulk->errors >= bulk->list.fail_on_errors;
}

static bool is_good(const struct job *job)
{
    return job->status >= 200 && job->status < 300;
}

static void fail(struct bulk *bulk, struct job *job, const struct scim_error *err)
{
    bulk->errors += job->status < 400;
    job->status = err->status;
    job->error = scim_message_error(bulk->x->arena, err);
    job->version = NULL;
}

/* --- one request --- */

struct answer {
    int status;
    const json *error;     /* what a bad status came with */
    const char *id, *etag; /* NULL: none */
};

/* Only what writes one resource is an operation. */
static void handle(struct exchange *x)
{
    const char *allow = NULL;
    struct error err;
    if (!http_parse_target(x->arena, x->request->target, &x->target, &err)) {
        reply_wrong(x, 400, "invalid", err.remedy, "%s", err.message);
        return;
    }
    x->route = registry_route(x, &allow);
    if (x->route == NULL)
        reply_refusal(x, allow == NULL ? 404 : 405, NULL, "%s does not take %s", x->target.path, x->request->method);
    else if (x->route->resource == NULL || (x->route->flags & ROUTE_READ) != 0)
        reply_refusal(x, 400, SCIM_INVALID_SYNTAX, "a bulk operation writes resources, not %s", x->target.path);
    else if (!defects_request(x)) {
        trail_before(x);
        x->route->handle(x);
        trail_after(x);
    }
    defects_response(x);
}

/* In an arena of its own: a thousand patches of a big group are not to be in memory at the same time. */
static struct answer request(const struct bulk *bulk, const char *method, const char *path, const char *version, const json *data)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(), *outer = bulk->x->arena;
    struct http_response response = {0};
    struct http_request request = {.method = method, .target = arena_printf(arena, "%s%s", bulk->prefix, path)};
    if (version != NULL)
        http_add_header(arena, &request.headers, "If-Match", version);
    struct exchange x = *bulk->x;
    x.arena = arena;
    x.request = &request;
    x.response = &response;
    x.body = json_copy(arena, data);
    x.reply = NULL;
    handle(&x);
    const char *id = json_get_text(x.reply, "id", NULL), *etag = http_header(&response.headers, "ETag");
    return (struct answer){.status = response.status,
                           .error = response.status < 400 ? NULL : json_copy(outer, x.reply),
                           .id = id == NULL ? NULL : arena_strdup(outer, id),
                           .etag = etag == NULL ? NULL : arena_strdup(outer, etag)};
}

static const char *path_of(const struct bulk *bulk, const struct job *job)
{
    const char *path = job->operation->path;
    size_t n = strcspn(path, "?");
    n -= n > 1 && path[n - 1] == '/';
    return arena_printf(bulk->x->arena, "%.*s/%s", (int)n, path, job->id);
}

/* --- references --- */

struct reading {
    struct bulk *bulk;
    struct job *job;
    bool open; /* something refers to an operation that is not done */
    struct scim_error err;
};

static const char *id_of(void *context, const char *bulk_id)
{
    struct reading *reading = context;
    struct arena *arena = reading->bulk->x->arena;
    const struct job *other = map_get(reading->bulk->by_bulk_id, bulk_id);
    if (other == NULL)
        (void)scim_error_set(arena, &reading->err, 400, SCIM_INVALID_VALUE, "no POST of this request has the bulkId %s", bulk_id);
    else if (other->stage != DONE)
        reading->open = true;
    else if (!is_good(other))
        (void)scim_error_set(arena, &reading->err, 409, NULL, "the operation with the bulkId %s failed", bulk_id);
    else
        return other->id;
    return NULL;
}

static void run(struct bulk *bulk, struct job *job);

/* All that are running from the one at `depth` on are one circle. */
static void note_circle(const struct bulk *bulk, size_t depth)
{
    for (size_t i = depth; i < bulk->depth; i++)
        if (bulk->running[i]->circle > depth)
            bulk->running[i]->circle = depth;
}

static const char *run_first(void *context, const char *bulk_id)
{
    struct reading *reading = context;
    struct job *other = map_get(reading->bulk->by_bulk_id, bulk_id);
    if (other == NULL)
        return NULL;
    run(reading->bulk, other);
    if (other->stage == RUNNING)
        note_circle(reading->bulk, other->depth);
    else if (other->circle != NO_CIRCLE)
        note_circle(reading->bulk, other->circle);
    return NULL;
}

static json *read_data(struct reading *reading, scim_bulk_lookup *lookup)
{
    const json *data = reading->job->operation->data;
    return data == NULL ? NULL : scim_bulk_data(reading->bulk->x->arena, data, lookup, reading);
}

static const char *read_path(struct reading *reading, scim_bulk_lookup *lookup)
{
    return scim_bulk_path(reading->bulk->x->arena, reading->job->operation->path, lookup, reading);
}

/* --- one operation --- */

static size_t size_of(const struct organization *organization)
{
    return organization->accounts.count + organization->groups.count + map_count(organization->items_by_id);
}

static void perform(struct bulk *bulk, struct job *job)
{
    struct reading reading = {.bulk = bulk, .job = job};
    const struct scim_bulk_operation *operation = job->operation;
    const struct organization *organization = bulk->x->organization;
    size_t before = size_of(organization);
    json *data = read_data(&reading, id_of);
    job->path = read_path(&reading, id_of);
    if (reading.err.status != 0) {
        fail(bulk, job, &reading.err);
        return;
    }
    struct answer answer = request(bulk, operation->method, job->path, operation->version, data);
    job->status = answer.status;
    if (!is_good(job)) {
        bulk->errors++;
        job->error = answer.error;
        return;
    }
    job->version = answer.etag;
    if (strcmp(operation->method, "POST") != 0)
        return;
    job->incomplete = reading.open;
    job->made = size_of(organization) > before;
    job->id = answer.id == NULL ? "" : answer.id;
    job->path = path_of(bulk, job);
}

/* --- circles --- */

static bool complete(struct bulk *bulk, struct job *job, struct scim_error *err)
{
    struct reading reading = {.bulk = bulk, .job = job};
    if (!is_good(job))
        return scim_error_set(bulk->x->arena, err, 409, NULL, "an operation of a circle of references failed");
    if (!job->incomplete)
        return true;
    json *data = read_data(&reading, id_of);
    if (reading.open || reading.err.status != 0)
        return scim_error_set(bulk->x->arena, err, 409, NULL, "an operation of a circle of references was not done");
    struct answer answer = request(bulk, "PUT", job->path, NULL, data);
    if (answer.status != 200)
        return scim_error_set(bulk->x->arena, err, 409, NULL, "the circle of references cannot be resolved: %s",
                              json_get_text(answer.error, "detail", ""));
    job->version = answer.etag;
    job->incomplete = false;
    return true;
}

static void undo(struct bulk *bulk, struct job *job, const struct scim_error *err)
{
    if (!is_good(job))
        return;
    if (job->made)
        (void)request(bulk, "DELETE", job->path, NULL, NULL);
    fail(bulk, job, err);
}

static bool is_part(const struct job *job, size_t circle)
{
    return job->stage == DONE && job->circle == circle;
}

/* Completes the circle whose outermost operation is done. */
static void close_circle(struct bulk *bulk, size_t circle)
{
    struct scim_error err;
    bool good = true;
    for (size_t i = 0; good && i < bulk->list.count; i++)
        good = !is_part(&bulk->jobs[i], circle) || complete(bulk, &bulk->jobs[i], &err);
    for (size_t i = 0; i < bulk->list.count; i++) {
        struct job *job = &bulk->jobs[i];
        if (!is_part(job, circle))
            continue;
        if (!good)
            undo(bulk, job, &err);
        job->circle = NO_CIRCLE;
    }
}

/* What is done is part of a wider circle, or closes its own. */
static void leave(struct bulk *bulk, struct job *job)
{
    bulk->depth--;
    job->stage = DONE;
    if (job->circle == job->depth)
        close_circle(bulk, job->depth);
    for (size_t i = 0; job->circle < job->depth && i < bulk->list.count; i++)
        if (is_part(&bulk->jobs[i], job->depth))
            bulk->jobs[i].circle = job->circle;
}

/* As deep as a chain of forward references is long: at most SCIM_BULK_MAX_OPERATIONS, which the limits cannot raise. */
static void run(struct bulk *bulk, struct job *job)
{
    if (job->stage != WAITING || stopped(bulk))
        return;
    job->stage = RUNNING;
    job->depth = bulk->depth++;
    bulk->running[job->depth] = job;
    struct reading reading = {.bulk = bulk, .job = job};
    if (job->operation->wrong.status != 0) {
        fail(bulk, job, &job->operation->wrong);
    } else {
        (void)read_data(&reading, run_first);
        (void)read_path(&reading, run_first);
        if (!stopped(bulk))
            perform(bulk, job);
    }
    leave(bulk, job);
}

/* --- the whole --- */

static const char *location_of(const struct bulk *bulk, const struct job *job)
{
    bool post = text_equal(job->operation->method, "POST");
    const char *path = job->path != NULL ? job->path : job->operation->path;
    if ((post && !is_good(job)) || path == NULL || path[0] != '/')
        return NULL;
    return arena_printf(bulk->x->arena, "%s%s%.*s", bulk->x->server->base_url, bulk->prefix, (int)strcspn(path, "?"), path);
}

static json *result_of(const struct bulk *bulk, const struct job *job)
{
    json *result = json_object(NULL);
    json_set_text(result, "location", location_of(bulk, job));
    json_set_text(result, "method", job->operation->method);
    json_set_text(result, "bulkId", job->operation->bulk_id);
    json_set_text(result, "version", job->version);
    json_set_text(result, "status", arena_printf(bulk->x->arena, "%d", job->status)); /* a text: RFC 7644 §3.7.3, erratum 7916 */
    json_set_copy(result, "response", job->error);
    return result;
}

static void reply_results(const struct bulk *bulk)
{
    json *message = json_object(bulk->x->arena);
    json_push_text(json_set_array(message, "schemas"), SCIM_URN_BULK_RESPONSE);
    json *results = json_set_array(message, "Operations");
    for (size_t i = 0; i < bulk->list.count; i++)
        if (bulk->jobs[i].status != 0)
            json_push(results, result_of(bulk, &bulk->jobs[i]));
    reply_json(bulk->x, 200, message);
}

static void prepare(struct bulk *bulk)
{
    struct exchange *x = bulk->x;
    bulk->prefix = tenant_scim_base(x->server, x->organization, x->arena) + strlen(x->server->base_url);
    bulk->jobs = arena_array(x->arena, bulk->list.count + 1, sizeof *bulk->jobs);
    bulk->running = arena_array(x->arena, bulk->list.count + 1, sizeof(struct job *));
    bulk->by_bulk_id = map_new();
    for (size_t i = 0; i < bulk->list.count; i++) {
        const struct scim_bulk_operation *operation = &bulk->list.items[i];
        bulk->jobs[i] = (struct job){.operation = operation, .circle = NO_CIRCLE};
        if (operation->wrong.status == 0 && strcmp(operation->method, "POST") == 0)
            map_set(bulk->by_bulk_id, operation->bulk_id, &bulk->jobs[i]);
    }
}

void scim_bulk(struct exchange *x)
{
    struct bulk bulk = {.x = x};
    struct scim_error err;
    json *body;
    if (!exchange_object(x, &body))
        return;
    if (!scim_bulk_read(x->arena, body, x->server->limits.scim.bulk_operations, &bulk.list, &err)) {
        reply_scim_error(x, &err);
        return;
    }
    prepare(&bulk);
    for (size_t i = 0; i < bulk.list.count; i++)
        run(&bulk, &bulk.jobs[i]);
    reply_results(&bulk);
    map_free(bulk.by_bulk_id);
}
