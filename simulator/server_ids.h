/* server_ids.h: the ids that a server gave to very many resources, by number: 17 bytes each where they are UUIDs in lower case or
 * shorter than 16 bytes, and the text besides where they are not.
 *
 * Threads: different numbers may be set and read at the same time; one number belongs to one thread at a time.
 */
#ifndef SIMULATOR_SERVER_IDS_H
#define SIMULATOR_SERVER_IDS_H

#include "common/base.h"

struct arena;
struct server_ids;

struct server_ids *server_ids_new(size_t count); /* none is known */
void server_ids_free(struct server_ids *ids);
void server_ids_set(struct server_ids *ids, size_t at, const char *id);                   /* NULL: none */
const char *server_ids_get(const struct server_ids *ids, size_t at, struct arena *arena); /* byte for byte; NULL: none */
size_t server_ids_known(const struct server_ids *ids);
size_t server_ids_bytes(const struct server_ids *ids); /* of memory */

#endif
