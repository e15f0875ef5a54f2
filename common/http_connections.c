#include "common/base.h"
#include "common/http_connections.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICK_MS   250
#define SECOND_US 1000000

enum phase { WAITING, READING, WORKING, WRITING, ENDED };

struct http_connection {
    struct http_connection *before, *after; /* under the lock */
    int fd;
    bool turned_away;
    bool lingers; /* of the connection's thread */
    _Atomic enum phase phase;
    _Atomic uint64_t since_us, until_us; /* it is in this phase, and may be */
    const struct http_connections_options *options;
};

struct lingerer {
    int fd;
    uint64_t until_us, left; /* bytes */
};

struct http_connections {
    struct http_connections_options options;
    pthread_t thread;
    int wake[2]; /* a pipe */
    pthread_mutex_t lock;
    struct http_connection *first; /* newest first */
    size_t count;
    struct lingerer lingers[HTTP_CONNECTIONS_LINGERS];
    size_t linger_count;
    bool stopping;
};

/* --- phases --- */

/* Only the connection's own thread comes here, and only `end` elsewhere: it wins or loses against this one. The new limit is there first, since it is later. */
static bool go(struct http_connection *connection, enum phase to, uint64_t seconds)
{
    uint64_t now = clock_monotonic_us();
    enum phase from = atomic_load(&connection->phase);
    atomic_store(&connection->since_us, now);
    atomic_store(&connection->until_us, seconds == 0 ? UINT64_MAX : now + seconds * SECOND_US);
    return from != ENDED && atomic_compare_exchange_strong(&connection->phase, &from, to);
}

bool http_connection_reads(struct http_connection *connection)
{
    return go(connection, READING, connection->options->request_s);
}

bool http_connection_works(struct http_connection *connection)
{
    return go(connection, WORKING, 0);
}

void http_connection_writes(struct http_connection *connection)
{
    (void)go(connection, WRITING, connection->options->reply_s);
}

void http_connection_waits(struct http_connection *connection)
{
    (void)go(connection, WAITING, (uint64_t)connection->options->request_s + connection->options->idle_s);
}

bool http_connection_turned_away(const struct http_connection *connection)
{
    return connection->turned_away;
}

void http_connection_lingers(struct http_connection *connection)
{
    connection->lingers = true;
}

/* Under the lock, so that the socket is still there. False: the connection has gone on meanwhile. */
static bool end(struct http_connection *connection, enum phase phase)
{
    if (!atomic_compare_exchange_strong(&connection->phase, &phase, ENDED))
        return false;
    shutdown(connection->fd, SHUT_RDWR);
    return true;
}

/* --- room --- */

static struct http_connection *longest_in(const struct http_connections *connections, enum phase phase)
{
    struct http_connection *found = NULL;
    for (struct http_connection *c = connections->first; c != NULL; c = c->after)
        if (atomic_load(&c->phase) == phase && (found == NULL || atomic_load(&c->since_us) <= atomic_load(&found->since_us)))
            found = c;
    return found;
}

static size_t count_alive(const struct http_connections *connections)
{
    size_t n = 0;
    for (const struct http_connection *c = connections->first; c != NULL; c = c->after)
        n += atomic_load(&c->phase) != ENDED;
    return n;
}

/* False: all are at work. */
static bool make_room(const struct http_connections *connections)
{
    static const enum phase phases[] = {WAITING, READING};
    if (connections->count < connections->options.most || count_alive(connections) < connections->options.most)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(phases); i++)
        for (struct http_connection *c; (c = longest_in(connections, phases[i])) != NULL;)
            if (end(c, phases[i]))
                return true;
    return false;
}

/* A full pipe wakes as well. */
static void wake(struct http_connections *connections)
{
    while (write(connections->wake[1], "", 1) < 0 && errno == EINTR) {
    }
}

struct http_connection *http_connections_open(struct http_connections *connections, int fd)
{
    struct http_connection *connection = mem_alloc(sizeof *connection);
    connection->fd = fd;
    connection->options = &connections->options;
    (void)go(connection, WAITING, connections->options.request_s);
    pthread_mutex_lock(&connections->lock);
    connection->turned_away = !make_room(connections);
    connection->after = connections->first;
    if (connection->after != NULL)
        connection->after->before = connection;
    connections->first = connection;
    if (connections->count++ == 0)
        wake(connections);
    pthread_mutex_unlock(&connections->lock);
    return connection;
}

