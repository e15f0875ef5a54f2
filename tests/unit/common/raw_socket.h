/* raw_socket.h: the other end of a connection, byte by byte: what no library would send or answer. */
#ifndef TESTS_UNIT_COMMON_RAW_SOCKET_H
#define TESTS_UNIT_COMMON_RAW_SOCKET_H

#include "common/base.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define RAW_SIZE     (256 * KIB)
#define RAW_REQUESTS 8

static inline struct sockaddr_in raw_address(uint16_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static inline int raw_connect(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = raw_address(port);
    struct timeval limit = {.tv_sec = 10};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline void raw_write(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        p += sent;
        n -= (size_t)sent;
    }
}

/* Reads until the other side closes; the text is NUL-terminated. */
static inline void raw_read_all(int fd, char *out, size_t size)
{
    size_t n = 0;
    for (ssize_t got; n < size - 1 && (got = recv(fd, out + n, size - 1 - n, 0)) > 0;)
        n += (size_t)got;
    out[n] = '\0';
}

/* Sends bytes on a connection of its own and returns the whole answer. They must ask for `Connection: close`. */
static inline void raw_exchange(uint16_t port, const char *p, size_t n, char *out, size_t size)
{
    out[0] = '\0';
    int fd = raw_connect(port);
    if (fd < 0)
        return;
    raw_write(fd, p, n);
    raw_read_all(fd, out, size);
    close(fd);
}

/* A server that answers the i-th request with replies[i]; NULL: closes the connection instead. Look at `seen` after raw_stop. */
struct raw_server {
    int fd;
    uint16_t port;
    pthread_t thread;
    const char *const *replies;
    size_t count, at, connections;
    char *seen[RAW_REQUESTS];
};

static inline bool raw_complete(const char *text, size_t n)
{
    const char *end = strstr(text, "\r\n\r\n");
    if (end == NULL)
        return false;
    const char *length = strstr(text, "Content-Length: ");
    if (length != NULL && length < end)
        return n >= (size_t)(end + 4 - text) + (size_t)strtoul(length + 16, NULL, 10);
    return strstr(text, "Transfer-Encoding: chunked") == NULL || strstr(end, "\r\n0\r\n\r\n") != NULL;
}

static inline bool raw_serve_one(struct raw_server *server, int fd)
{
    char *text = calloc(1, RAW_SIZE);
    size_t n = 0;
    while (!raw_complete(text, n)) {
        ssize_t got = recv(fd, text + n, RAW_SIZE - 1 - n, 0);
        if (got <= 0) {
            free(text);
            return false;
        }
        n += (size_t)got;
    }
    server->seen[server->at] = text;
    const char *reply = server->replies[server->at++];
    if (reply == NULL)
        return false;
    raw_write(fd, reply, strlen(reply));
    return strstr(reply, "Connection: close") == NULL;
}

static inline void *raw_run(void *context)
{
    struct raw_server *server = context;
    while (server->at < server->count) {
        int fd = accept(server->fd, NULL, NULL);
        if (fd < 0)
            break;
        server->connections++;
        while (server->at < server->count && raw_serve_one(server, fd)) {
        }
        close(fd);
    }
    return NULL;
}

static inline void raw_start(struct raw_server *server, const char *const *replies, size_t count)
{
    *server = (struct raw_server){.replies = replies, .count = count};
    struct sockaddr_in address = raw_address(0);
    socklen_t size = sizeof address;
    server->fd = socket(AF_INET, SOCK_STREAM, 0);
    bind(server->fd, (struct sockaddr *)&address, size);
    listen(server->fd, 8);
    getsockname(server->fd, (struct sockaddr *)&address, &size);
    server->port = ntohs(address.sin_port);
    pthread_create(&server->thread, NULL, raw_run, server);
}

static inline void raw_stop(struct raw_server *server)
{
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->fd);
}

static inline void raw_free(struct raw_server *server)
{
    for (size_t i = 0; i < RAW_REQUESTS; i++)
        free(server->seen[i]);
}

#endif
