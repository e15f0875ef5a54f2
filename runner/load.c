#include "common/base.h"

#include "runner/load.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/rng.h"
#include "runner/pace.h"
#include "runner/place.h"
#include "runner/target.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/server_ids.h"
#include "simulator/simulator.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

struct load {
    struct arena *arena;
    const struct load_options *options;
    struct load_result *out;
    struct place place;
    struct crowd crowd;
    struct server_ids *people, *groups;
    enum first_part part;
    size_t chunks;
    atomic_size_t next;          /* chunk that nobody has taken */
    atomic_size_t done, refused; /* objects of the part */
    atomic_bool over;            /* end soon */
    pthread_mutex_t lock;        /* what follows */
    pthread_cond_t ended;
    unsigned working; /* connections */
    struct error err; /* the first that ended it all */
};

struct worker {
    struct load *load;
    struct http_client *client;
    struct arena *arena; /* of the chunk */
    struct simulator simulator;
    struct rng rng;
    struct latency latency; /* of the part */
    size_t requests, lost, waits;
    pthread_t thread;
    bool started;
};

/* --- sending --- */

static bool stopped(const struct load *load)
{
    const volatile int *stop = load->options->stop;
    return stop != NULL && __atomic_load_n(stop, __ATOMIC_RELAXED) != 0;
}

static bool send_requests(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                          struct error *err)
{
    struct worker *worker = context;
    for (size_t i = 0; i < count; i++) {
        worker->requests++;
        if (!http_client_send(worker->client, worker->load->place.scim_base, &requests[i], worker->arena, &replies[i], err)) {
            worker->lost++;
            return false;
        }
        latency_add(&worker->latency, http_client_last_us(worker->client));
        worker->simulator.hasty = replies[i].status != 429; /* what fails is not tried again: only a limit is waited for */
    }
    return true;
}

static bool wait_in_truth(void *context, int64_t ms, struct error *err)
{
    struct worker *worker = context;
    worker->waits++;
    if (pace_real.rest(pace_real.context, ms, worker->load->options->stop))
        return true;
    return error_set(err, ERROR_INTERRUPTED, "", "", "interrupted");
}

static bool still_there(struct worker *worker)
{
    struct http_request request = {.method = "GET", .target = "/ServiceProviderConfig"};
    struct http_response response;
    struct error ignored;
    http_add_header(worker->arena, &request.headers, "Accept", "application/scim+json");
    http_add_header(worker->arena, &request.headers, "Authorization",
                    arena_printf(worker->arena, "Bearer %s", worker->load->place.token));
    return http_client_send(worker->client, worker->load->place.scim_base, &request, worker->arena, &response, &ignored);
}

/* --- one object --- */

static void end_all(struct load *load, const struct error *err)
{
    pthread_mutex_lock(&load->lock);
    if (load->err.code == ERROR_NONE)
        load->err = *err;
    pthread_mutex_unlock(&load->lock);
    atomic_store(&load->over, true);
}

static void note_refusal(struct load *load, const char *console)
{
    atomic_fetch_add(&load->refused, 1);
    pthread_mutex_lock(&load->lock);
    if (load->out->refusal == NULL)
        load->out->refusal = redact_text(load->place.redactor, load->arena, console);
    pthread_mutex_unlock(&load->lock);
}

static void no_reply(struct worker *worker, const struct error *err)
{
    if (err->code == ERROR_INTERRUPTED || stopped(worker->load) || !still_there(worker))
        end_all(worker->load, err);
    else
        note_refusal(worker->load, arena_printf(worker->arena, "no reply: %s", err->message));
}

static void judge(struct worker *worker, const struct event_outcome *outcome)
{
    struct error err;
    if (outcome->first_refusal == 401) {
        error_set(&err, ERROR_CREDENTIALS, worker->load->place.scim_base, "check the token", "the target answered 401");
        end_all(worker->load, &err);
    } else if (outcome->refused > 0 || outcome->console != NULL || outcome->complaint != NULL) {
        note_refusal(worker->load, outcome->console != NULL ? outcome->console : outcome->complaint);
    }
}

static void play_object(struct worker *worker, size_t at)
{
    struct event_outcome outcome;
    struct error err = {0};
    struct load *load = worker->load;
    if (first_sync_play(&worker->simulator, load->part, at, &outcome, &err))
        judge(worker, &outcome);
    else
        no_reply(worker, &err);
    if (!atomic_load(&load->over))
        atomic_fetch_add(&load->done, 1);
}

/* --- chunks --- */

static bool make_directory(struct worker *worker, size_t chunk, struct error *err)
{
    const struct load *load = worker->load;
    struct directory **out = &worker->simulator.directory;
    if (load->part == FIRST_PROBE)
        return directory_load(worker->arena, json_object(worker->arena), load->crowd.okta_ids, NULL, &worker->rng, out, err);
    if (load->part == FIRST_PEOPLE)
        return crowd_people(worker->arena, &load->crowd, chunk, out, err);
    return crowd_groups(worker->arena, &load->crowd, chunk, load->people, out, err);
}

