#include "common/base.h"

#include "reference-server/model/decision.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/clearance.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

static const char *const words[] = {
#define X(kind, word) [kind] = word,
    DECISION_RESOURCES(X)
#undef X
};

const char *decision_resource_word(enum decision_resource kind)
{
    return words[kind];
}

bool decision_resource_read(const char *word, enum decision_resource *out)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal(words[i], word)) {
            *out = (enum decision_resource)i;
            return true;
        }
    }
    return false;
}

struct decision_place decision_place(const struct organization *organization, enum decision_resource kind, const char *path)
{
    const struct decision_place none = {NULL, NULL};
    if (kind == DECISION_PROJECT) {
        const struct project *project = project_find(organization, path);
        return project == NULL ? none : (struct decision_place){project->resource, project};
    }
    const struct resource *resource = resource_find(organization, path);
    enum resource_kind wanted = kind == DECISION_WORKSPACE ? RESOURCE_WORKSPACE : RESOURCE_FOLDER;
    return resource == NULL || resource->kind != wanted ? none : (struct decision_place){resource, NULL};
}

static struct decision deny(const char *reason)
{
    return (struct decision){.reason = reason};
}

static const char *by(struct arena *arena, const struct access_via *via)
{
    switch (via->kind) {
    case VIA_MANUAL:
        return "by a role of their own";
    case VIA_GROUP:
        return arena_printf(arena, "by the group \"%s\"", via->group->display_name);
    case VIA_MAPPING:
        return arena_printf(arena, "by the mapping of the group \"%s\"", via->group->display_name);
    case VIA_RULE:
        return arena_printf(arena, "by the rule \"%s\"", via->rule);
    case VIA_ORG_ROLE:
        return "by their role in the organization";
    case VIA_WORKSPACE:
        return "by the workspace";
    }
    return "";
}

/* What is archived can still be read, and brought back by those who may manage it. */
static bool is_closed(const struct project *project, enum permission permission)
{
    return project != NULL && project->archived && permission != PERMISSION_READ && permission != PERMISSION_MANAGE &&
           permission != PERMISSION_OWN;
}

static struct decision judge(struct arena *arena, const struct organization *organization, const struct account *account,
                             struct decision_place at, enum permission permission)
{
    const struct resource *place = at.resource;
    struct decision decision = {0};
    if (!account->active) {
        return deny(arena_printf(arena, "%s is inactive", account->user_name));
    }
    if (!access_on(arena, organization, account, place, &decision.entry)) {
        return deny(arena_printf(arena, "nothing gives %s access to %s", account->user_name, place->path));
    }
    if (at.project != NULL && !organization->steps->cleared(organization, account, at.project)) {
        return deny(arena_printf(arena, "%s has the clearance %s, and %s is %s", account->user_name,
                                 clearance_of(organization, account), at.project->path, at.project->classification));
    }
    if (is_closed(at.project, permission)) {
        return deny(arena_printf(arena, "the project %s is archived: it can be read, and brought back", at.project->path));
    }
    const char *role = role_name(decision.entry.role);
    decision.allowed = organization->steps->may(decision.entry.role, permission);
    decision.reason = arena_printf(arena, "%s is %s of %s %s, which %s %s", account->user_name, role, place->path,
                                   by(arena, &decision.entry.via[0]), decision.allowed ? "allows to" : "does not allow to",
                                   permission_name(permission));
    return decision;
}

struct decision decide(struct arena *arena, const struct organization *organization, const struct question *question)
{
    enum decision_resource kind;
    enum permission permission;
    if (!text_equal(question->subject_type, DECISION_SUBJECT_TYPE)) {
        return deny(arena_printf(arena, "there are no subjects of the type \"%.100s\", only users", question->subject_type));
    }
    const struct account *account = account_find(organization, question->subject);
    if (account == NULL) {
        return deny(arena_printf(arena, "there is no user \"%.300s\"", question->subject));
    }
    if (!permission_read(question->action, &permission)) {
        return deny(arena_printf(arena, "there is no action \"%.100s\"", question->action));
    }
    if (!decision_resource_read(question->resource_type, &kind)) {
        return deny(arena_printf(arena, "there are no resources of the type \"%.100s\"", question->resource_type));
    }
    struct decision_place place = decision_place(organization, kind, question->resource);
    if (place.resource == NULL) {
        return deny(arena_printf(arena, "there is no %s \"%.300s\"", question->resource_type, question->resource));
    }
    return judge(arena, organization, account, place, permission);
}

bool decide_known(struct arena *arena, const struct organization *organization, const struct account *account,
                  struct decision_place place, enum permission permission)
{
    struct access_entry entry;
    return access_on(arena, organization, account, place.resource, &entry) && organization->steps->may(entry.role, permission) &&
           !is_closed(place.project, permission) &&
           (place.project == NULL || organization->steps->cleared(organization, account, place.project));
}
