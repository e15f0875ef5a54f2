/* Defects in what permissions of the organization open, in who may knock at the SCIM door, and in what the organization tells of itself: health,
 * audit_logs, reports. By the seed whose rule they break. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/text.h"

#include "reference-server/admin.h"
#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/health.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/standing.h"
#include "reference-server/report.h"
#include "reference-server/router.h"
#include "reference-server/trail.h"

#include <string.h>

/* --- permissions --- */

static bool no_projects(const struct organization *organization, const struct account *account,
                        enum mapping_permission permission)
{
    return permission != MAPPING_CREATE_PROJECTS && standing_permits(organization, account, permission);
}

void s4_create_projects_steps(struct model_steps *steps)
{
    steps->permits = no_projects;
}

static bool open_reports(const struct organization *organization, const struct account *account,
                         enum mapping_permission permission)
{
    return permission == MAPPING_VIEW_REPORTS || standing_permits(organization, account, permission);
}

void s4_open_reports_steps(struct model_steps *steps)
{
    steps->permits = open_reports;
}

static bool anybody_invites(const struct organization *organization, const struct account *account,
                            enum mapping_permission permission)
{
    return permission == MAPPING_MANAGE_USERS || standing_permits(organization, account, permission);
}

void s4_anybody_invites_steps(struct model_steps *steps)
{
    steps->permits = anybody_invites;
}

static bool all_is_a_word(const struct organization *organization, const struct account *account,
                          enum mapping_permission permission)
{
    return !standing_permits(organization, account, MAPPING_ALL) && standing_permits(organization, account, permission);
}

void s4_all_ignored_steps(struct model_steps *steps)
{
    steps->permits = all_is_a_word;
}

/* --- what the organization tells of itself --- */

static bool shows(const struct exchange *x, void (*handle)(struct exchange *x))
{
    return x->route != NULL && x->route->handle == handle && x->response->status == 200 && x->reply != NULL;
}

void s4_nothing_pending_response(struct exchange *x)
{
    if (shows(x, health_document))
        json_set_integer(json_edit(json_edit(x->reply, "health_monitoring"), "sync_status"), "pending_changes", 0);
}

/* Families in which nothing has happened. */
void s4_empty_lists_response(struct exchange *x)
{
    json *logs = shows(x, trail_show) ? json_edit(x->reply, "audit_logs") : NULL;
    for (json *family = json_edit_first(logs); family != NULL; family = json_edit_next(family))
        for (json *list = json_edit_first(family), *next; list != NULL; list = next) {
            next = json_edit_next(list);
            if (json_count(list) == 0)
                json_remove_node(family, list);
        }
}

void s4_failures_response(struct exchange *x)
{
    if (shows(x, report_show) && text_equal(json_get_text(x->reply, "report", NULL), "success"))
        json_set_integer(x->reply, "failed", 0);
}
