/* late.h: requests that arrive when their client has given up, behind newer ones: the fault "late".
 *
 * The client waits for its time-out and takes the request for lost; it is held here. When the next event (or cycle) has been played that
 * sends something, the held ones arrive behind all of it, in their order, and nobody hears the replies.
 *
 * Nothing in such a request says that it is old: neither provider sends If-Match, and RFC 7644 §3.14 leaves preconditions to the client.
 * So a server has to carry it out, and what it says then stands over what was said later. That is no fault of the server, and what the
 * directory says is not held against the resource from then on (late_overtook) until an initial cycle of Entra's has matched everybody anew.
 * Everything else is judged as ever: the same request once more, as after a recovery, changes nothing; a second create is refused; what
 * is gone stays gone; nobody else is touched.
 */
#ifndef RUNNER_LATE_H
#define RUNNER_LATE_H

#include "common/base.h"

struct error;
struct http_request;
struct play;

void late_hold(struct play *play, const struct http_request *request);
void late_begin(struct play *play); /* an event begins */
/* It has ended, and what events before it have left on the way arrives, unless it was silent. False: no reply. */
bool late_end(struct play *play, struct error *err);
/* Whether something is under way or was overtaken, so that a cycle with nothing to tell may change something all the same. */
bool late_unsettled(const struct play *play);
bool late_overtook(const struct play *play, const char *endpoint, const char *id); /* "/Users"; id NULL: nobody */
void late_forget(struct play *play);                                               /* everything was told anew */

#endif
