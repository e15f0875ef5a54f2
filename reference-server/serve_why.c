/* `scimulator why`: an organization file or a data file, one person, one place, and the reasons. */
#include "common/base.h"

#include "reference-server/serve.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/why.h"
#include "reference-server/organization_file.h"
#include "reference-server/server.h"
#include "reference-server/state.h"
#include "reference-server/store/store.h"
#include "reference-server/trail_when.h"

#include <unistd.h>

static const char *nearest_person(struct arena *arena, const struct organization *organization, const char *name)
{
    const char **names = arena_array(arena, organization->accounts.count, sizeof *names);
    for (size_t i = 0; i < organization->accounts.count; i++)
        names[i] = ((const struct account *)organization->accounts.items[i])->user_name;
    return text_nearest(name, names, organization->accounts.count);
}

static const char *nearest_place(struct arena *arena, const struct organization *organization, const char *path)
{
    const char **paths = arena_array(arena, organization->resource_count, sizeof *paths);
    size_t n = 0;
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        const struct resource *workspace = organization->workspaces.items[i];
        paths[n++] = workspace->path;
        for (size_t k = 0; k < workspace->folders.count; k++)
            paths[n++] = ((const struct resource *)workspace->folders.items[k])->path;
    }
    return text_nearest(path, paths, n);
}

static const char *first_place(const struct organization *organization)
{
    const struct resource *first = organization->workspaces.count == 0 ? NULL : organization->workspaces.items[0];
    return first == NULL ? NULL : first->path;
}

/* some: one that there is; NULL: there is none. */
static bool unknown(struct arena *arena, const char *what, const char *name, const char *near, const char *some,
                    struct error *err)
{
    const char *remedy = near != NULL   ? arena_printf(arena, "did you mean %s?", near)
                         : some != NULL ? arena_printf(arena, "name one that is there, such as %s", some)
                                        : "create one first";
    return error_set(err, ERROR_USAGE, name, remedy, "the organization has no %s of this name", what);
}

static bool tell_when(struct server *server, struct arena *arena, struct tenant *tenant, const struct account *account,
                      const struct resource *place, const struct project *project, struct buffer *out, struct error *err)
{
    struct exchange x = {.server = server, .arena = arena, .tenant = tenant, .organization = tenant->organization};
    struct when when;
    if (!trail_when(&x, account, place != NULL ? place : project->resource, project, &when))
        return error_set(err, ERROR_FILE, "--data", "look after the disk", "the audit trail can't be read");
    for (size_t i = 0; i < when.count; i++)
        buffer_printf(out, "  %s\n", when.lines[i]);
    return true;
}

static bool tell(struct server *server, struct arena *arena, struct tenant *tenant, const struct serve_why *question,
                 struct buffer *out, struct error *err)
{
    const struct organization *organization = tenant->organization;
    const char *user = question->user, *resource = question->resource;
    const struct account *account = account_find(organization, user);
    const struct resource *place = resource_find(organization, resource);
    if (account == NULL)
        return unknown(arena, "person", user, nearest_person(arena, organization, user), organization->break_glass->user_name,
                       err);
    const struct project *project = place != NULL ? NULL : project_find(organization, resource);
    if (place == NULL && project == NULL)
        return unknown(arena, "workspace or folder, and no project,", resource, nearest_place(arena, organization, resource),
                       first_place(organization), err);
    struct why answer =
        place != NULL ? why(arena, organization, account, place) : why_project(arena, organization, account, project);
    for (size_t i = 0; i < answer.count; i++)
        buffer_printf(out, "%s%s\n", i == 0 ? "" : "  ", answer.lines[i]);
    return question->data == NULL || tell_when(server, arena, tenant, account, place, project, out, err);
}

/* The organization of a file, set up anew. */
static bool set_up(struct server *server, struct arena *arena, const struct serve_why *question, const char **id,
                   struct error *err)
{
    struct json_document document;
    json *introduction;
    if (!organization_file_read(arena, question->organization, &document, err) ||
        !server_add_organization(server, arena, &document, &introduction, err))
        return false;
    *id = json_get_text(introduction, "id", "");
    return true;
}

/* One that a data file holds. */
static bool bring_up(struct server *server, struct arena *arena, const struct serve_why *question, const char **id,
                     struct error *err)
{
    const char *const *ids;
    if (!server_load(server, err))
        return false;
    size_t count = server_organizations(server, arena, &ids);
    for (size_t i = 0; i < count; i++)
        if (question->id == NULL ? count == 1 : text_equal(question->id, ids[i])) {
            *id = ids[i];
            return true;
        }
    if (question->id == NULL && count > 0)
        return error_set(err, ERROR_USAGE, "--data", arena_printf(arena, "add --id %s", ids[0]),
                         "the file holds %zu organizations", count);
    return error_set(err, ERROR_USAGE, question->id == NULL ? "--data" : question->id, "", "the file holds no such organization");
}

/* A store would make it. */
static bool is_there(const struct serve_why *question, struct error *err)
{
    return access(question->data, F_OK) == 0 ||
           error_set(err, ERROR_FILE, question->data, "name the data file of a server", "there is no such file");
}

bool serve_why(const struct serve_why *question, struct buffer *out, struct error *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const char *id;
    if (question->data != NULL && question->organization != NULL)
        return error_set(err, ERROR_USAGE, "--organization", "give one of the two", "a data file holds its organizations itself");
    if (question->data == NULL && question->id != NULL)
        return error_set(err, ERROR_USAGE, "--id", "add --data", "an organization file holds one organization");
    if (question->data != NULL && !is_there(question, err))
        return false;
    struct store *store = question->data == NULL ? NULL : store_open(question->data, err);
    if (question->data != NULL && store == NULL)
        return false;
    const struct server_options options = {.clock = clock_real(), .admin_token = "", .seeded = true, .store = store};
    struct server *server = server_new(&options, err);
    bool told = server != NULL && (question->data == NULL ? set_up : bring_up)(server, arena, question, &id, err);
    if (told) {
        struct tenant *tenant = tenant_lock(server, id);
        told = tell(server, arena, tenant, question, out, err);
        tenant_unlock(tenant);
    }
    server_free(server);
    store_close(store);
    return told;
}
