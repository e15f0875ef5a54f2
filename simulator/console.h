/* console.h: what the administrator reads when the server refuses. Internal to the simulator.
 *
 * Okta: "<reason phrase>. Errors reported by remote server: <detail>", the formula of its dashboard; the phrase is the
 * server's own, RFC 9110's where it sends none. A body that is not JSON
 * shows as the parser's complaint. Entra: the error code of its provisioning log, then "StatusCode: <name> Message: ... Web
 * Response: <body>".
 */
#ifndef SIMULATOR_CONSOLE_H
#define SIMULATOR_CONSOLE_H

#include "common/base.h"

struct arena;
struct reply;

const char *console_okta(struct arena *arena, const struct reply *reply);
const char *console_entra(struct arena *arena, const struct reply *reply);

#endif
