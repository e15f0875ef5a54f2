#include "common/base.h"

#include "runner/connections.h"

#include "common/http_client.h"

struct http_client *connections_client(struct connections *connections, size_t which)
{
    if (connections->clients[which] == NULL)
        connections->clients[which] = http_client_new(&(struct http_client_options){
            .timeout_ms = connections->timeout_ms == 0 ? CONNECTIONS_TIMEOUT_MS : connections->timeout_ms,
            .idle_ms = CONNECTIONS_IDLE_MS,
            .stop = connections->stop,
            .files = connections->files});
    return connections->clients[which];
}

void connections_close(struct connections *connections)
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        http_client_free(connections->clients[i]);
        connections->clients[i] = NULL;
    }
}
