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

struct worker;

struct load {
    struct arena *arena;
    const struct load_options *options;
    struct load_result *out;
    struct place place;
    struct crowd crowd;
    struct server_ids *people, *groups;
    enum first_part part;
    /* at work: */
    void (*play)(struct worker *worker, size_t chunk);
    const char *word;
    size_t chunks, total;
    atomic_size_t next;          /* chunk that nobody has taken */
    atomic_size_t done, refused; /* objects */
    atomic_bool over;            /* end soon */
    pthread_mutex_t lock;        /* what follows */
    pthread_cond_t ended;
    unsigned working; /* connections */
    struct error err; /* the first that ended it all */
    struct worker *workers;
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

/* --- credentials --- */

/* The place is of one thread at a time. A token that another connection has fetched meanwhile stays where it was. */
static const char *credential(void *context)
{
    struct worker *worker = context;
    pthread_mutex_lock(&worker->load->lock);
    const char *text = place_credential(&worker->load->place);
    pthread_mutex_unlock(&worker->load->lock);
    return text;
}

static const char *authorization(struct worker *worker)
{
    pthread_mutex_lock(&worker->load->lock);
    (void)place_credential(&worker->load->place);
    const char *value = place_authorization(&worker->load->place, worker->arena);
    pthread_mutex_unlock(&worker->load->lock);
    return value;
}

/* --- sending --- */

static bool stopped(const struct load *load)
{
    const volatile int *stop = load->options->stop;
    return stop != NULL && __atomic_load_n(stop, __ATOMIC_RELAXED) != 0;
}

static bool interrupted(struct error *err)
{
    return error_set(err, ERROR_INTERRUPTED, "", "", "interrupted");
}

/* A write that is cut off would leave behind what nobody knows of: only reads end at once when somebody interrupts. */
static bool send_one(struct worker *worker, const struct http_request *request, struct http_response *reply, struct error *err)
{
    if (stopped(worker->load))
        return interrupted(err);
    http_client_ignore_stop(worker->client, strcmp(request->method, "GET") != 0);
    worker->requests++;
    if (http_client_send(worker->client, worker->load->place.scim_base, request, worker->arena, reply, err)) {
        latency_add(&worker->latency, http_client_last_us(worker->client));
        return true;
    }
    if (stopped(worker->load))
        return interrupted(err);
    worker->lost++;
    return false;
}

static bool send_requests(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                          struct error *err)
{
    struct worker *worker = context;
    for (size_t i = 0; i < count; i++) {
        if (!send_one(worker, &requests[i], &replies[i], err))
            return false;
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
    return interrupted(err);
}

static bool still_there(struct worker *worker)
{
    struct http_request request = {.method = "GET", .target = "/ServiceProviderConfig"};
    struct http_response response;
    struct error ignored;
    http_add_header(worker->arena, &request.headers, "Accept", "application/scim+json");
    http_add_header(worker->arena, &request.headers, "Authorization", authorization(worker));
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
    if (err->code == ERROR_INTERRUPTED || !still_there(worker))
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
    worker->rng = rng_for(load->crowd.seed, arena_printf(worker->arena, "%s %zu", first_sync_word(load->part), chunk));
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
}

/* --- connections at work --- */

static void *work(void *context)
{
    struct worker *worker = context;
    struct load *load = worker->load;
    for (size_t chunk; !atomic_load(&load->over) && (chunk = atomic_fetch_add(&load->next, 1)) < load->chunks;) {
        worker->arena = arena_new();
        load->play(worker, chunk);
        arena_free(worker->arena);
    }
    pthread_mutex_lock(&load->lock);
    load->working--;
    pthread_cond_signal(&load->ended);
    pthread_mutex_unlock(&load->lock);
    return NULL;
}

static void tick(struct load *load, uint64_t since)
{
    if (load->options->tick != NULL)
        load->options->tick(load->options->context,
                            &(struct load_status){load->word, atomic_load(&load->done), load->total, atomic_load(&load->refused),
                                                  clock_monotonic_us() - since});
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

/* All chunks, by all connections. A thread that can't be made leaves its chunks to the others; when none can, the caller's does it all.
 * Returns microseconds. */
static uint64_t play_chunks(struct load *load, void (*play)(struct worker *worker, size_t chunk), const char *word, size_t chunks,
                            size_t total)
{
    uint64_t since = clock_monotonic_us();
    load->play = play;
    load->word = word;
    load->chunks = chunks;
    load->total = total;
    atomic_store(&load->next, 0);
    atomic_store(&load->done, 0);
    atomic_store(&load->refused, 0);
    load->working = load->options->connections;
    for (unsigned i = 0; i < load->options->connections; i++) {
        struct worker *worker = &load->workers[i];
        worker->started = pthread_create(&worker->thread, NULL, work, worker) == 0;
        if (!worker->started)
            work(worker);
    }
    wait_for(load, since);
    for (unsigned i = 0; i < load->options->connections; i++)
        if (load->workers[i].started)
            pthread_join(load->workers[i].thread, NULL);
    return clock_monotonic_us() - since;
}

/* --- parts --- */

static void play_part(struct load *load, enum first_part which, size_t chunks, size_t total)
{
    struct load_part *part = &load->out->parts[which];
    load->part = which;
    part->total = total;
    part->us = play_chunks(load, play_chunk, first_sync_word(which), chunks, total);
    part->done = atomic_load(&load->done);
    part->refused = atomic_load(&load->refused);
    for (unsigned i = 0; i < load->options->connections; i++) {
        latency_join(&part->latency, &load->workers[i].latency);
        load->workers[i].latency = (struct latency){0};
    }
}

static void play_parts(struct load *load)
{
    const struct crowd *crowd = &load->crowd;
    const size_t chunks[] = {1, crowd_people_chunks(crowd), crowd_group_chunks(crowd), crowd_group_chunks(crowd)};
    const size_t totals[] = {1, crowd->users, crowd->groups, crowd->groups};
    for (enum first_part part = FIRST_PROBE; part < FIRST_PART_COUNT && !atomic_load(&load->over); part++) {
        bool none = totals[part] == 0 || (crowd->okta_ids && part != FIRST_PEOPLE && part != FIRST_GROUPS);
        if (!none)
            play_part(load, part, chunks[part], totals[part]);
    }
}

/* --- removing --- */

static bool remove_one(struct worker *worker, const char *endpoint, const char *id)
{
    struct http_request request = {
        .method = "DELETE", .target = arena_printf(worker->arena, "%s/%s", endpoint, http_escape_component(worker->arena, id))};
    struct http_response response = {0};
    struct error err;
    http_add_header(worker->arena, &request.headers, "Authorization", authorization(worker));
    if (!http_client_send(worker->client, worker->load->place.scim_base, &request, worker->arena, &response, &err))
        atomic_store(&worker->load->over, true);
    return response.status / 100 == 2 || response.status == 404;
}

static void remove_some(struct worker *worker, const char *endpoint, const struct server_ids *ids, size_t first, size_t end)
{
    for (size_t i = first; i < end && !atomic_load(&worker->load->over); i++) {
        const char *id = server_ids_get(ids, i, worker->arena);
        if (id != NULL && remove_one(worker, endpoint, id))
            atomic_fetch_add(&worker->load->done, 1);
    }
}

static size_t chunk_end(size_t chunk, size_t size, size_t count)
{
    return (chunk + 1) * size < count ? (chunk + 1) * size : count;
}

/* Chunks of groups come first. */
static void remove_chunk(struct worker *worker, size_t chunk)
{
    const struct load *load = worker->load;
    size_t groups = crowd_group_chunks(&load->crowd), people = chunk - groups;
    http_client_ignore_stop(worker->client, true);
    if (chunk < groups)
        remove_some(worker, "/Groups", load->groups, chunk * CROWD_GROUPS, chunk_end(chunk, CROWD_GROUPS, load->crowd.groups));
    else
        remove_some(worker, "/Users", load->people, people * CROWD_PEOPLE, chunk_end(people, CROWD_PEOPLE, load->crowd.users));
}

/* Also when the run was stopped: a second signal ends the process. One DELETE without a reply ends it. */
static void remove_all(struct load *load)
{
    size_t there = server_ids_known(load->groups) + server_ids_known(load->people);
    atomic_store(&load->over, load->err.code == ERROR_UNREACHABLE);
    play_chunks(load, remove_chunk, "removing", crowd_group_chunks(&load->crowd) + crowd_people_chunks(&load->crowd), there);
    load->out->removed = atomic_load(&load->done);
    load->out->left = there - load->out->removed;
}

/* --- connections --- */

static void open_workers(struct load *load)
{
    unsigned timeout_s = (unsigned)dialect_value(load->options->dialect, AXIS_TIMEOUT);
    load->workers = arena_array(load->arena, load->options->connections, sizeof *load->workers);
    for (unsigned i = 0; i < load->options->connections; i++) {
        struct worker *worker = &load->workers[i];
        *worker =
            (struct worker){.load = load,
                            .rng = rng_for(load->crowd.seed, arena_printf(load->arena, "connection %u", i)),
                            .client = http_client_new(&(struct http_client_options){.timeout_ms = CONNECTIONS_TIMEOUT_MS,
                                                                                    .idle_ms = timeout_s * 1000,
                                                                                    .stop = load->options->stop,
                                                                                    .files = load->options->target->files})};
        http_client_offer(worker->client, dialect_tls_suites(load->options->dialect));
        worker->simulator = (struct simulator){.dialect = load->options->dialect,
                                               .rng = &worker->rng,
                                               .token = place_credential(&load->place),
                                               .credential = load->place.form == AUTHORIZATION_CLIENT ? credential : NULL,
                                               .send = send_requests,
                                               .context = worker,
                                               .clock = clock_real(),
                                               .pass = wait_in_truth};
    }
}

static void close_workers(struct load *load)
{
    for (unsigned i = 0; i < load->options->connections; i++) {
        load->out->requests += load->workers[i].requests;
        load->out->lost += load->workers[i].lost;
        load->out->waits += load->workers[i].waits;
        http_client_free(load->workers[i].client);
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
    return opened && place_authorize(&load->place, dialect_value(load->options->dialect, AXIS_AUTHORIZATION), err);
}

static void play(struct load *load)
{
    load->people = server_ids_new(load->crowd.users);
    load->groups = server_ids_new(load->crowd.groups);
    pthread_mutex_init(&load->lock, NULL);
    pthread_cond_init(&load->ended, NULL);
    open_workers(load);
    play_parts(load);
    if (load->place.organization == NULL)
        remove_all(load);
    close_workers(load);
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
