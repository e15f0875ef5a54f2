/* foresight.h: what a server would answer to requests that are not sent to it: the dry run of push.
 *
 * Reads do no harm and are sent. A write is answered here, as a server that takes it would: 201 with an id that stands for the
 * server's own ("predicted-1"), 200 with the resource, 204; or 404 when the server has said that the resource is not there. From
 * then on what was written is part of every answer: the resource itself is answered here, and the lookups of the providers
 * (PATH eq "VALUE") are sent, and what was written is laid over their replies.
 *
 *     needs   a write about a resource that no reply has shown yet: read that first
 *     answer  the reply to what is not to be sent; else send it, and then
 *     learn   the reply as it would be after what was written
 *
 * Not foreseen: what a server refuses by rules of its own, what it adds (meta, defaults), what a deletion does to groups. Lists
 * that are read without such a filter (imports) stay as the server has them.
 *
 * Replies are the server's, so anything may be in them: what is no resource with an id is passed over. What is remembered lives
 * in the arena.
 */
#ifndef RUNNER_FORESIGHT_H
#define RUNNER_FORESIGHT_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct http_request;
struct http_response;

struct foresight {
    struct arena *arena;
    json *shown;   /* "/Users/2819…": the resource as a reply had it; null: 404 */
    json *written; /* the same as it would be; null: deleted */
    size_t made;   /* ids given */
};

void foresight_begin(struct foresight *foresight, struct arena *arena);
/* A target to GET before the write can be answered; NULL: none. */
const char *foresight_needs(const struct foresight *foresight, const struct http_request *request);
/* False: this is to be sent. */
bool foresight_answer(struct foresight *foresight, const struct http_request *request, struct http_response *reply);
/* The server's reply to what was sent. True: reply is another one now. */
bool foresight_learn(struct foresight *foresight, const struct http_request *request, struct http_response *reply);

/* --- of one resource (foresight_patch.c) --- */

/* The forms of PATCH that the simulated providers send: op in any case, values without a path, attribute[sub eq "x"].sub, URNs,
 * dotted names as keys, lists of members to remove, "False" for false, a manager as text. The rest changes nothing. */
void foresight_patch(struct arena *arena, json *resource, const json *body);
/* PATH eq "VALUE", letter case aside. Of other filters *lookup becomes false. */
bool foresight_matches(struct arena *arena, const json *resource, const char *filter, bool *lookup);

#endif
