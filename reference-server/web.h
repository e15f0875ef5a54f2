/* web.h: the page of the running server, for people: plain files that the executable carries (reference-server/web/).
 *
 * The files hold nothing of any organization, so they need no credentials; the page asks for the admin token and reads the admin API with it.
 * Each reply forbids what the page does not need: foreign origins, inline script, framing, guessing the type, a referrer, keeping a copy.
 */
#ifndef REFERENCE_SERVER_WEB_H
#define REFERENCE_SERVER_WEB_H

#include "common/base.h"

struct exchange;

bool web_enter(struct exchange *x); /* the door: open to everybody, for good or wrong credentials; sets those headers */
void web_page(struct exchange *x);  /* GET / */
void web_file(struct exchange *x);  /* GET /web/{}: script, style, picture */

#endif
