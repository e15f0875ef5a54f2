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

#include "tests/durability/kill_clients.h"

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
