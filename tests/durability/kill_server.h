/* kill_server.h: the server that is killed, started again and again on one file, and requests to it. */
#ifndef TESTS_DURABILITY_KILL_SERVER_H
#define TESTS_DURABILITY_KILL_SERVER_H

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

#endif
