#include "common/base.h"

#include "runner/place.h"

#include "common/digest.h"
#include "common/http_client.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "runner/connections.h"
#include "runner/target.h"

#include <pthread.h>
#include <string.h>

#define TOKEN_BYTES 24
#define SCIM_TYPE   "application/scim+json"

/* --- sending --- */

struct http_client *place_client(struct place *place, size_t which)
{
    return connections_client(place->connections, 1 + which);
}

void sent_exchange(struct http_client *client, struct arena *arena, struct sent *sent)
{
    sent->response = (struct http_response){0};
    http_client_set_idle(client, sent->idle_ms == 0 ? CONNECTIONS_IDLE_MS : sent->idle_ms);
    http_client_offer(client, sent->suites);
    if (!http_client_send(client, sent->base, sent->request, arena, &sent->response, &sent->err))
        sent->response = (struct http_response){0};
    sent->duration_us = http_client_last_us(client);
    sent->timed_out = http_client_timed_out(client);
}

/* What a server made for us must go again when the case ends, whoever asked for it. */
static void remember_created(struct place *place, struct sent *sent)
{
    const char *target = sent->request->target, *path = arena_strndup(place->arena, target, strcspn(target, "?")), *id = NULL;
    bool collection = text_equal(path, "/Users") || text_equal(path, "/Groups");
    if (place->organization == NULL && sent->response.status / 100 == 2 && text_equal(sent->request->method, "POST") &&
        collection)
        id = json_get_text(sent_body(place->arena, sent), "id", NULL);
    if (id == NULL)
        return;
    place->created = arena_grow(place->arena, place->created, place->created_count, place->created_count + 1, sizeof(char *));
    place->created[place->created_count++] = arena_printf(place->arena, "%s/%s", path, http_escape_component(place->arena, id));
}

size_t place_record(struct place *place, const struct sent *sent)
{
    if (place->count == place->capacity) {
        size_t capacity = place->capacity == 0 ? 64 : place->capacity * 2;
        place->exchanges = arena_grow(place->arena, place->exchanges, place->count, capacity, sizeof *place->exchanges);
        place->sent = arena_grow(place->arena, place->sent, place->count, capacity, sizeof *place->sent);
        place->capacity = capacity;
    }
    size_t at = place->count++;
    place->sent[at] = *sent;
    bool lost = sent->response.status == 0;
    char problem[1024];
    place->exchanges[at] = (struct exchange){
        .step = place->step,
        .side = sent->side,
        .base = sent->base,
        .request = redact_request(place->redactor, place->arena, sent->request),
        .response = redact_response(place->redactor, place->arena, &sent->response),
        .problem = lost ? redact_text(place->redactor, place->arena, error_text(&sent->err, problem, sizeof problem)) : NULL,
        .duration_us = sent->duration_us,
    };
    place->requests += sent->side == SIDE_IDP;
    place->access.refused = place->access.refused || (sent->side == SIDE_IDP && sent->response.status == 401);
    remember_created(place, &place->sent[at]);
    return at;
}

/* The story is too long: no fault of the server, as a reply that is too large would be. */
static bool room(const struct place *place, size_t count, struct error *err)
{
    if (place->count + count <= PLACE_MAX_EXCHANGES)
        return true;
    return error_set(err, ERROR_INVALID, "", "split the scenario", "more than %d exchanges in one case", PLACE_MAX_EXCHANGES);
}

bool place_send(struct place *place, enum exchange_side side, const char *base, const struct http_request *request,
                struct http_response *reply, size_t *at, struct error *err)
{
    struct sent sent = {.side = side,
                        .base = base,
                        .request = http_request_copy(place->arena, request),
                        .idle_ms = side == SIDE_IDP ? place->idle_ms : 0,
                        .suites = side == SIDE_IDP ? place->suites : NULL};
    if (!room(place, 1, err))
        return false;
    sent_exchange(place->client, place->arena, &sent);
    size_t index = place_record(place, &sent);
    if (at != NULL)
        *at = index;
    if (sent.response.status == 0) {
        *err = sent.err;
        return false;
    }
    *reply = sent.response;
    return true;
}

