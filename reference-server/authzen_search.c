/* Searches: who, what and how, a page at a time (Authorization API 1.0, § "Search APIs").
 *
 * A token is the place where the next page begins and the limit, signed together with the request: with another request it is
 * refused, and the server keeps nothing. People stand in order of creation, resources by path, actions as role.h lists them. */
#include "common/base.h"

#include "reference-server/authzen.h"

#include "common/digest.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/decision.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/role.h"
#include "reference-server/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A page of a search under way. */
struct page {
    struct exchange *x;
    const json *request;
    uint64_t from;  /* place of the first candidate of this page */
    uint64_t limit; /* results */
    uint64_t next;  /* place of the first one that did not fit; 0: none, since a page never begins before the first */
    json *results;
    size_t count;
};

/* --- tokens --- */

static void sign(const struct page *page, const char *place, char out[65])
{
    static const char *const parts[] = {"subject", "action", "resource", "context"};
    char inner[65];
    struct exchange *x = page->x;
    json *request = json_object(x->arena);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        json_set_copy(request, parts[i], json_get(page->request, parts[i]));
    const char *secret = x->server->cursor_secret;
    const char *text = arena_printf(x->arena, "%s\n%s\n%s\n%s", secret, place, x->target.path, json_print(x->arena, request));
    digest_sha256_hex((struct bytes){text, strlen(text)}, inner);
    text = arena_printf(x->arena, "%s\n%s", secret, inner); /* twice around, as in HMAC */
    digest_sha256_hex((struct bytes){text, strlen(text)}, out);
}

static const char *write_token(const struct page *page)
{
    char signature[65];
    const char *place = arena_printf(page->x->arena, "%" PRIu64 "-%" PRIu64, page->next, page->limit);
    sign(page, place, signature);
    return arena_printf(page->x->arena, "%s-%s", signature, place);
}

static bool read_place(struct page *page, const char *place)
{
    const char *dash = strchr(place, '-');
    return dash != NULL && text_to_u64(arena_strndup(page->x->arena, place, (size_t)(dash - place)), UINT64_MAX, &page->from) &&
           text_to_u64(dash + 1, AUTHZEN_PAGE_MAX, &page->limit);
}

static bool read_token(struct page *page, const char *token)
{
    char signature[65];
    if (strlen(token) < 66 || token[64] != '-')
        return false;
    sign(page, token + 65, signature);
    return digest_equal(signature, arena_strndup(page->x->arena, token, 64)) && read_place(page, token + 65);
}

/* --- pages --- */

static bool refuse_page(struct page *page, const char *remedy, const char *message)
{
    reply_wrong(page->x, 400, "invalid", remedy, "%s", message);
    return false;
}

static bool read_limit(struct page *page, const json *asked, bool *given, uint64_t *out)
{
    int64_t limit = 0;
    const json *node = json_get(asked, "limit");
    *given = node != NULL;
    if (*given && (!json_integer(node, &limit) || limit < 0))
        return refuse_page(page, NULL, "page.limit has to be an integer, not below 0");
    *out = limit > AUTHZEN_PAGE_MAX ? AUTHZEN_PAGE_MAX : (uint64_t)limit;
    return true;
}

/* An empty token is none: that is what the last page gives. */
static bool read_page(struct page *page)
{
    const json *asked = json_get(page->request, "page"), *token = json_get(asked, "token");
    bool given = false;
    uint64_t limit = 0;
    page->limit = AUTHZEN_PAGE;
    if (asked != NULL && !json_is(asked, JSON_OBJECT))
        return refuse_page(page, NULL, "page has to be an object");
    if (!read_limit(page, asked, &given, &limit))
        return false;
    if (token != NULL && json_text(token) == NULL)
        return refuse_page(page, NULL, "page.token has to be a text");
    if (text_is_blank(json_text(token))) {
        page->limit = given ? limit : page->limit;
        return true;
    }
    if (!read_token(page, json_text(token)))
        return refuse_page(page, "begin again without a token", "page.token was not made by this server for this request");
    return !given || limit == page->limit ||
           refuse_page(page, "leave it out, or begin again", "page.limit has to stay what it was on the first page");
}

