/* connections.h: the HTTP clients of one worker, kept from case to case: making a connection costs both sides more than most
 * requests.
 *
 * Client 0 is that of the case's own thread; the others send what goes out at the same time. Each is used by one thread at a
 * time.
 */
#ifndef RUNNER_CONNECTIONS_H
#define RUNNER_CONNECTIONS_H

#include "common/base.h"
#include "common/http_client.h"

#define CONNECTIONS_PARALLEL   8
#define CONNECTIONS_MAX        (1 + CONNECTIONS_PARALLEL)
#define CONNECTIONS_IDLE_MS    60000  /* without a byte, where no dialect says it: what Okta waits */
#define CONNECTIONS_TIMEOUT_MS 300000 /* our own guard: a server that drips for ever. No provider is known to have one */

struct connections {
    struct http_client *clients[CONNECTIONS_MAX]; /* made when first needed */
    const volatile int *stop;                     /* ends a running exchange; may be NULL */
    unsigned timeout_ms;                          /* of a whole exchange; 0: CONNECTIONS_TIMEOUT_MS */
    struct http_client_files files;               /* of the target */
};

struct http_client *connections_client(struct connections *connections, size_t which); /* which < CONNECTIONS_MAX */
void connections_close(struct connections *connections);

#endif
