#include "common/base.h"
#include "runner/late.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/case.h"

#include <string.h>

void late_hold(struct play *play, const struct http_request *request)
{
    struct faults *f = &play->faults;
    f->late = arena_grow(play->arena, f->late, f->late_count, f->late_count + 1, sizeof *f->late);
    f->late[f->late_count++] = (struct late){http_request_copy(play->arena, request), f->events, play->place.count};
}

void late_begin(struct play *play)
{
    play->faults.events++;
}

static bool is_read(const struct http_request *request)
{
    return text_equal(request->method, "GET");
}

/* Without the query. */
static const char *path_of(const struct play *play, const struct http_request *request)
{
    return arena_strndup(play->arena, request->target, strcspn(request->target, "?"));
}

static bool is_same(const struct http_request *a, const struct http_request *b)
{
    return text_equal(a->method, b->method) && text_equal(a->target, b->target) && a->body.n == b->body.n &&
           memcmp(a->body.p, b->body.p, a->body.n) == 0;
}

/* The newest write to the resource that the server has taken since; NULL: none. */
static const struct http_request *newest(const struct play *play, const struct late *late, size_t before)
{
    const char *path = path_of(play, late->request);
    for (size_t i = before; i-- > late->after;) {
        const struct sent *sent = &play->place.sent[i];
        if (sent->side == SIDE_IDP && !sent->fault && sent->response.status / 100 == 2 && !is_read(sent->request) &&
            text_equal(path_of(play, sent->request), path))
            return sent->request;
    }
    return NULL;
}

static void overtake(struct play *play, const char *path)
{
    struct faults *f = &play->faults;
    f->overtaken = arena_grow(play->arena, f->overtaken, f->overtaken_count, f->overtaken_count + 1, sizeof *f->overtaken);
    f->overtaken[f->overtaken_count++] = path;
}

static void tell(struct play *play, const struct late *late, int status)
{
    simulator_trace(&play->simulator, arena_printf(play->arena, "fault: %s %.80s arrives behind newer ones: %d",
                                                   late->request->method, late->request->target, status));
}

static bool arrive(struct play *play, const struct late *late, struct error *err)
{
    struct http_response reply;
    size_t at;
    if (!place_send(&play->place, SIDE_IDP, play->place.scim_base, late->request, &reply, &at, err))
        return false;
    tell(play, late, reply.status);
    play->deed.wide = true;
    if (is_read(late->request) || reply.status / 100 != 2)
        return true;
    const struct http_request *newer = newest(play, late, at);
    play->deed.written++;
    if (!text_equal(late->request->method, "POST") && (newer == NULL || !is_same(newer, late->request)))
        overtake(play, path_of(play, late->request));
    return true;
}

static bool was_silent(const struct play *play)
{
    for (size_t i = play->deed.first_exchange; i < play->place.count; i++)
        if (play->place.sent[i].side == SIDE_IDP)
            return false;
    return true;
}

bool late_end(struct play *play, struct error *err)
{
    struct faults *f = &play->faults;
    size_t count = f->late_count, kept = 0;
    bool fine = true;
    if (count == 0 || was_silent(play))
        return true;
    for (size_t i = 0; i < count; i++) {
        struct late late = f->late[i];
        if (!fine || late.event == f->events)
            f->late[kept++] = late;
        else
            fine = arrive(play, &late, err);
    }
    f->late_count = kept;
    return fine;
}

bool late_unsettled(const struct play *play)
{
    return play->faults.late_count > 0 || play->faults.overtaken_count > 0;
}

bool late_overtook(const struct play *play, const char *endpoint, const char *id)
{
    if (id == NULL || play->faults.overtaken_count == 0)
        return false;
    const char *path = arena_printf(play->arena, "%s/%s", endpoint, http_escape_component(play->arena, id));
    for (size_t i = 0; i < play->faults.overtaken_count; i++)
        if (text_equal(play->faults.overtaken[i], path))
            return true;
    return false;
}

void late_forget(struct play *play)
{
    play->faults.overtaken_count = 0;
}
