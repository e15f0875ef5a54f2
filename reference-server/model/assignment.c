#include "common/base.h"

#include "reference-server/model/assignment.h"

#include "common/map.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

bool assigned(const struct account *account, const struct project *project)
{
    return map_get(project->assigned, account->id) != NULL;
}

void assign(struct organization *organization, struct account *account, struct project *project)
{
    if (assigned(account, project)) {
        return;
    }
    audit_watch(organization, account);
    audit_project(organization, account, project->path, "none", "assigned");
    map_put(&project->assigned, account->id, account);
    map_put(&account->assigned, project->path, project);
    change_note_pair(organization, RECORD_ASSIGNED, account->id, project->path);
}

void unassign(struct organization *organization, struct account *account, struct project *project)
{
    if (!assigned(account, project)) {
        return;
    }
    audit_watch(organization, account);
    audit_project(organization, account, project->path, "assigned", "none");
    map_remove(project->assigned, account->id);
    map_remove(account->assigned, project->path);
    change_gone_pair(organization, RECORD_ASSIGNED, account->id, project->path);
    access_settle(organization, account);
}

void unassign_all(struct organization *organization, struct account *account)
{
    const char *key;
    void *project;
    for (size_t i = 0; map_at(account->assigned, &i, &key, &project); i = 0) {
        unassign(organization, account, project);
    }
}

static bool counts(const struct project *project, const char *const *patterns, size_t count)
{
    for (size_t i = 0; i < count && !project->archived; i++) {
        if (text_glob(patterns[i], project->path)) {
            return true;
        }
    }
    return false;
}

bool assigned_to_any(const struct account *account, const char *const *patterns, size_t count)
{
    const char *key;
    void *project;
    for (size_t i = 0; i < account->projects.count; i++) {
        if (counts(account->projects.items[i], patterns, count)) {
            return true;
        }
    }
    for (size_t i = 0; map_at(account->assigned, &i, &key, &project);) {
        if (counts(project, patterns, count)) {
            return true;
        }
    }
    return false;
}
