/* `scimulator why`: an organization file, one person, one place, and the reasons. */
#include "common/base.h"

#include "reference-server/serve.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/model/account.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/why.h"
#include "reference-server/organization_file.h"
#include "reference-server/server.h"
#include "reference-server/state.h"

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

static bool unknown(struct arena *arena, const char *what, const char *name, const char *near, struct error *err)
{
    const char *remedy = near == NULL ? "" : arena_printf(arena, "did you mean %s?", near);
    return error_set(err, ERROR_USAGE, name, remedy, "the organization has no %s of this name", what);
}

static bool tell(struct arena *arena, const struct organization *organization, const char *user, const char *resource,
                 struct buffer *out, struct error *err)
{
    const struct account *account = account_find(organization, user);
    const struct resource *place = resource_find(organization, resource);
    if (account == NULL)
        return unknown(arena, "person", user, nearest_person(arena, organization, user), err);
    const struct project *project = project_find(organization, resource);
    if (place == NULL && project == NULL)
        return unknown(arena, "workspace or folder", resource, nearest_place(arena, organization, resource), err);
    struct why answer =
        place != NULL ? why(arena, organization, account, place) : why_project(arena, organization, account, project);
    for (size_t i = 0; i < answer.count; i++)
        buffer_printf(out, "%s%s\n", i == 0 ? "" : "  ", answer.lines[i]);
    return true;
}

bool serve_why(const char *organization, const char *user, const char *resource, struct buffer *out, struct error *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct json_document document;
    json *introduction;
    const struct server_options options = {.clock = clock_real(), .admin_token = "", .seeded = true};
    if (!organization_file_read(arena, organization, &document, err))
        return false;
    struct server *server = server_new(&options, err);
    bool told = server != NULL && server_add_organization(server, arena, &document, &introduction, err);
    if (told) {
        struct tenant *tenant = tenant_lock(server, json_get_text(introduction, "id", ""));
        told = tell(arena, tenant->organization, user, resource, out, err);
        tenant_unlock(tenant);
    }
    server_free(server);
    return told;
}