static void begin(struct exchange *x, const json *request, struct page *out)
{
    *out = (struct page){.x = x, .request = request, .results = json_array(NULL)};
}

/* False: the page is full, and the candidate at this place begins the next one. */
static bool page_takes(struct page *page, uint64_t place, json **entity)
{
    if (page->count == page->limit) {
        page->next = place;
        return false;
    }
    page->count++;
    *entity = json_push_object(page->results);
    return true;
}

static void finish(struct page *page)
{
    json *out = json_object(page->x->arena), *shown = json_set_object(out, "page");
    bool more = page->next != 0 && page->limit > 0; /* pages of none never come to an end */
    json_set_text(shown, "next_token", more ? write_token(page) : "");
    json_set_integer(shown, "count", (int64_t)page->count);
    json_put(out, "results", page->results);
    reply_json(page->x, 200, out);
}

/* --- the three searches --- */

static bool refuse(struct page *page, const char *wrong)
{
    if (wrong != NULL)
        reply_wrong(page->x, 400, "invalid", NULL, "%s", wrong);
    if (wrong == NULL && read_page(page))
        return false;
    json_free(page->results);
    return true;
}

/* Places are creation order numbers plus one, so that none is 0. */
static void find_subjects(struct page *page, struct decision_place place, enum permission permission)
{
    const struct list *accounts = &page->x->organization->accounts;
    json *entity;
    for (size_t i = 0; i < accounts->count; i++) {
        const struct account *account = accounts->items[i];
        if (account->order + 1 < page->from || !decide_known(page->x->arena, page->x->organization, account, place, permission))
            continue;
        if (!page_takes(page, account->order + 1, &entity))
            return;
        json_set_text(entity, "type", DECISION_SUBJECT_TYPE);
        json_set_text(entity, "id", account->user_name);
    }
}

void authzen_search_subject(struct exchange *x)
{
    json *request;
    struct page page;
    const char *subject, *action = NULL, *type = NULL, *id = NULL;
    enum decision_resource kind;
    enum permission permission;
    if (!exchange_object(x, &request))
        return;
    begin(x, request, &page);
    const char *wrong = authzen_entity(x, request, NULL, "subject", AUTHZEN_TYPE, &subject, NULL);
    wrong = wrong != NULL ? wrong : authzen_entity(x, request, NULL, "action", AUTHZEN_NAME, NULL, &action);
    wrong = wrong != NULL ? wrong : authzen_entity(x, request, NULL, "resource", AUTHZEN_TYPE_AND_ID, &type, &id);
    if (refuse(&page, wrong))
        return;
    bool known =
        text_equal(subject, DECISION_SUBJECT_TYPE) && permission_read(action, &permission) && decision_resource_read(type, &kind);
    struct decision_place place = {NULL, NULL};
    if (known)
        place = decision_place(x->organization, kind, id);
    if (place.resource != NULL)
        find_subjects(&page, place, permission);
    finish(&page);
}

struct thing {
    const char *path;
    struct decision_place place;
};

static int compare_things(const void *a, const void *b)
{
    return strcmp(((const struct thing *)a)->path, ((const struct thing *)b)->path);
}

