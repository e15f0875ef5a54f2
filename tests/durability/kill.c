/* Kills the server at random moments while many clients write, and looks after each restart whether everything that was answered is there, whole, and
 * nothing is there half.
 *
 *   kill PROGRAM ROUNDS [SEED]     prints TAP
 *
 * Each client has people and groups of its own and knows what they look like: `now`, and, while a request is under way, what it would make of them,
 * `next`. A server that died in between may show the one or the other, nothing else, and the audit trail has exactly the entries of what came true. Ids are remembered for ever: none may come twice, although
 * the server gets the same seed with each start.
 */
#include "common/base.h"

#include "common/clock.h"
#include "common/digest.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS     8
#define PEOPLE      10 /* of a client */
#define GROUPS      3
#define FILE_ROUNDS 40    /* then a new file */
#define ROUND_US    40000 /* at most, until the kill */
#define ID_SIZE     64
#define SCIM        "/organizations/acme/scim/v2"

#define ADMIN_TOKEN "admin-secret"
#define SCIM_TOKEN  "scim-secret"

static const char document[] =
    "{\"name\": \"Acme\", \"id\": \"acme\", \"domains\": [\"acme.test\"], \"workspaces\": {\"Sales\": {}}}";

struct person {
    unsigned number; /* 0: nobody */
    char id[ID_SIZE];
    unsigned title; /* stands in two attributes, which change together */
    unsigned sessions;
    bool active, granted;
};

struct group {
    unsigned number;
    char id[ID_SIZE];
    unsigned title;
    bool members[PEOPLE];
};

struct world {
    struct person people[PEOPLE];
    struct group groups[GROUPS];
};

struct client {
    unsigned number, counter; /* of names: none is used twice */
    struct world now, next;
    bool pending; /* next may have come true */
    struct rng rng;
    struct arena *arena; /* of a round */
    struct http_client *http;
    size_t entries; /* of the trail that there have to be */
    size_t weight;  /* entries of the request under way */
    size_t seen;    /* entries that there are */
    size_t answered, wrong;
    char complaint[1024];
};

struct test {
    const char *program;
    char folder[64], file[128], organization[128];
    const char *url;
    pid_t server;
    int input, output;
    struct arena *arena; /* of a round */
    struct rng rng;
    struct client clients[CLIENTS];
    struct map *ids;    /* id -> name, for ever */
    uint64_t sequence;  /* of the last entry of the trail, */
    char hash[65];      /* and its hash */
    struct arena *kept; /* of ids */
};

static struct test test;

static NORETURN void broke(const char *what)
{
    printf("not ok - %s\n# the file is in %s\n", what, test.folder);
    fflush(stdout);
    if (test.server > 0)
        kill(test.server, SIGKILL);
    exit(1);
}

/* --- the server --- */

