#include "common/base.h"

#include "runner/foresight.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

#define LIST_RESPONSE "urn:ietf:params:scim:api:messages:2.0:ListResponse"

void foresight_begin(struct foresight *foresight, struct arena *arena)
{
    *foresight = (struct foresight){.arena = arena, .shown = json_object(arena), .written = json_object(arena)};
}

/* What a request is about. */
struct about {
    const char *path;   /* "/Users/2819…", as it stands in the target */
    const char *id;     /* NULL: none */
    bool people_groups; /* one of these endpoints */
    bool item;          /* of it a resource */
    const char *filter; /* NULL: none */
    bool without_members;
};

static struct about about_of(const struct foresight *f, const struct http_request *request)
{
    struct http_target target;
    struct about about = {.path = ""};
    if (!http_parse_target(f->arena, request->target, &target, NULL) || target.count == 0 || target.count > 2)
        return about;
    about.path = target.path;
    about.people_groups = text_equal(target.segments[0], "Users") || text_equal(target.segments[0], "Groups");
    about.item = about.people_groups && target.count == 2;
    about.id = about.item ? target.segments[1] : NULL;
    about.filter = http_query(&target, "filter");
    about.without_members = text_equal(http_query(&target, "excludedAttributes"), "members");
    return about;
}

static bool is_read(const struct http_request *request)
{
    return text_equal(request->method, "GET");
}

const char *foresight_needs(const struct foresight *foresight, const struct http_request *request)
{
    struct about about = about_of(foresight, request);
    bool known = json_get(foresight->written, about.path) != NULL || json_get(foresight->shown, about.path) != NULL;
    return about.item && !is_read(request) && !known ? about.path : NULL;
}

/* --- answering --- */

static void reply_with(const struct foresight *f, int status, const json *body, const struct about *about,
                       struct http_response *reply)
{
    *reply = (struct http_response){.status = status};
    if (body == NULL)
        return;
    json *shown = json_copy(f->arena, body);
    if (about->without_members)
        json_remove(shown, "members");
    reply->body.p = json_print(f->arena, shown);
    reply->body.n = strlen(reply->body.p);
}

static void not_there(const struct foresight *f, const struct about *about, struct http_response *reply)
{
    json *body = json_object(f->arena);
    json_push_text(json_set_array(body, "schemas"), "urn:ietf:params:scim:api:messages:2.0:Error");
    json_set_text(body, "status", "404");
    reply_with(f, 404, body, about, reply);
}

/* What is written, as a server shows it. */
static json *taken(const struct foresight *f, const json *body, const char *id)
{
    json *resource = json_is(body, JSON_OBJECT) ? json_copy(f->arena, body) : json_object(f->arena);
    json_remove(resource, "password");
    json_set_text(resource, "id", id);
    return resource;
}

static void make(struct foresight *f, const struct about *about, const json *body, struct http_response *reply)
{
    const char *id = arena_printf(f->arena, "predicted-%zu", ++f->made);
    const json *resource = taken(f, body, id);
    json_set_copy(f->written, arena_printf(f->arena, "%s/%s", about->path, id), resource);
    reply_with(f, 201, resource, about, reply);
}

static void change(struct foresight *f, const struct about *about, const char *method, const json *body,
                   struct http_response *reply)
{
    const json *now = json_get(f->written, about->path);
    if (now == NULL)
        now = json_get(f->shown, about->path);
    if (now != NULL && !json_is(now, JSON_OBJECT)) {
        not_there(f, about, reply);
        return;
    }
    if (text_equal(method, "DELETE")) {
        json_set_null(f->written, about->path);
        reply_with(f, 204, NULL, about, reply);
        return;
    }
    bool put = text_equal(method, "PUT");
    json *resource = taken(f, put ? body : now, json_get_text(now, "id", about->id));
    if (!put)
        foresight_patch(f->arena, resource, body);
    json_set_copy(f->written, about->path, resource);
    reply_with(f, put ? 200 : 204, put ? resource : NULL, about, reply);
}

