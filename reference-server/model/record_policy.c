/* Records of what comes of policies: who is assigned to a project, and answers to what waited for approval. */
#include "common/base.h"

#include "reference-server/model/record_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/account.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/resource.h"

/* Account and the rest of the key; NULL: there is no such account. */
static struct account *find_account(struct arena *arena, const struct organization *organization, const char *key,
                                    const char **rest)
{
    const char *id;
    return record_split(arena, key, &id, rest) ? account_by_id(organization, id) : NULL;
}

bool record_put_assigned(const struct record_put *put)
{
    const char *path = NULL;
    const struct account *account = find_account(put->arena, put->organization, put->key, &path);
    const struct project *project = project_find(put->organization, path);
    return account != NULL && project != NULL && assigned(account, project);
}

bool record_read_assigned(const struct record_read *read)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *path = NULL;
    struct account *account = find_account(arena, read->organization, read->key, &path);
    struct project *project = project_find(read->organization, path);
    if (account == NULL || project == NULL) {
        return false;
    }
    assign(read->organization, account, project);
    return true;
}

bool record_put_approval(const struct record_put *put)
{
    const char *source = NULL;
    const struct account *account = find_account(put->arena, put->organization, put->key, &source);
    const struct approval *answer = account == NULL ? NULL : map_get(account->approvals, source);
    if (answer == NULL) {
        return false;
    }
    json_set_text(put->data, "role", role_name(answer->role));
    json_set_text(put->data, "resource", answer->resource);
    json_set_bool(put->data, "given", answer->given);
    return true;
}

bool record_read_approval(const struct record_read *read)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *source = NULL, *resource = json_get_text(read->data, "resource", NULL);
    struct account *account = find_account(arena, read->organization, read->key, &source);
    struct approval answer = {.given = json_get_bool(read->data, "given", false)};
    if (account == NULL || !role_read(json_get_text(read->data, "role", NULL), &answer.role)) {
        return false;
    }
    answer.resource = resource == NULL ? NULL : mem_strdup(resource);
    approval_restore(account, source, &answer);
    return true;
}
