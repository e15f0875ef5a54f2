/* `scimulator export`: an organization of a file as the document that sets it up again; and what `scimulator lint` says of such a document. */
#include "common/base.h"

#include "reference-server/serve.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/json.h"
#include "common/json_out.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/model/organization_export.h"
#include "reference-server/organization_file.h"
#include "reference-server/server.h"
#include "reference-server/state.h"
#include "reference-server/store/store.h"

#include <string.h>

/* Which one is meant: the only one when none is named. */
static bool choose(struct server *server, struct arena *arena, const char *file, const char *name, const char **out,
                   struct error *err)
{
    const char *const *ids;
    size_t count = server_organizations(server, arena, &ids);
    if (name == NULL && count == 1) {
        *out = ids[0];
        return true;
    }
    for (size_t i = 0; name != NULL && i < count; i++) {
        if (strcmp(ids[i], name) == 0) {
            *out = ids[i];
            return true;
        }
    }
    if (count == 0)
        return error_set(err, ERROR_USAGE, file, "", "no organization is in it");
    struct buffer list = buffer_new(0);
    for (size_t i = 0; i < count && i < 20; i++)
        buffer_printf(&list, "%s%s", i == 0 ? "name one of them: " : ", ", ids[i]);
    error_set(err, ERROR_USAGE, name == NULL ? file : name, buffer_text(&list),
              name == NULL ? "%zu organizations are in it" : "there is no organization of this id among its %zu", count);
    buffer_release(&list);
    return false;
}

static bool write(struct server *server, struct arena *arena, const char *file, const char *name, struct buffer *out,
                  struct error *err)
{
    const char *id = NULL;
    if (!choose(server, arena, file, name, &id, err))
        return false;
    struct tenant *tenant = tenant_lock(server, id);
    struct json_out document = json_out_pretty(out);
    organization_export(&document, tenant->organization);
    buffer_add_char(out, '\n');
    tenant_unlock(tenant);
    return true;
}

static bool take_document(struct server *server, struct arena *arena, const char *file, struct error *err)
{
    struct json_document document;
    json *introduction;
    return organization_file_read(arena, file, &document, err) &&
           server_add_organization(server, arena, &document, &introduction, err);
}

bool serve_export(const char *file, const char *organization, struct buffer *out, struct error *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    bool data = store_is(file);
    struct store *store = data ? store_open(file, err) : NULL;
    if (data && store == NULL)
        return false;
    const struct server_options options = {.clock = clock_real(), .admin_token = "", .store = store};
    struct server *server = server_new(&options, err);
    bool written = server != NULL && (data ? server_load(server, err) : take_document(server, arena, file, err)) &&
                   write(server, arena, file, organization, out, err);
    server_free(server);
    store_close(store);
    return written;
}

bool serve_check_organization(const char *file, struct error *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const struct server_options options = {.clock = clock_real(), .admin_token = ""};
    struct server *server = server_new(&options, err);
    bool good = server != NULL && take_document(server, arena, file, err);
    server_free(server);
    return good;
}