bool foresight_answer(struct foresight *foresight, const struct http_request *request, struct http_response *reply)
{
    struct about about = about_of(foresight, request);
    const json *now = json_get(foresight->written, about.path);
    if (is_read(request)) {
        if (json_is(now, JSON_OBJECT))
            reply_with(foresight, 200, now, &about, reply);
        else if (now != NULL)
            not_there(foresight, &about, reply);
        return now != NULL;
    }
    const json *body = request->body.n == 0 ? NULL : json_parse(foresight->arena, request->body, "request", NULL);
    if (about.item)
        change(foresight, &about, request->method, body, reply);
    else if (about.people_groups && text_equal(request->method, "POST"))
        make(foresight, &about, body, reply);
    else
        reply_with(foresight, 204, NULL, &about, reply);
    return true;
}

/* --- learning --- */

static const char *path_of(const struct foresight *f, const struct about *about, const json *resource)
{
    const char *id = json_get_text(resource, "id", NULL);
    return id == NULL ? NULL : arena_printf(f->arena, "%s/%s", about->path, http_escape_component(f->arena, id));
}

static void remember_list(struct foresight *f, const struct about *about, const json *list)
{
    for (const json *item = json_first(json_get_nocase(list, "Resources")); item != NULL; item = json_next(item)) {
        const char *path = path_of(f, about, item);
        if (path != NULL && json_get(f->shown, path) == NULL)
            json_set_copy(f->shown, path, item);
    }
}

static void list_one(const struct about *about, json *resources, const json *resource)
{
    json *item = json_push_object(resources);
    for (const json *member = json_first(resource); member != NULL; member = json_next(member))
        if (!about->without_members || !text_equal(json_key(member), "members"))
            json_set_copy(item, json_key(member), member);
}

/* What the server found, without what was written since; then what of this is to be found. False: the same. */
static bool find_again(const struct foresight *f, const struct about *about, const json *list, json *resources)
{
    bool other = false, lookup = true;
    for (const json *item = json_first(json_get_nocase(list, "Resources")); item != NULL; item = json_next(item)) {
        const char *path = path_of(f, about, item);
        bool written = path != NULL && json_get(f->written, path) != NULL;
        other = other || written;
        if (!written)
            json_push_copy(resources, item);
    }
    for (const json *node = json_first(f->written); node != NULL && lookup; node = json_next(node)) {
        bool here = text_starts(json_key(node), arena_printf(f->arena, "%s/", about->path));
        if (!here || !json_is(node, JSON_OBJECT) || !foresight_matches(f->arena, node, about->filter, &lookup))
            continue;
        list_one(about, resources, node);
        other = true;
    }
    return other && lookup;
}

/* A list that finds nothing may leave Resources out. */
static bool is_list(const json *list)
{
    const json *resources = json_get_nocase(list, "Resources");
    return resources == NULL ? json_get_nocase(list, "totalResults") != NULL : json_is(resources, JSON_ARRAY);
}

static bool lay_over(const struct foresight *f, const struct about *about, const json *list, struct http_response *reply)
{
    json *found = json_object(f->arena), *resources;
    json_push_text(json_set_array(found, "schemas"), LIST_RESPONSE);
    resources = json_set_array(found, "Resources");
    if (about->filter == NULL || !is_list(list) || !find_again(f, about, list, resources))
        return false;
    json_set_integer(found, "totalResults", (int64_t)json_count(resources));
    json_set_integer(found, "startIndex", 1);
    json_set_integer(found, "itemsPerPage", (int64_t)json_count(resources));
    reply_with(f, 200, found, &(struct about){0}, reply);
    return true;
}

bool foresight_learn(struct foresight *foresight, const struct http_request *request, struct http_response *reply)
{
    struct about about = about_of(foresight, request);
    if (!about.people_groups || !is_read(request) || (reply->status != 200 && reply->status != 404))
        return false;
    const json *body = reply->status == 200 ? json_parse(foresight->arena, reply->body, "reply", NULL) : NULL;
    bool better = !about.without_members || json_get(foresight->shown, about.path) == NULL;
    if (about.item && json_is(body, JSON_OBJECT) && better)
        json_set_copy(foresight->shown, about.path, body);
    else if (about.item && reply->status == 404)
        json_set_null(foresight->shown, about.path);
    if (about.item || body == NULL)
        return false;
    remember_list(foresight, &about, body);
    return lay_over(foresight, &about, body, reply);
}