/* The ids that the server has given, and for the members those of the groups. */
static void keep_id(struct worker *worker, size_t chunk, size_t at)
{
    const struct load *load = worker->load;
    const struct directory *directory = worker->simulator.directory;
    if (load->part == FIRST_PEOPLE)
        server_ids_set(load->people, chunk * CROWD_PEOPLE + at, directory->users[at]->server_id);
    else if (load->part == FIRST_GROUPS)
        server_ids_set(load->groups, chunk * CROWD_GROUPS + at, directory->groups[at]->server_id);
}

static size_t objects_of(struct worker *worker, size_t chunk)
{
    const struct load *load = worker->load;
    const struct directory *directory = worker->simulator.directory;
    for (size_t i = 0; load->part == FIRST_MEMBERS && i < directory->group_count; i++)
        directory->groups[i]->server_id = server_ids_get(load->groups, chunk * CROWD_GROUPS + i, worker->arena);
    return load->part == FIRST_PROBE ? 1 : load->part == FIRST_PEOPLE ? directory->user_count : directory->group_count;
}

static void play_chunk(struct worker *worker, size_t chunk)
{
    struct error err = {0};
    struct load *load = worker->load;
    worker->arena = arena_new();
    worker->simulator.arena = worker->arena;
    worker->simulator.trace = NULL;
    worker->simulator.trace_count = 0;
    worker->simulator.doubtful = NULL;
    if (!make_directory(worker, chunk, &err)) {
        end_all(load, &err);
    } else {
        size_t count = objects_of(worker, chunk);
        for (size_t i = 0; i < count && !atomic_load(&load->over); i++) {
            play_object(worker, i);
            keep_id(worker, chunk, i);
        }
    }
    arena_free(worker->arena);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct load *load = worker->load;
    for (size_t chunk; !atomic_load(&load->over) && (chunk = atomic_fetch_add(&load->next, 1)) < load->chunks;)
        play_chunk(worker, chunk);
    pthread_mutex_lock(&load->lock);
    load->working--;
    pthread_cond_signal(&load->ended);
    pthread_mutex_unlock(&load->lock);
    return NULL;
}

/* --- parts --- */

static void tick(struct load *load, uint64_t since)
{
    const struct load_part *part = &load->out->parts[load->part];
    if (load->options->tick == NULL)
        return;
    load->options->tick(load->options->context,
                        &(struct load_status){first_sync_word(load->part), atomic_load(&load->done), part->total,
                                              atomic_load(&load->refused), clock_monotonic_us() - since});
}

static void wait_for(struct load *load, uint64_t since)
{
    pthread_mutex_lock(&load->lock);
    while (load->working > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOAD_TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&load->ended, &load->lock, &until);
        pthread_mutex_unlock(&load->lock);
        tick(load, since);
        pthread_mutex_lock(&load->lock);
    }
    pthread_mutex_unlock(&load->lock);
}

/* A thread that can't be made leaves its chunks to the others; when none can, the caller's does it all. */
static void start(struct load *load, struct worker *workers)
{
    load->working = load->options->connections;
    for (unsigned i = 0; i < load->options->connections; i++) {
        workers[i].started = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
        if (!workers[i].started)
            work(&workers[i]);
    }
}

static void play_part(struct load *load, struct worker *workers, enum first_part which, size_t chunks, size_t total)
{
    struct load_part *part = &load->out->parts[which];
    uint64_t since = clock_monotonic_us();
    load->part = which;
    load->chunks = chunks;
    part->total = total;
    atomic_store(&load->next, 0);
    atomic_store(&load->done, 0);
    atomic_store(&load->refused, 0);
    start(load, workers);
    wait_for(load, since);
    for (unsigned i = 0; i < load->options->connections; i++) {
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
        latency_join(&part->latency, &workers[i].latency);
        workers[i].latency = (struct latency){0};
    }
    part->us = clock_monotonic_us() - since;
    part->done = atomic_load(&load->done);
    part->refused = atomic_load(&load->refused);
}

static void play_parts(struct load *load, struct worker *workers)
{
    const struct crowd *crowd = &load->crowd;
    const size_t chunks[] = {1, crowd_people_chunks(crowd), crowd_group_chunks(crowd), crowd_group_chunks(crowd)};
    const size_t totals[] = {1, crowd->users, crowd->groups, crowd->groups};
    bool okta = crowd->okta_ids;
    for (enum first_part part = FIRST_PROBE; part < FIRST_PART_COUNT && !atomic_load(&load->over); part++) {
        bool none = totals[part] == 0 || (okta && part != FIRST_PEOPLE && part != FIRST_GROUPS);
        if (!none)
            play_part(load, workers, part, chunks[part], totals[part]);
    }
}

/* --- connections --- */