struct courier {
    struct http_client *client;
    struct arena *arena;
    struct sent sent;
    pthread_t thread;
    bool started;
};

static void *carry(void *context)
{
    struct courier *courier = context;
    sent_exchange(courier->client, courier->arena, &courier->sent);
    return NULL;
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

static void start_courier(struct place *place, struct courier *courier, size_t which, const struct http_request *request)
{
    courier->client = place_client(place, which);
    courier->arena = arena_new(); /* an arena belongs to one thread; what came back stays as long as the place */
    arena_defer(place->arena, free_arena, courier->arena);
    courier->sent = (struct sent){.side = SIDE_IDP,
                                  .base = place->scim_base,
                                  .request = http_request_copy(place->arena, request),
                                  .idle_ms = place->idle_ms,
                                  .suites = place->suites};
    courier->started = pthread_create(&courier->thread, NULL, carry, courier) == 0;
    if (!courier->started)
        carry(courier);
}

static bool send_some(struct place *place, const struct http_request *requests, size_t count, struct http_response *replies,
                      struct error *err)
{
    struct courier couriers[PLACE_PARALLEL];
    bool fine = true;
    memset(couriers, 0, sizeof couriers);
    for (size_t i = 0; i < count; i++)
        start_courier(place, &couriers[i], i, &requests[i]);
    for (size_t i = 0; i < count; i++) {
        if (couriers[i].started)
            pthread_join(couriers[i].thread, NULL);
        place_record(place, &couriers[i].sent);
        replies[i] = couriers[i].sent.response;
        if (replies[i].status == 0 && fine) {
            *err = couriers[i].sent.err;
            fine = false;
        }
    }
    return fine;
}

bool place_send_parallel(struct place *place, const struct http_request *requests, size_t count, struct http_response *replies,
                         struct error *err)
{
    bool fine = room(place, count, err);
    for (size_t i = 0; i < count && fine; i += PLACE_PARALLEL)
        fine = send_some(place, requests + i, count - i < PLACE_PARALLEL ? count - i : PLACE_PARALLEL, replies + i, err);
    return fine;
}

const json *sent_body(struct arena *arena, struct sent *sent)
{
    if (!sent->parsed && sent->response.body.n > 0)
        sent->body = json_parse(arena, sent->response.body, "reply", NULL);
    sent->parsed = true;
    return sent->body;
}

/* --- the doors --- */

static const char *parent_url(struct arena *arena, const char *admin_base)
{
    size_t n = strlen(admin_base);
    while (n > 0 && admin_base[n - 1] == '/')
        n--;
    if (n >= strlen("/admin") && strncmp(admin_base + n - strlen("/admin"), "/admin", strlen("/admin")) == 0)
        n -= strlen("/admin");
    return arena_strndup(arena, admin_base, n);
}

static struct http_request *request_for(struct place *place, const char *method, const char *target, const char *credential,
                                        const char *type, const json *body)
{
    struct http_request *request = arena_alloc(place->arena, sizeof *request);
    request->method = method;
    request->target = target;
    http_add_header(place->arena, &request->headers, "Accept", type);
    if (credential != NULL)
        http_add_header(place->arena, &request->headers, "Authorization", arena_printf(place->arena, "Bearer %s", credential));
    if (body != NULL) {
        const char *text = json_print(place->arena, body);
        http_add_header(place->arena, &request->headers, "Content-Type", type);
        request->body = (struct bytes){text, strlen(text)};
    }
    return request;
}

/* GET and DELETE at the SCIM door, for the judge. */
static struct http_request *scim_request(struct place *place, const char *method, const char *target)
{
    struct http_request *request = request_for(place, method, target, NULL, SCIM_TYPE, NULL);
    http_add_header(place->arena, &request->headers, "Authorization", place_authorization(place, place->arena));
    return request;
}

static bool converse(struct place *place, enum exchange_side side, const char *base, const struct http_request *request,
                     struct reply *reply, struct error *err)
{
    struct http_response response;
    size_t at;
    if (!place_send(place, side, base, request, &response, &at, err))
        return false;
    *reply = (struct reply){response.status, sent_body(place->arena, &place->sent[at]), at};
    return true;
}

bool place_admin(struct place *place, const char *method, const char *path, const json *body, struct reply *reply,
                 struct error *err)
{
    const char *target = arena_printf(place->arena, "/organizations/%s%s", place->organization, path);
    enum exchange_side side = text_equal(method, "GET") ? SIDE_OBSERVER : SIDE_ADMIN;
    return converse(place, side, place->target->admin_base,
                    request_for(place, method, target, place->target->admin_token, "application/json", body), reply, err);
}

bool place_app(struct place *place, enum exchange_side side, const char *method, const char *path, const char *credential,
               const json *body, struct reply *reply, struct error *err)
{
    return converse(place, side, place->app_base, request_for(place, method, path, credential, "application/json", body), reply,
                    err);
}

const char *place_token_endpoint(struct place *place)
{
    return arena_printf(place->arena, "%s/organizations/%s/oauth/token", parent_url(place->arena, place->target->admin_base),
                        place->organization);
}

bool place_token(struct place *place, const char *client, const char *secret, const char *scope, struct reply *reply,
                 struct error *err)
{
    const char *base;
    const struct credentials of_client = {
        .client = client, .secret = secret, .endpoint = place_token_endpoint(place), .scope = scope};
    credentials_hide(&of_client, place->redactor);
    const struct http_request *request = token_request(place->arena, &of_client, &base);
    return converse(place, SIDE_ADMIN, base, request, reply, err);
}

bool place_read(struct place *place, const char *target, struct reply *reply, struct error *err)
{
    (void)place_credential(place);
    return converse(place, SIDE_OBSERVER, place->scim_base, scim_request(place, "GET", target), reply, err);
}

bool place_stopped(const struct place *place)
{
    const volatile int *stop = place->connections->stop;
    return stop != NULL && __atomic_load_n(stop, __ATOMIC_RELAXED) != 0;
}

bool place_alive(struct place *place)
{
    struct sent probe = {
        .side = SIDE_OBSERVER, .base = place->scim_base, .request = scim_request(place, "GET", "/ServiceProviderConfig")};
    sent_exchange(place->client, place->arena, &probe);
    return probe.response.status != 0;
}

/* --- opening and closing --- */

static bool create_organization(struct place *place, const json *document, struct reply *reply, struct error *err)
{
    return converse(place, SIDE_ADMIN, place->target->admin_base,
                    request_for(place, "POST", "/organizations", place->target->admin_token, "application/json", document), reply,
                    err);
}

static bool refused_setup(const struct place *place, const struct reply *reply, struct error *err)
{
    if (reply->status == 401 || reply->status == 403)
        return error_set(err, ERROR_CREDENTIALS, place->target->admin_base, "check SCIMULATOR_ADMIN_TOKEN",
                         "the admin door refuses the token (%d)", reply->status);
    return error_set(err, ERROR_INVALID, "", "check \"organization\" of the scenario",
                     "the organization could not be set up: %d %s", reply->status, json_get_text(reply->body, "message", ""));
}

/* An organization of the same name is what an interrupted run left behind: names are made of seed, scenario and dialect. */
static bool open_organization(struct place *place, const json *organization, const char *name, struct error *err)
{
    char *token;
    if (!random_token(place->arena, TOKEN_BYTES, &token, err))
        return false;
    redactor_add(place->redactor, token);
    json *document = json_copy(place->arena, organization);
    json_set_text(document, "id", name);
    json_set_text(document, "scimToken", token);
    place->organization = name;
    place->token = token;
    const char *parent = parent_url(place->arena, place->target->admin_base);
    place->scim_base = arena_printf(place->arena, "%s/organizations/%s/scim/v2", parent, name);
    place->app_base = arena_printf(place->arena, "%s/organizations/%s/app", parent, name);
    struct reply reply, removed;
    if (!create_organization(place, document, &reply, err))
        return false;
    if (reply.status == 409 &&
        (!place_admin(place, "DELETE", "", NULL, &removed, err) || !create_organization(place, document, &reply, err)))
        return false;
    if (reply.status != 201)
        return refused_setup(place, &reply, err);
    const char *base = json_get_text(reply.body, "scimBase", NULL);
    if (base != NULL && strstr(base, "://") != NULL)
        place->scim_base = base;
    place->token = json_get_text(reply.body, "scimToken", token);
    redactor_add(place->redactor, place->token);
    return true;
}

static void free_redactor(void *redactor)
{
    redactor_free(redactor);
}

/* A redactor of the case's own: with one for the whole run every case would search for the secrets of all others. */
static struct redactor *case_redactor(struct arena *arena, const struct target *target)
{
    struct redactor *redactor = redactor_new();
    arena_defer(arena, free_redactor, redactor);
    if (target->admin_token != NULL)
        redactor_add(redactor, target->admin_token);
    credentials_hide(&target->credentials, redactor);
    return redactor;
}

bool place_open(struct arena *arena, const struct target *target, const json *organization, const char *name,
                struct connections *connections, struct place *out, struct error *err)
{
    *out = (struct place){.arena = arena,
                          .target = target,
                          .redactor = case_redactor(arena, target),
                          .connections = connections,
                          .client = connections_client(connections, 0),
                          .scim_base = target->scim_base,
                          .token = target->credentials.token,
                          .form = credentials_first(&target->credentials),
                          .credentials = target->credentials};
    if (target->admin_base == NULL) {
        out->prefix = arena_printf(arena, "%s-", name);
        return true;
    }
    /* A set-up that was told to the server and not waited for could come after its own clean-up. */
    http_client_ignore_stop(out->client, true);
    bool opened = open_organization(out, organization, name, err);
    http_client_ignore_stop(out->client, false);
    return opened;
}

static void delete_created(struct place *place)
{
    (void)place_credential(place);
    struct buffer left = buffer_new(1000);
    for (size_t i = place->created_count; i-- > 0;) {
        struct sent sent = {
            .side = SIDE_OBSERVER, .base = place->scim_base, .request = scim_request(place, "DELETE", place->created[i])};
        sent_exchange(place->client, place->arena, &sent);
        if (sent.response.status / 100 != 2 && sent.response.status != 404)
            buffer_printf(&left, "%s%s", left.n == 0 ? "" : ", ", place->created[i]);
    }
    if (left.n > 0)
        place->leftovers = arena_strdup(place->arena, buffer_text(&left));
    buffer_release(&left);
}

static void delete_organization(struct place *place)
{
    struct sent sent = {.side = SIDE_ADMIN,
                        .base = place->target->admin_base,
                        .request =
                            request_for(place, "DELETE", arena_printf(place->arena, "/organizations/%s", place->organization),
                                        place->target->admin_token, "application/json", NULL)};
    sent_exchange(place->client, place->arena, &sent);
}

/* Also when the run was stopped. Clean-up is no part of the story and not recorded. */
void place_close(struct place *place)
{
    if (place->client == NULL)
        return; /* never opened */
    http_client_ignore_stop(place->client, true);
    if (place->organization != NULL)
        delete_organization(place);
    else
        delete_created(place);
    http_client_ignore_stop(place->client, false); /* the worker goes on with it */
    place->client = NULL;
}