static void be_server(const int input[2], const int output[2])
{
    dup2(input[0], STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    for (int fd = 3; fd < 256; fd++)
        close(fd);
    execl(test.program, test.program, "serve", "--port", "0", "--data", test.file, "--organization", test.organization, "--seed",
          "7", "--until-eof", (char *)NULL);
    _exit(127);
}

static void launch(void)
{
    int input[2], output[2];
    if (pipe(input) != 0 || pipe(output) != 0)
        broke("pipe");
    fcntl(input[1], F_SETFD, FD_CLOEXEC);
    fcntl(output[0], F_SETFD, FD_CLOEXEC);
    test.server = fork();
    if (test.server == 0)
        be_server(input, output);
    if (test.server < 0)
        broke("fork");
    close(input[0]);
    close(output[1]);
    test.input = input[1];
    test.output = output[0];
}

/* What it says when it is ready; NULL: it ended. */
static const char *await_line(void)
{
    char line[512];
    size_t n = 0;
    while (n + 1 < sizeof line && read(test.output, line + n, 1) == 1 && line[n] != '\n')
        n++;
    line[n] = '\0';
    const char *url = strstr(line, "url=");
    return url == NULL ? NULL : arena_strndup(test.arena, url + 4, strcspn(url + 4, " "));
}

static void end_server(int signal_number)
{
    int status;
    kill(test.server, signal_number);
    waitpid(test.server, &status, 0);
    test.server = 0;
    close(test.input);
    close(test.output);
}

static void wait_us(uint64_t us)
{
    struct timespec time = {(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
    nanosleep(&time, NULL);
}

static void start(void)
{
    if (rng_below(&test.rng, 8) == 0) { /* one that does not even come up */
        launch();
        wait_us(rng_below(&test.rng, 8000));
        end_server(SIGKILL);
    }
    launch();
    test.url = await_line();
    if (test.url == NULL)
        broke("the server comes up again after it was killed");
}

/* --- requests --- */

/* False: no answer. */
static bool send(struct client *client, const char *method, const char *target, const json *body, struct http_response *out)
{
    struct error err;
    struct http_request request = {.method = method, .target = target};
    bool admin = text_starts(target, "/admin");
    const char *text = body == NULL ? "" : json_print(client->arena, body);
    request.body = (struct bytes){text, strlen(text)};
    http_add_header(client->arena, &request.headers, "Authorization", admin ? "Bearer " ADMIN_TOKEN : "Bearer " SCIM_TOKEN);
    if (body != NULL)
        http_add_header(client->arena, &request.headers, "Content-Type", admin ? "application/json" : "application/scim+json");
    return http_client_send(client->http, test.url, &request, client->arena, out, &err);
}

/* Sends what makes `next` of `now`. False: the server is gone. */
static bool change(struct client *client, const char *method, const char *target, const json *body, json **reply)
{
    struct http_response response;
    struct error err;
    client->pending = true;
    client->weight = client->weight == 0 ? 1 : client->weight;
    if (!send(client, method, target, body, &response))
        return false;
    if (response.status >= 300) {
        snprintf(client->complaint, sizeof client->complaint, "%s %s: %d %.400s", method, target, response.status,
                 response.body.p == NULL ? "" : response.body.p);
        client->wrong++;
        return false;
    }
    *reply = response.body.n == 0 ? NULL : json_parse(client->arena, response.body, "reply", &err);
    client->answered++;
    return true;
}

static void done(struct client *client)
{
    client->now = client->next;
    client->entries += client->weight;
    client->pending = false;
}

static json *message(struct client *client, const char *urn)
{
    json *body = json_object(client->arena);
    json_push_text(json_set_array(body, "schemas"), arena_printf(client->arena, "urn:ietf:params:scim:%s", urn));
    return body;
}

static json *operation(json *patch, const char *op, const char *path)
{
    const json *there = json_get(patch, "Operations");
    json *operations = there == NULL ? json_set_array(patch, "Operations") : json_edit(patch, "Operations");
    json *operation = json_push_object(operations);
    json_set_text(operation, "op", op);
    json_set_text(operation, "path", path);
    return operation;
}

static const char *person_name(struct client *client, unsigned number)
{
    return arena_printf(client->arena, "c%u-%u@acme.test", client->number, number);
}

static const char *group_name(struct client *client, unsigned number)
{
    return arena_printf(client->arena, "c%u group %u", client->number, number);
}

static const char *text_of(struct client *client, unsigned number)
{
    return arena_printf(client->arena, "%u", number);
}

static void keep_id(char out[ID_SIZE], const json *reply)
{
    snprintf(out, ID_SIZE, "%s", json_get_text(reply, "id", ""));
}

/* --- what a client does; each returns false when the server is gone --- */

static json *describe(struct client *client, struct person *person)
{
    *person = (struct person){.number = ++client->counter, .title = client->counter, .active = true};
    json *user = message(client, "schemas:core:2.0:User");
    json_set_text(user, "userName", person_name(client, person->number));
    json_set_text(user, "title", text_of(client, person->title));
    json_set_text(user, "nickName", text_of(client, person->title));
    json_set_text(json_push_object(json_set_array(user, "emails")), "value", person_name(client, person->number));
    return user;
}

static bool create_person(struct client *client, struct person *person)
{
    json *reply;
    if (!change(client, "POST", SCIM "/Users", describe(client, person), &reply))
        return false;
    keep_id(person->id, reply);
    return true;
}

/* All in one request, so all or none. */
static bool create_many(struct client *client)
{
    json *bulk = message(client, "api:messages:2.0:BulkRequest"), *operations = json_set_array(bulk, "Operations"), *reply;
    struct person *made[PEOPLE];
    size_t count = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        if (client->next.people[i].number != 0)
            continue;
        json *one = json_push_object(operations);
        json_set_text(one, "method", "POST");
        json_set_text(one, "path", "/Users");
        json_set_text(one, "bulkId", text_of(client, (unsigned)i));
        json_set_copy(one, "data", describe(client, &client->next.people[i]));
        made[count++] = &client->next.people[i];
    }
    if (count == 0)
        return true;
    client->weight = count;
    if (!change(client, "POST", SCIM "/Bulk", bulk, &reply))
        return false;
    const json *result = json_first(json_get(reply, "Operations"));
    for (size_t i = 0; i < count; i++, result = json_next(result)) {
        const char *location = json_get_text(result, "location", "/");
        snprintf(made[i]->id, ID_SIZE, "%s", strrchr(location, '/') + 1);
    }
    return true;
}

static bool retitle_person(struct client *client, struct person *person)
{
    json *patch = message(client, "api:messages:2.0:PatchOp"), *reply;
    person->title = ++client->counter;
    json_set_text(operation(patch, "replace", "title"), "value", text_of(client, person->title));
    json_set_text(operation(patch, "replace", "nickName"), "value", text_of(client, person->title));
    return change(client, "PATCH", arena_printf(client->arena, SCIM "/Users/%s", person->id), patch, &reply);
}

static bool switch_person(struct client *client, struct person *person)
{
    json *patch = message(client, "api:messages:2.0:PatchOp"), *reply;
    person->active = !person->active;
    person->sessions = person->active ? person->sessions : 0;
    json_set_bool(operation(patch, "replace", "active"), "value", person->active);
    return change(client, "PATCH", arena_printf(client->arena, SCIM "/Users/%s", person->id), patch, &reply);
}

static bool delete_person(struct client *client, struct person *person)
{
    const char *target = arena_printf(client->arena, SCIM "/Users/%s", person->id);
    size_t index = (size_t)(person - client->next.people);
    json *reply;
    for (size_t i = 0; i < GROUPS; i++)
        client->next.groups[i].members[index] = false;
    *person = (struct person){0};
    return change(client, "DELETE", target, NULL, &reply);
}

/* Of somebody inactive nobody could see it. */
static bool grant(struct client *client, struct person *person)
{
    if (!person->active)
        return true;
    json *action = json_object(client->arena), *reply;
    person->granted = !person->granted;
    json_set_text(action, "action", person->granted ? "grant" : "revoke");
    json_set_text(action, "user", person->id);
    json_set_text(action, "resource", "Sales");
    if (person->granted)
        json_set_text(action, "role", "editor");
    return change(client, "POST", "/admin/organizations/acme/actions", action, &reply);
}

static bool sign_in(struct client *client, struct person *person)
{
    if (!person->active)
        return true;
    json *body = json_object(client->arena), *reply;
    person->sessions++;
    json_set_text(body, "user", person_name(client, person->number));
    json_set_text(body, "method", "sso");
    return change(client, "POST", "/organizations/acme/app/sign-in", body, &reply);
}

static void put_member(struct client *client, struct group *group, json *members, size_t index)
{
    json_set_text(json_push_object(members), "value", client->next.people[index].id);
    group->members[index] = true;
}

static bool create_group(struct client *client, struct group *group)
{
    json *body = message(client, "schemas:core:2.0:Group"), *members = json_set_array(body, "members"), *reply;
    *group = (struct group){.number = ++client->counter, .title = client->counter};
    json_set_text(body, "displayName", group_name(client, group->number));
    json_set_text(body, "externalId", text_of(client, group->title));
    for (size_t i = 0; i < PEOPLE; i++)
        if (client->next.people[i].number != 0 && rng_below(&client->rng, 2) == 0)
            put_member(client, group, members, i);
    if (!change(client, "POST", SCIM "/Groups", body, &reply))
        return false;
    keep_id(group->id, reply);
    return true;
}

/* Some come, some go, and a number changes, in one request. */
static bool patch_group(struct client *client, struct group *group)
{
    json *patch = message(client, "api:messages:2.0:PatchOp"), *reply;
    json *members = json_set_array(operation(patch, "add", "members"), "value");
    for (size_t i = 0; i < PEOPLE; i++)
        if (client->next.people[i].number != 0 && !group->members[i] && rng_below(&client->rng, 2) == 0)
            put_member(client, group, members, i);
        else if (group->members[i] && rng_below(&client->rng, 2) == 0) {
            operation(patch, "remove", arena_printf(client->arena, "members[value eq \"%s\"]", client->next.people[i].id));
            group->members[i] = false;
        }
    group->title = ++client->counter;
    json_set_text(operation(patch, "replace", "externalId"), "value", text_of(client, group->title));
    return change(client, "PATCH", arena_printf(client->arena, SCIM "/Groups/%s", group->id), patch, &reply);
}

static bool delete_group(struct client *client, struct group *group)
{
    const char *target = arena_printf(client->arena, SCIM "/Groups/%s", group->id);
    json *reply;
    *group = (struct group){0};
    return change(client, "DELETE", target, NULL, &reply);
}

static bool act(struct client *client)
{
    client->next = client->now;
    client->weight = 0;
    struct person *person = &client->next.people[rng_below(&client->rng, PEOPLE)];
    struct group *group = &client->next.groups[rng_below(&client->rng, GROUPS)];
    uint64_t dice = rng_below(&client->rng, 20);
    if (dice < 6)
        return group->number == 0 ? create_group(client, group) : patch_group(client, group);
    if (dice == 6)
        return group->number == 0 || delete_group(client, group);
    if (person->number == 0)
        return dice == 7 ? create_many(client) : create_person(client, person);
    return dice < 10   ? retitle_person(client, person)
           : dice < 13 ? switch_person(client, person)
           : dice < 15 ? grant(client, person)
           : dice < 18 ? sign_in(client, person)
                       : delete_person(client, person);
}

static void *write_on(void *context)
{
    struct client *client = context;
    client->http = http_client_new(&(struct http_client_options){.timeout_ms = 10000});
    while (act(client))
        done(client);
    http_client_free(client->http);
    return NULL;
}

/* --- what is there after a restart --- */

/* One line for each person and group, in order of name. */
static const char *print_world(struct client *client, const struct world *world)
{
    struct buffer b = buffer_new(0);
    for (unsigned number = 1; number <= client->counter; number++) {
        for (size_t i = 0; i < PEOPLE; i++) {
            const struct person *p = &world->people[i];
            if (p->number == number)
                buffer_printf(&b, "person %u title %u %u active %d sessions %u editor %d\n", p->number, p->title, p->title,
                              p->active, p->sessions, p->active && p->granted);
        }
        for (size_t i = 0; i < GROUPS; i++) {
            const struct group *g = &world->groups[i];
            if (g->number != number)
                continue;
            buffer_printf(&b, "group %u title %u:", g->number, g->title);
            for (unsigned member = 1; member <= client->counter; member++)
                for (size_t k = 0; k < PEOPLE; k++)
                    if (g->members[k] && world->people[k].number == member)
                        buffer_printf(&b, " %u", member);
            buffer_add_char(&b, '\n');
        }
    }
    return buffer_take(&b, client->arena);
}

static const json *fetch(struct client *client, const char *target)
{
    struct http_response response;
    struct error err;
    if (!send(client, "GET", target, NULL, &response) || response.status != 200)
        broke(arena_printf(client->arena, "GET %s after a restart", target));
    return json_parse(client->arena, response.body, "reply", &err);
}

static unsigned number_of(const json *node, const char *member)
{
    return (unsigned)strtoul(json_get_text(node, member, "0"), NULL, 10);
}

static void remember(const char *id, const char *name)
{
    const char *before = map_get(test.ids, id);
    if (before != NULL && strcmp(before, name) != 0)
        broke(arena_printf(test.kept, "no id twice: %s was %s and is %s", id, before, name));
    if (before == NULL)
        map_set(test.ids, id, arena_strdup(test.kept, name));
}

/* The document's entry of that person: sessions, and the role in Sales. */
static const json *access_of(const json *access, const char *user)
{
    for (const json *n = json_first(json_get(access, "users")); n != NULL; n = json_next(n))
        if (text_equal(json_get_text(n, "user", NULL), user))
            return n;
    return NULL;
}

static unsigned last_number(const char *name)
{
    size_t n = strcspn(name, "@");
    while (n > 0 && name[n - 1] >= '0' && name[n - 1] <= '9')
        n--;
    return (unsigned)strtoul(name + n, NULL, 10);
}

static void print_person(struct client *client, struct buffer *b, const json *user, const json *access)
{
    const char *name = json_get_text(user, "userName", "");
    const json *entry = access_of(access, name);
    bool editor = json_first(json_get(entry, "access")) != NULL;
    remember(json_get_text(user, "id", ""), name);
    for (size_t i = 0; i < PEOPLE; i++) { /* ids of what was never answered */
        if (client->next.people[i].number == last_number(name))
            keep_id(client->next.people[i].id, user);
    }
    buffer_printf(b, "person %u title %u %u active %d sessions %u editor %d\n", last_number(name), number_of(user, "title"),
                  number_of(user, "nickName"), json_get_bool(user, "active", false),
                  (unsigned)json_get_integer(entry, "sessions", 0), editor);
}

static void print_group(struct client *client, struct buffer *b, const json *group)
{
    const char *name = json_get_text(group, "displayName", "");
    remember(json_get_text(group, "id", ""), name);
    for (size_t i = 0; i < GROUPS; i++) {
        if (client->next.groups[i].number == last_number(name))
            keep_id(client->next.groups[i].id, group);
    }
    buffer_printf(b, "group %u title %u:", last_number(name), number_of(group, "externalId"));
    for (unsigned number = 1; number <= client->counter; number++)
        for (const json *m = json_first(json_get(group, "members")); m != NULL; m = json_next(m)) {
            const char *person = map_get(test.ids, json_get_text(m, "value", ""));
            if (person == NULL)
                broke("a member of a group is somebody who is there");
            if (last_number(person) == number)
                buffer_printf(b, " %u", number);
        }
    buffer_add_char(b, '\n');
}

static const char *print_found(struct client *client, const json *access)
{
    struct buffer b = buffer_new(0);
    const json *users = fetch(
        client, arena_printf(client->arena, SCIM "/Users?count=1000&filter=userName%%20sw%%20%%22c%u-%%22", client->number));
    const json *groups =
        fetch(client,
              arena_printf(client->arena, SCIM "/Groups?count=1000&filter=displayName%%20sw%%20%%22c%u%%20%%22", client->number));
    const json *user = json_first(json_get(users, "Resources")), *group = json_first(json_get(groups, "Resources"));
    for (const json *n = user; n != NULL; n = json_next(n)) /* members are named by their ids */
        remember(json_get_text(n, "id", ""), json_get_text(n, "userName", ""));
    while (user != NULL || group != NULL) { /* both are in order of creation, which is that of the numbers */
        unsigned a = user == NULL ? UINT32_MAX : last_number(json_get_text(user, "userName", ""));
        unsigned b_number = group == NULL ? UINT32_MAX : last_number(json_get_text(group, "displayName", ""));
        if (a < b_number) {
            print_person(client, &b, user, access);
            user = json_next(user);
        } else {
            print_group(client, &b, group);
            group = json_next(group);
        }
    }
    return buffer_take(&b, client->arena);
}

static void check(struct client *client, const json *access)
{
    const char *found = print_found(client, access), *now = print_world(client, &client->now);
    if (client->pending && strcmp(found, print_world(client, &client->next)) == 0)
        done(client);
    else if (strcmp(found, now) != 0)
        broke(arena_printf(client->arena,
                           "what was answered is there, whole\n# answered:\n%s# or, if it came to that:\n%s# found:\n%s", now,
                           client->pending ? print_world(client, &client->next) : "", found));
    client->pending = false;
    if (client->seen != client->entries)
        broke(arena_printf(client->arena, "what came true is in the audit trail, once: %zu writes, %zu entries", client->entries,
                           client->seen));
}

/* --- the trail --- */

static void check_entry(const char *line, size_t n)
{
    struct error err;
    const json *entry = json_parse(test.arena, (struct bytes){line, n}, "entry", &err);
    size_t tail = strlen(",\"hash\":\"\"}") + 64;
    const char *plain = arena_printf(test.arena, "%.*s}", (int)(n > tail ? n - tail : 0), line);
    const char *previous = json_get_text(entry, "previous", ""), *name = json_get_text(json_get(entry, "target"), "name", "");
    if (json_get_integer(entry, "sequence", 0) != (int64_t)++test.sequence || strcmp(previous, test.hash) != 0)
        broke(arena_printf(test.arena, "the audit trail has no gap: %.*s", (int)n, line));
    digest_sha256_hex((struct bytes){plain, strlen(plain)}, test.hash);
    if (strcmp(json_get_text(entry, "hash", ""), test.hash) != 0)
        broke(arena_printf(test.arena, "the hashes of the audit trail are right: %.*s", (int)n, line));
    unsigned long number = name[0] == 'c' ? strtoul(name + 1, NULL, 10) : CLIENTS;
    if (number < CLIENTS)
        test.clients[number].seen++;
}

/* What is new in it. */
static void read_trail(struct client *client)
{
    struct http_response response;
    const char *line;
    do {
        const char *target = arena_printf(client->arena, "/admin/organizations/acme/audit?limit=1000&after=%llu",
                                          (unsigned long long)test.sequence);
        if (!send(client, "GET", target, NULL, &response) || response.status != 200)
            broke("the audit trail can be read");
        for (line = response.body.p; line < response.body.p + response.body.n; line = strchr(line, '\n') + 1)
            check_entry(line, strcspn(line, "\n"));
    } while (response.body.n > 0);
}

/* From the first entry on. */
static void begin_trail(void)
{
    test.sequence = 0;
    memset(test.hash, '0', sizeof test.hash - 1);
    for (size_t i = 0; i < CLIENTS; i++)
        test.clients[i].seen = 0;
}

static void check_all(void)
{
    struct client *first = &test.clients[0];
    struct http_client *http = http_client_new(&(struct http_client_options){.timeout_ms = 10000});
    for (size_t i = 0; i < CLIENTS; i++)
        test.clients[i].http = http;
    read_trail(first);
    const json *access = fetch(first, "/admin/organizations/acme/access");
    for (size_t i = 0; i < CLIENTS; i++)
        check(&test.clients[i], access);
    http_client_free(http);
}

/* --- rounds --- */

static void begin_file(unsigned number)
{
    char other[160];
    static const char *const endings[] = {"", "-wal", "-shm", "-lock"};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        snprintf(other, sizeof other, "%s%s", test.file, endings[i]);
        unlink(other);
    }
    map_free(test.ids);
    test.ids = map_new();
    for (unsigned i = 0; i < CLIENTS; i++) {
        struct client *client = &test.clients[i];
        *client = (struct client){.number = i, .rng = rng_new(rng_next(&test.rng) + number), .answered = client->answered};
    }
    begin_trail();
}

static void renew_arenas(void)
{
    arena_free(test.arena);
    test.arena = arena_new();
    for (size_t i = 0; i < CLIENTS; i++) {
        arena_free(test.clients[i].arena);
        test.clients[i].arena = arena_new();
    }
}

static void play_round(void)
{
    pthread_t threads[CLIENTS];
    renew_arenas();
    start();
    check_all();
    for (size_t i = 0; i < CLIENTS; i++)
        if (pthread_create(&threads[i], NULL, write_on, &test.clients[i]) != 0)
            broke("a thread");
    wait_us(rng_below(&test.rng, ROUND_US));
    int status;
    if (waitpid(test.server, &status, WNOHANG) != 0)
        broke("the server lives until it is killed");
    end_server(SIGKILL);
    for (size_t i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        if (test.clients[i].wrong > 0)
            broke(test.clients[i].complaint);
    }
}

static void prepare(void)
{
    snprintf(test.folder, sizeof test.folder, "/tmp/scimulator-kill-XXXXXX");
    if (mkdtemp(test.folder) == NULL)
        broke("a folder");
    snprintf(test.file, sizeof test.file, "%s/data.db", test.folder);
    snprintf(test.organization, sizeof test.organization, "%s/acme.json", test.folder);
    FILE *file = fopen(test.organization, "w");
    if (file == NULL || fputs(document, file) < 0 || fclose(file) != 0)
        broke("a file");
    setenv("SCIMULATOR_ADMIN_TOKEN", ADMIN_TOKEN, 1);
    setenv("SCIMULATOR_SCIM_TOKEN", SCIM_TOKEN, 1);
    test.kept = arena_new();
}

int main(int argc, char **argv)
{
    struct error err;
    uint64_t rounds, seed = (uint64_t)getpid();
    if (argc < 3 || !text_to_u64(argv[2], 1000000, &rounds) || (argc > 3 && !text_to_u64(argv[3], UINT32_MAX, &seed)) ||
        !http_client_setup(&err)) {
        fprintf(stderr, "kill PROGRAM ROUNDS [SEED]\n");
        return 2;
    }
    test.program = argv[1];
    test.rng = rng_new(seed);
    prepare();
    printf("# seed %llu\n", (unsigned long long)seed);
    for (unsigned i = 0; i < rounds; i++) {
        if (i % FILE_ROUNDS == 0)
            begin_file(i);
        play_round();
    }
    renew_arenas();
    start();
    begin_trail(); /* all of it once more */
    check_all();
    end_server(SIGTERM);
    size_t answered = 0;
    for (size_t i = 0; i < CLIENTS; i++)
        answered += test.clients[i].answered;
    printf("%s - %zu answered writes outlived %llu kills\n", answered > rounds ? "ok" : "not ok", answered,
           (unsigned long long)rounds);
    unlink(test.file);
    unlink(test.organization);
    rmdir(test.folder);
    return answered > rounds ? 0 : 1;
}