/* All resources of a type, by path. */
static size_t things_of(const struct exchange *x, enum decision_resource kind, struct thing **out)
{
    const struct organization *organization = x->organization;
    struct thing *things = arena_array(x->arena, organization->resource_count + organization->projects.count + 1, sizeof *things);
    size_t n = 0;
    for (size_t i = 0; kind == DECISION_PROJECT && i < organization->projects.count; i++) {
        const struct project *project = organization->projects.items[i];
        things[n++] = (struct thing){project->path, {project->resource, project}};
    }
    for (size_t i = 0; kind != DECISION_PROJECT && i < organization->workspaces.count; i++) {
        const struct resource *workspace = organization->workspaces.items[i];
        if (kind == DECISION_WORKSPACE)
            things[n++] = (struct thing){workspace->path, {workspace, NULL}};
        for (size_t k = 0; kind == DECISION_FOLDER && k < workspace->folders.count; k++) {
            const struct resource *folder = workspace->folders.items[k];
            things[n++] = (struct thing){folder->path, {folder, NULL}};
        }
    }
    qsort(things, n, sizeof *things, compare_things);
    *out = things;
    return n;
}

static void find_resources(struct page *page, const struct account *account, enum decision_resource kind,
                           enum permission permission)
{
    struct thing *things;
    json *entity;
    size_t count = things_of(page->x, kind, &things);
    for (size_t i = page->from == 0 ? 0 : page->from - 1; i < count; i++) {
        if (!decide_known(page->x->arena, page->x->organization, account, things[i].place, permission))
            continue;
        if (!page_takes(page, i + 1, &entity))
            return;
        json_set_text(entity, "type", decision_resource_word(kind));
        json_set_text(entity, "id", things[i].path);
    }
}

void authzen_search_resource(struct exchange *x)
{
    json *request;
    struct page page;
    const char *subject_type = NULL, *subject = NULL, *action = NULL, *type = NULL;
    enum decision_resource kind;
    enum permission permission;
    if (!exchange_object(x, &request))
        return;
    begin(x, request, &page);
    const char *wrong = authzen_entity(x, request, NULL, "subject", AUTHZEN_TYPE_AND_ID, &subject_type, &subject);
    wrong = wrong != NULL ? wrong : authzen_entity(x, request, NULL, "action", AUTHZEN_NAME, NULL, &action);
    wrong = wrong != NULL ? wrong : authzen_entity(x, request, NULL, "resource", AUTHZEN_TYPE, &type, NULL);
    if (refuse(&page, wrong))
        return;
    bool known = text_equal(subject_type, DECISION_SUBJECT_TYPE) && permission_read(action, &permission) &&
                 decision_resource_read(type, &kind);
    const struct account *account = known ? account_find(x->organization, subject) : NULL;
    if (account != NULL)
        find_resources(&page, account, kind, permission);
    finish(&page);
}

static void find_actions(struct page *page, const struct account *account, struct decision_place place)
{
    static const enum permission permissions[] = {
#define X(permission, name) permission,
        PERMISSIONS(X)
#undef X
    };
    json *entity;
    for (size_t i = page->from == 0 ? 0 : page->from - 1; i < ARRAY_LEN(permissions); i++) {
        if (!decide_known(page->x->arena, page->x->organization, account, place, permissions[i]))
            continue;
        if (!page_takes(page, i + 1, &entity))
            return;
        json_set_text(entity, "name", permission_name(permissions[i]));
    }
}

void authzen_search_action(struct exchange *x)
{
    json *request;
    struct page page;
    const char *subject_type = NULL, *subject = NULL, *type = NULL, *id = NULL;
    enum decision_resource kind;
    if (!exchange_object(x, &request))
        return;
    begin(x, request, &page);
    const char *wrong = authzen_entity(x, request, NULL, "subject", AUTHZEN_TYPE_AND_ID, &subject_type, &subject);
    wrong = wrong != NULL ? wrong : authzen_entity(x, request, NULL, "resource", AUTHZEN_TYPE_AND_ID, &type, &id);
    if (refuse(&page, wrong))
        return;
    bool known = text_equal(subject_type, DECISION_SUBJECT_TYPE) && decision_resource_read(type, &kind);
    const struct account *account = known ? account_find(x->organization, subject) : NULL;
    struct decision_place place = {NULL, NULL};
    if (known)
        place = decision_place(x->organization, kind, id);
    if (account != NULL && place.resource != NULL)
        find_actions(&page, account, place);
    finish(&page);
}