/* A copy of the socket stays open; without room for it, or a descriptor, the client may miss its reply. */
static void keep_lingering(struct http_connections *connections, int fd)
{
    int copy = connections->linger_count < HTTP_CONNECTIONS_LINGERS ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (copy < 0)
        return;
    shutdown(copy, SHUT_WR);
    connections->lingers[connections->linger_count++] = (struct lingerer){
        copy, clock_monotonic_us() + (uint64_t)HTTP_CONNECTIONS_LINGER_S * SECOND_US, connections->options.drain};
    wake(connections);
}

void http_connections_close(struct http_connections *connections, struct http_connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    if (connection->after != NULL)
        connection->after->before = connection->before;
    if (connection->before != NULL)
        connection->before->after = connection->after;
    else
        connections->first = connection->after;
    connections->count--;
    if (connection->lingers && !connections->stopping)
        keep_lingering(connections, connection->fd);
    pthread_mutex_unlock(&connections->lock);
    mem_free(connection);
}

/* --- the thread that looks --- */

static void end_the_slow(struct http_connections *connections)
{
    uint64_t now = clock_monotonic_us();
    for (struct http_connection *c = connections->first; c != NULL; c = c->after) {
        enum phase phase = atomic_load(&c->phase);
        if (phase != WORKING && phase != ENDED && atomic_load(&c->until_us) < now)
            (void)end(c, phase);
    }
}

/* False: nothing more is to come from there, or too much came. */
static bool drain(struct lingerer *linger)
{
    char sink[16 * 1024];
    ssize_t n;
    while ((n = recv(linger->fd, sink, sizeof sink, MSG_DONTWAIT)) > 0 && (uint64_t)n < linger->left)
        linger->left -= (uint64_t)n;
    return n < 0 && (errno == EAGAIN || errno == EINTR) && clock_monotonic_us() < linger->until_us;
}

static void drain_all(struct http_connections *connections)
{
    for (size_t i = 0; i < connections->linger_count;) {
        if (drain(&connections->lingers[i])) {
            i++;
            continue;
        }
        close(connections->lingers[i].fd);
        connections->lingers[i] = connections->lingers[--connections->linger_count];
    }
}

/* What to wait for, and how long. */
static size_t waiting_list(struct http_connections *connections, struct pollfd *out, int *timeout_ms)
{
    size_t n = 0;
    out[n++] = (struct pollfd){.fd = connections->wake[0], .events = POLLIN};
    for (size_t i = 0; i < connections->linger_count; i++)
        out[n++] = (struct pollfd){.fd = connections->lingers[i].fd, .events = POLLIN};
    *timeout_ms = connections->count == 0 && connections->linger_count == 0 ? -1 : TICK_MS;
    return n;
}

static void *look(void *context)
{
    struct http_connections *connections = context;
    struct pollfd list[1 + HTTP_CONNECTIONS_LINGERS];
    char sink[64];
    int timeout_ms;
    pthread_mutex_lock(&connections->lock);
    while (!connections->stopping) {
        size_t n = waiting_list(connections, list, &timeout_ms);
        pthread_mutex_unlock(&connections->lock);
        (void)poll(list, (nfds_t)n, timeout_ms);
        while (read(connections->wake[0], sink, sizeof sink) > 0) {
        }
        pthread_mutex_lock(&connections->lock);
        end_the_slow(connections);
        drain_all(connections);
    }
    pthread_mutex_unlock(&connections->lock);
    return NULL;
}

/* --- life --- */

static bool open_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        return false;
    for (size_t i = 0; i < 2; i++)
        if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0 || fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0) {
            close(ends[0]);
            close(ends[1]);
            return false;
        }
    return true;
}

struct http_connections *http_connections_new(const struct http_connections_options *options, struct error *err)
{
    struct http_connections *connections = mem_alloc(sizeof *connections);
    connections->options = *options;
    pthread_mutex_init(&connections->lock, NULL);
    bool piped = open_pipe(connections->wake);
    if (piped && pthread_create(&connections->thread, NULL, look, connections) == 0)
        return connections;
    if (piped) {
        close(connections->wake[0]);
        close(connections->wake[1]);
    }
    pthread_mutex_destroy(&connections->lock);
    mem_free(connections);
    error_set(err, ERROR_INTERNAL, "http server", "", "can't start a thread");
    return NULL;
}

void http_connections_free(struct http_connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    connections->stopping = true;
    wake(connections);
    pthread_mutex_unlock(&connections->lock);
    pthread_join(connections->thread, NULL);
    for (size_t i = 0; i < connections->linger_count; i++)
        close(connections->lingers[i].fd);
    close(connections->wake[0]);
    close(connections->wake[1]);
    pthread_mutex_destroy(&connections->lock);
    mem_free(connections);
}