static struct worker *open_workers(struct load *load)
{
    unsigned timeout_s = (unsigned)dialect_value(load->options->dialect, AXIS_TIMEOUT);
    struct worker *workers = arena_array(load->arena, load->options->connections, sizeof *workers);
    for (unsigned i = 0; i < load->options->connections; i++) {
        struct worker *worker = &workers[i];
        *worker = (struct worker){.load = load,
                                  .rng = rng_for(load->crowd.seed, arena_printf(load->arena, "connection %u", i)),
                                  .client = http_client_new(&(struct http_client_options){.timeout_ms = timeout_s * 1000,
                                                                                          .stop = load->options->stop,
                                                                                          .files = load->options->target->files})};
        worker->simulator = (struct simulator){.dialect = load->options->dialect,
                                               .rng = &worker->rng,
                                               .token = load->place.token,
                                               .send = send_requests,
                                               .context = worker,
                                               .clock = clock_real(),
                                               .pass = wait_in_truth};
    }
    return workers;
}

static void close_workers(struct load *load, struct worker *workers)
{
    for (unsigned i = 0; i < load->options->connections; i++) {
        load->out->requests += workers[i].requests;
        load->out->lost += workers[i].lost;
        load->out->waits += workers[i].waits;
        http_client_free(workers[i].client);
    }
}

/* --- the place --- */

static json *organization_for(struct arena *arena, const char *domain)
{
    json *organization = json_object(arena);
    json_set_text(organization, "name", "Bench");
    json_set_text(organization, "plan", "v7.team");
    json_set_bool(organization, "saml", true);
    json_push_text(json_set_array(organization, "domains"), domain);
    return organization;
}

static bool open_place(struct load *load, struct connections *connections, struct error *err)
{
    const struct target *target = load->options->target;
    char letters[11];
    struct rng names = rng_for(load->crowd.seed, "bench place");
    rng_text(&names, "abcdefghijklmnopqrstuvwxyz0123456789", sizeof letters - 1, letters);
    load->crowd.okta_ids = dialect_is_okta(load->options->dialect);
    load->crowd.domain = target->admin_base == NULL && target->user_domain != NULL ? target->user_domain : "bench.test";
    bool opened = place_open(load->arena, target, organization_for(load->arena, load->crowd.domain),
                             arena_printf(load->arena, "b%s", letters), connections, &load->place, err);
    load->crowd.prefix = load->out->prefix = load->place.prefix;
    return opened;
}

static bool remove_one(struct load *load, struct http_client *client, const char *endpoint, const char *id)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct http_request request = {.method = "DELETE",
                                   .target = arena_printf(arena, "%s/%s", endpoint, http_escape_component(arena, id))};
    struct http_response response;
    struct error ignored;
    http_add_header(arena, &request.headers, "Authorization", arena_printf(arena, "Bearer %s", load->place.token));
    return http_client_send(client, load->place.scim_base, &request, arena, &response, &ignored) &&
           (response.status / 100 == 2 || response.status == 404);
}

/* Groups first. Also when the run was stopped: a second signal ends the process. A server that has gone is asked once. */
static void remove_all(struct load *load, struct http_client *client)
{
    const struct {
        const char *endpoint;
        const struct server_ids *ids;
        size_t count;
    } kinds[] = {{"/Groups", load->groups, load->crowd.groups}, {"/Users", load->people, load->crowd.users}};
    size_t there = server_ids_known(load->groups) + server_ids_known(load->people), removed = 0;
    uint64_t since = clock_monotonic_us();
    bool gone = load->err.code == ERROR_UNREACHABLE;
    http_client_ignore_stop(client, true);
    for (size_t kind = 0; kind < ARRAY_LEN(kinds) && !gone; kind++)
        for (size_t i = 0; i < kinds[kind].count; i++) {
            struct arena *arena CLEANUP(arena_cleanup) = arena_new();
            const char *id = server_ids_get(kinds[kind].ids, i, arena);
            removed += id != NULL && remove_one(load, client, kinds[kind].endpoint, id);
            if (load->options->tick != NULL && i % CROWD_PEOPLE == 0)
                load->options->tick(load->options->context,
                                    &(struct load_status){"removing", removed, there, 0, clock_monotonic_us() - since});
        }
    http_client_ignore_stop(client, false);
    load->out->removed = removed;
    load->out->left = there - removed;
}

static void play(struct load *load)
{
    load->people = server_ids_new(load->crowd.users);
    load->groups = server_ids_new(load->crowd.groups);
    pthread_mutex_init(&load->lock, NULL);
    pthread_cond_init(&load->ended, NULL);
    struct worker *workers = open_workers(load);
    play_parts(load, workers);
    if (load->place.organization == NULL)
        remove_all(load, workers[0].client);
    close_workers(load, workers);
    pthread_cond_destroy(&load->ended);
    pthread_mutex_destroy(&load->lock);
    server_ids_free(load->people);
    server_ids_free(load->groups);
}

bool load_play(struct arena *arena, const struct load_options *options, struct load_result *out, struct error *err)
{
    struct load load = {.arena = arena, .options = options, .out = out, .crowd = options->crowd};
    struct connections connections = {.stop = options->stop, .files = options->target->files};
    *out = (struct load_result){0};
    bool opened = open_place(&load, &connections, err);
    if (opened)
        play(&load);
    place_close(&load.place);
    connections_close(&connections);
    if (!opened || load.err.code == ERROR_NONE)
        return opened;
    *err = load.err;
    return false;
}
